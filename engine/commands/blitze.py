"""Marks of a workshop on the value stream (Kaizen-Blitz): set and removed by whoever leads it, kept in the record.

Owns what may be marked: steps of a process in use, kinds of waste W01–W11. A step that the law prescribes is never
waste; only waiting before it and returns may be marked there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import errors
from engine.bpmn.ergebnis import MENSCHLICH
from engine.model import Kaizenblitz, Prozessversion, VersionStatus
from engine.rechte import Akteur, Recht

#: W12 is wanted and no waste
CODES: Final = tuple(f"W{n:02d}" for n in range(1, 12))
#: kinds that the step itself does not cause: waiting before it, and what others sent in
NEBEN_DEM_SCHRITT: Final = frozenset(CODES[:6])
MAX_TEXT: Final = 200
#: marks of one process at a time: more say nothing any more
MAX_BLITZE: Final = 60


def set_blitz(
    session: Session, akteur: Akteur, *, prozess_id: int, knoten: str, code: str, text: str, now: datetime
) -> Kaizenblitz:
    """Mark a step.

    Raises
    ------
    errors.NotFound
        When the office has no such process in use.
    errors.Invalid
        With one message per field; also where the law prescribes the step.
    """
    akteur.require(Recht.WERTSTROM_MARKIEREN)
    version = _version(session, akteur, prozess_id)
    text = " ".join(text.replace("\0", "").split())
    felder = _check(version, knoten, code, text)
    if felder:
        raise errors.Invalid(felder=felder)
    offen = (Kaizenblitz.prozess_id == prozess_id, Kaizenblitz.entfernt_am.is_(None))
    if session.execute(select(func.count()).where(*offen)).scalar_one() >= MAX_BLITZE:
        raise errors.Invalid(
            f"Markieren nicht möglich: Es stehen schon {MAX_BLITZE} Markierungen. Bitte entfernen Sie zuerst eine."
        )
    blitz = Kaizenblitz(
        mandant_id=akteur.mandant_id,
        orga_einheit_id=akteur.orga_einheit_id,
        prozess_id=prozess_id,
        knoten=knoten,
        code=code,
        text=text,
        person_id=akteur.person_id,
        angelegt_am=now,
    )
    session.add(blitz)
    session.flush()
    return blitz


def remove_blitz(session: Session, akteur: Akteur, *, prozess_id: int, blitz_id: int, now: datetime) -> None:
    """Take a mark away; a second time changes nothing. Raises `NotFound` for a mark that is not there."""
    akteur.require(Recht.WERTSTROM_MARKIEREN)
    blitz = session.execute(
        select(Kaizenblitz)
        .where(
            Kaizenblitz.id == blitz_id,
            Kaizenblitz.prozess_id == prozess_id,
            Kaizenblitz.mandant_id == akteur.mandant_id,
        )
        .with_for_update()
    ).scalar_one_or_none()
    if blitz is None:
        raise errors.NotFound
    if blitz.entfernt_am is None:
        blitz.entfernt_von, blitz.entfernt_am = akteur.person_id, now


def _version(session: Session, akteur: Akteur, prozess_id: int) -> Prozessversion:
    version = session.execute(
        select(Prozessversion)
        .where(
            Prozessversion.prozess_id == prozess_id,
            Prozessversion.mandant_id == akteur.mandant_id,
            Prozessversion.status != VersionStatus.ENTWURF,
        )
        .order_by((Prozessversion.status == VersionStatus.IM_EINSATZ).desc(), Prozessversion.nummer.desc())
        .limit(1)
    ).scalar_one_or_none()
    if version is None:
        raise errors.NotFound
    return version


def _check(version: Prozessversion, knoten: str, code: str, text: str) -> dict[str, str]:
    felder = {}
    schritt = version.schritt(knoten)
    if schritt is None or schritt.art not in MENSCHLICH:
        felder["knoten"] = "Bitte wählen Sie einen Schritt dieses Prozesses."
    elif code in CODES and code not in NEBEN_DEM_SCHRITT and version.aufgaben_einstellung(knoten).get("gesetzlich"):
        felder["code"] = (
            "Diesen Schritt schreibt das Gesetz vor, er ist keine Verschwendung. "
            "Markieren können Sie das Warten davor oder Rückgaben (W01 bis W06)."
        )
    if code not in CODES:
        felder["code"] = "Bitte wählen Sie eine Ursache."
    if not text:
        felder["text"] = "Bitte schreiben Sie kurz, was hier hindert."
    elif len(text) > MAX_TEXT:
        felder["text"] = f"Bitte fassen Sie sich kürzer: höchstens {MAX_TEXT} Zeichen."
    return felder
