"""An Aufgabe: what a person completes, who may do what with it, and why it pauses or goes back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.model.spalten import MitMandant, MitSchluessel
from engine.model.zuweisung import Verhaeltnis
from engine.rechte import Akteur, Recht


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
    #: take it from a colleague, with a reason
    EINSPRINGEN = "einspringen"
    #: give it to a colleague, with a reason
    WEITERGEBEN = "weitergeben"
    #: let a colleague work on it; it comes back to be completed
    DELEGIEREN = "delegieren"
    #: what was delegated goes back to who delegated it
    VORLEGEN = "vorlegen"


_ABSCHLUSS = frozenset({Handlung.ERLEDIGEN, Handlung.ZURUECKGEBEN, Handlung.ZURUECKLEGEN})
#: what the person who has it may do, by status
_MEINE = {
    # It came back to her; if she is not the one to do it now, her Gruppe is.
    AufgabeStatus.BEREIT: frozenset({Handlung.UEBERNEHMEN, Handlung.BEGINNEN, Handlung.ZURUECKLEGEN}),
    AufgabeStatus.UEBERNOMMEN: _ABSCHLUSS | {Handlung.BEGINNEN},
    AufgabeStatus.BEGONNEN: _ABSCHLUSS | {Handlung.UNTERBRECHEN},
    AufgabeStatus.UNTERBROCHEN: _ABSCHLUSS | {Handlung.FORTSETZEN},
}
#: what others may do, by what they are to it
_ANDERE = {
    Verhaeltnis.FREI: frozenset({Handlung.UEBERNEHMEN, Handlung.BEGINNEN}),
    Verhaeltnis.ZURUECK: frozenset({Handlung.UEBERNEHMEN}),
    Verhaeltnis.VERTRETUNG: frozenset({Handlung.UEBERNEHMEN}),
    Verhaeltnis.KOLLEGIN: frozenset({Handlung.EINSPRINGEN}),
    Verhaeltnis.LEITUNG: frozenset[Handlung](),
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


#: what lists of open Aufgaben are filtered and sorted by, beside whose they are and when they are due
_SORTIERT = ("mandant_id", "bereit_am", "status", "prozess_id", "name", "aktenzeichen")


def _open_index(name: str, *columns: str, where: str = "") -> Index:
    """Index over open Aufgaben, or over those of them in which the column ``where`` says something."""
    rows = text("fertig_am IS NULL" + (f" AND {where} IS NOT NULL" if where else ""))
    return Index(f"ix_aufgabe_{name}_offen", *columns, sqlite_where=rows, postgresql_where=rows)


class Aufgabe(MitSchluessel, MitMandant, Base):
    """One run of a step that a person completes."""

    __tablename__ = "aufgabe"
    __table_args__ = (
        # The Arbeitskorb reads open Aufgaben only. The first two hold all that a list is filtered and sorted by: the
        # best fifty of some thousand are found without looking at their rows.
        _open_index("gruppe", "gruppe_id", "person_id", "frist_am", *_SORTIERT),
        _open_index("einheit", "orga_einheit_id", "frist_am", "person_id", *_SORTIERT),
        _open_index("person", "person_id", "frist_am", where="person_id"),
        _open_index("vertretung", "vertretung_fuer_id", where="vertretung_fuer_id"),
        _open_index("delegiert", "delegiert_von_id", where="delegiert_von_id"),
        # Zuletzt erledigt, of one person.
        Index(
            "ix_aufgabe_person_fertig",
            "person_id",
            "fertig_am",
            sqlite_where=text("fertig_am IS NOT NULL"),
            postgresql_where=text("fertig_am IS NOT NULL"),
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
    #: as in its Vorgang, which never changes them: lists and Vertretungen by process need no join
    aktenzeichen: Mapped[str]
    prozess_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("prozess.id"))
    #: who has it, or finished it
    person_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))
    #: for whom that person acts („i. V.“)
    vertretung_fuer_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))
    #: to whom it goes back when that person has done her part
    delegiert_von_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("person.id"))
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

    def verhaeltnis(self, akteur: Akteur) -> Verhaeltnis | None:
        """What the Akteur is to it now; None: it does not exist for her."""
        if self._is_held_by(akteur):
            return Verhaeltnis.MEINE
        if akteur.person_id in (self.vertretung_fuer_id, self.delegiert_von_id):
            return Verhaeltnis.ZURUECK
        in_group = self.gruppe_id in akteur.gruppen
        if in_group and self.person_id is None:
            return Verhaeltnis.FREI
        if self.vertretene_of(akteur) is not None:
            return Verhaeltnis.VERTRETUNG
        if in_group:
            return Verhaeltnis.KOLLEGIN
        return Verhaeltnis.LEITUNG if self._is_led_by(akteur) else None

    def _is_held_by(self, akteur: Akteur) -> bool:
        if self.person_id != akteur.person_id:
            return False
        # What was taken in Vertretung is out of reach when the Vertretung is over.
        return self.vertretung_fuer_id is None or akteur.vertritt_in(self.vertretung_fuer_id, self.prozess_id)

    def _is_led_by(self, akteur: Akteur) -> bool:
        return akteur.darf(Recht.TEAM_LEITEN) and self.orga_einheit_id in akteur.einheiten

    def vertretene_of(self, akteur: Akteur) -> int | None:
        """For whom the Akteur would take it: its holder, or a member of its Gruppe; not what is in Vertretung."""
        if self.vertretung_fuer_id is not None:
            return None
        for other in akteur.vertritt:
            is_hers = self.person_id == other.person_id or (self.person_id is None and self.gruppe_id in other.gruppen)
            if is_hers and other.prozess_id in (None, self.prozess_id):
                return other.person_id
        return None

    def handlungen(self, akteur: Akteur) -> frozenset[Handlung]:
        """What this Akteur may do with it now; sending back also needs a step to send it to."""
        relation = self.verhaeltnis(akteur)
        if not akteur.darf(Recht.ARBEITSKORB) or not self.ist_offen or relation is None:
            return frozenset()
        lead = frozenset({Handlung.WEITERGEBEN} if self._is_led_by(akteur) else ())
        return lead | (self._own() if relation is Verhaeltnis.MEINE else _ANDERE[relation])

    def _own(self) -> frozenset[Handlung]:
        usual = _MEINE[AufgabeStatus(self.status)]
        if self.delegiert_von_id is not None:
            # The one who delegated answers for it: she completes it.
            return usual - _ABSCHLUSS | {Handlung.VORLEGEN}
        if self.vertretung_fuer_id is not None:
            return usual
        return usual | {Handlung.WEITERGEBEN, Handlung.DELEGIEREN}
