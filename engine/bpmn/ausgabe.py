"""Writes the executable copy: only elements and attributes named here, whatever the drawing contained.

The result is what `engine.spiff` parses: processes, nodes with the drawn ids, flows with FEEL conditions, timers.
"""

from __future__ import annotations

from lxml import etree

from engine.bpmn.lesen import BPMN
from engine.bpmn.zeichnung import Bereich, Fluss, Knoten, Zeichnung

#: every tag that may stand in an executable copy
AUSFUEHRBAR = frozenset(
    {
        "startEvent",
        "endEvent",
        "userTask",
        "callActivity",
        "businessRuleTask",
        "scriptTask",
        "subProcess",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    }
)
_PRAEFIX = f"{{{BPMN}}}"


def write_xml(zeichnung: Zeichnung) -> bytes:
    """One document with all processes of the drawing; raises ValueError for a node that no rule made executable."""
    wurzel = etree.Element(f"{_PRAEFIX}definitions", nsmap={None: BPMN})  # type: ignore[dict-item]  # the stubs forget the default namespace
    wurzel.set("targetNamespace", "urn:hilfefluss:ausfuehrbar")
    for prozess in zeichnung.prozesse:
        element = _neu(wurzel, "process", id=prozess.id, name=prozess.name, isExecutable="true")
        _write_bereich(element, prozess)
    etree.indent(wurzel)
    return etree.tostring(wurzel, xml_declaration=True, encoding="UTF-8")


def _write_bereich(element: etree._Element, bereich: Bereich) -> None:
    for knoten in bereich.knoten.values():
        _write_knoten(element, knoten)
    for fluss in bereich.fluesse.values():
        _write_fluss(element, fluss)


def _write_knoten(eltern: etree._Element, knoten: Knoten) -> None:
    if knoten.als not in AUSFUEHRBAR:
        raise ValueError(f"{knoten.als} is not executable")
    element = _neu(eltern, knoten.als, id=knoten.id, name=knoten.name)
    if knoten.als == "callActivity":
        element.set("calledElement", knoten.aufruf)
    _write_automatik(element, knoten)
    if knoten.standardfluss:
        element.set("default", knoten.standardfluss)
    if knoten.als == "boundaryEvent":
        element.set("attachedToRef", knoten.angeheftet_an)
        element.set("cancelActivity", "true" if knoten.unterbrechend else "false")
    _write_definitionen(element, knoten)
    _write_wiederholung(element, knoten)
    if knoten.inhalt is not None:
        _write_bereich(element, knoten.inhalt)


def _write_automatik(element: etree._Element, knoten: Knoten) -> None:
    if knoten.als == "businessRuleTask":
        element.set("implementation", knoten.entscheidungen[0])
        if knoten.ergebnis:
            _neu(_neu(element, "dataOutputAssociation"), "targetRef").text = knoten.ergebnis
    elif knoten.als == "scriptTask":
        element.set("scriptFormat", "FEEL")
        _neu(element, "script").text = knoten.skript


def _write_definitionen(element: etree._Element, knoten: Knoten) -> None:
    for definition in knoten.definitionen:
        if definition.art == "timer":
            timer = _neu(element, "timerEventDefinition")
            _neu(timer, definition.zeitfeld).text = definition.zeittext
        elif definition.art == "terminate":
            _neu(element, "terminateEventDefinition")
        else:
            raise ValueError(f"{definition.art} is not executable")


def _write_wiederholung(element: etree._Element, knoten: Knoten) -> None:
    wiederholung = knoten.wiederholung
    if wiederholung is None:
        return
    if wiederholung.mehrfach:
        marke = _neu(element, "multiInstanceLoopCharacteristics")
        marke.set("isSequential", "true" if wiederholung.sequentiell else "false")
        _neu(marke, "loopCardinality").text = wiederholung.anzahl
        return
    marke = _neu(element, "standardLoopCharacteristics")
    marke.set("testBefore", "true" if wiederholung.pruefe_vorher else "false")
    if wiederholung.anzahl:
        marke.set("loopMaximum", wiederholung.anzahl)
    if wiederholung.bedingung:
        _neu(marke, "loopCondition").text = wiederholung.bedingung


def _write_fluss(eltern: etree._Element, fluss: Fluss) -> None:
    element = _neu(eltern, "sequenceFlow", id=fluss.id, name=fluss.name, sourceRef=fluss.von, targetRef=fluss.nach)
    if fluss.bedingung or fluss.immer:
        _neu(element, "conditionExpression").text = fluss.bedingung or "true"


def _neu(eltern: etree._Element, tag: str, **attribute: str) -> etree._Element:
    return etree.SubElement(eltern, f"{_PRAEFIX}{tag}", {k: v for k, v in attribute.items() if v})
