"""Names and keys of messages, and who catches errors and escalations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import bpmn

Zeichne = Callable[..., Any]
ZEEBE = "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'"
FLUSS = ("s -> m", "m -> e")


def faengt(definition: str, tag: str = "intermediateCatchEvent") -> str:
    return f"<startEvent id='s'/><{tag} id='m'>{definition}</{tag}><endEvent id='e'/>"


REF = "<messageEventDefinition messageRef='n'/>"


def test_a_message_without_a_name_is_called_by_its_id(zeichne: Zeichne) -> None:
    probe = zeichne(faengt(REF), *FLUSS, ausserdem="<message id='n'/>")
    assert 'hf:name="n"' in probe.xml("m") and "verweis_ins_leere" not in probe.arten


@pytest.mark.parametrize("art", ["message", "signal"])
def test_a_reference_to_nothing_gives_the_name(zeichne: Zeichne, art: str) -> None:
    probe = zeichne(faengt(f"<{art}EventDefinition {art}Ref='tns:weg'/>"), *FLUSS)
    assert "„tns:weg“" in probe.befund("verweis_ins_leere").text and 'hf:name="tns:weg"' in probe.xml("m")


def test_a_definition_and_its_message_may_stand_elsewhere_with_a_prefix(zeichne: Zeichne) -> None:
    probe = zeichne(
        faengt("<eventDefinitionRef>q:d</eventDefinitionRef>"),
        *FLUSS,
        ausserdem="<messageEventDefinition id='d' messageRef='q:n'/><message id='n' name='Antwort'/>",
    )
    assert 'hf:name="Antwort"' in probe.xml("m")


@pytest.mark.parametrize("name", ["=auftrag", "Antwort ${nr}"])
def test_a_computed_name_is_taken_as_it_stands(zeichne: Zeichne, name: str) -> None:
    probe = zeichne(faengt(REF), *FLUSS, ausserdem=f"<message id='n' name='{name}'/>")
    assert probe.befund("name_woertlich").stufe is bpmn.Stufe.WARNUNG and f'hf:name="{name}"' in probe.xml("m")


SUBSKRIPTION = (
    f"<message id='n' name='N'><extensionElements {ZEEBE}><zeebe:subscription correlationKey='=auftrag'/>"
    "</extensionElements></message>"
)
MERKMAL = (
    "<message id='n' name='N'/><correlationProperty id='cp'><correlationPropertyRetrievalExpression messageRef='n'>"
    "<messagePath>auftrag</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
)


@pytest.mark.parametrize("ausserdem", [SUBSKRIPTION, MERKMAL])
@pytest.mark.parametrize("tag", ["intermediateCatchEvent", "intermediateThrowEvent"])
def test_a_key_that_can_be_computed_stays(zeichne: Zeichne, tag: str, ausserdem: str) -> None:
    probe = zeichne(faengt(REF, tag), *FLUSS, ausserdem=ausserdem, variablen=frozenset({"auftrag"}))
    assert 'hf:schluessel="auftrag"' in probe.xml("m")


def test_the_subscription_of_the_process_says_which_variable_is_the_key(zeichne: Zeichne) -> None:
    bindung = (
        "<correlationSubscription correlationKeyRef='k'><correlationPropertyBinding correlationPropertyRef='cp'>"
        "<dataPath>akte</dataPath></correlationPropertyBinding></correlationSubscription>"
    )
    probe = zeichne(bindung + faengt(REF), *FLUSS, ausserdem=MERKMAL, variablen=frozenset({"akte"}))
    assert 'hf:schluessel="akte"' in probe.xml("m")


def test_a_key_that_nobody_sets_leaves_the_aktenzeichen(zeichne: Zeichne) -> None:
    probe = zeichne(faengt(REF), *FLUSS, ausserdem=SUBSKRIPTION, variablen=frozenset())
    assert "Aktenzeichen" in probe.befund("schluessel_nicht_ausfuehrbar").text and "schluessel" not in probe.xml("m")


def test_a_start_needs_no_key(zeichne: Zeichne) -> None:
    probe = zeichne(
        f"<startEvent id='s'>{REF}</startEvent><task id='a'/>", "s -> a", ausserdem=SUBSKRIPTION, variablen=frozenset()
    )
    assert "schluessel" not in probe.xml("s") and "schluessel_nicht_ausfuehrbar" not in probe.arten


def innen(ende: str, rand: str) -> str:
    return (
        "<startEvent id='s'/><subProcess id='u'><startEvent id='t'/><task id='a'/>"
        f"<endEvent id='e'>{ende}</endEvent></subProcess>"
        f"<boundaryEvent id='r' attachedToRef='u'>{rand}</boundaryEvent><task id='b'/>"
    )


INNEN = ("s -> u", "t -> a", "a -> e", "r -> b")
CODES = "<error id='x' errorCode='E1'/><error id='y'/><escalation id='z' escalationCode='S1'/>"


@pytest.mark.parametrize(
    ("ende", "rand", "gefangen"),
    [
        ("<errorEventDefinition errorRef='x'/>", "<errorEventDefinition errorRef='x'/>", True),
        ("<errorEventDefinition errorRef='x'/>", "<errorEventDefinition/>", True),
        ("<errorEventDefinition errorRef='x'/>", "<errorEventDefinition errorRef='y'/>", False),
        ("<errorEventDefinition/>", "<errorEventDefinition errorRef='x'/>", False),
        ("<escalationEventDefinition escalationRef='z'/>", "<escalationEventDefinition/>", True),
        ("<escalationEventDefinition escalationRef='z'/>", "<errorEventDefinition/>", False),
    ],
)
def test_codes_say_who_catches_what(zeichne: Zeichne, ende: str, rand: str, gefangen: bool) -> None:
    probe = zeichne(innen(ende, rand), *INNEN, ausserdem=CODES)
    ohne = {"fehler_ohne_faenger", "eskalation_ohne_faenger", "ereignis_durch_person"} & set(probe.arten)
    assert bool(ohne) is not gefangen
    assert ('hf:code="E1"' in probe.xml("e")) is ("'x'" in ende)


def test_an_error_may_be_caught_around_the_call_of_its_process(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><callActivity id='c' calledElement='q'/>"
        "<boundaryEvent id='r' attachedToRef='c'><errorEventDefinition/></boundaryEvent><task id='b'/>",
        "s -> c",
        "r -> b",
        ausserdem="<process id='q'><startEvent id='t'/><endEvent id='e'><errorEventDefinition errorRef='x'/></endEvent>"
        f"<sequenceFlow id='f' sourceRef='t' targetRef='e'/></process>{CODES}",
    )
    assert {"fehler_ohne_faenger", "ereignis_durch_person"} & set(probe.arten) == set()


def test_an_event_sub_process_catches_what_its_level_throws(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><endEvent id='e'><escalationEventDefinition escalationRef='z'/></endEvent>"
        "<subProcess id='u' triggeredByEvent='true'><startEvent id='t'><escalationEventDefinition/></startEvent>"
        "<task id='a'/></subProcess>",
        "s -> e",
        "t -> a",
        ausserdem=CODES,
    )
    assert {"eskalation_ohne_faenger", "ereignis_durch_person"} & set(probe.arten) == set()


def test_a_service_may_throw_any_error(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><serviceTask id='c'/>"
        "<boundaryEvent id='r' attachedToRef='c'><errorEventDefinition errorRef='x'/></boundaryEvent><task id='b'/>",
        "s -> c",
        "r -> b",
        ausserdem=CODES,
        zuordnung={"c": "thema:druck"},
        themen=frozenset({"druck"}),
    )
    assert "ereignis_durch_person" not in probe.arten and '<errorEventDefinition hf:code="E1"/>' in probe.xml("r")
