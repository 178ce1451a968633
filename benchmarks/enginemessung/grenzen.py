"""What could grow without bound: timers that wait, and parallel branches, both with the database."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from benchmarks.enginemessung import befehle, modelle
from benchmarks.enginemessung.amt import JETZT, Amt
from engine import worker
from engine.model import Vorgang


def measure_zeitauftraege(amt: Amt, anzahl: int) -> dict[str, float]:
    """Median milliseconds of the worker's look for due timers when many wait and none is due, and rows it loaded."""
    zeilen: list[int] = []

    def loaded(_context: object, *_args: Any) -> None:
        zeilen.append(1)

    event.listen(Vorgang, "load", loaded)
    zeiten = befehle.Zeiten()
    erledigt = 0
    for _ in range(anzahl):
        beginn = time.perf_counter()
        erledigt += worker.run_due(amt.sessions, now=JETZT + timedelta(minutes=5))
        zeiten.s.append(time.perf_counter() - beginn)
    event.remove(Vorgang, "load", loaded)
    assert erledigt == 0
    return {"suche_ms": zeiten.median_ms, "suche_p95_ms": zeiten.p95_ms, "suche_geladen": len(zeilen)}


def measure_zweige(amt: Amt, anzahl: int) -> dict[str, float]:
    """Seconds to start a Vorgang with so many parallel steps and to complete them all, each in its own transaction."""
    prozess = amt.publish(modelle.write_zweige(anzahl, f"zweige_{anzahl}"))
    amt.start(prozess)  # the model is known
    beginn = time.perf_counter()
    vorgang = amt.start(prozess)
    gestartet = time.perf_counter()
    offen = amt.offene(vorgang)[vorgang]
    for aufgabe in offen.values():
        amt.claim(aufgabe)
    uebernommen = time.perf_counter()
    for aufgabe in offen.values():
        amt.complete(aufgabe, modelle.VERMERK)
    fertig = time.perf_counter()
    assert list(amt.offene(vorgang)[vorgang]) == ["ablage"]
    return {
        f"zweige_{anzahl}_teilen_s": round(gestartet - beginn, 3),
        f"zweige_{anzahl}_uebernehmen_s": round(uebernommen - gestartet, 3),
        f"zweige_{anzahl}_erledigen_s": round(fertig - uebernommen, 3),
    }
