"""A database that is in use survives every migration."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine, MetaData, event, select, text

from engine import db

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
    }
    with empty_database.begin() as connection:
        for name, row in rows.items():
            connection.execute(tables.tables[name].insert().values(**row))
    db.upgrade(empty_database)
    with empty_database.begin() as connection:
        for name in rows:
            assert connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() == 1


def test_references_are_enforced_again_after_a_migration(empty_database: Engine) -> None:
    enforced = []
    event.listen(empty_database, "checkout", lambda dbapi, _record, _proxy: enforced.append(dbapi))
    db.upgrade(empty_database)
    if empty_database.dialect.name == "sqlite":
        assert {c.execute("PRAGMA foreign_keys").fetchone()[0] for c in enforced} == {1}
    with empty_database.connect() as connection:
        assert connection.execute(select(1)).scalar_one() == 1
