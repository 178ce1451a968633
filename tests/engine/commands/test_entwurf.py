"""Drafts: the first input begins the work, is in the access log once, and shows others what their roles may read."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import db
from engine.commands import abschluss, aufgaben
from engine.commands import personen as buero
from engine.model import Aufgabe, AufgabeStatus, Formularinhalt, OrgaEinheit, Rueckgabegrund, Zugriff
from engine.queries import aufgaben as abfragen
from engine.rechte import Rolle

ZWEI = ('<userTask id="a" name="Erfassen"/><userTask id="b" name="Prüfen"/>', "s>a", "a>b", "b>e")
EINGANG = {
    "type": "default",
    "components": [
        {"type": "textfield", "key": "anlass", "label": "Anlass", "properties": {"datenklasse": "S1"}},
        {"type": "textfield", "key": "bedarf", "label": "Besonderer Bedarf", "properties": {"datenklasse": "S3"}},
    ],
}


@pytest.fixture
def aufgabe(amt, zeichnung):
    """„Erfassen“ lies with Mia and Tom of the Geschäftszimmer, who may read S1 only."""
    with db.transaction(amt.sessions) as session:
        nord = session.execute(select(OrgaEinheit).where(OrgaEinheit.kennung == "nord")).scalar_one()
        gruppe = buero.create_gruppe(session, nord, kennung="gz", name="GZ", rolle=Rolle.GESCHAEFTSZIMMER)
        for kennung in ("mia", "tom"):
            amt.ids[kennung] = buero.create_person(
                session, nord, kennung=kennung, name=kennung, passwort_hash="x", gruppen=(gruppe,)
            ).id
    prozess = amt.publish(
        zeichnung(*ZWEI),
        einrichtung={"aufgaben": {"a": {"formular": "eingang"}}, "lanes": {"": "gz"}},
        formulare={"eingang": EINGANG},
    )
    return amt.offene(amt.start(prozess))["a"]


def act(amt, command, wer, aufgabe_id, **more):
    with db.transaction(amt.sessions) as session:
        return command(session, amt.akteur(wer), aufgabe_id, now=amt.now, **more)


def type_in(amt, wer, aufgabe_id, **texte):
    eingaben = {key: [text] for key, text in texte.items()}
    act(amt, abschluss.save_entwurf, wer, aufgabe_id, eingaben=eingaben, schluessel=amt.schluessel)


def shown(amt, wer, aufgabe_id):
    sicht = act(amt, abfragen.aufgabe, wer, aufgabe_id, schluessel=amt.schluessel)
    return {key: texts for key, texts in sicht.eingaben.items() if texts}


def test_another_person_sees_of_a_draft_what_her_roles_may_read(amt, aufgabe):
    act(amt, aufgaben.claim_aufgabe, "mia", aufgabe)
    type_in(amt, "mia", aufgabe, anlass="Trennung", bedarf="Rollstuhl")
    assert shown(amt, "mia", aufgabe) == {"anlass": ["Trennung"], "bedarf": ["Rollstuhl"]}
    act(amt, aufgaben.release_aufgabe, "mia", aufgabe)
    assert shown(amt, "tom", aufgabe) == {}
    act(amt, aufgaben.claim_aufgabe, "tom", aufgabe)
    assert shown(amt, "tom", aufgabe) == {"anlass": ["Trennung"]}


def test_a_draft_is_in_the_access_log_once_per_person_and_not_per_key(amt, aufgabe):
    act(amt, aufgaben.claim_aufgabe, "mia", aufgabe)
    for text in ("T", "Tr", "Trennung"):
        type_in(amt, "mia", aufgabe, anlass=text)
    act(amt, aufgaben.release_aufgabe, "mia", aufgabe)
    act(amt, aufgaben.claim_aufgabe, "tom", aufgabe)
    type_in(amt, "tom", aufgabe, anlass="Trennung der Eltern")
    with db.reading(amt.sessions) as session:
        rows = session.execute(select(Zugriff.person_id).where(Zugriff.zweck == "entwurf").order_by(Zugriff.id))
        assert list(rows.scalars()) == [amt.ids["mia"], amt.ids["tom"]]


def test_the_first_input_begins_an_aufgabe_that_came_back(amt, aufgabe):
    act(amt, aufgaben.claim_aufgabe, "mia", aufgabe)
    act(amt, abschluss.complete_aufgabe, "mia", aufgabe, eingaben={}, schluessel=amt.schluessel)
    with db.reading(amt.sessions) as session:
        vorgang = session.get_one(Aufgabe, aufgabe).vorgang_id
    second = amt.offene(vorgang)["b"]
    act(amt, aufgaben.claim_aufgabe, "tom", second)
    act(amt, abschluss.return_aufgabe, "tom", second, grund=Rueckgabegrund.FACHLICH, ziel="a")
    again = amt.offene(vorgang)["a"]
    type_in(amt, "mia", again, anlass="Trennung")
    with db.reading(amt.sessions) as session:
        found = session.get_one(Aufgabe, again)
        assert (found.status, found.begonnen_am) == (AufgabeStatus.BEGONNEN, amt.now)


def test_final_contents_name_who_wrote_them(amt, aufgabe):
    act(amt, aufgaben.claim_aufgabe, "mia", aufgabe)
    eingaben = {"anlass": ["Trennung"], "bedarf": ["Rollstuhl"]}
    act(amt, abschluss.complete_aufgabe, "mia", aufgabe, eingaben=eingaben, schluessel=amt.schluessel)
    with db.reading(amt.sessions) as session:
        rows = session.execute(select(Formularinhalt.datenklasse, Formularinhalt.geaendert_von)).all()
    assert sorted(map(tuple, rows)) == [("S1", amt.ids["mia"]), ("S3", amt.ids["mia"])]
