"""``value.name``: entries of contexts, properties of ranges, dates and durations. Never an attribute of Python."""

from __future__ import annotations

from engine.feel.werte import Bereich
from engine.feel.zeit import eigenschaften


def get(wert: object, name: str) -> object:
    """The entry or property, null if there is none."""
    if isinstance(wert, dict):
        return wert.get(name)
    if isinstance(wert, Bereich):
        return _bereich(wert, name)
    return eigenschaften.get(wert, name)


def _bereich(wert: Bereich, name: str) -> object:
    match name:
        case "start":
            return wert.von
        case "end":
            return wert.bis
        case "start included":
            return not wert.von_offen and not wert.von_fehlt
        case "end included":
            return not wert.bis_offen and not wert.bis_fehlt
    return None
