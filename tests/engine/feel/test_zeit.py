"""Dates, times and durations: hand-checked cases of the standard, then agreement with Python's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.feel.zeit import tage

FAELLE: list[tuple[str, object]] = [
    ('date("2026-06-01") < date("2026-06-05")', True),
    ('date("2026-06-01") + duration("P1M")', date(2026, 7, 1)),
    ('date("2026-01-31") + duration("P1M")', date(2026, 2, 28)),
    ('date("2026-06-01") + duration("P3DT23H")', date(2026, 6, 4)),
    ('date("2026-06-01") - date("2026-05-30")', timedelta(days=2)),
    ('date("2026-06-01").weekday', 1),
    ("date(2026, 2, 29)", None),
    ('date("2026-02-29")', None),
    ('date("26-02-01")', None),
    ('string(date("-0044-03-15") - duration("P1D"))', "-0044-03-14"),
    ('string(date("999999999-12-31"))', "999999999-12-31"),
    ('date("999999999-12-31") + duration("P1D")', None),
    ('date and time("2026-06-01T08:30:00+02:00")', datetime(2026, 6, 1, 6, 30, tzinfo=UTC)),
    ('date and time("2026-06-01T08:30:00@Europe/Berlin") = date and time("2026-06-01T06:30:00Z")', True),
    ('string(@"2026-03-28T12:00:00@Europe/Berlin" + duration("P1D"))', "2026-03-29T13:00:00@Europe/Berlin"),
    ('date and time("2026-06-01T08:30:00") = date and time("2026-06-01T08:30:00Z")', False),
    ('date and time("2026-06-01T24:00:00") = date and time("2026-06-02T00:00:00")', True),
    ('@"2026-06-01T08:30:00" - @"2026-06-01T08:00:00"', timedelta(minutes=30)),
    ('@"2026-06-01" in [@"2026-05-01"..@"2026-06-01"]', True),
    ('time("08:30:00") + duration("PT16H") = time("00:30:00")', True),
    ('time("08:30:00.25+02:00").time offset', timedelta(hours=2)),
    ('@"10:00:00@Europe/Berlin".timezone', "Europe/Berlin"),
    ('@"10:00:00@../etc/passwd"', None),
    ('duration("P1Y2M").months', 2),
    ('duration("-P1Y2M").years', -1),
    ('duration("P1DT2H3M4.5S").minutes', 3),
    ('string(duration("PT90061S"))', "P1DT1H1M1S"),
    ('duration("P1Y1D")', None),
    ('duration("PT")', None),
    ('duration("P1D") * 1.5', timedelta(hours=36)),
    ('duration("P1Y") / 2 = duration("P6M")', True),
    ('duration("P1D") / duration("PT6H")', 4),
    ('duration("P1D") / 0', None),
    ('duration("P1D") < duration("P1M")', None),
    ('-duration("P1D")', timedelta(days=-1)),
    ('years and months duration(date("2024-02-29"), date("2026-02-28")) = duration("P1Y11M")', True),
    ('years and months duration(date("2026-02-28"), date("2024-02-29")) = duration("-P1Y11M")', True),
    ('day of week(date("2026-06-01"))', "Monday"),
    ('week of year(date("2027-01-01"))', 53),
    ('week of year(date("2024-12-30"))', 1),
    ('month of year(@"2026-06-01")', "June"),
    ('day of year(@"2024-12-31")', 366),
    ("now()", datetime(2026, 6, 1, 8, 0, tzinfo=UTC)),
    ("today()", date(2026, 6, 1)),
    ("eingang + duration(\"PT1H\")", datetime(2026, 6, 1, 11, 0, tzinfo=ZoneInfo("Europe/Berlin"))),
    ("tag - duration(\"P1D\")", date(2026, 5, 31)),
]  # fmt: skip
KONTEXT = {"eingang": datetime(2026, 6, 1, 10, 0, tzinfo=ZoneInfo("Europe/Berlin")), "tag": date(2026, 6, 1)}


@pytest.mark.parametrize(("text", "wert"), FAELLE)
def test_temporal_expressions(text: str, wert: object) -> None:
    assert feel.evaluate(text, KONTEXT, jetzt=datetime(2026, 6, 1, 8, 0, tzinfo=UTC)) == wert


def test_the_clock_is_never_read() -> None:
    with pytest.raises(feel.FeelError, match="now"):
        feel.evaluate("now()", {})


def test_temporal_values_become_iso_text_in_json() -> None:
    werte = feel.compile('[@"2026-06-01", @"08:30:00", @"2026-06-01T08:30:00Z", @"P1D", @"P1Y", 1.50, 2]').evaluate({})
    assert feel.to_json(werte) == ["2026-06-01", "08:30:00", "2026-06-01T08:30:00Z", "P1D", "P1Y", 1.5, 2]


@settings(max_examples=200, deadline=None)
@given(st.dates(), st.integers(-(10**6), 10**6))
def test_day_arithmetic_agrees_with_python(tag: date, n: int) -> None:
    assert tage.to_tage(tag.year, tag.month, tag.day) == (tag - date(1970, 1, 1)).days
    assert tage.from_tage((tag - date(1970, 1, 1)).days) == (tag.year, tag.month, tag.day)
    assert tage.wochentag((tag - date(1970, 1, 1)).days) == tag.isoweekday()
    assert tage.kalenderwoche(tag.year, tag.month, tag.day) == tag.isocalendar().week
    assert tage.to_tage(*tage.from_tage(n * 1000)) == n * 1000


@settings(max_examples=200, deadline=None)
@given(st.integers(-(10**9), 4 * 10**9), st.integers(-840, 840), st.integers(-(10**7), 10**7))
def test_adding_seconds_agrees_with_python(sekunde: int, versatz: int, dauer: int) -> None:
    start = datetime.fromtimestamp(sekunde, timezone(timedelta(minutes=versatz)))
    ergebnis = feel.evaluate('x + s * duration("PT1S")', {"x": start, "s": dauer})
    assert ergebnis == start + timedelta(seconds=dauer)


@settings(max_examples=200, deadline=None)
@given(st.integers(-(10**15), 10**15), st.integers(-(10**9), 10**9))
def test_durations_read_back_as_written(nanos: int, monate: int) -> None:
    kontext = {"n": nanos, "m": monate}
    assert feel.evaluate('duration(string(n * duration("PT0.001S"))) = n * duration("PT0.001S")', kontext) is True
    assert feel.evaluate('duration(string(m * duration("P1M"))) = m * duration("P1M")', kontext) is True


def test_numbers_stay_decimal() -> None:
    assert feel.evaluate("1 / 3", {}) == Decimal("0.3333333333333333333333333333333333")
