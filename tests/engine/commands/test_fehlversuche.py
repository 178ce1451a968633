"""What fails holds up nothing beside it, counts once, and rests with a Störung of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botschaften import NAMEN, RAND, WARTEN, message, point, run, send, started_by, state
from sqlalchemy import select, update

from engine import db, errors, worker
from engine.commands import fehlversuche, starts, vorgaenge, wiederholung, zustellung
from engine.model import Nachricht, NachrichtStatus, Startpunkt, Stoerung, Vorgang, Wartepunkt


def exit_if(flow: str, target: str, condition: str) -> str:
    return (
        f'<sequenceFlow id="{flow}" sourceRef="x" targetRef="{target}">'
        f"<conditionExpression>{condition}</conditionExpression></sequenceFlow>"
    )


def reminder(element: str, host: str, days: int) -> str:
    return (
        f'<boundaryEvent id="{element}" attachedToRef="{host}" cancelActivity="false"><timerEventDefinition '
        f'id="t{element}"><timeDate>frist_at(eingang, {days})</timeDate></timerEventDefinition></boundaryEvent>'
    )


#: behind ``ra`` no way goes on while stufe is 3
STUFE = '<scriptTask id="k" scriptFormat="feel"><script>stufe = 3</script></scriptTask>'
WEICHE = (
    '<exclusiveGateway id="x"/><userTask id="ma"/><userTask id="ma2"/><endEvent id="e2"/><endEvent id="e4"/>'
    + exit_if("k1", "ma", "stufe = 1")
    + exit_if("k2", "ma2", "stufe = 2")
)


@pytest.fixture
def zwei_fristen(amt, zeichnung):
    """A Vorgang with a broken reminder after three days and a healthy one after so many."""

    def begin(days: int) -> int:
        nodes = (
            STUFE + '<parallelGateway id="g"/><parallelGateway id="j"/><userTask id="a"/><userTask id="b"/>'
            '<userTask id="mb"/><endEvent id="e3"/>' + reminder("ra", "a", 3) + reminder("rb", "b", days) + WEICHE
        )
        flows = ("s>k", "k>g", "g>a", "g>b", "a>j", "b>j", "j>e", "ra>x", "rb>mb", "mb>e3", "ma>e2", "ma2>e4")
        return amt.start(amt.publish(zeichnung(nodes, *flows)))

    return begin


def set_stufe(amt, vorgang: int, stufe: int) -> None:
    with db.transaction(amt.sessions) as session:
        variablen = session.get_one(Vorgang, vorgang).variablen
        session.execute(update(Vorgang).where(Vorgang.id == vorgang).values(variablen=variablen | {"stufe": stufe}))


def troubles(amt) -> list[Stoerung]:
    with db.reading(amt.sessions) as session:
        return list(session.execute(select(Stoerung).where(Stoerung.behoben_am.is_(None))).scalars())


@pytest.mark.parametrize("days", [3, 4], ids=["same instant", "later"])
def test_a_timer_that_fails_holds_up_no_other_one_of_the_vorgang(amt, zwei_fristen, days):
    vorgang = zwei_fristen(days)
    moment = amt.now + timedelta(days=3, hours=17)
    for _ in range(worker.VERSUCHE + 10):
        worker.run_due(amt.sessions, now=moment)
        moment += timedelta(hours=2)
    assert sorted(amt.offene(vorgang)) == ["a", "b", "mb"]
    with db.reading(amt.sessions) as session:
        rows = session.execute(select(Wartepunkt.element_id, Wartepunkt.faellig_am, Wartepunkt.versuche)).all()
    assert [tuple(row) for row in rows] == [("ra", None, worker.VERSUCHE)]
    assert [s.element_id for s in troubles(amt)] == ["x"]


def test_a_timer_that_rests_fires_alone_once_its_model_fits(amt, zwei_fristen):
    vorgang = zwei_fristen(30)
    moment = amt.now + timedelta(days=5)
    for _ in range(worker.VERSUCHE):
        worker.run_due(amt.sessions, now=moment)
        moment += timedelta(hours=2)
    set_stufe(amt, vorgang, 2)
    with db.transaction(amt.sessions) as session:
        (trouble,) = troubles(amt)
        wiederholung.retry_stoerung(session, amt.akteur("modell"), trouble.id, now=moment)
    assert worker.run_due(amt.sessions, now=moment) == 1
    assert sorted(amt.offene(vorgang)) == ["a", "b", "ma2"]
    assert troubles(amt) == []


BRUCH = RuntimeError("connection lost")


def test_a_start_that_somebody_else_did_meanwhile_is_not_done_again(amt, zeichnung):
    model = zeichnung('<userTask id="b"/>', "s>b", "b>e")
    amt.publish(started_by(model, '<timerEventDefinition id="t"><timeCycle>R/P1D</timeCycle></timerEventDefinition>'))
    moment = amt.now + timedelta(days=1)
    with db.transaction(amt.sessions) as session:
        start = session.execute(select(Startpunkt.id)).scalar_one()
        assert starts.fire(session, start, now=moment)
    with db.transaction(amt.sessions) as session:
        fehlversuche.start_failed(session, start, BRUCH, moment)
    worker.run_due(amt.sessions, now=moment + timedelta(minutes=5))
    with db.reading(amt.sessions) as session:
        assert len(session.execute(select(Vorgang.id)).all()) == 1
        assert session.get_one(Startpunkt, start).faellig_am == moment + timedelta(days=1)


def test_a_timer_that_somebody_else_fired_meanwhile_has_not_failed(amt, zeichnung):
    nodes = '<userTask id="a"/><userTask id="m"/><endEvent id="e2"/>' + reminder("r", "a", 3).replace(
        "<timeDate>frist_at(eingang, 3)</timeDate>", "<timeCycle>R/P1D</timeCycle>"
    )
    vorgang = amt.start(amt.publish(zeichnung(nodes, "s>a", "a>e", "r>m", "m>e2")))
    assert run(amt, days=1) == 1
    with db.transaction(amt.sessions) as session:
        fehlversuche.wartepunkt_failed(session, point(amt, vorgang).id, BRUCH, amt.now + timedelta(days=1))
    assert (point(amt, vorgang).faellig_am, troubles(amt)) == (amt.now + timedelta(days=2), [])


def test_a_message_that_somebody_else_delivers_while_its_failure_is_noted_stays_delivered(amt, zeichnung, monkeypatch):
    vorgang = amt.start(amt.publish(zeichnung(*WARTEN, more=NAMEN)))
    sent = send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen)

    def deliver_meanwhile(session, nachricht):
        monkeypatch.undo()
        found = zustellung.target(session, nachricht)
        session.rollback()  # SQLite lets only one write at a time: here it comes just before
        with db.transaction(amt.sessions) as other:
            assert zustellung.deliver(other, sent.id, now=amt.now)
        return found

    monkeypatch.setattr(zustellung, "target", deliver_meanwhile)
    with amt.sessions() as session:
        fehlversuche.nachricht_failed(session, sent.id, BRUCH, amt.now)
        session.commit()
    delivered = state(amt, sent.id)
    assert (delivered.status, delivered.faellig_am, delivered.fehler) == (NachrichtStatus.ZUGESTELLT, None, 0)
    assert troubles(amt) == []
    assert run(amt, days=1) == 0


def test_work_that_is_held_elsewhere_hides_no_other_work_behind_it(amt, zeichnung, monkeypatch):
    prozess = amt.publish(zeichnung(*RAND, more=NAMEN))
    held, free = amt.start(prozess), amt.start(prozess)
    for number in range(120):
        send(amt, aktenzeichen=amt.vorgang(held).aktenzeichen, kennung=str(number))
    send(amt, aktenzeichen=amt.vorgang(free).aktenzeichen, kennung="x")
    lock = vorgaenge.lock_if_free
    monkeypatch.setattr(vorgaenge, "lock_if_free", lambda s, number: None if number == held else lock(s, number))
    assert run(amt) == 1
    assert (list(amt.offene(held)), list(amt.offene(free))) == (["a"], ["b"])


def test_what_nobody_ever_gets_done_is_a_stoerung_and_comes_to_rest(amt, zeichnung):
    vorgang = amt.start(amt.publish(zeichnung(*WARTEN, more=NAMEN)))
    sent = send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen)
    with db.transaction(amt.sessions) as session:
        session.execute(update(Wartepunkt).values(token="0" * 32))  # the state of the engine knows no such token
    for _ in range(fehlversuche.GEDULD):
        assert run(amt) == 0
    assert troubles(amt) == []
    for hour in range(8):
        run(amt, hours=hour)
    (trouble,) = troubles(amt)
    assert (trouble.element_id, "Stand" in trouble.grund) == ("w", True)
    assert (state(amt, sent.id).faellig_am, state(amt, sent.id).fehler) == (None, worker.VERSUCHE)


def test_a_timer_that_the_state_does_not_know_is_a_stoerung_and_comes_to_rest(amt, zwei_fristen):
    vorgang = zwei_fristen(4)
    with db.transaction(amt.sessions) as session:
        session.execute(update(Wartepunkt).where(Wartepunkt.element_id == "ra").values(token="0" * 32))
    for hour in range(10):
        run(amt, days=5, hours=hour)
    assert sorted(amt.offene(vorgang)) == ["a", "b", "mb"]
    assert len(troubles(amt)) <= 1


def test_a_collision_is_no_failure(amt, zeichnung):
    vorgang = amt.start(amt.publish(zeichnung(*WARTEN, more=NAMEN)))
    sent = send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen)
    with db.transaction(amt.sessions) as session:
        fehlversuche.nachricht_failed(session, sent.id, errors.Conflict(), amt.now)
    assert (state(amt, sent.id).faellig_am, troubles(amt)) == (amt.now, [])
    assert run(amt) == 1
    assert list(amt.offene(vorgang)) == ["b"]


@pytest.fixture
def lauschend(amt, zeichnung):
    """A Vorgang with a listener that goes on waiting; behind it the model is broken."""
    nodes = (
        f'{STUFE}<userTask id="a"/><boundaryEvent id="r" attachedToRef="a" cancelActivity="false">{message()}'
        f"</boundaryEvent>{WEICHE}"
    )
    return amt.start(amt.publish(zeichnung(nodes, "s>k", "k>a", "a>e", "r>x", "ma>e2", "ma2>e4", more=NAMEN)))


def test_what_a_listener_failed_at_is_resolved_when_its_message_goes_through(amt, lauschend):
    send(amt, aktenzeichen=amt.vorgang(lauschend).aktenzeichen)
    run(amt)
    assert [s.element_id for s in troubles(amt)] == ["x"]
    set_stufe(amt, lauschend, 1)
    run(amt, hours=1)
    assert sorted(amt.offene(lauschend)) == ["a", "ma"]
    assert (troubles(amt), amt.vorgang(lauschend).gestoert) == ([], False)


def test_a_stoerung_of_which_nothing_that_failed_is_left_is_resolved_by_a_retry(amt, lauschend):
    sent = send(amt, aktenzeichen=amt.vorgang(lauschend).aktenzeichen)
    run(amt)
    (trouble,) = troubles(amt)
    with db.transaction(amt.sessions) as session:
        session.execute(update(Nachricht).where(Nachricht.id == sent.id).values(status="verfallen", faellig_am=None))
        weiter = wiederholung.retry_stoerung(session, amt.akteur("modell"), trouble.id, now=amt.now)
    assert (weiter, troubles(amt)) == (wiederholung.Weiter.ERLEDIGT, [])


def test_messages_cannot_fill_a_vorgang_without_end(amt, zeichnung):
    nodes = RAND[0].replace('attachedToRef="a"', 'attachedToRef="a" cancelActivity="false"')
    vorgang = amt.start(amt.publish(zeichnung(nodes, *RAND[1:], more=NAMEN)))
    for number in range(4):
        send(
            amt,
            kennung=str(number),
            aktenzeichen=amt.vorgang(vorgang).aktenzeichen,
            variablen={f"v{number}": "x" * 60_000},
        )
        run(amt)
    assert sorted(amt.vorgang(vorgang).variablen) == ["eingang", "v0", "v1"]
    (trouble,) = troubles(amt)
    assert "zu umfangreich" in trouble.grund
