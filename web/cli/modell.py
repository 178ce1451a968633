"""``hilfefluss modell``: checks drawings without a database; prints what `engine.bpmn` finds, decides nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from engine import bpmn, pruefstand
from engine.bpmn import lesen

_SYMBOL = {bpmn.Stufe.FEHLER: "✗ Fehler", bpmn.Stufe.WARNUNG: "! Warnung", bpmn.Stufe.HINWEIS: "i Hinweis"}
_ERGEBNIS = {
    bpmn.Status.LAUFFAEHIG: "lauffähig",
    bpmn.Status.LEER: "leer (kein Ablauf)",
    bpmn.Status.ABGELEHNT: "abgelehnt",
}


@click.group()
def modell() -> None:
    """Prozessmodelle prüfen."""


@modell.command()
@click.argument(
    "dateien", metavar="DATEI…", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--json", "als_json", is_flag=True, help="Ein JSON-Objekt je Datei, eines je Zeile.")
def pruefen(dateien: Sequence[Path], als_json: bool) -> None:
    """Prüft BPMN-Dateien und nennt alle Befunde auf einmal.

    Beendet mit 1, wenn eine Datei abgelehnt wird.
    """
    abgelehnt = False
    for datei in dateien:
        ergebnis = pruefstand.pruefe(_read(datei), str(datei))
        abgelehnt |= ergebnis.status is bpmn.Status.ABGELEHNT
        click.echo(json.dumps(ergebnis.to_json(), ensure_ascii=False) if als_json else _describe(ergebnis))
    sys.exit(1 if abgelehnt else 0)


def _read(datei: Path) -> bytes:
    """Not more than it takes to see that a file is too large."""
    with datei.open("rb") as strom:
        return strom.read(lesen.MAX_BYTES + 1)


def _describe(ergebnis: bpmn.Pruefergebnis) -> str:
    zeilen = [f"{ergebnis.datei}: {_ERGEBNIS[ergebnis.status]}"]
    zeilen += [f"  Prozess „{m.name}“ ({m.prozess_id}): {len(m.schritte)} Elemente" for m in ergebnis.modelle]
    zeilen += [_describe_befund(b) for b in ergebnis.befunde]
    return "\n".join(zeilen)


def _describe_befund(befund: bpmn.Befund) -> str:
    ort = " · ".join(
        teil
        for teil in (
            f"Zeile {befund.zeile}" if befund.zeile else "",
            f"„{befund.name}“" if befund.name else "",
            befund.element or "",
        )
        if teil
    )
    return f"  {_SYMBOL[befund.stufe]} [{befund.art}] {ort}\n      {befund.text}\n      → {befund.abhilfe}"
