"""Writes a long CSV for spreadsheets: one row per run, UTF-8 with BOM, semicolons, and no cell that is a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from wertstrom.ausgabe.zeilen import Fall, faelle_of
from wertstrom.einlesen.attribute import EIGENE
from wertstrom.ereignisprotokoll import Protokoll

_KOPF = (
    *("Fall", "Aktivität", "Bereit", "Beginn", "Ende", "Rolle", "Knoten", "Art", "Ausgang", "Grund", "Frist"),
    *("Unterbrechungen", "Fallbeginn", "Fallende", "Fallausgang", "Prozessversion"),
)
#: what makes a spreadsheet compute
_FORMEL = ("=", "+", "-", "@", "\t", "\r")


def write_csv(teile: Iterable[Protokoll], ziel: Path) -> None:
    """All parts as one table; Merkmale and milestones follow as columns of their own."""
    weitere: dict[str, None] = {}
    # Which further columns there are is known at the end only.
    with TemporaryFile("w+", encoding="utf-8", newline="") as zwischen:
        schreiber = csv.writer(zwischen)
        for teil in teile:
            for fall in faelle_of(teil):
                mehr = {n.removeprefix(EIGENE): w for n, w in fall.angaben.items() if ":" in n.removeprefix(EIGENE)}
                weitere |= dict.fromkeys(mehr)
                schreiber.writerows(_zeilen_of(fall, mehr, list(weitere)))
        zwischen.seek(0)
        with ziel.open("w", encoding="utf-8-sig", newline="") as datei:
            fertige = csv.writer(datei, delimiter=";", lineterminator="\r\n")
            fertige.writerow([*_KOPF, *map(_heading, weitere)])
            breite = len(_KOPF) + len(weitere)
            fertige.writerows([*zeile, *[""] * (breite - len(zeile))] for zeile in csv.reader(zwischen))


def _heading(name: str) -> str:
    art, _, rest = name.partition(":")
    return f"{art.capitalize()} {rest}"


def _zeilen_of(fall: Fall, mehr: Mapping[str, str], weitere: Sequence[str]) -> list[list[str]]:
    def fallangabe(name: str) -> str:
        return fall.angaben.get(EIGENE + name, "")

    return [
        [
            _safe(str(zelle or ""))
            for zelle in (
                fall.nummer,
                schritt["name"],
                *(fall.zeit(schritt[name]) for name in ("bereit_us", "begonnen_us", "fertig_us")),
                *(schritt[name] for name in ("rolle", "knoten", "art", "ausgang", "grund")),
                fall.zeit(schritt["frist_us"]),
                _pausen(fall, schritt),
                *map(fallangabe, ("fallbeginn", "fallende", "fallausgang", "version")),
                *(mehr.get(name) for name in weitere),
            )
        ]
        for schritt in fall.schritte
    ]


def _pausen(fall: Fall, schritt: Mapping[str, Any]) -> str:
    """„von/bis grund[ extern] | …“"""
    return " | ".join(
        f"{fall.zeit(p['von_us'])}/{fall.zeit(p['bis_us'])} {p['grund'].replace(' ', '_').replace('|', '_')}"
        + (" extern" if p["extern"] else "")
        for p in fall.pausen.get((schritt["knoten"], schritt["lauf"]), ())
    )


def _safe(zelle: str) -> str:
    return f"'{zelle}" if zelle.startswith(_FORMEL) else zelle
