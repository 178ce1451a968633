"""One tiny drawing for each rule about activities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import bpmn

Zeichne = Callable[..., Any]


#: what a task cannot do without by the schema
ZUSATZ = {
    "choreographyTask": "initiatingParticipantRef='x'>"
    "<participantRef>x</participantRef><participantRef>y</participantRef>"
    "<messageFlowRef>m</messageFlowRef></choreographyTask>"
}


def schritt(knoten: str) -> str:
    return f"<startEvent id='s'/>{knoten}<endEvent id='e'/>"


@pytest.mark.parametrize("tag", ["task", "userTask", "manualTask"])
def test_tasks_of_people_need_no_finding(zeichne: Zeichne, tag: str) -> None:
    probe = zeichne(schritt(f"<{tag} id='a'/>"), "s -> a", "a -> e")
    assert probe.arten == [] and probe.tag("a") == "userTask" and probe.schritte["a"].bpmn_typ == tag


@pytest.mark.parametrize(
    ("tag", "art", "stufe"),
    [
        ("serviceTask", "service_von_hand", bpmn.Stufe.HINWEIS),
        ("sendTask", "senden_von_hand", bpmn.Stufe.HINWEIS),
        ("scriptTask", "skript_von_hand", bpmn.Stufe.WARNUNG),
        ("businessRuleTask", "entscheidungstabelle_von_hand", bpmn.Stufe.WARNUNG),
        ("choreographyTask", "choreografie_von_hand", bpmn.Stufe.WARNUNG),
    ],
)
def test_technical_tasks_are_done_by_a_person(zeichne: Zeichne, tag: str, art: str, stufe: bpmn.Stufe) -> None:
    probe = zeichne(schritt(f"<{tag} id='a' {ZUSATZ.get(tag, '/>')}"), "s -> a", "a -> e")
    assert probe.arten == [art] and probe.befund(art).stufe is stufe
    assert probe.tag("a") == "userTask" and probe.schritte["a"].art is bpmn.SchrittArt.AUFGABE


def test_the_script_of_a_script_task_never_reaches_the_copy(zeichne: Zeichne) -> None:
    skript = "<scriptTask id='a'><script>import os; os.system('id')</script></scriptTask>"
    assert b"os" not in zeichne(schritt(skript), "s -> a", "a -> e").ergebnis.ausfuehrbar.split(b"startEvent")[1]


def test_a_receive_task_is_confirmed_by_a_person(zeichne: Zeichne) -> None:
    probe = zeichne(schritt("<receiveTask id='a'/>"), "s -> a", "a -> e")
    assert probe.arten == ["eingang_bestaetigen"] and probe.schritte["a"].art is bpmn.SchrittArt.EINGANG


def test_a_call_in_the_same_file_stays(zeichne: Zeichne) -> None:
    probe = zeichne(
        schritt("<callActivity id='a' calledElement='x:q'/>"),
        "s -> a",
        "a -> e",
        ausserdem="<process id='q'><startEvent id='t'/></process>",
    )
    assert probe.tag("a") == "callActivity" and 'calledElement="q"' in probe.xml("a")
    assert probe.ergebnis.modelle[0].aufrufe == ("q",)


def test_a_call_of_a_published_process_stays(zeichne: Zeichne) -> None:
    probe = zeichne(
        schritt("<callActivity id='a' calledElement='bescheid'/>"),
        "s -> a",
        "a -> e",
        bekannte_prozesse=frozenset({"bescheid"}),
    )
    assert probe.arten == [] and probe.schritte["a"].art is bpmn.SchrittArt.AUFRUF
    assert probe.ergebnis.modelle[0].aufrufe == ("bescheid",)


def test_the_called_process_of_camunda_8_is_read(zeichne: Zeichne) -> None:
    zeebe = "<extensionElements><z:calledElement xmlns:z='urn:z' processId='bescheid'/></extensionElements>"
    probe = zeichne(
        schritt(f"<callActivity id='a'>{zeebe}</callActivity>"), "s -> a", bekannte_prozesse=frozenset({"bescheid"})
    )
    assert probe.tag("a") == "callActivity"


@pytest.mark.parametrize("attribut", ["", "calledElement='fremd'", "calledElement='${x}'"])
def test_an_unknown_call_is_done_by_a_person(zeichne: Zeichne, attribut: str) -> None:
    probe = zeichne(schritt(f"<callActivity id='a' {attribut}/>"), "s -> a", "a -> e")
    assert probe.befund("aufruf_unbekannt").stufe is bpmn.Stufe.WARNUNG
    assert probe.tag("a") == "userTask" and probe.ergebnis.modelle[0].aufrufe == ()


def test_a_called_global_task_is_done_by_a_person(zeichne: Zeichne) -> None:
    probe = zeichne(
        schritt("<callActivity id='a' calledElement='g'/>"), "s -> a", "a -> e", ausserdem="<globalUserTask id='g'/>"
    )
    assert probe.arten == ["globale_aufgabe"] and probe.tag("a") == "userTask"


def test_processes_that_call_each_other_in_a_circle_are_cut(zeichne: Zeichne) -> None:
    probe = zeichne(
        schritt("<callActivity id='a' calledElement='q'/>"),
        "s -> a",
        "a -> e",
        ausserdem="<process id='q'><subProcess id='u'><callActivity id='b' calledElement='p'/></subProcess></process>",
    )
    assert probe.befund("aufruf_im_kreis").element == "b"
    assert (probe.tag("a"), probe.tag("b")) == ("callActivity", "userTask")


def test_a_process_that_calls_itself_is_cut(zeichne: Zeichne) -> None:
    probe = zeichne(schritt("<callActivity id='a' calledElement='p'/>"), "s -> a", "a -> e")
    assert probe.befund("aufruf_im_kreis").element == "a"


def mehrfach(inhalt: str, attribute: str = "") -> str:
    return schritt(
        f"<task id='a'><multiInstanceLoopCharacteristics {attribute}>{inhalt}</multiInstanceLoopCharacteristics></task>"
    )


@pytest.mark.parametrize("sequentiell", ["true", "false"])
def test_a_multi_instance_with_a_number_stays(zeichne: Zeichne, sequentiell: str) -> None:
    probe = zeichne(
        mehrfach("<loopCardinality> 3 </loopCardinality>", f"isSequential='{sequentiell}'"), "s -> a", "a -> e"
    )
    assert probe.arten == []
    assert f'isSequential="{sequentiell}"' in probe.xml("a") and "<loopCardinality>3<" in probe.xml("a")


@pytest.mark.parametrize("zahl", ["", "0", "101", "-1", "1.5", "²", "9" * 4_000])
def test_a_multi_instance_without_a_sensible_number_runs_once(zeichne: Zeichne, zahl: str) -> None:
    probe = zeichne(mehrfach(f"<loopCardinality>{zahl}</loopCardinality>"), "s -> a", "a -> e")
    assert probe.befund("mehrfach_ohne_anzahl").stufe is bpmn.Stufe.WARNUNG
    assert "multiInstance" not in probe.xml("a")


def schleife(inhalt: str, attribute: str = "") -> str:
    return schritt(
        f"<task id='a'><standardLoopCharacteristics {attribute}>{inhalt}</standardLoopCharacteristics></task>"
    )


def test_a_loop_with_a_condition_or_a_maximum_stays(zeichne: Zeichne) -> None:
    for knoten in (
        schleife("<loopCondition>offen > 0</loopCondition>".replace("> 0", "&gt; 0"), "testBefore='true'"),
        schleife("", "loopMaximum='3'"),
    ):
        probe = zeichne(knoten, "s -> a", "a -> e")
        assert probe.arten == [] and "standardLoopCharacteristics" in probe.xml("a")


@pytest.mark.parametrize(
    ("inhalt", "attribute"),
    [
        ("", ""),
        ("", "loopMaximum='viele'"),
        ("", "loopMaximum='0'"),
        ("<loopCondition>${x}</loopCondition>", ""),
        ("<loopCondition>${x}</loopCondition>", "loopMaximum='3'"),
        ("<loopCondition>x = 1</loopCondition>", "loopMaximum='9999'"),
    ],
)
def test_a_loop_that_cannot_end_by_itself_runs_once(zeichne: Zeichne, inhalt: str, attribute: str) -> None:
    probe = zeichne(schleife(inhalt, attribute), "s -> a", "a -> e")
    assert probe.befund("schleife_ohne_bedingung") and "Loop" not in probe.xml("a")


def test_an_early_end_of_a_multi_instance_is_not_checked(zeichne: Zeichne) -> None:
    inhalt = "<loopCardinality>3</loopCardinality><completionCondition>fertig</completionCondition>"
    probe = zeichne(mehrfach(inhalt), "s -> a", "a -> e")
    assert "„fertig“" in probe.befund("mehrfach_ohne_vorzeitiges_ende").text
    assert "loopCardinality" in probe.xml("a") and "completionCondition" not in probe.xml("a")


@pytest.mark.parametrize(("menge", "gemeldet"), [("2", True), ("1", False), ("0", False), ("", False)])
def test_quantities_of_tokens_are_named(zeichne: Zeichne, menge: str, gemeldet: bool) -> None:
    probe = zeichne(schritt(f"<task id='a' startQuantity='{menge}'/>"), "s -> a", "a -> e")
    assert ("menge_nicht_beachtet" in probe.arten) is gemeldet


def test_a_step_outside_of_all_lanes_is_named(zeichne: Zeichne) -> None:
    lanes = "<laneSet><lane name='Amt'><flowNodeRef>b</flowNodeRef></lane></laneSet>"
    knoten = schritt("<task id='a'/><task id='b'/>")
    probe = zeichne(lanes + knoten, "s -> a", "a -> b", "b -> e")
    assert probe.befund("schritt_ohne_lane").element == "a"
    assert "schritt_ohne_lane" not in zeichne(knoten, "s -> a", "a -> b", "b -> e").arten
