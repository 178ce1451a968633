"""Sends what waits in the outbox: collects, claims, hands over, notes the end; each step in its own transaction.

Knows no mail server: `Versand` hands one notice over and says by an exception what went wrong. Several workers may run.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from engine import db, errors
from engine.commands import hinweise, hinweisversand
from engine.model.hinweis import Hinweisstand
from engine.queries import hinweise as abfragen
from engine.queries.hinweise import Brief

_STAPEL = 50
_log = structlog.get_logger("postausgang")


class NichtAngenommen(Exception):
    """The notice certainly did not arrive and may do so later: no connection, or „try again“."""


class Abgelehnt(Exception):
    """The notice will never be accepted, e.g. because there is no such address."""


#: hands one notice over; any other exception means that nobody knows whether it arrived
Versand = Callable[[Brief], None]


def run_due(sessions: db.SessionFactory, versand: Versand, *, now: datetime) -> int:
    """Collect and send what is due at ``now``; returns how many notices were handled."""
    try:
        with db.transaction(sessions) as session:
            hinweisversand.give_up_lost(session, now=now)
            hinweise.forget_old(session, now=now)
            hinweise.collect(session, now=now)
    except errors.Conflict:
        # Another worker wrote the same ones.
        return 0
    with db.reading(sessions) as session:
        keys = hinweisversand.due(session, now=now, limit=_STAPEL)
    handled = 0
    for key in keys:
        stand = _send(sessions, versand, key, now)
        handled += stand is not None
        if stand is Hinweisstand.WARTET:
            break  # the server is not there: each of the others would wait for it as well
    return handled


def run_forever(
    sessions: db.SessionFactory,
    versand: Versand,
    *,
    clock: Callable[[], datetime],
    wait: Callable[[float], bool],
    pause_s: float = 30.0,
) -> None:
    """Send until ``wait(seconds)`` says that it is time to end."""
    while True:
        try:
            run_due(sessions, versand, now=clock())
        except Exception as error:
            _log.error("round failed", error=type(error).__name__)
        if wait(pause_s):
            return


def _send(sessions: db.SessionFactory, versand: Versand, key: int, now: datetime) -> Hinweisstand | None:
    """One attempt; None when somebody else holds it."""
    with db.transaction(sessions) as session:
        if not hinweisversand.claim(session, key, now=now):
            return None
    with db.reading(sessions) as session:
        notice = abfragen.brief(session, key, now=now)
    stand = Hinweisstand.HINFAELLIG if notice is None else _hand_over(versand, notice)
    with db.transaction(sessions) as session:
        if stand is Hinweisstand.WARTET:
            hinweisversand.retry(session, key, now=now)
        else:
            hinweisversand.finish(session, key, stand, now=now)
    return stand


def _hand_over(versand: Versand, notice: Brief) -> Hinweisstand:
    try:
        versand(notice)
    except NichtAngenommen as error:
        _log.warning("not accepted", nummer=notice.hinweis_id, grund=str(error))
        return Hinweisstand.WARTET
    except Abgelehnt as error:
        _log.warning("refused", nummer=notice.hinweis_id, grund=str(error))
        return Hinweisstand.GESCHEITERT
    except Exception as error:
        # Its text could name an address and stays out.
        _log.error("uncertain", nummer=notice.hinweis_id, error=type(error).__name__)
        return Hinweisstand.UNGEWISS
    return Hinweisstand.GESENDET
