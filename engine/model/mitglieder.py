"""Who belongs together: members of Gruppen, and who may stand in for whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from engine.model.organisation import Gruppe, Mitgliedschaft, Person
from engine.rechte import Recht, Rolle, rollen_with

#: they work for somebody else, or without instructions: only their like stands in for them, and they for nobody else
_EIGENSTAENDIG = (Rolle.JOBCENTER_PARTNER, Rolle.OMBUDSSTELLE, Rolle.ETHIKBOARD)


def works_in(session: Session, person_id: int | None, gruppe_id: int, now: datetime) -> bool:
    """Whether the person works here and in this Gruppe: nobody else could take an Aufgabe from one who has left."""
    there = select(Mitgliedschaft.id).join(Person, Person.id == Mitgliedschaft.person_id)
    there = there.where(Person.id == person_id, Mitgliedschaft.gruppe_id == gruppe_id)
    return session.execute(there.where(Person.aktiv.is_(True), Mitgliedschaft.gilt(now))).first() is not None


def mitglieder(session: Session, gruppe_ids: Iterable[int], now: datetime) -> tuple[tuple[int, str], ...]:
    """Active people of these Gruppen as (id, name), by name: to whom an Aufgabe of theirs can be given."""
    rows = session.execute(
        select(Person.id, Person.name)
        .join(Mitgliedschaft, Mitgliedschaft.person_id == Person.id)
        .where(Mitgliedschaft.gruppe_id.in_(list(gruppe_ids)), Mitgliedschaft.gilt(now), Person.aktiv.is_(True))
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return tuple((row[0], row[1]) for row in rows)


def kandidaten(session: Session, hers: Person, now: datetime) -> tuple[tuple[int, str], ...]:
    """Who may stand in for a person, as (id, name) by name: who shares a role with her, or an organisational unit."""
    rows = session.execute(_kandidaten(hers, now).order_by(Person.name, Person.id))
    return tuple((row[0], row[1]) for row in rows)


def may_stand_in(session: Session, person_id: int, hers: Person, now: datetime) -> bool:
    """Whether this person is one of the `kandidaten`."""
    return session.execute(_kandidaten(hers, now).where(Person.id == person_id)).first() is not None


def _kandidaten(hers: Person, now: datetime) -> Select[int, str]:
    own_group, own = aliased(Gruppe), aliased(Mitgliedschaft)
    in_force = and_(
        own.person_id == hers.id, or_(own.von.is_(None), own.von <= now), or_(own.bis.is_(None), own.bis > now)
    )
    same_unit = and_(
        Gruppe.orga_einheit_id == own_group.orga_einheit_id,
        Gruppe.rolle.not_in(_EIGENSTAENDIG),
        own_group.rolle.not_in(_EIGENSTAENDIG),
    )
    return (
        select(Person.id, Person.name)
        .join(Mitgliedschaft, Mitgliedschaft.person_id == Person.id)
        .join(Gruppe, Gruppe.id == Mitgliedschaft.gruppe_id)
        .join(own_group, or_(Gruppe.rolle == own_group.rolle, same_unit))
        .join(own, own.gruppe_id == own_group.id)
        .where(
            in_force,
            Mitgliedschaft.gilt(now),
            Gruppe.rolle.in_(rollen_with(Recht.ARBEITSKORB)),
            Gruppe.mandant_id == hers.mandant_id,
            own_group.mandant_id == hers.mandant_id,
            Person.aktiv.is_(True),
            Person.id != hers.id,
        )
        .distinct()
    )
