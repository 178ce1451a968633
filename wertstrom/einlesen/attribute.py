"""Attributes of events and cases in XES and OCEL: which of them are read, and what they mean.

Owns the list; everything else in a file is skipped while it is parsed. Never reads a resource: that is a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from engine.errors import Invalid
from wertstrom.einlesen.block import Block
from wertstrom.einlesen.spalten import MERKMALE, is_bedeutung

#: prefix of the attributes that only our own files have
EIGENE = "hilfefluss:"
ZEIT, NAME, FALL = "zeit", "aktivitaet", "fall"
_EREIGNIS: Mapping[str, str] = {
    "concept:name": NAME,
    "time:timestamp": ZEIT,
    "lifecycle:transition": "lebenszyklus",
    "lifecycle": "lebenszyklus",
    "concept:instance": "instanz",
    "org:role": "rolle",
    "org:group": "rolle",
    **{EIGENE + name: name for name in ("knoten", "rolle", "art", "ausgang", "grund", "extern", "frist", "instanz")},
}
_FALL: Mapping[str, str] = {
    **{EIGENE + name: name for name in ("fallbeginn", "fallende", "fallausgang", "version")},
    **{name: name for name in MERKMALE},
}
#: rows in one block
_BLOCK = 50_000
#: different meanings in one file, and events of one case
_BEDEUTUNGEN_HOECHSTENS, EREIGNISSE_HOECHSTENS = 100, 1_000_000


def bedeutung_of_ereignis(schluessel: str, vorgabe: Mapping[str, str]) -> str | None:
    """What an attribute of an event means; `vorgabe` maps attribute names to meanings and goes first."""
    return vorgabe.get(schluessel) or _EREIGNIS.get(schluessel)


def bedeutung_of_fall(schluessel: str, vorgabe: Mapping[str, str]) -> str | None:
    """The same for an attribute of a case."""
    eigene = schluessel.removeprefix(EIGENE)
    if eigene != schluessel and ":" in eigene:
        return eigene if is_bedeutung(eigene) else None
    return vorgabe.get(schluessel) or _FALL.get(schluessel.lower())


def too_many(ereignisse: int) -> Invalid:
    """What to say of a Fall that holds everything."""
    return Invalid(
        f"Das Protokoll kann so nicht ausgewertet werden: Ein einziger Fall hat {ereignisse} Ereignisse oder mehr. "
        "Bitte prüfen Sie, ob für den Fall die richtige Spalte gewählt ist."
    )


class Sammler:
    """Rows as they are found in a file, handed out as blocks."""

    def __init__(self) -> None:
        self._zeilen: list[Mapping[str, str | None]] = []
        self._nummer = 1

    def __len__(self) -> int:
        return len(self._zeilen)

    @property
    def ist_voll(self) -> bool:
        """Whether a block is together."""
        return len(self._zeilen) >= _BLOCK

    def add(self, zeile: Mapping[str, str | None]) -> None:
        """One row: meaning → text."""
        self._zeilen.append(zeile)

    def take(self, gelesen: int, namen: Sequence[str] = (FALL, NAME, ZEIT)) -> Block:
        """Everything so far; it starts anew."""
        alle = dict.fromkeys([*namen, *(name for zeile in self._zeilen for name in zeile)])
        if len(alle) > _BEDEUTUNGEN_HOECHSTENS:
            raise Invalid(
                "Das Protokoll kann nicht gelesen werden: Es hat zu viele verschiedene Merkmale oder Meilensteine. "
                "Bitte exportieren Sie es mit weniger Angaben."
            )
        spalten = {name: pa.array([zeile.get(name) or None for zeile in self._zeilen], pa.string()) for name in alle}
        block = Block(spalten, self._nummer, {name: name for name in alle}, gelesen)
        self._nummer += len(self._zeilen)
        self._zeilen = []
        return block
