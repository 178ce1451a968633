"""The values of FEEL in Python: None, bool, str, Decimal, list, dict, the classes of `engine.feel.zeit` and those here.

Lists and contexts are never changed once made; values from outside are copied on the way in.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.feel.lauf import Lauf
    from engine.feel.typen import Typ

#: IEEE 754 decimal128, as the standard says; errors show as NaN or Infinity and become null
RECHNEN = Context(prec=34, Emin=-6143, Emax=6144, rounding=ROUND_HALF_EVEN, traps=[])

#: digits in the text of a number; beyond them nobody means it
_MAX_ZIFFERN = 200


def parse_zahl(text: str) -> Decimal | None:
    """The number behind plain ASCII text with a decimal point, or None."""
    if len(text) > _MAX_ZIFFERN or not text.isascii() or "_" in text:
        return None
    return endlich(RECHNEN.create_decimal(text))


def endlich(zahl: Decimal) -> Decimal | None:
    """The number, or null for NaN and Infinity, which FEEL does not have."""
    return zahl if zahl.is_finite() else None


def als_int(wert: object) -> int | None:
    """A whole number of reasonable size, or None."""
    if type(wert) is not Decimal or abs(wert) >= 10**15 or wert != wert.to_integral_value():
        return None
    return int(wert)


@dataclass(frozen=True, slots=True)
class Bereich:
    """A range value. With an operator, as in ``(>= 5)``, one end is missing; ``(!= 5)`` is all but one value."""

    von: object
    bis: object
    von_offen: bool
    bis_offen: bool
    op: str = ""

    @property
    def von_fehlt(self) -> bool:
        """True if nothing bounds it below."""
        return self.op in ("<", "<=")

    @property
    def bis_fehlt(self) -> bool:
        """True if nothing bounds it above."""
        return self.op in (">", ">=")


class Funktion(ABC):
    """A function value: built in, defined by the model, or given by the caller."""

    @property
    @abstractmethod
    def parameter(self) -> Sequence[str] | None:
        """Names of the parameters, or None if they depend on the call."""

    @abstractmethod
    def call(self, lauf: Lauf, argumente: list[object]) -> object:
        """Call by position; a call that does not fit gives null."""

    @abstractmethod
    def call_named(self, lauf: Lauf, argumente: dict[str, object]) -> object:
        """Call by name; a call that does not fit gives null."""

    def fits(self, parameter: Sequence[Typ], ergebnis: Typ) -> bool:  # noqa: ARG002
        """True if the function is of this type; only the number of parameters is known here."""
        return self.parameter is not None and len(self.parameter) == len(parameter)
