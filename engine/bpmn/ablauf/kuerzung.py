"""Shrinks a net without changing whether its ways end: chains, choices that meet again, well nested branches.

What is drawn in blocks disappears as a whole, so that the search sees only what is tangled.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain

from engine.bpmn.ablauf.netz import Folge, Netz, Verbindung

#: alternatives looked at; a hostile net is left as it is then, and the search has its own budget
_MAX_ARBEIT = 300_000
#: places that lead to another one, up to which it is worth to change them all
_MAX_QUELLEN = 4
#: stands for the beginning of the scope where a place or join is named
_ANFANG = ""


def kuerze(netz: Netz) -> int:
    """Shrink it in place and return what it cost; joins that go are not in `verbindungen` any more."""
    kuerzung = _Kuerzung(netz)
    while kuerzung.shorten() and kuerzung.arbeit < _MAX_ARBEIT:
        pass
    return kuerzung.arbeit


class _Kuerzung:
    def __init__(self, netz: Netz) -> None:
        self.netz = netz
        #: a place that is gone → what stands for a token there
        self.statt: dict[int, Folge] = {}
        self.arbeit = 0

    def shorten(self) -> bool:
        """One pass; False if nothing was left to do."""
        weg = [self._drop(ort) for ort in reversed(list(self.netz.folgen))]
        self._clear()
        return self._nest() or any(weg)

    def _clear(self) -> None:
        """Name only places that still exist."""
        for ort, folgen in self.netz.folgen.items():
            self.netz.folgen[ort] = self._klar(folgen)
        for verbindung in self.netz.verbindungen.values():
            verbindung.folgen = self._klar(verbindung.folgen)
        self.netz.anfang = [self._klar([folge])[0] for folge in self.netz.anfang]

    def _klar(self, folgen: list[Folge]) -> list[Folge]:
        """The same alternatives in terms of places that exist, each once."""
        self.arbeit += sum(len(folge) + 1 for folge in folgen)
        return list(dict.fromkeys(tuple(sorted(o for ort in folge for o in self._ziel(ort))) for folge in folgen))

    def _ziel(self, ort: int) -> Folge:
        kette = []
        while (folge := self.statt.get(ort)) is not None and folge:
            kette.append(ort)
            ort = folge[0]
        ergebnis = () if folge == () else (ort,)
        for name in kette:
            self.statt[name] = ergebnis
        return ergebnis

    def _drop(self, ort: int) -> bool:
        """A place from which only one place follows is that place."""
        folgen = self._klar(self.netz.folgen[ort])
        if len(folgen) > 1:
            folgen = [folge for folge in folgen if folge != (ort,)]
        self.netz.folgen[ort] = folgen
        if len(folgen) != 1 or len(folgen[0]) > 1 or folgen[0] == (ort,):
            return False
        self.statt[ort] = folgen[0]
        del self.netz.folgen[ort]
        return True

    def _nest(self) -> bool:
        """A split whose branches all lead straight to its own join is one way."""
        bisher = len(self.netz.verbindungen)
        woher = self._producers()
        ort_von = {ort: v.knoten for v in self.netz.verbindungen.values() for ort in v.eingaenge}
        offen = list(self.netz.verbindungen)
        while offen and self.arbeit < _MAX_ARBEIT:
            v = self.netz.verbindungen.get(offen.pop())
            quellen = {q for ort in v.eingaenge for q, anzahl in woher[ort].items() if anzahl} if v else set()
            if v is None or len(quellen) != 1:
                continue
            (quelle,) = quellen
            folgen = self._folgen_der(quelle)
            if folgen is not None and _is_block(v, folgen):
                self._collapse(v, quelle, folgen, woher)
                beruehrt = chain(*(folge for folge in self._folgen_der(quelle) or []))
                offen += dict.fromkeys(ort_von[ort] for ort in beruehrt if ort in ort_von)
        return len(self.netz.verbindungen) < bisher

    def _producers(self) -> defaultdict[int, Counter[int | str]]:
        """Place → how often it is named by the alternatives of which place or join."""
        woher: defaultdict[int, Counter[int | str]] = defaultdict(Counter)
        quellen: list[tuple[int | str, list[Folge]]] = [*self.netz.folgen.items()]
        quellen += [(v.knoten, v.folgen) for v in self.netz.verbindungen.values()]
        for quelle, folgen in [*quellen, (_ANFANG, self.netz.anfang)]:
            for ort in chain(*folgen):
                woher[ort][quelle] += 1
        return woher

    def _folgen_der(self, quelle: int | str) -> list[Folge] | None:
        if isinstance(quelle, int):
            return self.netz.folgen.get(quelle)
        verbindung = self.netz.verbindungen.get(quelle)
        return None if verbindung is None else verbindung.folgen

    def _collapse(
        self, v: Verbindung, quelle: int | str, folgen: list[Folge], woher: defaultdict[int, Counter[int | str]]
    ) -> None:
        """Let the split lead to where the join leads."""
        del self.netz.verbindungen[v.knoten]
        danach = v.folgen[0] if len(v.folgen) == 1 else (self.netz.neuer_ort(v.knoten),)
        if len(v.folgen) != 1:
            self.netz.folgen[danach[0]] = v.folgen
        for ort in chain(*v.folgen):
            woher[ort][v.knoten] = 0
            woher[ort][quelle if len(v.folgen) == 1 else danach[0]] += 1
        eingaenge = set(v.eingaenge)
        self.arbeit += sum(len(folge) + 1 for folge in folgen)
        folgen[:] = dict.fromkeys(
            tuple(sorted([*(o for o in folge if o not in eingaenge), *danach])) if eingaenge & {*folge} else folge
            for folge in folgen
        )
        if isinstance(quelle, int):
            self._bypass(quelle, woher)

    def _bypass(self, ort: int, woher: defaultdict[int, Counter[int | str]]) -> None:
        """A place that has become a mere passage: where only few lead to it, they lead past it."""
        folgen = self.netz.folgen[ort]
        quellen = [q for q, anzahl in woher[ort].items() if anzahl]
        if len(folgen) != 1 or len(folgen[0]) > 1 or len(quellen) > _MAX_QUELLEN:
            return
        if ort in folgen[0] or not {ort, _ANFANG}.isdisjoint(quellen):
            return
        for quelle in quellen:
            vorher = self._folgen_der(quelle)
            if vorher is not None:
                self.arbeit += sum(len(folge) + 1 for folge in vorher)
                vorher[:] = dict.fromkeys(
                    tuple(sorted(chain(*(folgen[0] if o == ort else (o,) for o in folge)))) for folge in vorher
                )
                for ziel in folgen[0]:
                    woher[ziel][ort] = 0
                    woher[ziel][quelle] = sum(folge.count(ziel) for folge in vorher)


def _is_block(v: Verbindung, folgen: list[Folge]) -> bool:
    """Whether all that leads to a join starts together in these alternatives."""
    if v.folgen is folgen:
        return False
    eingaenge = set(v.eingaenge)
    treffer = [set(folge) for folge in folgen if eingaenge.intersection(folge)]
    einzeln = all(len(set(folge)) == len(folge) for folge in folgen)
    if v.inklusiv:  # whatever set is taken, it is joined; nothing else runs beside it
        return einzeln and all(eingaenge >= folge for folge in treffer)
    return einzeln and all(eingaenge <= folge for folge in treffer)
