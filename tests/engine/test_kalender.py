"""Working-day vectors of the domain specification, then the properties that hold for every calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import kalender
from engine.errors import Invalid
from engine.kalender import Kalender

VEKTOREN = [
    ("frist_at", "2026-06-01", 3, "NW", "2026-06-05"),
    ("frist_at", "2026-06-01", 3, "SH", "2026-06-04"),
    ("frist_at", "2026-06-01", 10, "NW", "2026-06-16"),
    ("frist_at", "2026-06-01", 10, "SH", "2026-06-15"),
    ("frist_kt", "2026-06-01", 10, "NW", "2026-06-11"),
    ("frist_at", "2026-05-30", 3, "NW", "2026-06-03"),
    ("frist_at", "2026-04-01", 3, "NW", "2026-04-08"),
    ("frist_at", "2026-04-01", 10, "NW", "2026-04-17"),
    ("frist_at", "2026-12-21", 3, "NW", "2026-12-24"),
    ("frist_at", "2026-12-21", 10, "NW", "2027-01-06"),
    ("frist_at", "2027-10-29", 1, "SH", "2027-11-01"),
    ("frist_at", "2027-10-29", 1, "NW", "2027-11-02"),
    ("frist_at", "2026-11-17", 1, "SN", "2026-11-19"),
    ("frist_at", "2026-11-17", 1, "NW", "2026-11-18"),
    ("frist_kt", "2026-05-11", 14, "NW", "2026-05-26"),
    ("frist_kt", "2026-12-12", 14, "NW", "2026-12-28"),
    ("frist_wochen", "2026-05-11", 2, "NW", "2026-05-26"),
    ("frist_monate", "2026-01-31", 1, "NW", "2026-03-02"),
    ("frist_monate", "2026-08-31", 6, "NW", "2027-03-01"),
    ("frist_at", "2026-08-07", 5, "BY", "2026-08-14"),
]


@pytest.mark.parametrize(("name", "start", "n", "land", "ergebnis"), VEKTOREN)
def test_deadlines_of_the_domain_specification(name: str, start: str, n: int, land: str, ergebnis: str) -> None:
    frist = kalender.funktionen(Kalender(land))[name]
    erwartet = date.fromisoformat(ergebnis)
    assert frist(start, n) == erwartet
    assert frist(date.fromisoformat(start), Decimal(n)) == erwartet
    assert frist(f"{start}T08:15:00+02:00", float(n)) == erwartet


def test_local_holidays_and_closing_days_of_the_office_count() -> None:
    by = Kalender("BY", feiertage=frozenset({date(2026, 8, 14)}))
    assert by.frist_at("2026-08-07", 5) == date(2026, 8, 17)
    assert by.feiertag("2026-08-14") == "örtlicher Feiertag"
    nw = Kalender("NW", schliesstage=frozenset({date(2026, 12, 24), date(2026, 12, 31)}))
    assert nw.frist_at("2026-12-21", 3) == date(2026, 12, 28)
    assert nw.frist_at("2026-12-21", 10) == date(2027, 1, 8)


def test_a_closing_day_does_not_move_the_end_of_a_legal_period() -> None:
    nw = Kalender("NW", schliesstage=frozenset({date(2026, 12, 24)}))
    assert nw.frist_kt("2026-12-10", 14) == date(2026, 12, 24)


def test_hours_run_through_weekends_and_the_change_of_the_clock() -> None:
    nw = Kalender()
    assert nw.frist_h("2026-06-05T16:00:00+02:00", 24) == datetime(2026, 6, 6, 14, 0, tzinfo=UTC)
    assert nw.frist_h(datetime(2026, 3, 28, 11, 0, tzinfo=UTC), 48) == datetime(2026, 3, 30, 11, 0, tzinfo=UTC)
    assert nw.frist_h("2026-06-05", 1) == datetime(2026, 6, 4, 23, 0, tzinfo=UTC)
    assert nw.frist_h("2026-06-05T16:00:00[Europe/Berlin]", 1) == datetime(2026, 6, 5, 15, 0, tzinfo=UTC)


def test_an_instant_late_in_the_evening_belongs_to_the_german_day() -> None:
    abends = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
    assert kalender.lokales_datum(abends) == date(2026, 6, 2)
    assert Kalender("SH").frist_at(abends, 1) == date(2026, 6, 3)
    with pytest.raises(Invalid, match="Zeitzone"):
        kalender.lokales_datum(datetime(2026, 6, 1, 22, 30))  # noqa: DTZ001


def test_a_day_ends_in_german_time() -> None:
    assert kalender.ende_des_tages(date(2026, 6, 5)) == datetime(2026, 6, 5, 21, 59, 59, tzinfo=UTC)
    assert kalender.ende_des_tages(date(2026, 1, 5)) == datetime(2026, 1, 5, 22, 59, 59, tzinfo=UTC)


def test_the_reason_of_a_deadline_names_what_was_left_out() -> None:
    nw = Kalender("NW", schliesstage=frozenset({date(2026, 6, 5)}))
    assert Kalender().begruende_frist("2026-06-01", 3) == "3 AT ab 01.06., Fronleichnam ausgenommen"
    assert Kalender("SH").begruende_frist("2026-06-01", 3) == "3 AT ab 01.06."
    assert Kalender().begruende_frist("2026-04-01", 3) == "3 AT ab 01.04., Karfreitag und Ostermontag ausgenommen"
    assert nw.begruende_frist("2026-06-01", 3) == "3 AT ab 01.06., Fronleichnam und Schließtag 05.06. ausgenommen"
    assert Kalender().begruende_frist("2026-06-04", 0) == "0 AT ab 04.06., Fronleichnam ausgenommen"


def test_days_between_are_signed_so_that_overdue_reads_seit_1_at() -> None:
    nw = Kalender()
    assert nw.arbeitstage_zwischen("2026-06-05", "2026-06-05") == 0
    assert nw.arbeitstage_zwischen("2026-06-01", "2026-06-05") == 3
    assert nw.arbeitstage_zwischen("2026-06-08", "2026-06-05") == -1
    assert nw.arbeitstage_zwischen("2026-12-30", "2027-01-04") == 2


def test_there_are_exactly_sixteen_laender_and_all_count() -> None:
    assert len(kalender.LAENDER) == 16
    assert {Kalender(land).feiertag("2026-10-03") for land in kalender.LAENDER} == {"Tag der Deutschen Einheit"}


@pytest.mark.parametrize("land", ["", "nw", "Augsburg", "XX", "NRW", None])
def test_an_unknown_land_is_refused(land: str) -> None:
    with pytest.raises(Invalid, match="Land"):
        Kalender(land)


@pytest.mark.parametrize("n", [-1, 1.5, "3", None, True, float("nan"), float("inf"), 10**9, Decimal("NaN"), [3]])
@pytest.mark.parametrize("name", ["frist_at", "frist_kt", "frist_h", "frist_wochen", "frist_monate"])
def test_a_wrong_number_is_refused_in_words(name: str, n: object) -> None:
    with pytest.raises(Invalid, match="muss ganz sein"):
        kalender.funktionen(Kalender())[name]("2026-06-01", n)


@pytest.mark.parametrize(
    "start",
    ["", "gestern", "2026-13-01", None, 5, "9999-12-31", "0001-01-01", "2026-06-01T99", "0001-01-01T00:00+14:00"],
)
@pytest.mark.parametrize("name", ["frist_at", "frist_kt", "frist_h", "frist_wochen", "frist_monate"])
def test_a_wrong_start_is_refused_in_words_without_the_value(name: str, start: object) -> None:
    with pytest.raises(Invalid) as refused:
        kalender.funktionen(Kalender())[name](start, 1)
    assert not start or str(start) not in refused.value.text


@pytest.mark.parametrize("name", ["frist_at", "frist_kt", "frist_h", "frist_wochen", "frist_monate"])
def test_a_deadline_never_leaves_the_known_years(name: str) -> None:
    with pytest.raises(Invalid, match="1991 bis 2100"):
        kalender.funktionen(Kalender())[name]("2100-12-31", 24)


def test_equal_calendars_are_one_key_of_a_cache() -> None:
    eins, zwei = Kalender("NW", frozenset({date(2026, 1, 2)})), Kalender("NW", frozenset({date(2026, 1, 2)}))
    assert eins == zwei and hash(eins) == hash(zwei)


kalender_beliebig = st.builds(
    Kalender,
    st.sampled_from(sorted(kalender.LAENDER)),
    st.frozensets(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=5),
    st.frozensets(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=5),
)
tage = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@settings(max_examples=60, deadline=None)
@given(kalender_beliebig, tage, st.integers(1, 120))
def test_frist_at_and_arbeitstage_zwischen_are_inverse(k: Kalender, start: date, n: int) -> None:
    ende = k.frist_at(start, n)
    assert k.ist_werktag(ende)
    assert k.arbeitstage_zwischen(start, ende) == n
    assert k.arbeitstage_zwischen(ende, start) == -n
    assert sum(k.ist_werktag(start + timedelta(days=i + 1)) for i in range((ende - start).days)) == n


@settings(max_examples=60, deadline=None)
@given(kalender_beliebig, tage, tage, st.integers(0, 400))
def test_a_later_start_never_gives_an_earlier_end(k: Kalender, a: date, b: date, n: int) -> None:
    a, b = min(a, b), max(a, b)
    for name in ("frist_at", "frist_kt", "frist_wochen", "frist_monate", "frist_h"):
        frist = getattr(k, name)
        assert frist(a, n) <= frist(b, n)
