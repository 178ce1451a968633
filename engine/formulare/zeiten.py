"""Dates and times as people in German offices type them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from engine.kalender import BERLIN

#: years that a form takes: every living person, every plan
JAHR_MIN, JAHR_MAX = 1900, 2199
#: two-digit years up to this one are 20xx, the others 19xx
_WENDEJAHR = 49

_DEUTSCH = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}|\d{2})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_UHRZEIT = re.compile(r"(\d{1,2})(?:[:.](\d{2})(?::\d{2}(?:\.\d{1,6})?)?)?(?: ?Uhr| ?h)?", re.ASCII)
_MIT_ZONE = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})", re.ASCII)
_TRENNUNG = re.compile(r"(?:T|, | um | )")


class Ungueltig(ValueError):
    """One input does not fit; the message is the German sentence for its field."""


def parse_datum(text: str) -> str:
    """ISO date of ``1.6.26``, ``01.06.2026`` or ``2026-06-01``."""
    return _datum(text).isoformat()


def parse_uhrzeit(text: str) -> str:
    """``HH:MM`` of ``8:30``, ``08.30 Uhr`` or ``8``."""
    return f"{_uhrzeit(text):%H:%M}"


def parse_zeitpunkt(text: str) -> str:
    """ISO instant with the German offset of ``1.6.26 8:30`` or of what a datetime input sends."""
    if _MIT_ZONE.fullmatch(text):
        return _as_german(text)
    tag, trennung, rest = _split(text)
    if not trennung:
        raise Ungueltig("Bitte geben Sie Datum und Uhrzeit an, z. B. 01.06.2026 08:30.")
    lokal = datetime.combine(_datum(tag), _uhrzeit(rest), BERLIN)
    if lokal.astimezone(UTC).astimezone(BERLIN).replace(tzinfo=None) != lokal.replace(tzinfo=None):
        raise Ungueltig("Diese Uhrzeit gibt es nicht: In der Nacht der Umstellung entfällt die Stunde von 2 bis 3 Uhr.")
    return lokal.isoformat()


def _split(text: str) -> tuple[str, str, str]:
    treffer = _TRENNUNG.search(text)
    if treffer is None:
        return text, "", ""
    return text[: treffer.start()], treffer.group(), text[treffer.end() :]


def _as_german(text: str) -> str:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise _kein_datum() from None
    _check_jahr(instant.year)
    return instant.astimezone(BERLIN).isoformat(timespec="seconds")


def _datum(text: str) -> date:
    if treffer := _ISO.fullmatch(text):
        jahr, monat, tag = (int(teil) for teil in treffer.groups())
    elif treffer := _DEUTSCH.fullmatch(text):
        tag, monat, jahr = (int(teil) for teil in treffer.groups())
        if len(treffer[3]) == 2:
            jahr += 2000 if jahr <= _WENDEJAHR else 1900
    else:
        raise _kein_datum()
    _check_jahr(jahr)
    try:
        return date(jahr, monat, tag)
    except ValueError:
        raise Ungueltig("Diesen Tag gibt es nicht. Bitte prüfen Sie das Datum.") from None


def _check_jahr(jahr: int) -> None:
    if not JAHR_MIN <= jahr <= JAHR_MAX:
        raise Ungueltig(f"Das Jahr liegt nicht zwischen {JAHR_MIN} und {JAHR_MAX}. Bitte prüfen Sie das Datum.")


def _uhrzeit(text: str) -> time:
    treffer = _UHRZEIT.fullmatch(text)
    if treffer is None or int(treffer[1]) > 23 or int(treffer[2] or 0) > 59:
        raise Ungueltig("Das ist keine Uhrzeit. Erwartet wird z. B. 08:30.")
    return time(int(treffer[1]), int(treffer[2] or 0))


def _kein_datum() -> Ungueltig:
    return Ungueltig("Das ist kein Datum. Erwartet wird z. B. 01.06.2026.")
