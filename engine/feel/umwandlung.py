"""Values across the border: JSON and Python to FEEL, and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal

from engine.feel import grenzen
from engine.feel.fehler import BudgetError
from engine.feel.lauf import Lauf
from engine.feel.werte import RECHNEN, Bereich, endlich
from engine.feel.zeit import Datum, MonatsDauer, TageDauer, Uhrzeit, Zeitpunkt, python, schreiben

#: values that a caller may hand in as they came out
_FEEL_EIGEN = frozenset({Datum, Uhrzeit, Zeitpunkt, TageDauer, MonatsDauer, Bereich})


def to_feel(wert: object, lauf: Lauf) -> object:
    """A FEEL value, copied; what FEEL does not know becomes null."""
    return _to_feel(wert, lauf, 0)


def _to_feel(wert: object, lauf: Lauf, tiefe: int) -> object:
    if wert is None or isinstance(wert, str | bool):
        return wert
    if isinstance(wert, int | float | Decimal):
        return _zahl(wert)
    if tiefe > grenzen.MAX_WERTTIEFE:
        raise BudgetError("Der Ausdruck kann nicht berechnet werden: Eine Variable ist zu tief geschachtelt.")
    if isinstance(wert, Mapping):
        lauf.check_size(2 * len(wert))
        return {str(name): _to_feel(teil, lauf, tiefe + 1) for name, teil in wert.items()}
    if isinstance(wert, list | tuple):
        lauf.check_size(len(wert))
        return [_to_feel(teil, lauf, tiefe + 1) for teil in wert]
    if isinstance(wert, date | time | timedelta):
        return python.from_python(wert)
    return wert if type(wert) in _FEEL_EIGEN else None


def _zahl(wert: float | Decimal) -> Decimal | None:
    if isinstance(wert, int) and -(10**30) < wert < 10**30:
        return Decimal(wert)
    if isinstance(wert, float) and not math.isfinite(wert):
        return None
    if isinstance(wert, int) and wert.bit_length() > 20_000:
        return None
    return endlich(RECHNEN.create_decimal(repr(wert) if isinstance(wert, float) else wert))


def charge_nodes(wert: object, lauf: Lauf) -> None:
    """Charge for every value inside of a list or context, however often it occurs."""
    offen = [wert]
    while offen:
        teil = offen.pop()
        lauf.charge(1)
        if isinstance(teil, list):
            lauf.charge(len(teil))
            offen.extend(kind for kind in teil if isinstance(kind, list | dict))
        elif isinstance(teil, dict):
            lauf.charge(len(teil))
            offen.extend(kind for kind in teil.values() if isinstance(kind, list | dict))


def result(wert: object, lauf: Lauf) -> object:
    """`to_python` within the budget: a small value may hold the same large one many times."""
    if isinstance(wert, list | dict):
        charge_nodes(wert, lauf)
    return to_python(wert)


def to_python(wert: object) -> object:
    """Plain Python: Decimal, str, bool, None, list, dict, date, datetime, time, timedelta; else the FEEL value."""
    if isinstance(wert, list):
        return [to_python(teil) for teil in wert]
    if isinstance(wert, dict):
        return {name: to_python(teil) for name, teil in wert.items()}
    return python.to_python(wert)


def to_json(wert: object) -> object:
    """Plain JSON: whole numbers int, others float, dates, times and durations ISO text; else null.

    A number beyond what a float holds becomes null too: JSON has no infinity.
    """
    if wert is None or isinstance(wert, str | bool):
        return wert
    if isinstance(wert, Decimal):
        return _json_number(wert)
    if isinstance(wert, list):
        return [to_json(teil) for teil in wert]
    if isinstance(wert, dict):
        return {name: to_json(teil) for name, teil in wert.items()}
    if isinstance(wert, date | time | timedelta):
        wert = python.from_python(wert)
    return schreiben.text(wert)


def _json_number(wert: Decimal) -> int | float | None:
    if abs(wert) < 10**18 and wert == wert.to_integral_value():
        return int(wert)
    zahl = float(wert)
    return zahl if math.isfinite(zahl) else None
