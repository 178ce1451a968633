"""Writes OCEL 2.0 as JSON and as XML: a Fall is an object of the type Vorgang, a transition of a run an event."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from xml.sax.saxutils import escape, quoteattr

import orjson

from wertstrom.ausgabe.zeilen import Fall, Vorfall, clean, faelle_of
from wertstrom.ereignisprotokoll import Protokoll

OBJEKTTYP = "Vorgang"
#: attributes of objects have a time from which they hold
ANFANG = "1970-01-01T00:00:00Z"


def attributes_of(vorfall: Vorfall) -> dict[str, str]:
    """Everything that is said of an event, besides its type and time."""
    return {"lifecycle": vorfall.uebergang, **vorfall.angaben}


def write_json(teile: Iterable[Protokoll], ziel: Path) -> None:
    """All parts as one log."""
    typen, namen = _Namen(), _Namen()
    with TemporaryFile("w+b") as objekte, ziel.open("wb") as datei:
        datei.write(b'{"events":[')
        trennen, trennen_objekt = _separator(datei), _separator(objekte)
        for nummer, vorfall, fall in _all(teile, objekte, trennen_objekt, _json_object, namen):
            typen.add(vorfall.name, attributes_of(vorfall))
            trennen()
            datei.write(
                orjson.dumps(
                    {
                        "id": f"e{nummer}",
                        "type": vorfall.name,
                        "time": vorfall.zeit,
                        "attributes": [{"name": k, "value": w} for k, w in attributes_of(vorfall).items()],
                        "relationships": [{"objectId": fall.nummer, "qualifier": OBJEKTTYP}],
                    }
                )
            )
        datei.write(b'],"objects":[')
        objekte.seek(0)
        shutil.copyfileobj(objekte, datei)
        rest = {"eventTypes": typen.as_json(), "objectTypes": namen.as_json()}
        datei.write(b"]," + orjson.dumps(rest)[1:])


def write_xml(teile: Iterable[Protokoll], ziel: Path) -> None:
    """All parts as one log."""
    typen, namen = _Namen(), _Namen()
    with TemporaryFile("w+b") as ereignisse, TemporaryFile("w+b") as objekte:
        for nummer, vorfall, fall in _all(teile, objekte, lambda: None, _xml_object, namen):
            typen.add(vorfall.name, attributes_of(vorfall))
            angaben = "".join(
                f"<attribute name={quoteattr(k)}>{escape(clean(w))}</attribute>"
                for k, w in attributes_of(vorfall).items()
            )
            kopf = f"<event id='e{nummer}' type={quoteattr(clean(vorfall.name))} time={quoteattr(vorfall.zeit)}>"
            bezug = f"<relationship object-id={quoteattr(fall.nummer)} qualifier='{OBJEKTTYP}'/>"
            ereignisse.write(f"{kopf}<attributes>{angaben}</attributes><objects>{bezug}</objects></event>\n".encode())
        with ziel.open("wb") as datei:
            datei.write(b"<?xml version='1.0' encoding='UTF-8'?>\n<log>\n")
            datei.write(namen.as_xml("object").encode() + typen.as_xml("event").encode())
            for name, strom in (("objects", objekte), ("events", ereignisse)):
                strom.seek(0)
                datei.write(f"<{name}>\n".encode())
                shutil.copyfileobj(strom, datei)
                datei.write(f"</{name}>\n".encode())
            datei.write(b"</log>\n")


class _Namen:
    """Types with the names of their attributes."""

    def __init__(self) -> None:
        self._typen: dict[str, dict[str, None]] = {}

    def add(self, typ: str, attribute: Iterable[str]) -> None:
        """One more event or object."""
        self._typen.setdefault(typ, {}).update(dict.fromkeys(attribute))

    def as_json(self) -> list[dict[str, object]]:
        """As OCEL declares them."""
        return [
            {"name": typ, "attributes": [{"name": name, "type": "string"} for name in namen]}
            for typ, namen in self._typen.items()
        ]

    def as_xml(self, art: str) -> str:
        """The same as XML."""
        typen = "".join(
            f"<{art}-type name={quoteattr(clean(typ))}><attributes>"
            + "".join(f"<attribute name={quoteattr(name)} type='string'/>" for name in namen)
            + f"</attributes></{art}-type>\n"
            for typ, namen in self._typen.items()
        )
        return f"<{art}-types>\n{typen}</{art}-types>\n"


def _all(
    teile: Iterable[Protokoll],
    objekte: IO[bytes],
    trennen: Callable[[], None],
    form: Callable[[Fall], bytes],
    namen: _Namen,
) -> Iterator[tuple[int, Vorfall, Fall]]:
    """Every event with its number and Fall; the objects are written aside."""
    nummer = 0
    for teil in teile:
        for fall in faelle_of(teil):
            trennen()
            objekte.write(form(fall))
            namen.add(OBJEKTTYP, fall.angaben)
            for vorfall in fall.vorfaelle():
                nummer += 1
                yield nummer, vorfall, fall


def _json_object(fall: Fall) -> bytes:
    attribute = [{"name": k, "time": ANFANG, "value": w} for k, w in fall.angaben.items()]
    return orjson.dumps({"id": fall.nummer, "type": OBJEKTTYP, "attributes": attribute, "relationships": []})


def _xml_object(fall: Fall) -> bytes:
    angaben = "".join(
        f"<attribute name={quoteattr(k)} time='{ANFANG}'>{escape(clean(w))}</attribute>"
        for k, w in fall.angaben.items()
    )
    return (
        f"<object id={quoteattr(fall.nummer)} type='{OBJEKTTYP}'><attributes>{angaben}</attributes></object>\n".encode()
    )


def _separator(datei: IO[bytes]) -> Callable[[], None]:
    """Writes a comma each time but the first."""
    erster = [True]

    def trennen() -> None:
        if not erster[0]:
            datei.write(b",\n")
        erster[0] = False

    return trennen
