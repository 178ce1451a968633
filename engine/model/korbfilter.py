"""Filters of the Arbeitskorb that somebody keeps, for herself or for a Gruppe."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.model.spalten import MitMandant, MitSchluessel


class Korbfilter(MitSchluessel, MitMandant, Base):
    """A named view of the Arbeitskorb; shared with a Gruppe, everybody in it sees it over the own Aufgaben."""

    __tablename__ = "korbfilter"
    __table_args__ = (UniqueConstraint("person_id", "name"), Index("ix_korbfilter_gruppe", "gruppe_id"))

    #: who keeps it, and alone may change it
    person_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"))
    #: with whom it is shared
    gruppe_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("gruppe.id"))
    name: Mapped[str]
    #: the view as the part of its address behind „?“, canonical, without a page
    ansicht: Mapped[str]
    geaendert_am: Mapped[datetime]
