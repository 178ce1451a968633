"""Parts of ``benchmarks/arbeitskorb.py``: a large office, and what is measured in it."""
