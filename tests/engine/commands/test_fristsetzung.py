"""Deadlines of Aufgaben: from the expression set up for the step, in the calendar of the office."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import db, errors
from engine.model import Aufgabe

EINE = ('<userTask id="a" name="Prüfen"/>', "s>a", "a>e")


def started(amt, zeichnung, frist):
    prozess = amt.publish(
        zeichnung(*EINE), einrichtung={"aufgaben": {"a": {"frist": frist, "frist_art": "standard"}}}, formulare={}
    )
    vorgang = amt.start(prozess, amt.now + timedelta(days=2))
    with db.reading(amt.sessions) as session:
        return session.get_one(Aufgabe, amt.offene(vorgang)["a"])


def test_a_deadline_counts_from_the_first_contact_and_says_how(amt, zeichnung):
    # Wednesday 17 June 2026 + 3 AT = Monday 22 June, end of the day in Berlin.
    aufgabe = started(amt, zeichnung, "frist_at(eingang, 3)")
    assert aufgabe.frist_am.isoformat() == "2026-06-22T21:59:59+00:00"
    assert aufgabe.frist_grund == "3 AT ab 17.06."
    assert aufgabe.frist_art == "standard"


def test_a_deadline_may_count_from_when_the_step_is_ready(amt, zeichnung):
    assert started(amt, zeichnung, "frist_at(bereit, 1)").frist_am.isoformat() == "2026-06-18T21:59:59+00:00"


def test_null_means_that_this_vorgang_has_no_deadline_here(amt, zeichnung):
    aufgabe = started(amt, zeichnung, 'if fasttrack = "regel" then frist_at(eingang, 3) else null')
    assert (aufgabe.frist_am, aufgabe.frist_art) == (None, None)


@pytest.mark.parametrize("frist", ["1 + 1", "frist_at(gibt_es_nicht, 3)", 'frist_at("Frau Muster", 3)', '"morgen"'])
def test_a_deadline_that_is_no_day_stops_the_step_and_names_it_without_any_value(amt, zeichnung, frist):
    with pytest.raises(errors.EngineError, match="Prüfen") as stopped:
        started(amt, zeichnung, frist)
    assert not isinstance(stopped.value, errors.Invalid)
    assert "Muster" not in stopped.value.text


def test_a_time_without_zone_is_the_clock_on_the_wall(amt, zeichnung):
    aufgabe = started(amt, zeichnung, 'date and time("2026-06-19T12:00:00")')
    assert aufgabe.frist_am.isoformat() == "2026-06-19T10:00:00+00:00"


def test_of_several_computed_days_no_reason_is_shown_that_may_be_another_ones(amt, zeichnung):
    aufgabe = started(amt, zeichnung, "min(frist_at(eingang, 1), frist_at(eingang, 3))")
    assert aufgabe.frist_am.isoformat() == "2026-06-18T21:59:59+00:00"
    assert aufgabe.frist_grund is None
