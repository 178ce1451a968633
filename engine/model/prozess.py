"""What may be run: Prozess and its numbered, immutable versions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from engine.bpmn.ergebnis import Schritt, schritt_from_json
from engine.db import Base, Schluessel
from engine.model.spalten import MitMandant, MitSchluessel


class VersionStatus(StrEnum):
    """Life of a Prozessversion; only one per Prozess is im_einsatz."""

    ENTWURF = "entwurf"
    METHODISCH_FREI = "methodisch_freigegeben"  # the drawing follows the rules of the house
    FACHLICH_FREI = "fachlich_freigegeben"  # those who answer for the work agree
    IM_EINSATZ = "im_einsatz"
    INAKTIV = "inaktiv"


class Prozess(MitSchluessel, MitMandant, Base):
    """A process of the office, whatever its version."""

    __tablename__ = "prozess"
    __table_args__ = (UniqueConstraint("mandant_id", "kennung"),)

    #: id of the process in the drawing
    kennung: Mapped[str]
    name: Mapped[str]

    versionen: Mapped[list[Prozessversion]] = relationship(
        back_populates="prozess", order_by="Prozessversion.nummer.desc()"
    )


class Prozessversion(MitSchluessel, MitMandant, Base):
    """One upload of one process: the untouched drawing, the executable copy, findings and settings.

    Never changes once it was im_einsatz, except for its status.
    """

    __tablename__ = "prozessversion"
    __table_args__ = (
        UniqueConstraint("prozess_id", "nummer"),
        Index("ix_prozessversion_status", "mandant_id", "status"),
        Index(
            "uq_prozessversion_im_einsatz",
            "prozess_id",
            unique=True,
            sqlite_where=text("status = 'im_einsatz'"),
            postgresql_where=text("status = 'im_einsatz'"),
        ),
    )

    prozess_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("prozess.id"))
    #: id of the process in the drawing, as in `Prozess.kennung`
    kennung: Mapped[str]
    nummer: Mapped[int]
    #: of the process, in this drawing; the process takes it over at publication. None: as the process is called
    name: Mapped[str | None]
    status: Mapped[str] = mapped_column(default=VersionStatus.ENTWURF.value)
    dateiname: Mapped[str]
    #: SHA-256 of the original file, hex
    pruefsumme: Mapped[str]
    #: byte for byte as uploaded
    original: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    ausfuehrbar: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    befunde: Mapped[list[Any]] = mapped_column(default=list)
    schritte: Mapped[list[Any]] = mapped_column(default=list)
    #: start events that may start by themselves (`engine.bpmn.ergebnis.Startereignis` as JSON)
    starts: Mapped[list[Any]] = mapped_column(default=list)
    #: set up beside the drawing: lanes, per task form, deadline, value class …; see docs/prozess-toml.md
    einrichtung: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: form-js schemas by name
    formulare: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: decision models (DMN 1.1 to 1.5) by file name without its ending: the text of the file, UTF-8
    entscheidungen: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)
    #: called process id -> id of the Prozessversion; a draft names its own calls with None, publication pins all levels
    aufrufe: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: names what `engine.spiff` executes: changes with the executable copy or a pinned call; set at publication
    modell_schluessel: Mapped[str | None]
    hochgeladen_am: Mapped[datetime]
    hochgeladen_von: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))
    #: ids of those who changed the draft, besides the one who uploaded it
    bearbeitet_von: Mapped[list[Any]] = mapped_column(default=list)
    veroeffentlicht_am: Mapped[datetime | None]
    veroeffentlicht_von: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))

    prozess: Mapped[Prozess] = relationship(back_populates="versionen")

    def schrittliste(self) -> tuple[Schritt, ...]:
        """Nodes of the drawing in reading order."""
        return tuple(self._by_element().values())

    def schritt(self, element: str) -> Schritt | None:
        """The step with this element id, if the drawing has it."""
        return self._by_element().get(element)

    def _by_element(self) -> dict[str, Schritt]:
        """Read once per loaded row: a step of the engine asks many times, and a version never changes."""
        known: tuple[list[Any], dict[str, Schritt]] | None = self.__dict__.get("_gelesen")
        if known is None or known[0] is not self.schritte:
            steps = (schritt_from_json(daten) for daten in self.schritte)
            known = self.__dict__["_gelesen"] = (self.schritte, {s.element: s for s in steps})
        return known[1]

    def aufgaben_einstellung(self, element: str) -> dict[str, Any]:
        """What was set up for one task; empty when nothing was."""
        einstellung: dict[str, Any] = self.einrichtung.get("aufgaben", {}).get(element, {})
        return einstellung

    def entscheidungsdateien(self) -> dict[str, bytes]:
        """The decision models as files."""
        return {name: text.encode() for name, text in self.entscheidungen.items()}

    def lanes(self) -> tuple[str, ...]:
        """Lanes in which a person has something to do, in reading order; "" stands for steps outside of lanes."""
        return tuple(dict.fromkeys(s.lane or "" for s in self.schrittliste() if s.hat_aufgaben))


class Freigabe(MitSchluessel, MitMandant, Base):
    """One step in the life of a version: who brought it there, when and why. Rows are only ever added."""

    __tablename__ = "freigabe"
    __table_args__ = (Index("ix_freigabe_prozessversion", "prozessversion_id"),)

    prozessversion_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("prozessversion.id"))
    #: the state that was reached
    status: Mapped[str]
    person_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"))
    zeit: Mapped[datetime]
    #: in words; may be empty
    grund: Mapped[str] = mapped_column(default="")
