"""Working time of many intervals: our clock beside DuckDB's join with a table of days, and pm4py; all exact or named.

    python benchmarks/arbeitszeit.py [--klein] [--json] [--pm4py PFAD/bin/python]

10 million random intervals of up to 30 days over six years (--klein: a hundredth), office hours Monday to Friday 08:00
to 16:00 in Berlin, holidays of NRW. The day table is the fast way in SQL: one row per UTC day with its opening, its
close and the working time before it. pm4py (AGPL-3.0, a program of its own, see `benchmarks/abgleich_pm4py.py`) counts
20,000 of the intervals, without holidays, which it does not know; its time is scaled up. Seconds are the middle of
three runs in this process.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# Look for packages beside this folder, not in it.
# ruff: noqa: E402 - started by its path: what it imports is found only after the line above
sys.path[0] = str(Path(__file__).resolve().parents[1])

import duckdb
import numpy as np
import pyarrow as pa

from wertstrom.ereignisprotokoll import as_us
from wertstrom.kalender import KT_US, Arbeitszeit, Zeiten

PEER = Path(__file__).resolve().parent / "peers" / "pm4py_arbeitszeit.py"
VON, BIS = (as_us(datetime(jahr, 1, 1, tzinfo=UTC)) for jahr in (2020, 2026))
_PEER_INTERVALLE = 20_000

#: W(t) of both ends by an equal join on the day
VERBUND = """
select sum((b.davor + least(greatest(bis - b.oeffnet, 0), b.dauer))
         - (a.davor + least(greatest(von - a.oeffnet, 0), a.dauer)))
from intervall
join tag as a on a.tag = von // 86400000000
join tag as b on b.tag = bis // 86400000000
"""


def random_intervals(anzahl: int) -> tuple[Zeiten, Zeiten]:
    """The same ones every time."""
    zufall = np.random.default_rng(1)
    von = zufall.integers(VON, BIS, anzahl)
    return von, von + zufall.integers(0, 30 * KT_US, anzahl)


def day_table(uhr: Arbeitszeit) -> pa.Table:
    """One row per UTC day: office hours of Berlin never cross midnight of UTC."""
    tage = np.arange(VON // KT_US - 1, BIS // KT_US + 40)
    davor, danach = uhr.stand_us(tage * KT_US), uhr.stand_us((tage + 1) * KT_US)
    oeffnet = [uhr.zeitpunkt_us(int(d) + 1) - 1 if d < n else 0 for d, n in zip(davor, danach, strict=True)]
    return pa.table({"tag": tage, "oeffnet": oeffnet, "dauer": danach - davor, "davor": davor})


def middle(arbeit: Callable[[], Any]) -> tuple[float, Any]:
    """Middle of three times, and the result."""
    zeiten = []
    for _ in range(3):
        beginn = time.perf_counter()
        ergebnis = arbeit()
        zeiten.append(time.perf_counter() - beginn)
    return sorted(zeiten)[1], ergebnis


def measure(anzahl: int, pm4py: Path | None) -> dict[str, float]:
    """Seconds, ratios, and how far the sums are apart."""
    uhr = Arbeitszeit()
    von, bis = random_intervals(anzahl)
    uhr.stand_us([VON, BIS + 40 * KT_US])  # years are added once
    wir, unsere = middle(lambda: int(uhr.arbeitszeit_us(von, bis).sum()))
    verbindung = duckdb.connect(config={"threads": 2})
    verbindung.register("tag_", day_table(uhr))
    verbindung.register("intervall_", pa.table({"von": von, "bis": bis}))
    verbindung.execute("create table tag as from tag_; create table intervall as from intervall_")
    tage, ihre = middle(lambda: int(verbindung.execute(VERBUND).fetchall()[0][0]))
    zahlen = {
        "intervalle": anzahl,
        "wir_s": round(wir, 3),
        "duckdb_tage_s": round(tage, 3),
        "verhaeltnis_duckdb": round(tage / wir, 2),
        "abstand_us": abs(unsere - ihre),
    }
    if pm4py:
        wenige = [[int(a), int(b)] for a, b in zip(von[:_PEER_INTERVALLE], bis[:_PEER_INTERVALLE], strict=True)]
        lauf = subprocess.run([pm4py, PEER], input=json.dumps(wenige), capture_output=True, text=True, check=True)
        peer_s = json.loads(lauf.stdout.splitlines()[-1])["sekunden"] * anzahl / len(wenige)
        zahlen |= {"pm4py_hochgerechnet_s": round(peer_s, 1), "verhaeltnis_pm4py": round(peer_s / wir, 1)}
    return zahlen


def main() -> None:
    """Command line."""
    leser = argparse.ArgumentParser(description=__doc__)
    leser.add_argument("--klein", action="store_true", help="a hundredth of the intervals")
    leser.add_argument("--json", action="store_true", help="last line: one JSON object")
    leser.add_argument("--pm4py", type=Path, help="Python of an environment with pm4py")
    angaben = leser.parse_args()
    zahlen = measure(100_000 if angaben.klein else 10_000_000, angaben.pm4py)
    for name, wert in zahlen.items():
        print(f"{name:24} {wert:>14,}")
    if angaben.json:
        print(json.dumps(zahlen))


if __name__ == "__main__":
    main()
