"""Decisions and scripts run between two people, within a budget, and blame their element when they fail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from engine import dmn, spiff

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_NR = iter(range(10_000))


def lade(mitte: str, *fluesse: str) -> spiff.Modell:
    pfeile = "".join(
        f"<sequenceFlow id='f{n}' sourceRef='{von}' targetRef='{nach}'/>"
        for n, (von, nach) in enumerate(f.split(">") for f in fluesse)
    )
    xml = (
        f"<definitions xmlns='{BPMN}'><process id='p'><startEvent id='s'/>{mitte}<endEvent id='e'/>{pfeile}"
        "</process></definitions>"
    )
    return spiff.lade_modell(spiff.Quelle(f"automatik/{next(_NR)}", "p", (xml.encode(),)))


def skript(zeilen: str) -> str:
    return f"<scriptTask id='k' name='Rechnen' scriptFormat='FEEL'><script>{zeilen}</script></scriptTask>"


def start(modell: spiff.Modell, entscheide: spiff.Entscheider | None = None, **variablen: Any) -> spiff.Ergebnis:
    return spiff.start(modell, variablen, umgebung=spiff.Umgebung({}, entscheide), now=JETZT)


def test_a_script_computes_from_top_to_bottom_and_sees_the_given_instant() -> None:
    ergebnis = start(lade(skript("a = x * 2\nb = a + 1\nt = string(today())\nn = fehlt"), "s>k", "k>e"), x=3)
    assert ergebnis.variablen == {"x": 3, "a": 6, "b": 7, "t": "2026-03-02", "n": None}
    assert [p.bpmn_typ for p in ergebnis.passiert] == ["startEvent", "scriptTask", "endEvent"]


def test_a_script_stores_nothing_that_a_database_refuses() -> None:
    ergebnis = start(lade(skript('a = "x\\u0000y"'), "s>k", "k>e"))
    assert ergebnis.variablen["a"] == "x\ufffdy"


def test_a_decision_sees_the_variables_and_the_instant_and_its_record_goes_with_its_element() -> None:
    gefragt: list[tuple[Any, ...]] = []

    def entscheide(
        prozess_id: str, entscheidung: str, variablen: Mapping[str, Any], *, ergebnis: str, now: datetime
    ) -> dmn.Entscheid:
        gefragt.append((prozess_id, entscheidung, dict(variablen), ergebnis, now))
        return dmn.Entscheid({"stufe": len(gefragt)}, {"nr": len(gefragt)})

    zwei = (
        "<businessRuleTask id='d' implementation='d01'/><businessRuleTask id='c' implementation='d02'>"
        "<dataOutputAssociation><targetRef>lage</targetRef></dataOutputAssociation></businessRuleTask>"
    )
    ergebnis = start(lade(zwei, "s>d", "d>c", "c>e"), entscheide, x=1)
    assert gefragt == [("p", "d01", {"x": 1}, "", JETZT), ("p", "d02", {"x": 1, "stufe": 1}, "lage", JETZT)]
    assert [p.entscheid for p in ergebnis.passiert] == [None, {"nr": 1}, {"nr": 2}, None]


def test_without_decisions_at_hand_a_business_rule_task_is_a_fault_of_its_element() -> None:
    with pytest.raises(spiff.Ausfuehrungsfehler, match="„Stufe“") as fehler:
        start(lade("<businessRuleTask id='d' name='Stufe' implementation='d01'/>", "s>d", "d>e"))
    assert fehler.value.element == "d"


def test_a_script_that_runs_away_is_stopped_and_names_its_element() -> None:
    with pytest.raises(spiff.Ausfuehrungsfehler, match="„Rechnen“") as fehler:
        start(lade(skript("a = count(for i in 1..99999, j in 1..99999 return 1)"), "s>k", "k>e"))
    assert fehler.value.element == "k"


def test_computing_in_a_circle_ends_in_the_budget() -> None:
    kreis = lade(skript("a = 1") + "<exclusiveGateway id='g'/>", "s>g", "g>k", "k>g")
    with pytest.raises(spiff.Budgetfehler, match="zu oft gerechnet"):
        start(kreis)


@pytest.mark.parametrize(
    ("mitte", "grund"),
    [
        ("<scriptTask id='k'><script>a = 1</script></scriptTask>", "FEEL-Zuweisungen"),
        ("<scriptTask id='k' scriptFormat='FEEL'/>", "FEEL-Zuweisungen"),
        (skript("import os"), "keine Zuweisung"),
        (skript("a.b = 1"), "keine Zuweisung"),
        (skript("a = os.system('id')"), "nicht lesbar"),
        ("<businessRuleTask id='k'/>", "keine Entscheidungstabelle"),
    ],
)
def test_what_no_check_has_accepted_is_not_loaded(mitte: str, grund: str) -> None:
    with pytest.raises(spiff.Modellfehler, match=grund):
        lade(mitte, "s>k", "k>e")
