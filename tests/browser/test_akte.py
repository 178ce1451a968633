"""Rows, files, comments, undo and paper in a real browser: by keyboard alone, readable for everybody, also at 400 %."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import kleinstadt
import pytest
import zeilenformular
from playwright.sync_api import Page, expect

ABLEHNUNG = r"the server responded with a status of 4\d\d"


@pytest.fixture
def amt(live_server: Any) -> Any:
    """The office Kleinstadt with a form that has rows and conditions."""
    found = kleinstadt.create_amt(live_server)
    zeilenformular.publish(found)
    return found


def log_in(page: Page, url: str, kennung: str = "asd") -> None:
    page.goto(f"{url}/anmelden")
    kleinstadt.type_login(page, kennung)
    expect(page.get_by_role("heading", name="Arbeitskorb")).to_be_visible()


def test_a_form_with_rows_is_filled_finished_and_opened_again_by_keyboard(
    live_server: Any, amt: Any, page: Page, tmp_path: Path
) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    brief = tmp_path / "Brief.pdf"
    brief.write_bytes(b"%PDF-1.7\n%%EOF")
    log_in(page, live_server.url)
    page.goto(f"{live_server.url}/aufgaben/{aufgabe_id}")
    page.get_by_label("Ergebnis").fill("Erster")
    page.get_by_label("Termin").fill("heute")
    page.get_by_role("button", name="Beschluss hinzufügen").press("Enter")
    expect(page.get_by_label("Ergebnis").nth(1)).to_be_focused()
    page.keyboard.type("Zweiter")
    expect(page.locator("[data-berechnet=zahl_beschluesse]")).to_have_text("2")
    page.get_by_role("button", name="Entfernen Beschluss 2").press("Enter")
    expect(page.locator("[data-berechnet=zahl_beschluesse]")).to_have_text("1")
    expect(page.get_by_role("textbox", name="Sprache")).to_be_hidden()
    page.get_by_label("Ja", exact=True).press("Space")
    expect(page.get_by_role("textbox", name="Sprache")).to_be_visible()
    page.get_by_role("textbox", name="Sprache").fill("Dari")

    page.get_by_text("Datei anfügen").press("Enter")
    page.get_by_label("Datei", exact=True).set_input_files(brief)
    page.get_by_role("button", name="Anfügen").press("Enter")
    expect(page.get_by_role("link", name="Brief.pdf")).to_be_visible()
    expect(page.get_by_role("textbox", name="Sprache")).to_have_value("Dari")
    page.get_by_label("Neuer Kommentar").fill("Frau N. ruft zurück")
    page.get_by_label("nein", exact=True).last.press("Space")
    page.get_by_role("button", name="Erledigen").press("Enter")
    expect(page.get_by_text("„Bedarf einschätzen“ ist erledigt.")).to_be_visible()
    page.get_by_role("button", name="Rückgängig machen").press("Enter")
    expect(page.get_by_text("„Bedarf einschätzen“ liegt wieder bei Ihnen.")).to_be_visible()
    expect(page.get_by_label("Ergebnis")).to_have_value("Erster")
    expect(page.get_by_text("Frau N. ruft zurück")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "height", "color_scheme"), [(1366, 768, "dark"), (320, 256, "light")], ids=["Büro", "400 %"]
)
def test_the_pages_of_a_vorgang_are_readable_for_everybody(
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
    done, aufgabe_id = amt.new_aufgabe("asd"), amt.new_aufgabe("asd")
    rows = {"beschluesse.0.ergebnis": ["Elternbrief"], "beschluesse.0.termin": ["1.6.26"]}
    amt.complete("asd", done, {**rows, "dolmetschen": ["nein"], "entscheidung_geeignet": ["fluss_nein"]})
    page = open_page(width=width, height=height, color_scheme=color_scheme)
    log_in(page, live_server.url)
    found: list[str] = []
    for pfad in ("/vorgaenge/1", "/vorgaenge/1/druck", "/prozesse/1/vordrucke/bedarf_einschaetzen"):
        page.goto(live_server.url + pfad)
        found += [f"{pfad}: {line}" for line in axe(page)]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), pfad
    page.goto(f"{live_server.url}/aufgaben/{aufgabe_id}")
    page.get_by_label("Ja", exact=True).check()
    page.get_by_role("button", name="Erledigen").click()
    expect(page.get_by_role("link", name="Beschlüsse – ")).to_be_visible()
    expect(page.get_by_role("link", name="Sprache")).to_be_visible()
    for summary in page.locator(".hf-begriff > summary, #dokumente summary").all():
        summary.evaluate("element => { element.parentElement.open = true; }")
    found += [f"Aufgabe: {line}" for line in axe(page)]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found == []
