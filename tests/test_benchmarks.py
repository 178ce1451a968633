"""Benchmarks run from anywhere, name what is missing instead of failing, and end with figures for a machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FEEL = Path(__file__).resolve().parents[1] / "benchmarks" / "feel.py"


def test_the_feel_benchmark_ends_with_one_json_object_whatever_peers_are_there(tmp_path: Path) -> None:
    lauf = subprocess.run(
        [sys.executable, str(FEEL), "--klein", "--json"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    zahlen = json.loads(lauf.stdout.splitlines()[-1])
    assert {"wir_us", "tabelle_us"} <= set(zahlen)
    assert all(wert > 0 for wert in zahlen.values())
    for peer in ("simpleeval", "bkflow_feel"):
        assert f"{peer}_us" in zahlen or "pip install --require-hashes" in lauf.stdout


def test_the_cross_check_measures_a_log_without_its_peer(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("case,activity,time\n1,a,2026-06-01T08:00:00\n1,b,2026-06-02T08:00:00\n", encoding="utf-8")
    skript = Path(__file__).resolve().parents[1] / "benchmarks" / "abgleich_pm4py.py"
    lauf = subprocess.run(
        [sys.executable, str(skript), "--json", str(log)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "1 Fälle, 1 Folgen, 1 Varianten" in lauf.stdout
    assert json.loads(lauf.stdout.splitlines()[-1]) == {"log.csv": None}


def test_working_time_agrees_with_the_day_table_to_the_microsecond(tmp_path: Path) -> None:
    skript = Path(__file__).resolve().parents[1] / "benchmarks" / "arbeitszeit.py"
    lauf = subprocess.run(
        [sys.executable, str(skript), "--klein", "--json"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    zahlen = json.loads(lauf.stdout.splitlines()[-1])
    assert zahlen["intervalle"] == 100_000
    assert zahlen["abstand_us"] == 0


def test_the_benchmark_of_the_arbeitskorb_measures_every_tab_and_a_constant_number_of_statements(
    tmp_path: Path,
) -> None:
    skript = Path(__file__).resolve().parents[1] / "benchmarks" / "arbeitskorb.py"
    lauf = subprocess.run(
        [sys.executable, str(skript), "--klein", "--json", "--nur", "sqlite"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    zahlen = json.loads(lauf.stdout.splitlines()[-1])["sqlite"]
    assert {"meine", "gruppe", "team", "vertretung", "wiedervorlage", "wartet", "erledigt"} <= set(zahlen["seiten"])
    assert max(zahlen["anweisungen"].values()) <= 16
    assert zahlen["erledigen"]["anzahl"] > 0
