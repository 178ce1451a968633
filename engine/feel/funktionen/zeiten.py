"""Built-in functions that make dates, times and durations, and ask about them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from engine.feel.fehler import FeelError
from engine.feel.funktionen.register import eingebaut
from engine.feel.lauf import Lauf
from engine.feel.werte import RECHNEN, als_int
from engine.feel.zeit import Datum, MonatsDauer, TageDauer, Uhrzeit, Zeitpunkt, Zone, lesen, python, rechnen, tage, zone
from engine.feel.zeit.klassen import NANOS

_WOCHENTAGE = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: steps of reading an ISO text
_KOSTEN_LESEN = 40
#: the same with a named zone
_KOSTEN_ZONE = 200
_MONATE = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@eingebaut("date", "from: text")
def date_of_text(lauf: Lauf, from_: str) -> Datum | None:
    """The date an ISO text means."""
    lauf.charge(_KOSTEN_LESEN)
    return lesen.datum(from_)


@eingebaut("date", "from: tag")
def date_of(_lauf: Lauf, from_: Datum | Zeitpunkt) -> Datum:
    """The day of an instant."""
    return _day(from_)


@eingebaut("date", "year: zahl, month: zahl, day: zahl")
def date_of_parts(_lauf: Lauf, year: Decimal, month: Decimal, day: Decimal) -> Datum | None:
    """The date of three numbers."""
    jahr, monat, tag = als_int(year), als_int(month), als_int(day)
    if jahr is None or monat is None or tag is None or not tage.is_datum(jahr, monat, tag):
        return None
    return Datum(jahr, monat, tag)


@eingebaut("date and time", "from: text")
def date_and_time_of_text(lauf: Lauf, from_: str) -> Zeitpunkt | None:
    """The instant an ISO text means."""
    lauf.charge(_KOSTEN_ZONE if "@" in from_ else _KOSTEN_LESEN)
    return lesen.zeitpunkt(from_)


@eingebaut("date and time", "from: tag")
def date_and_time_of(_lauf: Lauf, from_: Datum | Zeitpunkt) -> Zeitpunkt:
    """A date becomes its midnight in UTC."""
    return from_ if isinstance(from_, Zeitpunkt) else rechnen.midnight(from_)


@eingebaut("date and time", "date: tag, time: uhrzeit")
def date_and_time_of_parts(_lauf: Lauf, date: Datum | Zeitpunkt, time_: Uhrzeit) -> Zeitpunkt:
    """A day and a time together."""
    return Zeitpunkt(_day(date), time_)


@eingebaut("date and time", "date: zeitpunkt, timezone: text")
def date_and_time_in_zone(lauf: Lauf, date: Zeitpunkt, timezone: str) -> Zeitpunkt | None:
    """The same instant as seen in a zone; without a zone of its own it is taken to be there already."""
    lauf.charge(_KOSTEN_ZONE)
    ziel = zone.named(timezone)
    if ziel is None:
        return None
    if date.zeit.zone is None:
        return Zeitpunkt(date.datum, Uhrzeit(date.zeit.sekunde, date.zeit.nanos, ziel))
    return rechnen.from_instant(date.instant(), ziel)


@eingebaut(
    "date and time",
    "year: zahl, month: zahl, day: zahl, hour: zahl, minute: zahl, second: zahl, offset?: tagedauer-oder-null",
)
def date_and_time_of_numbers(
    lauf: Lauf,
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: TageDauer | None = None,
) -> Zeitpunkt | None:
    """The instant of six numbers and an offset."""
    tag, zeit = date_of_parts(lauf, year, month, day), time_of_parts(lauf, hour, minute, second, offset)
    return None if tag is None or zeit is None else Zeitpunkt(tag, zeit)


@eingebaut("time", "from: text")
def time_of_text(lauf: Lauf, from_: str) -> Uhrzeit | None:
    """The time an ISO text means."""
    lauf.charge(_KOSTEN_LESEN)
    return lesen.uhrzeit(from_)


@eingebaut("time", "from: zeit")
def time_of(_lauf: Lauf, from_: Datum | Uhrzeit | Zeitpunkt) -> Uhrzeit:
    """The time of an instant; a date has midnight UTC."""
    if isinstance(from_, Uhrzeit):
        return from_
    return from_.zeit if isinstance(from_, Zeitpunkt) else Uhrzeit(0, 0, zone.UTC_ZONE)


@eingebaut("time", "hour: zahl, minute: zahl, second: zahl, offset?: tagedauer-oder-null")
def time_of_parts(
    _lauf: Lauf, hour: Decimal, minute: Decimal, second: Decimal, offset: TageDauer | None = None
) -> Uhrzeit | None:
    """The time of three numbers; seconds may have a fraction."""
    stunde, minuten = als_int(hour), als_int(minute)
    if stunde is None or minuten is None or not (0 <= stunde < 24 and 0 <= minuten < 60 and 0 <= second < 60):
        return None
    nanos = int(RECHNEN.multiply(second, Decimal(NANOS)).to_integral_value())
    versatz = None if offset is None else offset.nanos // NANOS
    if versatz is not None and abs(versatz) > zone.MAX_VERSATZ:
        return None
    sekunde = stunde * 3600 + minuten * 60 + nanos // NANOS
    return Uhrzeit(sekunde, nanos % NANOS, None if versatz is None else Zone(versatz=versatz))


@eingebaut("duration", "from: text")
def duration(lauf: Lauf, from_: str) -> TageDauer | MonatsDauer | None:
    """The duration an ISO text means."""
    lauf.charge(_KOSTEN_LESEN)
    return lesen.dauer(from_)


@eingebaut("duration", "from: dauer")
def duration_of(_lauf: Lauf, from_: TageDauer | MonatsDauer) -> TageDauer | MonatsDauer:
    """A duration stays what it is."""
    return from_


@eingebaut("years and months duration", "from: tag, to: tag")
def years_and_months_duration(lauf: Lauf, from_: Datum | Zeitpunkt, to: Datum | Zeitpunkt) -> MonatsDauer:
    """Whole months between two days."""
    lauf.charge(_KOSTEN_LESEN // 2)
    unvollstaendig = False
    if isinstance(from_, Zeitpunkt) and isinstance(to, Zeitpunkt):
        vorwaerts = _day(from_) <= _day(to)
        erste, letzte = (from_.zeit, to.zeit) if vorwaerts else (to.zeit, from_.zeit)
        unvollstaendig = (letzte.sekunde, letzte.nanos) < (erste.sekunde, erste.nanos)
    return rechnen.months_between(_day(from_), _day(to), zeit_fehlt=unvollstaendig)


@eingebaut("day of year", "date: tag")
def day_of_year(_lauf: Lauf, date: Datum | Zeitpunkt) -> Decimal:
    """1 for 1 January."""
    tag = _day(date)
    return Decimal(tage.tag_im_jahr(tag.jahr, tag.monat, tag.tag))


@eingebaut("day of week", "date: tag")
def day_of_week(_lauf: Lauf, date: Datum | Zeitpunkt) -> str:
    """English name of the day."""
    return _WOCHENTAGE[tage.wochentag(_day(date).tage) - 1]


@eingebaut("month of year", "date: tag")
def month_of_year(_lauf: Lauf, date: Datum | Zeitpunkt) -> str:
    """English name of the month."""
    return _MONATE[_day(date).monat - 1]


@eingebaut("week of year", "date: tag")
def week_of_year(lauf: Lauf, date: Datum | Zeitpunkt) -> Decimal:
    """Week after ISO 8601."""
    lauf.charge(_KOSTEN_LESEN // 2)
    tag = _day(date)
    return Decimal(tage.kalenderwoche(tag.jahr, tag.monat, tag.tag))


@eingebaut("last day of month", "date: tag")
def last_day_of_month(_lauf: Lauf, date: Datum | Zeitpunkt) -> Datum:
    """The last day of the month of a date."""
    tag = _day(date)
    return Datum(tag.jahr, tag.monat, tage.monatslaenge(tag.jahr, tag.monat))


@eingebaut("now", "")
def now(lauf: Lauf) -> Zeitpunkt:
    """The moment that the caller gave; expressions never read the clock."""
    lauf.charge(_KOSTEN_LESEN)
    wert = python.from_python(_jetzt(lauf))
    assert isinstance(wert, Zeitpunkt)
    return wert


@eingebaut("today", "")
def today(lauf: Lauf) -> Datum:
    """The day of the moment that the caller gave, in the zone that the caller gave."""
    return now(lauf).datum


@eingebaut("abs", "n: dauer")
def abs_(_lauf: Lauf, n: TageDauer | MonatsDauer) -> TageDauer | MonatsDauer:
    """A duration without its sign."""
    return TageDauer(abs(n.nanos)) if isinstance(n, TageDauer) else MonatsDauer(abs(n.monate))


def _day(wert: Datum | Zeitpunkt) -> Datum:
    return wert.datum if isinstance(wert, Zeitpunkt) else wert


def _jetzt(lauf: Lauf) -> datetime:
    if lauf.jetzt is None:
        raise FeelError("Der Ausdruck kann nicht berechnet werden: „now()“ und „today()“ sind hier nicht erlaubt.")
    return lauf.jetzt
