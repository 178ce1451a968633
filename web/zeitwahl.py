"""Durations and repetitions of timers as plain fields, and the texts of ISO 8601 that stand for them. Pure."""

from __future__ import annotations

import re

from engine import errors
from web.sprache import _, _l

#: unit -> words; ISO writes hours and minutes behind a T
DAUERN = {"M": _l("Minuten"), "H": _l("Stunden"), "D": _l("Kalendertage"), "W": _l("Wochen"), "MO": _l("Monate")}
EINE = {"M": _l("Minute"), "H": _l("Stunde"), "D": _l("Kalendertag"), "W": _l("Woche"), "MO": _l("Monat")}
MAX_ANZAHL = 9_999
_DAUER = re.compile(r"P(?:T(\d{1,4})([HM])|(\d{1,4})([DWM]))")
_WIEDERHOLUNG = re.compile(r"R(\d{0,4})/(P[T\dHMDW]+)")


def as_dauer(anzahl: str, einheit: str, feld: str) -> str:
    """``P3D`` for „3 Kalendertage“; raises `errors.Invalid` at this field."""
    if not (anzahl.isascii() and anzahl.isdigit() and 0 < int(anzahl[:6]) <= MAX_ANZAHL) or einheit not in DAUERN:
        raise errors.Invalid(
            felder={
                feld: _(
                    "Bitte geben Sie eine ganze Zahl von 1 bis %(MAX_ANZAHL)s und eine Einheit an.",
                    MAX_ANZAHL=MAX_ANZAHL,
                )
            }
        )
    return f"P{'T' if einheit in ('H', 'M') else ''}{int(anzahl)}{einheit[0]}"


def read_dauer(text: str) -> tuple[str, str] | None:
    """Number and unit of such a text; None for any other."""
    treffer = _DAUER.fullmatch(text.strip())
    if treffer is None:
        return None
    if treffer[1]:
        return treffer[1], treffer[2]
    return treffer[3], "MO" if treffer[4] == "M" else treffer[4]


def as_wiederholung(mal: str, alle: str, einheit: str) -> str:
    """``R3/P7D`` for „3-mal, alle 7 Kalendertage“; no number: without end."""
    if mal and not (mal.isascii() and mal.isdigit() and 0 < int(mal[:6]) <= MAX_ANZAHL):
        raise errors.Invalid(
            felder={
                "mal": _(
                    "Bitte geben Sie eine ganze Zahl von 1 bis %(MAX_ANZAHL)s an, oder nichts.", MAX_ANZAHL=MAX_ANZAHL
                )
            }
        )
    return f"R{int(mal) if mal else ''}/{as_dauer(alle, einheit, 'alle')}"


def read_wiederholung(text: str) -> tuple[str, str, str] | None:
    """Times, number and unit of such a text; None for any other."""
    treffer = _WIEDERHOLUNG.fullmatch(text.strip())
    dauer = read_dauer(treffer[2]) if treffer else None
    return (treffer[1], *dauer) if treffer and dauer else None


def zeit_words(text: str) -> str:
    """A time for reading: „3 Kalendertage“, „3-mal, alle 7 Kalendertage“; other texts stay as they are."""
    if dauer := read_dauer(text):
        return _words(*dauer)
    if wieder := read_wiederholung(text):
        mal, anzahl, einheit = wieder
        again = _words(anzahl, einheit)
        return _("%(mal)s-mal, alle %(dauer)s", mal=mal, dauer=again) if mal else _("alle %(dauer)s", dauer=again)
    return text


def _words(anzahl: str, einheit: str) -> str:
    return f"{int(anzahl)} {EINE[einheit] if int(anzahl) == 1 else DAUERN[einheit]}"
