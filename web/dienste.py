"""What one application holds for all requests: database sessions, key ring, settings.

Views reach it by `dienste()`; nothing here knows a route.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import ausfuehrung, db, schutz
from web.config import Einstellungen

_T = TypeVar("_T")
_NAME = "hilfefluss"


@dataclass(frozen=True, slots=True)
class Dienste:
    """The parts that views need; made once per application."""

    einstellungen: Einstellungen
    db_engine: Engine
    sessions: db.SessionFactory
    schluessel: schutz.Schluesselbund

    def reading(self) -> AbstractContextManager[Session]:
        """A session that only reads."""
        return db.reading(self.sessions)

    def transaction(self) -> AbstractContextManager[Session]:
        """A session that commits at its end."""
        return db.transaction(self.sessions)

    def run(self, command: Callable[[Session], _T]) -> _T:
        """One command in one transaction; after a lost race it is tried once more, on fresh data."""
        return db.run(self.sessions, command)

    def run_step(self, command: Callable[[Session], _T], *, aufgabe_id: int, now: datetime) -> _T:
        """The same for a command that moves a Vorgang: a fault of its model leaves a Störung."""
        return ausfuehrung.run_step(self.sessions, command, aufgabe_id=aufgabe_id, now=now)


def create_dienste(einstellungen: Einstellungen) -> Dienste:
    """Open database and key ring; makes the data folder when it is missing."""
    einstellungen.daten.mkdir(parents=True, exist_ok=True)
    db_engine = db.create_db_engine(einstellungen.datenbank_url)
    return Dienste(
        einstellungen=einstellungen,
        db_engine=db_engine,
        sessions=db.create_sessions(db_engine),
        schluessel=schutz.open_schluesselbund(einstellungen.schluesselbund_datei),
    )


def attach(app: Flask, dienste: Dienste) -> None:
    """Make them reachable for the views of this application."""
    app.extensions[_NAME] = dienste


def dienste() -> Dienste:
    """Those of the current application."""
    return cast(Dienste, current_app.extensions[_NAME])
