"""Writes what was set up for a version as ``prozess.toml``, the inverse of reading a process folder.

Values are plain JSON; keys that only have a meaning inside a database are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from engine.katalog.einrichtung import FELDER_AUFGABE, GRUPPE
from engine.rechte import Rolle

_BLANK = re.compile(r"[A-Za-z0-9_-]+")
_DATUM = re.compile(r"\d{4}-\d{2}-\d{2}")
#: keys whose texts are days
DATUMSFELDER = frozenset({"stand", "geprueft_am", "gueltig_bis"})


def write_toml(kennung: str, name: str, einrichtung: Mapping[str, Any], stand: date) -> str:
    """The settings of a process as text; `stand` is its day if none was set."""
    steckbrief = einrichtung.get("steckbrief") or {}
    kopf = {
        "kennung": kennung,
        "name": name,
        "kurzbeschreibung": steckbrief.get("kurzbeschreibung") or name,
        "verantwortlich": steckbrief.get("verantwortlich") or "modellierung",
        "stand": steckbrief.get("stand") or stand.isoformat(),
    } | {feld: steckbrief[feld] for feld in ("annahmen", "abweichungen") if steckbrief.get(feld)}
    if variablen := einrichtung.get("variablen"):
        kopf["variablen"] = variablen
    if ziel := einrichtung.get("ziel"):
        kopf["ziel"] = ziel
    zeilen = [f"{_key(feld)} = {_value(wert, feld)}" for feld, wert in kopf.items()]
    zeilen += _table(("lanes",), {lane: as_ziel(ziel) for lane, ziel in einrichtung.get("lanes", {}).items()})
    for tabelle in ("meilensteine", "aufrufe"):
        zeilen += _table((tabelle,), einrichtung.get(tabelle, {}))
    for element, aufgabe in einrichtung.get("aufgaben", {}).items():
        zeilen += _table(("aufgaben", element), settings_of(aufgabe))
    for tabelle in ("nachweise", "verzweigungen", "ereignisse"):
        for element, eintrag in einrichtung.get(tabelle, {}).items():
            zeilen += _table((tabelle, element), eintrag)
    for norm in steckbrief.get("rechtsgrundlagen", ()):
        zeilen += ["", "[[rechtsgrundlagen]]"]
        zeilen += [f"{_key(feld)} = {_value(wert, feld)}" for feld, wert in norm.items() if wert is not None]
    return "\n".join(zeilen) + "\n"


def as_ziel(ziel: str) -> str:
    """Who works in a lane, as files say it: a role by its key, a Gruppe of the office with a mark."""
    return ziel if ziel in set(Rolle) else f"{GRUPPE}{ziel}"


def settings_of(aufgabe: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a step that a file holds; the data class of a form is that of its fields."""
    ohne = {"datenklasse"} if "formular" in aufgabe else set()
    art = {"frist_art": "standard"} if aufgabe.get("frist") and not aufgabe.get("frist_art") else {}
    return {k: v for k, v in aufgabe.items() if k in FELDER_AUFGABE and k not in ohne} | art


def _table(pfad: tuple[str, ...], werte: Mapping[str, Any]) -> Iterator[str]:
    if not werte:
        return
    yield ""
    yield f"[{'.'.join(_key(teil) for teil in pfad)}]"
    for feld, wert in werte.items():
        if not isinstance(wert, Mapping):
            yield f"{_key(feld)} = {_value(wert, feld)}"
    for feld, wert in werte.items():
        if isinstance(wert, Mapping):
            yield from _table((*pfad, feld), wert)


def _key(name: str) -> str:
    return name if _BLANK.fullmatch(name) else _text(name)


def _value(wert: Any, feld: str = "") -> str:
    match wert:
        case bool():
            return "true" if wert else "false"
        case int():
            return str(wert)
        case float():
            return repr(wert)
        case str() if feld in DATUMSFELDER and _DATUM.fullmatch(wert):
            return wert
        case str():
            return _text(wert)
        case Mapping():
            return "{ " + ", ".join(f"{_key(k)} = {_value(v, k)}" for k, v in wert.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(_value(teil) for teil in wert) + "]"
    raise TypeError(type(wert))


def _text(text: str) -> str:
    """A basic string of TOML, which escapes like JSON but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
