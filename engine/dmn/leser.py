"""DMN XML into a `Modell`: the elements of the graph, the types, the imports."""

from __future__ import annotations

from typing import TypedDict

from engine.dmn import ausdrucksleser, xml
from engine.dmn.befund import Ort
from engine.dmn.modell import (
    Dienst,
    Eingabe,
    Element,
    Entscheidung,
    Import,
    Itemdefinition,
    Modell,
    Variable,
    Verweis,
    Wissensmodell,
)


def read(daten: bytes) -> Modell:
    """The model of one file. Raises `DmnError` if it cannot be read."""
    wurzel, version = xml.read(daten)
    elemente = tuple(element for kind in xml.children(wurzel) if (element := _element(kind)))
    return Modell(
        name=wurzel.get("name", ""),
        namensraum=wurzel.get("namespace", ""),
        version=version,
        elemente=elemente,
        typen=tuple(_itemdefinition(kind) for kind in xml.children(wurzel, "itemDefinition")),
        importe=tuple(
            Import(kind.get("namespace", ""), kind.get("name", ""))
            for kind in xml.children(wurzel, "import")
            if "/DMN/" in kind.get("importType", "/DMN/")
        ),
    )


class _Kopf(TypedDict):
    """What every element has."""

    id: str
    name: str
    variable: Variable
    ort: Ort


def _element(kind: xml.Element) -> Element | None:
    match xml.local(kind):
        case "inputData":
            return Eingabe(**_kopf(kind))
        case "decision":
            return Entscheidung(
                **_kopf(kind),
                ausdruck=ausdrucksleser.read_child(kind),
                braucht=_verweise(kind, "informationRequirement", "requiredDecision", "requiredInput"),
                wissen=_verweise(kind, "knowledgeRequirement", "requiredKnowledge"),
            )
        case "businessKnowledgeModel":
            logik = xml.child(kind, "encapsulatedLogic")
            funktion = None if logik is None else ausdrucksleser.read_funktion(logik)
            wissen = _verweise(kind, "knowledgeRequirement", "requiredKnowledge")
            return Wissensmodell(**_kopf(kind), funktion=funktion, wissen=wissen)
        case "decisionService":
            return Dienst(
                **_kopf(kind),
                ausgaben=_hrefs(kind, "outputDecision"),
                gekapselt=_hrefs(kind, "encapsulatedDecision"),
                eingabe_entscheidungen=_hrefs(kind, "inputDecision"),
                eingaben=_hrefs(kind, "inputData"),
            )
    return None


def _kopf(kind: xml.Element) -> _Kopf:
    name = kind.get("name", "")
    variable = xml.child(kind, "variable")
    typ = None if variable is None else _typ(variable)
    return {
        "id": kind.get("id") or name,
        "name": name,
        "variable": Variable((variable.get("name") if variable is not None else None) or name, typ),
        "ort": Ort(xml.line(kind), kind.get("id"), name),
    }


def _typ(kind: xml.Element) -> str | None:
    """The type of a variable: an attribute, or a child element as DMN 1.1 wrote it."""
    eigener = kind.get("typeRef")
    innen = xml.child(kind, "typeRef")
    if eigener is None and innen is not None:
        eigener = xml.content(innen)
    return eigener.strip() if eigener and eigener.strip() else None


def _verweise(kind: xml.Element, huelle: str, *namen: str) -> tuple[Verweis, ...]:
    return tuple(verweis for teil in xml.children(kind, huelle) for verweis in _hrefs(teil, *namen))


def _hrefs(kind: xml.Element, *namen: str) -> tuple[Verweis, ...]:
    return tuple(_verweis(teil.get("href", "")) for teil in xml.children(kind, *namen))


def _verweis(href: str) -> Verweis:
    namensraum, _, kennung = href.rpartition("#")
    return Verweis(namensraum or None, kennung)


def _itemdefinition(kind: xml.Element) -> Itemdefinition:
    funktion = xml.child(kind, "functionItem")
    return Itemdefinition(
        name=kind.get("name", ""),
        typ=_typ(kind),
        komponenten=tuple(_itemdefinition(teil) for teil in xml.children(kind, "itemComponent")),
        erlaubt=xml.text_of(xml.child(kind, "allowedValues")) or None,
        liste=kind.get("isCollection") == "true",
        funktion=None if funktion is None else _funktionstyp(funktion),
        ort=Ort(xml.line(kind), kind.get("id"), kind.get("name")),
        bedingung=xml.text_of(xml.child(kind, "typeConstraint")) or None,
    )


def _funktionstyp(kind: xml.Element) -> tuple[tuple[Variable, ...], str | None]:
    parameter = tuple(Variable(teil.get("name", ""), _typ(teil)) for teil in xml.children(kind, "parameters"))
    return parameter, kind.get("outputTypeRef")
