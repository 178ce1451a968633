"""Real drawings of 18 tools: the test suite of the BPMN Model Interchange Working Group."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from lxml import etree

from engine import bpmn
from engine.bpmn.zeichnung import KNOTENTYPEN

ARCHIV = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "bpmn" / "miwg-dev.zip"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"

pytestmark = pytest.mark.konformitaet


@pytest.fixture(scope="module")
def dateien() -> dict[str, bytes]:
    with zipfile.ZipFile(ARCHIV) as archiv:
        return {n: archiv.read(n) for n in sorted(archiv.namelist()) if n.endswith(".bpmn")}


@pytest.fixture(scope="module")
def ergebnisse(dateien: dict[str, bytes]) -> dict[str, bpmn.Pruefergebnis]:
    return {name: bpmn.pruefe(inhalt, name, variablen=frozenset()) for name, inhalt in dateien.items()}


def test_practically_every_file_is_runnable_or_empty(ergebnisse: dict[str, bpmn.Pruefergebnis]) -> None:
    zahl = Counter(e.status for e in ergebnisse.values())
    assert len(ergebnisse) == 433
    assert zahl[bpmn.Status.ABGELEHNT] <= 0.01 * len(ergebnisse)
    assert zahl[bpmn.Status.LAUFFAEHIG] >= 430
    assert sum(len(e.modelle) for e in ergebnisse.values()) >= 740


def test_the_engine_loads_every_copy(
    ergebnisse: dict[str, bpmn.Pruefergebnis], lade: Callable[[bpmn.Pruefergebnis], None]
) -> None:
    for ergebnis in ergebnisse.values():
        if ergebnis.status is bpmn.Status.LAUFFAEHIG:
            lade(ergebnis)


def test_every_process_is_worked_off_to_its_end(
    ergebnisse: dict[str, bpmn.Pruefergebnis], spiele: Callable[..., str]
) -> None:
    zahl: Counter[str] = Counter()
    for name, ergebnis in ergebnisse.items():
        for modell in ergebnis.modelle:
            ende = spiele(ergebnis, modell, Random(name), schritte=200)
            zahl[ende] += 1
            # A drawing that joins with AND what it splits with OR stops; the upload has said where.
            gewarnt = any(b.art in bpmn.ABLAUFBEFUNDE for b in ergebnis.befunde)
            assert ende == "beendet" or (ende == "Stillstand" and gewarnt), (name, modell.prozess_id, ende)
    assert zahl["beendet"] >= 0.95 * sum(zahl.values()) and set(zahl) == {"beendet", "Stillstand"}


def test_every_node_of_a_drawing_is_a_step_or_is_named_in_a_finding(
    dateien: dict[str, bytes], ergebnisse: dict[str, bpmn.Pruefergebnis]
) -> None:
    for name, ergebnis in ergebnisse.items():
        genannt = {b.element for b in ergebnis.befunde} | {s.element for m in ergebnis.modelle for s in m.schritte}
        wurzel = etree.fromstring(dateien[name], etree.XMLParser(resolve_entities=False, recover=True))
        for element in wurzel.iter():
            if isinstance(element.tag, str) and element.tag.removeprefix(BPMN) in KNOTENTYPEN:
                kennungen = {element.get("id"), *(v.get("id") for v in element.iterancestors())} - {None}
                assert kennungen & genannt, (name, element.get("id"))


def test_findings_name_the_line_where_their_element_begins(
    dateien: dict[str, bytes], ergebnisse: dict[str, bpmn.Pruefergebnis]
) -> None:
    geprueft = 0
    for name, ergebnis in ergebnisse.items():
        zeilen = dateien[name].decode("utf-8").splitlines() if dateien[name][:2] != b"\xff\xfe" else []
        for befund in ergebnis.befunde:
            if befund.element and befund.zeile and zeilen and befund.art != "kennung_fehlt":
                tag = "\n".join(zeilen[befund.zeile - 1 : befund.zeile + 40])
                assert "<" in zeilen[befund.zeile - 1]
                assert befund.element in tag or befund.art in BEIWERK, (name, befund)
                geprueft += 1
    assert geprueft > 3_000


#: findings whose line is that of something within their element
BEIWERK = ("schema_abweichung", "zusatzangaben", "daten_nur_dokumentation", "nachrichtenfluss_nur_dokumentation")


def texts(ergebnis: bpmn.Pruefergebnis) -> str:
    return "\n".join(f"{b.stufe}: {b.text} {b.abhilfe}" for b in ergebnis.befunde)


def test_texts_are_complete_sentences_without_shouting(ergebnisse: dict[str, bpmn.Pruefergebnis]) -> None:
    for ergebnis in ergebnisse.values():
        for befund in ergebnis.befunde:
            assert befund.text.endswith(".") and befund.abhilfe.endswith("."), befund
            assert "!" not in befund.abhilfe and "„None“" not in befund.text


def test_reference_a_1_0_runs_as_drawn(ergebnisse: dict[str, bpmn.Pruefergebnis]) -> None:
    ergebnis = ergebnisse["Reference/A.1.0.bpmn"]
    assert ergebnis.befunde == ()
    (modell,) = ergebnis.modelle
    assert [(s.art.value, s.name) for s in modell.schritte] == [
        ("start", "Start Event"),
        ("aufgabe", "Task 1"),
        ("aufgabe", "Task 2"),
        ("aufgabe", "Task 3"),
        ("ende", "End Event"),
    ]


def test_reference_c_1_0_lets_people_decide(ergebnisse: dict[str, bpmn.Pruefergebnis]) -> None:
    ergebnis = ergebnisse["Reference/C.1.0.bpmn"]
    team, bank = ergebnis.modelle
    assert (team.name, team.lanes) == ("Team-Assistant", ("Team-Assistant",))
    assert bank.lanes == ("Approver", "Team Assistant", "Accountant")
    schritte = {s.element: s for s in bank.schritte}
    assert [s.name for s in bank.schritte][:4] == [
        "Invoice received",
        "Assign Approver",
        "Approve Invoice",
        "Invoice approved?",
    ]
    assert schritte["approveInvoice"].entscheidet == {"invoice_approved": False}
    assert [(a.name, a.ziel) for a in schritte["invoice_approved"].ausgaenge] == [
        ("yes", "prepareBankTransfer"),
        ("no", "reviewInvoice"),
    ]
    assert schritte["reviewInvoice"].rueckgabe_ziele[:2] == ("approveInvoice", "assignApprover")
    juel = [b for b in ergebnis.befunde if b.art == "bedingung_nicht_ausfuehrbar"]
    assert [b.zeile for b in juel] == [608, 618, 628, 638] and "${approved}" in juel[0].text


@pytest.mark.parametrize(
    ("ordner", "datei"),
    [
        ("ADONIS 17.0", "A.1.0-export"),
        ("ADONIS 17.0", "C.1.0-export"),
        ("SAP Signavio Process Manager 19.9.0", "A.1.0-export"),
        ("SAP Signavio Process Manager 19.9.0", "C.1.0-roundtrip"),
        ("bpmn.io (Camunda Modeler) 18.6.1", "A.1.0-export"),
        ("bpmn.io (Camunda Modeler) 18.6.1", "C.1.0-export"),
    ],
)
def test_files_of_three_well_known_tools_run_without_a_mistake(
    ergebnisse: dict[str, bpmn.Pruefergebnis], spiele: Callable[..., Any], ordner: str, datei: str
) -> None:
    ergebnis = ergebnisse[f"{ordner}/{datei}.bpmn"]
    assert ergebnis.status is bpmn.Status.LAUFFAEHIG
    for modell in ergebnis.modelle:
        assert len(modell.schritte) >= 5
        assert modell.schritte[0].art is bpmn.SchrittArt.START
        for zufall in range(5):
            assert spiele(ergebnis, modell, Random(zufall), schritte=200) == "beendet"


def test_the_three_tools_draw_the_same_process_as_the_reference(ergebnisse: dict[str, bpmn.Pruefergebnis]) -> None:
    for ordner in (
        "Reference",
        "ADONIS 17.0",
        "SAP Signavio Process Manager 19.9.0",
        "bpmn.io (Camunda Modeler) 18.6.1",
    ):
        name = f"{ordner}/A.1.0.bpmn" if ordner == "Reference" else f"{ordner}/A.1.0-export.bpmn"
        (modell,) = ergebnisse[name].modelle
        assert [s.art.value for s in modell.schritte] == ["start", "aufgabe", "aufgabe", "aufgabe", "ende"], name
