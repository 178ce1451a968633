"""The conversions that DMN applies between a value and the type it is meant to have (DMN 1.5, 10.3.2.9.4)."""

from __future__ import annotations

from engine.feel.typen import ANY, Typ
from engine.feel.zeit import Datum, rechnen


def coerce(typ: Typ, wert: object) -> object:
    """The value as this type, after the conversions of DMN 10.3.2.9.4; null if it does not fit."""
    if wert is None or typ is ANY or _fits(typ, wert):
        return wert
    if isinstance(wert, list):
        return wert[0] if len(wert) == 1 and _fits(typ, wert[0]) else None
    if _fits(typ, [wert]):
        return [wert]
    if isinstance(wert, Datum) and _fits(typ, rechnen.midnight(wert)):
        return rechnen.midnight(wert)
    return None


def _fits(typ: Typ, wert: object) -> bool:
    return typ.passt(wert) and typ.erlaubt(wert)
