"""Imported logs between upload and look: in the memory of this process, for a while, for the person who brought them.

Never on disk, never in the database, never for anybody else. A restart forgets them, and pages say so beforehand.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from wertstrom.speicher import Speicher

#: how long a log stays after its last look
DAUER: Final = timedelta(hours=1)
#: logs kept at once; the one that was looked at longest ago goes first
HOECHSTENS: Final = 6


@dataclass(slots=True)
class Eingelesen:
    """One imported log."""

    person_id: int
    speicher: Speicher
    #: name of its process in the store
    prozess: str
    dateiname: str
    ereignisse: int
    hinweise: tuple[str, ...]
    gesehen: datetime


class Ablage:
    """The logs of all people of this process; safe to use from several threads."""

    def __init__(self) -> None:
        self._inhalt: dict[str, Eingelesen] = {}
        self._sperre = threading.Lock()

    def put(self, eingelesen: Eingelesen) -> str:
        """Keep a log; the key that opens it. An earlier one of the same person goes."""
        key = secrets.token_urlsafe(16)
        with self._sperre:
            old = [k for k, e in self._inhalt.items() if e.person_id == eingelesen.person_id]
            self._drop([*old, *self._expired(eingelesen.gesehen)])
            by_age = sorted(self._inhalt, key=lambda k: self._inhalt[k].gesehen)
            self._drop(by_age[: max(0, len(by_age) - HOECHSTENS + 1)])
            self._inhalt[key] = eingelesen
        return key

    def get(self, key: str, person_id: int, now: datetime) -> Eingelesen | None:
        """The log, if it is still there and belongs to this person."""
        with self._sperre:
            self._drop(self._expired(now))
            found = self._inhalt.get(key)
            if found is None or found.person_id != person_id:
                return None
            found.gesehen = now
            return found

    def remove(self, key: str, person_id: int) -> None:
        """Forget a log now, if it belongs to this person."""
        with self._sperre:
            if key in self._inhalt and self._inhalt[key].person_id == person_id:
                self._drop([key])

    def _expired(self, now: datetime) -> list[str]:
        return [k for k, e in self._inhalt.items() if now - e.gesehen > DAUER]

    def _drop(self, keys: list[str]) -> None:
        # Not closed: another thread may still be reading from it; it goes with its last reader.
        for key in keys:
            self._inhalt.pop(key, None)
