"""The common deadlines as a number, a unit and a beginning, and the FEEL expression that stands for them."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: unit -> function of the calendar, words for one, words for several
EINHEITEN = {
    "AT": ("frist_at", "Arbeitstag", "Arbeitstage"),
    "KT": ("frist_kt", "Kalendertag", "Kalendertage"),
    "h": ("frist_h", "Stunde", "Stunden"),
    "W": ("frist_wochen", "Woche", "Wochen"),
    "M": ("frist_monate", "Monat", "Monate"),
}
#: variable -> words
BEGINN = {"bereit": "ab Beginn des Schritts", "eingang": "ab Eingang des Vorgangs"}
MAX_ANZAHL = 3_650

_KURZ = re.compile(rf"\s*(\d{{1,4}})\s*({'|'.join(EINHEITEN)})\s*", re.IGNORECASE)
_MUSTER = re.compile(r"\s*(frist_[a-z]+)\(\s*(bereit|eingang)\s*,\s*(\d{1,4})\s*\)\s*")


@dataclass(frozen=True, slots=True)
class Fristwahl:
    """A number of units from a beginning on."""

    anzahl: int
    einheit: str
    ab: str

    def to_feel(self) -> str:
        """The expression that is stored."""
        return f"{EINHEITEN[self.einheit][0]}({self.ab}, {self.anzahl})"

    def words(self) -> str:
        """For reading: „3 Arbeitstage ab Beginn des Schritts“."""
        if self.anzahl == 0 and self.einheit in ("AT", "KT"):
            return f"am selben Tag, {BEGINN[self.ab]}"
        return f"{self.anzahl} {EINHEITEN[self.einheit][1 if self.anzahl == 1 else 2]} {BEGINN[self.ab]}"


def read_fristwahl(ausdruck: str) -> Fristwahl | None:
    """The choice that an expression stands for; None for any other expression."""
    treffer = _MUSTER.fullmatch(ausdruck)
    if treffer is None:
        return None
    einheit = next((kurz for kurz, (name, _, _) in EINHEITEN.items() if name == treffer[1]), None)
    return Fristwahl(int(treffer[3]), einheit, treffer[2]) if einheit else None


def read_kurz(text: str) -> str:
    """The expression of a deadline in short, „3 AT“ from the beginning of the step on; any other text stays."""
    treffer = _KURZ.fullmatch(text)
    if treffer is None:
        return text.strip()
    einheit = next(kurz for kurz in EINHEITEN if kurz.casefold() == treffer[2].casefold())
    return Fristwahl(int(treffer[1]), einheit, "bereit").to_feel()


def kurz(ausdruck: str) -> str:
    """Inverse of `read_kurz`."""
    wahl = read_fristwahl(ausdruck)
    return f"{wahl.anzahl} {wahl.einheit}" if wahl and wahl.ab == "bereit" else ausdruck


def frist_words(ausdruck: str) -> str:
    """A deadline for reading; an expression that is no common choice stays as it is."""
    wahl = read_fristwahl(ausdruck)
    return wahl.words() if wahl else ausdruck
