"""Which places can hold tokens at the same time: a fixed point over pairs of places.

Exact for drawings in which everything ends; otherwise it may name pairs that never come together.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

from engine.bpmn.ablauf.netz import Folge, Netz, Verbindung

#: pairs after which it is given up
_MAX_PAARE = 40_000


def mehrfache_orte(netz: Netz) -> frozenset[int]:
    """Places at which a second token may arrive while the first is still on its way; empty if there are too many."""
    paare = _Paare(netz)
    try:
        paare.run()
    except OverflowError:
        return frozenset()
    return frozenset(ort for ort, andere in paare.neben.items() if ort in andere)


class _Paare:
    def __init__(self, netz: Netz) -> None:
        self.netz = netz
        self.neben: defaultdict[int, set[int]] = defaultdict(set)
        self.offen: list[tuple[int, int]] = []
        self.anzahl = 0
        self.verbindung_von = {ort: v for v in netz.verbindungen.values() for ort in v.eingaenge}
        self.besucht: set[int] = set()

    def run(self) -> None:
        neu = [ort for folge in self.netz.anfang for ort in folge]
        for folge in self.netz.anfang:
            self._together(folge)
        while neu:
            ort = neu.pop()
            if ort not in self.besucht:
                self.besucht.add(ort)
                for folge in self._folgen(ort):
                    self._together(folge)
                    neu += folge
        while self.offen:
            self._advance(*self.offen.pop())

    def _together(self, folge: tuple[int, ...]) -> None:
        """Tokens that appear at once."""
        for ort, anderer in combinations(folge, 2):
            self._add(ort, anderer)

    def _folgen(self, ort: int) -> list[Folge]:
        """What may become of a token here, if all have come that it needs."""
        v = self.verbindung_von.get(ort)
        if v is None:
            return self.netz.folgen.get(ort, [])
        return v.folgen if v.inklusiv or self.besucht.issuperset(v.eingaenge) else []

    def _add(self, a: int, b: int) -> None:
        for ort, anderer in ((a, b), (b, a)):
            if anderer not in self.neben[ort]:
                self.neben[ort].add(anderer)
                self.offen.append((ort, anderer))
                self.anzahl += 1
                if self.anzahl > _MAX_PAARE:
                    raise OverflowError

    def _advance(self, ort: int, bleibt: int) -> None:
        """A token moves on from `ort` while another one lies at `bleibt`."""
        v = self.verbindung_von.get(ort)
        if v is None:
            folgen = self.netz.folgen.get(ort, [])
        elif bleibt not in v.eingaenge and self._fires(v, bleibt):
            folgen = v.folgen
        else:
            return
        for folge in folgen:
            for ziel in folge:
                if ziel > 0:  # nothing stays when the scope is over
                    self._add(ziel, bleibt)

    def _fires(self, v: Verbindung, bleibt: int) -> bool:
        return v.inklusiv or self.neben[bleibt].issuperset(v.eingaenge)
