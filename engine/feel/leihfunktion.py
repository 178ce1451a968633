"""Functions that the caller lends to an expression, such as ``frist_at``: plain Python in, plain Python out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.errors import EngineError
from engine.feel import umwandlung
from engine.feel.fehler import FeelError
from engine.feel.lauf import Lauf
from engine.feel.werte import Funktion

#: a call costs more than a step of the expression
_KOSTEN = 20


class Leihfunktion(Funktion):
    """A lent function. What it refuses ends the evaluation, because the model asked for something impossible."""

    def __init__(self, name: str, code: Callable[..., object]) -> None:
        self._name = name
        self._code = code

    @property
    def parameter(self) -> Sequence[str] | None:
        return None

    def call(self, lauf: Lauf, argumente: list[object]) -> object:
        return self._run(lauf, [umwandlung.result(wert, lauf) for wert in argumente], {})

    def call_named(self, lauf: Lauf, argumente: dict[str, object]) -> object:
        return self._run(lauf, [], {name: umwandlung.result(wert, lauf) for name, wert in argumente.items()})

    def _run(self, lauf: Lauf, argumente: list[object], benannt: dict[str, object]) -> object:
        lauf.charge(_KOSTEN)
        try:
            ergebnis = self._code(*argumente, **benannt)
        except EngineError as fehler:
            raise FeelError(fehler.text) from None
        except (TypeError, ValueError, ArithmeticError, LookupError) as fehler:
            raise FeelError(
                f"Der Ausdruck kann nicht berechnet werden: Die Angaben für „{self._name}“ passen nicht."
            ) from fehler
        return umwandlung.to_feel(ergebnis, lauf)
