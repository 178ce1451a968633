"""Runs a step of a Vorgang so that a fault leaves a Störung and nothing else.

Everything the step did is rolled back; the Störung names the element and the reason, and closes by itself when the
step goes through at another try. A refusal (`errors.Invalid` and its like) is an answer to the person, no fault.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine import db, errors
from engine.commands import auftraege, stoerungen
from engine.model import Aufgabe, Wartepunkt

T = TypeVar("T")


def run_step(sessions: db.SessionFactory, command: Callable[[Session], T], *, aufgabe_id: int, now: datetime) -> T:
    """One command on an Aufgabe in one transaction, like `db.run`.

    Raises
    ------
    Exception
        Whatever the command raised; if it is no refusal, after the Störung was stored.
    """
    where = select(Aufgabe.vorgang_id, Aufgabe.token, Aufgabe.element_id).where(Aufgabe.id == aufgabe_id)
    return _run(sessions, command, where, now)


def run_answer(sessions: db.SessionFactory, command: Callable[[Session], T], *, wartepunkt_id: int, now: datetime) -> T:
    """The same for the answer to external work; work whose answer the model cannot take is not handed out again."""
    where = select(Wartepunkt.vorgang_id, Wartepunkt.token, Wartepunkt.element_id).where(Wartepunkt.id == wartepunkt_id)

    def rest(session: Session, fehler: Exception) -> None:
        # A fault of the database is none of the answer: sent again, it may go through.
        if not isinstance(fehler, SQLAlchemyError):
            auftraege.rest(session, wartepunkt_id)

    return _run(sessions, command, where, now, rest)


def run_arrival(
    sessions: db.SessionFactory, command: Callable[[Session], T], *, vorgang_id: int, token: str, now: datetime
) -> T:
    """The same for a person who says that a message or signal has arrived."""
    where = select(Wartepunkt.vorgang_id, Wartepunkt.token, Wartepunkt.element_id).where(
        Wartepunkt.vorgang_id == vorgang_id, Wartepunkt.token == token
    )
    return _run(sessions, command, where, now)


def _run(
    sessions: db.SessionFactory,
    command: Callable[[Session], T],
    where: Select[int, str, str],
    now: datetime,
    after: Callable[[Session, Exception], None] | None = None,
) -> T:
    try:
        return db.run(sessions, command)
    except (errors.NotFound, errors.NotAllowed, errors.Conflict, errors.Invalid):
        raise
    except Exception as fehler:
        # Without a database there is no Störung either: the first error is the one that tells why.
        with suppress(SQLAlchemyError):
            _note(sessions, where, fehler, now, after)
        raise


def _note(
    sessions: db.SessionFactory,
    where: Select[int, str, str],
    fehler: Exception,
    now: datetime,
    after: Callable[[Session, Exception], None] | None,
) -> None:
    with db.transaction(sessions) as session:
        row = session.execute(where).one_or_none()
        if row is not None:
            stoerungen.record_stoerung(
                session, row.vorgang_id, fehler=fehler, token=row.token, element=row.element_id, now=now
            )
            if after is not None:
                after(session, fehler)
