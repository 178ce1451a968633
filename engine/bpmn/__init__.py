"""From a drawing of any tool to a process that runs: hostile XML in, findings and an executable copy out.

The original is never changed; the copy keeps every node id. Whatever a rule adds, drops or reads differently is a
finding at its element. Nothing from a file is executed, nothing is read from disk or network.
"""

from engine.bpmn.ergebnis import (
    ABLAUFBEFUNDE,
    Ausgang,
    Befund,
    GeprueftesModell,
    Pruefergebnis,
    Schritt,
    SchrittArt,
    Startart,
    Startereignis,
    Status,
    Stufe,
    schritt_from_json,
    schritt_to_json,
)
from engine.bpmn.pruefung import pruefe

__all__ = [
    "ABLAUFBEFUNDE",
    "Ausgang",
    "Befund",
    "GeprueftesModell",
    "Pruefergebnis",
    "Schritt",
    "SchrittArt",
    "Startart",
    "Startereignis",
    "Status",
    "Stufe",
    "pruefe",
    "schritt_from_json",
    "schritt_to_json",
]
