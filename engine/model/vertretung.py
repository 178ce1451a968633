"""Who acts for whom, from when to when: rows are ended, never deleted, so that the record can be read years later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, and_
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.model.spalten import MitMandant, MitSchluessel


class Vertretung(MitSchluessel, MitMandant, Base):
    """One person acts for another in a period, in all processes or in one. Not transitive."""

    __tablename__ = "vertretung"
    __table_args__ = (
        Index("ix_vertretung_vertreter", "vertreter_id", "bis"),
        Index("ix_vertretung_vertretene", "vertretene_id", "bis"),
    )

    #: whose Aufgaben they are
    vertretene_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"))
    #: who acts
    vertreter_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"))
    #: None: in all processes
    prozess_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("prozess.id"))
    #: first instant, midnight in local time
    von: Mapped[datetime]
    #: first instant after it: midnight in local time, or the moment in which somebody ended it
    bis: Mapped[datetime]
    eingetragen_von: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"))
    eingetragen_am: Mapped[datetime]
    #: who ended it before its time
    beendet_von: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))

    @classmethod
    def gilt(cls, now: datetime) -> ColumnElement[bool]:
        """SQL condition: in force at ``now``."""
        return and_(cls.von <= now, cls.bis > now)
