"""Messages that fail, that do not fit, and that come at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botschaften import (
    NAMEN,
    RAND,
    WARTEN,
    arts,
    at_once,
    caught,
    message,
    point,
    run,
    send,
    state,
)
from sqlalchemy import select, update

from engine import ausfuehrung, db, errors, worker
from engine.commands import aufraeumen, nachrichten, zustellung
from engine.commands.eintreffen import trigger_ereignis
from engine.model import (
    Nachricht,
    NachrichtStatus,
    Stoerung,
    Vorgang,
)


@pytest.fixture
def publish(amt, zeichnung):
    def publish(nodes: str, *flows: str, **more: str) -> int:
        return amt.publish(zeichnung(nodes, *flows, more=NAMEN, **more))

    return publish


def test_a_model_that_fails_at_a_message_leaves_a_stoerung_and_the_message_waits(amt, publish):
    vorgang = amt.start(publish(*RAND))
    sent = send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen)
    with db.transaction(amt.sessions) as session:
        good = session.execute(select(Vorgang.zustand)).scalar_one()
        session.execute(update(Vorgang).values(zustand=b"kaputt"))
    moment = amt.now
    for _ in range(worker.VERSUCHE):
        assert worker.run_due(amt.sessions, now=moment) == 1
        moment += timedelta(hours=2)
    assert worker.run_due(amt.sessions, now=moment + timedelta(days=1)) == 0
    with db.reading(amt.sessions) as session:
        assert [s.element_id for s in session.execute(select(Stoerung)).scalars()] == ["r"]
    assert (state(amt, sent.id).status, state(amt, sent.id).fehler) == (NachrichtStatus.WARTET, worker.VERSUCHE)
    with db.transaction(amt.sessions) as session:
        session.execute(update(Vorgang).values(zustand=good))


@pytest.fixture
def stuck(amt, zeichnung):
    """A Vorgang behind whose waiting no way is open until its „stufe“ is 1; then it waits for the same once more."""
    nodes = (
        '<scriptTask id="k" scriptFormat="feel"><script>stufe = 3</script></scriptTask>'
        + caught("w", message(), "da?")
        + '<exclusiveGateway id="x"/><userTask id="c"/><userTask id="d"/><userTask id="b"/><endEvent id="e2"/>'
        + caught("w2", message().replace("md1", "md2"))
    )
    flows = ("s>k", "k>w", "w>x", "x>c", "x>d", "c>w2", "w2>b", "b>e", "d>e2")
    model = zeichnung(nodes, *flows, more=NAMEN)
    for ziel, stufe in (("c", 1), ("d", 2)):
        empty = f'sourceRef="x" targetRef="{ziel}" name=""'
        condition = f"<conditionExpression>stufe = {stufe}</conditionExpression>"
        model = model.replace(f"{empty}/>", f"{empty}>{condition}</sequenceFlow>")
    return amt.start(amt.publish(model))


def fail_for_good(amt, vorgang):
    sent = send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen, variablen={"betrag": 1})
    for hour in range(0, 2 * worker.VERSUCHE, 2):
        assert run(amt, hours=hour) == 1
    rests = state(amt, sent.id)
    assert (rests.status, rests.faellig_am, rests.fehler) == (NachrichtStatus.WARTET, None, worker.VERSUCHE)
    return sent.id


def test_a_message_that_failed_at_one_place_is_tried_at_the_next(amt, stuck):
    sent, later = fail_for_good(amt, stuck), amt.now + timedelta(days=1)
    with db.transaction(amt.sessions) as session:
        vorgang = session.get_one(Vorgang, stuck)
        vorgang.variablen = {**vorgang.variablen, "stufe": 1}
    amt.finish(stuck, "w", now=later)
    amt.finish(stuck, "c", now=later)
    assert (state(amt, sent).faellig_am, state(amt, sent).fehler) == (later, 0)
    assert run(amt, days=1) == 1
    assert (list(amt.offene(stuck)), state(amt, sent).status) == (["b"], NachrichtStatus.ZUGESTELLT)
    assert amt.vorgang(stuck).variablen["betrag"] == 1


def test_a_message_that_failed_for_good_expires_in_its_time_and_keeps_its_reason(amt, stuck):
    sent, end = fail_for_good(amt, stuck), amt.now + timedelta(days=14)
    for moment, status in ((end - timedelta(seconds=1), "wartet"), (end, "verfallen")):
        with db.transaction(amt.sessions) as session:
            assert aufraeumen.forget_old(session, now=moment) == 0
        assert state(amt, sent).status == status
    over = state(amt, sent)
    assert (over.zugestellt_am, over.variablen, bool(over.grund)) == (end, {}, True)


def test_a_message_that_is_over_is_no_work_whatever_made_it_due(amt, publish):
    vorgang = amt.start(publish(*WARTEN))
    sent = send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen)
    run(amt)
    with db.transaction(amt.sessions) as session:
        session.execute(update(Nachricht).values(faellig_am=amt.now))
    assert run(amt) == 1
    assert (run(amt, hours=1), state(amt, sent.id).status) == (0, NachrichtStatus.ZUGESTELLT)


def test_what_a_late_timer_sends_lives_as_long_as_anything_else(amt, zeichnung):
    timer = '<timerEventDefinition id="td"><timeDuration>P1D</timeDuration></timerEventDefinition>'
    nodes = caught("w", timer) + f'<intermediateThrowEvent id="t">{message(2)}</intermediateThrowEvent>'
    amt.start(amt.publish(zeichnung(nodes, "s>w", "w>t", "t>e", more=NAMEN)))
    run(amt, days=20)
    with db.reading(amt.sessions) as session:
        (sent,) = session.execute(select(Nachricht)).scalars()
    assert (sent.status, sent.gueltig_bis) == (NachrichtStatus.WARTET, amt.now + timedelta(days=34))


def test_a_worker_who_comes_late_delivers_what_came_in_time(amt, publish):
    prozess = publish(*WARTEN)
    waits = amt.start(prozess)
    sent = [
        send(amt, schluessel=key, kennung=f"k{n}", gueltig_bis=amt.now + timedelta(hours=1))
        for n, key in enumerate((amt.vorgang(waits).aktenzeichen, "51-2026-00002"))
    ]
    late = amt.start(prozess, now=amt.now + timedelta(hours=2))
    assert amt.vorgang(late).aktenzeichen == "51-2026-00002"
    run(amt, hours=3)
    assert (list(amt.offene(waits)), list(amt.offene(late))) == (["b"], ["w"])
    assert [state(amt, s.id).status for s in sent] == [NachrichtStatus.ZUGESTELLT, NachrichtStatus.VERFALLEN]


def test_a_confirmed_arrival_that_cannot_go_on_leaves_a_stoerung(amt, publish):
    vorgang = amt.start(publish(*RAND))
    token, anna = point(amt, vorgang).token, amt.akteur("anna")
    with db.transaction(amt.sessions) as session:
        session.execute(update(Vorgang).values(zustand=b"kaputt"))
    with pytest.raises(errors.EngineError):
        ausfuehrung.run_arrival(
            amt.sessions,
            lambda session: trigger_ereignis(session, anna, vorgang, token, now=amt.now),
            vorgang_id=vorgang,
            token=token,
            now=amt.now,
        )
    with db.reading(amt.sessions) as session:
        assert [s.element_id for s in session.execute(select(Stoerung)).scalars()] == ["r"]


@pytest.mark.parametrize(
    ("falsch", "feld"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"kennung": " k"}, "kennung"),
        ({"schluessel": "\0"}, "schluessel"),
        ({"schluessel": "a", "aktenzeichen": "b"}, "schluessel"),
        ({"variablen": {"eingang": "2020-01-01"}}, "variablen"),
        ({"variablen": {"entscheidung_g": "f1"}}, "variablen"),
        ({"variablen": {"a b": 1}}, "variablen"),
        ({"variablen": {"a": float("nan")}}, "variablen"),
        ({"variablen": {"a": 2**60}}, "variablen"),
        ({"variablen": {"a": "\0"}}, "variablen"),
        ({"variablen": {"a": "\ud800"}}, "variablen"),
        ({"variablen": {"a": object()}}, "variablen"),
        ({"variablen": {"a": "x" * 70_000}}, "variablen"),
        ({"variablen": {f"a{n}": 1 for n in range(101)}}, "variablen"),
        ({"variablen": [1]}, "variablen"),
    ],
)
def test_what_does_not_fit_is_refused_by_name_of_its_field(amt, publish, falsch, feld):
    amt.start(publish(*WARTEN))
    with pytest.raises(errors.Invalid) as refused:
        send(amt, **({"schluessel": "a"} if "aktenzeichen" not in falsch else {}) | falsch)
    assert list(refused.value.felder) == [feld]


def test_nested_too_deeply_is_refused_and_not_a_fault(amt, publish):
    amt.start(publish(*WARTEN))
    deep: object = 1
    for _ in range(500):
        deep = [deep]
    with pytest.raises(errors.Invalid, match="verschachtelt"):
        send(amt, schluessel="a", variablen={"a": deep})


def test_three_workers_deliver_every_message_exactly_once(amt, publish):
    prozess = publish(*RAND)
    cases = [amt.start(prozess) for _ in range(5)]
    for number, case in enumerate(cases):
        for copy in range(2):
            send(amt, aktenzeichen=amt.vorgang(case).aktenzeichen, kennung=f"{number}/{copy}")
    assert at_once(*[lambda: [run(amt) for _ in range(4)]] * 3) == []
    assert all(arts(amt, case).count("nachricht_eingetroffen") == 1 for case in cases)
    with db.reading(amt.sessions) as session:
        rows = list(session.execute(select(Nachricht.status)).scalars())
    assert sorted(rows) == ["wartet"] * 5 + ["zugestellt"] * 5


def test_the_same_message_sent_by_many_at_once_is_stored_once(amt, publish):
    vorgang = amt.start(publish(*RAND))
    nummer, sent = amt.vorgang(vorgang).aktenzeichen, []

    def once():
        def command(session):
            return nachrichten.send_nachricht(session, 1, "Antwort", kennung="k", aktenzeichen=nummer, now=amt.now).id

        sent.append(db.run(amt.sessions, command))

    assert at_once(*[once] * 6) == []
    assert len(set(sent)) == 1


def test_a_message_and_a_person_at_once_have_one_effect(amt, publish):
    prozess = publish(*WARTEN)
    for _ in range(3):
        vorgang = amt.start(prozess)
        nachricht = send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen, kennung=f"v{vorgang}")
        problems = at_once(
            lambda v=vorgang: amt.finish(v, "w"),
            lambda n=nachricht: _deliver(amt, n.id),
            lambda n=nachricht: _deliver(amt, n.id),
        )
        assert all(isinstance(p, errors.Conflict | KeyError) for p in problems), problems
        assert list(amt.offene(vorgang)) == ["b"]
        assert arts(amt, vorgang).count("erledigt") == 1


def _deliver(amt, nachricht_id):
    try:
        with db.transaction(amt.sessions) as session:
            zustellung.deliver(session, nachricht_id, now=amt.now)
    except errors.Conflict:
        return
