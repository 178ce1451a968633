"""Where a file departs from the published schema of BPMN 2.0: said with its line, never a reason to refuse.

The schema stands as plain data in the package that runs the processes; nothing of that package is imported. Loads
nothing that a file names, changes no tree, and shows no value of a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import distribution
from typing import Any, Final, cast

from lxml import etree

from engine.bpmn import elemente
from engine.bpmn.lesen import BPMN, Gelesen
from engine.bpmn.zeichnung import KNOTENTYPEN, Bereich, Zeichnung
from engine.bpmn.zeilen import zeile_von

MAX_GENANNT: Final = 5
#: each of them can be a violation, and each violation costs memory
MAX_ANGABEN: Final = 100_000
#: each violation is found by counting the siblings of the element and of all it lies in
MAX_SUCHE: Final = 100_000_000
#: the name of an element, with its namespace, stands in each of its violations
MAX_ELEMENTNAME: Final = 300
_ORT: Final = "SpiffWorkflow/bpmn/parser/schema/BPMN20.xsd"
_MELDUNG: Final = re.compile(
    r"Element '(?:\{([^}]*)\})?([^']*)'(?:, attribute '(?:\{[^}]*\})?([^']*)')?: (.*)", re.DOTALL
)
_ERWARTET: Final = re.compile(r"\}(?!documentation|extensionElements)(\w+)")
_FEHLT: Final = "Missing child element(s)"
_ARTEN: Final = etree.ErrorTypes
_GEZEICHNET: Final = KNOTENTYPEN | {"sequenceFlow"}
_KENNUNG: Final = "'xs:ID'."


def report_schema(zeichnung: Zeichnung, gelesen: Gelesen) -> None:
    """One Hinweis for each of the first violations, and one for the number of the others.

    Silent about what reading has already said: damaged XML and ids that were replaced; and about a missing
    ``targetNamespace``, without which every tool reads a drawing the same.
    """
    if any(b.art == "xml_repariert" for b in gelesen.befunde):
        return
    if not _is_bounded(gelesen.wurzel):
        zeichnung.hinweis(
            "schema_nicht_verglichen",
            None,
            "Die Datei ist zu umfangreich, um sie mit dem BPMN-Schema zu vergleichen. Alles andere ist geprüft.",
            "Für die Ausführung ist nichts zu tun.",
        )
        return
    abweichungen = list(_violations(zeichnung, gelesen.wurzel))
    for pfad, text in abweichungen[:MAX_GENANNT]:
        _report(zeichnung, gelesen, pfad, text)
    _report_rest(zeichnung, len(abweichungen) - MAX_GENANNT)


def _is_bounded(wurzel: etree._Element) -> bool:
    """Whether a file in which everything is wrong would still be compared within a second or two."""
    wege = {wurzel: 0}
    angaben = 0
    suche = 0
    for element in wurzel.iter("*"):
        weg = wege[element] + len(element)
        wege.update((kind, weg) for kind in element.iterchildren("*"))
        angaben += 1 + len(element.attrib)
        suche += wege[element] * (1 + len(element.attrib))
        if angaben > MAX_ANGABEN or suche > MAX_SUCHE or len(element.tag) > MAX_ELEMENTNAME:
            return False
    return True


def _violations(zeichnung: Zeichnung, wurzel: etree._Element) -> Iterator[tuple[str, str]]:
    """Path of the element and what is wrong there, each once, as they stand in the file."""
    schema = _schema()
    if schema.validate(wurzel):
        return
    ersetzt = any(b.art in ("kennung_ersetzt", "kennung_fehlt") for b in zeichnung.befunde)
    gesehen: set[tuple[str, str]] = set()
    for fehler in cast("Iterable[Any]", schema.error_log):  # the stubs know nothing of its entries
        meldung = str(fehler.message)
        if "'targetNamespace'" in meldung or (ersetzt and _KENNUNG in meldung):
            continue
        stelle = (str(fehler.path or ""), _sentence(int(fehler.type), meldung))
        if stelle not in gesehen:
            gesehen.add(stelle)
            yield stelle


@cache
def _schema() -> etree.XMLSchema:
    datei = str(distribution("SpiffWorkflow").locate_file(_ORT))
    return etree.XMLSchema(etree.parse(datei, etree.XMLParser(no_network=True, resolve_entities=False)))


def _sentence(art: int, meldung: str) -> str:
    """What libxml2 says, in German; its words for a value of the file are left out."""
    treffer = _MELDUNG.match(meldung)
    if treffer is None:
        return "Der Aufbau passt nicht zum BPMN-Schema."
    raum, tag, attribut, grund = treffer.groups()
    tag, attribut = elemente.zeile(tag)[:60], elemente.zeile(attribut)[:60]
    if art == _ARTEN.SCHEMAV_ELEMENT_CONTENT:
        return _missing(tag, grund) if grund.startswith(_FEHLT) else _unexpected(raum, tag)
    if attribut:
        return _attribute(art, tag, attribut, grund)
    if art == _ARTEN.SCHEMAV_CVC_COMPLEX_TYPE_4:
        fehlend = elemente.zeile(grund.split("'")[1])
        return f"Nach dem BPMN-Schema fehlt bei „{tag}“ das Attribut „{fehlend}“."
    return f"Der Inhalt von „{tag}“ passt nicht zum BPMN-Schema."


def _missing(tag: str, grund: str) -> str:
    if erwartet := ", ".join(_ERWARTET.findall(grund)[:5]):
        return f"Nach dem BPMN-Schema fehlt in „{tag}“ eine Angabe. Dort kann stehen: {erwartet}."
    return f"Nach dem BPMN-Schema fehlt in „{tag}“ eine Angabe."


def _unexpected(raum: str | None, tag: str) -> str:
    if raum == BPMN:
        return (
            f"„{tag}“ ist nach dem BPMN-Schema hier nicht vorgesehen: Die Reihenfolge stimmt nicht, oder es gehört"
            " in ein anderes Element."
        )
    return f"„{tag}“ gehört nicht zu BPMN und ist hier nicht vorgesehen."


def _attribute(art: int, tag: str, attribut: str, grund: str) -> str:
    if art == _ARTEN.SCHEMAV_CVC_COMPLEX_TYPE_3_2_2:
        return f"Nach dem BPMN-Schema ist das Attribut „{attribut}“ bei „{tag}“ nicht vorgesehen."
    if grund.endswith(_KENNUNG):
        return (
            f"Nach dem BPMN-Schema ist die Kennung (id) von „{tag}“ nicht eindeutig oder hat unzulässige Zeichen, zum"
            " Beispiel eine Ziffer am Anfang."
        )
    return f"Nach dem BPMN-Schema hat das Attribut „{attribut}“ von „{tag}“ einen unzulässigen Wert."


def _report(zeichnung: Zeichnung, gelesen: Gelesen, pfad: str, text: str) -> None:
    element = _find(gelesen.wurzel, pfad)
    zeichnung.hinweis(
        "schema_abweichung",
        None if element is None else _place(gelesen, element),
        text,
        "Für die Ausführung ist deshalb nichts zu tun. Wenn andere Werkzeuge die Datei nicht lesen, exportieren Sie sie"
        " neu.",
    )


def _report_rest(zeichnung: Zeichnung, weitere: int) -> None:
    if weitere > 0:
        zeichnung.hinweis(
            "schema_abweichung",
            None,
            f"Weitere Abweichungen vom BPMN-Schema in dieser Datei: {weitere}.",
            "Für die Ausführung ist deshalb nichts zu tun.",
        )


def _find(wurzel: etree._Element, pfad: str) -> etree._Element | None:
    """The element at a path of libxml2, which knows only prefixes; None where one of them is not that of the root."""
    raeume = {praefix: raum for praefix, raum in wurzel.nsmap.items() if praefix}
    try:
        treffer = wurzel.xpath(pfad, namespaces=raeume)
    except etree.XPathError:
        return None
    gefunden = treffer[0] if isinstance(treffer, list) and treffer else None
    return gefunden if isinstance(gefunden, etree._Element) else None


def _place(gelesen: Gelesen, element: etree._Element) -> Bereich:
    """The line of the element itself; id and name of the drawn element that it lies in or draws."""
    zeile = zeile_von(gelesen.zeilen, element)
    traeger = [e for e in (element, *element.iterancestors()) if e is not gelesen.wurzel and _drawn_id(e)]
    gezeichnet = [e for e in traeger if elemente.tag(e) in _GEZEICHNET] or traeger
    if not gezeichnet:
        return Bereich("", "", zeile)
    return Bereich(elemente.zeile(_drawn_id(gezeichnet[0])), elemente.name_von(gezeichnet[0]), zeile)


def _drawn_id(element: etree._Element) -> str:
    return element.get("bpmnElement", "") or element.get("id", "")
