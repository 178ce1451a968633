"""Built-in functions on lists; positions count from 1, negative ones from the end."""

from __future__ import annotations

from decimal import Decimal

from engine.feel import vergleich
from engine.feel.funktionen.register import eingebaut
from engine.feel.lauf import Lauf

Werte = list[object]


@eingebaut("count", "list: liste")
def count(_lauf: Lauf, list_: Werte) -> Decimal:
    """Number of entries."""
    return Decimal(len(list_))


@eingebaut("list contains", "list: liste, element: alles")
def list_contains(lauf: Lauf, list_: Werte, element: object) -> bool:
    """True if an entry equals the element; null is found, too."""
    lauf.charge(len(list_))
    return any(vergleich.gleich(wert, element, lauf) is True for wert in list_)
