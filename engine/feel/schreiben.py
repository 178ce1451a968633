"""FEEL values as text, as `string()` gives them."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.lauf import Lauf
from engine.feel.werte import Bereich, Funktion
from engine.feel.zeit import schreiben

#: numbers with more zeros than this are written with an exponent
_MAX_NULLEN = 60


def write(wert: object, lauf: Lauf) -> str:
    """Text of any value; strings inside of lists and contexts are quoted."""
    lauf.charge(8)
    if isinstance(wert, list):
        return f"[{', '.join(_inner(teil, lauf) for teil in wert)}]"
    if isinstance(wert, dict):
        return f"{{{', '.join(f'{_key(name)}: {_inner(teil, lauf)}' for name, teil in wert.items())}}}"
    if isinstance(wert, Bereich):
        return _range(wert, lauf)
    return _simple(wert)


def _simple(wert: object) -> str:
    if isinstance(wert, str):
        return wert
    if isinstance(wert, bool):
        return "true" if wert else "false"
    if isinstance(wert, Decimal):
        return number(wert)
    if isinstance(wert, Funktion):
        return f"function({', '.join(wert.parameter or ())})"
    return schreiben.text(wert) or "null"


def number(zahl: Decimal) -> str:
    """A number without exponent, unless it has very many zeros."""
    if abs(zahl.adjusted()) > _MAX_NULLEN:
        return str(zahl.normalize())
    text = f"{zahl:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _inner(wert: object, lauf: Lauf) -> str:
    if isinstance(wert, str):
        lauf.charge(len(wert) >> 6)
        return '"' + wert.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return write(wert, lauf)


def _key(name: str) -> str:
    return name if name.replace(" ", "_").isidentifier() else _quoted(name)


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _range(wert: Bereich, lauf: Lauf) -> str:
    if wert.op:
        return f"({wert.op} {_inner(wert.bis if wert.von_fehlt else wert.von, lauf)})"
    links, rechts = "(" if wert.von_offen else "[", ")" if wert.bis_offen else "]"
    return f"{links}{_inner(wert.von, lauf)}..{_inner(wert.bis, lauf)}{rechts}"
