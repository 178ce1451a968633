"""Registers built-in functions with their signatures; a call that fits no signature gives null, as the standard says.

A signature is written ``"string: text, start position: zahl, length?: zahl"``: the names are those of the standard, the
kinds those of `ARTEN`, a question mark makes a parameter optional, ``*zahl`` at the end gathers one or more arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from engine.feel.lauf import Lauf
from engine.feel.werte import Bereich, Funktion
from engine.feel.zeit import Datum, MonatsDauer, TageDauer, Uhrzeit, Zeitpunkt

_UNPASSEND = object()
_BELEGT = frozenset({"from", "list", "range", "match", "input", "time"})

Code = Callable[..., object]
_C = TypeVar("_C", bound=Code)


def _einer(*klassen: type) -> Callable[[object], object]:
    """A value of these classes, or a list with just one of them."""

    def convert(wert: object) -> object:
        if isinstance(wert, list) and len(wert) == 1:
            wert = wert[0]
        return wert if type(wert) in klassen else _UNPASSEND

    return convert


def _liste(wert: object) -> object:
    if wert is None:
        return _UNPASSEND
    return wert if isinstance(wert, list) else [wert]


def _funktion(wert: object) -> object:
    return wert if isinstance(wert, Funktion) else _UNPASSEND


#: kinds of parameters: what a value becomes, or that it does not fit
ARTEN: dict[str, Callable[[object], object]] = {
    "alles": lambda wert: wert,
    "text": _einer(str),
    "text-oder-null": lambda wert: None if wert is None else _einer(str)(wert),
    "zahl": _einer(Decimal),
    "bool": _einer(bool),
    "kontext": _einer(dict),
    "liste": _liste,
    "bereich": _einer(Bereich),
    "funktion": _funktion,
    "datum": _einer(Datum),
    "tag": _einer(Datum, Zeitpunkt),
    "uhrzeit": _einer(Uhrzeit),
    "zeitpunkt": _einer(Zeitpunkt),
    "zeit": _einer(Datum, Uhrzeit, Zeitpunkt),
    "punkt": _einer(Decimal, str, Datum, Uhrzeit, Zeitpunkt, TageDauer, MonatsDauer),
    "dauer": _einer(TageDauer, MonatsDauer),
    "tagedauer-oder-null": lambda wert: None if wert is None else _einer(TageDauer)(wert),
    "zahl-oder-null": lambda wert: None if wert is None else _einer(Decimal)(wert),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a signature."""

    name: str
    art: str
    pflicht: bool


@dataclass(frozen=True, slots=True)
class Signatur:
    """One way to call a function; `rest` is the kind of the arguments that are gathered."""

    parameter: tuple[Parameter, ...]
    code: Code
    rest: str | None = None

    def by_position(self, argumente: list[object]) -> list[object] | None:
        """Arguments for the code, or None if they do not fit."""
        anzahl = len(self.parameter)
        zuviel = len(argumente) > anzahl if self.rest is None else len(argumente) <= anzahl
        if zuviel or len(argumente) < sum(parameter.pflicht for parameter in self.parameter):
            return None
        werte = [ARTEN[p.art](wert) for p, wert in zip(self.parameter, argumente, strict=False)]
        if self.rest is not None:
            gesammelt = [ARTEN[self.rest](wert) for wert in argumente[anzahl:]]
            if any(wert is _UNPASSEND for wert in gesammelt):
                return None
            werte.append(gesammelt)
        return None if any(wert is _UNPASSEND for wert in werte) else werte

    def by_name(self, argumente: dict[str, object]) -> dict[str, object] | None:
        """Keyword arguments for the code, or None if they do not fit."""
        bekannt = {parameter.name: parameter for parameter in self.parameter}
        fehlt = any(parameter.pflicht and parameter.name not in argumente for parameter in self.parameter)
        if self.rest is not None or fehlt or not argumente.keys() <= bekannt.keys():
            return None
        werte = {_python_name(name): ARTEN[bekannt[name].art](wert) for name, wert in argumente.items()}
        return None if any(wert is _UNPASSEND for wert in werte.values()) else werte


class EingebauteFunktion(Funktion):
    """A built-in function with all its signatures."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.signaturen: list[Signatur] = []

    @property
    def parameter(self) -> Sequence[str] | None:
        signatur = self.signaturen[0]
        return None if signatur.rest else [parameter.name for parameter in signatur.parameter]

    def call(self, lauf: Lauf, argumente: list[object]) -> object:
        for signatur in self.signaturen:
            werte = signatur.by_position(argumente)
            if werte is not None:
                return signatur.code(lauf, *werte)
        return None

    def call_named(self, lauf: Lauf, argumente: dict[str, object]) -> object:
        for signatur in self.signaturen:
            werte = signatur.by_name(argumente)
            if werte is not None:
                return signatur.code(lauf, **werte)
        return None


#: all built-in functions by name
EINGEBAUTE: dict[str, EingebauteFunktion] = {}


def eingebaut(name: str, signatur: str) -> Callable[[_C], _C]:
    """Decorator: the code is one signature of this function; of several, the one nearest to the code is tried first.

    The parameters after `lauf` bear the FEEL names, with underscores.
    """

    def register(code: _C) -> _C:
        funktion = EINGEBAUTE.setdefault(name, EingebauteFunktion(name))
        funktion.signaturen.append(_parse(signatur, code))
        return code

    return register


def _parse(text: str, code: Code) -> Signatur:
    parameter: list[Parameter] = []
    rest = None
    for teil in filter(None, (teil.strip() for teil in text.split(","))):
        if teil.startswith("*"):
            rest = teil[1:]
            continue
        name, _, art = teil.partition(":")
        parameter.append(Parameter(name.removesuffix("?"), art.strip(), not name.endswith("?")))
    return Signatur(tuple(parameter), code, rest)


def _python_name(name: str) -> str:
    """``start position`` is the Python parameter ``start_position``; keywords get an underscore."""
    name = name.replace(" ", "_")
    return f"{name}_" if name in _BELEGT else name
