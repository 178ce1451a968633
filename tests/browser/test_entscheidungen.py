"""Decision tables in a real browser: seen, tested, edited and compared under the strict policy, readable for all."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kleinstadt
import pytest
from playwright.sync_api import Page, expect

HIER = Path(__file__).resolve().parent
MODELL = HIER / "entscheidung.dmn"
#: folder for pictures, to look at; none are taken when it is not set
BILDER = os.environ.get("HILFEFLUSS_BILDER")


@pytest.fixture
def adresse(live_server: Any) -> str:
    """The decisions of the tiny process of Kleinstadt."""
    with live_server.dienste.transaction() as session:
        kleinstadt.KLEINSTADT["create_office"](session)
    with live_server.dienste.transaction() as session:
        prozess_id = kleinstadt.KLEINSTADT["publish"](session, kleinstadt.KLEINSTADT["akteur_of"](session, "prozesse"))
    return f"{live_server.url}/prozesse/{prozess_id}/versionen"


def log_in(page: Page, adresse: str) -> None:
    page.goto(f"{adresse.partition('/prozesse')[0]}/anmelden")
    kleinstadt.type_login(page, "prozesse")
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


@pytest.mark.parametrize(
    ("width", "height", "color_scheme"), [(1366, 768, "light"), (390, 844, "dark")], ids=["Büro", "Telefon"]
)
def test_a_new_table_is_made_and_what_is_not_saved_is_not_lost_unasked(
    live_server: Any,
    adresse: str,
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    erlaubte_meldungen: list[str],
    width: int,
    height: int,
    color_scheme: str,
) -> None:
    erlaubte_meldungen.append(r"the server responded with a status of 4\d\d")
    page = open_page(width=width, height=height, color_scheme=color_scheme)
    log_in(page, adresse)
    page.goto(f"{adresse}/1/entscheidungen")
    page.get_by_role("link", name="Neue Tabelle anlegen").click()
    page.get_by_label("Name der Entscheidung").fill("Eignung")
    page.get_by_label("Eingang 1", exact=True).fill("Alter des Kindes")
    page.get_by_label("Ausgang 1", exact=False).first.fill("weg")
    page.get_by_role("button", name="Anlegen und bearbeiten").click()
    expect(page.get_by_text("Eingang 1: Möglich sind").first).to_be_visible()
    take(page, f"neu-{width}")
    assert axe(page) == []
    page.get_by_label("Eingang 1", exact=True).fill("alter")
    page.get_by_label("Eingang 1: Art").select_option(label="Zahl")
    page.get_by_role("button", name="Anlegen und bearbeiten").click()
    expect(page.get_by_role("heading", name="eignung bearbeiten")).to_be_visible()
    page.locator("[data-dmn-stand=bereit]").wait_for()
    expect(page.locator(".dmn").get_by_text("alter").first).to_be_visible()
    take(page, f"neu-editor-{width}")
    assert axe(page) == []

    fragen: list[str] = []
    page.on("dialog", lambda dialog: (fragen.append(dialog.type), dialog.dismiss()))
    page.locator(".dmn .add-rule").first.click()
    page.get_by_role("link", name="Abbrechen").click()
    page.wait_for_timeout(300)
    assert fragen == ["beforeunload"]
    expect(page.get_by_role("heading", name="eignung bearbeiten")).to_be_visible()
    page.get_by_role("button", name="Als neue Version speichern").click()
    expect(page.get_by_role("heading", name="eignung", exact=True)).to_be_visible()
    assert fragen == ["beforeunload"]
    page.get_by_text("Dieses Modell löschen").click()
    take(page, f"loeschen-{width}")
    assert axe(page) == []
    page.get_by_role("button", name="Aus neuer Version löschen").click()
    expect(page.get_by_text("fehlt ab Version")).to_be_visible()


def test_the_editor_speaks_german(live_server: Any, adresse: str, open_page: Callable[..., Page]) -> None:
    page = open_page(width=1366, height=900)
    log_in(page, adresse)
    upload(page, adresse)
    page.goto(f"{page.url}/bearbeiten")
    page.locator("[data-dmn-stand=bereit]").wait_for()
    gesehen = [page.locator(".dmn").inner_text(), *texts(page)]
    page.locator(".dmn .hit-policy").first.click()
    gesehen += [page.locator(".dmn").inner_text(), *texts(page)]
    for spalte in (".dmn th.input-cell", ".dmn th.output-cell"):
        page.locator(spalte).first.dblclick()
        page.wait_for_timeout(200)
        gesehen += [page.locator("body").inner_text(), *texts(page)]
        page.keyboard.press("Escape")
    page.locator(".dmn td.input-cell").first.click(button="right")
    page.wait_for_timeout(200)
    gesehen += [page.locator("body").inner_text(), *texts(page)]
    take(page, "editor-menue")
    page.keyboard.press("Escape")
    englisch = re.compile(
        r"\b(add|remove|edit|enter|paste|copy|cut|rule|rules|expression|value|values|type|column|input|output|unique|any"
        r"|first|collect|order|label|delete|create|change|when|then|annotation|view)\b",
        re.IGNORECASE,
    )
    assert sorted({wort for text in gesehen for wort in englisch.findall(text)}) == []


def texts(page: Page) -> list[str]:
    """Titles, placeholders and names that the editor gives its parts."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('.dmn [title], .dmn [placeholder], .dmn [aria-label], .dmn option, "
        ".dmn [data-placeholder], .dms-select-options *')].flatMap((e) => [e.title, e.placeholder, "
        "e.getAttribute('aria-label'), e.dataset.placeholder, e.children.length ? '' : e.textContent])"
        ".filter(Boolean)"
    )
    return found
