"""What a page of the value stream asks: the store of the office, and each answer that a process page shows.

Computes nothing itself; hands the question on with the thresholds of the office.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from flask import current_app, request
from sqlalchemy.orm import Session

from engine.kalender import lokales_datum
from engine.queries import blitze, ziele
from engine.queries.blitze import Blitz
from engine.queries.ziele import Messbar
from web import auth, clock
from web.dienste import dienste
from web.wertstrom.filter import Filter, read_filter
from wertstrom import (
    abgleich,
    karte,
    kennzahlen,
    laden,
    offene,
    schutz,
    uebersicht,
    unterschied,
    verlauf,
    verschwendung,
    wandbild,
    warten,
)
from wertstrom.abgleich import Abgleich
from wertstrom.blatt import Frage
from wertstrom.ereignisprotokoll import as_us
from wertstrom.karte import Karte, Variante
from wertstrom.kennzahlen import Auswahl, Uhr, Ziel
from wertstrom.kurzblatt import Zeile, write_kurzblatt
from wertstrom.modell import Modell
from wertstrom.offene import OffeneVorgaenge
from wertstrom.schutz import Schwellen
from wertstrom.speicher import Speicher
from wertstrom.uebersicht import ProzessUebersicht
from wertstrom.unterschied import Luecke
from wertstrom.verlauf import Verlauf
from wertstrom.verschwendung import Marke, Rangliste
from wertstrom.wandbild import Wandbild
from wertstrom.warten import Wartebild

_NAME = "hilfefluss.wertstrom"
#: ways that a page lists, and states of the replay that it waits for
_VARIANTEN = 5
_AUFWAND = 40_000


@dataclass(frozen=True, slots=True)
class Quelle:
    """The store of the office, and how many people hold each role."""

    speicher: Speicher
    besetzung: dict[str, int]
    #: what was set up for the steps of the process of this page
    modell: Modell = field(default_factory=Modell)
    #: what a workshop marked at steps of this process
    marken: tuple[Marke, ...] = ()


def open_quelle(session: Session, prozess: Messbar | None = None) -> Quelle:
    """Everything committed so far, as far as it can be shown; with Modell and marks of one process."""
    mandant_id = auth.akteur().mandant_id
    modell, marken = Modell(), tuple[Marke, ...]()
    if prozess:
        modell = laden.modell_of(session, mandant_id, prozess.kennung)
        marken = _marks(blitze.blitze(session, auth.akteur(), prozess.prozess_id), modell)
    menschen = laden.besetzung(session, mandant_id, clock.now())
    return Quelle(stores().refresh(session, mandant_id), menschen, modell, marken)


def _marks(gesetzt: tuple[Blitz, ...], modell: Modell) -> tuple[Marke, ...]:
    namen = {k.knoten: k.name for k in modell.knoten}
    return tuple(Marke(b.code, b.knoten, b.text, namen.get(b.knoten, "")) for b in gesetzt)


def open_prozess(prozess_id: int) -> tuple[Quelle, Messbar]:
    """One process of the own office with everything its pages read; raises `NotFound` for any other."""
    with dienste().reading() as session:
        prozess = ziele.messbar(session, auth.akteur(), prozess_id)
        return open_quelle(session, prozess), prozess


def ask(quelle: Quelle, prozess: Messbar) -> Filter:
    """The question of this address; its period begins and ends where no few Vorgänge could be told apart."""
    frage = read_filter(request.args, standard=ziel_of(prozess), heute=lokales_datum(clock.now()))
    return with_borders(quelle.speicher, frage, prozess.kennung)


def with_borders(speicher: Speicher, frage: Filter, kennung: str) -> Filter:
    """The same question to another process, whose periods have borders of their own."""
    return replace(frage, grenzen=schutz.period_borders(speicher, kennung, Schwellen()))


def measure(quelle: Quelle, prozess: Messbar, frage: Filter) -> ProzessUebersicht:
    """The figures of one process for this question."""
    return measure_auswahl(quelle, prozess.name, frage.auswahl(prozess.kennung), frage.ziel)


def measure_auswahl(quelle: Quelle, titel: str, auswahl: Auswahl, ziel: Ziel) -> ProzessUebersicht:
    """The figures of a selection."""
    return uebersicht.uebersicht(
        quelle.speicher,
        auswahl,
        titel=titel,
        ziel=ziel,
        jetzt_us=as_us(clock.now()),
        besetzung=quelle.besetzung,
    )


def ziel_of(prozess: Messbar) -> Ziel:
    """The target that was set up, else 10 AT."""
    if prozess.ziel is None or prozess.ziel[1] not in set(Uhr):
        return Ziel()
    return Ziel(prozess.ziel[0], Uhr(prozess.ziel[1]))


def waste(quelle: Quelle, prozess: Messbar, frage: Filter) -> Rangliste:
    """Where time is lost, most first."""
    lage = verschwendung.Lage(quelle.speicher, frage.auswahl(prozess.kennung), quelle.modell.angaben)
    return verschwendung.rank(lage, quelle.marken, besetzung=quelle.besetzung)


def gaps(quelle: Quelle, prozess: Messbar, frage: Filter) -> tuple[Luecke, ...]:
    """What less waiting before each step would do for the target."""
    auswahl = frage.auswahl(prozess.kennung)
    return unterschied.find_luecken(quelle.speicher, auswahl, frage.ziel, besetzung=quelle.besetzung)


def ways(quelle: Quelle, prozess: Messbar, frage: Filter) -> tuple[Variante, ...]:
    """The most frequent ways through the process; none with a step that too few people do."""
    auswahl = frage.auswahl(prozess.kennung)
    schritte = kennzahlen.schritte(quelle.speicher, auswahl)
    if schutz.hidden_schritte(schritte, Schwellen(), quelle.besetzung):
        return ()
    return karte.find_varianten(quelle.speicher, auswahl, hoechstens=_VARIANTEN)


def fit(quelle: Quelle, prozess: Messbar, frage: Filter) -> Abgleich | None:
    """How the Vorgänge fit the drawing; None without one."""
    if not quelle.modell.knoten or not quelle.modell.ab_eingang:
        return None
    auswahl = frage.auswahl(prozess.kennung)
    return abgleich.replay(quelle.speicher, auswahl, quelle.modell, besetzung=quelle.besetzung, aufwand=_AUFWAND)


def further(quelle: Quelle, prozess: Messbar, frage: Filter) -> tuple[Zeile, ...]:
    """The other figures of the concept, as rows."""
    gefragt = Frage(
        frage.ziel,
        as_us(clock.now()),
        besetzung=quelle.besetzung,
        angaben=quelle.modell.angaben,
        nachweise=quelle.modell.nachweise,
    )
    return write_kurzblatt(quelle.speicher, frage.auswahl(prozess.kennung), gefragt)


def trend(quelle: Quelle, prozess: Messbar, frage: Filter) -> Verlauf:
    """Months with their median, signals and drift."""
    jetzt_us = as_us(clock.now())
    return verlauf.measure_verlauf(quelle.speicher, frage.auswahl(prozess.kennung), frage.ziel, jetzt_us)


def wall(quelle: Quelle, prozess: Messbar, frage: Filter) -> Wandbild | None:
    """The map as an office draws it."""
    return wandbild.draw_wandbild(
        quelle.speicher,
        frage.auswahl(prozess.kennung),
        frage.ziel,
        as_us(clock.now()),
        angaben=quelle.modell.angaben,
        marken=quelle.marken,
        besetzung=quelle.besetzung,
    )


def follows(quelle: Quelle, prozess: Messbar, frage: Filter) -> Karte:
    """Who really follows whom."""
    return karte.draw_karte(quelle.speicher, frage.auswahl(prozess.kennung), besetzung=quelle.besetzung)


def causes(quelle: Quelle, prozess: Messbar, frage: Filter) -> Wartebild | None:
    """Why Vorgänge wait."""
    return warten.explain_warten(quelle.speicher, frage.auswahl(prozess.kennung), besetzung=quelle.besetzung)


def open_ones(quelle: Quelle, prozess: Messbar, frage: Filter) -> OffeneVorgaenge | None:
    """How old the open Vorgänge are, and how long all take with them counted in."""
    return offene.look_at_offene(quelle.speicher, frage.auswahl(prozess.kennung), frage.ziel, as_us(clock.now()))


def stores() -> laden.Wertstrom:
    """The stores of this application."""
    if _NAME not in current_app.extensions:
        current_app.extensions[_NAME] = laden.Wertstrom(dienste().einstellungen.speicher_angabe)
    found: laden.Wertstrom = current_app.extensions[_NAME]
    return found
