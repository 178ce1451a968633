"""One tiny drawing for each rule about complex and event-based gateways and about endless loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine import bpmn

Zeichne = Callable[..., Any]

ZEIT = "<timerEventDefinition><timeDuration>P7D</timeDuration></timerEventDefinition>"


def faengt(kennung: str, inhalt: str) -> str:
    return f"<intermediateCatchEvent id='{kennung}' name='{kennung}'>{inhalt}</intermediateCatchEvent>"


WARTEN = ("s -> g", "g -> m", "g -> n", "g -> z", "m -> a", "n -> b", "z -> c")


def warten(n: str = "<messageEventDefinition/>", z: str = ZEIT) -> str:
    ereignisse = faengt("m", "<messageEventDefinition/>") + faengt("n", n) + faengt("z", z)
    return f"<startEvent id='s'/><eventBasedGateway id='g'/>{ereignisse}<task id='a'/><task id='b'/><task id='c'/>"


def test_a_complex_gateway_runs_as_an_inclusive_one(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><complexGateway id='g'/><task id='a'/>", "s -> g", "g -> a")
    assert probe.befund("komplexes_gateway").stufe is bpmn.Stufe.WARNUNG
    assert probe.tag("g") == "inclusiveGateway"


def test_the_first_event_behind_the_gateway_counts(zeichne: Zeichne) -> None:
    probe = zeichne(warten(), *WARTEN)
    assert probe.tag("g") == "eventBasedGateway" and "ereignisbasiert_von_hand" not in probe.arten
    assert probe.tag("m") == "userTask" and probe.tag("z") == "intermediateCatchEvent"
    assert probe.schritte["g"].art is bpmn.SchrittArt.ENTSCHEIDUNG
    assert [x.ziel for x in probe.schritte["g"].ausgaenge] == ["m", "n", "z"]


def test_several_events_in_one_behind_the_gateway_each_count(zeichne: Zeichne) -> None:
    probe = zeichne(warten(n=f"<messageEventDefinition/>{ZEIT}"), *WARTEN)
    assert ("g", "n__2") in probe.fluesse and ("n__2", "n__danach") in probe.fluesse
    assert probe.tag("n__eines") is None


def test_a_task_behind_the_gateway_is_one_of_those_that_may_be_first(zeichne: Zeichne) -> None:
    probe = zeichne(warten() + "<task id='x'/>", *WARTEN, "g -> x")
    assert "zuerst" in probe.befund("ereignisbasiert_mit_aufgabe").text and probe.tag("g") == "eventBasedGateway"


def test_where_something_else_follows_a_person_says_what_has_happened(zeichne: Zeichne) -> None:
    probe = zeichne(warten() + "<serviceTask id='x'/>", *WARTEN, "g -> x")
    assert "Zeitereignis" in probe.befund("ereignisbasiert_von_hand").text
    frage = probe.schritte["g__entscheidung"]
    assert frage.art is bpmn.SchrittArt.EINGANG and frage.entscheidet == {"g": False}
    assert [x.ziel for x in probe.schritte["g"].ausgaenge] == ["m", "n", "x"]
    assert probe.bedingung("g_m") == 'entscheidung_g = "g_m"'
    assert 'attachedToRef="g__entscheidung" cancelActivity="true"' in probe.xml("z") and "P7D" in probe.xml("z")
    assert probe.tag("m") == "intermediateThrowEvent" and "g_z" not in probe.xml("g")
    assert ("z", "c") in probe.fluesse and probe.schritte["z"].art is bpmn.SchrittArt.TIMER


def test_a_decision_behind_what_may_arrive_by_itself_is_asked_in_a_step_of_its_own(zeichne: Zeichne) -> None:
    probe = zeichne(
        f"<startEvent id='s'/>{faengt('m', '<messageEventDefinition messageRef=' + chr(39) + 'x' + chr(39) + '/>')}"
        "<exclusiveGateway id='g'/><task id='a'/><task id='b'/>",
        *("s -> m", "m -> g", "g -> a", "g -> b"),
        ausserdem="<message id='x' name='Antwort'/>",
    )
    assert probe.schritte["m"].entscheidet == {} and probe.schritte["g__entscheidung"].entscheidet == {"g": False}


def test_a_parallel_event_gateway_expects_all_events(zeichne: Zeichne) -> None:
    kopf = "<eventBasedGateway id='g' instantiate='true' eventGatewayType='Parallel'/>"
    probe = zeichne(kopf + faengt("m", "<messageEventDefinition/>") + faengt("n", ""), "g -> m", "g -> n")
    assert probe.befund("ereignisbasiert_parallel") and probe.tag("g") == "parallelGateway"
    assert probe.schritte["m"].art is bpmn.SchrittArt.EINGANG


def test_a_circle_without_people_is_refused(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><exclusiveGateway id='g'/><intermediateThrowEvent id='w'/><parallelGateway id='h'/>"
        "<endEvent id='e'/>",
        "s -> g",
        "g -> w",
        "w -> h",
        "h -> g",
        "h -> e",
    )
    befund = probe.befund("endlose_schleife")
    assert befund.stufe is bpmn.Stufe.FEHLER and befund.element == "g"
    assert probe.ergebnis.status is bpmn.Status.ABGELEHNT and probe.ergebnis.ausfuehrbar == b""


def test_a_circle_that_computes_its_own_way_out_is_a_warning(zeichne: Zeichne) -> None:
    knoten = "<startEvent id='s'/><scriptTask id='r' scriptFormat='feel'><script>{}</script></scriptTask>"
    knoten += "<exclusiveGateway id='m'/><exclusiveGateway id='g'/><endEvent id='e'/>"
    fluesse = ("s -> m", "m -> r", "r -> g", "g -> m [n &lt; 3]".replace("&lt;", "<"), "g -> e [n >= 3]")
    probe = zeichne(knoten.format("n = 3"), *fluesse, variablen=frozenset({"n"}))
    assert probe.befund("schleife_ohne_person").stufe is bpmn.Stufe.WARNUNG
    assert "endlose_schleife" not in probe.arten and probe.ergebnis.status is bpmn.Status.LAUFFAEHIG
    ohne = zeichne(knoten.format("n = 3"), "s -> m", "m -> r", "r -> m", "g -> e", variablen=frozenset({"n"}))
    assert "endlose_schleife" in ohne.arten


def test_a_gateway_that_leads_to_itself_is_refused(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><parallelGateway id='g'/><endEvent id='e'/>", "s -> g", "g -> g", "g -> e")
    assert probe.befund("endlose_schleife").element == "g"


def test_a_circle_in_which_somebody_acts_or_waits_is_fine(zeichne: Zeichne) -> None:
    for knoten in ("<task id='a'/>", faengt("a", ZEIT), "<subProcess id='a'><task id='i'/></subProcess>"):
        probe = zeichne(
            f"<startEvent id='s'/><exclusiveGateway id='g'/>{knoten}<parallelGateway id='h'/><endEvent id='e'/>",
            "s -> g",
            "g -> a",
            "a -> h",
            "h -> g",
            "h -> e",
        )
        assert "endlose_schleife" not in probe.arten


def test_a_decision_by_a_person_in_the_circle_is_fine(zeichne: Zeichne) -> None:
    probe = zeichne("<startEvent id='s'/><exclusiveGateway id='g'/><endEvent id='e'/>", "s -> g", "g -> g", "g -> e")
    assert probe.ergebnis.status is bpmn.Status.LAUFFAEHIG


def test_conditions_behind_an_event_gateway_decide_nothing(zeichne: Zeichne) -> None:
    probe = zeichne(warten(), "s -> g", "g -> m [betrag > 5]", *WARTEN[2:])
    assert probe.befund("bedingung_nach_ereignisgateway").element == "g_m" and probe.bedingung("g_m") is None


def test_a_parallel_gateway_that_joins_and_splits_stays_one(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><task id='a'/><task id='b'/><parallelGateway id='g'/><endEvent id='c'/><endEvent id='d'/>",
        *("s -> a", "s -> b", "a -> g", "b -> g", "g -> c", "g -> d"),
    )
    assert probe.arten == ["aufteilung_ohne_gateway"] and probe.tag("g") == "parallelGateway"


def test_the_question_lies_in_the_lane_of_the_gateway_or_of_the_step_before(zeichne: Zeichne) -> None:
    lanes = "<laneSet><lane name='Amt'><flowNodeRef>a</flowNodeRef><flowNodeRef>s</flowNodeRef></lane></laneSet>"
    knoten = "<startEvent id='s'/><task id='a'/><exclusiveGateway id='g'/><endEvent id='c'/><endEvent id='d'/>"
    probe = zeichne(lanes + knoten, "s -> a", "s -> g", "a -> g", "g -> c", "g -> d")
    assert probe.schritte["g__entscheidung"].lane == "Amt"
