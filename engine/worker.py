"""Fires due timers: finds them by their indexed due time and lets one Vorgang at a time go on.

Several workers may run. On PostgreSQL each takes Vorgänge that nobody else holds (``SKIP LOCKED``); on SQLite the
writer lock lets one at a time. A timer that fails leaves a Störung and is tried again, `VERSUCHE` times in all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import db, errors, spiff
from engine.commands import stoerungen, vorgaenge
from engine.model import Vorgang, Wartepunkt

VERSUCHE = 5
_PAUSE = timedelta(minutes=1)
#: from here on a timer is not late but was missed
_AUSFALL = timedelta(hours=1)
_TIMER = spiff.WarteArt.TIMER.value
_log = structlog.get_logger("worker")


def run_due(sessions: db.SessionFactory, *, now: datetime, limit: int = 100) -> int:
    """Fire the timers that are due at ``now``, each in its own transaction; returns how many were handled."""
    done = 0
    while done < limit and _anything_due(sessions, now) and _fire_one(sessions, now):
        done += 1
    return done


def _anything_due(sessions: db.SessionFactory, now: datetime) -> bool:
    """Look before locking: an idle worker must never keep writers waiting on SQLite."""
    with db.reading(sessions) as session:
        statement = select(Wartepunkt.id).where(Wartepunkt.art == _TIMER, Wartepunkt.faellig_am <= now).limit(1)
        return session.execute(statement).first() is not None


def _fire_one(sessions: db.SessionFactory, now: datetime) -> bool:
    vorgang_id = None
    try:
        with db.transaction(sessions) as session:
            vorgang_id = _lock_next(session, now)
            if vorgang_id is None:
                return False
            first = next(iter(_due(session, vorgang_id, now)), None)
            if first is not None:
                vorgaenge.fire_timers(session, vorgang_id, now=_moment(first, now), gefeuert_am=now)
    except errors.Conflict:
        return True
    except Exception as error:
        if vorgang_id is None:
            raise
        _log.warning("timer failed", vorgang=vorgang_id, error=type(error).__name__)
        _note_failure(sessions, vorgang_id, error, now)
    return True


def _lock_next(session: Session, now: datetime) -> int | None:
    """The Vorgang whose timer is due first among those that nobody holds; like every command, it locks that first."""
    return session.execute(
        select(Vorgang.id)
        .join(Wartepunkt, Wartepunkt.vorgang_id == Vorgang.id)
        .where(Wartepunkt.art == _TIMER, Wartepunkt.faellig_am <= now)
        .order_by(Wartepunkt.faellig_am, Wartepunkt.id)
        .limit(1)
        .with_for_update(of=Vorgang, skip_locked=True, key_share=True)
    ).scalar_one_or_none()


def _due(session: Session, vorgang_id: int, now: datetime) -> list[Wartepunkt]:
    """Due timers of a locked Vorgang, the earliest first; none when somebody was faster."""
    statement = (
        select(Wartepunkt)
        .where(Wartepunkt.vorgang_id == vorgang_id, Wartepunkt.art == _TIMER, Wartepunkt.faellig_am <= now)
        .order_by(Wartepunkt.faellig_am, Wartepunkt.id)
    )
    return list(session.execute(statement).scalars())


def _moment(row: Wartepunkt, now: datetime) -> datetime:
    """Timers fire at their own instant, in order, so that the record shows what was due when.

    After an outage a timer at an Aufgabe fires at the present: repetitions that nobody saw count as missed, and the
    Aufgabe that it makes is not dated back.
    """
    due = row.faellig_am or now
    return now if row.angeheftet and now - due > _AUSFALL else max(due, row.seit)


def _note_failure(sessions: db.SessionFactory, vorgang_id: int, error: Exception, now: datetime) -> None:
    """Note the Störung; try again later with growing pauses, and give up after `VERSUCHE`."""
    with db.transaction(sessions) as session:
        session.execute(select(Vorgang.id).where(Vorgang.id == vorgang_id).with_for_update(key_share=True))
        rows = _due(session, vorgang_id, now)
        for row in rows:
            row.versuche += 1
            row.faellig_am = None if row.versuche >= VERSUCHE else now + _PAUSE * 2**row.versuche
        if rows:
            first = rows[0]
            stoerungen.record_stoerung(
                session, vorgang_id, fehler=error, token=first.token, element=first.element_id, now=now
            )


def run_forever(
    sessions: db.SessionFactory,
    *,
    clock: Callable[[], datetime],
    stop: Callable[[], bool],
    pause_s: float = 1.0,
) -> None:
    """Work until ``stop()`` is true, looking for due timers every ``pause_s`` seconds."""
    while not stop():
        try:
            handled = run_due(sessions, now=clock())
        except Exception as error:
            # Its text could hold data of a case and stays out.
            _log.error("worker round failed", error=type(error).__name__)
            handled = 0
        if not handled:
            time.sleep(pause_s)
