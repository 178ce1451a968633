"""What a Vorgang waits for, what reaches it from outside, and what starts new ones: rows that a worker finds by index.

A Wartepunkt is one waiting token; `engine.commands.ablauf` keeps the rows equal to the engine state. Variables and
inputs in here are steering data (S0) only.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.model.spalten import MitMandant, MitSchluessel


class Wartepunkt(MitSchluessel, MitMandant, Base):
    """A token that waits for something that no person does: found without loading its Vorgang."""

    __tablename__ = "wartepunkt"
    __table_args__ = (
        UniqueConstraint("vorgang_id", "token"),
        Index("ix_wartepunkt_faellig", "art", "faellig_am"),
        Index("ix_wartepunkt_name", "mandant_id", "art", "name", "schluessel"),
    )

    vorgang_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    token: Mapped[str]
    element_id: Mapped[str]
    #: id of the process in whose drawing the element lies
    prozess: Mapped[str] = mapped_column(default="")
    #: `engine.spiff.WarteArt`
    art: Mapped[str]
    #: of the message, signal, service or topic; empty for timers and conditions
    name: Mapped[str] = mapped_column(default="")
    #: correlation key of its own; None: the Vorgang's
    schluessel: Mapped[str | None]
    #: True at a boundary event or an event sub-process: it does not hold anything up
    angeheftet: Mapped[bool] = mapped_column(default=False)
    seit: Mapped[datetime]
    #: of a timer: the instant for which it is set
    termin_am: Mapped[datetime | None]
    #: next attempt (timer, service, topic); None after it failed for good: a Störung says why
    faellig_am: Mapped[datetime | None]
    versuche: Mapped[int] = mapped_column(default=0)
    #: inputs of a service or topic
    eingaben: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: external work: who has it, until when, and the random word that the answer must bring
    gesperrt_von: Mapped[str | None]
    gesperrt_bis: Mapped[datetime | None]
    sperre: Mapped[str | None]


class NachrichtStatus(StrEnum):
    """Life of a Nachricht."""

    WARTET = "wartet"
    ZUGESTELLT = "zugestellt"
    VERFALLEN = "verfallen"
    #: no message, but the word of a person that it arrived: the next one that nobody waits for is the same
    BESTAETIGT = "bestaetigt"


class Nachricht(MitSchluessel, MitMandant, Base):
    """A message or signal on its way: written with what sent it, delivered exactly once by a worker.

    A signal is split into one row for each place that waits for it; those rows name their target beforehand.
    """

    __tablename__ = "nachricht"
    __table_args__ = (
        UniqueConstraint("mandant_id", "kennung"),
        Index("ix_nachricht_faellig", "faellig_am"),
        Index("ix_nachricht_name", "mandant_id", "name", "status"),
        Index("ix_nachricht_vorgang", "vorgang_id"),
    )

    #: nachricht or signal
    art: Mapped[str]
    name: Mapped[str]
    schluessel: Mapped[str | None]
    #: emptied on delivery
    variablen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: the sender's own name for it: sent twice, it is stored once; None for what a Vorgang sent
    kennung: Mapped[str | None]
    #: of the variables that were sent: the same Kennung with others is another message
    pruefsumme: Mapped[str | None]
    eingang_am: Mapped[datetime]
    gueltig_bis: Mapped[datetime]
    #: next attempt; None when it is over, or when it failed for good
    faellig_am: Mapped[datetime | None]
    #: fruitless attempts: nobody waits yet
    versuche: Mapped[int] = mapped_column(default=0)
    #: attempts that ended with a fault
    fehler: Mapped[int] = mapped_column(default=0)
    #: why the last attempt failed
    grund: Mapped[str | None]
    status: Mapped[str] = mapped_column(default=NachrichtStatus.WARTET.value)
    #: counts changes: whoever read an older one undoes what he made of it
    stand: Mapped[int] = mapped_column(default=0)
    zugestellt_am: Mapped[datetime | None]
    #: where it was delivered; of a part of a signal: where it is to go
    vorgang_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    token: Mapped[str | None]
    #: of a part of a signal that is to start a Vorgang: of this process
    prozess_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("prozess.id"))
    #: the Vorgang that sent it
    von_vorgang_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    #: how many Vorgänge began one after the other, each by a message of the one before, since a person acted
    tiefe: Mapped[int] = mapped_column(default=0)


class Startpunkt(MitSchluessel, MitMandant, Base):
    """A start event of the version im Einsatz that starts Vorgänge by itself; publication keeps the rows."""

    __tablename__ = "startpunkt"
    __table_args__ = (
        UniqueConstraint("prozess_id", "element_id"),
        Index("ix_startpunkt_faellig", "faellig_am"),
        Index("ix_startpunkt_name", "mandant_id", "art", "name"),
    )

    prozess_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("prozess.id"))
    prozessversion_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("prozessversion.id"))
    element_id: Mapped[str]
    #: `engine.spiff.WarteArt`: timer, nachricht or signal
    art: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    #: of a timer: the instant for which it is set; None: never again
    termin_am: Mapped[datetime | None]
    #: of a timer: next attempt
    faellig_am: Mapped[datetime | None]
    versuche: Mapped[int] = mapped_column(default=0)
    #: why the last attempt failed
    grund: Mapped[str | None]
