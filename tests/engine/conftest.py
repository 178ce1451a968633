"""Tests of the engine run on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine


@pytest.fixture(params=["sqlite", "postgresql"])
def db_engine(request: pytest.FixtureRequest) -> Engine:
    """A fresh, migrated database of the kind in the test's name."""
    fixture = {"sqlite": "new_sqlite", "postgresql": "new_postgres"}[request.param]
    new_database = request.getfixturevalue(fixture)
    return new_database()
