"""Many act at the same moment: one effect, polite answers for all others, and nothing is lost on the way."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from engine import db, errors, worker
from engine.commands import zugaenge
from engine.model import Aufgabe, AufgabeStatus, Ereignis, Formularinhalt, Vorgang, VorgangStatus, Wartepunkt

VIELE = 50
ZWEI = ('<userTask id="a"/><userTask id="b"/>', "s>a", "a>b", "b>e")
FRIST = (
    '<userTask id="a"/><boundaryEvent id="b" attachedToRef="a" cancelActivity="false"><timerEventDefinition id="t">'
    '<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent><userTask id="m"/><endEvent id="e2"/>',
    "s>a",
    "a>e",
    "b>m",
    "m>e2",
)


def test_fifty_complete_the_same_aufgabe_one_does_and_the_others_are_told(amt, zugleich):
    vorgang = amt.start(amt.publish(*ZWEI))
    aufgabe = amt.offene(vorgang)["a"]
    amt.begin(aufgabe)
    answers = zugleich(VIELE, lambda _: amt.complete(aufgabe))
    done = [a for a in answers if isinstance(a, list)]
    refused = [a for a in answers if isinstance(a, errors.Conflict)]
    assert (len(done), len(refused)) == (1, VIELE - 1), answers
    assert {a.text for a in refused} == {
        "Erledigen nicht möglich: Die Aufgabe ist schon abgeschlossen. Im Arbeitskorb sehen Sie, was noch offen ist."
    }
    assert amt.offene(vorgang) == {"b": done[0][0]}
    assert Counter(amt.arten(vorgang))["erledigt"] == 1
    with db.reading(amt.sessions) as session:
        assert session.get_one(Aufgabe, aufgabe).status == AufgabeStatus.ERLEDIGT


def test_fifty_starts_with_one_startkennung_start_one_vorgang(amt, zugleich):
    prozess = amt.publish(*ZWEI)
    started = zugleich(VIELE, lambda _: amt.start(prozess, "einmal"))
    assert len(set(started)) == 1
    assert all(isinstance(s, int) for s in started), started
    with db.reading(amt.sessions) as session:
        assert session.execute(select(func.count()).select_from(Vorgang)).scalar_one() == 1
    assert amt.arten(started[0]).count("vorgang_gestartet") == 1


def test_fifty_starts_get_fifty_numbers_without_a_gap(amt, zugleich):
    prozess = amt.publish(*ZWEI)
    started = zugleich(VIELE, lambda _: amt.start(prozess))
    assert len(set(started)) == VIELE, started
    with db.reading(amt.sessions) as session:
        numbers = sorted(session.execute(select(Vorgang.aktenzeichen)).scalars())
    assert [int(n.rpartition("-")[2]) for n in numbers] == list(range(1, VIELE + 1))


def test_two_workers_fire_each_of_two_hundred_timers_once(amt, zugleich):
    prozess = amt.publish(*FRIST)
    started = [amt.start(prozess) for _ in range(200)]
    moment = amt.now + timedelta(hours=1, minutes=1)

    def work(_nr: int) -> int:
        done = 0
        while handled := worker.run_due(amt.sessions, now=moment):
            done += handled
        return done

    answers = zugleich(2, work)
    assert not [a for a in answers if isinstance(a, Exception)], answers
    with db.reading(amt.sessions) as session:
        assert session.execute(select(func.count()).select_from(Wartepunkt)).scalar_one() == 0
        fired = session.execute(
            select(Ereignis.vorgang_id).where(Ereignis.art == "frist_abgelaufen").order_by(Ereignis.vorgang_id)
        )
        assert list(fired.scalars()) == started
        follow = session.execute(
            select(Aufgabe.vorgang_id).where(Aufgabe.element_id == "m").order_by(Aufgabe.vorgang_id)
        )
        assert list(follow.scalars()) == started


def test_branches_completed_at_the_same_moment_all_succeed_and_join_once(amt, zugleich):
    names = [f"z{n}" for n in range(8)]
    nodes = '<parallelGateway id="teilung"/><parallelGateway id="vereinigung"/><userTask id="danach"/>'
    flows = [f"teilung>{n}" for n in names] + [f"{n}>vereinigung" for n in names]
    prozess = amt.publish(
        nodes + "".join(f'<userTask id="{n}"/>' for n in names), "s>teilung", *flows, "vereinigung>danach", "danach>e"
    )
    for _ in range(3):
        vorgang = amt.start(prozess)
        tasks = amt.offene(vorgang)
        for name in names:
            amt.begin(tasks[name])
        answers = zugleich(len(names), lambda nr: amt.complete(tasks[names[nr]]))  # noqa: B023 - used at once
        assert not [a for a in answers if isinstance(a, Exception)], answers
        assert list(amt.offene(vorgang)) == ["danach"]
        assert Counter(amt.arten(vorgang))["erledigt"] == len(names)


def test_eight_writers_of_mixed_work_see_no_error(amt, zugleich):
    prozess = amt.publish(*FRIST)
    late = amt.now + timedelta(hours=2)

    def work(nr: int) -> int:
        for _ in range(6):
            vorgang = amt.start(prozess)
            if nr % 4 == 0:
                worker.run_due(amt.sessions, now=late)
            aufgabe = amt.offene(vorgang)["a"]
            amt.begin(aufgabe)
            amt.save(aufgabe, "ein Entwurf")
            amt.complete(aufgabe)
        return nr

    assert zugleich(8, work) == list(range(8))
    while worker.run_due(amt.sessions, now=late):
        pass
    with db.reading(amt.sessions) as session:
        rows = list(session.execute(select(Vorgang.id, Vorgang.status)))
    assert len(rows) == 48
    for vorgang, status in rows:
        tasks = amt.offene(vorgang)
        assert status == (VorgangStatus.LAUFEND if tasks else VorgangStatus.BEENDET)
        assert amt.arten(vorgang).count("erledigt") == 1


def test_an_aufgabe_begun_and_saved_by_many_at_once_has_one_beginning_and_one_draft(amt, zugleich):
    vorgang = amt.start(amt.publish(*ZWEI))
    aufgabe = amt.offene(vorgang)["a"]
    answers = zugleich(8, lambda _: amt.begin(aufgabe)) + zugleich(8, lambda nr: amt.save(aufgabe, f"Entwurf {nr}"))
    assert answers == [None] * 16
    assert Counter(amt.arten(vorgang))["begonnen"] == 1
    with db.reading(amt.sessions) as session:
        assert session.execute(select(func.count()).select_from(Formularinhalt)).scalar_one() == 1


def test_a_number_that_was_given_again_does_not_send_the_worker_to_other_work(amt):
    """SQLite gives the number of a row that has gone to the next one: here another system's work."""
    with db.transaction(amt.sessions) as session:
        zugaenge.create_zugang(
            session, amt.anna.mandant_id, name="System", themen=["draussen"], nachrichten=[], now=amt.now
        )
    nodes = (
        '<serviceTask id="d" name="D"><extensionElements><taskDefinition xmlns="http://camunda.org/schema/zeebe/1.0" '
        'type="draussen"/></extensionElements></serviceTask>'
    )
    vorgang = amt.start(amt.publish(nodes, "s>d", "d>e"))
    with db.reading(amt.sessions) as session:
        point = session.execute(select(Wartepunkt)).scalar_one()
    assert point.art == "thema"
    dienst = next(art for art in worker._ARTEN if art.name == "dienst")
    assert not db.run(amt.sessions, lambda session: dienst.do(session, point.id, amt.now))
    db.run(amt.sessions, lambda session: dienst.failed(session, point.id, ValueError(), amt.now))
    assert "stoerung" not in amt.arten(vorgang)
