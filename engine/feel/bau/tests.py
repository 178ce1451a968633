"""Closures of unary tests: the right side of ``in`` and the cells of decision tables."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel import baum, vergleich, werte
from engine.feel.bau.ausdruecke import build
from engine.feel.lauf import Sicht

#: tests one value; the view is that of the other variables
Probe = Callable[[object, Sicht], bool | None]


@build.register
def _in(knoten: baum.In) -> Callable[[Sicht], object]:
    operand = build(knoten.operand)
    proben = [build_test(test) for test in knoten.tests]

    def run(sicht: Sicht) -> bool | None:
        wert = operand(sicht)
        return any_of(proben, wert, sicht)

    return run


def any_of(proben: list[Probe], wert: object, sicht: Sicht) -> bool | None:
    """True if one test holds; null if none does but one could not be decided."""
    ergebnis: bool | None = False
    for probe in proben:
        einzeln = probe(wert, sicht)
        if einzeln is True:
            return True
        if einzeln is None:
            ergebnis = None
    return ergebnis


def build_test(knoten: baum.Knoten) -> Probe:
    """One test: an operator, a range, a list, a value, or an expression about ``?``."""
    if isinstance(knoten, baum.TestVergleich):
        return _vergleich(knoten)
    code = build(knoten)
    if uses_input(knoten):
        return lambda _, sicht: code(sicht) is True

    if isinstance(knoten, _BEDINGUNGEN):
        return lambda wert, sicht: _condition(wert, code(sicht), sicht)
    return lambda wert, sicht: is_in(wert, code(sicht), sicht)


#: expressions that say true or false by themselves, whatever the value under test is
_BEDINGUNGEN = (
    baum.Vergleich, baum.Und, baum.Oder, baum.In, baum.Zwischen, baum.InstanzVon, baum.Quantor, baum.Aufruf,
)  # fmt: skip


def _condition(wert: object, ziel: object, sicht: Sicht) -> bool | None:
    """A condition that holds matches every value but a boolean, which it is compared with."""
    if ziel is True and not isinstance(wert, bool):
        return True
    return is_in(wert, ziel, sicht)


def _vergleich(knoten: baum.TestVergleich) -> Probe:
    code, op = build(knoten.wert), knoten.op
    if op == "=":
        return lambda wert, sicht: vergleich.gleich(wert, code(sicht), sicht.lauf)
    if op == "!=":
        return lambda wert, sicht: vergleich.ungleich(wert, code(sicht), sicht.lauf)
    return lambda wert, sicht: vergleich.ordnung(op, wert, code(sicht))


def is_in(wert: object, ziel: object, sicht: Sicht) -> bool | None:
    """``wert in ziel``: inside a range, an element of a list (or equal to it), or equal."""
    if isinstance(ziel, werte.Bereich) and not isinstance(wert, werte.Bereich):
        return vergleich.enthaelt(ziel, wert)
    if isinstance(ziel, list):
        sicht.lauf.charge(len(ziel))
        if isinstance(wert, list) and vergleich.gleich(wert, ziel, sicht.lauf):
            return True
        return any(is_in(wert, teil, sicht) is True for teil in ziel)
    return vergleich.gleich(wert, ziel, sicht.lauf)


def uses_input(knoten: baum.Knoten) -> bool:
    """True if the expression speaks about ``?``, the value under test."""
    return any(isinstance(teil, baum.Name) and teil.name == "?" for teil in baum.walk(knoten))
