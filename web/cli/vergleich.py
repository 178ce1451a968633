"""``hilfefluss wertstrom vergleich`` and ``verlauf``: two logs, before and after a day, and how a process develops.

Owns arguments and output. Computes nothing: every number comes from `wertstrom`.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from web.cli.protokoll import Geladen, open_store, protokoll_options, write_json
from wertstrom import einlesen, formulierung, unterschied, verlauf
from wertstrom.ereignisprotokoll import as_us
from wertstrom.kennzahlen import Auswahl
from wertstrom.speicher import Speicher


@click.command(name="vergleich")
@protokoll_options
@click.option("--mit", type=click.Path(path_type=Path), help="Zweites Protokoll: das Soll oder der spätere Stand.")
@click.option("--stichtag", type=click.DateTime(["%Y-%m-%d"]), help="Ein Protokoll: vor und ab diesem Tag begonnen.")
def show_vergleich(geladen: Geladen, als_json: bool, mit: Path | None, stichtag: datetime | None) -> None:
    """Vergleicht zwei Protokolle, oder eines vor und nach einem Stichtag; mit Intervallen und Warnungen."""
    if (mit is None) == (stichtag is None):
        raise click.UsageError("Bitte nennen Sie entweder --mit DATEI oder --stichtag JJJJ-MM-TT.")
    with _other_side(geladen, mit, stichtag) as (ist, soll, anderer):
        u = unterschied.compare(
            geladen.speicher, ist, soll, geladen.ziel, schwellen=geladen.schwellen, soll_speicher=anderer
        )
        luecken = unterschied.find_luecken(anderer, soll, geladen.ziel, schwellen=geladen.schwellen)
    if als_json:
        write_json(_plain(u) | {"luecken": [dataclasses.asdict(luecke) for luecke in luecken]})
    else:
        click.echo(_text(u))


@click.command(name="verlauf")
@protokoll_options
def show_verlauf(geladen: Geladen, als_json: bool) -> None:
    """Monate eines Protokolls mit Regelkarte (XmR), Signalen und Trend."""
    v = verlauf.measure_verlauf(geladen.speicher, geladen.auswahl, geladen.ziel, geladen.jetzt_us, geladen.schwellen)
    if als_json:
        write_json(dataclasses.asdict(v))
        return
    for m in v.monate:
        stand = " (vorläufig)" if m.vorlaeufig else ""
        click.echo(f"{m.monat:02}/{m.jahr}: Median {formulierung.format_tage(m.median, v.uhr)}, n = {m.n}{stand}")
    for stelle, grund in (v.karte.signale if v.karte else {}).items():
        click.echo(f"Signal: {[m for m in v.monate if not m.vorlaeufig][stelle].monat:02}, {grund}")


@contextlib.contextmanager
def _other_side(
    geladen: Geladen, mit: Path | None, stichtag: datetime | None
) -> Iterator[tuple[Auswahl, Auswahl, Speicher]]:
    if mit is not None:
        protokoll = einlesen.read_protokoll(mit, geladen.vorgaben)
        with open_store(protokoll, geladen.kalender, geladen.ziel) as zweites:
            yield geladen.auswahl, zweites.auswahl, zweites.speicher
    elif stichtag is not None:
        zone = geladen.protokoll.zone
        ab_us = as_us(stichtag.replace(tzinfo=zone).astimezone(UTC))
        vorher = dataclasses.replace(geladen.auswahl, bis_us=ab_us - 1)
        yield vorher, dataclasses.replace(geladen.auswahl, von_us=ab_us), geladen.speicher


def _plain(u: unterschied.Unterschied) -> dict[str, Any]:
    schritte = [dataclasses.asdict(s) | {"differenz": s.differenz} for s in u.schritte]
    return dataclasses.asdict(u) | {"schritte": schritte}


def _text(u: unterschied.Unterschied) -> str:
    zeilen = []
    if u.ist and u.soll:
        ist, soll, differenz = (
            formulierung.format_tage(wert, u.uhr) for wert in (u.ist.mittel, u.soll.mittel, u.differenz)
        )
        zeilen.append(f"Mittel: {ist} (n = {u.ist.n}) und {soll} (n = {u.soll.n}), Unterschied {differenz}")
    if u.intervall_median:
        grenzen = [formulierung.format_tage(w, u.uhr) for w in (u.intervall_median.von, u.intervall_median.bis)]
        zeilen.append(f"Unterschied der Mediane: 95 % zwischen {grenzen[0]} und {grenzen[1]}")
    if u.rangtest:
        zeilen.append(f"Rangtest (Mann-Whitney): p = {formulierung.format_zahl(u.rangtest.p, 4)}")
    return "\n".join([*zeilen, *u.warnungen])
