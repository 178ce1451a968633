"""Alembic's environment and revisions; `engine.db.upgrade` runs them."""
