"""Closures of calls and of functions that a model defines."""

from __future__ import annotations

from collections.abc import Sequence

from engine.feel import baum, grenzen, werte
from engine.feel.anpassung import coerce
from engine.feel.bau.ausdruecke import Code, build
from engine.feel.lauf import Lauf, Sicht
from engine.feel.typen import ANY, Typ


@build.register
def _aufruf(knoten: baum.Aufruf) -> Code:
    funktion = build(knoten.funktion)
    argumente = [build(teil) for teil in knoten.argumente]
    namen = knoten.namen

    def run(sicht: Sicht) -> object:
        ziel = funktion(sicht)
        if not isinstance(ziel, werte.Funktion):
            return None
        sicht.lauf.charge(grenzen.KOSTEN_AUFRUF)
        uebergeben = [argument(sicht) for argument in argumente]
        if namen:
            return ziel.call_named(sicht.lauf, dict(zip(namen, uebergeben, strict=True)))
        return ziel.call(sicht.lauf, uebergeben)

    return run


@build.register
def _definition(knoten: baum.FunktionDef) -> Code:
    rumpf = build(knoten.rumpf) if knoten.rumpf else None
    gewicht = baum.weight(knoten.rumpf) if knoten.rumpf else 1
    return lambda sicht: ModellFunktion(knoten.parameter, rumpf, gewicht, sicht)


class ModellFunktion(werte.Funktion):
    """A function that an expression defines; it sees the variables of the place where it was defined."""

    def __init__(
        self,
        parameter: Sequence[tuple[str, Typ | None]],
        rumpf: Code | None,
        gewicht: int,
        sicht: Sicht,
        ergebnistyp: Typ = ANY,
    ) -> None:
        self._ergebnistyp = ergebnistyp
        self._parameter = parameter
        self._rumpf = rumpf
        self._gewicht = gewicht
        self._sicht = sicht

    @property
    def parameter(self) -> Sequence[str]:
        return [name for name, _ in self._parameter]

    def call(self, lauf: Lauf, argumente: list[object]) -> object:
        if len(argumente) != len(self._parameter):
            return None
        return self.call_named(lauf, dict(zip(self.parameter, argumente, strict=True)))

    def call_named(self, lauf: Lauf, argumente: dict[str, object]) -> object:
        if argumente.keys() != set(self.parameter) or self._rumpf is None:
            return None
        werte = {name: argumente[name] for name, _ in self._parameter}
        for name, typ in self._parameter:
            if typ is not None and werte[name] is not None:
                werte[name] = coerce(typ, werte[name], lauf)
                if werte[name] is None:
                    return None
        lauf.charge(self._gewicht + grenzen.KOSTEN_AUFRUF)
        lauf.enter()
        try:
            return coerce(self._ergebnistyp, self._rumpf(Sicht(werte, self._sicht, lauf)), lauf)
        finally:
            lauf.leave()
