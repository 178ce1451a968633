"""The only clock of the pages; everything below is told the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import current_app


def now() -> datetime:
    """This instant, aware UTC; ``app.config["JETZT"]`` (a callable) replaces it in tests and demonstrations."""
    clock: Callable[[], datetime] | None = current_app.config.get("JETZT")
    return clock() if clock else datetime.now(UTC)
