"""Boxed expressions of DMN XML into the plain data of `engine.dmn.modell`."""

from __future__ import annotations

from collections.abc import Callable

from engine.dmn import xml
from engine.dmn.befund import Ort
from engine.dmn.fehler import DmnError
from engine.dmn.modell import (
    AufrufBox,
    Ausgangsspalte,
    Boxed,
    Eingangsspalte,
    FilterBox,
    FunktionBox,
    KontextBox,
    ListenBox,
    Regel,
    RelationBox,
    SchleifeBox,
    TabellenBox,
    Text,
    Trefferregel,
    Variable,
    Verdichtung,
    WennBox,
)


def read_child(kind: xml.Element) -> Boxed | None:
    """The first expression among the children, or None."""
    for teil in xml.children(kind):
        lesen = _LESER.get(xml.local(teil))
        if lesen is not None:
            return lesen(teil)
    return None


def read_funktion(kind: xml.Element) -> FunktionBox:
    """A function definition, or the logic of a business knowledge model."""
    return FunktionBox(
        ort=_ort(kind),
        typ=_typ(kind),
        parameter=tuple(Variable(teil.get("name", ""), _typ(teil)) for teil in xml.children(kind, "formalParameter")),
        rumpf=read_child(kind),
        art=kind.get("kind", "FEEL"),
    )


def _ort(kind: xml.Element) -> Ort:
    return Ort(xml.line(kind), kind.get("id"), kind.get("name") or kind.get("label"))


def _typ(kind: xml.Element) -> str | None:
    return kind.get("typeRef") or None


def _teil(kind: xml.Element, *namen: str) -> Boxed:
    """The expression inside of a named child, or of the element itself; an empty text where it is missing."""
    huelle = xml.child(kind, *namen) if namen else kind
    ausdruck = None if huelle is None else read_child(huelle)
    return ausdruck or Text(ort=_ort(kind), text="")


def _text(kind: xml.Element) -> Text:
    return Text(ort=_ort(kind), typ=_typ(kind), text=xml.text_of(kind) or "")


def _kontext(kind: xml.Element) -> Boxed:
    eintraege = []
    for teil in xml.children(kind, "contextEntry"):
        variable = xml.child(teil, "variable")
        name = None if variable is None else Variable(variable.get("name", ""), _typ(variable))
        eintraege.append((name, _teil(teil)))
    return KontextBox(ort=_ort(kind), typ=_typ(kind), eintraege=tuple(eintraege))


def _aufruf(kind: xml.Element) -> Boxed:
    bindungen = []
    for teil in xml.children(kind, "binding"):
        parameter = xml.child(teil, "parameter")
        ausdruck = read_child(teil)
        if parameter is not None and ausdruck is not None:
            bindungen.append((parameter.get("name", ""), ausdruck))
    return AufrufBox(ort=_ort(kind), typ=_typ(kind), funktion=_teil(kind), bindungen=tuple(bindungen))


def _liste(kind: xml.Element) -> Boxed:
    return ListenBox(ort=_ort(kind), typ=_typ(kind), elemente=_elemente(kind))


def _elemente(kind: xml.Element) -> tuple[Boxed, ...]:
    return tuple(lesen(teil) for teil in xml.children(kind) if (lesen := _LESER.get(xml.local(teil))))


def _relation(kind: xml.Element) -> Boxed:
    return RelationBox(
        ort=_ort(kind),
        typ=_typ(kind),
        spalten=tuple(Variable(teil.get("name", ""), _typ(teil)) for teil in xml.children(kind, "column")),
        zeilen=tuple(_elemente(teil) for teil in xml.children(kind, "row")),
    )


def _wenn(kind: xml.Element) -> Boxed:
    return WennBox(
        ort=_ort(kind),
        typ=_typ(kind),
        bedingung=_teil(kind, "if"),
        dann=_teil(kind, "then"),
        sonst=_teil(kind, "else"),
    )


def _schleife(kind: xml.Element) -> Boxed:
    art = xml.local(kind)
    return SchleifeBox(
        ort=_ort(kind),
        typ=_typ(kind),
        variable=kind.get("iteratorVariable", ""),
        quelle=_teil(kind, "in"),
        rumpf=_teil(kind, "return" if art == "for" else "satisfies"),
        quantor=None if art == "for" else art,
    )


def _filter(kind: xml.Element) -> Boxed:
    return FilterBox(ort=_ort(kind), typ=_typ(kind), quelle=_teil(kind, "in"), bedingung=_teil(kind, "match"))


def _tabelle(kind: xml.Element) -> Boxed:
    try:
        trefferregel = Trefferregel(kind.get("hitPolicy", "UNIQUE"))
        aggregation = kind.get("aggregation")
        verdichtung = Verdichtung(aggregation) if aggregation else None
    except ValueError:
        raise DmnError(
            "Das Entscheidungsmodell kann nicht gelesen werden: "
            f"Die Tabelle in Zeile {kind.sourceline} hat eine unbekannte Trefferregel."
        ) from None
    return TabellenBox(
        ort=_ort(kind),
        typ=_typ(kind),
        eingaenge=tuple(_eingang(teil) for teil in xml.children(kind, "input")),
        ausgaenge=tuple(_ausgang(teil) for teil in xml.children(kind, "output")),
        regeln=tuple(_regel(teil) for teil in xml.children(kind, "rule")),
        trefferregel=trefferregel,
        verdichtung=verdichtung,
        anmerkungsspalten=tuple(teil.get("name", "") for teil in xml.children(kind, "annotation")),
    )


def _eingang(kind: xml.Element) -> Eingangsspalte:
    ausdruck = xml.child(kind, "inputExpression")
    text = _text(ausdruck) if ausdruck is not None else Text(ort=_ort(kind), text="")
    return Eingangsspalte(text, kind.get("label") or text.text, xml.text_of(xml.child(kind, "inputValues")) or None)


def _ausgang(kind: xml.Element) -> Ausgangsspalte:
    sonst = xml.child(kind, "defaultOutputEntry")
    return Ausgangsspalte(
        name=kind.get("name"),
        typ=_typ(kind),
        werte=xml.text_of(xml.child(kind, "outputValues")) or None,
        sonst=_text(sonst) if sonst is not None and xml.text_of(sonst) else None,
        label=kind.get("label", ""),
    )


def _regel(kind: xml.Element) -> Regel:
    remarks = tuple(xml.text_of(teil) or "" for teil in xml.children(kind, "annotationEntry"))
    if not remarks:
        # Tools of DMN 1.1 and 1.2 know no annotations and write the remark as description.
        remarks = tuple(xml.content(teil) for teil in xml.children(kind, "description"))
    return Regel(
        tests=tuple(_text(teil) for teil in xml.children(kind, "inputEntry")),
        ergebnisse=tuple(_text(teil) for teil in xml.children(kind, "outputEntry")),
        anmerkungen=remarks,
        ort=_ort(kind),
    )


_LESER: dict[str, Callable[[xml.Element], Boxed]] = {
    "literalExpression": _text,
    "context": _kontext,
    "invocation": _aufruf,
    "functionDefinition": read_funktion,
    "list": _liste,
    "relation": _relation,
    "conditional": _wenn,
    "for": _schleife,
    "some": _schleife,
    "every": _schleife,
    "filter": _filter,
    "decisionTable": _tabelle,
}
