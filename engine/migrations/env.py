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
    context.configure(
        connection=connection,
        target_metadata=db.Base.metadata,
        compare_type=True,
        render_item=_render_item,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
