"""Feeds XML of any size to a target without ever building a tree.

Hardened: no DTD, no entities, no network; elements may not nest deeper than libxml2 allows by default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, cast

from lxml import etree

from engine.errors import Invalid
from wertstrom.einlesen.datei import Strom, open_strom

_STUECK = 1 << 16


class Empfaenger(Protocol):
    """What the parser calls, element by element."""

    def start(self, tag: str, attribute: Mapping[str, str]) -> None:
        """An element opens; `tag` may bear a namespace."""
        ...

    def end(self, tag: str) -> None:
        """An element closes."""
        ...


class _Gehaertet:
    """Passes elements on, and refuses a DTD."""

    def __init__(self, empfaenger: Empfaenger) -> None:
        self.start, self.end = empfaenger.start, empfaenger.end
        text = getattr(empfaenger, "data", None)
        if text:
            self.data = text

    def doctype(self, _name: str, _pubid: str | None, _system: str | None) -> None:
        """Entities are the way to make a small file huge, or to read other files."""
        raise Invalid(
            "Das Protokoll kann nicht gelesen werden: Es enthält eine DOCTYPE-Angabe, das ist aus Sicherheitsgründen "
            "nicht erlaubt. Bitte exportieren Sie die Datei ohne sie."
        )

    def close(self) -> None:
        """The file ended."""


def feed(datei: Path, hoechstens: int, empfaenger: Empfaenger) -> Iterator[Strom]:
    """Parse a file; yields its stream after each piece, so that the caller can take what was found so far.

    Raises `Invalid` for what is no XML.
    """
    leser = etree.XMLParser(
        target=cast(Any, _Gehaertet(empfaenger)),
        # Without a DTD there are only the five of XML itself; False would leave „&#38;“ where „&amp;“ stands.
        resolve_entities=cast(Any, "internal"),
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        with open_strom(datei, hoechstens) as strom:
            while stueck := strom.read(_STUECK):
                leser.feed(stueck)
                yield strom
            leser.close()
            yield strom
    except etree.XMLSyntaxError as fehler:
        raise Invalid(
            f"Das Protokoll kann nicht gelesen werden: In Zeile {fehler.lineno} ist das XML beschädigt. "
            "Bitte exportieren Sie die Datei erneut."
        ) from None


def localname(tag: str) -> str:
    """Name of an element without its namespace."""
    return tag.rpartition("}")[2]
