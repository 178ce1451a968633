"""Marks of a workshop on the value stream of a process (Kaizen-Blitz)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.model import Kaizenblitz, Person
from engine.rechte import Akteur, Recht

#: removed marks that a page still lists
_ENTFERNT_HOECHSTENS = 50


@dataclass(frozen=True, slots=True)
class Blitz:
    """One mark; who set and removed it is told only to those who may mark."""

    blitz_id: int
    knoten: str
    code: str
    text: str
    angelegt_am: datetime
    wer: str | None
    entfernt_am: datetime | None
    entfernt_von: str | None


def blitze(session: Session, akteur: Akteur, prozess_id: int) -> tuple[Blitz, ...]:
    """Marks that stand, in the order in which they were set (one SQL statement)."""
    akteur.require(Recht.WERTSTROM_SEHEN)
    return _read(session, akteur, prozess_id, entfernt=False)


def entfernte(session: Session, akteur: Akteur, prozess_id: int) -> tuple[Blitz, ...]:
    """Marks that were removed, the latest first."""
    akteur.require(Recht.WERTSTROM_MARKIEREN)
    return _read(session, akteur, prozess_id, entfernt=True)


def _read(session: Session, akteur: Akteur, prozess_id: int, *, entfernt: bool) -> tuple[Blitz, ...]:
    setzer, entferner = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Kaizenblitz, setzer.name, entferner.name)
        .join(setzer, setzer.id == Kaizenblitz.person_id)
        .outerjoin(entferner, entferner.id == Kaizenblitz.entfernt_von)
        .where(
            Kaizenblitz.mandant_id == akteur.mandant_id,
            Kaizenblitz.prozess_id == prozess_id,
            Kaizenblitz.entfernt_am.is_not(None) if entfernt else Kaizenblitz.entfernt_am.is_(None),
        )
        .order_by(*([Kaizenblitz.entfernt_am.desc()] if entfernt else []), Kaizenblitz.id)
        .limit(_ENTFERNT_HOECHSTENS if entfernt else None)
    )
    named = akteur.darf(Recht.WERTSTROM_MARKIEREN)
    return tuple(
        Blitz(
            b.id,
            b.knoten,
            b.code,
            b.text,
            b.angelegt_am,
            wer if named else None,
            b.entfernt_am,
            durch if named else None,
        )
        for b, wer, durch in rows
    )
