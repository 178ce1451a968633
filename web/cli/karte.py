"""``hilfefluss wertstrom karte``: what really happens, and how it fits a drawing.

Owns arguments and output. Computes nothing: every number comes from `wertstrom`.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click

from engine import bpmn
from engine.errors import Invalid, NotFound
from web.cli.protokoll import Geladen, protokoll_options, write_json
from wertstrom import abgleich, formulierung, karte, laden
from wertstrom.abgleich import Abgleich
from wertstrom.karte import Karte
from wertstrom.modell import Modell

_MODELL_BYTES = 20 << 20


@click.command(name="karte")
@protokoll_options
@click.option("--modell", type=click.Path(path_type=Path), help="BPMN-Datei, mit der die Abläufe verglichen werden.")
@click.option("--nach-ursache", is_flag=True, help="Vorgänger nach Ursache statt nach Zeit; für parallele Zweige.")
@click.option("--varianten", "anzahl", default=20, show_default=True, help="So viele Varianten höchstens.")
def show_karte(geladen: Geladen, als_json: bool, modell: Path | None, nach_ursache: bool, anzahl: int) -> None:
    """Karte der unmittelbaren Folgen mit Zeiten, Varianten und auf Wunsch der Abgleich mit einem Modell."""
    speicher, auswahl, schwellen = geladen.speicher, geladen.auswahl, geladen.schwellen
    gezeichnet = karte.draw_karte(speicher, auswahl, nach_zeit=not nach_ursache, schwellen=schwellen)
    wege = karte.find_varianten(speicher, auswahl, hoechstens=anzahl, schwellen=schwellen)
    vergleich = (
        abgleich.replay(speicher, auswahl, read_modell(modell), schwellen=schwellen) if modell is not None else None
    )
    if als_json:
        write_json(
            _plain(gezeichnet)
            | {
                "varianten": [dataclasses.asdict(v) for v in wege],
                "abgleich": dataclasses.asdict(vergleich) if vergleich else None,
            }
        )
        return
    namen = {s.knoten: s.name for s in gezeichnet.schritte}
    for k in gezeichnet.kanten:
        zeit = formulierung.format_tage(k.zeit.kt.median, "KT")
        click.echo(f"{namen[k.von]} → {namen[k.nach]}: {k.n}, Median {zeit}")
    for v in wege:
        click.echo(f"{formulierung.format_anteil(v.anteil)} ({v.faelle}): {' → '.join(v.weg or ('übrige',))}")
    if vergleich:
        click.echo(_text(vergleich))


def read_modell(datei: Path) -> Modell:
    """The first process of a drawing; raises `NotFound` or `Invalid` with a German text."""
    if not datei.is_file() or datei.stat().st_size > _MODELL_BYTES:
        raise NotFound("Das Modell kann nicht gelesen werden: Die Datei gibt es nicht, oder sie ist zu groß.")
    ergebnis = bpmn.pruefe(datei.read_bytes(), datei.name)
    if not ergebnis.modelle:
        raise Invalid(
            "Das Modell kann nicht verglichen werden: Die Zeichnung enthält keinen lauffähigen Prozess. "
            "Die Befunde nennt hilfefluss modell pruefen."
        )
    return Modell(laden.knoten_of(ergebnis.modelle[0].schritte))


def _plain(gezeichnet: Karte) -> dict[str, Any]:
    return {
        "schritte": [
            {"knoten": s.knoten, "name": s.name, "n": s.beendet, "faelle": s.faelle} for s in gezeichnet.schritte
        ],
        "kanten": [dataclasses.asdict(k) for k in gezeichnet.kanten],
        "anfang": dict(gezeichnet.anfang),
        "ende": dict(gezeichnet.ende),
        "schleifen": [list(s) for s in gezeichnet.schleifen],
        "verdeckt": gezeichnet.verdeckt,
    }


def _text(a: Abgleich) -> str:
    zeilen = [f"Wie gezeichnet: {formulierung.format_anteil(a.passend.anteil) if a.passend else formulierung.OHNE}"]
    for wort, liste in (("ausgelassen", a.ausgelassen), ("zusätzlich", a.zusaetzlich)):
        for x in liste[:10]:
            ort = f"nach „{x.nach}“" if x.nach else "am Anfang"
            zeilen.append(f"{wort}: {x.name} {ort}, {x.faelle} Vorgänge")
    if a.nicht_beurteilt:
        zeilen.append(f"Nicht beurteilt: {a.nicht_beurteilt} Vorgänge")
    return "\n".join(zeilen)
