"""The conversions that DMN applies between a value and the type it is meant to have (DMN 1.5, 10.3.2.9.4)."""

from __future__ import annotations

from engine.feel import umwandlung
from engine.feel.lauf import Lauf
from engine.feel.typen import ANY, Typ
from engine.feel.zeit import Datum, rechnen


def coerce(typ: Typ, wert: object, lauf: Lauf) -> object:
    """The value as this type, after the conversions of DMN 10.3.2.9.4; null if it does not fit."""
    if wert is None or typ is ANY:
        return wert
    if isinstance(wert, list | dict):
        umwandlung.charge_nodes(wert, lauf)
    if _fits(typ, wert, lauf):
        return wert
    if isinstance(wert, list):
        return wert[0] if len(wert) == 1 and _fits(typ, wert[0], lauf) else None
    if _fits(typ, [wert], lauf):
        return [wert]
    if isinstance(wert, Datum) and _fits(typ, rechnen.midnight(wert), lauf):
        return rechnen.midnight(wert)
    return None


def _fits(typ: Typ, wert: object, lauf: Lauf) -> bool:
    return typ.passt(wert) and typ.erlaubt(wert, lauf)
