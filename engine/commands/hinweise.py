"""Finds out who has to be told what by e-mail, and writes it into the outbox: each event once for each person.

Looks at what lies in the tables and not at single commands, so that no command waits for it. Sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from engine.kalender import BERLIN
from engine.model import Aufgabe, Gruppe, Mandant, Mitgliedschaft, Mitteilung, Person, Prozessversion
from engine.model.hinweis import Hinweis, Hinweisanlass
from engine.model.persoenlich import Hinweisart, Persoenlich
from engine.rechte import Recht, Sicht, rechte_of, sicht_of

#: after an outage nobody is told what is older; it stands in the Arbeitskorb
_FENSTER: Final = timedelta(hours=1)
_FENSTER_FRIST: Final = timedelta(days=1)
#: local hour from which the gathered notice of a day goes out
_TAGESSTUNDE: Final = 7
_AUFBEWAHRT: Final = timedelta(days=30)
#: the legal basis on which a process of child protection stands
_KINDERSCHUTZ: Final = "§ 8a SGB VIII"


@dataclass(frozen=True, slots=True)
class _Empfaenger:
    """Somebody with an address."""

    person_id: int
    mandant_id: int
    art: Hinweisart
    gruppen: frozenset[int]
    #: units whose escalations come to her as well
    leitet: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Fund:
    """What somebody has to be told."""

    empfaenger: _Empfaenger
    anlass: Hinweisanlass
    bezug: str
    aufgabe_id: int | None = None
    vorgang_id: int | None = None


def collect(session: Session, *, now: datetime) -> int:
    """Write what is not yet in the outbox; returns how many (at most eight SQL statements without something new)."""
    people = _recipients(session, now)
    if not people:
        return 0
    found = {(f.empfaenger.person_id, f.bezug): f for f in _found(session, people, now)}
    known = _known(session, found, now)
    new = [fund for key, fund in found.items() if key not in known]
    session.add_all(_row(fund, now) for fund in new)
    session.flush()
    return len(new)


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete what has been in the outbox for long."""
    old = delete(Hinweis).where(Hinweis.entstanden_am < now - _AUFBEWAHRT)
    session.execute(old.execution_options(synchronize_session=False))


def _found(session: Session, people: list[_Empfaenger], now: datetime) -> Iterator[_Fund]:
    at_once = [person for person in people if person.art is Hinweisart.SOFORT]
    if at_once:
        recent = _open(Aufgabe.bereit_am > now - _FENSTER, Aufgabe.bereit_am <= now)
        for task in _tasks(session, recent):
            yield from _tell(at_once, task, Hinweisanlass.NEU, f"aufgabe-{task.id}:neu")
        yield from _notices(session, at_once, now)
    protecting = _kinderschutz(session, now)
    for task in _tasks(session, _open(Aufgabe.frist_am > now - _FENSTER_FRIST, Aufgabe.frist_am <= now)):
        if task.prozessversion_id not in protecting:
            yield from _tell(at_once, task, Hinweisanlass.FRIST, f"aufgabe-{task.id}:frist-{task.frist_am:%Y%m%d%H%M}")
    if protecting:
        yield from _escalations(session, people, protecting, now)
    yield from _days(session, people, now)


