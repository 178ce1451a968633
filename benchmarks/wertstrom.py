"""The value stream at size: ingest, every figure of a process page, one more Fall, working time; beside pm4py.

    python benchmarks/wertstrom.py [--klein] [--schritte N] [--pm4py PFAD/bin/python] [--ordner PFAD] [--json]

A seeded synthetic log (13 steps a Fall and more where something is sent back, two steps side by side, one external
wait, in the order of its starts over two years) of 1 million step rows; with --klein a tenth. Every phase is a process
of its own: wall seconds, its own processor seconds (on a busy machine the better measure), its peak memory. pm4py
(AGPL-3.0) runs as a separate program in an environment of its own. With --json the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

# This file is named like the package it measures: look for packages beside its folder, not in it.
# ruff: noqa: E402 - started by its path: what it imports is found only after the line above
sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from wertstrom import karte, unterschied, verlauf, verschwendung
from wertstrom.blatt import Frage, write_blatt
from wertstrom.ereignisprotokoll import FAELLE, PAUSEN, SCHRITTE, Protokoll, as_us
from wertstrom.kalender import Arbeitszeit
from wertstrom.kennzahlen import Auswahl, Ziel, durchlaufzeit, wiederholung
from wertstrom.speicher import Grenzen, Speicher
from wertstrom.speicher.dauerhaft import Dauerspeicher
from wertstrom.speicher.direkt import measure_direkt
from wertstrom.uebersicht import uebersicht

PEER = Path(__file__).resolve().parent / "peers" / "pm4py_last.py"
#: step 3 and 4 come again where something was sent back
FOLGE = (0, 1, 2, 3, 4, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
WIEDERHOLT = np.array([5, 6])
JE_FALL = 13.6
STUNDE = 3_600_000_000
START = as_us(datetime(2025, 1, 6, 7, tzinfo=UTC))
SPANNE = 700 * 24 * STUNDE
ENDE = START + SPANNE + 60 * 24 * STUNDE
PAKET = 50_000
ALLES = Auswahl("p")
ROLLEN = ("ASD", "WJH", "Leitung", "ASD", "Fachdienst")
T = TypeVar("T")


def generate(anzahl: int, *, ab: int = 0, von: int = 1, alle: int = 0) -> Protokoll:
    """Faelle `ab` … of a log of `alle`: step 5 and 6 run side by side, step 9 waits for somebody outside."""
    zufall = np.random.default_rng(von + ab)
    stellen = len(FOLGE)
    warten = (zufall.exponential(20 * STUNDE, (anzahl, stellen))).astype(np.int64)
    arbeit = zufall.integers(5 * STUNDE // 60, 3 * STUNDE, (anzahl, stellen))
    zurueck = zufall.random(anzahl) < 0.3
    for spalte in WIEDERHOLT:
        warten[:, spalte] *= zurueck
        arbeit[:, spalte] *= zurueck
    start = START + (np.arange(ab, ab + anzahl) * SPANNE) // max(alle, ab + anzahl)
    bereit, begonnen, ende = (np.empty((anzahl, stellen), dtype=np.int64) for _ in range(3))
    jetzt = start
    for stelle, schritt in enumerate(FOLGE):
        bereit[:, stelle] = bereit[:, stelle - 1] if schritt == 6 else jetzt
        begonnen[:, stelle] = bereit[:, stelle] + warten[:, stelle]
        ende[:, stelle] = begonnen[:, stelle] + arbeit[:, stelle]
        jetzt = np.maximum(jetzt, ende[:, stelle])
    da = np.ones((anzahl, stellen), dtype=bool)
    da[:, WIEDERHOLT] = zurueck[:, None]
    nummern = np.arange(ab, ab + anzahl)
    schritte = _schritte(nummern, (bereit, begonnen, ende), zurueck).filter(pa.array(da.ravel()))
    return Protokoll(_faelle(nummern, start, jetzt), schritte, _pausen(nummern, begonnen, ende))


def _faelle(nummern: Any, start: Any, ende: Any) -> pa.Table:
    n = len(nummern)
    spalten = [pa.array(nummern), _gleich("p", n), pa.repeat(pa.scalar(1, pa.int32()), n), pa.array(start)]
    return pa.table([*spalten, pa.array(ende), _gleich("abgeschlossen", n), pa.repeat(False, n)], schema=FAELLE)


def _schritte(nummern: Any, zeiten: Any, zurueck: Any) -> pa.Table:
    n, anzahl = zeiten[0].size, len(nummern)
    namen = pa.array([f"Schritt {k}" for k in FOLGE]).take(pa.array(np.tile(np.arange(len(FOLGE)), anzahl)))
    rollen = pa.array([ROLLEN[k % len(ROLLEN)] for k in FOLGE]).take(pa.array(np.tile(np.arange(len(FOLGE)), anzahl)))
    lauf = np.ones((anzahl, len(FOLGE)), dtype=np.int32)
    lauf[:, WIEDERHOLT] = 2
    gesandt = np.zeros((anzahl, len(FOLGE)), dtype=bool)
    gesandt[:, 4] = zurueck
    maske = pa.array(gesandt.ravel())
    ausgang = pc.if_else(maske, "zurueckgegeben", "erledigt")
    grund = pc.if_else(maske, "W05", pa.scalar(None, pa.string()))
    spalten = [pa.array(np.repeat(nummern, len(FOLGE))), namen, pa.array(lauf.ravel()), namen, rollen]
    werte = [_gleich("aufgabe", n), *(pa.array(zeit.ravel()) for zeit in zeiten), ausgang, grund]
    return pa.table([*spalten, *werte, pa.nulls(n, pa.int64())], schema=SCHRITTE)


def _pausen(nummern: Any, begonnen: Any, ende: Any) -> pa.Table:
    n, von, bis = len(nummern), begonnen[:, FOLGE.index(9)], ende[:, FOLGE.index(9)]
    spalten = [pa.array(nummern), _gleich("Schritt 9", n), pa.repeat(pa.scalar(1, pa.int32()), n)]
    zeiten = [pa.array(von + (bis - von) // 4), pa.array(bis - (bis - von) // 4)]
    return pa.table([*spalten, *zeiten, _gleich("familie", n), pa.repeat(True, n)], schema=PAUSEN)


def _gleich(text: str, n: int) -> pa.Array:
    return pa.repeat(text, n)


def timed(arbeit: Callable[[], T]) -> tuple[dict[str, float], T]:
    """Wall and processor seconds, and the result."""
    beginn, prozessor = time.perf_counter(), time.process_time()
    ergebnis = arbeit()
    return {
        "s": round(time.perf_counter() - beginn, 3),
        "cpu_s": round(time.process_time() - prozessor, 3),
    }, ergebnis


def page(speicher: Speicher) -> object:
    """The first sight of the page of a process: finding, times, ladder, steps, distribution."""
    return uebersicht(speicher, ALLES, titel="p", ziel=Ziel(), jetzt_us=ENDE, besetzung=dict.fromkeys(ROLLEN, 20))


def whole_page(speicher: Speicher) -> None:
    """Everything the page shows: all figures, map, variants, waste, gaps to the target, development."""
    page(speicher)
    write_blatt(speicher, ALLES, Frage(Ziel(), ENDE))
    karte.draw_karte(speicher, ALLES)
    karte.find_varianten(speicher, ALLES, hoechstens=5)
    verschwendung.rank(verschwendung.Lage(speicher, ALLES, None))
    unterschied.find_luecken(speicher, ALLES, Ziel())
    verlauf.measure_verlauf(speicher, ALLES, Ziel(), ENDE)


def open_store(ordner: Path) -> Dauerspeicher:
    """The store as a server opens it."""
    return Dauerspeicher(ordner / "speicher", Arbeitszeit(), Grenzen(arbeitsspeicher="4GB"))


def fill(ordner: Path, faelle: int) -> dict[str, Any]:
    """Generate and take in, as one change."""
    speicher, erzeugt = open_store(ordner), {"s": 0.0, "cpu_s": 0.0}

    def take_in() -> None:
        with speicher.writing():
            for ab in range(0, faelle, PAKET):
                zeit, protokoll = timed(partial(generate, min(PAKET, faelle - ab), ab=ab, alle=faelle))
                erzeugt.update({name: erzeugt[name] + zeit[name] for name in zeit})
                speicher.replace(protokoll)

    nur = {name: round(s - erzeugt[name], 3) for name, s in timed(take_in)[0].items()}
    groesse = sum(datei.stat().st_size for datei in ordner.rglob("*.parquet"))
    return nur | {"gib_auf_platte": round(groesse / (1 << 30), 2)}


def read_page(ordner: Path, _faelle: int) -> dict[str, Any]:
    """A server that starts: its first page, everything on it, and the first page after one more Fall."""
    oeffnen, speicher = timed(lambda: open_store(ordner))
    erste, _ = timed(lambda: page(speicher))
    alles, _ = timed(lambda: whole_page(speicher))
    return {"oeffnen": oeffnen, "seite": erste, "alles": alles}


def one_more(ordner: Path, faelle: int) -> dict[str, Any]:
    """One more Fall, then one that changes; each with the page that shows it. Median of five."""
    speicher = open_store(ordner)
    page(speicher)
    schreiben, seiten = [], []
    for nummer in (faelle, faelle, faelle, faelle // 2, faelle // 2):
        protokoll = generate(1, ab=nummer, von=faelle, alle=faelle + 1)
        schreiben.append(timed(partial(speicher.replace, protokoll))[0])
        seiten.append(timed(lambda: page(speicher))[0])
    return {
        "schreiben": sorted(schreiben, key=lambda z: z["s"])[2],
        "seite": sorted(seiten, key=lambda z: z["s"])[2],
        "alter_teil": schreiben[3],
    }


def overlap(ordner: Path, _faelle: int) -> dict[str, Any]:
    """What pm4py computes too, on the filled store by a server that starts."""
    speicher = open_store(ordner)

    def run() -> object:
        durchlaufzeit(speicher, ALLES), wiederholung(speicher, ALLES)
        karte.draw_karte(speicher, ALLES)
        return karte.find_varianten(speicher, ALLES)

    return timed(run)[0] | {"zweites_mal": timed(run)[0]}


def write_log(ordner: Path, faelle: int) -> dict[str, Any]:
    """The log as another program would hand it over."""
    typ = pa.timestamp("us", "UTC")
    with pq.ParquetWriter(ordner / "log.parquet", _log(generate(1), typ).schema, compression="zstd") as datei:
        for ab in range(0, faelle, PAKET):
            datei.write_table(_log(generate(min(PAKET, faelle - ab), ab=ab, alle=faelle), typ))
    return {}


def _log(protokoll: Protokoll, typ: pa.DataType) -> pa.Table:
    s = protokoll.schritte
    fall = pc.cast(s["fall"], pa.string())
    return pa.table(
        {"fall": fall, "schritt": s["knoten"], "beginn": s["begonnen_us"].cast(typ), "fertig": s["fertig_us"].cast(typ)}
    )


def direct(ordner: Path, _faelle: int) -> dict[str, Any]:
    """The figures of pm4py straight from the Parquet file."""

    def run() -> Any:
        log = pq.read_table(ordner / "log.parquet", read_dictionary=["fall", "schritt"])
        zeiten = (log[name].cast(pa.int64()).to_numpy() for name in ("beginn", "fertig"))
        return measure_direkt(log["fall"], log["schritt"], *zeiten)

    zeit, ergebnis = timed(run)
    return zeit | {
        "faelle": len(ergebnis.dauern),
        "folgen": sorted([*paar, round(werte[2] / 1e6, 3)] for paar, werte in ergebnis.folgen.items()),
        "wiederholt": dict(sorted(ergebnis.wiederholt.items())),
        "varianten": sorted(ergebnis.varianten.values(), reverse=True),
    }


def working_time(_ordner: Path, faelle: int) -> dict[str, Any]:
    """Working time of as many intervals as there are steps, at most 10 million."""
    zeiten = np.random.default_rng(3).integers(START, START + SPANNE, min(round(faelle * JE_FALL), 10_000_000))
    return timed(lambda: Arbeitszeit().arbeitszeit_us(zeiten, zeiten + 90 * STUNDE))[0] | {"intervalle": len(zeiten)}


PHASEN: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "aufnahme": fill,
    "server": read_page,
    "ein_fall_mehr": one_more,
    "arbeitszeit": working_time,
    "gemeinsame": overlap,
    "log": write_log,
    "direkt": direct,
}


def run_phase(name: str, ordner: Path, faelle: int) -> dict[str, Any]:
    """One phase in a process of its own, with its peak memory."""
    befehl = [sys.executable, __file__, "--phase", name, "--ordner", str(ordner), "--faelle", str(faelle)]
    lauf = subprocess.run(befehl, capture_output=True, text=True, check=True)
    ergebnis: dict[str, Any] = json.loads(lauf.stdout.splitlines()[-1])
    return ergebnis


def measure(faelle: int, ordner: Path, pm4py: str | None, phasen: list[str]) -> dict[str, Any]:
    """All figures of this benchmark."""
    ergebnis: dict[str, Any] = {"faelle": faelle, "schritte": round(faelle * JE_FALL)}
    for name in phasen:
        ergebnis[name] = run_phase(name, ordner, faelle)
        print(name, {k: v for k, v in ergebnis[name].items() if k not in _VERGLICHEN}, flush=True)
    if pm4py:
        lauf = subprocess.run([pm4py, PEER, ordner / "log.parquet"], capture_output=True, text=True, check=True)
        ergebnis["pm4py"] = json.loads(lauf.stdout.splitlines()[-1])
        ergebnis["vergleich"] = compare(ergebnis)
        print("vergleich", ergebnis["vergleich"], flush=True)
    for name in ("direkt", "pm4py"):
        ergebnis[name] = {k: v for k, v in ergebnis.get(name, {}).items() if k not in _VERGLICHEN}
    return ergebnis


_VERGLICHEN = ("folgen", "wiederholt", "varianten")


def compare(ergebnis: dict[str, Any]) -> dict[str, Any]:
    """How many times as fast, how much of the memory; and whether the numbers are the same."""
    peer, direkt, bestand = ergebnis["pm4py"], ergebnis["direkt"], ergebnis["gemeinsame"]
    anders = [paar[:2] for paar, sein in zip(direkt["folgen"], peer["folgen"], strict=True) if paar != sein]
    return {
        "aus_parquet_mal": round(peer["summe_s"] / direkt["s"], 1),
        "aus_parquet_mal_cpu": round(peer["summe_cpu_s"] / direkt["cpu_s"], 1),
        "aus_speicher_mal": round(peer["summe_s"] / bestand["s"], 1),
        "aus_speicher_mal_cpu": round(peer["summe_cpu_s"] / bestand["cpu_s"], 1),
        "speicher_anteil": round(max(direkt["speicher_gib"], bestand["speicher_gib"]) / peer["speicher_gib"], 2),
        "gleich": {name: direkt[name] == peer[name] for name in ("faelle", "wiederholt", "varianten")},
        # Around steps that are side by side, pm4py goes by their begin and we by their end.
        "folgen_anders": anders,
    }


def main() -> None:
    """Command line."""
    leser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    leser.add_argument("--klein", action="store_true", help="ends within a minute")
    leser.add_argument("--json", action="store_true", help="last line: one JSON object")
    leser.add_argument("--schritte", type=int, default=0, help="number of step rows")
    leser.add_argument("--pm4py", help="Python of an environment with pm4py")
    leser.add_argument("--ordner", type=Path, help="where to write; else a temporary folder that is deleted")
    leser.add_argument("--phasen", nargs="*", default=list(PHASEN), choices=PHASEN, help="only these")
    leser.add_argument("--phase", choices=PHASEN, help=argparse.SUPPRESS)
    leser.add_argument("--faelle", type=int, help=argparse.SUPPRESS)
    angaben = leser.parse_args()
    if angaben.phase:
        werte = PHASEN[angaben.phase](angaben.ordner, angaben.faelle)
        print(
            json.dumps(werte | {"speicher_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)})
        )
        return
    faelle = round((angaben.schritte or (100_000 if angaben.klein else 1_000_000)) / JE_FALL)
    ordner = angaben.ordner or Path(tempfile.mkdtemp(prefix="wertstrom-"))
    try:
        ergebnis = measure(faelle, ordner, angaben.pm4py, angaben.phasen)
    finally:
        if not angaben.ordner:
            shutil.rmtree(ordner, ignore_errors=True)
    if angaben.json:
        print(json.dumps(ergebnis))


if __name__ == "__main__":
    main()
