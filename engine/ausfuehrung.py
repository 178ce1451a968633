"""Runs a step of a Vorgang so that a fault of the model leaves a Störung and nothing else.

Everything the step did is rolled back; the Störung names the element and the reason, and closes by itself when the
step goes through at another try.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import db, spiff
from engine.commands import stoerungen
from engine.model import Aufgabe

T = TypeVar("T")


def run_step(sessions: db.SessionFactory, command: Callable[[Session], T], *, aufgabe_id: int, now: datetime) -> T:
    """One command on an Aufgabe in one transaction, like `db.run`.

    Raises
    ------
    spiff.Ausfuehrungsfehler
        As the engine said it, after the Störung was stored.
    """
    try:
        return db.run(sessions, command)
    except spiff.Ausfuehrungsfehler as error:
        with db.transaction(sessions) as session:
            vorgang_id = session.execute(select(Aufgabe.vorgang_id).where(Aufgabe.id == aufgabe_id)).scalar_one()
            stoerungen.record_stoerung(session, vorgang_id, element=error.element, grund=error.text, now=now)
        raise
