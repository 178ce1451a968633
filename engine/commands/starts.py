"""Start events that start by themselves: kept at publication, set off by the clock, a message or a signal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, spiff
from engine.commands import ablauf, modelle, nachrichten, vorgaenge
from engine.model import Mandant, Prozess, Prozessversion, Startpunkt, Vorgang

_ZEIT = "zeit"
_ARTEN = {
    _ZEIT: spiff.WarteArt.TIMER,
    "nachricht": spiff.WarteArt.NACHRICHT,
    "signal": spiff.WarteArt.SIGNAL,
}


def replace_startpunkte(session: Session, version: Prozessversion, versionen: modelle.Versionen, now: datetime) -> None:
    """The starts of this version instead of those of the one before it.

    Raises
    ------
    errors.Invalid
        When the instant of a timer cannot be computed.
    """
    known = _startpunkte(session, version)
    names = set()
    for stelle in versionen.modell.starts:
        art = _ARTEN.get(stelle.art)
        if art is None:
            continue
        old = known.get(stelle.element)
        due = None
        if art is spiff.WarteArt.TIMER:
            due = _missed(old, now) or _next(session, version, versionen, stelle.element, now, now)
            if due is None:
                continue
        # The same row goes on: of several starts by one message, the one that has been there longest gets it.
        point = known.pop(stelle.element, None) or Startpunkt(
            mandant_id=version.mandant_id,
            orga_einheit_id=version.orga_einheit_id,
            prozess_id=version.prozess_id,
            element_id=stelle.element,
        )
        point.prozessversion_id, point.art, point.name = version.id, art.value, stelle.name
        point.termin_am = point.faellig_am = due
        point.versuche, point.grund = 0, None
        session.add(point)
        if art is spiff.WarteArt.NACHRICHT:
            names.add(stelle.name)
    for gone in known.values():
        session.delete(gone)
    session.flush()
    nachrichten.wake_starts(session, version.mandant_id, names, now)


def _startpunkte(session: Session, version: Prozessversion) -> dict[str, Startpunkt]:
    """By element, locked: none of them fires meanwhile."""
    rows = session.execute(
        select(Startpunkt)
        .where(Startpunkt.prozess_id == version.prozess_id)
        .order_by(Startpunkt.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.element_id: row for row in rows.scalars()}


def _missed(point: Startpunkt | None, now: datetime) -> datetime | None:
    """The instant that this start has not answered yet, late or failed: the new version still does."""
    if point is None or point.termin_am is None or point.termin_am > now:
        return None
    return point.termin_am


def _next(
    session: Session,
    version: Prozessversion,
    versionen: modelle.Versionen,
    element: str,
    now: datetime,
    seit: datetime,
) -> datetime | None:
    umgebung = ablauf.umgebung_of(session.get_one(Mandant, version.mandant_id), versionen)
    try:
        return spiff.next_start(versionen.modell, element, umgebung=umgebung, now=now, seit=seit)
    except spiff.Ausfuehrungsfehler as fehler:
        raise errors.Invalid(fehler.text) from fehler


def fire(session: Session, startpunkt_id: int, *, now: datetime) -> Vorgang | None:
    """Start the Vorgang of a due timer start and set the next instant; None when somebody else did or does.

    Repetitions that were missed during an outage start one Vorgang, not one each.
    """
    point = session.execute(
        select(Startpunkt)
        .where(Startpunkt.id == startpunkt_id, Startpunkt.faellig_am <= now)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if point is None:
        return None
    version = session.get_one(Prozessversion, point.prozessversion_id)
    versionen = modelle.load(session, version)
    since = version.veroeffentlicht_am or now
    point.termin_am = point.faellig_am = _next(session, version, versionen, point.element_id, now, since)
    point.versuche, point.grund = 0, None
    return start_at(session, point, now=now)


def start_at(
    session: Session,
    point: Startpunkt,
    *,
    now: datetime,
    korrelation: str | None = None,
    variablen: Mapping[str, Any] | None = None,
    orga_einheit_id: int | None = None,
    tiefe: int = 0,
) -> Vorgang:
    """A new Vorgang that no person started; the unit of its process is responsible unless another one is named."""
    version = session.get_one(Prozessversion, point.prozessversion_id)
    prozess = session.get_one(Prozess, point.prozess_id)
    vorgang = Vorgang(
        mandant_id=version.mandant_id,
        orga_einheit_id=orga_einheit_id or prozess.orga_einheit_id,
        eingang_am=now,
        korrelation=korrelation,
        tiefe=tiefe,
    )
    vorgaenge.begin(session, vorgang, version, now=now, start_element=point.element_id, variablen=variablen)
    if point.versuche:
        point.versuche, point.grund = 0, None
    return vorgang
