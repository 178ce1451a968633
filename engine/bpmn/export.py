"""Writes a checked drawing for other tools: without foreign parts, or with what was set up beside it.

Ids, labels and layout stay as drawn; the original file is never touched. Settings go where Camunda 7 keeps its own
(attributes and properties in its namespace), so that its modeller shows and keeps them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn import elemente, lesen
from engine.bpmn.definitionen import ZEITFELDER
from engine.bpmn.elemente import PRAEFIX
from engine.bpmn.lesen import BPMN

CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
EXPORTER = "Hilfefluss"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
#: namespaces of the standard: model and layout
_STANDARD = frozenset(
    {
        BPMN,
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/DD/20100524/DI",
        _XSI,
        "",
    }
)
#: prefix of our properties
PRAEFIX_EIGEN = "hilfefluss."


@dataclass(frozen=True, slots=True)
class Beschriftung:
    """What is written at one element."""

    #: attributes in Camunda's namespace
    attribute: Mapping[str, str] = field(default_factory=dict)
    #: attributes of the standard, e.g. ``default`` or ``calledElement``
    standard: Mapping[str, str] = field(default_factory=dict)
    #: our properties, without their prefix
    angaben: Mapping[str, str] = field(default_factory=dict)
    #: FEEL, at a sequence flow
    bedingung: str = ""
    #: field and text of a time, at an event
    zeit: tuple[str, str] = ("", "")
    #: kind (message or signal) and name of what an event waits for or throws
    nachricht: tuple[str, str] = ("", "")


def write_vereinfacht(inhalt: bytes, herkunft: str) -> bytes:
    """The drawing with the parts of the standard only, for tools that stumble over others.

    `herkunft` says what the file is, so that it is recognised when it comes back.
    """
    wurzel = lesen.lies_xml(inhalt).wurzel
    for element in list(wurzel.iter()):
        if not isinstance(element.tag, str) or _namespace(element.tag) not in _STANDARD or _is_extension(element):
            _drop(element)
            continue
        for name in list(element.attrib):
            if _namespace(str(name)) not in _STANDARD:
                del element.attrib[name]
    return _write(wurzel, herkunft)


def write_ausfuehrbar(kopie: bytes, herkunft: str) -> bytes:
    """The executable copy, marked with what it is."""
    return _write(lesen.lies_xml(kopie).wurzel, herkunft)


def write_eingerichtet(inhalt: bytes, angaben: Mapping[str, Beschriftung], herkunft: str) -> bytes:
    """The drawing with the settings of each element; what stood in their places before is replaced."""
    wurzel = lesen.lies_xml(inhalt).wurzel
    etree.cleanup_namespaces(wurzel, top_nsmap={"camunda": CAMUNDA, "xsi": _XSI}, keep_ns_prefixes=["camunda", "xsi"])
    for element in wurzel.iter(f"{PRAEFIX}*"):
        beschriftung = angaben.get(element.get("id", ""))
        if beschriftung is not None:
            _label(element, beschriftung)
            _set_event(wurzel, element, beschriftung)
    return _write(wurzel, herkunft)


def as_text(inhalt: bytes) -> str:
    """The drawing as text for an editor, whatever its encoding.

    Without our properties: what is set up lies beside the drawing, and what a file once brought may be outdated.
    """
    wurzel = lesen.lies_xml(inhalt).wurzel
    for angabe in list(wurzel.iter(f"{{{CAMUNDA}}}property")):
        if str(angabe.get("name", "")).startswith(PRAEFIX_EIGEN):
            _drop(angabe)
    return etree.tostring(wurzel, encoding="unicode")


def _set_event(wurzel: etree._Element, element: etree._Element, beschriftung: Beschriftung) -> None:
    feld, text = beschriftung.zeit
    definition = element.find(f"{PRAEFIX}timerEventDefinition")
    if feld and definition is not None:
        for alt in [kind for kind in definition if kind.tag in {PRAEFIX + name for name in ZEITFELDER}]:
            definition.remove(alt)
        zeit = etree.SubElement(definition, f"{PRAEFIX}{feld}", {f"{{{_XSI}}}type": "tFormalExpression"})
        zeit.text = text
    art, name = beschriftung.nachricht
    ziel = element if elemente.tag(element).endswith("Task") else element.find(f"{PRAEFIX}{art}EventDefinition")
    if art and ziel is not None:
        ziel.set(f"{art}Ref", _named(wurzel, art, name))


def _named(wurzel: etree._Element, art: str, name: str) -> str:
    """Id of the message or signal of this name, a new one if there is none."""
    for element in wurzel.findall(f"{PRAEFIX}{art}"):
        if element.get("name") == name and element.get("id"):
            return element.get("id", "")
    vergeben = {e.get("id") for e in wurzel.iter()}
    kennung = next(k for n in itertools.count(1) if (k := f"hf_{art}_{n}") not in vergeben)
    wurzel.insert(0, etree.Element(f"{PRAEFIX}{art}", {"id": kennung, "name": name}))
    return kennung


def _label(element: etree._Element, beschriftung: Beschriftung) -> None:
    for name, wert in beschriftung.attribute.items():
        element.set(f"{{{CAMUNDA}}}{name}", wert)
    for name, wert in beschriftung.standard.items():
        element.set(name, wert)
    if beschriftung.angaben:
        _properties(element, beschriftung.angaben)
    if beschriftung.bedingung:
        for alt in element.findall(f"{PRAEFIX}conditionExpression"):
            element.remove(alt)
        ausdruck = etree.SubElement(element, f"{PRAEFIX}conditionExpression", {f"{{{_XSI}}}type": "tFormalExpression"})
        ausdruck.set("language", "https://www.omg.org/spec/DMN/20191111/FEEL/")
        ausdruck.text = beschriftung.bedingung


def _properties(element: etree._Element, angaben: Mapping[str, str]) -> None:
    erweiterung = element.find(f"{PRAEFIX}extensionElements")
    if erweiterung is None:
        erweiterung = etree.Element(f"{PRAEFIX}extensionElements")
        element.insert(len(element.findall(f"{PRAEFIX}documentation")), erweiterung)
    liste = erweiterung.find(f"{{{CAMUNDA}}}properties")
    if liste is None:
        liste = etree.SubElement(erweiterung, f"{{{CAMUNDA}}}properties")
    for alt in list(liste):
        if str(alt.get("name", "")).startswith(PRAEFIX_EIGEN):
            liste.remove(alt)
    for name, wert in angaben.items():
        etree.SubElement(liste, f"{{{CAMUNDA}}}property", {"name": PRAEFIX_EIGEN + name, "value": wert})


def _namespace(name: str) -> str:
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def _is_extension(element: etree._Element) -> bool:
    return element.tag == f"{PRAEFIX}extensionElements"


def _drop(element: etree._Element) -> None:
    """Remove an element, but not the text that follows it."""
    eltern = element.getparent()
    if eltern is None:
        return
    if element.tail and element.tail.strip():
        davor = element.getprevious()
        if davor is not None:
            davor.tail = (davor.tail or "") + element.tail
        else:
            eltern.text = (eltern.text or "") + element.tail
    eltern.remove(element)


def _write(wurzel: etree._Element, herkunft: str) -> bytes:
    wurzel.set("exporter", EXPORTER)
    wurzel.set("exporterVersion", herkunft)
    etree.cleanup_namespaces(wurzel, keep_ns_prefixes=["camunda", "xsi"])
    return etree.tostring(wurzel, xml_declaration=True, encoding="UTF-8")
