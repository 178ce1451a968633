"""Reads the ISO texts of dates, times and durations; None for anything that is not one."""

from __future__ import annotations

import re

from engine.feel.zeit import tage, zone
from engine.feel.zeit.klassen import MAX_MONATE, MAX_NANOS, NANOS, Datum, MonatsDauer, TageDauer, Uhrzeit, Zeitpunkt
from engine.feel.zeit.zone import Zone

_DATUM = r"(-?(?:[1-9]\d{3,8}|0\d{3}))-(\d\d)-(\d\d)"
_ZONE = r"(?:(Z|z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z0-9_+\-]{1,40}(?:/[A-Za-z0-9_+\-]{1,40}){0,3}))?"
_UHRZEIT = rf"(\d\d):(\d\d):(\d\d)(?:\.(\d{{1,18}}))?{_ZONE}"

_NUR_DATUM = re.compile(_DATUM, re.ASCII)
_NUR_UHRZEIT = re.compile(_UHRZEIT, re.ASCII)
_TAGE_DAUER = re.compile(
    r"(-?)P(?:(\d{1,18})D)?(?:(T)(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18})(?:\.(\d{0,18}))?S)?)?", re.ASCII
)
_MONATS_DAUER = re.compile(r"(-?)P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)


def datum(text: str) -> Datum | None:
    """``2026-06-01``; years have four to nine digits and may be negative."""
    treffer = _NUR_DATUM.fullmatch(text)
    if treffer is None:
        return None
    jahr, monat, tag = (int(teil) for teil in treffer.groups())
    return Datum(jahr, monat, tag) if tage.is_datum(jahr, monat, tag) else None


def uhrzeit(text: str) -> Uhrzeit | None:
    """``08:30:00``, with fraction, offset or ``@Europe/Berlin``."""
    treffer = _NUR_UHRZEIT.fullmatch(text.removeprefix("T") if text.startswith("T") else text)
    return _uhrzeit(treffer) if treffer else None


def zeitpunkt(text: str) -> Zeitpunkt | None:
    """``2026-06-01T08:30:00``, also ending in a zone; a date alone is its midnight."""
    links, trennung, rechts = text.partition("T")
    tag = datum(links)
    if tag is None:
        return None
    if not trennung:
        return Zeitpunkt(tag, Uhrzeit(0))
    treffer = _NUR_UHRZEIT.fullmatch(rechts)
    zeit = _uhrzeit(treffer) if treffer else None
    if zeit is None:
        return None
    if rechts.startswith("24:"):
        morgen = Datum.of(tag.tage + 1)
        return Zeitpunkt(morgen, zeit) if morgen else None
    return Zeitpunkt(tag, zeit)


def _uhrzeit(treffer: re.Match[str]) -> Uhrzeit | None:
    stunde, minute, sekunde = int(treffer[1]), int(treffer[2]), int(treffer[3])
    nanos = int((treffer[4] or "0")[:9].ljust(9, "0"))
    ende = stunde == 24 and minute == sekunde == nanos == 0
    if (stunde > 23 and not ende) or minute > 59 or sekunde > 59:
        return None
    zone_, gueltig = _zone(treffer)
    return Uhrzeit((stunde % 24) * 3600 + minute * 60 + sekunde, nanos, zone_) if gueltig else None


def _zone(treffer: re.Match[str]) -> tuple[Zone | None, bool]:
    zulu, vorzeichen, stunden, minuten, sekunden, name = treffer.groups()[-6:]
    if zulu:
        return zone.UTC_ZONE, True
    if name:
        benannt = zone.named(name)
        return benannt, benannt is not None
    if not vorzeichen:
        return None, True
    versatz = int(stunden) * 3600 + int(minuten) * 60 + int(sekunden or 0)
    gueltig = versatz <= zone.MAX_VERSATZ and int(minuten) < 60 and int(sekunden or 0) < 60
    return Zone(versatz=-versatz if vorzeichen == "-" else versatz), gueltig


def dauer(text: str) -> TageDauer | MonatsDauer | None:
    """``P1DT2H`` or ``P1Y2M``, also negative; a mixture of both is none."""
    return _tage_dauer(text) or _monats_dauer(text)


def _tage_dauer(text: str) -> TageDauer | None:
    treffer = _TAGE_DAUER.fullmatch(text)
    if treffer is None:
        return None
    minus, tage_, t, stunden, minuten, sekunden, bruch = treffer.groups()
    zeitteile = [stunden, minuten, sekunden]
    if (t and not any(zeitteile)) or not any([tage_, *zeitteile]):
        return None
    gesamt = int(tage_ or 0) * 86_400 + int(stunden or 0) * 3600 + int(minuten or 0) * 60 + int(sekunden or 0)
    nanos = gesamt * NANOS + int((bruch or "0")[:9].ljust(9, "0"))
    return tage_dauer(-nanos if minus else nanos)


def _monats_dauer(text: str) -> MonatsDauer | None:
    treffer = _MONATS_DAUER.fullmatch(text)
    if treffer is None or not any(treffer.groups()[1:]):
        return None
    monate = int(treffer[2] or 0) * 12 + int(treffer[3] or 0)
    return monats_dauer(-monate if treffer[1] else monate)


def tage_dauer(nanos: int) -> TageDauer | None:
    """The duration, or None when it is longer than all years together."""
    return TageDauer(nanos) if abs(nanos) <= MAX_NANOS else None


def monats_dauer(monate: int) -> MonatsDauer | None:
    """The duration, or None when it is longer than all years together."""
    return MonatsDauer(monate) if abs(monate) <= MAX_MONATE else None


def literal(text: str) -> object:
    """What ``@"…"`` stands for: date, instant, time or duration."""
    return datum(text) or uhrzeit(text) or zeitpunkt(text) or dauer(text)
