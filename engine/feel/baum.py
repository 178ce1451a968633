"""The parsed expression: plain nodes with their place in the text; `engine.feel.bau` compiles them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from engine.feel.typen import Typ


@dataclass(frozen=True, slots=True)
class Knoten:
    """Any part of an expression; `pos` is its offset in the text."""

    pos: int


@dataclass(frozen=True, slots=True)
class Literal(Knoten):
    """A number, string, boolean, null or ``@"…"``: `wert` is the FEEL value."""

    wert: object


@dataclass(frozen=True, slots=True)
class Name(Knoten):
    """A variable or function by its name, spaces included."""

    name: str


@dataclass(frozen=True, slots=True)
class Pfad(Knoten):
    """``quelle.name``"""

    quelle: Knoten
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Knoten):
    """``quelle[bedingung]``"""

    quelle: Knoten
    bedingung: Knoten


@dataclass(frozen=True, slots=True)
class Aufruf(Knoten):
    """``funktion(1, 2)`` or, with `namen`, ``funktion(a: 1, b: 2)``."""

    funktion: Knoten
    argumente: tuple[Knoten, ...]
    namen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Liste(Knoten):
    """``[1, 2]``"""

    elemente: tuple[Knoten, ...]


@dataclass(frozen=True, slots=True)
class Kontext(Knoten):
    """``{a: 1, "b c": a + 1}``; an entry sees those before it."""

    eintraege: tuple[tuple[str, Knoten], ...]


@dataclass(frozen=True, slots=True)
class Bereich(Knoten):
    """``[von..bis)`` or, with an operator, ``(>= von)``: then both ends are the same node."""

    von: Knoten
    bis: Knoten
    von_offen: bool
    bis_offen: bool
    op: str = ""


@dataclass(frozen=True, slots=True)
class Minus(Knoten):
    """``-x``"""

    operand: Knoten


@dataclass(frozen=True, slots=True)
class Rechnung(Knoten):
    """``erster + a - b``: operators of one rank, from left to right."""

    erster: Knoten
    rest: tuple[tuple[str, Knoten], ...]


@dataclass(frozen=True, slots=True)
class Und(Knoten):
    """``a and b and c``"""

    teile: tuple[Knoten, ...]


@dataclass(frozen=True, slots=True)
class Oder(Knoten):
    """``a or b or c``"""

    teile: tuple[Knoten, ...]


@dataclass(frozen=True, slots=True)
class Vergleich(Knoten):
    """``links < rechts``"""

    op: str
    links: Knoten
    rechts: Knoten


@dataclass(frozen=True, slots=True)
class Zwischen(Knoten):
    """``x between von and bis``"""

    operand: Knoten
    von: Knoten
    bis: Knoten


@dataclass(frozen=True, slots=True)
class TestVergleich(Knoten):
    """A unary test with an operator: ``< 5``. Only inside `In` and `Tests`."""

    op: str
    wert: Knoten


@dataclass(frozen=True, slots=True)
class In(Knoten):
    """``x in (1, [2..3], > 5)``"""

    operand: Knoten
    tests: tuple[Knoten, ...]


@dataclass(frozen=True, slots=True)
class InstanzVon(Knoten):
    """``x instance of list<number>``"""

    operand: Knoten
    typ: Typ


@dataclass(frozen=True, slots=True)
class Wenn(Knoten):
    """``if bedingung then dann else sonst``"""

    bedingung: Knoten
    dann: Knoten
    sonst: Knoten


@dataclass(frozen=True, slots=True)
class Iteration(Knoten):
    """``name in quelle`` or ``name in quelle..bis``"""

    name: str
    quelle: Knoten
    bis: Knoten | None


@dataclass(frozen=True, slots=True)
class Schleife(Knoten):
    """``for … return ergebnis``"""

    iterationen: tuple[Iteration, ...]
    ergebnis: Knoten


@dataclass(frozen=True, slots=True)
class Quantor(Knoten):
    """``some … satisfies bedingung`` or ``every …``"""

    alle: bool
    iterationen: tuple[Iteration, ...]
    bedingung: Knoten


@dataclass(frozen=True, slots=True)
class FunktionDef(Knoten):
    """``function(a: number, b) rumpf``; an external function has no body we would run."""

    parameter: tuple[tuple[str, Typ | None], ...]
    rumpf: Knoten | None


@dataclass(frozen=True, slots=True)
class Tests(Knoten):
    """A cell of a decision table: one of `positive` matches, or none if `negiert`; empty matches everything (``-``)."""

    positive: tuple[Knoten, ...]
    negiert: bool = False


def children(knoten: Knoten) -> Iterator[Knoten]:
    """The nodes directly below."""
    for feld in fields(knoten):
        yield from _nodes(getattr(knoten, feld.name))


def _nodes(wert: object) -> Iterator[Knoten]:
    if isinstance(wert, Knoten):
        yield wert
    elif isinstance(wert, tuple):
        for teil in wert:
            yield from _nodes(teil)


def walk(knoten: Knoten) -> Iterator[Knoten]:
    """The node and everything below it."""
    offen = [knoten]
    while offen:
        teil = offen.pop()
        yield teil
        offen.extend(children(teil))


def weight(knoten: Knoten) -> int:
    """Number of nodes: what one evaluation of this part costs."""
    return sum(1 for _ in walk(knoten))
