"""Mapping profiles: how a file of one kind is read, kept as TOML and applied to the next one.

Owns the format. A profile holds names of columns and of steps, never a value of a case and never a key.
"""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import Invalid
from wertstrom.einlesen.spalten import is_bedeutung
from wertstrom.einlesen.vorgaben import Vorgaben, read_zone

_GROESSE = 1 << 20
#: fields of `Vorgaben` that a profile carries, by the kind of their values
_TEXTE = ("form", "zeichensatz", "trenner", "blatt", "objekttyp")
_LISTEN = ("enden", "verworfen", "geprueft", "schritte")
_TABELLEN = ("spalten", "meilensteine")


def write_profil(vorgaben: Vorgaben) -> str:
    """The profile as TOML."""
    zeilen = ["# Wie eine Datei dieser Art eingelesen wird (hilfefluss wertstrom einlesen --profil)."]
    for name in _TEXTE:
        if wert := getattr(vorgaben, name):
            zeilen.append(f"{name} = {_quote(wert)}")
    if vorgaben.kopfzeile is not None:
        zeilen.append(f"kopfzeile = {vorgaben.kopfzeile}")
    if isinstance(vorgaben.zone, ZoneInfo):
        zeilen.append(f"zeitzone = {_quote(vorgaben.zone.key)}")
    for name in _LISTEN:
        if werte := getattr(vorgaben, name):
            zeilen.append(f"{name} = [{', '.join(map(_quote, werte))}]")
    for name in _TABELLEN:
        tabelle: Mapping[str, str] = getattr(vorgaben, name)
        if tabelle:
            zeilen += ["", f"[{name}]", *(f"{_quote(k)} = {_quote(w)}" for k, w in tabelle.items())]
    return "\n".join(zeilen) + "\n"


def read_profil(datei: Path, vorgaben: Vorgaben | None = None) -> Vorgaben:
    """The same Vorgaben with what the profile says; raises `Invalid` with every mistake at once."""
    try:
        with datei.open("rb") as offen:
            return parse_profil(offen.read(_GROESSE + 1), vorgaben)
    except OSError:
        raise _unreadable() from None


def parse_profil(inhalt: bytes, vorgaben: Vorgaben | None = None) -> Vorgaben:
    """The same for a profile in memory."""
    try:
        if len(inhalt) > _GROESSE:
            raise ValueError
        angaben = tomllib.loads(inhalt.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _unreadable() from None
    return dataclasses.replace(vorgaben or Vorgaben(), **_checked(angaben))


def _unreadable() -> Invalid:
    return Invalid(
        "Einlesen nicht möglich: Das Profil ist nicht lesbar. Erwartet wird eine TOML-Datei, "
        "wie sie nach einem Einlesen gespeichert werden kann."
    )


def _checked(angaben: Mapping[str, Any]) -> dict[str, Any]:
    werte: dict[str, Any] = {}
    fehler: dict[str, str] = {}
    for name, wert in angaben.items():
        try:
            werte["zone" if name == "zeitzone" else name] = _value(name, wert)
        except (ValueError, Invalid) as grund:
            fehler[name] = str(grund)
    if fehler:
        raise Invalid(
            "Einlesen nicht möglich: Das Profil ist nicht verständlich: "
            + "; ".join(f"„{name[:40]}“ {grund}" for name, grund in fehler.items())
            + ". Bitte berichtigen Sie diese Angaben.",
            felder=fehler,
        )
    return werte


def _value(name: str, wert: object) -> object:
    if name == "zeitzone" and isinstance(wert, str):
        return read_zone(wert)
    if name == "kopfzeile" and isinstance(wert, int) and 0 < wert < 1_000_000:
        return wert
    if name in _TEXTE and isinstance(wert, str):
        return wert
    if name in _LISTEN and isinstance(wert, Sequence) and all(isinstance(w, str) for w in wert):
        return tuple(wert)
    if name in _TABELLEN and isinstance(wert, Mapping) and all(isinstance(w, str) for w in wert.values()):
        if name == "spalten" and (fremde := [b for b in wert if not is_bedeutung(b)]):
            raise ValueError(f"kennt die Bedeutung {fremde[0][:40]} nicht")
        return dict(wert)
    raise ValueError(
        "gibt es nicht" if name not in {*_TEXTE, *_LISTEN, *_TABELLEN, "zeitzone", "kopfzeile"} else "passt nicht"
    )


def _quote(text: str) -> str:
    """A TOML string; JSON strings are such, but for surrogates that no text has and for DEL."""
    return re.sub("\x7f", r"\\u007f", json.dumps(text, ensure_ascii=False))
