"""Unsaved drawings as the editor shows them: the own one, and who else is drawing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from engine.model import Person, Zeichnungsentwurf
from engine.rechte import Akteur, Recht

#: whoever changed something within this time is drawing now
GERADE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Entwurf:
    """What a person has drawn and not saved."""

    nummer: int
    stand: int
    xml: str
    angaben: dict[str, Any]
    gespeichert_am: datetime


def entwurf(session: Session, akteur: Akteur, prozess_id: int) -> Entwurf | None:
    """The own unsaved drawing of a process."""
    akteur.require(Recht.PROZESS_BEARBEITEN)
    row = session.execute(
        select(Zeichnungsentwurf)
        .where(
            Zeichnungsentwurf.mandant_id == akteur.mandant_id,
            Zeichnungsentwurf.prozess_id == prozess_id,
            Zeichnungsentwurf.person_id == akteur.person_id,
        )
        .options(undefer(Zeichnungsentwurf.xml))
    ).scalar_one_or_none()
    if row is None:
        return None
    return Entwurf(row.nummer, row.stand, row.xml.decode(), row.angaben, row.gespeichert_am)


def andere(session: Session, akteur: Akteur, prozess_id: int, now: datetime) -> tuple[tuple[str, datetime], ...]:
    """Name and last change of others who draw this process now, latest first."""
    akteur.require(Recht.PROZESS_BEARBEITEN)
    rows = session.execute(
        select(Person.name, Zeichnungsentwurf.gespeichert_am)
        .join(Person, Person.id == Zeichnungsentwurf.person_id)
        .where(
            Zeichnungsentwurf.mandant_id == akteur.mandant_id,
            Zeichnungsentwurf.prozess_id == prozess_id,
            Zeichnungsentwurf.person_id != akteur.person_id,
            Zeichnungsentwurf.gespeichert_am > now - GERADE,
        )
        .order_by(Zeichnungsentwurf.gespeichert_am.desc())
    )
    return tuple((row.name, row.gespeichert_am) for row in rows)
