"""Tokens that rest: thousands may wait side by side, and a step touches a few of them.

Two kinds need nothing but their place: work of a person, and arrivals at a join. They lie in columns until something
concerns them (SpiffWorkflow fault 4: there every step walks over all of them); then `take` hands out what a token is
made of.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_LAENGE = 32
Zeile = tuple[int, str, str, str | None, dict[str, Any] | None]


@dataclass(slots=True)
class Ruhende:
    """Columns of one level, in the order of creation; all have the same length."""

    nr: list[int] = field(default_factory=list)
    token: list[str] = field(default_factory=list)
    #: work: name of the node; arrival: the flow over which it came
    ort: list[str] = field(default_factory=list)
    #: id of the token with which this one belongs together
    eltern: list[str | None] = field(default_factory=list)
    #: own names of an instance of a repetition
    daten: list[dict[str, Any] | None] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.nr)

    def find(self, token: str) -> int | None:
        """Place of a token; None if it does not rest here."""
        return self.token.index(token) if token in self.token else None

    def take(self, stelle: int) -> Zeile:
        """Remove the token at a place and return its row."""
        return tuple([spalte.pop(stelle) for spalte in self._spalten()])

    def extend(self, zeilen: Iterable[Zeile]) -> None:
        """Add rows where they belong."""
        for zeile in zeilen:
            stelle = bisect.bisect(self.nr, zeile[0])
            for spalte, wert in zip(self._spalten(), zeile, strict=True):
                spalte.insert(stelle, wert)

    def _spalten(self) -> tuple[list[Any], ...]:
        return self.nr, self.token, self.ort, self.eltern, self.daten

    def dump(self, nummern: dict[int, int] | None) -> dict[str, Any]:
        """As JSON, with new numbers if given; empty columns are left out."""
        nr = self.nr if nummern is None else [nummern[nr] for nr in self.nr]
        spalten: dict[str, Any] = {"nr": nr, "token": self.token, "ort": self.ort}
        if any(self.eltern):
            spalten["eltern"] = self.eltern
        if any(self.daten):
            spalten["daten"] = self.daten
        return spalten


def load(spalten: Any) -> Ruhende:
    """Inverse of `Ruhende.dump`; raises `ValueError`, `TypeError` or `LookupError` for anything else."""
    nr, token, ort = spalten["nr"], spalten["token"], spalten["ort"]
    nichts = [None] * len(nr)
    ruhende = Ruhende(nr, token, ort, spalten.get("eltern", nichts[:]), spalten.get("daten", nichts[:]))
    if {(type(spalte), len(spalte)) for spalte in ruhende._spalten()} != {(list, len(nr))}:
        raise ValueError("columns of different length")
    if {type(n) for n in nr} - {int} or nr != sorted(nr) or {len(t) for t in token} - {_LAENGE} or _doppelt(token):
        raise ValueError("bad tokens")
    if not {type(daten) for daten in ruhende.daten} <= {dict, type(None)}:
        raise ValueError("bad data")
    return ruhende


def _doppelt(token: list[str]) -> bool:
    return len("".join(token)) != _LAENGE * len(set(token))
