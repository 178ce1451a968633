"""Closures of the nodes that do not loop or call: literals, names, arithmetic, logic, comparison."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import singledispatch

from engine.feel import baum, rechnen, umwandlung, vergleich, werte
from engine.feel.lauf import Sicht

Code = Callable[[Sicht], object]


@singledispatch
def build(knoten: baum.Knoten) -> Code:
    """The closure of a node."""
    raise TypeError(type(knoten).__name__)


@build.register
def _literal(knoten: baum.Literal) -> Code:
    wert = knoten.wert
    return lambda _: wert


@build.register
def _name(knoten: baum.Name) -> Code:
    name = knoten.name
    return lambda sicht: sicht.get(name)


@build.register
def _minus(knoten: baum.Minus) -> Code:
    operand = build(knoten.operand)
    return lambda sicht: rechnen.negiere(operand(sicht))


@build.register
def _rechnung(knoten: baum.Rechnung) -> Code:
    erster = build(knoten.erster)
    rest = [(op, build(teil)) for op, teil in knoten.rest]

    def run(sicht: Sicht) -> object:
        wert = erster(sicht)
        for op, teil in rest:
            wert = rechnen.rechne(op, wert, teil(sicht), sicht.lauf)
        return wert

    return run


@build.register
def _und(knoten: baum.Und) -> Code:
    return _logik([build(teil) for teil in knoten.teile], entscheidend=False)


@build.register
def _oder(knoten: baum.Oder) -> Code:
    return _logik([build(teil) for teil in knoten.teile], entscheidend=True)


def _logik(teile: list[Code], *, entscheidend: bool) -> Code:
    """Three-valued: one deciding operand settles it, else anything that is no boolean makes it null."""

    def run(sicht: Sicht) -> bool | None:
        ergebnis: bool | None = not entscheidend
        for teil in teile:
            wert = teil(sicht)
            if wert is entscheidend:
                return entscheidend
            if wert is not True and wert is not False:
                ergebnis = None
        return ergebnis

    return run


@build.register
def _vergleich(knoten: baum.Vergleich) -> Code:
    links, rechts, op = build(knoten.links), build(knoten.rechts), knoten.op
    if op == "=":
        return lambda sicht: vergleich.gleich(links(sicht), rechts(sicht), sicht.lauf)
    if op == "!=":
        return lambda sicht: vergleich.ungleich(links(sicht), rechts(sicht), sicht.lauf)
    return lambda sicht: vergleich.ordnung(op, links(sicht), rechts(sicht))


@build.register
def _zwischen(knoten: baum.Zwischen) -> Code:
    operand, von, bis = build(knoten.operand), build(knoten.von), build(knoten.bis)

    def run(sicht: Sicht) -> bool | None:
        wert = operand(sicht)
        return vergleich.enthaelt(werte.Bereich(von(sicht), bis(sicht), von_offen=False, bis_offen=False), wert)

    return run


@build.register
def _bereich(knoten: baum.Bereich) -> Code:
    von, bis, op = build(knoten.von), build(knoten.bis), knoten.op
    if isinstance(knoten.von, baum.Literal) and isinstance(knoten.bis, baum.Literal) and not op:
        fest = werte.Bereich(knoten.von.wert, knoten.bis.wert, knoten.von_offen, knoten.bis_offen)
        return lambda _: fest

    def run(sicht: Sicht) -> object:
        if op:
            wert = von(sicht)
            return werte.Bereich(
                None if op in ("<", "<=") else wert,
                None if op in (">", ">=") else wert,
                knoten.von_offen,
                knoten.bis_offen,
                op,
            )
        return werte.Bereich(von(sicht), bis(sicht), knoten.von_offen, knoten.bis_offen)

    return run


@build.register
def _wenn(knoten: baum.Wenn) -> Code:
    bedingung, dann, sonst = build(knoten.bedingung), build(knoten.dann), build(knoten.sonst)
    return lambda sicht: choose(bedingung(sicht), dann, sonst, sicht)


def choose(bedingung: object, dann: Code, sonst: Code, sicht: Sicht) -> object:
    """The branch of an ``if``; null counts as false, anything else but a boolean gives null."""
    if bedingung is True:
        return dann(sicht)
    return sonst(sicht) if bedingung is False or bedingung is None else None


@build.register
def _instanz(knoten: baum.InstanzVon) -> Code:
    operand, typ = build(knoten.operand), knoten.typ

    def run(sicht: Sicht) -> bool:
        wert = operand(sicht)
        if isinstance(wert, list | dict):
            umwandlung.charge_nodes(wert, sicht.lauf)
        return typ.passt(wert)

    return run


@build.register
def _liste(knoten: baum.Liste) -> Code:
    teile = [build(teil) for teil in knoten.elemente]
    return lambda sicht: [teil(sicht) for teil in teile]


@build.register
def _kontext(knoten: baum.Kontext) -> Code:
    teile = [(name, build(teil)) for name, teil in knoten.eintraege]

    def run(sicht: Sicht) -> object:
        namen: dict[str, object] = {}
        innen = sicht.child(namen)
        for name, teil in teile:
            namen[name] = teil(innen)
        return namen

    return run


def as_index(wert: object) -> int | None:
    """A position in a list, or None if the value is no number."""
    return werte.als_int(wert) if type(wert) is Decimal else None
