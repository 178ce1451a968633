"""One tiny drawing for each rule about sub-processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import bpmn

Zeichne = Callable[..., Any]


def ereignis(start: str, attribute: str = "") -> str:
    return (
        "<startEvent id='s'/><task id='a'/><subProcess id='u' triggeredByEvent='true'>"
        f"<startEvent id='t' name='Absage' {attribute}>{start}</startEvent><task id='b'/></subProcess>"
    )


NACHRICHT = "<message id='n' name='Absage'/>"


@pytest.mark.parametrize("attribute", ["", "isInterrupting='false'"])
def test_an_event_sub_process_stays_with_its_event(zeichne: Zeichne, attribute: str) -> None:
    knoten = ereignis("<messageEventDefinition messageRef='n'/>", attribute)
    probe = zeichne(knoten, "s -> a", "t -> b", ausserdem=NACHRICHT)
    assert 'triggeredByEvent="true"' in probe.xml("u") and 'hf:name="Absage"' in probe.xml("t")
    assert ('isInterrupting="false"' in probe.xml("t")) is bool(attribute)
    assert probe.befund("ereignis_durch_nachricht").element == "t"
    assert probe.schritte["b"].eltern == "u" and probe.schritte["u"].art is bpmn.SchrittArt.TEILPROZESS
    assert "u" not in {z for _, z in probe.fluesse} and len(probe.ergebnis.modelle[0].starts) == 1


@pytest.mark.parametrize("art", ["message", "signal", "conditional", "timer"])
def test_a_person_reports_the_event_of_an_event_sub_process_that_nobody_else_knows(zeichne: Zeichne, art: str) -> None:
    probe = zeichne(ereignis(f"<{art}EventDefinition/>"), "s -> a", "t -> b")
    assert probe.befund("ereignis_durch_person").element == "t"
    assert '<messageEventDefinition hf:name="Absage"/>' in probe.xml("t")


def test_an_error_always_interrupts(zeichne: Zeichne) -> None:
    probe = zeichne(ereignis("<errorEventDefinition/>", "isInterrupting='false'"), "s -> a", "t -> b")
    assert probe.befund("fehler_unterbricht") and "isInterrupting" not in probe.xml("t")
    assert probe.befund("ereignis_durch_person").element == "t"


@pytest.mark.parametrize(
    "inhalt",
    [
        "",
        "<task id='b'/>",
        "<startEvent id='t'/><task id='b'/>",
        "<startEvent id='t'><compensateEventDefinition/></startEvent>",
    ],
)
def test_an_event_sub_process_without_an_event_stays_in_the_drawing_only(zeichne: Zeichne, inhalt: str) -> None:
    knoten = f"<startEvent id='s'/><task id='a'/><subProcess id='u' triggeredByEvent='true'>{inhalt}</subProcess>"
    probe = zeichne(knoten, "s -> a")
    assert probe.befund("ereignis_teilprozess").stufe is bpmn.Stufe.WARNUNG and probe.tag("u") is None


def test_an_event_sub_process_has_one_start_with_one_event(zeichne: Zeichne) -> None:
    knoten = ereignis("<signalEventDefinition/><messageEventDefinition messageRef='n'/>").replace(
        "<task id='b'/>", "<task id='b'/><startEvent id='t2'><timerEventDefinition/></startEvent>"
    )
    probe = zeichne(knoten, "s -> a", "t -> b", "t2 -> b", ausserdem=NACHRICHT)
    assert probe.befund("mehrere_starts").element == "t2"
    assert "Nur eines löst aus (Nachricht)" in probe.befund("ereignis_teilprozess_ein_ereignis").text
    assert "signal" not in probe.xml("t") and "hf:name" in probe.xml("t")


def test_flows_and_markers_at_an_event_sub_process_mean_nothing(zeichne: Zeichne) -> None:
    marke = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    knoten = ereignis("<messageEventDefinition messageRef='n'/>").replace("</subProcess>", f"{marke}</subProcess>")
    probe = zeichne(knoten, "s -> a", "a -> u", "t -> b", ausserdem=NACHRICHT)
    assert probe.befund("fluss_an_ereignis_teilprozess").element == "a_u"
    assert probe.befund("ereignis_teilprozess_einmal").element == "u" and "multiInstance" not in probe.xml("u")


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


def adhoc(inhalt: str, attribute: str = "") -> str:
    return f"<startEvent id='s'/><adHocSubProcess id='u' {attribute}>{inhalt}</adHocSubProcess>"


def test_a_person_closes_an_ad_hoc_sub_process(zeichne: Zeichne) -> None:
    probe = zeichne(adhoc("<task id='a'/><task id='b'/>", "ordering='Sequential'"), "s -> u")
    assert "immer wieder angeboten, bis eine Person ihn abschließt" in probe.befund("adhoc").text
    assert "können mehrere gleichzeitig laufen" in probe.befund("adhoc").text
    assert probe.tag("u") == "adHocSubProcess" and 'cancelRemainingInstances="true"' in probe.xml("u")
    schritt = probe.schritte["u"]
    assert schritt.wird_geschlossen and schritt.hat_aufgaben and schritt.art is bpmn.SchrittArt.TEILPROZESS
    assert probe.schritte["a"].ausgaenge == () and probe.arten == ["adhoc", "ende_ergaenzt"]


def test_a_condition_closes_an_ad_hoc_sub_process(zeichne: Zeichne) -> None:
    inhalt = "<task id='a'/><completionCondition>fertig = true</completionCondition>"
    probe = zeichne(adhoc(inhalt, "cancelRemainingInstances='false'"), "s -> u", variablen=frozenset({"fertig"}))
    assert "bis „fertig = true“ zutrifft" in probe.befund("adhoc").text
    assert "<completionCondition>fertig = true<" in probe.xml("u") and not probe.schritte["u"].hat_aufgaben
    assert 'cancelRemainingInstances="false"' in probe.xml("u")


def test_a_person_closes_an_ad_hoc_sub_process_whose_condition_nobody_can_evaluate(zeichne: Zeichne) -> None:
    inhalt = "<task id='a'/><completionCondition>alles da</completionCondition>"
    probe = zeichne(adhoc(inhalt), "s -> u", variablen=frozenset())
    assert probe.befund("adhoc_abschluss_von_hand").stufe is bpmn.Stufe.WARNUNG
    assert "completionCondition" not in probe.xml("u") and probe.schritte["u"].wird_geschlossen


def test_start_and_end_mean_nothing_in_an_ad_hoc_sub_process(zeichne: Zeichne) -> None:
    inhalt = "<startEvent id='t'/><task id='a'/><task id='b'/><endEvent id='e'/>"
    probe = zeichne(adhoc(inhalt), "s -> u", "t -> a", "a -> b", "b -> e")
    assert {b.element for b in probe.ergebnis.befunde if b.art == "adhoc_start_ende"} == {"t", "e"}
    assert {("a", "b")} == {f for f in probe.fluesse if f[0] in ("a", "b")} and probe.tag("t") is None


def test_an_ad_hoc_sub_process_without_a_first_step_runs_as_a_plain_one(zeichne: Zeichne) -> None:
    probe = zeichne(adhoc("<task id='a'/><task id='b'/>"), "s -> u", "a -> b", "b -> a")
    assert probe.befund("adhoc_ohne_anfang").element == "u" and probe.tag("u") == "subProcess"


def test_a_transaction_stays_and_undoes_nothing(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><transaction id='u'><task id='a'/><endEvent id='e'><cancelEventDefinition/></endEvent>"
        "</transaction><boundaryEvent id='r' attachedToRef='u'><cancelEventDefinition/></boundaryEvent><task id='b'/>",
        "s -> u",
        "a -> e",
        "r -> b",
    )
    assert "nicht rückgängig" in probe.befund("transaktion").text and probe.tag("u") == "transaction"
    assert "<cancelEventDefinition/>" in probe.xml("e") and "<cancelEventDefinition/>" in probe.xml("r")


def test_a_cancellation_that_nothing_sets_off_never_happens(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><transaction id='u'><task id='a'/></transaction>"
        "<boundaryEvent id='r' attachedToRef='u'><cancelEventDefinition/></boundaryEvent><task id='b'/>",
        "s -> u",
        "r -> b",
    )
    assert "tritt nie ein" in probe.befund("niemand_wirft").text


def test_an_embedded_sub_process_keeps_its_steps(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><subProcess id='u'><startEvent id='t'/><task id='a'/><endEvent id='e'/></subProcess>",
        "s -> u",
        "t -> a",
        "a -> e",
    )
    assert probe.arten == ["ende_ergaenzt"]
    assert probe.schritte["a"].eltern == "u" and probe.schritte["u"].art is bpmn.SchrittArt.TEILPROZESS


def test_what_becomes_of_open_offers_when_an_ad_hoc_sub_process_closes_is_said(zeichne: Zeichne) -> None:
    knoten = "<startEvent id='s'/><adHocSubProcess id='u' {}><task id='a'/></adHocSubProcess>"
    bleibt = zeichne(knoten.format("cancelRemainingInstances='false'"), "s -> u")
    assert "auch ein übernommenes" in bleibt.befund("adhoc").text
    assert "übernommen" not in zeichne(knoten.format(""), "s -> u").befund("adhoc").text
