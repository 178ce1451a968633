"""One tiny drawing for each rule about beginnings, ends and reachability."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import bpmn

Zeichne = Callable[..., Any]


def test_a_message_start_is_triggered_by_a_person(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'><messageEventDefinition/></startEvent><task id='a'/>", "s -> a")
    assert probe.befund("start_durch_nachricht").stufe is bpmn.Stufe.HINWEIS
    assert "Definition" not in probe.xml("s")


@pytest.mark.parametrize("art", ["timer", "signal", "conditional", "error"])
def test_other_starts_do_not_fire_by_themselves(zeichne: Zeichne, art: str) -> None:
    probe = zeichne(f"<startEvent id='s'><{art}EventDefinition/></startEvent><task id='a'/>", "s -> a")
    assert probe.befund("start_nicht_selbsttaetig").stufe is bpmn.Stufe.WARNUNG
    assert "Definition" not in probe.xml("s")


def test_a_start_inside_a_sub_process_begins_at_once(zeichne: Zeichne) -> None:
    probe = zeichne("<subProcess id='u'><startEvent id='s'><messageEventDefinition/></startEvent></subProcess>")
    assert probe.befund("start_im_teilprozess").element == "s"


def test_of_several_starts_the_first_plain_one_begins(zeichne: Zeichne) -> None:
    probe = zeichne(
        """<startEvent id='n'><messageEventDefinition/></startEvent>
        <startEvent id='s' name='Antrag'/><startEvent id='s2'/><task id='nur_n'/><task id='a'/>""",
        "n -> nur_n",
        "nur_n -> a",
        "s -> a",
        "s2 -> a",
    )
    assert probe.arten.count("mehrere_starts") == 2
    assert "„Antrag“" in next(b.text for b in probe.ergebnis.befunde if b.art == "mehrere_starts")
    assert probe.befund("nicht_erreichbar").element == "nur_n"
    assert set(probe.schritte) == {"s", "a"}
    assert "start_durch_nachricht" not in probe.arten


def test_without_a_plain_start_the_first_one_begins(zeichne: Zeichne) -> None:
    timer = "<timerEventDefinition/>"
    probe = zeichne(
        f"<startEvent id='s1'>{timer}</startEvent><startEvent id='s2'>{timer}</startEvent><task id='a'/>",
        "s1 -> a",
        "s2 -> a",
    )
    assert probe.tag("s1") == "startEvent" and probe.tag("s2") is None


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
