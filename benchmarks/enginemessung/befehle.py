"""Completing a task with the database: by age, by number of other open Vorgänge, in statements, commits and bytes."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import event, select

from benchmarks.enginemessung import datenbanken, modelle
from benchmarks.enginemessung.amt import Amt
from engine import db
from engine.model import Vorgang

RUNDEN = (0, 10, 100)


@dataclass
class Zeiten:
    """Seconds of repeated measurements, and how long this process computed meanwhile."""

    s: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, arbeit: Callable[[], object]) -> None:
        """Do it once and note its times."""
        beginn, cpu = time.perf_counter(), time.process_time()
        arbeit()
        self.s.append(time.perf_counter() - beginn)
        self.cpu.append(time.process_time() - cpu)

    @property
    def cpu_ms(self) -> float:
        """Median; on a busy machine it says more than the clock on the wall."""
        return round(1e3 * statistics.median(self.cpu), 3)

    @property
    def median_ms(self) -> float:
        return round(1e3 * statistics.median(self.s), 3)

    @property
    def p95_ms(self) -> float:
        return round(1e3 * sorted(self.s)[max(0, -(-95 * len(self.s) // 100) - 1)], 3)


def bereite(amt: Amt, prozess: int, runden: int, anzahl: int) -> list[int]:
    """Claimed Aufgaben „antrag“ of as many Vorgänge that were sent back so often."""
    vorlage = amt.play_runden(prozess, runden)
    kopien = datenbanken.copy_vorgaenge(amt.db_engine, [vorlage], anzahl)[vorlage]
    return [offen["antrag"] for offen in amt.offene(*kopien).values()]


def measure_runden(amt: Amt, prozess: int, anzahl: int) -> dict[int, Zeiten]:
    """Complete „antrag“ (form, decision, next Aufgabe with a timer), commit included, at every age in turns."""
    vorrat = {runden: bereite(amt, prozess, runden, anzahl) for runden in RUNDEN}
    zeiten = {runden: Zeiten() for runden in RUNDEN}
    for nr in range(anzahl):
        for runden, ids in vorrat.items():
            zeiten[runden].add(partial(amt.complete, ids[nr], modelle.ANTRAG))
    return zeiten


def measure_offene(aemter: dict[int, tuple[Amt, int]], anzahl: int) -> dict[int, Zeiten]:
    """The same at no rework in offices that differ by their number of other open Vorgänge, in turns."""
    vorrat = {offene: bereite(amt, prozess, 0, anzahl) for offene, (amt, prozess) in aemter.items()}
    zeiten = {offene: Zeiten() for offene in aemter}
    gc.collect()
    for nr in range(anzahl):
        for offene, ids in vorrat.items():
            zeiten[offene].add(partial(aemter[offene][0].complete, ids[nr], modelle.ANTRAG))
    return zeiten


def fill(amt: Amt, prozess: int, offene: int) -> None:
    """Other open Vorgänge, each at its second step with a waiting timer; half of these Aufgaben are taken."""
    vorlagen = [amt.start(prozess) for _ in range(10)]
    for nr, vorgang in enumerate(vorlagen):
        amt.play(vorgang, "antrag", modelle.ANTRAG)
        if nr % 2:
            amt.claim(amt.offene(vorgang)[vorgang]["leitung"])
    datenbanken.copy_vorgaenge(amt.db_engine, vorlagen, offene // 10 - 1)


def count(amt: Amt, prozess: int) -> dict[str, int]:
    """SQL statements (without BEGIN) and commits of one completion with its form."""
    (aufgabe,) = bereite(amt, prozess, 0, 1)
    statements: list[str] = []
    commits: list[int] = []

    def note(*args: Any) -> None:
        if not args[2].startswith("BEGIN"):
            statements.append(args[2])

    def committed(_connection: object) -> None:
        commits.append(1)

    event.listen(amt.db_engine, "before_cursor_execute", note)
    event.listen(amt.db_engine, "commit", committed)
    amt.complete(aufgabe, modelle.ANTRAG)
    event.remove(amt.db_engine, "before_cursor_execute", note)
    event.remove(amt.db_engine, "commit", committed)
    return {"anweisungen": len(statements), "commits": len(commits)}


def measure_bytes(amt: Amt, prozess: int) -> dict[int, tuple[int, int]]:
    """Bytes of the engine state and of the variables of a Vorgang by age."""
    ids = {runden: amt.play_runden(prozess, runden) for runden in RUNDEN}
    with db.reading(amt.sessions) as session:
        rows = {
            runden: session.execute(select(Vorgang).where(Vorgang.id == v)).scalar_one() for runden, v in ids.items()
        }
        return {runden: (len(row.zustand), len(str(row.variablen))) for runden, row in rows.items()}
