"""One tiny drawing for each rule about sequence flows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine import bpmn

Zeichne = Callable[..., Any]


def test_a_flow_in_the_wrong_scope_still_connects(zeichne: Zeichne) -> None:
    probe = zeichne("<subProcess id='u'><task id='a'/><task id='b'/></subProcess>", "a -> b")
    assert ("a", "b") in probe.fluesse
    assert set(probe.arten) == {"ende_ergaenzt", "start_ergaenzt"}


def test_a_flow_with_a_loose_end_is_left_out(zeichne: Zeichne) -> None:
    probe = zeichne("<task id='a'/><task id='b'/>", "a -> b", "b -> nirgends")
    assert probe.befund("fluss_ohne_ende").element == "b_nirgends"
    assert probe.tag("b_nirgends") is None


def test_flows_over_the_border_of_a_sub_process_are_those_of_the_sub_process(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><subProcess id='u'><task id='a'/><task id='b'/></subProcess><endEvent id='e'/>",
        *("s -> a", "a -> b", "b -> e"),
    )
    assert ("s", "u") in probe.fluesse and ("u", "e") in probe.fluesse and ("a", "b") in probe.fluesse
    assert probe.befund("fluss_am_rand", "s_a").stufe is bpmn.Stufe.WARNUNG
    assert probe.befund("fluss_am_rand", "b_e")


def test_a_flow_over_the_border_beside_the_right_one_is_left_out(zeichne: Zeichne) -> None:
    probe = zeichne("<task id='a'/><subProcess id='u'><task id='b'/></subProcess>", "a -> u", "a -> b")
    befund = probe.befund("fluss_ueber_grenze")
    assert befund.element == "a_b" and befund.stufe is bpmn.Stufe.WARNUNG


def test_a_flow_into_a_boundary_event_is_left_out(zeichne: Zeichne) -> None:
    probe = zeichne(
        """<startEvent id='s'/><task id='a'/><task id='b'/><boundaryEvent id='r' attachedToRef='a'>
        <timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition></boundaryEvent>""",
        "s -> a",
        "r -> b",
        "b -> r",
    )
    assert probe.befund("fluss_in_randereignis").element == "b_r"
    assert ("b", "r") not in probe.fluesse


def test_a_flow_back_into_the_start_goes_to_the_point_behind_it(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><task id='a'/><endEvent id='e'/>", "s -> a", "a -> s")
    assert probe.befund("fluss_in_start").element == "s"
    assert probe.fluesse == {("s", "s__danach"), ("s__danach", "a"), ("a", "s__danach")}
    assert probe.schritte["s"].ausgaenge == (bpmn.Ausgang("s_a", "a"),)
    assert probe.schritte["a"].ausgaenge == (bpmn.Ausgang("a_s", "a"),)


def test_an_end_with_an_exit_is_passed(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><endEvent id='e'/><task id='a'/>", "s -> e", "e -> a")
    assert probe.befund("ende_mit_ausgang").element == "e"
    assert probe.tag("e") == "intermediateThrowEvent"


def test_several_flows_out_of_a_task_start_all_branches(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><task id='a'/><task id='b'/><task id='c'/>", "s -> a", "a -> b", "a -> c")
    assert probe.befund("aufteilung_ohne_gateway").stufe is bpmn.Stufe.HINWEIS
    assert probe.tag("a__aufteilung") == "parallelGateway"
    assert {("a", "a__aufteilung"), ("a__aufteilung", "b"), ("a__aufteilung", "c")} <= probe.fluesse
    assert probe.schritte["a"].ausgaenge == (bpmn.Ausgang("a_b", "b"), bpmn.Ausgang("a_c", "c"))
    assert "a__aufteilung" not in probe.schritte


def test_several_flows_out_of_a_start_event_start_all_branches(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><task id='b'/><task id='c'/>", "s -> b", "s -> c")
    assert probe.tag("s__aufteilung") == "parallelGateway"


def test_conditions_at_a_task_start_every_branch_that_holds(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><task id='a' name='Prüfen'/><task id='b'/><task id='c'/><task id='d'/>",
        "s -> a",
        "a -> b [betrag > 1000]",
        "a -> c [alter < 18]",
        "a -> d",
    )
    assert probe.befund("bedingung_ohne_gateway").element == "a"
    assert probe.tag("a__aufteilung") == "inclusiveGateway"
    assert (probe.bedingung("a_b"), probe.bedingung("a_d")) == ("betrag > 1000", "true")
    assert probe.schritte["a__aufteilung"].art is bpmn.SchrittArt.ENTSCHEIDUNG


def test_the_default_flow_of_a_task_moves_with_its_branches(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><task id='a' default='a_c'/><task id='b'/><task id='c'/>",
        "s -> a",
        "a -> b [betrag > 1000]",
        "a -> c",
    )
    assert 'default="a_c"' in probe.xml("a__aufteilung") and "default" not in probe.xml("a").split(">")[0]


def test_foreign_conditions_at_a_task_are_picked_in_its_form(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><task id='a'/><task id='b'/><task id='c'/>", "s -> a", "a -> b [${x}]", "a -> c"
    )
    assert probe.schritte["a"].entscheidet == {"a__aufteilung": True}
    assert [x.ziel for x in probe.schritte["a__aufteilung"].ausgaenge] == ["b", "c"]
    assert probe.bedingung("a_c") == '"a_c" in entscheidung_a__aufteilung'


def test_a_condition_at_the_only_way_on_is_left_out(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><exclusiveGateway id='g' default='g_a'/><task id='a'/>", "s -> g", "g -> a [x > 1]"
    )
    assert probe.befund("bedingung_am_einzigen_weg").element == "g_a"
    assert probe.bedingung("g_a") is None


def test_an_unknown_default_flow_is_left_out(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><exclusiveGateway id='g' default='s_g'/><task id='a'/><task id='b'/>",
        "s -> g",
        "g -> a [x > 1]",
        "g -> b [x < 2]",
    )
    assert probe.befund("standardfluss_unbekannt").element == "g"
    assert "default" not in probe.xml("g").split(">")[0]


def test_a_condition_at_the_default_flow_is_left_out(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><exclusiveGateway id='g' default='g_b'/><task id='a'/><task id='b'/>",
        "s -> g",
        "g -> a [x > 1]",
        "g -> b [x < 2]",
    )
    assert probe.befund("bedingung_am_standardfluss").element == "g_b"
    assert (probe.bedingung("g_a"), probe.bedingung("g_b")) == ("x > 1", None)


def test_conditions_behind_a_parallel_gateway_are_left_out(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><parallelGateway id='g'/><task id='a'/><task id='b'/>",
        "s -> g",
        "g -> a [x > 1]",
        "g -> b",
    )
    assert probe.befund("bedingung_am_parallelen_weg").element == "g_a"
    assert probe.bedingung("g_a") is None
