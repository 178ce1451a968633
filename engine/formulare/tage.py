"""Days in words: „heute“ means the day on which it was typed, not the one on which the form is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from engine.formulare.felder import FeldTyp
from engine.formulare.formular import Formular

_TAGE = {"gestern": -1, "heute": 0, "morgen": 1, "übermorgen": 2}


def fix_heute(formular: Formular, eingaben: Mapping[str, Sequence[str]], heute: date) -> dict[str, Sequence[str]]:
    """The same inputs, with the date in place of a day in words."""
    daten = {feld.key for feld in formular.felder if feld.typ is FeldTyp.DATUM}
    daten |= {f"{liste.key}.{f.key}" for liste in formular.felder for f in liste.felder if f.typ is FeldTyp.DATUM}
    return {
        name: [_fix(text, heute) for text in texte] if _ohne_nummer(name) in daten else texte
        for name, texte in eingaben.items()
    }


def _ohne_nummer(name: str) -> str:
    teile = name.split(".")
    return f"{teile[0]}.{teile[2]}" if len(teile) == 3 else name


def _fix(text: str, heute: date) -> str:
    abstand = _TAGE.get(text.strip().casefold()) if isinstance(text, str) else None
    return text if abstand is None else f"{heute + timedelta(abstand):%d.%m.%Y}"
