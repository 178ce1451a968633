"""Every finding that the check of drawings can write stands in some test, beside the tiny drawing that causes it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from engine import bpmn

WURZEL = Path(__file__).resolve().parents[3]
#: who writes a finding → place of its code among the arguments
SCHREIBER = {"warnung": 0, "hinweis": 0, "Abgelehnt": 0, "melde": 1, "Befund": 1}
Zeichne = Callable[..., Any]


def codes() -> Iterator[str]:
    for datei in (WURZEL / "engine" / "bpmn").rglob("*.py"):
        for knoten in ast.walk(ast.parse(datei.read_text("utf-8"))):
            if isinstance(knoten, ast.Call):
                name = getattr(knoten.func, "attr", getattr(knoten.func, "id", ""))
                for argument in knoten.args[SCHREIBER.get(name, 99) :][:1]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield argument.value


def test_every_finding_has_its_test() -> None:
    tests = "".join(datei.read_text("utf-8") for datei in (WURZEL / "tests").rglob("*.py"))
    alle = set(codes())
    assert len(alle) > 90
    assert {code for code in alle if f'"{code}"' not in tests} == set()


def test_a_start_that_wants_all_of_several_events_begins_with_each(zeichne: Zeichne) -> None:
    zwei = "<messageEventDefinition messageRef='m'/><signalEventDefinition signalRef='g'/>"
    probe = zeichne(
        f"<startEvent id='s' parallelMultiple='true'>{zwei}</startEvent><task id='a'/>",
        "s -> a",
        ausserdem="<message id='m' name='Antrag'/><signal id='g' name='Alarm'/>",
    )
    assert probe.befund("start_durch_eines").stufe is bpmn.Stufe.WARNUNG
    assert len(probe.ergebnis.modelle[0].starts) == 2


def test_a_call_that_was_set_beside_the_drawing_is_named(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><callActivity id='c' calledElement='alt'/>",
        "s -> c",
        bekannte_prozesse=frozenset({"neu"}),
        aufrufe={"c": "neu"},
    )
    assert "neu" in probe.befund("aufruf_eingerichtet", "c").text
    assert probe.ergebnis.modelle[0].aufrufe == ("neu",)
