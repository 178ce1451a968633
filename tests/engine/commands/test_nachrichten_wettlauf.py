"""Messages whose waiting begins, or whose start happens, while a worker looks for it; SQLite lets one at a time."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from botschaften import NAMEN, WARTEN, at_once, message, run, send, started_by, state
from sqlalchemy import Engine, select

from engine import db, errors
from engine.commands import zustellung
from engine.model import NachrichtStatus, Vorgang


@pytest.fixture
def db_engine(new_postgres) -> Engine:
    return new_postgres()


@pytest.fixture
def early(amt, zeichnung):
    """A Vorgang with an Aufgabe before its waiting, and the key that a message needs."""
    nodes = '<userTask id="a"/>' + WARTEN[0]
    vorgang = amt.start(amt.publish(zeichnung(nodes, "s>a", "a>w", "w>b", "b>e", more=NAMEN)))
    return vorgang, amt.vorgang(vorgang).aktenzeichen


@pytest.fixture
def between(monkeypatch):
    """Something that happens once, after the worker has looked who waits and before it writes what it found."""

    def between(happens):
        looks, pending = zustellung._oldest, [happens]

        def look(*args, **more):
            found = looks(*args, **more)
            if pending:
                pending.pop()()
            return found

        monkeypatch.setattr(zustellung, "_oldest", look)

    return between


def test_a_waiting_that_begins_while_the_worker_looks_is_found_at_once(amt, early, between):
    vorgang, nummer = early
    sent = send(amt, aktenzeichen=nummer)
    for hour in range(12):
        run(amt, hours=hour)
    between(lambda: amt.finish(vorgang, "a", now=amt.now + timedelta(hours=12)))
    run(amt, hours=12)
    run(amt, hours=12)
    assert list(amt.offene(vorgang)) == ["b"]
    assert state(amt, sent.id).status == NachrichtStatus.ZUGESTELLT


def test_it_is_found_even_if_the_message_ends_at_that_moment(amt, early, between):
    vorgang, nummer = early
    end = amt.now + timedelta(seconds=1)
    sent = send(amt, aktenzeichen=nummer, gueltig_bis=end)
    between(lambda: amt.finish(vorgang, "a", now=end))
    for seconds in (1, 1, 5):
        run(amt, seconds=seconds)
    assert list(amt.offene(vorgang)) == ["b"]
    assert state(amt, sent.id).status == NachrichtStatus.ZUGESTELLT


def test_a_worker_who_is_about_to_postpone_is_waited_for(amt, early):
    vorgang, nummer = early
    sent = send(amt, aktenzeichen=nummer)
    looked, problems = threading.Event(), []

    def person():
        looked.wait(5)
        problems.extend(at_once(lambda: amt.finish(vorgang, "a")))

    thread = threading.Thread(target=person)
    thread.start()
    with db.transaction(amt.sessions) as session:
        assert zustellung.deliver(session, sent.id, now=amt.now)
        looked.set()
        thread.join(0.3)  # she waits for the row, or has passed it over
    thread.join()
    assert problems == []
    assert state(amt, sent.id).faellig_am == amt.now
    run(amt)
    assert list(amt.offene(vorgang)) == ["b"]


def test_two_messages_with_one_key_start_one_vorgang_that_gets_both(amt, zeichnung):
    nodes = (
        f'<userTask id="a"/><boundaryEvent id="r" attachedToRef="a" cancelActivity="false">{message()}</boundaryEvent>'
        '<userTask id="b"/><endEvent id="e2"/>'
    )
    model = zeichnung(nodes, "s>a", "a>e", "r>b", "b>e2", more=NAMEN)
    amt.publish(started_by(model, message().replace("md1", "md0")))
    send(amt, schluessel="J", kennung="0")  # the first file of the year is a race of its own
    run(amt)
    first, second = (send(amt, schluessel="K", kennung=kennung).id for kennung in "12")
    both, looks = threading.Barrier(2), zustellung._oldest
    waited: set[int] = set()

    def look(session, nachricht, **more):
        found = looks(session, nachricht, **more)
        if nachricht.id not in waited:
            waited.add(nachricht.id)
            both.wait(10)
        return found

    def deliver(number):
        with db.transaction(amt.sessions) as session:
            zustellung.deliver(session, number, now=amt.now)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zustellung, "_oldest", look)
        problems = at_once(lambda: deliver(first), lambda: deliver(second))
    assert [type(problem) for problem in problems] == [errors.Conflict]
    run(amt)
    with db.reading(amt.sessions) as session:
        (vorgang,) = session.execute(select(Vorgang.id).where(Vorgang.korrelation == "K")).scalars()
    assert sorted(amt.offene(vorgang)) == ["a", "b"]
