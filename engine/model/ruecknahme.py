"""What is needed to take back the last completion of a Vorgang for a moment; forgotten soon after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.model.akte import Loeschklasse
from engine.model.spalten import MitMandant, MitSchluessel


class Ruecknahme(MitSchluessel, MitMandant, Base):
    """State of a Vorgang before its newest completion, with what was typed (encrypted)."""

    __tablename__ = "ruecknahme"
    __table_args__ = (Index("ix_ruecknahme_vorgang", "vorgang_id", unique=True), Index("ix_ruecknahme_bis", "bis"))

    vorgang_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    aufgabe_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("aufgabe.id"))
    person_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"))
    bis: Mapped[datetime]
    loeschklasse: Mapped[str] = mapped_column(default=Loeschklasse.L1.value)
    #: hash of the newest Ereignis before and after: a later one forbids to go back
    kette_vorher: Mapped[str]
    kette_nachher: Mapped[str]
    zustand: Mapped[bytes] = mapped_column(LargeBinary)
    variablen: Mapped[dict[str, Any]]
    laeufe: Mapped[dict[str, Any]]
    #: columns of the Aufgabe that the completion changed
    aufgabe: Mapped[dict[str, Any]]
    #: rows of the waiting points that it took away, and tokens of those that it made
    wartepunkte: Mapped[list[Any]]
    neue_punkte: Mapped[list[Any]]
    schluessel_id: Mapped[str]
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    geheimtext: Mapped[bytes] = mapped_column(LargeBinary)


def ruecknahme_ort(vorgang_id: int, aufgabe_id: int) -> str:
    """The place that is authenticated with what was typed."""
    return f"vorgang/{vorgang_id}/aufgabe/{aufgabe_id}/ruecknahme"
