"""A Vorgang or Aufgabe that is to be looked at again on a day, by a person or by a Gruppe."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.model.spalten import MitMandant, MitSchluessel


class Wiedervorlagegrund(StrEnum):
    """Why it comes up again; a fixed list, because free text could hold data of the case."""

    ANTWORT = "antwort"
    UNTERLAGEN = "unterlagen"
    RUECKRUF = "rueckruf"
    TERMIN = "termin"
    SACHSTAND = "sachstand"
    FRIST = "frist"
    PRUEFEN = "pruefen"
    WEITERES = "weiteres"

    @property
    def text(self) -> str:
        """In words."""
        return _TEXTE[self]


_TEXTE = {
    Wiedervorlagegrund.ANTWORT: "Ist die Antwort da?",
    Wiedervorlagegrund.UNTERLAGEN: "Sind die Unterlagen da?",
    Wiedervorlagegrund.RUECKRUF: "Anrufen oder zurückrufen",
    Wiedervorlagegrund.TERMIN: "Termin vorbereiten",
    Wiedervorlagegrund.SACHSTAND: "Sachstand erfragen",
    Wiedervorlagegrund.FRIST: "Frist im Blick behalten",
    Wiedervorlagegrund.PRUEFEN: "Noch einmal prüfen",
    Wiedervorlagegrund.WEITERES: "Über das Weitere entscheiden",
}


class Wiedervorlage(MitSchluessel, MitMandant, Base):
    """Belongs to a person or to a Gruppe, never to both; done ones stay for the record of the Vorgang."""

    __tablename__ = "wiedervorlage"
    __table_args__ = (
        Index("ix_wiedervorlage_vorgang", "vorgang_id"),
        Index(
            "ix_wiedervorlage_person",
            "person_id",
            "am",
            sqlite_where=text("erledigt_am IS NULL"),
            postgresql_where=text("erledigt_am IS NULL"),
        ),
        Index(
            "ix_wiedervorlage_gruppe",
            "gruppe_id",
            "am",
            sqlite_where=text("erledigt_am IS NULL"),
            postgresql_where=text("erledigt_am IS NULL"),
        ),
    )

    vorgang_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    #: None: the Vorgang as a whole
    aufgabe_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("aufgabe.id"))
    person_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))
    gruppe_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("gruppe.id"))
    #: local day on which it comes up
    am: Mapped[date] = mapped_column(Date)
    #: `Wiedervorlagegrund`
    grund: Mapped[str]
    erstellt_von: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"))
    erstellt_am: Mapped[datetime]
    erledigt_von: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))
    erledigt_am: Mapped[datetime | None]
