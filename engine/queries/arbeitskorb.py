"""The Arbeitskorb: open Aufgaben of a person and of her Gruppen, filtered, sorted, page by page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, UnaryExpression, and_, case, func, or_, select
from sqlalchemy.orm import Session

from engine.kalender import Kalender, ende_des_tages
from engine.model import OFFEN, Aufgabe, AufgabeStatus, Gruppe, Mandant, Prozess, Vorgang
from engine.queries import fristen
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
    #: mine, interrupted until somebody or something comes
    WARTET = "wartet"
    #: done by me within `ERLEDIGT_TAGE`; nobody else sees it
    ERLEDIGT = "erledigt"


class Spalte(StrEnum):
    """What the list can be sorted by."""

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
    sortierung: tuple[Sortierung, ...] = ()

    @property
    def filtert(self) -> bool:
        """Whether anything is left out."""
        return bool(self.suche.split() or self.prozess_id or self.gruppe_id or self.fristlage)

    def sorted_by(self, spalte: Spalte) -> Auswahl:
        """With this column as the first key; what was first becomes second, the same column turns round."""
        first = next(iter(self.sortierung), None)
        turned = first is not None and first.spalte is spalte and not first.absteigend
        rest = tuple(s for s in self.sortierung if s.spalte is not spalte)
        return replace(self, sortierung=(Sortierung(spalte, turned), *rest)[:3])


@dataclass(frozen=True, slots=True)
class Zeile:
    """One Aufgabe."""

    aufgabe_id: int
    vorgang_id: int
    aktenzeichen: str
    aufgabe: str
    prozess: str
    gruppe: str
    status: AufgabeStatus
    wartegrund: str | None
    eingang_am: datetime
    fertig_am: datetime | None
    frist: fristen.Frist
    beispiel: bool


@dataclass(frozen=True, slots=True)
class Seite:
    """One page of the Arbeitskorb."""

    korb: Korb
    auswahl: Auswahl
    zeilen: tuple[Zeile, ...]
    seite: int
    je_seite: int
    #: Aufgaben per Korb, whatever the filters; of `Korb.ERLEDIGT` none is counted
    anzahl: dict[Korb, int]
    #: Aufgaben of the shown Korb that pass the filters
    gefunden: int
    #: of the shown Korb, over all pages
    ueberschritten: int
    bis_morgen: int
    #: id and name of what the open Aufgaben within reach belong to, for the filters
    prozesse: tuple[tuple[int, str], ...]

    @property
    def seiten(self) -> int:
        """Number of pages, at least 1."""
        return max(1, -(-self.gefunden // self.je_seite))


def arbeitskorb(
    session: Session,
    akteur: Akteur,
    *,
    korb: Korb,
    now: datetime,
    auswahl: Auswahl | None = None,
    seite: int = 1,
    je_seite: int = 25,
) -> Seite:
    """Aufgaben of one Korb; without an order of one's own the most urgent first, those without a deadline last.

    At most five SQL statements, whatever the number of Aufgaben. A page beyond the last shows the last.
    """
    akteur.require(Recht.ARBEITSKORB)
    auswahl = auswahl or Auswahl()
    kalender = session.get_one(Mandant, akteur.mandant_id).kalender()
    counts = _counts(session, akteur, korb, kalender, now)
    shown = _filter(_rows(akteur, korb, now), auswahl, kalender, now)
    found = counts[korb.value] if korb.value in counts and not auswahl.filtert else _count(session, shown)
    seite = min(max(1, seite), max(1, -(-found // je_seite)))
    rows = session.execute(
        shown.order_by(*_order(korb, auswahl.sortierung)).limit(je_seite).offset((seite - 1) * je_seite)
    )
    return Seite(
        korb=korb,
        auswahl=auswahl,
        zeilen=tuple(_zeile(row, kalender=kalender, now=now) for row in rows),
        seite=seite,
        je_seite=je_seite,
        anzahl={k: counts[k.value] for k in Korb if k is not Korb.ERLEDIGT},
        gefunden=found,
        ueberschritten=counts["ueberschritten"],
        bis_morgen=counts["bis_morgen"],
        prozesse=_prozesse(session, akteur),
    )


def _within(akteur: Akteur) -> ColumnElement[bool]:
    """Open Aufgaben that this person has or could take."""
    mine = Aufgabe.person_id == akteur.person_id
    free = and_(Aufgabe.person_id.is_(None), Aufgabe.gruppe_id.in_(akteur.gruppen))
    return and_(Aufgabe.mandant_id == akteur.mandant_id, Aufgabe.fertig_am.is_(None), or_(mine, free))


def _belongs_to(akteur: Akteur, korb: Korb, now: datetime) -> ColumnElement[bool]:
    mine = Aufgabe.person_id == akteur.person_id
    conditions: dict[Korb, tuple[ColumnElement[bool], ...]] = {
        Korb.MEINE: (Aufgabe.fertig_am.is_(None), mine),
        Korb.GRUPPE: (Aufgabe.fertig_am.is_(None), Aufgabe.person_id.is_(None), Aufgabe.gruppe_id.in_(akteur.gruppen)),
        Korb.WARTET: (Aufgabe.fertig_am.is_(None), mine, Aufgabe.status == AufgabeStatus.UNTERBROCHEN),
        Korb.ERLEDIGT: (
            Aufgabe.fertig_am >= now - timedelta(days=ERLEDIGT_TAGE),
            mine,
            Aufgabe.status.not_in((*OFFEN, AufgabeStatus.ENTFALLEN)),
        ),
    }
    return and_(Aufgabe.mandant_id == akteur.mandant_id, *conditions[korb])


def _is_urgent(kalender: Kalender, now: datetime) -> dict[Fristlage, ColumnElement[bool]]:
    next_day_end = ende_des_tages(kalender.frist_at(now, 1))
    return {
        Fristlage.UEBERSCHRITTEN: Aufgabe.frist_am < now,
        Fristlage.BIS_MORGEN: and_(Aufgabe.frist_am >= now, Aufgabe.frist_am <= next_day_end),
        Fristlage.OHNE: Aufgabe.frist_am.is_(None),
    }


def _counts(session: Session, akteur: Akteur, korb: Korb, kalender: Kalender, now: datetime) -> dict[str, int]:
    shown = _belongs_to(akteur, korb, now)
    urgent = _is_urgent(kalender, now)
    columns = {k.value: _belongs_to(akteur, k, now) for k in Korb if k is not Korb.ERLEDIGT} | {
        "ueberschritten": and_(shown, urgent[Fristlage.UEBERSCHRITTEN]),
        "bis_morgen": and_(shown, urgent[Fristlage.BIS_MORGEN]),
    }
    statement = select(*(func.count(case((condition, 1))).label(name) for name, condition in columns.items()))
    return dict(session.execute(statement.where(_within(akteur))).mappings().one())


def _count(session: Session, rows: Select[Aufgabe, str, bool, str, str]) -> int:
    return session.execute(select(func.count()).select_from(rows.with_only_columns(Aufgabe.id).subquery())).scalar_one()


def _prozesse(session: Session, akteur: Akteur) -> tuple[tuple[int, str], ...]:
    reachable = select(Vorgang.prozess_id).join(Aufgabe, Aufgabe.vorgang_id == Vorgang.id).where(_within(akteur))
    rows = session.execute(select(Prozess.id, Prozess.name).where(Prozess.id.in_(reachable)).order_by(Prozess.name))
    return tuple((row.id, row.name) for row in rows)


def _rows(akteur: Akteur, korb: Korb, now: datetime) -> Select[Aufgabe, str, bool, str, str]:
    return (
        select(Aufgabe, Vorgang.aktenzeichen, Vorgang.beispiel, Prozess.name, Gruppe.name)
        .join(Vorgang, Vorgang.id == Aufgabe.vorgang_id)
        .join(Prozess, Prozess.id == Vorgang.prozess_id)
        .join(Gruppe, Gruppe.id == Aufgabe.gruppe_id)
        .where(_belongs_to(akteur, korb, now))
    )


def _filter(
    rows: Select[Aufgabe, str, bool, str, str], auswahl: Auswahl, kalender: Kalender, now: datetime
) -> Select[Aufgabe, str, bool, str, str]:
    if auswahl.prozess_id is not None:
        rows = rows.where(Vorgang.prozess_id == auswahl.prozess_id)
    if auswahl.gruppe_id is not None:
        rows = rows.where(Aufgabe.gruppe_id == auswahl.gruppe_id)
    if auswahl.fristlage is not None:
        rows = rows.where(_is_urgent(kalender, now)[auswahl.fristlage])
    for word in auswahl.suche[:_MAX_SUCHE].split()[:_MAX_WOERTER]:
        rows = rows.where(
            or_(
                *(
                    column.icontains(word, autoescape=True)
                    for column in (Vorgang.aktenzeichen, Aufgabe.name, Prozess.name)
                )
            )
        )
    return rows


def _order(korb: Korb, sortierung: Iterable[Sortierung]) -> list[UnaryExpression[Any] | ColumnElement[Any]]:
    columns: dict[Spalte, Any] = {
        Spalte.FRIST: Aufgabe.frist_am,
        Spalte.AKTENZEICHEN: Vorgang.aktenzeichen,
        Spalte.AUFGABE: Aufgabe.name,
        Spalte.PROZESS: Prozess.name,
        Spalte.STAND: Aufgabe.status,
        Spalte.EINGANG: Aufgabe.bereit_am,
    }
    keys = [
        (columns[s.spalte].desc() if s.absteigend else columns[s.spalte].asc()).nulls_last()
        if s.spalte is Spalte.FRIST
        else columns[s.spalte].desc()
        if s.absteigend
        else columns[s.spalte].asc()
        for s in sortierung
    ]
    if korb is Korb.ERLEDIGT:
        return [*keys, Aufgabe.fertig_am.desc(), Aufgabe.id]
    return [*keys, Aufgabe.frist_am.asc().nulls_last(), Aufgabe.bereit_am, Aufgabe.id]


def _zeile(row: Row[Aufgabe, str, bool, str, str], *, kalender: Kalender, now: datetime) -> Zeile:
    aufgabe, aktenzeichen, beispiel, prozess, gruppe = row
    return Zeile(
        aufgabe_id=aufgabe.id,
        vorgang_id=aufgabe.vorgang_id,
        aktenzeichen=aktenzeichen,
        aufgabe=aufgabe.name,
        prozess=prozess,
        gruppe=gruppe,
        status=AufgabeStatus(aufgabe.status),
        wartegrund=aufgabe.wartegrund,
        eingang_am=aufgabe.bereit_am,
        fertig_am=aufgabe.fertig_am,
        frist=fristen.frist_of(aufgabe, kalender, now),
        beispiel=beispiel,
    )
