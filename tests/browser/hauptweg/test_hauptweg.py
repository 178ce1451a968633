"""The main job on real drawings, in a real browser: upload, publish, start, work off, see the time it took."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.konformitaet

ADONIS, CAMUNDA, SIGNAVIO = (
    "ADONIS 17.0",
    "bpmn.io (Camunda Modeler) 18.6.1",
    "SAP Signavio Process Manager 19.9.0",
)
#: file -> processes with a person in it
ZEICHNUNGEN = {
    "Reference/A.1.0.bpmn": 1,  # three tasks in a row
    "Reference/C.1.0.bpmn": 2,  # two pools, lanes, decisions with a way back, a choice between events
    f"{ADONIS}/A.4.0-export.bpmn": 2,  # two pools of the same name, lanes, sub-processes, branches without a gateway
    f"{SIGNAVIO}/C.7.0-export.bpmn": 1,  # lanes, parallel branches that join, a decision with a way back
    f"{CAMUNDA}/C.9.1-roundtrip.bpmn": 1,  # a daily and a weekly timer while something from outside is awaited
}
#: who works in the first, second, third lane: what the process manager chooses, and a login
ROLLEN = (
    ("ASD-Fachkraft der zuständigen Einheit", "asd"),
    ("WiJu-Fachkraft der zuständigen Einheit", "wiju"),
    ("Gruppe Teamleitung ASD Nord", "leitung"),
)
LEUTE = [kennung for _, kennung in ROLLEN]
STARTER = LEUTE[0]
#: no Vorgang here asks for as much
HOECHSTENS = 200


@pytest.mark.parametrize("pfad", ZEICHNUNGEN, ids=[re.sub(r"\W+", "-", pfad) for pfad in ZEICHNUNGEN])
def test_a_real_drawing_is_uploaded_worked_off_and_measured(
    pfad: str,
    daten: Path,
    tmp_path: Path,
    leeres_amt: Path,
    run_amt: Callable[[Path], Any],
    person: Callable[..., Any],
) -> None:
    with zipfile.ZipFile(daten / "bpmn" / "miwg-dev.zip") as archiv:
        zeichnung = Path(archiv.extract(pfad, tmp_path))
    amt = run_amt(leeres_amt)
    manager = person(amt, "prozesse")
    prozesse = publish_all(manager, zeichnung)
    assert len(prozesse) == ZEICHNUNGEN[pfad]
    controlling = person(amt, "controlling", page=manager.page)
    leute = [person(amt, kennung) for kennung in LEUTE[: max(prozesse.values())]]
    for prozess_id, bahnen in prozesse.items():
        for _ in range(4):
            amt.play(prozess_id, STARTER, LEUTE)
        assert "Weniger als 5 abgeschlossene Vorgänge: keine Zahl." in read_wertstrom(controlling, prozess_id)
        work_off(leute[:bahnen], prozess_id)
        assert "n = 5; 0 noch offen" in read_wertstrom(controlling, prozess_id)
    leute[0].log_out()


def publish_all(manager: Any, zeichnung: Path) -> dict[int, int]:
    """Upload, read the findings, say who works in which lane, publish; processes and their numbers of lanes."""
    manager.look("prozesse", "leer")
    manager.page.get_by_label("Modell hochladen").set_input_files(zeichnung)
    manager.press("Hochladen und prüfen")
    versionen = [manager.page.url]
    if "/versionen/" not in manager.page.url:
        manager.look("hochgeladen", zeichnung.name)
        versionen = [link.evaluate("a => a.href") for link in manager.page.locator(".hochgeladen a").all()]
    prozesse = {
        int(re.search(r"/prozesse/(\d+)/", adresse)[1]): publish(manager, adresse, zeichnung.name)
        for adresse in versionen
    }
    manager.log_out()
    return prozesse


def publish(manager: Any, adresse: str, zeichnung: str) -> int:
    """Publish one of the processes; its number of lanes."""
    page = manager.page
    if page.url != adresse:
        page.goto(adresse)
    name = manager.title()
    manager.look(f"version {zeichnung}", name)
    assert "Läuft wie gezeichnet." in manager.text()
    felder = page.locator("main form").get_by_role("combobox").all()
    for feld, (ziel, _) in zip(felder, ROLLEN, strict=False):
        feld.select_option(label=ziel)
    manager.press("Zuordnung speichern")
    manager.look("zugeordnet", f"{zeichnung} {name}")
    manager.press("Veröffentlichen")
    page.get_by_text("Version 1 ist jetzt im Einsatz.").wait_for()
    manager.look("veröffentlicht", f"{zeichnung} {name}")
    return len(felder)


def work_off(leute: list[Any], prozess_id: int) -> None:
    """Start a Vorgang and finish everything it asks for, each person at an own browser, until it says its end."""
    starter = leute[0]
    aktenzeichen = start(starter, prozess_id)
    for _ in range(HOECHSTENS):
        if sum(finish_all(wer, aktenzeichen, waits=True) for wer in leute):
            continue
        if is_over(starter, aktenzeichen):
            return
        # What is awaited from outside arrives when no timer is left that would fire before.
        if not starter.amt.fire_timers():
            assert sum(finish_all(wer, aktenzeichen, waits=False) for wer in leute), starter.text()
    pytest.fail(f"{aktenzeichen} endet nicht")


def start(starter: Any, prozess_id: int) -> str:
    """Start as a person does, from the list of processes; the Aktenzeichen."""
    page = starter.page
    starter.go("Prozesse")
    starter.look("prozesse zum starten")
    zeile = page.get_by_role("row").filter(has=page.locator(f"a[href^='/prozesse/{prozess_id}/']"))
    starter.follow(re.compile("^Vorgang starten"), zeile)
    starter.look("vorgang starten")
    starter.press("Vorgang starten")
    starter.look("gestartet")
    return re.search(r"Vorgang (\S+) gestartet\.", starter.text())[1]


def finish_all(wer: Any, aktenzeichen: str, waits: bool) -> int:
    """Take and finish the Aufgaben of this Vorgang in the Gruppenkorb, without those that wait; how many."""
    finished = 0
    while take(wer, aktenzeichen, waits):
        finish(wer)
        finished += 1
        while wer.offers("Übernehmen und beginnen") and not (waits and is_awaited(wer)):
            wer.press("Übernehmen und beginnen")
            finish(wer)
            finished += 1
    return finished


def is_awaited(wer: Any) -> bool:
    """Whether the Aufgabe on the page waits for something from outside."""
    return "wartet" in wer.page.locator(".hf-aufgabe__frist").inner_text()


def take(wer: Any, aktenzeichen: str, waits: bool) -> bool:
    """Take the first Aufgabe of this Vorgang in the Gruppenkorb and open it."""
    wer.open_gruppenkorb()
    zeilen = wer.page.get_by_role("row").filter(has_text=aktenzeichen)
    zeile = (zeilen.filter(has_not_text="wartet") if waits else zeilen).first
    if not zeile.count():
        return False
    with wer.page.expect_navigation():
        zeile.get_by_role("button", name="Übernehmen").click()
    wer.look("übernommen")
    wer.follow("Öffnen")
    return True


def finish(wer: Any) -> None:
    """Begin, write a note, decide, finish what is open on the page."""
    page, name = wer.page, wer.title()
    wer.look("aufgabe übernommen", name)
    if wer.offers("Beginnen"):
        wer.amt.uhr.advance(90)
        wer.press("Beginnen")
    page.get_by_label("Vermerk").fill("Beispielvermerk A")
    for frage in page.get_by_role("group").filter(has=page.locator("input[type=radio][name^=entscheidung_]")).all():
        ausgaenge = frage.get_by_role("radio")
        ausgaenge.nth(wer.amt.next_exit(frage.locator("legend").inner_text(), ausgaenge.count())).check()
    wer.look("aufgabe", name)
    wer.amt.uhr.advance(25)
    wer.press("Eingang bestätigen" if wer.offers("Eingang bestätigen") else "Erledigen")
    assert f"„{name}“ ist erledigt." in wer.text()
    wer.look("erledigt", name)


def is_over(wer: Any, aktenzeichen: str) -> bool:
    """Look the Vorgang up, running or not, and read how it stands."""
    if not wer.reopen(aktenzeichen):
        wer.go("Vorgänge")
        wer.follow("Alle")
        wer.look("vorgänge")
        wer.follow(aktenzeichen)
        wer.keep(aktenzeichen)
    satz = wer.page.locator(".antwort").inner_text()
    wer.look(
        "vorgang " + ("beendet" if satz.startswith("Abgeschlossen am") else "läuft"), f"{aktenzeichen} {satz}"[:60]
    )
    return satz.startswith("Abgeschlossen am")


def read_wertstrom(controlling: Any, prozess_id: int) -> str:
    """Open the value stream of the process; what its page says."""
    controlling.go("Wertstrom")
    controlling.look("wertstrom", controlling.text()[:60])
    with controlling.page.expect_navigation():
        controlling.page.locator(f"main a[href='/wertstrom/{prozess_id}']").first.click()
    text = controlling.text()
    controlling.look("wertstrom " + ("mit zahlen" if "n = " in text else "ohne zahlen"), controlling.title())
    return str(text)
