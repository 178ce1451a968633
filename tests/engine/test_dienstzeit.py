"""Office hours as people write them."""

from __future__ import annotations

from datetime import date, time

import pytest

from engine.dienstzeit import Abschnitt, Dienstzeit, format_fenster, parse_fenster
from engine.errors import Invalid
from engine.kalender import Kalender


@pytest.mark.parametrize(
    ("text", "erwartet"),
    [
        ("08:00–16:00", "08:00–16:00"),
        ("8-12, 13.30 - 17 Uhr", "08:00–12:00, 13:30–17:00"),
        ("7:30-12:00 und 12:45-16:15", "07:30–12:00, 12:45–16:15"),
        ("", ""),
        ("geschlossen", ""),
    ],
)
def test_hours_are_read_as_people_write_them(text, erwartet):
    assert format_fenster(parse_fenster(text)) == erwartet


@pytest.mark.parametrize("text", ["8", "16-8", "8-8", "8-12, 11-13", "25-26", "8:70-9", "x", "8-12-13", "1-2," * 9])
def test_what_is_no_window_is_refused_in_words(text):
    with pytest.raises(Invalid, match="08:00–"):
        parse_fenster(text)


def test_stored_hours_come_back_the_same():
    zeiten = Dienstzeit({0: ((time(8), time(12)), (time(13), time(16, 30)))}, {date(2026, 12, 24): ()})
    assert Dienstzeit.from_json(zeiten.to_json()) == zeiten


def test_a_single_day_goes_before_holidays_and_closing_days():
    kalender = Kalender("NW", schliesstage=frozenset({date(2026, 12, 31)}))
    halb = {date(2026, 12, 31): ((time(8), time(10)),)}
    abschnitt = Abschnitt(date(2026, 1, 1), kalender, Dienstzeit(abweichend=halb))
    assert abschnitt.fenster(date(2026, 12, 31)) == ((time(8), time(10)),)
    assert abschnitt.fenster(date(2026, 12, 25)) == ()
