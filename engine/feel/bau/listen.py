"""Closures of paths, filters, loops and quantifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from engine.feel import baum, eigenschaften, folgen, grenzen
from engine.feel.bau.ausdruecke import Code, as_index, build
from engine.feel.lauf import Sicht


@build.register
def _pfad(knoten: baum.Pfad) -> Code:
    quelle, name = build(knoten.quelle), knoten.name

    def run(sicht: Sicht) -> object:
        wert = quelle(sicht)
        if isinstance(wert, list):
            sicht.lauf.check_size(len(wert))
            sicht.lauf.charge(2 * len(wert))
            return [eigenschaften.get(teil, name) for teil in wert]
        return eigenschaften.get(wert, name)

    return run


@build.register
def _filter(knoten: baum.Filter) -> Code:
    quelle, bedingung = build(knoten.quelle), build(knoten.bedingung)
    gewicht = baum.weight(knoten.bedingung) + grenzen.KOSTEN_RUNDE

    return lambda sicht: apply_filter(quelle(sicht), bedingung, gewicht, sicht)


def apply_filter(wert: object, bedingung: Code, gewicht: int, sicht: Sicht) -> object:
    """``wert[bedingung]``: elements for which it is true, or the element at the position it gives."""
    liste = wert if isinstance(wert, list) else ([] if wert is None else [wert])
    if not liste:  # a position in nothing is null, a condition on nothing is an empty list
        return None if type(bedingung(_about(None, sicht))) is Decimal else []
    treffer = []
    for nummer, teil in enumerate(liste):
        sicht.lauf.charge(gewicht)
        ergebnis = bedingung(_about(teil, sicht))
        if type(ergebnis) is Decimal and nummer == 0:
            return _element(liste, as_index(ergebnis))
        if ergebnis is True:
            treffer.append(teil)
    return treffer


def _about(teil: object, sicht: Sicht) -> Sicht:
    """Inside a filter the entries of a context are names, and ``item`` is the element itself."""
    if isinstance(teil, dict):
        return sicht.child({"item": teil, **teil})
    return sicht.child({"item": teil})


def _element(liste: list[object], nummer: int | None) -> object:
    if nummer is None or nummer == 0 or abs(nummer) > len(liste):
        return None
    return liste[nummer - 1 if nummer > 0 else nummer]


@build.register
def _schleife(knoten: baum.Schleife) -> Code:
    iterationen, ergebnis = _iterationen(knoten.iterationen), build(knoten.ergebnis)
    gewicht = baum.weight(knoten.ergebnis) + grenzen.KOSTEN_RUNDE
    braucht_bisher = any(isinstance(teil, baum.Name) and teil.name == "partial" for teil in baum.walk(knoten.ergebnis))

    def run(sicht: Sicht) -> object:
        gesammelt: list[object] = []
        for innen in _rounds(iterationen, sicht):
            if innen is None:
                return None
            sicht.lauf.charge(gewicht)
            if braucht_bisher:
                sicht.lauf.check_size(len(gesammelt))
                innen.namen["partial"] = gesammelt.copy()
            gesammelt.append(ergebnis(innen))
        return gesammelt

    return run


@build.register
def _quantor(knoten: baum.Quantor) -> Code:
    iterationen, bedingung, alle = _iterationen(knoten.iterationen), build(knoten.bedingung), knoten.alle
    gewicht = baum.weight(knoten.bedingung) + grenzen.KOSTEN_RUNDE

    return lambda sicht: apply_quantor(alle, _rounds(iterationen, sicht), bedingung, gewicht)


def apply_quantor(alle: bool, runden: Iterable[Sicht | None] | None, bedingung: Code, gewicht: int) -> bool | None:
    """``every`` or ``some``; null if there is nothing to run through, or if an undecided round could matter."""
    ergebnis: bool | None = alle
    for innen in (None,) if runden is None else runden:
        if innen is None:
            return None
        innen.lauf.charge(gewicht)
        einzeln = bedingung(innen)
        if einzeln is (not alle):
            return not alle
        if einzeln is not alle:
            ergebnis = None
    return ergebnis


_Quelle = tuple[str, Callable[[Sicht], object], Callable[[Sicht], object] | None]


def _iterationen(teile: tuple[baum.Iteration, ...]) -> list[_Quelle]:
    return [(teil.name, build(teil.quelle), build(teil.bis) if teil.bis else None) for teil in teile]


def _rounds(quellen: list[_Quelle], sicht: Sicht) -> Iterator[Sicht | None]:
    """A view for every combination, the last variable changing fastest; None if a source is no list."""
    name, quelle, bis = quellen[0]
    werte = folgen.elements(quelle(sicht), None if bis is None else bis(sicht), bis is not None, sicht.lauf)
    if werte is None:
        yield None
        return
    for wert in werte:
        innen = sicht.child({name: wert})
        if len(quellen) == 1:
            yield innen
        else:
            yield from _rounds(quellen[1:], innen)
