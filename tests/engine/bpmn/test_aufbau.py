"""What is taken from the XML: ids, names, lanes, lines; and what stays behind, said once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import bpmn

Zeichne = Callable[..., Any]
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def test_a_drawing_without_anything_special_has_no_findings(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><userTask id='t' name='Prüfen'/><endEvent id='e'/>", "s -> t", "t -> e")
    assert probe.ergebnis.status is bpmn.Status.LAUFFAEHIG
    assert probe.ergebnis.befunde == ()
    assert probe.fluesse == {("s", "t"), ("t", "e")}


def test_findings_carry_line_element_and_label_of_the_original(zeichne: Zeichne) -> None:
    probe = zeichne(
        """<startEvent id='s'/>
        <task id='t'/>
        <scriptTask id='x' name='Akte
        anlegen'/>
        <endEvent id='e'/>""",
        "s -> t",
        "t -> x",
        "x -> e",
    )
    befund = probe.befund("skript_von_hand")
    assert (befund.zeile, befund.element, befund.name) == (4, "x", "Akte anlegen")
    assert probe.ergebnis.to_json()["befunde"][0]["stufe"] == "warnung"


def test_elements_without_an_id_get_one(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent/><task id='task_ohne_Kennung'/><task/><task/>")
    assert probe.arten.count("kennung_fehlt") == 3
    assert {"task_ohne_Kennung", "task_ohne_Kennung_2", "task_ohne_Kennung_3"} & set(probe.schritte) == set()
    assert probe.schritte["startEvent_ohne_Kennung"].art is bpmn.SchrittArt.START


def test_a_flow_without_an_id_gets_one(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><task id='t'/><sequenceFlow sourceRef='s' targetRef='t'/>")
    assert probe.befund("kennung_fehlt").element == "Fluss_ohne_Kennung"
    assert ("s", "t") in probe.fluesse


def test_a_drawn_id_is_never_taken_by_a_generated_one(zeichne: Zeichne) -> None:
    probe = zeichne("<task/><task id='task_ohne_Kennung'/>")
    assert probe.tag("task_ohne_Kennung") == "userTask" and probe.tag("task_ohne_Kennung_2") == "userTask"
    assert probe.befund("kennung_fehlt").element == "task_ohne_Kennung_2"


def test_of_two_equal_ids_in_one_scope_the_second_is_replaced(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><task id='t' name='eins'/><endEvent id='t' name='zwei'/>", "s -> t")
    assert probe.befund("kennung_ersetzt").name == "zwei"


def test_equal_ids_in_two_scopes_keep_their_own_flows(zeichne: Zeichne) -> None:
    innen = "<startEvent id='s'/><task id='t'/><sequenceFlow id='f' sourceRef='s' targetRef='t'/>"
    probe = zeichne(f"<startEvent id='s'/><task id='t'/><subProcess id='u'>{innen}</subProcess>", "s -> t", "t -> u")
    assert probe.arten.count("kennung_ersetzt") == 2
    assert {("s", "t"), ("t", "u"), ("startEvent_neue_Kennung", "task_neue_Kennung")} <= probe.fluesse


def test_ids_of_vendor_elements_do_not_clash_with_nodes(zeichne: Zeichne) -> None:
    fremd = "<extensionElements><v:x xmlns:v='urn:v' id='t'/></extensionElements>"
    probe = zeichne(f"<startEvent id='s'>{fremd}</startEvent><task id='t'>{fremd}</task>", "s -> t")
    assert probe.tag("t") == "userTask"
    assert probe.befund("zusatzangaben").stufe is bpmn.Stufe.HINWEIS
    assert b"extensionElements" not in probe.ergebnis.ausfuehrbar and b"urn:v" not in probe.ergebnis.ausfuehrbar


@pytest.mark.parametrize("kennung", ["a b", "a&quot;b", "a&#39;b", "a&lt;b", "a\\b", "a#b", "x" * 201])
def test_ids_that_would_break_an_expression_are_replaced(zeichne: Zeichne, kennung: str) -> None:
    probe = zeichne(
        f"<startEvent id='s'/><task id='{kennung}'/><sequenceFlow id='f' sourceRef='s' targetRef='{kennung}'/>"
    )
    assert probe.befund("kennung_ersetzt").element == "task_neue_Kennung"
    assert ("s", "task_neue_Kennung") in probe.fluesse


@pytest.mark.parametrize("kennung", ["{7C1B-2}", "sid-5", "_1", "a.b:c", "größe", "1"])
def test_unusual_ids_of_real_tools_stay(zeichne: Zeichne, kennung: str) -> None:
    ergebnis = zeichne(f"<task id='{kennung}'/><task id='b'/>", f"b -> {kennung}").ergebnis
    assert kennung in {s.element for s in ergebnis.modelle[0].schritte}


def test_ids_that_spiffworkflow_uses_itself_stay() -> None:
    xml = f'<definitions xmlns="{BPMN}"><process id="End"><startEvent id="Start"/></process></definitions>'
    assert [s.element for s in bpmn.pruefe(xml.encode()).modelle[0].schritte] == ["Start"]


def test_references_with_a_namespace_prefix_are_understood(zeichne: Zeichne) -> None:
    probe = zeichne("<task id='a'/><task id='b'/><sequenceFlow id='f' sourceRef='q:a' targetRef='q:b'/>")
    assert ("a", "b") in probe.fluesse


def test_flow_ends_that_only_the_nodes_name_are_completed(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<task id='a'><outgoing>f</outgoing></task><task id='b'><incoming>f</incoming></task><sequenceFlow id='f'/>"
    )
    assert ("a", "b") in probe.fluesse


def test_the_inner_lane_wins_and_lanes_reach_into_sub_processes(zeichne: Zeichne) -> None:
    probe = zeichne(
        """<laneSet><lane name='Amt'><flowNodeRef>a</flowNodeRef><flowNodeRef>u</flowNodeRef><childLaneSet>
        <lane name='Leitung'><flowNodeRef>a</flowNodeRef></lane><lane name='leer'/></childLaneSet></lane>
        </laneSet><task id='a'/><subProcess id='u'><task id='b'/></subProcess><task id='c'/>""",
        "a -> u",
        "u -> c",
    )
    lanes = {k: s.lane for k, s in probe.schritte.items()}
    assert lanes == {"a": "Leitung", "u": "Amt", "b": "Amt", "c": None}
    assert probe.ergebnis.modelle[0].lanes == ("Amt", "Leitung")


def test_a_pool_without_lanes_lends_its_name(zeichne: Zeichne) -> None:
    pool = "<collaboration id='k'><participant id='t' name='Jugendamt' processRef='p'/></collaboration>"
    probe = zeichne("<task id='a'/>", ausserdem=pool)
    assert probe.schritte["a"].lane == "Jugendamt" and probe.ergebnis.modelle[0].lanes == ("Jugendamt",)
    ohne_namen = "<laneSet><lane id='l1'><flowNodeRef>a</flowNodeRef></lane></laneSet>"
    assert zeichne(ohne_namen + "<task id='a'/>").schritte["a"].lane == "Prozess"


def test_data_and_message_flows_are_documentation_and_say_so_once(zeichne: Zeichne) -> None:
    probe = zeichne(
        """<dataObject id='d'/><dataStoreReference id='r'/><dataObjectReference id='o' dataObjectRef='d'/>
        <task id='a'><ioSpecification/><dataInputAssociation><sourceRef>o</sourceRef></dataInputAssociation></task>""",
        ausserdem="<collaboration id='k'><messageFlow id='m1'/><messageFlow id='m2'/></collaboration>",
    )
    assert probe.arten.count("daten_nur_dokumentation") == 1
    assert probe.arten.count("nachrichtenfluss_nur_dokumentation") == 1
    assert b"data" not in probe.ergebnis.ausfuehrbar


def test_the_documentation_of_a_step_is_kept_up_to_a_limit(zeichne: Zeichne) -> None:
    probe = zeichne(f"<task id='a'><documentation>{'x' * 9_000}</documentation></task>")
    assert len(probe.schritte["a"].dokumentation) == 4_000


def test_every_process_with_steps_is_a_model(zeichne: Zeichne) -> None:
    probe = zeichne("<task id='a'/>", ausserdem="<process id='q'><task id='b'/></process><process id='leer'/>")
    assert [m.prozess_id for m in probe.ergebnis.modelle] == ["p", "q"]


def test_equal_process_ids_are_told_apart(zeichne: Zeichne) -> None:
    probe = zeichne("<task id='a'/>", ausserdem="<process id='p'><task id='b'/></process>")
    assert [m.prozess_id for m in probe.ergebnis.modelle] == ["p", "Prozess_neue_Kennung"]
    assert probe.befund("kennung_ersetzt")


def test_a_file_without_any_step_is_empty(zeichne: Zeichne) -> None:
    ergebnis = zeichne("<documentation>nur Text</documentation>").ergebnis
    assert ergebnis.status is bpmn.Status.LEER and [b.art for b in ergebnis.befunde] == ["kein_ablauf"]


def test_too_many_nodes_and_too_deep_sub_processes_are_refused(zeichne: Zeichne) -> None:
    for knoten in ("<task/>" * 5_001, "<subProcess>" * 27 + "<task/>" + "</subProcess>" * 27):
        ergebnis = zeichne(knoten).ergebnis
        assert ergebnis.status is bpmn.Status.ABGELEHNT and [b.art for b in ergebnis.befunde] == ["zu_gross"]


def test_resources_at_a_step_are_documentation(zeichne: Zeichne) -> None:
    probe = zeichne("<task id='a'><potentialOwner><resourceRef>r</resourceRef></potentialOwner></task>")
    assert probe.befund("zustaendigkeit_nur_dokumentation").stufe is bpmn.Stufe.HINWEIS


def test_conditions_that_are_too_long_together_are_refused(zeichne: Zeichne) -> None:
    fluesse = [f"a -> b{i} [{'x + ' * 500}x > 1]" for i in range(110)]
    assert [b.art for b in zeichne("<task id='a'/>", *fluesse).ergebnis.befunde] == ["zu_gross"]
