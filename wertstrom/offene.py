"""Open Vorgänge: how old they are beside what finished ones needed, and how long all will take with them counted in.

Owns what a page shows of it; small cells are joined before anything leaves, and the curve has no step that a few Faelle
made. Computes no figure: `wertstrom.kennzahlen` does.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from wertstrom import kennzahlen, schutz
from wertstrom.formulierung import format_anteil, format_tage, format_zahl, format_ziel
from wertstrom.kennzahlen import Auswahl, Ueberleben, Uhr, Ziel
from wertstrom.schutz import Schwellen
from wertstrom.speicher import Speicher

#: days on the curve are rounded to this
_RASTER = 0.5
#: borders of the classes of age: what so many of 100 finished Vorgänge needed
_VON_100 = (0, 50, 80, 95, 100)


@dataclass(frozen=True, slots=True)
class Altersklasse:
    """Open Vorgänge that are older than this share of the finished ones was long, and not older than the next."""

    name: str
    n: int


@dataclass(frozen=True, slots=True)
class OffeneVorgaenge:
    """Everything about open Vorgänge that may be shown; days in the clock of the target."""

    befund: str
    uhr: Uhr
    offen: int
    #: median age of the open ones; None for too few
    alter: float | None
    #: from young to old; empty for too few
    klassen: tuple[Altersklasse, ...]
    #: Vorgänge behind the curve
    n: int
    #: days → share that is finished by then, the open ones counted in
    kurve: tuple[tuple[float, float], ...]
    #: days after which half of all are finished, and the share within the target
    median: float | None
    bis_ziel: float | None


def look_at_offene(
    speicher: Speicher, auswahl: Auswahl, ziel: Ziel, jetzt_us: int, schwellen: Schwellen | None = None
) -> OffeneVorgaenge | None:
    """Open Vorgänge of a selection; None when too few Vorgänge are finished to compare with."""
    schwellen = schwellen or Schwellen()
    schaetzung = kennzahlen.ueberleben(speicher, auswahl, jetzt_us, ziel.uhr)
    if schaetzung.ereignisse < schwellen.k_faelle:
        return None
    alter = kennzahlen.alter_offener(speicher, auswahl, jetzt_us, ziel.uhr)
    gezeigt = schutz.shown_zeit(alter.zeit, schwellen)
    klassen = _classes(alter, schwellen) if gezeigt else ()
    median, bis_ziel = schaetzung.tage(0.5), schaetzung.fertig_bis(ziel.tage)
    return OffeneVorgaenge(
        befund=_befund(schaetzung, alter, ziel, schwellen),
        uhr=ziel.uhr,
        offen=alter.zeit.n,
        alter=gezeigt.in_uhr(ziel.uhr).median if gezeigt else None,
        klassen=klassen,
        n=schaetzung.n,
        kurve=_coarse(schaetzung, schwellen),
        median=median,
        bis_ziel=bis_ziel,
    )


def _classes(alter: kennzahlen.Alter, schwellen: Schwellen) -> tuple[Altersklasse, ...]:
    """Neighbouring classes join until none is small."""
    mehr_als = [alter.zeit.n, alter.ueber_p50, alter.ueber_p80, alter.ueber_p95, 0]
    klassen = [(a, b, mehr_als[n] - mehr_als[n + 1]) for n, (a, b) in enumerate(itertools.pairwise(_VON_100))]
    fertig: list[tuple[int, int, int]] = []
    for von, bis, n in klassen:
        if fertig and (0 < n < schwellen.k_faelle or 0 < fertig[-1][2] < schwellen.k_faelle):
            davor = fertig.pop()
            von, n = davor[0], davor[2] + n
        fertig.append((von, bis, n))
    return tuple(Altersklasse(_name(von, bis), n) for von, bis, n in fertig)


def _name(von: int, bis: int) -> str:
    if von and bis < _VON_100[-1]:
        return f"älter, als {von}, aber nicht als {bis} von 100 fertigen brauchten"
    if von:
        return f"älter, als {von} von 100 fertigen brauchten"
    return f"nicht älter, als {bis} von 100 fertigen brauchten" if bis < _VON_100[-1] else "jedes Alter"


def _coarse(schaetzung: Ueberleben, schwellen: Schwellen) -> tuple[tuple[float, float], ...]:
    """Points between which at least `k_faelle` Faelle ended, on days rounded to halves."""
    punkte: dict[float, float] = {}
    seither = 0
    for (tag, offen), anzahl in zip(schaetzung.kurve, schaetzung.enden, strict=True):
        seither += anzahl
        if seither >= schwellen.k_faelle:
            punkte[-(-tag // _RASTER) * _RASTER] = 1 - offen
            seither = 0
    return tuple(punkte.items())


def _befund(schaetzung: Ueberleben, alter: kennzahlen.Alter, ziel: Ziel, schwellen: Schwellen) -> str:
    median = schaetzung.tage(0.5)
    teile = (
        f"Mit den {format_zahl(alter.zeit.n)} offenen gerechnet sind {format_anteil(schaetzung.fertig_bis(ziel.tage))} "
        f"nach {format_ziel(ziel)} fertig"
    )
    satz = f"{teile}, die Hälfte nach {format_tage(median, ziel.uhr)}." if median is not None else f"{teile}."
    if alter.zeit.n >= schwellen.k_faelle and (alt := schutz.shown_zahl(alter.ueber_p80, schwellen)):
        satz += f" {format_zahl(alt)} offene sind schon älter, als 80 von 100 fertigen brauchten."
    return satz
