"""Parts of `benchmarks/engine.py`: models, the adapter beside stock SpiffWorkflow, and the engine with its database."""
