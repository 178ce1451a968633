"""Built-in functions that make one value of a list: smallest, sum, mean and their like."""

from __future__ import annotations

from decimal import Decimal

from engine.feel import rechnen, vergleich
from engine.feel.funktionen.register import eingebaut
from engine.feel.lauf import Lauf
from engine.feel.werte import RECHNEN, endlich

Werte = list[object]
_NULL = Decimal(0)


@eingebaut("min", "*alles")
@eingebaut("min", "list: liste")
def min_(lauf: Lauf, list_: Werte) -> object:
    """The smallest; null if two entries cannot be compared or there is none."""
    return _best(lauf, list_, "<")


@eingebaut("max", "*alles")
@eingebaut("max", "list: liste")
def max_(lauf: Lauf, list_: Werte) -> object:
    """The largest; null if two entries cannot be compared or there is none."""
    return _best(lauf, list_, ">")


def _best(lauf: Lauf, liste: Werte, op: str) -> object:
    lauf.charge(len(liste))
    beste = liste[0] if liste else None
    for wert in liste:
        besser = vergleich.ordnung(op, wert, beste)
        if besser is None:
            return None
        beste = wert if besser else beste
    return beste


@eingebaut("sum", "*alles")
@eingebaut("sum", "list: liste")
def sum_(lauf: Lauf, list_: Werte) -> object:
    """All numbers (or durations) added; null for an empty list."""
    return _fold(lauf, list_, "+")


@eingebaut("product", "*alles")
@eingebaut("product", "list: liste")
def product(lauf: Lauf, list_: Werte) -> object:
    """All numbers multiplied; null for an empty list."""
    return _fold(lauf, list_, "*") if _zahlen(lauf, list_) is not None else None


def _fold(lauf: Lauf, liste: Werte, op: str) -> object:
    lauf.charge(len(liste))
    if not liste or any(isinstance(wert, str) for wert in liste):
        return None
    ergebnis = liste[0]
    if len(liste) == 1:
        return ergebnis if rechnen.negiere(ergebnis) is not None else None
    for wert in liste[1:]:
        ergebnis = rechnen.rechne(op, ergebnis, wert, lauf)
    return ergebnis


@eingebaut("mean", "*alles")
@eingebaut("mean", "list: liste")
def mean(lauf: Lauf, list_: Werte) -> object:
    """Sum divided by count; null for an empty list."""
    return rechnen.rechne("/", _fold(lauf, list_, "+"), Decimal(len(list_)), lauf)


@eingebaut("median", "*alles")
@eingebaut("median", "list: liste")
def median(lauf: Lauf, list_: Werte) -> Decimal | None:
    """The one in the middle, or the mean of the two in the middle."""
    zahlen = _zahlen(lauf, list_)
    if not zahlen:
        return None
    zahlen.sort()
    mitte = len(zahlen) // 2
    if len(zahlen) % 2:
        return zahlen[mitte]
    return endlich(RECHNEN.divide(RECHNEN.add(zahlen[mitte - 1], zahlen[mitte]), Decimal(2)))


@eingebaut("stddev", "*alles")
@eingebaut("stddev", "list: liste")
def stddev(lauf: Lauf, list_: Werte) -> Decimal | None:
    """Standard deviation of a sample (divided by n - 1); null for fewer than two numbers."""
    zahlen = _zahlen(lauf, list_)
    if zahlen is None or len(zahlen) < 2:
        return None
    mittel = RECHNEN.divide(_total(zahlen), Decimal(len(zahlen)))
    quadrate = [RECHNEN.power(RECHNEN.subtract(zahl, mittel), Decimal(2)) for zahl in zahlen]
    return endlich(RECHNEN.sqrt(RECHNEN.divide(_total(quadrate), Decimal(len(zahlen) - 1))))


@eingebaut("mode", "*alles")
@eingebaut("mode", "list: liste")
def mode(lauf: Lauf, list_: Werte) -> Werte | None:
    """The most frequent numbers, ascending."""
    zahlen = _zahlen(lauf, list_)
    if zahlen is None:
        return None
    anzahl: dict[Decimal, int] = {}
    for zahl in zahlen:
        anzahl[zahl] = anzahl.get(zahl, 0) + 1
    hoechste = max(anzahl.values(), default=0)
    return [zahl for zahl in sorted(anzahl) if anzahl[zahl] == hoechste]


def _total(zahlen: list[Decimal]) -> Decimal:
    summe = _NULL
    for zahl in zahlen:
        summe = RECHNEN.add(summe, zahl)
    return summe


def _zahlen(lauf: Lauf, liste: Werte) -> list[Decimal] | None:
    lauf.charge(len(liste))
    zahlen = [wert for wert in liste if isinstance(wert, Decimal)]
    return zahlen if len(zahlen) == len(liste) else None
