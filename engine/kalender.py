"""Working days, deadlines and German local time: the only place that knows public holidays and `Europe/Berlin`.

Owns the arithmetic of Fristen. Never reads the clock and never looks at a Vorgang. The day of the event is not counted
(§ 187 Abs. 1 BGB); periods of calendar days, weeks and months end on the next working day (§ 26 Abs. 3 SGB X), hours
run through weekends (§ 26 Abs. 6 SGB X). A Schließtag is no working day, but it does not move the end of a legal
period: only Saturday, Sunday and public holidays do.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

from engine.errors import Invalid

BERLIN = ZoneInfo("Europe/Berlin")

#: the 16 Länder; their codes are those of ISO 3166-2:DE
LAENDER: Mapping[str, str] = MappingProxyType(
    {
        "BB": "Brandenburg",
        "BE": "Berlin",
        "BW": "Baden-Württemberg",
        "BY": "Bayern",
        "HB": "Bremen",
        "HE": "Hessen",
        "HH": "Hamburg",
        "MV": "Mecklenburg-Vorpommern",
        "NI": "Niedersachsen",
        "NW": "Nordrhein-Westfalen",
        "RP": "Rheinland-Pfalz",
        "SH": "Schleswig-Holstein",
        "SL": "Saarland",
        "SN": "Sachsen",
        "ST": "Sachsen-Anhalt",
        "TH": "Thüringen",
    }
)

#: years for which the public holidays are known
JAHR_MIN, JAHR_MAX = 1991, 2100

MAX_ARBEITSTAGE = 2_600
MAX_KALENDERTAGE = 36_600
MAX_STUNDEN = 24 * MAX_KALENDERTAGE
MAX_WOCHEN = 5_200
MAX_MONATE = 1_200

#: what a Frist may start from: a day, an instant, or the ISO text of either
Zeitpunkt = date | datetime | str
#: a whole number; process variables bring int, FEEL brings Decimal
Anzahl = int | float | Decimal

_EIN_TAG = timedelta(days=1)
_SAMSTAG = 5


@dataclass(frozen=True)
class Kalender:
    """Working days of one office: Land, local public holidays and days on which the office is closed.

    `feiertage` are public holidays beyond those of the Land, e.g. Mariä Himmelfahrt in a Bavarian municipality.
    `schliesstage` are days off by decision of the office, e.g. 24 and 31 December.
    Every method raises `Invalid` for an unknown Land, a year outside 1991–2100, or a number out of bounds.
    """

    land: str = "NW"
    feiertage: frozenset[date] = frozenset()
    schliesstage: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.land not in LAENDER:
            raise Invalid(
                f"Der Kalender kann nicht angelegt werden: Das Land „{str(self.land)[:20]}“ gibt es nicht. "
                f"Erlaubt sind {', '.join(LAENDER)}."
            )
        for name in ("feiertage", "schliesstage"):
            object.__setattr__(self, name, frozenset(_as_datum(tag) for tag in getattr(self, name)))

    # --- days -------------------------------------------------------------------------------------------------

    def feiertag(self, tag: Zeitpunkt) -> str | None:
        """German name of the public holiday on this day, or None."""
        datum = _as_datum(tag)
        name = _feiertage(self.land, datum.year).get(datum)
        return name or ("örtlicher Feiertag" if datum in self.feiertage else None)

    def ist_werktag(self, tag: Zeitpunkt) -> bool:
        """True for Monday to Friday that is neither public holiday nor Schließtag."""
        datum = _as_datum(tag)
        return self._is_gesetzlicher_werktag(datum) and datum not in self.schliesstage

    def werktag(self, tag: Zeitpunkt) -> date:
        """The day itself if it is a working day, else the next one."""
        datum = _as_datum(tag)
        while not self.ist_werktag(datum):
            datum = _in_grenzen(datum + _EIN_TAG)
        return datum

    def arbeitstage_zwischen(self, von: Zeitpunkt, bis: Zeitpunkt) -> int:
        """Working days after `von` up to and including `bis`; negative when `bis` lies before `von`.

        So ``arbeitstage_zwischen(start, frist_at(start, n)) == n`` for n ≥ 1, and a deadline that passed on the
        previous working day is -1 ("seit 1 AT").
        """
        anfang, ende = _as_datum(von), _as_datum(bis)
        if ende < anfang:
            return -self.arbeitstage_zwischen(ende, anfang)
        ganze_jahre = sum(_arbeitstage(self, jahr)[-1] for jahr in range(anfang.year, ende.year))
        return ganze_jahre + self._nr_im_jahr(ende) - self._nr_im_jahr(anfang)

    # --- deadlines --------------------------------------------------------------------------------------------

    def frist_at(self, start: Zeitpunkt, n: Anzahl) -> date:
        """The n-th working day after `start` (Arbeitstage); n = 0 is `start` or the next working day."""
        datum, rest = _as_datum(start), _as_anzahl(n, MAX_ARBEITSTAGE, "Arbeitstagen")
        if rest == 0:
            return self.werktag(datum)
        while rest:
            datum = _in_grenzen(datum + _EIN_TAG)
            rest -= self.ist_werktag(datum)
        return datum

    def frist_kt(self, start: Zeitpunkt, n: Anzahl) -> date:
        """n calendar days after `start`, moved to the next legal working day (§ 26 Abs. 3 SGB X, § 193 BGB)."""
        return self._fristende(_as_datum(start), _as_anzahl(n, MAX_KALENDERTAGE, "Kalendertagen"))

    def frist_wochen(self, start: Zeitpunkt, n: Anzahl) -> date:
        """n weeks after `start`, moved to the next legal working day (§ 188 Abs. 2, § 193 BGB)."""
        return self._fristende(_as_datum(start), 7 * _as_anzahl(n, MAX_WOCHEN, "Wochen"))

    def frist_monate(self, start: Zeitpunkt, n: Anzahl) -> date:
        """Same day n months later, or the last of a shorter month (§ 188 Abs. 3 BGB), moved as `frist_kt`."""
        datum, monate = _as_datum(start), _as_anzahl(n, MAX_MONATE, "Monaten")
        jahr, monat0 = divmod(datum.year * 12 + datum.month - 1 + monate, 12)
        if not JAHR_MIN <= jahr <= JAHR_MAX:
            raise _ausserhalb()
        letzter = calendar.monthrange(jahr, monat0 + 1)[1]
        return self._fristende(date(jahr, monat0 + 1, min(datum.day, letzter)), 0)

    def frist_h(self, start: Zeitpunkt, n: Anzahl) -> datetime:
        """Instant (aware UTC) n hours after `start`, nights and weekends included (§ 26 Abs. 6 SGB X).

        A day without a time counts from 00:00 German time: the earliest, most careful reading.
        """
        stunden = _as_anzahl(n, MAX_STUNDEN, "Stunden")
        ende = _as_instant(start) + timedelta(hours=stunden)
        _in_grenzen(lokales_datum(ende))
        return ende

    def begruende_frist(self, start: Zeitpunkt, n: Anzahl) -> str:
        """How `frist_at` counted, for people: „3 AT ab 01.06., Fronleichnam ausgenommen“."""
        anfang, ende = _as_datum(start), self.frist_at(start, n)
        namen: list[str] = []
        tag = anfang if int(n) == 0 else anfang + _EIN_TAG
        while tag < ende:
            name = self.feiertag(tag) or (f"Schließtag {tag:%d.%m.}" if tag in self.schliesstage else None)
            if name and tag.weekday() < _SAMSTAG:
                namen.append(name)
            tag += _EIN_TAG
        zusatz = f", {_aufzaehlung(namen)} ausgenommen" if namen else ""
        return f"{int(n)} AT ab {anfang:%d.%m.}{zusatz}"

    # --- inside -----------------------------------------------------------------------------------------------

    def _is_gesetzlicher_werktag(self, datum: date) -> bool:
        return (
            datum.weekday() < _SAMSTAG
            and datum not in _feiertage(self.land, datum.year)
            and datum not in self.feiertage
        )

    def _fristende(self, datum: date, tage: int) -> date:
        ende = _in_grenzen(_plus(datum, tage))
        while not self._is_gesetzlicher_werktag(ende):
            ende = _in_grenzen(ende + _EIN_TAG)
        return ende

    def _nr_im_jahr(self, datum: date) -> int:
        return _arbeitstage(self, datum.year)[datum.timetuple().tm_yday]


def ende_des_tages(tag: date) -> datetime:
    """23:59:59 German time of this day as aware UTC: until then a deadline by days is kept."""
    return datetime.combine(_as_datum(tag), time(23, 59, 59), BERLIN).astimezone(UTC)


def lokales_datum(instant: datetime) -> date:
    """The German calendar day of an aware instant; raises `Invalid` for a naive one, which would be a guess."""
    if instant.tzinfo is None:
        raise Invalid("Das Datum kann nicht bestimmt werden: Dem Zeitpunkt fehlt die Zeitzone.")
    return instant.astimezone(BERLIN).date()


def funktionen(kalender: Kalender) -> dict[str, Callable[..., object]]:
    """What models may call in FEEL. Arguments: a date, an instant or ISO text, and a whole number."""
    return {
        "frist_at": kalender.frist_at,
        "frist_kt": kalender.frist_kt,
        "frist_h": kalender.frist_h,
        "frist_wochen": kalender.frist_wochen,
        "frist_monate": kalender.frist_monate,
        "werktag": kalender.werktag,
        "ist_werktag": kalender.ist_werktag,
        "arbeitstage_zwischen": kalender.arbeitstage_zwischen,
    }


# --- holidays, cached ---------------------------------------------------------------------------------------------


@cache  # at most 16 Länder × 110 years
def _feiertage(land: str, jahr: int) -> Mapping[date, str]:
    alle = holidays.country_holidays("DE", subdiv=land, years=jahr, expand=False, language="de")
    return MappingProxyType({tag: name for tag, name in alle.items() if tag.year == jahr})


@lru_cache(maxsize=2048)
def _arbeitstage(kalender: Kalender, jahr: int) -> tuple[int, ...]:
    """Number of working days up to each day of the year: index 1 is 1 January, the last is the whole year."""
    zahlen, tag = [0], date(jahr, 1, 1)
    while tag.year == jahr:
        zahlen.append(zahlen[-1] + kalender.ist_werktag(tag))
        tag += _EIN_TAG
    return tuple(zahlen)


# --- input ----------------------------------------------------------------------------------------------------------


def _as_datum(wert: object) -> date:
    if isinstance(wert, str):
        wert = _parse(wert)
    if isinstance(wert, datetime):
        tag = _in_grenzen(wert.date())
        wert = tag if wert.tzinfo is None else wert.astimezone(BERLIN).date()
    if isinstance(wert, date):
        return _in_grenzen(wert)
    raise _kein_datum()


def _as_instant(wert: object) -> datetime:
    """Aware UTC; a time without zone is German time, because only people and forms write such times."""
    if isinstance(wert, str):
        wert = _parse(wert)
    if not isinstance(wert, datetime):
        wert = datetime.combine(_as_datum(wert), time.min, BERLIN)
    _in_grenzen(wert.date())
    return (wert if wert.tzinfo else wert.replace(tzinfo=BERLIN)).astimezone(UTC)


def _parse(text: str) -> date:
    text = text.strip()
    try:
        if len(text) > 10:
            return datetime.fromisoformat(text.partition("[")[0] if text.endswith("]") else text)
        return date.fromisoformat(text)
    except ValueError:
        raise _kein_datum() from None


def _as_anzahl(n: object, hoechstens: int, einheit: str) -> int:
    ganz = not isinstance(n, bool) and isinstance(n, int | float | Decimal) and n == n and 0 <= n <= hoechstens
    if not ganz or int(n) != n:  # type: ignore[call-overload]
        raise Invalid(
            f"Die Frist kann nicht berechnet werden: Die Zahl der {einheit} muss ganz sein "
            f"und zwischen 0 und {hoechstens} liegen."
        )
    return int(n)  # type: ignore[call-overload,no-any-return]


def _plus(datum: date, tage: int) -> date:
    try:
        return datum + timedelta(days=tage)
    except OverflowError:
        raise _ausserhalb() from None


def _in_grenzen(datum: date) -> date:
    if not JAHR_MIN <= datum.year <= JAHR_MAX:
        raise _ausserhalb()
    return datum


def _kein_datum() -> Invalid:
    """Without the value: the text may become part of a Störung."""
    return Invalid("Die Frist kann nicht berechnet werden: Der Beginn ist kein Datum. Erwartet wird z. B. 2026-06-01.")


def _ausserhalb() -> Invalid:
    return Invalid(
        "Die Frist kann nicht berechnet werden: "
        f"Feiertage sind nur für die Jahre {JAHR_MIN} bis {JAHR_MAX} bekannt. Bitte prüfen Sie das Datum."
    )


def _aufzaehlung(namen: list[str]) -> str:
    return namen[0] if len(namen) == 1 else f"{', '.join(namen[:-1])} und {namen[-1]}"
