"""Which times and conditions count, case by case; texts of real tools among them."""

from __future__ import annotations

import pytest

from engine.bpmn import ausdruecke
from engine.bpmn.ausdruecke import Zeitangabe


@pytest.mark.parametrize(
    ("feld", "text", "erwartet"),
    [
        ("timeDuration", "P7D", ("timeDuration", "P7D")),
        ("timeDuration", "P7DT0H", ("timeDuration", "P7DT0H")),
        ("timeDuration", " PT0.5S ", ("timeDuration", "PT0.5S")),
        ("timeDate", "P7D", ("timeDuration", "P7D")),
        ("timeDuration", "2030-02-28", ("timeDate", "2030-02-28")),
        ("timeDate", "1970-01-01T00:00:00", ("timeDate", "1970-01-01T00:00:00")),
        ("timeDate", "2030-01-01T08:00:00.000Z", ("timeDate", "2030-01-01T08:00:00.000Z")),
        ("timeCycle", "R6/P1D", ("timeCycle", "R6/P1D")),
        ("timeCycle", "R/2030-01-01T08:00:00Z/P1D", ("timeCycle", "R/2030-01-01T08:00:00Z/P1D")),
        ("timeCycle", "R2/P1D/2030-02-01", ("timeCycle", "R2/P1D/2030-02-01")),
        ("timeDuration", '"P3D"', ("timeDuration", '"P3D"')),
        ("timeDuration", '="P3D"', ("timeDuration", '"P3D"')),
        ("timeDate", "frist_at(eingang, 10)", ("timeDate", "frist_at(eingang, 10)")),
    ],
)
def test_times_that_can_be_waited_for(feld: str, text: str, erwartet: tuple[str, str]) -> None:
    for variablen in (None, frozenset[str]()):
        assert ausdruecke.judge_zeitangabe(feld, text, variablen) == Zeitangabe(*erwartet)


@pytest.mark.parametrize(
    "text",
    [
        *("", "P", "PT", "P-1D", "P1", "7 days", "_undefined", "undefined", "Montag", "5", "now", "P9999999999M"),
        *("2030-02-30", "2030-13-01T00:00:00Z", "0001-01-01", "9999-12-31", "12:00", "R3", "R0/PT1H", "R3/PT0S"),
        *("0 0 9-17 * * MON-FRI", "R3/2030-02-30/P1D", "R2/2030-01-01/P1D/2030-02-01", "${due}", "=", "P٣D", "P1D;x"),
        "x" * 3_000,
    ],
)
def test_times_that_nobody_can_wait_for(text: str) -> None:
    for feld in ("timeDate", "timeDuration", "timeCycle", ""):
        assert ausdruecke.judge_zeitangabe(feld, text, frozenset()) is None


def test_a_time_counts_only_if_a_form_can_set_what_it_reads() -> None:
    assert ausdruecke.judge_zeitangabe("timeDate", "frist_at(antrag, 3)", frozenset()) is None
    assert ausdruecke.judge_zeitangabe("timeDate", "frist_at(antrag, 3)", frozenset({"antrag"}))


@pytest.mark.parametrize(
    "text",
    [
        "betrag > 1000",
        'art = "neu" and not(eilig)',
        "alter in [14..17]",
        'some r in risiken satisfies r = "rot"',
        'contains(text, "a == b && c")',
        "frist_at(eingang, 10) < eingang or offen",
        'entscheidung_g1 = "f1"',
    ],
)
def test_conditions_that_decide_when_nothing_is_known_about_forms(text: str) -> None:
    assert ausdruecke.judge_bedingung(text, "", None).feel == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "Ja", "Vacation approved", "condition", "true", "1 = 1", '"neu"'),
        *("${a}", "#{a}", "a == 1", "a = 1; b", "a && b", "a || b", "a.getVariable('x') = 1", "if (a) {", "x" * 3_000),
        "bpmn:getDataObject('clarified') = 'no'",
    ],
)
def test_conditions_that_do_not_decide(text: str) -> None:
    urteil = ausdruecke.judge_bedingung(text, "", None)
    assert not urteil.brauchbar and urteil.grund


def test_a_name_that_the_expression_binds_itself_needs_no_form() -> None:
    text = 'some r in risiken satisfies r = "rot"'
    assert ausdruecke.judge_bedingung(text, "", frozenset({"risiken"})).brauchbar


def test_the_first_contact_and_choices_are_always_known() -> None:
    assert ausdruecke.judge_bedingung("eingang != null", "", frozenset()).brauchbar
    assert ausdruecke.judge_bedingung('"f" in entscheidung_g', "", frozenset()).brauchbar


def test_a_form_may_use_the_name_of_a_function_for_its_field() -> None:
    assert ausdruecke.judge_bedingung("sum > 3", "", frozenset({"sum"})).brauchbar
    assert not ausdruecke.judge_bedingung("sum > 3", "", frozenset()).brauchbar
