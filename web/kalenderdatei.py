"""Deadlines as a calendar file (RFC 5545): Aktenzeichen and kind of the deadline, never a name or a content.

Pure; who may see what is decided by `engine.queries.termine`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from engine.queries.terminsicht import Termin, Terminart
from web.sprache import _, _l

TYP = "text/calendar"
ARTEN = {
    Terminart.GESETZLICH: _l("gesetzliche Frist"),
    Terminart.STANDARD: _l("Standard des Amtes"),
    Terminart.INTERN: _l("interne Frist"),
    Terminart.WIEDERVORLAGE: _l("Wiedervorlage"),
    Terminart.BESCHLUSS: _l("Termin eines Beschlusses"),
}
#: how often a calendar asks again
_ABSTAND = timedelta(hours=1)


def kalender(
    termine: Iterable[Termin], *, name: str, stelle: str, adresse: Callable[[Termin], str], jetzt: datetime
) -> bytes:
    """A calendar of these Termine; `stelle` makes their names unique in the world, `adresse` leads to the page."""
    calendar = Calendar()
    calendar.add("prodid", "-//Hilfefluss//Fristen//DE")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _ABSTAND, parameters={"VALUE": "DURATION"})
    for termin in termine:
        calendar.add_component(_event(termin, stelle, adresse(termin), jetzt))
    return bytes(calendar.to_ical())


def _event(termin: Termin, stelle: str, adresse: str, jetzt: datetime) -> Event:
    event = Event()
    event.add("uid", f"{termin.kennung}@{stelle}")
    event.add("sequence", termin.stand)
    event.add("dtstamp", jetzt.astimezone(UTC).replace(microsecond=0))
    event.add("summary", _title(termin))
    event.add("description", str(ARTEN[termin.art]))
    if termin.uhrzeit is None:
        # A day that lasts until the next one begins.
        event.add("dtstart", termin.am)
        event.add("dtend", termin.am + timedelta(days=1))
    else:
        event.add("dtstart", termin.uhrzeit.astimezone(UTC))
    event.add("status", "CANCELLED" if termin.abgesagt else "CONFIRMED")
    # A deadline takes nobody's time.
    event.add("transp", "TRANSPARENT")
    event.add("url", adresse)
    return event


def _title(termin: Termin) -> str:
    if termin.art is Terminart.WIEDERVORLAGE:
        return _("Wiedervorlage %(aktenzeichen)s", aktenzeichen=termin.aktenzeichen)
    if termin.art is Terminart.BESCHLUSS:
        return _("Beschluss %(aktenzeichen)s", aktenzeichen=termin.aktenzeichen)
    return _("Frist %(aktenzeichen)s", aktenzeichen=termin.aktenzeichen)
