"""Sub-processes and calls: levels begin, end, are cut off, and never mix up their ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.spiff import Budgetfehler, Modellfehler

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_a_sub_process_runs_inside_and_then_goes_on(spiele):
    spiel = spiele("start -> tp_1 -> b -> ende", teile={"tp_1": "start_1 -> x -> ende_1"})
    assert spiel.passiert == ["start", "start_1"] and spiel.bereit == ["x"]
    spiel.erledige("x")
    assert spiel.passiert == ["x", "ende_1", "tp_1"] and spiel.bereit == ["b"]
    assert spiel.stand.passiert[-1].bpmn_typ == "subProcess"
    assert {p.prozess_id for p in spiel.stand.passiert} == {"p"}
    assert spiel.erledige("b").stand.ende == "ende"


@pytest.mark.parametrize("reihenfolge", ["xy", "yx"])
def test_a_sub_process_ends_when_nothing_lives_in_it_even_if_a_branch_simply_stops(spiele, reihenfolge):
    """SpiffWorkflow fault 15."""
    teil = "start_1 -> and_1\nand_1 -> x -> ende_1\nand_1 -> y"
    spiel = spiele("start -> tp_1 -> b", teile={"tp_1": teil}).erledige(reihenfolge[0])
    assert spiel.bereit == [reihenfolge[1]]
    assert spiel.erledige(reihenfolge[1]).bereit == ["b"]


def test_a_called_process_without_end_event_returns(zeichne, lade, spiele):
    """SpiffWorkflow fault 15: in SpiffWorkflow it hangs for ever."""
    modell = lade(zeichne("start -> ruf_q -> b -> ende", ruft={"ruf_q": "q"}), zeichne("start -> x", id="q"))
    spiel = spiele(modell)
    assert [(b.element, b.prozess_id) for b in spiel.stand.bereit] == [("x", "q")]
    assert spiel.erledige("x").bereit == ["b"]
    assert [(p.element, p.prozess_id, p.bpmn_typ) for p in spiel.stand.passiert] == [
        ("x", "q", "userTask"),
        ("ruf_q", "p", "callActivity"),
    ]


def test_equal_ids_in_different_files_do_not_meet(zeichne, lade, spiele):
    """docs/spiffworkflow.md: SpiffWorkflow's parser has one name space for all files."""
    teil = {"tp_1": "start_1 -> {} -> ende_1"}
    eins = zeichne(
        "start -> tp_1 -> ruf_q -> a -> ende", teile={"tp_1": teil["tp_1"].format("a1")}, ruft={"ruf_q": "Q"}
    )
    zwei = zeichne("start -> a -> tp_1 -> ende", id="q", teile={"tp_1": teil["tp_1"].format("a2")})
    spiel = spiele(lade(eins, zwei, aufrufe={"Q": "q"}))
    assert spiel.bereit == ["a1"]
    spiel.erledige("a1")
    assert [(b.element, b.prozess_id) for b in spiel.stand.bereit] == [("a", "q")]
    assert spiel.erledige("a").bereit == ["a2"]
    spiel.erledige("a2")
    assert [(b.element, b.prozess_id) for b in spiel.stand.bereit] == [("a", "p")]


def test_a_process_of_the_same_file_is_called_before_one_of_another(zeichne, lade, spiele):
    gemeinsam = b"".join(
        [
            b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">',
            zeichne("start -> ruf_q -> ende", ruft={"ruf_q": "q"})
            .xml()
            .partition(b'"t">')[2]
            .removesuffix(b"</definitions>"),
            zeichne("start -> hier -> ende", id="q").xml().partition(b'"t">')[2],
        ]
    )
    assert spiele(lade(gemeinsam, zeichne("start -> dort -> ende", id="q"))).bereit == ["hier"]


def test_only_what_the_process_reaches_is_built(zeichne, lade):
    fremd = zeichne("start -> x -> ende", id="q", zusatz={"x": ""}).xml().replace(b"userTask", b"scriptTask")
    assert list(lade(zeichne("start -> a -> ende"), fremd).spezifikationen) == ["0/p"]
    with pytest.raises(Modellfehler, match="scriptTask"):
        lade(zeichne("start -> ruf_q -> ende", ruft={"ruf_q": "q"}), fremd)


@pytest.mark.parametrize("ruft", [{"ruf_q": "weg"}, {"ruf_q": ""}, {}])
def test_a_missing_called_process_is_refused_when_the_model_is_loaded(zeichne, lade, ruft):
    with pytest.raises(Modellfehler, match="„ruf_q“") as fehler:
        lade(zeichne("start -> ruf_q -> ende", ruft=ruft))
    assert fehler.value.element == "ruf_q"


