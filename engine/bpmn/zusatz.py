"""Reads how activities are executed: scripts, decisions, services, inputs and outputs, repetitions.

Knows the words of the standard, of Camunda 7 and 8 and of their relatives; judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn import elemente
from engine.bpmn.zeichnung import Knoten, Wiederholung, Zuweisung

#: how many inputs or outputs of one step are read
MAX_ZUWEISUNGEN = 200
EIGENER_DIENST = "hilfefluss:"


def read_skript(knoten: Knoten, element: etree._Element) -> None:
    """The script of the standard, or the expression of Camunda 8."""
    knoten.skript, knoten.skriptsprache = elemente.text(element, "script"), element.get("scriptFormat", "").strip()
    erweiterung = elemente.erweiterung(element, "script")
    if erweiterung.get("expression"):
        knoten.skript, knoten.skriptsprache = erweiterung.get("expression", ""), "feel"
        knoten.ergebnis = erweiterung.get("resultVariable", "")


def read_entscheidung(knoten: Knoten, element: etree._Element, gewaehlt: str) -> None:
    """What was chosen beside the drawing, else what Camunda 7, Camunda 8 or the executable copy name."""
    gerufen = elemente.erweiterung(element, "calledDecision")
    namen = (
        gewaehlt,
        elemente.fremdattribut(element, "decisionRef"),
        gerufen.get("decisionId", ""),
        element.get("implementation", ""),
    )
    knoten.entscheidungen = tuple(name for name in namen if name)
    knoten.ergebnis = gerufen.get("resultVariable", "") or elemente.fremdattribut(element, "resultVariable")


def read_dienst(knoten: Knoten, element: etree._Element, gewaehlt: str) -> None:
    """The service or topic that was chosen beside the drawing, else the one it names."""
    eigener = element.get("implementation", "").strip()
    wieder = [f"{art}:{name}" for art in ("dienst", "thema") if (name := elemente.eigenes(element, art))]
    themen = (elemente.fremdattribut(element, "topic"), elemente.erweiterung(element, "taskDefinition").get("type", ""))
    namen = [gewaehlt] if gewaehlt.startswith(("dienst:", "thema:")) else wieder
    if eigener.startswith(EIGENER_DIENST):
        namen.append(f"dienst:{eigener.removeprefix(EIGENER_DIENST)}")
    namen += [f"thema:{thema}" for name in themen if (thema := elemente.zeile(name))]
    knoten.dienste = tuple(namen)


def read_zuweisungen(knoten: Knoten, element: etree._Element) -> None:
    """Inputs and outputs of a service or a call."""
    ist_aufruf = knoten.typ == "callActivity"
    ein = _read_abbildung(element, "input") if not ist_aufruf else [*_read_abbildung(element, "input", "in")]
    aus = _read_abbildung(element, "output") if not ist_aufruf else [*_read_abbildung(element, "output", "out")]
    ein = [
        *ein,
        *_read_eigene(element, "eingabe"),
        *_read_parameter(element, "inputParameter"),
        *_read_standard(element, "dataInputAssociation"),
    ]
    aus = [
        *aus,
        *_read_eigene(element, "ausgabe"),
        *_read_parameter(element, "outputParameter"),
        *_read_standard(element, "dataOutputAssociation"),
    ]
    knoten.eingaben, knoten.ausgaben = ein[:MAX_ZUWEISUNGEN], aus[:MAX_ZUWEISUNGEN]


def _read_abbildung(element: etree._Element, *namen: str) -> Iterator[Zuweisung]:
    """``<zeebe:input source target>`` and ``<camunda:in source|sourceExpression target>``."""
    for kind in elemente.erweiterungen(element, *namen):
        text = kind.get("sourceExpression", "") or kind.get("source", "")
        if kind.get("variables") == "all" or kind.get("businessKey") or not (text or kind.get("target")):
            continue  # variables are shared anyway, and every Vorgang keeps its Aktenzeichen
        woertlich = elemente.lokal(kind) == "input" and not text.lstrip().startswith("=")
        yield Zuweisung(kind.get("target", "").strip(), text.strip(), woertlich)


def _read_eigene(element: etree._Element, name: str) -> Iterator[Zuweisung]:
    """Those of an executable copy that is uploaded again."""
    for kind in elemente.erweiterungen(element, name):
        if etree.QName(kind).namespace == elemente.HF:
            yield Zuweisung(kind.get("name", ""), elemente.inhalt(kind))


def _read_parameter(element: etree._Element, name: str) -> Iterator[Zuweisung]:
    """``<camunda:inputParameter name>text or ${expression}</…>``."""
    for kind in elemente.erweiterungen(element, name):
        text = elemente.inhalt(kind)
        yield Zuweisung(kind.get("name", "").strip(), text, woertlich="${" not in text and "#{" not in text)


def _read_standard(element: etree._Element, name: str) -> Iterator[Zuweisung]:
    """``<assignment><from>expression</from><to>variable</to></assignment>`` of a data association."""
    for verbindung in elemente.kinder(element, name):
        for zuweisung in elemente.kinder(verbindung, "assignment"):
            yield Zuweisung(elemente.text(zuweisung, "to"), elemente.text(zuweisung, "from"))


def read_wiederholung(element: etree._Element, daten: Mapping[str, str]) -> Wiederholung | None:
    """The marker of an activity that runs several times; `daten` as from `read_datennamen`."""
    for kind in elemente.kinder(element, "multiInstanceLoopCharacteristics"):
        return _read_mehrfach(kind, daten)
    for kind in elemente.kinder(element, "standardLoopCharacteristics"):
        return Wiederholung(
            False,
            anzahl=kind.get("loopMaximum", "").strip(),
            bedingung=elemente.text(kind, "loopCondition"),
            pruefe_vorher=elemente.wahr(kind, "testBefore", False),
        )
    return None


def _read_mehrfach(kind: etree._Element, daten: Mapping[str, str]) -> Wiederholung:
    zeebe = elemente.erweiterung(kind, "loopCharacteristics")
    return Wiederholung(
        True,
        sequentiell=elemente.wahr(kind, "isSequential", False),
        anzahl=elemente.text(kind, "loopCardinality"),
        bedingung=elemente.text(kind, "completionCondition"),
        liste=(
            elemente.fremdattribut(kind, "collection")
            or zeebe.get("inputCollection", "")
            or _benanntes(kind, "loopDataInputRef", daten)
        ).strip(),
        posten=(
            elemente.fremdattribut(kind, "elementVariable")
            or zeebe.get("inputElement", "")
            or _posten(kind, "inputDataItem")
        ).strip(),
        ergebnis=(zeebe.get("outputElement", "") or _posten(kind, "outputDataItem")).strip(),
        sammlung=(zeebe.get("outputCollection", "") or _benanntes(kind, "loopDataOutputRef", daten)).strip(),
    )


def _posten(kind: etree._Element, name: str) -> str:
    return next((e.get("name") or e.get("id") or "" for e in elemente.kinder(kind, name)), "")


def _benanntes(kind: etree._Element, name: str, daten: Mapping[str, str]) -> str:
    """What a reference to data means: the name of the data, or the text itself where no such data is drawn."""
    ref = elemente.text(kind, name)
    return daten.get(ref) or daten.get(ref.rpartition(":")[2]) or ref


def read_datennamen(wurzel: etree._Element) -> dict[str, str]:
    """Id of each piece of data in the file -> its name."""
    daten = (e for e in wurzel.iter() if elemente.tag(e) in _DATEN)
    return {e.get("id", ""): elemente.name_von(e) for e in daten}


_DATEN = frozenset({"dataInput", "dataOutput", "dataObject", "dataObjectReference", "property"})
