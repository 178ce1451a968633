"""Appends Ereignisse to a Vorgang, each chained to the one before by hash."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.model import Aufgabe, Ereignis, EreignisArt, Vorgang


class Protokoll:
    """Collects the Ereignisse of one command on one Vorgang, in order, for one insert.

    The chain starts at `Vorgang.kette`; changing, dropping or reordering a stored row breaks every later hash.
    """

    def __init__(self, vorgang: Vorgang, now: datetime, person_id: int | None) -> None:
        self._vorgang = vorgang
        self._now = now
        self._person_id = person_id
        self._rows: list[Ereignis] = []

    def add(
        self,
        art: EreignisArt,
        *,
        element: str | None = None,
        lauf: int | None = None,
        grund: str | None = None,
        zeit: datetime | None = None,
        daten: dict[str, Any] | None = None,
    ) -> None:
        """Something happened to the Vorgang or one of its elements; ``daten`` hold S0 only."""
        self._append(
            Ereignis(
                art=art.value, zeit=zeit or self._now, element_id=element, lauf=lauf, grund=grund, daten=daten or {}
            )
        )

    def add_aufgabe(
        self,
        art: EreignisArt,
        aufgabe: Aufgabe,
        *,
        grund: str | None = None,
        zeit: datetime | None = None,
        daten: dict[str, Any] | None = None,
    ) -> None:
        """Something happened to an Aufgabe (already flushed: it needs its id)."""
        self._append(
            Ereignis(
                art=art.value,
                zeit=zeit or self._now,
                aufgabe_id=aufgabe.id,
                element_id=aufgabe.element_id,
                lauf=aufgabe.lauf,
                gruppe_id=aufgabe.gruppe_id,
                grund=grund,
                daten=daten or {},
            )
        )

    def _append(self, row: Ereignis) -> None:
        vorgang = self._vorgang
        row.mandant_id = vorgang.mandant_id
        row.orga_einheit_id = vorgang.orga_einheit_id
        row.vorgang_id = vorgang.id
        row.prozessversion_id = vorgang.prozessversion_id
        row.person_id = self._person_id
        row.kette = vorgang.kette = chain(vorgang.kette, row)
        self._rows.append(row)

    @property
    def letzte_art(self) -> str:
        """What was noted last."""
        return self._rows[-1].art

    def write(self, session: Session) -> None:
        """Append what was collected: one statement, nothing to read back."""
        rows, self._rows = self._rows, []
        columns = [c.key for c in Ereignis.__table__.columns if c.key != "id"]
        if rows:
            session.execute(insert(Ereignis), [{c: getattr(row, c) for c in columns} for row in rows])


def chain(previous: str, row: Ereignis) -> str:
    """SHA-256 (hex) over the previous hash and everything the row says."""
    content = [
        previous,
        row.mandant_id,
        row.orga_einheit_id,
        row.vorgang_id,
        row.aufgabe_id,
        row.prozessversion_id,
        row.art,
        row.zeit.astimezone(UTC).isoformat(),  # as the database will give it back
        row.element_id,
        row.lauf,
        row.gruppe_id,
        row.grund,
        row.person_id,
        row.daten,
    ]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def verify_kette(vorgang: Vorgang, rows: list[Ereignis]) -> bool:
    """Whether the stored rows of a Vorgang, ordered by id, are complete and unchanged."""
    newest = ""
    for row in rows:
        newest = chain(newest, row)
        if newest != row.kette:
            return False
    return newest == vorgang.kette
