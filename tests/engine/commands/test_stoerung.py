"""A fault of a model: everything is rolled back, the Störung says where and why, and the next try closes it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from engine import ausfuehrung, db, errors, spiff
from engine.commands import abschluss, aufgaben, wiederholung
from engine.model import Aufgabe, AufgabeStatus, Ereignis, Gruppe, Stoerung, Vorgang


def exit_to(flow: str, target: str, condition: str) -> str:
    return (
        f'<sequenceFlow id="{flow}" sourceRef="g" targetRef="{target}">'
        f"<conditionExpression>{condition}</conditionExpression></sequenceFlow>"
    )


SACKGASSE = (
    '<userTask id="a" name="Erfassen"/><exclusiveGateway id="g" name="Wohin?"/><userTask id="b"/>'
    + exit_to("k1", "b", "ziel = 1")
    + exit_to("k2", "e", "ziel = 2"),
    "s>a",
    "a>g",
    "b>e",
)


@pytest.fixture
def vorgang(amt, zeichnung):
    field = {"type": "number", "key": "ziel", "label": "Ziel", "properties": {"datenklasse": "S0"}}
    prozess = amt.publish(
        zeichnung(*SACKGASSE),
        einrichtung={"aufgaben": {"a": {"formular": "ziel"}}},
        formulare={"ziel": {"type": "default", "components": [field]}},
    )
    return amt.start(prozess)


def complete(amt, aufgabe, **eingaben):
    anna = amt.akteur("anna")
    return ausfuehrung.run_step(
        amt.sessions,
        lambda session: abschluss.complete_aufgabe(
            session, anna, aufgabe, eingaben=eingaben, schluessel=amt.schluessel, now=amt.now
        ),
        aufgabe_id=aufgabe,
        now=amt.now,
    )


def open_stoerungen(amt):
    with db.reading(amt.sessions) as session:
        return list(session.execute(select(Stoerung).where(Stoerung.behoben_am.is_(None))).scalars())


def test_a_gateway_without_a_way_out_leaves_a_stoerung_and_the_aufgabe_as_it_was(amt, vorgang):
    aufgabe = amt.offene(vorgang)["a"]
    with db.transaction(amt.sessions) as session:
        aufgaben.begin_aufgabe(session, amt.akteur("anna"), aufgabe, now=amt.now)
    before = amt.vorgang(vorgang)
    for _ in range(2):
        with pytest.raises(spiff.Ausfuehrungsfehler, match="Wohin"):
            complete(amt, aufgabe)
    (stoerung,) = open_stoerungen(amt)
    assert stoerung.element_id == "g"
    assert "Wohin?" in stoerung.grund
    with db.reading(amt.sessions) as session:
        assert session.get_one(Aufgabe, aufgabe).status == AufgabeStatus.BEGONNEN
        noted = session.execute(select(Ereignis.art).order_by(Ereignis.id.desc()).limit(1)).scalar_one()
    assert noted == "stoerung"
    assert amt.vorgang(vorgang).zustand == before.zustand


def test_the_next_try_that_goes_through_closes_the_stoerung(amt, vorgang):
    aufgabe = amt.offene(vorgang)["a"]
    with db.transaction(amt.sessions) as session:
        aufgaben.begin_aufgabe(session, amt.akteur("anna"), aufgabe, now=amt.now)
    with pytest.raises(spiff.Ausfuehrungsfehler):
        complete(amt, aufgabe)
    complete(amt, aufgabe, ziel=["1"])
    assert open_stoerungen(amt) == []
    assert list(amt.offene(vorgang)) == ["b"]


ZWEI = ('<userTask id="a" name="Erfassen"/><userTask id="b" name="Prüfen"/>', "s>a", "a>b", "b>e")


def begun(amt, zeichnung, **einrichtung):
    aufgabe = amt.offene(amt.start(amt.publish(zeichnung(*ZWEI), **einrichtung)))["a"]
    with db.transaction(amt.sessions) as session:
        aufgaben.begin_aufgabe(session, amt.akteur("anna"), aufgabe, now=amt.now)
    return aufgabe


def test_a_step_whose_gruppe_is_gone_leaves_a_stoerung_that_says_so(amt, zeichnung):
    aufgabe = begun(amt, zeichnung)
    with db.transaction(amt.sessions) as session:
        session.execute(update(Gruppe).where(Gruppe.kennung == "asd_nord").values(kennung="umbenannt"))
    with pytest.raises(errors.EngineError, match="keine Gruppe"):
        complete(amt, aufgabe)
    (stoerung,) = open_stoerungen(amt)
    assert (stoerung.element_id, "keine Gruppe" in stoerung.grund) == ("a", True)


def test_a_deadline_that_cannot_be_computed_leaves_a_stoerung(amt, zeichnung):
    aufgabe = begun(amt, zeichnung, einrichtung={"aufgaben": {"b": {"frist": "frist_at(nie_gesetzt, 3)"}}})
    with pytest.raises(errors.EngineError, match="Prüfen"):
        complete(amt, aufgabe)
    assert len(open_stoerungen(amt)) == 1


def test_an_unexpected_error_leaves_a_stoerung_without_its_text(amt, zeichnung):
    aufgabe = begun(amt, zeichnung)
    with db.transaction(amt.sessions) as session:
        session.execute(update(Vorgang).values(laeufe={"b": "Frau Muster"}))
    with pytest.raises(ValueError, match="Muster"):
        complete(amt, aufgabe)
    (stoerung,) = open_stoerungen(amt)
    assert "Muster" not in stoerung.grund


def test_what_the_person_has_to_change_is_no_stoerung(amt, vorgang):
    with pytest.raises(errors.Conflict):
        complete(amt, amt.offene(vorgang)["a"])
    assert open_stoerungen(amt) == []


def test_another_branch_that_goes_on_does_not_close_the_stoerung(amt, zeichnung):
    field = {"type": "number", "key": "ziel", "label": "Ziel", "properties": {"datenklasse": "S0"}}
    nodes = '<parallelGateway id="p"/>' + SACKGASSE[0] + '<userTask id="c" name="Anderes"/><endEvent id="e2"/>'
    prozess = amt.publish(
        zeichnung(nodes, "s>p", "p>a", "p>c", "a>g", "b>e", "c>e2"),
        einrichtung={"aufgaben": {"a": {"formular": "ziel"}}},
        formulare={"ziel": {"type": "default", "components": [field]}},
    )
    vorgang = amt.start(prozess)
    aufgabe = amt.offene(vorgang)["a"]
    with db.transaction(amt.sessions) as session:
        aufgaben.begin_aufgabe(session, amt.akteur("anna"), aufgabe, now=amt.now)
    with pytest.raises(spiff.Ausfuehrungsfehler):
        complete(amt, aufgabe)
    amt.finish(vorgang, "c")
    assert [s.element_id for s in open_stoerungen(amt)] == ["g"]
    complete(amt, aufgabe, ziel=["2"])
    assert open_stoerungen(amt) == []


def test_whose_completion_failed_is_told_that_it_can_be_completed_again(amt, vorgang):
    aufgabe = amt.offene(vorgang)["a"]
    with db.transaction(amt.sessions) as session:
        aufgaben.begin_aufgabe(session, amt.akteur("anna"), aufgabe, now=amt.now)
    with pytest.raises(spiff.Ausfuehrungsfehler):
        complete(amt, aufgabe)
    (trouble,) = open_stoerungen(amt)
    with db.transaction(amt.sessions) as session:
        weiter = wiederholung.retry_stoerung(session, amt.akteur("modell"), trouble.id, now=amt.now)
    assert weiter is wiederholung.Weiter.AUFGABE
    assert open_stoerungen(amt) != []
    complete(amt, aufgabe, ziel=["1"])
    assert open_stoerungen(amt) == []
