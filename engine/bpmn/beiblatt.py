"""What a drawing says beside its flow: text annotations at elements, and where everything lies on the paper.

Read from a file that was checked before; returns plain data and nothing for a file that cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.bpmn import elemente, lesen

MAX_TEXT = 1_000
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"


@dataclass(frozen=True, slots=True)
class Lage:
    """Top left corner and size of an element in the units of the drawing."""

    x: float
    y: float
    breite: float
    hoehe: float


def read_anmerkungen(inhalt: bytes) -> dict[str, tuple[str, ...]]:
    """Element id -> texts of the annotations that an association joins to it, in the order of the file."""
    wurzel = _root(inhalt)
    if wurzel is None:
        return {}
    texte = {
        e.get("id", ""): elemente.text(e, "text")[:MAX_TEXT] for e in wurzel.iter(f"{elemente.PRAEFIX}textAnnotation")
    }
    gefunden: dict[str, list[str]] = {}
    for linie in wurzel.iter(f"{elemente.PRAEFIX}association"):
        enden = [(linie.get(name) or "").strip() for name in ("sourceRef", "targetRef")]
        for hier, dort in (enden, enden[::-1]):
            if texte.get(hier) and dort and dort not in texte:
                gefunden.setdefault(dort, []).append(texte[hier])
    return {element: tuple(liste) for element, liste in gefunden.items()}


def read_bedingungen(inhalt: bytes) -> dict[str, str]:
    """Sequence flow -> the condition that is drawn at it, whatever its language."""
    wurzel = _root(inhalt)
    fluesse = wurzel.iter(f"{elemente.PRAEFIX}sequenceFlow") if wurzel is not None else ()
    return {f.get("id", ""): text[:MAX_TEXT] for f in fluesse if (text := elemente.text(f, "conditionExpression"))}


def read_lagen(inhalt: bytes) -> dict[str, Lage]:
    """Element id -> where its shape lies; elements without a shape are left out."""
    wurzel = _root(inhalt)
    if wurzel is None:
        return {}
    lagen = {}
    for form in wurzel.iter(f"{_DI}BPMNShape"):
        rahmen = form.find(f"{_DC}Bounds")
        lage = _lage(rahmen) if rahmen is not None else None
        if lage is not None:
            lagen[form.get("bpmnElement", "")] = lage
    return lagen


def _lage(rahmen: etree._Element) -> Lage | None:
    try:
        x, y, breite, hoehe = (float(rahmen.get(name, "0")) for name in ("x", "y", "width", "height"))
    except ValueError:
        return None
    return Lage(x, y, breite, hoehe)


def _root(inhalt: bytes) -> etree._Element | None:
    try:
        return lesen.lies_xml(inhalt).wurzel
    except lesen.Abgelehnt:
        return None
