"""Messages and signals: waiting for them, throwing them, at borders and behind event gateways."""

from __future__ import annotations

import pytest

from engine import errors, spiff
from engine.spiff import WarteArt

BEIDE = [("nachricht", WarteArt.NACHRICHT), ("signal", WarteArt.SIGNAL)]


@pytest.mark.parametrize(("kind", "art"), BEIDE)
def test_an_intermediate_event_waits_until_its_message_or_signal_arrives(spiele, kind, art):
    spiel = spiele("start -> fang_m -> a", timer={"fang_m": (kind, "Antwort")})
    wartend = spiel.wartepunkt("fang_m")
    assert (wartend.art, wartend.name, wartend.schluessel, wartend.angeheftet) == (art, "Antwort", None, False)
    assert not spiel.stand.beendet
    spiel.loese_aus("fang_m", antwort="ja")
    assert spiel.bereit == ["a"] and spiel.stand.wartend == () and spiel.stand.variablen == {"antwort": "ja"}
    assert [(p.element, p.bpmn_typ, p.ausloeser) for p in spiel.stand.passiert] == [
        ("fang_m", "intermediateCatchEvent", kind)
    ]


@pytest.mark.parametrize("element", ["fang_m", "emp_m"])
def test_a_person_may_say_that_it_arrived_and_whoever_comes_second_learns_so(spiele, element):
    spiel = spiele(f"start -> {element} -> a", timer={element: ("nachricht", "Antwort")})
    assert spiel.bereit == [element]
    token = spiel.token(element)
    assert token == spiel.wartepunkt(element).token
    spiel.erledige(element, antwort="mündlich")
    assert spiel.bereit == ["a"] and spiel.wartet == [] and spiel.stand.variablen == {"antwort": "mündlich"}
    with pytest.raises(errors.Conflict):
        spiel._schritt(spiff.trigger, token)


def test_a_receive_task_waits_for_its_message(spiele):
    spiel = spiele("start -> emp_m -> a", timer={"emp_m": ("nachricht", "Akte")})
    assert spiel.wartet == [("emp_m", "Akte")]
    assert spiel.loese_aus("emp_m").bereit == ["a"]
    assert [(p.element, p.bpmn_typ) for p in spiel.stand.passiert] == [("emp_m", "receiveTask")]


def test_what_waits_is_gone_for_a_second_delivery(spiele):
    spiel = spiele("start -> fang_m -> a", timer={"fang_m": ("nachricht", "Antwort")})
    token = spiel.wartepunkt("fang_m").token
    spiel.loese_aus("fang_m")
    for fremd in (token, spiel.token("a"), "0" * 32):
        with pytest.raises(errors.Conflict):
            spiel._schritt(spiff.trigger, fremd)


def test_a_person_cannot_be_triggered_and_a_timer_neither(spiele):
    spiel = spiele("start -> and_s\nand_s -> timer_t\nand_s -> a", timer={"timer_t": ("timeDuration", "PT1H")})
    for token in (spiel.token("a"), spiel.wartepunkt("timer_t").token):
        with pytest.raises(errors.Conflict):
            spiel._schritt(spiff.trigger, token)


@pytest.mark.parametrize(
    ("ausdruck", "wert"),
    [("akte.nr", "7-1"), ('"A" + string(jahr)', "A2026"), ("jahr", "2026"), ("weg", None)],
)
def test_the_key_of_a_message_is_computed_once_when_the_waiting_begins(spiele, ausdruck, wert):
    spiel = spiele(
        "start -> and_s\nand_s -> fang_m\nand_s -> b",
        timer={"fang_m": ("nachricht", f"Antwort = {ausdruck}")},
        variablen={"akte": {"nr": "7-1"}, "jahr": 2026},
    )
    assert spiel.wartepunkt("fang_m").schluessel == wert
    assert spiel.erledige("b", akte={"nr": "neu"}, jahr=1).wartepunkt("fang_m").schluessel == wert


@pytest.mark.parametrize(
    "ausdruck", ["[1]", "true", '""', 'string join(for i in 1..300 return "x")', "{a: 1}", "10 ** 300"]
)
def test_a_key_that_nobody_can_match_names_its_element(spiele, ausdruck):
    with pytest.raises(spiff.Ausfuehrungsfehler, match=r"„fang_m“.*Schlüssel"):
        spiele("start -> fang_m", timer={"fang_m": ("nachricht", f"Antwort = {ausdruck}")})