def _open(*conditions: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """Of what still has to be done."""
    return (Aufgabe.fertig_am.is_(None), *conditions)


def _tasks(session: Session, conditions: tuple[ColumnElement[bool], ...]) -> list[Aufgabe]:
    return list(session.execute(select(Aufgabe).where(*conditions)).scalars())


def _tell(people: Iterable[_Empfaenger], task: Aufgabe, anlass: Hinweisanlass, bezug: str) -> Iterator[_Fund]:
    """Whoever has it; while nobody has it, the whole Gruppe."""
    for person in people:
        holds = person.person_id == task.person_id
        if holds or (task.person_id is None and task.gruppe_id in person.gruppen):
            yield _Fund(person, anlass, bezug, task.id, task.vorgang_id)


def _notices(session: Session, people: list[_Empfaenger], now: datetime) -> Iterator[_Fund]:
    recent = select(Mitteilung).where(Mitteilung.gelesen_am.is_(None), Mitteilung.am > now - _FENSTER)
    for notice in session.execute(recent).scalars():
        for person in people:
            if notice.gruppe_id in person.gruppen:
                yield _Fund(person, Hinweisanlass.MITTEILUNG, f"mitteilung-{notice.id}", vorgang_id=notice.vorgang_id)


def _escalations(
    session: Session, people: list[_Empfaenger], protecting: frozenset[int], now: datetime
) -> Iterator[_Fund]:
    """A passed deadline of child protection, each day until it is done: to whoever has it and to the lead."""
    overdue = _open(Aufgabe.frist_am <= now, Aufgabe.prozessversion_id.in_(protecting))
    day = now.astimezone(BERLIN).date()
    for task in _tasks(session, overdue):
        bezug = f"aufgabe-{task.id}:eskalation-{day}"
        yield from _tell(people, task, Hinweisanlass.ESKALATION, bezug)
        for person in people:
            if task.orga_einheit_id in person.leitet:
                yield _Fund(person, Hinweisanlass.ESKALATION, bezug, task.id, task.vorgang_id)


def _kinderschutz(session: Session, now: datetime) -> frozenset[int]:
    """Versions with an overdue Aufgabe that stand on § 8a SGB VIII: it is their first legal basis."""
    overdue = select(Aufgabe.prozessversion_id).where(*_open(Aufgabe.frist_am <= now))
    rows = session.execute(select(Prozessversion.id, Prozessversion.einrichtung).where(Prozessversion.id.in_(overdue)))
    return frozenset(row.id for row in rows if _stands_on_8a(row.einrichtung.get("steckbrief", {})))


def _stands_on_8a(steckbrief: dict[str, object]) -> bool:
    norms = steckbrief.get("rechtsgrundlagen")
    first = norms[0] if isinstance(norms, list) and norms else {}
    return isinstance(first, dict) and str(first.get("norm", "")).startswith(_KINDERSCHUTZ)


def _days(session: Session, people: list[_Empfaenger], now: datetime) -> Iterator[_Fund]:
    """On each working day one gathered notice; what it says is looked up when it goes out."""
    local = now.astimezone(BERLIN)
    daily = [person for person in people if person.art is Hinweisart.TAEGLICH]
    if not daily or local.hour < _TAGESSTUNDE:
        return
    offices = select(Mandant).where(Mandant.id.in_({person.mandant_id for person in daily}))
    working = {m.id for m in session.execute(offices).scalars() if m.kalender().ist_werktag(local.date())}
    for person in daily:
        if person.mandant_id in working:
            yield _Fund(person, Hinweisanlass.TAG, f"tag-{local.date()}")


def _recipients(session: Session, now: datetime) -> list[_Empfaenger]:
    people = session.execute(
        select(Person.id, Person.mandant_id, Person.einstellungen).where(
            Person.email.is_not(None), Person.aktiv.is_(True)
        )
    ).all()
    if not people:
        return []
    groups: dict[int, list[Gruppe]] = {}
    rows = session.execute(
        select(Mitgliedschaft.person_id, Gruppe)
        .join(Gruppe, Gruppe.id == Mitgliedschaft.gruppe_id)
        .where(Mitgliedschaft.gilt(now), Mitgliedschaft.person_id.in_([row.id for row in people]))
    )
    for person_id, group in rows:
        groups.setdefault(person_id, []).append(group)
    return [_recipient(row.id, row.mandant_id, row.einstellungen, groups.get(row.id, [])) for row in people]


def _recipient(person_id: int, mandant_id: int, einstellungen: dict[str, object], groups: list[Gruppe]) -> _Empfaenger:
    working = [group for group in groups if Recht.ARBEITSKORB in rechte_of([group.rolle])]
    leading = (group.orga_einheit_id for group in groups if sicht_of([group.rolle]) is Sicht.EINHEIT)
    return _Empfaenger(
        person_id=person_id,
        mandant_id=mandant_id,
        art=Persoenlich.of(einstellungen).hinweise,
        gruppen=frozenset(group.id for group in working),
        leitet=frozenset(unit for unit in leading if unit is not None),
    )


def _known(session: Session, found: Iterable[tuple[int, str]], now: datetime) -> set[tuple[int, str]]:
    references = {bezug for _person, bezug in found}
    if not references:
        return set()
    # Nothing that is found now can have been written before the widest window.
    since = now - timedelta(days=2)
    rows = session.execute(select(Hinweis.person_id, Hinweis.bezug).where(Hinweis.entstanden_am >= since))
    return {(row.person_id, row.bezug) for row in rows}


def _row(fund: _Fund, now: datetime) -> Hinweis:
    return Hinweis(
        mandant_id=fund.empfaenger.mandant_id,
        person_id=fund.empfaenger.person_id,
        anlass=fund.anlass.value,
        bezug=fund.bezug,
        aufgabe_id=fund.aufgabe_id,
        vorgang_id=fund.vorgang_id,
        entstanden_am=now,
        faellig_am=now,
        stand_seit=now,
    )
