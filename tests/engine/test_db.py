"""The database layer: instants, one writer at a time, migrations that match the models."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from engine import db, errors
from engine.commands import personen
from engine.model import Mandant, Mitgliedschaft, Nummernkreis, Vorgang


def test_migrations_and_models_describe_the_same_tables(db_engine):
    with db_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.Base.metadata) == []


def test_every_row_carries_its_mandant_and_unit():
    without = {
        name
        for name, table in db.Base.metadata.tables.items()
        if not {"mandant_id", "orga_einheit_id"} <= set(table.columns.keys())
    }
    assert without == {"mandant", "orga_einheit"}


def test_instants_come_back_aware_in_utc_with_microseconds(sessions):
    instant = datetime(2026, 3, 29, 3, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with db.transaction(sessions) as session:
        mandant = personen.create_mandant(session, kennung="a", name="A", land="NW")
        einheit = personen.create_einheit(session, mandant, kennung="e", name="E")
        person = personen.create_person(session, einheit, kennung="p", name="P", passwort_hash="x", gruppen=())
        gruppe = personen.create_gruppe(session, einheit, kennung="g", name="G", rolle=personen.Rolle.ASD_FACHKRAFT)
        session.add(
            Mitgliedschaft(
                mandant_id=mandant.id, orga_einheit_id=einheit.id, person_id=person.id, gruppe_id=gruppe.id, von=instant
            )
        )
    with db.reading(sessions) as session:
        found = session.execute(select(Mitgliedschaft.von)).scalar_one()
    assert found == instant
    assert found.tzinfo is UTC


def test_a_wall_clock_time_is_refused(sessions):
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
    with db.reading(sessions) as session, pytest.raises(StatementError, match="time zone"):
        session.execute(select(Vorgang.id).where(Vorgang.eingang_am == naive))


def test_writers_queue_and_lose_nothing(sessions):
    with db.transaction(sessions) as session:
        mandant = personen.create_mandant(session, kennung="a", name="A", land="NW")
        session.add(Nummernkreis(mandant_id=mandant.id, jahr=2026, naechste=1))

    def count_up():
        for _ in range(10):
            with db.transaction(sessions) as session:
                row = session.execute(select(Nummernkreis).with_for_update()).scalar_one()
                row.naechste += 1

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading(sessions) as session:
        assert session.execute(select(Nummernkreis.naechste)).scalar_one() == 41


def test_a_lost_race_is_tried_once_more_and_then_told(sessions):
    attempts = []

    def command(session):
        attempts.append(session)
        if len(attempts) == 1:
            raise errors.Conflict
        return "done"

    assert db.run(sessions, command) == "done"
    with pytest.raises(errors.Conflict):
        db.run(sessions, lambda session: (_ for _ in ()).throw(errors.Conflict))


def test_an_exception_leaves_nothing_behind(sessions):
    with pytest.raises(RuntimeError), db.transaction(sessions) as session:
        personen.create_mandant(session, kennung="a", name="A", land="NW")
        raise RuntimeError
    with db.reading(sessions) as session:
        assert session.execute(select(Mandant)).first() is None


def test_an_error_of_the_database_names_no_value(sessions):
    with db.reading(sessions) as session, pytest.raises(DBAPIError) as raised:
        session.execute(text("SELECT :wert FROM gibt_es_nicht"), {"wert": "Erika Mustermann"})
    assert "Mustermann" not in str(raised.value)


def test_upgrading_twice_changes_nothing(db_engine):
    before = inspect(db_engine).get_table_names()
    db.upgrade(db_engine)
    assert inspect(db_engine).get_table_names() == before
