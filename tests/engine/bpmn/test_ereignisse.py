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
def test_what_comes_from_outside_without_a_name_is_confirmed_by_a_person(zeichne: Zeichne, art: str) -> None:
    probe = zeichne(mitte(f"<{art}EventDefinition/>"), "s -> m", "m -> e")
    assert probe.befund("eingang_bestaetigen").stufe is bpmn.Stufe.HINWEIS
    assert probe.tag("m") == "userTask"
    schritt = probe.schritte["m"]
    assert schritt.art is bpmn.SchrittArt.EINGANG and schritt.bpmn_typ == "intermediateCatchEvent"


@pytest.mark.parametrize("art", ["message", "signal"])
def test_a_named_message_or_signal_arrives_or_is_confirmed(zeichne: Zeichne, art: str) -> None:
    probe = zeichne(
        mitte(f"<{art}EventDefinition {art}Ref='q:n'/>"),
        "s -> m",
        "m -> e",
        ausserdem=f"<{art} id='n' name='Antwort'/>",
    )
    assert "„Antwort“ eintrifft oder eine Person" in probe.befund("eingang_bestaetigen").text
    assert probe.tag("m") == "intermediateCatchEvent" and 'hf:name="Antwort"' in probe.xml("m")
    assert probe.schritte["m"].art is bpmn.SchrittArt.EINGANG


def test_a_condition_that_can_be_evaluated_is_watched(zeichne: Zeichne) -> None:
    bedingung = "<conditionalEventDefinition><condition>betrag &gt; 5</condition></conditionalEventDefinition>"
    probe = zeichne(mitte(bedingung), "s -> m", "m -> e", variablen=frozenset({"betrag"}))
    assert probe.arten == [] and "<condition>betrag &gt; 5</condition>" in probe.xml("m")
    assert probe.schritte["m"].art is bpmn.SchrittArt.EREIGNIS


def test_a_condition_of_another_tool_is_translated(zeichne: Zeichne) -> None:
    bedingung = "<conditionalEventDefinition><condition>${betrag &gt; 5}</condition></conditionalEventDefinition>"
    probe = zeichne(mitte(bedingung), "s -> m", "m -> e", variablen=frozenset({"betrag"}))
    assert probe.befund("bedingung_uebersetzt") and "<condition>betrag &gt; 5</condition>" in probe.xml("m")


def test_a_condition_that_nobody_can_evaluate_is_confirmed_by_a_person(zeichne: Zeichne) -> None:
    bedingung = "<conditionalEventDefinition><condition>Geld ist da</condition></conditionalEventDefinition>"
    probe = zeichne(mitte(bedingung), "s -> m", "m -> e", variablen=frozenset())
    assert probe.befund("ereignisbedingung_nicht_ausfuehrbar").stufe is bpmn.Stufe.WARNUNG
    assert probe.schritte["m"].art is bpmn.SchrittArt.EINGANG and probe.tag("m") == "userTask"


def test_a_catch_event_without_a_definition_is_confirmed_too(zeichne: Zeichne) -> None:
    assert zeichne(mitte(""), "s -> m", "m -> e").schritte["m"].art is bpmn.SchrittArt.EINGANG


@pytest.mark.parametrize("art", ["message", "signal", "compensate", "error"])
def test_a_throw_event_without_a_name_is_passed_and_says_that_nothing_is_sent(zeichne: Zeichne, art: str) -> None:
    probe = zeichne(mitte(f"<{art}EventDefinition/>", "intermediateThrowEvent"), "s -> m", "m -> e")
    assert probe.befund("ereignis_nicht_gesendet").stufe is bpmn.Stufe.WARNUNG
    assert probe.schritte["m"].art is bpmn.SchrittArt.AUTOMATIK and "Definition" not in probe.xml("m")


@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
@pytest.mark.parametrize("art", ["message", "signal"])
def test_a_named_message_or_signal_is_thrown(zeichne: Zeichne, tag: str, art: str) -> None:
    knoten = f"<startEvent id='s'/><{tag} id='m'><{art}EventDefinition {art}Ref='n'/></{tag}>"
    probe = zeichne(knoten, "s -> m", ausserdem=f"<{art} id='n' name='Antwort'/>")
    assert "„Antwort“" in probe.befund("ereignis_gesendet").text
    assert 'hf:name="Antwort"' in probe.xml("m") and f"<{art}EventDefinition" in probe.xml("m")


def test_a_plain_throw_event_is_passed_in_silence(zeichne: Zeichne) -> None:
    assert zeichne(mitte("", "intermediateThrowEvent"), "s -> m", "m -> e").arten == []


