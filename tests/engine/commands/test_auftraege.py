"""Work that no person does: services of the product, and external work under locks that end."""

from __future__ import annotations

import threading
from datetime import timedelta
from xml.sax.saxutils import quoteattr

import pytest
from sqlalchemy import select

from engine import ausfuehrung, db, errors, spiff, worker
from engine.commands import aufraeumen, auftraege, ereignisse, nachrichten, wiederholung, zugaenge
from engine.model import Ereignis, EreignisArt, Mitteilung, Nachricht, Quittung, Stoerung, Vorgang, Wartepunkt, Zugriff
from engine.queries import betrieb

FREMD = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'


def mapped(*entries: str) -> str:
    """„eingabe x = feel“ and „ausgabe y = feel“ in the words of a modelling tool."""
    rows = ""
    for entry in entries:
        kind, name, _, feel = entry.split(" ", 3)
        word = {"eingabe": "input", "ausgabe": "output"}[kind]
        rows += f"<zeebe:{word} source={quoteattr('=' + feel)} target={quoteattr(name)}/>"
    return f"<extensionElements><zeebe:ioMapping>{rows}</zeebe:ioMapping></extensionElements>" if rows else ""


def dienst(name: str, *entries: str) -> str:
    return f'<serviceTask id="d" name="Rechnen" implementation="hilfefluss:{name}">{mapped(*entries)}</serviceTask>'


def thema(*entries: str) -> str:
    return f'<serviceTask id="d" name="Register fragen" camunda:topic="register">{mapped(*entries)}</serviceTask>'


@pytest.fixture
def start(amt, zeichnung):
    """A Vorgang of a process in which this node lies before an Aufgabe."""
    with db.transaction(amt.sessions) as session:
        zugaenge.create_zugang(session, 1, name="Register", themen=("register",), nachrichten=(), now=amt.now)

    def start(node: str, *more: str) -> int:
        flows = ("s>d", "d>b", "b>e", *MORE[len(more) > 0])
        model = zeichnung(node + '<userTask id="b"/>' + "".join(more), *flows, more=FEHLER)
        return amt.start(amt.publish(model.replace("<definitions ", f"<definitions {FREMD} ", 1)))

    return start


MORE = {False: (), True: ("r>c", "c>e2")}
FEHLER = '<error id="f1" errorCode="KEIN_TREFFER"/>'
FEHLERRAND = (
    '<boundaryEvent id="r" attachedToRef="d"><errorEventDefinition id="ed" errorRef="f1"/></boundaryEvent>'
    '<userTask id="c"/><endEvent id="e2"/>'
)


def run(amt, **later):
    return worker.run_due(amt.sessions, now=amt.now + timedelta(**later))


def fetch(amt, *, now=None, **more):
    with db.transaction(amt.sessions) as session:
        return auftraege.fetch_auftraege(session, 1, ["register"], arbeiter="w1", now=now or amt.now, **more)


def answer(amt, command, auftrag, *, now=None, **more):
    with db.transaction(amt.sessions) as session:
        return command(session, 1, auftrag.id, sperre=auftrag.sperre, now=now or amt.now, **more)


def arts(amt, vorgang):
    with db.reading(amt.sessions) as session:
        statement = select(Ereignis).where(Ereignis.vorgang_id == vorgang).order_by(Ereignis.id)
        rows = list(session.execute(statement).scalars())
        assert ereignisse.verify_kette(session.get_one(Vorgang, vorgang), rows)
    return [row.art for row in rows]


def test_a_service_computes_and_the_vorgang_goes_on(amt, start):
    vorgang = start(dienst("berechnen", "eingabe netto = 100", "ausgabe brutto = netto * 1.19"))
    assert amt.offene(vorgang) == {}
    assert run(amt) == 1
    assert list(amt.offene(vorgang)) == ["b"]
    assert amt.vorgang(vorgang).variablen["brutto"] == 119
    assert "netto" not in amt.vorgang(vorgang).variablen
    assert run(amt) == 0


