"""Alembic environment: uses the engine handed over by `engine.db.alembic_config`."""

from typing import Any, Literal

from alembic import context

import engine.model  # noqa: F401 - registers the tables
from engine import db


def _render_item(kind: str, item: Any, _autogen: object) -> str | Literal[False]:
    """Our own types by name, so that a migration reads like the model."""
    if kind == "type":
        if isinstance(item, db.UtcDateTime):
            return "engine.db.UtcDateTime()"
        for name in ("Schluessel", "Dokument"):
            if repr(item) == repr(getattr(db, name)):
                return f"engine.db.{name}"
    return False


db_engine = context.config.attributes["db_engine"]

with db_engine.connect() as connection:
    # SQLite alters a table by replacing it, which its rows would forbid: check the references afterwards instead.
    sqlite = connection.connection.dbapi_connection if connection.dialect.name == "sqlite" else None
    if sqlite is not None:
        sqlite.execute("PRAGMA foreign_keys=OFF")
    try:
        context.configure(
            connection=connection,
            target_metadata=db.Base.metadata,
            compare_type=True,
            render_item=_render_item,
            render_as_batch=connection.dialect.name == "sqlite",
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite is not None and sqlite.execute("PRAGMA foreign_key_check").fetchone():
                raise RuntimeError("a migration broke a reference")
        connection.commit()
    finally:
        connection.rollback()
        if sqlite is not None:
            sqlite.execute("PRAGMA foreign_keys=ON")
