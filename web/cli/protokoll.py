"""An event log on the command line: the options that all commands of the value stream share, and the store of a log.

Owns reading and refusing; a log stays in the memory of the command. Computes nothing.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from engine.errors import EngineError
from engine.kalender import Kalender
from wertstrom import einlesen, kennzahlen
from wertstrom.ereignisprotokoll import Protokoll
from wertstrom.kalender import Arbeitszeit
from wertstrom.kennzahlen import Auswahl, Ziel
from wertstrom.schutz import OHNE_SCHWELLEN, Schwellen
from wertstrom.speicher import Speicher
from wertstrom.speicher.wahl import ARBEITSSPEICHER, open_speicher


@dataclass(frozen=True)
class Geladen:
    """A log in its store, and what was asked of it."""

    protokoll: Protokoll
    speicher: Speicher
    auswahl: Auswahl
    ziel: Ziel
    schwellen: Schwellen
    kalender: Kalender
    #: how the file was read, for a second one beside it
    vorgaben: einlesen.Vorgaben = field(default_factory=einlesen.Vorgaben)

    @property
    def jetzt_us(self) -> int:
        """The last instant of the log: open Faelle are as old as they were then."""
        zeile = self.speicher.query("ende", **self.auswahl.werte())[0]
        return int(zeile["bis_us"] or 0)


_OPTIONEN = (
    click.option(
        "--protokoll",
        required=True,
        type=click.Path(path_type=Path),
        help="CSV-, XLSX-, XES- oder OCEL-Datei, auch gzip-gepackt, oder ein Ordner von wertstrom einlesen.",
    ),
    click.option("--json", "als_json", is_flag=True, help="Ein JSON-Objekt ausgeben."),
    click.option("--ende", "enden", multiple=True, help="Aktivität, die einen Fall abschließt; mehrfach möglich."),
    click.option(
        "--meilenstein",
        "meilensteine",
        multiple=True,
        help="Zuordnung NAME=AKTIVITÄT, z. B. m_bescheid=Bescheid; mehrfach möglich.",
    ),
    click.option(
        "--spalten",
        multiple=True,
        help="Zuordnung BEDEUTUNG=SPALTE einer CSV-Datei "
        f"({', '.join(einlesen.BEDEUTUNGEN)}); mehrfach oder mit Komma.",
    ),
    click.option("--land", default="NW", show_default=True, help="Land für Feiertage."),
    click.option(
        "--ziel", default="10AT", show_default=True, help="Zielzeit in Arbeitstagen (10AT) oder Kalendertagen (10KT)."
    ),
    click.option("--zeitzone", help="Zeitzone von Zeitpunkten ohne Zone, z. B. Europe/Berlin."),
    click.option(
        "--speicher",
        default=ARBEITSSPEICHER,
        show_default=True,
        help="Wo gerechnet wird: arbeitsspeicher, ein Ordner, oder spark://rechner:port?ordner=/pfad. "
        "Was dort von einem früheren Protokoll liegt, wird ersetzt.",
    ),
    click.option(
        "--ohne-schwelle",
        is_flag=True,
        help="Auch kleine Fallzahlen zeigen. Nur für Dateien, die Sie ohnehin ganz sehen dürfen; nicht weitergeben.",
    ),
    click.argument("weitere_enden", nargs=-1, metavar="[AKTIVITAET]..."),
)


def protokoll_options(befehl: Callable[..., None]) -> Callable[..., None]:
    """The options that say which log, and the command gets it as its first argument, loaded."""

    @wraps(befehl)
    def run(**werte: Any) -> None:
        namen = "protokoll enden meilensteine spalten land ziel zeitzone speicher ohne_schwelle weitere_enden".split()
        angaben = {name: werte.pop(name) for name in namen}
        try:
            with load(**angaben) as geladen:
                befehl(geladen, **werte)
        except EngineError as fehler:
            raise click.ClickException(fehler.text) from fehler

    for option in reversed(_OPTIONEN):
        run = option(run)
    return run


@contextlib.contextmanager
def load(
    protokoll: Path,
    enden: Sequence[str],
    meilensteine: Sequence[str],
    spalten: Sequence[str],
    land: str,
    ziel: str,
    zeitzone: str | None,
    speicher: str,
    ohne_schwelle: bool,
    weitere_enden: Sequence[str],
) -> Iterator[Geladen]:
    """Read a log into a store that lives as long as the block."""
    if weitere_enden and not enden:
        raise click.UsageError(f"Unerwartete Angabe: {weitere_enden[0]}")
    vorgaben = einlesen.Vorgaben(
        enden=(*enden, *weitere_enden),
        meilensteine=einlesen.parse_meilensteine(meilensteine),
        spalten=einlesen.parse_spalten(spalten),
        zone=einlesen.read_zone(zeitzone) if zeitzone else None,
    )
    kalender, gelesenes_ziel = Kalender(land), kennzahlen.parse_ziel(ziel)
    schwellen = OHNE_SCHWELLEN if ohne_schwelle else Schwellen()
    gelesen = einlesen.read_protokoll(protokoll, vorgaben)
    with open_store(gelesen, kalender, gelesenes_ziel, schwellen, speicher) as geladen:
        yield replace(geladen, vorgaben=vorgaben)


@contextlib.contextmanager
def open_store(
    protokoll: Protokoll,
    kalender: Kalender,
    ziel: Ziel,
    schwellen: Schwellen | None = None,
    wo: str = ARBEITSSPEICHER,
) -> Iterator[Geladen]:
    """A store that holds this log only."""
    speicher = open_speicher(wo, "protokoll", Arbeitszeit(kalender, zone=protokoll.zone))
    try:
        with speicher.writing():
            speicher.clear()
            speicher.replace(protokoll)
        auswahl = Auswahl(protokoll.faelle["prozess"][0].as_py())
        yield Geladen(protokoll, speicher, auswahl, ziel, schwellen or Schwellen(), kalender)
    finally:
        speicher.close()


def write_json(ergebnis: object) -> None:
    """One object on one line."""
    click.echo(json.dumps(ergebnis, ensure_ascii=False))
