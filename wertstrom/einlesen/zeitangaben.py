"""Instants as people and programs write them: ISO 8601 and German dates, with or without a time zone.

Owns the reading of text into µs. Never guesses silently: what it cannot read stays null and is counted by the caller.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import Invalid
from wertstrom.ereignisprotokoll import as_us

_DEUTSCH = re.compile(
    r"(?P<tag>\d{1,2})\.(?P<monat>\d{1,2})\.(?P<jahr>\d{4}|\d{2})"
    r"(?:[ T,]+(?P<stunde>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<sekunde>\d{2})(?:[.,](?P<bruch>\d{1,9}))?)?)?"
    r"(?: ?Uhr)?"
)
#: longer text is no date
_MAX_ZEICHEN = 64


class Zeitleser:
    """Reads the instants of one file and remembers whether they have a zone.

    Without `zone`, instants without a zone belong to a clock of the file itself, which never changes to summer time:
    differences are what the file says. `zone_of_file` is then UTC, meaning that clock.
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone
        self._mit_zone = False
        self._ohne_zone = False

    def zone_of_file(self, sonst: tzinfo) -> tzinfo:
        """Local time in which office hours apply; `sonst` when the instants have zones of their own.

        Raises `Invalid` when only some of them have one.
        """
        if self._zone:
            return self._zone
        if self._mit_zone and self._ohne_zone:
            raise Invalid(
                "Das Protokoll kann nicht gelesen werden: Nur ein Teil der Zeitpunkte hat eine Zeitzone. "
                "Bitte nennen Sie die Zeitzone der übrigen, z. B. Europe/Berlin."
            )
        return UTC if self._ohne_zone else sonst

    def read(self, text: str | None) -> int | None:
        """µs since the epoch, or None for what is no instant."""
        zeit = _parse(text.strip()) if text and len(text) <= _MAX_ZEICHEN else None
        if zeit is None:
            return None
        if zeit.tzinfo is None:
            self._ohne_zone = True
            zeit = zeit.replace(tzinfo=self._zone or UTC)
        else:
            self._mit_zone = True
        return as_us(zeit)

    def read_spalte(self, spalte: pa.ChunkedArray) -> pa.ChunkedArray:
        """A whole column of text as int64 µs; null for what is no instant."""
        if spalte.null_count == len(spalte):
            return pa.chunked_array([pa.nulls(len(spalte), pa.int64())])
        schnell = self._read_iso(spalte)
        if schnell is not None:
            return schnell
        return pa.chunked_array([pa.array([self.read(text) for text in spalte.to_pylist()], pa.int64())])

    def _read_iso(self, spalte: pa.ChunkedArray) -> pa.ChunkedArray | None:
        """The vectorised way for columns that are ISO 8601 throughout; None when they are not."""
        try:
            werte = pc.cast(spalte, pa.timestamp("us", "UTC"))
            self._mit_zone = True
            return pc.cast(werte, pa.int64())
        except pa.ArrowInvalid:
            pass
        if self._zone is not None:
            return None
        try:
            werte = pc.cast(spalte, pa.timestamp("us"))
        except pa.ArrowInvalid:
            return None
        self._ohne_zone = True
        return pc.cast(werte, pa.int64())


def _parse(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        treffer = _DEUTSCH.fullmatch(text)
    if treffer is None:
        return None
    zahl = {name: int(wert) for name, wert in treffer.groupdict(default="0").items() if name != "bruch"}
    jahr = zahl["jahr"] + (2000 if zahl["jahr"] < 100 else 0)
    bruch = int((treffer["bruch"] or "0")[:6].ljust(6, "0"))
    try:
        return datetime(jahr, zahl["monat"], zahl["tag"], zahl["stunde"], zahl["minute"], zahl["sekunde"], bruch)  # noqa: DTZ001
    except ValueError:
        return None
