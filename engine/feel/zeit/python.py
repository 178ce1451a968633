"""Temporal values to and from Python's `datetime` classes, where those reach."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from engine.feel.zeit.klassen import Datum, TageDauer, Uhrzeit, Zeitpunkt
from engine.feel.zeit.zone import Zone, named


def from_python(wert: date | time | timedelta) -> object:
    """The FEEL value of a Python one."""
    if isinstance(wert, datetime):
        return Zeitpunkt(Datum(wert.year, wert.month, wert.day), _uhrzeit(wert.timetz(), wert))
    if isinstance(wert, date):
        return Datum(wert.year, wert.month, wert.day)
    if isinstance(wert, time):
        return _uhrzeit(wert, wert)
    return TageDauer((wert // timedelta(microseconds=1)) * 1000)


def _uhrzeit(wert: time, mit_zone: time | datetime) -> Uhrzeit:
    sekunde = wert.hour * 3600 + wert.minute * 60 + wert.second
    return Uhrzeit(sekunde, wert.microsecond * 1000, _zone(mit_zone))


def _zone(wert: time | datetime) -> Zone | None:
    if isinstance(wert.tzinfo, ZoneInfo) and (zone := named(wert.tzinfo.key)):
        return zone
    versatz = wert.utcoffset()
    return None if versatz is None else Zone(versatz=int(versatz.total_seconds()))


def to_python(wert: object) -> object:
    """The Python value; years outside 1–9999 and durations in months stay as they are."""
    try:
        match wert:
            case Datum(jahr, monat, tag):
                return date(jahr, monat, tag)
            case Zeitpunkt(datum, zeit):
                tz = None if wert.offset is None else _tzinfo(zeit.zone, wert.offset)
                return datetime.combine(date(datum.jahr, datum.monat, datum.tag), _time(zeit), tz)
            case Uhrzeit():
                return _time(wert).replace(tzinfo=None if wert.offset is None else _tzinfo(wert.zone, wert.offset))
            case TageDauer(nanos):
                return timedelta(microseconds=nanos // 1000)
    except (ValueError, OverflowError):
        return wert
    return wert


def _time(zeit: Uhrzeit) -> time:
    return time(zeit.sekunde // 3600, zeit.sekunde % 3600 // 60, zeit.sekunde % 60, zeit.nanos // 1000)


def _tzinfo(zone: Zone | None, versatz: int) -> timezone | ZoneInfo:
    if zone is not None and zone.name is not None:
        return ZoneInfo(zone.name)
    return UTC if versatz == 0 else timezone(timedelta(seconds=versatz))
