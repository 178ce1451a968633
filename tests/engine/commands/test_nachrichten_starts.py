"""Messages and signals that start Vorgänge, and Vorgänge that talk to each other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botschaften import (
    ANTWORT,
    FRAGE,
    NAMEN,
    SIGNAL,
    arts,
    at_once,
    caught,
    chain_is_whole,
    message,
    run,
    send,
    signal,
    started_by,
    state,
)
from sqlalchemy import select, update

from engine import db, worker
from engine.commands import vorgaenge, wiederholung, zustellung
from engine.model import (
    Ereignis,
    EreignisArt,
    Gruppe,
    Nachricht,
    NachrichtStatus,
    Prozessversion,
    Vorgang,
)
from engine.queries import betrieb


@pytest.fixture
def gespraech(amt, zeichnung):
    """Two processes: one asks and waits for the answer, the other starts with the question and answers."""
    asks = amt.publish(zeichnung(*FRAGE, prozess="fragt", more=NAMEN))
    answers = zeichnung(*ANTWORT, prozess="antwortet", more=NAMEN)
    return asks, amt.publish(started_by(answers, message()))


def test_a_vorgang_asks_another_one_is_started_and_its_answer_comes_back(amt, gespraech):
    asks, answers = gespraech
    first = amt.start(asks)
    run(amt)
    with db.reading(amt.sessions) as session:
        second = session.execute(select(Vorgang).where(Vorgang.prozess_id == answers)).scalar_one()
    assert second.korrelation == amt.vorgang(first).aktenzeichen
    assert (second.gestartet_von, second.orga_einheit_id) == (None, amt.vorgang(first).orga_einheit_id)
    amt.finish(second.id, "b")
    run(amt)
    assert {amt.vorgang(v).status for v in (first, second.id)} == {"beendet"}
    assert [a for a in arts(amt, first) if "nachricht" in a] == ["nachricht_gesendet", "nachricht_eingetroffen"]
    with db.reading(amt.sessions) as session:
        rows = session.execute(select(Ereignis.daten).where(Ereignis.art == EreignisArt.NACHRICHT_GESENDET)).scalars()
        assert list(rows) == [{"name": "Antwort"}, {"name": "Rückruf"}]
    assert chain_is_whole(amt, first)
    assert chain_is_whole(amt, second.id)


def test_what_a_failed_step_sent_was_never_sent(amt, gespraech):
    with pytest.raises(RuntimeError), db.transaction(amt.sessions) as session:
        vorgaenge.start_vorgang(session, amt.akteur("anna"), prozess_id=gespraech[0], now=amt.now)
        raise RuntimeError
    with db.reading(amt.sessions) as session:
        assert session.execute(select(Nachricht.id)).all() == []


def test_a_start_is_only_one_of_the_version_in_use(amt, gespraech, zeichnung):
    plain = zeichnung('<userTask id="b"/>', "s>b", "b>e", prozess="antwortet", more=NAMEN)
    amt.publish(plain)
    amt.start(gespraech[0])
    run(amt)
    with db.reading(amt.sessions) as session:
        assert session.execute(select(Vorgang.id).where(Vorgang.prozess_id == gespraech[1])).all() == []
        assert session.execute(select(Nachricht.status)).scalar_one() == NachrichtStatus.WARTET


def test_a_message_that_waits_for_a_process_starts_it_once_it_is_in_use(amt, zeichnung):
    sent = send(amt, schluessel="A-1")
    run(amt)
    model = zeichnung(*ANTWORT, prozess="antwortet", more=NAMEN)
    amt.publish(started_by(model, message()))
    run(amt)
    assert state(amt, sent.id).status == NachrichtStatus.ZUGESTELLT
    with db.reading(amt.sessions) as session:
        assert session.execute(select(Vorgang.korrelation)).scalar_one() == "A-1"


def test_a_start_that_a_message_could_not_set_off_is_seen_and_set_going(amt, gespraech):
    sent, modell = send(amt, schluessel="A-1"), amt.akteur("modell")
    with db.transaction(amt.sessions) as session:
        session.execute(update(Gruppe).where(Gruppe.kennung == "asd_nord").values(kennung="umbenannt"))
    moment = amt.now
    for _ in range(worker.VERSUCHE):
        assert worker.run_due(amt.sessions, now=moment) == 1
        moment += timedelta(hours=2)
    assert worker.run_due(amt.sessions, now=moment) == 0
    with db.transaction(amt.sessions) as session:
        (trouble,) = betrieb.offene_stoerungen(session, modell)
        assert (trouble.element, "keine Gruppe" in trouble.grund) == ("s", True)
        session.execute(update(Gruppe).where(Gruppe.kennung == "umbenannt").values(kennung="asd_nord"))
        wiederholung.retry_start(session, modell, trouble.startpunkt_id, now=moment)
    assert worker.run_due(amt.sessions, now=moment) == 1
    assert state(amt, sent.id).status == NachrichtStatus.ZUGESTELLT
    with db.reading(amt.sessions) as session:
        assert betrieb.offene_stoerungen(session, modell) == ()


def test_a_signal_reaches_all_that_wait_and_starts_what_it_starts_each_once(amt, zeichnung):
    waits = amt.publish(zeichnung(caught("w", SIGNAL) + '<userTask id="b"/>', "s>w", "w>b", "b>e", more=NAMEN))
    begins = zeichnung('<userTask id="b"/>', "s>b", "b>e", prozess="hilft", more=NAMEN)
    begins = amt.publish(
        begins.replace('<startEvent id="s" name="Anfang"/>', f'<startEvent id="s">{SIGNAL}</startEvent>')
    )
    cases = [amt.start(waits) for _ in range(3)]
    signal(amt, variablen={"stufe": 3})
    run(amt)
    assert all(list(amt.offene(case)) == ["b"] for case in cases)
    assert all(amt.vorgang(case).variablen["stufe"] == 3 for case in cases)
    with db.reading(amt.sessions) as session:
        assert len(session.execute(select(Vorgang.id).where(Vorgang.prozess_id == begins)).all()) == 1
    late = amt.start(waits)
    assert run(amt, hours=1) == 0
    assert list(amt.offene(late)) == ["w"]


def test_starts_by_several_workers_start_one_vorgang_per_message(amt, gespraech):
    for number in range(4):
        send(amt, schluessel=f"A-{number}", kennung=f"k{number}")
    assert at_once(*[lambda: [run(amt) for _ in range(4)]] * 3) == []
    with db.reading(amt.sessions) as session:
        started = list(session.execute(select(Vorgang.korrelation)).scalars())
        assert session.execute(select(Prozessversion.id)).all()
    assert sorted(started) == [f"A-{number}" for number in range(4)]


def test_a_new_version_does_not_divert_messages_to_another_process(amt, zeichnung):
    def publish(prozess: str, name: str) -> int:
        return amt.publish(started_by(zeichnung(*ANTWORT, prozess=prozess, name=name, more=NAMEN), message()))

    first = publish("antwortet", "Eins")
    publish("auch", "Zwei")
    publish("antwortet", "Eins, neu")
    send(amt, schluessel="A-1")
    run(amt)
    with db.reading(amt.sessions) as session:
        assert session.execute(select(Vorgang.prozess_id)).scalar_one() == first


def endless(name: str) -> str:
    return f'<endEvent id="ex">{name}</endEvent>'


@pytest.mark.parametrize("by", [message(), SIGNAL])
def test_processes_that_start_themselves_without_end_are_stopped_and_seen(amt, zeichnung, by):
    amt.publish(started_by(zeichnung(endless(by.replace(' id="', ' id="x')), "s>ex", more=NAMEN), by))
    (signal if by == SIGNAL else send)(amt)
    for hour in range(40):
        run(amt, hours=hour)
    with db.reading(amt.sessions) as session:
        assert len(session.execute(select(Vorgang.id)).all()) == zustellung.MAX_TIEFE
        (last,) = session.execute(select(Nachricht).where(Nachricht.status == NachrichtStatus.WARTET.value)).scalars()
        assert (last.faellig_am, "ohne Ende" in last.grund) == (None, True)
        (trouble,) = betrieb.offene_stoerungen(session, amt.akteur("modell"))
        assert (trouble.element, trouble.grund) == ("s", last.grund)
    assert run(amt, days=3) == 0


def test_what_a_person_sends_starts_afresh(amt, zeichnung):
    nodes = '<userTask id="b"/>' + endless(message())
    amt.publish(started_by(zeichnung(nodes, "s>b", "b>ex", more=NAMEN), message(9).replace("m9", "m1")))
    send(amt)
    run(amt)
    for number in range(1, zustellung.MAX_TIEFE + 3):
        amt.finish(number, "b")
        assert run(amt) == 1
