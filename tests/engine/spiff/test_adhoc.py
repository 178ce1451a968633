"""Ad-hoc sub-processes: offered again and again until it is enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import errors, spiff
from engine.spiff import Modellfehler

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MEHRFACH = "multiInstanceLoopCharacteristics"


def _bis(text: str) -> dict[str, str]:
    return {"adhoc_1": f"<completionCondition>{text}</completionCondition>"}


def test_each_task_is_offered_again_until_a_person_closes(spiele):
    spiel = spiele("start -> adhoc_1 -> z", teile={"adhoc_1": "x\ny"})
    assert spiel.bereit == ["adhoc_1", "x", "y"]
    spiel.erledige("x", "x", "y", "x")
    assert spiel.bereit == ["adhoc_1", "x", "y"]
    spiel.erledige("adhoc_1")
    assert spiel.bereit == ["z"]
    assert [(p.element, p.bpmn_typ) for p in spiel.stand.passiert] == [("adhoc_1", "adHocSubProcess")]


def test_a_completion_condition_ends_it_and_nobody_is_asked_to_close(spiele):
    spiel = spiele("start -> adhoc_1 -> z", teile={"adhoc_1": "x\ny"}, zusatz=_bis("genug = true"))
    assert spiel.bereit == ["x", "y"]
    assert spiel.erledige("x", genug=False).bereit == ["x", "y"]
    assert spiel.erledige("y", genug=True).bereit == ["z"]
    assert spiel.passiert == ["y", "adhoc_1"]


@pytest.mark.parametrize("rest", ["true", "false"])
def test_running_work_is_withdrawn_or_finished_as_drawn(spiele, rest):
    spiel = spiele(
        "start -> adhoc_1 -> z",
        teile={"adhoc_1": "x -> y\nw"},
        attr={"adhoc_1": f'cancelRemainingInstances="{rest}"'},
    ).erledige("x")
    assert spiel.bereit == ["adhoc_1", "w", "x", "y"]
    spiel.erledige("adhoc_1")
    assert spiel.bereit == (["z"] if rest == "true" else ["y"])
    if rest == "false":
        assert spiel.erledige("y").bereit == ["z"]


def test_a_flow_inside_goes_on_and_only_its_first_task_is_offered(spiele):
    spiel = spiele("start -> adhoc_1 -> z", teile={"adhoc_1": "x -> xor_1\nxor_1 -[gut = true]-> y\nxor_1 -*-> w"})
    assert spiel.erledige("x", gut=True).bereit == ["adhoc_1", "x", "y"]
    assert spiel.erledige("y").bereit == ["adhoc_1", "x"]


def test_what_is_no_work_of_a_person_is_started_by_a_person(spiele):
    """Otherwise it would run without end."""
    spiel = spiele(
        "start -> adhoc_1 -> z",
        teile={"adhoc_1": "tp_1\nskript_1\ndienst_1", "tp_1": "start_1 -> x -> ende_1"},
        zusatz={"skript_1": "<script>n = if n = null then 1 else n + 1</script>"},
        attr={"skript_1": 'scriptFormat="FEEL"', "dienst_1": 'hf:thema="brief"'},
    )
    assert spiel.bereit == ["adhoc_1", "dienst_1", "skript_1", "tp_1"] and spiel.wartet == []
    assert spiel.erledige("skript_1", "skript_1").stand.variablen == {"n": 2}
    assert spiel.passiert == ["skript_1"]
    assert spiel.erledige("dienst_1").wartet == [("dienst_1", "brief")]
    assert spiel.melde("dienst_1").passiert == ["dienst_1"]
    assert spiel.erledige("tp_1", "tp_1").bereit == ["adhoc_1", "dienst_1", "skript_1", "tp_1", "x", "x"]
    assert spiel.erledige("x").passiert == ["x", "ende_1", "tp_1"]
    assert spiel.erledige("adhoc_1").bereit == ["z"]


def test_a_started_sub_process_finishes_if_the_rest_is_not_withdrawn(spiele):
    spiel = spiele(
        "start -> adhoc_1 -> z",
        teile={"adhoc_1": "tp_1\nw", "tp_1": "start_1 -> x -> ende_1"},
        attr={"adhoc_1": 'cancelRemainingInstances="false"'},
    ).erledige("tp_1", "adhoc_1")
    assert spiel.bereit == ["x"]
    assert spiel.erledige("x").bereit == ["z"]


def test_an_offered_receive_task_takes_message_after_message(spiele):
    spiel = spiele("start -> adhoc_1 -> z", teile={"adhoc_1": "emp_1"}, timer={"emp_1": ("nachricht", "Brief")})
    for _ in range(3):
        assert spiel.loese_aus("emp_1").bereit == ["adhoc_1", "emp_1"]
    assert spiel.erledige("adhoc_1").bereit == ["z"] and spiel.wartet == []


def test_an_offered_task_with_events_at_its_border_comes_back_with_them(spiele):
    rand = {"r": ("x", "timeDuration", "PT1H", False), "s": ("x", "nachricht", "M", True)}
    spiel = spiele("start -> adhoc_1 -> z", teile={"adhoc_1": "x\nr -> mahnen\ns -> b"}, rand=rand)
    assert set(spiel.faellig) == {"r"} and spiel.wartet == [("s", "M")]
    assert spiel.warte(JETZT + timedelta(hours=1)).bereit == ["adhoc_1", "mahnen", "x"]
    assert spiel.erledige("x").bereit == ["adhoc_1", "mahnen", "x"] and set(spiel.faellig) == {"r"}
    assert spiel.loese_aus("s").bereit == ["adhoc_1", "b", "mahnen", "x"]
    assert spiel.erledige("adhoc_1").bereit == ["z"] and spiel.stand.wartend == ()


def test_an_offered_task_that_is_repeated_is_offered_again_when_all_are_done(spiele):
    inhalt = f"<{MEHRFACH}><loopCardinality>2</loopCardinality></{MEHRFACH}>"
    spiel = spiele("start -> adhoc_1 -> z", teile={"adhoc_1": "x"}, zusatz={"x": inhalt})
    assert spiel.bereit == ["adhoc_1", "x", "x"]
    assert spiel.erledige("x").bereit == ["adhoc_1", "x"]
    assert spiel.erledige("x").bereit == ["adhoc_1", "x", "x"]
    assert spiel.erledige("adhoc_1").bereit == ["z"]


def test_a_condition_is_asked_after_the_whole_repetition(spiele):
    inhalt = f"<{MEHRFACH}><loopCardinality>2</loopCardinality></{MEHRFACH}>"
    spiel = spiele("start -> adhoc_1 -> z", teile={"adhoc_1": "x"}, zusatz={"x": inhalt, **_bis("n >= 2")})
    assert spiel.erledige("x", n=2).bereit == ["x"]
    assert spiel.erledige("x").bereit == ["z"]


def test_ad_hoc_in_a_repetition_and_in_itself(spiele):
    inhalt = f"<{MEHRFACH}><loopCardinality>2</loopCardinality></{MEHRFACH}>"
    spiel = spiele(
        "start -> adhoc_1 -> z",
        teile={"adhoc_1": "x\nadhoc_2", "adhoc_2": "y"},
        zusatz={"adhoc_1": inhalt},
    )
    assert spiel.bereit == ["adhoc_1", "adhoc_1", "adhoc_2", "adhoc_2", "x", "x"]
    spiel.erledige("adhoc_2")
    assert spiel.bereit.count("y") == 1 and spiel.bereit.count("adhoc_2") == 3


def test_a_boundary_event_interrupts_an_ad_hoc_sub_process(spiele):
    rand = {"r": ("adhoc_1", "timeDuration", "P1D", True)}
    spiel = spiele("start -> adhoc_1 -> z\nr -> b", teile={"adhoc_1": "x\ny"}, rand=rand)
    assert spiel.warte(JETZT + timedelta(days=1)).bereit == ["b"]


def test_an_event_sub_process_works_inside(spiele):
    spiel = spiele(
        "start -> adhoc_1 -> z",
        teile={"adhoc_1": "x\netp_1", "etp_1": "start_e -> y"},
        timer={"start_e": ("nachricht", "M", True)},
    )
    assert spiel.loese_aus("start_e").bereit == ["y"]
    assert spiel.erledige("y").bereit == ["z"]


def test_an_offer_is_not_sent_back_but_work_behind_it_is(spiele):
    spiel = spiele("start -> adhoc_1 -> z", teile={"adhoc_1": "x -> y -> w\ntp_1", "tp_1": "start_1 -> v"})
    for element, ziel in (("x", "y"), ("adhoc_1", "x"), ("tp_1", "x")):
        with pytest.raises(errors.Invalid, match="Zurückgeben nicht möglich"):
            spiel.gib_zurueck(element, ziel)
    spiel.erledige("x").erledige("y").gib_zurueck("w", "y")
    assert spiel.bereit == ["adhoc_1", "tp_1", "x", "y"]


def test_a_thousand_rounds_leave_the_state_as_small(spiele):
    spiel = spiele("start -> adhoc_1 -> z", teile={"adhoc_1": "x\ny"})
    groesse = len(spiel.erledige("x").stand.zustand)
    for _ in range(1000):
        spiel.erledige("x")
    assert len(spiel.stand.zustand) == groesse


def test_a_person_who_starts_too_much_is_stopped_by_the_budget(spiele):
    spiel = spiele(
        "start -> adhoc_1 -> z",
        teile={"adhoc_1": "tp_1", "tp_1": "start_1 -> x"},
        zusatz={"x": f"<{MEHRFACH}><loopCardinality>400</loopCardinality></{MEHRFACH}>"},
    )
    with pytest.raises(spiff.Budgetfehler):
        spiel.erledige(*["tp_1"] * 6)


def test_an_offer_that_is_always_interrupted_at_once_stops_at_the_budget(spiele):
    with pytest.raises(spiff.Budgetfehler):
        spiele(
            "start -> adhoc_1",
            teile={"adhoc_1": "x\nr -> ende_r"},
            rand={"r": ("x", "timeDuration", "PT0S", True)},
        )


def test_an_ad_hoc_sub_process_without_anything_to_offer_is_refused(lade, zeichne):
    with pytest.raises(Modellfehler, match="„adhoc_1“"):
        lade(zeichne("start -> adhoc_1 -> z", teile={"adhoc_1": "x -> x"}, zusatz=_bis("true")))
