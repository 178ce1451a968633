"""Gateways, loops, ends: a join fires when BPMN says so, in the first round and in the hundredth."""

from __future__ import annotations

from itertools import permutations

import pytest

from engine.spiff import Ausfuehrungsfehler, Budgetfehler

SCHLEIFE = """
    start -> xor_m -> {art}_split
    {art}_split -{wenn}> a -> {art}_join
    {art}_split -{wenn}> b -> {art}_join
    {art}_join -> pruefen -> xor_x
    xor_x -[nochmal = true]-> xor_m
    xor_x -*-> ende
"""


def test_a_sequence_runs_from_start_to_end_and_tells_what_happened_in_order(spiele):
    spiel = spiele("start -> a -> b -> ende")
    assert spiel.passiert == ["start"]
    spiel.erledige("a")
    assert (spiel.bereit, spiel.passiert) == (["b"], ["a"])
    spiel.erledige("b")
    assert [(p.element, p.bpmn_typ, p.prozess_id) for p in spiel.stand.passiert] == [
        ("b", "userTask", "p"),
        ("ende", "endEvent", "p"),
    ]
    assert spiel.stand.beendet and spiel.stand.ende == "ende" and spiel.stand.bereit == ()


@pytest.mark.parametrize("art", ["and", "or"])
@pytest.mark.parametrize("erste_runde", ["ab", "ba"])
@pytest.mark.parametrize("zweite_runde", ["ab", "ba"])
def test_a_join_in_a_rework_loop_waits_for_both_branches_in_every_round(spiele, art, erste_runde, zweite_runde):
    """SpiffWorkflow fault 1: SpiffWorkflow's joins fire too early in round 2."""
    spiel = spiele(SCHLEIFE.format(art=art, wenn="[true]-" if art == "or" else ""))
    for runde in (erste_runde, zweite_runde, erste_runde, zweite_runde):
        spiel.erledige(runde[0])
        assert spiel.bereit == [runde[1]]
        spiel.erledige(runde[1])
        assert spiel.bereit == ["pruefen"]
        spiel.erledige("pruefen", nochmal=True)
        assert spiel.bereit == ["a", "b"]
    spiel.erledige("a", "b").erledige("pruefen", nochmal=False)
    assert spiel.stand.ende == "ende"


@pytest.mark.parametrize("reihenfolge", ["ab", "ba"])
def test_parallel_branches_never_lose_each_others_data(spiele, reihenfolge):
    """SpiffWorkflow fault 2: SpiffWorkflow lets the last branch win for keys it never touched."""
    eingaben = {"a": {"status": "A", "liste": [1, 2, 3]}, "b": {"anderes": 2}}
    spiel = spiele(SCHLEIFE.format(art="and", wenn=""), variablen={"status": "neu", "liste": [1]})
    for element in reihenfolge:
        spiel.erledige(element, **eingaben[element])
    assert spiel.stand.variablen == {"status": "A", "liste": [1, 2, 3], "anderes": 2}


@pytest.mark.parametrize(
    ("wert", "erwartet"),
    [(True, "ja"), (False, "nein"), (None, "nein"), ("true", "nein"), (1, "nein"), ([True], "nein")],
)
def test_only_true_opens_an_exit(spiele, wert, erwartet):
    spiel = spiele("start -> xor_x\nxor_x -[wert]-> ja -> ende\nxor_x -*-> nein -> ende", variablen={"wert": wert})
    assert spiel.bereit == [erwartet]


def test_the_first_true_exit_in_the_file_is_taken(spiele):
    spiel = spiele("start -> xor_x\nxor_x -[1 = 2]-> a\nxor_x -[n > 1]-> b\nxor_x -[n > 2]-> c", variablen={"n": 3})
    assert spiel.bereit == ["b"]


@pytest.mark.parametrize("art", ["xor", "or"])
def test_a_decision_without_true_exit_and_default_names_the_gateway(spiele, art):
    with pytest.raises(Ausfuehrungsfehler, match=f"„{art}_wahl“.*Standardausgang") as fehler:
        spiele(f"start -> {art}_wahl\n{art}_wahl -[x = 1]-> a\n{art}_wahl -[x = 2]-> b")
    assert (fehler.value.element, fehler.value.prozess_id) == (f"{art}_wahl", "p")


def test_a_failing_expression_names_its_element_and_leaves_the_old_state_usable(spiele):
    def kaputt() -> object:
        raise ValueError("nicht da")

    spiel = spiele("start -> a -> xor_x\nxor_x -[kaputt()]-> b\nxor_x -*-> c", funktionen={"kaputt": kaputt})
    vorher = spiel.stand
    with pytest.raises(Ausfuehrungsfehler, match="„xor_x“"):
        spiel.erledige("a")
    assert spiel.stand is vorher
    spiel.umgebung = type(spiel.umgebung)({"kaputt": lambda: True})
    assert spiel.erledige("a").bereit == ["b"]


def test_the_choice_of_a_person_opens_the_drawn_exit(spiele):
    text = 'start -> a -> xor_w\nxor_w -[entscheidung_w = "F_1"]-> b -> ende\nxor_w -[entscheidung_w = "F_2"]-> c'
    assert spiele(text).erledige("a", entscheidung_w="F_2").bereit == ["c"]


def test_the_choice_of_several_exits_opens_all_of_them_and_the_join_waits_for_them_only(spiele):
    spiel = spiele(
        """
        start -> a -> or_w
        or_w -["F_1" in wahl]-> b -> or_j
        or_w -["F_2" in wahl]-> c -> or_j
        or_w -["F_3" in wahl]-> d -> or_j
        or_j -> z -> ende
        """
    )
    spiel.erledige("a", wahl=["F_1", "F_3"])
    assert spiel.bereit == ["b", "d"]
    assert spiel.erledige("d").bereit == ["b"]
    assert spiel.erledige("b").bereit == ["z"]


