"""Built-in functions on numbers."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from engine.feel import grenzen
from engine.feel.funktionen.register import eingebaut
from engine.feel.lauf import Lauf
from engine.feel.werte import RECHNEN, als_int, endlich

_MIN_STELLEN, _MAX_STELLEN = -6111, 6176
_NULL, _ZWEI = Decimal(0), Decimal(2)


def _round(n: Decimal, scale: Decimal, rounding: str) -> Decimal | None:
    stellen = als_int(scale.to_integral_value(rounding=ROUND_DOWN))
    if stellen is None or not _MIN_STELLEN <= stellen <= _MAX_STELLEN:
        return None
    exponent = n.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= stellen:
        return n  # fewer decimals than asked for: nothing to round, and no zeros to add
    return endlich(RECHNEN.plus(n.quantize(Decimal(1).scaleb(-stellen), rounding=rounding, context=RECHNEN)))


@eingebaut("decimal", "n: zahl, scale: zahl")
def decimal_(_lauf: Lauf, n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded to `scale` decimals, half to even."""
    return _round(n, scale, ROUND_HALF_EVEN)


@eingebaut("floor", "n: zahl, scale?: zahl")
def floor(_lauf: Lauf, n: Decimal, scale: Decimal = _NULL) -> Decimal | None:
    """Rounded towards minus infinity."""
    return _round(n, scale, ROUND_FLOOR)


@eingebaut("ceiling", "n: zahl, scale?: zahl")
def ceiling(_lauf: Lauf, n: Decimal, scale: Decimal = _NULL) -> Decimal | None:
    """Rounded towards plus infinity."""
    return _round(n, scale, ROUND_CEILING)


@eingebaut("round up", "n: zahl, scale: zahl")
def round_up(_lauf: Lauf, n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded away from zero."""
    return _round(n, scale, ROUND_UP)


@eingebaut("round down", "n: zahl, scale: zahl")
def round_down(_lauf: Lauf, n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded towards zero."""
    return _round(n, scale, ROUND_DOWN)


@eingebaut("round half up", "n: zahl, scale: zahl")
def round_half_up(_lauf: Lauf, n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded to the nearest, half away from zero."""
    return _round(n, scale, ROUND_HALF_UP)


@eingebaut("round half down", "n: zahl, scale: zahl")
def round_half_down(_lauf: Lauf, n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded to the nearest, half towards zero."""
    return _round(n, scale, ROUND_HALF_DOWN)


@eingebaut("abs", "n: zahl")
def abs_(_lauf: Lauf, n: Decimal) -> Decimal:
    """Without its sign."""
    return RECHNEN.abs(n)


@eingebaut("modulo", "dividend: zahl, divisor: zahl")
def modulo(_lauf: Lauf, dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """``dividend - divisor * floor(dividend / divisor)``: has the sign of the divisor."""
    if divisor == 0:
        return None
    rest = endlich(RECHNEN.remainder(dividend, divisor))
    if rest is not None and rest != 0 and (rest < 0) != (divisor < 0):
        rest = endlich(RECHNEN.add(rest, divisor))
    return rest


@eingebaut("sqrt", "number: zahl")
def sqrt(lauf: Lauf, number: Decimal) -> Decimal | None:
    """Null for a negative number."""
    lauf.charge(grenzen.KOSTEN_FUNKTION // 8)
    return endlich(RECHNEN.sqrt(number))


@eingebaut("log", "number: zahl")
def log(lauf: Lauf, number: Decimal) -> Decimal | None:
    """Natural logarithm; null unless positive."""
    lauf.charge(grenzen.KOSTEN_FUNKTION)
    return endlich(RECHNEN.ln(number)) if number > 0 else None


@eingebaut("exp", "number: zahl")
def exp(lauf: Lauf, number: Decimal) -> Decimal | None:
    """e to the power of the number."""
    lauf.charge(grenzen.KOSTEN_FUNKTION)
    return endlich(RECHNEN.exp(number))


@eingebaut("odd", "number: zahl")
def odd(_lauf: Lauf, number: Decimal) -> bool:
    """True for odd whole numbers."""
    return RECHNEN.remainder(number, _ZWEI) in (1, -1)


@eingebaut("even", "number: zahl")
def even(_lauf: Lauf, number: Decimal) -> bool:
    """True for even whole numbers."""
    rest = RECHNEN.remainder(number, _ZWEI)
    # The quotient has more digits than a number can hold: then the number ends in zeros.
    return rest == 0 or rest.is_nan()
