"""Our figures of event logs beside those of pm4py: durations, directly-follows counts, variants, rework must be equal.

    python benchmarks/abgleich_pm4py.py --pm4py PFAD/bin/python [--json] LOG…

pm4py (AGPL-3.0) runs as a separate program in an environment of its own, made for example by
``python -m venv /tmp/pm4py && /tmp/pm4py/bin/pip install pm4py``. Without --pm4py only our figures are computed. Ends
with exit code 1 when a figure differs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[1])

# ruff: noqa: E402 - started by its path: what it imports is found only after the line above
from engine.kalender import Kalender
from wertstrom import kennzahlen
from wertstrom.einlesen import read_protokoll
from wertstrom.kalender import Arbeitszeit
from wertstrom.karte import draw_karte, find_varianten
from wertstrom.kennzahlen import Auswahl
from wertstrom.schutz import OHNE_SCHWELLEN
from wertstrom.speicher import Speicher

PEER = Path(__file__).resolve().parent / "peers" / "pm4py_zahlen.py"
#: seconds by which two programs may differ that read the same instants as float and as microseconds
_GENAU_S = 1e-3


def measure(datei: Path) -> dict[str, Any]:
    """The same figures as the peer, by our own analysis."""
    protokoll = read_protokoll(datei)
    speicher = Speicher(Arbeitszeit(Kalender("NW"), zone=protokoll.zone))
    speicher.replace(protokoll)
    auswahl = Auswahl(protokoll.faelle["prozess"][0].as_py())
    karte = draw_karte(speicher, auswahl, schwellen=OHNE_SCHWELLEN)
    start, ende = (protokoll.faelle[spalte].to_pylist() for spalte in ("start_us", "ende_us"))
    wiederholt = {k: a.treffer for k, a in kennzahlen.wiederholung(speicher, auswahl).items() if a.treffer}
    wege = [v for v in find_varianten(speicher, auswahl, schwellen=OHNE_SCHWELLEN) if v.weg]
    return {
        "dauern": sorted((b - a) / 1e6 for a, b in zip(start, ende, strict=True)),
        "folgen": sorted([k.von, k.nach, k.n] for k in karte.kanten),
        "anfang": dict(karte.anfang),
        "ende": dict(karte.ende),
        "varianten": sorted((v.faelle for v in wege), reverse=True),
        "wiederholung": wiederholt,
        "faelle_mit_wiederholung": sum(v.faelle for v in wege if max(Counter(v.weg).values()) > 1),
    }


def differences(wir: dict[str, Any], peer: dict[str, Any]) -> list[str]:
    """What differs, in words."""
    texte = []
    if len(wir["dauern"]) != len(peer["dauern"]):
        texte.append(f"dauern: {len(wir['dauern'])} und {len(peer['dauern'])} Fälle")
    else:
        groesste = max((abs(a - b) for a, b in zip(wir["dauern"], peer["dauern"], strict=True)), default=0.0)
        texte += [f"dauern: bis zu {groesste} s"] if groesste > _GENAU_S else []
    for name in ("anfang", "ende", "varianten", "wiederholung", "faelle_mit_wiederholung", "folgen"):
        if wir[name] != peer[name]:
            texte.append(f"{name}: {_shown(wir[name], peer[name])}")
    return texte


def _shown(wir: Any, peer: Any) -> str:
    if isinstance(wir, int):
        return f"{wir} und {peer}"
    if isinstance(wir, dict):
        wir, peer = ([list(paar) for paar in x.items()] for x in (wir, peer))
    nur_wir, nur_peer = ([str(x) for x in a if x not in b][:3] for a, b in ((wir, peer), (peer, wir)))
    return f"nur hier {nur_wir}, nur dort {nur_peer} ({len(wir)} und {len(peer)} Einträge)"


def main() -> int:
    """Command line."""
    leser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    leser.add_argument("--pm4py", type=Path, help="Python of an environment with pm4py")
    leser.add_argument("--json", action="store_true", help="last line: one JSON object")
    leser.add_argument("logs", nargs="+", type=Path)
    angaben = leser.parse_args()
    ergebnis: dict[str, list[str] | None] = {}
    for log in angaben.logs:
        wir = measure(log)
        ergebnis[log.name] = None
        text = f"{len(wir['dauern'])} Fälle, {len(wir['folgen'])} Folgen, {len(wir['varianten'])} Varianten"
        if angaben.pm4py:
            lauf = subprocess.run([angaben.pm4py, PEER, log], capture_output=True, text=True, check=True)
            ergebnis[log.name] = differences(wir, json.loads(lauf.stdout.splitlines()[-1]))
            text += ": " + ("; ".join(ergebnis[log.name] or []) or "gleich")
        print(f"{log.name}: {text}")
    if angaben.json:
        print(json.dumps(ergebnis, ensure_ascii=False))
    return int(any(ergebnis.values()))


if __name__ == "__main__":
    sys.exit(main())
