"""Whatever runs without end stops at a budget, with the element in words, and leaves the stored state as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import spiff
from engine.spiff import Budgetfehler

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MEHRFACH = "multiInstanceLoopCharacteristics"


@pytest.mark.parametrize(
    ("text", "weitere"),
    [
        ("start -> xor_m -> wurf_1 -> xor_m", {"timer": {"wurf_1": ("nachricht", "M")}}),
        ("start -> xor_m -> wurf_1 -> xor_m", {"timer": {"wurf_1": ("eskalation", "K")}}),
        ("start -> xor_m -> fang_1 -> xor_m", {"timer": {"fang_1": ("bedingung", "true")}}),
        ("start -> xor_m -> tp_1 -> xor_m", {"teile": {"tp_1": "start_1 -> ende_1"}}),
        (
            "start -> xor_m -> tp_1\nr -> xor_m",
            {
                "teile": {"tp_1": "start_1 -> ende_f"},
                "timer": {"ende_f": ("fehler", "E")},
                "rand": {"r": ("tp_1", "fehler", "", True)},
            },
        ),
        (
            "start -> xor_m -> tp_1 -> xor_m",
            {
                "teile": {"tp_1": "start_1 -> ende_f\netp_1", "etp_1": "start_e -> ende_e"},
                "timer": {"ende_f": ("fehler", "E"), "start_e": ("fehler", "", True)},
            },
        ),
        (
            "start -> a\netp_1",
            {
                "teile": {"etp_1": "start_e -> skript_1\netp_2", "etp_2": "start_f -> skript_2"},
                "timer": {"start_e": ("bedingung", "n = 1", False), "start_f": ("timeCycle", "R/PT1S", False)},
                "zusatz": {"skript_1": "<script>n = 2</script>", "skript_2": "<script>n = 1</script>"},
                "attr": {"skript_1": 'scriptFormat="FEEL"', "skript_2": 'scriptFormat="FEEL"'},
                "variablen": {"n": 1},
            },
        ),
        ("start -> xor_m -> and_s\nand_s -> xor_m\nand_s -> a", {}),
    ],
    ids=["nachricht", "eskalation", "bedingung", "teilprozess", "fehler", "behandlung", "harmlos", "vermehrung"],
)
def test_an_endless_run_stops_and_an_honest_one_does_not(spiele, text, weitere, request):
    if request.node.callspec.id == "harmlos":
        assert spiele(text, **weitere).bereit == ["a"]
        return
    with pytest.raises(Budgetfehler) as fehler:
        spiele(text, **weitere)
    assert "Traceback" not in fehler.value.text


def test_a_stopped_run_leaves_the_stored_state_usable(spiele):
    spiel = spiele("start -> a -> xor_x\nxor_x -*-> ende\nxor_x -[endlos = true]-> xor_m -> wurf_1 -> xor_m")
    with pytest.raises(Budgetfehler):
        spiel.erledige("a", endlos=True)
    assert spiel.erledige("a", endlos=False).stand.beendet


def test_a_handler_that_calls_its_own_process_stops_at_the_depth_of_calls(zeichne, lade, spiele):
    modell = lade(
        zeichne(
            "start -> ende_f\netp_1",
            teile={"etp_1": "start_e -> ruf_p"},
            ruft={"ruf_p": "p"},
            timer={"ende_f": ("fehler", "E"), "start_e": ("fehler", "", True)},
        )
    )
    with pytest.raises(Budgetfehler, match="rufen sich Prozesse"):
        spiele(modell)


def test_too_many_services_at_once_stop_at_the_size_of_a_repetition(spiele):
    inhalt = f"<{MEHRFACH}><loopCardinality>100000000</loopCardinality></{MEHRFACH}>"
    with pytest.raises(Budgetfehler, match="„dienst_d“"):
        spiele("start -> dienst_d", zusatz={"dienst_d": inhalt}, attr={"dienst_d": 'hf:thema="t"'})


def test_a_deep_nesting_of_event_sub_processes_is_refused(lade, zeichne):
    teile = {f"etp_{n}": f"start_{n} -> a{n}\netp_{n + 1}" for n in range(60)} | {"etp_60": "start_60 -> a60"}
    timer = {f"start_{n}": ("nachricht", "M", False) for n in range(61)}
    with pytest.raises(spiff.Modellfehler, match="geschachtelt"):
        lade(zeichne("start -> a\netp_0", teile=teile, timer=timer))


def test_the_cost_of_a_step_does_not_depend_on_how_often_events_came(spiele):
    spiel = spiele(
        "start -> xor_m -> a -> xor_m\netp_1\nr -> b",
        teile={"etp_1": "start_e -> x"},
        timer={"start_e": ("timeCycle", "R/PT1H", False)},
        rand={"r": ("a", "nachricht", "M", False)},
    )
    groessen = set()
    for runde in range(1, 60):
        now = JETZT + timedelta(hours=runde)
        spiel.warte(now).loese_aus("r", now=now).erledige("x", "b", "a", now=now)
        groessen.add(len(spiel.stand.zustand))
    assert len(groessen) == 1


def test_variables_that_grow_without_end_stop_at_a_budget(spiele):
    spiel = spiele("start -> a -> b -> ende", variablen={"text": "x" * 60_000})
    with pytest.raises(Budgetfehler, match="zu umfangreich"):
        spiel.erledige("a", mehr=["ä" * 40_000] * 2)
    assert spiel.erledige("a", mehr=2**70, text="").bereit == ["b"]
