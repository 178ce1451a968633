"""Judges what other systems send: names, keys and variables. Everything here may be hostile; nothing is executed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from typing import Any

import orjson

from engine import errors
from engine.bpmn.regeln import automatik

MAX_TEXT = 200
MAX_NAMEN = 100
MAX_BYTES = 64 * 1024
MAX_TIEFE = 20
_MAX_GANZZAHL = 2**53


def check_text(feld: str, wert: object) -> str:
    """A name or key: 1 to `MAX_TEXT` printable characters.

    Raises
    ------
    errors.Invalid
        Naming the field, never the value.
    """
    if not isinstance(wert, str) or not 0 < len(wert) <= MAX_TEXT or not wert.isprintable() or wert != wert.strip():
        text = f"„{feld}“ ist ein Text mit 1 bis {MAX_TEXT} druckbaren Zeichen, ohne Leerzeichen am Rand."
        raise errors.Invalid(f"Annehmen nicht möglich: {text}", felder={feld: text})
    return wert


def check_variablen(variablen: object) -> dict[str, Any]:
    """Steering data S0 from outside: JSON, within the size budget, only names that a model itself may set.

    Raises
    ------
    errors.Invalid
        Naming what does not fit, never a value.
    """
    if not isinstance(variablen, Mapping) or not all(isinstance(name, str) for name in variablen):
        raise _refused("Die Variablen sind kein JSON-Objekt.")
    if len(variablen) > MAX_NAMEN:
        raise _refused(f"Es sind mehr als {MAX_NAMEN} Variablen.")
    if wrong := [name for name in variablen if not automatik.is_setzbar(name)]:
        raise _refused(f"Die Variable „{wrong[0][:60]}“ kann nicht gesetzt werden.")
    _check_wert(variablen, 0)
    try:
        size = len(orjson.dumps(dict(variablen)))
    except (TypeError, ValueError) as error:
        raise _refused("Die Variablen sind kein gültiges JSON.") from error
    if size > MAX_BYTES:
        raise _refused(f"Die Variablen sind größer als {MAX_BYTES // 1024} KiB.")
    return dict(variablen)


def checksum(variablen: Mapping[str, Any]) -> str:
    """SHA-256 of checked variables, hex; the order of their names does not matter."""
    return hashlib.sha256(orjson.dumps(dict(variablen), option=orjson.OPT_SORT_KEYS)).hexdigest()


def check_ergebnis(werte: Mapping[str, Any]) -> dict[str, Any]:
    """Result of a service of this product: JSON within the budget; its names are the service's own."""
    _check_wert(werte, 0)
    if len(orjson.dumps(dict(werte))) > MAX_BYTES:
        raise _refused(f"Das Ergebnis ist größer als {MAX_BYTES // 1024} KiB.")
    return dict(werte)


def _check_wert(wert: object, tiefe: int) -> None:
    if tiefe > MAX_TIEFE:
        raise _refused(f"Die Variablen sind tiefer als {MAX_TIEFE} Ebenen verschachtelt.")
    if isinstance(wert, str):
        if "\0" in wert:  # PostgreSQL stores none
            raise _refused("Ein Text enthält ein Nullzeichen.")
    elif isinstance(wert, Mapping):
        for name, inner in wert.items():
            _check_wert(name, tiefe)
            _check_wert(inner, tiefe + 1)
    elif isinstance(wert, list | tuple):
        for inner in wert:
            _check_wert(inner, tiefe + 1)
    elif not _is_scalar(wert):
        raise _refused("Ein Wert ist weder Text noch Zahl, Wahrheitswert, Liste oder Objekt.")


def _is_scalar(wert: object) -> bool:
    if wert is None or isinstance(wert, bool):
        return True
    if isinstance(wert, int):
        return abs(wert) <= _MAX_GANZZAHL  # beyond it, other systems read another number
    return isinstance(wert, float) and math.isfinite(wert)


def _refused(text: str) -> errors.Invalid:
    return errors.Invalid(f"Annehmen nicht möglich: {text}", felder={"variablen": text})
