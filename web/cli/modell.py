"""``hilfefluss modell``: checks drawings and plays them, without a database; decides nothing itself."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from engine import bpmn, probelauf, pruefstand
from engine.bpmn import lesen
from engine.bpmn.konstrukte import Konstrukttabelle

_SYMBOL = {bpmn.Stufe.FEHLER: "✗ Fehler", bpmn.Stufe.WARNUNG: "! Warnung", bpmn.Stufe.HINWEIS: "i Hinweis"}
_ERGEBNIS = {
    bpmn.Status.LAUFFAEHIG: "lauffähig",
    bpmn.Status.LEER: "leer (kein Ablauf)",
    bpmn.Status.ABGELEHNT: "abgelehnt",
}


_DATEIEN = click.argument(
    "dateien", metavar="DATEI…", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


@click.group()
def modell() -> None:
    """Prozessmodelle prüfen und durchspielen."""


@modell.command()
@_DATEIEN
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


@modell.command()
@_DATEIEN
@click.option("--zufall", "laeufe", type=click.IntRange(1, 10_000), default=20, help="So oft je Prozess.")
@click.option("--saat", type=int, default=0, help="Derselbe Wert gibt dieselben Läufe.")
@click.option("--json", "als_json", is_flag=True, help="Ein JSON-Objekt je Datei, eines je Zeile.")
def spielen(dateien: Sequence[Path], laeufe: int, saat: int, als_json: bool) -> None:
    """Spielt jeden Prozess mit zufälligen Entscheidungen und Angaben bis zu seinem Ende.

    Nach jedem Schritt wird der Stand gespeichert und neu gelesen. Beendet mit 1, wenn ein Lauf nicht ans Ende kommt.
    """
    gescheitert = False
    for datei in dateien:
        # No form sets anything here: what the drawing leaves to data of a form, a person decides.
        ergebnis = pruefstand.pruefe(_read(datei), str(datei), variablen=frozenset())
        berichte = probelauf.play_prozesse(ergebnis, laeufe=laeufe, saat=saat)
        gescheitert |= any(b.beendet < b.laeufe for b in berichte)
        if als_json:
            inhalt = {"datei": str(datei), "prozesse": [b.to_json() for b in berichte]}
            click.echo(json.dumps(inhalt, ensure_ascii=False))
        else:
            click.echo(_describe_laeufe(ergebnis, berichte))
    sys.exit(1 if gescheitert else 0)


@modell.command()
@_DATEIEN
def konstrukte(dateien: Sequence[Path]) -> None:
    """Zählt, was aus jedem Element der Dateien (BPMN, oder ZIP mit BPMN) wird, als Tabelle in Markdown.

    Es zählt, was ausgeführt wird, nicht was die Befunde ankündigen. Ohne Formulare entscheidet eine Person.
    """
    tabelle = Konstrukttabelle()
    for name, inhalt in _read_zeichnungen(dateien):
        tabelle.add(inhalt, bpmn.pruefe(inhalt, name, variablen=frozenset()))
    click.echo(tabelle.render(), nl=False)


def _read_zeichnungen(dateien: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    for datei in dateien:
        if datei.suffix != ".zip":
            yield str(datei), _read(datei)
            continue
        with zipfile.ZipFile(datei) as archiv:
            for eintrag in archiv.infolist():
                if eintrag.filename.endswith(".bpmn"):
                    with archiv.open(eintrag) as strom:
                        yield eintrag.filename, strom.read(lesen.MAX_BYTES + 1)


def _describe_laeufe(ergebnis: bpmn.Pruefergebnis, berichte: Sequence[probelauf.Prozessbericht]) -> str:
    zeilen = [f"{ergebnis.datei}: {_ERGEBNIS[ergebnis.status]}"]
    for b in berichte:
        rest = "".join(
            f", {zahl} {wort}" for zahl, wort in ((b.haengt, "bleiben stehen"), (b.stoerung, "gestört")) if zahl
        )
        zeilen.append(f"  {b.id}: {b.beendet} von {b.laeufe} Läufen beendet{rest} ({b.schritte} Schritte)")
        zeilen += [f"    {s.laeufe}× bei {s.element or 'unbekannt'}: {s.grund}" for s in b.stellen]
    return "\n".join(zeilen)


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
