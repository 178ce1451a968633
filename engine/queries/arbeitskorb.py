"""The Arbeitskorb: open Aufgaben of a person and of her Gruppen, by deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select
from sqlalchemy.orm import Session

from engine.kalender import Kalender, ende_des_tages
from engine.model import Aufgabe, AufgabeStatus, Gruppe, Mandant, Prozess, Vorgang
from engine.queries import fristen
from engine.rechte import Akteur, Recht


class Korb(StrEnum):
    """Which list is shown."""

    MEINE = "meine"
    GRUPPE = "gruppe"


@dataclass(frozen=True, slots=True)
class Zeile:
    """One open Aufgabe."""

    aufgabe_id: int
    vorgang_id: int
    aktenzeichen: str
    aufgabe: str
    prozess: str
    gruppe: str
    status: AufgabeStatus
    wartegrund: str | None
    eingang_am: datetime
    frist: fristen.Frist
    beispiel: bool


@dataclass(frozen=True, slots=True)
class Seite:
    """One page of the Arbeitskorb."""

    korb: Korb
    zeilen: tuple[Zeile, ...]
    seite: int
    je_seite: int
    #: open Aufgaben per Korb
    anzahl: dict[Korb, int]
    #: of the shown Korb, over all pages
    ueberschritten: int
    bis_morgen: int

    @property
    def seiten(self) -> int:
        """Number of pages, at least 1."""
        return max(1, -(-self.anzahl[self.korb] // self.je_seite))


def arbeitskorb(
    session: Session, akteur: Akteur, *, korb: Korb, now: datetime, seite: int = 1, je_seite: int = 25
) -> Seite:
    """Open Aufgaben, the most urgent first; those without a deadline last, then the oldest first.

    Three SQL statements, whatever the number of Aufgaben. A page beyond the last shows the last.
    """
    akteur.require(Recht.ARBEITSKORB)
    kalender = session.get_one(Mandant, akteur.mandant_id).kalender()
    counts = _counts(session, akteur, korb, kalender, now)
    pages = max(1, -(-counts[korb.value] // je_seite))
    seite = min(max(1, seite), pages)
    rows = session.execute(_rows(akteur, korb).limit(je_seite).offset((seite - 1) * je_seite))
    return Seite(
        korb=korb,
        zeilen=tuple(_zeile(row, kalender=kalender, now=now) for row in rows),
        seite=seite,
        je_seite=je_seite,
        anzahl={k: counts[k.value] for k in Korb},
        ueberschritten=counts["ueberschritten"],
        bis_morgen=counts["bis_morgen"],
    )


def _belongs_to(akteur: Akteur, korb: Korb) -> ColumnElement[bool]:
    mine = Aufgabe.person_id == akteur.person_id
    free = and_(Aufgabe.person_id.is_(None), Aufgabe.gruppe_id.in_(akteur.gruppen))
    return and_(
        Aufgabe.mandant_id == akteur.mandant_id, Aufgabe.fertig_am.is_(None), mine if korb is Korb.MEINE else free
    )


def _counts(session: Session, akteur: Akteur, korb: Korb, kalender: Kalender, now: datetime) -> dict[str, int]:
    next_day_end = ende_des_tages(kalender.frist_at(now, 1))
    shown = _belongs_to(akteur, korb)
    late = and_(shown, Aufgabe.frist_am < now)
    soon = and_(shown, Aufgabe.frist_am >= now, Aufgabe.frist_am <= next_day_end)
    columns = {
        "meine": _belongs_to(akteur, Korb.MEINE),
        "gruppe": _belongs_to(akteur, Korb.GRUPPE),
        "ueberschritten": late,
        "bis_morgen": soon,
    }
    statement = select(*(func.count(case((condition, 1))).label(name) for name, condition in columns.items())).where(
        Aufgabe.fertig_am.is_(None),
        (Aufgabe.person_id == akteur.person_id)
        | and_(Aufgabe.person_id.is_(None), Aufgabe.gruppe_id.in_(akteur.gruppen)),
    )
    return dict(session.execute(statement).mappings().one())


def _rows(akteur: Akteur, korb: Korb) -> Select[Aufgabe, str, bool, str, str]:
    return (
        select(Aufgabe, Vorgang.aktenzeichen, Vorgang.beispiel, Prozess.name, Gruppe.name)
        .join(Vorgang, Vorgang.id == Aufgabe.vorgang_id)
        .join(Prozess, Prozess.id == Vorgang.prozess_id)
        .join(Gruppe, Gruppe.id == Aufgabe.gruppe_id)
        .where(_belongs_to(akteur, korb))
        .order_by(Aufgabe.frist_am.asc().nulls_last(), Aufgabe.bereit_am, Aufgabe.id)
    )


def _zeile(row: Row[Aufgabe, str, bool, str, str], *, kalender: Kalender, now: datetime) -> Zeile:
    aufgabe, aktenzeichen, beispiel, prozess, gruppe = row
    return Zeile(
        aufgabe_id=aufgabe.id,
        vorgang_id=aufgabe.vorgang_id,
        aktenzeichen=aktenzeichen,
        aufgabe=aufgabe.name,
        prozess=prozess,
        gruppe=gruppe,
        status=AufgabeStatus(aufgabe.status),
        wartegrund=aufgabe.wartegrund,
        eingang_am=aufgabe.bereit_am,
        frist=fristen.frist_of(aufgabe, kalender, now),
        beispiel=beispiel,
    )
