"""The import wizard in a real browser: by keyboard, with people in a column, progress, and no barrier on any page."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kleinstadt
import pytest
from playwright.sync_api import Page, expect

NICHT_BREITER = "document.documentElement.scrollWidth <= window.innerWidth"
PROTOKOLL = "Auszug aus dem Fachverfahren;;;;;\n\nFallnummer;Schritt;Beginn;Ende;Sachbearbeitung;Hilfeart\n" + "".join(
    f"51-2026-{fall};{name};{tag:02d}.03.2026 08:15;{tag + 2:02d}.03.2026 09:30;Erika Ahorn;§ {31 + fall % 2}\n"
    for fall in range(24)
    for tag, name in (
        (1 + fall % 5, "Anfrage prüfen"),
        (9, "Erstgespräch führen"),
        (14 + fall % 9, "Bescheid erlassen"),
    )
)


def shoot(page: Page, name: str) -> None:
    """A picture for people to look at, when somebody asks for it."""
    if ordner := os.environ.get("HILFEFLUSS_BILDER"):
        for breite, hoehe in ((1366, 768), (390, 844)):
            page.set_viewport_size({"width": breite, "height": hoehe})
            for farben in ("light", "dark"):
                page.emulate_media(color_scheme=farben)
                page.screenshot(path=str(Path(ordner) / f"{name}-{breite}-{farben}.png"), full_page=True)
        page.set_viewport_size({"width": 1366, "height": 768})
        page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("breite", [1366, 390])
def test_the_wizard_by_keyboard_without_barriers(
    live_server: Any, open_page: Any, axe: Callable[[Page], list[str]], tmp_path: Path, breite: int
) -> None:
    kleinstadt.create_amt(live_server)
    datei = tmp_path / "Auszug Fachverfahren 2026.csv"
    datei.write_text(PROTOKOLL, encoding="cp1252")
    page = open_page(width=breite, color_scheme="dark" if breite < 400 else "light")
    page.goto(f"{live_server.url}/anmelden")
    kleinstadt.type_login(page, "controlling")
    page.goto(f"{live_server.url}/wertstrom/einlesen")
    assert axe(page) == []
    shoot(page, "1-hochladen")
    page.get_by_label("Datei", exact=True).set_input_files(datei)
    page.get_by_role("button", name="Weiter").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Kopf in Zeile 3")).to_be_visible()
    assert axe(page) == []
    shoot(page, "2-zuordnen")
    # A name can be given a meaning, but it is refused.
    page.get_by_role("combobox", name="Sachbearbeitung").select_option("rolle")
    page.get_by_role("button", name="Einlesen", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("sehen nach Personen aus")
    assert axe(page) == []
    assert page.evaluate(NICHT_BREITER)
    shoot(page, "3-abgelehnt")
    page.get_by_role("combobox", name="Sachbearbeitung").select_option("")
    page.get_by_role("button", name="Einlesen", exact=True).press("Enter")
    expect(page.get_by_text("24 Fälle mit 72 Ereignissen.")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate(NICHT_BREITER)
    shoot(page, "4-zahlen")
    page.goto(f"{live_server.url}/wertstrom")
    expect(page.get_by_role("link", name="Auszug Fachverfahren 2026.csv")).to_be_visible()
    assert axe(page) == []
    shoot(page, "5-liste")
