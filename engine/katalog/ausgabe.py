"""A version as files for people and other tools: original, executable, simplified, with its settings, as settings.

Each file that is made here says what it is, so that it is recognised when somebody uploads it again.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from engine.bpmn import export
from engine.katalog.schreiben import write_toml
from engine.katalog.verzweigungen import AUSDRUCK
from engine.model import Prozessversion

#: Camunda sorts by a number, higher first
_PRIORITAET = {"sofort": "100", "hoch": "75", "mittel": "50", "normal": "25"}
_HERKUNFT = re.compile(rb'exporter="Hilfefluss"\s+exporterVersion="([^"]{1,300})/(\d{1,6})/([a-z]{1,20})"')
_KOPF = 20_000


class Ausgabe(StrEnum):
    """Kinds of files."""

    ORIGINAL = "original"
    AUSFUEHRBAR = "ausfuehrbar"
    VEREINFACHT = "vereinfacht"
    EINGERICHTET = "eingerichtet"
    EINRICHTUNG = "einrichtung"


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
            tag = version.hochgeladen_am.date()
            return write_toml(version.kennung, version.name or version.kennung, version.einrichtung, tag).encode()


def file_name(version: Prozessversion, art: Ausgabe) -> str:
    """What the file is called on the machine of the person."""
    if art is Ausgabe.ORIGINAL:
        return version.dateiname
    if art is Ausgabe.EINRICHTUNG:
        return "prozess.toml"
    return f"{version.kennung}-v{version.nummer}-{art.value}.bpmn"


def read_herkunft(inhalt: bytes) -> tuple[str, int, Ausgabe] | None:
    """Process, number and kind that a file of ours names; it still has to be compared."""
    treffer = _HERKUNFT.search(inhalt[:_KOPF])
    if treffer is None or treffer[3].decode() not in set(Ausgabe):
        return None
    return treffer[1].decode("utf-8", "replace"), int(treffer[2]), Ausgabe(treffer[3].decode())


def _beschriftungen(version: Prozessversion) -> dict[str, export.Beschriftung]:
    """What is written at each element of the drawing."""
    einrichtung = version.einrichtung
    gesammelt: dict[str, export.Beschriftung] = {}
    for schritt in version.schrittliste():
        angaben, attribute, standard = _step(version, schritt.element, schritt.lane)
        if angaben or attribute or standard:
            gesammelt[schritt.element] = export.Beschriftung(attribute, standard, angaben)
    for gateway, verzweigung in einrichtung.get("verzweigungen", {}).items():
        if verzweigung["art"] == AUSDRUCK:
            for fluss, text in verzweigung.get("bedingungen", {}).items():
                gesammelt[fluss] = export.Beschriftung(bedingung=text)
            if sonst := verzweigung.get("sonst"):
                gesammelt[gateway] = export.Beschriftung(standard={"default": sonst})
    return gesammelt


def _step(
    version: Prozessversion, element: str, lane: str | None
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Our properties, Camunda's attributes and the standard's for one element."""
    aufgabe = version.aufgaben_einstellung(element)
    schritt = version.schritt(element)
    angaben = {k: _plain(v) for k, v in aufgabe.items() if not isinstance(v, dict)}
    if meilenstein := version.einrichtung.get("meilensteine", {}).get(element):
        angaben["meilenstein"] = meilenstein
    attribute: dict[str, str] = {}
    if schritt is not None and schritt.bpmn_typ == "userTask":
        if gruppe := version.einrichtung.get("lanes", {}).get(lane or ""):
            attribute["candidateGroups"] = gruppe
        if aufgabe.get("prioritaet"):
            attribute["priority"] = _PRIORITAET[aufgabe["prioritaet"]]
        if aufgabe.get("formular"):
            attribute["formRef"] = aufgabe["formular"]
    if aufgabe.get("entscheidung"):
        attribute["decisionRef"] = aufgabe["entscheidung"]
    ruf = version.einrichtung.get("aufrufe", {}).get(element)
    return angaben, attribute, {"calledElement": ruf} if ruf else {}


def _plain(wert: Any) -> str:
    return ("true" if wert else "false") if isinstance(wert, bool) else str(wert)
