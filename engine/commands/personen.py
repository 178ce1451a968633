"""Sets up an office: Mandant, units, Gruppen, Personen. A page for it comes with the administration."""

from __future__ import annotations

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from engine.model import Gruppe, Mandant, Mitgliedschaft, OrgaEinheit, Person
from engine.rechte import Rolle

_HASHER = PasswordHasher()


def hash_passwort(passwort: str) -> str:
    """Argon2id hash with the library's current parameters."""
    return _HASHER.hash(passwort)


def create_mandant(
    session: Session, *, kennung: str, name: str, land: str, schliesstage: tuple[str, ...] = (), schulung: bool = False
) -> Mandant:
    """A new office; the calendar is checked by building it."""
    mandant = Mandant(kennung=kennung, name=name, land=land, schliesstage=list(schliesstage), schulung=schulung)
    mandant.gemeindefeiertage = []
    mandant.einstellungen = {}
    mandant.kalender()
    session.add(mandant)
    session.flush()
    return mandant


def create_einheit(
    session: Session, mandant: Mandant, *, kennung: str, name: str, eltern: OrgaEinheit | None = None
) -> OrgaEinheit:
    """A new organisational unit."""
    einheit = OrgaEinheit(
        mandant_id=mandant.id, kennung=kennung, name=name, eltern_id=eltern.id if eltern is not None else None
    )
    session.add(einheit)
    session.flush()
    return einheit


def create_gruppe(session: Session, einheit: OrgaEinheit, *, kennung: str, name: str, rolle: Rolle) -> Gruppe:
    """A new Gruppe that holds one role in a unit."""
    gruppe = Gruppe(
        mandant_id=einheit.mandant_id, orga_einheit_id=einheit.id, kennung=kennung, name=name, rolle=rolle.value
    )
    session.add(gruppe)
    session.flush()
    return gruppe


def create_person(
    session: Session, einheit: OrgaEinheit, *, kennung: str, name: str, passwort_hash: str, gruppen: tuple[Gruppe, ...]
) -> Person:
    """A new Person with its Gruppen (`hash_passwort` is slow by design, so many may share one hash in a demo)."""
    person = Person(
        mandant_id=einheit.mandant_id,
        orga_einheit_id=einheit.id,
        kennung=kennung,
        name=name,
        passwort_hash=passwort_hash,
        aktiv=True,
        sitzungs_nummer=1,
    )
    session.add(person)
    session.flush()
    session.add_all(
        Mitgliedschaft(
            mandant_id=einheit.mandant_id, orga_einheit_id=g.orga_einheit_id, person_id=person.id, gruppe_id=g.id
        )
        for g in gruppen
    )
    session.flush()
    return person
