"""Fields that depend on others, in FEEL: hidden while a condition holds, or computed."""

from __future__ import annotations

from collections.abc import Mapping

from engine import feel
from engine.feel import umwandlung
from engine.feel.lauf import Lauf
from engine.formulare.felder import Feld, Json

#: steps that all expressions of one form may take together, once
_MAX_SCHRITTE = 300_000


class Rechnung:
    """Evaluates the expressions of one form within one budget; what is too expensive has no value."""

    def __init__(self) -> None:
        self._lauf = Lauf({}, None, schritte=_MAX_SCHRITTE)

    def evaluate(self, text: str, werte: Mapping[str, Json]) -> Json:
        """The JSON value of an expression, null if it has none."""
        self._lauf.aufrufe = 0  # one that failed did not leave its calls
        try:
            wert = feel.compile(text).evaluate_wert(werte, self._lauf)
            return feel.to_json(umwandlung.result(wert, self._lauf))
        except feel.FeelError:
            return None

    def holds(self, text: str | None, werte: Mapping[str, Json]) -> bool:
        """Whether a condition is there and true."""
        return text is not None and self.evaluate(text, werte) is True


def problem(text: str) -> str | None:
    """What is wrong with an expression, or None."""
    try:
        feel.compile(text)
    except feel.FeelError as fehler:
        return fehler.text
    return None


def uses(text: str, felder: Mapping[str, Feld]) -> list[Feld]:
    """The fields that an expression reads."""
    return [felder[name] for name in feel.compile(text).namen if name in felder]
