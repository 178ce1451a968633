"""Built-in functions on booleans."""

from __future__ import annotations

from engine.feel.funktionen.register import eingebaut
from engine.feel.lauf import Lauf


@eingebaut("not", "negand: alles")
def nicht(_lauf: Lauf, negand: object) -> bool | None:
    """Null for anything but a boolean."""
    return not negand if isinstance(negand, bool) else None


@eingebaut("all", "*alles")
@eingebaut("all", "list: liste")
def alle(lauf: Lauf, list_: list[object]) -> bool | None:
    """False if one is false, else null if one is no boolean."""
    return _quantor(lauf, list_, entscheidend=False)


@eingebaut("any", "*alles")
@eingebaut("any", "list: liste")
def irgendeiner(lauf: Lauf, list_: list[object]) -> bool | None:
    """True if one is true, else null if one is no boolean."""
    return _quantor(lauf, list_, entscheidend=True)


def _quantor(lauf: Lauf, liste: list[object], *, entscheidend: bool) -> bool | None:
    lauf.charge(len(liste))
    if any(wert is entscheidend for wert in liste):
        return entscheidend
    return (not entscheidend) if all(isinstance(wert, bool) for wert in liste) else None
