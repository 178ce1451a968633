"""Two at once: locks are taken in one order, the loser of a race tries again, and nothing happens twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import IntegrityError

from engine import db, worker
from engine.commands import aufgaben, prozesse, vorgaenge
from engine.model import Aufgabe, Prozess, Prozessversion, VersionStatus, Vorgang, Wartepunkt

FRIST = (
    '<userTask id="a"/><boundaryEvent id="b" attachedToRef="a" cancelActivity="false"><timerEventDefinition id="t">'
    '<timeDate>frist_at(eingang, 3)</timeDate></timerEventDefinition></boundaryEvent><userTask id="m"/>'
    '<endEvent id="e2"/>',
    "s>a",
    "a>e",
    "b>m",
    "m>e2",
)


@pytest.fixture
def prozess(amt, zeichnung):
    return amt.publish(zeichnung(*FRIST))


class Zweiter:
    """Somebody else, in a thread of its own; what went wrong there is raised at the end."""

    def __init__(self, tun: Callable[[], object]) -> None:
        self._tun = tun
        self._fehler: BaseException | None = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            self._tun()
        except BaseException as fehler:
            self._fehler = fehler

    def done(self) -> None:
        self.thread.join()
        if self._fehler:
            raise self._fehler


def wait_until_blocked(db_engine: Engine, zweiter: Zweiter) -> None:
    """PostgreSQL: until the other one waits for a lock, or is through. On SQLite nobody begins before we end."""
    if db_engine.name == "sqlite":
        return
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    end = time.monotonic() + 10
    while zweiter.thread.is_alive() and time.monotonic() < end:
        with db_engine.connect() as connection:
            if connection.execute(blocked).scalar_one():
                return
        time.sleep(0.01)


def never_wait(session: db.Session) -> None:
    """From here on this transaction fails instead of waiting for a lock."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL lock_timeout = '300ms'"))


def test_who_waits_for_a_vorgang_holds_nothing_of_it(amt, prozess, db_engine):
    vorgang = amt.start(prozess)
    aufgabe = amt.offene(vorgang)["a"]
    anna = amt.akteur("anna")

    def begin(session: db.Session) -> None:
        aufgaben.begin_aufgabe(session, anna, aufgabe, now=amt.now)

    with db.transaction(amt.sessions) as session:
        session.execute(select(Vorgang).where(Vorgang.id == vorgang).with_for_update())
        zweiter = Zweiter(lambda: db.run(amt.sessions, begin))
        wait_until_blocked(db_engine, zweiter)
        never_wait(session)
        session.execute(update(Aufgabe).where(Aufgabe.id == aufgabe).values(frist_grund="von einem Zeitereignis"))
    zweiter.done()


def test_a_worker_leaves_a_vorgang_alone_that_somebody_works_on(amt, prozess, db_engine):
    vorgang = amt.start(prozess)
    moment = amt.now + timedelta(days=7)
    with db.transaction(amt.sessions) as session:
        session.execute(select(Vorgang).where(Vorgang.id == vorgang).with_for_update())
        zweiter = Zweiter(lambda: worker.run_due(amt.sessions, now=moment))
        wait_until_blocked(db_engine, zweiter)
        never_wait(session)
        session.execute(update(Wartepunkt).where(Wartepunkt.vorgang_id == vorgang).values(versuche=1))
    zweiter.done()
    worker.run_due(amt.sessions, now=moment)
    assert sorted(amt.offene(vorgang)) == ["a", "m"]


def test_the_first_two_vorgaenge_of_a_year_get_two_numbers(amt, prozess, db_engine):
    anna = amt.akteur("anna")

    def start(session: db.Session) -> Vorgang:
        return vorgaenge.start_vorgang(session, anna, prozess_id=prozess, now=amt.now)

    with db.transaction(amt.sessions) as session:
        first = start(session).aktenzeichen
        zweiter = Zweiter(lambda: db.run(amt.sessions, start))
        wait_until_blocked(db_engine, zweiter)
    zweiter.done()
    with db.reading(amt.sessions) as session:
        given = list(session.execute(select(Vorgang.aktenzeichen).order_by(Vorgang.id)).scalars())
    assert len(set(given)) == 2
    assert first == given[0]


