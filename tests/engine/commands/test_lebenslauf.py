"""An Aufgabe from ready to done: who may, in which order, and what is recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from engine import db, errors
from engine.commands import abschluss, aufgaben
from engine.commands.ereignisse import verify_kette
from engine.kalender import BERLIN
from engine.model import (
    Aufgabe,
    AufgabeStatus,
    Ereignis,
    EreignisArt,
    Formularinhalt,
    Mitgliedschaft,
    Person,
    Rueckgabegrund,
    Vorgang,
    VorgangStatus,
    Wartegrund,
    Zugriff,
)

ZWEI = ('<userTask id="a" name="Erfassen"/><userTask id="b" name="Prüfen"/>', "s>a", "a>b", "b>e")


def arts(amt, vorgang_id):
    with db.reading(amt.sessions) as session:
        return list(
            session.execute(
                select(Ereignis.art).where(Ereignis.vorgang_id == vorgang_id).order_by(Ereignis.id)
            ).scalars()
        )


def complete(amt, wer, aufgabe_id, now, **eingaben):
    with db.transaction(amt.sessions) as session:
        return abschluss.complete_aufgabe(
            session,
            amt.akteur(wer),
            aufgabe_id,
            eingaben={k: [v] if isinstance(v, str) else v for k, v in eingaben.items()},
            schluessel=amt.schluessel,
            now=now,
        )


def act(amt, command, wer, aufgabe_id, now, **more):
    with db.transaction(amt.sessions) as session:
        return command(session, amt.akteur(wer), aufgabe_id, now=now, **more)


@pytest.fixture
def vorgang(amt, zeichnung):
    return amt.start(amt.publish(zeichnung(*ZWEI)))


def test_a_vorgang_runs_from_start_to_end_and_records_every_time(amt, vorgang):
    start = amt.now
    first = amt.offene(vorgang)["a"]
    act(amt, aufgaben.claim_aufgabe, "anna", first, start + timedelta(hours=1))
    act(amt, aufgaben.begin_aufgabe, "anna", first, start + timedelta(hours=2))
    act(amt, aufgaben.pause_aufgabe, "anna", first, start + timedelta(hours=3), grund=Wartegrund.FAMILIE)
    act(amt, aufgaben.resume_aufgabe, "anna", first, start + timedelta(hours=5))
    complete(amt, "anna", first, start + timedelta(hours=6))
    second = amt.offene(vorgang)["b"]
    act(amt, aufgaben.claim_aufgabe, "ben", second, start + timedelta(hours=7))
    complete(amt, "ben", second, start + timedelta(hours=8))

    done = amt.vorgang(vorgang)
    assert done.status == VorgangStatus.BEENDET
    assert done.ende_element == "e"
    assert done.beendet_am == start + timedelta(hours=8)
    assert arts(amt, vorgang) == [
        EreignisArt.VORGANG_GESTARTET,
        EreignisArt.ELEMENT_ERREICHT,
        EreignisArt.BEREIT,
        EreignisArt.UEBERNOMMEN,
        EreignisArt.BEGONNEN,
        EreignisArt.UNTERBROCHEN,
        EreignisArt.FORTGESETZT,
        EreignisArt.ERLEDIGT,
        EreignisArt.BEREIT,
        EreignisArt.UEBERNOMMEN,
        EreignisArt.BEGONNEN,
        EreignisArt.ERLEDIGT,
        EreignisArt.ELEMENT_ERREICHT,
        EreignisArt.VORGANG_BEENDET,
    ]


def test_an_aufgabe_that_was_never_begun_began_when_it_was_claimed(amt, vorgang):
    first = amt.offene(vorgang)["a"]
    act(amt, aufgaben.claim_aufgabe, "anna", first, amt.now + timedelta(hours=1))
    complete(amt, "anna", first, amt.now + timedelta(hours=4))
    with db.reading(amt.sessions) as session:
        assert session.get_one(Aufgabe, first).begonnen_am == amt.now + timedelta(hours=1)


@pytest.mark.parametrize(
    ("spalte", "wert"),
    [
        ("zeit", lambda zeit: zeit - timedelta(days=3)),
        ("orga_einheit_id", lambda _: None),
        ("person_id", lambda _: None),
        ("daten", lambda _: {"entscheidung": "anders"}),
    ],
    ids=["zeit", "orga_einheit_id", "person_id", "daten"],
)
def test_the_record_is_chained_and_a_changed_row_is_found(amt, vorgang, spalte, wert):
    first = amt.offene(vorgang)["a"]
    act(amt, aufgaben.claim_aufgabe, "anna", first, amt.now)
    complete(amt, "anna", first, amt.now)

    def intact():
        with db.reading(amt.sessions) as session:
            rows = session.execute(select(Ereignis).where(Ereignis.vorgang_id == vorgang).order_by(Ereignis.id))
            return verify_kette(session.get_one(Vorgang, vorgang), list(rows.scalars()))

    assert intact()
    with db.transaction(amt.sessions) as session:
        row = session.execute(select(Ereignis).where(Ereignis.art == EreignisArt.BEREIT)).scalars().first()
        setattr(row, spalte, wert(getattr(row, spalte)))
    assert not intact()


def test_the_chain_holds_whatever_zone_an_instant_came_in(amt, vorgang):
    act(amt, aufgaben.claim_aufgabe, "anna", amt.offene(vorgang)["a"], amt.now.astimezone(BERLIN))
    with db.reading(amt.sessions) as session:
        rows = session.execute(select(Ereignis).where(Ereignis.vorgang_id == vorgang).order_by(Ereignis.id)).scalars()
        assert verify_kette(session.get_one(Vorgang, vorgang), list(rows))


def test_the_second_of_two_who_claim_is_told_and_nothing_is_recorded_twice(amt, vorgang):
    first = amt.offene(vorgang)["a"]
    act(amt, aufgaben.claim_aufgabe, "anna", first, amt.now)
    before = arts(amt, vorgang)
    with pytest.raises(errors.Conflict, match="andere Person"):
        act(amt, aufgaben.claim_aufgabe, "ben", first, amt.now)
    act(amt, aufgaben.claim_aufgabe, "anna", first, amt.now)
    assert arts(amt, vorgang) == before


@pytest.mark.parametrize("wer", ["cem", "modell", "fremd"])
def test_who_is_not_in_the_gruppe_does_not_learn_that_the_aufgabe_exists(amt, vorgang, wer):
    with pytest.raises(errors.NotFound):
        act(amt, aufgaben.claim_aufgabe, wer, amt.offene(vorgang)["a"], amt.now)


def test_an_aufgabe_cannot_be_completed_twice_or_unclaimed(amt, vorgang):
    first = amt.offene(vorgang)["a"]
    with pytest.raises(errors.Conflict, match="übernehmen"):
        complete(amt, "anna", first, amt.now)
    act(amt, aufgaben.claim_aufgabe, "anna", first, amt.now)
    complete(amt, "anna", first, amt.now)
    with pytest.raises(errors.Conflict, match="schon abgeschlossen"):
        complete(amt, "anna", first, amt.now)
    assert list(amt.offene(vorgang)) == ["b"]


def test_sending_back_reopens_the_earlier_step_for_whoever_did_it(amt, vorgang):
    first = amt.offene(vorgang)["a"]
    act(amt, aufgaben.claim_aufgabe, "anna", first, amt.now)
    complete(amt, "anna", first, amt.now)
    second = amt.offene(vorgang)["b"]
    act(amt, aufgaben.claim_aufgabe, "ben", second, amt.now)
    act(amt, abschluss.return_aufgabe, "ben", second, amt.now, grund=Rueckgabegrund.UNVOLLSTAENDIG, ziel="a")
    again = amt.offene(vorgang)
    assert list(again) == ["a"]
    with db.reading(amt.sessions) as session:
        assert session.get_one(Aufgabe, second).status == AufgabeStatus.ZURUECKGEGEBEN
        reopened = session.get_one(Aufgabe, again["a"])
        assert (reopened.lauf, reopened.person_id) == (2, amt.ids["anna"])
    act(amt, aufgaben.begin_aufgabe, "anna", again["a"], amt.now)
    complete(amt, "anna", again["a"], amt.now)
    assert list(amt.offene(vorgang)) == ["b"]


def test_what_came_back_can_be_left_to_the_gruppe(amt, vorgang):
    first = amt.offene(vorgang)["a"]
    act(amt, aufgaben.claim_aufgabe, "anna", first, amt.now)
    complete(amt, "anna", first, amt.now)
    second = amt.offene(vorgang)["b"]
    act(amt, aufgaben.claim_aufgabe, "ben", second, amt.now)
    act(amt, abschluss.return_aufgabe, "ben", second, amt.now, grund=Rueckgabegrund.FACHLICH, ziel="a")
    again = amt.offene(vorgang)["a"]
    with pytest.raises(errors.Conflict):
        act(amt, aufgaben.claim_aufgabe, "ben", again, amt.now)
    act(amt, aufgaben.release_aufgabe, "anna", again, amt.now)
    act(amt, aufgaben.claim_aufgabe, "ben", again, amt.now)


@pytest.mark.parametrize("grund", ["ausgetreten", "gesperrt"])
def test_what_is_sent_back_for_somebody_who_left_is_free_for_the_gruppe(amt, vorgang, grund):
    first = amt.offene(vorgang)["a"]
    act(amt, aufgaben.claim_aufgabe, "anna", first, amt.now)
    complete(amt, "anna", first, amt.now)
    with db.transaction(amt.sessions) as session:
        if grund == "ausgetreten":
            session.execute(
                update(Mitgliedschaft).where(Mitgliedschaft.person_id == amt.ids["anna"]).values(bis=amt.now)
            )
        else:
            session.execute(update(Person).where(Person.id == amt.ids["anna"]).values(aktiv=False))
    second = amt.offene(vorgang)["b"]
    act(amt, aufgaben.claim_aufgabe, "ben", second, amt.now)
    act(amt, abschluss.return_aufgabe, "ben", second, amt.now, grund=Rueckgabegrund.UNVOLLSTAENDIG, ziel="a")
    act(amt, aufgaben.claim_aufgabe, "ben", amt.offene(vorgang)["a"], amt.now)


@pytest.mark.parametrize("ziel", ["", "a\0", "x" * 10_000, "b"])
def test_sending_back_to_what_is_no_step_is_refused(amt, vorgang, ziel):
    first = amt.offene(vorgang)["a"]
    act(amt, aufgaben.claim_aufgabe, "anna", first, amt.now)
    with pytest.raises(errors.Invalid):
        act(amt, abschluss.return_aufgabe, "anna", first, amt.now, grund=Rueckgabegrund.FACHLICH, ziel=ziel)


def test_sending_back_to_a_step_that_was_never_done_is_refused(amt, vorgang):
    first = amt.offene(vorgang)["a"]
    act(amt, aufgaben.claim_aufgabe, "anna", first, amt.now)
    with pytest.raises(errors.Invalid, match="Zurückgeben nicht möglich"):
        act(amt, abschluss.return_aufgabe, "anna", first, amt.now, grund=Rueckgabegrund.FACHLICH, ziel="b")


def test_form_contents_are_encrypted_and_only_steering_data_become_variables(amt, zeichnung):
    schema = {
        "type": "default",
        "components": [
            {"type": "textfield", "key": "anlass_text", "label": "Anlass", "properties": {"datenklasse": "S1"}},
            {
                "type": "select",
                "key": "kanal",
                "label": "Kanal",
                "values": [{"label": "Telefon", "value": "telefon"}],
                "validate": {"required": True},
                "properties": {"datenklasse": "S0"},
            },
        ],
    }
    prozess = amt.publish(
        zeichnung(*ZWEI),
        einrichtung={"aufgaben": {"a": {"formular": "eingang"}}},
        formulare={"eingang": schema},
    )
    vorgang = amt.start(prozess)
    first = amt.offene(vorgang)["a"]
    act(amt, aufgaben.claim_aufgabe, "anna", first, amt.now)
    with pytest.raises(errors.Invalid) as refused:
        complete(amt, "anna", first, amt.now, anlass_text="Streng geheim")
    assert list(refused.value.felder) == ["kanal"]
    complete(amt, "anna", first, amt.now, anlass_text="Streng geheim", kanal="telefon")
    assert amt.vorgang(vorgang).variablen["kanal"] == "telefon"
    assert "anlass_text" not in amt.vorgang(vorgang).variablen
    with db.reading(amt.sessions) as session:
        row = session.execute(select(Formularinhalt)).scalar_one()
        assert (row.datenklasse, row.loeschklasse) == ("S1", "L2")
        assert b"geheim" not in row.geheimtext


def test_every_write_is_in_the_access_log(amt, vorgang):
    first = amt.offene(vorgang)["a"]
    act(amt, aufgaben.claim_aufgabe, "anna", first, amt.now)
    complete(amt, "anna", first, amt.now)
    with db.reading(amt.sessions) as session:
        rows = session.execute(select(Zugriff.zweck, Zugriff.person_id).order_by(Zugriff.id)).all()
    assert [row.zweck for row in rows] == ["vorgang_gestartet", "uebernommen", "erledigt"]


def test_completing_costs_at_most_fifteen_statements_and_one_commit(amt, vorgang, db_engine):
    first = amt.offene(vorgang)["a"]
    act(amt, aufgaben.begin_aufgabe, "anna", first, amt.now)
    akteur = amt.akteur("anna")
    statements, commits = [], []
    event.listen(db_engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    event.listen(db_engine, "commit", lambda _c: commits.append(1))
    with db.transaction(amt.sessions) as session:
        abschluss.complete_aufgabe(
            session, akteur, first, eingaben={"vermerk": ["x"]}, schluessel=amt.schluessel, now=amt.now
        )
    counted = [s for s in statements if not s.startswith("BEGIN")]
    assert len(counted) <= 15, "\n".join(counted)
    assert len(commits) == 1


def test_a_step_with_timers_messages_and_a_form_keeps_to_the_limit_too(amt, zeichnung, db_engine):
    message = '<messageEventDefinition id="{}" messageRef="m1"/>'
    nodes = (
        '<userTask id="a"/><boundaryEvent id="r1" attachedToRef="a"><timerEventDefinition id="t1"><timeDuration>P1D'
        '</timeDuration></timerEventDefinition></boundaryEvent><boundaryEvent id="r2" attachedToRef="a">'
        f'{message.format("md1")}</boundaryEvent><intermediateThrowEvent id="t">{message.format("md2")}'
        '</intermediateThrowEvent><userTask id="b"/><boundaryEvent id="r3" attachedToRef="b">'
        f'{message.format("md3")}</boundaryEvent><endEvent id="e2"/>'
    )
    more = '<message id="m1" name="Antwort"/>'
    vorgang = amt.start(amt.publish(zeichnung(nodes, "s>a", "a>t", "t>b", "b>e", "r1>e2", "r2>e2", "r3>e2", more=more)))
    first = amt.offene(vorgang)["a"]
    act(amt, aufgaben.begin_aufgabe, "anna", first, amt.now)
    akteur, statements = amt.akteur("anna"), []
    event.listen(db_engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    with db.transaction(amt.sessions) as session:
        abschluss.complete_aufgabe(
            session, akteur, first, eingaben={"vermerk": ["x"]}, schluessel=amt.schluessel, now=amt.now
        )
    counted = [s for s in statements if not s.startswith("BEGIN")]
    assert len(counted) <= 15, "\n".join(counted)
    assert list(amt.offene(vorgang)) == ["b"]
