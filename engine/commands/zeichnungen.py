"""Unsaved drawings: kept while somebody draws, thrown away when they are saved or no longer wanted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import errors
from engine.bpmn.lesen import MAX_BYTES
from engine.commands import entwuerfe
from engine.model import Zeichnungsentwurf
from engine.rechte import Akteur, Recht

MAX_ANGABEN = 200_000


def keep_zeichnung(
    session: Session,
    akteur: Akteur,
    *,
    prozess_id: int,
    nummer: int,
    xml: str,
    angaben: Mapping[str, Any],
    stand: int,
    now: datetime,
) -> int:
    """Keep what is drawn; `stand` is what the last call returned, 0 for the first. Returns the new one.

    Raises
    ------
    errors.Conflict
        When another window of the same person saved meanwhile; nothing is overwritten.
    errors.Invalid
        When it is larger than any drawing that could be saved.
    """
    akteur.require(Recht.PROZESS_BEARBEITEN)
    entwuerfe.version_of(session, akteur, prozess_id, nummer)
    inhalt = xml.encode()
    if len(inhalt) > MAX_BYTES or len(json.dumps(angaben)) > MAX_ANGABEN:
        raise errors.Invalid(
            f"Merken nicht möglich: Die Zeichnung ist größer als {MAX_BYTES // 1_000_000} MB. Bitte teilen Sie sie auf."
        )
    row = _own(session, akteur, prozess_id)
    if row is None:
        row = Zeichnungsentwurf(
            mandant_id=akteur.mandant_id,
            orga_einheit_id=akteur.orga_einheit_id,
            prozess_id=prozess_id,
            person_id=akteur.person_id,
            stand=0,
        )
        session.add(row)
    elif row.stand != stand:
        raise errors.Conflict(
            "Nicht gemerkt: Sie haben diesen Prozess inzwischen in einem anderen Fenster weitergezeichnet. "
            "Arbeiten Sie dort weiter, oder behalten Sie die Fassung aus diesem Fenster."
        )
    row.nummer, row.xml, row.angaben = nummer, inhalt, dict(angaben)
    row.stand, row.gespeichert_am = row.stand + 1, now
    session.flush()
    return row.stand


def discard_zeichnung(session: Session, akteur: Akteur, *, prozess_id: int) -> None:
    """Throw away what this person has not saved, if anything."""
    akteur.require(Recht.PROZESS_BEARBEITEN)
    session.execute(
        delete(Zeichnungsentwurf).where(*_mine(akteur, prozess_id)).execution_options(synchronize_session=False)
    )


def _own(session: Session, akteur: Akteur, prozess_id: int) -> Zeichnungsentwurf | None:
    return session.execute(
        select(Zeichnungsentwurf).where(*_mine(akteur, prozess_id)).with_for_update()
    ).scalar_one_or_none()


def _mine(akteur: Akteur, prozess_id: int) -> tuple[Any, ...]:
    return (
        Zeichnungsentwurf.mandant_id == akteur.mandant_id,
        Zeichnungsentwurf.prozess_id == prozess_id,
        Zeichnungsentwurf.person_id == akteur.person_id,
    )
