"""Where a Vorgang begins: several start events, none at all, and starts by the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine import errors, spiff

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STUNDE, TAG = timedelta(hours=1), timedelta(days=1)
TEXT = "start_m -> a\nstart_e -> b\nstart_s -> c\nstart_z -> d\nstart_b -> e"
STARTS = {
    "start_m": ("nachricht", "Meldung"),
    "start_s": ("signal", "Alarm"),
    "start_z": ("timeCycle", "R/PT1H"),
    "start_b": ("bedingung", "x = 1"),
}


def test_the_model_names_its_starts_in_order(zeichne, lade):
    starts = [(s.element, s.art, s.name) for s in lade(zeichne(TEXT, timer=STARTS)).starts]
    assert starts == [
        ("start_m", "nachricht", "Meldung"),
        ("start_e", "", ""),
        ("start_s", "signal", "Alarm"),
        ("start_z", "zeit", ""),
        ("start_b", "bedingung", ""),
    ]


@pytest.mark.parametrize(
    ("start", "bereit"), [(None, "b"), ("start_m", "a"), ("start_s", "c"), ("start_z", "d"), ("start_b", "e")]
)
def test_a_vorgang_begins_at_the_named_start_else_at_the_plain_one(spiele, start, bereit):
    spiel = spiele(TEXT, timer=STARTS, start_element=start)
    assert spiel.bereit == [bereit] and spiel.passiert == [start or "start_e"] and spiel.stand.wartend == ()


def test_without_a_plain_start_the_first_counts(spiele):
    assert spiele("start_m -> a\nstart_s -> c", timer=STARTS).bereit == ["a"]


@pytest.mark.parametrize("start", ["weg", "", "a", "#start"])
def test_an_unknown_start_is_refused(spiele, start):
    with pytest.raises(errors.Invalid, match="Starten nicht möglich"):
        spiele("start -> a", start_element=start)


def test_a_called_process_with_a_message_start_is_called_at_its_plain_one(zeichne, lade, spiele):
    spiel = spiele(lade(zeichne("start -> ruf_q", ruft={"ruf_q": "q"}), zeichne(TEXT, id="q", timer=STARTS)))
    assert spiel.bereit == ["b"]


def test_without_start_and_end_everything_begins_to_which_nothing_leads(spiele):
    spiel = spiele("a -> and_j\nb -> and_j\nand_j -> c\nr -> d", rand={"r": ("a", "timeDuration", "PT1H", False)})
    assert spiel.bereit == ["a", "b"] and set(spiel.faellig) == {"r"}
    spiel.erledige("a", "b")
    assert spiel.bereit == ["c"] and spiel.erledige("c").stand.beendet and spiel.stand.ende is None


def test_a_sub_process_may_begin_without_a_start_event(spiele):
    teile = {"tp_1": "x\ny -> w\netp_1", "etp_1": "start_e -> v"}
    spiel = spiele("start -> tp_1 -> z", teile=teile, timer={"start_e": ("nachricht", "M", False)})
    assert spiel.bereit == ["x", "y"]
    assert spiel.erledige("x", "y", "w").bereit == ["z"]


def test_data_objects_two_levels_below_are_documentation(spiele):
    """SpiffWorkflow fault 12: its parser loops for ever."""
    objekte = "<dataObject id='d'/><dataObjectReference id='dr' dataObjectRef='d'/>"
    zuordnung = "<dataInputAssociation id='i'><sourceRef>dr</sourceRef></dataInputAssociation>"
    spiel = spiele(
        "start -> tp_1 -> z",
        teile={"tp_1": "start_1 -> tp_2", "tp_2": "start_2 -> x"},
        zusatz={"start": "", "tp_1": objekte, "x": zuordnung},
    )
    assert spiel.erledige("x").bereit == ["z"]


def _naechster(zeichne, lade, kind, text, now=JETZT, seit=None, **funktionen):
    modell = lade(zeichne("start_z -> a", timer={"start_z": (kind, text)}))
    umgebung = spiff.Umgebung(funktionen)
    return spiff.next_start(modell, "start_z", umgebung=umgebung, now=now, seit=seit)


@pytest.mark.parametrize(
    ("kind", "text", "nach", "erwartet"),
    [
        ("timeDate", "2026-03-02T09:00:00Z", 0, 1),
        ("timeDate", "2026-03-02T09:00:00Z", 1, None),
        ("timeDuration", "PT3H", 0, 3),
        ("timeDuration", "PT3H", 3, None),
        ("timeCycle", "R/PT2H", 0, 2),
        ("timeCycle", "R/PT2H", 2, 4),
        ("timeCycle", "R/PT2H", 2001, 2002),
        ("timeCycle", "R2/PT2H", 3, 4),
        ("timeCycle", "R2/PT2H", 4, None),
        ("timeCycle", "R/PT2H/2026-03-02T13:00:00Z", 3, 4),
        ("timeCycle", "R/PT2H/2026-03-02T13:00:00Z", 4, None),
        ("timeCycle", "R/2026-03-02T06:30:00Z/PT2H", 0, 0.5),
        ("timeDuration", 'duration("PT1H")', 0, 1),
        ("timeCycle", '"R/PT1H"', 0, 1),
    ],
)
def test_the_next_start_by_the_clock(zeichne, lade, kind, text, nach, erwartet):
    """Durations and repetitions count from the publication."""
    ist = _naechster(zeichne, lade, kind, text, JETZT + nach * STUNDE, JETZT)
    assert ist == (None if erwartet is None else JETZT + erwartet * STUNDE)


def test_a_daily_start_keeps_its_time_of_day_over_summer_time(zeichne, lade):
    now = datetime(2026, 3, 29, 12, tzinfo=UTC)
    assert _naechster(zeichne, lade, "timeCycle", "R/2026-03-02T06:00:00Z/P1D", now) == datetime(
        2026, 3, 30, 5, tzinfo=UTC
    )


def test_a_start_may_be_computed_with_the_functions_of_the_office(zeichne, lade):
    ist = _naechster(zeichne, lade, "timeDate", "morgen()", morgen=lambda: date(2026, 3, 3))
    assert ist == datetime(2026, 3, 3, 22, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("text", ["weg", "1", '"heute"', "1/0 + a.b"])
def test_a_start_without_an_instant_names_its_element(zeichne, lade, text):
    with pytest.raises(spiff.Ausfuehrungsfehler, match="„start_z“") as fehler:
        _naechster(zeichne, lade, "timeDate", text)
    assert fehler.value.element == "start_z"


@pytest.mark.parametrize("element", ["start_m", "a", "weg"])
def test_what_is_no_start_by_the_clock_never_starts_by_itself(zeichne, lade, element):
    modell = lade(zeichne(TEXT, timer=STARTS))
    assert spiff.next_start(modell, element, umgebung=spiff.Umgebung(), now=JETZT) is None


def test_a_moved_deadline_fires_at_its_new_instant(spiele):
    spiel = spiele("start -> timer_t -> a", timer={"timer_t": ("timeDuration", "PT1H")})
    token = spiel.wartepunkt("timer_t").token
    spiel.verschiebe("timer_t", JETZT + TAG)
    assert spiel.faellig == {"timer_t": JETZT + TAG} and spiel.wartepunkt("timer_t").token == token
    assert spiel.warte(JETZT + STUNDE).bereit == [] and spiel.warte(JETZT + TAG).bereit == ["a"]


def test_a_deadline_moved_into_the_past_fires_at_once(spiele):
    spiel = spiele("start -> a\nr -> b", rand={"r": ("a", "timeDuration", "P1D", True)})
    assert spiel.verschiebe("r", JETZT - STUNDE).bereit == ["b"]


def test_a_moved_reminder_goes_on_from_there(spiele):
    spiel = spiele("start -> a\nr -> b", rand={"r": ("a", "timeCycle", "R3/PT1H", False)})
    spiel.verschiebe("r", JETZT + TAG).warte(JETZT + TAG)
    assert spiel.bereit == ["a", "b"] and spiel.faellig == {"r": JETZT + TAG + STUNDE}


def test_only_a_waiting_timer_is_moved(spiele):
    spiel = spiele("start -> and_s\nand_s -> a\nand_s -> fang_m", timer={"fang_m": ("nachricht", "M")})
    for token in (spiel.token("a"), spiel.wartepunkt("fang_m").token, "x"):
        with pytest.raises(errors.Conflict):
            spiel._schritt(spiff.move_timer, token, JETZT)
    with pytest.raises(ValueError, match="aware"):
        spiel._schritt(spiff.move_timer, spiel.token("a"), datetime(2026, 3, 2))  # noqa: DTZ001
