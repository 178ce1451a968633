"""Appends Ereignisse to a Vorgang, each chained to the one before by hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.model import Aufgabe, Ereignis, EreignisArt, Vorgang

#: what the hash covers, in this order; stored chains depend on it
_VERKETTET = (
    "mandant_id",
    "orga_einheit_id",
    "vorgang_id",
    "aufgabe_id",
    "prozessversion_id",
    "art",
    "zeit",
    "element_id",
    "lauf",
    "gruppe_id",
    "grund",
    "person_id",
    "daten",
)
#: key in the data of an Ereignis: id of the person for whom somebody acted („i. V.“)
VERTRETUNG_FUER = "vertretung_fuer"
#: straight into the table: nobody reads these rows back as objects
_INSERT = insert(Ereignis.__table__)  # type: ignore[arg-type] # a table, by SQLAlchemy's own types a FromClause


class Protokoll:
    """Collects the Ereignisse of one command on one Vorgang, in order, for one insert.

    The chain starts at `Vorgang.kette`; changing, dropping or reordering a stored row breaks every later hash.
    """

    def __init__(self, vorgang: Vorgang, now: datetime, person_id: int | None) -> None:
        self._vorgang = vorgang
        self._now = now
        self.person_id = person_id
        self._rows: list[dict[str, Any]] = []

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
        self._append(art, zeit, element_id=element, lauf=lauf, grund=grund, daten=daten)

    def add_aufgabe(
        self,
        art: EreignisArt,
        aufgabe: Aufgabe,
        *,
        grund: str | None = None,
        zeit: datetime | None = None,
        daten: dict[str, Any] | None = None,
    ) -> None:
        """Something happened to an Aufgabe (already flushed: it needs its id).

        Done in Vertretung, the record says for whom.
        """
        if aufgabe.vertretung_fuer_id is not None and self.person_id == aufgabe.person_id:
            daten = {**(daten or {}), VERTRETUNG_FUER: aufgabe.vertretung_fuer_id}
        self._append(
            art,
            zeit,
            aufgabe_id=aufgabe.id,
            element_id=aufgabe.element_id,
            lauf=aufgabe.lauf,
            gruppe_id=aufgabe.gruppe_id,
            grund=grund,
            daten=daten,
        )

    def _append(self, art: EreignisArt, zeit: datetime | None, *, daten: dict[str, Any] | None, **mehr: Any) -> None:
        vorgang = self._vorgang
        row = {
            "aufgabe_id": None,
            "gruppe_id": None,
            **mehr,
            "mandant_id": vorgang.mandant_id,
            "orga_einheit_id": vorgang.orga_einheit_id,
            "vorgang_id": vorgang.id,
            "prozessversion_id": vorgang.prozessversion_id,
            "art": art.value,
            "zeit": zeit or self._now,
            "person_id": self.person_id,
            "daten": daten or {},
        }
        row["kette"] = vorgang.kette = chain(vorgang.kette, row)
        self._rows.append(row)

    @property
    def letzte_art(self) -> str:
        """What was noted last."""
        return str(self._rows[-1]["art"])

    def write(self, session: Session) -> None:
        """Append what was collected: one statement, nothing to read back."""
        rows, self._rows = self._rows, []
        if rows:
            session.execute(_INSERT, rows)


def chain(previous: str, row: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the previous hash and everything the row says, by column."""
    # The instant as the database will give it back.
    content = [previous, *(row[name] if name != "zeit" else _utc(row[name]) for name in _VERKETTET)]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _utc(zeit: datetime) -> str:
    return zeit.astimezone(UTC).isoformat()


def verify_kette(vorgang: Vorgang, rows: list[Ereignis]) -> bool:
    """Whether the stored rows of a Vorgang, ordered by id, are complete and unchanged."""
    newest = ""
    for row in rows:
        newest = chain(newest, {name: getattr(row, name) for name in _VERKETTET})
        if newest != row.kette:
            return False
    return newest == vorgang.kette
