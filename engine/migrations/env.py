"""Alembic environment: uses the engine handed over by `engine.db.alembic_config`."""

from alembic import context

import engine.model  # noqa: F401 - registers the tables
from engine.db import Base

db_engine = context.config.attributes["db_engine"]

with db_engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
