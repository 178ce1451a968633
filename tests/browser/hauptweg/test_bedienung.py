"""The pages under other conditions than mouse and desk: keyboard alone, a phone, dark, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from engine.demo import buero

FAST_TRACK = "p02_hze_fasttrack"
#: what the browser logs when a form is sent with something missing
ABLEHNUNG = "the server responded with a status of 422"
#: no page has as many stops of the Tab key
STOPPS = 150
#: what a person types into a field, by the hint that stands under it
MUSTER = {"z. B. 1.6.26": "1.6.26", "z. B. 8:30": "8:30", "z. B. 1.6.26 8:30": "1.6.26 8:30"}

#: where the focus is: what it says, its kind, and what is wrong with it
FOKUS = """() => {
  const element = document.activeElement;
  const box = element.getBoundingClientRect();
  const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
  const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
  const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const near = [element, element.parentElement, element.closest('tr, li, .kern-form-check')].filter(Boolean);
  const look = () => {
    document.getAnimations().forEach((animation) => animation.finish());
    return near.map((node) => ['', '::before', '::after'].map((part) => {
      const style = getComputedStyle(node, part);
      return [style.outline, style.boxShadow, style.border, style.backgroundColor, style.transform].join();
    })).join();
  };
  const focused = look();
  element.blur();
  const blurred = look();
  element.focus({ preventScroll: true });
  const seen = right > left && bottom > top && hit && (element.contains(hit) || hit.contains(element));
  return {
    text: (element.labels && element.labels[0] || element).innerText.trim().replace(/\\s+/g, ' ')
      || element.getAttribute('aria-label') || '',
    art: element.type || element.tagName.toLowerCase(),
    hilfe: (element.getAttribute('aria-describedby') || '').split(' ')
      .map((id) => (document.getElementById(id) || {}).innerText || '').join(' '),
    zahl: ['numeric', 'decimal'].includes(element.inputMode),
    feld: Boolean(element.closest('.hf-aufgabe__formular')),
    fehler: !seen ? 'liegt nicht im Bild' : focused === blurred ? 'ist nicht zu erkennen' : '',
  };
}"""


def test_keyboard_alone_logs_in_and_finishes_an_aufgabe(
    gefuelltes_amt: Path, run_amt: Any, open_page: Any, erlaubte_meldungen: list[str]
) -> None:
    erlaubte_meldungen.append(ABLEHNUNG)
    amt = run_amt(gefuelltes_amt)
    amt.start(amt.prozess_id(FAST_TRACK), "geschaeftszimmer")
    page = open_page()
    page.goto(amt.url)
    type_at(page, "Kennung", "geschaeftszimmer")
    type_at(page, "Passwort", buero.PASSWORT)
    press_at(page, "Anmelden")
    press_at(page, re.compile(r"Gruppe Geschäftszimmer \d+"))
    press_at(page, "Anfrage digital erfassen")
    press_at(page, "Übernehmen und beginnen")
    press_at(page, "Erledigen")
    assert page.title().startswith("Bitte prüfen: ")
    assert page.locator(":focus").get_attribute("role") == "alert"
    press_at(page, re.compile("^Zugangsweg – "), navigates=False)
    assert page.locator(":focus").evaluate("feld => feld.labels[0].innerText").startswith("Zugangsweg")
    fill_by_keyboard(page)
    page.get_by_text("„Anfrage digital erfassen“ ist erledigt.").wait_for()
    press_at(page, "Zum Inhalt springen", navigates=False)
    assert page.locator(":focus").evaluate("element => element.tagName") == "MAIN"


def tab(page: Page) -> Iterator[dict[str, Any]]:
    """Where each press of the Tab key leads; every stop must be visible."""
    for _ in range(STOPPS):
        page.keyboard.press("Tab")
        stopp = page.evaluate(FOKUS)
        if stopp["art"] == "body":
            continue
        assert not stopp["fehler"], f"{page.url}: Fokus auf „{stopp['text']}“ ({stopp['art']}) {stopp['fehler']}"
        yield stopp


def tab_to(page: Page, name: str | re.Pattern[str]) -> None:
    """Press Tab until the focus is on what is called so."""
    stopps = []
    for stopp in tab(page):
        stopps.append(stopp["text"])
        if re.search(name, stopp["text"]) if isinstance(name, re.Pattern) else name == stopp["text"]:
            return
    pytest.fail(f"{name} ist mit der Tabulatortaste nicht zu erreichen: {stopps}")


def press_at(page: Page, name: str | re.Pattern[str], *, navigates: bool = True) -> None:
    """Go there by Tab and press Enter."""
    tab_to(page, name)
    if not navigates:
        page.keyboard.press("Enter")
        return
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_at(page: Page, name: str, text: str) -> None:
    """Go to a field by Tab and type."""
    tab_to(page, name)
    page.keyboard.type(text)


def fill_by_keyboard(page: Page) -> None:
    """From the field with the focus through the form to „Erledigen“: type, choose by Space, press Enter."""
    answer_by_keyboard(page, page.evaluate(FOKUS))
    for stopp in tab(page):
        if stopp["text"] == "Erledigen":
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
        if stopp["feld"]:
            answer_by_keyboard(page, stopp)
    pytest.fail("„Erledigen“ ist nicht zu erreichen")


def answer_by_keyboard(page: Page, stopp: dict[str, Any]) -> None:
    """Answer the field with the focus."""
    if stopp["art"] in ("radio", "checkbox"):
        page.keyboard.press("Space")
    elif stopp["art"] == "select-one":
        page.keyboard.press("ArrowDown")
    elif stopp["art"] in ("text", "textarea", "email", "tel"):
        page.keyboard.type("3" if stopp["zahl"] else sample(stopp["hilfe"]))


def sample(hilfe: str) -> str:
    """Something to type, of the shape that the hint asks for."""
    return next((text for muster, text in reversed(MUSTER.items()) if muster in hilfe), "Beispielangabe A")


#: who looks where, from the page after the login on: links to follow
SEITEN = {
    "asd": ([], ["Gruppenkorb"], ["Gruppenkorb", "Aufgabe"], ["Vorgänge"], ["Vorgänge", "Zeile"], ["Hilfe"]),
    "prozesse": ([], ["Zeile"], ["Zeile", "Version"], ["Zeile", "Version", "Befund"]),
    "controlling": ([], ["Prozess"], ["Einlesen"]),
}
VERWEISE = {
    "Gruppenkorb": ".hf-reiter li:nth-child(2) a",
    "Aufgabe": ".hf-zeile__ziel",
    "Vorgänge": "nav a[href='/vorgaenge']",
    "Hilfe": "a[href='/hilfe']",
    "Zeile": "main table a >> nth=0",
    "Version": "main a:has-text('öffnen')",
    "Befund": "a[href='#befunde']",
    "Prozess": "main a:has-text('Fast Track')",
    "Einlesen": "main a[href='/wertstrom/einlesen']",
}


@pytest.mark.parametrize("kennung", SEITEN)
def test_no_page_scrolls_sideways_on_a_phone_and_dark_is_readable(
    kennung: str, gefuelltes_amt: Path, run_amt: Any, person: Any, axe: Callable[[Page], list[str]]
) -> None:
    benutzer = person(run_amt(gefuelltes_amt), kennung, width=390, height=844)
    page, first = benutzer.page, benutzer.page.url
    for weg in SEITEN[kennung]:
        page.goto(first)
        for verweis in weg:
            page.goto(page.locator(VERWEISE[verweis]).first.evaluate("link => link.href"))
        benutzer.look("telefon hell", " ".join([kennung, *weg]))
        width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert width[0] <= width[1], f"{page.url} ist breiter als das Telefon: {width}"
        page.emulate_media(color_scheme="dark")
        benutzer.look(f"telefon dunkel {kennung} {weg}")
        page.emulate_media(color_scheme="light")


def test_the_main_way_needs_no_javascript(
    gefuelltes_amt: Path, run_amt: Any, person: Any, erlaubte_meldungen: list[str]
) -> None:
    erlaubte_meldungen.append(ABLEHNUNG)
    amt = run_amt(gefuelltes_amt)
    amt.start(amt.prozess_id(FAST_TRACK), "geschaeftszimmer")
    benutzer = person(amt, "geschaeftszimmer", java_script_enabled=False)
    benutzer.open_gruppenkorb()
    zeile = benutzer.page.get_by_role("row").filter(has_text="Anfrage digital erfassen").first
    with benutzer.page.expect_navigation():
        zeile.get_by_role("button", name="Übernehmen").click()
    benutzer.follow("Öffnen")
    benutzer.press("Beginnen")
    benutzer.press("Erledigen")
    assert "Bitte prüfen" in benutzer.page.title()
    fill(benutzer.page.locator(".hf-aufgabe__formular"))
    benutzer.press("Erledigen")
    assert "„Anfrage digital erfassen“ ist erledigt." in benutzer.text()


def fill(formular: Locator) -> None:
    """Give every field of a form a fitting value."""
    for feld in formular.get_by_role("combobox").all():
        feld.select_option(index=1)
    for gruppe in formular.get_by_role("group").filter(has=formular.page.get_by_role("radio")).all():
        gruppe.get_by_role("radio").first.check()
    for feld in formular.get_by_role("textbox").all():
        hinweise = [
            formular.page.locator(f"#{name}").inner_text()
            for name in (feld.get_attribute("aria-describedby") or "").split()
        ]
        ist_zahl = feld.get_attribute("inputmode") in ("numeric", "decimal")
        feld.fill("3" if ist_zahl else sample(" ".join(hinweise)))
