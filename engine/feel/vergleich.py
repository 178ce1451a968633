"""Equality, order and membership, with the null that FEEL gives where values cannot be compared."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.lauf import Lauf
from engine.feel.werte import Bereich, Funktion
from engine.feel.zeit import Datum, MonatsDauer, TageDauer, Uhrzeit, Zeitpunkt

#: steps of comparing two lists or contexts, beyond their entries
_KOSTEN_VERGLEICH = 5

#: types whose values Python puts in the order of FEEL
_GEORDNET: set[type] = {Decimal, str, Datum, TageDauer, MonatsDauer}


def gleich(a: object, b: object, lauf: Lauf | None) -> bool | None:
    """``a = b``: null for values of different kinds; null equals null only."""
    if a is None or b is None:
        return a is b
    if type(a) is not type(b):
        return None
    if isinstance(a, list) and isinstance(b, list):
        return _alle_gleich(a, b, lauf)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and _alle_gleich(list(a.values()), [b[name] for name in a], lauf)
    if isinstance(a, Bereich) and isinstance(b, Bereich):
        return _bereiche_gleich(a, b, lauf)
    if isinstance(a, Funktion):
        return a is b
    if isinstance(a, str) and lauf is not None:
        lauf.charge(len(a) >> 10)
    return a == b


def ungleich(a: object, b: object, lauf: Lauf) -> bool | None:
    """``a != b``"""
    ergebnis = gleich(a, b, lauf)
    return None if ergebnis is None else not ergebnis


def kleiner(a: object, b: object) -> bool | None:
    """``a < b``: null unless both are of one kind that has an order."""
    if type(a) is not type(b):
        return None
    if type(a) in _GEORDNET:
        return a < b  # type: ignore[operator,no-any-return]
    if isinstance(a, Zeitpunkt) and isinstance(b, Zeitpunkt):
        return a.instant() < b.instant() if a.comparable(b) else None
    if isinstance(a, Uhrzeit) and isinstance(b, Uhrzeit):
        return a.instant() < b.instant() if a.comparable(b) else None
    return None


def ordnung(op: str, a: object, b: object) -> bool | None:
    """``<``, ``<=``, ``>`` and ``>=``."""
    if op == "<":
        return kleiner(a, b)
    if op == ">":
        return kleiner(b, a)
    umgekehrt = kleiner(b, a) if op == "<=" else kleiner(a, b)
    return None if umgekehrt is None else not umgekehrt


def enthaelt(bereich: Bereich, wert: object) -> bool | None:
    """True if the value lies in the range; null if it cannot be compared with an end."""
    if bereich.op in ("=", "!="):
        ergebnis = gleich(bereich.von, wert, None)
        return ergebnis if bereich.op == "=" or ergebnis is None else not ergebnis
    unten = True if bereich.von_fehlt else ordnung("<" if bereich.von_offen else "<=", bereich.von, wert)
    oben = True if bereich.bis_fehlt else ordnung("<" if bereich.bis_offen else "<=", wert, bereich.bis)
    if unten is False or oben is False:
        return False
    return None if unten is None or oben is None else True


def _alle_gleich(a: list[object], b: list[object], lauf: Lauf | None) -> bool | None:
    if len(a) != len(b):
        return False
    if lauf is not None:
        lauf.charge(len(a) + _KOSTEN_VERGLEICH)
    ergebnisse = [gleich(x, y, lauf) for x, y in zip(a, b, strict=True)]
    return all(ergebnisse)


def _bereiche_gleich(a: Bereich, b: Bereich, lauf: Lauf | None) -> bool | None:
    offen = (a.von_offen, a.bis_offen, a.op) == (b.von_offen, b.bis_offen, b.op)
    return offen and bool(gleich(a.von, b.von, lauf)) and bool(gleich(a.bis, b.bis, lauf))
