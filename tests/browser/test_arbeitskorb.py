"""The Arbeitskorb in a real browser: keys, ticks, the way back to the row, and a list that stays true by itself."""

from __future__ import annotations

from typing import Any

import kleinstadt
import pytest
from playwright.sync_api import Page, expect

from engine.queries.korbregeln import Korb


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
    page.get_by_role("link", name="Kürzel ein- oder ausschalten").click()
    page.get_by_label("Tastenkürzel verwenden").uncheck()
    page.get_by_role("button", name="Speichern").click()
    page.goto(f"{live_server.url}/arbeitskorb?korb=gruppe")
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


def test_without_a_mouse_somebody_claims_puts_on_wiedervorlage_and_puts_back(
    live_server: Any, amt: Any, page: Page
) -> None:
    first, second = amt.new_aufgabe(), amt.new_aufgabe()
    log_in(page, live_server.url)
    page.goto(f"{live_server.url}/arbeitskorb?korb=gruppe")
    page.keyboard.press("j")
    # The driver knows keys of an American keyboard only.
    page.evaluate("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'ü', bubbles: true}))")
    expect(page.get_by_text("„Bedarf einschätzen“ liegt jetzt bei Ihnen.")).to_be_visible()
    page.goto(f"{live_server.url}/arbeitskorb")
    for key in ("j", "w"):
        page.keyboard.press(key)
    page.keyboard.type("30.12.26")
    for key in ("Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("1 Aufgabe liegt auf Wiedervorlage.")).to_be_visible()
    for key in ("j", "x", "z"):
        page.keyboard.press(key)
    expect(page.get_by_text("1 Aufgabe liegt jetzt wieder im Gruppenkorb.")).to_be_visible()
    assert {z.aufgabe_id for z in amt.korb("asd", Korb.GRUPPE).zeilen} == {first, second}


def test_the_list_is_light_and_nothing_jumps(live_server: Any, amt: Any, open_page: Any) -> None:
    """First load without fonts at most 150 kB over the wire; no layout shift that counts (CLS below 0.1)."""
    for _ in range(30):
        amt.new_aufgabe()
    page = open_page(width=390)
    log_in(page, live_server.url)
    page.goto(f"{live_server.url}/arbeitskorb?korb=gruppe")
    weights = page.evaluate(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        ".map((e) => [e.name, e.encodedBodySize])"
    )
    assert sum(size for name, size in weights if not name.endswith(".woff2")) <= 150_000, weights
    shift = page.evaluate(
        "new Promise((done) => { let sum = 0; new PerformanceObserver((list) => { for (const e of list.getEntries())"
        " { sum += e.value; } }).observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 200); })"
    )
    assert shift < 0.1


@pytest.mark.parametrize("adresse", ["", "?korb=gruppe&stand=alle", "?korb=wiedervorlage", "/vertretungen"])
def test_at_four_hundred_percent_and_with_large_letters_nothing_is_cut_off(
    live_server: Any, amt: Any, open_page: Any, axe: Any, adresse: str
) -> None:
    amt.new_aufgabe("asd")
    amt.new_aufgabe("asd2")
    page = open_page(width=320, height=256)
    log_in(page, live_server.url)
    page.goto(f"{live_server.url}/arbeitskorb{adresse}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []


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
