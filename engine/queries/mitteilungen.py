"""Notices that processes have written to the Gruppen of a person and that nobody has taken note of yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from engine.model import Gruppe, Mitteilung, Prozess, Vorgang
from engine.model.reichweite import within_reach
from engine.rechte import Akteur, Recht

_HOECHSTENS = 200


@dataclass(frozen=True, slots=True)
class Zeile:
    """One notice."""

    mitteilung_id: int
    titel: str
    aktenzeichen: str
    prozess: str
    gruppe: str
    am: datetime
    #: the Vorgang, if the Akteur may open it: a notice never widens what somebody may see
    vorgang_id: int | None


def mitteilungen(session: Session, akteur: Akteur) -> tuple[Zeile, ...]:
    """Unread notices, the newest first; at most `_HOECHSTENS` (one SQL statement)."""
    akteur.require(Recht.ARBEITSKORB)
    rows = session.execute(
        select(Mitteilung, Vorgang.aktenzeichen, Prozess.name, Gruppe.name, within_reach(akteur))
        .join(Vorgang, Vorgang.id == Mitteilung.vorgang_id)
        .join(Prozess, Prozess.id == Vorgang.prozess_id)
        .join(Gruppe, Gruppe.id == Mitteilung.gruppe_id)
        .where(_unread(akteur))
        .order_by(Mitteilung.am.desc(), Mitteilung.id.desc())
        .limit(_HOECHSTENS)
    )
    return tuple(
        Zeile(m.id, m.titel, aktenzeichen, prozess, gruppe, m.am, m.vorgang_id if reachable else None)
        for m, aktenzeichen, prozess, gruppe, reachable in rows
    )


def anzahl(session: Session, akteur: Akteur) -> int:
    """How many there are."""
    return session.execute(select(func.count()).select_from(Mitteilung).where(_unread(akteur))).scalar_one()


def _unread(akteur: Akteur) -> ColumnElement[bool]:
    return and_(
        Mitteilung.mandant_id == akteur.mandant_id,
        Mitteilung.gruppe_id.in_(akteur.gruppen),
        Mitteilung.gelesen_am.is_(None),
    )
