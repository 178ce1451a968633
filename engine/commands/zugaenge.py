"""Keys of other systems: made, shown once, recognised by their hash, and closed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.commands import nutzlast
from engine.model import Zugangsschluessel

#: begins every key, so that one that lies around is recognised as what it is
PRAEFIX = "hfs_"
_MAX_NAMEN = 50


def create_zugang(
    session: Session,
    mandant_id: int,
    *,
    name: str,
    themen: Collection[str],
    nachrichten: Collection[str],
    now: datetime,
) -> tuple[Zugangsschluessel, str]:
    """A new key for these topics, messages and signals; returns the row and the key, which nobody can read again.

    Raises
    ------
    errors.Invalid
        When a name does not fit.
    """
    for feld, werte in (("themen", themen), ("nachrichten", nachrichten)):
        if len(werte) > _MAX_NAMEN:
            raise errors.Invalid(felder={feld: f"Es sind mehr als {_MAX_NAMEN} Namen."})
        for wert in werte:
            nutzlast.check_text(feld, wert)
    key = PRAEFIX + secrets.token_urlsafe(32)
    row = Zugangsschluessel(
        mandant_id=mandant_id,
        name=nutzlast.check_text("name", name),
        pruefsumme=checksum(key),
        themen=sorted(set(themen)),
        nachrichten=sorted(set(nachrichten)),
        angelegt_am=now,
    )
    session.add(row)
    session.flush()
    return row, key


def close_zugang(session: Session, zugang_id: int, *, now: datetime) -> Zugangsschluessel:
    """The key opens nothing any more; closing twice changes nothing.

    Raises
    ------
    errors.NotFound
        When there is no such key.
    """
    row = session.get(Zugangsschluessel, zugang_id)
    if row is None:
        raise errors.NotFound("Sperren nicht möglich: Diesen Zugang gibt es nicht.")
    row.gesperrt_am = row.gesperrt_am or now
    return row


def find_zugang(session: Session, key: str) -> Zugangsschluessel | None:
    """The open access with this key."""
    return session.execute(
        select(Zugangsschluessel).where(
            Zugangsschluessel.pruefsumme == checksum(key), Zugangsschluessel.gesperrt_am.is_(None)
        )
    ).scalar_one_or_none()


def checksum(key: str) -> str:
    """What is stored of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
