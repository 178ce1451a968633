"""A version as files for people and other tools: original, executable, simplified, with its settings, as settings.

Each file that is made here says what it is, so that it is recognised when somebody uploads it again.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from enum import StrEnum
from typing import Any

from engine.bpmn import export
from engine.bpmn.ergebnis import Schritt
from engine.bpmn.mitgebracht import Gezeichnet, read_ereignisse
from engine.katalog.ereignisse import ZEITARTEN
from engine.katalog.mitgebracht import FORMULAR
from engine.katalog.schreiben import as_ziel, settings_of, write_toml
from engine.model import Prozessversion

#: Camunda sorts by a number, higher first
_PRIORITAET = {"sofort": "100", "hoch": "75", "mittel": "50", "normal": "25"}
_HERKUNFT = re.compile(rb'exporter="Hilfefluss"\s+exporterVersion="([^"]{1,300})/(\d{1,6})/([a-z]{1,20})"')
_ARCHIV = "Hilfefluss "
_IM_ARCHIV = re.compile(rb"Hilfefluss (.{1,300})/(\d{1,6})/(paket)\Z")
_KOPF = 20_000
#: property of an element -> table of the settings
_EINZELN = {
    "meilenstein": "meilensteine",
    "verzweigung": "verzweigungen",
    "aufruf": "aufrufe",
    "ereignis": "ereignisse",
}


class Ausgabe(StrEnum):
    """Kinds of files."""

    ORIGINAL = "original"
    AUSFUEHRBAR = "ausfuehrbar"
    VEREINFACHT = "vereinfacht"
    EINGERICHTET = "eingerichtet"
    EINRICHTUNG = "einrichtung"
    PAKET = "paket"


def write(version: Prozessversion, art: Ausgabe) -> bytes:
    """The file of this kind."""
    herkunft = f"{version.kennung}/{version.nummer}/{art.value}"
    match art:
        case Ausgabe.ORIGINAL:
            return version.original
        case Ausgabe.AUSFUEHRBAR:
            return export.write_ausfuehrbar(version.ausfuehrbar, herkunft)
        case Ausgabe.VEREINFACHT:
            return export.write_vereinfacht(version.original, herkunft)
        case Ausgabe.EINGERICHTET:
            return export.write_eingerichtet(version.original, _beschriftungen(version), herkunft)
        case Ausgabe.EINRICHTUNG:
            return _settings(version)
        case Ausgabe.PAKET:
            return _folder(version, herkunft)


def _settings(version: Prozessversion) -> bytes:
    tag = version.hochgeladen_am.date()
    return write_toml(version.kennung, version.name or version.kennung, version.einrichtung, tag).encode()


def _folder(version: Prozessversion, herkunft: str) -> bytes:
    """The process folder as a zip file; the same version gives the same bytes, so that it is recognised."""
    dateien = {f"{version.kennung}.bpmn": version.original, "prozess.toml": _settings(version)}
    for name, schema in sorted(version.formulare.items()):
        dateien[f"formulare/{name}.form"] = json.dumps(schema, ensure_ascii=False, indent=2).encode()
    for name, text in sorted(version.entscheidungsdateien().items()):
        dateien[f"entscheidungen/{name}.dmn"] = text
    strom = io.BytesIO()
    with zipfile.ZipFile(strom, "w") as ziel:
        ziel.comment = f"{_ARCHIV}{herkunft}".encode()
        for pfad, inhalt in dateien.items():
            eintrag = zipfile.ZipInfo(f"{version.kennung}/{pfad}")
            eintrag.compress_type, eintrag.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            ziel.writestr(eintrag, inhalt)
    return strom.getvalue()


def file_name(version: Prozessversion, art: Ausgabe) -> str:
    """What the file is called on the machine of the person."""
    if art is Ausgabe.ORIGINAL:
        return version.dateiname
    if art is Ausgabe.EINRICHTUNG:
        return "prozess.toml"
    if art is Ausgabe.PAKET:
        return f"{version.kennung}.zip"
    return f"{version.kennung}-v{version.nummer}-{art.value}.bpmn"


def read_herkunft(inhalt: bytes) -> tuple[str, int, Ausgabe] | None:
    """Process, number and kind that a file of ours names; it still has to be compared."""
    treffer = _HERKUNFT.search(inhalt[:_KOPF]) or _IM_ARCHIV.search(inhalt[-_KOPF:])
    if treffer is None or treffer[3].decode() not in set(Ausgabe):
        return None
    return treffer[1].decode("utf-8", "replace"), int(treffer[2]), Ausgabe(treffer[3].decode())


def _beschriftungen(version: Prozessversion) -> dict[str, export.Beschriftung]:
    """What is written at each element of the drawing."""
    verzweigungen = version.einrichtung.get("verzweigungen", {}).values()
    gesammelt = {
        fluss: export.Beschriftung(bedingung=text)
        for verzweigung in verzweigungen
        for fluss, text in verzweigung.get("bedingungen", {}).items()
    }
    gezeichnet = read_ereignisse(version.original) if version.einrichtung.get("ereignisse") else {}
    gesammelt |= {s.element: _step(version, s, gezeichnet.get(s.element)) for s in version.schrittliste()}
    gesammelt[version.kennung] = export.Beschriftung(angaben=_process(version))
    return {element: b for element, b in gesammelt.items() if b != export.Beschriftung()}


def _process(version: Prozessversion) -> dict[str, str]:
    """Our properties of the process as a whole; its forms stand there, since a drawing has no place for them."""
    einrichtung = version.einrichtung
    daten = {
        "lanes": {lane: as_ziel(ziel) for lane, ziel in einrichtung.get("lanes", {}).items()},
        "ziel": einrichtung.get("ziel"),
        "variablen": einrichtung.get("variablen"),
        "steckbrief": einrichtung.get("steckbrief"),
    } | {f"{FORMULAR}{name}": schema for name, schema in sorted(version.formulare.items())}
    return {name: _plain(wert) for name, wert in daten.items() if wert}


def _step(version: Prozessversion, schritt: Schritt, gezeichnet: Gezeichnet | None) -> export.Beschriftung:
    """Our properties, Camunda's attributes and the standard's for one element."""
    element = schritt.element
    einzeln = {name: version.einrichtung.get(tabelle, {}).get(element) for name, tabelle in _EINZELN.items()}
    angaben = settings_of(version.aufgaben_einstellung(element)) | {k: v for k, v in einzeln.items() if v}
    standard = {"calledElement": einzeln["aufruf"]} if einzeln["aufruf"] else {}
    if sonst := (einzeln["verzweigung"] or {}).get("sonst"):
        standard["default"] = sonst
    ereignis = einzeln["ereignis"] or {}
    name = ereignis.get("nachricht", "")
    return export.Beschriftung(
        attribute=_camunda(version, schritt),
        standard=standard,
        angaben={k: _plain(v) for k, v in angaben.items()},
        zeit=(ZEITARTEN[ereignis["zeit_art"]], ereignis["zeit"]) if ereignis.get("zeit") else ("", ""),
        nachricht=(gezeichnet.art if gezeichnet else "message", name) if name else ("", ""),
    )


def _camunda(version: Prozessversion, schritt: Schritt) -> dict[str, str]:
    """What Camunda 7 shows at this element."""
    aufgabe, attribute = version.aufgaben_einstellung(schritt.element), {}
    if schritt.bpmn_typ == "userTask":
        if gruppe := version.einrichtung.get("lanes", {}).get(schritt.lane or ""):
            attribute["candidateGroups"] = gruppe
        if aufgabe.get("prioritaet"):
            attribute["priority"] = _PRIORITAET[aufgabe["prioritaet"]]
        if aufgabe.get("formular"):
            attribute["formRef"] = aufgabe["formular"]
    if aufgabe.get("entscheidung"):
        attribute["decisionRef"] = aufgabe["entscheidung"]
    return attribute


def _plain(wert: Any) -> str:
    if isinstance(wert, str):
        return wert
    return json.dumps(wert, ensure_ascii=False, separators=(",", ":"))
