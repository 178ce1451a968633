"""What the table will say, seen before the Aufgabe is finished, and a deviation with its reason; with no script too."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kleinstadt
import pytest
from playwright.sync_api import Page, expect

from engine import katalog
from engine.commands import prozesse

BILDER = os.environ.get("HILFEFLUSS_BILDER")
#: the first step of the fast track, filled in
ANFRAGE = {
    "kanal": "telefon",
    "eingang_am": "1.6.2026 9:00",
    "anlass": "schule",
    "gefaehrdung_hinweis": "nein",
    "dringend": "nein",
    "meldegruppe": "selbst",
    "ortszustaendig": "ja",
}


@pytest.fixture
def aufgabe(live_server: Any) -> str:
    """Address of „Angaben zur Eignung festhalten“ in a fast track where everybody is in one Gruppe."""
    paket = katalog.lade_paket("p02_hze_fasttrack")
    with live_server.dienste.transaction() as session:
        kleinstadt.KLEINSTADT["create_office"](session)
    with live_server.dienste.transaction() as session:
        akteur, now = kleinstadt.KLEINSTADT["akteur_of"](session, "prozesse"), kleinstadt.KLEINSTADT["JETZT"]
        [version] = prozesse.upload_modell(
            session,
            akteur,
            dateiname=paket.dateiname,
            inhalt=paket.bpmn,
            now=now,
            einrichtung=paket.einstellungen,
            formulare=dict(paket.formulare),
            entscheidungen=dict(paket.entscheidungen),
        )
        ort = {"prozess_id": version.prozess_id, "nummer": version.nummer}
        prozesse.assign_lanes(session, akteur, **ort, lanes=dict.fromkeys(version.lanes(), "asd_mitte"))
        prozesse.publish_version(session, akteur, **ort, now=now)
    amt = kleinstadt.KLEINSTADT["Amt"](live_server.dienste, kleinstadt.KLEINSTADT["Uhr"]())
    vorgang = amt.start()
    amt.complete(
        "asd", amt.aufgabe(vorgang, "p02_t020_anfrage_erfassen").id, {key: [wert] for key, wert in ANFRAGE.items()}
    )
    return f"{live_server.url}/aufgaben/{amt.aufgabe(vorgang, 'p02_t033_eignung').id}"


def log_in(page: Page, aufgabe: str) -> None:
    page.goto(aufgabe)
    kleinstadt.type_login(page, "asd")
    page.get_by_role("button", name="Übernehmen und beginnen").click()


def take(page: Page, name: str) -> None:
    """No page is wider than the window; a picture, if wanted."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if BILDER:
        Path(BILDER).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(BILDER) / f"{name}.png", full_page=True)


def fill(page: Page) -> None:
    for frage, antwort in (
        ("Anderer Träger vorrangig?", "Nein"),
        ("Nur Beratung gewünscht?", "Nein"),
        ("Voraussichtlicher Bedarf", "Ambulant"),
        ("Personensorgeberechtigte einverstanden?", "Ja"),
    ):
        page.get_by_role("group", name=frage).get_by_label(antwort, exact=True).check()


@pytest.mark.parametrize(
    ("width", "height", "color_scheme"), [(1366, 768, "light"), (390, 844, "dark")], ids=["Büro", "Telefon"]
)
@pytest.mark.parametrize("skript", [True, False], ids=["mit Skript", "ohne Skript"])
def test_a_person_sees_the_proposal_and_deviates_with_a_reason(
    aufgabe: str,
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    erlaubte_meldungen: list[str],
    width: int,
    height: int,
    color_scheme: str,
    skript: bool,
) -> None:
    erlaubte_meldungen.append(r"the server responded with a status of 4\d\d")
    page = open_page(width=width, height=height, color_scheme=color_scheme, java_script_enabled=skript)
    log_in(page, aufgabe)
    expect(page.get_by_text("Der Vorschlag steht fest, sobald diese Angaben da sind")).to_be_visible()
    fill(page)
    page.get_by_role("button", name="Vorschlag neu berechnen").click()
    vorschlag = page.locator("#vorschlag")
    expect(vorschlag.get_by_text("Fast Track", exact=True).first).to_be_visible()
    expect(vorschlag.get_by_text("Grund: Zeile 6 der Tabelle")).to_be_visible()
    vorschlag.get_by_text("Vom Vorschlag abweichen").click()
    page.get_by_label("Stattdessen gilt").select_option(label="Weg: nur Beratung · Hinweis: Nur Beratung gewünscht")
    page.get_by_role("button", name="Erledigen").click()
    expect(page.get_by_text("Bitte wählen Sie den Grund der Abweichung.").first).to_be_visible()
    if skript:
        take(page, f"vorschlag-{width}")
        assert axe(page) == []
    page.get_by_label("Besonderheit des Einzelfalls").check()
    page.get_by_label("Grund in Worten").fill("Die Familie wünscht ein Gespräch.")
    page.get_by_role("button", name="Erledigen").click()
    expect(page.get_by_role("heading", name="Beratung, Verweisung oder Ablehnung begründen")).to_be_visible()
    page.get_by_role("link", name="2026-").first.click()
    expect(page.get_by_text("nach Tabelle entschieden – Besonderheit des Einzelfalls")).to_be_visible()
    if skript:
        take(page, f"vorschlag-verlauf-{width}")
