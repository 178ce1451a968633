"""Working time of the office, against hand-computed weeks and a minute-by-minute oracle."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dienstzeit import Abschnitt, Dienstzeit
from engine.errors import Invalid
from engine.kalender import BERLIN, Kalender
from wertstrom.ereignisprotokoll import as_us
from wertstrom.kalender import STUNDE_US, Arbeitszeit

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


#: until 2019 all day, from 2020 on with a lunch break and a late Thursday, from 2024 on shorter and with half days
MITTAG = ((time(8), time(12)), (time(13), time(16)))
FASSUNGEN = (
    Abschnitt(date.min, NW, Dienstzeit()),
    Abschnitt(
        date(2020, 1, 1),
        NW,
        Dienstzeit(
            {0: MITTAG, 1: MITTAG, 2: MITTAG, 3: (*MITTAG[:1], (time(13), time(18, 30))), 4: ((time(7, 30), time(13)),)}
        ),
    ),
    Abschnitt(
        date(2024, 3, 15),
        Kalender("BY", schliesstage=frozenset({date(2024, 12, 27)})),
        Dienstzeit(dict.fromkeys(range(6), ((time(9), time(12, 15)),)), {date(2024, 12, 24): ((time(8), time(10)),)}),
    ),
)
MIT_FASSUNGEN = Arbeitszeit(NW, spaeter=FASSUNGEN[1:])


@cache
def windows_of(tag: date) -> tuple[tuple[int, int], ...]:
    """Opening and closing instants of a day, by plain datetimes; knows nothing of breakpoints."""
    fassung = [f for f in FASSUNGEN if f.ab <= tag][-1]
    fenster = fassung.dienstzeit.woche.get(tag.weekday(), ())
    if tag in fassung.dienstzeit.abweichend:
        fenster = fassung.dienstzeit.abweichend[tag]
    elif fassung.kalender.feiertag(tag) or tag in fassung.kalender.schliesstage:
        fenster = ()
    return tuple(
        (
            round(datetime.combine(tag, von, BERLIN).timestamp()) * 10**6,
            round(datetime.combine(tag, bis, BERLIN).timestamp()) * 10**6,
        )
        for von, bis in fenster
    )


def brute_force(von: int, bis: int) -> int:
    """Walks day by day."""
    summe, tag = 0, (datetime.fromtimestamp(von / 1e6, BERLIN) - timedelta(days=1)).date()
    ende = (datetime.fromtimestamp(bis / 1e6, BERLIN) + timedelta(days=1)).date()
    while tag <= ende:
        summe += sum(max(0, min(bis, zu) - max(von, auf)) for auf, zu in windows_of(tag))
        tag += timedelta(days=1)
    return summe


def test_20000_random_intervals_agree_with_walking_day_by_day() -> None:
    """Half of them over the changes of clocks, Easter, Christmas and the days on which other hours begin."""
    zufall = random.Random(7)
    haken = [berlin(j, m, t) for j in range(2013, 2028) for m, t in ((3, 27), (4, 3), (10, 26), (12, 24), (1, 1))]
    haken += [berlin(2020, 1, 1), berlin(2024, 3, 15)] * 10
    anfaenge = [zufall.randrange(VON, BIS) for _ in range(10_000)]
    anfaenge += [zufall.choice(haken) - zufall.randrange(12 * 24 * STUNDE_US) for _ in range(10_000)]
    paare = [(von, von + zufall.randrange(0, 20 * 24) * STUNDE_US + zufall.randrange(STUNDE_US)) for von in anfaenge]
    von, bis = np.array(paare).T
    assert MIT_FASSUNGEN.arbeitszeit_us(von, bis).tolist() == [brute_force(a, b) for a, b in paare]


def test_hours_that_begin_later_move_no_earlier_value() -> None:
    """Neither differences nor stored values of W."""
    zufall = random.Random(8)
    zeiten = np.array([zufall.randrange(VON, berlin(2024, 3, 15)) for _ in range(2_000)])
    ohne = Arbeitszeit(NW, spaeter=FASSUNGEN[1:2])
    assert ohne.stand_us(zeiten).tolist() == MIT_FASSUNGEN.stand_us(zeiten).tolist()
    spaeter = np.array([berlin(2024, 3, 15, 12), berlin(2026, 1, 2)])
    assert ohne.stand_us(spaeter).tolist() != MIT_FASSUNGEN.stand_us(spaeter).tolist()
    assert ohne.at_us == MIT_FASSUNGEN.at_us


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
