"""Does what no person does: due timers, services, messages, starts; each found by an index, each in one transaction.

Several workers may run. On PostgreSQL each passes over what somebody else holds (``SKIP LOCKED``); on SQLite the
writer lock lets one at a time. What fails is rolled back, tried again after growing pauses, and after `VERSUCHE`
attempts it rests until somebody sets it going again; a Störung says where and why.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, aliased

from engine import db, errors, spiff
from engine.commands import aufraeumen, auftraege, eintreffen, fehlversuche, starts, vorgaenge, zustellung
from engine.commands.fehlversuche import VERSUCHE
from engine.model import Nachricht, Startpunkt, Vorgang, VorgangStatus, Wartepunkt

__all__ = ["VERSUCHE", "run_due", "run_forever"]

#: jobs that are looked up at once
_STAPEL = 50
#: as often as this one round does the same job again (repetitions after an outage)
_WIEDERHOLUNGEN = 30
#: from here on a timer is not late but was missed
_AUSFALL = timedelta(hours=1)
_AUFRAEUMEN = timedelta(days=1)
_TIMER, _DIENST = spiff.WarteArt.TIMER.value, spiff.WarteArt.DIENST.value
_log = structlog.get_logger("worker")


@dataclass(frozen=True, slots=True)
class _Arbeit:
    """A class of jobs."""

    name: str
    #: whether any is due
    anything: Callable[[datetime], ColumnElement[bool]]
    #: keys of due jobs, the earliest first
    due: Callable[[datetime], Select[int]]
    #: does one; False when somebody else holds it
    do: Callable[[Session, int, datetime], bool]
    #: notes that it failed
    failed: Callable[[Session, int, Exception, datetime], None]


def run_due(sessions: db.SessionFactory, *, now: datetime, limit: int = 100) -> int:
    """Do what is due at ``now``, each job in its own transaction; returns how many were handled."""
    runde = _Runde(sessions, now)
    done = 0
    while done < limit and (kinds := runde.due_kinds()):
        before = runde.tried
        for art in kinds:
            done += runde.work(art, limit - done)
        if runde.tried == before:
            break  # the rest is held by somebody else
    return done


@dataclass
class _Runde:
    """One look at everything that is due."""

    sessions: db.SessionFactory
    now: datetime
    #: how often each job was done in this round; what somebody else holds is left alone
    done: Counter[tuple[str, int]] = field(default_factory=Counter)

    @property
    def tried(self) -> int:
        """Grows with every attempt."""
        return self.done.total()

    def due_kinds(self) -> list[_Arbeit]:
        """Look before locking: an idle worker costs one statement and never keeps writers waiting."""
        with db.reading(self.sessions) as session:
            found = session.execute(select(*(art.anything(self.now) for art in _ARTEN))).one()
        return [art for art, is_due in zip(_ARTEN, found, strict=True) if is_due]

    def work(self, art: _Arbeit, limit: int) -> int:
        """A batch of one class; returns how many were handled."""
        handled = 0
        for key in self._keys(art):
            if handled >= limit:
                break
            is_done = self._one(art, key)
            self.done[(art.name, key)] += 1 if is_done else _WIEDERHOLUNGEN
            handled += is_done
        return handled

    def _keys(self, art: _Arbeit) -> list[int]:
        tired = [key for (name, key), times in self.done.items() if name == art.name and times >= _WIEDERHOLUNGEN]
        with db.reading(self.sessions) as session:
            rows = session.execute(art.due(self.now).limit(_STAPEL + len(tired))).scalars()
            keys = [key for key in dict.fromkeys(rows) if key not in tired][:_STAPEL]
        # Two workers begin at different places of the same list.
        start = os.getpid() % len(keys) if keys and not self._is_alone() else 0
        return keys[start:] + keys[:start]

    def _is_alone(self) -> bool:
        return bool(self.sessions.kw["bind"].dialect.name == "sqlite")

    def _one(self, art: _Arbeit, key: int) -> bool:
        try:
            with db.transaction(self.sessions) as session:
                return art.do(session, key, self.now)
        except errors.Conflict as error:
            # Somebody was faster; what is left of it comes again, but not for ever.
            with suppress(errors.Conflict):
                _note(self.sessions, art, key, error, self.now)
            return False
        except Exception as error:
            _log.warning("job failed", art=art.name, nummer=key, error=type(error).__name__)
            _note(self.sessions, art, key, error, self.now)
            return True


def _note(sessions: db.SessionFactory, art: _Arbeit, key: int, error: Exception, now: datetime) -> None:
    db.run(sessions, lambda session: art.failed(session, key, error, now))


def _due(art: str, now: datetime) -> ColumnElement[bool]:
    return (Wartepunkt.art == art) & (Wartepunkt.faellig_am <= now)


def _first_timers(now: datetime) -> Select[int]:
    """Of each Vorgang the timer that is due first: it may withdraw the others."""
    other = aliased(Wartepunkt)
    is_earlier = (other.faellig_am < Wartepunkt.faellig_am) | (
        (other.faellig_am == Wartepunkt.faellig_am) & (other.id < Wartepunkt.id)
    )
    earlier = select(other.id).where(other.vorgang_id == Wartepunkt.vorgang_id, other.art == _TIMER, is_earlier)
    return _in_order(select(Wartepunkt.id).where(_due(_TIMER, now), ~earlier.exists()))


def _in_order(points: Select[int]) -> Select[int]:
    return points.order_by(Wartepunkt.faellig_am, Wartepunkt.id)


def _hold(session: Session, wartepunkt_id: int, art: str, now: datetime) -> tuple[Vorgang, Wartepunkt] | None:
    """A due waiting point with its Vorgang, locked; None when somebody else holds it or was faster."""
    found = session.execute(
        select(Wartepunkt.vorgang_id, Wartepunkt.token).where(Wartepunkt.id == wartepunkt_id)
    ).one_or_none()
    vorgang = vorgaenge.lock_if_free(session, found.vorgang_id) if found else None
    point = eintreffen.waiting(session, vorgang.id, found.token) if found and vorgang else None
    # On SQLite the row may have gone meanwhile, and its number belong to the next waiting point of the same Vorgang.
    if vorgang is None or point is None or point.art != art or point.faellig_am is None or point.faellig_am > now:
        return None
    return vorgang, point


def _fire_timer(session: Session, wartepunkt_id: int, now: datetime) -> bool:
    held = _hold(session, wartepunkt_id, _TIMER, now)
    if held is None:
        return False
    vorgang, point = held
    late = (now - (point.termin_am or now)).total_seconds()
    vorgaenge.fire_timers(session, vorgang.id, now=_moment(point, now), gefeuert_am=now, token=point.token)
    _log.info("timer", element=point.element_id, verspaetung_s=round(late, 3))
    return True


def _moment(row: Wartepunkt, now: datetime) -> datetime:
    """Timers fire at their own instant, in order, so that the record shows what was due when.

    After an outage a timer at an Aufgabe fires at the present: repetitions that nobody saw count as missed, and the
    Aufgabe that it makes is not dated back.
    """
    due = row.faellig_am or now
    return now if row.angeheftet and now - due > _AUSFALL else max(due, row.seit)


def _run_dienst(session: Session, wartepunkt_id: int, now: datetime) -> bool:
    held = _hold(session, wartepunkt_id, _DIENST, now)
    if held is None:
        return False
    vorgang, point = held
    if vorgang.status == VorgangStatus.LAUFEND:
        auftraege.run_dienst(session, vorgang, point, now=now)
    else:
        session.delete(point)
    return True


def _fire_start(session: Session, startpunkt_id: int, now: datetime) -> bool:
    return starts.fire(session, startpunkt_id, now=now) is not None


_ARTEN = (
    _Arbeit(
        "timer",
        lambda now: exists().where(_due(_TIMER, now)),
        _first_timers,
        _fire_timer,
        fehlversuche.wartepunkt_failed,
    ),
    _Arbeit(
        "dienst",
        lambda now: exists().where(_due(_DIENST, now)),
        lambda now: _in_order(select(Wartepunkt.id).where(_due(_DIENST, now))),
        _run_dienst,
        fehlversuche.wartepunkt_failed,
    ),
    _Arbeit(
        "nachricht",
        lambda now: exists().where(Nachricht.faellig_am <= now),
        lambda now: (
            select(Nachricht.id).where(Nachricht.faellig_am <= now).order_by(Nachricht.faellig_am, Nachricht.id)
        ),
        lambda session, key, now: zustellung.deliver(session, key, now=now),
        fehlversuche.nachricht_failed,
    ),
    _Arbeit(
        "start",
        lambda now: exists().where(Startpunkt.faellig_am <= now),
        lambda now: (
            select(Startpunkt.id).where(Startpunkt.faellig_am <= now).order_by(Startpunkt.faellig_am, Startpunkt.id)
        ),
        _fire_start,
        fehlversuche.start_failed,
    ),
)


def run_forever(
    sessions: db.SessionFactory,
    *,
    clock: Callable[[], datetime],
    stop: Callable[[], bool],
    pause_s: float = 1.0,
) -> None:
    """Work until ``stop()`` is true, looking for what is due every ``pause_s`` seconds; tidies up once a day."""
    tidied: datetime | None = None
    while not stop():
        try:
            now = clock()
            handled = run_due(sessions, now=now)
            if not handled and (tidied is None or now - tidied >= _AUFRAEUMEN):
                handled = db.run(sessions, lambda session, now=now: aufraeumen.forget_old(session, now=now))  # type: ignore[misc]
                tidied = now
        except Exception as error:
            # Its text could hold data of a case and stays out.
            _log.error("worker round failed", error=type(error).__name__)
            handled = 0
        if not handled:
            time.sleep(pause_s)
