"""Sending work back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import errors

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STUNDE = timedelta(hours=1)
TEXT = """
    start -> a -> xor_x
    xor_x -[gut = true]-> b -> ende
    xor_x -*-> c -> ende
    r -> mahnen
    s -> mahnen
"""
RAND = {"r": ("a", "timeDuration", "PT2H", False), "s": ("b", "timeDuration", "PT5H", False)}


def test_work_goes_back_to_an_earlier_step_and_comes_again(spiele):
    spiel = spiele(TEXT, rand=RAND).erledige("a", gut=True)
    alt = spiel.token("b")
    spiel.gib_zurueck("b", "a")
    assert spiel.bereit == ["a"] and spiel.token("a") != alt and spiel.passiert == []
    assert spiel.erledige("a", gut=False).bereit == ["c"]


def test_timers_of_the_left_step_end_and_those_of_the_target_begin_anew(spiele):
    spiel = spiele(TEXT, rand=RAND).erledige("a", gut=True)
    assert set(spiel.faellig) == {"s"}
    spiel.gib_zurueck("b", "a", now=JETZT + STUNDE)
    assert spiel.faellig == {"r": JETZT + 3 * STUNDE}
    assert spiel.warte(JETZT + 9 * STUNDE).bereit == ["a", "mahnen"]


def test_a_parallel_branch_is_not_touched(spiele):
    text = "start -> and_s\nand_s -> a -> b -> and_j\nand_s -> c -> and_j\nand_j -> z -> ende"
    spiel = spiele(text).erledige("a").erledige("c").gib_zurueck("b", "a")
    assert spiel.bereit == ["a"]
    assert spiel.erledige("a").erledige("b").bereit == ["z"]


def test_work_goes_back_inside_a_sub_process(spiele):
    spiel = spiele("start -> a -> tp_1 -> z", teile={"tp_1": "start_1 -> x -> y -> ende_1"}).erledige("a").erledige("x")
    assert spiel.gib_zurueck("y", "x").bereit == ["x"]
    assert spiel.erledige("x").erledige("y").bereit == ["z"]


def test_a_hundred_returns_leave_the_state_as_small(spiele):
    spiel = spiele(TEXT, rand=RAND)
    for _ in range(100):
        groesse = len(spiel.erledige("a", gut=True).stand.zustand)
        spiel.gib_zurueck("b", "a")
    assert len(spiel.erledige("a", gut=True).stand.zustand) == groesse


def test_the_racers_of_an_event_gateway_are_withdrawn_together(spiele):
    spiel = spiele(
        "start -> a -> ereignis_g\nereignis_g -> eingang -> z\nereignis_g -> timer_t -> z\nr -> mahnen",
        timer={"timer_t": ("timeDuration", "P1D")},
        rand={"r": ("eingang", "timeDuration", "PT1H", False)},
    ).erledige("a")
    assert set(spiel.faellig) == {"timer_t", "r"}
    spiel.gib_zurueck("eingang", "a")
    assert spiel.bereit == ["a"] and spiel.faellig == {}


def test_an_inclusive_join_goes_on_when_the_branch_it_waited_for_goes_back_behind_the_split(spiele):
    """The caller does not ask for this, but the join must not hang if he does."""
    text = "start -> a -> and_s\nand_s -> b -> or_j\nand_s -> c -> or_j\nand_s -> d\nor_j -> z"
    spiel = spiele(text).erledige("a").erledige("b").gib_zurueck("c", "d")
    assert spiel.bereit == ["d", "d", "z"]


@pytest.mark.parametrize("ziel", ["weg", "", "xor_x", "start", "r", "a#rand"])
def test_only_work_of_a_person_on_the_same_level_is_a_target(spiele, ziel):
    spiel = spiele(TEXT, rand=RAND).erledige("a", gut=True)
    with pytest.raises(errors.Invalid, match="Zurückgeben nicht möglich"):
        spiel.gib_zurueck("b", ziel)
    assert spiel.bereit == ["b"]


def test_what_is_not_ready_cannot_go_back(spiele):
    spiel = spiele(TEXT, rand=RAND)
    token = spiel.token("a")
    spiel.erledige("a", gut=True)
    spiel.token = lambda _element: token
    with pytest.raises(errors.Conflict):
        spiel.gib_zurueck("a", "a")
