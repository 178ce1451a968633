"""What lies in which Korb, as conditions for queries: for whom, free or taken, urgent, found by words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false, or_, select, true, union_all

from engine.kalender import Kalender, ende_des_tages
from engine.model import Aufgabe, AufgabeStatus, Prozess
from engine.model.reichweite import held_by, instead
from engine.rechte import Akteur, Recht

#: „zuletzt erledigt“ reaches so far back
ERLEDIGT_TAGE = 30
#: words of one search; more would only slow the database down
_MAX_WOERTER = 6
_MAX_SUCHE = 100


class Korb(StrEnum):
    """Which list is shown."""

    MEINE = "meine"
    GRUPPE = "gruppe"
    #: of the units that the person leads
    TEAM = "team"
    #: of those for whom she acts
    VERTRETUNG = "vertretung"
    #: no Aufgaben, but what is to be looked at again (`queries.wiedervorlagen`)
    WIEDERVORLAGE = "wiedervorlage"
    #: mine, until somebody or something comes, or a colleague has done her part
    WARTET = "wartet"
    #: done by me within `ERLEDIGT_TAGE`; nobody else sees it
    ERLEDIGT = "erledigt"


class Spalte(StrEnum):
    """What the list can be sorted by. Not by person: nobody's work is to be laid side by side."""

    FRIST = "frist"
    AKTENZEICHEN = "aktenzeichen"
    AUFGABE = "aufgabe"
    PROZESS = "prozess"
    STAND = "stand"
    EINGANG = "eingang"


class Fristlage(StrEnum):
    """How urgent an Aufgabe is, as a filter."""

    UEBERSCHRITTEN = "ueberschritten"
    BIS_MORGEN = "bis_morgen"
    OHNE = "ohne"


class Besetzung(StrEnum):
    """Whether somebody has it, as a filter of `Korb.GRUPPE` and `Korb.TEAM`."""

    FREI = "frei"
    VERGEBEN = "vergeben"
    ALLE = "alle"


@dataclass(frozen=True, slots=True)
class Sortierung:
    """One key of the order."""

    spalte: Spalte
    absteigend: bool = False


@dataclass(frozen=True, slots=True)
class Auswahl:
    """What narrows and orders a Korb; all filters combine, the first key of the order counts most."""

    suche: str = ""
    prozess_id: int | None = None
    gruppe_id: int | None = None
    fristlage: Fristlage | None = None
    #: None: as usual in the Korb (`GRUPPE`: free ones, `TEAM`: all)
    besetzung: Besetzung | None = None
    sortierung: tuple[Sortierung, ...] = ()

    @property
    def filtert(self) -> bool:
        """Whether it shows another selection than usual."""
        return bool(self.suche.split() or self.prozess_id or self.gruppe_id or self.fristlage or self.besetzung)

    def sorted_by(self, spalte: Spalte) -> Auswahl:
        """With this column as the first key; what was first becomes second, the same column turns round."""
        first = next(iter(self.sortierung), None)
        turned = first is not None and first.spalte is spalte and not first.absteigend
        rest = tuple(s for s in self.sortierung if s.spalte is not spalte)
        return replace(self, sortierung=(Sortierung(spalte, turned), *rest)[:3])


@dataclass(frozen=True, slots=True)
class Lage:
    """Who looks, and when."""

    akteur: Akteur
    kalender: Kalender
    now: datetime

    def in_korb(self, korb: Korb, besetzung: Besetzung | None = None) -> ColumnElement[bool]:
        """SQL condition on `Aufgabe`: it lies in this Korb.

        What comes from several sides is a union of narrow statements, each with an index of its own: a database that
        meets an „or“ over them reads all open Aufgaben instead.
        """
        arms = [and_(Aufgabe.mandant_id == self.akteur.mandant_id, arm) for arm in self._arms(korb, besetzung)]
        if len(arms) < 2:
            return arms[0] if arms else false()
        return Aufgabe.id.in_(union_all(*(select(Aufgabe.id).where(arm).correlate(None) for arm in arms)))

    def _arms(self, korb: Korb, besetzung: Besetzung | None) -> list[ColumnElement[bool]]:
        me = self.akteur.person_id
        still_open = Aufgabe.fertig_am.is_(None)
        if korb is Korb.ERLEDIGT:
            done = Aufgabe.status.in_((AufgabeStatus.ERLEDIGT, AufgabeStatus.ZURUECKGEGEBEN))
            since = self.now - timedelta(days=ERLEDIGT_TAGE)
            return [and_(Aufgabe.fertig_am >= since, Aufgabe.person_id == me, done)]
        if korb is Korb.GRUPPE:
            taken = _besetzt(besetzung or Besetzung.FREI)
            groups = self.akteur.gruppen
            return [and_(still_open, Aufgabe.gruppe_id.in_(groups), taken)] if groups else []
        if korb is Korb.TEAM:
            units = self.akteur.einheiten if self.akteur.darf(Recht.TEAM_LEITEN) else frozenset[int]()
            taken = _besetzt(besetzung or Besetzung.ALLE)
            return [and_(still_open, Aufgabe.orga_einheit_id.in_(units), taken)] if units else []
        if korb is Korb.VERTRETUNG:
            return [and_(still_open, arm) for arm in instead(self.akteur)]
        if korb is Korb.WARTET:
            waits = and_(held_by(self.akteur), Aufgabe.status == AufgabeStatus.UNTERBROCHEN)
            return [and_(still_open, arm) for arm in (waits, Aufgabe.delegiert_von_id == me)]
        # What somebody does in my name is still mine.
        return [and_(still_open, arm) for arm in (held_by(self.akteur), Aufgabe.vertretung_fuer_id == me)]

    def fits(self, auswahl: Auswahl) -> list[ColumnElement[bool]]:
        """SQL conditions on `Aufgabe` (and on `Prozess`, if there is a search): it passes the filters."""
        conditions: list[ColumnElement[bool]] = []
        if auswahl.prozess_id is not None:
            conditions.append(Aufgabe.prozess_id == auswahl.prozess_id)
        if auswahl.gruppe_id is not None:
            conditions.append(Aufgabe.gruppe_id == auswahl.gruppe_id)
        if auswahl.fristlage is not None:
            conditions.append(self.urgent(auswahl.fristlage))
        searched = (Aufgabe.aktenzeichen, Aufgabe.name, Prozess.name)
        for word in words(auswahl.suche):
            conditions.append(or_(*(column.icontains(word, autoescape=True) for column in searched)))
        return conditions

    def urgent(self, fristlage: Fristlage) -> ColumnElement[bool]:
        """SQL condition on `Aufgabe`: its deadline is past, comes by the next working day, or does not exist."""
        if fristlage is Fristlage.UEBERSCHRITTEN:
            return Aufgabe.frist_am < self.now
        if fristlage is Fristlage.OHNE:
            return Aufgabe.frist_am.is_(None)
        return and_(
            Aufgabe.frist_am >= self.now, Aufgabe.frist_am <= ende_des_tages(self.kalender.frist_at(self.now, 1))
        )


def words(suche: str) -> list[str]:
    """What has to be found, each word somewhere."""
    return suche[:_MAX_SUCHE].split()[:_MAX_WOERTER]


def _besetzt(besetzung: Besetzung) -> ColumnElement[bool]:
    if besetzung is Besetzung.FREI:
        return Aufgabe.person_id.is_(None)
    if besetzung is Besetzung.VERGEBEN:
        return Aufgabe.person_id.is_not(None)
    return true()
