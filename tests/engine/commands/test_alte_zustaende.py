"""Upgrading Hilfefluss keeps running Vorgänge running: a state that an earlier version stored goes on by commands."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import insert, select, update

from engine import db, worker
from engine.commands import ereignisse
from engine.model import Aufgabe, Ereignis, Prozessversion, Vorgang, Wartepunkt

AKTE = orjson.loads((Path(__file__).parents[1] / "spiff" / "zustaende" / "v1_rand.json").read_bytes())
ANFANG = datetime.fromisoformat("2026-03-02T08:00:00+00:00")


@pytest.fixture
def vorgang(amt):
    """A Vorgang as the database of an earlier version had it: one reminder sent, two timers wait."""
    amt.now = ANFANG
    prozess = amt.publish(AKTE["xml"][0])
    with db.transaction(amt.sessions) as session:
        content = {"ausfuehrbar": AKTE["xml"][0].encode(), "modell_schluessel": AKTE["schluessel"]}
        session.execute(update(Prozessversion).values(**content))
    vorgang = amt.start(prozess)
    tokens = {element: token for token, element in AKTE["bereit"]}
    with db.transaction(amt.sessions) as session:
        session.execute(update(Vorgang).values(zustand=orjson.dumps(AKTE["zustand"]), laeufe={"a": 1, "mahnen": 1}))
        session.execute(update(Aufgabe).values(token=tokens["a"]))
        columns = [c for c in Aufgabe.__table__.columns if c.key != "id"]
        row = dict(session.execute(select(*columns)).one()._mapping)
        session.execute(insert(Aufgabe), [row | {"element_id": "mahnen", "token": tokens["mahnen"]}])
        for token, element, due in AKTE["wartend"]:
            moment = datetime.fromisoformat(due)
            timer = update(Wartepunkt).where(Wartepunkt.element_id == element)
            session.execute(timer.values(token=token, faellig_am=moment, termin_am=moment))
    return vorgang


def open_elements(amt, vorgang):
    with db.reading(amt.sessions) as session:
        rows = select(Aufgabe.element_id).where(Aufgabe.vorgang_id == vorgang, Aufgabe.fertig_am.is_(None))
        return sorted(session.execute(rows).scalars())


def test_a_vorgang_of_an_earlier_version_fires_its_timers_and_comes_to_its_end(amt, vorgang):
    assert open_elements(amt, vorgang) == ["a", "mahnen"]
    assert worker.run_due(amt.sessions, now=ANFANG + timedelta(hours=2)) == 1
    assert open_elements(amt, vorgang) == ["a", "mahnen", "mahnen"]
    for element in ("a", "mahnen", "b", "mahnen"):
        amt.finish(vorgang, element, ANFANG + timedelta(hours=3))
    assert (amt.vorgang(vorgang).status, amt.vorgang(vorgang).ende_element) == ("beendet", AKTE["ende"])
    assert b'"version":1' not in amt.vorgang(vorgang).zustand
    with db.reading(amt.sessions) as session:
        assert session.execute(select(Wartepunkt.id)).all() == []
        rows = list(session.execute(select(Ereignis).order_by(Ereignis.id)).scalars())
        assert ereignisse.verify_kette(session.get_one(Vorgang, vorgang), rows)