def test_a_notice_reaches_the_gruppe_once(amt, start):
    vorgang = start(dienst("benachrichtigen", 'eingabe titel = "Bitte prüfen"', 'eingabe gruppe = "asd_sued"'))
    threads = [threading.Thread(target=lambda: [run(amt) for _ in range(3)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading(amt.sessions) as session:
        rows = list(session.execute(select(Mitteilung)).scalars())
    assert [(row.titel, row.vorgang_id, row.gelesen_am) for row in rows] == [("Bitte prüfen", vorgang, None)]
    assert list(amt.offene(vorgang)) == ["b"]


def test_old_receipts_and_delivered_messages_are_forgotten_and_nothing_else(amt, start):
    start(thema())
    (auftrag,) = fetch(amt)
    answer(amt, auftraege.complete_auftrag, auftrag)
    with db.transaction(amt.sessions) as session:
        nachrichten.send_signal(session, 1, "niemand", kennung="alt", now=amt.now)
        nachrichten.send_nachricht(
            session, 1, "spaet", kennung="neu", schluessel="x", now=amt.now, gueltig_bis=amt.now + timedelta(days=300)
        )
    run(amt)
    for days, forgotten in ((29, 0), (31, 1), (91, 1), (92, 0)):
        with db.transaction(amt.sessions) as session:
            assert aufraeumen.forget_old(session, now=amt.now + timedelta(days=days)) == forgotten
    with db.reading(amt.sessions) as session:
        assert list(session.execute(select(Nachricht.kennung)).scalars()) == ["neu"]


def test_a_notice_that_nobody_could_get_becomes_a_stoerung_and_goes_on_after_a_retry(amt, start):
    vorgang = start(dienst("benachrichtigen", 'eingabe gruppe = "gibt_es_nicht"'))
    moment = amt.now
    for _ in range(worker.VERSUCHE):
        assert worker.run_due(amt.sessions, now=moment) == 1
        moment += timedelta(hours=2)
    assert worker.run_due(amt.sessions, now=moment) == 0
    with db.reading(amt.sessions) as session:
        (trouble,) = betrieb.offene_stoerungen(session, amt.akteur("modell"))
        assert session.execute(select(Mitteilung.id)).all() == []
    assert (trouble.element, trouble.naechster_versuch) == ("d", None)
    assert "keine Gruppe" in trouble.grund
    with db.transaction(amt.sessions) as session:
        session.execute(select(Wartepunkt)).scalar_one().eingaben = {"gruppe": "asd_nord"}
        weiter = wiederholung.retry_stoerung(session, amt.akteur("modell"), trouble.stoerung_id, now=moment)
    assert weiter is wiederholung.Weiter.AUTOMATISCH
    assert worker.run_due(amt.sessions, now=moment) == 1
    with db.reading(amt.sessions) as session:
        assert betrieb.offene_stoerungen(session, amt.akteur("modell")) == ()
        assert session.execute(select(Zugriff.zweck).order_by(Zugriff.id.desc()).limit(1)).scalar_one() == "stoerung"
    assert list(amt.offene(vorgang)) == ["b"]
    assert not amt.vorgang(vorgang).gestoert


def test_only_some_may_set_a_stoerung_going_again(amt, start):
    start(dienst("benachrichtigen", 'eingabe gruppe = "gibt_es_nicht"'))
    run(amt)
    with db.reading(amt.sessions) as session:
        number = session.execute(select(Stoerung.id)).scalar_one()
    for wer, refusal in (("anna", errors.NotAllowed), ("lea", errors.NotAllowed)):
        with pytest.raises(refusal), db.transaction(amt.sessions) as session:
            wiederholung.retry_stoerung(session, amt.akteur(wer), number, now=amt.now)
    with pytest.raises(errors.NotFound), db.transaction(amt.sessions) as session:
        wiederholung.retry_stoerung(session, amt.akteur("modell"), number + 1, now=amt.now)


def test_external_work_is_fetched_with_its_inputs_and_completed(amt, start):
    vorgang = start(thema('eingabe frage = "Name"', "ausgabe antwort = treffer"))
    (auftrag,) = fetch(amt)
    assert (auftrag.name, auftrag.eingaben, auftrag.vorgang_id) == ("register", {"frage": "Name"}, vorgang)
    assert fetch(amt) == []
    answer(amt, auftraege.complete_auftrag, auftrag, variablen={"treffer": 3})
    assert list(amt.offene(vorgang)) == ["b"]
    assert amt.vorgang(vorgang).variablen["antwort"] == 3
    assert arts(amt, vorgang)[2:4] == ["wartet", "eingetreten"]


def test_the_same_answer_twice_has_one_effect_and_another_one_none(amt, start):
    vorgang = start(thema())
    (auftrag,) = fetch(amt)
    for _ in range(3):
        answer(amt, auftraege.complete_auftrag, auftrag)
    with pytest.raises(errors.Conflict, match="Sperre"):
        answer(amt, auftraege.fail_auftrag, auftrag, grund="zu spät", rest_versuche=1)
    assert arts(amt, vorgang).count("eingetreten") == 1
    with db.reading(amt.sessions) as session:
        assert len(session.execute(select(Quittung.id)).all()) == 1


def test_a_lock_that_ran_out_sets_the_work_free_and_its_late_answer_is_refused(amt, start):
    vorgang = start(thema())
    (first,) = fetch(amt, sperrdauer=timedelta(minutes=1))
    later = amt.now + timedelta(minutes=1)
    with pytest.raises(errors.Conflict, match="Sperre"):
        answer(amt, auftraege.complete_auftrag, first, now=later)
    (second,) = fetch(amt, now=later)
    with pytest.raises(errors.Conflict, match="Sperre"):
        answer(amt, auftraege.complete_auftrag, first, now=later)
    answer(amt, auftraege.complete_auftrag, second, now=later)
    assert list(amt.offene(vorgang)) == ["b"]


def test_a_lock_can_be_kept_longer(amt, start):
    start(thema())
    (auftrag,) = fetch(amt, sperrdauer=timedelta(minutes=1))
    later = amt.now + timedelta(seconds=50)
    assert answer(
        amt, auftraege.extend_sperre, auftrag, now=later, sperrdauer=timedelta(minutes=5)
    ) == later + timedelta(minutes=5)
    answer(amt, auftraege.complete_auftrag, auftrag, now=later + timedelta(minutes=4))


def test_failed_work_is_free_again_after_its_pause_and_a_stoerung_in_the_end(amt, start):
    vorgang = start(thema())
    (auftrag,) = fetch(amt)
    failed = {"grund": "Register antwortet nicht", "pause": timedelta(minutes=10)}
    answer(amt, auftraege.fail_auftrag, auftrag, rest_versuche=1, **failed)
    answer(amt, auftraege.fail_auftrag, auftrag, rest_versuche=1, **failed)
    assert fetch(amt) == []
    later = amt.now + timedelta(minutes=10)
    (auftrag,) = fetch(amt, now=later)
    assert auftrag.versuche == 1
    answer(amt, auftraege.fail_auftrag, auftrag, rest_versuche=0, now=later, **failed)
    assert fetch(amt, now=later + timedelta(days=1)) == []
    with db.reading(amt.sessions) as session:
        trouble = session.execute(select(Stoerung)).scalar_one()
    assert (trouble.element_id, "Register antwortet nicht" in trouble.grund) == ("d", True)
    with db.transaction(amt.sessions) as session:
        wiederholung.retry_stoerung(session, amt.akteur("modell"), trouble.id, now=later)
    (auftrag,) = fetch(amt, now=later)
    answer(amt, auftraege.complete_auftrag, auftrag, now=later)
    assert not amt.vorgang(vorgang).gestoert


def test_a_bpmn_error_goes_the_way_that_is_drawn_for_it(amt, start):
    vorgang = start(thema(), FEHLERRAND)
    (auftrag,) = fetch(amt)
    for _ in range(2):
        answer(amt, auftraege.throw_bpmn_fehler, auftrag, code="KEIN_TREFFER")
    assert list(amt.offene(vorgang)) == ["c"]


def test_an_error_that_nothing_catches_changes_nothing(amt, start):
    vorgang = start(thema(), FEHLERRAND)
    (auftrag,) = fetch(amt)
    with pytest.raises(spiff.Ausfuehrungsfehler):
        answer(amt, auftraege.throw_bpmn_fehler, auftrag, code="ANDERER")
    answer(amt, auftraege.complete_auftrag, auftrag)
    assert list(amt.offene(vorgang)) == ["b"]


def test_work_whose_answer_cannot_be_taken_rests_until_somebody_sets_it_going(amt, start):
    vorgang = start(thema(), FEHLERRAND)
    (auftrag,) = fetch(amt)
    held = {"sperre": auftrag.sperre, "now": amt.now}

    def refused(command, **more):
        ausfuehrung.run_answer(
            amt.sessions,
            lambda session: command(session, 1, auftrag.id, **held, **more),
            wartepunkt_id=auftrag.id,
            now=amt.now,
        )

    with pytest.raises(spiff.Ausfuehrungsfehler):
        refused(auftraege.throw_bpmn_fehler, code="ANDERER")
    # Its lock is over, and nobody else gets the work.
    with pytest.raises(errors.Conflict, match="Sperre"):
        refused(auftraege.complete_auftrag)
    later = amt.now + timedelta(days=1)
    assert fetch(amt, now=later) == []
    with db.transaction(amt.sessions) as session:
        (trouble,) = betrieb.offene_stoerungen(session, amt.akteur("modell"))
        assert (trouble.element, trouble.naechster_versuch) == ("d", None)
        wiederholung.retry_stoerung(session, amt.akteur("modell"), trouble.stoerung_id, now=later)
    (again,) = fetch(amt, now=later)
    answer(amt, auftraege.complete_auftrag, again, now=later)
    assert (list(amt.offene(vorgang)), amt.vorgang(vorgang).gestoert) == (["b"], False)


@pytest.mark.parametrize(
    ("falsch", "feld"),
    [({"anzahl": 0}, "anzahl"), ({"anzahl": 101}, "anzahl"), ({"sperrdauer": timedelta(0)}, "sperrdauer_s")],
)
def test_fetching_nonsense_is_refused(amt, start, falsch, feld):
    with pytest.raises(errors.Invalid) as refused:
        fetch(amt, **falsch)
    assert list(refused.value.felder) == [feld]


def test_work_of_another_office_is_not_there(amt, start):
    start(thema())
    (auftrag,) = fetch(amt)
    with db.transaction(amt.sessions) as session:
        assert auftraege.fetch_auftraege(session, 2, ["register"], arbeiter="w", now=amt.now) == []
    with pytest.raises(errors.Conflict), db.transaction(amt.sessions) as session:
        auftraege.complete_auftrag(session, 2, auftrag.id, sperre=auftrag.sperre, now=amt.now)


def test_many_who_fetch_and_answer_at_once_do_every_piece_once(amt, start):
    cases = [start(thema())]
    with db.reading(amt.sessions) as session:
        prozess = session.execute(select(Vorgang.prozess_id)).scalar_one()
    cases += [amt.start(prozess) for _ in range(7)]
    taken: list[int] = []

    def work():
        for _ in range(6):
            for auftrag in db.run(
                amt.sessions,
                lambda session: auftraege.fetch_auftraege(
                    session, 1, ["register"], arbeiter="w", now=amt.now, anzahl=3
                ),
            ):
                taken.append(auftrag.id)
                for _ in range(2):
                    db.run(
                        amt.sessions,
                        lambda session, a=auftrag: auftraege.complete_auftrag(
                            session, 1, a.id, sperre=a.sperre, now=amt.now
                        ),
                    )

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == len(cases)
    assert all(list(amt.offene(case)) == ["b"] for case in cases)
    with db.reading(amt.sessions) as session:
        done = session.execute(select(Ereignis.id).where(Ereignis.art == EreignisArt.EINGETRETEN)).all()
    assert len(done) == len(cases)
