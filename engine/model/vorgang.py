"""The work: Vorgang, Aufgabe, the append-only Ereignis and Störungen."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.model.spalten import MitMandant, MitSchluessel
from engine.rechte import Akteur, Recht


class VorgangStatus(StrEnum):
    """Life of a Vorgang."""

    LAUFEND = "laufend"
    BEENDET = "beendet"
    ABGEBROCHEN = "abgebrochen"


class AufgabeStatus(StrEnum):
    """Life of an Aufgabe; the first four are open."""

    BEREIT = "bereit"
    UEBERNOMMEN = "uebernommen"
    BEGONNEN = "begonnen"
    UNTERBROCHEN = "unterbrochen"
    ERLEDIGT = "erledigt"
    ZURUECKGEGEBEN = "zurueckgegeben"
    ENTFALLEN = "entfallen"


OFFEN = (AufgabeStatus.BEREIT, AufgabeStatus.UEBERNOMMEN, AufgabeStatus.BEGONNEN, AufgabeStatus.UNTERBROCHEN)


class Handlung(StrEnum):
    """What a person can do with an open Aufgabe."""

    UEBERNEHMEN = "uebernehmen"
    ZURUECKLEGEN = "zuruecklegen"
    BEGINNEN = "beginnen"
    UNTERBRECHEN = "unterbrechen"
    FORTSETZEN = "fortsetzen"
    ERLEDIGEN = "erledigen"
    ZURUECKGEBEN = "zurueckgeben"


_ABSCHLUSS = frozenset({Handlung.ERLEDIGEN, Handlung.ZURUECKGEBEN, Handlung.ZURUECKLEGEN})
#: what the person who has it may do, by status
_MEINE = {
    # It came back to her; if she is not the one to do it now, her Gruppe is.
    AufgabeStatus.BEREIT: frozenset({Handlung.UEBERNEHMEN, Handlung.BEGINNEN, Handlung.ZURUECKLEGEN}),
    AufgabeStatus.UEBERNOMMEN: _ABSCHLUSS | {Handlung.BEGINNEN},
    AufgabeStatus.BEGONNEN: _ABSCHLUSS | {Handlung.UNTERBRECHEN},
    AufgabeStatus.UNTERBROCHEN: _ABSCHLUSS | {Handlung.FORTSETZEN},
}


class Wartegrund(StrEnum):
    """Why work on a begun Aufgabe pauses; the external ones are not the office's own waiting."""

    FAMILIE = "familie"
    TRAEGER = "traeger"
    BEHOERDE = "behoerde"
    GERICHT = "gericht"
    UNTERLAGEN = "unterlagen"
    TERMIN = "termin"
    INTERN_VERTRETUNG = "intern_vertretung"
    INTERN_RUECKSPRACHE = "intern_ruecksprache"
    INTERN_UNTERBRECHUNG = "intern_unterbrechung"

    @property
    def ist_extern(self) -> bool:
        """Whether somebody outside the office has to act."""
        return not self.value.startswith("intern_")


class Rueckgabegrund(StrEnum):
    """Why a step is sent back (W-codes, Fachkonzept § 5.4)."""

    UNVOLLSTAENDIG = "W05"
    FACHLICH = "W06"


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


class EreignisArt(StrEnum):
    """Everything that can happen to a Vorgang."""

    VORGANG_GESTARTET = "vorgang_gestartet"
    BEREIT = "bereit"
    UEBERNOMMEN = "uebernommen"
    ZURUECKGELEGT = "zurueckgelegt"
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


class Vorgang(MitSchluessel, MitMandant, Base):
    """One run of a Prozessversion, from first contact to its end."""

    __tablename__ = "vorgang"
    __table_args__ = (
        UniqueConstraint("mandant_id", "aktenzeichen"),
        Index("ix_vorgang_prozess_status", "mandant_id", "prozess_id", "status"),
        Index("ix_vorgang_gestartet", "mandant_id", "gestartet_am"),
        Index("uq_vorgang_startkennung", "gestartet_von", "startkennung", unique=True),
        Index("ix_vorgang_korrelation", "mandant_id", "korrelation"),
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
    #: produced by the demonstration, never by work
    beispiel: Mapped[bool] = mapped_column(default=False)
    #: hash of the newest Ereignis of this Vorgang, hex
    kette: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Aufgabe(MitSchluessel, MitMandant, Base):
    """One run of a step that a person completes."""

    __tablename__ = "aufgabe"
    __table_args__ = (
        # The Gruppenkorb and the Arbeitskorb read open Aufgaben only, by deadline.
        Index(
            "ix_aufgabe_gruppe_offen",
            "gruppe_id",
            "frist_am",
            sqlite_where=text("fertig_am IS NULL"),
            postgresql_where=text("fertig_am IS NULL"),
        ),
        Index(
            "ix_aufgabe_person_offen",
            "person_id",
            "frist_am",
            sqlite_where=text("fertig_am IS NULL"),
            postgresql_where=text("fertig_am IS NULL"),
        ),
        Index("ix_aufgabe_vorgang", "vorgang_id"),
    )

    vorgang_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("vorgang.id"))
    prozessversion_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("prozessversion.id"))
    #: id of the waiting token inside the engine state
    token: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    #: `SchrittArt.AUFGABE` or `SchrittArt.EINGANG`
    art: Mapped[str]
    lauf: Mapped[int] = mapped_column(default=1)
    gruppe_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("gruppe.id"))
    person_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))
    status: Mapped[str] = mapped_column(default=AufgabeStatus.BEREIT.value)
    wartegrund: Mapped[str | None]
    bereit_am: Mapped[datetime]
    uebernommen_am: Mapped[datetime | None]
    begonnen_am: Mapped[datetime | None]
    fertig_am: Mapped[datetime | None]
    frist_am: Mapped[datetime | None]
    #: gesetzlich, standard, intern; None without a deadline
    frist_art: Mapped[str | None]
    #: how the deadline was computed, e.g. „3 AT ab 01.06., Fronleichnam ausgenommen“
    frist_grund: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def ist_offen(self) -> bool:
        """Whether somebody still has to do something."""
        return self.status in OFFEN

    def handlungen(self, akteur: Akteur) -> frozenset[Handlung]:
        """What this Akteur may do with it now; sending back also needs a step to send it to."""
        if not akteur.darf(Recht.ARBEITSKORB) or not self.ist_offen:
            return frozenset()
        if self.person_id == akteur.person_id:
            return _MEINE[AufgabeStatus(self.status)]
        if self.person_id is None and self.gruppe_id in akteur.gruppen:
            return frozenset({Handlung.UEBERNEHMEN, Handlung.BEGINNEN})
        return frozenset()


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
