"""Activities that run several times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import errors
from engine.spiff import Ausfuehrungsfehler, Budgetfehler, Modellfehler

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def _mehrfach(inhalt: str, nacheinander: bool = False) -> str:
    art = "multiInstanceLoopCharacteristics"
    return f'<{art} isSequential="{str(nacheinander).lower()}">{inhalt}</{art}>'


def _anzahl(text: str, nacheinander: bool = False) -> dict[str, str]:
    return {"a": _mehrfach(f"<loopCardinality>{text}</loopCardinality>", nacheinander)}


def test_parallel_instances_are_all_ready_and_the_last_one_goes_on(spiele):
    spiel = spiele("start -> a -> b", zusatz=_anzahl("n"), variablen={"n": 3})
    assert spiel.bereit == ["a", "a", "a"]
    assert spiel.erledige("a").bereit == ["a", "a"]
    assert spiel.erledige("a").erledige("a").bereit == ["b"]
    assert [(p.element, p.bpmn_typ) for p in spiel.stand.passiert] == [("a", "userTask")]


def test_sequential_instances_follow_each_other(spiele):
    spiel = spiele("start -> a -> b", zusatz=_anzahl("3", nacheinander=True))
    for _ in range(2):
        assert spiel.bereit == ["a"]
        spiel.erledige("a")
    assert spiel.erledige("a").bereit == ["b"]


@pytest.mark.parametrize("nacheinander", [True, False])
def test_no_instance_at_all_passes_and_is_seen_once(spiele, nacheinander):
    spiel = spiele("start -> a -> b", zusatz=_anzahl("0", nacheinander))
    assert spiel.bereit == ["b"] and spiel.passiert == ["start", "a"]


@pytest.mark.parametrize("nacheinander", [True, False])
def test_each_instance_of_a_sub_process_sees_its_item(spiele, nacheinander):
    inhalt = '<loopDataInputRef>kinder</loopDataInputRef><inputDataItem id="kind"/>'
    spiel = spiele(
        "start -> tp_1 -> b",
        teile={"tp_1": 'start_1 -> xor_1\nxor_1 -[kind = "Ada"]-> x -> ende_1\nxor_1 -*-> y -> z -> ende_1'},
        zusatz={"tp_1": _mehrfach(inhalt, nacheinander)},
        variablen={"kinder": ["Ada", "Bo"]},
    )
    assert spiel.bereit == (["x"] if nacheinander else ["x", "y"])
    assert spiel.erledige("x").bereit == ["y"]
    assert spiel.erledige("y").erledige("z").bereit == ["b"]
    assert spiel.stand.variablen == {"kinder": ["Ada", "Bo"]}


@pytest.mark.parametrize("nacheinander", [True, False])
def test_what_instances_yield_is_collected(spiele, nacheinander):
    inhalt = (
        "<loopDataInputRef>liste</loopDataInputRef><loopDataOutputRef>antworten</loopDataOutputRef>"
        '<inputDataItem id="frage"/><outputDataItem id="antwort"/>'
    )
    spiel = spiele("start -> a -> b", zusatz={"a": _mehrfach(inhalt, nacheinander)}, variablen={"liste": [1, 2]})
    spiel.erledige("a", antwort="ja").erledige("a", antwort="nein")
    assert spiel.stand.variablen["antworten"] == ["ja", "nein"] and spiel.bereit == ["b"]


@pytest.mark.parametrize("nacheinander", [True, False])
def test_a_completion_condition_ends_the_rest(spiele, nacheinander):
    inhalt = "<loopCardinality>5</loopCardinality><completionCondition>fertig = true</completionCondition>"
    spiel = spiele("start -> a -> b", zusatz={"a": _mehrfach(inhalt, nacheinander)}).erledige("a", fertig=False)
    assert set(spiel.bereit) == {"a"}
    assert spiel.erledige("a", fertig=True).bereit == ["b"]


def test_a_completion_condition_may_count(spiele):
    inhalt = (
        "<loopCardinality>5</loopCardinality>"
        "<completionCondition>numberOfCompletedInstances >= 2 and numberOfInstances = 5</completionCondition>"
    )
    spiel = spiele("start -> a -> b", zusatz={"a": _mehrfach(inhalt)}).erledige("a")
    assert spiel.bereit == ["a"] * 4
    assert spiel.erledige("a").bereit == ["b"]


@pytest.mark.parametrize("text", ["weg", '"drei"', "-1", "1.5", "true", "ding"])
def test_what_is_no_number_and_no_list_names_the_activity(spiele, text):
    with pytest.raises(Ausfuehrungsfehler, match=r"„a“.*keine Zahl und keine Liste"):
        spiele("start -> a -> b", zusatz=_anzahl(text), variablen={"ding": {"a": 1}})


@pytest.mark.parametrize("nacheinander", [True, False])
@pytest.mark.parametrize("menge", [501, 10**9, [0] * 501])
def test_too_many_instances_stop_at_the_budget(spiele, menge, nacheinander):
    with pytest.raises(Budgetfehler, match="„a“ soll öfter als 500-mal"):
        spiele("start -> a -> b", zusatz=_anzahl("n", nacheinander), variablen={"n": menge})


def test_many_instances_of_many_instances_stop_at_the_budget(spiele):
    zusatz = {"tp_1": _mehrfach("<loopCardinality>400</loopCardinality>"), **_anzahl("400")}
    with pytest.raises(Budgetfehler):
        spiele("start -> tp_1 -> b", teile={"tp_1": "start_1 -> a -> ende_1"}, zusatz=zusatz)


@pytest.mark.parametrize("nacheinander", [True, False])
def test_what_follows_is_no_instance(spiele, nacheinander):
    text = "start -> a -> xor_x -> b -> c -> xor_y -> a"
    spiel = spiele(text, zusatz=_anzahl("2", nacheinander))
    for _ in range(3):
        assert spiel.erledige("a").erledige("a").bereit == ["b"]
        assert spiel.passiert == ["a", "xor_x"]
        assert spiel.erledige("b").erledige("c").passiert == ["c", "xor_y"]


def test_a_boundary_timer_ends_all_instances(spiele):
    rand = {"r": ("a", "timeDuration", "PT1H", True)}
    spiel = spiele("start -> a -> b\nr -> c", zusatz=_anzahl("3"), rand=rand).erledige("a")
    assert spiel.warte(JETZT + timedelta(hours=1)).bereit == ["c"]
    spiel = spiele("start -> a -> b\nr -> c", zusatz=_anzahl("2"), rand=rand).erledige("a").erledige("a")
    assert spiel.bereit == ["b"] and spiel.faellig == {}


def test_an_instance_cannot_be_sent_back(spiele):
    spiel = spiele("start -> z -> a -> b", zusatz=_anzahl("2")).erledige("z")
    with pytest.raises(errors.Invalid, match="Zurückgeben nicht möglich"):
        spiel.gib_zurueck("a", "z")


def test_a_standard_loop_repeats_while_its_condition_is_true(spiele):
    schleife = "<standardLoopCharacteristics><loopCondition>weiter</loopCondition></standardLoopCharacteristics>"
    spiel = spiele("start -> a -> b", zusatz={"a": schleife})
    assert spiel.erledige("a", weiter=True).bereit == ["a"]
    assert spiel.erledige("a", weiter=False).bereit == ["b"]


def test_a_standard_loop_may_test_first_and_has_a_maximum(spiele):
    schleife = '<standardLoopCharacteristics testBefore="true" loopMaximum="2">{}</standardLoopCharacteristics>'
    text = "<loopCondition>weiter</loopCondition>"
    assert spiele("start -> a -> b", zusatz={"a": schleife.format(text)}).bereit == ["b"]
    spiel = spiele("start -> a -> b", zusatz={"a": schleife.format("")})
    assert spiel.erledige("a").bereit == ["a"]
    assert spiel.erledige("a").bereit == ["b"]


def test_an_endless_loop_of_sub_processes_stops_at_a_budget(spiele):
    schleife = "<standardLoopCharacteristics><loopCondition>true</loopCondition></standardLoopCharacteristics>"
    with pytest.raises(Budgetfehler):
        spiele("start -> tp_1 -> b", teile={"tp_1": "start_1 -> ende_1"}, zusatz={"tp_1": schleife})


@pytest.mark.parametrize(
    "inhalt",
    [
        "<multiInstanceLoopCharacteristics/>",
        "<multiInstanceLoopCharacteristics><loopCardinality> </loopCardinality></multiInstanceLoopCharacteristics>",
        "<standardLoopCharacteristics/>",
        '<standardLoopCharacteristics loopMaximum="viele"/>',
        '<standardLoopCharacteristics loopMaximum="99999999999999999999"/>',
    ],
)
def test_a_repetition_without_a_measure_is_refused_when_the_model_is_loaded(spiele, inhalt):
    with pytest.raises(Modellfehler, match="„a“"):
        spiele("start -> a -> b", zusatz={"a": inhalt})


def test_the_state_does_not_grow_with_sequential_instances(spiele):
    spiel = spiele("start -> a -> b", zusatz=_anzahl("200", nacheinander=True))
    laengen = set()
    for _ in range(199):
        spiel.erledige("a")
        laengen.add(len(spiel.stand.zustand))
    assert max(laengen) - min(laengen) < 10  # digits of the counters
