"""``hilfefluss wertstrom einlesen`` and ``ausgeben``: logs of other systems in, our own out.

Owns arguments, progress and words; everything else is done by `wertstrom.einlesen` and `wertstrom.ausgabe`.
"""

from __future__ import annotations

import dataclasses
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from engine.errors import EngineError
from web.cli.protokoll import write_json
from wertstrom import ausgabe, einlesen
from wertstrom.ausgabe.parquet import write_angaben
from wertstrom.einlesen import Erkannt, Fortschritt, Lesung, Vorgaben
from wertstrom.einlesen.parquet import read_angaben
from wertstrom.ereignisprotokoll import as_us
from wertstrom.schutz import Schwellen

_PFAD = click.Path(path_type=Path)
_OPTIONEN = (
    click.option("--profil", type=_PFAD, help="Zuordnung aus einer TOML-Datei, die --profil-speichern schrieb."),
    click.option("--spalten", multiple=True, help="BEDEUTUNG=SPALTE, z. B. fall=Nr,merkmal:bezirk=Team; mehrfach."),
    click.option("--ohne", "verworfen", multiple=True, help="Spalte, die nicht gelesen wird; mehrfach möglich."),
    click.option(
        "--geprueft", multiple=True, help="Spalte, die nach Personen aussieht und sicher keine nennt; mehrfach möglich."
    ),
    click.option(
        "--form", type=click.Choice(["lang", "breit"]), help="Eine Zeile je Schritt oder je Fall; sonst erkannt."
    ),
    click.option("--schritt", "schritte", multiple=True, help="Datumsspalte einer breiten Tabelle; sonst alle."),
    click.option("--ende", "enden", multiple=True, help="Aktivität, die einen Fall abschließt; mehrfach möglich."),
    click.option("--meilenstein", "meilensteine", multiple=True, help="NAME=AKTIVITÄT; mehrfach möglich."),
    click.option("--zeitzone", help="Zeitzone von Zeitpunkten ohne Zone, z. B. Europe/Berlin."),
    click.option("--zeichensatz", help="z. B. cp1252; sonst erkannt."),
    click.option("--trenner", help="Trennzeichen einer CSV-Datei; sonst erkannt."),
    click.option("--kopfzeile", type=click.IntRange(1), help="Zeile mit den Spaltennamen; sonst erkannt."),
    click.option("--blatt", help="Blatt einer Mappe; sonst das erste mit einer Tabelle."),
    click.option("--objekttyp", help="Art von Objekten einer OCEL-Datei, die ein Fall ist."),
    click.option("--schluessel", type=_PFAD, help="Schlüsseldatei für bleibende Pseudonyme; fehlt sie, entsteht sie."),
)


def _vorgaben_options(befehl: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONEN):
        befehl = option(befehl)
    return befehl


@click.command(name="einlesen")
@click.argument("dateien", nargs=-1, required=True, type=_PFAD, metavar="DATEI...")
@_vorgaben_options
@click.option("--nach", type=_PFAD, help="Ordner, in den das Protokoll geschrieben wird (für --protokoll).")
@click.option("--profil-speichern", type=_PFAD, help="Die Zuordnung als TOML aufheben.")
@click.option("--nur-erkennen", is_flag=True, help="Nur zeigen, was erkannt wurde; nichts einlesen.")
@click.option("--json", "als_json", is_flag=True, help="Ein JSON-Objekt ausgeben.")
def read_in(
    dateien: tuple[Path, ...],
    nach: Path | None,
    profil_speichern: Path | None,
    nur_erkennen: bool,
    als_json: bool,
    **angaben: Any,
) -> None:
    """Protokolle anderer Verfahren einlesen und prüfen: CSV, XLSX, XES, OCEL 2.0, auch gzip-gepackt.

    Mehrere Dateien gleicher Form werden ein Protokoll.
    """
    # Ended from outside, it tidies up like after Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    vorgaben = _vorgaben(angaben)
    if nur_erkennen:
        erkannt = [einlesen.recognise(datei, vorgaben) for datei in dateien]
        if als_json:
            write_json([_as_dict(e) for e in erkannt])
        else:
            click.echo("\n\n".join(map(_text_of, erkannt)))
        return
    lesung = _read(dateien, vorgaben, nach, als_json)
    if profil_speichern:
        profil = dataclasses.replace(vorgaben, spalten=_named(lesung), form=lesung.erkannt[0].form)
        profil_speichern.write_text(einlesen.write_profil(profil), encoding="utf-8")
    if als_json:
        erkannt_als = [_as_dict(e) for e in lesung.erkannt]
        gelesen = {"zuordnung": lesung.zuordnung, "weggelassen": list(lesung.weggelassen)}
        write_json({"erkannt": erkannt_als, **gelesen, **lesung.bericht.as_dict()})
    else:
        click.echo(_report(lesung))


def _named(lesung: Lesung) -> dict[str, str]:
    """The mapping of a profile: of a wide table only what is no step."""
    return {b: s for b, s in lesung.zuordnung.items() if b != s or b in einlesen.BEDEUTUNGEN}


