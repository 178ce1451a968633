"""Checks foreign drawings in a process of their own, with limits of memory, time and output.

`pruefe` is `engine.bpmn.pruefe` behind a wall: a process that only knows the rules (`__main__`) forks a child for each
file; a child that needs too much is ended by the kernel, and the file is refused with a finding. Only data crosses the
wall (JSON, never pickle), and it is checked against the types of `engine.bpmn.ergebnis` on the way back.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, ParamSpec

from engine import bpmn
from engine.bpmn.ergebnis import Befund, Pruefergebnis, Status, Stufe
from engine.pruefstand import daten, werkstatt
from engine.pruefstand.grenzen import SEKUNDEN, SPEICHER_MIB

__all__ = ["SEKUNDEN", "SPEICHER_MIB", "pruefe"]

P = ParamSpec("P")

#: more checks at once would only slow each other down
_PLAETZE = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


def _like(_muster: Callable[P, Pruefergebnis]) -> Callable[[Callable[..., Pruefergebnis]], Callable[P, Pruefergebnis]]:
    """The decorated function takes the same arguments."""
    return lambda funktion: funktion


@_like(bpmn.pruefe)
def pruefe(inhalt: bytes, datei: str = "", **vorgaben: Any) -> Pruefergebnis:
    """`engine.bpmn.pruefe` within `SEKUNDEN` and `SPEICHER_MIB`; never raises for any content of `inhalt`."""
    with _PLAETZE:
        antwort = werkstatt.frage(daten.write_auftrag(inhalt, datei, vorgaben))
    ergebnis = daten.read_antwort(antwort) if antwort else None
    return ergebnis or Pruefergebnis(datei, Status.ABGELEHNT, (_abgebrochen(),))


def _abgebrochen() -> Befund:
    return Befund(
        Stufe.FEHLER,
        "pruefung_abgebrochen",
        f"Die Prüfung wurde abgebrochen: Sie braucht für diese Datei mehr als {SEKUNDEN} Sekunden"
        f" oder {SPEICHER_MIB} MiB Speicher.",
        "Teilen Sie das Modell in mehrere Dateien, oder exportieren Sie es neu aus Ihrem Werkzeug.",
    )
