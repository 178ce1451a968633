"""What connects a Vorgang with people and systems outside its Aufgaben: notices, keys of systems, receipts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.model.spalten import MitMandant, MitSchluessel


class Mitteilung(MitSchluessel, MitMandant, Base):
    """A notice to a Gruppe, written by a process; one person who reads it takes note for all."""

    __tablename__ = "mitteilung"
    __table_args__ = (Index("ix_mitteilung_gruppe", "gruppe_id", "gelesen_am"),)

    gruppe_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("gruppe.id"))
    vorgang_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    element_id: Mapped[str]
    #: steering data S0
    titel: Mapped[str]
    am: Mapped[datetime]
    gelesen_am: Mapped[datetime | None]
    gelesen_von: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))


class Zugangsschluessel(MitSchluessel, MitMandant, Base):
    """The key of another system: what it may fetch and send. The key itself is shown once and never stored."""

    __tablename__ = "zugangsschluessel"

    #: for people, e.g. „Fachverfahren“
    name: Mapped[str]
    #: SHA-256 of the key, hex; the key is random, so that a plain hash suffices
    pruefsumme: Mapped[str] = mapped_column(unique=True)
    #: topics whose external work it may do
    themen: Mapped[list[Any]] = mapped_column(default=list)
    #: messages and signals that it may send
    nachrichten: Mapped[list[Any]] = mapped_column(default=list)
    angelegt_am: Mapped[datetime]
    gesperrt_am: Mapped[datetime | None]


class Quittung(MitSchluessel, MitMandant, Base):
    """An answer of external work that was accepted: the same answer again has no second effect."""

    __tablename__ = "quittung"

    #: the word of the lock under which the work was done
    sperre: Mapped[str] = mapped_column(unique=True)
    #: erledigt, fehlschlag or bpmn-fehler
    antwort: Mapped[str]
    am: Mapped[datetime]
