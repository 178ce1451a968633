"""Taking back a completion: everything as before, or a refusal that says why; the record tells both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import db, errors
from engine.commands import abschluss, aufgaben, beitraege, ruecknahme
from engine.commands.ereignisse import verify_kette
from engine.kalender import lokales_datum
from engine.model import (
    Aufgabe,
    AufgabeStatus,
    Beschluss,
    Ereignis,
    Formularinhalt,
    Ruecknahme,
    Vorgang,
    VorgangStatus,
    Wartepunkt,
)
from wertstrom.laden.ereignisse import geltende, read_zeilen

ZWEI = ('<userTask id="a" name="Erfassen"/><userTask id="b" name="Prüfen"/>', "s>a", "a>b", "b>e")
TIMER = (
    '<userTask id="a"/><boundaryEvent id="t" attachedToRef="a" cancelActivity="false"><timerEventDefinition>'
    "<timeDuration>P5D</timeDuration></timerEventDefinition></boundaryEvent>"
    '<userTask id="c"/><userTask id="b"/>',
    "s>a",
    "a>b",
    "b>e",
    "t>c",
    "c>e",
)
PARALLEL = (
    '<parallelGateway id="g"/><userTask id="a"/><userTask id="b"/><parallelGateway id="j"/><userTask id="c"/>',
    "s>g",
    "g>a",
    "g>b",
    "a>j",
    "b>j",
    "j>c",
    "c>e",
)
SENDET = (
    '<userTask id="a"/><intermediateThrowEvent id="w"><messageEventDefinition messageRef="m"/></intermediateThrowEvent>'
    '<userTask id="b"/>',
    "s>a",
    "a>w",
    "w>b",
    "b>e",
)
FORMULAR = {
    "components": [
        {"type": "number", "key": "zahl", "label": "Zahl", "properties": {"datenklasse": "S0"}},
        {"type": "textfield", "key": "text", "label": "Text"},
        {
            "type": "dynamiclist",
            "path": "beschluesse",
            "label": "Beschlüsse",
            "components": [
                {"type": "textfield", "key": "ergebnis", "label": "Ergebnis"},
                {"type": "textfield", "key": "verantwortlichkeit", "label": "Wer"},
                {
                    "type": "datetime",
                    "subtype": "date",
                    "key": "termin",
                    "label": "Termin",
                    "properties": {"datenklasse": "S0"},
                },
            ],
        },
    ]
}
EINGABEN = {
    "zahl": ["7"],
    "text": ["geheim"],
    "beschluesse.0.ergebnis": ["x"],
    "beschluesse.0.termin": ["heute"],
}


def state(amt, vorgang_id):
    """What a Vorgang is, besides its record."""
    with db.reading(amt.sessions) as session:
        v = session.get_one(Vorgang, vorgang_id)
        points = session.execute(
            select(Wartepunkt.token, Wartepunkt.termin_am, Wartepunkt.faellig_am, Wartepunkt.seit)
            .where(Wartepunkt.vorgang_id == vorgang_id)
            .order_by(Wartepunkt.token)
        ).all()
        offen = session.execute(
            select(Aufgabe.id, Aufgabe.token, Aufgabe.status, Aufgabe.person_id, Aufgabe.begonnen_am)
            .where(Aufgabe.vorgang_id == vorgang_id, Aufgabe.fertig_am.is_(None))
            .order_by(Aufgabe.id)
        ).all()
        return v.zustand, v.variablen, v.laeufe, v.status, v.ende_element, points, offen


def complete(amt, wer, aufgabe_id, now, eingaben=None):
    with db.transaction(amt.sessions) as session:
        akteur = amt.akteur(wer)
        abschluss.complete_aufgabe(
            session, akteur, aufgabe_id, eingaben=eingaben or {}, schluessel=amt.schluessel, now=now
        )
        return ruecknahme.is_possible(session, akteur, session.get_one(Aufgabe, aufgabe_id), now=now)


def undo(amt, wer, aufgabe_id, now):
    with db.transaction(amt.sessions) as session:
        return ruecknahme.take_back(session, amt.akteur(wer), aufgabe_id, schluessel=amt.schluessel, now=now).status


def taken(amt, vorgang_id, element="a"):
    aufgabe_id = amt.offene(vorgang_id)[element]
    with db.transaction(amt.sessions) as session:
        aufgaben.claim_aufgabe(session, amt.akteur("anna"), aufgabe_id, now=amt.now)
    return aufgabe_id


@pytest.mark.parametrize("bild", [ZWEI, TIMER, ('<userTask id="a"/>', "s>a", "a>e")])
def test_everything_is_as_before_and_the_record_says_so(amt, zeichnung, bild) -> None:
    einrichtung = {"aufgaben": {"a": {"formular": "f"}}}
    vorgang = amt.start(amt.publish(zeichnung(*bild), einrichtung=einrichtung, formulare={"f": FORMULAR}))
    aufgabe = taken(amt, vorgang)
    before = state(amt, vorgang)
    later = amt.now + timedelta(seconds=12)
    assert complete(amt, "anna", aufgabe, amt.now, EINGABEN)
    with db.reading(amt.sessions) as session:
        assert session.query(Beschluss).one().termin == lokales_datum(amt.now)
    assert undo(amt, "anna", aufgabe, later) == AufgabeStatus.UEBERNOMMEN
    assert state(amt, vorgang) == before
    with db.reading(amt.sessions) as session:
        rows = session.query(Ereignis).filter(Ereignis.vorgang_id == vorgang).order_by(Ereignis.id).all()
        assert verify_kette(session.get_one(Vorgang, vorgang), rows)
        assert rows[-1].art == "zurueckgenommen"
        assert [r.entwurf for r in session.query(Formularinhalt)] == [True]
        assert session.query(Beschluss).count() == session.query(Ruecknahme).count() == 0
    # and once more, as if nothing had been
    complete(amt, "anna", aufgabe, later, EINGABEN)
    assert amt.vorgang(vorgang).laeufe.get("a") == 1
    with db.reading(amt.sessions) as session:
        done = session.query(Aufgabe.status).filter(Aufgabe.vorgang_id == vorgang).order_by(Aufgabe.id).all()
    assert done[0].status == AufgabeStatus.ERLEDIGT


def test_it_is_too_late_after_half_a_minute_and_only_for_oneself(amt, zeichnung) -> None:
    vorgang = amt.start(amt.publish(zeichnung(*ZWEI)))
    aufgabe = taken(amt, vorgang)
    complete(amt, "anna", aufgabe, amt.now)
    with pytest.raises(errors.Conflict, match="mehr als 30 Sekunden"):
        undo(amt, "anna", aufgabe, amt.now + timedelta(seconds=31))
    with pytest.raises(errors.Conflict, match="nicht gerade eben von Ihnen"):
        undo(amt, "ben", aufgabe, amt.now)
    for wer in ("cem", "fremd"):
        with pytest.raises(errors.NotFound):
            undo(amt, wer, aufgabe, amt.now)
    undo(amt, "anna", aufgabe, amt.now + timedelta(seconds=30))
    with pytest.raises(errors.Conflict, match="nicht gerade eben"):
        undo(amt, "anna", aufgabe, amt.now)


def test_whatever_came_after_forbids_it(amt, zeichnung) -> None:
    prozess = amt.publish(zeichnung(*ZWEI))
    vorgang = amt.start(prozess)
    aufgabe = taken(amt, vorgang)
    complete(amt, "anna", aufgabe, amt.now)
    with db.transaction(amt.sessions) as session:
        aufgaben.claim_aufgabe(session, amt.akteur("ben"), amt.offene(vorgang)["b"], now=amt.now)
    with pytest.raises(errors.Conflict, match="inzwischen weitergegangen"):
        undo(amt, "anna", aufgabe, amt.now)
    zweiter = amt.start(prozess)
    aufgabe = taken(amt, zweiter)
    complete(amt, "anna", aufgabe, amt.now)
    with db.transaction(amt.sessions) as session:
        beitraege.add_kommentar(session, amt.akteur("ben"), zweiter, "Danke", schluessel=amt.schluessel, now=amt.now)
    with pytest.raises(errors.Conflict, match="inzwischen weitergegangen"):
        undo(amt, "anna", aufgabe, amt.now)


def test_a_join_that_still_waits_is_undone_and_one_that_went_on_too_while_nobody_began(amt, zeichnung) -> None:
    vorgang = amt.start(amt.publish(zeichnung(*PARALLEL)))
    first = taken(amt, vorgang, "a")
    before = state(amt, vorgang)
    assert complete(amt, "anna", first, amt.now)
    undo(amt, "anna", first, amt.now)
    assert state(amt, vorgang) == before
    complete(amt, "anna", first, amt.now)
    second = taken(amt, vorgang, "b")
    before = state(amt, vorgang)
    complete(amt, "anna", second, amt.now)
    with pytest.raises(errors.Conflict):
        undo(amt, "anna", first, amt.now)
    undo(amt, "anna", second, amt.now)
    assert state(amt, vorgang) == before


def test_what_left_the_house_cannot_be_taken_back(amt, zeichnung) -> None:
    bild = zeichnung(*SENDET).replace("<process", '<message id="m" name="bescheid"/><process', 1)
    vorgang = amt.start(amt.publish(bild))
    aufgabe = taken(amt, vorgang)
    assert not complete(amt, "anna", aufgabe, amt.now)
    with pytest.raises(errors.Conflict, match="nicht gerade eben"):
        undo(amt, "anna", aufgabe, amt.now)


def test_the_figures_read_what_holds(amt, zeichnung) -> None:
    vorgang = amt.start(amt.publish(zeichnung('<userTask id="a"/>', "s>a", "a>e")))
    aufgabe = taken(amt, vorgang)
    complete(amt, "anna", aufgabe, amt.now)
    assert amt.vorgang(vorgang).status == VorgangStatus.BEENDET
    undo(amt, "anna", aufgabe, amt.now)
    with db.reading(amt.sessions) as session:
        rows = list(read_zeilen(session, Ereignis.vorgang_id == vorgang))
    assert [row.art for row in geltende(rows)] == ["vorgang_gestartet", "element_erreicht", "bereit", "uebernommen"]
