"""Reads the executable copy: names of elements, attributes and texts, without network, entities or deep nesting."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.spiff.fehler import Modellfehler

EIGEN = "{urn:hilfefluss:ausfuehrbar}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def lies(xml: bytes) -> etree._Element:
    """The root of one file; raises `Modellfehler` for anything but well-formed BPMN without DOCTYPE."""
    leser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        wurzel = etree.fromstring(xml, leser)
    except (etree.XMLSyntaxError, ValueError) as grund:
        raise Modellfehler("Das Modell lässt sich nicht lesen: Die Datei ist kein gültiges XML.") from grund
    if wurzel.getroottree().docinfo.internalDTD is not None:
        raise Modellfehler("Das Modell lässt sich nicht lesen: Eine DOCTYPE-Angabe ist nicht erlaubt.")
    if wurzel.tag != BPMN + "definitions":
        raise Modellfehler("Das Modell lässt sich nicht lesen: Die Datei ist kein BPMN-Modell.")
    return wurzel


def art(element: etree._Element) -> str:
    """Local name of a BPMN element; empty for elements of other languages."""
    tag = element.tag
    return tag.removeprefix(BPMN) if isinstance(tag, str) and tag.startswith(BPMN) else ""


def kinder(element: etree._Element, *arten: str) -> Iterator[etree._Element]:
    """Direct children of the given kinds, in the order of the file."""
    return (kind for kind in element if art(kind) in arten)


def kind(element: etree._Element, name: str) -> etree._Element | None:
    """The first direct child of a kind."""
    return next(kinder(element, name), None)


def text(element: etree._Element | None) -> str:
    """Trimmed text of an element, empty if there is none."""
    return "" if element is None else (element.text or "").strip()


def kennung(element: etree._Element) -> str:
    """The id of an element; raises `Modellfehler` if it has none."""
    wert = element.get("id", "").strip()
    if not wert:
        raise Modellfehler(f"Das Modell lässt sich nicht ausführen: Ein Element der Art {art(element)} hat keine id.")
    return wert


def name(element: etree._Element) -> str:
    """The label of an element on one line, or empty."""
    return " ".join(element.get("name", "").split())


def eigenes(element: etree._Element, attribut: str) -> str:
    """An attribute that the executable copy adds to BPMN, trimmed; empty if there is none."""
    return element.get(EIGEN + attribut, "").strip()


def erweiterungen(element: etree._Element, art_: str) -> list[etree._Element]:
    """Elements that the executable copy adds inside of `element`."""
    huelle = kind(element, "extensionElements")
    return [] if huelle is None else [k for k in huelle if k.tag == EIGEN + art_]
