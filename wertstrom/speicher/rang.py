"""Exact quantiles of values that are only known as counts per class: which classes to look into, and what is there.

Owns the rank arithmetic of the quantile that `makros.sql` defines (type 7 of Hyndman and Fan): rank (n - 1) · p,
linear between its two neighbours. Pure; reads no table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ganze = npt.NDArray[np.int64]
#: group of values: von, nach, clock
Gruppe = tuple[str, str, bool]
#: a class of a group
Fach = tuple[str, str, bool, int]

ANTEILE = {"median": 0.5, "p80": 0.8}


@dataclass(frozen=True, slots=True)
class Stufen:
    """Counts of one group: classes in ascending order, how many values lie in each, and between which."""

    stufe: Ganze
    n: Ganze
    #: smallest and largest value of each class, in µs
    von_us: Ganze
    bis_us: Ganze

    def places(self, anteil: float) -> tuple[list[tuple[int, int]], float]:
        """Row of the class and place in it (from 0) of both neighbours of the rank, and the weight of the upper one."""
        bis = np.cumsum(self.n)
        rang = (int(bis[-1]) - 1) * anteil
        unten = int(np.floor(rang))
        stellen = []
        for platz in (unten, min(unten + 1, int(bis[-1]) - 1)):
            fach = int(np.searchsorted(bis, platz, side="right"))
            stellen.append((fach, platz - int(bis[fach] - self.n[fach])))
        return stellen, rang - unten


@dataclass(frozen=True, slots=True)
class Werte:
    """The values of one class: different ones in ascending order, and how many up to each."""

    us: Ganze
    bis: Ganze

    def at(self, platz: int) -> int:
        """The value at this place, from 0."""
        return int(self.us[np.searchsorted(self.bis, platz, side="right")])


def needed(gruppen: Mapping[Gruppe, Stufen]) -> set[Fach]:
    """Classes whose values decide about the quantiles; of a class with one value nothing more has to be known."""
    return {
        (*gruppe, int(stufen.stufe[fach]))
        for gruppe, stufen in gruppen.items()
        for anteil in ANTEILE.values()
        for fach, _ in stufen.places(anteil)[0]
        if stufen.von_us[fach] < stufen.bis_us[fach]
    }


def quantiles(gruppe: Gruppe, stufen: Stufen, inhalt: Mapping[Fach, Werte]) -> dict[str, float]:
    """Median and P80 in µs."""
    ergebnis = {}
    for name, anteil in ANTEILE.items():
        stellen, gewicht = stufen.places(anteil)
        unten, oben = (
            int(stufen.von_us[fach])
            if stufen.von_us[fach] == stufen.bis_us[fach]
            else inhalt[(*gruppe, int(stufen.stufe[fach]))].at(platz)
            for fach, platz in stellen
        )
        ergebnis[name] = unten + (oben - unten) * gewicht
    return ergebnis
