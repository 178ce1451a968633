"""Drawings of ten tools from upload through Einrichten to the first completed Aufgabe, and what hostile ones get.

Also: every page of a version without violations of accessibility, and a drawing full of markup that runs nothing.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boesartig
import pytest
from playwright.sync_api import Page

from engine import db
from engine.demo import buero

#: one drawing of each of ten tools; each with an own id of its process
WERKZEUGE = (
    "ADONIS 17.0/A.2.0-export.bpmn",
    "Aeneis 5.7.89.2400/A.2.0-export.bpmn",
    "BIC Cloud Design 6.2.0/A.2.0-export.bpmn",
    "Bizagi Modeler 2.8.0.8/A.2.0-roundtrip.bpmn",
    "Camunda Eclipse Plugin 3.0.0/A.2.0-export.bpmn",
    "Enterprise Explorer 1.0.0/A.2.0-export.bpmn",
    "IBM Process Designer 8.0.1/A.2.0-export.bpmn",
    "Modelio 3.5/A.2.0-export.bpmn",
    "SAP Signavio Process Manager 19.9.0/A.2.0-export.bpmn",
    "Trisotech BPMN Visio Add in 5.0.1/A.2.0-export.bpmn",
)
FASTTRACK = Path(__file__).resolve().parents[2] / "prozesse" / "p02_hze_fasttrack" / "p02_hze_fasttrack.bpmn"
LAGE = (
    '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="b"><di:BPMNPlane id="z" bpmnElement="p">'
    '<di:BPMNShape id="f1" bpmnElement="s"><dc:Bounds x="100" y="100" width="36" height="36"/></di:BPMNShape>'
    '<di:BPMNShape id="f2" bpmnElement="a"><dc:Bounds x="200" y="80" width="300" height="80"/></di:BPMNShape>'
    '<di:BPMNShape id="f3" bpmnElement="e"><dc:Bounds x="600" y="100" width="36" height="36"/></di:BPMNShape>'
    "</di:BPMNPlane></di:BPMNDiagram>"
)


@pytest.fixture
def amt(live_server: Any) -> Any:
    """The office of the demonstration without any process."""
    with db.transaction(live_server.dienste.sessions) as session:
        buero.create_buero(session)
    return live_server


def log_in(page: Page, amt: Any, kennung: str) -> Page:
    page.goto(amt.url)
    page.get_by_label("Kennung").fill(kennung)
    page.get_by_label("Passwort").fill(buero.PASSWORT)
    press(page, "Anmelden")
    return page


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def upload(page: Page, amt: Any, name: str, inhalt: bytes) -> None:
    page.goto(f"{amt.url}/prozesse")
    datei = {"name": name, "mimeType": "application/octet-stream", "buffer": inhalt}
    page.get_by_label("Modell hochladen").set_input_files(datei)
    press(page, "Hochladen und prüfen")


def set_up(page: Page) -> None:
    """Give every lane its Gruppe, and the first step a deadline and a standard time."""
    follow(page, "Einrichten")
    for feld in page.locator(".zuordnung").get_by_role("combobox").all():
        feld.select_option(label="ASD-Fachkraft der zuständigen Einheit")
    press(page, "Zuordnung speichern")
    with page.expect_navigation():
        page.get_by_role("region", name="Einrichtung der Schritte").get_by_role("link").first.click()
    page.get_by_label("nach einer festen Zeit").check()
    page.get_by_label("Anzahl").fill("3")
    page.get_by_label("Art der Frist").select_option(label="Standard des Amts")
    page.get_by_label("Standardzeit in Minuten").fill("20")
    press(page, "Speichern")
    assert "Einrichtung gespeichert." in page.inner_text("main")


@pytest.mark.konformitaet
def test_drawings_of_ten_tools_come_from_upload_to_the_first_aufgabe(amt: Any, open_page: Any, daten: Path) -> None:
    manager, staff = log_in(open_page(), amt, "prozesse"), log_in(open_page(), amt, "asd")
    with zipfile.ZipFile(daten / "bpmn" / "miwg-dev.zip") as archiv:
        zeichnungen = [(name, archiv.read(name)) for name in WERKZEUGE]
    for name, inhalt in zeichnungen:
        upload(manager, amt, name.replace("/", " "), inhalt)
        assert "Läuft wie gezeichnet." in manager.inner_text("main"), name
        set_up(manager)
        follow(manager, "Diagramm und Befunde")
        press(manager, "Veröffentlichen")
        assert "ist jetzt im Einsatz" in manager.inner_text("main"), name
        prozess = re.search(r"/prozesse/(\d+)/", manager.url)
        assert prozess
        staff.goto(f"{amt.url}/prozesse/{prozess[1]}/starten")
        press(staff, "Vorgang starten")
        press(staff, "Übernehmen und beginnen")
        assert "3 AT ab" in staff.inner_text("main"), name
        for frage in staff.get_by_role("group").filter(has=staff.locator("input[name^=entscheidung_]")).all():
            frage.get_by_role("radio").first.check()
        press(staff, "Erledigen")
        assert "ist erledigt." in staff.inner_text("main"), name


def test_no_page_of_a_version_hinders_anybody(amt: Any, open_page: Any, axe: Callable[[Page], list[str]]) -> None:
    inhalt = FASTTRACK.read_bytes()
    manager = log_in(open_page(), amt, "prozesse")
    upload(manager, amt, "eins.bpmn", inhalt)
    upload(manager, amt, "zwei.bpmn", inhalt.replace(b"Tandem zuordnen", b"Tandem einteilen"))
    ort = manager.url
    seiten = (ort, *(f"{ort}/{teil}" for teil in ("einrichten", "vergleich", "freigabe", "dateien")))
    for adresse in (*seiten, ort.rpartition("/versionen/")[0]):
        manager.goto(adresse)
        assert axe(manager) == [], adresse
        assert manager.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), adresse
    manager.goto(f"{ort}/einrichten")
    for bereich in ("Einrichtung der Schritte", "Entscheidungen der Zeichnung"):
        with manager.expect_navigation():
            manager.get_by_role("region", name=bereich).get_by_role("link").first.click()
        assert axe(manager) == [], manager.url
        manager.go_back()


def test_the_comparison_marks_the_changed_step_in_both_drawings(amt: Any, open_page: Any) -> None:
    inhalt = FASTTRACK.read_bytes()
    manager = log_in(open_page(), amt, "prozesse")
    upload(manager, amt, "eins.bpmn", inhalt)
    upload(manager, amt, "zwei.bpmn", inhalt.replace(b"Tandem zuordnen", b"Tandem einteilen"))
    follow(manager, "Vergleich")
    marke = manager.locator(".diagramm__marke--geaendert").first
    marke.wait_for()
    assert marke.get_attribute("aria-label") == "Geändert 1: zum Text in der Liste"
    manager.get_by_role("button", name=re.compile("^Im Diagramm zeigen.*Tandem einteilen")).click()
    with manager.expect_download() as geladen:
        follow(manager, "Dateien")
        manager.get_by_role("button", name="Als SVG speichern").click()
    assert Path(geladen.value.path()).read_text(encoding="utf-8").count("<svg") == 1


def test_a_drawing_full_of_markup_runs_nothing(amt: Any, open_page: Any) -> None:
    """With the policy on: any script of a label would be reported by the guard, any dialog is a failure."""
    inhalt = boesartig.FAELLE["script"][0].replace(b"</definitions>", f"{LAGE}</definitions>".encode())
    manager = log_in(open_page(), amt, "prozesse")
    dialoge: list[str] = []
    manager.on("dialog", lambda dialog: (dialoge.append(dialog.message), dialog.dismiss()))
    upload(manager, amt, "<img src=x onerror=alert(1)>.bpmn", inhalt)
    ort = manager.url
    manager.locator(".djs-shape").first.wait_for()
    teile = ("", "/einrichten", "/einrichten/steckbrief", "/dateien", "/freigabe", "/vergleich", "/modellieren")
    prozess = ort.partition("/versionen/")[0]
    for adresse in (*(f"{ort}{teil}" for teil in teile), prozess, f"{amt.url}/prozesse"):
        manager.goto(adresse)
        assert manager.evaluate("document.querySelectorAll('main img, main script:not([src])').length") == 0, adresse
    assert dialoge == []
