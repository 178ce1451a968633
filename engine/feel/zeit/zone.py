"""Offsets from UTC and named time zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

#: seconds; ISO 8601 and XML Schema allow 14 hours, Java and the test kit 18
MAX_VERSATZ = 18 * 3600


@dataclass(frozen=True, slots=True)
class Zone:
    """Either a fixed offset in seconds, or a name of the IANA database."""

    versatz: int | None = None
    name: str | None = None

    def offset(self, jahr: int, monat: int, tag: int, sekunde: int) -> int:
        """Seconds east of UTC at a local time; years outside 1–9999 take the rules of a like year."""
        if self.versatz is not None:
            return self.versatz
        return _named_offset(self.name or "UTC", _like_year(jahr), monat, tag, sekunde)


UTC_ZONE = Zone(versatz=0)


def named(name: str) -> Zone | None:
    """The zone of this name, or None if there is none. Only names of the database are looked up."""
    return Zone(name=name) if name in _names() else None


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def _like_year(jahr: int) -> int:
    return jahr if 1 < jahr < 9999 else 2000 + jahr % 400


@lru_cache(maxsize=1024)
def _named_offset(name: str, jahr: int, monat: int, tag: int, sekunde: int) -> int:
    lokal = datetime(jahr, monat, tag, tzinfo=ZoneInfo(name)) + timedelta(seconds=sekunde)
    versatz = lokal.utcoffset()
    return int(versatz.total_seconds()) if versatz is not None else 0


def local_parts(name: str, utc_sekunden: int) -> int | None:
    """Offset of a named zone at an instant (seconds since 1970), or None outside the years 1–9999."""
    try:
        lokal = datetime.fromtimestamp(utc_sekunden, UTC).astimezone(ZoneInfo(name))
    except (OverflowError, ValueError, OSError):
        return None
    versatz = lokal.utcoffset()
    return int(versatz.total_seconds()) if versatz is not None else None
