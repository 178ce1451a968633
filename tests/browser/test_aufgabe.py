"""Work in a real browser: by keyboard, with drafts that save themselves, readable for everybody.

The server is named before the page in every signature: so it ends after the page, whose last requests it must answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import kleinstadt
import pytest
from playwright.sync_api import Page, expect

ABLEHNUNG = r"the server responded with a status of 4\d\d"


@pytest.fixture
def amt(live_server: Any) -> Any:
    """The office Kleinstadt behind the running application."""
    return kleinstadt.create_amt(live_server)


def log_in(page: Page, url: str, kennung: str = "asd") -> None:
    page.goto(f"{url}/anmelden")
    kleinstadt.type_login(page, kennung)
    expect(page.get_by_role("heading", name="Arbeitskorb")).to_be_visible()


def test_a_case_worker_takes_types_and_finishes_by_keyboard(live_server: Any, amt: Any, page: Page) -> None:
    amt.start()
    log_in(page, live_server.url)
    page.goto(f"{live_server.url}/arbeitskorb?korb=gruppe")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_focused()
    page.get_by_role("link", name="Bedarf einschätzen").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Übernehmen und beginnen").press("Enter")

    page.get_by_label("Wie ist die Lage?").fill("Die Familie braucht Entlastung.")
    page.get_by_label("Nächster Termin").press("Enter")
    expect(page.get_by_text(re.compile(r"Entwurf gespeichert \d\d:\d\d"))).to_be_visible()
    expect(page.get_by_label("Wie ist die Lage?")).to_have_value("Die Familie braucht Entlastung.")

    page.get_by_label("in den nächsten Wochen").press("Space")
    page.get_by_label("nein", exact=True).press("Space")
    page.get_by_role("button", name="Erledigen").press("Enter")
    expect(page.get_by_role("heading", name="Familie beraten")).to_be_visible()
    expect(page.get_by_text("„Bedarf einschätzen“ ist erledigt.")).to_be_visible()


def test_what_is_typed_saves_itself_and_says_so(live_server: Any, amt: Any, page: Page) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    log_in(page, live_server.url)
    page.goto(f"{live_server.url}/aufgaben/{aufgabe_id}")
    page.get_by_label("Wie ist die Lage?").press_sequentially("Getippt")
    expect(page.locator("[data-entwurf-stand]")).to_have_text(re.compile(r"Entwurf gespeichert \d\d:\d\d"))
    page.get_by_label("Wie ist die Lage?").press_sequentially(", und gleich weg")
    page.goto(f"{live_server.url}/arbeitskorb")
    page.goto(f"{live_server.url}/aufgaben/{aufgabe_id}")
    expect(page.get_by_label("Wie ist die Lage?")).to_have_value("Getippt, und gleich weg")


def test_an_ended_session_loses_nothing(live_server: Any, amt: Any, page: Page, erlaubte_meldungen: list[str]) -> None:
    erlaubte_meldungen.append(ABLEHNUNG)
    aufgabe_id = amt.new_aufgabe("asd")
    log_in(page, live_server.url)
    page.goto(f"{live_server.url}/aufgaben/{aufgabe_id}")
    page.wait_for_load_state("networkidle")  # a late answer would bring the cookie back
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_label("Wie ist die Lage?").fill("Wichtig")
    expect(page.get_by_text("Nicht gespeichert: Sie sind abgemeldet.")).to_be_visible()

    other = page.context.new_page()
    log_in(other, live_server.url)
    assert page.context.cookies() != cookies
    page.get_by_label("Wie ist die Lage?").fill("Wichtig, wirklich")
    expect(page.locator("[data-entwurf-stand]")).to_have_text(re.compile("Entwurf gespeichert"))
    page.get_by_label("in den nächsten Wochen").check()
    page.get_by_label("ja", exact=True).check()
    page.get_by_role("button", name="Erledigen").click()
    expect(page.get_by_text("Weiter bei: Leitung Mitte.")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "height", "color_scheme"), [(1366, 768, "light"), (390, 844, "dark")], ids=["Büro", "Telefon"]
)
def test_pages_are_readable_for_everybody(
    live_server: Any,
    amt: Any,
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    erlaubte_meldungen: list[str],
    width: int,
    height: int,
    color_scheme: str,
) -> None:
    erlaubte_meldungen.append(ABLEHNUNG)
    aufgabe_id = amt.new_aufgabe("asd")
    amt.new_aufgabe()
    page = open_page(width=width, height=height, color_scheme=color_scheme)
    page.goto(f"{live_server.url}/anmelden")
    found = axe(page)
    log_in(page, live_server.url)
    for pfad in ("/arbeitskorb", "/arbeitskorb?korb=gruppe", f"/aufgaben/{aufgabe_id}", "/hilfe", "/gibtsnicht"):
        page.goto(live_server.url + pfad)
        found += [f"{pfad}: {line}" for line in axe(page)]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), pfad
    page.goto(f"{live_server.url}/aufgaben/{aufgabe_id}")
    page.get_by_role("button", name="Erledigen").click()
    expect(page.locator(".hf-fehlerliste")).to_be_focused()
    found += [f"mit Fehlern: {line}" for line in axe(page)]
    page.get_by_role("link", name=re.compile("Wie ist die Lage")).click()
    expect(page.get_by_label("Wie ist die Lage?")).to_be_focused()
    assert found == []
