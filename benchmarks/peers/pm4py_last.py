"""Seconds and peak memory of pm4py for the figures that it shares with ours, from one Parquet file of steps.

    PFAD/ZU/PM4PY/bin/python benchmarks/peers/pm4py_last.py DATEI.parquet

A program of its own for an environment of its own: pm4py is AGPL-3.0 and no part of Hilfefluss. Called by
`benchmarks/wertstrom.py --pm4py`. Columns: fall, schritt, beginn, fertig. Prints one JSON object.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
import time

import pandas as pd
import pm4py
from pm4py.statistics.rework.cases.pandas import get as rework_per_case


def measure(datei: str) -> dict[str, object]:
    """Reading, then each figure."""
    uhr, beginn_cpu = time.perf_counter(), time.process_time()
    zeiten: dict[str, float] = {}

    def lap(name: str) -> None:
        nonlocal uhr
        jetzt = time.perf_counter()
        zeiten[name], uhr = jetzt - uhr, jetzt

    log = pd.read_parquet(datei)
    log = pm4py.format_dataframe(
        log, case_id="fall", activity_key="schritt", timestamp_key="fertig", start_timestamp_key="beginn"
    )
    lap("lesen")
    # With a begin of the step in the table, this version of pm4py cannot tell durations of cases.
    dauern = pm4py.get_all_case_durations(
        pd.DataFrame(log.drop(columns="start_timestamp", errors="ignore"), copy=False)
    )
    lap("dauern")
    folgen, _, _ = pm4py.discover_performance_dfg(log)
    lap("folgen")
    wiederholt = pm4py.get_rework_cases_per_activity(log)
    rework_per_case.apply(log)
    lap("wiederholt")
    varianten = pm4py.get_variants(log)
    lap("varianten")
    return {
        "zeiten": {name: round(s, 3) for name, s in zeiten.items()},
        "summe_s": round(sum(zeiten.values()), 3),
        "summe_cpu_s": round(time.process_time() - beginn_cpu, 1),
        "speicher_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20), 2),
        "faelle": len(dauern),
        "folgen": sorted([von, nach, round(w["median"], 3)] for (von, nach), w in folgen.items()),
        "wiederholt": {name: int(n) for name, n in sorted(wiederholt.items())},
        "varianten": sorted((int(n) for n in varianten.values()), reverse=True),
    }


if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):
        ergebnis = measure(sys.argv[1])
    print(json.dumps(ergebnis))
