"""The pages: Flask, one blueprint per noun. Knows everything below and holds no rule of its own.

Every view names its right (`web.auth`), every write goes through one command in one transaction, every response
carries the strict policy of `web.sicherheit`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from web.config import Einstellungen


def create_app(einstellungen: Einstellungen) -> Flask:
    """The application for these settings; opens the database but does not migrate it."""
    # Loaded only here: the command line lies in this package too and must start without every page.
    from web import anwendung

    return anwendung.create_app(einstellungen)
