"""``hilfefluss wertstrom``: figures of an event log on the command line, as text for people or JSON for programs.

Owns arguments and output. Computes nothing: every number comes from `wertstrom.kennzahlen`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from engine.errors import EngineError
from engine.kalender import Kalender
from wertstrom import einlesen, formulierung, kennzahlen
from wertstrom.ereignisprotokoll import Protokoll
from wertstrom.kalender import Arbeitszeit
from wertstrom.kennzahlen import Auswahl, Lagemass, Ziel
from wertstrom.speicher import Speicher


@click.group()
def wertstrom() -> None:
    """Kennzahlen aus Ereignissen."""


@wertstrom.command(name="kennzahlen")
@click.option(
    "--protokoll",
    required=True,
    type=click.Path(path_type=Path),
    help="CSV- oder XES-Datei, auch gzip-gepackt.",
)
@click.option("--json", "als_json", is_flag=True, help="Ein JSON-Objekt ausgeben.")
@click.option("--ende", "enden", multiple=True, help="Aktivität, die einen Fall abschließt; mehrfach möglich.")
@click.option(
    "--spalten",
    multiple=True,
    help=f"Zuordnung BEDEUTUNG=SPALTE einer CSV-Datei ({', '.join(einlesen.BEDEUTUNGEN)}); mehrfach oder mit Komma.",
)
@click.option("--land", default="NW", show_default=True, help="Land für Feiertage.")
@click.option(
    "--ziel", default="10AT", show_default=True, help="Zielzeit in Arbeitstagen (10AT) oder Kalendertagen (10KT)."
)
@click.option("--zeitzone", help="Zeitzone von Zeitpunkten ohne Zone, z. B. Europe/Berlin.")
@click.argument("weitere_enden", nargs=-1, metavar="[AKTIVITAET]...")
def show_kennzahlen(
    protokoll: Path,
    als_json: bool,
    enden: Sequence[str],
    spalten: Sequence[str],
    land: str,
    ziel: str,
    zeitzone: str | None,
    weitere_enden: Sequence[str],
) -> None:
    """Durchlaufzeit, Liegezeit und Bearbeitungsdauer eines Ereignisprotokolls.

    Nach --ende dürfen mehrere Aktivitäten stehen. Ohne --ende zählt jeder Fall als abgeschlossen.
    """
    try:
        if weitere_enden and not enden:
            raise click.UsageError(f"Unerwartete Angabe: {weitere_enden[0]}")
        vorgaben = einlesen.Vorgaben(
            enden=(*enden, *weitere_enden), spalten=einlesen.parse_spalten(spalten), zone=_zone(zeitzone)
        )
        ergebnis = measure(einlesen.read_protokoll(protokoll, vorgaben), Kalender(land), kennzahlen.parse_ziel(ziel))
    except EngineError as fehler:
        raise click.ClickException(fehler.text) from fehler
    click.echo(json.dumps(ergebnis, ensure_ascii=False) if als_json else _text(ergebnis))


def measure(protokoll: Protokoll, kalender: Kalender, ziel: Ziel) -> dict[str, Any]:
    """All figures of one log; durations in days, shares 0–1, missing values None."""
    speicher = Speicher(Arbeitszeit(kalender, zone=protokoll.zone))
    try:
        speicher.replace(protokoll)
        return _figures(speicher, protokoll, ziel)
    finally:
        speicher.close()


def _figures(speicher: Speicher, protokoll: Protokoll, ziel: Ziel) -> dict[str, Any]:
    auswahl = Auswahl(protokoll.faelle["prozess"][0].as_py())
    dauer = kennzahlen.durchlaufzeit(speicher, auswahl)
    bestand = kennzahlen.bestand(speicher, auswahl, ziel, 0)
    liegezeit = kennzahlen.liegezeit(speicher, auswahl)
    bearbeitung = kennzahlen.bearbeitungsdauer(speicher, auswahl)
    return {
        "faelle": bestand.faelle,
        "ereignisse": protokoll.ereignisse,
        "abgeschlossen": bestand.abgeschlossen,
        "offen": bestand.offen,
        "durchlaufzeit_kt": _lage(dauer.kt),
        "durchlaufzeit_at": _lage(dauer.at),
        "ziel": formulierung.format_ziel(ziel),
        "anteil_bis_ziel": kennzahlen.anteil_bis_ziel(speicher, auswahl, ziel).anteil,
        "aktivitaeten": {
            schritt.name: {
                "n": schritt.laeufe,
                "liegezeit_kt_median": liegezeit[schritt.knoten].kt.median,
                "bearbeitungsdauer_kt_median": bearbeitung[schritt.knoten].kt.median,
            }
            for schritt in kennzahlen.schritte(speicher, auswahl)
        },
        "hinweise": list(protokoll.hinweise),
    }


def _lage(lage: Lagemass) -> dict[str, float | None]:
    return {"median": lage.median, "p80": lage.p80}


def _zone(name: str | None) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.UsageError(
            f"Die Zeitzone „{name[:40]}“ ist nicht bekannt. Erwartet wird z. B. Europe/Berlin."
        ) from None


def _text(ergebnis: dict[str, Any]) -> str:
    tage = formulierung.format_tage
    kt, at = ergebnis["durchlaufzeit_kt"], ergebnis["durchlaufzeit_at"]
    zeilen = [
        f"Fälle: {ergebnis['faelle']} ({ergebnis['abgeschlossen']} abgeschlossen, {ergebnis['offen']} noch offen)",
        f"Ereignisse: {ergebnis['ereignisse']}",
        f"Durchlaufzeit: Median {tage(at['median'], 'AT')}, P80 {tage(at['p80'], 'AT')}",
        f"               Median {tage(kt['median'], 'KT')}, P80 {tage(kt['p80'], 'KT')}",
        f"Ziel {ergebnis['ziel']}: {formulierung.format_anteil(ergebnis['anteil_bis_ziel'])} geschafft",
        "",
        "Aktivität (n): Liegezeit, Bearbeitungsdauer (Median)",
    ]
    for name, werte in ergebnis["aktivitaeten"].items():
        liegen, arbeit = werte["liegezeit_kt_median"], werte["bearbeitungsdauer_kt_median"]
        zeilen.append(f"  {name} ({werte['n']}): {tage(liegen, 'KT')}, {tage(arbeit, 'KT')}")
    return "\n".join([*zeilen, *(f"Hinweis: {hinweis}" for hinweis in ergebnis["hinweise"])])
