"""The value stream at size: ingest into the store, the whole figure set of one page, working time, one more Fall.

    python benchmarks/wertstrom.py [--klein] [--json] [--schritte N]

A seeded synthetic log (13 steps a Fall, some parallel, some sent back, one external wait) of 1 million step rows; with
--klein a tenth. Times are wall seconds of one run in this process, memory is its peak. With --json the last line is one
JSON object of named figures.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

# This file is named like the package it measures: look for packages beside its folder, not in it.
# ruff: noqa: E402
sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np
import pyarrow as pa

from wertstrom.ereignisprotokoll import FAELLE, PAUSEN, SCHRITTE, Protokoll, as_us
from wertstrom.kalender import Arbeitszeit
from wertstrom.kennzahlen import Auswahl, Ziel
from wertstrom.speicher import Grenzen, Speicher
from wertstrom.uebersicht import uebersicht

JE_FALL = 13
STUNDE = 3_600_000_000
START = as_us(datetime(2025, 1, 6, 7, tzinfo=UTC))
T = TypeVar("T")


def generate(faelle: int, *, ab: int = 0, saat: int = 1) -> Protokoll:
    """A log of so many Faelle; step 5 and 6 run side by side, step 9 waits for somebody outside."""
    zufall = np.random.default_rng(saat + ab)
    warten = zufall.exponential(20, (faelle, JE_FALL)).astype(np.int64) * STUNDE
    arbeit = zufall.integers(5, 180, (faelle, JE_FALL)) * 60_000_000
    start = START + zufall.integers(0, 700 * 24, faelle) * STUNDE
    ende = start[:, None] + np.cumsum(warten + arbeit, axis=1)
    bereit = np.concatenate([start[:, None], ende[:, :-1]], axis=1)
    bereit[:, 6] = bereit[:, 5]  # beside step 5
    begonnen, ende[:, 6] = bereit + warten, np.minimum(ende[:, 6], bereit[:, 6] + warten[:, 6] + arbeit[:, 6])
    bereit[:, 7] = np.maximum(ende[:, 5], ende[:, 6])
    begonnen[:, 7], ende[:, 7] = bereit[:, 7] + warten[:, 7], bereit[:, 7] + warten[:, 7] + arbeit[:, 7]
    for n in range(8, JE_FALL):
        bereit[:, n] = ende[:, n - 1]
        begonnen[:, n] = bereit[:, n] + warten[:, n]
        ende[:, n] = begonnen[:, n] + arbeit[:, n]
    nummern = np.arange(ab, ab + faelle)
    return Protokoll(
        _faelle(nummern, start, ende.max(axis=1)),
        _schritte(nummern, bereit, begonnen, ende),
        _pausen(nummern, begonnen, ende),
        ereignisse=faelle * JE_FALL * 3,
    )


def _faelle(nummern: Any, start: Any, ende: Any) -> pa.Table:
    n = len(nummern)
    spalten = [pa.array(nummern), _gleich("p", n), pa.repeat(pa.scalar(1, pa.int32()), n), pa.array(start)]
    return pa.table([*spalten, pa.array(ende), _gleich("abgeschlossen", n), pa.repeat(False, n)], schema=FAELLE)


def _schritte(nummern: Any, bereit: Any, begonnen: Any, ende: Any) -> pa.Table:
    n = bereit.size
    namen = pa.array([f"Schritt {k}" for k in range(JE_FALL)]).take(pa.array(np.tile(np.arange(JE_FALL), len(nummern))))
    spalten = [pa.array(np.repeat(nummern, JE_FALL)), namen, pa.repeat(pa.scalar(1, pa.int32()), n), namen]
    zeiten = [pa.array(zeit.ravel()) for zeit in (bereit, begonnen, ende)]
    rest = [_gleich("erledigt", n), pa.nulls(n, pa.string()), pa.nulls(n, pa.int64())]
    return pa.table([*spalten, _gleich("ASD", n), _gleich("aufgabe", n), *zeiten, *rest], schema=SCHRITTE)


def _pausen(nummern: Any, begonnen: Any, ende: Any) -> pa.Table:
    n, von, bis = len(nummern), begonnen[:, 9], ende[:, 9]
    spalten = [pa.array(nummern), _gleich("Schritt 9", n), pa.repeat(pa.scalar(1, pa.int32()), n)]
    zeiten = [pa.array(von + (bis - von) // 4), pa.array(bis - (bis - von) // 4)]
    return pa.table([*spalten, *zeiten, _gleich("familie", n), pa.repeat(True, n)], schema=PAUSEN)


def _gleich(text: str, n: int) -> pa.Array:
    return pa.repeat(text, n)


def timed(arbeit: Callable[[], T]) -> tuple[float, T]:
    """Wall seconds and result."""
    beginn = time.perf_counter()
    ergebnis = arbeit()
    return time.perf_counter() - beginn, ergebnis


def measure(schritte: int) -> dict[str, float]:
    """All figures of this benchmark."""
    uhr = Arbeitszeit()
    speicher = Speicher(uhr, grenzen=Grenzen(arbeitsspeicher="6GB"))
    faelle, paket = schritte // JE_FALL, 200_000
    aufnahme = 0.0
    for ab in range(0, faelle, paket):
        protokoll = generate(min(paket, faelle - ab), ab=ab)
        aufnahme += timed(partial(speicher.replace, protokoll))[0]
    seite = [timed(lambda: _page(speicher))[0] for _ in range(3)]
    einer = [timed(partial(speicher.replace, generate(1, ab=n)))[0] for n in range(5)]
    zeiten = np.random.default_rng(3).integers(START, START + 2 * 365 * 24 * STUNDE, schritte)
    arbeitszeit, _ = timed(lambda: uhr.arbeitszeit_us(zeiten, zeiten + 90 * STUNDE))
    return {
        "schritte": faelle * JE_FALL,
        "aufnahme_s": round(aufnahme, 3),
        "seite_s": round(sorted(seite)[1], 3),
        "ein_fall_mehr_s": round(sorted(einer)[2], 4),
        "arbeitszeit_intervalle": schritte,
        "arbeitszeit_s": round(arbeitszeit, 3),
        "speicher_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20), 2),
    }


def _page(speicher: Speicher) -> object:
    return uebersicht(speicher, Auswahl("p"), titel="p", ziel=Ziel(), jetzt_us=START, besetzung={"ASD": 20})


def main() -> None:
    """Command line."""
    leser = argparse.ArgumentParser(description=__doc__)
    leser.add_argument("--klein", action="store_true", help="ends within a minute")
    leser.add_argument("--json", action="store_true", help="last line: one JSON object")
    leser.add_argument("--schritte", type=int, default=0, help="number of step rows")
    angaben = leser.parse_args()
    figures = measure(angaben.schritte or (100_000 if angaben.klein else 1_000_000))
    for name, wert in figures.items():
        print(f"{name:24} {wert:>14,}")
    if angaben.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
