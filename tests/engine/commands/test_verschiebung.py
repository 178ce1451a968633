"""Deadlines move with a reason and take their timers along; statutory ones stay where they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from engine import db, errors, worker
from engine.commands import aufgaben, ereignisse, verschiebung
from engine.model import Aufgabe, Ereignis, EreignisArt, Verschiebegrund, Vorgang, Wartepunkt, Zugriff

FRIST = (
    '<userTask id="a" name="Prüfen"/><boundaryEvent id="b" attachedToRef="a" cancelActivity="false">'
    '<timerEventDefinition id="t1"><timeDate>frist_at(eingang, 3)</timeDate></timerEventDefinition></boundaryEvent>'
    '<boundaryEvent id="b2" attachedToRef="a" cancelActivity="false"><timerEventDefinition id="t2">'
    "<timeDate>frist_at(eingang, 2)</timeDate></timerEventDefinition></boundaryEvent>"
    '<userTask id="m"/><userTask id="n"/><endEvent id="e2"/><endEvent id="e3"/>'
    '<intermediateCatchEvent id="w" name="Zwei Tage"><timerEventDefinition id="t3"><timeDuration>P2D</timeDuration>'
    "</timerEventDefinition></intermediateCatchEvent>",
    "s>a",
    "a>w",
    "w>e",
    "b>m",
    "m>e2",
    "b2>n",
    "n>e3",
)
NEU = datetime(2026, 6, 25, 21, 59, 59, tzinfo=UTC)


@pytest.fixture
def start(amt, zeichnung):
    def start(art: str = "standard") -> int:
        task = {"frist": "frist_at(eingang, 3)", "frist_art": art}
        return amt.start(amt.publish(zeichnung(*FRIST), einrichtung={"aufgaben": {"a": task}}))

    return start


def move(amt, vorgang, wer="anna", bis=NEU, grund=Verschiebegrund.UNTERLAGEN):
    aufgabe = amt.offene(vorgang)["a"]
    with db.transaction(amt.sessions) as session:
        verschiebung.move_frist(session, amt.akteur(wer), aufgabe, bis=bis, grund=grund, now=amt.now)


def set_timer(amt, vorgang, token, wer="anna"):
    with db.transaction(amt.sessions) as session:
        verschiebung.move_timer(
            session, amt.akteur(wer), vorgang, token, bis=NEU, grund=Verschiebegrund.TERMIN, now=amt.now
        )


def only_token(amt):
    with db.reading(amt.sessions) as session:
        return session.execute(select(Wartepunkt.token)).scalar_one()


def timers(amt):
    with db.reading(amt.sessions) as session:
        return {w.element_id: w.termin_am for w in session.execute(select(Wartepunkt)).scalars()}


def test_the_timer_for_the_deadline_moves_along_and_another_stays(amt, start):
    vorgang = start()
    before = timers(amt)
    move(amt, vorgang)
    assert timers(amt) == {"b": NEU, "b2": before["b2"]}
    with db.reading(amt.sessions) as session:
        aufgabe = session.execute(select(Aufgabe).where(Aufgabe.element_id == "a")).scalar_one()
        noted = session.execute(
            select(Ereignis).where(Ereignis.art == EreignisArt.FRIST_VERSCHOBEN).order_by(Ereignis.id)
        ).scalars()
        found = [(row.element_id, row.grund, row.daten) for row in noted]
        rows = list(session.execute(select(Ereignis).order_by(Ereignis.id)).scalars())
        assert ereignisse.verify_kette(session.get_one(Vorgang, vorgang), rows)
        assert session.execute(select(Zugriff.zweck).order_by(Zugriff.id.desc()).limit(1)).scalar_one() == (
            "frist_verschoben"
        )
    assert (aufgabe.frist_am, aufgabe.frist_grund) == (NEU, "verschoben, weil Unterlagen noch fehlen")
    span = {"von": before["b"].isoformat(), "bis": NEU.isoformat()}
    assert found == [("a", "unterlagen", span), ("b", "unterlagen", span)]
    assert worker.run_due(amt.sessions, now=before["b"] + timedelta(hours=1)) == 1
    assert sorted(amt.offene(vorgang)) == ["a", "n"]
    assert worker.run_due(amt.sessions, now=NEU) == 1
    assert sorted(amt.offene(vorgang)) == ["a", "m", "n"]


def test_a_statutory_deadline_is_never_moved_nor_is_its_timer(amt, start):
    vorgang = start("gesetzlich")
    before = timers(amt)
    with pytest.raises(errors.Conflict, match="gesetzlich"):
        move(amt, vorgang)
    with db.reading(amt.sessions) as session:
        token = session.execute(select(Wartepunkt.token).where(Wartepunkt.element_id == "b")).scalar_one()
    with pytest.raises(errors.Conflict, match="gesetzlich"):
        set_timer(amt, vorgang, token)
    assert timers(amt) == before


@pytest.mark.parametrize(
    "bis", [datetime(2026, 6, 15, 7, 0, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC), NEU.replace(tzinfo=None)]
)
def test_a_deadline_moves_into_the_near_future_only(amt, start, bis):
    with pytest.raises(errors.Invalid) as refused:
        move(amt, start(), bis=bis)
    assert list(refused.value.felder) == ["bis"]


def test_who_may_move_it(amt, start):
    vorgang = start()
    with pytest.raises(errors.NotFound):
        move(amt, vorgang, "cem")
    with pytest.raises(errors.NotAllowed):
        move(amt, vorgang, "modell")
    move(amt, vorgang, "lea")
    move(amt, vorgang, "ben", bis=NEU + timedelta(days=1))
    with db.transaction(amt.sessions) as session:
        aufgaben.claim_aufgabe(session, amt.akteur("anna"), amt.offene(vorgang)["a"], now=amt.now)
    with pytest.raises(errors.NotAllowed):
        move(amt, vorgang, "ben", bis=NEU + timedelta(days=2))


def test_a_timer_that_holds_the_vorgang_up_can_be_set_for_another_instant(amt, start):
    vorgang = start()
    amt.finish(vorgang, "a")
    token = only_token(amt)
    set_timer(amt, vorgang, token)
    assert timers(amt) == {"w": NEU}
    assert worker.run_due(amt.sessions, now=NEU - timedelta(seconds=1)) == 0
    assert worker.run_due(amt.sessions, now=NEU) == 1
    assert amt.vorgang(vorgang).status == "beendet"
    with pytest.raises(errors.Conflict, match="läuft nicht mehr"):
        set_timer(amt, vorgang, token)


def test_a_page_that_is_out_of_date_never_moves_the_timer_of_another_vorgang(amt, start):
    vorgang = start()
    amt.finish(vorgang, "a")
    seen = only_token(amt)
    assert worker.run_due(amt.sessions, now=amt.now + timedelta(days=2)) == 1
    other = amt.start(amt.vorgang(vorgang).prozess_id)
    amt.finish(other, "a")
    before = timers(amt)
    for case in (vorgang, other):
        with pytest.raises(errors.Conflict, match="läuft nicht mehr"):
            set_timer(amt, case, seen)
    with pytest.raises(errors.NotFound):
        set_timer(amt, other, only_token(amt), wer="cem")
    assert timers(amt) == before
