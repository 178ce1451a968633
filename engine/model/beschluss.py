"""A Beschluss (F-BESCHLUSS): what can be counted and put into a calendar; its words stay with the form."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.formulare import Feld
from engine.model.spalten import MitMandant, MitSchluessel

#: fields that make the rows of a list Beschlüsse
_FELDER = frozenset({"ergebnis", "verantwortlichkeit", "termin"})

#: states in which it is still to be kept
OFFEN = frozenset({"offen", "verschoben"})


class Beschluss(MitSchluessel, MitMandant, Base):
    """One row of a list of Beschlüsse: steering data S0 only."""

    __tablename__ = "beschluss"
    __table_args__ = (Index("ix_beschluss_vorgang", "vorgang_id"), Index("ix_beschluss_termin", "mandant_id", "termin"))

    vorgang_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    aufgabe_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("aufgabe.id"))
    #: key of the list in the form, and place of the row in it, from 1
    liste: Mapped[str]
    nr: Mapped[int]
    termin: Mapped[date | None] = mapped_column(Date)
    #: offen, erledigt, verschoben or entfallen
    status: Mapped[str] = mapped_column(default="offen")
    eskalationsweg: Mapped[str | None]

    @property
    def ist_offen(self) -> bool:
        """Neither done nor dropped."""
        return self.status in OFFEN


def is_beschlussliste(feld: Feld) -> bool:
    """Whether the rows of this list are Beschlüsse."""
    return {spalte.key for spalte in feld.felder} >= _FELDER
