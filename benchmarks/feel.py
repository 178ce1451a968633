"""FEEL and decision tables: our compiled expression beside simpleeval and bkflow-feel, a table of 20 rows, runaways.

    python benchmarks/feel.py [--klein] [--json]

All sides evaluate the same condition with the same values, in turns within one process, so that ratios hold on a noisy
machine. simpleeval reads its own language and counts with binary floats; it gets the condition in its spelling, once
parsed before and once as text. bkflow-feel has no compiled form: it parses at every evaluation. Figures are medians of
CPU microseconds for one evaluation. Then every runaway expression of ``ausreisser.py`` runs until our own error ends
it: the longest is what an expression may cost at most, with reading it; the target is 50 ms of CPU. A missing peer is
named with its remedy, and the run goes on without it. With --json the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import runpy
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType

# This file is named like the package it measures: look for packages beside its folder, not in it.
# ruff: noqa: E402 - started by its path: what it imports is found only after the line above
sys.path[0] = str(Path(__file__).resolve().parents[1])

from engine import dmn, feel

BEDINGUNG = 'total < 1000 and dept = "R&D"'
BEDINGUNG_PYTHON = 'total < 1000 and dept == "R&D"'
WERTE = {"total": 640, "dept": "R&D"}
NAMENSRAUM = "https://www.omg.org/spec/DMN/20191111/MODEL/"
EINGAENGE = (
    ("alter", "number"),
    ("einkommen", "number"),
    ("kinder", "number"),
    ("art", "string"),
    ("eilig", "boolean"),
)
FALL = {"alter": 17, "einkommen": 2450.5, "kinder": 2, "art": "stationaer", "eilig": False}
ZEILEN = 20
HINWEIS = "fehlt; einrichten: pip install --require-hashes -r requirements/bench.txt"

Messbar = Callable[[], object]


def write_tabelle() -> bytes:
    """Hit policy UNIQUE, five inputs, twenty rows; `FALL` matches one in the middle."""
    spalten = "".join(
        f'<input id="e{nr}"><inputExpression typeRef="{typ}"><text>{name}</text></inputExpression></input>'
        for nr, (name, typ) in enumerate(EINGAENGE)
    )
    zeilen = []
    for nr in range(ZEILEN):
        art = "stationaer" if nr % 2 else "ambulant"
        von = 500 * (nr // 2)
        tests = ("[0..27)", f"[{von}..{von + 500})", "&lt;= 8", f'"{art}"', "-")
        zellen = "".join(f"<inputEntry><text>{test}</text></inputEntry>" for test in tests)
        zeilen.append(f'<rule id="z{nr}">{zellen}<outputEntry><text>{nr + 1}</text></outputEntry></rule>')
    daten = "".join(f'<inputData id="d{nr}" name="{name}"/>' for nr, (name, _) in enumerate(EINGAENGE))
    bedarf = "".join(
        f'<informationRequirement><requiredInput href="#d{nr}"/></informationRequirement>'
        for nr in range(len(EINGAENGE))
    )
    return (
        f'<definitions xmlns="{NAMENSRAUM}" id="m" name="m" namespace="urn:benchmark">{daten}'
        f'<decision id="stufe" name="stufe">{bedarf}<decisionTable id="t" hitPolicy="UNIQUE">{spalten}'
        f'<output id="a" typeRef="number"/>{"".join(zeilen)}</decisionTable></decision></definitions>'
    ).encode()


def load(name: str) -> ModuleType | None:
    """A peer, or None with a word on how to get it."""
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"{name}: {HINWEIS}")
        return None


def make_bedingung() -> dict[str, Messbar]:
    """One evaluation of the condition, by each side that is there."""
    ausdruck = feel.compile(BEDINGUNG)
    seiten: dict[str, Messbar] = {"wir": lambda: ausdruck.evaluate(WERTE)}
    if simpleeval := load("simpleeval"):
        rechner = simpleeval.SimpleEval(names=WERTE)
        geparst = rechner.parse(BEDINGUNG_PYTHON)
        seiten["simpleeval_geparst"] = lambda: rechner.eval(BEDINGUNG_PYTHON, previously_parsed=geparst)
        seiten["simpleeval"] = lambda: rechner.eval(BEDINGUNG_PYTHON)
    if bkflow := load("bkflow_feel.api"):
        seiten["bkflow_feel"] = lambda: bkflow.parse_expression(BEDINGUNG, WERTE)
    return seiten


def make_tabelle() -> dict[str, Messbar]:
    """One evaluation of the decision table."""
    modell = dmn.Entscheidungsmodell(write_tabelle())
    return {"tabelle": lambda: modell.evaluate("stufe", FALL).wert}


def measure(seiten: dict[str, Messbar], runden: int, je_runde: int) -> dict[str, float]:
    """Median microseconds of one evaluation for each side; sides take turns, slow ones with fewer repetitions."""
    haeufig = {name: je_runde if once(seite) < 1e-3 else max(1, je_runde // 100) for name, seite in seiten.items()}
    zeiten: dict[str, list[float]] = {name: [] for name in seiten}
    gc.collect()
    gc.disable()
    try:
        for _ in range(runden):
            for name, seite in seiten.items():
                beginn = time.process_time()
                for _ in range(haeufig[name]):
                    seite()
                zeiten[name].append(1e6 * (time.process_time() - beginn) / haeufig[name])
    finally:
        gc.enable()
    return {name: statistics.median(werte) for name, werte in zeiten.items()}


def once(seite: Messbar) -> float:
    """Seconds of the second evaluation; the first one warms up."""
    seite()
    beginn = time.process_time()
    seite()
    return time.process_time() - beginn


def measure_ausreisser(runden: int) -> dict[str, float]:
    """CPU milliseconds (best of some runs) until a runaway expression or table has ended in our error."""
    daten = runpy.run_path(str(Path(__file__).with_name("ausreisser.py")))
    laeufe: dict[str, Messbar] = {name: partial(evaluate_text, text) for name, text in daten["AUSREISSER"].items()}
    for name, inhalt in daten["TABELLEN"].items():
        modell = dmn.Entscheidungsmodell(inhalt)
        laeufe[name] = partial(modell.evaluate, "d", {"x": [7] * 500})
    return {name: min(until_error(name, lauf) for _ in range(runden)) for name, lauf in laeufe.items()}


def evaluate_text(text: str) -> object:
    """Compile and evaluate, as for a text that comes in; JSON as the engine would store it."""
    return feel.to_json(feel.Ausdruck(text).evaluate({}))


def until_error(name: str, lauf: Messbar) -> float:
    """CPU milliseconds of one run; a result would mean that it is no runaway."""
    gc.collect()
    beginn = time.process_time()
    try:
        lauf()
    except feel.FeelError:
        return 1e3 * (time.process_time() - beginn)
    raise SystemExit(f"{name} kommt zu einem Ergebnis: kein Ausreißer")


def check(seiten: dict[str, Messbar], soll: object) -> None:
    """Sides that come to another result are not comparable."""
    for name, seite in seiten.items():
        if (ergebnis := seite()) != soll:
            raise SystemExit(f"{name} errechnet {ergebnis!r} statt {soll!r}: nicht vergleichbar")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--klein", action="store_true", help="fewer turns, ends within half a minute")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    argumente = parser.parse_args()
    runden = 15 if argumente.klein else 60
    bedingung, tabelle = make_bedingung(), make_tabelle()
    check(bedingung, True)
    check(tabelle, 10)
    us = measure(bedingung, runden, 1000)
    for name, wert in us.items():
        print(f"{name:20} {wert:10.2f} µs je Bedingung   Faktor {wert / us['wir']:8.1f}")
    us |= measure(tabelle, runden, 200)
    print(f"{'tabelle':20} {us['tabelle']:10.2f} µs je Entscheidung, {len(EINGAENGE)} Eingänge, {ZEILEN} Zeilen")
    ausreisser = measure_ausreisser(2 if argumente.klein else 5)
    for name, ms in sorted(ausreisser.items(), key=lambda paar: -paar[1]):
        print(f"{name:30} {ms:10.2f} ms bis zum Fehler")
    if argumente.json:
        zahlen = {f"{name}_us": round(wert, 3) for name, wert in us.items()}
        zahlen["ausreisser_ms"] = round(max(ausreisser.values()), 2)
        zahlen |= {f"{n}_faktor": round(us[n] / us["wir"], 2) for n in us if n not in ("wir", "tabelle")}
        print(json.dumps(zahlen))


if __name__ == "__main__":
    main()
