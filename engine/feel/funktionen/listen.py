"""Built-in functions that take lists apart and put them together; positions count from 1, or back from -1."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key

from engine.feel import vergleich
from engine.feel.funktionen.register import eingebaut
from engine.feel.lauf import Lauf
from engine.feel.werte import Funktion, als_int

Werte = list[object]


@eingebaut("count", "list: liste")
def count(_lauf: Lauf, list_: Werte) -> Decimal:
    """Number of entries."""
    return Decimal(len(list_))


@eingebaut("list contains", "list: liste, element: alles")
def list_contains(lauf: Lauf, list_: Werte, element: object) -> bool:
    """True if an entry equals the element; null is found, too."""
    return bool(_positions(lauf, list_, element))


@eingebaut("index of", "list: liste, match: alles")
def index_of(lauf: Lauf, list_: Werte, match_: object) -> Werte:
    """Positions of the entries that equal the element."""
    return [Decimal(nummer + 1) for nummer in _positions(lauf, list_, match_)]


def _positions(lauf: Lauf, liste: Werte, gesucht: object) -> list[int]:
    lauf.charge(2 * len(liste))
    return [nummer for nummer, wert in enumerate(liste) if vergleich.gleich(wert, gesucht, lauf) is True]


@eingebaut("sublist", "list: liste, start position: zahl, length?: zahl")
def sublist(lauf: Lauf, list_: Werte, start_position: Decimal, length: Decimal | None = None) -> Werte | None:
    """Part of a list; null if the start lies outside."""
    start = _position(list_, start_position)
    laenge = len(list_) if length is None else als_int(length)
    if start is None or laenge is None or laenge < 1 or (length is not None and start + laenge > len(list_)):
        return None
    return _neu(lauf, list_[start : start + laenge])


@eingebaut("append", "list: liste, *alles")
def append(lauf: Lauf, list_: Werte, items: Werte) -> Werte:
    """The list with more entries at its end."""
    return _neu(lauf, [*list_, *items])


@eingebaut("concatenate", "*liste")
def concatenate(lauf: Lauf, lists: list[Werte]) -> Werte:
    """All lists in a row."""
    return _neu(lauf, [wert for liste in lists for wert in liste])


@eingebaut("insert before", "list: liste, position: zahl, newItem: alles")
def insert_before(lauf: Lauf, list_: Werte, position: Decimal, newItem: object) -> Werte | None:
    """A new entry in front of the position."""
    stelle = _position(list_, position)
    return None if stelle is None else _neu(lauf, [*list_[:stelle], newItem, *list_[stelle:]])


@eingebaut("remove", "list: liste, position: zahl")
def remove(lauf: Lauf, list_: Werte, position: Decimal) -> Werte | None:
    """The list without one entry."""
    stelle = _position(list_, position)
    return None if stelle is None else _neu(lauf, [*list_[:stelle], *list_[stelle + 1 :]])


@eingebaut("list replace", "list: liste, position: zahl, newItem: alles")
def list_replace(lauf: Lauf, list_: Werte, position: Decimal, newItem: object) -> Werte | None:
    """Another entry at the position."""
    stelle = _position(list_, position)
    return None if stelle is None else _neu(lauf, [*list_[:stelle], newItem, *list_[stelle + 1 :]])


@eingebaut("list replace", "list: liste, match: funktion, newItem: alles")
def list_replace_match(lauf: Lauf, list_: Werte, match_: Funktion, newItem: object) -> Werte | None:
    """Another entry wherever the function says true; null if it says anything but true and false."""
    ergebnis: Werte = []
    for wert in list_:
        lauf.charge(1)
        ersetzen = match_.call(lauf, [wert, newItem])
        if not isinstance(ersetzen, bool):
            return None
        ergebnis.append(newItem if ersetzen else wert)
    return ergebnis


@eingebaut("reverse", "list: liste")
def reverse(lauf: Lauf, list_: Werte) -> Werte:
    """Last entry first."""
    return _neu(lauf, list_[::-1])


@eingebaut("union", "*liste")
def union(lauf: Lauf, lists: list[Werte]) -> Werte:
    """All lists in a row, without duplicates."""
    return distinct_values(lauf, concatenate(lauf, lists))


@eingebaut("distinct values", "list: liste")
def distinct_values(lauf: Lauf, list_: Werte) -> Werte:
    """Without duplicates; the first of equals stays."""
    ergebnis: Werte = []
    for wert in list_:
        if not _positions(lauf, ergebnis, wert):
            ergebnis.append(wert)
    return ergebnis


@eingebaut("duplicate values", "list: liste")
def duplicate_values(lauf: Lauf, list_: Werte) -> Werte:
    """Entries that occur more than once, each once."""
    return distinct_values(lauf, [wert for wert in list_ if len(_positions(lauf, list_, wert)) > 1])


@eingebaut("flatten", "list: liste")
def flatten(lauf: Lauf, list_: Werte) -> Werte:
    """Lists inside of lists are dissolved."""
    ergebnis: Werte = []
    offen = list_[::-1]
    while offen:
        lauf.charge(4)
        wert = offen.pop()
        if isinstance(wert, list):
            offen.extend(wert[::-1])
        else:
            ergebnis.append(wert)
    return _neu(lauf, ergebnis)


@eingebaut("sort", "list: liste, precedes: funktion")
def sort(lauf: Lauf, list_: Werte, precedes: Funktion) -> Werte | None:
    """In the order of a function that says true when its first argument comes first; equals keep their order."""
    lauf.charge(len(list_))
    return sorted(list_, key=cmp_to_key(_order(lauf, precedes)))


@eingebaut("sort", "list: liste")
def sort_natural(lauf: Lauf, list_: Werte) -> Werte | None:
    """In natural order; null if two entries cannot be compared."""
    if not _is_comparable(lauf, list_):
        return None
    lauf.charge(3 * len(list_) * len(list_).bit_length())
    return sorted(
        list_, key=cmp_to_key(lambda a, b: -1 if vergleich.kleiner(a, b) else int(bool(vergleich.kleiner(b, a))))
    )


def _order(lauf: Lauf, precedes: Funktion) -> Callable[[object, object], int]:
    def compare(a: object, b: object) -> int:
        lauf.charge(1)
        if precedes.call(lauf, [a, b]) is True:
            return -1
        return 1 if precedes.call(lauf, [b, a]) is True else 0

    return compare


def _is_comparable(lauf: Lauf, liste: Werte) -> bool:
    lauf.charge(len(liste))
    return all(vergleich.kleiner(liste[0], wert) is not None for wert in liste)


def _position(liste: Werte, position: Decimal) -> int | None:
    nummer = als_int(position)
    if not nummer or abs(nummer) > len(liste):
        return None
    return nummer - 1 if nummer > 0 else len(liste) + nummer


def _neu(lauf: Lauf, liste: Werte) -> Werte:
    lauf.check_size(len(liste))
    return liste
