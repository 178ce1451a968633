"""Hit policies: what a decision table makes of its matching rows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine.dmn.modell import Trefferregel, Verdichtung
from engine.feel import rechnen, vergleich
from engine.feel.funktionen import statistik
from engine.feel.lauf import Lauf

#: one result per matching row, in the order of the rows
Ergebnisse = list[object]
#: rank of a result: smaller is more important
Rang = Callable[[object], list[int]]


def combine(
    regel: Trefferregel, verdichtung: Verdichtung | None, ergebnisse: Ergebnisse, rang: Rang, lauf: Lauf
) -> object:
    """The result of the table for at least one match; null where the policy is violated."""
    match regel:
        case Trefferregel.EINDEUTIG:
            return ergebnisse[0] if len(ergebnisse) == 1 else None
        case Trefferregel.BELIEBIG:
            return ergebnisse[0] if _all_equal(ergebnisse, lauf) else None
        case Trefferregel.ERSTE:
            return ergebnisse[0]
        case Trefferregel.PRIORITAET:
            return min(ergebnisse, key=rang)
        case Trefferregel.AUSGABEFOLGE:
            return sorted(ergebnisse, key=rang)
        case Trefferregel.REIHENFOLGE:
            return ergebnisse
    return _collect(verdichtung, ergebnisse, lauf)


def _all_equal(ergebnisse: Ergebnisse, lauf: Lauf) -> bool:
    return all(vergleich.gleich(ergebnisse[0], wert, lauf) is True for wert in ergebnisse[1:])


def _collect(verdichtung: Verdichtung | None, ergebnisse: Ergebnisse, lauf: Lauf) -> object:
    if verdichtung is None:
        return ergebnisse
    if verdichtung is Verdichtung.ANZAHL:
        return Decimal(len(ergebnisse))
    if ergebnisse and isinstance(ergebnisse[0], dict):
        return _per_output(verdichtung, ergebnisse, lauf)
    return _condense(verdichtung, ergebnisse, lauf)


def _per_output(verdichtung: Verdichtung, ergebnisse: Ergebnisse, lauf: Lauf) -> object:
    namen = ergebnisse[0].keys() if isinstance(ergebnisse[0], dict) else ()
    spalten = {name: [zeile.get(name) for zeile in ergebnisse if isinstance(zeile, dict)] for name in namen}
    return {name: _condense(verdichtung, werte, lauf) for name, werte in spalten.items()}


def _condense(verdichtung: Verdichtung, werte: Ergebnisse, lauf: Lauf) -> object:
    match verdichtung:
        case Verdichtung.SUMME:
            summe = werte[0]
            for wert in werte[1:]:
                summe = rechnen.rechne("+", summe, wert, lauf)
            return summe
        case Verdichtung.KLEINSTES:
            return statistik.min_(lauf, werte)
    return statistik.max_(lauf, werte)
