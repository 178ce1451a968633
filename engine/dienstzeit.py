"""Office hours: windows per weekday and for single days, and from which day on which of them hold.

Owns how office hours are written and checked. Never reads the clock and computes no time: that is `wertstrom.kalender`.
Hours have versions (`Abschnitt`): a day keeps those that were in force on it, so that figures of the past never move.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from engine.errors import Invalid
from engine.kalender import Kalender

#: opening and closing time of day, local
Fenster = tuple[time, time]

#: the first version holds for everything before the second
ANFANG = date(1970, 1, 1)

_WERKTAGE = range(5)
_BUEROZEIT: tuple[Fenster, ...] = ((time(8), time(16)),)
#: „08:00–12:00“, „8 - 12 Uhr“, „13.30-17“
_FENSTER = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:Uhr\s*)?[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?(?:\s*Uhr)?")
#: windows of one day that make sense
_HOECHSTENS = 6


@dataclass(frozen=True)
class Dienstzeit:
    """When the office works: windows per weekday (0 = Monday), and for single days instead of them.

    The default is Monday to Friday 08:00–16:00, 480 minutes. `abweichend` holds half days and the like, also on days
    that are closed otherwise; an empty tuple closes the day. `stunden_je_at`: working time that counts as one
    Arbeitstag.
    """

    woche: Mapping[int, tuple[Fenster, ...]] = field(default_factory=lambda: dict.fromkeys(_WERKTAGE, _BUEROZEIT))
    abweichend: Mapping[date, tuple[Fenster, ...]] = field(default_factory=dict)
    stunden_je_at: float = 8.0

    def __post_init__(self) -> None:
        for fenster in (*self.woche.values(), *self.abweichend.values()):
            grenzen = [zeit for paar in fenster for zeit in paar]
            if grenzen != sorted(grenzen) or any(von == bis for von, bis in fenster):
                raise Invalid(
                    "Die Dienstzeit kann nicht verwendet werden: Ihre Zeiten überlappen sich oder enden vor dem Beginn."
                )
        if not any(self.woche.values()):
            raise Invalid("Die Dienstzeit kann nicht verwendet werden: Sie hat keine einzige offene Stunde.")
        if not self.stunden_je_at > 0:
            raise Invalid("Die Dienstzeit kann nicht verwendet werden: Ein Arbeitstag braucht mehr als null Stunden.")

    def fenster(self, tag: date) -> tuple[Fenster, ...]:
        """Windows of a day that is neither a public holiday nor a Schließtag."""
        return self.abweichend.get(tag, self.woche.get(tag.weekday(), ()))

    def to_json(self) -> dict[str, Any]:
        """Plain data, as it is stored."""
        return {
            "woche": {str(tag): _texte(fenster) for tag, fenster in sorted(self.woche.items()) if fenster},
            "abweichend": {tag.isoformat(): _texte(fenster) for tag, fenster in sorted(self.abweichend.items())},
        }

    @classmethod
    def from_json(cls, daten: Mapping[str, Any]) -> Dienstzeit:
        """The inverse of `to_json`."""
        return cls(
            {int(tag): _zeiten(fenster) for tag, fenster in daten["woche"].items()},
            {date.fromisoformat(tag): _zeiten(fenster) for tag, fenster in daten["abweichend"].items()},
        )


@dataclass(frozen=True)
class Abschnitt:
    """Calendar and office hours of the days from `ab` on, until the next Abschnitt."""

    ab: date
    kalender: Kalender
    dienstzeit: Dienstzeit

    def fenster(self, tag: date) -> tuple[Fenster, ...]:
        """When the office is open on this day; single days go before holidays and Schließtage."""
        if tag not in self.dienstzeit.abweichend and self.is_frei(tag):
            return ()
        return self.dienstzeit.fenster(tag)

    def is_frei(self, tag: date) -> bool:
        """Public holiday or Schließtag."""
        return tag in self.kalender.schliesstage or self.kalender.feiertag(tag) is not None


def parse_fenster(text: str) -> tuple[Fenster, ...]:
    """Windows of a day as people write them: „08:00–12:00, 13–17:30“; nothing or „geschlossen“ for a closed day.

    Raises
    ------
    engine.errors.Invalid
        When a part is no window, or windows overlap.
    """
    teile = [teil.strip() for teil in re.split(r"[,;]|\bund\b", text) if teil.strip()]
    if [teil.lower() for teil in teile] in ([], ["geschlossen"], ["–"], ["-"]):
        return ()
    fenster = tuple(_parse(teil) for teil in teile[: _HOECHSTENS + 1])
    grenzen = [zeit for paar in fenster for zeit in paar]
    if len(fenster) > _HOECHSTENS or sorted(set(grenzen)) != grenzen:
        raise Invalid("Bitte ordnen Sie die Zeiten nach der Uhr, ohne Überschneidung, zum Beispiel 08:00–12:00, 13–16.")
    return fenster


def format_fenster(fenster: Iterable[Fenster]) -> str:
    """„08:00–12:00, 13:00–16:00“; nothing for a closed day."""
    return ", ".join(f"{von:%H:%M}–{bis:%H:%M}" for von, bis in fenster)


def _parse(teil: str) -> Fenster:
    treffer = _FENSTER.fullmatch(teil)
    try:
        if treffer is None:
            raise ValueError
        h1, m1, h2, m2 = (int(zahl or 0) for zahl in treffer.groups())
        von, bis = time(h1, m1), time(h2, m2)
    except ValueError:
        raise Invalid("Bitte schreiben Sie Zeiten wie 08:00–16:00; mehrere trennt ein Komma.") from None
    return von, bis


def _texte(fenster: Iterable[Fenster]) -> list[list[str]]:
    return [[von.isoformat("minutes"), bis.isoformat("minutes")] for von, bis in fenster]


def _zeiten(fenster: Iterable[Iterable[str]]) -> tuple[Fenster, ...]:
    return tuple((time.fromisoformat(von), time.fromisoformat(bis)) for von, bis in fenster)
