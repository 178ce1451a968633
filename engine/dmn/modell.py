"""A decision model as drawn: plain frozen data. `engine.dmn.leser` makes it, `engine.dmn.bau` compiles it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from engine.dmn.befund import Ort


@dataclass(frozen=True, slots=True)
class Variable:
    """A name and, if drawn, the name of its type."""

    name: str
    typ: str | None = None


# --- types ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Itemdefinition:
    """A type of the model: another type, components or a function, as a list or with a restriction."""

    name: str
    typ: str | None
    komponenten: tuple[Itemdefinition, ...]
    #: unary tests that every element has to pass
    erlaubt: str | None
    liste: bool
    #: parameters and result of a function type
    funktion: tuple[tuple[Variable, ...], str | None] | None
    ort: Ort
    #: unary tests that the whole value has to pass
    bedingung: str | None = None


# --- expressions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxed:
    """Any expression of DMN; `typ` is what it says about its own result."""

    ort: Ort
    typ: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Boxed):
    """A FEEL expression."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KontextBox(Boxed):
    """Named entries from top to bottom; an entry without a name is the result."""

    eintraege: tuple[tuple[Variable | None, Boxed], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AufrufBox(Boxed):
    """A call with named arguments."""

    funktion: Boxed
    bindungen: tuple[tuple[str, Boxed], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunktionBox(Boxed):
    """A function; `art` other than FEEL names code outside, which is never run."""

    parameter: tuple[Variable, ...]
    rumpf: Boxed | None
    art: str = "FEEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenBox(Boxed):
    """A list of expressions."""

    elemente: tuple[Boxed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationBox(Boxed):
    """A list of contexts as a table."""

    spalten: tuple[Variable, ...]
    zeilen: tuple[tuple[Boxed, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WennBox(Boxed):
    """if, then, else."""

    bedingung: Boxed
    dann: Boxed
    sonst: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class SchleifeBox(Boxed):
    """``for variable in quelle return rumpf``, or with `quantor` ``some``/``every`` … ``satisfies``."""

    variable: str
    quelle: Boxed
    rumpf: Boxed
    quantor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterBox(Boxed):
    """``quelle[bedingung]``"""

    quelle: Boxed
    bedingung: Boxed


# --- decision tables --------------------------------------------------------------------------------------------------


class Trefferregel(StrEnum):
    """The hit policies of DMN."""

    EINDEUTIG = "UNIQUE"
    BELIEBIG = "ANY"
    PRIORITAET = "PRIORITY"
    ERSTE = "FIRST"
    REIHENFOLGE = "RULE ORDER"
    AUSGABEFOLGE = "OUTPUT ORDER"
    SAMMELN = "COLLECT"


class Verdichtung(StrEnum):
    """What COLLECT makes of the results."""

    SUMME = "SUM"
    ANZAHL = "COUNT"
    KLEINSTES = "MIN"
    GROESSTES = "MAX"


@dataclass(frozen=True, slots=True)
class Eingangsspalte:
    """One input: the expression that is tested, and the values it may have."""

    ausdruck: Text
    label: str
    werte: str | None


@dataclass(frozen=True, slots=True)
class Ausgangsspalte:
    """One output: its values in order of priority, and what holds when no rule matches."""

    name: str | None
    typ: str | None
    werte: str | None
    sonst: Text | None
    #: what a person reads above the column; empty when nothing else than the name
    label: str = ""


@dataclass(frozen=True, slots=True)
class Regel:
    """One row: unary tests for the inputs, expressions for the outputs, remarks."""

    tests: tuple[Text, ...]
    ergebnisse: tuple[Text, ...]
    anmerkungen: tuple[str, ...]
    ort: Ort


@dataclass(frozen=True, slots=True, kw_only=True)
class TabellenBox(Boxed):
    """A decision table."""

    eingaenge: tuple[Eingangsspalte, ...]
    ausgaenge: tuple[Ausgangsspalte, ...]
    regeln: tuple[Regel, ...]
    trefferregel: Trefferregel = Trefferregel.EINDEUTIG
    verdichtung: Verdichtung | None = None
    anmerkungsspalten: tuple[str, ...] = ()


def parts(box: Boxed) -> tuple[Boxed, ...]:
    """The expressions directly inside of one; the cells of a table are no boxes of their own."""
    match box:
        case KontextBox():
            return tuple(ausdruck for _, ausdruck in box.eintraege)
        case AufrufBox():
            return (box.funktion, *(ausdruck for _, ausdruck in box.bindungen))
        case FunktionBox():
            return (box.rumpf,) if box.rumpf else ()
        case ListenBox():
            return box.elemente
        case RelationBox():
            return tuple(zelle for zeile in box.zeilen for zelle in zeile)
        case WennBox():
            return (box.bedingung, box.dann, box.sonst)
        case SchleifeBox():
            return (box.quelle, box.rumpf)
        case FilterBox():
            return (box.quelle, box.bedingung)
    return ()


def walk(box: Boxed | None) -> Iterator[Boxed]:
    """The expression and all inside of it, from the outside in."""
    offen = [box] if box is not None else []
    while offen:
        teil = offen.pop()
        yield teil
        offen.extend(reversed(parts(teil)))


# --- elements of the graph --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verweis:
    """A reference to an element: namespace of another model, or None for this one."""

    namensraum: str | None
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """Anything in the graph that has a name and a value."""

    id: str
    name: str
    variable: Variable
    ort: Ort


@dataclass(frozen=True, slots=True, kw_only=True)
class Eingabe(Element):
    """Input data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entscheidung(Element):
    """A decision, what it needs to know and which functions it uses."""

    ausdruck: Boxed | None
    braucht: tuple[Verweis, ...]
    wissen: tuple[Verweis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wissensmodell(Element):
    """A business knowledge model: a function."""

    funktion: FunktionBox | None
    wissen: tuple[Verweis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dienst(Element):
    """A decision service: decisions that can be called as one function."""

    ausgaben: tuple[Verweis, ...]
    gekapselt: tuple[Verweis, ...]
    eingabe_entscheidungen: tuple[Verweis, ...]
    eingaben: tuple[Verweis, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """Another model under a name."""

    namensraum: str
    name: str


@dataclass(frozen=True, slots=True)
class Modell:
    """One file."""

    name: str
    namensraum: str
    version: str
    elemente: tuple[Element, ...]
    typen: tuple[Itemdefinition, ...]
    importe: tuple[Import, ...]
    #: findings of the reader that do not stop it
    hinweise: tuple[str, ...] = field(default=())
