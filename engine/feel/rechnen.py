"""Arithmetic of decimal128 numbers, strings, dates and durations; anything that has no result is null."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.lauf import Lauf
from engine.feel.werte import RECHNEN, endlich
from engine.feel.zeit import rechnen as zeit_rechnen


def rechne(op: str, a: object, b: object, lauf: Lauf) -> object:
    """``a op b``"""
    if type(a) is Decimal and type(b) is Decimal:
        return _zahlen(op, a, b)
    if op == "+" and type(a) is str and type(b) is str:
        lauf.check_text(len(a) + len(b))
        return a + b
    return zeit_rechnen.rechne(op, a, b)


def negiere(a: object) -> object:
    """``-a``"""
    return RECHNEN.minus(a) if type(a) is Decimal else zeit_rechnen.negiere(a)


def _zahlen(op: str, a: Decimal, b: Decimal) -> Decimal | None:
    match op:
        case "+":
            return endlich(RECHNEN.add(a, b))
        case "-":
            return endlich(RECHNEN.subtract(a, b))
        case "*":
            return endlich(RECHNEN.multiply(a, b))
        case "/":
            return endlich(RECHNEN.divide(a, b))
    return endlich(RECHNEN.power(a, b))
