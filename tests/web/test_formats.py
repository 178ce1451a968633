"""German dates, durations, numbers and deadlines as pages show them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.model import AufgabeStatus, EreignisArt, Rueckgabegrund, VersionStatus, VorgangStatus, Wartegrund
from engine.queries.fristen import Ampel, Frist
from web import formats

DIENSTAG = datetime(2026, 6, 16, 7, 31, tzinfo=UTC)
TAGESENDE = datetime(2026, 6, 16, 21, 59, 59, tzinfo=UTC)


def test_dates_carry_weekday_and_local_time() -> None:
    assert formats.datum(DIENSTAG) == "Di, 16.06.2026"
    assert formats.datum(date(2026, 6, 16)) == "Di, 16.06.2026"
    assert formats.datum(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "Fr, 01.01.2027"
    assert formats.zeitpunkt(DIENSTAG) == "Di, 16.06.2026, 09:31 Uhr"
    assert formats.uhrzeit(datetime(2026, 1, 16, 7, 31, tzinfo=UTC)) == "08:31"
    assert formats.iso(DIENSTAG) == "2026-06-16T09:31:00+02:00"
    assert formats.datum(None) == formats.datum_kurz(None) == formats.zeitpunkt(None) == "–"


def test_times_of_today_need_no_date() -> None:
    assert formats.zeitpunkt_kurz(DIENSTAG, TAGESENDE) == "09:31"
    assert formats.zeitpunkt_kurz(DIENSTAG, TAGESENDE + timedelta(hours=1)) == "Di, 16.06.2026, 09:31 Uhr"
    assert formats.datum_knapp(DIENSTAG, TAGESENDE) == "16.06."
    assert formats.datum_knapp(DIENSTAG, datetime(2027, 1, 1, tzinfo=UTC)) == "16.06.2026"


@pytest.mark.parametrize(
    ("frist", "text"),
    [
        (Frist(Ampel.OHNE_FRIST), "ohne Frist"),
        (Frist(Ampel.WARTET), "ohne Frist"),
        (Frist(Ampel.IN_FRIST, TAGESENDE, 3), "bis Di, 16.06.2026 · in 3 AT"),
        (Frist(Ampel.LAEUFT_AB, TAGESENDE, 0), "bis Di, 16.06.2026 · heute"),
        (Frist(Ampel.UEBERSCHRITTEN, TAGESENDE, -2), "seit Di, 16.06.2026 · 2 AT"),
        (Frist(Ampel.UEBERSCHRITTEN, TAGESENDE, 0), "seit Di, 16.06.2026"),
        (Frist(Ampel.UEBERSCHRITTEN, DIENSTAG, 0), "seit Di, 16.06.2026, 09:31 Uhr"),
    ],
)
def test_deadlines_say_the_day_and_the_distance(frist: Frist, text: str) -> None:
    assert formats.frist_text(frist) == text
    assert formats.frist_knapp(frist, DIENSTAG) == text.replace("16.06.2026", "16.06.")


@pytest.mark.parametrize(
    ("wert", "stellen", "text"),
    [(1234.5, 1, "1.234,5"), (0, 0, "0"), (1_000_000, 0, "1.000.000"), (-7.25, 1, "-7,2"), (None, 0, "–")],
)
def test_numbers_are_german(wert: float | None, stellen: int, text: str) -> None:
    assert formats.zahl(wert, stellen) == text


def test_units_stand_behind_a_narrow_space_that_does_not_break() -> None:
    assert formats.arbeitstage(7.1) == "7,1\u202fAT"
    assert formats.kalendertage(None) == "–"
    assert formats.prozent(0.183) == "18\u202f%"


@pytest.mark.parametrize(
    ("minuten", "text"),
    [
        (0.5, "unter 1 min"),
        (20, "20\u202fmin"),
        (60, "1\u202fh"),
        (200, "3\u202fh 20\u202fmin"),
        (47 * 60, "47\u202fh"),
        (72 * 60, "3\u202fTage"),
    ],
)
def test_durations_of_the_clock(minuten: float, text: str) -> None:
    assert formats.dauer(timedelta(minutes=minuten)) == text


def test_every_state_reason_and_ampel_has_a_word() -> None:
    for status in (*AufgabeStatus, *VorgangStatus, *VersionStatus):
        assert formats.status_text(status)
        assert "ue" not in formats.status_text(status)
        assert "_" not in formats.status_text(status)
    assert {formats.grund_text(g) for g in (*Wartegrund, *Rueckgabegrund)}.isdisjoint({*Wartegrund, *Rueckgabegrund})
    assert set(formats.AMPEL) == set(Ampel)
    assert len({symbol for symbol, _ in formats.AMPEL.values()}) == len(Ampel)
    assert all("_" not in formats.ereignis_text(art) for art in EreignisArt)
    assert formats.grund_text(None) == ""


def test_a_link_behind_a_sentence_is_escaped() -> None:
    html = formats.mit_verweis("<b>", '"', "/x?a=1&b=2")
    assert html == '&lt;b&gt; <a class="kern-link" href="/x?a=1&amp;b=2">&#34;</a>'
