"""The Arbeitskorb: Aufgaben of a person, her Gruppen, her team and those she acts for, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, UnaryExpression, func, select, union_all
from sqlalchemy.orm import Session

from engine.model import Aufgabe, AufgabeStatus, Gruppe, Mandant, Person, Prozess, Verhaeltnis, Vorgang
from engine.queries import fristen, wiedervorlagen
from engine.queries.korbregeln import Auswahl, Besetzung, Fristlage, Korb, Lage, Sortierung, Spalte, words
from engine.rechte import Akteur, Recht

__all__ = [
    "Auswahl",
    "Besetzung",
    "Fristlage",
    "Korb",
    "Lage",
    "Seite",
    "Sortierung",
    "Spalte",
    "Zeile",
    "arbeitskorb",
]

#: whose number stands on its tab
GEZAEHLT = (Korb.MEINE, Korb.GRUPPE, Korb.TEAM, Korb.VERTRETUNG, Korb.WIEDERVORLAGE, Korb.WARTET)


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
    #: what it is to the person who looks; None: nothing any more
    verhaeltnis: Verhaeltnis | None
    #: who has it
    person: str | None
    #: for whom that person acts
    vertretung_fuer: str | None
    #: to whom it goes back
    delegiert_von: str | None


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

    At most five SQL statements, whatever the number of Aufgaben. A page beyond the last shows the last. Of
    `Korb.WIEDERVORLAGE` only the numbers: its list is `wiedervorlagen.wiedervorlagen`.
    """
    akteur.require(Recht.ARBEITSKORB)
    auswahl = auswahl or Auswahl()
    lage = lage_of(session, akteur, now)
    counts = _counts(session, lage, korb, auswahl)
    found = counts["gefunden"]
    seite = min(max(1, seite), max(1, -(-found // je_seite)))
    zeilen: tuple[Zeile, ...] = ()
    if found:
        zeilen = _zeilen(session, lage, page(lage, korb, auswahl).limit(je_seite).offset((seite - 1) * je_seite))
    return Seite(
        korb=korb,
        auswahl=auswahl,
        zeilen=zeilen,
        seite=seite,
        je_seite=je_seite,
        anzahl={k: counts[k.value] for k in GEZAEHLT},
        gefunden=found,
        ueberschritten=counts["ueberschritten"],
        bis_morgen=counts["bis_morgen"],
        prozesse=_prozesse(session, lage),
    )


def lage_of(session: Session, akteur: Akteur, now: datetime) -> Lage:
    """Who looks, with the calendar of the office."""
    return Lage(akteur, session.get_one(Mandant, akteur.mandant_id).kalender(), now)


def count(lage: Lage, korb: Korb, auswahl: Auswahl, *, hoechstens: int | None = None) -> ScalarSelect[int]:
    """How many a view shows, as a column of a statement; ``hoechstens`` ends the counting there."""
    rows = _joined(select(Aufgabe.id), auswahl).where(lage.in_korb(korb, auswahl.besetzung), *lage.fits(auswahl))
    return select(func.count()).select_from(rows.limit(hoechstens).subquery()).scalar_subquery()


def _counts(session: Session, lage: Lage, korb: Korb, auswahl: Auswahl) -> dict[str, int]:
    usual = Auswahl(besetzung=auswahl.besetzung)
    shown = {
        "gefunden": count(lage, korb, auswahl),
        "ueberschritten": count(lage, korb, _urgent(usual, Fristlage.UEBERSCHRITTEN)),
        "bis_morgen": count(lage, korb, _urgent(usual, Fristlage.BIS_MORGEN)),
    }
    tabs = {k.value: count(lage, k, Auswahl()) for k in GEZAEHLT if k is not Korb.WIEDERVORLAGE}
    due = {Korb.WIEDERVORLAGE.value: wiedervorlagen.anzahl_faellig(lage.akteur, lage.now).scalar_subquery()}
    columns = (column.label(name) for name, column in (shown | tabs | due).items())
    return dict(session.execute(select(*columns)).mappings().one())


def _urgent(auswahl: Auswahl, fristlage: Fristlage) -> Auswahl:
    return Auswahl(besetzung=auswahl.besetzung, fristlage=fristlage)


def _prozesse(session: Session, lage: Lage) -> tuple[tuple[int, str], ...]:
    mine, free = (select(Aufgabe.prozess_id).where(lage.in_korb(k)) for k in (Korb.MEINE, Korb.GRUPPE))
    reachable = Prozess.id.in_(union_all(mine, free))
    rows = session.execute(select(Prozess.id, Prozess.name).where(reachable).order_by(Prozess.name))
    return tuple((row.id, row.name) for row in rows)


def _joined(statement: Select[Any], auswahl: Auswahl, sortierung: Iterable[Sortierung] = ()) -> Select[Any]:
    """With the tables that search and order need, and no other."""
    wanted = {s.spalte for s in sortierung}
    if words(auswahl.suche) or Spalte.PROZESS in wanted:
        statement = statement.join(Prozess, Prozess.id == Aufgabe.prozess_id)
    return statement


def page(lage: Lage, korb: Korb, auswahl: Auswahl) -> Select[Any]:
    """Statement: ids of what a view shows, in its order."""
    rows = _joined(select(Aufgabe.id), auswahl, auswahl.sortierung)
    rows = rows.where(lage.in_korb(korb, auswahl.besetzung), *lage.fits(auswahl))
    return rows.order_by(*_order(korb, auswahl.sortierung))


def _order(korb: Korb, sortierung: Iterable[Sortierung]) -> list[UnaryExpression[Any] | ColumnElement[Any]]:
    columns: dict[Spalte, Any] = {
        Spalte.FRIST: Aufgabe.frist_am,
        Spalte.AKTENZEICHEN: Aufgabe.aktenzeichen,
        Spalte.AUFGABE: Aufgabe.name,
        Spalte.PROZESS: Prozess.name,
        Spalte.STAND: Aufgabe.status,
        Spalte.EINGANG: Aufgabe.bereit_am,
    }
    keys = []
    for key in sortierung:
        column = columns[key.spalte].desc() if key.absteigend else columns[key.spalte].asc()
        keys.append(column.nulls_last() if key.spalte is Spalte.FRIST else column)
    if korb is Korb.ERLEDIGT:
        return [*keys, Aufgabe.fertig_am.desc(), Aufgabe.id]
    return [*keys, Aufgabe.frist_am.asc().nulls_last(), Aufgabe.bereit_am, Aufgabe.id]


def _zeilen(session: Session, lage: Lage, wanted: Select[Any]) -> tuple[Zeile, ...]:
    """The rows of a page, picked by a narrow statement first: what is only shown is read for these alone."""
    ids = list(session.execute(wanted).scalars())
    rows = {
        row[0].id: row
        for row in session.execute(
            select(Aufgabe, Vorgang.beispiel, Prozess.name, Gruppe.name)
            .join(Vorgang, Vorgang.id == Aufgabe.vorgang_id)
            .join(Prozess, Prozess.id == Aufgabe.prozess_id)
            .join(Gruppe, Gruppe.id == Aufgabe.gruppe_id)
            .where(Aufgabe.id.in_(ids))
        )
    }
    names = _names(session, [row[0] for row in rows.values()])
    return tuple(_zeile(rows[key], lage=lage, names=names) for key in ids if key in rows)


def _names(session: Session, tasks: Sequence[Aufgabe]) -> dict[int | None, str]:
    ids = {i for t in tasks for i in (t.person_id, t.vertretung_fuer_id, t.delegiert_von_id)} - {None}
    if not ids:
        return {}
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}


def _zeile(row: Sequence[Any], *, lage: Lage, names: dict[int | None, str]) -> Zeile:
    aufgabe, beispiel, prozess, gruppe = row
    return Zeile(
        aufgabe_id=aufgabe.id,
        vorgang_id=aufgabe.vorgang_id,
        aktenzeichen=aufgabe.aktenzeichen,
        aufgabe=aufgabe.name,
        prozess=prozess,
        gruppe=gruppe,
        status=AufgabeStatus(aufgabe.status),
        wartegrund=aufgabe.wartegrund,
        eingang_am=aufgabe.bereit_am,
        fertig_am=aufgabe.fertig_am,
        frist=fristen.frist_of(aufgabe, lage.kalender, lage.now),
        beispiel=beispiel,
        verhaeltnis=aufgabe.verhaeltnis(lage.akteur),
        person=names.get(aufgabe.person_id),
        vertretung_fuer=names.get(aufgabe.vertretung_fuer_id),
        delegiert_von=names.get(aufgabe.delegiert_von_id),
    )
