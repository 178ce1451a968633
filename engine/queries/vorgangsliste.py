"""The list of Vorgänge within reach, newest first, with a search by Aktenzeichen.

Shows steering data only; whoever opens a Vorgang from here is recorded by `engine.queries.vorgaenge`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from engine.kalender import Kalender
from engine.model import OFFEN, Aufgabe, Gruppe, Mandant, Prozess, Stoerung, Vorgang, VorgangStatus
from engine.model.reichweite import within_reach
from engine.queries import fristen
from engine.rechte import Akteur, Recht

#: nobody types a longer part of an Aktenzeichen
MAX_SUCHE = 60


class Auswahl(StrEnum):
    """Which Vorgänge are listed."""

    LAUFEND = "laufend"
    BEENDET = "beendet"
    ALLE = "alle"


@dataclass(frozen=True, slots=True)
class OffenerSchritt:
    """Where a Vorgang stands: an open Aufgabe."""

    name: str
    gruppe: str
    frist: fristen.Frist


@dataclass(frozen=True, slots=True)
class VorgangZeile:
    """One Vorgang in the list."""

    vorgang_id: int
    aktenzeichen: str
    prozess: str
    status: VorgangStatus
    eingang_am: datetime
    beendet_am: datetime | None
    beispiel: bool
    #: the most urgent first
    offen: tuple[OffenerSchritt, ...]
    gestoert: bool


@dataclass(frozen=True, slots=True)
class VorgangSeite:
    """One page of the list."""

    zeilen: tuple[VorgangZeile, ...]
    auswahl: Auswahl
    suche: str
    seite: int
    je_seite: int
    anzahl: int

    @property
    def seiten(self) -> int:
        """Number of pages, at least 1."""
        return max(1, -(-self.anzahl // self.je_seite))


def vorgangsliste(
    session: Session,
    akteur: Akteur,
    *,
    now: datetime,
    auswahl: Auswahl = Auswahl.LAUFEND,
    suche: str = "",
    seite: int = 1,
    je_seite: int = 25,
) -> VorgangSeite:
    """Vorgänge within reach, the newest first (five SQL statements, whatever their number).

    `suche` is any part of the Aktenzeichen; a page beyond the last shows the last.
    """
    akteur.require(Recht.VORGANG_SEHEN)
    # PostgreSQL refuses the character zero; no Aktenzeichen has it.
    suche = suche.replace("\0", "").strip()[:MAX_SUCHE]
    wanted = _wanted(akteur, auswahl, suche)
    count = session.execute(select(func.count()).select_from(Vorgang).where(wanted)).scalar_one()
    seite = min(max(1, seite), max(1, -(-count // je_seite)))
    rows = session.execute(
        select(Vorgang, Prozess.name)
        .join(Prozess, Prozess.id == Vorgang.prozess_id)
        .where(wanted)
        .order_by(Vorgang.gestartet_am.desc(), Vorgang.id.desc())
        .limit(je_seite)
        .offset((seite - 1) * je_seite)
    ).all()
    ids = [vorgang.id for vorgang, _ in rows]
    kalender = session.get_one(Mandant, akteur.mandant_id).kalender()
    steps, troubled = _open_steps(session, ids, kalender, now), _troubled(session, ids)
    zeilen = tuple(_zeile(v, name, tuple(steps.get(v.id, ())), v.id in troubled) for v, name in rows)
    return VorgangSeite(zeilen, auswahl, suche, seite, je_seite, count)


def _wanted(akteur: Akteur, auswahl: Auswahl, suche: str) -> ColumnElement[bool]:
    conditions = [within_reach(akteur)]
    if auswahl is Auswahl.LAUFEND:
        conditions.append(Vorgang.status == VorgangStatus.LAUFEND)
    if auswahl is Auswahl.BEENDET:
        conditions.append(Vorgang.status != VorgangStatus.LAUFEND)
    if suche:
        conditions.append(Vorgang.aktenzeichen.icontains(suche, autoescape=True))
    return and_(*conditions)


def _open_steps(session: Session, ids: list[int], kalender: Kalender, now: datetime) -> dict[int, list[OffenerSchritt]]:
    rows = session.execute(
        select(Aufgabe, Gruppe.name)
        .join(Gruppe, Gruppe.id == Aufgabe.gruppe_id)
        .where(Aufgabe.vorgang_id.in_(ids), Aufgabe.status.in_(OFFEN))
        .order_by(Aufgabe.frist_am.asc().nulls_last(), Aufgabe.id)
    )
    steps: dict[int, list[OffenerSchritt]] = {}
    for task, group in rows:
        step = OffenerSchritt(task.name, group, fristen.frist_of(task, kalender, now))
        steps.setdefault(task.vorgang_id, []).append(step)
    return steps


def _troubled(session: Session, ids: list[int]) -> set[int]:
    statement = select(Stoerung.vorgang_id).where(Stoerung.vorgang_id.in_(ids), Stoerung.behoben_am.is_(None))
    return set(session.execute(statement).scalars())


def _zeile(vorgang: Vorgang, prozess: str, offen: tuple[OffenerSchritt, ...], gestoert: bool) -> VorgangZeile:
    return VorgangZeile(
        vorgang_id=vorgang.id,
        aktenzeichen=vorgang.aktenzeichen,
        prozess=prozess,
        status=VorgangStatus(vorgang.status),
        eingang_am=vorgang.eingang_am,
        beendet_am=vorgang.beendet_am,
        beispiel=vorgang.beispiel,
        offen=offen,
        gestoert=gestoert,
    )
