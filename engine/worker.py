"""Fires due timers: finds them by their indexed due time and lets one Vorgang at a time go on.

Several workers may run. On PostgreSQL each takes rows that no other holds (``SKIP LOCKED``); on SQLite the writer lock
lets one at a time. A timer that fails is tried again later, and after `VERSUCHE` attempts becomes a Störung.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import db, errors
from engine.commands import stoerungen, vorgaenge
from engine.model import Zeitauftrag

VERSUCHE = 5
_PAUSE = timedelta(minutes=1)
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
        statement = select(Zeitauftrag.id).where(Zeitauftrag.faellig_am <= now).limit(1)
        return session.execute(statement).first() is not None


def _fire_one(sessions: db.SessionFactory, now: datetime) -> bool:
    vorgang_id = None
    try:
        with db.transaction(sessions) as session:
            row = _next_due(session, now)
            if row is None:
                return False
            vorgang_id = row.vorgang_id
            due = row.faellig_am or now
            # Timers of the past fire at their own instant, in order, so that the record shows what would have been.
            vorgaenge.fire_timers(session, vorgang_id, now=max(due, row.seit))
    except errors.Conflict:
        return True
    except Exception as error:
        if vorgang_id is None:
            raise
        _note_failure(sessions, vorgang_id, error, now)
    return True


def _next_due(session: Session, now: datetime) -> Zeitauftrag | None:
    return session.execute(
        select(Zeitauftrag)
        .where(Zeitauftrag.faellig_am <= now)
        .order_by(Zeitauftrag.faellig_am, Zeitauftrag.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar_one_or_none()


def _note_failure(sessions: db.SessionFactory, vorgang_id: int, error: Exception, now: datetime) -> None:
    """Try again later with growing pauses; give up after `VERSUCHE` and say so in a Störung."""
    reason = error.text if isinstance(error, errors.EngineError) else "Der Schritt konnte nicht ausgeführt werden."
    _log.warning("timer failed", vorgang=vorgang_id, error=type(error).__name__)
    with db.transaction(sessions) as session:
        rows = session.execute(
            select(Zeitauftrag).where(Zeitauftrag.vorgang_id == vorgang_id, Zeitauftrag.faellig_am <= now)
        ).scalars()
        for row in rows:
            row.versuche += 1
            gave_up = row.versuche >= VERSUCHE
            row.faellig_am = None if gave_up else now + _PAUSE * 2**row.versuche
            stoerungen.record_stoerung(session, vorgang_id, element=row.element_id, grund=reason, now=now)


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
        except Exception:
            _log.exception("worker round failed")
            handled = 0
        if not handled:
            time.sleep(pause_s)
