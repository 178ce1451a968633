"""Instants, durations and repetitions of timers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.spiff import zeit

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ab", "bis"),
    [
        ("PT36H", "2026-03-02T08:00Z", "2026-03-03T20:00Z"),
        ("P2W", "2026-03-02T08:00Z", "2026-03-16T08:00Z"),
        ("P1Y2M3DT4H5M6S", "2026-03-02T08:00Z", "2027-05-05T11:05:06Z"),  # summer time: an hour earlier in UTC
        ("PT0.5S", "2026-03-02T08:00Z", "2026-03-02T08:00:00.500Z"),
        ("PT1,25S", "2026-03-02T08:00Z", "2026-03-02T08:00:01.250Z"),
        ("P1M", "2026-01-31T12:00Z", "2026-02-28T12:00Z"),
        ("P1Y", "2024-02-29T12:00Z", "2025-02-28T12:00Z"),
        ("P1D", "2026-03-28T10:00Z", "2026-03-29T09:00Z"),  # same time of day although the night is shorter
        ("PT24H", "2026-03-28T10:00Z", "2026-03-29T10:00Z"),
        ("P0D", "2026-03-02T08:00Z", "2026-03-02T08:00Z"),
    ],
)
def test_durations_by_hand(text, ab, bis):
    assert zeit.parse_dauer(text).after(datetime.fromisoformat(ab)) == datetime.fromisoformat(bis)


@pytest.mark.parametrize(
    "text",
    "|P|PT|P1|1D|P1H|PT1D|P1DT|-P1D|P-1D|P1.5D|P9999999999M|PT99999999999S|p1d|P١D|P1D P1D|P1WX|R3/PT1H".split("|"),
)
def test_anything_else_is_no_duration(text):
    with pytest.raises(zeit.Zeitfehler):
        zeit.parse_dauer(text)


@pytest.mark.parametrize("text", ["P999Y", "P9999M", "P99999DT999999H"])
def test_the_largest_durations_end_at_once_or_outside_the_calendar(text):
    dauer = zeit.parse_dauer(text)
    assert dauer.after(JETZT) > JETZT
    with pytest.raises(zeit.Zeitfehler, match="Kalender"):
        dauer.after(datetime(9900, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "erwartet"),
    [
        ("PT1H", True),
        ("R3/PT1H", True),
        ("2030-01-01", True),
        ("2030-01-01T00:00:00Z", True),
        ("R/2030-01-01T00:00Z/P1D", True),
        ("P9999999999M", True),  # a literal, if a bad one: never an expression
        ("frist_at(eingang, 3)", False),
        ("Pause", False),
        ('"PT1H"', False),
        ("dauer", False),
    ],
)
def test_literals_and_expressions_are_told_apart(text, erwartet):
    assert zeit.is_literal(text) is erwartet


@pytest.mark.parametrize("text", ["2030-13-01", "2030-02-30", "2030-01-01T25:00", "morgen", "", "12:00", "2030"])
def test_what_is_no_day_of_the_calendar_is_refused(text):
    with pytest.raises(zeit.Zeitfehler):
        zeit.as_instant(text, JETZT)


@pytest.mark.parametrize("wert", [None, 1, True, [], {}, 1.5, timedelta.max])
def test_values_that_are_no_time_are_refused(wert):
    with pytest.raises(zeit.Zeitfehler):
        zeit.as_instant(wert, JETZT)


def test_a_date_means_the_end_of_the_german_day():
    assert zeit.as_instant(date(2026, 7, 1), JETZT) == datetime(2026, 7, 1, 21, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("text", ["R3", "R/", "R3/", "3/PT1H", "R-1/PT1H", "R3/PT1H/P1D", "R3/P1D/PT1H/PT1H"])
def test_anything_else_is_no_repetition(text):
    with pytest.raises(zeit.Zeitfehler):
        zeit.parse_takt(text, JETZT)


def test_a_repetition_without_distance_or_number_happens_once():
    for text in ("R/PT0S", "R0/PT1H", "R5/P0D"):
        assert zeit.parse_takt(text, JETZT).weiter() is None


def test_repetitions_before_now_are_left_out_but_never_the_last():
    takt = zeit.parse_takt("R/2000-01-01T00:00:00Z/PT1S", JETZT).ueberspringe(JETZT, behalten=0)
    assert takt.naechste == JETZT + timedelta(seconds=1)
    takt = zeit.parse_takt("R3/2000-01-01T00:00:00Z/P1D", JETZT).ueberspringe(JETZT, behalten=0)
    assert (takt.anzahl, takt.naechste) == (1, datetime(2000, 1, 3, tzinfo=UTC))
    takt = zeit.parse_takt("R/P1D/2020-01-01", datetime(2019, 12, 1, tzinfo=UTC)).ueberspringe(JETZT, behalten=0)
    assert (takt.anzahl, takt.naechste) == (1, datetime(2020, 1, 1, 22, 59, 59, tzinfo=UTC))


DAUERN = st.builds(
    lambda m, t, s: zeit.Dauer(m, t, timedelta(seconds=s)),
    st.integers(0, 30),
    st.integers(0, 60),
    st.integers(1, 10**6),
)
INSTANTE = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(deadline=None)
@given(INSTANTE, DAUERN)
def test_the_upper_bound_of_a_duration_holds(start, dauer):
    stunde = timedelta(hours=1)  # change of summer time
    assert start < dauer.after(start) + stunde
    assert dauer.after(start) - start <= dauer.hoechstens + stunde


@settings(deadline=None)
@given(
    INSTANTE, DAUERN, st.integers(1, 200) | st.none(), st.integers(0, 12), st.timedeltas(timedelta(0), timedelta(9999))
)
def test_skipping_leaves_at_most_the_wanted_repetitions_due(start, abstand, anzahl, behalten, alter):
    now = start + alter
    takt = zeit.Takt(anzahl, start, abstand).ueberspringe(now, behalten)
    assert takt.anzahl is None or takt.anzahl >= 1
    faellig, rest = 0, takt
    while rest is not None and rest.naechste <= now and faellig <= behalten + 1:
        faellig, rest = faellig + 1, rest.weiter()
    assert faellig <= max(behalten, 1) + 1  # one more where a month or a night is shorter than assumed


@settings(deadline=None)
@given(INSTANTE, DAUERN, st.integers(1, 10**6) | st.none(), st.none() | INSTANTE)
def test_a_repetition_survives_storage(start, abstand, anzahl, bis):
    takt = zeit.Takt(anzahl, start, abstand, bis)
    assert zeit.takt_from_json(takt.to_json()) == takt


@settings(deadline=None)
@given(st.text(alphabet="PTRYMWDHS/0123456789.,:-Z+", max_size=30))
def test_no_text_breaks_the_reader(text):
    try:
        zeit.check_literal(text)
    except zeit.Zeitfehler:
        return
    assert zeit.is_literal(text)


@settings(deadline=None)
@given(st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1), timezones=st.just(ZoneInfo("Asia/Kolkata"))))  # noqa: DTZ001
def test_instants_of_any_zone_become_utc(wert):
    assert zeit.as_instant(wert, JETZT) == wert and zeit.as_instant(wert, JETZT).tzinfo is UTC
