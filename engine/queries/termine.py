"""What is due when: deadlines of open Aufgaben, Wiedervorlagen and Beschlüsse, for list, month and calendars of people.

Shows steering data only, never names. Whoever opens a Vorgang from here is recorded by `engine.queries.vorgaenge`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from engine import errors
from engine.kalender import BERLIN, Kalender, ende_des_tages, lokales_datum
from engine.model import Aufgabe, Gruppe, Mandant, Prozess, Vorgang
from engine.model.reichweite import within_reach
from engine.queries import fristen, tagestermine
from engine.queries.terminsicht import HOECHSTENS, Termin, Terminart, Terminliste, Umfang
from engine.rechte import Akteur, Recht

#: so long a calendar is told that something is no longer due
_ABGESAGT = timedelta(days=14)
#: under a name of its own: the reach of an Akteur looks at other Aufgaben of the same Vorgang
_AUFGABE = aliased(Aufgabe)
#: kinds of deadlines of an Aufgabe
_FRISTEN = frozenset({Terminart.GESETZLICH, Terminart.STANDARD, Terminart.INTERN})


def termine(
    session: Session,
    akteur: Akteur,
    *,
    now: datetime,
    von: date | None,
    bis: date,
    umfang: Umfang = Umfang.KORB,
    arten: Iterable[Terminart] = (),
) -> Terminliste:
    """What is due from `von` (None: whatever is overdue too) to `bis`, both included (four SQL statements)."""
    akteur.require(Recht.VORGANG_SEHEN)
    wanted = frozenset(arten) or frozenset(Terminart)
    # Held, so that the session does not read it again.
    mandant = session.get_one(Mandant, akteur.mandant_id)
    kalender = mandant.kalender()
    found: list[Termin] = []
    if wanted & _FRISTEN:
        found += _fristen(session, akteur, kalender, now, umfang, _due(von, bis, wanted))
    lage = tagestermine.Lage(akteur, kalender, now, umfang, von, bis)
    if Terminart.WIEDERVORLAGE in wanted:
        found += tagestermine.wiedervorlagen(session, lage)
    if Terminart.BESCHLUSS in wanted:
        found += tagestermine.beschluesse(session, lage)
    return Terminliste(_earliest(found), len(found) > HOECHSTENS)


def _due(von: date | None, bis: date, arten: frozenset[Terminart]) -> ColumnElement[bool]:
    due = [_AUFGABE.fertig_am.is_(None), _AUFGABE.frist_am <= ende_des_tages(bis)]
    if von is not None:
        due.append(_AUFGABE.frist_am >= datetime.combine(von, time.min, BERLIN))
    if not arten >= _FRISTEN:
        due.append(_AUFGABE.frist_art.in_([art.value for art in arten]))
    return and_(*due)


def _earliest(found: list[Termin]) -> tuple[Termin, ...]:
    return tuple(sorted(found, key=lambda t: (t.am, t.uhrzeit or ende_des_tages(t.am)))[:HOECHSTENS])


def _fristen(
    session: Session, akteur: Akteur, kalender: Kalender, now: datetime, umfang: Umfang, due: ColumnElement[bool]
) -> tuple[Termin, ...]:
    return _read(session, akteur, kalender, _rows(and_(_whose(akteur, umfang), due)), now)


def fuer_kalender(session: Session, akteur: Akteur, umfang: Umfang, *, now: datetime) -> tuple[Termin, ...]:
    """What a subscribed calendar shows: everything due, and for a while what no longer is (marked `abgesagt`)."""
    akteur.require(Recht.VORGANG_SEHEN)
    since = now - _ABGESAGT
    # Held, so that the session does not read it again.
    mandant = session.get_one(Mandant, akteur.mandant_id)
    kalender = mandant.kalender()
    lage = tagestermine.Lage(akteur, kalender, now, umfang, abgesagt_seit=since)
    found = list(_read(session, akteur, kalender, _rows(_shown_or_gone(akteur, umfang, since)), now))
    found += tagestermine.wiedervorlagen(session, lage) + tagestermine.beschluesse(session, lage)
    return _earliest(found)


def _shown_or_gone(akteur: Akteur, umfang: Umfang, since: datetime) -> ColumnElement[bool]:
    gone = or_(
        _AUFGABE.fertig_am >= since,
        and_(_AUFGABE.fertig_am.is_(None), _AUFGABE.person_id != akteur.person_id, _AUFGABE.uebernommen_am >= since),
    )
    mine_once = or_(_AUFGABE.person_id == akteur.person_id, _AUFGABE.gruppe_id.in_(akteur.gruppen))
    shown = and_(_whose(akteur, umfang), _AUFGABE.fertig_am.is_(None))
    # Whoever subscribed to her own alone never saw the others.
    once = mine_once if umfang is not Umfang.MEINE else _AUFGABE.person_id == akteur.person_id
    return or_(shown, and_(once, gone))


def termin(session: Session, akteur: Akteur, aufgabe_id: int, *, now: datetime) -> Termin:
    """The deadline of one Aufgabe.

    Raises
    ------
    errors.NotFound
        When it is out of reach or has none.
    """
    akteur.require(Recht.VORGANG_SEHEN)
    kalender = session.get_one(Mandant, akteur.mandant_id).kalender()
    found = _fristen(session, akteur, kalender, now, Umfang.ALLE, _AUFGABE.id == aufgabe_id)
    if not found:
        raise errors.NotFound
    return found[0]


def _whose(akteur: Akteur, umfang: Umfang) -> ColumnElement[bool]:
    if umfang is Umfang.ALLE:
        return within_reach(akteur)
    mine = _AUFGABE.person_id == akteur.person_id
    free = and_(_AUFGABE.person_id.is_(None), _AUFGABE.gruppe_id.in_(akteur.gruppen))
    return and_(_AUFGABE.mandant_id == akteur.mandant_id, mine if umfang is Umfang.MEINE else or_(mine, free))


def _rows(condition: ColumnElement[bool]) -> Select[Aufgabe, str, bool, str, str]:
    return (
        select(_AUFGABE, Vorgang.aktenzeichen, Vorgang.beispiel, Prozess.name, Gruppe.name)
        .join(Vorgang, Vorgang.id == _AUFGABE.vorgang_id)
        .join(Prozess, Prozess.id == Vorgang.prozess_id)
        .join(Gruppe, Gruppe.id == _AUFGABE.gruppe_id)
        .where(condition, _AUFGABE.frist_am.is_not(None))
        .order_by(_AUFGABE.frist_am, _AUFGABE.id)
        .limit(HOECHSTENS + 1)
    )


def _read(
    session: Session,
    akteur: Akteur,
    kalender: Kalender,
    rows: Select[Aufgabe, str, bool, str, str],
    now: datetime,
) -> tuple[Termin, ...]:
    return tuple(
        _termin(akteur, kalender, now, task, (aktenzeichen, prozess, gruppe), beispiel)
        for task, aktenzeichen, beispiel, prozess, gruppe in session.execute(rows)
    )


def _termin(
    akteur: Akteur, kalender: Kalender, now: datetime, task: Aufgabe, namen: tuple[str, str, str], beispiel: bool
) -> Termin:
    due = task.frist_am or now
    day = lokales_datum(due)
    aktenzeichen, prozess, gruppe = namen
    is_mine = task.person_id == akteur.person_id
    return Termin(
        kennung=f"aufgabe-{task.id}",
        stand=task.version,
        art=Terminart(task.frist_art) if task.frist_art in set(Terminart) else Terminart.STANDARD,
        am=day,
        uhrzeit=None if due == ende_des_tages(day) else due,
        aktenzeichen=aktenzeichen,
        was=task.name,
        zusatz=None,
        prozess=prozess,
        gruppe=gruppe,
        frist=fristen.frist_of(task, kalender, now),
        vorgang_id=task.vorgang_id,
        aufgabe_id=task.id,
        ist_meine=is_mine,
        beispiel=beispiel,
        abgesagt=task.fertig_am is not None or (task.person_id is not None and not is_mine),
    )
