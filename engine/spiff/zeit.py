"""Instants and durations of timers: ISO literals as BPMN writes them, and what FEEL expressions return.

Digits are bounded before anything is computed (``P9999999999M``). Years, months, weeks and days of a literal
are counted on the calendar of Europe/Berlin, so that ``P3D`` ends at the same time of day across a change of
summer time; hours, minutes and seconds run through. Pure: `now` always comes from outside.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine import kalender

_DAUER = re.compile(
    r"P(?=[\dT])(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})(?:[.,](\d{1,6})\d{0,6})?S)?)?",
    re.ASCII,
)
_FORM = re.compile(r"(R\d*/)?([+-]?P[\dT][\dYMWDTHS.,]*|\d{4}-\d\d-\d\d[\dT:.,+\-Z]*)(/.*)?", re.ASCII | re.DOTALL)
_WIEDERHOLUNG = re.compile(r"R(\d{0,6})/([^/]+)(?:/([^/]+))?", re.ASCII)
_DATUM = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Zeitfehler(ValueError):
    """A text or value that is no instant, duration or repetition; the message is a German half sentence."""


@dataclass(frozen=True, slots=True)
class Dauer:
    """A duration with a calendar part and an exact part, both not negative."""

    monate: int
    tage: int
    genau: timedelta

    def after(self, start: datetime) -> datetime:
        """The instant one duration after `start` (aware), in UTC."""
        try:
            lokal = _plus_monate(start.astimezone(kalender.BERLIN), self.monate) + timedelta(days=self.tage)
            return lokal.astimezone(UTC) + self.genau
        except (OverflowError, ValueError) as fehler:
            raise Zeitfehler("liegt außerhalb des Kalenders") from fehler

    def mal(self, anzahl: int) -> Dauer:
        """This duration `anzahl` times."""
        return Dauer(anzahl * self.monate, anzahl * self.tage, anzahl * self.genau)

    @property
    def hoechstens(self) -> timedelta:
        """An upper bound as an exact duration; zero for nothing."""
        return timedelta(days=31 * self.monate + self.tage) + self.genau


@dataclass(frozen=True, slots=True)
class Takt:
    """What is left of a repetition: how often (None = without end), when next, in which distance."""

    anzahl: int | None
    naechste: datetime
    abstand: Dauer
    #: no repetition after this instant
    bis: datetime | None = None

    def weiter(self) -> Takt | None:
        """What is left after the next repetition; None if nothing is."""
        danach = self._ohne(1)
        zu_spaet = self.bis is not None and danach.naechste > self.bis
        return None if self.anzahl == 1 or zu_spaet else danach

    def ueberspringe(self, now: datetime, behalten: int) -> Takt:
        """Leave out the repetitions due at `now` but for the last `behalten`; the very last one always stays."""
        takt = self
        while (zu_viel := takt._faellige(now) - behalten) > 0:
            if takt.anzahl is not None and zu_viel >= takt.anzahl:
                return takt._ohne(takt.anzahl - 1)
            takt = takt._ohne(zu_viel)
        if takt.bis is not None and takt.naechste > takt.bis:
            return Takt(1, takt.bis, takt.abstand, takt.bis)
        return takt

    def nach(self, now: datetime) -> datetime | None:
        """The first repetition after `now`; None if there is none."""
        takt = replace(self, bis=None).ueberspringe(now, behalten=0)
        vorbei = takt.naechste <= now or (self.bis is not None and takt.naechste > self.bis)
        return None if vorbei else takt.naechste

    def to_json(self) -> list[Any]:
        """Plain JSON; `takt_from_json` is its inverse."""
        mikro = self.abstand.genau // timedelta(microseconds=1)
        bis = None if self.bis is None else self.bis.isoformat()
        return [self.anzahl, self.naechste.isoformat(), [self.abstand.monate, self.abstand.tage, mikro], bis]

    def _faellige(self, now: datetime) -> int:
        """At least this many repetitions are due."""
        ende = now if self.bis is None else min(now, self.bis)
        return 0 if self.naechste > ende else (ende - self.naechste) // self.abstand.hoechstens + 1

    def _ohne(self, anzahl: int) -> Takt:
        rest = None if self.anzahl is None else self.anzahl - anzahl
        return Takt(rest, self.abstand.mal(anzahl).after(self.naechste), self.abstand, self.bis)


def takt_from_json(daten: Any) -> Takt:
    """Inverse of `Takt.to_json`; raises `ValueError` or `TypeError` for anything else."""
    anzahl, naechste, (monate, tage, mikro), bis = daten
    abstand = Dauer(int(monate), int(tage), timedelta(microseconds=mikro))
    if abstand.hoechstens <= timedelta(0) or not (anzahl is None or anzahl > 0):
        raise ValueError("no repetition")
    return Takt(anzahl, parse_utc(naechste), abstand, None if bis is None else parse_utc(bis))


def parse_utc(text: str) -> datetime:
    """Read a stored instant; raises `ValueError` if it has no offset."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("instant without offset")
    return instant


