"""An Aufgabe changes hands: with a reason, in the record, politely when two want it at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from engine import db, errors
from engine.commands import abschluss, aufgaben, zuweisung
from engine.model import Aufgabe, Ereignis, EreignisArt, Handlung, Person, Wartegrund, Weitergabegrund

GRUND = Weitergabegrund.ABWESEND


def run(amt: Any, command: Any, wer: str, *args: Any, **options: Any) -> Any:
    akteur = amt.akteur(wer)
    return db.run(amt.sessions, lambda s: command(s, akteur, *args, now=amt.now, **options))


def handlungen(amt: Any, wer: str, task: int) -> frozenset[Handlung]:
    with db.reading(amt.sessions) as session:
        return session.get_one(Aufgabe, task).handlungen(amt.akteur(wer))


@pytest.fixture
def task(amt, zeichnung) -> int:
    process = amt.publish(zeichnung('<userTask id="a" name="A"/>', "s>a", "a>e"))
    return amt.offene(amt.start(process))["a"]


def test_the_aufgabe_of_a_colleague_is_taken_with_a_reason_only_and_both_stand_in_the_record(amt, task):
    run(amt, aufgaben.begin_aufgabe, "anna", task)
    assert handlungen(amt, "ben", task) == {Handlung.EINSPRINGEN}
    with pytest.raises(errors.Conflict, match="andere Person"):
        run(amt, aufgaben.claim_aufgabe, "ben", task)
    taken = run(amt, zuweisung.take_over_aufgabe, "ben", task, grund=GRUND)
    assert (taken.person_id, taken.status) == (amt.ids["ben"], "begonnen")
    with db.reading(amt.sessions) as session:
        row = session.query(Ereignis).filter(Ereignis.art == EreignisArt.WEITERGEGEBEN).one()
        assert (row.grund, row.person_id) == ("abwesend", amt.ids["ben"])
        assert row.daten == {"von_person": amt.ids["anna"], "an_person": amt.ids["ben"]}


@pytest.mark.parametrize("wer", ["cem", "fremd", "modell"])
def test_who_is_not_of_the_gruppe_does_not_know_of_it(amt, task, wer):
    run(amt, aufgaben.claim_aufgabe, "anna", task)
    for command, options in (
        (zuweisung.take_over_aufgabe, {"grund": GRUND}),
        (zuweisung.assign_aufgabe, {"grund": GRUND, "person_id": amt.ids["ben"]}),
        (zuweisung.delegate_aufgabe, {"person_id": amt.ids["ben"]}),
        (zuweisung.resolve_aufgabe, {}),
    ):
        with pytest.raises(errors.NotFound):
            run(amt, command, wer, task, **options)


def test_the_lead_gives_a_free_or_a_taken_one_to_a_member_and_does_not_take_it_herself(amt, task):
    assert handlungen(amt, "lea", task) == {Handlung.WEITERGEBEN}
    with pytest.raises(errors.NotFound):
        run(amt, aufgaben.claim_aufgabe, "lea", task)
    given = run(amt, zuweisung.assign_aufgabe, "lea", task, person_id=amt.ids["anna"], grund=GRUND)
    assert (given.person_id, given.status, given.uebernommen_am) == (amt.ids["anna"], "bereit", None)
    run(amt, aufgaben.begin_aufgabe, "anna", task)
    run(amt, zuweisung.assign_aufgabe, "lea", task, person_id=amt.ids["ben"], grund=GRUND)
    assert Handlung.BEGINNEN in handlungen(amt, "ben", task)


@pytest.mark.parametrize("ziel", ["cem", "fremd", "lea"])
def test_nobody_outside_of_the_gruppe_gets_it(amt, task, ziel):
    run(amt, aufgaben.claim_aufgabe, "anna", task)
    for command, options in ((zuweisung.assign_aufgabe, {"grund": GRUND}), (zuweisung.delegate_aufgabe, {})):
        with pytest.raises(errors.Invalid, match="nicht in der Gruppe"):
            run(amt, command, "anna", task, person_id=amt.ids[ziel], **options)


def test_what_waits_for_somebody_outside_goes_on_waiting_with_the_next_person(amt, task):
    run(amt, aufgaben.begin_aufgabe, "anna", task)
    run(amt, aufgaben.pause_aufgabe, "anna", task, grund=Wartegrund.GERICHT)
    given = run(amt, zuweisung.assign_aufgabe, "anna", task, person_id=amt.ids["ben"], grund=GRUND)
    assert (given.status, given.wartegrund) == ("unterbrochen", "gericht")
    assert Handlung.FORTSETZEN in handlungen(amt, "ben", task)


def test_what_is_delegated_is_worked_on_and_comes_back_to_be_completed(amt, task):
    run(amt, aufgaben.begin_aufgabe, "anna", task)
    run(amt, zuweisung.delegate_aufgabe, "anna", task, person_id=amt.ids["ben"])
    assert handlungen(amt, "ben", task) == {Handlung.UEBERNEHMEN, Handlung.BEGINNEN, Handlung.VORLEGEN}
    run(amt, aufgaben.begin_aufgabe, "ben", task)
    with pytest.raises(errors.Conflict, match="delegiert"):
        run(amt, abschluss.complete_aufgabe, "ben", task, eingaben={}, schluessel=amt.schluessel)
    back = run(amt, zuweisung.resolve_aufgabe, "ben", task)
    assert (back.person_id, back.delegiert_von_id) == (amt.ids["anna"], None)
    run(amt, aufgaben.begin_aufgabe, "anna", task)
    run(amt, abschluss.complete_aufgabe, "anna", task, eingaben={}, schluessel=amt.schluessel)


def test_who_delegated_takes_it_back_at_any_time(amt, task):
    run(amt, aufgaben.claim_aufgabe, "anna", task)
    run(amt, zuweisung.delegate_aufgabe, "anna", task, person_id=amt.ids["ben"])
    back = run(amt, aufgaben.claim_aufgabe, "anna", task)
    assert (back.person_id, back.delegiert_von_id) == (amt.ids["anna"], None)
    with pytest.raises(errors.Conflict, match="andere Person"):
        run(amt, zuweisung.resolve_aufgabe, "ben", task)


def test_when_who_delegated_has_left_the_gruppe_gets_it(amt, task):
    run(amt, aufgaben.claim_aufgabe, "anna", task)
    run(amt, zuweisung.delegate_aufgabe, "anna", task, person_id=amt.ids["ben"])
    with db.transaction(amt.sessions) as session:
        session.get_one(Person, amt.ids["anna"]).aktiv = False
    back = run(amt, zuweisung.resolve_aufgabe, "ben", task)
    assert (back.person_id, back.status) == (None, "bereit")


def test_of_two_who_step_in_at_once_the_later_has_it_and_the_record_knows_both(amt, task):
    """Ben and Lea's choice at the same moment: one after the other, no lock error, no lost entry."""
    run(amt, aufgaben.claim_aufgabe, "anna", task)
    barrier, failures = threading.Barrier(2), []

    def act(command: Any, wer: str, **options: Any) -> None:
        barrier.wait()
        try:
            run(amt, command, wer, task, grund=GRUND, **options)
        except errors.EngineError as error:
            failures.append(error.text)

    both = [
        threading.Thread(target=act, args=(zuweisung.take_over_aufgabe, "ben")),
        threading.Thread(target=act, args=(zuweisung.assign_aufgabe, "lea"), kwargs={"person_id": amt.ids["ben"]}),
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    with db.reading(amt.sessions) as session:
        assert session.get_one(Aufgabe, task).person_id == amt.ids["ben"]
    assert all("nicht möglich" in text for text in failures)
