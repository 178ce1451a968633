"""Decision tables in a real browser: seen, tested, edited and compared under the strict policy, readable for all."""

from __future__ import annotations

import os
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

HIER = Path(__file__).resolve().parent
KLEINSTADT = runpy.run_path(str(HIER.parent / "web" / "conftest.py"))
MODELL = HIER / "entscheidung.dmn"
#: folder for pictures, to look at; none are taken when it is not set
BILDER = os.environ.get("HILFEFLUSS_BILDER")


@pytest.fixture
def adresse(live_server: Any) -> str:
    """The decisions of the tiny process of Kleinstadt."""
    with live_server.dienste.transaction() as session:
        KLEINSTADT["create_office"](session)
    with live_server.dienste.transaction() as session:
        prozess_id = KLEINSTADT["publish"](session, KLEINSTADT["akteur_of"](session, "prozesse"))
    return f"{live_server.url}/prozesse/{prozess_id}/versionen"


def log_in(page: Page, adresse: str) -> None:
    page.goto(f"{adresse.partition('/prozesse')[0]}/anmelden")
    page.get_by_label("Kennung").fill("prozesse")
    page.get_by_label("Passwort").fill(KLEINSTADT["PASSWORT"])
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("heading", name="Prozesse")).to_be_visible()


def upload(page: Page, adresse: str) -> None:
    """As a person does it: from the page of the version."""
    page.goto(f"{adresse}/1")
    page.get_by_role("link", name="Entscheidungen").click()
    page.get_by_label("Entscheidungsmodell hochladen").set_input_files(MODELL)
    page.get_by_role("button", name="Hochladen und prüfen").click()
    expect(page.get_by_role("heading", name="entscheidung", exact=True)).to_be_visible()


def take(page: Page, name: str) -> None:
    """No page is wider than the window; a picture, if wanted."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if BILDER:
        Path(BILDER).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(BILDER) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("width", "height", "color_scheme"), [(1366, 768, "light"), (390, 844, "dark")], ids=["Büro", "Telefon"]
)
def test_a_table_is_uploaded_tested_edited_and_compared(
    live_server: Any,
    adresse: str,
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    width: int,
    height: int,
    color_scheme: str,
) -> None:
    page = open_page(width=width, height=height, color_scheme=color_scheme)
    log_in(page, adresse)
    upload(page, adresse)
    page.locator("[data-dmn-stand=bereit]").wait_for()
    expect(page.locator(".dmn").get_by_text("Hilfeart").first).to_be_visible()
    take(page, f"modell-{width}")
    assert axe(page) == []
    page.get_by_role("button", name="Tabelle: Hilfeart").click()
    expect(page.locator(".dmn .tjs-table")).to_be_visible()
    take(page, f"modell-tabelle-{width}")
    assert axe(page) == []

    page.get_by_label("alter").fill("7")
    page.get_by_label("dringlichkeit").select_option("bald")
    page.get_by_role("button", name="Testen").click()
    expect(page.get_by_text("Tabelle Hilfeart: Zeile 3 trifft zu.")).to_be_visible()
    page.locator("[data-dmn-stand=bereit]").wait_for()
    take(page, f"test-{width}")
    assert axe(page) == []

    page.get_by_role("link", name="Bearbeiten").click()
    page.locator("[data-dmn-stand=bereit]").wait_for()
    page.locator(".dmn td.output-cell", has_text="14").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("21")
    take(page, f"bearbeiten-{width}")
    assert axe(page) == []
    page.get_by_role("button", name="Als neue Version speichern").click()
    expect(page.get_by_text("Gespeichert als Version 3")).to_be_visible()
    page.get_by_role("link", name="mit dieser Version vergleichen").click()
    expect(page.get_by_text("~ geändert")).to_have_count(1)
    take(page, f"vergleich-{width}")
    assert axe(page) == []
    page.goto(f"{adresse}/3/entscheidungen")
    take(page, f"liste-{width}")
    assert axe(page) == []
