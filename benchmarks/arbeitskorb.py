"""The Arbeitskorb of a large office: 100,000 open and 2,000,000 finished Aufgaben, 500 people in 60 Gruppen.

    python benchmarks/arbeitskorb.py [--klein] [--json] [--nur sqlite|postgresql]

Measures, on SQLite and PostgreSQL: the first fifty rows of each Korb by each order and filter in the database; the
server time of each tab and its number of SQL statements; completing an Aufgabe over HTTP with form and commit. With
--json the last line is one JSON object. What the figures mean: docs/messungen.md.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

# This file is named like a module of the product: look for packages beside its folder, not in it.
# ruff: noqa: E402 - started by its path: what it imports is found only after the line above
sys.path[0] = str(Path(__file__).resolve().parents[1])

import structlog
from sqlalchemy import Engine

from benchmarks.enginemessung import datenbanken
from benchmarks.korbmessung import amt, messen
from engine import db

#: aims in milliseconds
ZIELE = {"datenbank": 15.0, "seite": 50.0, "erledigen": 40.0}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--klein", action="store_true", help="a small office, ends within a minute")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    parser.add_argument("--nur", choices=datenbanken.ARTEN, help="one database only")
    argumente = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    size = (1_000, 5_000, 8) if argumente.klein else (100_000, 2_000_000, 100)
    kinds = [argumente.nur] if argumente.nur else list(datenbanken.ARTEN)
    results = {}
    with datenbanken.postgres() if "postgresql" in kinds else nullcontext() as server:
        for kind in kinds:
            with datenbanken.database(kind, server) as url:
                results[kind] = _measure(kind, url, *size)
    if argumente.json:
        print(json.dumps(results))


def _measure(kind: str, url: str, offen: int, erledigt: int, runden: int) -> dict[str, object]:
    db_engine = db.create_db_engine(url)
    begin = time.perf_counter()
    office = amt.fill(db_engine, offen=offen, erledigt=erledigt)
    print(f"\n{kind}: {offen} offene, {erledigt} erledigte Aufgaben in {time.perf_counter() - begin:.0f} s")
    people = office.kennungen(18)
    with tempfile.TemporaryDirectory(prefix="hilfefluss-korb-") as daten:
        result = measure(db_engine, url, Path(daten), people, runden)
    db_engine.dispose()
    return result


def measure(db_engine: Engine, url: str, daten: Path, people: list[str], runden: int) -> dict[str, object]:
    """All figures of one filled database."""
    print(f"Last der Maschine: {os.getloadavg()[0]:.1f} auf {os.cpu_count()} Kernen")
    rows = messen.measure_datenbank(db_engine, people, max(2, runden // 5))
    slowest = sorted(rows, key=lambda name: -rows[name]["median"])
    print(f"Datenbank, erste 50 Zeilen, {len(rows)} Fälle (Ziel {ZIELE['datenbank']:.0f} ms); die langsamsten:")
    for name in slowest[:6]:
        print(f"  {name:32} Median {rows[name]['median']:6.1f} ms   p95 {rows[name]['p95']:6.1f} ms")
    app = messen.create_app(url, daten)
    pages, statements = messen.measure_seiten(app, people, runden)
    print(f"Seiten, Serverzeit (Ziel p95 {ZIELE['seite']:.0f} ms)")
    for name, times in pages.items():
        clock = f"Median {times['median']:6.1f} ms   p95 {times['p95']:6.1f} ms   CPU p95 {times['cpu_p95']:6.1f} ms"
        print(f"  {name:14} {clock}   {statements[name]} SQL-Anweisungen")
    done = messen.measure_erledigen(app, db_engine, people[0], runden)
    print(f"Erledigen über HTTP (Ziel p95 {ZIELE['erledigen']:.0f} ms): {done['anzahl']:.0f}-mal")
    print(f"  Median {done['median']:6.1f} ms   p95 {done['p95']:6.1f} ms")
    return {"datenbank": rows, "seiten": pages, "anweisungen": statements, "erledigen": done}


if __name__ == "__main__":
    main()