@pytest.mark.parametrize("element", ["wurf_m", "ende_m"])
def test_a_thrown_message_leaves_with_its_key(spiele, element):
    weiter = " -> a" if element == "wurf_m" else ""
    spiel = spiele(f"start -> b -> {element}{weiter}", timer={element: ("nachricht", "Anfrage = nr")})
    spiel.erledige("b", nr=12)
    assert [(g.art, g.name, g.schluessel, g.element, g.prozess_id) for g in spiel.stand.geworfen] == [
        (WarteArt.NACHRICHT, "Anfrage", "12", element, "p")
    ]
    assert spiel.passiert == ["b", element] and spiel.bereit == ["a"][: len(weiter)]
    assert spiel.stand.passiert[-1].ausloeser == "nachricht"


def test_an_end_that_throws_is_the_end_of_the_vorgang(spiele):
    assert spiele("start -> ende_m", timer={"ende_m": ("nachricht", "Fertig")}).stand.ende == "ende_m"


def test_a_send_task_is_done_by_a_person_and_then_the_message_goes_out(spiele):
    spiel = spiele("start -> send_m -> a", timer={"send_m": ("nachricht", "Bescheid = nr")})
    assert spiel.bereit == ["send_m"] and spiel.geworfen == []
    spiel.erledige("send_m", nr="x1")
    assert spiel.geworfen == [("Bescheid", "x1")] and spiel.bereit == ["a"]
    assert [(p.element, p.bpmn_typ) for p in spiel.stand.passiert] == [("send_m", "sendTask")]


def test_a_send_task_or_throw_without_a_message_is_plain(spiele):
    spiel = spiele("start -> send_m -> wurf_m -> ende_m", timer={n: ("nachricht", "") for n in ("wurf_m", "ende_m")})
    assert spiel.erledige("send_m").geworfen == [] and spiel.stand.beendet


def test_messages_of_the_same_vorgang_are_not_delivered_here(spiele):
    text = "start -> and_s\nand_s -> fang_m -> a\nand_s -> b -> wurf_m -> c"
    spiel = spiele(text, timer={n: ("nachricht", "Antwort") for n in ("fang_m", "wurf_m")}).erledige("b")
    assert spiel.geworfen == [("Antwort", None)] and spiel.wartet == [("fang_m", "Antwort")]


def test_a_signal_reaches_everybody_in_the_vorgang_at_once(spiele):
    text = "start -> and_s\nand_s -> fang_1 -> a\nand_s -> tp_1 -> z\nand_s -> fang_3 -> c\nand_s -> b -> wurf_s -> d"
    timer = {n: ("signal", "Los") for n in ("fang_1", "fang_2", "wurf_s")} | {"fang_3": ("signal", "Halt")}
    spiel = spiele(text, teile={"tp_1": "start_1 -> fang_2 -> x"}, timer=timer).erledige("b")
    assert spiel.bereit == ["a", "d", "fang_3", "x"] and spiel.wartet == [("fang_3", "Halt")]
    assert spiel.passiert == ["b", "wurf_s", "fang_1", "fang_2"]
    assert [(g.art, g.name) for g in spiel.stand.geworfen] == [(WarteArt.SIGNAL, "Los")]


def test_a_signal_end_is_thrown(spiele):
    """SpiffWorkflow fault 14: a signal end is not thrown there."""
    text = "start -> and_s\nand_s -> fang_1 -> a\nand_s -> b -> ende_s"
    spiel = spiele(text, timer={n: ("signal", "Los") for n in ("fang_1", "ende_s")}).erledige("b")
    assert spiel.bereit == ["a"] and spiel.geworfen == [("Los", None)]


def test_a_signal_is_not_kept_for_those_who_come_later(spiele):
    spiel = spiele("start -> wurf_s -> fang_s -> a", timer={n: ("signal", "Los") for n in ("wurf_s", "fang_s")})
    assert spiel.wartet == [("fang_s", "Los")]


@pytest.mark.parametrize(("kind", "art"), BEIDE)
def test_an_interrupting_boundary_event_ends_the_work(spiele, kind, art):
    spiel = spiele("start -> a -> ende\nr -> b", rand={"r": ("a", kind, "Rückzug", True)})
    wartend = spiel.wartepunkt("r")
    assert (wartend.art, wartend.angeheftet, spiel.bereit) == (art, True, ["a"])
    spiel.loese_aus("r", grund="Umzug")
    assert spiel.bereit == ["b"] and spiel.wartet == [] and spiel.stand.variablen == {"grund": "Umzug"}
    assert [(p.element, p.ausloeser) for p in spiel.stand.passiert] == [("r", kind)]


