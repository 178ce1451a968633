"""Wiedervorlage: on its day it comes up by itself, for a person or a Gruppe, and nobody else knows of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine import db, errors
from engine.commands import vertretungen, wiedervorlagen
from engine.model import Ereignis, EreignisArt, Gruppe, Wiedervorlagegrund, Zugriff
from engine.queries import wiedervorlagen as abfragen

DONNERSTAG = date(2026, 6, 18)
GRUND = Wiedervorlagegrund.ANTWORT


@pytest.fixture
def vorgang(amt, zeichnung) -> int:
    return amt.start(amt.publish(zeichnung('<userTask id="a" name="A"/>', "s>a", "a>e")))


def set_it(amt: Any, wer: str, vorgang: int, am: date = DONNERSTAG, **options: Any) -> int:
    akteur = amt.akteur(wer)
    return db.run(
        amt.sessions,
        lambda s: wiedervorlagen.set_wiedervorlage(s, akteur, vorgang, am=am, grund=GRUND, now=amt.now, **options),
    ).id


def seen(amt: Any, wer: str, tage: float = 0, **options: Any) -> list[Any]:
    akteur, now = amt.akteur(wer), amt.now + timedelta(days=tage)
    with db.reading(amt.sessions) as session:
        return list(abfragen.wiedervorlagen(session, akteur, now=now, **options))


def due(amt: Any, wer: str, tage: float) -> int:
    with db.reading(amt.sessions) as session:
        return session.execute(abfragen.anzahl_faellig(amt.akteur(wer), amt.now + timedelta(days=tage))).scalar_one()


def gruppe(amt: Any, kennung: str) -> int:
    with db.reading(amt.sessions) as session:
        return session.query(Gruppe.id).filter(Gruppe.kennung == kennung).scalar()


def test_it_comes_up_by_itself_on_its_day(amt, vorgang):
    task = amt.offene(vorgang)["a"]
    set_it(amt, "anna", vorgang, aufgabe_id=task)
    [row] = seen(amt, "anna")
    assert (row.am, row.abstand_at, row.ist_faellig, row.aufgabe, row.grund) == (DONNERSTAG, 3, False, "A", GRUND)
    # Thursday begins on Wednesday at 22:00 UTC; the tests begin on Monday at 07:00.
    assert [due(amt, "anna", days) for days in (0, 2, 2.62, 2.63, 9)] == [0, 0, 0, 1, 1]
    assert seen(amt, "anna", 9)[0].abstand_at < 0
    assert [len(seen(amt, "anna", bis=day)) for day in (date(2026, 6, 17), DONNERSTAG)] == [0, 1]


def test_one_that_falls_on_a_day_of_rest_is_still_to_come_the_day_before(amt, vorgang):
    set_it(amt, "anna", vorgang, am=date(2026, 6, 20))
    [row] = seen(amt, "anna", 4)
    assert (row.abstand_at, row.ist_faellig) == (1, False)
    assert seen(amt, "anna", 5)[0].ist_faellig


def test_one_of_the_gruppe_comes_up_for_all_of_it_and_one_is_enough_to_finish_it(amt, vorgang):
    number = set_it(amt, "anna", vorgang, gruppe_id=gruppe(amt, "asd_nord"))
    assert [r.gruppe for r in seen(amt, "ben")] == ["ASD Nord"]
    ben = amt.akteur("ben")
    for _ in range(2):
        db.run(amt.sessions, lambda s: wiedervorlagen.finish_wiedervorlage(s, ben, number, now=amt.now))
    assert seen(amt, "anna") == seen(amt, "ben") == []
    with db.reading(amt.sessions) as session:
        arts = [e.art for e in session.query(Ereignis).order_by(Ereignis.id) if "wiedervorlage" in e.art]
        assert arts == [EreignisArt.WIEDERVORLAGE_GESETZT, EreignisArt.WIEDERVORLAGE_ERLEDIGT]
        assert session.query(Zugriff).filter(Zugriff.zweck.like("wiedervorlage%")).count() == 2


def test_who_stands_in_sees_it_and_says_that_it_is_done(amt, vorgang):
    number, anna = set_it(amt, "anna", vorgang), amt.akteur("anna")
    assert seen(amt, "cem") == []
    today = date(2026, 6, 15)
    db.run(
        amt.sessions,
        lambda s: vertretungen.set_vertretung(
            s, anna, vertretene_id=anna.person_id, vertreter_id=amt.ids["cem"], von=today, bis=today, now=amt.now
        ),
    )
    assert [r.vertretung_fuer for r in seen(amt, "cem")] == ["Anna"]
    cem = amt.akteur("cem")
    db.run(amt.sessions, lambda s: wiedervorlagen.finish_wiedervorlage(s, cem, number, now=amt.now))
    assert seen(amt, "anna") == []


def test_set_twice_for_the_same_day_it_is_one(amt, vorgang):
    assert set_it(amt, "anna", vorgang) == set_it(amt, "anna", vorgang)
    assert set_it(amt, "anna", vorgang, am=date(2026, 6, 19)) != set_it(amt, "anna", vorgang)


@pytest.mark.parametrize("wer", ["cem", "fremd", "modell"])
def test_others_neither_set_nor_see_nor_finish_it(amt, vorgang, wer):
    number = set_it(amt, "anna", vorgang)
    with pytest.raises((errors.NotFound, errors.NotAllowed)):
        set_it(amt, wer, vorgang)
    stranger = amt.akteur(wer)
    with pytest.raises((errors.NotFound, errors.NotAllowed)):
        db.run(amt.sessions, lambda s: wiedervorlagen.finish_wiedervorlage(s, stranger, number, now=amt.now))
    assert seen(amt, wer) == []


def test_a_colleague_does_not_finish_what_somebody_set_for_herself(amt, vorgang):
    number, ben = set_it(amt, "anna", vorgang), amt.akteur("ben")
    assert seen(amt, "ben") == []
    with pytest.raises(errors.NotFound):
        db.run(amt.sessions, lambda s: wiedervorlagen.finish_wiedervorlage(s, ben, number, now=amt.now))


@pytest.mark.parametrize("am", [date(2026, 6, 15), date(2026, 6, 14), date(2032, 1, 1), date.max])
def test_today_the_past_and_a_far_day_are_refused(amt, vorgang, am):
    with pytest.raises(errors.Invalid, match="ab morgen"):
        set_it(amt, "anna", vorgang, am=am)


def test_a_foreign_gruppe_or_aufgabe_is_refused(amt, vorgang, zeichnung):
    other = amt.start(amt.publish(zeichnung('<userTask id="b" name="B"/>', "s>b", "b>e", prozess="q")))
    with pytest.raises(errors.NotFound):
        set_it(amt, "anna", vorgang, gruppe_id=gruppe(amt, "asd_sued"))
    with pytest.raises(errors.NotFound):
        set_it(amt, "anna", vorgang, aufgabe_id=amt.offene(other)["b"])
