"""One tiny drawing for each rule about intermediate, boundary and end events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import bpmn

Zeichne = Callable[..., Any]


def zeit(feld: str, text: str) -> str:
    return f"<timerEventDefinition><{feld}>{text}</{feld}></timerEventDefinition>"


def mitte(inhalt: str, tag: str = "intermediateCatchEvent") -> str:
    return f"<startEvent id='s'/><{tag} id='m' name='Mitte'>{inhalt}</{tag}><endEvent id='e'/>"


def test_link_events_of_the_same_name_are_connected(zeichne: Zeichne) -> None:
    probe = zeichne(
        """<startEvent id='s'/><intermediateThrowEvent id='w'><linkEventDefinition name='A'/></intermediateThrowEvent>
        <intermediateCatchEvent id='f'><linkEventDefinition name='a'/></intermediateCatchEvent>
        <intermediateThrowEvent id='w2' name='B b'><linkEventDefinition name='i1'/></intermediateThrowEvent>
        <intermediateCatchEvent id='f2' name='Bb'><linkEventDefinition name='i2'/></intermediateCatchEvent>
        <endEvent id='e'/>""",
        "s -> w",
        "f -> w2",
        "f2 -> e",
    )
    assert {("w", "f"), ("w2", "f2")} <= probe.fluesse
    assert probe.arten == []
    assert probe.tag("w") == probe.tag("f") == "intermediateThrowEvent"
    assert probe.schritte["w"].ausgaenge[0].ziel == "f"


def test_two_links_left_over_are_taken_for_a_pair(zeichne: Zeichne) -> None:
    probe = zeichne(
        """<startEvent id='s'/><intermediateThrowEvent id='w' name='x'><linkEventDefinition/></intermediateThrowEvent>
        <intermediateCatchEvent id='f' name='y'><linkEventDefinition/></intermediateCatchEvent><endEvent id='e'/>""",
        "s -> w",
        "f -> e",
    )
    assert probe.befund("link_angenommen").element == "w" and ("w", "f") in probe.fluesse


def test_a_link_without_a_partner_ends_its_path(zeichne: Zeichne) -> None:
    probe = zeichne(mitte("<linkEventDefinition name='A'/>", "intermediateThrowEvent"), "s -> m")
    assert probe.befund("link_ohne_ziel").element == "m"


@pytest.mark.parametrize(
    ("feld", "text"),
    [
        ("timeDuration", "P3D"),
        ("timeDuration", "PT1H30M"),
        ("timeDate", "2030-01-01T08:00:00+01:00"),
        ("timeDate", "frist_at(eingang, 3)"),
        ("timeCycle", "R3/PT1H"),
    ],
)
def test_a_timer_waits_with_its_text_as_drawn(zeichne: Zeichne, feld: str, text: str) -> None:
    probe = zeichne(mitte(zeit(feld, text)), "s -> m", "m -> e")
    assert probe.arten == []
    assert f"<{feld}>{text}</{feld}>" in probe.xml("m")
    assert probe.schritte["m"].art is bpmn.SchrittArt.TIMER


def test_the_time_may_be_defined_elsewhere_in_the_file(zeichne: Zeichne) -> None:
    anderswo = f"<timerEventDefinition id='d'>{zeit('timeDuration', 'P1D')[22:]}"
    probe = zeichne(mitte("<eventDefinitionRef>q:d</eventDefinitionRef>"), "s -> m", "m -> e", ausserdem=anderswo)
    assert "P1D" in probe.xml("m")


def test_a_time_in_the_wrong_field_is_moved(zeichne: Zeichne) -> None:
    probe = zeichne(mitte(zeit("timeDate", "PT2H")), "s -> m", "m -> e")
    assert probe.befund("zeit_falsches_feld").stufe is bpmn.Stufe.HINWEIS
    assert "<timeDuration>PT2H</timeDuration>" in probe.xml("m")


@pytest.mark.parametrize(
    "inhalt", ["<timerEventDefinition/>", zeit("timeDuration", "10 Tage"), zeit("timeDate", "${x}")]
)
def test_a_time_that_nobody_can_read_is_confirmed_by_a_person(zeichne: Zeichne, inhalt: str) -> None:
    probe = zeichne(mitte(inhalt), "s -> m", "m -> e")
    assert probe.befund("zeit_unlesbar").stufe is bpmn.Stufe.WARNUNG
    assert probe.tag("m") == "userTask" and probe.schritte["m"].art is bpmn.SchrittArt.EINGANG


@pytest.mark.parametrize("art", ["message", "signal", "conditional"])
def test_what_comes_from_outside_is_confirmed_by_a_person(zeichne: Zeichne, art: str) -> None:
    probe = zeichne(mitte(f"<{art}EventDefinition/>"), "s -> m", "m -> e")
    assert probe.befund("eingang_bestaetigen").stufe is bpmn.Stufe.HINWEIS
    assert probe.tag("m") == "userTask"
    schritt = probe.schritte["m"]
    assert schritt.art is bpmn.SchrittArt.EINGANG and schritt.bpmn_typ == "intermediateCatchEvent"


def test_a_catch_event_without_a_definition_is_confirmed_too(zeichne: Zeichne) -> None:
    assert zeichne(mitte(""), "s -> m", "m -> e").schritte["m"].art is bpmn.SchrittArt.EINGANG


@pytest.mark.parametrize("art", ["message", "signal", "escalation", "compensate"])
def test_a_throw_event_is_passed_and_says_that_nothing_is_sent(zeichne: Zeichne, art: str) -> None:
    probe = zeichne(mitte(f"<{art}EventDefinition/>", "intermediateThrowEvent"), "s -> m", "m -> e")
    assert probe.befund("ereignis_nicht_gesendet").element == "m"
    assert probe.schritte["m"].art is bpmn.SchrittArt.AUTOMATIK and "Definition" not in probe.xml("m")


def test_a_plain_throw_event_is_passed_in_silence(zeichne: Zeichne) -> None:
    assert zeichne(mitte("", "intermediateThrowEvent"), "s -> m", "m -> e").arten == []


@pytest.mark.parametrize("art", ["message", "signal", "error", "escalation", "cancel", "compensate"])
def test_an_end_ends_only_its_path_and_says_so(zeichne: Zeichne, art: str) -> None:
    probe = zeichne(f"<startEvent id='s'/><endEvent id='e'><{art}EventDefinition/></endEvent>", "s -> e")
    assert probe.befund("ende_nicht_gesendet").element == "e"
    assert "Definition" not in probe.xml("e")


def test_a_terminate_end_stays(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><endEvent id='e'><terminateEventDefinition/></endEvent>", "s -> e")
    assert probe.arten == [] and "terminateEventDefinition" in probe.xml("e")


def am_rand(inhalt: str, attribute: str = "", traeger: str = "a") -> str:
    rand = f"<boundaryEvent id='r' attachedToRef='{traeger}' {attribute}>{inhalt}</boundaryEvent>"
    return f"<startEvent id='s'/><task id='a'/><task id='b'/>{rand}"


@pytest.mark.parametrize(
    ("attribute", "unterbrechend"), [("", "true"), ("cancelActivity='false'", "false"), ("cancelActivity='0'", "false")]
)
def test_a_timer_at_the_border_stays(zeichne: Zeichne, attribute: str, unterbrechend: str) -> None:
    probe = zeichne(am_rand(zeit("timeDuration", "P3D"), attribute), "s -> a", "r -> b")
    assert f'attachedToRef="a" cancelActivity="{unterbrechend}"' in probe.xml("r")
    assert probe.schritte["r"].art is bpmn.SchrittArt.TIMER


@pytest.mark.parametrize("art", ["message", "signal", "error", "escalation", "conditional", "cancel", "compensate"])
def test_other_events_at_the_border_are_left_out_with_their_path(zeichne: Zeichne, art: str) -> None:
    probe = zeichne(am_rand(f"<{art}EventDefinition/>"), "s -> a", "r -> b")
    assert probe.befund("randereignis_nicht_ausgefuehrt").element == "r"
    assert probe.befund("nicht_erreichbar").element == "b"
    assert set(probe.schritte) == {"s", "a"}


def test_a_border_timer_without_a_readable_time_is_left_out(zeichne: Zeichne) -> None:
    probe = zeichne(am_rand("<timerEventDefinition/>"), "s -> a", "r -> b")
    assert probe.befund("zeit_unlesbar").element == "r" and probe.tag("r") is None
    assert "randereignis_nicht_ausgefuehrt" not in probe.arten


def test_of_several_border_events_in_one_the_timer_stays(zeichne: Zeichne) -> None:
    probe = zeichne(am_rand("<messageEventDefinition/>" + zeit("timeDuration", "P3D")), "s -> a", "r -> b")
    assert probe.befund("randereignis_nur_zeit") and "P3D" in probe.xml("r")


@pytest.mark.parametrize("traeger", ["s", "", "nirgends"])
def test_an_event_at_no_activity_is_left_out(zeichne: Zeichne, traeger: str) -> None:
    probe = zeichne(am_rand(zeit("timeDuration", "P3D"), traeger=traeger), "s -> a", "r -> b")
    assert "keine Aktivität" in probe.befund("randereignis_nicht_ausgefuehrt").text


def test_a_flow_out_of_a_link_that_has_a_partner_is_left_out(zeichne: Zeichne) -> None:
    knoten = """<startEvent id='s'/>
        <intermediateThrowEvent id='w'><linkEventDefinition name='A'/></intermediateThrowEvent>
        <intermediateCatchEvent id='f'><linkEventDefinition name='A'/></intermediateCatchEvent>
        <endEvent id='e'/><endEvent id='x'/>"""
    probe = zeichne(knoten, "s -> w", "w -> x", "f -> e")
    assert probe.befund("fluss_nach_link").element == "w_x" and ("w", "f") in probe.fluesse
    allein = zeichne(mitte("<linkEventDefinition name='A'/>", "intermediateThrowEvent"), "s -> m", "m -> e")
    assert "Pfeil weiter" in allein.befund("link_ohne_ziel").text and ("m", "e") in allein.fluesse
