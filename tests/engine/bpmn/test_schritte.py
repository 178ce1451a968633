"""The list of steps: reading order, exits as drawn, where a step may be sent back to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from engine import bpmn, spiff

Zeichne = Callable[..., Any]


def aufgaben(*namen: str) -> str:
    return "<startEvent id='s'/>" + "".join(f"<task id='{n}'/>" for n in namen)


def order(probe: Any) -> list[str]:
    return list(probe.schritte)


def test_steps_stand_in_the_order_of_the_flow_not_of_the_file(zeichne: Zeichne) -> None:
    probe = zeichne("<endEvent id='e'/><task id='b'/><task id='a'/><startEvent id='s'/>", "b -> e", "a -> b", "s -> a")
    assert order(probe) == ["s", "a", "b", "e"]


def test_a_join_stands_behind_all_its_branches(zeichne: Zeichne) -> None:
    probe = zeichne(
        aufgaben("a", "b", "b2", "c") + "<parallelGateway id='g'/><parallelGateway id='h'/>",
        *("s -> g", "g -> a", "g -> b", "b -> b2", "b2 -> h", "a -> h", "h -> c"),
    )
    assert order(probe) == ["s", "g", "a", "b", "b2", "h", "c"]


def test_a_loop_is_read_from_where_the_flow_enters_it(zeichne: Zeichne) -> None:
    probe = zeichne(
        aufgaben("nacharbeit", "a", "b", "c") + "<exclusiveGateway id='g'/>",
        *("s -> a", "a -> b", "b -> g", "g -> nacharbeit", "g -> c", "nacharbeit -> a"),
    )
    assert order(probe) == ["s", "a", "b", "g", "nacharbeit", "c"]


def test_the_content_of_a_sub_process_follows_it(zeichne: Zeichne) -> None:
    probe = zeichne(
        aufgaben("a") + "<subProcess id='u'><startEvent id='t'/><task id='i'/></subProcess>",
        "s -> u",
        "t -> i",
        "u -> a",
    )
    assert order(probe) == ["s", "u", "t", "i", "a"]


def test_a_border_event_stands_behind_its_activity(zeichne: Zeichne) -> None:
    zeit = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
    rand = f"<boundaryEvent id='r' attachedToRef='a'>{zeit}</boundaryEvent>"
    probe = zeichne(rand + aufgaben("x", "a", "b"), "s -> a", "a -> b", "r -> x")
    assert order(probe).index("a") < order(probe).index("r") < order(probe).index("x")


def test_exits_are_the_drawn_flows_with_their_labels(zeichne: Zeichne) -> None:
    probe = zeichne(aufgaben("a", "b"), 's -> a "los"', "a -> b")
    assert probe.schritte["s"].ausgaenge == (bpmn.Ausgang("s_a", "a", "los"),)
    assert probe.schritte["b"].ausgaenge == ()


def test_steps_survive_the_way_through_json(zeichne: Zeichne) -> None:
    probe = zeichne(aufgaben("a", "b", "c") + "<exclusiveGateway id='g'/>", "s -> a", "a -> g", "g -> b", "g -> c")
    for schritt in probe.schritte.values():
        assert bpmn.schritt_from_json(bpmn.schritt_to_json(schritt)) == schritt


def test_a_step_goes_back_over_exclusive_gateways_nearest_first(zeichne: Zeichne) -> None:
    probe = zeichne(
        aufgaben("a", "b", "c", "d") + "<exclusiveGateway id='g'/><exclusiveGateway id='h'/>",
        *("s -> a", "a -> g", "g -> b", "g -> c", "b -> h", "c -> h", "h -> d"),
    )
    assert probe.schritte["d"].rueckgabe_ziele == ("b", "c", "a")
    assert probe.schritte["a"].rueckgabe_ziele == ()


def test_a_step_goes_back_over_events_and_decisions(zeichne: Zeichne) -> None:
    zeit = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
    probe = zeichne(
        aufgaben("a", "b")
        + f"<intermediateCatchEvent id='t'>{zeit}</intermediateCatchEvent><intermediateThrowEvent id='w'/>"
        + "<intermediateCatchEvent id='m'><messageEventDefinition/></intermediateCatchEvent>",
        *("s -> a", "a -> t", "t -> w", "w -> m", "m -> b"),
    )
    assert probe.schritte["b"].rueckgabe_ziele == ("m", "a")


def test_in_a_loop_a_step_is_no_target_of_itself(zeichne: Zeichne) -> None:
    probe = zeichne(
        aufgaben("a", "b") + "<exclusiveGateway id='g'/><endEvent id='e'/>",
        *("s -> a", "a -> b", "b -> g", "g -> a", "g -> e"),
    )
    assert probe.schritte["a"].rueckgabe_ziele == ("b",)
    assert probe.schritte["b"].rueckgabe_ziele == ("a",)


@pytest.mark.parametrize(
    "dazwischen",
    [
        "<parallelGateway id='g'/>",
        "<inclusiveGateway id='g'/>",
        "<subProcess id='g'><task id='i'/></subProcess>",
        "<callActivity id='g' calledElement='q'/>",
        "<task id='g'><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
        "</multiInstanceLoopCharacteristics></task>",
    ],
)
def test_nothing_goes_back_across_what_may_run_in_parallel(zeichne: Zeichne, dazwischen: str) -> None:
    probe = zeichne(aufgaben("a", "b") + dazwischen, "s -> a", "a -> g", "g -> b", bekannte_prozesse=frozenset({"q"}))
    assert probe.schritte["b"].rueckgabe_ziele == ()
    if probe.tag("i"):
        assert probe.schritte["i"].rueckgabe_ziele == ()


def test_nothing_goes_back_across_an_implicit_split(zeichne: Zeichne) -> None:
    probe = zeichne(aufgaben("a", "b", "c"), "s -> a", "a -> b", "a -> c")
    assert probe.schritte["b"].rueckgabe_ziele == ()


def test_within_a_branch_a_step_may_go_back(zeichne: Zeichne) -> None:
    probe = zeichne(aufgaben("a", "b", "c", "d"), "s -> a", "a -> b", "a -> c", "c -> d")
    assert probe.schritte["d"].rueckgabe_ziele == ("c",)


def test_a_long_chain_costs_no_square(zeichne: Zeichne) -> None:
    namen = [f"t{i}" for i in range(1_500)]
    knoten = aufgaben(*namen)
    ergebnis = bpmn.pruefe(
        (
            f'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">{knoten}'
            + "".join(
                f"<sequenceFlow id='f{i}' sourceRef='{a}' targetRef='{b}'/>"
                for i, (a, b) in enumerate(zip(["s", *namen], namen, strict=False))
            )
            + "</process></definitions>"
        ).encode()
    )
    assert len(ergebnis.modelle[0].schritte[-1].rueckgabe_ziele) == 20


def test_a_step_goes_back_over_a_race_but_not_into_it(zeichne: Zeichne) -> None:
    probe = zeichne(
        aufgaben("a", "b") + "<eventBasedGateway id='g'/><intermediateCatchEvent id='m'/><receiveTask id='n'/>",
        *("s -> a", "a -> g", "g -> m", "g -> n", "m -> b", "n -> b"),
    )
    assert probe.schritte["b"].rueckgabe_ziele == ("a",)
    kopie = probe.ergebnis.ausfuehrbar
    modell = spiff.lade_modell(spiff.Quelle(str(hash(kopie)), "p", (kopie,)))
    jetzt: dict[str, Any] = {"umgebung": spiff.Umgebung(), "now": datetime(2026, 1, 5, 8, tzinfo=UTC)}
    stand = spiff.start(modell, {}, **jetzt)
    for element in ("a", "m"):
        token = next(b.token for b in stand.bereit if b.element == element)
        stand = spiff.complete(modell, stand.zustand, stand.variablen, token, **jetzt)
    stand = spiff.move_back(modell, stand.zustand, stand.variablen, stand.bereit[0].token, "a", **jetzt)
    assert [b.element for b in stand.bereit] == ["a"]


def test_nothing_goes_back_over_what_was_sent(zeichne: Zeichne) -> None:
    wurf = "<intermediateThrowEvent id='w'><messageEventDefinition messageRef='n'/></intermediateThrowEvent>"
    probe = zeichne(
        aufgaben("a", "b") + wurf, *("s -> a", "a -> w", "w -> b"), ausserdem="<message id='n' name='Antwort'/>"
    )
    assert probe.schritte["b"].rueckgabe_ziele == ()


def test_nothing_goes_back_inside_an_ad_hoc_sub_process(zeichne: Zeichne) -> None:
    probe = zeichne("<adHocSubProcess id='u'><task id='a'/><task id='b'/></adHocSubProcess>", "a -> b")
    assert probe.schritte["b"].rueckgabe_ziele == ()


def test_what_runs_by_itself_in_an_ad_hoc_sub_process_is_offered_to_people(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<adHocSubProcess id='u'><scriptTask id='a'><script>x = 1</script></scriptTask><task id='b'/></adHocSubProcess>"
    )
    assert probe.schritte["a"].wird_angeboten and probe.schritte["a"].hat_aufgaben
    assert not probe.schritte["b"].wird_angeboten and probe.schritte["u"].wird_geschlossen
