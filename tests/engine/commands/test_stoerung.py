"""A fault of a model: everything is rolled back, the Störung says where and why, and the next try closes it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import ausfuehrung, db, spiff
from engine.commands import abschluss, aufgaben
from engine.model import Aufgabe, AufgabeStatus, Ereignis, Stoerung


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
