"""Processes that start by the clock, and ones with several beginnings."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine import db, errors, worker
from engine.commands import vorgaenge, wiederholung
from engine.model import Gruppe, Prozessversion, Startpunkt, Vorgang
from engine.queries import betrieb


def clock(field: str, text: str) -> str:
    return (
        f'<startEvent id="s"><timerEventDefinition id="t"><{field}>{text}</{field}></timerEventDefinition></startEvent>'
    )


@pytest.fixture
def publish(amt, zeichnung):
    def publish(start: str, *, name: str = "Testprozess") -> int:
        model = zeichnung('<userTask id="b"/>', "s>b", "b>e", name=name)
        return amt.publish(model.replace('<startEvent id="s" name="Anfang"/>', start))

    return publish


def run(amt, **later):
    return worker.run_due(amt.sessions, now=amt.now + timedelta(**later))


def begun(amt):
    with db.reading(amt.sessions) as session:
        return list(session.execute(select(Vorgang).order_by(Vorgang.id)).scalars())


def due(amt):
    with db.reading(amt.sessions) as session:
        return session.execute(select(Startpunkt.faellig_am)).scalar_one()


def test_a_cycle_starts_a_vorgang_each_time_and_goes_on(amt, publish):
    publish(clock("timeCycle", "R/PT1H"))
    assert due(amt) == amt.now + timedelta(hours=1)
    assert run(amt) == 0
    for hour in (1, 2):
        assert run(amt, hours=hour, seconds=5) == 1
        assert run(amt, hours=hour, seconds=5) == 0
        assert due(amt) == amt.now + timedelta(hours=hour + 1)
    first, second = begun(amt)
    assert (first.gestartet_von, first.status) == (None, "laufend")
    assert list(amt.offene(second.id)) == ["b"]


def test_after_an_outage_one_vorgang_starts_and_not_one_for_each_hour(amt, publish):
    publish(clock("timeCycle", "R/PT1H"))
    assert run(amt, days=3, minutes=10) == 1
    assert len(begun(amt)) == 1
    assert due(amt) == amt.now + timedelta(days=3, hours=1)


def test_a_date_starts_once(amt, publish):
    publish(clock("timeDate", "2026-06-20T08:00:00+02:00"))
    assert run(amt, days=10) == 1
    assert run(amt, days=20) == 0
    assert due(amt) is None


def test_a_new_version_takes_over_and_a_plain_one_ends_it(amt, publish):
    publish(clock("timeCycle", "R/PT1H"))
    publish(clock("timeCycle", "R/PT2H"), name="Neu")
    assert due(amt) == amt.now + timedelta(hours=2)
    publish('<startEvent id="s" name="Anfang"/>', name="Von Hand")
    with db.reading(amt.sessions) as session:
        assert session.execute(select(Startpunkt.id)).all() == []
    assert run(amt, days=1) == 0


@pytest.mark.parametrize(("field", "text"), [("timeDate", "2026-06-15T09:30:00+02:00"), ("timeCycle", "R/PT30M")])
def test_a_start_that_is_due_when_a_new_version_takes_over_is_not_lost(amt, publish, field, text):
    publish(clock(field, text))
    amt.now += timedelta(minutes=31)
    publish(clock(field, text), name="Neu")
    assert run(amt) == 1
    assert run(amt) == 0
    with db.reading(amt.sessions) as session:
        newest = session.execute(select(Prozessversion.id).order_by(Prozessversion.id.desc()).limit(1)).scalar_one()
    assert [vorgang.prozessversion_id for vorgang in begun(amt)] == [newest]
    publish(clock(field, text), name="Noch neuer")
    assert run(amt) == 0


def test_a_start_that_failed_for_good_is_tried_again_by_the_version_that_mends_it(amt, publish):
    publish(clock("timeDate", "2026-06-15T09:30:00+02:00"))
    with db.transaction(amt.sessions) as session:
        session.execute(update(Startpunkt).values(termin_am=amt.now, faellig_am=None, versuche=5, grund="x"))
    publish(clock("timeDate", "2026-06-15T09:30:00+02:00"), name="Neu")
    assert run(amt) == 1
    assert len(begun(amt)) == 1


def test_several_workers_start_once(amt, publish):
    publish(clock("timeCycle", "R/PT1H"))
    threads = [threading.Thread(target=run, args=(amt,), kwargs={"hours": 1}) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(begun(amt)) == 1


def test_a_start_that_fails_is_tried_again_rests_and_is_set_going(amt, publish):
    publish(clock("timeCycle", "R/PT1H"))
    with db.transaction(amt.sessions) as session:
        session.execute(update(Gruppe).where(Gruppe.kennung == "asd_nord").values(kennung="umbenannt"))
    moment = amt.now + timedelta(hours=1)
    for _ in range(worker.VERSUCHE):
        assert worker.run_due(amt.sessions, now=moment) == 1
        moment += timedelta(hours=2)
    assert worker.run_due(amt.sessions, now=moment) == 0
    assert begun(amt) == []
    modell = amt.akteur("modell")
    with db.reading(amt.sessions) as session:
        (trouble,) = betrieb.offene_stoerungen(session, modell)
    assert (trouble.element, "keine Gruppe" in trouble.grund, trouble.naechster_versuch) == ("s", True, None)
    with db.transaction(amt.sessions) as session:
        session.execute(update(Gruppe).where(Gruppe.kennung == "umbenannt").values(kennung="asd_nord"))
        wiederholung.retry_start(session, modell, trouble.startpunkt_id, now=moment)
    assert worker.run_due(amt.sessions, now=moment) == 1
    with db.reading(amt.sessions) as session:
        assert betrieb.offene_stoerungen(session, modell) == ()


def test_a_person_chooses_among_several_beginnings(amt, zeichnung):
    nodes = '<startEvent id="s2" name="Von woanders"/><userTask id="a"/><userTask id="b"/><endEvent id="e2"/>'
    prozess = amt.publish(zeichnung(nodes, "s>a", "a>e", "s2>b", "b>e2"))

    def start(element):
        with db.transaction(amt.sessions) as session:
            anna = amt.akteur("anna")
            return vorgaenge.start_vorgang(session, anna, prozess_id=prozess, now=amt.now, start_element=element).id

    assert [list(amt.offene(start(element))) for element in ("s", "s2", None)] == [["a"], ["b"], ["a"]]
    with pytest.raises(errors.Invalid) as refused:
        start("a")
    assert list(refused.value.felder) == ["start_element"]