@pytest.mark.parametrize("art", ["message", "signal", "compensate"])
def test_an_end_that_throws_nothing_ends_only_its_path_and_says_so(zeichne: Zeichne, art: str) -> None:
    probe = zeichne(f"<startEvent id='s'/><endEvent id='e'><{art}EventDefinition/></endEvent>", "s -> e")
    assert probe.befund("ende_nicht_gesendet").stufe is bpmn.Stufe.WARNUNG
    assert "Definition" not in probe.xml("e")


@pytest.mark.parametrize(
    ("art", "befund", "stufe"),
    [
        ("error", "fehler_ohne_faenger", bpmn.Stufe.WARNUNG),
        ("escalation", "eskalation_ohne_faenger", bpmn.Stufe.HINWEIS),
    ],
)
def test_what_nobody_catches_has_no_effect_and_says_so(
    zeichne: Zeichne, art: str, befund: str, stufe: bpmn.Stufe
) -> None:
    probe = zeichne(f"<startEvent id='s'/><endEvent id='e'><{art}EventDefinition/></endEvent>", "s -> e")
    assert probe.befund(befund).stufe is stufe and f"<{art}EventDefinition/>" in probe.xml("e")


@pytest.mark.parametrize("tag", ["subProcess", "transaction"])
def test_a_cancel_end_without_a_transaction_that_expects_it_ends_its_path(zeichne: Zeichne, tag: str) -> None:
    probe = zeichne(
        f"<startEvent id='s'/><{tag} id='u'><endEvent id='e'><cancelEventDefinition/></endEvent></{tag}>", "s -> u"
    )
    assert probe.befund("abbruch_ohne_transaktion").stufe is bpmn.Stufe.WARNUNG


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


@pytest.mark.parametrize("art", ["cancel", "compensate"])
def test_what_cannot_happen_at_a_border_is_left_out_with_its_path(zeichne: Zeichne, art: str) -> None:
    probe = zeichne(am_rand(f"<{art}EventDefinition/>"), "s -> a", "r -> b")
    assert probe.befund("randereignis_nicht_ausgefuehrt").element == "r"
    assert probe.befund("nicht_erreichbar").element == "b"
    assert set(probe.schritte) == {"s", "a"}


@pytest.mark.parametrize("art", ["message", "signal", "error", "escalation", "conditional", "timer"])
def test_what_nobody_else_can_know_is_reported_by_a_person(zeichne: Zeichne, art: str) -> None:
    probe = zeichne(am_rand(f"<{art}EventDefinition/>").replace("id='r'", "id='r' name='Frist'"), "s -> a", "r -> b")
    assert "„Frist“ eingetreten" in probe.befund("ereignis_durch_person").text
    assert ("zeit_unlesbar" in probe.arten) is (art == "timer")
    assert '<messageEventDefinition hf:name="Frist"/>' in probe.xml("r") and probe.tag("b") == "userTask"
    assert probe.schritte["r"].art is bpmn.SchrittArt.EREIGNIS


def test_an_event_at_a_border_without_any_definition_or_name_is_called_after_its_step(zeichne: Zeichne) -> None:
    probe = zeichne(am_rand("").replace("<task id='a'/>", "<task id='a' name='Prüfen'/>"), "s -> a", "r -> b")
    assert "„Nachricht bei Prüfen“ eingetreten" in probe.befund("ereignis_durch_person").text


@pytest.mark.parametrize("art", ["message", "signal"])
def test_a_named_message_at_a_border_sets_it_off(zeichne: Zeichne, art: str) -> None:
    knoten = am_rand(f"<{art}EventDefinition {art}Ref='n'/>", "cancelActivity='false'")
    probe = zeichne(knoten, "s -> a", "r -> b", ausserdem=f"<{art} id='n' name='Absage'/>")
    assert "„Absage“ löst das Ereignis aus" in probe.befund("ereignis_durch_nachricht").text
    assert f'<{art}EventDefinition hf:name="Absage"/>' in probe.xml("r") and 'cancelActivity="false"' in probe.xml("r")


def test_several_events_at_one_border_each_set_it_off(zeichne: Zeichne) -> None:
    inhalt = "<messageEventDefinition/><signalEventDefinition/>" + zeit("timeDuration", "P3D")
    probe = zeichne(am_rand(inhalt, "cancelActivity='false'"), "s -> a", "r -> b")
    assert probe.arten.count("mehrfachereignis") == 2 and probe.befund("ereignis_durch_person").element == "r"
    assert "P3D" in probe.xml("r") and "message" in probe.xml("r__2") and probe.tag("r__2_2") is None
    assert {("r", "r__danach"), ("r__2", "r__danach"), ("r__danach", "b")} <= probe.fluesse
    assert 'attachedToRef="a" cancelActivity="false"' in probe.xml("r__2")


