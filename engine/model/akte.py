"""What is protected: form contents S1–S3 (encrypted) and the log of every access to a Vorgang."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.model.spalten import MitMandant, MitSchluessel

if TYPE_CHECKING:
    from engine.model.vorgang import Vorgang
    from engine.rechte import Akteur


class Loeschklasse(StrEnum):
    """Retention classes of the Löschkonzept (DIN 66398) that rows of this package fall under."""

    L1 = "L1"  # Entwürfe
    L2 = "L2"  # Formularinhalte S1–S3
    L6 = "L6"  # Zugriffsprotokoll


class Formularinhalt(MitSchluessel, MitMandant, Base):
    """Contents of one data class of one form, encrypted with AES-GCM; the key lies outside the database."""

    __tablename__ = "formularinhalt"
    __table_args__ = (
        UniqueConstraint("aufgabe_id", "datenklasse", "entwurf"),
        Index("ix_formularinhalt_vorgang", "vorgang_id"),
    )

    vorgang_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    aufgabe_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("aufgabe.id"))
    element_id: Mapped[str]
    #: S1, S2 or S3; a draft holds every class together under the strictest
    datenklasse: Mapped[str]
    loeschklasse: Mapped[str]
    entwurf: Mapped[bool] = mapped_column(default=False)
    schluessel_id: Mapped[str]
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    geheimtext: Mapped[bytes] = mapped_column(LargeBinary)
    geaendert_am: Mapped[datetime]
    #: who wrote it last; others see of a draft what their roles may read
    geaendert_von: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))

    def ort(self) -> str:
        """The place that is authenticated with the contents: a row moved elsewhere cannot be read."""
        return ort(self.vorgang_id, self.aufgabe_id, "entwurf" if self.entwurf else self.datenklasse)


def ort(vorgang_id: int, aufgabe_id: int, was: str) -> str:
    """`Formularinhalt.ort` of a row that is still to be written; ``was`` is a data class or ``entwurf``."""
    return f"vorgang/{vorgang_id}/aufgabe/{aufgabe_id}/{was}"


class ZugriffArt(StrEnum):
    """How somebody touched a Vorgang."""

    LESEN = "lesen"
    SCHREIBEN = "schreiben"
    HERUNTERLADEN = "herunterladen"
    DRUCKEN = "drucken"


class Zugriff(MitSchluessel, MitMandant, Base):
    """Who touched which Vorgang, when and how; read by the data protection officer only."""

    __tablename__ = "zugriff"
    __table_args__ = (Index("ix_zugriff_vorgang", "vorgang_id", "zeit"),)

    person_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"))
    vorgang_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    aufgabe_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("aufgabe.id"))
    art: Mapped[str]
    #: page or command, e.g. ``vorgang``; never a search term
    zweck: Mapped[str]
    zeit: Mapped[datetime]
    loeschklasse: Mapped[str] = mapped_column(default=Loeschklasse.L6.value)


def zugriff_of(
    akteur: Akteur,
    vorgang: Vorgang,
    *,
    zweck: str,
    now: datetime,
    art: ZugriffArt = ZugriffArt.SCHREIBEN,
    aufgabe_id: int | None = None,
) -> Zugriff:
    """An entry of the access log (the caller adds it to its session)."""
    return Zugriff(
        mandant_id=vorgang.mandant_id,
        orga_einheit_id=vorgang.orga_einheit_id,
        person_id=akteur.person_id,
        vorgang_id=vorgang.id,
        aufgabe_id=aufgabe_id,
        art=art.value,
        zweck=zweck,
        zeit=now,
    )
