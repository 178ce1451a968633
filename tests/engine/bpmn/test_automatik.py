"""Business rule tasks whose decision is known and scripts that only assign in FEEL run by themselves; others do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import bpmn

Zeichne = Callable[..., Any]
CAMUNDA = "xmlns:camunda='http://camunda.org/schema/1.0/bpmn'"
ZEEBE = "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'"
D01 = {"d01": frozenset({"prioritaet"})}
SCHRITT = ("s -> a", "a -> e")


def knoten(mitte: str) -> str:
    return f"<startEvent id='s'/>{mitte}<endEvent id='e'/>"


@pytest.mark.parametrize(
    ("mitte", "zuordnung"),
    [
        ("<businessRuleTask id='a'/>", {"a": "d01"}),
        ("<businessRuleTask id='a' implementation='d01'/>", {}),
        (f"<businessRuleTask id='a' {CAMUNDA} camunda:decisionRef='d01'/>", {}),
        (f"<businessRuleTask id='a' {CAMUNDA} camunda:decisionRef='alt'/>", {"a": "d01"}),
        (
            f"<businessRuleTask id='a'><extensionElements {ZEEBE}><zeebe:calledDecision decisionId='d01'/>"
            "</extensionElements></businessRuleTask>",
            {},
        ),
    ],
)
def test_a_known_decision_runs_by_itself(zeichne: Zeichne, mitte: str, zuordnung: dict[str, str]) -> None:
    probe = zeichne(knoten(mitte), *SCHRITT, entscheidungen=D01, zuordnung=zuordnung)
    assert probe.schritte["a"].art is bpmn.SchrittArt.AUTOMATIK
    assert probe.tag("a") == "businessRuleTask" and 'implementation="d01"' in probe.xml("a")
    assert "entscheidungstabelle_von_hand" not in probe.arten


def test_the_result_variable_of_a_tool_takes_the_whole_result(zeichne: Zeichne) -> None:
    mitte = (
        f"<businessRuleTask id='a'><extensionElements {ZEEBE}><zeebe:calledDecision decisionId='d01' "
        "resultVariable='lage'/></extensionElements></businessRuleTask>"
    )
    assert "<targetRef>lage</targetRef>" in zeichne(knoten(mitte), *SCHRITT, entscheidungen=D01).xml("a")


@pytest.mark.parametrize(
    ("mitte", "entscheidungen", "grund"),
    [
        ("<businessRuleTask id='a'/>", D01, "keine Entscheidungstabelle zugeordnet"),
        ("<businessRuleTask id='a' implementation='d02'/>", D01, "„d02“ ist nicht bekannt"),
        ("<businessRuleTask id='a' implementation='d03'/>", {"d03": frozenset({"eingang"})}, "„eingang“ nicht setzen"),
        ("<businessRuleTask id='a' implementation='x'/>", {"x": frozenset({"entscheidung_g"})}, "nicht setzen"),
    ],
)
def test_what_is_unknown_or_overwrites_is_decided_by_a_person(
    zeichne: Zeichne, mitte: str, entscheidungen: dict[str, frozenset[str]], grund: str
) -> None:
    probe = zeichne(knoten(mitte), *SCHRITT, entscheidungen=entscheidungen)
    assert probe.schritte["a"].art is bpmn.SchrittArt.AUFGABE and probe.tag("a") == "userTask"
    assert grund in probe.befund("entscheidungstabelle_von_hand").text


def test_conditions_may_read_what_a_decision_or_a_script_sets(zeichne: Zeichne) -> None:
    mitte = (
        "<businessRuleTask id='a' implementation='d01'/><scriptTask id='b'><script>stufe = betrag * 2</script>"
        "</scriptTask><exclusiveGateway id='g' default='g_d'/><task id='c'/><task id='d'/>"
    )
    probe = zeichne(
        knoten(mitte),
        "s -> a",
        "a -> b",
        "b -> g",
        'g -> c [prioritaet = "hoch" and stufe > 10]',
        "g -> d",
        "c -> e",
        "d -> e",
        entscheidungen=D01,
        variablen=frozenset({"betrag"}),
    )
    assert probe.bedingung("g_c") == 'prioritaet = "hoch" and stufe > 10'


def test_assignments_in_feel_are_executed(zeichne: Zeichne) -> None:
    zeilen = "\n// Kosten\njahr = monat * 12\n\nviel = jahr &gt; 9\n"
    skript = f"<scriptTask id='a' scriptFormat='FEEL'><script>{zeilen}</script></scriptTask>"
    probe = zeichne(knoten(skript), *SCHRITT, variablen=frozenset({"monat"}))
    assert probe.tag("a") == "scriptTask" and probe.schritte["a"].art is bpmn.SchrittArt.AUTOMATIK
    assert "jahr = monat * 12\nviel = jahr &gt; 9</script>" in probe.xml("a") and probe.arten == []


def test_the_script_expression_of_camunda_8_is_feel(zeichne: Zeichne) -> None:
    mitte = (
        f"<scriptTask id='a'><extensionElements {ZEEBE}><zeebe:script expression='=monat * 12' resultVariable='jahr'/>"
        "</extensionElements></scriptTask>"
    )
    assert "<script>jahr = monat * 12</script>" in zeichne(knoten(mitte), *SCHRITT).xml("a")


@pytest.mark.parametrize(
    ("sprache", "skript", "grund", "abhilfe"),
    [
        ("python", "x = a == 'b'", "„python“ wird aus Sicherheitsgründen nie ausgeführt", 'x = a = "b"'),
        ("javascript", "var x = 1;", "nie ausgeführt", "summe = betrag * 12"),
        ("", "import os", "keine Zuweisung", "summe = betrag * 12"),
        ("", "x = True", "anderen Sprache", "x = true"),
        ("", "x == 1", "x == 1", "summe = betrag * 12"),
        ("FEEL", "eingang = 1", "keine Zuweisung", "summe"),
        ("FEEL", "entscheidung_g = 1", "keine Zuweisung", "summe"),
        ("FEEL", "x = os.system('id')", "kein gültiger FEEL-Ausdruck", "summe"),
        ("FEEL", "x = 1\n" * 101, "mehr als 100 Zeilen", "x = 1"),
    ],
)
def test_any_other_script_is_refused_with_what_to_write(
    zeichne: Zeichne, sprache: str, skript: str, grund: str, abhilfe: str
) -> None:
    probe = zeichne(
        knoten(f"<scriptTask id='a' scriptFormat='{sprache}'><script>{skript}</script></scriptTask>"), *SCHRITT
    )
    befund = probe.befund("skript_von_hand")
    assert grund in befund.text and abhilfe in befund.abhilfe and probe.tag("a") == "userTask"


def test_a_script_that_reads_what_nobody_sets_is_refused(zeichne: Zeichne) -> None:
    skript = "<scriptTask id='a'><script>x = y + 1</script></scriptTask>"
    probe = zeichne(knoten(skript), *SCHRITT, variablen=frozenset())
    assert "kein Formular setzt „y“" in probe.befund("skript_von_hand").text


def test_a_step_may_be_sent_back_across_a_decision(zeichne: Zeichne) -> None:
    probe = zeichne(
        knoten("<task id='a'/><businessRuleTask id='d' implementation='d01'/><task id='b'/>"),
        "s -> a",
        "a -> d",
        "d -> b",
        "b -> e",
        entscheidungen=D01,
    )
    assert probe.schritte["b"].rueckgabe_ziele == ("a",)
