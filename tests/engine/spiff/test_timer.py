"""Timers: the given instant decides, a due instant is fixed when the waiting begins and survives every reload."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine import errors
from engine.spiff import Ausfuehrungsfehler, WarteArt, fire_timers

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STUNDE, TAG = timedelta(hours=1), timedelta(days=1)


def _warte_auf(spiele, feld, text, **weitere):
    return spiele("start -> timer_t -> a -> ende", timer={"timer_t": (feld, text)}, **weitere)


def test_an_intermediate_timer_fires_at_its_instant_and_not_a_second_earlier(spiele):
    spiel = _warte_auf(spiele, "timeDuration", "PT1H")
    wartend = spiel.stand.wartend[0]
    assert (wartend.element, wartend.art, wartend.faellig_am, wartend.angeheftet) == (
        "timer_t",
        WarteArt.TIMER,
        JETZT + STUNDE,
        False,
    )
    assert spiel.warte(JETZT + STUNDE - timedelta(microseconds=1)).bereit == []
    assert spiel.warte(JETZT + STUNDE).bereit == ["a"]
    assert [(p.element, p.bpmn_typ) for p in spiel.stand.passiert] == [("timer_t", "intermediateCatchEvent")]


@pytest.mark.parametrize(
    ("feld", "text", "faellig"),
    [
        ("timeDuration", "PT1H", "2026-03-02T09:00:00+00:00"),
        ("timeDuration", ' "PT1H" ', "2026-03-02T09:00:00+00:00"),
        ("timeDuration", "P1M", "2026-04-02T07:00:00+00:00"),  # 9 o'clock German time, then summer time
        ("timeDate", "2030-01-01T10:00:00Z", "2030-01-01T10:00:00+00:00"),
        ("timeDate", "2030-01-01T10:00:00+02:00", "2030-01-01T08:00:00+00:00"),
        ("timeDate", "2030-07-01T10:00:00", "2030-07-01T08:00:00+00:00"),  # no offset: German time
        ("timeDate", "2030-01-01", "2030-01-01T22:59:59+00:00"),
        ("timeDate", "als_datum()", "2026-03-05T22:59:59+00:00"),
        ("timeDate", "als_zeitpunkt()", "2026-03-05T10:00:00+00:00"),
        ("timeDate", "als_text()", "2026-03-05T10:00:00+00:00"),
        ("timeDuration", "als_dauer()", "2026-03-03T10:00:00+00:00"),
        ("timeDuration", "als_datum()", "2026-03-05T22:59:59+00:00"),
        ("timeDate", 'date("2026-03-05")', "2026-03-05T22:59:59+00:00"),
        ("timeDate", 'date and time("2026-07-05T10:00:00@Europe/Berlin")', "2026-07-05T08:00:00+00:00"),
        ("timeDate", 'now() + duration("P1D")', "2026-03-03T08:00:00+00:00"),
        ("timeDate", "today()", "2026-03-02T22:59:59+00:00"),
        ("timeDuration", 'duration("P1M")', "2026-04-02T07:00:00+00:00"),
        ("timeDuration", 'if eilig then "PT1H" else "P7D"', "2026-03-09T08:00:00+00:00"),
        ("timeCycle", '"R" + string(2) + "/PT1H"', "2026-03-02T09:00:00+00:00"),
        ("timeDate", "R3/PT1H", "2026-03-02T09:00:00+00:00"),
        ("timeCycle", "R3/PT1H", "2026-03-02T09:00:00+00:00"),
        ("timeCycle", "R/2026-03-01T06:00:00Z/P1D", "2026-03-03T06:00:00+00:00"),
    ],
)
def test_a_timer_may_be_a_literal_as_drawn_or_an_expression(spiele, feld, text, faellig):
    """SpiffWorkflow fault 18: literals stand without quotes."""
    funktionen = {
        "als_datum": lambda: date(2026, 3, 5),
        "als_zeitpunkt": lambda: datetime(2026, 3, 5, 10, tzinfo=UTC),
        "als_text": lambda: "2026-03-05T10:00:00Z",
        "als_dauer": lambda: timedelta(hours=26),
    }
    spiel = _warte_auf(spiele, feld, text, funktionen=funktionen)
    assert spiel.faellig["timer_t"] == datetime.fromisoformat(faellig)
    assert spiel.faellig["timer_t"].tzinfo is UTC


def test_an_expression_is_evaluated_once_when_the_waiting_begins(spiele):
    aufrufe = []

    def frist(start):
        aufrufe.append(start)
        return date(2026, 3, 4)

    spiel = spiele(
        "start -> and_s\nand_s -> timer_t -> a\nand_s -> b",
        timer={"timer_t": ("timeDate", "frist(eingang)")},
        variablen={"eingang": "2026-03-01T10:00:00+01:00"},
        funktionen={"frist": frist},
    )
    spiel.erledige("b", eingang="2020-01-01").warte(JETZT)
    assert len(aufrufe) == 1 and spiel.faellig == {"timer_t": datetime(2026, 3, 4, 22, 59, 59, tzinfo=UTC)}


@pytest.mark.parametrize(("text", "grund"), [("weg", "ergibt nichts"), ('"heute"', "kein Zeitpunkt"), ("1", "keine")])
def test_a_timer_without_an_instant_names_its_element(spiele, text, grund):
    with pytest.raises(Ausfuehrungsfehler, match=f"„timer_t“.*{grund}"):
        _warte_auf(spiele, "timeDate", text)


def test_a_timer_that_is_already_due_lets_the_token_pass_at_once(spiele):
    spiel = _warte_auf(spiele, "timeDate", "2020-01-01T00:00:00Z")
    assert (spiel.bereit, spiel.passiert, spiel.faellig) == (["a"], ["start", "timer_t"], {})


def test_two_timers_behind_one_event_gateway_have_their_own_due_instants(spiele):
    """SpiffWorkflow fault 16: in SpiffWorkflow the second takes over the due instant of the first."""
    text = """
        start -> ereignis_g
        ereignis_g -> timer_lang -> a
        ereignis_g -> timer_kurz -> b
        ereignis_g -> eingang -> c
    """
    timer = {"timer_lang": ("timeDuration", "P2D"), "timer_kurz": ("timeDuration", "PT1H")}
    spiel = spiele(text, timer=timer)
    assert spiel.faellig == {"timer_lang": JETZT + 2 * TAG, "timer_kurz": JETZT + STUNDE}
    assert spiel.bereit == ["eingang"]
    assert spiel.warte(JETZT + STUNDE).bereit == ["b"] and spiel.faellig == {}
    spiel = spiele(text, timer=timer).erledige("eingang")
    assert spiel.bereit == ["c"] and spiel.faellig == {}


def test_a_reminder_of_a_racer_does_not_decide_the_race(spiele):
    spiel = spiele(
        "start -> ereignis_g\nereignis_g -> timer_t -> b\nereignis_g -> eingang -> c\nr -> mahnen",
        timer={"timer_t": ("timeDuration", "P2D")},
        rand={"r": ("eingang", "timeDuration", "PT1H", False)},
    )
    assert spiel.warte(JETZT + STUNDE).bereit == ["eingang", "mahnen"]
    assert spiel.warte(JETZT + 2 * TAG).bereit == ["b", "mahnen"]


def test_an_interrupting_boundary_timer_ends_the_work(spiele):
    spiel = spiele("start -> a -> ende\nr -> b -> ende_b", rand={"r": ("a", "timeDuration", "PT1H", True)})
    assert spiel.stand.wartend[0].angeheftet
    spiel.warte(JETZT + STUNDE)
    assert spiel.bereit == ["b"] and spiel.faellig == {}
    assert [(p.element, p.bpmn_typ) for p in spiel.stand.passiert] == [("r", "boundaryEvent")]


def test_work_that_is_done_withdraws_its_timers(spiele):
    rand = {"r": ("a", "timeDuration", "PT1H", True), "q": ("a", "timeCycle", "R/PT1H", False)}
    spiel = spiele("start -> a -> b -> ende\nr -> c\nq -> d", rand=rand).erledige("a")
    assert spiel.bereit == ["b"] and spiel.faellig == {}
    assert spiel.warte(JETZT + 9 * TAG).bereit == ["b"]


def test_work_that_comes_in_after_the_deadline_counts(spiele):
    spiel = spiele("start -> a -> b -> ende\nr -> c", rand={"r": ("a", "timeDuration", "PT1H", True)})
    assert spiel.erledige("a", now=JETZT + TAG).bereit == ["b"]


def test_a_reminder_goes_on_when_the_work_is_done(spiele):
    """SpiffWorkflow takes reminders of a cycle away together with the activity."""
    spiel = spiele("start -> a -> ende\nr -> mahnen -> ende_m", rand={"r": ("a", "timeCycle", "R2/PT1H", False)})
    spiel.warte(JETZT + STUNDE)
    assert spiel.bereit == ["a", "mahnen"] and spiel.faellig == {"r": JETZT + 2 * STUNDE}
    assert spiel.erledige("a").bereit == ["mahnen"]
    assert spiel.erledige("mahnen").stand.beendet


def test_a_cycle_repeats_as_often_as_drawn(spiele):
    spiel = spiele("start -> a -> ende\nr -> mahnen", rand={"r": ("a", "timeCycle", "R3/PT1H", False)})
    for nr in (1, 2, 3):
        assert spiel.warte(JETZT + nr * STUNDE).bereit == ["a", *nr * ["mahnen"]]
        assert spiel.passiert == ["r"]
    assert spiel.faellig == {}
    assert spiel.warte(JETZT + TAG).passiert == []


def test_a_cycle_ends_at_its_last_instant(spiele):
    text = "R/PT2H/2026-03-02T13:00:00Z"
    spiel = spiele("start -> a -> ende\nr -> mahnen", rand={"r": ("a", "timeCycle", text, False)})
    assert spiel.warte(JETZT + TAG).passiert == ["r", "r"] and spiel.faellig == {}


def test_an_interrupting_cycle_fires_once(spiele):
    spiel = spiele("start -> a\nr -> b", rand={"r": ("a", "timeCycle", "R3/PT1H", True)}).warte(JETZT + TAG)
    assert spiel.bereit == ["b"] and spiel.passiert == ["r"]


def test_missed_repetitions_are_made_up_but_not_without_end(spiele):
    spiel = spiele("start -> a\nr -> mahnen", rand={"r": ("a", "timeCycle", "R/PT1H", False)})
    assert spiel.warte(JETZT + 3 * STUNDE).passiert == ["r"] * 3
    assert spiel.warte(JETZT + 1000 * TAG).passiert == ["r"] * 10
    assert spiel.faellig == {"r": JETZT + 1000 * TAG + STUNDE}


def test_timers_fire_in_the_order_of_their_instants(spiele):
    spiel = spiele(
        "start -> and_s\nand_s -> timer_3 -> a\nand_s -> timer_1 -> b\nand_s -> timer_2 -> c",
        timer={f"timer_{n}": ("timeDuration", f"PT{n}H") for n in (1, 2, 3)},
    )
    assert spiel.warte(JETZT + TAG).passiert == ["timer_1", "timer_2", "timer_3"]


def test_a_timer_that_an_earlier_one_withdraws_does_not_fire(spiele):
    rand = {"spaet": ("a", "timeDuration", "PT2H", True), "frueh": ("a", "timeDuration", "PT1H", True)}
    spiel = spiele("start -> a\nspaet -> b\nfrueh -> c", rand=rand).warte(JETZT + TAG)
    assert spiel.bereit == ["c"] and spiel.passiert == ["frueh"]


def test_a_deadline_that_has_passed_before_the_work_begins_escalates_at_once(spiele):
    rand = {"r": ("b", "timeDate", "2026-03-01", False)}
    spiel = spiele("start -> a -> b -> ende\nr -> eskalieren", rand=rand).erledige("a")
    assert spiel.bereit == ["b", "eskalieren"] and spiel.passiert == ["a", "r"]


def test_a_loop_of_timers_that_are_always_due_stops_at_the_budget(spiele):
    with pytest.raises(Ausfuehrungsfehler, match="„"):
        spiele("start -> xor_m -> timer_t -> xor_m", timer={"timer_t": ("timeDuration", "PT0S")})


def test_history_can_be_played_with_instants_of_the_past(spiele):
    spiel = spiele("start -> a -> timer_t -> b", timer={"timer_t": ("timeDuration", "PT1H")})
    damals = datetime(2024, 5, 6, 7, 8, tzinfo=UTC)
    assert spiel.erledige("a", now=damals).faellig == {"timer_t": damals + STUNDE}
    assert spiel.warte(damals + STUNDE).bereit == ["b"]


def test_now_without_an_offset_is_a_programming_error(spiele):
    with pytest.raises(ValueError, match="aware"):
        spiele("start -> a").erledige("a", now=datetime(2026, 3, 2))  # noqa: DTZ001


def test_several_boundary_timers_at_a_sub_process_work_together(spiele):
    spiel = spiele(
        "start -> tp_1 -> b -> ende\nvor -> warnen\nab -> eskalieren",
        teile={"tp_1": "start_1 -> x -> y -> ende_1"},
        rand={"vor": ("tp_1", "timeDuration", "P7D", False), "ab": ("tp_1", "timeDuration", "P10D", False)},
    )
    spiel.erledige("x").warte(JETZT + 7 * TAG)
    assert spiel.bereit == ["warnen", "y"]
    assert spiel.erledige("y").bereit == ["b", "warnen"] and spiel.faellig == {}


def test_a_named_timer_fires_alone_and_only_when_it_is_due(spiele):
    spiel = spiele(
        "start -> and_s\nand_s -> timer_t -> xor_x\nxor_x -[n = 1]-> a -> ende\nand_s -> timer_u -> b -> ende",
        timer={"timer_t": ("timeDuration", "PT1H"), "timer_u": ("timeDuration", "PT2H")},
    )
    with pytest.raises(Ausfuehrungsfehler):
        spiel.warte(JETZT + 2 * STUNDE)
    with pytest.raises(errors.Conflict):
        spiel.warte(JETZT + STUNDE, "timer_u")
    assert spiel.warte(JETZT + 2 * STUNDE, "timer_u").bereit == ["b"]
    assert [w.element for w in spiel.stand.wartend] == ["timer_t"]
    with pytest.raises(errors.Conflict):
        fire_timers(
            spiel.modell, spiel.stand.zustand, {}, umgebung=spiel.umgebung, now=JETZT + TAG, token=spiel.token("b")
        )
