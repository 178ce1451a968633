"""Drawing in a real browser: by keyboard through the table of steps, with findings while one draws."""

from __future__ import annotations

from typing import Any

import kleinstadt
import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def amt(live_server: Any) -> Any:
    """The office Kleinstadt behind the running application."""
    return kleinstadt.create_amt(live_server)


def open_editor(page: Page, url: str) -> None:
    page.goto(f"{url}/anmelden")
    kleinstadt.type_login(page, "prozesse")
    page.goto(f"{url}/prozesse/1/versionen/1/modellieren")
    expect(page.get_by_role("textbox", name="Beschriftung von Bedarf einschätzen")).to_be_visible()


def test_a_step_is_added_named_assigned_and_saved_by_keyboard(live_server: Any, amt: Any, page: Page) -> None:
    open_editor(page, live_server.url)
    page.get_by_role("button", name="+ Schritt bei Bedarf einschätzen").press("Enter")
    page.keyboard.type("Familie besuchen")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Beschriftung von Familie besuchen")).to_be_visible()
    page.get_by_role("combobox", name="Bahn von Familie besuchen").select_option(label="Leitung")
    expect(page.get_by_role("combobox", name="Bahn von Familie besuchen").locator("option:checked")).to_have_text(
        "Leitung"
    )
    expect(page.get_by_text("Änderung gemerkt, noch nicht gespeichert.")).to_be_visible()
    page.get_by_role("button", name="Als neue Version speichern").press("Enter")
    expect(page.get_by_text("Gespeichert als Version 2 (Entwurf).")).to_be_visible()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Familie besuchen"))
    expect(row).to_contain_text("Leitung")


def test_a_step_that_goes_leaves_no_gap_and_can_be_brought_back(live_server: Any, amt: Any, page: Page) -> None:
    open_editor(page, live_server.url)
    page.get_by_role("button", name="Löschen bei Bedarf einschätzen").press("Enter")
    first = page.locator("[data-schritt]").first
    expect(first).to_contain_text("Ist die Hilfe geeignet?")
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.get_by_role("textbox", name="Beschriftung von Bedarf einschätzen")).to_be_visible()


def test_what_was_drawn_is_checked_and_remembered_when_the_page_is_left(live_server: Any, amt: Any, page: Page) -> None:
    open_editor(page, live_server.url)
    page.get_by_role("button", name="+ Entscheidung bei Bedarf einschätzen").press("Enter")
    page.keyboard.type("Ist es eilig?")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Änderung gemerkt, noch nicht gespeichert.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Ist es eilig?")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{live_server.url}/prozesse")
    page.goto(f"{live_server.url}/prozesse/1/versionen/1/modellieren")
    page.get_by_role("button", name="Weiter daran zeichnen").click()
    expect(page.get_by_role("textbox", name="Beschriftung von Ist es eilig?")).to_be_visible()


def test_a_version_that_somebody_else_saved_meanwhile_is_said_and_nothing_is_lost(
    live_server: Any, amt: Any, page: Page, erlaubte_meldungen: list[str]
) -> None:
    erlaubte_meldungen.append(r"the server responded with a status of 409")
    open_editor(page, live_server.url)
    other = page.context.new_page()
    other.goto(f"{live_server.url}/prozesse/1/versionen/1/modellieren")
    for nr, (who, name) in enumerate(((other, "Anderer Schritt"), (page, "Mein Schritt"))):
        who.get_by_role("button", name="+ Schritt bei Bedarf einschätzen").press("Enter")
        who.keyboard.type(name)
        who.keyboard.press("Tab")
        expect(who.get_by_text("Änderung gemerkt")).to_be_visible()
        who.get_by_role("button", name="Als neue Version speichern").click()
        expect(
            who.get_by_text("Gespeichert als Version 2" if nr == 0 else "Inzwischen gibt es Version 2")
        ).to_be_visible()
    expect(page.get_by_role("textbox", name="Beschriftung von Mein Schritt")).to_be_visible()
    page.get_by_role("button", name="Als weitere Version speichern").click()
    expect(page.get_by_text("Gespeichert als Version 3")).to_be_visible()


@pytest.mark.parametrize("schema", ["light", "dark"])
@pytest.mark.parametrize("breite", [1366, 390])
def test_everybody_can_read_the_editor(
    live_server: Any, amt: Any, open_page: Any, axe: Any, breite: int, schema: str
) -> None:
    page = open_page(width=breite, color_scheme=schema)
    open_editor(page, live_server.url)
    expect(page.get_by_text("· 1 Hinweis")).to_be_visible()
    page.get_by_role("textbox", name="Beschriftung von Bedarf einschätzen").focus()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
