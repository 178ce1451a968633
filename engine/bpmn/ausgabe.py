"""Writes the executable copy: only elements and attributes named here, whatever the drawing contained.

The result is what `engine.spiff` parses: processes, nodes with the drawn ids, flows with FEEL conditions, events that
carry what they need themselves. What BPMN has no word for stands in the namespace `HF`.
"""

from __future__ import annotations

from lxml import etree

from engine.bpmn.elemente import HF
from engine.bpmn.lesen import BPMN
from engine.bpmn.zeichnung import Bereich, Definition, Fluss, Knoten, Wiederholung, Zeichnung

#: every tag that may stand in an executable copy
AUSFUEHRBAR = frozenset(
    {
        "startEvent",
        "endEvent",
        "userTask",
        "sendTask",
        "receiveTask",
        "serviceTask",
        "callActivity",
        "businessRuleTask",
        "scriptTask",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    }
)
_PRAEFIX = f"{{{BPMN}}}"
_HF = f"{{{HF}}}"


def write_xml(zeichnung: Zeichnung) -> bytes:
    """One document with all processes of the drawing; raises ValueError for a node that no rule made executable."""
    wurzel = etree.Element(f"{_PRAEFIX}definitions", nsmap={None: BPMN, "hf": HF})  # type: ignore[dict-item]  # the stubs forget the default namespace
    wurzel.set("targetNamespace", HF)
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
    _write_dienst(element, knoten)
    _write_automatik(element, knoten)
    if knoten.nachricht is not None and knoten.als in ("sendTask", "receiveTask"):
        _benenne(element, knoten.nachricht)
    if knoten.standardfluss:
        element.set("default", knoten.standardfluss)
    if knoten.als == "boundaryEvent":
        element.set("attachedToRef", knoten.angeheftet_an)
        element.set("cancelActivity", "true" if knoten.unterbrechend else "false")
    _write_teilprozess(element, knoten)
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


def _write_dienst(element: etree._Element, knoten: Knoten) -> None:
    """Who does a service, which process a call means, and what goes in and out."""
    if knoten.als == "callActivity":
        element.set("calledElement", knoten.aufruf)
    elif knoten.als == "serviceTask":
        art, _, name = knoten.dienst.partition(":")
        element.set(f"{_HF}{art}", name)
    else:
        return
    if knoten.eingaben or knoten.ausgaben:
        erweiterung = _neu(element, "extensionElements")
        for tag, zuweisungen in (("eingabe", knoten.eingaben), ("ausgabe", knoten.ausgaben)):
            for zuweisung in zuweisungen:
                etree.SubElement(erweiterung, f"{_HF}{tag}", {"name": zuweisung.name}).text = zuweisung.text


def _write_teilprozess(element: etree._Element, knoten: Knoten) -> None:
    if knoten.als == "subProcess" and knoten.ereignis_teilprozess:
        element.set("triggeredByEvent", "true")
    elif knoten.als == "startEvent" and not knoten.unterbrechend:
        element.set("isInterrupting", "false")
    elif knoten.als == "adHocSubProcess":
        element.set("cancelRemainingInstances", "true" if knoten.bricht_offene_ab else "false")
        if knoten.abschluss:
            _neu(element, "completionCondition").text = knoten.abschluss


def _write_definitionen(element: etree._Element, knoten: Knoten) -> None:
    for definition in knoten.definitionen:
        if definition.art not in _DEFINITIONEN:
            raise ValueError(f"{definition.art} is not executable")
        kind = _neu(element, f"{definition.art}EventDefinition")
        if definition.art == "timer":
            _neu(kind, definition.zeitfeld).text = definition.zeittext
        elif definition.art == "conditional":
            _neu(kind, "condition").text = definition.bedingung
        else:
            _benenne(kind, definition)


_DEFINITIONEN = frozenset({"timer", "message", "signal", "conditional", "error", "escalation", "cancel", "terminate"})


def _benenne(element: etree._Element, definition: Definition) -> None:
    for name, wert in (("name", definition.name), ("code", definition.code), ("schluessel", definition.schluessel)):
        if wert:
            element.set(f"{_HF}{name}", wert)


def _write_wiederholung(element: etree._Element, knoten: Knoten) -> None:
    wiederholung = knoten.wiederholung
    if wiederholung is None:
        return
    if wiederholung.mehrfach:
        _write_mehrfach(element, wiederholung)
        return
    marke = _neu(element, "standardLoopCharacteristics")
    marke.set("testBefore", "true" if wiederholung.pruefe_vorher else "false")
    if wiederholung.anzahl:
        marke.set("loopMaximum", wiederholung.anzahl)
    if wiederholung.bedingung:
        _neu(marke, "loopCondition").text = wiederholung.bedingung


def _write_mehrfach(element: etree._Element, wiederholung: Wiederholung) -> None:
    marke = _neu(element, "multiInstanceLoopCharacteristics")
    marke.set("isSequential", "true" if wiederholung.sequentiell else "false")
    texte = (
        ("loopCardinality", wiederholung.anzahl),
        ("loopDataInputRef", wiederholung.liste),
        ("loopDataOutputRef", wiederholung.sammlung),
    )
    for tag, text in texte:
        if text:
            _neu(marke, tag).text = text
    for tag, name in (("inputDataItem", wiederholung.posten), ("outputDataItem", wiederholung.ergebnis)):
        if name:
            _neu(marke, tag, name=name)
    if wiederholung.bedingung:
        _neu(marke, "completionCondition").text = wiederholung.bedingung


def _write_fluss(eltern: etree._Element, fluss: Fluss) -> None:
    element = _neu(eltern, "sequenceFlow", id=fluss.id, name=fluss.name, sourceRef=fluss.von, targetRef=fluss.nach)
    if fluss.bedingung or fluss.immer:
        _neu(element, "conditionExpression").text = fluss.bedingung or "true"


def _neu(eltern: etree._Element, tag: str, **attribute: str) -> etree._Element:
    return etree.SubElement(eltern, f"{_PRAEFIX}{tag}", {k: v for k, v in attribute.items() if v})
