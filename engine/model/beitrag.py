"""What people add to a Vorgang beside its forms: Kommentare and Dokumente, encrypted like form contents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.model.akte import Loeschklasse
from engine.model.spalten import MitMandant, MitSchluessel


class Kommentar(MitSchluessel, MitMandant, Base):
    """A remark for those who work on the Vorgang; its text (S1) is encrypted."""

    __tablename__ = "kommentar"
    __table_args__ = (Index("ix_kommentar_vorgang", "vorgang_id"),)

    vorgang_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    aufgabe_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("aufgabe.id"))
    person_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"))
    zeit: Mapped[datetime]
    loeschklasse: Mapped[str] = mapped_column(default=Loeschklasse.L2.value)
    schluessel_id: Mapped[str]
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    geheimtext: Mapped[bytes] = mapped_column(LargeBinary)


class Dokument(MitSchluessel, MitMandant, Base):
    """An attached file. Its name may name a person: it is encrypted too, apart from the contents."""

    __tablename__ = "dokument"
    __table_args__ = (Index("ix_dokument_vorgang", "vorgang_id"),)

    vorgang_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    aufgabe_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("aufgabe.id"))
    #: key of the field of the form that asks for it; empty for all others
    feld: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"))
    zeit: Mapped[datetime]
    #: S1, S2 or S3
    datenklasse: Mapped[str]
    loeschklasse: Mapped[str] = mapped_column(default=Loeschklasse.L2.value)
    #: found in the contents, never taken from the browser
    medientyp: Mapped[str]
    #: bytes before encryption
    groesse: Mapped[int]
    #: whether a scanner looked at it before it was stored
    geprueft: Mapped[bool] = mapped_column(default=False)
    #: random, part of the place that is authenticated with name and contents
    kennung: Mapped[str]
    schluessel_id: Mapped[str]
    name_nonce: Mapped[bytes] = mapped_column(LargeBinary)
    name_geheim: Mapped[bytes] = mapped_column(LargeBinary)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    geheimtext: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


def kommentar_ort(vorgang_id: int, zeit: datetime) -> str:
    """The place that is authenticated with a Kommentar."""
    return f"vorgang/{vorgang_id}/kommentar/{zeit.isoformat()}"


def dokument_ort(vorgang_id: int, kennung: str, was: str) -> str:
    """The place that is authenticated with ``name`` or ``inhalt`` of a Dokument."""
    return f"vorgang/{vorgang_id}/dokument/{kennung}/{was}"
