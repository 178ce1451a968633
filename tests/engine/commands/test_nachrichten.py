"""A message goes to the one that waits for it, is kept when nobody does, and is delivered once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botschaften import (
    NAMEN,
    RAND,
    WARTEN,
    arts,
    caught,
    chain_is_whole,
    message,
    point,
    run,
    send,
    state,
)
from sqlalchemy import select

from engine import db, errors, worker
from engine.commands.eintreffen import trigger_ereignis
from engine.model import (
    Aufgabe,
    AufgabeStatus,
    Ereignis,
    EreignisArt,
    Nachricht,
    NachrichtStatus,
    Wartepunkt,
    Zugriff,
)


@pytest.fixture
def publish(amt, zeichnung):
    def publish(nodes: str, *flows: str, **more: str) -> int:
        return amt.publish(zeichnung(nodes, *flows, more=NAMEN, **more))

    return publish


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


def test_a_person_who_confirms_first_leaves_nothing_to_do_for_the_message(amt, publish):
    vorgang = amt.start(publish(*WARTEN))
    sent = send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen, variablen={"betrag": 1})
    amt.finish(vorgang, "w")
    run(amt)
    assert list(amt.offene(vorgang)) == ["b"]
    assert (state(amt, sent.id).status, state(amt, sent.id).vorgang_id) == (NachrichtStatus.ZUGESTELLT, vorgang)
    assert "betrag" not in amt.vorgang(vorgang).variablen


@pytest.fixture
def again(amt, publish):
    """A Vorgang that may wait for the same message again and again, and how a person sends it round."""
    gates = '<exclusiveGateway id="m"/><exclusiveGateway id="x"/>'
    flows = ("s>m", "m>w", "w>b", "b>x", "x>m nochmal", "x>e fertig")
    vorgang = amt.start(publish(gates + WARTEN[0], *flows))
    return vorgang, lambda **later: amt.finish(vorgang, "b", now=amt.now + timedelta(**later), entscheidung_x="f5")


def test_the_message_for_what_a_person_confirmed_does_not_count_for_the_next_round(amt, again):
    vorgang, once_more = again
    amt.finish(vorgang, "w")
    send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen)
    run(amt)
    once_more(days=5)
    run(amt, days=5)
    assert list(amt.offene(vorgang)) == ["w"]
    # The next one is one of its own.
    send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen, kennung="k2")
    run(amt, days=5)
    assert list(amt.offene(vorgang)) == ["b"]


def test_one_confirmation_stands_for_one_message_only(amt, again):
    vorgang, once_more = again
    amt.finish(vorgang, "w")
    for number, days in enumerate((1, 1, 2)):
        moment = amt.now + timedelta(days=days)
        send(amt, aktenzeichen=amt.vorgang(vorgang).aktenzeichen, kennung=f"k{number}", now=moment)
        run(amt, days=days)
    with db.reading(amt.sessions) as session:
        assert [n.status for n in session.execute(select(Nachricht).order_by(Nachricht.id)).scalars()] == [
            "zugestellt",
            "zugestellt",
            "wartet",
            "wartet",
        ]
    once_more(days=2)
    run(amt, days=2)
    assert list(amt.offene(vorgang)) == ["b"]


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


def test_the_same_kennung_with_other_variables_is_refused_even_after_delivery(amt, publish):
    nummer = amt.vorgang(amt.start(publish(*RAND))).aktenzeichen
    first = send(amt, aktenzeichen=nummer, variablen={"betrag": 1, "art": "a"})
    run(amt)
    assert send(amt, aktenzeichen=nummer, variablen={"art": "a", "betrag": 1}).id == first.id
    with pytest.raises(errors.Conflict, match="Kennung"):
        send(amt, aktenzeichen=nummer, variablen={"art": "a", "betrag": 2})


def test_two_systems_that_count_alike_send_two_messages(amt, publish):
    amt.start(publish(*WARTEN))
    sent = {send(amt, schluessel="A", zugang_id=zugang).id for zugang in (1, 2, 1, None)}
    assert len(sent) == 3


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
