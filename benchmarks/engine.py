"""The engine: one step without a database beside stock SpiffWorkflow, and everything with SQLite and PostgreSQL.

    python benchmarks/engine.py [--klein] [--json] [--ohne-datenbank]

All sides run the same model (26 nodes, a rework loop, a four-way parallel section, a call activity, a boundary timer).
Beside stock SpiffWorkflow: medians of CPU milliseconds to load, complete and store one task, in turns in one process.
With the database: wall time through the command layer, form and commit included, with full durability (SQLite
``synchronous=FULL``, PostgreSQL ``fsync`` and ``synchronous_commit`` on, over its socket); the bare commit time of this
machine stands beside. Ratios are measured in turns, so that they hold on a noisy machine. With --json the last line is
one JSON object. What the figures mean: docs/messungen.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

# This file is named like the package it measures: look for packages beside its folder, not in it.
# ruff: noqa: E402 - started by its path: what it imports is found only after the line above
sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.enginemessung import adapter, befehle, datenbanken, durchsatz, grenzen, modelle
from benchmarks.enginemessung.amt import Amt

Zahlen = dict[str, float]


@dataclass(frozen=True)
class Umfang:
    """How much is measured."""

    wiederholungen: int
    erledigungen: int
    offene: tuple[int, ...]
    zweige: tuple[int, ...]
    zweige_adapter: tuple[int, ...]
    sekunden: float


VOLL = Umfang(200, 200, (10, 10_000, 100_000), (10, 100, 1000), (10, 100, 1000), 10.0)
KLEIN = Umfang(20, 20, (10, 1_000), (10, 30), (10, 30), 0.5)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--klein", action="store_true", help="fewer turns, ends within a minute")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    parser.add_argument("--ohne-datenbank", action="store_true", help="only beside stock SpiffWorkflow")
    argumente = parser.parse_args()
    umfang = KLEIN if argumente.klein else VOLL
    zahlen = adapter.figures(adapter.run(umfang.wiederholungen, print))
    for anzahl in umfang.zweige_adapter:
        zahlen |= adapter.measure_zweige(anzahl, print)
    if not argumente.ohne_datenbank:
        zahlen |= measure_datenbanken(umfang)
    if argumente.json:
        print(json.dumps(zahlen))


def measure_datenbanken(umfang: Umfang) -> Zahlen:
    """Everything with a database; names begin with its kind."""
    zahlen: Zahlen = {}
    for art in datenbanken.ARTEN:
        with datenbanken.postgres() if art == "postgresql" else nullcontext() as server:
            gemessen = measure_datenbank(art, server, umfang)
            zahlen |= {f"{art}_{name}": wert for name, wert in gemessen.items()}
            print(f"\n{art}, alles mit voller Dauerhaftigkeit")
            for name, wert in gemessen.items():
                print(f"  {name:34} {wert:>12,}")
    return zahlen


def measure_datenbank(art: str, server: str | None, umfang: Umfang) -> Zahlen:
    """All figures on one kind of database, each group on a fresh one."""
    with amt(art, server) as (buero, haupt):
        zahlen = _commit(buero, umfang)
        zahlen |= befehle.count(buero, haupt)
        zahlen |= _runden(buero, haupt, umfang)
    zahlen |= _offene(art, server, umfang)
    with amt(art, server) as (buero, haupt):
        kette = buero.publish(modelle.write_kette(durchsatz.SCHRITTE))
        zahlen |= durchsatz.measure_all(buero, haupt, kette, umfang.sekunden)
    with amt(art, server) as (buero, _):
        for anzahl in umfang.zweige:
            zahlen |= grenzen.measure_zweige(buero, anzahl)
    return zahlen


@contextmanager
def amt(art: str, server: str | None) -> Iterator[tuple[Amt, int]]:
    """A fresh office and the id of its main process."""
    with datenbanken.database(art, server) as url:
        buero = Amt.create(url)
        try:
            yield buero, buero.publish_haupt()
        finally:
            buero.db_engine.dispose()


def _commit(buero: Amt, umfang: Umfang) -> Zahlen:
    zeiten = befehle.Zeiten(datenbanken.measure_commit(buero.db_engine, umfang.erledigungen))
    return {"commit_ms": zeiten.median_ms, "commit_p95_ms": zeiten.p95_ms}


def _runden(buero: Amt, haupt: int, umfang: Umfang) -> Zahlen:
    zahlen: Zahlen = {}
    gemessen = befehle.measure_runden(buero, haupt, umfang.erledigungen)
    for runden, zeiten in gemessen.items():
        zahlen |= {f"erledigen_{runden}_ms": zeiten.median_ms, f"erledigen_{runden}_p95_ms": zeiten.p95_ms}
        zahlen[f"erledigen_{runden}_cpu_ms"] = zeiten.cpu_ms
    alt, neu = gemessen[max(gemessen)], gemessen[min(gemessen)]
    zahlen["erledigen_wachstum"] = round(alt.median_ms / neu.median_ms, 2)
    for runden, (zustand, variablen) in befehle.measure_bytes(buero, haupt).items():
        zahlen |= {f"zustand_{runden}_bytes": zustand, f"variablen_{runden}_bytes": variablen}
    return zahlen


def _offene(art: str, server: str | None, umfang: Umfang) -> Zahlen:
    """Offices that differ by their open Vorgänge, measured in turns; the fullest also looks for due timers."""
    zahlen: Zahlen = {}
    with _aemter(art, server, umfang.offene) as aemter:
        for offene, zeiten in befehle.measure_offene(aemter, umfang.erledigungen).items():
            zahlen |= {f"bei_{offene}_offenen_ms": zeiten.median_ms, f"bei_{offene}_offenen_p95_ms": zeiten.p95_ms}
        zahlen |= grenzen.measure_zeitauftraege(aemter[max(aemter)][0], umfang.erledigungen)
    viele, wenige = max(umfang.offene), min(umfang.offene)
    zahlen["offene_wachstum"] = round(zahlen[f"bei_{viele}_offenen_ms"] / zahlen[f"bei_{wenige}_offenen_ms"], 2)
    return zahlen


@contextmanager
def _aemter(art: str, server: str | None, offene: tuple[int, ...]) -> Iterator[dict[int, tuple[Amt, int]]]:
    if not offene:
        yield {}
        return
    with amt(art, server) as (buero, haupt), _aemter(art, server, offene[1:]) as weitere:
        befehle.fill(buero, haupt, offene[0])
        yield {offene[0]: (buero, haupt), **weitere}


if __name__ == "__main__":
    main()