def test_a_start_that_is_sent_twice_starts_once(amt, prozess, db_engine):
    anna = amt.akteur("anna")

    def start(session: db.Session) -> int:
        return vorgaenge.start_vorgang(session, anna, prozess_id=prozess, now=amt.now, startkennung="k7").id

    def start_again() -> None:
        again.append(db.run(amt.sessions, start))

    again: list[int] = []
    with db.transaction(amt.sessions) as session:
        first = start(session)
        zweiter = Zweiter(start_again)
        wait_until_blocked(db_engine, zweiter)
    zweiter.done()
    assert again == [first]
    with db.reading(amt.sessions) as session:
        assert len(session.execute(select(Vorgang.id)).all()) == 1


def test_the_same_startkennung_of_another_person_starts_another_vorgang(amt, prozess):
    started = set()
    for wer in ("anna", "ben"):
        with db.transaction(amt.sessions) as session:
            akteur = amt.akteur(wer)
            started.add(vorgaenge.start_vorgang(session, akteur, prozess_id=prozess, now=amt.now, startkennung="k7").id)
    assert len(started) == 2


def test_of_two_drafts_published_at_once_one_is_in_use(amt, zeichnung, db_engine):
    modell = amt.akteur("modell")
    lanes = {"": "asd_nord"}

    def upload(name: str) -> Prozessversion:
        with db.transaction(amt.sessions) as session:
            bpmn = zeichnung('<userTask id="a"/>', "s>a", "a>e", name=name)
            (version,) = prozesse.upload_modell(session, modell, dateiname="x", inhalt=bpmn.encode(), now=amt.now)
            prozesse.assign_lanes(session, modell, prozess_id=version.prozess_id, nummer=version.nummer, lanes=lanes)
        return version

    drafts = [upload("eins"), upload("zwei")]

    def publish(session: db.Session, draft: Prozessversion) -> None:
        prozesse.publish_version(session, modell, prozess_id=draft.prozess_id, nummer=draft.nummer, now=amt.now)

    with db.transaction(amt.sessions) as session:
        publish(session, drafts[0])
        zweiter = Zweiter(lambda: db.run(amt.sessions, lambda other: publish(other, drafts[1])))
        wait_until_blocked(db_engine, zweiter)
    zweiter.done()
    with db.reading(amt.sessions) as session:
        in_use = select(Prozessversion.nummer).where(Prozessversion.status == VersionStatus.IM_EINSATZ)
        assert list(session.execute(in_use).scalars()) == [2]


def test_the_database_itself_refuses_a_second_version_in_use(amt, prozess, zeichnung):
    amt.publish(zeichnung(*FRIST, name="neu"))
    with db.create_sessions(amt.sessions.kw["bind"])() as session, pytest.raises(IntegrityError):
        session.execute(update(Prozessversion).values(status=VersionStatus.IM_EINSATZ.value))


@pytest.mark.parametrize("bekannt", [False, True], ids=["new", "known"])
def test_the_same_drawing_uploaded_twice_at_once_is_stored_once(amt, zeichnung, db_engine, bekannt):
    modell = amt.akteur("modell")

    def upload(session: db.Session, name: str = "neu") -> None:
        bpmn = zeichnung('<userTask id="a"/>', "s>a", "a>e", name=name)
        prozesse.upload_modell(session, modell, dateiname="x.bpmn", inhalt=bpmn.encode(), now=amt.now)

    if bekannt:
        with db.transaction(amt.sessions) as session:
            upload(session, "alt")
    with db.transaction(amt.sessions) as session:
        upload(session)
        zweiter = Zweiter(lambda: db.run(amt.sessions, upload))
        wait_until_blocked(db_engine, zweiter)
    zweiter.done()
    with db.reading(amt.sessions) as session:
        assert len(session.execute(select(Prozess.id)).all()) == 1
        assert len(session.execute(select(Prozessversion.id)).all()) == 1 + bekannt
