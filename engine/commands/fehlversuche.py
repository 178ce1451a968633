"""What happens to a job that failed: another attempt after a growing pause, and rest after too many.

One rule for timers, services, messages and starts. Runs in its own transaction, after everything else was rolled back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, spiff
from engine.commands import stoerungen, vorgaenge, zustellung
from engine.model import Nachricht, NachrichtStatus, Startpunkt, Wartepunkt

VERSUCHE = 5
#: so often somebody else may have been faster before it counts as a failure
GEDULD = 2
_PAUSE = timedelta(minutes=1)
#: what the worker does at a waiting point by itself
_ARTEN = frozenset({spiff.WarteArt.TIMER.value, spiff.WarteArt.DIENST.value})


def next_versuch(versuche: int, now: datetime) -> datetime | None:
    """When to try again after so many failures; None: not by itself any more."""
    return None if versuche >= VERSUCHE else now + _PAUSE * 2**versuche


def wartepunkt_failed(session: Session, wartepunkt_id: int, fehler: Exception, now: datetime) -> None:
    """A timer could not fire, a service could not do its work, or the step that follows could not go on.

    Only this one waits: what stands beside it goes on.
    """
    vorgang_id = session.execute(select(Wartepunkt.vorgang_id).where(Wartepunkt.id == wartepunkt_id)).scalar()
    if vorgang_id is None:
        return
    vorgaenge.lock(session, vorgang_id)
    point = session.get(Wartepunkt, wartepunkt_id)
    if point is not None and point.art in _ARTEN and _is_due(point.faellig_am, now):
        point.versuche += 1
        if not _is_collision(fehler, point.versuche):
            point.faellig_am = next_versuch(point.versuche, now)
            _record(session, point, fehler, now)


def nachricht_failed(session: Session, nachricht_id: int, fehler: Exception, now: datetime) -> None:
    """The step that a message set off could not be executed; the Störung lies where it waits, or at the start."""
    seen = session.get(Nachricht, nachricht_id)
    target = zustellung.target(session, seen) if seen is not None else None
    if target is not None:
        vorgaenge.lock(session, target[0])
    nachricht = session.get(Nachricht, nachricht_id, with_for_update=True, populate_existing=True)
    if nachricht is None or nachricht.status != NachrichtStatus.WARTET or not _is_due(nachricht.faellig_am, now):
        return
    nachricht.fehler += 1
    if _is_collision(fehler, nachricht.fehler):
        return
    nachricht.faellig_am = next_versuch(nachricht.fehler, now)
    nachricht.grund = stoerungen.grund_of(fehler)
    if target is None:
        start = zustellung.startpunkt(session, nachricht)
        if start is not None:
            start.versuche, start.grund = start.versuche + 1, nachricht.grund
        return
    point = session.execute(
        select(Wartepunkt).where(Wartepunkt.vorgang_id == target[0], Wartepunkt.token == target[1])
    ).scalar_one_or_none()
    if point is not None:
        _record(session, point, fehler, now)


def start_failed(session: Session, startpunkt_id: int, fehler: Exception, now: datetime) -> None:
    """A Vorgang could not be started by the clock; there is none yet that could carry a Störung."""
    point = session.get(Startpunkt, startpunkt_id, with_for_update=True)
    if point is not None and _is_due(point.faellig_am, now):
        point.versuche += 1
        if not _is_collision(fehler, point.versuche):
            point.faellig_am = next_versuch(point.versuche, now)
            point.grund = stoerungen.grund_of(fehler)


def _is_collision(fehler: Exception, versuche: int) -> bool:
    """Whether it only came too late and is due as before: the next attempt sees what the other one did."""
    return isinstance(fehler, errors.Conflict) and versuche <= GEDULD


def _is_due(faellig_am: datetime | None, now: datetime) -> bool:
    """Whether it still waits for the attempt that failed: meanwhile somebody else may have done it."""
    return faellig_am is not None and faellig_am <= now


def _record(session: Session, point: Wartepunkt, fehler: Exception, now: datetime) -> None:
    stoerungen.record_stoerung(
        session, point.vorgang_id, fehler=fehler, token=point.token, element=point.element_id, now=now
    )
