"""Reads XES (IEEE 1849) from a stream of any size, without ever building a tree.

Hardened: no DTD, no entities, no network; memory holds the events of one trace. Reads names of activities, instants,
lifecycle, instance and role; never a resource, because that is a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, cast

from lxml import etree

from engine.errors import Invalid
from wertstrom.einlesen.aufbau import Aufbau
from wertstrom.einlesen.paarung import Ereignis, pair
from wertstrom.einlesen.zeitangaben import Zeitleser

_BLOCK = 1 << 16
#: attributes of an event that are read; nothing else is kept, not even for a moment
_GELESEN = frozenset(
    {"concept:name", "concept:instance", "time:timestamp", "lifecycle:transition", "org:role", "org:group"}
)


def read_xes(strom: IO[bytes], aufbau: Aufbau, zeiten: Zeitleser) -> None:
    """Every trace of the stream becomes a Fall of `aufbau`. Raises `Invalid` for what is no XES."""
    leser = etree.XMLParser(
        target=cast(Any, _Empfaenger(aufbau, zeiten)),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        while block := strom.read(_BLOCK):
            leser.feed(block)
        leser.close()
    except etree.XMLSyntaxError as fehler:
        raise Invalid(
            f"Das Protokoll kann nicht gelesen werden: In Zeile {fehler.lineno} ist das XML beschädigt. "
            "Bitte exportieren Sie die Datei erneut."
        ) from None


class _Empfaenger:
    """What the parser calls, element by element."""

    def __init__(self, aufbau: Aufbau, zeiten: Zeitleser) -> None:
        self._aufbau, self._zeiten = aufbau, zeiten
        self._tiefe = 0
        self._ereignisse: list[Ereignis] = []
        #: attributes of the event that is open, and how deep it lies; its attributes lie one deeper
        self._angaben: dict[str, str] | None = None
        self._event_tiefe = 0

    def doctype(self, _name: str, _pubid: str | None, _system: str | None) -> None:
        """Entities are the way to make a small file huge, or to read other files."""
        raise Invalid(
            "Das Protokoll kann nicht gelesen werden: Es enthält eine DOCTYPE-Angabe, das ist aus Sicherheitsgründen "
            "nicht erlaubt. Bitte exportieren Sie die Datei ohne sie."
        )

    def start(self, tag: str, attribute: Mapping[str, str]) -> None:
        """An element opens."""
        self._tiefe += 1
        if self._angaben is not None:
            schluessel = attribute.get("key", "")
            if schluessel in _GELESEN and self._tiefe == self._event_tiefe + 1:
                self._angaben[schluessel] = attribute.get("value", "")
        elif _localname(tag) == "event":
            self._angaben, self._event_tiefe = {}, self._tiefe
        elif self._tiefe == 1 and _localname(tag) != "log":
            raise Invalid(
                "Das Protokoll kann nicht gelesen werden: Die Datei ist XML, aber kein XES (Wurzel log). "
                "Bitte wählen Sie eine XES- oder CSV-Datei."
            )

    def end(self, tag: str) -> None:
        """An element closes."""
        if self._angaben is not None:
            if self._tiefe == self._event_tiefe:
                self._add_ereignis(self._angaben)
                self._angaben = None
        elif _localname(tag) == "trace":
            self._add_fall()
        self._tiefe -= 1

    def close(self) -> None:
        """The file ended."""

    def _add_ereignis(self, angaben: Mapping[str, str]) -> None:
        self._aufbau.ereignisse += 1
        name = angaben.get("concept:name")
        zeit = self._zeiten.read(angaben.get("time:timestamp"))
        if zeit is None:
            self._aufbau.ohne_zeit += 1
        elif not name:
            self._aufbau.ohne_angabe += 1
        else:
            uebergang, rolle = (
                angaben.get("lifecycle:transition", ""),
                angaben.get("org:role") or angaben.get("org:group"),
            )
            self._ereignisse.append(Ereignis(zeit, name, uebergang, angaben.get("concept:instance"), rolle))

    def _add_fall(self) -> None:
        if self._ereignisse:
            zeiten = [ereignis.zeit_us for ereignis in self._ereignisse]
            self._aufbau.add_fall(min(zeiten), max(zeiten), pair(self._ereignisse))
            self._ereignisse = []


def _localname(tag: str) -> str:
    return tag.rpartition("}")[2]
