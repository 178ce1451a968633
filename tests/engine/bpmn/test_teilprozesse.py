"""One tiny drawing for each rule about sub-processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine import bpmn

Zeichne = Callable[..., Any]


def test_an_event_sub_process_stays_in_the_drawing_only(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<task id='a'/><subProcess id='u' triggeredByEvent='true'><startEvent id='s'><errorEventDefinition/>"
        "</startEvent></subProcess>"
    )
    befund = probe.befund("ereignis_teilprozess")
    assert befund.element == "u" and befund.stufe is bpmn.Stufe.WARNUNG
    assert probe.tag("u") is None and set(probe.schritte) == {"a"}


def test_a_sub_process_that_holds_nothing_else_becomes_a_task(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<subProcess id='u'><subProcess id='v' triggeredByEvent='true'><task id='a'/></subProcess></subProcess>"
    )
    assert probe.tag("u") == "userTask"


def test_a_process_of_event_sub_processes_only_is_empty(zeichne: Zeichne) -> None:
    ergebnis = zeichne("<subProcess id='v' triggeredByEvent='1'><task id='a'/></subProcess>").ergebnis
    assert ergebnis.status is bpmn.Status.LEER


def test_a_compensation_handler_stays_in_the_drawing_only(zeichne: Zeichne) -> None:
    probe = zeichne(
        """<startEvent id='s'/><task id='a'/><task id='h'/><task id='i' isForCompensation='true'/>
        <boundaryEvent id='r' attachedToRef='a'><compensateEventDefinition/></boundaryEvent>
        <association id='x' sourceRef='r' targetRef='h'/>""",
        "s -> a",
    )
    assert {b.element for b in probe.ergebnis.befunde if b.art == "kompensation"} == {"h", "i"}
    assert probe.tag("h") is None and probe.tag("r") is None


def test_a_collapsed_sub_process_without_content_is_one_task(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><subProcess id='u' name='Hilfeplanung'/>", "s -> u")
    assert probe.befund("teilprozess_ohne_inhalt").stufe is bpmn.Stufe.HINWEIS
    assert probe.tag("u") == "userTask"
    assert probe.schritte["u"].bpmn_typ == "subProcess" and probe.schritte["u"].art is bpmn.SchrittArt.AUFGABE


def test_an_ad_hoc_sub_process_offers_each_step_once(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><adHocSubProcess id='u' ordering='Parallel'><task id='a'/><task id='b'/>"
        "<completionCondition>x</completionCondition></adHocSubProcess>",
        "s -> u",
    )
    assert probe.befund("adhoc").stufe is bpmn.Stufe.WARNUNG
    assert probe.tag("u") == "subProcess" and probe.tag("u__aufteilung") == "parallelGateway"


def test_a_transaction_runs_as_a_plain_sub_process(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><transaction id='u'><task id='a'/></transaction>", "s -> u")
    assert probe.befund("transaktion") and probe.tag("u") == "subProcess"


def test_an_embedded_sub_process_keeps_its_steps(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><subProcess id='u'><startEvent id='t'/><task id='a'/><endEvent id='e'/></subProcess>",
        "s -> u",
        "t -> a",
        "a -> e",
    )
    assert probe.arten == ["ende_ergaenzt"]
    assert probe.schritte["a"].eltern == "u" and probe.schritte["u"].art is bpmn.SchrittArt.TEILPROZESS