@pytest.mark.parametrize("kind", ["nachricht", "signal"])
def test_a_boundary_event_that_does_not_interrupt_happens_again_and_again(spiele, kind):
    spiel = spiele("start -> a -> ende\nr -> b -> ende_b", rand={"r": ("a", kind, "Nachtrag", False)})
    token = spiel.wartepunkt("r").token
    assert spiel.loese_aus("r").loese_aus("r").bereit == ["a", "b", "b"]
    assert spiel.wartepunkt("r").token == token
    assert spiel.erledige("a").bereit == ["b", "b"] and spiel.wartet == []
    assert spiel.erledige("b", "b").stand.beendet


def test_a_signal_thrown_inside_a_sub_process_interrupts_it_from_outside(spiele):
    spiel = spiele(
        "start -> tp_1 -> z\nr -> b",
        teile={"tp_1": "start_1 -> and_1\nand_1 -> x -> wurf_s -> y\nand_1 -> w"},
        timer={"wurf_s": ("signal", "Not")},
        rand={"r": ("tp_1", "signal", "Not", True)},
    ).erledige("x")
    assert spiel.bereit == ["b"] and spiel.passiert == ["x", "wurf_s", "r"]


def test_what_happens_first_behind_an_event_gateway_withdraws_the_rest(spiele):
    text = """
        start -> ereignis_g
        ereignis_g -> fang_m -> a
        ereignis_g -> emp_n -> b
        ereignis_g -> fang_s -> c
        ereignis_g -> timer_t -> d
    """
    timer = {
        "fang_m": ("nachricht", "M"),
        "emp_n": ("nachricht", "N"),
        "fang_s": ("signal", "S"),
        "timer_t": ("timeDuration", "P1D"),
    }
    for element, danach in [("fang_m", "a"), ("emp_n", "b"), ("fang_s", "c")]:
        spiel = spiele(text, timer=timer)
        assert spiel.wartet == [("emp_n", "N"), ("fang_m", "M"), ("fang_s", "S")]
        assert spiel.bereit == ["emp_n", "fang_m", "fang_s"]
        assert spiel.loese_aus(element).bereit == [danach] and spiel.stand.wartend == ()


def test_a_signal_for_two_racers_moves_only_one(spiele):
    text = "start -> and_s -> ereignis_g -> fang_1 -> a\nereignis_g -> fang_2 -> b\nand_s -> c -> wurf_s"
    timer = {n: ("signal", "S") for n in ("fang_1", "fang_2", "wurf_s")}
    spiel = spiele(text, timer=timer).erledige("c")
    assert spiel.bereit == ["a"] and spiel.wartet == []


def test_a_boundary_message_at_a_repetition_ends_all_instances(spiele):
    mehrfach = (
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    spiel = spiele("start -> a -> ende\nr -> b", rand={"r": ("a", "nachricht", "Stopp", True)}, zusatz={"a": mehrfach})
    assert spiel.erledige("a").loese_aus("r").bereit == ["b"]


def test_a_message_received_for_each_item_lands_in_that_item(spiele):
    inhalt = (
        "<loopDataInputRef>stellen</loopDataInputRef><inputDataItem name='stelle'/>"
        "<outputDataItem name='antwort'/><loopDataOutputRef>antworten</loopDataOutputRef>"
    )
    spiel = spiele(
        "start -> emp_m -> a",
        timer={"emp_m": ("nachricht", "Antwort = stelle")},
        zusatz={"emp_m": f"<multiInstanceLoopCharacteristics>{inhalt}</multiInstanceLoopCharacteristics>"},
        variablen={"stellen": ["arzt", "schule"]},
    )
    assert [w.schluessel for w in spiel.stand.wartend] == ["arzt", "schule"]
    spiel._schritt(spiff.trigger, spiel.stand.wartend[1].token, eingaben={"antwort": "gut"})
    spiel.loese_aus("emp_m", antwort="krank")
    assert spiel.bereit == ["a"] and spiel.stand.variablen["antworten"] == ["gut", "krank"]
    assert "antwort" not in spiel.stand.variablen


def test_work_is_sent_back_to_an_awaited_message(spiele):
    spiel = spiele("start -> emp_m -> a", timer={"emp_m": ("nachricht", "Akte")}).loese_aus("emp_m")
    spiel.gib_zurueck("a", "emp_m")
    assert spiel.wartet == [("emp_m", "Akte")] and spiel.bereit == ["emp_m"]


def test_signals_that_call_each_other_without_end_stop_at_the_budget(spiele):
    rand = {"r": ("a", "signal", "Ping", False), "s": ("a", "signal", "Pong", False)}
    timer = {"wurf_1": ("signal", "Pong"), "wurf_2": ("signal", "Ping")}
    spiel = spiele("start -> a -> ende\nr -> wurf_1\ns -> wurf_2", rand=rand, timer=timer)
    with pytest.raises(spiff.Budgetfehler):
        spiel.loese_aus("r")
    assert spiel.bereit == ["a"]
