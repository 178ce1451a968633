"""Due timers: found by their due time, fired once, tried again when they fail, and never lost."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from engine import db, errors, worker
from engine.commands import abschluss, aufgaben, wiederholung
from engine.model import (
    Aufgabe,
    Ereignis,
    EreignisArt,
    Rueckgabegrund,
    Stoerung,
    Vorgang,
    VorgangStatus,
    Wartegrund,
    Wartepunkt,
)
from engine.queries import betrieb

WARTEN = (
    '<userTask id="a" name="Antrag"/><boundaryEvent id="b" attachedToRef="a" cancelActivity="false">'
    '<timerEventDefinition id="t1"><timeDate>frist_at(eingang, 3)</timeDate></timerEventDefinition></boundaryEvent>'
    '<userTask id="mahnen" name="Erinnern"/><endEvent id="e2"/>'
    '<intermediateCatchEvent id="w" name="Zwei Tage"><timerEventDefinition id="t2"><timeDuration>P2D</timeDuration>'
    "</timerEventDefinition></intermediateCatchEvent>",
    "s>a",
    "a>w",
    "w>e",
    "b>mahnen",
    "mahnen>e2",
)


@pytest.fixture
def vorgang(amt, zeichnung):
    return amt.start(amt.publish(zeichnung(*WARTEN)))


def timers(amt):
    with db.reading(amt.sessions) as session:
        return {t.element_id: t.faellig_am for t in session.execute(select(Wartepunkt)).scalars()}


def test_a_deadline_is_the_end_of_the_third_working_day(amt, vorgang):
    # Monday 15 June 2026 + 3 AT = Thursday 18 June, 23:59:59 in Berlin.
    assert timers(amt)["b"].isoformat() == "2026-06-18T21:59:59+00:00"


def test_a_timer_fires_once_when_it_is_due_and_not_before(amt, vorgang):
    due = timers(amt)["b"]
    assert worker.run_due(amt.sessions, now=due - timedelta(seconds=1)) == 0
    assert worker.run_due(amt.sessions, now=due + timedelta(minutes=5)) == 1
    assert worker.run_due(amt.sessions, now=due + timedelta(minutes=5)) == 0
    assert sorted(amt.offene(vorgang)) == ["a", "mahnen"]


def test_waiting_for_a_timer_is_recorded_from_beginning_to_end(amt, vorgang):
    amt.finish(vorgang, "a")
    assert timers(amt) == {"w": amt.now + timedelta(days=2)}
    worker.run_due(amt.sessions, now=amt.now + timedelta(days=3))
    assert amt.vorgang(vorgang).status == "beendet"
    with db.reading(amt.sessions) as session:
        rows = session.execute(
            select(Ereignis.art, Ereignis.zeit).where(Ereignis.element_id == "w").order_by(Ereignis.id)
        ).all()
    assert [tuple(row) for row in rows] == [
        (EreignisArt.WARTET, amt.now),
        (EreignisArt.EINGETRETEN, amt.now + timedelta(days=2)),
    ]


def test_a_completed_step_takes_its_deadline_along(amt, vorgang):
    amt.finish(vorgang, "a")
    assert "b" not in timers(amt)


def test_a_timer_that_fails_is_tried_again_and_becomes_a_stoerung(amt, vorgang):
    due = timers(amt)["b"]
    with db.transaction(amt.sessions) as session:
        session.execute(update(Vorgang).values(zustand=b"kaputt"))
    moment = due
    for _ in range(worker.VERSUCHE):
        moment += timedelta(hours=2)
        assert worker.run_due(amt.sessions, now=moment) == 1
    assert timers(amt)["b"] is None
    assert worker.run_due(amt.sessions, now=moment + timedelta(days=1)) == 0
    with db.reading(amt.sessions) as session:
        assert [s.element_id for s in session.execute(select(Stoerung)).scalars()] == ["b"]


def test_a_wait_that_falls_away_is_recorded_under_its_own_run(amt, zeichnung):
    vorgang = amt.start(
        amt.publish(
            zeichnung(
                '<parallelGateway id="g"/><userTask id="a"/><intermediateCatchEvent id="w">'
                '<timerEventDefinition id="t">'
                "<timeDuration>P2D</timeDuration></timerEventDefinition></intermediateCatchEvent>"
                '<endEvent id="schluss"><terminateEventDefinition id="td"/></endEvent>',
                "s>g",
                "g>a",
                "g>w",
                "a>schluss",
                "w>e",
            )
        )
    )
    amt.finish(vorgang, "a")
    with db.reading(amt.sessions) as session:
        rows = session.execute(select(Ereignis.art, Ereignis.lauf).where(Ereignis.element_id == "w")).all()
    assert [tuple(row) for row in rows] == [(EreignisArt.WARTET, 1), (EreignisArt.ENTFALLEN, 1)]


@pytest.mark.parametrize("pausiert", [False, True], ids=["working", "paused"])
def test_whoever_works_on_an_aufgabe_that_a_deadline_ends_is_told_and_changes_nothing(amt, zeichnung, pausiert):
    ends = (WARTEN[0].replace('cancelActivity="false"', 'cancelActivity="true"'), *WARTEN[1:])
    vorgang = amt.start(amt.publish(zeichnung(*ends)))
    aufgabe, anna = amt.offene(vorgang)["a"], amt.akteur("anna")

    def act(command, **more):
        with db.transaction(amt.sessions) as session:
            return command(session, anna, aufgabe, now=amt.now, **more)

    act(aufgaben.begin_aufgabe)
    if pausiert:
        act(aufgaben.pause_aufgabe, grund=Wartegrund.FAMILIE)
    worker.run_due(amt.sessions, now=timers(amt)["b"])
    assert list(amt.offene(vorgang)) == ["mahnen"]
    recorded = amt.vorgang(vorgang).kette
    typed = {"eingaben": {"vermerk": ["x"]}, "schluessel": amt.schluessel}
    for command, more in (
        (abschluss.complete_aufgabe, typed),
        (abschluss.save_entwurf, typed),
        (aufgaben.resume_aufgabe, {}),
        (aufgaben.release_aufgabe, {}),
        (abschluss.return_aufgabe, {"grund": Rueckgabegrund.FACHLICH, "ziel": "a"}),
    ):
        with pytest.raises(errors.Conflict, match="schon abgeschlossen"):
            act(command, **more)
    assert amt.vorgang(vorgang).kette == recorded


def test_a_timer_of_a_vorgang_that_ended_is_no_work_for_ever(amt, vorgang):
    due = timers(amt)["b"]
    with db.transaction(amt.sessions) as session:
        session.execute(update(Vorgang).values(status=VorgangStatus.ABGEBROCHEN.value))
    assert worker.run_due(amt.sessions, now=due) == 1
    assert worker.run_due(amt.sessions, now=due) == 0
    assert list(amt.offene(vorgang)) == ["a"]


def test_after_an_outage_missed_repetitions_count_as_missed_and_no_aufgabe_is_dated_back(amt, zeichnung):
    stuendlich = (WARTEN[0].replace("timeDate", "timeCycle").replace("frist_at(eingang, 3)", "R/PT1H"), *WARTEN[1:])
    vorgang = amt.start(amt.publish(zeichnung(*stuendlich)))
    assert worker.run_due(amt.sessions, now=amt.now + timedelta(hours=1, minutes=1)) == 1
    present = amt.now + timedelta(days=30)
    worker.run_due(amt.sessions, now=present, limit=1000)
    with db.reading(amt.sessions) as session:
        ready = list(
            session.execute(
                select(Aufgabe.bereit_am)
                .where(Aufgabe.vorgang_id == vorgang, Aufgabe.element_id == "mahnen")
                .order_by(Aufgabe.id)
            ).scalars()
        )
    assert ready[0] == amt.now + timedelta(hours=1)
    assert 1 < len(ready) <= 12
    assert set(ready[1:]) == {present}


def test_two_workers_fire_every_timer_exactly_once(amt, zeichnung):
    prozess = amt.publish(zeichnung(*WARTEN))
    cases = [amt.start(prozess) for _ in range(6)]
    moment = timers(amt)["b"] + timedelta(hours=1)
    threads = [
        threading.Thread(target=lambda: [worker.run_due(amt.sessions, now=moment) for _ in range(3)]) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(sorted(amt.offene(case)) == ["a", "mahnen"] for case in cases)
    with db.reading(amt.sessions) as session:
        fired = session.execute(select(Ereignis.id).where(Ereignis.art == EreignisArt.FRIST_ABGELAUFEN)).all()
    assert len(fired) == len(cases)


def test_how_late_a_timer_was_is_recorded_and_measured(amt, zeichnung):
    vorgang = amt.start(amt.publish(zeichnung(*WARTEN)))
    due = timers(amt)["b"]
    worker.run_due(amt.sessions, now=due + timedelta(seconds=40))
    amt.finish(vorgang, "a", due + timedelta(minutes=1))
    worker.run_due(amt.sessions, now=due + timedelta(days=2, minutes=1, seconds=2))
    with db.reading(amt.sessions) as session:
        rows = session.execute(
            select(Ereignis.art, Ereignis.daten)
            .where(Ereignis.art.in_(["frist_abgelaufen", "eingetreten"]))
            .order_by(Ereignis.id)
        ).all()
        late = betrieb.puenktlichkeit(session, amt.now)
        nothing = betrieb.puenktlichkeit(session, amt.now + timedelta(days=30))
    assert [tuple(row) for row in rows] == [
        ("frist_abgelaufen", {"verspaetung_s": 40.0}),
        ("eingetreten", {"verspaetung_s": 2.0}),
    ]
    assert (late.anzahl, late.median_s, late.p95_s, late.max_s) == (2, 2.0, 40.0, 40.0)
    assert (nothing.anzahl, nothing.median_s) == (0, None)


def test_what_waits_and_what_rests_is_counted(amt, vorgang):
    due = timers(amt)["b"]
    with db.transaction(amt.sessions) as session:
        session.execute(update(Vorgang).values(zustand=b"kaputt"))
    with db.reading(amt.sessions) as session:
        (timer, *_) = betrieb.offen(session, due + timedelta(hours=1))
    assert (timer.art, timer.anzahl, timer.faellig, timer.aelteste, timer.ruhend) == ("timer", 1, 1, due, 0)
    moment = due
    for _ in range(worker.VERSUCHE):
        worker.run_due(amt.sessions, now=moment)
        moment += timedelta(hours=2)
    with db.reading(amt.sessions) as session:
        (timer, *_) = betrieb.offen(session, moment)
        assert betrieb.anzahl_stoerungen(session) == 1
    assert (timer.anzahl, timer.faellig, timer.aelteste, timer.ruhend) == (1, 0, None, 1)


def test_a_timer_that_rests_fires_after_a_retry(amt, vorgang):
    due, good = timers(amt)["b"], amt.vorgang(vorgang).zustand
    with db.transaction(amt.sessions) as session:
        session.execute(update(Vorgang).values(zustand=b"kaputt"))
    moment = due
    for _ in range(worker.VERSUCHE):
        worker.run_due(amt.sessions, now=moment)
        moment += timedelta(hours=2)
    with db.transaction(amt.sessions) as session:
        session.execute(update(Vorgang).values(zustand=good))
        (trouble,) = betrieb.offene_stoerungen(session, amt.akteur("modell"))
        weiter = wiederholung.retry_stoerung(session, amt.akteur("modell"), trouble.stoerung_id, now=moment)
    assert weiter is wiederholung.Weiter.AUTOMATISCH
    assert worker.run_due(amt.sessions, now=moment) == 1
    assert sorted(amt.offene(vorgang)) == ["a", "mahnen"]
    assert not amt.vorgang(vorgang).gestoert
    with db.transaction(amt.sessions) as session:
        again = wiederholung.retry_stoerung(session, amt.akteur("modell"), trouble.stoerung_id, now=moment)
    assert again is wiederholung.Weiter.ERLEDIGT


def test_an_idle_round_costs_one_statement(amt, vorgang, db_engine):
    statements = []
    event.listen(db_engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    assert worker.run_due(amt.sessions, now=amt.now) == 0
    assert len([s for s in statements if s.startswith("SELECT")]) == 1
