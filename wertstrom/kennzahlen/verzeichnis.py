"""The register of key figures: name, unit, clock, formula and source of each, as the glossary and help show them.

Owns KENNZAHLEN. A figure registers itself by the decorator `kennzahl`; its docstring explains it to developers, its
entry to everybody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Kennzahl:
    """One figure: how it is called, counted and computed."""

    name: str
    titel: str
    #: e.g. "Tage", "Anteil 0–1"
    einheit: str
    #: "AT und KT", or "–" where no time is measured
    uhr: str
    formel: str
    quelle: str
    funktion: Callable[..., object]


KENNZAHLEN: dict[str, Kennzahl] = {}


def kennzahl(
    *, titel: str, einheit: str, uhr: str, formel: str, quelle: str
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Enter a function into the register under its own name."""

    def register(funktion: Callable[P, R]) -> Callable[P, R]:
        name = funktion.__name__
        KENNZAHLEN[name] = Kennzahl(name, titel, einheit, uhr, formel, quelle, funktion)
        return funktion

    return register
