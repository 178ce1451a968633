"""The Arbeitskorb in a real browser: keys, ticks, the way back to the row, and a list that stays true by itself."""

from __future__ import annotations

from typing import Any

import kleinstadt
import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def amt(live_server: Any) -> Any:
    """The office Kleinstadt behind the running application."""
    return kleinstadt.create_amt(live_server)


def log_in(page: Page, url: str) -> None:
    page.goto(f"{url}/anmelden")
    kleinstadt.type_login(page, "asd")
    expect(page.get_by_role("heading", name="Arbeitskorb")).to_be_visible()


def test_keys_lead_through_the_list_and_can_be_switched_off(live_server: Any, amt: Any, page: Page) -> None:
    first, second = amt.new_aufgabe(), amt.new_aufgabe()
    log_in(page, live_server.url)
    page.goto(f"{live_server.url}/arbeitskorb?korb=gruppe")
    page.keyboard.press("j")
    expect(page.locator(f"#aufgabe-{first} a")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(f"#aufgabe-{second} a")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.get_by_text("1 ausgewählt:")).to_be_visible()
    page.keyboard.press("?")
    page.get_by_label("Kürzel auf diesem Gerät ausschalten").check()
    page.get_by_role("button", name="Schließen").click()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()


def test_a_letter_that_is_typed_is_no_shortcut(live_server: Any, amt: Any, page: Page) -> None:
    amt.new_aufgabe()
    log_in(page, live_server.url)
    page.goto(f"{live_server.url}/arbeitskorb?korb=gruppe")
    page.keyboard.press("/")
    page.keyboard.type("jkx?ü")
    expect(page.get_by_role("searchbox")).to_have_value("jkx?ü")


def test_the_way_back_leads_to_the_row_in_the_list_as_it_was(live_server: Any, amt: Any, page: Page) -> None:
    for _ in range(3):
        amt.new_aufgabe()
    log_in(page, live_server.url)
    page.goto(f"{live_server.url}/arbeitskorb?korb=gruppe&sortiere=-aktenzeichen")
    page.get_by_role("link", name="Bedarf einschätzen").nth(1).click()
    page.get_by_role("navigation", name="Brotkrumen").get_by_role("link", name="Arbeitskorb").click()
    assert "sortiere=-aktenzeichen" in page.url
    expect(page.get_by_role("link", name="Bedarf einschätzen").nth(1)).to_be_focused()


def test_ticks_and_place_stay_when_the_list_changes_by_itself(live_server: Any, amt: Any, page: Page) -> None:
    mine, gone = amt.new_aufgabe(), amt.new_aufgabe()
    log_in(page, live_server.url)
    page.clock.install()
    page.goto(f"{live_server.url}/arbeitskorb?korb=gruppe")
    page.get_by_role("checkbox", name="00001").check()
    page.locator(f"#aufgabe-{mine} a").focus()
    new = amt.new_aufgabe()
    page.clock.fast_forward(61_000)
    expect(page.locator(f"#aufgabe-{new}")).to_be_visible()
    amt.claim("asd2", gone)
    page.clock.fast_forward(61_000)
    expect(page.locator(f"#aufgabe-{gone}")).to_have_count(0)
    expect(page.get_by_role("checkbox", name="00001")).to_be_checked()
    expect(page.locator(f"#aufgabe-{mine} a")).to_be_focused()
    expect(page.get_by_role("link", name="Gruppe ASD Mitte 2")).to_be_visible()


@pytest.mark.parametrize("schema", ["light", "dark"])
@pytest.mark.parametrize("breite", [1366, 390])
def test_everybody_can_read_the_arbeitskorb(
    live_server: Any, amt: Any, open_page: Any, axe: Any, breite: int, schema: str
) -> None:
    for _ in range(3):
        amt.new_aufgabe()
    page = open_page(width=breite, color_scheme=schema)
    log_in(page, live_server.url)
    page.goto(f"{live_server.url}/arbeitskorb?korb=gruppe&frist=bis_morgen")
    page.get_by_text("Filter", exact=False).first.click()
    assert axe(page) == []
    page.goto(f"{live_server.url}/arbeitskorb?korb=gruppe")
    page.get_by_role("button", name="Tastenkürzel").click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
