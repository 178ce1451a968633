"""Notices: who is told what once, what becomes of a notice whatever happens to the mail server or the worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine import db, postausgang
from engine.model import Aufgabe, Hinweis, Mitteilung, Person, Prozessversion
from engine.model.hinweis import Hinweisstand
from engine.model.persoenlich import Hinweisart, Persoenlich
from engine.queries.hinweise import Brief

DRAWING = """<process id="p" isExecutable="true"><startEvent id="s"/><userTask id="t" name="Tun"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="e"/></process>
</definitions>"""
ANFANG = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d">'


class Post:
    """What leaves the house; breaks when told to."""

    def __init__(self) -> None:
        self.briefe: list[Brief] = []
        self.versuche = 0
        self.bruch: BaseException | None = None

    def __call__(self, brief: Brief) -> None:
        self.versuche += 1
        if self.bruch:
            raise self.bruch
        self.briefe.append(brief)

    def to(self, adresse: str) -> list[tuple[str, int]]:
        return [(b.anlass.value, len(b.punkte)) for b in self.briefe if b.adresse == adresse]


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def vorgang(amt: Any) -> int:
    frist = {"aufgaben": {"t": {"frist": "frist_at(eingang, 3)"}}}
    return int(amt.start(amt.publish(ANFANG + DRAWING, einrichtung=frist)))


def choose(amt: Any, art: Hinweisart, *kennungen: str) -> None:
    """These people have an address and want notices so."""
    with db.transaction(amt.sessions) as session:
        for kennung in kennungen:
            person = session.get_one(Person, amt.ids[kennung])
            person.email, person.einstellungen = f"{kennung}@amt.example", Persoenlich(hinweise=art).as_json()


def states(amt: Any) -> list[str]:
    with db.reading(amt.sessions) as session:
        return [row.stand for row in session.query(Hinweis).order_by(Hinweis.id)]


def protect(amt: Any) -> None:
    """The process stands on § 8a SGB VIII."""
    with db.transaction(amt.sessions) as session:
        version = session.query(Prozessversion).one()
        norms = {"rechtsgrundlagen": [{"norm": "§ 8a SGB VIII"}, {"norm": "§ 42 SGB VIII"}]}
        version.einrichtung = {**version.einrichtung, "steckbrief": norms}


def test_without_an_address_nobody_is_told_anything(amt: Any, vorgang: int, post: Post) -> None:
    assert postausgang.run_due(amt.sessions, post, now=amt.now + timedelta(days=30)) == 0
    assert states(amt) == []


def test_a_new_aufgabe_is_told_once_to_those_who_can_take_it(amt: Any, vorgang: int, post: Post) -> None:
    choose(amt, Hinweisart.SOFORT, "anna", "ben", "cem", "lea", "fremd")
    for minutes in (1, 2, 50, 70):
        postausgang.run_due(amt.sessions, post, now=amt.now + timedelta(minutes=minutes))
    assert sorted(b.adresse for b in post.briefe) == ["anna@amt.example", "ben@amt.example"]
    [punkt] = post.briefe[0].punkte
    assert (punkt.vorgang_id, punkt.aufgabe_id) == (vorgang, amt.offene(vorgang)["t"])
    assert states(amt) == ["gesendet", "gesendet"]


def test_what_somebody_took_is_told_to_her_alone(amt: Any, vorgang: int, post: Post) -> None:
    choose(amt, Hinweisart.SOFORT, "anna", "ben")
    with db.transaction(amt.sessions) as session:
        session.query(Aufgabe).update({"person_id": amt.ids["ben"], "status": "uebernommen"})
    postausgang.run_due(amt.sessions, post, now=amt.now + timedelta(days=3, hours=15))
    assert (post.to("anna@amt.example"), post.to("ben@amt.example")) == ([], [("frist", 1)])


def test_whoever_wants_no_mail_gets_one_of_child_protection_all_the_same(amt: Any, vorgang: int, post: Post) -> None:
    choose(amt, Hinweisart.AUS, "anna", "cem", "lea", "fremd")
    late = amt.now + timedelta(days=5)
    assert postausgang.run_due(amt.sessions, post, now=late) == 0
    protect(amt)
    for hours in (0, 1, 2):
        postausgang.run_due(amt.sessions, post, now=late + timedelta(hours=hours))
    assert sorted(b.adresse for b in post.briefe) == ["anna@amt.example", "lea@amt.example"]
    assert not any(b.abschaltbar for b in post.briefe)
    postausgang.run_due(amt.sessions, post, now=late + timedelta(days=1))
    assert len(post.briefe) == 4, "each day until it is done"
    amt.finish(vorgang, "t")
    postausgang.run_due(amt.sessions, post, now=late + timedelta(days=2))
    assert len(post.briefe) == 4


def test_a_passed_deadline_of_child_protection_is_one_mail_and_not_two(amt: Any, vorgang: int, post: Post) -> None:
    choose(amt, Hinweisart.SOFORT, "anna")
    protect(amt)
    with db.reading(amt.sessions) as session:
        frist = session.query(Aufgabe).one().frist_am
    postausgang.run_due(amt.sessions, post, now=frist + timedelta(minutes=1))
    assert post.to("anna@amt.example") == [("eskalation", 1)]


def test_a_day_is_gathered_once_on_working_days_and_only_when_there_is_something(
    amt: Any, vorgang: int, post: Post
) -> None:
    choose(amt, Hinweisart.TAEGLICH, "anna", "cem")
    monday = datetime.fromisoformat("2026-06-15T05:30:00+00:00")
    with db.transaction(amt.sessions) as session:
        session.query(Aufgabe).update({"frist_am": monday + timedelta(hours=30), "bereit_am": monday})
    for hours in (-48, -1, 0, 1, 9):  # Saturday, half past six, half past seven, …
        postausgang.run_due(amt.sessions, post, now=monday + timedelta(hours=hours))
    assert post.to("anna@amt.example") == [("tag", 1)]
    assert post.to("cem@amt.example") == []
    assert sorted(states(amt)) == ["gesendet", "hinfaellig"]
    postausgang.run_due(amt.sessions, post, now=monday + timedelta(days=1))
    assert post.to("anna@amt.example") == [("tag", 1), ("tag", 1)]


def test_a_mitteilung_is_told_to_its_gruppe(amt: Any, vorgang: int, post: Post) -> None:
    choose(amt, Hinweisart.SOFORT, "anna", "cem")
    later = amt.now + timedelta(hours=3)
    with db.transaction(amt.sessions) as session:
        task = session.query(Aufgabe).one()
        session.add(
            Mitteilung(
                mandant_id=task.mandant_id,
                orga_einheit_id=None,
                gruppe_id=task.gruppe_id,
                vorgang_id=vorgang,
                element_id="m",
                titel="Neu",
                am=later,
                gelesen_am=None,
                gelesen_von=None,
            )
        )
    postausgang.run_due(amt.sessions, post, now=later + timedelta(minutes=1))
    assert (post.to("anna@amt.example"), post.to("cem@amt.example")) == ([("mitteilung", 1)], [])


@pytest.mark.parametrize(
    ("bruch", "stand", "versuche"),
    [
        (postausgang.NichtAngenommen("answer 451"), Hinweisstand.GESCHEITERT, 6),
        (postausgang.Abgelehnt("answer 550"), Hinweisstand.GESCHEITERT, 1),
        (TimeoutError(), Hinweisstand.UNGEWISS, 1),
    ],
)
def test_what_fails_is_tried_again_only_when_it_certainly_did_not_arrive(
    amt: Any, vorgang: int, post: Post, bruch: Exception, stand: Hinweisstand, versuche: int
) -> None:
    choose(amt, Hinweisart.SOFORT, "anna")
    post.bruch = bruch
    for minutes in range(0, 50):
        postausgang.run_due(amt.sessions, post, now=amt.now + timedelta(minutes=minutes))
    for hours in range(1, 40):
        postausgang.run_due(amt.sessions, post, now=amt.now + timedelta(hours=hours))
    assert states(amt) == [stand.value]
    assert post.versuche == versuche


def test_a_server_that_comes_back_gets_everything_once(amt: Any, vorgang: int, post: Post) -> None:
    choose(amt, Hinweisart.SOFORT, "anna", "ben")
    post.bruch = postausgang.NichtAngenommen("ConnectionRefusedError")
    postausgang.run_due(amt.sessions, post, now=amt.now)
    assert post.versuche == 1, "the others do not wait for it as well"
    post.bruch = None
    for minutes in range(1, 10):
        postausgang.run_due(amt.sessions, post, now=amt.now + timedelta(minutes=minutes))
    assert sorted(b.adresse for b in post.briefe) == ["anna@amt.example", "ben@amt.example"]


def test_a_worker_that_dies_while_it_sends_never_makes_two_mails_of_one(amt: Any, vorgang: int, post: Post) -> None:
    choose(amt, Hinweisart.SOFORT, "anna")

    def die_after_sending(brief: Brief) -> None:
        post(brief)
        raise KeyboardInterrupt  # nothing of ours runs after it, as after a kill

    with pytest.raises(KeyboardInterrupt):
        postausgang.run_due(amt.sessions, die_after_sending, now=amt.now)
    assert states(amt) == ["unterwegs"]
    for minutes in (1, 16, 40):
        postausgang.run_due(amt.sessions, post, now=amt.now + timedelta(minutes=minutes))
    assert len(post.briefe) == 1
    assert states(amt) == ["ungewiss"]


def test_two_workers_send_a_notice_once(amt: Any, vorgang: int, post: Post) -> None:
    choose(amt, Hinweisart.SOFORT, "anna")

    def meanwhile(brief: Brief) -> None:
        postausgang.run_due(amt.sessions, post, now=amt.now)
        post(brief)

    postausgang.run_due(amt.sessions, meanwhile, now=amt.now)
    assert len(post.briefe) == 1


@pytest.mark.parametrize("change", ["erledigt", "abbestellt", "ausgeschieden", "ohne_adresse"])
def test_a_notice_that_is_no_longer_needed_stays_here(amt: Any, vorgang: int, post: Post, change: str) -> None:
    choose(amt, Hinweisart.SOFORT, "anna")
    post.bruch = postausgang.NichtAngenommen("later")
    postausgang.run_due(amt.sessions, post, now=amt.now)
    post.bruch = None
    changes: dict[str, Callable[[], None]] = {
        "erledigt": lambda: amt.finish(vorgang, "t"),
        "abbestellt": lambda: choose(amt, Hinweisart.AUS, "anna"),
        "ausgeschieden": lambda: _set(amt, aktiv=False),
        "ohne_adresse": lambda: _set(amt, email=None),
    }
    changes[change]()
    postausgang.run_due(amt.sessions, post, now=amt.now + timedelta(minutes=5))
    assert post.briefe == []
    assert "hinfaellig" in states(amt)


def _set(amt: Any, **werte: object) -> None:
    with db.transaction(amt.sessions) as session:
        session.query(Person).filter(Person.id == amt.ids["anna"]).update(werte)


def test_the_outbox_forgets_after_a_month(amt: Any, vorgang: int, post: Post) -> None:
    choose(amt, Hinweisart.SOFORT, "anna")
    postausgang.run_due(amt.sessions, post, now=amt.now)
    choose(amt, Hinweisart.AUS, "anna")
    postausgang.run_due(amt.sessions, post, now=amt.now + timedelta(days=31))
    assert states(amt) == []
