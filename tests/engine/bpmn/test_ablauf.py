"""One tiny drawing for each rule about the control flow as a whole: what waits in vain, never ends, runs twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import bpmn

Zeichne = Callable[..., Any]

NACHRICHT = "<messageEventDefinition/>"
FEHLER = "<errorEventDefinition errorRef='f'/>"
SCHLUSS = "<terminateEventDefinition/>"
AUFGABEN = "<task id='a' name='Prüfen'/><task id='b'/><task id='c' name='Ablegen'/><endEvent id='e'/>"
IMMER, MANCHMAL = "zusammenfuehrung_wartet_immer", "zusammenfuehrung_wartet"
KREIS, MEHRFACH = "kein_weg_zum_ende", "mehrfacher_durchlauf"


def kette(mitte: str) -> str:
    return f"<startEvent id='s'/>{mitte}{AUFGABEN}"


def zweige(teilt: str, vereint: str) -> str:
    return kette(f"<{teilt}Gateway id='t'/><{vereint}Gateway id='v' name='Zusammen'/>")


WEGE = ("s -> t", "t -> a", "t -> b", "a -> v", "b -> v", "v -> c", "c -> e")


def test_an_and_join_of_alternatives_always_waits_and_stops_publication(zeichne: Zeichne) -> None:
    probe = zeichne(zweige("exclusive", "parallel"), *WEGE)
    befund = probe.befund(IMMER)
    assert (befund.stufe, befund.element, befund.name) == (bpmn.Stufe.FEHLER, "v", "Zusammen")
    assert "von „Prüfen“ oder „b“" in befund.text and "Nie erreicht wird „Ablegen“" in befund.text
    assert "exklusives Gateway" in befund.abhilfe
    assert probe.ergebnis.status is bpmn.Status.LAUFFAEHIG  # a draft that can be mended


def test_an_and_join_of_what_may_be_chosen_can_wait(zeichne: Zeichne) -> None:
    befund = zeichne(zweige("inclusive", "parallel"), *WEGE).befund(MANCHMAL)
    assert befund.stufe is bpmn.Stufe.WARNUNG and befund.element == "v"
    assert "nicht auf jedem Weg" in befund.text and "inklusives Gateway" in befund.abhilfe


@pytest.mark.parametrize(
    ("teilt", "vereint"),
    [("parallel", "parallel"), ("exclusive", "exclusive"), ("inclusive", "inclusive"), ("exclusive", "inclusive")],
)
def test_what_fits_together_is_no_finding(zeichne: Zeichne, teilt: str, vereint: str) -> None:
    assert not {IMMER, MANCHMAL, KREIS, MEHRFACH} & set(zeichne(zweige(teilt, vereint), *WEGE).arten)


def test_a_join_that_needs_its_own_output_never_fires(zeichne: Zeichne) -> None:
    probe = zeichne(
        kette("<parallelGateway id='v'/><exclusiveGateway id='x'/>"),
        *("s -> v", "v -> a", "a -> x", "x -> v", "x -> e"),
    )
    befund = probe.befund(IMMER)
    assert befund.stufe is bpmn.Stufe.FEHLER and "was von „x“" in befund.text
    assert "exklusives Gateway" in befund.abhilfe


def test_what_comes_once_more_than_it_is_joined_stays(zeichne: Zeichne) -> None:
    probe = zeichne(
        kette("<parallelGateway id='t'/><parallelGateway id='v'/>"),
        *("s -> t", "t -> a", "t -> b", "t -> c", "a -> v", "b -> c", "c -> v", "v -> e"),
    )
    assert "am Ende immer vergeblich" in probe.befund(IMMER).text


def test_an_event_at_the_border_takes_the_token_that_the_join_needs(zeichne: Zeichne) -> None:
    rand = f"<boundaryEvent id='r' attachedToRef='a'>{NACHRICHT}</boundaryEvent>"
    probe = zeichne(zweige("parallel", "parallel") + rand, *WEGE, "r -> e")
    assert probe.befund(MANCHMAL).element == "v"
    daneben = rand.replace("'a'", "'a' cancelActivity='false'")
    assert MANCHMAL not in zeichne(zweige("parallel", "parallel") + daneben, *WEGE, "r -> e").arten


def test_what_happens_first_does_not_bring_the_others(zeichne: Zeichne) -> None:
    fangen = "".join(f"<intermediateCatchEvent id='{k}'>{NACHRICHT}</intermediateCatchEvent>" for k in "mn")
    probe = zeichne(
        kette(f"<eventBasedGateway id='t'/><parallelGateway id='v'/>{fangen}"),
        *("s -> t", "t -> m", "t -> n", "m -> v", "n -> v", "v -> e"),
    )
    assert probe.befund(IMMER).stufe is bpmn.Stufe.FEHLER


def test_links_count_as_the_flows_that_they_are(zeichne: Zeichne) -> None:
    link = "<{0} id='{1}'><linkEventDefinition name='L'/></{0}>"
    enden = link.format("intermediateThrowEvent", "w") + link.format("intermediateCatchEvent", "f")
    fluesse = ("s -> t", "t -> a", "t -> w", "a -> v", "f -> v", "v -> e")
    assert IMMER in zeichne(zweige("exclusive", "parallel") + enden, *fluesse).arten
    assert IMMER not in zeichne(zweige("parallel", "parallel") + enden, *fluesse).arten


def test_two_inclusive_joins_that_wait_for_each_other_are_named(zeichne: Zeichne) -> None:
    probe = zeichne(
        kette("<parallelGateway id='t'/><inclusiveGateway id='v'/><inclusiveGateway id='w'/>"),
        *("s -> t", "t -> v", "t -> w", "v -> a", "a -> w", "w -> b", "b -> v"),
    )
    assert {b.element for b in probe.ergebnis.befunde if b.art == IMMER} == {"v", "w"}


def test_only_the_start_from_which_it_stops_is_named(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><startEvent id='u' name='Anruf'/><parallelGateway id='t'/><parallelGateway id='v'/>"
        + AUFGABEN,
        *("s -> t", "t -> a", "t -> b", "a -> v", "u -> b", "b -> v", "v -> e"),
    )
    befund = probe.befund(MANCHMAL)
    assert befund.stufe is bpmn.Stufe.WARNUNG and befund.text.endswith("beim Start „Anruf“.")


def innen(vereint: str = "parallel") -> str:
    wege = (("i", "x"), ("x", "y"), ("x", "z"), ("y", "w"), ("z", "w"), ("w", "n"))
    fluesse = "".join(f"<sequenceFlow id='{v}{n}' sourceRef='{v}' targetRef='{n}'/>" for v, n in wege)
    return (
        "<startEvent id='i'/><exclusiveGateway id='x'/><task id='y'/><task id='z'/>"
        f"<{vereint}Gateway id='w'/><endEvent id='n'/>{fluesse}"
    )


def test_a_sub_process_that_always_stops_stops_what_is_around_it(zeichne: Zeichne) -> None:
    teil = f"<subProcess id='u'>{innen()}</subProcess>"
    probe = zeichne(kette(teil), "s -> u", "u -> e")
    assert probe.befund(IMMER, "w").stufe is bpmn.Stufe.FEHLER
    umgangen = zeichne(kette(teil + "<exclusiveGateway id='g'/>"), "s -> g", "g -> u", "g -> e", "u -> e")
    assert umgangen.befund(IMMER, "w").stufe is bpmn.Stufe.WARNUNG
    rand = f"<boundaryEvent id='r' attachedToRef='u'>{NACHRICHT}</boundaryEvent>"
    gerettet = zeichne(kette(teil + rand), "s -> u", "u -> e", "r -> e")
    assert gerettet.befund(IMMER, "w").stufe is bpmn.Stufe.WARNUNG


def test_a_join_waits_in_vain_for_a_sub_process_that_always_stops(zeichne: Zeichne) -> None:
    probe = zeichne(
        kette(f"<parallelGateway id='t'/><subProcess id='u'>{innen()}</subProcess><parallelGateway id='v'/>"),
        *("s -> t", "t -> u", "t -> a", "u -> v", "a -> v", "v -> e"),
    )
    assert {b.element for b in probe.ergebnis.befunde if b.art == IMMER} == {"v", "w"}


@pytest.mark.parametrize("ende", [SCHLUSS, FEHLER])
def test_an_end_that_ends_everything_saves_what_would_wait(zeichne: Zeichne, ende: str) -> None:
    fehler = "<error id='f' errorCode='F'/>"
    wege = tuple(w.replace("s ->", "i ->") for w in WEGE)
    teil = zweige("exclusive", "parallel").replace("id='s'", "id='i'")
    probe = zeichne(
        f"<startEvent id='s'/><subProcess id='u'>{teil}<parallelGateway id='p1'/><endEvent id='x'>{ende}</endEvent>"
        f"</subProcess><boundaryEvent id='r' attachedToRef='u'>{FEHLER}</boundaryEvent><endEvent id='n'/>",
        *("s -> u", "u -> n", "r -> n", *(w.replace("i -> t", "i -> p1") for w in wege), "p1 -> t", "p1 -> x"),
        ausserdem=fehler,
    )
    assert not {IMMER, MANCHMAL} & set(probe.arten)


def test_an_interrupting_event_sub_process_may_save_it(zeichne: Zeichne) -> None:
    handlung = (
        f"<subProcess id='h' triggeredByEvent='true'><startEvent id='hs'>{NACHRICHT}</startEvent><task id='ht'/>"
        "<sequenceFlow id='hf' sourceRef='hs' targetRef='ht'/></subProcess>"
    )
    probe = zeichne(zweige("exclusive", "parallel") + handlung, *WEGE)
    assert probe.befund(IMMER).stufe is bpmn.Stufe.WARNUNG


def test_a_circle_without_a_way_out_is_said(zeichne: Zeichne) -> None:
    befund = zeichne(kette(""), "s -> a", "a -> b", "b -> a").befund(KREIS)
    assert befund.stufe is bpmn.Stufe.WARNUNG and befund.element == "a"
    gateway = kette("<exclusiveGateway id='g'/>")
    assert KREIS not in zeichne(gateway, "s -> a", "a -> g", "g -> a", "g -> e").arten
    assert KREIS in zeichne(gateway.replace("exclusive", "parallel"), "s -> a", "a -> g", "g -> a", "g -> e").arten


def test_a_circle_that_something_else_ends_is_none(zeichne: Zeichne) -> None:
    probe = zeichne(
        kette(f"<parallelGateway id='t'/><endEvent id='x'>{SCHLUSS}</endEvent>"),
        *("s -> t", "t -> a", "a -> a", "t -> b", "b -> x"),
    )
    assert KREIS not in probe.arten
    kreis = "<startEvent id='i'/><task id='y'/><sequenceFlow id='f1' sourceRef='i' targetRef='y'/>"
    kreis += "<sequenceFlow id='f2' sourceRef='y' targetRef='y'/>"
    rand = f"<boundaryEvent id='r' attachedToRef='u'>{NACHRICHT}</boundaryEvent>"
    probe = zeichne(kette(f"<subProcess id='u'>{kreis}</subProcess>{rand}"), "s -> u", "u -> e", "r -> e")
    assert KREIS not in probe.arten


def test_branches_that_meet_without_a_join_run_on_one_by_one(zeichne: Zeichne) -> None:
    befund = zeichne(zweige("parallel", "exclusive"), *WEGE).befund(MEHRFACH)
    assert (befund.stufe, befund.element) == (bpmn.Stufe.HINWEIS, "v")
    nur_ende = ("s -> t", "t -> a", "t -> b", "a -> v", "b -> v", "v -> e")
    assert MEHRFACH not in zeichne(zweige("parallel", "exclusive"), *nur_ende).arten


def test_too_many_branches_are_admitted(zeichne: Zeichne) -> None:
    knoten = "".join(f"<exclusiveGateway id='x{n}'/><task id='y{n}'/>" for n in range(30))
    fluesse = [f for n in range(30) for f in (f"t -> x{n}", f"x{n} -> v", f"x{n} -> y{n}", f"y{n} -> e")]
    probe = zeichne(kette("<parallelGateway id='t'/><parallelGateway id='v'/>" + knoten), "s -> t", "v -> e", *fluesse)
    assert probe.befund("ablauf_zu_verzweigt").stufe is bpmn.Stufe.HINWEIS


def test_blocks_eight_hundred_levels_deep_are_judged_as_a_whole(zeichne: Zeichne) -> None:
    tiefe = 800
    knoten = "".join(f"<parallelGateway id='t{n}'/><parallelGateway id='v{n}'/>" for n in range(tiefe))
    fluesse = [f for n in range(tiefe - 1) for f in (f"t{n} -> t{n + 1}", f"t{n} -> v{n}", f"v{n + 1} -> v{n}")]
    probe = zeichne(
        kette(knoten),
        "s -> t0",
        "v0 -> e",
        f"t{tiefe - 1} -> a",
        f"a -> v{tiefe - 1}",
        f"t{tiefe - 1} -> v{tiefe - 1}",
        *fluesse,
    )
    assert set(probe.arten) == {"nicht_erreichbar"}  # the two tasks that nothing leads to
