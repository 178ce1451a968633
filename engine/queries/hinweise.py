"""What a notice in the outbox says at the moment it goes out: Aktenzeichen and deadlines, never a name or a content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from engine.kalender import ende_des_tages
from engine.model import Aufgabe, Mandant, Person, Vorgang
from engine.model.hinweis import Hinweis, Hinweisanlass
from engine.model.persoenlich import Hinweisart, Persoenlich
from engine.queries import personen
from engine.rechte import Akteur

#: lines of a gathered notice
HOECHSTENS = 50


@dataclass(frozen=True, slots=True)
class Punkt:
    """One line of a notice."""

    aktenzeichen: str
    frist_am: datetime | None
    #: None: only the Vorgang
    aufgabe_id: int | None
    vorgang_id: int


@dataclass(frozen=True, slots=True)
class Brief:
    """A notice with everything that its text needs."""

    hinweis_id: int
    anlass: Hinweisanlass
    #: the same in every attempt
    bezug: str
    adresse: str
    sprache: str
    #: whoever it is for may switch such notices off
    abschaltbar: bool
    punkte: tuple[Punkt, ...]
    #: further ones that are not listed
    weitere: int = 0
    #: new in the basket since the day before; of a gathered notice
    neu: int = 0


def brief(session: Session, hinweis_id: int, *, now: datetime) -> Brief | None:
    """The notice as it would be sent now; None when it is no longer needed, wanted or allowed."""
    row = session.execute(select(Hinweis, Person).join(Person).where(Hinweis.id == hinweis_id)).one()
    notice, person = row
    akteur = personen.akteur(session, person.id, now)
    wahl = Persoenlich.of(person.einstellungen)
    anlass = Hinweisanlass(notice.anlass)
    if akteur is None or not person.email or not _is_wanted(anlass, wahl):
        return None
    if anlass is Hinweisanlass.TAG:
        return _day(session, notice, person, akteur, wahl, now)
    punkt = _punkt(session, notice)
    return _brief(notice, person, wahl, (punkt,)) if punkt else None


def _is_wanted(anlass: Hinweisanlass, wahl: Persoenlich) -> bool:
    """The choice at this moment counts; of child protection there is none."""
    if anlass is Hinweisanlass.ESKALATION:
        return True
    return wahl.hinweise is (Hinweisart.TAEGLICH if anlass is Hinweisanlass.TAG else Hinweisart.SOFORT)


def _punkt(session: Session, notice: Hinweis) -> Punkt | None:
    """What it is about; None when it is done."""
    if notice.vorgang_id is None:
        return None
    vorgang = session.get_one(Vorgang, notice.vorgang_id)
    if notice.aufgabe_id is None:
        return Punkt(vorgang.aktenzeichen, None, None, vorgang.id)
    task = session.get_one(Aufgabe, notice.aufgabe_id)
    return None if task.fertig_am else Punkt(vorgang.aktenzeichen, task.frist_am, task.id, vorgang.id)


def _day(
    session: Session, notice: Hinweis, person: Person, akteur: Akteur, wahl: Persoenlich, now: datetime
) -> Brief | None:
    """What is overdue or due until the end of the next working day, and how many came in since the day before."""
    kalender = session.get_one(Mandant, person.mandant_id).kalender()
    until = ende_des_tages(kalender.frist_at(now, 1))
    hers = or_(Aufgabe.person_id == person.id, and_(Aufgabe.person_id.is_(None), Aufgabe.gruppe_id.in_(akteur.gruppen)))
    is_open = and_(Aufgabe.mandant_id == person.mandant_id, Aufgabe.fertig_am.is_(None), hers)
    rows = session.execute(
        select(Vorgang.aktenzeichen, Aufgabe.frist_am, Aufgabe.id, Aufgabe.vorgang_id)
        .join(Vorgang, Vorgang.id == Aufgabe.vorgang_id)
        .where(is_open, Aufgabe.frist_am <= until)
        .order_by(Aufgabe.frist_am, Aufgabe.id)
    ).all()
    recent = and_(is_open, Aufgabe.bereit_am > now - timedelta(days=1))
    new = session.execute(select(func.count()).select_from(Aufgabe).where(recent)).scalar_one()
    if not rows and not new:
        return None
    return _brief(
        notice,
        person,
        wahl,
        (Punkt(*row) for row in rows[:HOECHSTENS]),
        weitere=max(0, len(rows) - HOECHSTENS),
        neu=new,
    )


def _brief(
    notice: Hinweis, person: Person, wahl: Persoenlich, punkte: Iterable[Punkt], *, weitere: int = 0, neu: int = 0
) -> Brief:
    return Brief(
        hinweis_id=notice.id,
        anlass=Hinweisanlass(notice.anlass),
        bezug=f"{person.id}.{notice.bezug}",
        adresse=person.email or "",
        sprache=wahl.sprache,
        abschaltbar=notice.anlass != Hinweisanlass.ESKALATION,
        punkte=tuple(punkte),
        weitere=weitere,
        neu=neu,
    )
