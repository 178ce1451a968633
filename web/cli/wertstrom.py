"""``hilfefluss wertstrom``: figures of an event log on the command line, as text for people or JSON for programs.

Owns arguments and output. Computes nothing: every number comes from `wertstrom`.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import click

from engine.kalender import Kalender
from web.cli.einlesen import read_in, write_out
from web.cli.karte import show_karte
from web.cli.protokoll import Geladen, open_store, protokoll_options, write_json
from web.cli.vergleich import show_vergleich, show_verlauf
from web.cli.warten import show_warten
from wertstrom import formulierung, glossar, kennzahlen, verschwendung
from wertstrom.blatt import Frage, write_blatt
from wertstrom.ereignisprotokoll import Protokoll
from wertstrom.kennzahlen import Lagemass, Ziel
from wertstrom.verschwendung import Fund


@click.group()
def wertstrom() -> None:
    """Kennzahlen aus Ereignissen."""


wertstrom.add_command(read_in)
wertstrom.add_command(write_out)
wertstrom.add_command(show_karte)
wertstrom.add_command(show_vergleich)
wertstrom.add_command(show_verlauf)
wertstrom.add_command(show_warten)


@wertstrom.command(name="kennzahlen")
@protokoll_options
def show_kennzahlen(geladen: Geladen, als_json: bool) -> None:
    """Durchlaufzeit, Liegezeit und alle weiteren Kennzahlen eines Ereignisprotokolls.

    Nach --ende dürfen mehrere Aktivitäten stehen. Ohne --ende zählt jeder Fall als abgeschlossen.
    """
    ergebnis = _figures(geladen)
    if als_json:
        frage = Frage(geladen.ziel, geladen.jetzt_us, geladen.schwellen)
        write_json(ergebnis | {"kennzahlen": write_blatt(geladen.speicher, geladen.auswahl, frage)})
    else:
        click.echo(_text(ergebnis))


@wertstrom.command(name="verschwendung")
@protokoll_options
@click.option("--warten-at", default=0.5, show_default=True, help="Warten bis zu so vielen AT ist der übliche Gang.")
def show_verschwendung(geladen: Geladen, als_json: bool, warten_at: float) -> None:
    """Verschwendung W01–W12 eines Ereignisprotokolls, nach verlorenen Arbeitstagen."""
    lage = verschwendung.Lage(geladen.speicher, geladen.auswahl, None, verschwendung.Parameter(warten_at=warten_at))
    rang = verschwendung.rank(lage, schwellen=geladen.schwellen)
    if als_json:
        write_json(
            {
                "funde": [_fund(f) for f in rang.funde],
                "gewollt": [_fund(f) for f in rang.gewollt],
                "verdeckt": rang.verdeckt,
                "regeln": {
                    r.code: {"titel": r.titel, "sicherheit": r.sicherheit.value, "erklaerung": r.erklaerung}
                    for r in sorted(verschwendung.REGELN.values(), key=lambda r: r.code)
                },
                "hinweis": verschwendung.HINWEIS,
            }
        )
    else:
        click.echo("\n".join([*map(_fund_text, rang.funde), *map(_fund_text, rang.gewollt), verschwendung.HINWEIS]))


def _fund(fund: Fund) -> dict[str, Any]:
    return dataclasses.asdict(fund) | {"titel": verschwendung.REGELN[fund.code].titel}


def _fund_text(fund: Fund) -> str:
    zeit = formulierung.format_zahl(fund.summe_at, 1) + " AT" if fund.summe_at is not None else "ohne Zeit"
    anteil = f" ({formulierung.format_anteil(fund.anteil, 1)} der Durchlaufzeit)" if fund.anteil is not None else ""
    titel = verschwendung.REGELN[fund.code].titel
    return f"{fund.code} {titel}: {fund.name}, {zeit}{anteil}, n = {fund.faelle}, Sicherheit {fund.sicherheit}"


@wertstrom.command(name="glossar")
def show_glossar() -> None:
    """Alle Kennzahlen mit Formel, Einheit, Uhr und Quelle (docs/kennzahlen.md)."""
    click.echo(glossar.write_glossar(), nl=False)


def measure(protokoll: Protokoll, kalender: Kalender, ziel: Ziel) -> dict[str, Any]:
    """The main figures of one log; durations in days, shares 0–1, missing values None."""
    with open_store(protokoll, kalender, ziel) as geladen:
        return _figures(geladen)


def _figures(geladen: Geladen) -> dict[str, Any]:
    speicher, auswahl, ziel = geladen.speicher, geladen.auswahl, geladen.ziel
    dauer = kennzahlen.durchlaufzeit(speicher, auswahl)
    bestand = kennzahlen.bestand(speicher, auswahl, ziel, 0)
    liegezeit = kennzahlen.liegezeit(speicher, auswahl)
    bearbeitung = kennzahlen.bearbeitungsdauer(speicher, auswahl)
    return {
        "faelle": bestand.faelle,
        "ereignisse": geladen.protokoll.ereignisse,
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
        "hinweise": list(geladen.protokoll.hinweise),
    }


def _lage(lage: Lagemass) -> dict[str, float | None]:
    return {"median": lage.median, "p80": lage.p80}


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
