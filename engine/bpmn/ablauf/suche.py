"""Plays every way through a net and looks for states from which nothing comes to an end.

Where no join waits for what may still come, the order of moves makes no difference, and one order is enough.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from engine.bpmn.ablauf.netz import SCHLUSS, WURF, Folge, Netz, Verbindung

#: tokens in all states that one search comes to
MAX_ARBEIT = 60_000
#: tokens at one place beyond which a way is not followed any further: it would make tokens without end
_MAX_JE_ORT = 3
#: tokens and their places, sorted
Zustand = tuple[int, ...]


@dataclass(slots=True)
class Haenger:
    """A join that waits in vain: the incoming flows that stayed empty, and on how many at most a token had come."""

    leer: set[str] = field(default_factory=set)
    belegt: int = 0


@dataclass(slots=True)
class Spielraum:
    """What can become of a scope that begins in one way."""

    #: it can come to its end; it can be left by something thrown
    endet: bool = False
    geworfen: bool = False
    #: joins that wait for ever in some state
    haengt: dict[str, Haenger] = field(default_factory=dict)
    #: some way goes on for ever without any chance to end
    kreist: bool = False
    #: joins that fire in some play
    gezuendet: set[str] = field(default_factory=set)
    #: every state was seen
    vollstaendig: bool = True
    #: tokens in all states
    arbeit: int = 0

    @property
    def endet_nie(self) -> bool:
        """However people decide, it does not end."""
        return self.vollstaendig and not self.endet and not self.geworfen


class Sucher:
    """Searches one net, any number of times."""

    def __init__(self, netz: Netz) -> None:
        self.netz = netz
        self.verbindung_von = {ort: v for v in netz.verbindungen.values() for ort in v.eingaenge}
        self._wege: dict[str, dict[int, frozenset[int]]] = {}

    def search(self, anfang: Folge, budget: int = MAX_ARBEIT) -> Spielraum:
        """Look at every state that can follow from `anfang`, until `budget` tokens have been seen in them."""
        # Whether an inclusive join waits depends on the order of moves.
        geordnet = any(v.inklusiv for v in self.netz.verbindungen.values())
        ergebnis = _Suche(self, budget, alle_reihenfolgen=geordnet).run(anfang)
        if ergebnis.kreist and not geordnet:
            # Something that turns for ever hides what the others would have done.
            return _Suche(self, budget, alle_reihenfolgen=True).run(anfang)
        return ergebnis

    def wege(self, v: Verbindung) -> dict[int, frozenset[int]]:
        """Place → the incoming flows of an inclusive join that a token reaches from there without passing the join."""
        if v.knoten not in self._wege:
            self._wege[v.knoten] = _wege(self.netz, v)
        return self._wege[v.knoten]

    def beruehrte(self, orte: set[int]) -> list[Verbindung]:
        """Joins at which something has arrived."""
        return list({v.knoten: v for ort in orte if (v := self.verbindung_von.get(ort)) is not None}.values())


class _Suche:
    """One search."""

    def __init__(self, sucher: Sucher, budget: int, *, alle_reihenfolgen: bool) -> None:
        self.sucher, self.netz = sucher, sucher.netz
        self.budget, self.alle_reihenfolgen = budget, alle_reihenfolgen
        self.ergebnis = Spielraum()

    def run(self, anfang: Folge) -> Spielraum:
        beginn = tuple(sorted(anfang))
        vorgaenger: dict[Zustand, list[Zustand]] = {beginn: []}
        offen, gute = [beginn], []
        while offen:
            zustand = offen.pop()
            folgende = self._folgezustaende(zustand)
            if folgende is None:
                gute.append(zustand)
                continue
            for naechster in folgende:
                self.ergebnis.arbeit += len(naechster) + 1
                if naechster not in vorgaenger:
                    if self.ergebnis.arbeit > self.budget or _zu_voll(naechster):
                        self.ergebnis.vollstaendig = False
                        gute.append(zustand)  # nobody knows what comes
                        continue
                    vorgaenger[naechster] = []
                    offen.append(naechster)
                vorgaenger[naechster].append(zustand)
        self._judge(vorgaenger, gute)
        return self.ergebnis

    def _judge(self, vorgaenger: dict[Zustand, list[Zustand]], gute: list[Zustand]) -> None:
        """States from which neither an end nor a standstill can be reached turn for ever."""
        gut, offen = set(gute), list(gute)
        while offen:
            for vorher in vorgaenger[offen.pop()]:
                if vorher not in gut:
                    gut.add(vorher)
                    offen.append(vorher)
        self.ergebnis.kreist = len(gut) < len(vorgaenger)

    def _folgezustaende(self, zustand: Zustand) -> list[Zustand] | None:
        """None: nothing more happens here."""
        if SCHLUSS in zustand or WURF in zustand or not zustand:
            self.ergebnis.geworfen |= WURF in zustand
            self.ergebnis.endet |= SCHLUSS in zustand or not zustand
            return None
        folgende = list(self._zuege(zustand))
        if folgende:
            return folgende
        self._note_halt(set(zustand))
        return None

    def _note_halt(self, orte: set[int]) -> None:
        for v in self.sucher.beruehrte(orte):
            haenger = self.ergebnis.haengt.setdefault(v.knoten, Haenger())
            leer = {self.netz.fluss[ort] for ort in v.eingaenge if ort not in orte}
            haenger.leer |= leer
            haenger.belegt = max(haenger.belegt, len(v.eingaenge) - len(leer))

    def _zuege(self, zustand: Zustand) -> Iterator[Zustand]:
        orte = set(zustand)
        for v in self.sucher.beruehrte(orte):
            if self._zuendet(v, orte):
                self.ergebnis.gezuendet.add(v.knoten)
                rest = _ohne(zustand, [e for e in v.eingaenge if e in orte])
                yield from (_mit(rest, folge) for folge in v.folgen)
                if not self.alle_reihenfolgen:
                    return
        for ort in sorted(orte):
            if self.netz.folgen.get(ort):
                rest = _ohne(zustand, [ort])
                yield from (_mit(rest, folge) for folge in self.netz.folgen[ort])
                if not self.alle_reihenfolgen:
                    return

    def _zuendet(self, v: Verbindung, orte: set[int]) -> bool:
        belegt = orte.intersection(v.eingaenge)
        if len(belegt) == len(v.eingaenge) or not v.inklusiv:
            return len(belegt) == len(v.eingaenge)
        for ort in orte - belegt:
            erreicht = self.sucher.wege(v).get(ort, frozenset())
            if not erreicht <= belegt and erreicht.isdisjoint(belegt):
                return False
        return True


def _ohne(zustand: Zustand, weg: list[int]) -> list[int]:
    rest = list(zustand)
    for ort in weg:
        rest.remove(ort)
    return rest


def _mit(rest: list[int], neu: Folge) -> Zustand:
    return tuple(sorted([*rest, *neu]))


def _zu_voll(zustand: Zustand) -> bool:
    return any(a == b for a, b in zip(zustand, zustand[_MAX_JE_ORT:], strict=False))


def _wege(netz: Netz, v: Verbindung) -> dict[int, frozenset[int]]:
    vorher = _vorgaenger(netz, v)
    wege: defaultdict[int, set[int]] = defaultdict(set)
    for eingang in v.eingaenge:
        gesehen, offen = {eingang}, [eingang]
        while offen:
            neu = vorher[offen.pop()] - gesehen
            gesehen |= neu
            offen += neu
        for ort in gesehen - {eingang}:
            wege[ort].add(eingang)
    return {ort: frozenset(eingaenge) for ort, eingaenge in wege.items()}


def _vorgaenger(netz: Netz, ohne: Verbindung) -> defaultdict[int, set[int]]:
    """Place → places from which a token may come there, but not through this join."""
    vorher: defaultdict[int, set[int]] = defaultdict(set)
    for ort, folgen in netz.folgen.items():
        for ziel in chain(*folgen):
            vorher[ziel].add(ort)
    for v in netz.verbindungen.values():
        for ziel in chain(*v.folgen) if v is not ohne else ():
            vorher[ziel].update(v.eingaenge)
    return vorher
