"""One Vorgang and one Aufgabe as pages show them; opening either records the access first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.bpmn.ergebnis import Schritt
from engine.kalender import Kalender, lokales_datum
from engine.model import (
    OFFEN,
    Aufgabe,
    AufgabeStatus,
    Gruppe,
    Mandant,
    Prozess,
    Prozessversion,
    Stoerung,
    Verhaeltnis,
    Vorgang,
    VorgangStatus,
    Wartepunkt,
    ZugriffArt,
    zugriff_of,
)
from engine.model.reichweite import within_reach
from engine.queries import fristen
from engine.rechte import Akteur, Recht
from engine.spiff import WarteArt


@dataclass(frozen=True, slots=True)
class Kopf:
    """Head of every page of a Vorgang (F-KOPF)."""

    vorgang_id: int
    aktenzeichen: str
    prozess: str
    prozess_id: int
    #: id of the process in the drawing
    kennung: str
    prozessversion_id: int
    nummer: int
    status: VorgangStatus
    eingang_am: datetime
    gestartet_am: datetime
    beendet_am: datetime | None
    #: label of the end event that was reached
    ende: str | None
    beispiel: bool

    @property
    def ist_nacherfasst(self) -> bool:
        """Whether it was entered on a later day than it came in."""
        return lokales_datum(self.gestartet_am) > lokales_datum(self.eingang_am)


@dataclass(frozen=True, slots=True)
class SchrittStand:
    """One row of „Wo steht der Vorgang?“."""

    schritt: Schritt
    #: offen (an Aufgabe or timer waits there now), erledigt, or leer
    stand: str
    laeufe: int


@dataclass(frozen=True, slots=True)
class OffeneAufgabe:
    """An open Aufgabe of a Vorgang."""

    aufgabe_id: int
    element: str
    name: str
    gruppe: str
    person_id: int | None
    status: AufgabeStatus
    wartegrund: str | None
    frist: fristen.Frist
    #: whether the Akteur may open it
    zugaenglich: bool


@dataclass(frozen=True, slots=True)
class VorgangSicht:
    """Everything the page of a Vorgang shows, apart from its timeline."""

    kopf: Kopf
    schritte: tuple[SchrittStand, ...]
    aufgaben: tuple[OffeneAufgabe, ...]
    #: timers only, the next first
    timer: tuple[Wartepunkt, ...]
    #: messages, signals, conditions and external work; not what an Aufgabe stands for
    wartet: tuple[Wartepunkt, ...]
    stoerungen: tuple[Stoerung, ...]

    @property
    def offene_elemente(self) -> tuple[str, ...]:
        """Ids of the elements to highlight in the diagram."""
        return tuple(s.schritt.element for s in self.schritte if s.stand == "offen")


def open_vorgang(
    session: Session,
    akteur: Akteur,
    vorgang_id: int,
    *,
    now: datetime,
    zweck: str,
    art: ZugriffArt = ZugriffArt.LESEN,
) -> Vorgang:
    """The Vorgang, if it is within reach; records the access in the same transaction.

    Raises
    ------
    errors.NotFound
        When it does not exist or is out of reach: the two look alike.
    """
    akteur.require(Recht.VORGANG_SEHEN)
    statement = select(Vorgang).where(Vorgang.id == vorgang_id, within_reach(akteur))
    vorgang = session.execute(statement).scalar_one_or_none()
    if vorgang is None:
        raise errors.NotFound
    session.add(zugriff_of(akteur, vorgang, zweck=zweck, now=now, art=art))
    return vorgang


def original(session: Session, akteur: Akteur, vorgang_id: int, *, now: datetime) -> bytes:
    """The drawing (BPMN file) that the Vorgang runs on; contains no data of the case."""
    found = open_vorgang(session, akteur, vorgang_id, now=now, zweck="diagramm")
    return session.execute(
        select(Prozessversion.original).where(Prozessversion.id == found.prozessversion_id)
    ).scalar_one()


def sicht_of(session: Session, akteur: Akteur, vorgang: Vorgang, now: datetime) -> VorgangSicht:
    """Build the view of an already opened Vorgang (five SQL statements)."""
    version = session.get_one(Prozessversion, vorgang.prozessversion_id)
    kalender = session.get_one(Mandant, akteur.mandant_id).kalender()
    prozess = session.get_one(Prozess, vorgang.prozess_id)
    open_rows = session.execute(
        select(Aufgabe, Gruppe.name)
        .join(Gruppe, Gruppe.id == Aufgabe.gruppe_id)
        .where(Aufgabe.vorgang_id == vorgang.id, Aufgabe.status.in_(OFFEN))
        .order_by(Aufgabe.frist_am.asc().nulls_last(), Aufgabe.id)
    ).all()
    points = tuple(
        session.execute(
            select(Wartepunkt)
            .where(Wartepunkt.vorgang_id == vorgang.id)
            .order_by(Wartepunkt.termin_am.asc().nulls_last(), Wartepunkt.id)
        ).scalars()
    )
    troubles = session.execute(
        select(Stoerung).where(Stoerung.vorgang_id == vorgang.id, Stoerung.behoben_am.is_(None))
    ).scalars()
    waiting = {a.element_id for a, _ in open_rows} | {w.element_id for w in points if not w.angeheftet}
    at_aufgaben = {a.token for a, _ in open_rows}
    schritte = version.schrittliste()
    return VorgangSicht(
        kopf=_kopf(vorgang, prozess, version, schritte),
        schritte=tuple(_stand(s, waiting, vorgang.laeufe) for s in schritte),
        aufgaben=tuple(_offene(a, gruppe, akteur, kalender, now) for a, gruppe in open_rows),
        timer=tuple(w for w in points if w.art == WarteArt.TIMER),
        wartet=tuple(w for w in points if w.art != WarteArt.TIMER and w.token not in at_aufgaben),
        stoerungen=tuple(troubles),
    )


def _kopf(vorgang: Vorgang, prozess: Prozess, version: Prozessversion, schritte: tuple[Schritt, ...]) -> Kopf:
    ende = next((s.name for s in schritte if s.element == vorgang.ende_element), None)
    return Kopf(
        vorgang_id=vorgang.id,
        aktenzeichen=vorgang.aktenzeichen,
        prozess=prozess.name,
        prozess_id=prozess.id,
        kennung=version.kennung,
        prozessversion_id=version.id,
        nummer=version.nummer,
        status=VorgangStatus(vorgang.status),
        eingang_am=vorgang.eingang_am,
        gestartet_am=vorgang.gestartet_am,
        beendet_am=vorgang.beendet_am,
        ende=ende,
        beispiel=vorgang.beispiel,
    )


def _stand(schritt: Schritt, waiting: set[str], runs: dict[str, Any]) -> SchrittStand:
    count = int(runs.get(schritt.element, 0))
    if schritt.element in waiting:
        return SchrittStand(schritt, "offen", count)
    return SchrittStand(schritt, "erledigt" if count else "leer", count)


def _offene(aufgabe: Aufgabe, gruppe: str, akteur: Akteur, kalender: Kalender, now: datetime) -> OffeneAufgabe:
    return OffeneAufgabe(
        aufgabe_id=aufgabe.id,
        element=aufgabe.element_id,
        name=aufgabe.name,
        gruppe=gruppe,
        person_id=aufgabe.person_id,
        status=AufgabeStatus(aufgabe.status),
        wartegrund=aufgabe.wartegrund,
        frist=fristen.frist_of(aufgabe, kalender, now),
        zugaenglich=may_open(aufgabe, akteur),
    )


def may_open(aufgabe: Aufgabe, akteur: Akteur) -> bool:
    """Whether the page of this Aufgabe opens for the Akteur: hers, of her Gruppen, or of somebody she acts for."""
    return akteur.darf(Recht.ARBEITSKORB) and aufgabe.verhaeltnis(akteur) not in (None, Verhaeltnis.LEITUNG)
