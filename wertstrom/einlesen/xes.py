"""Reads XES (IEEE 1849) from a stream of any size.

Reads names of activities, instants, lifecycle, instance, role, and what `attribute` names; everything else is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from wertstrom.einlesen.attribute import (
    EREIGNISSE_HOECHSTENS,
    FALL,
    Sammler,
    bedeutung_of_ereignis,
    bedeutung_of_fall,
    too_many,
)
from wertstrom.einlesen.block import Block
from wertstrom.einlesen.xmlstrom import feed, localname


class Xes:
    """One XES file. `spalten`: meaning → attribute; `mit_namen`: a trace is known by its name, not by its place."""

    def __init__(self, datei: Path, spalten: Mapping[str, str], mit_namen: bool, hoechstens: int) -> None:
        self._datei, self._hoechstens, self._mit_namen = datei, hoechstens, mit_namen
        self._vorgabe = {attribut: bedeutung for bedeutung, attribut in spalten.items()}

    def bloecke(self) -> Iterator[Block]:
        """Events of all traces."""
        empfaenger = _Empfaenger(self._vorgabe, self._mit_namen)
        gelesen = 0
        for strom in feed(self._datei, self._hoechstens, empfaenger):
            gelesen = strom.gelesen
            if empfaenger.fertige.ist_voll:
                yield empfaenger.fertige.take(gelesen)
        if len(empfaenger.fertige):
            yield empfaenger.fertige.take(gelesen)


class _Empfaenger:
    """Collects events; those of a trace get its name and its attributes when it closes."""

    def __init__(self, vorgabe: Mapping[str, str], mit_namen: bool) -> None:
        self.fertige = Sammler()
        self._vorgabe, self._mit_namen = vorgabe, mit_namen
        self._tiefe = self._traces = 0
        self._offene: list[dict[str, str | None]] = []
        self._fall: dict[str, str] = {}
        self._name = ""
        #: the event that is open, and how deep it lies; its attributes lie one deeper
        self._ereignis: dict[str, str | None] | None = None
        self._ereignis_tiefe = self._trace_tiefe = 0

    def start(self, tag: str, attribute: Mapping[str, str]) -> None:
        """An element opens."""
        self._tiefe += 1
        if self._ereignis is not None:
            if self._tiefe == self._ereignis_tiefe + 1:
                self._add_attribut(self._ereignis, attribute)
        elif (name := localname(tag)) == "event":
            self._ereignis, self._ereignis_tiefe = {}, self._tiefe
        elif name == "trace":
            self._trace_tiefe = self._tiefe
        elif self._tiefe == self._trace_tiefe + 1:
            self._add_fallattribut(attribute)

    def end(self, tag: str) -> None:
        """An element closes."""
        if self._ereignis is not None:
            if self._tiefe == self._ereignis_tiefe:
                if len(self._offene) >= EREIGNISSE_HOECHSTENS:
                    raise too_many(len(self._offene))
                self._offene.append(self._ereignis)
                self._ereignis = None
        elif localname(tag) == "trace":
            self._close_trace()
        self._tiefe -= 1

    def _add_attribut(self, ereignis: dict[str, str | None], attribute: Mapping[str, str]) -> None:
        bedeutung = bedeutung_of_ereignis(attribute.get("key", ""), self._vorgabe)
        if bedeutung:
            ereignis.setdefault(bedeutung, attribute.get("value"))

    def _add_fallattribut(self, attribute: Mapping[str, str]) -> None:
        schluessel, wert = attribute.get("key", ""), attribute.get("value", "")
        if schluessel == "concept:name":
            self._name = wert
        elif bedeutung := bedeutung_of_fall(schluessel, self._vorgabe):
            self._fall.setdefault(bedeutung, wert)

    def _close_trace(self) -> None:
        self._traces += 1
        name = self._name if self._mit_namen and self._name else f"#{self._traces}"
        for ereignis in self._offene:
            self.fertige.add({**self._fall, **ereignis, FALL: name})
        self._offene, self._fall, self._name, self._trace_tiefe = [], {}, "", 0
