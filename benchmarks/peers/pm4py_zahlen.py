"""Figures of one event log by pm4py, as one JSON object: durations, directly-follows counts, variants, rework.

    PFAD/ZU/PM4PY/bin/python benchmarks/peers/pm4py_zahlen.py LOG

A program of its own for an environment of its own: pm4py is AGPL-3.0 and no part of Hilfefluss. Called by
`benchmarks/abgleich_pm4py.py`. Only completed events count, except for durations, which reach from the first to the
last event of a case.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

import pandas as pd
import pm4py
from pm4py.statistics.rework.cases.pandas import get as rework_per_case


def read(datei: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All events, and the completed ones."""
    if ".xes" in datei.name:
        log = pm4py.convert_to_dataframe(pm4py.read_xes(str(datei)))
        if "lifecycle:transition" not in log:
            return log, log
        fertig = log["lifecycle:transition"].str.lower().eq("complete")
        return log, log[fertig].copy()
    tabelle = pd.read_csv(datei)
    zeiten = {"start_time": "start", "end_time": "complete"}
    teile = [
        tabelle.assign(**{"time:timestamp": pd.to_datetime(tabelle[spalte], utc=True, format="ISO8601"), "art": art})
        for spalte, art in zeiten.items()
    ]
    log = pm4py.format_dataframe(
        pd.concat(teile), case_id="case_id", activity_key="activity", timestamp_key="time:timestamp"
    )
    return log, log[log["art"] == "complete"].copy()


def measure(datei: Path) -> dict[str, object]:
    """All figures of one log."""
    log, fertig = read(datei)
    dfg, anfang, ende = pm4py.discover_dfg(fertig)
    varianten = pm4py.get_variants(fertig)
    rework = pm4py.get_rework_cases_per_activity(fertig)
    faelle_mit = sum(1 for wert in rework_per_case.apply(fertig).values() if wert["rework"] > 0)
    return {
        "dauern": sorted(pm4py.get_all_case_durations(log)),
        "folgen": sorted([von, nach, int(n)] for (von, nach), n in dfg.items()),
        "anfang": {name: int(n) for name, n in anfang.items()},
        "ende": {name: int(n) for name, n in ende.items()},
        "varianten": sorted((int(n) for n in varianten.values()), reverse=True),
        "wiederholung": {name: int(n) for name, n in rework.items()},
        "faelle_mit_wiederholung": faelle_mit,
    }


if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):
        ergebnis = measure(Path(sys.argv[1]))
    print(json.dumps(ergebnis))
