"""Keeps the rows of waiting tokens equal to the engine state: one select, one bulk insert, one bulk delete per step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Executable,
    bindparam,
    delete,
    false,
    insert,
    literal_column,
    null,
    select,
    union_all,
    update,
)

from engine import spiff
from engine.commands import nachrichten
from engine.db import Base
from engine.model import Aufgabe, EreignisArt, Wartepunkt

if TYPE_CHECKING:
    from engine.commands.ablauf import Lage

_ARBEIT = frozenset({spiff.WarteArt.DIENST, spiff.WarteArt.THEMA})


#: built once: half of what a statement costs is to build it
_AUFGABE, _PUNKT = "aufgabe", "punkt"
_OFFEN: Executable = union_all(
    select(
        literal_column(f"'{_PUNKT}'").label("was"),
        Wartepunkt.id,
        Wartepunkt.token,
        Wartepunkt.element_id,
        Wartepunkt.art,
        Wartepunkt.angeheftet,
        Wartepunkt.termin_am,
    ).where(Wartepunkt.vorgang_id == bindparam("vorgang")),
    select(
        literal_column(f"'{_AUFGABE}'"), Aufgabe.id, Aufgabe.token, Aufgabe.element_id, Aufgabe.art, false(), null()
    ).where(Aufgabe.vorgang_id == bindparam("vorgang"), Aufgabe.fertig_am.is_(None)),
).order_by("was", "id")
#: straight into the table: nobody needs these rows as objects
_TABELLE = Base.metadata.tables[Wartepunkt.__tablename__]
_INSERT = insert(_TABELLE)


@dataclass(frozen=True, slots=True)
class Bekannt:
    """A stored waiting point before the step."""

    id: int
    token: str
    element: str
    art: spiff.WarteArt
    angeheftet: bool
    termin_am: datetime | None


def known(lage: Lage) -> tuple[dict[str, int], dict[str, Bekannt]]:
    """What the database has open of the Vorgang, in the order in which it began: ids of Aufgaben, and waiting points.

    By token. Of hundreds of Aufgaben beside each other few are needed as objects.
    """
    tasks, points = dict[str, int](), dict[str, Bekannt]()
    for row in lage.session.execute(_OFFEN, {"vorgang": lage.vorgang.id}):
        if row.was == _AUFGABE:
            tasks[row.token] = row.id
        else:
            art = spiff.WarteArt(row.art)
            points[row.token] = Bekannt(row.id, row.token, row.element_id, art, row.angeheftet, row.termin_am)
    return tasks, points


def sync(lage: Lage, ergebnis: spiff.Ergebnis, points: Mapping[str, Bekannt], aufgaben: Collection[str]) -> set[str]:
    """Store the waiting points as the engine has them now.

    ``aufgaben`` are tokens for which an Aufgabe waits, or waited until this step: she tells about the waiting. Returns
    the tokens that moved: arrived, fell away, or wait for another instant.
    """
    wanted = {w.token: w for w in ergebnis.wartend}
    reached = {p.element for p in ergebnis.passiert}
    gone = [point for token, point in points.items() if token not in wanted]
    for point in gone:
        if _counts_as_waiting(point.art, point.angeheftet) and point.token not in aufgaben:
            _end_waiting(lage, point, point.element in reached)
    ids = [point.id for point in gone]
    if ids:
        lost = lage.session.execute(delete(_TABELLE).where(_TABELLE.c.id.in_(ids)).returning(_TABELLE)).mappings()
        lage.entfernte_punkte.extend(dict(row) for row in lost)
    moved = _move_timers(lage, (w for token, w in wanted.items() if token in points), points)
    fresh = [w for token, w in wanted.items() if token not in points]
    lage.neue_punkte.extend(fresh)
    for item in fresh:
        if _counts_as_waiting(item.art, item.angeheftet) and item.token not in aufgaben:
            run = int(lage.vorgang.laeufe.get(item.element, 0)) + 1
            lage.protokoll.add(EreignisArt.WARTET, element=item.element, lauf=run)
    if fresh:
        lage.session.execute(_INSERT, [_row(lage, item) for item in fresh])
        nachrichten.wake(lage, fresh)
    return moved | {point.token for point in gone}


def _counts_as_waiting(art: spiff.WarteArt, angeheftet: bool) -> bool:
    return not angeheftet and art is not spiff.WarteArt.DIENST


def _end_waiting(lage: Lage, point: Bekannt, is_reached: bool) -> None:
    runs, element = lage.vorgang.laeufe, point.element
    if not is_reached:
        # What fell away was a run too: the next one must not bear its number.
        runs = lage.vorgang.laeufe = {**runs, element: int(runs.get(element, 0)) + 1}
    art = EreignisArt.EINGETRETEN if is_reached else EreignisArt.ENTFALLEN
    daten = verspaetung(lage, point) if is_reached else {}
    lage.protokoll.add(art, element=element, lauf=runs.get(element), daten=daten)


def verspaetung(lage: Lage, point: Bekannt | None) -> dict[str, Any]:
    """How late a timer fired, in seconds, for the record; empty when it was fired by no clock."""
    if point is None or point.termin_am is None or lage.gefeuert_am is None or point.termin_am > lage.gefeuert_am:
        return {}
    return {"verspaetung_s": round((lage.gefeuert_am - point.termin_am).total_seconds(), 3)}


def _move_timers(lage: Lage, items: Iterable[spiff.Wartend], points: Mapping[str, Bekannt]) -> set[str]:
    """Timers that are now set for another instant; a pause after a failure stays as it is."""
    changed = {w.token: w for w in items if w.faellig_am is not None and w.faellig_am != points[w.token].termin_am}
    if changed:
        rows = [
            {"id": points[token].id, "termin_am": w.faellig_am, "faellig_am": w.faellig_am, "versuche": 0}
            for token, w in changed.items()
        ]
        lage.session.execute(update(Wartepunkt), rows)
    return set(changed)


def _row(lage: Lage, item: spiff.Wartend) -> dict[str, Any]:
    return {
        "mandant_id": lage.vorgang.mandant_id,
        "orga_einheit_id": lage.vorgang.orga_einheit_id,
        "vorgang_id": lage.vorgang.id,
        "token": item.token,
        "element_id": item.element,
        "prozess": item.prozess_id,
        "art": item.art.value,
        "name": item.name,
        "schluessel": item.schluessel,
        "angeheftet": item.angeheftet,
        "seit": lage.now,
        "termin_am": item.faellig_am,
        "faellig_am": lage.now if item.art in _ARBEIT else item.faellig_am,
        "versuche": 0,
        "eingaben": dict(item.eingaben),
    }
