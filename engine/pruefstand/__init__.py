"""Checks foreign drawings and decision models in a process of their own, with limits of memory, time and output.

`pruefe` is `engine.bpmn.pruefe` behind a wall: a process that only knows the rules (`__main__`) forks a child for each
file; a child that needs too much is ended by the kernel, and the file is refused with a finding. Only data crosses the
wall (JSON, never pickle), and it is checked against the types of the findings on the way back.

A check depends on nothing but its question, so the last answers are remembered: who asks before a transaction and
again inside of it waits once, outside.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec

from engine import bpmn, dmn
from engine.bpmn.ergebnis import Befund, Pruefergebnis, Status, Stufe
from engine.pruefstand import daten, werkstatt
from engine.pruefstand.grenzen import SEKUNDEN, SPEICHER_MIB

__all__ = ["SEKUNDEN", "SPEICHER_MIB", "pruefe", "pruefe_entscheidungen"]

P = ParamSpec("P")

#: more checks at once would only slow each other down
_PLAETZE = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


def _like(_muster: Callable[P, Pruefergebnis]) -> Callable[[Callable[..., Pruefergebnis]], Callable[P, Pruefergebnis]]:
    """The decorated function takes the same arguments."""
    return lambda funktion: funktion


@_like(bpmn.pruefe)
def pruefe(inhalt: bytes, datei: str = "", **vorgaben: Any) -> Pruefergebnis:
    """`engine.bpmn.pruefe` within `SEKUNDEN` and `SPEICHER_MIB`; never raises for any content of `inhalt`."""
    ergebnis = daten.read_antwort(_frage(daten.write_auftrag(inhalt, datei, vorgaben)))
    return ergebnis or Pruefergebnis(datei, Status.ABGELEHNT, (_abgebrochen(),))


def pruefe_entscheidungen(
    dateien: Mapping[str, bytes], variablen: frozenset[str] | None = None
) -> dict[str, tuple[dmn.Befund, ...]]:
    """`engine.dmn.pruefe_alle` within the same limits; never raises for any content."""
    if not dateien:
        return {}
    befunde = daten.read_tabellenantwort(_frage(daten.write_tabellenauftrag(dateien, variablen)))
    if befunde is not None and befunde.keys() == dateien.keys():
        return befunde
    ende = _abgebrochen()
    befund = dmn.Befund(dmn.Stufe.FEHLER, ende.art, ende.text, ende.abhilfe, dmn.Ort())
    return dict.fromkeys(dateien, (befund,))


#: answers by their question, the oldest leaves first
_ANTWORTEN: OrderedDict[bytes, bytes] = OrderedDict()
_MAX_ANTWORTEN = 32
_MAX_GEMERKT = 4_000_000
_SCHLOSS = threading.Lock()


def _frage(auftrag: bytes) -> bytes:
    """The answer of a child, or the one that this question had before; empty if there was none."""
    schluessel = hashlib.sha256(auftrag).digest()
    with _SCHLOSS:
        if schluessel in _ANTWORTEN:
            return _ANTWORTEN[schluessel]
    with _PLAETZE:
        antwort = werkstatt.frage(auftrag)
    if 0 < len(antwort) < _MAX_GEMERKT:
        with _SCHLOSS:
            _ANTWORTEN[schluessel] = antwort
            if len(_ANTWORTEN) > _MAX_ANTWORTEN:
                _ANTWORTEN.popitem(last=False)
    return antwort


def _abgebrochen() -> Befund:
    return Befund(
        Stufe.FEHLER,
        "pruefung_abgebrochen",
        f"Die Prüfung wurde abgebrochen: Sie braucht für diese Datei mehr als {SEKUNDEN} Sekunden"
        f" oder {SPEICHER_MIB} MiB Speicher.",
        "Teilen Sie das Modell in mehrere Dateien, oder exportieren Sie es neu aus Ihrem Werkzeug.",
    )
