"""Every process of the product: its parts fit, it runs as drawn, every walk-through ends as said."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine import bpmn, dmn, kalender, katalog
from engine.bpmn.ergebnis import MENSCHLICH, SchrittArt, Status, Stufe
from engine.formulare import read_schema
from engine.katalog import Beispiel, Prozesspaket
from engine.katalog.einrichtung import zuordnung
from engine.katalog.pruefung import steuerdaten

PAKETE = {kennung: katalog.lade_paket(kennung) for kennung in katalog.list_pakete()}
BEISPIELE = [
    pytest.param(paket, beispiel, id=f"{kennung[:3]}-{beispiel.kennung}")
    for kennung, paket in PAKETE.items()
    for beispiel in paket.beispiele
]
jedes_paket = pytest.mark.parametrize("paket", PAKETE.values(), ids=PAKETE)
jedes_beispiel = pytest.mark.parametrize(("paket", "beispiel"), BEISPIELE)
NS = {
    "b": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
}


def test_the_first_processes_are_there() -> None:
    assert {"p01_hze_ist", "p02_hze_fasttrack"} <= set(PAKETE)


@jedes_beispiel
def test_a_beispiel_ends_as_said(play_engine: Callable[..., Any], paket: Prozesspaket, beispiel: Beispiel) -> None:
    compare(play_engine(paket, beispiel), paket, beispiel)


@jedes_beispiel
def test_a_beispiel_ends_as_said_when_everything_is_stored_and_read_at_each_step(
    play_engine: Callable[..., Any], paket: Prozesspaket, beispiel: Beispiel
) -> None:
    compare(play_engine(paket, beispiel, restore=True), paket, beispiel)


@jedes_beispiel
def test_staff_can_play_a_beispiel(play_haus: Callable[..., Any], paket: Prozesspaket, beispiel: Beispiel) -> None:
    compare(play_haus(paket, beispiel), paket, beispiel)


def compare(verlauf: Any, paket: Prozesspaket, beispiel: Beispiel) -> None:
    assert verlauf.ende == beispiel.ende
    assert set(verlauf.meilensteine) == beispiel.meilensteine
    ziel = paket.einstellungen["ziel"]
    if beispiel.dauer_at is not None and ziel is not None:
        von, bis = verlauf.meilensteine[ziel["von"]], verlauf.meilensteine[ziel["bis"]]
        assert kalender.Kalender().arbeitstage_zwischen(von, bis) == beispiel.dauer_at


def test_every_deadline_of_the_fast_track_reports_in_the_ruecklauf(play_engine: Callable[..., Any]) -> None:
    paket = PAKETE["p02_hze_fasttrack"]
    beispiel = next(b for b in paket.beispiele if b.kennung == "ruecklauf")
    assert play_engine(paket, beispiel).fristen == [
        "p02_b1_einschaetzung_2at",
        "p02_b2_einschaetzung_3at",
        "p02_b7a_unterlagen_7kt",
        "p02_b5_traegersuche_8at",
        "p02_b5_traegersuche_8at",  # the search begins anew, and its deadline is over
        "p02_b6_hilfebeginn_20at",
    ]


@jedes_paket
def test_the_drawing_runs_as_drawn_with_hints_only(paket: Prozesspaket) -> None:
    variablen = steuerdaten(read_schema(schema) for schema in paket.formulare.values())
    ergebnis = bpmn.pruefe(
        paket.bpmn,
        paket.dateiname,
        variablen=variablen,
        entscheidungen=dmn.Sammlung(paket.entscheidungen).ausgaben,
        zuordnung=zuordnung(paket.einstellungen),
    )
    assert ergebnis.status is Status.LAUFFAEHIG
    assert [b for b in ergebnis.befunde if b.stufe is not Stufe.HINWEIS] == []
    assert {b.art for b in ergebnis.befunde} <= {
        "nachrichtenfluss_nur_dokumentation",
        "start_durch_nachricht",
        "eingang_bestaetigen",
    }


@jedes_paket
def test_every_end_of_the_vorgang_is_reached_by_a_beispiel(paket: Prozesspaket) -> None:
    baum = etree.fromstring(paket.bpmn)
    beendend = baum.xpath("//b:endEvent[b:terminateEventDefinition]/@id", namespaces=NS)
    assert {b.ende for b in paket.beispiele} == set(beendend)
    assert len(paket.beispiele) >= 3


@jedes_paket
def test_every_step_is_done_in_a_beispiel_or_watches_a_deadline(paket: Prozesspaket) -> None:
    getan = {schritt.element for beispiel in paket.beispiele for schritt in beispiel.schritte}
    einrichtung = paket.einstellungen["aufgaben"]
    for schritt in paket.modell.schritte:
        if schritt.art in MENSCHLICH and not einrichtung[schritt.element].get("ueberwachung"):
            assert schritt.element in getan, schritt.element


@jedes_paket
def test_every_step_of_a_person_has_a_value_class_and_an_estimate(paket: Prozesspaket) -> None:
    for schritt in paket.modell.schritte:
        if schritt.art in MENSCHLICH:
            aufgabe = paket.einstellungen["aufgaben"][schritt.element]
            assert aufgabe["va"] in "VUN"
            assert aufgabe["beispiel"]["liegezeit_at"]
            assert schritt.art is SchrittArt.EINGANG or aufgabe["pt_min"] > 0


@jedes_paket
def test_everything_in_the_drawing_has_a_label_and_a_place(paket: Prozesspaket) -> None:
    baum = etree.fromstring(paket.bpmn)
    gezeichnet = {e.get("bpmnElement") for e in baum.iter(f"{{{NS['di']}}}BPMNShape", f"{{{NS['di']}}}BPMNEdge")}
    for element in baum.xpath("//b:process//*[@id]", namespaces=NS):
        tag = etree.QName(element).localname
        if tag in ("laneSet",) or tag.endswith("EventDefinition"):
            continue
        assert element.get("id") in gezeichnet, element.get("id")
        assert element.get("id").startswith(f"{paket.kennung[:3]}_")
    for tag in (
        "startEvent",
        "endEvent",
        "userTask",
        "subProcess",
        "boundaryEvent",
        "intermediateCatchEvent",
        "lane",
        "participant",
    ):
        assert all(e.get("name") for e in baum.iter(f"{{{NS['b']}}}{tag}")), tag
    for gateway in baum.iter(f"{{{NS['b']}}}exclusiveGateway"):
        if len(gateway.findall("b:outgoing", NS)) > 1:
            assert (gateway.get("name") or "").endswith("?")
            for fluss in gateway.findall("b:outgoing", NS):
                assert baum.xpath("//b:sequenceFlow[@id=$i]/@name", i=fluss.text, namespaces=NS) != []


@jedes_paket
def test_the_drawing_is_valid_bpmn(paket: Prozesspaket) -> None:
    schema = Path(str(files("SpiffWorkflow"))) / "bpmn" / "parser" / "schema" / "BPMN20.xsd"
    pruefer = etree.XMLSchema(etree.parse(schema))
    assert pruefer.validate(etree.fromstring(paket.bpmn)), pruefer.error_log


@jedes_paket
def test_no_two_boxes_of_the_drawing_overlap(paket: Prozesspaket) -> None:
    baum = etree.fromstring(paket.bpmn)
    kaesten = {}
    for form in baum.iter(f"{{{NS['di']}}}BPMNShape"):
        rahmen = form.find("dc:Bounds", NS)
        assert rahmen is not None
        kaesten[form.get("bpmnElement")] = tuple(float(rahmen.get(a, "")) for a in ("x", "y", "width", "height"))
    behaelter = baum.xpath("//b:participant/@id | //b:lane/@id | //b:subProcess/@id", namespaces=NS)
    rand = baum.xpath("//b:boundaryEvent/@id", namespaces=NS)
    frei = sorted(set(kaesten) - set(behaelter) - set(rand))
    for nummer, a in enumerate(frei):
        for b in frei[nummer + 1 :]:
            assert not _overlap(kaesten[a], kaesten[b]), f"{a} und {b}"


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def test_the_usual_times_of_the_ist_ablauf_are_those_of_the_specification() -> None:
    aufgaben = PAKETE["p01_hze_ist"].einstellungen["aufgaben"]
    weg = "t020 t030 t040 e045 t050 t060 t070 t080 e090 t100 t110 t120 t130 t140 t150 t170 t180 t190".split()
    schritte = [aufgabe for element, aufgabe in aufgaben.items() if element.split("_")[1] in weg]
    assert sum(schritt["beispiel"]["liegezeit_at"][1] for schritt in schritte) == 68.5
    assert sum(schritt.get("pt_min", 0) for schritt in schritte) == 880
