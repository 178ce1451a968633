"""The work: Vorgang, the append-only Ereignis and Störungen."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.model.spalten import MitMandant, MitSchluessel


class VorgangStatus(StrEnum):
    """Life of a Vorgang."""

    LAUFEND = "laufend"
    BEENDET = "beendet"
    ABGEBROCHEN = "abgebrochen"


class Verschiebegrund(StrEnum):
    """Why a deadline is moved; a fixed list, because free text could hold data of the case."""

    UNTERLAGEN = "unterlagen"
    MITWIRKUNG = "mitwirkung"
    ANDERE_STELLE = "andere_stelle"
    TERMIN = "termin"
    VERTRETUNG = "vertretung"
    PRIORITAET = "prioritaet"
    FALSCH_BERECHNET = "falsch_berechnet"

    @property
    def text(self) -> str:
        """In words, after „verschoben, weil …“."""
        return _VERSCHIEBEGRUENDE[self]


_VERSCHIEBEGRUENDE = {
    Verschiebegrund.UNTERLAGEN: "Unterlagen noch fehlen",
    Verschiebegrund.MITWIRKUNG: "die Familie mehr Zeit braucht",
    Verschiebegrund.ANDERE_STELLE: "eine andere Stelle noch nicht geantwortet hat",
    Verschiebegrund.TERMIN: "ein Termin verlegt wurde",
    Verschiebegrund.VERTRETUNG: "eine Vertretung einspringt",
    Verschiebegrund.PRIORITAET: "Dringenderes vorgeht",
    Verschiebegrund.FALSCH_BERECHNET: "sie falsch berechnet war",
}


class Rueckzugsgrund(StrEnum):
    """Why a Vorgang ends before its end; a fixed list, because free text could hold data of the case."""

    FAMILIE = "familie"
    DOPPELT = "doppelt"
    IRRTUM = "irrtum"
    ANDERES_VERFAHREN = "anderes_verfahren"
    WEGZUG = "wegzug"


class EreignisArt(StrEnum):
    """Everything that can happen to a Vorgang."""

    VORGANG_GESTARTET = "vorgang_gestartet"
    BEREIT = "bereit"
    UEBERNOMMEN = "uebernommen"
    ZURUECKGELEGT = "zurueckgelegt"
    WEITERGEGEBEN = "weitergegeben"
    BEGONNEN = "begonnen"
    UNTERBROCHEN = "unterbrochen"
    FORTGESETZT = "fortgesetzt"
    ERLEDIGT = "erledigt"
    ZURUECKGEGEBEN = "zurueckgegeben"
    ENTFALLEN = "entfallen"
    WARTET = "wartet"
    EINGETRETEN = "eingetreten"
    FRIST_ABGELAUFEN = "frist_abgelaufen"
    ELEMENT_ERREICHT = "element_erreicht"
    ENTSCHEIDUNG_GETROFFEN = "entscheidung_getroffen"
    VORGANG_BEENDET = "vorgang_beendet"
    VORGANG_ABGEBROCHEN = "vorgang_abgebrochen"
    STOERUNG = "stoerung"
    NACHRICHT_GESENDET = "nachricht_gesendet"
    NACHRICHT_EINGETROFFEN = "nachricht_eingetroffen"
    FRIST_VERSCHOBEN = "frist_verschoben"
    #: the newest completion was taken back: what was recorded after the Ereignis in ``daten.nach`` did not happen
    ZURUECKGENOMMEN = "zurueckgenommen"
    KOMMENTIERT = "kommentiert"
    DOKUMENT_ANGEFUEGT = "dokument_angefuegt"
    DOKUMENT_GELOESCHT = "dokument_geloescht"
    WIEDERVORLAGE_GESETZT = "wiedervorlage_gesetzt"
    WIEDERVORLAGE_ERLEDIGT = "wiedervorlage_erledigt"


class Vorgang(MitSchluessel, MitMandant, Base):
    """One run of a Prozessversion, from first contact to its end."""

    __tablename__ = "vorgang"
    __table_args__ = (
        UniqueConstraint("mandant_id", "aktenzeichen"),
        Index("ix_vorgang_prozess_status", "mandant_id", "prozess_id", "status"),
        Index("ix_vorgang_gestartet", "mandant_id", "gestartet_am"),
        Index("uq_vorgang_startkennung", "gestartet_von", "startkennung", unique=True),
        Index("ix_vorgang_korrelation", "mandant_id", "korrelation"),
        Index("ix_vorgang_personenkennung", "mandant_id", "personenkennung"),
    )

    aktenzeichen: Mapped[str]
    prozess_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("prozess.id"))
    prozessversion_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("prozessversion.id"))
    status: Mapped[str] = mapped_column(default=VorgangStatus.LAUFEND.value)
    #: engine state, written and read by `engine.spiff` only
    zustand: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    #: steering data S0
    variablen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: runs begun per element, {element id: number}
    laeufe: Mapped[dict[str, Any]] = mapped_column(default=dict)
    eingang_am: Mapped[datetime]
    gestartet_am: Mapped[datetime]
    gestartet_von: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))
    #: random, from the form that started it: sent twice, it starts once
    startkennung: Mapped[str | None]
    #: key of the message that started it; messages with it find this Vorgang, as with the Aktenzeichen
    korrelation: Mapped[str | None]
    #: of the message that started it, and one more; 0 for what a person or the clock started
    tiefe: Mapped[int] = mapped_column(default=0)
    #: whether a Störung is open
    gestoert: Mapped[bool] = mapped_column(default=False)
    beendet_am: Mapped[datetime | None]
    #: id of the end event that was reached
    ende_element: Mapped[str | None]
    #: pseudonym of the child or young person, by which Vorgänge that belong together find each other; not reversible
    personenkennung: Mapped[str | None]
    #: produced by the demonstration, never by work
    beispiel: Mapped[bool] = mapped_column(default=False)
    #: hash of the newest Ereignis of this Vorgang, hex
    kette: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Ereignis(MitSchluessel, MitMandant, Base):
    """Something that happened, appended and never changed; chained by hash within its Vorgang.

    `person_id` serves the record of the case only; the value stream never reads it.
    """

    __tablename__ = "ereignis"
    __table_args__ = (
        Index("ix_ereignis_vorgang", "vorgang_id", "id"),
        Index("ix_ereignis_mandant", "mandant_id", "id"),
    )

    vorgang_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    aufgabe_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("aufgabe.id"))
    prozessversion_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("prozessversion.id"))
    art: Mapped[str]
    zeit: Mapped[datetime]
    element_id: Mapped[str | None]
    lauf: Mapped[int | None]
    gruppe_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("gruppe.id"))
    #: Wartegrund or W-code
    grund: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))
    #: further steering data S0
    daten: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: SHA-256 over the previous hash and this row, hex
    kette: Mapped[str]


class Stoerung(MitSchluessel, MitMandant, Base):
    """A step that could not be executed; everything was rolled back and can be tried again."""

    __tablename__ = "stoerung"
    __table_args__ = (Index("ix_stoerung_vorgang", "vorgang_id"),)

    vorgang_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    #: the token that could not move; the Störung is over when it does
    token: Mapped[str]
    element_id: Mapped[str | None]
    grund: Mapped[str]
    seit: Mapped[datetime]
    behoben_am: Mapped[datetime | None]


class Nummernkreis(MitSchluessel, MitMandant, Base):
    """Running number of the Aktenzeichen of one year."""

    __tablename__ = "nummernkreis"
    __table_args__ = (UniqueConstraint("mandant_id", "jahr"),)

    jahr: Mapped[int]
    naechste: Mapped[int] = mapped_column(default=1)
