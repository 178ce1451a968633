"""Drawing in a real browser: by keyboard through the table of steps, with findings while one draws."""

from __future__ import annotations

import re
from typing import Any

import kleinstadt
import pytest
from playwright.sync_api import Page, expect

KEPT = re.compile(r"Entwurf gespeichert \d\d:\d\d")


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
    expect(page.get_by_text(KEPT)).to_be_visible()
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
    expect(page.get_by_text(KEPT)).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Ist es eilig?")).to_be_visible()
    page.evaluate("localStorage.clear()")
    page.goto(f"{live_server.url}/prozesse")
    page.goto(f"{live_server.url}/prozesse/1/versionen/1/modellieren")
    expect(page.get_by_text("Sie zeichnen weiter an Ihrem Entwurf")).to_be_visible()
    expect(page.get_by_role("textbox", name="Beschriftung von Ist es eilig?")).to_be_visible()
    page.get_by_role("button", name="Entwurf verwerfen").click()
    expect(page.get_by_role("textbox", name="Beschriftung von Bedarf einschätzen")).to_be_visible()
    expect(page.get_by_role("textbox", name="Beschriftung von Ist es eilig?")).to_have_count(0)


def test_exits_are_named_led_elsewhere_and_steps_change_places_by_keyboard(
    live_server: Any, amt: Any, page: Page
) -> None:
    open_editor(page, live_server.url)
    page.get_by_role("button", name="+ Ausgang bei Ist die Hilfe geeignet?").press("Enter")
    page.keyboard.type("Nachfragen")
    page.keyboard.press("Tab")
    page.get_by_role("textbox", name="Antwort 3 von Ist die Hilfe geeignet?").fill("unklar")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Antwort 3 von Ist die Hilfe geeignet?")).to_have_value("unklar")
    page.get_by_role("combobox", name="Danach bei Nachfragen").select_option(label="Bedarf einschätzen")
    expect(page.get_by_role("combobox", name="Danach bei Nachfragen").locator("option:checked")).to_have_text(
        "Bedarf einschätzen"
    )
    page.get_by_role("button", name="+ Schritt bei Hilfe freigeben").press("Enter")
    page.keyboard.type("Bescheid schreiben")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="↑ früher bei Bescheid schreiben").press("Enter")
    expect(page.get_by_role("combobox", name="Danach bei Bescheid schreiben").locator("option:checked")).to_have_text(
        "Hilfe freigeben"
    )
    page.get_by_role("textbox", name="Beschriftung von Hilfe freigeben").focus()
    page.get_by_label("Frist (3 AT, oder frist_at(eingang, 3))").fill("2 AT")
    page.get_by_label("Wert für die Familie").select_option("U")
    page.get_by_role("button", name="Als neue Version speichern").press("Enter")
    expect(page.get_by_text("Gespeichert als Version 2 (Entwurf).")).to_be_visible()
    page.goto(f"{live_server.url}/prozesse/1/versionen/2/einrichten")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Hilfe freigeben"))
    expect(row).to_contain_text("2 Arbeitstage ab Beginn des Schritts")


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
        expect(who.get_by_text(KEPT)).to_be_visible()
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
