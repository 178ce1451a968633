"""Compiled expressions: `compile`, `compile_unary_tests`, `evaluate`. Compile once, evaluate often, from any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from engine.feel import baum, parser, umwandlung
from engine.feel.bau import Code, build, tests
from engine.feel.fehler import FeelError
from engine.feel.freie_namen import freie_namen
from engine.feel.funktionen import EINGEBAUTE
from engine.feel.lauf import Lauf, Sicht, Wurzel
from engine.feel.leihfunktion import Leihfunktion
from engine.feel.typen import Typ
from engine.feel.werte import Funktion

Kontext = Mapping[str, object]
Funktionen = Mapping[str, Callable[..., object]]

_KEINE: Funktionen = {}


class Ausdruck:
    """One expression, ready to run."""

    def __init__(self, text: str, namen: Iterable[str] = (), typen: Mapping[str, Typ] | None = None) -> None:
        self.text = text
        try:
            self.baum = parser.parse(text, namen, typen)
            self.code = build(self.baum)
        except RecursionError:
            raise _zu_tief() from None

    @classmethod
    def of(cls, knoten: baum.Knoten) -> Ausdruck:
        """A part of another expression, by itself."""
        teil = cls.__new__(cls)
        teil.text, teil.baum, teil.code = "", knoten, build(knoten)
        return teil

    @property
    def namen(self) -> frozenset[str]:
        """Names that the expression takes from outside, functions included; a few too many inside filters."""
        return freie_namen(self.baum)

    def evaluate(self, kontext: Kontext, funktionen: Funktionen = _KEINE, jetzt: datetime | None = None) -> object:
        """The value in plain Python; null where FEEL has no answer (unknown name, wrong kind, division by zero).

        Numbers are Decimal, dates `date`, instants `datetime`. `funktionen` may be called by name; they receive plain
        Python values. `jetzt` is what ``now()`` and ``today()`` say. Raises `FeelError` when the budget is used up or a
        lent function refuses.
        """
        lauf = Lauf(funktionen, jetzt)
        return umwandlung.result(self.evaluate_wert(kontext, lauf), lauf)

    def evaluate_wert(self, kontext: Kontext, lauf: Lauf) -> object:
        """The FEEL value, for callers that go on computing with it."""
        try:
            return self.code(root(kontext, lauf))
        except RecursionError:
            raise _zu_tief() from None


class UnaryTests:
    """The cell of a decision table, ready to run."""

    def __init__(self, text: str, namen: Iterable[str] = (), typen: Mapping[str, Typ] | None = None) -> None:
        self.text = text
        try:
            self.baum = parser.parse_tests(text, namen, typen)
            self._proben = [tests.build_test(test) for test in self.baum.positive]
            self._fragt = any(tests.uses_input(test) for test in self.baum.positive)
        except RecursionError:
            raise _zu_tief() from None

    def evaluate(
        self, wert: object, kontext: Kontext, funktionen: Funktionen = _KEINE, jetzt: datetime | None = None
    ) -> bool:
        """True if the cell matches the value; null counts as no match."""
        lauf = Lauf(funktionen, jetzt)
        return self.matches(umwandlung.to_feel(wert, lauf), root(kontext, lauf))

    def matches(self, wert: object, sicht: Sicht) -> bool:
        """The same for a FEEL value in a view of the variables."""
        if not self.baum.positive:
            return True
        try:
            treffer = tests.any_of(self._proben, wert, sicht.child({"?": wert}) if self._fragt else sicht)
        except RecursionError:
            raise _zu_tief() from None
        return treffer is False if self.baum.negiert else treffer is True


def compile(text: str, *, namen: Iterable[str] = (), typen: Mapping[str, Typ] | None = None) -> Ausdruck:
    """The compiled expression, from the cache if it was seen lately.

    `namen`: known names that hold spaces or signs. Raises `FeelError` with the position.
    """
    if typen:
        return Ausdruck(text, namen, typen)
    return _compile(text, frozenset(namen))


def compile_unary_tests(text: str, *, namen: Iterable[str] = (), typen: Mapping[str, Typ] | None = None) -> UnaryTests:
    """The same for a cell of a decision table, such as ``-``, ``< 5, [10..20]`` or ``not("a")``."""
    if typen:
        return UnaryTests(text, namen, typen)
    return _compile_tests(text, frozenset(namen))


def evaluate(text: str, kontext: Kontext, funktionen: Funktionen = _KEINE, jetzt: datetime | None = None) -> object:
    """Compile and evaluate; names with spaces are those of the context."""
    namen = frozenset(name for name in kontext if isinstance(name, str) and not name.isidentifier())
    return compile(text, namen=namen).evaluate(kontext, funktionen, jetzt)


def listed_values(text: str) -> tuple[Code, ...]:
    """Closures of the values that a list such as ``"hoch", "mittel"`` names, in order, without tests among them."""
    positive = compile_unary_tests(text).baum.positive
    return tuple(build(test) for test in positive if not isinstance(test, baum.TestVergleich | baum.Bereich))


@lru_cache(maxsize=4096)
def _compile(text: str, namen: frozenset[str]) -> Ausdruck:
    return Ausdruck(text, namen)


@lru_cache(maxsize=4096)
def _compile_tests(text: str, namen: frozenset[str]) -> UnaryTests:
    return UnaryTests(text, namen)


def root(kontext: Kontext, lauf: Lauf) -> Wurzel:
    """The outermost view of an evaluation: these variables, lent functions, built-in functions."""
    return Wurzel(kontext, lauf, umwandlung.to_feel, _function)


def _function(name: str, lauf: Lauf) -> Funktion | None:
    if name in lauf.funktionen:
        return Leihfunktion(name, lauf.funktionen[name])
    return EINGEBAUTE.get(name)


def _zu_tief() -> FeelError:
    return FeelError("Der Ausdruck ist zu tief geschachtelt. Teilen Sie ihn auf.", 0)
