"""Conditions and default flows at activities and events."""

from __future__ import annotations

import pytest

from engine import spiff

TEXT = "start -> a\na -[n > 1]-> b\na -[n > 2]-> c\na -*-> d"


@pytest.mark.parametrize(("n", "bereit"), [(1, ["d"]), (2, ["b"]), (3, ["b", "c"])])
def test_every_flow_whose_condition_is_true_is_taken_else_the_default(spiele, n, bereit):
    """SpiffWorkflow fault 14: there a condition on a flow that leaves a task is ignored."""
    assert spiele(TEXT).erledige("a", n=n).bereit == bereit


@pytest.mark.parametrize(("n", "bereit"), [(1, ["d", "e"]), (2, ["b", "e"])])
def test_a_flow_without_condition_is_always_taken(spiele, n, bereit):
    assert spiele(TEXT + "\na -> e").erledige("a", n=n).bereit == bereit


def test_a_default_flow_without_conditions_beside_it_is_a_plain_flow(spiele):
    assert spiele("start -> a\na -*-> b\na -> c").erledige("a").bereit == ["b", "c"]


def test_no_true_condition_and_no_default_is_a_fault_that_names_the_task(spiele):
    spiel = spiele("start -> a\na -[n > 1]-> b\na -[n > 2]-> c")
    with pytest.raises(spiff.Ausfuehrungsfehler, match=r"„a“.*Standardausgang") as fehler:
        spiel.erledige("a", n=0)
    assert fehler.value.element == "a" and spiel.erledige("a", n=2).bereit == ["b"]


def test_sub_processes_repetitions_and_events_choose_too(spiele):
    mehrfach = (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    text = """
        start -> tp_1
        tp_1 -[n = 1]-> m
        tp_1 -*-> b
        m -[n = 2]-> fang_e
        m -*-> c
        fang_e -[n = 3]-> d
        fang_e -*-> e
        r -[n = 9]-> f
        r -*-> g
    """
    spiel = spiele(
        text,
        teile={"tp_1": "start_1 -> x"},
        zusatz={"m": mehrfach},
        timer={"fang_e": ("nachricht", "M")},
        rand={"r": ("m", "nachricht", "N", False)},
    )
    spiel.erledige("x", n=1).loese_aus("r").erledige("m").erledige("m", n=2)
    assert spiel.bereit == ["fang_e", "g"]
    assert spiel.loese_aus("fang_e", n=3).bereit == ["d", "g"]


def test_flows_chosen_at_a_task_meet_again_at_an_inclusive_gateway(spiele):
    text = "start -> a\na -[n > 1]-> b -> or_j\na -[n > 2]-> c -> or_j\na -*-> d -> or_j\nor_j -> z"
    spiel = spiele(text).erledige("a", n=3).erledige("b")
    assert spiel.bereit == ["c"] and spiel.erledige("c").bereit == ["z"]
    assert spiele(text).erledige("a", n=2).erledige("b").bereit == ["z"]
