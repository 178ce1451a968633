"""Which office hours hold from which day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.dienstzeit import ANFANG, Abschnitt, Dienstzeit
from engine.model import Dienstzeitstand, Mandant, Person
from engine.rechte import Akteur, Recht


@dataclass(frozen=True, slots=True)
class Stand:
    """One version with who set it."""

    abschnitt: Abschnitt
    angelegt_am: datetime | None
    name: str | None


def abschnitte_of(session: Session, mandant_id: int) -> tuple[Abschnitt, ...]:
    """Versions in force, by their first day; at least one (one SQL statement). Raises `NotFound` for no such office."""
    rows = session.execute(
        select(Mandant, Dienstzeitstand)
        .outerjoin(Dienstzeitstand, Dienstzeitstand.mandant_id == Mandant.id)
        .where(Mandant.id == mandant_id)
        .order_by(Dienstzeitstand.gilt_ab, Dienstzeitstand.id)
    ).all()
    if not rows:
        raise errors.NotFound
    by_day = {stand.gilt_ab: stand.abschnitt() for _, stand in rows if stand is not None}
    return tuple(by_day.values()) or (Abschnitt(ANFANG, rows[0][0].kalender(), Dienstzeit()),)


def staende(session: Session, akteur: Akteur) -> tuple[Stand, ...]:
    """Every version that was ever set in the own office, newest first; overruled ones too."""
    akteur.require(Recht.AMT_EINRICHTEN)
    rows = session.execute(
        select(Dienstzeitstand, Person.name)
        .outerjoin(Person, Person.id == Dienstzeitstand.person_id)
        .where(Dienstzeitstand.mandant_id == akteur.mandant_id)
        .order_by(Dienstzeitstand.gilt_ab.desc(), Dienstzeitstand.id.desc())
    )
    found = tuple(Stand(row.abschnitt(), row.angelegt_am, name) for row, name in rows)
    return found or (Stand(abschnitte_of(session, akteur.mandant_id)[0], None, None),)
