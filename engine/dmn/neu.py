"""Writes a new decision model: one empty decision table with its inputs and outputs, to be filled in an editor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from engine.dmn.fehler import DmnError
from engine.dmn.modell import Trefferregel

NAMENSRAUM = "https://www.omg.org/spec/DMN/20191111/MODEL/"
#: what a column may hold, by FEEL type
TYPEN = ("string", "number", "boolean", "date")
TREFFERREGELN = tuple(Trefferregel)
MAX_SPALTEN = 20
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class Spalte:
    """A column: the process variable that it reads or sets, and its FEEL type."""

    name: str
    typ: str = "string"


def is_name(name: str) -> bool:
    """Whether expressions and conditions can read a variable of this name."""
    return _NAME.fullmatch(name) is not None


def write_neu(
    kennung: str,
    name: str,
    eingaenge: Sequence[Spalte],
    ausgaenge: Sequence[Spalte],
    trefferregel: Trefferregel = Trefferregel.EINDEUTIG,
) -> bytes:
    """A DMN file with this table and no rows yet; `kennung` is the id of the decision.

    Raises
    ------
    DmnError
        For a name that nothing can read, a column twice, none or too many.
    """
    _check(kennung, eingaenge, ausgaenge)
    wurzel = etree.Element(
        f"{{{NAMENSRAUM}}}definitions",
        {"id": f"{kennung}_modell", "name": name, "namespace": f"urn:hilfefluss:{kennung}"},
        nsmap={None: NAMENSRAUM},  # type: ignore[dict-item] # the default namespace has no prefix
    )
    for spalte in eingaenge:
        datum = _sub(wurzel, "inputData", id=f"{kennung}_i_{spalte.name}", name=spalte.name)
        _sub(datum, "variable", id=f"{kennung}_v_{spalte.name}", name=spalte.name, typeRef=spalte.typ)
    entscheidung = _sub(wurzel, "decision", id=kennung, name=name)
    typ = {"typeRef": ausgaenge[0].typ} if len(ausgaenge) == 1 and trefferregel not in _LISTEN else {}
    variable = ausgaenge[0].name if len(ausgaenge) == 1 else kennung
    _sub(entscheidung, "variable", id=f"{kennung}_v", name=variable, **typ)
    for spalte in eingaenge:
        bedarf = _sub(entscheidung, "informationRequirement", id=f"{kennung}_r_{spalte.name}")
        _sub(bedarf, "requiredInput", href=f"#{kennung}_i_{spalte.name}")
    tabelle = _sub(entscheidung, "decisionTable", id=f"{kennung}_tabelle", hitPolicy=trefferregel.value)
    for spalte in eingaenge:
        eingang = _sub(tabelle, "input", id=f"{kennung}_e_{spalte.name}", label=spalte.name)
        ausdruck = _sub(eingang, "inputExpression", id=f"{kennung}_x_{spalte.name}", typeRef=spalte.typ)
        _sub(ausdruck, "text").text = spalte.name
    for spalte in ausgaenge:
        _sub(tabelle, "output", id=f"{kennung}_a_{spalte.name}", name=spalte.name, typeRef=spalte.typ)
    _sub(tabelle, "annotation", name="Grundlage")
    return etree.tostring(wurzel, xml_declaration=True, encoding="UTF-8", pretty_print=True)


_LISTEN = frozenset({Trefferregel.SAMMELN, Trefferregel.REIHENFOLGE, Trefferregel.AUSGABEFOLGE})


def _check(kennung: str, eingaenge: Sequence[Spalte], ausgaenge: Sequence[Spalte]) -> None:
    spalten = [*eingaenge, *ausgaenge]
    falsch = [name for name in (kennung, *(s.name for s in spalten)) if not is_name(name)]
    if falsch:
        raise DmnError(
            f"„{falsch[0][:60]}“ ist kein Name: "
            "Möglich sind Buchstaben ohne Umlaute, Ziffern und „_“, vorn keine Ziffer."
        )
    if not ausgaenge or len(spalten) > MAX_SPALTEN or any(s.typ not in TYPEN for s in spalten):
        raise DmnError(f"Eine Tabelle hat mindestens einen Ausgang und höchstens {MAX_SPALTEN} Spalten.")
    namen = [s.name for s in spalten]
    if len(set(namen)) < len(namen):
        raise DmnError("Zwei Spalten haben denselben Namen. Geben Sie einer davon einen anderen.")


def _sub(eltern: etree._Element, tag: str, **attribute: str) -> etree._Element:
    return etree.SubElement(eltern, f"{{{NAMENSRAUM}}}{tag}", attribute)