def test_a_process_that_calls_itself_stops_at_the_budget(zeichne, lade, spiele):
    modell = lade(zeichne("start -> ruf_p -> ende", ruft={"ruf_p": "p"}))
    with pytest.raises(Budgetfehler, match="„ruf_p“ rufen sich Prozesse"):
        spiele(modell)


def test_twenty_five_calls_in_each_other_run(zeichne, lade, spiele):
    kette = [zeichne(f"start -> ruf_q -> a{n}", id=f"p{n}", ruft={"ruf_q": f"p{n + 1}"}) for n in range(25)]
    spiel = spiele(lade(*kette, zeichne("start -> ganz_unten", id="p25"), prozess="p0"))
    assert spiel.erledige("ganz_unten").bereit == ["a24"]
    for nr in range(24, -1, -1):
        spiel.erledige(f"a{nr}")
    assert spiel.stand.beendet


def test_a_terminate_end_ends_its_own_level_only(spiele):
    teil = "start_1 -> and_1\nand_1 -> x -> stopp_1\nand_1 -> y -> ende_1"
    spiel = spiele("start -> tp_1 -> b -> ende", teile={"tp_1": teil}).erledige("x")
    assert spiel.bereit == ["b"] and not spiel.stand.beendet


def test_a_terminate_end_outside_takes_running_sub_processes_away(spiele):
    spiel = spiele(
        "start -> and_s\nand_s -> a -> stopp\nand_s -> tp_1 -> ende",
        teile={"tp_1": "start_1 -> tp_2 -> ende_1", "tp_2": "start_2 -> x -> ende_2"},
    )
    assert spiel.bereit == ["a", "x"]
    assert spiel.erledige("a").stand.beendet and spiel.stand.bereit == ()


def test_an_interrupted_sub_process_disappears_with_everything_in_it(spiele):
    spiel = spiele(
        "start -> tp_1 -> b -> ende\nr -> c -> ende",
        teile={"tp_1": "start_1 -> and_1\nand_1 -> tp_2 -> ende_1\nand_1 -> y", "tp_2": "start_2 -> x -> timer_2"},
        timer={"timer_2": ("timeDuration", "PT2H")},
        rand={"r": ("tp_1", "timeDuration", "PT1H", True)},
    ).erledige("x")
    assert set(spiel.faellig) == {"timer_2", "r"}
    assert spiel.warte(JETZT + timedelta(hours=9)).bereit == ["c"] and spiel.faellig == {}
    assert spiel.passiert == ["r"]


def test_a_sub_process_in_a_loop_begins_anew_each_time(spiele):
    spiel = spiele(
        "start -> xor_m -> tp_1 -> xor_x\nxor_x -[nochmal = true]-> xor_m\nxor_x -*-> ende",
        teile={"tp_1": "start_1 -> and_1\nand_1 -> x -> and_2\nand_1 -> y -> and_2\nand_2 -> z -> ende_1"},
    )
    groesse = []
    for _ in range(5):
        spiel.erledige("x").erledige("y")
        assert spiel.bereit == ["z"]
        spiel.erledige("z", nochmal=True)
        groesse.append(len(spiel.stand.zustand))
    assert len(set(groesse)) == 1


def test_two_running_calls_of_one_process_stay_apart(zeichne, lade, spiele):
    haupt = zeichne("start -> and_s\nand_s -> ruf_1 -> a\nand_s -> ruf_2 -> b", ruft={"ruf_1": "q", "ruf_2": "q"})
    spiel = spiele(lade(haupt, zeichne("start -> and_s\nand_s -> x -> and_j\nand_s -> y -> and_j\nand_j -> z", id="q")))
    assert spiel.bereit == ["x", "x", "y", "y"]
    spiel.erledige("x").erledige("x")
    assert spiel.bereit == ["y", "y"]
    assert spiel.erledige("y").bereit == ["y", "z"]


def test_an_empty_sub_process_level_is_refused(zeichne, lade):
    with pytest.raises(Modellfehler, match=r"„tp_1“.*Startereignis"):
        lade(zeichne("start -> tp_1 -> ende", teile={"tp_1": "x -> x"}))


def test_sub_processes_nested_too_deep_are_refused(lade):
    tief = b"".join(b'<subProcess id="t%d"><startEvent id="s%d"/>' % (n, n) for n in range(60)) + b"</subProcess>" * 60
    fluesse = b'<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t0"/>'
    xml = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">%b%b</process></definitions>'
    )
    with pytest.raises(Modellfehler, match="geschachtelt"):
        lade(xml % (fluesse, tief))
