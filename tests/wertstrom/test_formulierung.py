"""Numbers and durations in German words."""

from __future__ import annotations

import pytest

from wertstrom.formulierung import format_anteil, format_tage, format_zahl, format_ziel
from wertstrom.kennzahlen import Uhr, Ziel


@pytest.mark.parametrize(
    ("wert", "stellen", "text"),
    [(1234.5, 1, "1.234,5"), (0, 0, "0"), (None, 1, "–"), (1e6, 0, "1.000.000"), (0.05, 2, "0,05"), (-3.5, 1, "–3,5")],
)
def test_numbers(wert: float | None, stellen: int, text: str) -> None:
    assert format_zahl(wert, stellen) == text


@pytest.mark.parametrize(
    ("tage", "uhr", "text"),
    [
        (7.12, Uhr.AT, "7,1 AT"),
        (1.0, "KT", "1,0 KT"),
        (0.4, Uhr.AT, "3 h 12 min"),
        (0.4, Uhr.KT, "9 h 36 min"),
        (0.125, Uhr.AT, "1 h"),
        (0.01, Uhr.AT, "5 min"),
        (0.0, Uhr.AT, "0 min"),
        (0.9999, Uhr.AT, "8 h"),
        (-0.5, Uhr.AT, "–4 h"),
        (None, Uhr.AT, "–"),
    ],
)
def test_durations_are_days_or_below_one_day_hours_of_the_clock(tage: float | None, uhr: Uhr, text: str) -> None:
    assert format_tage(tage, uhr) == text


def test_shares_and_targets() -> None:
    assert format_anteil(0.184) == "18\u00a0%"
    assert format_anteil(None) == "–"
    assert format_ziel(Ziel(10, Uhr.AT)) == "10 AT"
    assert format_ziel(Ziel(7.5, Uhr.KT)) == "7,5 KT"
