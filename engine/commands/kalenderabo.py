"""Opens and closes the calendar address of a person, and finds whose it is."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.model.kalenderabo import Kalenderabo
from engine.rechte import Akteur, Recht


def open_abo(session: Session, akteur: Akteur, umfang: str, *, now: datetime) -> str:
    """A new address for the Akteur; an older one stops. Returns its secret word, which nobody can read again."""
    akteur.require(Recht.VORGANG_SEHEN)
    close_abo(session, akteur)
    word = secrets.token_urlsafe(32)
    session.add(
        Kalenderabo(
            mandant_id=akteur.mandant_id,
            orga_einheit_id=akteur.orga_einheit_id,
            person_id=akteur.person_id,
            pruefsumme=_checksum(word),
            umfang=umfang,
            angelegt_am=now,
        )
    )
    session.flush()
    return word


def close_abo(session: Session, akteur: Akteur) -> None:
    """The address of the Akteur stops; without one nothing changes."""
    session.execute(delete(Kalenderabo).where(Kalenderabo.person_id == akteur.person_id))


def abo_of(session: Session, akteur: Akteur) -> Kalenderabo | None:
    """That of the Akteur."""
    return session.execute(select(Kalenderabo).where(Kalenderabo.person_id == akteur.person_id)).scalar_one_or_none()


def find_abo(session: Session, wort: str) -> Kalenderabo | None:
    """Whose address this is; None when nobody's."""
    return session.execute(select(Kalenderabo).where(Kalenderabo.pruefsumme == _checksum(wort))).scalar_one_or_none()


def _checksum(wort: str) -> str:
    return hashlib.sha256(wort.encode()).hexdigest()
