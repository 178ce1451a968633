"""The calendar that a person subscribed to from outside: one address, closed at any time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.model.spalten import MitMandant, MitSchluessel


class Kalenderabo(MitSchluessel, MitMandant, Base):
    """The word in the address is shown once and never stored."""

    __tablename__ = "kalenderabo"

    person_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"), unique=True)
    #: SHA-256 of the word, hex; the word is random, so that a plain hash suffices
    pruefsumme: Mapped[str] = mapped_column(unique=True)
    #: `engine.queries.termine.Umfang`
    umfang: Mapped[str]
    angelegt_am: Mapped[datetime]
