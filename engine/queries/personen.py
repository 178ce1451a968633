"""Who is acting: an Akteur with its current memberships; login data by Kennung."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from engine.model import Gruppe, Mandant, Mitgliedschaft, OrgaEinheit, Person, Vertretung
from engine.model.persoenlich import Persoenlich
from engine.rechte import Akteur, Mitglied, Vertretener


@dataclass(frozen=True, slots=True)
class Anmeldung:
    """What a login needs to compare."""

    person_id: int
    passwort_hash: str
    sitzungs_nummer: int


def anmeldung(session: Session, kennung: str) -> Anmeldung | None:
    """Login data of an active Person; None when there is none (the caller must not tell which)."""
    row = session.execute(
        select(Person.id, Person.passwort_hash, Person.sitzungs_nummer).where(
            Person.kennung == kennung, Person.aktiv.is_(True)
        )
    ).first()
    return Anmeldung(*row) if row else None


def akteur(session: Session, person_id: int, now: datetime, sitzungs_nummer: int | None = None) -> Akteur | None:
    """The Person with its memberships at this moment; None when inactive or the session was ended."""
    person = session.execute(select(Person).where(Person.id == person_id, Person.aktiv.is_(True))).scalar_one_or_none()
    if person is None or sitzungs_nummer not in (None, person.sitzungs_nummer):
        return None
    # A session forgets what nobody holds; her settings are asked for next.
    session.info["person"] = person
    rows = session.execute(
        select(Gruppe.id, Gruppe.name, Gruppe.rolle, Gruppe.orga_einheit_id)
        .join(Mitgliedschaft, Mitgliedschaft.gruppe_id == Gruppe.id)
        .where(Mitgliedschaft.person_id == person_id, Mitgliedschaft.gilt(now))
        .order_by(Gruppe.name)
    )
    return Akteur(
        person_id=person.id,
        mandant_id=person.mandant_id,
        orga_einheit_id=person.orga_einheit_id,
        name=person.name,
        mitglied=tuple(Mitglied(*row) for row in rows),
        vertritt=_vertritt(session, person_id, now),
    )


def _vertritt(session: Session, person_id: int, now: datetime) -> tuple[Vertretener, ...]:
    """For whom the Person acts, with their own Gruppen: what they do for others is not passed on."""
    rows = session.execute(
        select(
            Vertretung.id.label("vertretung"),
            Person.id.label("person"),
            Person.name,
            Vertretung.prozess_id.label("prozess"),
            Mitgliedschaft.gruppe_id.label("gruppe"),
        )
        .join(Person, Person.id == Vertretung.vertretene_id)
        .outerjoin(Mitgliedschaft, and_(Mitgliedschaft.person_id == Person.id, Mitgliedschaft.gilt(now)))
        .where(Vertretung.vertreter_id == person_id, Vertretung.gilt(now))
        .order_by(Person.name, Vertretung.id)
    ).all()
    groups: dict[int, set[int]] = {}
    for row in rows:
        groups.setdefault(row.vertretung, set()).update({row.gruppe} - {None})
    heads = {row.vertretung: (row.person, row.name, row.prozess) for row in rows}
    return tuple(Vertretener(who, name, process, frozenset(groups[key])) for key, (who, name, process) in heads.items())


def persoenlich(session: Session, akteur: Akteur) -> Persoenlich:
    """What the Akteur has set for herself (no further statement in the session that loaded her)."""
    return Persoenlich.of(session.get_one(Person, akteur.person_id).einstellungen)


def adresse(session: Session, akteur: Akteur) -> str:
    """Where notices for the Akteur go; empty without an address."""
    return session.get_one(Person, akteur.person_id).email or ""


def mandant(session: Session, akteur: Akteur) -> Mandant:
    """The Mandant of the Akteur (calendar, settings)."""
    return session.get_one(Mandant, akteur.mandant_id)


def einheiten(session: Session, akteur: Akteur) -> tuple[tuple[int, str], ...]:
    """Organisational units of the Mandant that have a Gruppe, as (id, name): who can be responsible for a Vorgang."""
    rows = session.execute(
        select(OrgaEinheit.id, OrgaEinheit.name)
        .where(
            OrgaEinheit.mandant_id == akteur.mandant_id,
            exists().where(Gruppe.orga_einheit_id == OrgaEinheit.id),
        )
        .order_by(OrgaEinheit.name)
    )
    return tuple((row.id, row.name) for row in rows)


def gruppen(session: Session, akteur: Akteur) -> list[Gruppe]:
    """All Gruppen of the Mandant, by name (to assign lanes)."""
    statement = select(Gruppe).where(Gruppe.mandant_id == akteur.mandant_id).order_by(Gruppe.name)
    return list(session.execute(statement).scalars())
