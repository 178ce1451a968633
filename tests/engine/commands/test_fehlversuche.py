"""What fails holds up nothing beside it, counts once, and rests with a Störung of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine import db, worker
from engine.commands import wiederholung
from engine.model import Stoerung, Vorgang, Wartepunkt


def exit_if(flow: str, target: str, condition: str) -> str:
    return (
        f'<sequenceFlow id="{flow}" sourceRef="x" targetRef="{target}">'
        f"<conditionExpression>{condition}</conditionExpression></sequenceFlow>"
    )


def reminder(element: str, host: str, days: int) -> str:
    return (
        f'<boundaryEvent id="{element}" attachedToRef="{host}" cancelActivity="false"><timerEventDefinition '
        f'id="t{element}"><timeDate>frist_at(eingang, {days})</timeDate></timerEventDefinition></boundaryEvent>'
    )


#: behind ``ra`` no way goes on while stufe is 3
STUFE = '<scriptTask id="k" scriptFormat="feel"><script>stufe = 3</script></scriptTask>'
WEICHE = (
    '<exclusiveGateway id="x"/><userTask id="ma"/><userTask id="ma2"/><endEvent id="e2"/><endEvent id="e4"/>'
    + exit_if("k1", "ma", "stufe = 1")
    + exit_if("k2", "ma2", "stufe = 2")
)


@pytest.fixture
def zwei_fristen(amt, zeichnung):
    """A Vorgang with a broken reminder after three days and a healthy one after so many."""

    def begin(days: int) -> int:
        nodes = (
            STUFE + '<parallelGateway id="g"/><parallelGateway id="j"/><userTask id="a"/><userTask id="b"/>'
            '<userTask id="mb"/><endEvent id="e3"/>' + reminder("ra", "a", 3) + reminder("rb", "b", days) + WEICHE
        )
        flows = ("s>k", "k>g", "g>a", "g>b", "a>j", "b>j", "j>e", "ra>x", "rb>mb", "mb>e3", "ma>e2", "ma2>e4")
        return amt.start(amt.publish(zeichnung(nodes, *flows)))

    return begin


def set_stufe(amt, vorgang: int, stufe: int) -> None:
    with db.transaction(amt.sessions) as session:
        variablen = session.get_one(Vorgang, vorgang).variablen
        session.execute(update(Vorgang).where(Vorgang.id == vorgang).values(variablen=variablen | {"stufe": stufe}))


def troubles(amt) -> list[Stoerung]:
    with db.reading(amt.sessions) as session:
        return list(session.execute(select(Stoerung).where(Stoerung.behoben_am.is_(None))).scalars())


@pytest.mark.parametrize("days", [3, 4], ids=["same instant", "later"])
def test_a_timer_that_fails_holds_up_no_other_one_of_the_vorgang(amt, zwei_fristen, days):
    vorgang = zwei_fristen(days)
    moment = amt.now + timedelta(days=3, hours=17)
    for _ in range(worker.VERSUCHE + 10):
        worker.run_due(amt.sessions, now=moment)
        moment += timedelta(hours=2)
    assert sorted(amt.offene(vorgang)) == ["a", "b", "mb"]
    with db.reading(amt.sessions) as session:
        rows = session.execute(select(Wartepunkt.element_id, Wartepunkt.faellig_am, Wartepunkt.versuche)).all()
    assert [tuple(row) for row in rows] == [("ra", None, worker.VERSUCHE)]
    assert [s.element_id for s in troubles(amt)] == ["x"]


def test_a_timer_that_rests_fires_alone_once_its_model_fits(amt, zwei_fristen):
    vorgang = zwei_fristen(30)
    moment = amt.now + timedelta(days=5)
    for _ in range(worker.VERSUCHE):
        worker.run_due(amt.sessions, now=moment)
        moment += timedelta(hours=2)
    set_stufe(amt, vorgang, 2)
    with db.transaction(amt.sessions) as session:
        (trouble,) = troubles(amt)
        wiederholung.retry_stoerung(session, amt.akteur("modell"), trouble.id, now=moment)
    assert worker.run_due(amt.sessions, now=moment) == 1
    assert sorted(amt.offene(vorgang)) == ["a", "b", "ma2"]
    assert troubles(amt) == []
