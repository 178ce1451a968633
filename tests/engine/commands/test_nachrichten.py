"""Messages and signals: to the one that waits, kept when nobody does, delivered once, whatever comes at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine import ausfuehrung, db, errors, worker
from engine.commands import ereignisse, nachrichten, vorgaenge, wiederholung, zustellung
from engine.commands.eintreffen import trigger_ereignis
from engine.model import (
    Aufgabe,
    AufgabeStatus,
    Ereignis,
    EreignisArt,
    Gruppe,
    Nachricht,
    NachrichtStatus,
    Prozessversion,
    Stoerung,
    Vorgang,
    Wartepunkt,
    Zugriff,
)
from engine.queries import betrieb

NAMEN = '<message id="m1" name="Antwort"/><message id="m2" name="Rückruf"/><signal id="z1" name="Unwetter"/>'


def caught(element: str, definition: str, name: str = "") -> str:
    return f'<intermediateCatchEvent id="{element}" name="{name}">{definition}</intermediateCatchEvent>'


def message(number: int = 1) -> str:
    return f'<messageEventDefinition id="md{number}" messageRef="m{number}"/>'


SIGNAL = '<signalEventDefinition id="sd" signalRef="z1"/>'


def started_by(model: str, definition: str) -> str:
    return model.replace('<startEvent id="s" name="Anfang"/>', f'<startEvent id="s">{definition}</startEvent>')


#: waits for a message, which a person may confirm
WARTEN = (caught("w", message(), "Antwort da?") + '<userTask id="b"/>', "s>w", "w>b", "b>e")
#: work that a message interrupts
RAND = (
    f'<userTask id="a"/><boundaryEvent id="r" attachedToRef="a">{message()}</boundaryEvent>'
    '<userTask id="b"/><endEvent id="e2"/>',
    "s>a",
    "a>e",
    "r>b",
    "b>e2",
)


@pytest.fixture
def publish(amt, zeichnung):
    def publish(nodes: str, *flows: str, **more: str) -> int:
        return amt.publish(zeichnung(nodes, *flows, more=NAMEN, **more))

    return publish


def send(amt, name="Antwort", *, kennung="k1", now=None, **more):
    with db.transaction(amt.sessions) as session:
        mandant = session.execute(select(Vorgang.mandant_id).limit(1)).scalar() or 1
        return nachrichten.send_nachricht(session, mandant, name, kennung=kennung, now=now or amt.now, **more)


def signal(amt, name="Unwetter", *, kennung="k1", **more):
    with db.transaction(amt.sessions) as session:
        return nachrichten.send_signal(session, 1, name, kennung=kennung, now=amt.now, **more)


def run(amt, **later):
    return worker.run_due(amt.sessions, now=amt.now + timedelta(**later))


def arts(amt, vorgang):
    with db.reading(amt.sessions) as session:
        return list(
            session.execute(select(Ereignis.art).where(Ereignis.vorgang_id == vorgang).order_by(Ereignis.id)).scalars()
        )


def state(amt, nachricht_id):
    with db.reading(amt.sessions) as session:
        return session.get_one(Nachricht, nachricht_id)


def point(amt, vorgang):
    with db.reading(amt.sessions) as session:
        return session.execute(select(Wartepunkt).where(Wartepunkt.vorgang_id == vorgang)).scalar_one()


def chain_is_whole(amt, vorgang) -> bool:
    with db.reading(amt.sessions) as session:
        rows = list(
            session.execute(select(Ereignis).where(Ereignis.vorgang_id == vorgang).order_by(Ereignis.id)).scalars()
        )
        return ereignisse.verify_kette(session.get_one(Vorgang, vorgang), rows)


def test_a_message_with_the_aktenzeichen_finds_its_vorgang_and_no_other(amt, publish):
    prozess = publish(*WARTEN)
    one, other = amt.start(prozess), amt.start(prozess)
    sent = send(amt, aktenzeichen=amt.vorgang(one).aktenzeichen, variablen={"betrag": 12.5})
    assert run(amt) == 1
    assert (list(amt.offene(one)), list(amt.offene(other))) == (["b"], ["w"])
    assert amt.vorgang(one).variablen["betrag"] == 12.5
    delivered = state(amt, sent.id)
    assert (delivered.status, delivered.vorgang_id, delivered.variablen) == (NachrichtStatus.ZUGESTELLT, one, {})
    assert run(amt) == 0


def test_the_aufgabe_that_stood_for_the_waiting_is_done_by_no_person(amt, publish):
    vorgang = amt.start(publish(*WARTEN))
    aufgabe = amt.offene(vorgang)["w"]
    send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen)
    run(amt)
    with db.reading(amt.sessions) as session:
        done = session.get_one(Aufgabe, aufgabe)
        rows = session.execute(select(Ereignis).where(Ereignis.element_id == "w").order_by(Ereignis.id)).scalars()
        noted = [(row.art, row.grund, row.daten, row.person_id) for row in rows]
    assert (done.status, done.person_id, done.fertig_am) == (AufgabeStatus.ERLEDIGT, None, amt.now)
    assert noted[1:] == [
        (EreignisArt.NACHRICHT_EINGETROFFEN, "nachricht", {"name": "Antwort"}, None),
        (EreignisArt.ERLEDIGT, "nachricht", {}, None),
    ]
    assert chain_is_whole(amt, vorgang)


def test_a_person_who_confirms_first_leaves_the_message_to_nobody(amt, publish):
    vorgang = amt.start(publish(*WARTEN))
    sent = send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen)
    amt.finish(vorgang, "w")
    run(amt)
    assert list(amt.offene(vorgang)) == ["b"]
    assert state(amt, sent.id).status == NachrichtStatus.WARTET


def test_a_message_that_comes_early_is_kept_and_delivered_when_somebody_waits(amt, publish):
    nodes = '<userTask id="a"/>' + WARTEN[0]
    vorgang = amt.start(publish(nodes, "s>a", "a>w", "w>b", "b>e"))
    sent = send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen)
    assert run(amt) == 1
    assert run(amt) == 0
    waits = state(amt, sent.id)
    assert (waits.status, waits.faellig_am) == (NachrichtStatus.WARTET, amt.now + timedelta(seconds=2))
    amt.finish(vorgang, "a")
    # Nobody has to wait for the end of the pause.
    assert run(amt) == 1
    assert list(amt.offene(vorgang)) == ["b"]


def test_the_pauses_grow_and_the_message_expires_at_last(amt, publish):
    amt.start(publish(*WARTEN))
    sent = send(amt, schluessel="niemand", gueltig_bis=amt.now + timedelta(hours=1))
    moment, pauses = amt.now, []
    while state(amt, sent.id).status == NachrichtStatus.WARTET:
        assert worker.run_due(amt.sessions, now=moment) == 1
        due = state(amt, sent.id).faellig_am
        if due is not None:
            pauses.append(due - moment)
            moment = due
    assert pauses[:3] == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8)]
    assert max(pauses) == timedelta(minutes=10)
    assert (state(amt, sent.id).status, moment) == (NachrichtStatus.VERFALLEN, amt.now + timedelta(hours=1))


def test_without_another_setting_a_message_is_kept_for_fourteen_days(amt, publish):
    amt.start(publish(*WARTEN))
    assert send(amt, schluessel="niemand").gueltig_bis == amt.now + timedelta(days=14)


def test_the_same_kennung_again_is_the_same_message(amt, publish):
    vorgang = amt.start(publish(*RAND))
    nummer = amt.vorgang(vorgang).aktenzeichen
    first = send(amt, aktenzeichen=nummer)
    run(amt)
    assert send(amt, aktenzeichen=nummer).id == first.id
    assert run(amt) == 0
    with pytest.raises(errors.Conflict, match="Kennung"):
        send(amt, name="Rückruf", aktenzeichen=nummer)
    assert arts(amt, vorgang).count("nachricht_eingetroffen") == 1


def test_of_several_that_wait_with_the_same_key_the_oldest_gets_it(amt, publish):
    gate = '<parallelGateway id="g"/><parallelGateway id="h"/>' + caught("w1", message()) + caught("w2", message())
    vorgang = amt.start(publish(gate, "s>g", "g>w1", "g>w2", "w1>h", "w2>h", "h>e"))
    with db.reading(amt.sessions) as session:
        oldest = session.execute(select(Wartepunkt.element_id).order_by(Wartepunkt.id).limit(1)).scalar_one()
    for number in (1, 2):
        send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen, kennung=f"k{number}")
        run(amt)
        assert len(amt.offene(vorgang)) == 2 - number
        assert oldest not in amt.offene(vorgang)
    assert amt.vorgang(vorgang).status == "beendet"


EIGENER = (
    '<message id="m3" name="Bescheid"><extensionElements><zeebe:subscription xmlns:zeebe='
    '"http://camunda.org/schema/zeebe/1.0" correlationKey="=string(antrag)"/></extensionElements></message>'
)


def test_a_key_that_the_model_computes_counts_and_not_the_aktenzeichen(amt, zeichnung):
    field = {"type": "number", "key": "antrag", "label": "Antrag", "properties": {"datenklasse": "S0"}}
    nodes = '<userTask id="a"/>' + caught("w", message(3)) + '<userTask id="b"/>'
    prozess = amt.publish(
        zeichnung(nodes, "s>a", "a>w", "w>b", "b>e", more=EIGENER),
        einrichtung={"aufgaben": {"a": {"formular": "f"}}},
        formulare={"f": {"type": "default", "components": [field]}},
    )
    one, other = amt.start(prozess), amt.start(prozess)
    amt.finish(one, "a", antrag="7")
    amt.finish(other, "a", antrag="8")
    send(amt, "Bescheid", schluessel="8")
    send(amt, "Bescheid", aktenzeichen=amt.vorgang(one).aktenzeichen, kennung="k2")
    run(amt)
    assert (list(amt.offene(one)), list(amt.offene(other))) == (["w"], ["b"])


def test_a_message_at_the_border_ends_the_work(amt, publish):
    vorgang = amt.start(publish(*RAND))
    send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen)
    run(amt)
    assert list(amt.offene(vorgang)) == ["b"]
    assert "frist_abgelaufen" not in arts(amt, vorgang)
    assert arts(amt, vorgang)[3:] == ["nachricht_eingetroffen", "element_erreicht", "entfallen", "bereit"]


def test_a_person_may_say_that_it_arrived_at_the_border(amt, publish):
    vorgang = amt.start(publish(*RAND))
    waits = point(amt, vorgang)
    with pytest.raises(errors.NotFound), db.transaction(amt.sessions) as session:
        trigger_ereignis(session, amt.akteur("cem"), vorgang, waits.token, now=amt.now)
    with pytest.raises(errors.NotAllowed), db.transaction(amt.sessions) as session:
        trigger_ereignis(session, amt.akteur("modell"), vorgang, waits.token, now=amt.now)
    with db.transaction(amt.sessions) as session:
        trigger_ereignis(session, amt.akteur("anna"), vorgang, waits.token, now=amt.now)
    assert list(amt.offene(vorgang)) == ["b"]
    with pytest.raises(errors.Conflict, match="wartet nicht mehr"), db.transaction(amt.sessions) as session:
        trigger_ereignis(session, amt.akteur("anna"), vorgang, waits.token, now=amt.now)
    with db.reading(amt.sessions) as session:
        zwecke = list(session.execute(select(Zugriff.zweck).order_by(Zugriff.id)).scalars())
    assert zwecke == ["vorgang_gestartet", "nachricht_eingetroffen"]


def test_where_there_is_an_aufgabe_for_it_a_person_completes_that(amt, publish):
    vorgang = amt.start(publish(*WARTEN))
    with pytest.raises(errors.Conflict, match="eine Aufgabe"), db.transaction(amt.sessions) as session:
        trigger_ereignis(session, amt.akteur("anna"), vorgang, point(amt, vorgang).token, now=amt.now)


FRAGE = (
    f'<intermediateThrowEvent id="t">{message()}</intermediateThrowEvent>' + caught("w", message(2)),
    "s>t",
    "t>w",
    "w>e",
)
ANTWORT = (
    '<userTask id="b"/>' + f'<intermediateThrowEvent id="t">{message(2)}</intermediateThrowEvent>',
    "s>b",
    "b>t",
    "t>e",
)


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


def at_once(*calls):
    problems = []

    def guarded(call):
        try:
            call()
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=guarded, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


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


def test_starts_by_several_workers_start_one_vorgang_per_message(amt, gespraech):
    for number in range(4):
        send(amt, schluessel=f"A-{number}", kennung=f"k{number}")
    assert at_once(*[lambda: [run(amt) for _ in range(4)]] * 3) == []
    with db.reading(amt.sessions) as session:
        started = list(session.execute(select(Vorgang.korrelation)).scalars())
        assert session.execute(select(Prozessversion.id)).all()
    assert sorted(started) == [f"A-{number}" for number in range(4)]
