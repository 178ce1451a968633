"""Where each element begins in the original file.

lxml knows the line on which a start tag ends, up to 65,535; tools that write one attribute per line need better.
Reads text that `lesen` has already accepted: no document type, within the limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from xml.parsers import expat

from lxml import etree

_LETZTE_ZEILE = 65_535  # libxml2 keeps the line of a node in 16 bits

Zeilen = Mapping[etree._Element, int]


def read_zeilen(roh: bytes, wurzel: etree._Element) -> Zeilen:
    """1-based line of every element; empty if the file had to be repaired and cannot be counted."""
    gefunden: list[int] = []
    leser = expat.ParserCreate("utf-8")
    leser.StartElementHandler = lambda _name, _attribute: gefunden.append(leser.CurrentLineNumber)
    try:
        leser.Parse(roh, True)
    except expat.ExpatError:
        return {}
    elemente = list(wurzel.iter("*"))
    return dict(zip(elemente, gefunden, strict=True)) if len(elemente) == len(gefunden) else {}


def zeile_von(zeilen: Zeilen, element: etree._Element) -> int | None:
    """1-based line of an element; None where nobody can tell."""
    ersatz = cast("int | None", element.sourceline)  # the stubs know no better than `...`
    return zeilen.get(element) or (ersatz if ersatz and ersatz < _LETZTE_ZEILE else None)
