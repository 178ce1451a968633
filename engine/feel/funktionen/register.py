"""Registers built-in functions with their signatures; a call that fits no signature gives null, as the standard says.

A signature is written ``"string: text, start position: zahl, length?: zahl"``: the names are those of the standard, the
kinds those of `ARTEN`, a question mark makes a parameter optional, a star gathers all arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.feel.lauf import Lauf
from engine.feel.werte import Bereich, Funktion

_UNPASSEND = object()

Code = Callable[..., object]


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
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a signature."""

    name: str
    art: str
    pflicht: bool


@dataclass(frozen=True, slots=True)
class Signatur:
    """One way to call a function."""

    parameter: tuple[Parameter, ...]
    code: Code
    sammelt: str | None = None

    def by_position(self, argumente: list[object]) -> list[object] | None:
        """Arguments for the code, or None if they do not fit."""
        if self.sammelt is not None:
            werte = [ARTEN[self.sammelt](wert) for wert in argumente]
            return None if not werte or any(wert is _UNPASSEND for wert in werte) else [werte]
        mindestens = sum(parameter.pflicht for parameter in self.parameter)
        if not mindestens <= len(argumente) <= len(self.parameter):
            return None
        werte = [ARTEN[p.art](wert) for p, wert in zip(self.parameter, argumente, strict=False)]
        return None if any(wert is _UNPASSEND for wert in werte) else werte

    def by_name(self, argumente: dict[str, object]) -> dict[str, object] | None:
        """Keyword arguments for the code, or None if they do not fit."""
        bekannt = {parameter.name: parameter for parameter in self.parameter}
        fehlt = any(parameter.pflicht and parameter.name not in argumente for parameter in self.parameter)
        if self.sammelt is not None or fehlt or not argumente.keys() <= bekannt.keys():
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
        return None if signatur.sammelt else [parameter.name for parameter in signatur.parameter]

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


def eingebaut(name: str, signatur: str) -> Callable[[Code], Code]:
    """Decorator: the code is one signature of this function. Its parameters after `lauf` bear the FEEL names."""

    def register(code: Code) -> Code:
        funktion = EINGEBAUTE.setdefault(name, EingebauteFunktion(name))
        funktion.signaturen.append(_parse(signatur, code))
        return code

    return register


def _parse(text: str, code: Code) -> Signatur:
    if text.startswith("*"):
        return Signatur((), code, sammelt=text[1:])
    parameter = []
    for teil in filter(None, (teil.strip() for teil in text.split(","))):
        name, _, art = teil.partition(":")
        parameter.append(Parameter(name.removesuffix("?"), art.strip(), not name.endswith("?")))
    return Signatur(tuple(parameter), code)


def _python_name(name: str) -> str:
    """``start position`` is the Python parameter ``start_position``; keywords get an underscore."""
    name = name.replace(" ", "_")
    return f"{name}_" if name in ("from", "list", "range", "match", "input") else name
