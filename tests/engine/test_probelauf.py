"""Plays of whole drawings: every outcome is counted, a stop names its place, the same seed gives the same plays."""

from __future__ import annotations

import pytest

from engine import bpmn, probelauf

KOPF = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" name="P">'


def check(inhalt: str) -> bpmn.Pruefergebnis:
    ergebnis = bpmn.pruefe((KOPF + inhalt + "</process></definitions>").encode(), "p.bpmn", variablen=frozenset())
    assert ergebnis.status is bpmn.Status.LAUFFAEHIG
    return ergebnis


def fluesse(*paare: str) -> str:
    teile = (paar.split(">") for paar in paare)
    return "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in teile)


def test_every_play_of_a_sound_process_comes_to_its_end() -> None:
    ergebnis = check(
        '<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g"/><userTask id="b"/>'
        '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition>'
        '</intermediateCatchEvent><endEvent id="e"/>' + fluesse("s>a", "a>g", "g>a", "g>b", "b>t", "t>e")
    )
    (bericht,) = probelauf.play_prozesse(ergebnis, laeufe=30)
    assert (bericht.laeufe, bericht.beendet, bericht.haengt, bericht.stoerung) == (30, 30, 0, 0)
    assert bericht.stellen == ()
    assert bericht.schritte >= 90


def test_a_join_that_never_gets_its_token_is_named() -> None:
    ergebnis = check(
        '<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g"/><userTask id="b"/><userTask id="c"/>'
        '<parallelGateway id="j" name="Zusammen"/><endEvent id="e"/>'
        + fluesse("s>a", "a>g", "g>b", "g>c", "b>j", "c>j", "j>e")
    )
    (bericht,) = probelauf.play_prozesse(ergebnis, laeufe=10)
    assert (bericht.beendet, bericht.haengt, bericht.stoerung) == (0, 10, 0)
    [stelle] = bericht.stellen
    assert (stelle.element, stelle.laeufe) == ("j", 10)
    assert "wartet auf einen Zweig, der nicht mehr kommt" in stelle.grund


def test_a_process_that_never_ends_is_given_up_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probelauf, "MAX_SCHRITTE", 20)
    ergebnis = check('<startEvent id="s"/><userTask id="a"/>' + fluesse("s>a", "a>a"))
    (bericht,) = probelauf.play_prozesse(ergebnis, laeufe=2)
    assert bericht.haengt == 2
    assert bericht.stellen[0].element == "a"
    assert "kein Ende" in bericht.stellen[0].grund


def test_messages_boundaries_and_several_processes_are_played() -> None:
    ergebnis = check(
        '<startEvent id="s"/><userTask id="a"/><endEvent id="e"/><endEvent id="e2"/>'
        '<boundaryEvent id="r" attachedToRef="a"><messageEventDefinition messageRef="m"/></boundaryEvent>'
        + fluesse("s>a", "a>e", "r>e2")
        + '</process><message id="m" name="Zurückgezogen"/><process id="q"><startEvent id="s2"/><endEvent id="e3"/>'
        + fluesse("s2>e3")
    )
    berichte = probelauf.play_prozesse(ergebnis, laeufe=20)
    assert [(b.id, b.beendet) for b in berichte] == [("p", 20), ("q", 20)]


def test_the_same_seed_gives_the_same_plays_and_another_one_others() -> None:
    ergebnis = check(
        '<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g"/><endEvent id="e"/>'
        + fluesse("s>a", "a>g", "g>a", "g>e")
    )
    einmal, nochmal, anders = (probelauf.play_prozesse(ergebnis, laeufe=20, saat=n)[0].schritte for n in (1, 1, 3))
    assert einmal == nochmal != anders


def test_values_that_conditions_ask_for_are_tried() -> None:
    ergebnis = bpmn.pruefe(
        (
            KOPF + '<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g" default="g_x"/><userTask id="b"/>'
            '<endEvent id="e"/><sequenceFlow id="g_x" sourceRef="g" targetRef="a"/>'
            '<sequenceFlow id="g_b" sourceRef="g" targetRef="b"><conditionExpression>stufe = "hoch" and betrag &gt; 900'
            "</conditionExpression></sequenceFlow>" + fluesse("s>a", "a>g", "b>e") + "</process></definitions>"
        ).encode(),
        variablen=frozenset({"stufe", "betrag"}),
    )
    (bericht,) = probelauf.play_prozesse(ergebnis, laeufe=20)
    assert bericht.beendet == 20


def test_a_file_that_cannot_run_has_no_plays() -> None:
    assert probelauf.play_prozesse(bpmn.pruefe(b"kein XML"), laeufe=3) == ()
