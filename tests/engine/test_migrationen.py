"""A database that is in use survives every migration."""

from __future__ import annotations

from datetime import UTC, datetime

from alembic import command as alembic
from sqlalchemy import Engine, MetaData, event, select, text
from sqlalchemy.orm import Session

from engine import db
from engine.model import Prozessversion, Vorgang, Wartepunkt

ERSTE = "dc616d2469d0"
JETZT = datetime(2026, 6, 15, 7, 0)  # noqa: DTZ001 - raw rows, without the type that knows zones


def test_rows_and_their_references_survive_the_way_from_the_first_revision(empty_database: Engine) -> None:
    db.upgrade(empty_database, ERSTE)
    tables = MetaData()
    tables.reflect(empty_database)
    when = JETZT if empty_database.dialect.name == "sqlite" else JETZT.replace(tzinfo=UTC)
    rows = {
        "mandant": {"kennung": "a", "name": "A", "land": "NW", "schulung": False}
        | {"gemeindefeiertage": [], "schliesstage": []}
        | {"einstellungen": {}},
        "prozess": {"mandant_id": 1, "kennung": "p", "name": "P"},
        "prozessversion": {"mandant_id": 1, "prozess_id": 1, "kennung": "p", "nummer": 1, "status": "im_einsatz"}
        | {"dateiname": "p.bpmn", "pruefsumme": "x", "original": b"o", "ausfuehrbar": b"a", "hochgeladen_am": when}
        | {"befunde": [], "schritte": [], "einrichtung": {}, "formulare": {}, "aufrufe": {}},
        "vorgang": {"mandant_id": 1, "aktenzeichen": "51", "prozess_id": 1, "prozessversion_id": 1, "version": 1}
        | {"status": "laufend", "zustand": b"", "variablen": {}, "laeufe": {}, "eingang_am": when}
        | {"gestartet_am": when, "beispiel": False, "kette": ""},
        "stoerung": {"mandant_id": 1, "vorgang_id": 1, "grund": "x", "seit": when},
        "zeitauftrag": {"mandant_id": 1, "vorgang_id": 1, "token": "t", "element_id": "b", "angeheftet": True}
        | {"seit": when, "faellig_am": when, "versuche": 0},
    }
    with empty_database.begin() as connection:
        for name, row in rows.items():
            connection.execute(tables.tables[name].insert().values(**row))
    db.upgrade(empty_database)
    with empty_database.begin() as connection:
        for name in (*rows.keys() - {"zeitauftrag"}, "wartepunkt"):
            assert connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() == 1
    with Session(empty_database) as session:
        timer = session.execute(select(Wartepunkt)).scalar_one()
        assert (timer.art, timer.token, timer.angeheftet, timer.eingaben) == ("timer", "t", True, {})
        assert timer.faellig_am == timer.termin_am == JETZT.replace(tzinfo=UTC)
        vorgang = session.get_one(Vorgang, 1)
        assert (vorgang.gestoert, vorgang.tiefe) == (True, 0)
        assert session.execute(select(Prozessversion.starts)).scalar_one() == []


def test_timers_survive_the_way_there_and_back(empty_database: Engine) -> None:
    test_rows_and_their_references_survive_the_way_from_the_first_revision(empty_database)
    alembic.downgrade(db.alembic_config(empty_database), "c7d3e19a40b2")
    with empty_database.begin() as connection:
        row = connection.execute(text("SELECT token, element_id FROM zeitauftrag")).one()
    assert tuple(row) == ("t", "b")
    db.upgrade(empty_database)
    with empty_database.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM wartepunkt")).scalar_one() == 1


def test_references_are_enforced_again_after_a_migration(empty_database: Engine) -> None:
    enforced = []
    event.listen(empty_database, "checkout", lambda dbapi, _record, _proxy: enforced.append(dbapi))
    db.upgrade(empty_database)
    if empty_database.dialect.name == "sqlite":
        assert {c.execute("PRAGMA foreign_keys").fetchone()[0] for c in enforced} == {1}
    with empty_database.connect() as connection:
        assert connection.execute(select(1)).scalar_one() == 1
