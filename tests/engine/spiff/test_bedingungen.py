"""Conditional events happen when their expression turns from false to true."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine import spiff
from engine.spiff import WarteArt

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PARALLEL = "start -> and_s\nand_s -> fang_c -> a\nand_s -> b -> c -> ende"


def _fang(text: str) -> dict[str, tuple[str, str]]:
    return {"fang_c": ("bedingung", text)}


def test_an_intermediate_condition_waits_until_a_step_makes_it_true(spiele):
    spiel = spiele(PARALLEL, timer=_fang("n > 2"), variablen={"n": 0})
    wartend = spiel.wartepunkt("fang_c")
    assert (wartend.art, wartend.name, spiel.bereit) == (WarteArt.BEDINGUNG, "", ["b"])
    assert spiel.erledige("b", n=2).bereit == ["c"]
    spiel.erledige("c", n=3)
    assert spiel.bereit == ["a"] and spiel.passiert == ["c", "ende", "fang_c"]
    assert spiel.stand.passiert[-1].ausloeser == "bedingung"


def test_a_condition_that_is_true_when_the_waiting_begins_lets_the_token_pass(spiele):
    assert spiele(PARALLEL, timer=_fang("n > 2"), variablen={"n": 3}).bereit == ["a", "b"]


@pytest.mark.parametrize("text", ["weg", "weg > 3", '"ja"', "1", "null"])
def test_anything_but_true_is_not_true(spiele, text):
    assert spiele(PARALLEL, timer=_fang(text)).bereit == ["b"]


def test_a_condition_that_waits_alone_is_a_vorgang_that_waits(spiele):
    """Somebody may change the variables from outside."""
    spiel = spiele("start -> fang_c -> a", timer=_fang("n = 1"))
    spiel.stand = spiff.fire_timers(spiel.modell, spiel.stand.zustand, {"n": 1}, umgebung=spiel.umgebung, now=JETZT)
    assert spiel.bereit == ["a"]


def test_an_interrupting_boundary_condition_ends_the_work(spiele):
    text = "start -> and_s\nand_s -> a -> ende\nr -> x\nand_s -> b"
    spiel = spiele(text, rand={"r": ("a", "bedingung", "lage = rot", True)}, variablen={"rot": "r"})
    assert spiel.erledige("b", lage="r").bereit == ["x"] and spiel.passiert == ["b", "r"]


def test_a_boundary_condition_that_stays_true_happens_once_and_again_after_it_was_false(spiele):
    text = "start -> and_s\nand_s -> a -> ende\nr -> x\nand_s -> xor_m -> b -> xor_m"
    spiel = spiele(text, rand={"r": ("a", "bedingung", "n > 2", False)}, variablen={"n": 0})
    anzahl = []
    for n in (1, 3, 4, 2, 5):
        anzahl.append(spiel.erledige("b", n=n).bereit.count("x"))
    assert anzahl == [0, 1, 1, 1, 2]


def test_a_script_of_one_branch_sets_off_the_condition_of_another(spiele):
    """SpiffWorkflow asks against data copied when the waiting began: a parallel change is never seen there."""
    text = "start -> and_s\nand_s -> fang_c -> a\nand_s -> b -> skript_s -> c"
    zusatz = {"skript_s": "<script>summe = betrag * 2</script>"}
    spiel = spiele(text, timer=_fang("summe > 10"), zusatz=zusatz, attr={"skript_s": 'scriptFormat="FEEL"'}).erledige(
        "b", betrag=6
    )
    assert spiel.bereit == ["a", "c"]


def test_one_condition_may_make_another_true(spiele):
    text = "start -> and_s\nand_s -> fang_c -> skript_s -> d\nand_s -> fang_d -> a\nand_s -> b"
    spiel = spiele(
        text,
        timer={**_fang("n = 1"), "fang_d": ("bedingung", "m = 2")},
        zusatz={"skript_s": "<script>m = 2</script>"},
        attr={"skript_s": 'scriptFormat="FEEL"'},
    ).erledige("b", n=1)
    assert spiel.bereit == ["a", "d"]


def test_the_first_true_condition_behind_an_event_gateway_wins(spiele):
    text = "start -> b -> ereignis_g\nereignis_g -> fang_c -> x\nereignis_g -> fang_d -> y"
    spiel = spiele(text, timer={**_fang("n = 1"), "fang_d": ("bedingung", "n > 0")}).erledige("b", n=1)
    assert spiel.bereit == ["x"]


def test_a_condition_inside_a_repetition_reads_its_item(spiele):
    inhalt = "<loopDataInputRef>liste</loopDataInputRef><inputDataItem name='posten'/>"
    spiel = spiele(
        "start -> tp_1 -> z",
        teile={"tp_1": "start_1 -> fang_c -> x"},
        timer=_fang("posten > 1"),
        zusatz={"tp_1": f"<multiInstanceLoopCharacteristics>{inhalt}</multiInstanceLoopCharacteristics>"},
        variablen={"liste": [1, 2]},
    )
    assert spiel.bereit == ["x"] and len(spiel.stand.wartend) == 1


def test_a_condition_that_fails_names_its_element(spiele):
    spiel = spiele(PARALLEL, timer=_fang("if n = null then false else count(for i in 1..n, j in 1..n return 1) > 0"))
    with pytest.raises(spiff.Ausfuehrungsfehler, match="„fang_c“"):
        spiel.erledige("b", n=99_999)


def test_conditions_that_flip_each_other_without_end_stop_at_the_budget(spiele):
    text = "start -> and_s\nand_s -> a -> ende\nr -> skript_1\ns -> skript_2\nand_s -> b"
    spiel = spiele(
        text,
        rand={"r": ("a", "bedingung", "n = 1", False), "s": ("a", "bedingung", "n = 2", False)},
        zusatz={"skript_1": "<script>n = 2</script>", "skript_2": "<script>n = 1</script>"},
        attr={"skript_1": 'scriptFormat="FEEL"', "skript_2": 'scriptFormat="FEEL"'},
    )
    with pytest.raises(spiff.Budgetfehler):
        spiel.erledige("b", n=1)
