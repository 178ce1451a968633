"""Errors, escalations and cancelled transactions find the nearest who catches them."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.spiff import Modellfehler

TEIL = "start_1 -> and_1\nand_1 -> x -> ende_f\nand_1 -> y"


def _fehler(code: str = "E1") -> dict[str, tuple[str, str]]:
    return {"ende_f": ("fehler", code)}


def test_an_error_inside_a_sub_process_interrupts_it_at_its_border(spiele):
    spiel = spiele(
        "start -> tp_1 -> z\nr -> b", teile={"tp_1": TEIL}, timer=_fehler(), rand={"r": ("tp_1", "fehler", "E1", True)}
    )
    assert spiel.stand.wartend == () and spiel.bereit == ["x", "y"]
    spiel.erledige("x")
    assert spiel.bereit == ["b"] and spiel.passiert == ["x", "ende_f", "r"]
    assert [p.ausloeser for p in spiel.stand.passiert] == ["", "fehler", "fehler"]


def test_an_error_always_interrupts_whatever_is_drawn(spiele):
    rand = {"r": ("tp_1", "fehler", "E1", False)}
    spiel = spiele("start -> tp_1 -> z\nr -> b", teile={"tp_1": TEIL}, timer=_fehler(), rand=rand).erledige("x")
    assert spiel.bereit == ["b"]


@pytest.mark.parametrize(
    ("faenger", "gefangen"),
    [
        ({"r": "E2", "s": "", "t": "E1"}, "t"),
        ({"r": "E2", "s": ""}, "s"),
        ({"r": "E2"}, None),
        ({"r": "e1"}, None),
    ],
)
def test_the_matching_code_comes_before_the_one_that_catches_all(spiele, faenger, gefangen):
    text = "start -> tp_1 -> z\n" + "\n".join(f"{r} -> nach_{r}" for r in faenger)
    rand = {r: ("tp_1", "fehler", code, True) for r, code in faenger.items()}
    spiel = spiele(text, teile={"tp_1": TEIL}, timer=_fehler(), rand=rand).erledige("x")
    assert spiel.bereit == (["y"] if gefangen is None else [f"nach_{gefangen}"])


def test_an_error_without_code_is_caught_only_by_who_catches_all(spiele):
    rand = {"r": ("tp_1", "fehler", "E1", True), "s": ("tp_1", "fehler", "", True)}
    spiel = spiele("start -> tp_1\nr -> b\ns -> c", teile={"tp_1": TEIL}, timer=_fehler(""), rand=rand).erledige("x")
    assert spiel.bereit == ["c"]


def test_an_error_nobody_catches_is_a_plain_end(spiele):
    spiel = spiele("start -> tp_1 -> z", teile={"tp_1": TEIL}, timer=_fehler()).erledige("x")
    assert spiel.bereit == ["y"] and spiel.passiert == ["x", "ende_f"]
    assert spiel.erledige("y").bereit == ["z"]
    assert spiele("start -> ende_f", timer=_fehler()).stand.ende == "ende_f"


def test_the_nearest_catches_even_if_it_catches_all(spiele):
    spiel = spiele(
        "start -> tp_1\nr -> aussen",
        teile={"tp_1": "start_1 -> tp_2\ns -> innen", "tp_2": "start_2 -> x -> ende_f"},
        timer=_fehler(),
        rand={"r": ("tp_1", "fehler", "E1", True), "s": ("tp_2", "fehler", "", True)},
    ).erledige("x")
    assert spiel.bereit == ["innen"]


def test_an_error_passes_through_levels_and_calls(zeichne, lade, spiele):
    haupt = zeichne(
        "start -> tp_1 -> z\nr -> b",
        teile={"tp_1": "start_1 -> and_1\nand_1 -> ruf_q\nand_1 -> y"},
        ruft={"ruf_q": "q"},
        rand={"r": ("tp_1", "fehler", "E1", True)},
    )
    gerufen = zeichne(
        "start -> tp_2", id="q", teile={"tp_2": "start_2 -> x -> ende_f"}, timer={"ende_f": ("fehler", "E1")}
    )
    spiel = spiele(lade(haupt, gerufen)).erledige("x")
    assert spiel.bereit == ["b"]
    assert [(p.element, p.prozess_id) for p in spiel.stand.passiert] == [("x", "q"), ("ende_f", "q"), ("r", "p")]


def test_an_error_in_one_instance_ends_the_whole_repetition(spiele):
    mehrfach = (
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    spiel = spiele(
        "start -> tp_1 -> z\nr -> b",
        teile={"tp_1": "start_1 -> x -> ende_f"},
        timer=_fehler(),
        rand={"r": ("tp_1", "fehler", "E1", True), "s": ("tp_1", "timeDuration", "P1D", True)},
        zusatz={"tp_1": mehrfach},
    )
    assert spiel.erledige("x").bereit == ["b"] and spiel.faellig == {}


def test_a_caught_error_withdraws_the_other_events_at_the_border(spiele):
    rand = {"r": ("tp_1", "fehler", "", True), "s": ("tp_1", "nachricht", "M", False)}
    spiel = spiele("start -> tp_1\nr -> b\ns -> c", teile={"tp_1": TEIL}, timer=_fehler(), rand=rand)
    assert spiel.wartet == [("s", "M")]
    assert spiel.erledige("x").bereit == ["b"] and spiel.wartet == []


def test_an_error_in_a_loop_is_caught_in_every_round(spiele):
    spiel = spiele(
        "start -> xor_m -> tp_1 -> z\nr -> b -> xor_m",
        teile={"tp_1": "start_1 -> x -> ende_f"},
        timer=_fehler(),
        rand={"r": ("tp_1", "fehler", "E1", True)},
    )
    groessen = set()
    for _ in range(20):
        assert spiel.erledige("x").bereit == ["b"]
        groessen.add(len(spiel.erledige("b").stand.zustand))
    assert spiel.bereit == ["x"] and len(groessen) == 1


@pytest.mark.parametrize("wirft", ["wurf_k", "ende_k"])
@pytest.mark.parametrize("unterbricht", [True, False])
def test_an_escalation_interrupts_or_leaves_the_work_alone(spiele, wirft, unterbricht):
    weiter = " -> w" if wirft == "wurf_k" else ""
    spiel = spiele(
        "start -> tp_1 -> z\nr -> b",
        teile={"tp_1": f"start_1 -> and_1\nand_1 -> x -> {wirft}{weiter}\nand_1 -> y"},
        timer={wirft: ("eskalation", "K1")},
        rand={"r": ("tp_1", "eskalation", "K1", unterbricht)},
    ).erledige("x")
    weiter_innen = ["w"] if wirft == "wurf_k" else []
    assert spiel.bereit == (["b"] if unterbricht else ["b", *weiter_innen, "y"])
    assert spiel.passiert == ["x", wirft, "r"]


def test_an_escalation_that_does_not_interrupt_may_come_again(spiele):
    spiel = spiele(
        "start -> tp_1 -> z\nr -> b",
        teile={"tp_1": "start_1 -> xor_m -> x -> wurf_k -> xor_m"},
        timer={"wurf_k": ("eskalation", "K")},
        rand={"r": ("tp_1", "eskalation", "", False)},
    )
    assert spiel.erledige("x", "x", "x").bereit == ["b", "b", "b", "x"]


def test_an_escalation_nobody_catches_is_forgotten(spiele):
    timer = {"wurf_k": ("eskalation", "K1"), "ende_k": ("eskalation", "K1")}
    spiel = spiele("start -> wurf_k -> a -> ende_k", timer=timer)
    assert spiel.bereit == ["a"] and spiel.erledige("a").stand.ende == "ende_k"


def test_an_error_does_not_catch_an_escalation_of_the_same_code(spiele):
    rand = {"r": ("tp_1", "fehler", "K", True), "s": ("tp_1", "eskalation", "K", False)}
    spiel = spiele(
        "start -> tp_1 -> z\nr -> b\ns -> c",
        teile={"tp_1": "start_1 -> x -> wurf_k -> y"},
        timer={"wurf_k": ("eskalation", "K")},
        rand=rand,
    )
    assert spiel.erledige("x").bereit == ["c", "y"]


def test_an_escalation_passes_through_a_call(zeichne, lade, spiele):
    haupt = zeichne("start -> ruf_q -> z\nr -> b", ruft={"ruf_q": "q"}, rand={"r": ("ruf_q", "eskalation", "K", False)})
    gerufen = zeichne("start -> x -> wurf_k -> y", id="q", timer={"wurf_k": ("eskalation", "K")})
    assert spiele(lade(haupt, gerufen)).erledige("x").bereit == ["b", "y"]


TRANS = {"trans_1": "start_1 -> and_1\nand_1 -> x -> ende_c\nand_1 -> y -> ende_1"}


def test_a_cancelled_transaction_leaves_by_its_cancel_event(spiele):
    spiel = spiele(
        "start -> trans_1 -> z\nr -> b",
        teile=TRANS,
        timer={"ende_c": ("abbruch", "")},
        rand={"r": ("trans_1", "abbruch", "", True)},
    ).erledige("x")
    assert spiel.bereit == ["b"] and spiel.passiert == ["x", "ende_c", "r"]
    assert spiel.stand.passiert[-1].ausloeser == "abbruch"


def test_a_transaction_that_succeeds_goes_on(spiele):
    spiel = spiele(
        "start -> trans_1 -> z\nr -> b",
        teile={"trans_1": "start_1 -> x -> ende_1"},
        rand={"r": ("trans_1", "abbruch", "", True)},
    ).erledige("x")
    assert spiel.bereit == ["z"] and spiel.stand.passiert[-1].bpmn_typ == "transaction"


def test_a_cancel_end_deeper_inside_cancels_the_innermost_transaction(spiele):
    spiel = spiele(
        "start -> trans_1 -> z\nr -> b",
        teile={"trans_1": "start_1 -> trans_2\ns -> c", "trans_2": "start_2 -> tp_1", "tp_1": "start_3 -> x -> ende_c"},
        timer={"ende_c": ("abbruch", "")},
        rand={"r": ("trans_1", "abbruch", "", True), "s": ("trans_2", "abbruch", "", True)},
    ).erledige("x")
    assert spiel.bereit == ["c"]


def test_a_cancel_end_that_no_transaction_expects_is_a_plain_end(zeichne, lade, spiele):
    timer = {"ende_c": ("abbruch", "")}
    assert spiele("start -> trans_1 -> z", teile=TRANS, timer=timer).erledige("x").bereit == ["y"]
    haupt = zeichne(
        "start -> trans_1 -> z\nr -> b",
        teile={"trans_1": "start_1 -> ruf_q -> ende_1"},
        ruft={"ruf_q": "q"},
        rand={"r": ("trans_1", "abbruch", "", True)},
    )
    spiel = spiele(lade(haupt, zeichne("start -> x -> ende_c", id="q", timer=timer))).erledige("x")
    assert spiel.bereit == ["z"]  # a called process cannot cancel the transaction of its caller


def test_a_cancel_event_hangs_at_transactions_only(lade, zeichne):
    with pytest.raises(Modellfehler, match=r"„r“.*Transaktion"):
        lade(zeichne("start -> a\nr -> b", rand={"r": ("a", "abbruch", "", True)}))


@pytest.mark.parametrize("kind", ["fehler", "eskalation", "abbruch"])
def test_the_flow_cannot_wait_for_what_only_comes_from_inside(lade, zeichne, kind):
    with pytest.raises(Modellfehler, match="„fang_x“"):
        lade(zeichne("start -> fang_x -> a", timer={"fang_x": (kind, "")}))


@pytest.mark.parametrize("kind", ["fehler", "abbruch"])
def test_only_an_end_can_throw_what_ends_something(lade, zeichne, kind):
    with pytest.raises(Modellfehler, match="„wurf_x“"):
        lade(zeichne("start -> wurf_x -> a", timer={"wurf_x": (kind, "")}))


def test_an_inclusive_join_waits_for_what_an_error_could_still_bring(spiele):
    text = "start -> and_s\nand_s -> a -> or_j\nand_s -> tp_1 -> ende_1\nr -> b -> or_j\nor_j -> z"
    spiel = spiele(
        text,
        teile={"tp_1": "start_1 -> x -> xor_1\nxor_1 -[gut = true]-> ende_g\nxor_1 -*-> ende_f"},
        timer=_fehler(),
        rand={"r": ("tp_1", "fehler", "E1", True)},
    ).erledige("a")
    assert spiel.bereit == ["x"]
    gut = spiele(spiel.modell).erledige("a").erledige("x", gut=True)
    assert gut.bereit == ["z"]
    assert spiel.erledige("x", gut=False).bereit == ["b"]
    assert spiel.erledige("b").bereit == ["z"]


def test_escalations_in_a_circle_stop_at_the_budget(spiele):
    with pytest.raises(spiff.Budgetfehler):
        spiele(
            "start -> xor_m -> tp_1\nr -> xor_m",
            teile={"tp_1": "start_1 -> ende_k"},
            timer={"ende_k": ("eskalation", "K")},
            rand={"r": ("tp_1", "eskalation", "K", True)},
        )
