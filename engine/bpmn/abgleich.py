"""Which step of one drawing is which step of another: by id, then by name and neighbours, then by neighbours alone.

Pure; knows only lists of steps.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from engine.bpmn.ergebnis import Schritt


class Wie(StrEnum):
    """By what two steps were taken for the same one."""

    KENNUNG = "kennung"
    NAME = "name"
    NACHBARN = "nachbarn"


@dataclass(frozen=True, slots=True)
class Paar:
    """One step before and after."""

    alt: Schritt
    neu: Schritt
    wie: Wie


@dataclass(frozen=True, slots=True)
class Abgleich:
    """Two drawings laid upon each other."""

    paare: tuple[Paar, ...]
    #: only in the old one
    entfallen: tuple[Schritt, ...]
    #: only in the new one
    neu: tuple[Schritt, ...]
    #: sequence flow before -> after
    fluesse: dict[str, str]


def match(alte: Iterable[Schritt], neue: Iterable[Schritt]) -> Abgleich:
    """Lay two drawings upon each other; every step has at most one partner, and only one that is beyond doubt."""
    suche = _Suche(tuple(alte), tuple(neue))
    return suche.run()


class _Suche:
    """Finds partners in rounds: what is found in one round makes neighbours for the next."""

    def __init__(self, alte: tuple[Schritt, ...], neue: tuple[Schritt, ...]) -> None:
        self.alte = {s.element: s for s in alte}
        self.neue = {s.element: s for s in neue}
        self.alte_nachbarn, self.neue_nachbarn = _neighbours(alte), _neighbours(neue)
        self.partner: dict[str, tuple[str, Wie]] = {}

    def run(self) -> Abgleich:
        for element in self.alte.keys() & self.neue.keys():
            self.partner[element] = (element, Wie.KENNUNG)
        while self._round():
            pass
        vergeben = {neu for neu, _ in self.partner.values()}
        return Abgleich(
            paare=tuple(
                Paar(alt, self.neue[self.partner[e][0]], self.partner[e][1])
                for e, alt in self.alte.items()
                if e in self.partner
            ),
            entfallen=tuple(s for e, s in self.alte.items() if e not in self.partner),
            neu=tuple(s for e, s in self.neue.items() if e not in vergeben),
            fluesse=self._flows(),
        )

    def _round(self) -> bool:
        """One more certain pair by the strongest sign that gives one; False when there is none."""
        zeichen: tuple[tuple[Callable[[Schritt, bool], Hashable], Wie], ...] = (
            (lambda s, alt: self._name(s) and (self._name(s), self._around(s, alt)), Wie.NAME),
            (lambda s, _alt: self._name(s), Wie.NAME),
            (lambda s, alt: self._around(s, alt), Wie.NACHBARN),
        )
        return any(self._pair(sign, wie) for sign, wie in zeichen)

    def _pair(self, sign: Callable[[Schritt, bool], Hashable], wie: Wie) -> bool:
        vergeben = {neu for neu, _ in self.partner.values()}
        links, rechts = defaultdict(list), defaultdict(list)
        for element, schritt in self.alte.items():
            if element not in self.partner and (key := sign(schritt, True)):
                links[(schritt.art, key)].append(element)
        for element, schritt in self.neue.items():
            if element not in vergeben and (key := sign(schritt, False)):
                rechts[(schritt.art, key)].append(element)
        gefunden = [(links[k][0], rechts[k][0]) for k in links if len(links[k]) == len(rechts.get(k, ())) == 1]
        for alt, neu in gefunden:
            self.partner[alt] = (neu, wie)
        return bool(gefunden)

    def _name(self, schritt: Schritt) -> str:
        return re.sub(r"[^0-9a-zäöüß]", "", schritt.name.casefold())

    def _around(self, schritt: Schritt, alt: bool) -> Hashable:
        """Neighbours as ids of the new drawing; nothing when one of them has no partner yet, or there is none."""
        if not alt:
            vorher, nachher = self.neue_nachbarn[schritt.element]
            return (vorher, nachher) if vorher and nachher else None
        vorher, nachher = self.alte_nachbarn[schritt.element]
        if not (vorher and nachher) or not (vorher | nachher) <= self.partner.keys():
            return None
        return tuple(frozenset(self.partner[e][0] for e in seite) for seite in (vorher, nachher))

    def _flows(self) -> dict[str, str]:
        """Flows with the same id, or between the same steps with the same label, or alone between them."""
        neue = [(s.element, a) for s in self.neue.values() for a in s.ausgaenge]
        bekannt = {a.fluss for _, a in neue}
        gefunden = {}
        for schritt in self.alte.values():
            for ausgang in schritt.ausgaenge:
                if ausgang.fluss in bekannt:
                    gefunden[ausgang.fluss] = ausgang.fluss
                    continue
                von, nach = (self.partner.get(e, ("", None))[0] for e in (schritt.element, ausgang.ziel))
                gleich = [a for element, a in neue if (element, a.ziel) == (von, nach)]
                benannt = [a for a in gleich if a.name == ausgang.name] or gleich
                if len(benannt) == 1:
                    gefunden[ausgang.fluss] = benannt[0].fluss
        return gefunden


def _neighbours(schritte: tuple[Schritt, ...]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    nachher = {s.element: frozenset(a.ziel for a in s.ausgaenge) for s in schritte}
    vorher: dict[str, set[str]] = {s.element: set() for s in schritte}
    for element, ziele in nachher.items():
        for ziel in ziele & vorher.keys():
            vorher[ziel].add(element)
    return {element: (frozenset(vorher[element]), nachher[element]) for element in nachher}
