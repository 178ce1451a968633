"""Limits that no model may exceed, in one place (architecture invariant 9)."""

from typing import Final

#: automatic steps (gateways, events, sub-process ends) within one command
MAX_SCHRITTE: Final = 2_000
#: decision tables and lines of scripts within one command
MAX_RECHNUNGEN: Final = 200
#: nested calls of processes: a process that calls itself stops here
MAX_AUFRUFTIEFE: Final = 25
#: instances of one multi-instance activity, and rounds of one standard loop
MAX_INSTANZEN: Final = 500
#: tokens that may be alive in one Vorgang at the end of a command
MAX_MARKEN: Final = 2_000
#: tokens that one command may create
MAX_NEUE_MARKEN: Final = 10_000
#: missed repetitions of one cycle timer that are made up at once; older ones count as elapsed
MAX_NACHHOLEN: Final = 10
#: levels of sub-processes drawn inside each other
MAX_SCHACHTELUNG: Final = 50
#: flow nodes of one process
MAX_KNOTEN: Final = 10_000
#: work to find out which nodes lead to the inclusive joins of one process: incoming flows times nodes
MAX_WEGE: Final = 2_000_000
#: models whose parsed form is kept in memory
MAX_MODELLE: Final = 256
#: characters of all variables of one Vorgang as JSON
MAX_VARIABLEN: Final = 131_072
#: characters of one expression
MAX_AUSDRUCK: Final = 10_000
