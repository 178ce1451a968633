"""The check of drawings on the files of the BPMN-MIWG suite, beside the parser of stock SpiffWorkflow, and their plays.

    python benchmarks/pruefung.py [ARCHIV] [--laeufe 20] [--json]

Per file: CPU milliseconds of `engine.bpmn.pruefe`, in turns with stock SpiffWorkflow's `BpmnParser` (all its process
specs). Then every process of every file is played with random decisions, stored and read again after every step. With
--json the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# This folder holds a module named like a package: look for packages beside it, not in it.
# ruff: noqa: E402 - started by its path: what it imports is found only after the line above
sys.path[0] = str(Path(__file__).resolve().parents[1])

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser

from engine import bpmn, probelauf

ARCHIV = Path(__file__).resolve().parents[2] / "shared" / "data" / "bpmn" / "miwg-dev.zip"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("archiv", nargs="?", type=Path, default=ARCHIV)
    parser.add_argument("--laeufe", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    gewaehlt = parser.parse_args()
    zahlen = measure(gewaehlt.archiv, gewaehlt.laeufe)
    for name, wert in zahlen.items():
        print(f"{name:32} {wert}")
    if gewaehlt.json:
        print(json.dumps(zahlen))


def measure(archiv: Path, laeufe: int) -> dict[str, Any]:
    """Shares and times of all files, and what became of the plays."""
    unsere: list[float] = []
    fremde: list[float] = []
    status: Counter[str] = Counter()
    spiele: Counter[str] = Counter()
    for name, inhalt in _read(archiv):
        ergebnis, dauer = _clock(lambda inhalt=inhalt, name=name: bpmn.pruefe(inhalt, name, variablen=frozenset()))
        unsere.append(dauer)
        status[ergebnis.status.value] += 1
        gelesen, dauer = _clock(lambda inhalt=inhalt: _read_stock(inhalt))
        fremde.append(dauer)
        status["spiffworkflow"] += gelesen
        _play(ergebnis, laeufe, spiele)
    dateien = len(unsere)
    return {
        "dateien": dateien,
        "lauffaehig_anteil": round(status["lauffaehig"] / dateien, 4),
        "leer": status["leer"],
        "abgelehnt": status["abgelehnt"],
        "ms_median": round(statistics.median(unsere), 2),
        "ms_p95": round(sorted(unsere)[int(0.95 * dateien)], 2),
        "ms_schlechteste": round(max(unsere), 2),
        "spiffworkflow_anteil": round(status["spiffworkflow"] / dateien, 4),
        "spiffworkflow_ms_median": round(statistics.median(fremde), 2),
        **spiele,
    }


def _play(ergebnis: bpmn.Pruefergebnis, laeufe: int, spiele: Counter[str]) -> None:
    gewarnt = {b.element for b in ergebnis.befunde if b.art in bpmn.ABLAUFBEFUNDE}
    for bericht in probelauf.play_prozesse(ergebnis, laeufe=laeufe):
        endet = bericht.beendet == bericht.laeufe
        genannt = all(stelle.element in gewarnt for stelle in bericht.stellen)
        spiele["prozesse"] += 1
        spiele["prozesse_enden_immer"] += endet
        spiele["prozesse_halten_mit_befund"] += genannt and not endet
        spiele["prozesse_halten_ohne_befund"] += not genannt
        spiele["laeufe"] += bericht.laeufe
        spiele["laeufe_beendet"] += bericht.beendet
        spiele["laeufe_gestoert"] += bericht.stoerung


def _read(archiv: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(archiv) as datei:
        for name in sorted(datei.namelist()):
            if name.endswith(".bpmn"):
                yield name, datei.read(name)


def _read_stock(inhalt: bytes) -> bool:
    """Whether stock SpiffWorkflow accepts at least one process of the file; it raises whatever it likes."""
    parser = BpmnParser()
    try:
        parser.add_bpmn_str(inhalt)
        return bool(parser.find_all_specs())
    except Exception:
        return False


def _clock(was: Callable[[], Any]) -> tuple[Any, float]:
    """The result and CPU milliseconds."""
    beginn = time.process_time()
    ergebnis = was()
    return ergebnis, (time.process_time() - beginn) * 1000


if __name__ == "__main__":
    main()
