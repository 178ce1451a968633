"""Runs processes: checks drawings, keeps versions, executes Vorgänge and records every timestamp.

Knows neither the web nor data frames. A command (`engine.commands`) checks, changes and records an
`Ereignis`; it takes `now`, never reads the clock and never commits. `engine.db.transaction` alone commits.
Only `engine.spiff` knows SpiffWorkflow.
"""
