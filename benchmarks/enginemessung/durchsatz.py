"""How much gets done in a second by one process and by two: starts, completions, whole Vorgänge of ten tasks.

Each process plays alone with its own connection, as a web process does; they meet in the database only.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.enginemessung import befehle, modelle
from benchmarks.enginemessung.amt import Amt

#: tasks of the Vorgang that is played from its start to its end
SCHRITTE = 10


@dataclass(frozen=True)
class Auftrag:
    """What one process does until the time is over; `aufgaben` are claimed ones to complete."""

    url: str
    art: str
    prozess: int
    sekunden: float
    aufgaben: tuple[int, ...] = ()


def measure(auftraege: list[Auftrag]) -> float:
    """Units per second of all processes together."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(len(auftraege))
    antworten = context.Queue()
    prozesse = [context.Process(target=_play, args=(a, start, antworten)) for a in auftraege]
    for prozess in prozesse:
        prozess.start()
    raten = [antworten.get(timeout=120 + auftraege[0].sekunden) for _ in prozesse]
    for prozess in prozesse:
        prozess.join()
    return float(sum(raten))


def _play(auftrag: Auftrag, start: Any, antworten: Any) -> None:
    amt = Amt.open(auftrag.url)
    einheit = _EINHEITEN[auftrag.art](amt, auftrag)
    einheit()  # models and statements are known before the time runs
    start.wait()
    beginn, fertig = time.perf_counter(), 0
    while time.perf_counter() - beginn < auftrag.sekunden:
        if not einheit():
            break
        fertig += 1
    antworten.put(fertig / (time.perf_counter() - beginn))
    amt.db_engine.dispose()


def _starten(amt: Amt, auftrag: Auftrag) -> Callable[[], bool]:
    return lambda: amt.start(auftrag.prozess) > 0


def _erledigen(amt: Amt, auftrag: Auftrag) -> Callable[[], bool]:
    vorrat = list(auftrag.aufgaben)

    def einheit() -> bool:
        if vorrat:
            amt.complete(vorrat.pop(), modelle.ANTRAG)
        return bool(vorrat)

    return einheit


def _vorgang(amt: Amt, auftrag: Auftrag) -> Callable[[], bool]:
    """Start, then ten completions, each with its claim in one transaction: 11 commits."""

    def einheit() -> bool:
        (aufgabe,) = amt.offene(vorgang := amt.start(auftrag.prozess))[vorgang].values()
        for _ in range(SCHRITTE):
            aufgabe = next(iter(amt.complete(aufgabe, modelle.VERMERK, uebernehmen=True)), 0)
        return True

    return einheit


def _vorgang_einzeln(amt: Amt, auftrag: Auftrag) -> Callable[[], bool]:
    """The same with each claim in a transaction of its own: 21 commits."""

    def einheit() -> bool:
        (aufgabe,) = amt.offene(vorgang := amt.start(auftrag.prozess))[vorgang].values()
        for _ in range(SCHRITTE):
            amt.claim(aufgabe)
            aufgabe = next(iter(amt.complete(aufgabe, modelle.VERMERK)), 0)
        return True

    return einheit


_EINHEITEN: dict[str, Callable[[Amt, Auftrag], Callable[[], bool]]] = {
    "starts": _starten,
    "erledigungen": _erledigen,
    "vorgaenge": _vorgang,
    "vorgaenge_einzeln": _vorgang_einzeln,
}


def measure_all(amt: Amt, haupt: int, kette: int, sekunden: float) -> dict[str, float]:
    """Every kind in one process and in two."""
    url = amt.db_engine.url.render_as_string(hide_password=False)
    zahlen = {}
    for art in _EINHEITEN:
        prozess = kette if art.startswith("vorgaenge") else haupt
        for prozesse in (1, 2):
            vorrat = [()] * prozesse
            if art == "erledigungen":
                menge = int(sekunden * 1000)
                ids = befehle.bereite(amt, haupt, 0, menge)
                vorrat = [tuple(ids[nr::prozesse]) for nr in range(prozesse)]
            auftraege = [Auftrag(url, art, prozess, sekunden, ids) for ids in vorrat]
            zahlen[f"{art}_je_s_{prozesse}"] = round(measure(auftraege), 1)
    return zahlen
