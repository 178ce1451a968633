"""The office Kleinstadt of the page tests, for tests that drive a real browser."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

KLEINSTADT = runpy.run_path(str(Path(__file__).resolve().parents[1] / "web" / "conftest.py"))


def create_amt(live_server: Any) -> Any:
    """Kleinstadt with its tiny process behind a running application; its clock stands at the moment of the tests."""
    with live_server.dienste.transaction() as session:
        KLEINSTADT["create_office"](session)
    with live_server.dienste.transaction() as session:
        KLEINSTADT["publish"](session, KLEINSTADT["akteur_of"](session, "prozesse"))
    return KLEINSTADT["Amt"](live_server.dienste, KLEINSTADT["Uhr"]())


def type_login(page: Page, kennung: str) -> None:
    """Fill in and send the login of the page that is open."""
    page.get_by_label("Kennung").fill(kennung)
    page.get_by_label("Passwort").fill(KLEINSTADT["PASSWORT"])
    page.get_by_role("button", name="Anmelden").click()
