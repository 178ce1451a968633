"""Fields that depend on others, in FEEL: hidden while a condition holds, or computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine import feel
from engine.formulare.felder import Feld, FeldTyp, Json
from engine.formulare.formular import Formular


def hide(formular: Formular, werte: Mapping[str, Json]) -> Iterator[str]:
    """Keys of the fields that are hidden with these values."""
    for feld in formular.felder:
        if feld.verborgen_wenn is not None and evaluate(feld.verborgen_wenn, werte) is True:
            yield feld.key


def compute(formular: Formular, werte: Mapping[str, Json]) -> dict[str, Json]:
    """Values of the computed fields; one may use those before it."""
    ergebnis: dict[str, Json] = {}
    for feld in formular.felder:
        if feld.typ is FeldTyp.AUSDRUCK and feld.ausdruck is not None:
            ergebnis[feld.key] = evaluate(feld.ausdruck, {**werte, **ergebnis})
    return ergebnis


def evaluate(text: str, werte: Mapping[str, Json]) -> Json:
    """The JSON value of an expression, null if it has none."""
    try:
        return feel.to_json(feel.compile(text).evaluate(werte))
    except feel.FeelError:
        return None


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
