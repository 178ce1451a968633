"""Who decides: the drawn conditions where they can, otherwise a person among the drawn exits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import bpmn
from engine.bpmn.regeln import entscheidungen

Zeichne = Callable[..., Any]

NACH_AUFGABE = ("s -> a", "a -> g")


def gateway(attribute: str = "", tag: str = "exclusiveGateway") -> str:
    gateway = f"<{tag} id='g' name='Bewilligt?' {attribute}/>"
    return f"<startEvent id='s'/><task id='a' name='Prüfen'/>{gateway}<endEvent id='b'/><endEvent id='c'/>"


def test_a_decision_without_conditions_is_asked_in_the_step_before_it(zeichne: Zeichne) -> None:
    probe = zeichne(gateway(), *NACH_AUFGABE, 'g -> b "ja"', 'g -> c "nein"')
    befund = probe.befund("entscheidung_ohne_bedingung")
    assert befund.stufe is bpmn.Stufe.HINWEIS and befund.element == "g" and "„Prüfen“" in befund.text
    assert probe.schritte["a"].entscheidet == {"g": False}
    assert probe.schritte["g"].ausgaenge == (bpmn.Ausgang("g_b", "b", "ja"), bpmn.Ausgang("g_c", "c", "nein"))
    assert probe.bedingung("g_b") == 'entscheidung_g = "g_b"'
    assert probe.bedingung("g_c") == 'entscheidung_g = "g_c"'
    assert probe.fluesse == {("s", "a"), ("a", "g"), ("g", "b"), ("g", "c")}


def test_an_inclusive_decision_takes_a_list(zeichne: Zeichne) -> None:
    probe = zeichne(gateway(tag="inclusiveGateway"), *NACH_AUFGABE, "g -> b", "g -> c")
    assert probe.schritte["a"].entscheidet == {"g": True}
    assert probe.bedingung("g_b") == '"g_b" in entscheidung_g'


def test_the_variable_bears_only_letters_digits_and_underscores() -> None:
    assert entscheidungen.variable_der_entscheidung("sid-{A}.ö_1") == "entscheidung_sid__A____1"


def own_step(probe: Any) -> None:
    frage = probe.schritte["g__entscheidung"]
    assert frage.entscheidet == {"g": False} and frage.art is bpmn.SchrittArt.AUFGABE
    assert frage.name == "Bewilligt?" and ("g__entscheidung", "g") in probe.fluesse
    reihenfolge = list(probe.schritte)
    assert reihenfolge.index("g") == reihenfolge.index("g__entscheidung") + 1


def test_a_decision_right_after_the_start_gets_a_step_of_its_own(zeichne: Zeichne) -> None:
    probe = zeichne(gateway().replace("<task id='a' name='Prüfen'/>", ""), "s -> g", "g -> b", "g -> c")
    own_step(probe)
    assert ("s", "g__entscheidung") in probe.fluesse


def test_a_decision_with_several_entries_gets_a_step_of_its_own(zeichne: Zeichne) -> None:
    probe = zeichne(gateway() + "<task id='d'/>", "s -> a", "s -> d", "a -> g", "d -> g", "g -> b", "g -> c")
    own_step(probe)
    assert {("a", "g__entscheidung"), ("d", "g__entscheidung")} <= probe.fluesse


def test_a_step_with_another_way_on_or_a_marker_does_not_ask(zeichne: Zeichne) -> None:
    own_step(zeichne(gateway() + "<task id='d'/>", "s -> a", "a -> g", "a -> d", "g -> b", "g -> c"))
    mehrfach = (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    knoten = gateway().replace("name='Prüfen'/>", f"name='Prüfen'>{mehrfach}</task>")
    own_step(zeichne(knoten, *NACH_AUFGABE, "g -> b", "g -> c"))


def test_an_inclusive_join_that_also_splits_joins_before_it_asks(zeichne: Zeichne) -> None:
    probe = zeichne(
        gateway(tag="inclusiveGateway") + "<task id='d'/>", "s -> a", "s -> d", "a -> g", "d -> g", "g -> b", "g -> c"
    )
    assert probe.tag("g__zusammenfuehrung") == "inclusiveGateway"
    assert {
        ("a", "g__zusammenfuehrung"),
        ("d", "g__zusammenfuehrung"),
        ("g__zusammenfuehrung", "g__entscheidung"),
        ("g__entscheidung", "g"),
    } <= probe.fluesse
    assert probe.schritte["a"].ausgaenge == (bpmn.Ausgang("a_g", "g__entscheidung"),)


def test_two_decisions_in_a_row_are_asked_one_after_the_other(zeichne: Zeichne) -> None:
    probe = zeichne(
        gateway() + "<exclusiveGateway id='h'/><endEvent id='x'/><endEvent id='y'/>",
        *NACH_AUFGABE,
        "g -> b",
        "g -> h",
        "h -> x",
        "h -> y",
    )
    assert probe.schritte["a"].entscheidet == {"g": False}
    assert probe.schritte["h__entscheidung"].entscheidet == {"h": False}


def test_feel_conditions_decide(zeichne: Zeichne) -> None:
    probe = zeichne(gateway("default='g_c'"), *NACH_AUFGABE, "g -> b [betrag > 1000]", "g -> c")
    assert probe.arten == [] and probe.schritte["a"].entscheidet == {}
    assert probe.bedingung("g_b") == "betrag > 1000" and 'default="g_c"' in probe.xml("g")


def test_the_equals_sign_of_camunda_8_is_no_part_of_the_condition(zeichne: Zeichne) -> None:
    probe = zeichne(gateway("default='g_c'"), *NACH_AUFGABE, """g -> b [= art = "neu"]""", "g -> c")
    assert probe.bedingung("g_b") == 'art = "neu"'


def test_a_single_exit_without_a_condition_becomes_the_default(zeichne: Zeichne) -> None:
    probe = zeichne(gateway(), *NACH_AUFGABE, "g -> b [betrag > 1000]", "g -> c")
    assert probe.befund("standardausgang_angenommen").element == "g_c"
    assert 'default="g_c"' in probe.xml("g")


@pytest.mark.parametrize(
    "bedingung",
    [
        "${approved}",
        "#{x > 1}",
        "x == 1",
        "a && b",
        "getVariable('x') = 1",
        "Ja",
        "ja, vollständig",
        "true",
        "_undefined",
    ],
)
def test_a_condition_in_another_language_is_left_to_a_person_with_its_text(zeichne: Zeichne, bedingung: str) -> None:
    probe = zeichne(gateway("default='g_c'"), *NACH_AUFGABE, f"g -> b [{bedingung}]", "g -> c")
    befund = probe.befund("bedingung_nicht_ausfuehrbar")
    assert befund.stufe is bpmn.Stufe.WARNUNG and f"„{bedingung}“" in befund.text and befund.element == "g_b"
    assert probe.schritte["a"].entscheidet == {"g": False}
    assert "default" not in probe.xml("g").split(">")[0]


def test_the_declared_language_counts(zeichne: Zeichne) -> None:
    formal = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:type='tFormalExpression'"
    bedingung = f"<conditionExpression {formal} language='http://www.w3.org/1999/XPath'>x = 1</conditionExpression>"
    xpath = f"<sequenceFlow id='g_b' sourceRef='g' targetRef='b'>{bedingung}</sequenceFlow>"
    probe = zeichne(gateway("default='g_c'") + xpath, *NACH_AUFGABE, "g -> c")
    assert "bedingung_nicht_ausfuehrbar" in probe.arten
    feel = xpath.replace("http://www.w3.org/1999/XPath", "https://www.omg.org/spec/DMN/20191111/FEEL/")
    assert zeichne(gateway("default='g_c'") + feel, *NACH_AUFGABE, "g -> c").arten == []


def test_a_condition_counts_only_if_a_form_can_set_what_it_reads(zeichne: Zeichne) -> None:
    fluesse = (*NACH_AUFGABE, "g -> b [betrag > 1000]", "g -> c")
    kann = zeichne(gateway("default='g_c'"), *fluesse, variablen=frozenset({"betrag"}))
    assert kann.bedingung("g_b") == "betrag > 1000" and kann.arten == []
    kann_nicht = zeichne(gateway("default='g_c'"), *fluesse, variablen=frozenset())
    assert "„betrag“" in kann_nicht.befund("bedingung_nicht_ausfuehrbar").text
    assert kann_nicht.schritte["a"].entscheidet == {"g": False}


def test_a_plain_field_decides_if_a_form_sets_it(zeichne: Zeichne) -> None:
    probe = zeichne(
        gateway("default='g_c'"), *NACH_AUFGABE, "g -> b [bewilligt]", "g -> c", variablen=frozenset({"bewilligt"})
    )
    assert probe.bedingung("g_b") == "bewilligt"


@pytest.mark.parametrize(
    ("juel", "feel"),
    [
        ("${art == 'neu'}", 'art = "neu"'),
        ("${art != 'neu'}", 'art != "neu"'),
        ("#{ betrag >= 10.5 }", "betrag >= 10.5"),
        ("${ok == true}", "ok = true"),
        ("${ok}", "ok = true"),
        ("${!ok}", "ok = false"),
        ("${art == 'neu' && betrag > 3}", 'art = "neu" and betrag > 3'),
        ("${art eq 'neu' or not (betrag lt 3)}", 'art = "neu" or not(betrag < 3)'),
        ("#{ok ? betrag > 1 : betrag > 2}", "if ok then betrag > 1 else betrag > 2"),
        ("${(betrag + 1) * 2 >= 10 || empty art}", '(betrag + 1) * 2 >= 10 or (art = null or art = "" or art = [])'),
        ("art == 'neu' and not ok", 'art = "neu" and ok = false'),
        ("art in ['neu', 'alt'] or ok == True", 'art in ["neu", "alt"] or ok = true'),
        ("art is not None and betrag != 3", "art != null and betrag != 3"),
        ("art not in ['neu']", 'not(art in ["neu"])'),
    ],
)
def test_a_condition_of_another_tool_is_translated_if_a_form_sets_its_variable(
    zeichne: Zeichne, juel: str, feel: str
) -> None:
    variablen = frozenset({"art", "betrag", "ok"})
    probe = zeichne(gateway("default='g_c'"), *NACH_AUFGABE, f"g -> b [{juel}]", "g -> c", variablen=variablen)
    assert probe.bedingung("g_b") == feel
    assert probe.befund("bedingung_uebersetzt").stufe is bpmn.Stufe.HINWEIS


@pytest.mark.parametrize(
    "juel",
    [
        "${x.foo()}",
        "${x == 'it\\'s'}",
        "${x[0] == 1}",
        "${x == }",
        "${" + "!" * 60 + "x}",
        "1 < x < 3 and y == 2",
        "'a' in x",
        "__import__('os').system('id') == 0",
        "x if y else a",
        "${x} ${y}",
    ],
)
def test_what_means_something_else_in_feel_is_not_translated(zeichne: Zeichne, juel: str) -> None:
    variablen = frozenset({"x", "y", "a", "ok"})
    probe = zeichne(gateway("default='g_c'"), *NACH_AUFGABE, f"g -> b [{juel}]", "g -> c", variablen=variablen)
    assert "bedingung_nicht_ausfuehrbar" in probe.arten


def test_the_remedy_shows_the_translation_when_no_form_sets_the_variables(zeichne: Zeichne) -> None:
    probe = zeichne(gateway("default='g_c'"), *NACH_AUFGABE, "g -> b [${x == 'a' && y > 3}]", "g -> c")
    assert 'x = "a" and y > 3' in probe.befund("bedingung_nicht_ausfuehrbar").abhilfe


def test_one_foreign_condition_leaves_the_whole_decision_to_a_person(zeichne: Zeichne) -> None:
    probe = zeichne(gateway(), *NACH_AUFGABE, "g -> b [x > 1]", "g -> c [${y}]")
    assert probe.befund("bedingung_nicht_ausfuehrbar").element == "g_c"
    assert probe.bedingung("g_b") == 'entscheidung_g = "g_b"'


def test_a_checked_copy_is_checked_again_without_a_change(zeichne: Zeichne) -> None:
    probe = zeichne(gateway(), *NACH_AUFGABE, "g -> b", "g -> c")
    noch_einmal = bpmn.pruefe(probe.ergebnis.ausfuehrbar)
    assert noch_einmal.ausfuehrbar == probe.ergebnis.ausfuehrbar


def test_an_exit_that_is_always_taken_needs_nobody(zeichne: Zeichne) -> None:
    probe = zeichne(
        "<startEvent id='s'/><inclusiveGateway id='g'/><task id='a'/><task id='b'/>",
        *("s -> g", "g -> a [true]", "g -> b [betrag > 5]"),
        variablen=frozenset({"betrag"}),
    )
    assert "entscheidung_ohne_bedingung" not in probe.arten and probe.bedingung("g_a") == "true"
