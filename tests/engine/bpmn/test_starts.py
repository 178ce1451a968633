"""One tiny drawing for each rule about beginnings, ends and reachability."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import bpmn

Zeichne = Callable[..., Any]


def test_a_message_start_without_a_name_is_triggered_by_a_person(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'><messageEventDefinition/></startEvent><task id='a'/>", "s -> a")
    assert "ohne Namen" in probe.befund("start_durch_nachricht").text
    assert "Definition" not in probe.xml("s")
    assert probe.ergebnis.modelle[0].starts == (bpmn.Startereignis("s", ""),)


@pytest.mark.parametrize(("art", "startart"), [("message", "nachricht"), ("signal", "signal")])
def test_a_named_message_or_signal_starts_by_itself(zeichne: Zeichne, art: str, startart: str) -> None:
    probe = zeichne(
        f"<startEvent id='s'><{art}EventDefinition {art}Ref='n'/></startEvent><task id='a'/>",
        "s -> a",
        ausserdem=f"<{art} id='n' name='Antrag'/>",
    )
    text = probe.befund(f"start_durch_{startart}").text
    assert "„Antrag“ startet einen Vorgang von selbst" in text and "Eine Person kann" in text
    assert f'<{art}EventDefinition hf:name="Antrag"/>' in probe.xml("s")
    assert probe.ergebnis.modelle[0].starts == (bpmn.Startereignis("s", "", bpmn.Startart(startart), "Antrag"),)


def test_a_time_starts_by_itself(zeichne: Zeichne) -> None:
    zeit = "<timerEventDefinition><timeCycle>R/2026-01-05T08:00:00Z/P7D</timeCycle></timerEventDefinition>"
    probe = zeichne(f"<startEvent id='s' name='Montags'>{zeit}</startEvent><task id='a'/>", "s -> a")
    assert probe.befund("start_durch_zeit").stufe is bpmn.Stufe.HINWEIS
    (start,) = probe.ergebnis.modelle[0].starts
    assert (start.name, start.art, start.zeitfeld) == ("Montags", bpmn.Startart.ZEIT, "timeCycle")


@pytest.mark.parametrize("text", ["termin", "frist_at(eingang, 3)"])
def test_a_time_that_needs_the_data_of_a_form_starts_nothing(zeichne: Zeichne, text: str) -> None:
    zeit = f"<timerEventDefinition><timeDate>{text}</timeDate></timerEventDefinition>"
    probe = zeichne(f"<startEvent id='s'>{zeit}</startEvent><task id='a'/>", "s -> a", variablen=frozenset({"termin"}))
    assert "Eine Person startet" in probe.befund("zeit_unlesbar").text and "Definition" not in probe.xml("s")


@pytest.mark.parametrize("art", ["conditional", "error", "escalation", "compensate"])
def test_other_starts_do_not_fire_by_themselves(zeichne: Zeichne, art: str) -> None:
    probe = zeichne(f"<startEvent id='s'><{art}EventDefinition/></startEvent><task id='a'/>", "s -> a")
    assert probe.befund("start_nicht_selbsttaetig").stufe is bpmn.Stufe.WARNUNG
    assert "Definition" not in probe.xml("s")


def test_a_start_inside_a_sub_process_begins_at_once(zeichne: Zeichne) -> None:
    probe = zeichne("<subProcess id='u'><startEvent id='s'><messageEventDefinition/></startEvent></subProcess>")
    assert probe.befund("start_im_teilprozess").element == "s"


def test_each_of_several_starts_stays(zeichne: Zeichne) -> None:
    probe = zeichne(
        """<startEvent id='n'><messageEventDefinition messageRef='x'/></startEvent>
        <startEvent id='s' name='Antrag'/><startEvent id='s2'/><task id='nur_n'/><task id='a'/>""",
        "n -> nur_n",
        "nur_n -> a",
        "s -> a",
        "s2 -> a",
        ausserdem="<message id='x' name='X'/>",
    )
    assert probe.arten.count("mehrere_starts") == 2
    assert "„Antrag“" in next(b.text for b in probe.ergebnis.befunde if b.art == "mehrere_starts")
    assert set(probe.schritte) == {"n", "s", "s2", "nur_n", "a"}
    assert {s.element for s in probe.ergebnis.modelle[0].starts} == {"n", "s", "s2"}


def test_a_start_by_several_events_becomes_one_start_for_each(zeichne: Zeichne) -> None:
    inhalt = "<messageEventDefinition messageRef='x'/><signalEventDefinition signalRef='y'/>"
    probe = zeichne(
        f"<startEvent id='s' name='Los'>{inhalt}</startEvent><task id='a'/>",
        "s -> a",
        ausserdem="<message id='x' name='X'/><signal id='y' name='Y'/>",
    )
    assert [(s.element, s.name, s.nachricht) for s in probe.ergebnis.modelle[0].starts] == [
        ("s", "Los", "X"),
        ("s__2", "Los (Signal)", "Y"),
    ]
    assert {("s", "s__danach"), ("s__2", "s__danach"), ("s__danach", "a")} <= probe.fluesse


def test_several_starts_in_a_sub_process_leave_one(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<subProcess id='u'><startEvent id='s1'/><startEvent id='s2'/><task id='a'/></subProcess>", "s1 -> a", "s2 -> a"
    )
    assert probe.befund("mehrere_starts").element == "s2"


def test_without_a_start_event_every_first_node_begins(zeichne: Zeichne) -> None:
    probe = zeichne("<task id='a' name='A'/><task id='b'/><task id='c'/>", "a -> c")
    assert "„A“, „b“" in probe.befund("start_ergaenzt").text
    assert {("p__start", "p__aufteilung"), ("p__aufteilung", "a"), ("p__aufteilung", "b")} <= probe.fluesse
    assert "p__start" not in probe.schritte


def test_a_circle_without_a_start_begins_at_its_first_node(zeichne: Zeichne) -> None:
    probe = zeichne("<task id='a'/><task id='b'/>", "a -> b", "b -> a")
    assert ("p__start", "a") in probe.fluesse


def test_what_nothing_leads_to_is_named_and_left_out(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><task id='a'/><task id='x'/><task id='y'/>", "s -> a", "x -> y", "y -> a")
    assert {b.element for b in probe.ergebnis.befunde if b.art == "nicht_erreichbar"} == {"x", "y"}
    assert set(probe.schritte) == {"s", "a"}


def test_a_path_that_just_stops_ends_there(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><task id='a'/>", "s -> a")
    assert probe.befund("ende_ergaenzt").element == "a"
    assert ("a", "p__ende") in probe.fluesse and "p__ende" not in probe.schritte


def test_generated_ids_avoid_drawn_ones(zeichne: Zeichne) -> None:
    probe = zeichne("<task id='p__start'/><task id='p__ende'/>", "p__start -> p__ende")
    assert {("p__start_2", "p__start"), ("p__start", "p__ende"), ("p__ende", "p__ende_2")} == probe.fluesse
