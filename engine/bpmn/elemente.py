"""Access to the elements of an uploaded file: BPMN names, texts and attributes, cleaned and bounded.

Reads single elements only; what they mean together is the business of `aufbau`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.lesen import BPMN

MAX_NAME = 300
PRAEFIX = f"{{{BPMN}}}"
#: what the executable copy says beyond BPMN
HF = "urn:hilfefluss:ausfuehrbar"
#: control characters, and marks that turn the direction of what stands beside them
_STEUERZEICHEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def tag(element: etree._Element) -> str:
    """Local name of a BPMN element, else an empty string."""
    name = element.tag
    return name[len(PRAEFIX) :] if isinstance(name, str) and name.startswith(PRAEFIX) else ""


def lokal(element: etree._Element) -> str:
    """Name of an element of any language, without its namespace."""
    return str(element.tag).rpartition("}")[2]


def kinder(element: etree._Element, name: str) -> list[etree._Element]:
    """Direct BPMN children of one kind."""
    return [kind for kind in element if tag(kind) == name]


def text(element: etree._Element, name: str) -> str:
    """Text of the first child of this kind that has one."""
    texte = (inhalt(kind) for kind in kinder(element, name))
    return next((t for t in texte if t), "")


def inhalt(element: etree._Element) -> str:
    """Trimmed text of an element and all in it."""
    return _STEUERZEICHEN.sub(" ", "".join(str(teil) for teil in element.itertext())).strip()


def zeile(wert: str | None) -> str:
    """A text on one line, without signs that nobody sees, at most `MAX_NAME` characters."""
    return " ".join(_STEUERZEICHEN.sub(" ", wert or "").split())[:MAX_NAME]


def name_von(element: etree._Element) -> str:
    """The label of an element."""
    return zeile(element.get("name"))


def wahr(element: etree._Element, attribut: str, vorgabe: bool) -> bool:
    """A truth value as XML Schema writes it."""
    wert = element.get(attribut, "").strip().lower()
    return wert in ("true", "1") if wert else vorgabe


def eigenes(element: etree._Element, name: str) -> str:
    """An attribute of an executable copy that is uploaded again."""
    return zeile(element.get(f"{{{HF}}}{name}"))


def fremdattribut(element: etree._Element, name: str) -> str:
    """An attribute of a vendor, whatever its namespace."""
    attribute = ((str(key), str(wert)) for key, wert in element.attrib.items())
    return next((wert.strip() for key, wert in attribute if key.startswith("{") and key.endswith(f"}}{name}")), "")


def erweiterungen(element: etree._Element, *namen: str) -> Iterator[etree._Element]:
    """Extension elements of these local names, however deep, whatever their namespace."""
    for erweiterung in kinder(element, "extensionElements"):
        yield from (kind for kind in erweiterung.iter() if isinstance(kind.tag, str) and lokal(kind) in namen)


def erweiterung(element: etree._Element, name: str) -> Mapping[str, str]:
    """Attributes of the first extension element of this name; empty if there is none."""
    for kind in erweiterungen(element, name):
        return {str(key): str(wert) for key, wert in kind.attrib.items()}
    return {}
