"""All writes, by noun. A command checks, changes and records an `Ereignis`.

It takes the Akteur and `now`, never reads the clock and never commits; `engine.db.transaction` commits once. The shape
is always: find and lock, check or refuse with a reason, one step of the engine, record.
"""
