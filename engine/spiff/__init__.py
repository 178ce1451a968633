"""Runs processes with SpiffWorkflow: the only package that imports it.

Data in, data out: an executable copy becomes a `Modell` once; `start`, `complete`, `fire_timers` and `move_back` turn
a stored state into the next one. Invariants: no Python from a model runs, nobody reads the clock, the state holds
open tokens only, a spec never changes by a run, every fault of docs/spiffworkflow.md has a regression test here.
"""

from engine.spiff.ergebnis import (
    Bereit,
    Entscheider,
    Ergebnis,
    Geworfen,
    Passiert,
    Quelle,
    Startstelle,
    Umgebung,
    Variablen,
    WarteArt,
    Wartend,
)
from engine.spiff.fehler import Ausfuehrungsfehler, Budgetfehler, Modellfehler, Stillstand, Zustandsfehler
from engine.spiff.modell import Modell, bekanntes_modell, lade_modell
from engine.spiff.schritt import (
    complete,
    complete_dienst,
    fire_timers,
    move_back,
    move_timer,
    next_start,
    start,
    throw_error,
    trigger,
)

__all__ = [
    "Ausfuehrungsfehler",
    "Bereit",
    "Budgetfehler",
    "Entscheider",
    "Ergebnis",
    "Geworfen",
    "Modell",
    "Modellfehler",
    "Passiert",
    "Quelle",
    "Startstelle",
    "Stillstand",
    "Umgebung",
    "Variablen",
    "WarteArt",
    "Wartend",
    "Zustandsfehler",
    "bekanntes_modell",
    "complete",
    "complete_dienst",
    "fire_timers",
    "lade_modell",
    "move_back",
    "move_timer",
    "next_start",
    "start",
    "throw_error",
    "trigger",
]
