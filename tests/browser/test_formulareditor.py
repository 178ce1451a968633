"""Drawing a form in a real browser: by keyboard, with the data class of each field, under our security policy."""

from __future__ import annotations

from typing import Any

import kleinstadt
from playwright.sync_api import Page, expect


def test_a_field_is_added_by_keyboard_gets_its_data_class_and_is_saved(live_server: Any, page: Page, axe: Any) -> None:
    kleinstadt.create_amt(live_server)
    page.goto(f"{live_server.url}/anmelden")
    kleinstadt.type_login(page, "prozesse")
    page.goto(f"{live_server.url}/prozesse/1/versionen/1/einrichten")
    page.get_by_role("button", name="Neuen Entwurf anlegen").click()
    formulare = f"{live_server.url}/prozesse/1/versionen/2/einrichten/formulare"
    page.goto(f"{formulare}/zeichnen?name=bedarf&element=bedarf_einschaetzen")
    page.locator('.fjs-palette-field[data-field-type="checkbox"]').press("Enter")
    neu = page.locator(".fjs-element[data-field-type=checkbox]").last
    expect(neu).to_contain_text("Kontrollkästchen")
    neu.click()
    klasse = page.get_by_label("Datenklasse von „Kontrollkästchen“")
    expect(klasse).to_have_value("S1")
    klasse.select_option("S0")
    assert axe(page) == []
    page.get_by_role("button", name="Formular speichern").click()
    expect(page.get_by_text("Formular gespeichert.")).to_be_visible()
    page.goto(f"{formulare}/felder?name=bedarf")
    expect(page.get_by_label("Datenklasse von Kontrollkästchen")).to_have_value("S0")
    assert axe(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
