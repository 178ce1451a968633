"""The database: declarative base, instants in UTC, sessions, and the only place that commits.

SQLite runs in WAL mode and writers start with ``BEGIN IMMEDIATE``, so that two writers queue instead of failing
half-way. PostgreSQL is reached by URL (psycopg 3).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from typing import Any, TypeVar

import orjson
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    create_engine,
    event,
    exc,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

from engine import errors

#: seconds that a writer waits for another one before it gives up
WARTEZEIT_SPERRE_S = 15

#: seconds after which a pooled connection is asked whether its server is still there
RUHE_S = 5

SessionFactory = sessionmaker[Session]
Ergebnis = TypeVar("Ergebnis")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant with microseconds; SQLite would hand back naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values: a wall-clock time without a zone is not an instant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: surrogate key: 64 bit on PostgreSQL, the rowid on SQLite
Schluessel = BigInteger().with_variant(Integer(), "sqlite")
#: JSON document; JSONB on PostgreSQL
Dokument = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """Base of all tables; names of constraints are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: Dokument, list[Any]: Dokument}


def create_db_engine(url: str) -> Engine:
    """Engine for a SQLAlchemy URL: ``sqlite:///path`` or ``postgresql+psycopg://…``."""
    # An error names its statement, never the values: it may end in a log.
    common: dict[str, Any] = {
        "json_serializer": _dump_json,
        "json_deserializer": orjson.loads,
        "hide_parameters": True,
    }
    if not url.startswith("sqlite"):
        db_engine = create_engine(url, **common)
        event.listen(db_engine, "checkin", _note_use)
        event.listen(db_engine, "checkout", _ping_if_rested)
        return db_engine
    db_engine = create_engine(url, connect_args={"timeout": WARTEZEIT_SPERRE_S, "check_same_thread": False}, **common)
    event.listen(db_engine, "connect", _configure_sqlite)
    event.listen(db_engine, "begin", _begin_sqlite)
    return db_engine


def _note_use(_dbapi_connection: object, record: Any) -> None:
    record.info["benutzt"] = time.monotonic()


def _ping_if_rested(dbapi_connection: Any, record: Any, _proxy: object) -> None:
    """A connection that rested may have lost its server; one that just worked is not asked: that costs a round trip."""
    if time.monotonic() - record.info.get("benutzt", time.monotonic()) < RUHE_S:
        return
    try:
        dbapi_connection.execute("SELECT 1")
        dbapi_connection.rollback()
    except Exception as error:
        raise exc.DisconnectionError from error


def _dump_json(value: object) -> str:
    return orjson.dumps(value).decode()


def _configure_sqlite(dbapi_connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late (before the first write), so we send ours: see _begin_sqlite.
    dbapi_connection.isolation_level = None
    # Its own folds a to z only: a search for „prüfung“ would not find „PRÜFUNG“.
    dbapi_connection.create_function("lower", 1, _lower, deterministic=True)
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={WARTEZEIT_SPERRE_S * 1000}")
    cursor.close()


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("nur_lesen", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def create_sessions(db_engine: Engine) -> SessionFactory:
    """Factory of sessions for `transaction` and `reading`."""
    # No autoflush: a row that a command changes several times is written once, at the end.
    return sessionmaker(db_engine, expire_on_commit=False, autoflush=False)


@contextmanager
def transaction(sessions: SessionFactory) -> Iterator[Session]:
    """One command, one commit: commits at the end, rolls everything back on any exception.

    Raises
    ------
    errors.Conflict
        When somebody else changed the same row meanwhile, or held the database for too long.
    """
    try:
        with sessions.begin() as session:
            yield session
    except exc.DBAPIError as error:
        if is_lost_race(error):
            raise errors.Conflict from error
        raise
    except StaleDataError as error:
        raise errors.Conflict from error


@contextmanager
def reading(sessions: SessionFactory) -> Iterator[Session]:
    """A session that only reads: never waits for a writer on SQLite, never commits."""
    with sessions() as session:
        session.connection(execution_options={"nur_lesen": True})
        # Closing rolls back; an explicit rollback would expire what the caller still shows.
        yield session


def run(sessions: SessionFactory, command: Callable[[Session], Ergebnis]) -> Ergebnis:
    """Run one command in its transaction; when somebody was faster, once more on the fresh state.

    A refusal that is true on the fresh state too reaches the caller as `errors.Conflict`.
    """
    try:
        with transaction(sessions) as session:
            return command(session)
    except errors.Conflict:
        with transaction(sessions) as session:
            return command(session)


#: PostgreSQL: serialization failure, deadlock, lock not available, and a row that the other one inserted first
_VERLOREN = frozenset({"40001", "40P01", "55P03", "23505"})


def is_lost_race(error: exc.DBAPIError) -> bool:
    """Whether the database refused because another transaction was faster."""
    return getattr(error.orig, "sqlstate", None) in _VERLOREN or "database is locked" in str(error.orig)


def alembic_config(db_engine: Engine) -> Config:
    """Alembic's configuration without an ini file: the migrations lie inside the package."""
    config = Config()
    config.set_main_option("script_location", str(resources.files("engine") / "migrations"))
    config.attributes["db_engine"] = db_engine
    return config


def upgrade(db_engine: Engine, revision: str = "head") -> None:
    """Bring the database to the newest (or the given) revision; a current one stays untouched."""
    alembic.upgrade(alembic_config(db_engine), revision)
