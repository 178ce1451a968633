"""What becomes of each construct is counted from what runs, and whatever does not run as drawn has a finding."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from engine import bpmn
from engine.bpmn import lesen
from engine.bpmn.konstrukte import Konstrukttabelle, Verbleib, Zaehlung, count_konstrukte
from web.cli.modell import modell

WURZEL = Path(__file__).resolve().parents[3]
ARCHIV = WURZEL.parent / "shared" / "data" / "bpmn" / "miwg-dev.zip"
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
LAEUFT, PERSON, BILD = Verbleib.LAEUFT, Verbleib.PERSON, Verbleib.BILD
#: documentation by nature: one finding for the file, or none
BEIWERK = ("Anmerkung", "Daten", "Verweis auf ein Daten", "Gruppierung", "Nachrichtenfluss", "Verbindung", "Zusatz")


def count(knoten: str, ausserdem: str = "") -> dict[tuple[str, Verbleib], int]:
    xml = f"<definitions xmlns='{BPMN}'><process id='p'>{knoten}</process>{ausserdem}</definitions>".encode()
    return dict(count_konstrukte(xml, bpmn.pruefe(xml, variablen=frozenset({"betrag"}))))


def fluss(von: str, nach: str, inhalt: str = "") -> str:
    return f"<sequenceFlow id='{von}{nach}' sourceRef='{von}' targetRef='{nach}'>{inhalt}</sequenceFlow>"


def test_what_runs_what_a_person_does_and_what_stays_in_the_drawing_is_told_apart() -> None:
    gezaehlt = count(
        "<startEvent id='s'/><userTask id='a'/><serviceTask id='d'/><task id='weg'/><endEvent id='e'/>"
        "<textAnnotation id='t'/>" + fluss("s", "a") + fluss("a", "d") + fluss("d", "e") + fluss("weg", "weg")
    )
    assert gezaehlt == {
        ("Start: ohne Angabe", LAEUFT): 1,
        ("Benutzeraufgabe", LAEUFT): 1,
        ("Serviceaufgabe", PERSON): 1,
        ("Aufgabe ohne Typ", BILD): 1,
        ("Ende: ohne Angabe", LAEUFT): 1,
        ("Anmerkung", BILD): 1,
        ("Sequenzfluss", LAEUFT): 3,
        ("Sequenzfluss", BILD): 1,
    }


def test_gateways_conditions_and_markers_count_by_what_decides() -> None:
    wenn = "<conditionExpression>{}</conditionExpression>"
    gezaehlt = count(
        "<startEvent id='s'/><exclusiveGateway id='g' default='gb'/><exclusiveGateway id='h'/><task id='a'>"
        "<standardLoopCharacteristics loopMaximum='2'/></task><task id='b'><multiInstanceLoopCharacteristics/></task>"
        + fluss("s", "g")
        + fluss("g", "a", wenn.format("betrag = 1"))
        + fluss("g", "b")
        + fluss("a", "h")
        + fluss("h", "b", wenn.format("${x}"))
        + fluss("h", "a", wenn.format("${y}"))
    )
    assert gezaehlt["Exklusives Gateway, verzweigend", LAEUFT] == gezaehlt["Bedingung an einem Pfeil", LAEUFT] == 1
    assert gezaehlt["Exklusives Gateway, verzweigend", PERSON] == 1
    assert gezaehlt["Bedingung an einem Pfeil", PERSON] == 2
    assert gezaehlt["Schleife", LAEUFT] == gezaehlt["Mehrfachausführung, gleichzeitig", BILD] == 1


def test_an_event_that_is_only_passed_has_no_effect() -> None:
    gezaehlt = count(
        "<startEvent id='s'><conditionalEventDefinition/></startEvent>"
        "<intermediateThrowEvent id='w'><compensateEventDefinition/></intermediateThrowEvent>"
        "<intermediateThrowEvent id='v'><messageEventDefinition messageRef='m'/></intermediateThrowEvent>"
        "<endEvent id='e'><eventDefinitionRef>d</eventDefinitionRef></endEvent>"
        + fluss("s", "w")
        + fluss("w", "v")
        + fluss("v", "e"),
        "<message id='m' name='Antrag'/><terminateEventDefinition id='d'/>",
    )
    assert gezaehlt["Start: Bedingung", PERSON] == gezaehlt["Zwischenereignis, werfend: Kompensation", BILD] == 1
    assert gezaehlt["Zwischenereignis, werfend: Nachricht", LAEUFT] == gezaehlt["Ende: Beendigung", LAEUFT] == 1


def test_a_refused_file_runs_nothing() -> None:
    gezaehlt = count("<startEvent id='s'/><exclusiveGateway id='g'/>" + fluss("s", "g") + fluss("g", "g"))
    assert {verbleib for _, verbleib in gezaehlt} == {Verbleib.ABGELEHNT}
    assert count_konstrukte(b"kein XML", bpmn.pruefe(b"kein XML")) == Counter()


@pytest.fixture(scope="module")
def dateien() -> dict[str, bytes]:
    with zipfile.ZipFile(ARCHIV) as archiv:
        return {n: archiv.read(n) for n in sorted(archiv.namelist()) if n.endswith(".bpmn")}


def kennungen(element: etree._Element, alle: dict[str, etree._Element]) -> Iterator[Any]:
    """Elements at which a finding may name this one: itself, its ends, what it or they lie in."""
    enden = [alle.get(element.get(attribut, "")) for attribut in ("sourceRef", "targetRef")]
    for ort in (element, *(e for e in enden if e is not None)):
        yield from (e.get("id") for e in (ort, *ort.iterancestors()))


@pytest.fixture(scope="module")
def ergebnisse(dateien: dict[str, bytes]) -> dict[str, bpmn.Pruefergebnis]:
    return {name: bpmn.pruefe(inhalt, name, variablen=frozenset()) for name, inhalt in dateien.items()}


@pytest.mark.konformitaet
def test_nothing_is_silently_different(dateien: dict[str, bytes], ergebnisse: dict[str, bpmn.Pruefergebnis]) -> None:
    """What does not run as it is drawn is named, at its element or at what it lies in."""
    geprueft = 0
    for name, inhalt in dateien.items():
        ergebnis = ergebnisse[name]
        genannt = {b.element for b in ergebnis.befunde}
        wurzel = lesen.lies_xml(inhalt).wurzel
        zaehlung, alle = Zaehlung(wurzel, ergebnis), {e.get("id", ""): e for e in wurzel.iter()}
        for element in wurzel.iter():
            for konstrukt, verbleib in zaehlung.judge(element):
                if verbleib is not LAEUFT and not konstrukt.startswith((*BEIWERK, "Lane ohne", "Pool ohne")):
                    assert genannt & {*kennungen(element, alle)} - {None}, (name, konstrukt, element.get("id"))
                    geprueft += 1
    assert geprueft > 1_500


@pytest.mark.konformitaet
def test_the_page_is_current(dateien: dict[str, bytes], ergebnisse: dict[str, bpmn.Pruefergebnis]) -> None:
    tabelle = Konstrukttabelle()
    for name, inhalt in dateien.items():
        tabelle.add(inhalt, ergebnisse[name])
    befehl = "hilfefluss modell konstrukte ../shared/data/bpmn/miwg-dev.zip > docs/bpmn-konstrukte.md"
    assert (WURZEL / "docs" / "bpmn-konstrukte.md").read_text("utf-8") == tabelle.render(), befehl


def test_files_and_archives_are_counted_alike(tmp_path: Path) -> None:
    xml = f"<definitions xmlns='{BPMN}'><process id='p'><task id='t'/></process></definitions>"
    (tmp_path / "a.bpmn").write_text(xml)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archiv:
        archiv.writestr("x/b.bpmn", xml)
        archiv.writestr("x/b.txt", "nichts")
    aufruf: Callable[..., Any] = CliRunner().invoke
    ausgabe = aufruf(modell, ["konstrukte", str(tmp_path / "a.bpmn"), str(tmp_path / "b.zip")])
    assert (
        "2 Dateien, 2 davon lauffähig" in ausgabe.output and "| Aufgabe ohne Typ | 2 | 2 |  |  |  |" in ausgabe.output
    )