def is_literal(text: str) -> bool:
    """Whether a timer's text is an ISO literal (BPMN) and not a FEEL expression."""
    return _FORM.fullmatch(text.strip()) is not None


def check_literal(text: str) -> None:
    """Raises `Zeitfehler` if a literal can never be read; the instant does not matter."""
    if text.strip().startswith("R"):
        parse_takt(text, datetime(2000, 1, 1, tzinfo=UTC))
    else:
        as_instant(text.strip(), datetime(2000, 1, 1, tzinfo=UTC))


def parse_dauer(text: str) -> Dauer:
    """Read ``P1Y2M3DT4H5M6S``; raises `Zeitfehler`."""
    treffer = _DAUER.fullmatch(text.strip())
    if treffer is None:
        raise Zeitfehler("ist keine Dauer wie P3D oder PT2H")
    jahre, monate, wochen, tage, stunden, minuten, sekunden = (int(z or 0) for z in treffer.groups()[:7])
    mikro = int((treffer.group(8) or "").ljust(6, "0"))
    genau = timedelta(hours=stunden, minutes=minuten, seconds=sekunden, microseconds=mikro)
    return Dauer(monate=12 * jahre + monate, tage=7 * wochen + tage, genau=genau)


def parse_zeitpunkt(text: str) -> datetime:
    """Read an ISO date or date and time as aware UTC; a date means the end of that day; raises `Zeitfehler`."""
    text = text.strip()
    try:
        if _DATUM.fullmatch(text):
            return kalender.ende_des_tages(date.fromisoformat(text))
        return _as_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError) as fehler:
        raise Zeitfehler("ist kein Zeitpunkt wie 2030-01-31T12:00:00Z") from fehler


def parse_takt(text: str, now: datetime) -> Takt:
    """Read ``R3/PT1H``, ``R/2030-01-01T08:00:00Z/P1D`` or ``R2/P1D/2030-02-01``; raises `Zeitfehler`.

    ``R0`` means once, and so does a repetition without distance, which could never end.
    """
    treffer = _WIEDERHOLUNG.fullmatch(text.strip())
    if treffer is None:
        raise Zeitfehler("ist keine Wiederholung wie R3/PT1H")
    zahl, eins, zwei = treffer.groups()
    bis = None
    if eins.startswith("P"):
        abstand = parse_dauer(eins)
        erste = abstand.after(now)
        bis = parse_zeitpunkt(zwei) if zwei else None
    else:
        erste, abstand = parse_zeitpunkt(eins), parse_dauer(zwei or "")
    if abstand.hoechstens <= timedelta(0):
        return Takt(1, erste, Dauer(0, 1, timedelta(0)), bis)
    return Takt(max(1, int(zahl)) if zahl else None, erste, abstand, bis)


def as_instant(wert: object, now: datetime) -> datetime:
    """The due instant (aware UTC) that a value of an expression means.

    An instant stays; a date means 23:59:59 of that day in Europe/Berlin; a duration counts from `now`; a text is
    read as one of these. Raises `Zeitfehler`.
    """
    if isinstance(wert, str):
        return parse_dauer(wert).after(now) if wert.strip().startswith("P") else parse_zeitpunkt(wert)
    try:
        if isinstance(wert, datetime):
            return _as_utc(wert)
        if isinstance(wert, date):
            return kalender.ende_des_tages(wert)
        if isinstance(wert, timedelta):
            return (now + wert).astimezone(UTC)
    except (OverflowError, ValueError) as fehler:
        raise Zeitfehler("liegt außerhalb des Kalenders") from fehler
    if wert is None:
        raise Zeitfehler("ergibt nichts")
    raise Zeitfehler("ergibt keinen Zeitpunkt und keine Dauer")


def _as_utc(wert: datetime) -> datetime:
    """An instant without offset is local time in Europe/Berlin."""
    return (wert if wert.tzinfo else wert.replace(tzinfo=kalender.BERLIN)).astimezone(UTC)


def _plus_monate(start: datetime, monate: int) -> datetime:
    """The same day `monate` later, or the last day of a shorter month."""
    if not monate:
        return start
    jahr, monat = divmod(start.year * 12 + start.month - 1 + monate, 12)
    if jahr > 9999:
        raise OverflowError
    return start.replace(year=jahr, month=monat + 1, day=min(start.day, monthrange(jahr, monat + 1)[1]))
