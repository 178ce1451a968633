"""Arithmetic of decimal128 numbers, strings, dates and durations; anything that has no result is null."""

from __future__ import annotations

from decimal import Decimal

from engine.feel import grenzen
from engine.feel.lauf import Lauf
from engine.feel.werte import RECHNEN, endlich
from engine.feel.zeit import Zeitpunkt
from engine.feel.zeit import rechnen as zeit_rechnen

#: steps of an operation on dates and durations
_KOSTEN_ZEIT = 30
#: the same where the rules of a zone have to be looked up
_KOSTEN_ZONE = 100


def rechne(op: str, a: object, b: object, lauf: Lauf) -> object:
    """``a op b``"""
    if type(a) is Decimal and type(b) is Decimal:
        return _zahlen(op, a, b, lauf)
    if op == "+" and type(a) is str and type(b) is str:
        lauf.check_text(len(a) + len(b))
        return a + b
    lauf.charge(_KOSTEN_ZONE if _has_named_zone(a) or _has_named_zone(b) else _KOSTEN_ZEIT)
    return zeit_rechnen.rechne(op, a, b)


def _has_named_zone(wert: object) -> bool:
    return isinstance(wert, Zeitpunkt) and wert.zeit.zone is not None and wert.zeit.zone.name is not None


def negiere(a: object) -> object:
    """``-a``"""
    return RECHNEN.minus(a) if type(a) is Decimal else zeit_rechnen.negiere(a)


def _zahlen(op: str, a: Decimal, b: Decimal, lauf: Lauf) -> Decimal | None:
    match op:
        case "+":
            return endlich(RECHNEN.add(a, b))
        case "-":
            return endlich(RECHNEN.subtract(a, b))
        case "*":
            return endlich(RECHNEN.multiply(a, b))
        case "/":
            return endlich(RECHNEN.divide(a, b))
    lauf.charge(grenzen.KOSTEN_FUNKTION)
    return endlich(RECHNEN.power(a, b))
