"""Working time of the office, against hand-computed weeks and a minute-by-minute oracle."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Invalid
from engine.kalender import BERLIN, Kalender
from wertstrom.ereignisprotokoll import as_us
from wertstrom.kalender import STUNDE_US, Arbeitszeit, Dienstzeit

NW = Kalender("NW", schliesstage=frozenset({date(2024, 12, 24), date(2024, 12, 31)}))
UHR = Arbeitszeit(NW)
VON, BIS = as_us(datetime(2012, 1, 1, tzinfo=UTC)), as_us(datetime(2028, 1, 1, tzinfo=UTC))
INSTANTS = st.integers(VON, BIS)


def berlin(*teile: int) -> int:
    return as_us(datetime(*teile, tzinfo=BERLIN).astimezone(UTC))  # type: ignore[misc,arg-type]


def stunden(von: int, bis: int, uhr: Arbeitszeit = UHR) -> float:
    return int(uhr.arbeitszeit_us(von, bis)) / STUNDE_US


@pytest.mark.parametrize(
    ("von", "bis", "erwartet"),
    [
        ((2026, 6, 1, 8), (2026, 6, 1, 16), 8),  # one day
        ((2026, 6, 1, 0), (2026, 6, 1, 8), 0),  # before the office opens
        ((2026, 6, 5, 15), (2026, 6, 8, 9), 2),  # over a weekend
        ((2026, 6, 3, 8), (2026, 6, 5, 16), 16),  # Fronleichnam is a holiday in NW
        ((2024, 3, 28, 12), (2024, 4, 2, 12), 8),  # Easter and summer time
        ((2024, 12, 23, 12), (2025, 1, 2, 12), 24),  # Christmas, two closing days, New Year
        ((2025, 10, 24, 12), (2025, 10, 27, 12), 8),  # back to winter time
    ],
)
def test_known_stretches(von: tuple[int, ...], bis: tuple[int, ...], erwartet: float) -> None:
    assert stunden(berlin(*von), berlin(*bis)) == erwartet


def test_another_land_has_other_holidays() -> None:
    von, bis = berlin(2026, 6, 3, 8), berlin(2026, 6, 5, 16)
    assert stunden(von, bis, Arbeitszeit(Kalender("NI"))) == 24


def test_several_windows_a_day_leave_out_the_lunch_break() -> None:
    fenster = ((time(8), time(12)), (time(13), time(17, 30)))
    uhr = Arbeitszeit(NW, Dienstzeit(dict.fromkeys(range(5), fenster)))
    assert stunden(berlin(2026, 6, 1, 11), berlin(2026, 6, 1, 14), uhr) == 2
    assert stunden(berlin(2026, 6, 1, 0), berlin(2026, 6, 2, 0), uhr) == 8.5


def test_a_single_day_may_differ_even_when_it_is_closed_otherwise() -> None:
    halb = {date(2026, 6, 2): ((time(8), time(12)),), date(2026, 6, 6): ((time(9), time(11)),), date(2026, 6, 3): ()}
    uhr = Arbeitszeit(NW, Dienstzeit(abweichend=halb))
    assert stunden(berlin(2026, 6, 1, 0), berlin(2026, 6, 8, 0), uhr) == 8 + 4 + 0 + 0 + 8 + 2


def test_night_shifts_over_the_change_of_clocks_count_what_really_passed() -> None:
    uhr = Arbeitszeit(Kalender("NI"), Dienstzeit({6: ((time(1), time(5)),)}))  # Sunday, 29 March 2026: 02:00 → 03:00
    assert stunden(berlin(2026, 3, 29, 0), berlin(2026, 3, 29, 12), uhr) == 3
    assert stunden(berlin(2026, 10, 25, 0), berlin(2026, 10, 25, 12), uhr) == 5


def test_a_clock_without_summer_time_has_its_own_office_hours() -> None:
    uhr = Arbeitszeit(NW, zone=UTC)
    assert stunden(as_us(datetime(2026, 6, 1, 8, tzinfo=UTC)), as_us(datetime(2026, 6, 1, 16, tzinfo=UTC)), uhr) == 8


def brute_force(von: int, bis: int) -> int:
    """Walks day by day with plain datetimes; knows nothing of breakpoints."""
    summe, tag = 0, (datetime.fromtimestamp(von / 1e6, BERLIN) - timedelta(days=1)).date()
    while tag <= (datetime.fromtimestamp(bis / 1e6, BERLIN) + timedelta(days=1)).date():
        if NW.ist_werktag(tag):
            oeffnet, schliesst = (
                round(datetime.combine(tag, time(h), BERLIN).timestamp()) * 1_000_000 for h in (8, 16)
            )
            summe += max(0, min(bis, schliesst) - max(von, oeffnet))
        tag += timedelta(days=1)
    return summe


def test_random_intervals_agree_with_walking_day_by_day() -> None:
    zufall = random.Random(7)
    paare = [
        (von, von + zufall.randrange(0, 30 * 24) * STUNDE_US + zufall.randrange(STUNDE_US))
        for von in (zufall.randrange(VON, BIS) for _ in range(3_000))
    ]
    von, bis = np.array(paare).T
    assert UHR.arbeitszeit_us(von, bis).tolist() == [brute_force(a, b) for a, b in paare]


@given(st.lists(INSTANTS, min_size=3, max_size=3).map(sorted))
def test_parts_add_up_to_the_whole(drei: list[int]) -> None:
    a, b, c = drei
    assert UHR.arbeitszeit_us(a, b) + UHR.arbeitszeit_us(b, c) == UHR.arbeitszeit_us(a, c)
    assert 0 <= UHR.arbeitszeit_us(a, b) <= b - a


@given(st.lists(INSTANTS, min_size=2, max_size=6))
@settings(max_examples=12)
def test_asking_for_other_years_never_moves_a_value(zeiten: list[int]) -> None:
    einzeln = [int(Arbeitszeit(NW).stand_us([zeit])[0]) for zeit in zeiten]
    nacheinander = Arbeitszeit(NW)
    assert [int(nacheinander.stand_us([zeit])[0]) for zeit in zeiten] == einzeln
    assert Arbeitszeit(NW).stand_us(zeiten).tolist() == einzeln


@given(st.integers(-(10**14), 10**14))
def test_the_instant_of_a_stand_has_that_stand(stand: int) -> None:
    assert int(UHR.stand_us([UHR.zeitpunkt_us(stand)])[0]) == stand


def test_nothing_in_gives_nothing_out_and_shapes_are_kept() -> None:
    assert UHR.stand_us([]).tolist() == []
    assert UHR.arbeitszeit_us([VON], [VON]).tolist() == [0]


def test_years_without_known_holidays_count_weekdays() -> None:
    uhr = Arbeitszeit(NW)
    assert stunden(berlin(1980, 4, 28, 0), berlin(1980, 5, 3, 0), uhr) == 40  # 1 May 1980 was a Thursday


@pytest.mark.parametrize("jahr", [1969, 2102])
def test_instants_outside_the_calendar_are_refused_in_words(jahr: int) -> None:
    with pytest.raises(Invalid, match="außerhalb der Jahre 1970 bis 2100"):
        UHR.stand_us([as_us(datetime(jahr, 6, 1, tzinfo=UTC))])
    with pytest.raises(Invalid, match="außerhalb"):
        UHR.zeitpunkt_us(10**18)


@pytest.mark.parametrize(
    "woche",
    [
        {0: ((time(8), time(12)), (time(11), time(16)))},
        {0: ((time(16), time(8)),)},
        {0: ((time(8), time(8)),)},
        {0: ()},
        {},
    ],
)
def test_impossible_office_hours_are_refused(woche: dict[int, tuple[tuple[time, time], ...]]) -> None:
    with pytest.raises(Invalid, match="Dienstzeit"):
        Dienstzeit(woche)


def test_a_working_day_needs_hours() -> None:
    with pytest.raises(Invalid, match="mehr als null Stunden"):
        Dienstzeit(stunden_je_at=0)
    assert Arbeitszeit(NW, Dienstzeit(stunden_je_at=7.8), ZoneInfo("Europe/Berlin")).at_us == 28_080_000_000
