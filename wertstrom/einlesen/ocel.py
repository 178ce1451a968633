"""Reads object-centric logs (OCEL 2.0) as JSON, XML or SQLite: the objects of one type are the Faelle.

Owns the choice of that type and the kinds of files. An event of several such objects belongs to each of them.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from engine.errors import Invalid
from wertstrom.einlesen import ocelsqlite
from wertstrom.einlesen.attribute import FALL, NAME, ZEIT, Sammler, bedeutung_of_ereignis, bedeutung_of_fall
from wertstrom.einlesen.block import Block
from wertstrom.einlesen.datei import Dateiart, open_strom
from wertstrom.einlesen.xmlstrom import feed, localname

#: JSON has to be in memory as a whole
_JSON_HOECHSTENS = 256 << 20
_TEILE = frozenset({"object-types", "event-types", "objects", "events"})


def count_objekttypen(datei: Path, art: Dateiart, hoechstens: int) -> dict[str, int]:
    """Type of object → number of its objects; empty for a file that is no OCEL."""
    if art == Dateiart.SQLITE:
        return ocelsqlite.count_objekttypen(datei)
    if art == Dateiart.JSON:
        return dict(Counter(typ for _, typ, _ in _json_objects(_read_json(datei, hoechstens))))
    if art == Dateiart.OCEL_XML:
        return dict(_scan(datei, None, hoechstens).anzahl)
    return {}


def is_ocel(datei: Path, hoechstens: int) -> bool:
    """Whether XML with the root `log` is OCEL and not XES; raises `Invalid` for any other root."""
    wurzel = _Wurzel()
    for _ in feed(datei, hoechstens, wurzel):
        if len(wurzel.namen) > 1:
            break
    return len(wurzel.namen) > 1 and wurzel.namen[1] in _TEILE


def choose_objekttyp(typen: Mapping[str, int], gewaehlt: str | None) -> str:
    """The type that is a Fall: the one that was said, or the only one there is."""
    if gewaehlt in typen:
        return str(gewaehlt)
    if gewaehlt is None and len(typen) == 1:
        return next(iter(typen))
    namen = ", ".join(f"„{typ[:40]}“ ({zahl})" for typ, zahl in sorted(typen.items(), key=lambda t: -t[1])[:20])
    raise Invalid(
        f"Einlesen nicht möglich: Das Protokoll hat mehrere Arten von Objekten: {namen}. "
        "Bitte wählen Sie die Art, die ein Fall ist (--objekttyp)."
        if typen and gewaehlt is None
        else f"Einlesen nicht möglich: Die gewählte Art von Objekten kommt nicht vor. Es gibt: {namen or 'keine'}."
    )


class Ocel:
    """One object-centric file, flattened to the objects of `typ`."""

    def __init__(self, datei: Path, art: Dateiart, typ: str, spalten: Mapping[str, str], hoechstens: int) -> None:
        self._datei, self._art, self._typ, self._hoechstens = datei, art, typ, hoechstens
        self._vorgabe = {attribut: bedeutung for bedeutung, attribut in spalten.items()}

    def bloecke(self) -> Iterator[Block]:
        """One row per event and Fall."""
        sammler = Sammler()
        groesse = self._datei.stat().st_size
        for anteil, zeile in self._zeilen():
            sammler.add(zeile)
            if sammler.ist_voll:
                yield sammler.take(int(groesse * anteil))
        if len(sammler):
            yield sammler.take(groesse)

    def _zeilen(self) -> Iterator[tuple[float, Mapping[str, str | None]]]:
        if self._art == Dateiart.SQLITE:
            return ocelsqlite.read_zeilen(self._datei, self._typ, self._vorgabe)
        if self._art == Dateiart.JSON:
            return self._json_zeilen()
        return self._xml_zeilen()

    def _json_zeilen(self) -> Iterator[tuple[float, Mapping[str, str | None]]]:
        log = _read_json(self._datei, self._hoechstens)
        faelle = {
            nummer: case_of(attribute, self._vorgabe)
            for nummer, typ, attribute in _json_objects(log)
            if typ == self._typ
        }
        ereignisse = _list(log, "events")
        for n, ereignis in enumerate(ereignisse):
            kopf = event_of(ereignis.get("type"), ereignis.get("time"), _pairs(ereignis), self._vorgabe)
            bezuege = dict.fromkeys(str(b.get("objectId")) for b in _list(ereignis, "relationships"))
            for nummer in bezuege:
                if nummer in faelle:
                    yield n / len(ereignisse), {**faelle[nummer], **kopf, FALL: nummer}

    def _xml_zeilen(self) -> Iterator[tuple[float, Mapping[str, str | None]]]:
        faelle = {
            nummer: case_of(attribute, self._vorgabe)
            for nummer, attribute in _scan(self._datei, self._typ, self._hoechstens).objekte.items()
        }
        empfaenger = _Ereignisse()
        groesse = max(1, self._datei.stat().st_size)
        for strom in feed(self._datei, self._hoechstens, empfaenger):
            fertige, empfaenger.fertige = empfaenger.fertige, []
            for attribute, angaben, bezuege in fertige:
                kopf = event_of(attribute.get("type"), attribute.get("time"), angaben, self._vorgabe)
                for nummer in bezuege:
                    if nummer in faelle:
                        yield strom.gelesen / groesse, {**faelle[nummer], **kopf, FALL: nummer}


def event_of(typ: object, zeit: object, attribute: Mapping[str, object], vorgabe: Mapping[str, str]) -> dict[str, Any]:
    """What is read of one event."""
    zeile: dict[str, Any] = {NAME: typ and str(typ), ZEIT: zeit and str(zeit)}
    for name, wert in attribute.items():
        if (bedeutung := bedeutung_of_ereignis(name, vorgabe)) and wert is not None:
            zeile[bedeutung] = str(wert)
    return zeile


def case_of(attribute: Mapping[str, object], vorgabe: Mapping[str, str]) -> dict[str, Any]:
    """What is read of one object."""
    return {
        bedeutung: str(wert)
        for name, wert in attribute.items()
        if (bedeutung := bedeutung_of_fall(name, vorgabe)) and wert is not None
    }


# --- JSON -----------------------------------------------------------------------------------------------------------


def _read_json(datei: Path, hoechstens: int) -> Mapping[str, Any]:
    with open_strom(datei, min(hoechstens, _JSON_HOECHSTENS)) as strom:
        text = io.BufferedReader(strom, 1 << 20).read()
    try:
        log = orjson.loads(text.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as fehler:
        raise Invalid(
            f"Das Protokoll kann nicht gelesen werden: In Zeile {fehler.lineno} ist das JSON beschädigt. "
            "Bitte exportieren Sie die Datei erneut."
        ) from None
    if not isinstance(log, dict) or "events" not in log or "objects" not in log:
        raise Invalid(
            "Das Protokoll kann nicht gelesen werden: Die Datei ist JSON, aber kein OCEL 2.0 (events und objects). "
            "Bitte wählen Sie eine andere Datei."
        )
    return log


def _json_objects(log: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, object]]]:
    for objekt in _list(log, "objects"):
        yield str(objekt.get("id")), str(objekt.get("type")), _pairs(objekt)


def _list(teil: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    werte = teil.get(name)
    return [wert for wert in werte if isinstance(wert, dict)] if isinstance(werte, list) else []


def _pairs(teil: Mapping[str, Any]) -> dict[str, object]:
    """Attributes by name; of one that changed, the first value."""
    paare: dict[str, object] = {}
    for attribut in _list(teil, "attributes"):
        paare.setdefault(str(attribut.get("name")), attribut.get("value"))
    return paare


# --- XML ------------------------------------------------------------------------------------------------------------


class _Wurzel:
    """The first two elements."""

    def __init__(self) -> None:
        self.namen: list[str] = []

    def start(self, tag: str, _attribute: Mapping[str, str]) -> None:
        """An element opens."""
        if len(self.namen) < 2:
            self.namen.append(localname(tag))
        if self.namen[0] != "log":
            raise Invalid(
                "Das Protokoll kann nicht gelesen werden: Die Datei ist XML, aber kein XES und kein OCEL (Wurzel log). "
                "Bitte wählen Sie eine andere Datei."
            )

    def end(self, tag: str) -> None:
        """Nothing."""


class _Teile:
    """Attributes of the objects or events of a file: `<attribute name="…">value</attribute>`."""

    element = ""

    def __init__(self) -> None:
        self._offen: Mapping[str, str] | None = None
        self._angaben: dict[str, object] = {}
        self._bezuege: dict[str, None] = {}
        self._name: str | None = None
        self._text: list[str] = []

    def start(self, tag: str, attribute: Mapping[str, str]) -> None:
        """An element opens."""
        name = localname(tag)
        if self._offen is None:
            if name == self.element:
                # lxml reuses what it hands over.
                self._offen, self._angaben, self._bezuege = dict(attribute), {}, {}
        elif name == "attribute":
            self._name, self._text = attribute.get("name", ""), []
        elif name in ("relationship", "object"):
            self._bezuege[attribute.get("object-id", "")] = None

    def data(self, text: str) -> None:
        """Text of the element that is open."""
        if self._name is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """An element closes."""
        name = localname(tag)
        if self._name is not None and name == "attribute":
            self._angaben.setdefault(self._name, "".join(self._text).strip())
            self._name = None
        elif self._offen is not None and name == self.element:
            self.found(self._offen, self._angaben, list(self._bezuege))
            self._offen = None

    def found(self, attribute: Mapping[str, str], angaben: dict[str, object], bezuege: list[str]) -> None:
        """One is complete."""
        raise NotImplementedError


class _Objekte(_Teile):
    """Counts objects by type, and keeps those of one."""

    element = "object"

    def __init__(self, typ: str | None) -> None:
        super().__init__()
        self.anzahl: Counter[str] = Counter()
        self.objekte: dict[str, dict[str, object]] = {}
        self._typ = typ

    def found(self, attribute: Mapping[str, str], angaben: dict[str, object], _bezuege: list[str]) -> None:
        """One is complete; without a type it is a reference inside an event."""
        if "type" in attribute:
            self.anzahl[attribute["type"]] += 1
            if attribute["type"] == self._typ:
                self.objekte[attribute.get("id", "")] = angaben


class _Ereignisse(_Teile):
    """Hands out events."""

    element = "event"

    def __init__(self) -> None:
        super().__init__()
        self.fertige: list[tuple[Mapping[str, str], dict[str, object], list[str]]] = []

    def found(self, attribute: Mapping[str, str], angaben: dict[str, object], bezuege: list[str]) -> None:
        """One is complete."""
        self.fertige.append((attribute, angaben, bezuege))


def _scan(datei: Path, typ: str | None, hoechstens: int) -> _Objekte:
    objekte = _Objekte(typ)
    for _ in feed(datei, hoechstens, objekte):
        pass
    return objekte