def test_what_needs_all_events_at_a_border_is_reported_by_a_person(zeichne: Zeichne) -> None:
    inhalt = "<messageEventDefinition/>" + zeit("timeDuration", "P3D")
    probe = zeichne(am_rand(inhalt, "parallelMultiple='true'"), "s -> a", "r -> b")
    assert probe.befund("ereignis_durch_person") and "P3D" not in probe.xml("r")


def test_of_several_events_in_the_flow_the_first_counts(zeichne: Zeichne) -> None:
    inhalt = "<messageEventDefinition/><signalEventDefinition signalRef='n'/>" + zeit("timeDuration", "P3D")
    probe = zeichne(mitte(inhalt), "s -> m", "m -> e", ausserdem="<signal id='n' name='Alarm'/>")
    assert "sobald eines" in probe.befund("mehrfachereignis").text
    assert probe.tag("m__eines") == "eventBasedGateway" and 'hf:name="Alarm"' in probe.xml("m")
    assert "P3D" in probe.xml("m__2") and probe.tag("m__2_2") == "userTask"
    assert {(n, "m__danach") for n in ("m", "m__2", "m__2_2")} <= probe.fluesse
    assert probe.schritte["m__2"].name == "Mitte (Zeit)"


def test_several_events_in_the_flow_that_all_have_to_happen_are_joined(zeichne: Zeichne) -> None:
    inhalt = "<messageEventDefinition/>" + zeit("timeDuration", "P3D")
    knoten = mitte(inhalt).replace("id='m'", "id='m' parallelMultiple='true'")
    probe = zeichne(knoten, "s -> m", "m -> e")
    assert probe.tag("m__alle") == probe.tag("m__danach") == "parallelGateway"
    assert {("m__alle", "m"), ("m__alle", "m__2"), ("m__2", "m__danach"), ("m__danach", "e")} <= probe.fluesse


def test_several_things_to_throw_are_thrown_one_after_the_other(zeichne: Zeichne) -> None:
    inhalt = "<messageEventDefinition messageRef='a'/><signalEventDefinition signalRef='b'/>"
    ausserdem = "<message id='a' name='A'/><signal id='b' name='B'/>"
    probe = zeichne(mitte(inhalt, "intermediateThrowEvent"), "s -> m", "m -> e", ausserdem=ausserdem)
    assert {("m", "m__2"), ("m__2", "e")} <= probe.fluesse
    ende = f"<startEvent id='s'/><endEvent id='e'>{inhalt}<terminateEventDefinition/></endEvent>"
    probe = zeichne(ende, "s -> e", ausserdem=ausserdem)
    assert len(probe.fluesse) == 3 and ("s", "e") not in probe.fluesse
    assert "terminate" in probe.xml("e")


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


def test_what_cannot_happen_beside_what_can_is_named(zeichne: Zeichne) -> None:
    probe = zeichne(am_rand("<compensateEventDefinition/>" + zeit("timeDuration", "P3D")), "s -> a", "r -> b")
    assert "(Kompensation oder Zeit)" in probe.befund("randereignis_teilweise").text
    assert "P3D" in probe.xml("r") and probe.tag("r__2") is None


def test_several_events_that_only_a_person_knows_are_one(zeichne: Zeichne) -> None:
    probe = zeichne(mitte("<messageEventDefinition/><signalEventDefinition/>"), "s -> m", "m -> e")
    assert "(Nachricht oder Signal), gilt als eines" in probe.befund("mehrfachereignis").text
    assert probe.tag("m") == "userTask" and probe.tag("m__2") is None


def test_an_end_that_is_passed_still_throws(zeichne: Zeichne) -> None:
    knoten = (
        "<startEvent id='s'/><endEvent id='m'><messageEventDefinition messageRef='n'/></endEvent><endEvent id='e'/>"
    )
    probe = zeichne(knoten, "s -> m", "m -> e", ausserdem="<message id='n' name='Antwort'/>")
    assert probe.befund("ende_mit_ausgang") and probe.befund("ereignis_gesendet").element == "m"
    assert probe.tag("m") == "intermediateThrowEvent" and 'hf:name="Antwort"' in probe.xml("m")
