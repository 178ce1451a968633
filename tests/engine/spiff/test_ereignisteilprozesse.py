"""Event sub-processes: every kind of start, interrupting or not, nested, repeated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import spiff
from engine.spiff import Modellfehler, WarteArt

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STUNDE, TAG = timedelta(hours=1), timedelta(days=1)
HAUPT = "start -> a -> b -> ende\netp_1"
TEIL = {"etp_1": "start_e -> x -> ende_e"}


def _start(kind: str, text: str, unterbricht: bool) -> dict[str, tuple[str, str, bool]]:
    return {"start_e": (kind, text, unterbricht)}


@pytest.mark.parametrize(("kind", "art"), [("nachricht", WarteArt.NACHRICHT), ("signal", WarteArt.SIGNAL)])
def test_the_listener_shows_its_start_event_and_holds_nothing_up(spiele, kind, art):
    spiel = spiele(HAUPT, teile=TEIL, timer=_start(kind, "Umzug", False))
    wartend = spiel.wartepunkt("start_e")
    assert (wartend.art, wartend.name, wartend.angeheftet, wartend.prozess_id) == (art, "Umzug", True, "p")
    assert spiel.bereit == ["a"]
    spiel.erledige("a", "b")
    assert spiel.stand.beendet and spiel.stand.wartend == () and spiel.stand.ende == "ende"


@pytest.mark.parametrize("kind", ["nachricht", "signal"])
def test_work_beside_the_others_begins_as_often_as_the_event_comes(spiele, kind):
    spiel = spiele(HAUPT, teile=TEIL, timer=_start(kind, "Umzug", False)).loese_aus("start_e").loese_aus("start_e")
    assert spiel.bereit == ["a", "x", "x"] and spiel.passiert == ["start_e"]
    assert spiel.wartet == [("start_e", "Umzug")]
    spiel.erledige("a", "b", "x")
    assert not spiel.stand.beendet and spiel.bereit == ["x"]
    assert spiel.erledige("x").stand.beendet and spiel.passiert == ["x", "ende_e", "etp_1"]


@pytest.mark.parametrize("kind", ["nachricht", "signal"])
def test_an_interrupting_one_withdraws_everything_else_and_its_end_is_the_end(spiele, kind):
    spiel = spiele(
        "start -> and_s\nand_s -> a -> ende\nand_s -> tp_1 -> c\nand_s -> timer_t\netp_1\netp_2",
        teile={**TEIL, "tp_1": "start_1 -> y", "etp_2": "start_f -> w"},
        timer={
            **_start(kind, "Rückzug", True),
            "timer_t": ("timeDuration", "P1D"),
            "start_f": ("nachricht", "Anderes", False),
        },
    )
    spiel.loese_aus("start_f").loese_aus("start_e", grund="Wegzug")
    assert spiel.bereit == ["x"] and spiel.stand.wartend == () and spiel.stand.variablen == {"grund": "Wegzug"}
    assert spiel.erledige("x").stand.beendet and spiel.stand.ende == "ende_e"


def test_a_timer_start_counts_from_the_beginning_of_its_level(spiele):
    spiel = spiele(HAUPT, teile=TEIL, timer=_start("timeDuration", "P1D", True))
    assert spiel.faellig == {"start_e": JETZT + TAG}
    assert spiel.warte(JETZT + TAG).bereit == ["x"]


def test_a_timer_that_does_not_interrupt_fires_once_and_a_cycle_as_often_as_drawn(spiele):
    spiel = spiele(HAUPT, teile=TEIL, timer=_start("timeDuration", "PT1H", False)).warte(JETZT + STUNDE)
    assert spiel.bereit == ["a", "x"] and spiel.faellig == {}
    spiel = spiele(HAUPT, teile=TEIL, timer=_start("timeCycle", "R3/PT1H", False))
    for nr in (1, 2, 3):
        assert spiel.warte(JETZT + nr * STUNDE).bereit == ["a", *nr * ["x"]]
    assert spiel.faellig == {} and spiel.warte(JETZT + 9 * TAG).passiert == []


def test_a_condition_start_happens_when_it_turns_true(spiele):
    text = "start -> xor_m -> a -> xor_m\netp_1"
    spiel = spiele(text, teile=TEIL, timer=_start("bedingung", "n > 2", False))
    anzahl = [spiel.erledige("a", n=n).bereit.count("x") for n in (1, 3, 4, 0, 5)]
    assert anzahl == [0, 1, 1, 1, 2]
    spiel = spiele(text, teile=TEIL, timer=_start("bedingung", "n > 2", True)).erledige("a", n=3)
    assert spiel.bereit == ["x"]


def test_a_condition_that_holds_from_the_beginning_interrupts_at_once(spiele):
    spiel = spiele(HAUPT, teile=TEIL, timer=_start("bedingung", "true", True))
    assert spiel.bereit == ["x"] and spiel.passiert == ["start", "start_e"]


def test_an_error_on_the_level_is_handled_by_its_event_sub_process(spiele):
    """SpiffWorkflow fault 14: there the handler of an error or escalation starts at once."""
    spiel = spiele(
        "start -> and_s\nand_s -> a -> ende_f\nand_s -> b\netp_1",
        teile=TEIL,
        timer={**_start("fehler", "E1", False), "ende_f": ("fehler", "E1")},
    )
    assert spiel.bereit == ["a", "b"] and spiel.stand.wartend == ()
    spiel.erledige("a")
    assert spiel.bereit == ["x"] and spiel.passiert == ["a", "ende_f", "start_e"]
    assert spiel.erledige("x").stand.ende == "ende_e"


@pytest.mark.parametrize("unterbricht", [True, False])
def test_an_escalation_starts_its_handler(spiele, unterbricht):
    spiel = spiele(
        "start -> a -> wurf_k -> b\netp_1",
        teile=TEIL,
        timer={**_start("eskalation", "", unterbricht), "wurf_k": ("eskalation", "K")},
    ).erledige("a")
    assert spiel.bereit == (["x"] if unterbricht else ["b", "x"])


def test_the_event_sub_process_of_the_level_comes_before_the_boundary_around_it(spiele):
    timer = {"start_e": ("fehler", ""), "ende_f": ("fehler", "E1")}
    rand = {"r": ("tp_1", "fehler", "E1", True)}
    spiel = spiele(
        "start -> tp_1 -> z\nr -> b",
        teile={"tp_1": "start_1 -> y -> ende_f\netp_1", "etp_1": "start_e -> x -> ende_e"},
        timer=timer,
        rand=rand,
    ).erledige("y")
    assert spiel.bereit == ["x"]
    assert spiel.erledige("x").bereit == ["z"]  # handled inside: the sub-process ended normally


def test_an_error_thrown_in_a_handler_goes_outwards(spiele):
    spiel = spiele(
        "start -> tp_1 -> z\nr -> b",
        teile={"tp_1": "start_1 -> y -> ende_f\netp_1", "etp_1": "start_e -> x -> ende_g"},
        timer={"start_e": ("fehler", ""), "ende_f": ("fehler", "E1"), "ende_g": ("fehler", "E2")},
        rand={"r": ("tp_1", "fehler", "E2", True)},
    ).erledige("y", "x")
    assert spiel.bereit == ["b"]


def test_a_handler_never_catches_what_it_throws_itself(spiele):
    spiel = spiele(
        "start -> a -> wurf_k -> b\netp_1",
        teile={"etp_1": "start_e -> wurf_l -> x"},
        timer={"start_e": ("eskalation", "K", False), "wurf_k": ("eskalation", "K"), "wurf_l": ("eskalation", "K")},
    ).erledige("a")
    assert spiel.bereit == ["b", "x"]


def test_another_handler_of_the_level_may_catch_what_one_throws_that_did_not_interrupt(spiele):
    spiel = spiele(
        "start -> a\netp_1\netp_2",
        teile={"etp_1": "start_e -> x -> ende_f", "etp_2": "start_f -> y"},
        timer={"start_e": ("nachricht", "M", False), "start_f": ("fehler", ""), "ende_f": ("fehler", "E")},
    )
    assert spiel.loese_aus("start_e").erledige("x").bereit == ["y"]


def test_a_sub_process_has_its_own_listeners_for_as_long_as_it_lives(spiele):
    spiel = spiele(
        "start -> tp_1 -> z",
        teile={"tp_1": "start_1 -> y -> ende_1\netp_1", **TEIL},
        timer=_start("nachricht", "Stopp", True),
    )
    assert spiel.wartet == [("start_e", "Stopp")]
    danach = spiele(spiel.modell).erledige("y")
    assert danach.bereit == ["z"] and danach.wartet == []
    assert spiel.loese_aus("start_e").bereit == ["x"]
    assert spiel.erledige("x").bereit == ["z"]


def test_a_called_process_listens_too(zeichne, lade, spiele):
    haupt = zeichne("start -> ruf_q -> z", ruft={"ruf_q": "q"})
    gerufen = zeichne("start -> y -> ende\netp_1", id="q", teile=TEIL, timer=_start("signal", "Stopp", True))
    spiel = spiele(lade(haupt, gerufen))
    assert spiel.wartepunkt("start_e").prozess_id == "q"
    assert spiel.loese_aus("start_e").erledige("x").bereit == ["z"]


def test_event_sub_processes_nest(spiele):
    spiel = spiele(
        "start -> a -> ende\netp_1",
        teile={"etp_1": "start_e -> x -> ende_e\netp_2", "etp_2": "start_f -> y -> ende_f"},
        timer={"start_e": ("nachricht", "Außen", False), "start_f": ("nachricht", "Innen", True)},
    )
    assert spiel.wartet == [("start_e", "Außen")]
    spiel.loese_aus("start_e")
    assert spiel.wartet == [("start_e", "Außen"), ("start_f", "Innen")]
    assert spiel.loese_aus("start_f").bereit == ["a", "y"]
    assert spiel.erledige("y").bereit == ["a"] and spiel.wartet == [("start_e", "Außen")]


def test_each_instance_of_a_repetition_listens_for_itself(spiele):
    mehrfach = (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    spiel = spiele(
        "start -> tp_1 -> z",
        teile={"tp_1": "start_1 -> y -> ende_1\netp_1", **TEIL},
        timer=_start("nachricht", "Stopp", True),
        zusatz={"tp_1": mehrfach},
    )
    assert spiel.loese_aus("start_e").bereit == ["x", "y"]
    assert spiel.erledige("x").erledige("y").bereit == ["z"]


def test_a_terminate_end_ends_the_listening_and_the_handlers(spiele):
    spiel = spiele("start -> a -> stopp\netp_1", teile=TEIL, timer=_start("nachricht", "M", False))
    assert spiel.loese_aus("start_e").erledige("a").stand.beendet


def test_a_terminate_end_in_a_handler_ends_only_the_handler(spiele):
    teil = {"etp_1": "start_e -> and_1\nand_1 -> x -> stopp_e\nand_1 -> y"}
    spiel = spiele(HAUPT, teile=teil, timer=_start("nachricht", "M", False)).loese_aus("start_e").erledige("x")
    assert spiel.bereit == ["a"]


def test_a_signal_thrown_on_the_level_starts_the_handler_and_may_take_the_thrower_away(spiele):
    timer = {**_start("signal", "S", True), "wurf_s": ("signal", "S")}
    spiel = spiele("start -> a -> wurf_s -> b\netp_1", teile=TEIL, timer=timer).erledige("a")
    assert spiel.bereit == ["x"] and spiel.passiert == ["a", "wurf_s", "start_e"]


def test_a_model_with_event_sub_processes_does_not_change_by_running(spiele):
    """SpiffWorkflow fault 10: there the next Vorgang of the same spec starts with the handler active."""
    spiel = spiele(HAUPT, teile=TEIL, timer=_start("nachricht", "M", False))
    spiel.loese_aus("start_e")
    assert spiele(spiel.modell).bereit == ["a"]


def test_listeners_leave_the_state_small_however_often_they_fire(spiele):
    spiel = spiele(HAUPT, teile=TEIL, timer=_start("nachricht", "M", False))
    groesse = len(spiel.stand.zustand)
    for _ in range(100):
        spiel.loese_aus("start_e").erledige("x")
    assert len(spiel.stand.zustand) == groesse


def test_a_handler_that_throws_its_own_signal_stops_at_the_budget(spiele):
    timer = {"start_e": ("signal", "S", False), "wurf_s": ("signal", "S")}
    spiel = spiele("start -> a\netp_1", teile={"etp_1": "start_e -> wurf_s"}, timer=timer)
    with pytest.raises(spiff.Budgetfehler):
        spiel.loese_aus("start_e")


def test_handlers_that_nobody_finishes_stop_at_the_budget(spiele):
    spiel = spiele(HAUPT, teile=TEIL, timer=_start("timeCycle", "R/PT1H", False))
    spiel.warte(JETZT + 1000 * TAG)
    assert spiel.bereit == ["a", *["x"] * 10]


@pytest.mark.parametrize(
    ("text", "grund"),
    [("start -> a -> etp_1", "nicht gibt"), ("start -> a\netp_1 -> b", "nicht gibt")],
)
def test_no_flow_leads_to_or_from_an_event_sub_process(lade, zeichne, text, grund):
    with pytest.raises(Modellfehler, match=grund):
        lade(zeichne(text, teile=TEIL, timer=_start("nachricht", "M", True)))


def test_an_event_sub_process_needs_its_event_and_no_boundary(lade, zeichne):
    with pytest.raises(Modellfehler, match=r"„etp_1“.*beginnt"):
        lade(zeichne("start -> a\netp_1", teile=TEIL))
    with pytest.raises(Modellfehler, match=r"„r“.*keiner Aktivität"):
        lade(
            zeichne(
                "start -> a\netp_1\nr -> b",
                teile=TEIL,
                timer=_start("nachricht", "M", True),
                rand={"r": ("etp_1", "nachricht", "N", True)},
            )
        )


def test_work_goes_back_inside_a_handler(spiele):
    spiel = spiele(HAUPT, teile={"etp_1": "start_e -> x -> y"}, timer=_start("nachricht", "M", False))
    spiel.loese_aus("start_e").erledige("x").gib_zurueck("y", "x")
    assert spiel.bereit == ["a", "x"]


@pytest.mark.parametrize("element", ["start_e", "r"])
def test_a_step_names_the_token_whose_event_came_although_it_goes_on_waiting(spiele, element):
    spiel = spiele(
        "start -> a\netp_1\nr -> b",
        teile={"etp_1": "start_e -> x"},
        timer={"start_e": ("nachricht", "M", False)},
        rand={"r": ("a", "nachricht", "N", False)},
    )
    token = spiel.wartepunkt(element).token
    assert spiel.stand.ausgeloest == frozenset()
    spiel.loese_aus(element)
    assert spiel.stand.ausgeloest == {token} and spiel.wartepunkt(element).token == token