def test_an_inclusive_join_does_not_wait_for_a_branch_that_was_decided_away(spiele):
    text = """
        start -> and_s
        and_s -> a -> or_j
        and_s -> b -> xor_x
        xor_x -[weiter = true]-> or_j
        xor_x -*-> anderswo -> ende_2
        or_j -> z -> ende
    """
    spiel = spiele(text).erledige("a")
    assert spiel.bereit == ["b"]
    assert spiel.erledige("b", weiter=False).bereit == ["anderswo", "z"]
    assert spiele(text).erledige("a").erledige("b", weiter=True).bereit == ["z"]


def test_an_inclusive_join_behind_an_inclusive_join_waits_for_the_inner_one(spiele):
    spiel = spiele(
        """
        start -> and_s
        and_s -> a -> or_1
        and_s -> b -> or_1
        and_s -> c -> or_2
        or_1 -> d -> or_2
        or_2 -> z -> ende
        """
    )
    assert spiel.erledige("c", "a").bereit == ["b"]
    assert spiel.erledige("b").bereit == ["d"]
    assert spiel.erledige("d").bereit == ["z"]


def test_two_flows_from_a_split_straight_to_its_join_count_as_two(spiele):
    for art in ("and", "or"):
        text = f"start -> and_s\nand_s -> {art}_j\nand_s -> {art}_j\n{art}_j -> z -> ende"
        assert spiele(text).bereit == ["z"]


def test_excess_tokens_wait_for_the_next_round_of_a_parallel_join(spiele):
    """Two tokens on one incoming flow, then one on the other: the join fires once and keeps the rest."""
    spiel = spiele(
        """
        start -> and_s
        and_s -> a -> xor_m
        and_s -> b -> xor_m
        and_s -> c -> and_j
        and_s -> d -> xor_n
        xor_m -> and_j
        xor_n -[mehr = true]-> e -> and_j
        xor_n -*-> ende_d
        and_j -> z -> ende
        """
    )
    spiel.erledige("a", "b").erledige("d", mehr=True)
    spiel.erledige("c")
    assert spiel.bereit == ["e"]
    assert spiel.erledige("e").bereit == ["z"]


def test_a_parallel_join_that_can_never_be_completed_is_reported_instead_of_standing_still_for_ever(spiele):
    spiel = spiele("start -> xor_x\nxor_x -[x = 1]-> a -> and_j\nxor_x -*-> b -> and_j\nand_j -> z -> ende")
    with pytest.raises(Ausfuehrungsfehler, match="„and_j“ wartet auf einen Zweig"):
        spiel.erledige("b")


def test_a_terminate_end_takes_the_other_branches_away(spiele):
    spiel = spiele("start -> and_s\nand_s -> a -> stopp\nand_s -> b -> ende").erledige("a")
    assert spiel.stand.beendet and spiel.stand.ende == "stopp" and spiel.stand.bereit == ()


def test_a_plain_end_lets_the_other_branches_go_on(spiele):
    spiel = spiele("start -> and_s\nand_s -> a -> ende_a\nand_s -> b -> ende_b").erledige("a")
    assert (spiel.stand.beendet, spiel.stand.ende, spiel.bereit) == (False, None, ["b"])
    assert spiel.erledige("b").stand.ende == "ende_b"


def test_a_path_that_simply_stops_ends_the_vorgang_without_an_end_event(spiele):
    spiel = spiele("start -> a").erledige("a")
    assert (spiel.stand.beendet, spiel.stand.ende) == (True, None)


def test_a_loop_without_a_person_stops_at_the_budget_and_names_an_element(spiele):
    with pytest.raises(Budgetfehler, match="„xor_"):
        spiele("start -> xor_a -> xor_b -> xor_a")


def test_a_split_that_multiplies_tokens_stops_at_the_budget(spiele):
    with pytest.raises(Budgetfehler):
        spiele("start -> xor_m -> and_s\nand_s -> xor_m\nand_s -> xor_m")


def test_a_thousand_nodes_in_a_row_run(spiele):
    """SpiffWorkflow faults 3 and 13: recursion of the parser, depth of the tree."""
    kette = [f"wurf_{nr}" for nr in range(1000)]
    spiel = spiele(" -> ".join(["start", *kette, "a", "ende"]))
    assert spiel.passiert == ["start", *kette] and spiel.bereit == ["a"]
    assert spiele(" -> ".join(["start", *(f"t{nr}" for nr in range(1000))])).bereit == ["t0"]


def test_fifty_parallel_branches_join_in_any_order(spiele):
    zweige = [f"t{nr}" for nr in range(50)]
    text = "start -> and_s\n" + "\n".join(f"and_s -> {z} -> and_j" for z in zweige) + "\nand_j -> z -> ende"
    for reihenfolge in (zweige, zweige[::-1], zweige[::2] + zweige[1::2]):
        spiel = spiele(text).erledige(*reihenfolge[:-1])
        assert spiel.bereit == [reihenfolge[-1]]
        assert spiel.erledige(reihenfolge[-1]).bereit == ["z"]


def test_three_branches_join_in_every_order_and_every_round(spiele):
    text = """
        start -> xor_m -> and_s
        and_s -> a -> and_j
        and_s -> b -> and_j
        and_s -> c -> and_j
        and_j -> d -> xor_m
    """
    spiel = spiele(text)
    for eins, zwei, drei in permutations("abc"):
        assert spiel.erledige(eins, zwei).bereit == [drei]
        assert spiel.erledige(drei).bereit == ["d"]
        spiel.erledige("d")
