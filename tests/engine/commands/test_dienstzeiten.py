"""Office hours: from tomorrow on, by the administration, never for the past; the record keeps every version."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from engine import db, errors
from engine.commands import dienstzeiten
from engine.commands import personen as buero
from engine.dienstzeit import ANFANG, Dienstzeit
from engine.kalender import Kalender
from engine.model import Dienstzeitstand, Mandant
from engine.queries import dienstzeiten as lesen
from engine.rechte import Rolle

HALBTAGS = Dienstzeit(dict.fromkeys(range(5), ((time(8), time(12)),)), {date(2030, 12, 24): ()})


@pytest.fixture
def heute(amt):
    """The day of the tests; an administration is there."""
    with db.transaction(amt.sessions) as session:
        mandant = session.get_one(Mandant, amt.akteur("anna").mandant_id)
        unit = buero.create_einheit(session, mandant, kennung="fa", name="Fachadministration")
        group = buero.create_gruppe(session, unit, kennung="fa", name="FA", rolle=Rolle.ADMIN_FACH)
        person = buero.create_person(session, unit, kennung="admin", name="Admin", passwort_hash="x", gruppen=(group,))
        amt.ids["admin"] = person.id
    return amt.now.date()


def set_for(amt, tag, wer="admin", dienstzeit=HALBTAGS, now=None, **tage):
    vorgabe = dienstzeiten.Vorgabe(tag, dienstzeit, **{name: frozenset(werte) for name, werte in tage.items()})
    with db.transaction(amt.sessions) as session:
        dienstzeiten.set_dienstzeit(session, amt.akteur(wer), vorgabe=vorgabe, now=now or amt.now)


def versions_of(amt):
    with db.reading(amt.sessions) as session:
        return lesen.abschnitte_of(session, amt.akteur("anna").mandant_id)


def test_without_a_version_the_calendar_of_the_office_holds(amt, heute):
    (abschnitt,) = versions_of(amt)
    assert (abschnitt.kalender, abschnitt.dienstzeit) == (Kalender("NW"), Dienstzeit())


def test_a_version_begins_tomorrow_and_the_first_one_stays(amt, heute):
    morgen, frei = heute + timedelta(days=1), heute + timedelta(days=30)
    set_for(amt, morgen, schliesstage=[frei, heute - timedelta(days=400)])
    erster, zweiter = versions_of(amt)
    assert (erster.ab, erster.dienstzeit, erster.kalender.schliesstage) == (ANFANG, Dienstzeit(), frozenset())
    assert (zweiter.ab, zweiter.dienstzeit) == (morgen, HALBTAGS)
    with db.reading(amt.sessions) as session:
        kalender = session.get_one(Mandant, amt.akteur("anna").mandant_id).kalender()
        # Fristen see the closing day that is still to come, and nothing new in the past.
        assert kalender.schliesstage == {frei}
        oben, unten = lesen.staende(session, amt.akteur("admin"))
        assert (oben.name, unten.name) == ("Admin", None)


def test_a_later_entry_for_the_same_day_counts_and_both_stay_in_the_record(amt, heute):
    morgen = heute + timedelta(days=1)
    for stunde in (9, 10):
        set_for(amt, morgen, dienstzeit=Dienstzeit({0: ((time(8), time(stunde)),)}))
    assert versions_of(amt)[-1].dienstzeit.woche == {0: ((time(8), time(10)),)}
    with db.reading(amt.sessions) as session:
        assert session.query(Dienstzeitstand).count() == 3


def test_neither_the_past_nor_too_much_nor_without_the_right(amt, heute):
    morgen = heute + timedelta(days=1)
    for tage in (0, -1, -4_000, 365 * 80):
        with pytest.raises(errors.Invalid) as error:
            set_for(amt, heute + timedelta(days=tage))
        assert "Vergangene Tage bleiben" in error.value.felder["gilt_ab"]
    with pytest.raises(errors.Invalid) as error:
        set_for(amt, morgen, schliesstage=[morgen + timedelta(days=n) for n in range(dienstzeiten.MAX_TAGE + 1)])
    assert list(error.value.felder) == ["schliesstage"]
    for wer in ("anna", "modell", "lea"):
        with pytest.raises(errors.NotAllowed):
            set_for(amt, morgen, wer)
        with db.reading(amt.sessions) as session, pytest.raises(errors.NotAllowed):
            lesen.staende(session, amt.akteur(wer))
    assert len(versions_of(amt)) == 1
