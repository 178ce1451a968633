"""Multi-instance over a number or a list, with what ends and what collects it; what the engine then does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from engine import spiff

Zeichne = Callable[..., Any]
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
ZEEBE = "xmlns:z='http://camunda.org/schema/zeebe/1.0'"
CAMUNDA = "xmlns:c='http://camunda.org/schema/1.0/bpmn'"
KINDER = frozenset({"kinder", "anzahl", "zusage", "alle"})


def mehrfach(inhalt: str = "", attribute: str = "") -> str:
    marke = f"<multiInstanceLoopCharacteristics {attribute}>{inhalt}</multiInstanceLoopCharacteristics>"
    return f"<startEvent id='s'/><task id='a'>{marke}</task><endEvent id='e'/>"


def check(zeichne: Zeichne, knoten: str, **optionen: object) -> Any:
    return zeichne(knoten, "s -> a", "a -> e", **{"variablen": KINDER, **optionen})


def offen(probe: Any, variablen: dict[str, object]) -> int:
    kopie = probe.ergebnis.ausfuehrbar
    modell = spiff.lade_modell(spiff.Quelle(str(hash(kopie)), "p", (kopie,)))
    return len(spiff.start(modell, variablen, umgebung=spiff.Umgebung(), now=NOW).bereit)


@pytest.mark.parametrize(
    "knoten",
    [
        mehrfach("<loopDataInputRef>kinder</loopDataInputRef><inputDataItem name='kind'/>"),
        mehrfach(attribute=f"{CAMUNDA} c:collection='kinder' c:elementVariable='kind'"),
        mehrfach(attribute=f"{CAMUNDA} c:collection='${{kinder}}' c:elementVariable='kind'"),
        mehrfach(
            f"<extensionElements {ZEEBE}><z:loopCharacteristics inputCollection='=kinder' inputElement='kind'/>"
            "</extensionElements>"
        ),
    ],
)
def test_a_step_runs_once_for_each_item_of_a_list(zeichne: Zeichne, knoten: str) -> None:
    probe = check(zeichne, knoten)
    assert [a for a in probe.arten if a != "zusatzangaben"] == []
    assert "<loopDataInputRef>kinder<" in probe.xml("a") and 'inputDataItem name="kind"' in probe.xml("a")
    assert offen(probe, {"kinder": ["A", "B", "C"]}) == 3


def test_the_list_of_the_standard_may_be_a_drawn_data_object(zeichne: Zeichne) -> None:
    daten = "<dataObject id='d1' name='kinder'/>"
    probe = check(zeichne, daten + mehrfach("<loopDataInputRef>d1</loopDataInputRef>"))
    assert "<loopDataInputRef>kinder<" in probe.xml("a")


def test_a_number_may_be_computed(zeichne: Zeichne) -> None:
    probe = check(zeichne, mehrfach("<loopCardinality>anzahl + 1</loopCardinality>"))
    assert probe.arten == [] and offen(probe, {"anzahl": 2}) == 3


@pytest.mark.parametrize(
    ("inhalt", "grund"),
    [
        ("<loopCardinality>unbekannt</loopCardinality>", "kein Formular setzt „unbekannt“"),
        ("<loopDataInputRef>${a.b()}</loopDataInputRef>", "in einer anderen Sprache"),
        ("<loopCardinality>drei Kinder (</loopCardinality>", "kein gültiger FEEL-Ausdruck"),
    ],
)
def test_what_nobody_can_count_runs_once(zeichne: Zeichne, inhalt: str, grund: str) -> None:
    probe = check(zeichne, mehrfach(inhalt))
    assert grund in probe.befund("mehrfach_ohne_anzahl").text
    assert "multiInstance" not in probe.xml("a") and offen(probe, {}) == 1


@pytest.mark.parametrize("bedingung", ["numberOfCompletedInstances = 2", "${nrOfCompletedInstances == 2}"])
def test_a_completion_condition_ends_it_early(zeichne: Zeichne, bedingung: str) -> None:
    inhalt = f"<loopCardinality>3</loopCardinality><completionCondition>{bedingung}</completionCondition>"
    probe = check(zeichne, mehrfach(inhalt, "isSequential='true'"))
    assert ("bedingung_uebersetzt" in probe.arten) is bedingung.startswith("$")
    assert "<completionCondition>numberOfCompletedInstances = 2<" in probe.xml("a")


def test_results_are_collected_in_a_variable_that_conditions_may_read(zeichne: Zeichne) -> None:
    marke = (
        f"<extensionElements {ZEEBE}><z:loopCharacteristics inputCollection='=kinder' inputElement='kind' "
        "outputCollection='zusagen' outputElement='=zusage'/></extensionElements>"
    )
    xml = mehrfach(marke) + "<exclusiveGateway id='g' default='g_e'/><task id='b'/>"
    probe = zeichne(xml, "s -> a", "a -> g", "g -> e", "g -> b [count(zusagen) > 1]", "b -> e", variablen=KINDER)
    assert "<loopDataOutputRef>zusagen<" in probe.xml("a") and 'outputDataItem name="zusage"' in probe.xml("a")
    assert "entscheidung_ohne_bedingung" not in probe.arten


def test_names_that_are_no_variables_are_left_out(zeichne: Zeichne) -> None:
    marke = (
        f"<extensionElements {ZEEBE}><z:loopCharacteristics inputCollection='=kinder' inputElement='das Kind' "
        "outputCollection='zusagen' outputElement='=zusage + 1'/></extensionElements>"
    )
    probe = check(zeichne, mehrfach(marke))
    assert probe.befund("mehrfach_ohne_posten") and probe.befund("mehrfach_ohne_sammlung")
    assert "DataItem" not in probe.xml("a") and offen(probe, {"kinder": [1, 2]}) == 2
