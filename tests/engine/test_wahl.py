"""Decisions that a person takes: which exits are offered, and what is accepted."""

from __future__ import annotations

import pytest

from engine import bpmn
from engine.bpmn.ergebnis import schritt_to_json
from engine.model import Prozessversion
from engine.model.wahl import validate_wahlen, wahlen_of

ANFANG = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">'
GATEWAY = (
    '<startEvent id="s"/><userTask id="a" name="Prüfen"/><exclusiveGateway id="g" name="Reicht es?"/>'
    '<userTask id="b" name="Ergänzen"/><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="a"/>'
    '<sequenceFlow id="f2" sourceRef="a" targetRef="g"/><sequenceFlow id="ja" name="ja" sourceRef="g" targetRef="e"/>'
    '<sequenceFlow id="nein" sourceRef="g" targetRef="b"/><sequenceFlow id="f3" sourceRef="b" targetRef="a"/>'
)
OHNE_GATEWAY = (
    '<startEvent id="s"/><sequenceFlow id="f0" sourceRef="s" targetRef="s"/>'
    '<sequenceFlow id="f1" sourceRef="s" targetRef="s"/>'
)


def version_of(nodes: str) -> Prozessversion:
    ergebnis = bpmn.pruefe(f"{ANFANG}{nodes}</process></definitions>".encode(), variablen=frozenset())
    assert ergebnis.status == "lauffaehig", ergebnis.befunde
    return Prozessversion(schritte=[schritt_to_json(s) for s in ergebnis.modelle[0].schritte])


def test_the_exits_are_offered_by_their_labels_or_by_where_they_lead():
    (wahl,) = wahlen_of(version_of(GATEWAY), "a")
    assert (wahl.feld, wahl.frage, wahl.mehrere) == ("entscheidung_g", "Reicht es?", False)
    assert wahl.optionen == (("ja", "ja"), ("nein", "weiter mit „Ergänzen“"))


def test_exits_of_a_gateway_that_the_check_had_to_add_are_offered_too():
    version = version_of(OHNE_GATEWAY)
    asking = next(s.element for s in version.schrittliste() if s.entscheidet)
    (wahl,) = wahlen_of(version, asking)
    assert [value for value, _ in wahl.optionen] == ["f0", "f1"]


@pytest.mark.parametrize(
    ("given", "accepted"),
    [(["ja"], True), ([], False), ([""], False), (["x"], False), (["ja", "nein"], False)],
)
def test_only_one_offered_exit_is_accepted(given, accepted):
    wahlen = wahlen_of(version_of(GATEWAY), "a")
    chosen, wrong = validate_wahlen(wahlen, {"entscheidung_g": given})
    assert (chosen == {"entscheidung_g": "ja"}) is accepted
    assert (list(wrong) == ["entscheidung_g"]) is not accepted


def test_a_step_without_decision_asks_nothing():
    assert wahlen_of(version_of(GATEWAY), "b") == ()
    assert wahlen_of(version_of(GATEWAY), "gibt es nicht") == ()
