"""The outbox of notices by e-mail: one row per person and event, whatever becomes of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.model.spalten import MitMandant, MitSchluessel


class Hinweisanlass(StrEnum):
    """What a notice is about."""

    NEU = "neu"
    FRIST = "frist"
    #: a deadline of child protection passed: nobody can switch these off
    ESKALATION = "eskalation"
    MITTEILUNG = "mitteilung"
    #: everything of a day, gathered
    TAG = "tag"


class Hinweisstand(StrEnum):
    """What became of it."""

    WARTET = "wartet"
    #: handed over at this moment; whoever finds it so later does not know whether it arrived
    UNTERWEGS = "unterwegs"
    GESENDET = "gesendet"
    #: what it was about was done before it went out
    HINFAELLIG = "hinfaellig"
    #: refused for good, or too often
    GESCHEITERT = "gescheitert"
    #: the line broke after it was handed over: never sent again, so that nobody gets it twice
    UNGEWISS = "ungewiss"


class Hinweis(MitSchluessel, MitMandant, Base):
    """Holds no text: it is written when it goes out, and names the Aktenzeichen and a deadline only."""

    __tablename__ = "hinweis"
    __table_args__ = (
        UniqueConstraint("person_id", "bezug"),
        Index("ix_hinweis_faellig", "stand", "faellig_am"),
        Index("ix_hinweis_entstanden", "entstanden_am"),
    )

    person_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"))
    anlass: Mapped[str]
    #: names the event: the same one never makes a second notice
    bezug: Mapped[str]
    aufgabe_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("aufgabe.id"))
    vorgang_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    stand: Mapped[str] = mapped_column(default=Hinweisstand.WARTET.value)
    entstanden_am: Mapped[datetime]
    #: next attempt
    faellig_am: Mapped[datetime]
    versuche: Mapped[int] = mapped_column(default=0)
    #: end, or beginning of the attempt under way
    stand_seit: Mapped[datetime]
