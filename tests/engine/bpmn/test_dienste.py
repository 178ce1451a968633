"""One tiny drawing for each rule about services and the values of calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import bpmn

Zeichne = Callable[..., Any]
CAMUNDA = "xmlns:camunda='http://camunda.org/schema/1.0/bpmn'"
ZEEBE = "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'"
SCHRITT = ("s -> a", "a -> e")
BEKANNT: dict[str, object] = {"dienste": frozenset({"summe"}), "themen": frozenset({"druck"})}


def knoten(mitte: str) -> str:
    return f"<startEvent id='s'/>{mitte}<endEvent id='e'/>"


def zeebe(inhalt: str, tag: str = "serviceTask", attribute: str = "") -> str:
    return knoten(f"<{tag} id='a' {attribute}><extensionElements {ZEEBE}>{inhalt}</extensionElements></{tag}>")


@pytest.mark.parametrize(
    ("xml", "zuordnung", "ziel"),
    [
        (knoten("<serviceTask id='a'/>"), {"a": "dienst:summe"}, 'hf:dienst="summe"'),
        (knoten("<serviceTask id='a'/>"), {"a": "thema:druck"}, 'hf:thema="druck"'),
        (knoten("<serviceTask id='a' implementation='hilfefluss:summe'/>"), {}, 'hf:dienst="summe"'),
        (
            knoten(f"<serviceTask id='a' {CAMUNDA} camunda:type='external' camunda:topic='druck'/>"),
            {},
            'hf:thema="druck"',
        ),
        (zeebe("<zeebe:taskDefinition type='druck'/>"), {}, 'hf:thema="druck"'),
        (knoten("<sendTask id='a'/>"), {"a": "thema:druck"}, 'hf:thema="druck"'),
        (zeebe("<zeebe:taskDefinition type='fremd'/>"), {"a": "dienst:summe"}, 'hf:dienst="summe"'),
    ],
)
def test_a_service_that_exists_does_its_step(zeichne: Zeichne, xml: str, zuordnung: dict[str, str], ziel: str) -> None:
    probe = zeichne(xml, *SCHRITT, zuordnung=zuordnung, **BEKANNT)
    assert probe.tag("a") == "serviceTask" and ziel in probe.xml("a")
    assert probe.befund("dienst").stufe is bpmn.Stufe.HINWEIS
    assert probe.schritte["a"].art is bpmn.SchrittArt.AUTOMATIK


@pytest.mark.parametrize("zuordnung", [{"a": "dienst:gibt_es_nicht"}, {"a": "thema:summe"}])
def test_a_chosen_service_that_does_not_exist_is_a_warning(zeichne: Zeichne, zuordnung: dict[str, str]) -> None:
    probe = zeichne(knoten("<serviceTask id='a'/>"), *SCHRITT, zuordnung=zuordnung, **BEKANNT)
    assert probe.befund("dienst_unbekannt").stufe is bpmn.Stufe.WARNUNG and probe.tag("a") == "userTask"


def test_a_topic_of_another_engine_is_done_by_a_person(zeichne: Zeichne) -> None:
    probe = zeichne(zeebe("<zeebe:taskDefinition type='fremd'/>"), *SCHRITT, **BEKANNT)
    assert probe.befund("service_von_hand").stufe is bpmn.Stufe.HINWEIS and probe.tag("a") == "userTask"


def test_inputs_and_outputs_are_feel_and_set_variables(zeichne: Zeichne) -> None:
    werte = (
        "<zeebe:taskDefinition type='druck'/><zeebe:ioMapping><zeebe:input source='=betrag * 2' target='doppelt'/>"
        "<zeebe:input source='Bescheid' target='art'/><zeebe:output source='=seiten + 1' target='blaetter'/>"
        "</zeebe:ioMapping>"
    )
    xml = zeebe(werte) + "<exclusiveGateway id='g' default='g_e'/><task id='b'/>"
    probe = zeichne(
        *(xml, "s -> a", "a -> g", "g -> e", "g -> b [blaetter > 3]", "b -> e"),
        variablen=frozenset({"betrag"}),
        **BEKANNT,
    )
    assert '<hf:eingabe name="doppelt">betrag * 2</hf:eingabe>' in probe.xml("a")
    assert '<hf:eingabe name="art">"Bescheid"</hf:eingabe>' in probe.xml("a")
    assert '<hf:ausgabe name="blaetter">seiten + 1</hf:ausgabe>' in probe.xml("a")
    assert probe.bedingung("g_b") == "blaetter > 3" and "entscheidung_ohne_bedingung" not in probe.arten


def test_parameters_of_camunda_7_are_translated(zeichne: Zeichne) -> None:
    werte = (
        "<c:inputOutput><c:inputParameter name='x'>${betrag}</c:inputParameter><c:inputParameter name='y'>A \"b\" \\"
        "</c:inputParameter><c:outputParameter name='z'>${ergebnis}</c:outputParameter></c:inputOutput>"
    )
    xml = knoten(
        f"<serviceTask id='a' xmlns:c='http://camunda.org/schema/1.0/bpmn' c:topic='druck'><extensionElements>{werte}"
        "</extensionElements></serviceTask>"
    )
    probe = zeichne(xml, *SCHRITT, variablen=frozenset({"betrag"}), **BEKANNT)
    assert '<hf:eingabe name="x">betrag</hf:eingabe>' in probe.xml("a") and ">ergebnis</hf:ausgabe>" in probe.xml("a")
    assert r'<hf:eingabe name="y">"A \"b\" \\"</hf:eingabe>' in probe.xml("a")


@pytest.mark.parametrize(
    ("wert", "grund"),
    [
        ("<zeebe:input source='=fremd' target='x'/>", "kein Formular setzt „fremd“"),
        ("<zeebe:input source='=1 +' target='x'/>", "kein gültiger FEEL-Ausdruck"),
        ("<zeebe:output source='=y' target='eingang'/>", "„eingang“ ist kein Name"),
        ("<zeebe:output source='=y' target='a b'/>", "„a b“ ist kein Name"),
        ("<zeebe:input source='=' target='x'/>", "nichts angegeben"),
    ],
)
def test_a_service_with_a_value_that_cannot_be_computed_is_left_to_a_person(
    zeichne: Zeichne, wert: str, grund: str
) -> None:
    werte = f"<zeebe:taskDefinition type='druck'/><zeebe:ioMapping>{wert}</zeebe:ioMapping>"
    probe = zeichne(zeebe(werte), *SCHRITT, variablen=frozenset(), **BEKANNT)
    assert grund in probe.befund("dienst_von_hand").text and probe.tag("a") == "userTask"


def test_a_call_takes_values_and_gives_some_back(zeichne: Zeichne) -> None:
    werte = (
        "<c:in source='betrag' target='summe'/><c:in sourceExpression='${betrag * 2}' target='doppelt'/>"
        "<c:in variables='all'/><c:in businessKey='#{execution.key}'/><c:out source='ergebnis' target='antwort'/>"
        "<c:out source='x' target='eingang'/>"
    )
    xml = knoten(
        "<callActivity id='a' calledElement='bescheid'><extensionElements xmlns:c='http://camunda.org/schema/1.0/bpmn'>"
        f"{werte}</extensionElements></callActivity>"
    )
    probe = zeichne(xml, *SCHRITT, bekannte_prozesse=frozenset({"bescheid"}), variablen=frozenset({"betrag"}))
    assert '<hf:eingabe name="summe">betrag</hf:eingabe>' in probe.xml("a")
    assert '<hf:eingabe name="doppelt">betrag * 2</hf:eingabe>' in probe.xml("a")
    assert '<hf:ausgabe name="antwort">ergebnis</hf:ausgabe>' in probe.xml("a")
    assert "„eingang“" in probe.befund("aufrufwert_nicht_uebergeben").text and 'name="eingang"' not in probe.xml("a")


def test_the_values_of_the_standard_are_read_where_they_are_simple(zeichne: Zeichne) -> None:
    xml = knoten(
        "<callActivity id='a' calledElement='q'><dataInputAssociation><assignment><from>1 + 1</from><to>zahl</to>"
        "</assignment></dataInputAssociation></callActivity>"
    )
    probe = zeichne(xml, *SCHRITT, bekannte_prozesse=frozenset({"q"}))
    assert '<hf:eingabe name="zahl">1 + 1</hf:eingabe>' in probe.xml("a")


def test_a_send_task_with_a_message_is_done_by_a_person_who_throws_it(zeichne: Zeichne) -> None:
    probe = zeichne(knoten("<sendTask id='a' messageRef='n'/>"), *SCHRITT, ausserdem="<message id='n' name='Antrag'/>")
    assert "geht die Nachricht „Antrag“" in probe.befund("senden_mit_nachricht").text
    assert probe.tag("a") == "sendTask" and 'hf:name="Antrag"' in probe.xml("a")
    assert probe.schritte["a"].art is bpmn.SchrittArt.AUFGABE


def test_a_receive_task_with_a_message_waits_for_it_or_for_a_person(zeichne: Zeichne) -> None:
    xml = knoten("<receiveTask id='a' messageRef='n'/>")
    probe = zeichne(xml, *SCHRITT, ausserdem="<message id='n' name='Antrag'/>")
    assert "„Antrag“ eintrifft oder eine Person" in probe.befund("eingang_bestaetigen").text
    assert probe.tag("a") == "receiveTask" and probe.schritte["a"].art is bpmn.SchrittArt.EINGANG
