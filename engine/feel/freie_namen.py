"""Which names an expression takes from outside: what a check compares with the variables that exist."""

from __future__ import annotations

from engine.feel import baum

_LEER: frozenset[str] = frozenset()
#: no name of FEEL: marks that conditions of filters are left out
_OHNE_FILTER = "[]"


def freie_namen(knoten: baum.Knoten, *, ohne_filter: bool = False) -> frozenset[str]:
    """Names that nothing inside the expression binds.

    Inside a filter the entries of the elements are names too; they are reported, because nobody knows them here, unless
    filters are left out.
    """
    return frozenset(_free(knoten, frozenset({_OHNE_FILTER}) if ohne_filter else _LEER))


def _free(knoten: baum.Knoten, gebunden: frozenset[str]) -> set[str]:
    match knoten:
        case baum.Name(name=name):
            return set() if name in gebunden else {name}
        case baum.Kontext(eintraege=eintraege):
            return _context(eintraege, gebunden)
        case baum.Schleife(iterationen=iterationen, ergebnis=ziel):
            return _loop(iterationen, ziel, gebunden | {"partial"})
        case baum.Quantor(iterationen=iterationen, bedingung=ziel):
            return _loop(iterationen, ziel, gebunden)
        case baum.Filter(quelle=quelle, bedingung=bedingung):
            innen = set() if _OHNE_FILTER in gebunden else _free(bedingung, gebunden | {"item"})
            return _free(quelle, gebunden) | innen
        case baum.FunktionDef(parameter=parameter, rumpf=rumpf):
            return _free(rumpf, gebunden | {name for name, _ in parameter}) if rumpf else set()
    namen: set[str] = set()
    for teil in baum.children(knoten):
        namen |= _free(teil, gebunden)
    return namen


def _context(eintraege: tuple[tuple[str, baum.Knoten], ...], gebunden: frozenset[str]) -> set[str]:
    namen: set[str] = set()
    for name, teil in eintraege:
        namen |= _free(teil, gebunden)
        gebunden = gebunden | {name}
    return namen


def _loop(iterationen: tuple[baum.Iteration, ...], ziel: baum.Knoten, gebunden: frozenset[str]) -> set[str]:
    namen: set[str] = set()
    for teil in iterationen:
        namen |= _free(teil.quelle, gebunden)
        namen |= _free(teil.bis, gebunden) if teil.bis else set()
        gebunden = gebunden | {teil.name}
    return namen | _free(ziel, gebunden)
