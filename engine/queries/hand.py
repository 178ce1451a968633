"""In whose hands an Aufgabe is, and to whom it could go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model import Aufgabe, Handlung, Person, Verhaeltnis
from engine.model.mitglieder import mitglieder
from engine.rechte import Akteur


@dataclass(frozen=True, slots=True)
class Hand:
    """Names around an Aufgabe, for those who may open it."""

    verhaeltnis: Verhaeltnis | None
    gruppe_id: int
    person: str | None
    #: for whom that person acts
    vertretung_fuer: str | None
    #: to whom it goes back
    delegiert_von: str | None
    #: for whom the Akteur would take it
    wuerde_vertreten: str | None
    #: id and name of those to whom the Akteur may give it
    kollegen: tuple[tuple[int, str], ...]


def hand_of(session: Session, akteur: Akteur, task: Aufgabe, now: datetime) -> Hand:
    """At most two SQL statements."""
    instead = task.vertretene_of(akteur)
    ids = {task.person_id, task.vertretung_fuer_id, task.delegiert_von_id, instead} - {None}
    names: dict[int | None, str] = {}
    if ids - {akteur.person_id}:
        rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
        names = {row.id: row.name for row in rows}
    gives = task.handlungen(akteur) & {Handlung.WEITERGEBEN, Handlung.DELEGIEREN}
    others = mitglieder(session, [task.gruppe_id], now) if gives else ()
    return Hand(
        verhaeltnis=task.verhaeltnis(akteur),
        gruppe_id=task.gruppe_id,
        person=names.get(task.person_id),
        vertretung_fuer=names.get(task.vertretung_fuer_id),
        delegiert_von=names.get(task.delegiert_von_id),
        wuerde_vertreten=names.get(instead),
        kollegen=tuple(o for o in others if o[0] not in (akteur.person_id, task.person_id)),
    )