def _vorgaben(angaben: dict[str, Any]) -> Vorgaben:
    vorgaben = Vorgaben(jetzt_us=as_us(datetime.now(UTC)))
    if profil := angaben.pop("profil"):
        vorgaben = einlesen.read_profil(profil, vorgaben)
    neu: dict[str, Any] = {
        "spalten": {**vorgaben.spalten, **einlesen.parse_spalten(angaben.pop("spalten"))},
        "meilensteine": {**vorgaben.meilensteine, **einlesen.parse_meilensteine(angaben.pop("meilensteine"))},
    }
    if zeitzone := angaben.pop("zeitzone"):
        neu["zone"] = einlesen.read_zone(zeitzone)
    if schluessel := angaben.pop("schluessel"):
        neu["schluessel"] = einlesen.read_schluessel(schluessel)
    return dataclasses.replace(vorgaben, **neu, **{name: wert for name, wert in angaben.items() if wert})


def _read(dateien: tuple[Path, ...], vorgaben: Vorgaben, nach: Path | None, als_json: bool) -> Lesung:
    """Read everything, into a folder when one is named; progress goes to the terminal only."""
    still = als_json or not sys.stderr.isatty()
    with click.progressbar(length=1000, label="Einlesen", file=sys.stderr, hidden=still) as balken:

        def melden(stand: Fortschritt) -> None:
            # Reading takes most of the time.
            ziel = int(700 * stand.anteil) if stand.schritt == "lesen" else 700 + int(300 * stand.anteil)
            balken.update(max(0, ziel - balken.pos))

        lesung = Lesung(dateien, vorgaben, melden)
        if nach is None:
            for _ in lesung.teile():
                pass
        else:
            ausgabe.write(lesung.teile(), nach, ausgabe.Form.PARQUET, ausgabe.Schonung.keine())
            write_angaben(nach, {**read_angaben(nach), "hinweise": lesung.bericht.hinweise()})
    return lesung


def _as_dict(erkannt: Erkannt) -> dict[str, Any]:
    wie = erkannt.schreibweise
    return {
        "art": erkannt.art.value,
        "form": erkannt.form if wie else None,
        "zeichensatz": wie.zeichensatz if wie else None,
        "trenner": wie.trenner if wie else None,
        "kopfzeile": wie.kopfzeile if wie else None,
        "spalten": [dataclasses.asdict(spalte) for spalte in erkannt.spalten],
        "objekttypen": dict(erkannt.objekttypen),
    }


def _text_of(erkannt: Erkannt) -> str:
    wie = erkannt.schreibweise
    if wie is None:
        typen = ", ".join(f"{typ} ({zahl})" for typ, zahl in erkannt.objekttypen)
        return f"Erkannt: {erkannt.art.value}" + (f", Objekte: {typen}" if typen else "")
    schrift = f", {wie.zeichensatz}, Trennzeichen {wie.trenner!r}" if wie.trenner else ""
    zeilen = [f"Erkannt: {erkannt.art.value}{schrift}, Kopf in Zeile {wie.kopfzeile}, Form {erkannt.form}"]
    for spalte in erkannt.spalten:
        bedenken = f" – {spalte.bedenken}" if spalte.bedenken else ""
        zeilen.append(f"  {spalte.name}: {spalte.bedeutung or 'wird nicht gelesen'}{bedenken}")
    return "\n".join(zeilen)


def _report(lesung: Lesung) -> str:
    b = lesung.bericht
    zeilen = [
        *map(_text_of, lesung.erkannt),
        "",
        f"{b.zeilen} Ereignisse gelesen, {b.faelle} Fälle",
        *(f"Hinweis: {satz}" for satz in b.hinweise()),
        *(f"Auffällig: {satz}" for satz in b.auffaelligkeiten()),
        "",
        "Schritt: Durchgänge, Fälle",
        *(
            f"  {name}: {laeufe}, {faelle}"
            for name, (laeufe, faelle) in sorted(b.schritte.items(), key=lambda s: -s[1][0])
        ),
    ]
    return "\n".join(zeilen)


@click.command(name="ausgeben")
@click.argument("dateien", nargs=-1, required=True, type=_PFAD, metavar="DATEI...")
@_vorgaben_options
@click.option(
    "--nach",
    type=_PFAD,
    required=True,
    help="Neue Datei (.csv, .xes, .json, .xml, .sqlite) oder neuer Ordner (Parquet); die Endung sagt die Form.",
)
def write_out(dateien: tuple[Path, ...], nach: Path, **angaben: Any) -> None:
    """Ein Protokoll in einer anderen Form schreiben: CSV, XES, OCEL 2.0, Parquet.

    Ohne Personen, mit neuen Nummern für die Fälle; Merkmale mit zu wenigen Fällen heißen „übrige“.
    """
    vorgaben, form = _vorgaben(angaben), ausgabe.find_form(nach)
    try:
        schonung = ausgabe.find_schonung(einlesen.read_teile(dateien, vorgaben), Schwellen().k_faelle)
        ausgabe.write(einlesen.read_teile(dateien, vorgaben), nach, form, schonung)
    except EngineError as fehler:
        raise click.ClickException(fehler.text) from fehler
    click.echo(f"Geschrieben: {nach}")
