"""Sets when an office works from a day on: hours, closing days, municipal holidays. The past is never touched.

Owns the rule that a change begins tomorrow at the earliest, so that no figure of a past day moves. Fristen see the new
closing days and holidays as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine import errors
from engine.dienstzeit import ANFANG, Dienstzeit
from engine.kalender import JAHR_MAX, lokales_datum
from engine.model import Dienstzeitstand, Mandant
from engine.rechte import Akteur, Recht

#: closing days, holidays and special days of one version
MAX_TAGE = 500


@dataclass(frozen=True, slots=True)
class Vorgabe:
    """What shall hold from a day on."""

    gilt_ab: date
    dienstzeit: Dienstzeit
    schliesstage: frozenset[date] = frozenset()
    gemeindefeiertage: frozenset[date] = frozenset()


def set_dienstzeit(session: Session, akteur: Akteur, *, vorgabe: Vorgabe, now: datetime) -> Dienstzeitstand:
    """Add a version; one that begins on the same day overrules it.

    Raises
    ------
    errors.Invalid
        When it would begin today or earlier, too far ahead, or names too many days.
    """
    akteur.require(Recht.AMT_EINRICHTEN)
    mandant = session.get_one(Mandant, akteur.mandant_id, with_for_update=True)
    _check(vorgabe, now)
    if not session.execute(select(exists().where(Dienstzeitstand.mandant_id == mandant.id))).scalar_one():
        # What held until now is written down before anything else does.
        _add(session, mandant, Vorgabe(ANFANG, Dienstzeit(), *_tage(mandant)), None, now)
    neu = _add(session, mandant, vorgabe, akteur, now)
    # Fristen know one list of days: those of the past as they were, those from the first day of the version on.
    mandant.schliesstage = _merged(mandant.schliesstage, vorgabe.schliesstage, vorgabe.gilt_ab)
    mandant.gemeindefeiertage = _merged(mandant.gemeindefeiertage, vorgabe.gemeindefeiertage, vorgabe.gilt_ab)
    mandant.kalender()
    return neu


def _check(vorgabe: Vorgabe, now: datetime) -> None:
    morgen = lokales_datum(now) + timedelta(days=1)
    if not morgen <= vorgabe.gilt_ab < date(JAHR_MAX, 1, 1):
        raise errors.Invalid(
            felder={"gilt_ab": f"Bitte wählen Sie einen Tag ab dem {morgen:%d.%m.%Y}: Vergangene Tage bleiben."}
        )
    for name, tage in (
        ("schliesstage", vorgabe.schliesstage),
        ("gemeindefeiertage", vorgabe.gemeindefeiertage),
        ("abweichend", vorgabe.dienstzeit.abweichend.keys()),
    ):
        if len(tage) > MAX_TAGE:
            raise errors.Invalid(felder={name: f"Bitte nennen Sie höchstens {MAX_TAGE} Tage."})


def _add(session: Session, mandant: Mandant, vorgabe: Vorgabe, akteur: Akteur | None, now: datetime) -> Dienstzeitstand:
    stand = Dienstzeitstand(
        mandant_id=mandant.id,
        orga_einheit_id=akteur.orga_einheit_id if akteur else None,
        gilt_ab=vorgabe.gilt_ab,
        land=mandant.land,
        gemeindefeiertage=sorted(tag.isoformat() for tag in vorgabe.gemeindefeiertage),
        schliesstage=sorted(tag.isoformat() for tag in vorgabe.schliesstage),
        zeiten=vorgabe.dienstzeit.to_json(),
        person_id=akteur.person_id if akteur else None,
        angelegt_am=now,
    )
    session.add(stand)
    session.flush()
    return stand


def _tage(mandant: Mandant) -> tuple[frozenset[date], frozenset[date]]:
    kalender = mandant.kalender()
    return kalender.schliesstage, kalender.feiertage


def _merged(bisher: list[str], neu: frozenset[date], ab: date) -> list[str]:
    return sorted({*(tag for tag in bisher if tag < ab.isoformat()), *(t.isoformat() for t in neu if t >= ab)})
