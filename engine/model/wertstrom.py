"""What an office sets for its value stream: when it works, from which day on, and what a workshop marked.

Rows are only ever added or closed: the past keeps what was in force, and the record shows who changed what.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.dienstzeit import Abschnitt, Dienstzeit
from engine.kalender import Kalender
from engine.model.spalten import MitMandant, MitSchluessel


class Dienstzeitstand(MitSchluessel, MitMandant, Base):
    """Office hours, closing days and holidays from one day on; of two for the same day the later row counts.

    Without any row the office works Monday to Friday 08:00–16:00 by the calendar of its Mandant.
    """

    __tablename__ = "dienstzeitstand"
    __table_args__ = (Index("ix_dienstzeitstand_mandant", "mandant_id", "gilt_ab"),)

    gilt_ab: Mapped[date]
    land: Mapped[str]
    #: ISO dates, as of the Mandant
    gemeindefeiertage: Mapped[list[Any]]
    schliesstage: Mapped[list[Any]]
    #: `engine.dienstzeit.Dienstzeit.to_json`
    zeiten: Mapped[dict[str, Any]]
    #: None: what was in force before anybody set anything
    person_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))
    angelegt_am: Mapped[datetime]

    def abschnitt(self) -> Abschnitt:
        """As the clock takes it."""
        kalender = Kalender(
            land=self.land,
            feiertage=frozenset(date.fromisoformat(tag) for tag in self.gemeindefeiertage),
            schliesstage=frozenset(date.fromisoformat(tag) for tag in self.schliesstage),
        )
        return Abschnitt(self.gilt_ab, kalender, Dienstzeit.from_json(self.zeiten))


class Kaizenblitz(MitSchluessel, MitMandant, Base):
    """A mark from a workshop: at this step of a process there is something to improve, and what kind of waste it is.

    It says nothing about people. A removed mark stays in the record.
    """

    __tablename__ = "kaizenblitz"
    __table_args__ = (Index("ix_kaizenblitz_prozess", "prozess_id"),)

    prozess_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("prozess.id"))
    #: id of the element in the drawing
    knoten: Mapped[str]
    #: kind of waste, W01–W11
    code: Mapped[str]
    text: Mapped[str]
    person_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"))
    angelegt_am: Mapped[datetime]
    entfernt_von: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))
    entfernt_am: Mapped[datetime | None]
