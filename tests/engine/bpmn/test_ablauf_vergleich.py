"""The check of the control flow against a token game of its own, and against plays.

The token game is written from the BPMN 2.0 execution semantics (13.4) on drawn flows and tries every order of moves;
it shrinks nothing and knows nothing of `engine.bpmn.ablauf`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from random import Random

import pytest

from engine import bpmn, probelauf

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
MARKEN, ZUSTAENDE = 6, 3_000  # beyond that a net is given up: it multiplies tokens
TAGS = {"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway", "ende": "endEvent"}
ENDE = "<terminateEventDefinition/>"

#: tokens on flows: sorted (flow, number)
Zustand = frozenset[tuple[int, int]]


class Ueberlauf(Exception):
    pass


@dataclass
class Graph:
    """Flows as (from, to); the prefix of a node says what it is."""

    fluesse: list[tuple[str, str]]

    def aus(self, knoten: str) -> list[int]:
        return [nr for nr, (von, _) in enumerate(self.fluesse) if von == knoten]

    def ein(self, knoten: str) -> list[int]:
        return [nr for nr, (_, nach) in enumerate(self.fluesse) if nach == knoten]

    def xml(self) -> bytes:
        namen = dict.fromkeys(k for fluss in self.fluesse for k in fluss)
        knoten = "".join(self._knoten(k) for k in namen if k != "start")
        fluesse = "".join(
            f"<sequenceFlow id='f{nr}' sourceRef='{von}' targetRef='{nach}'/>"
            for nr, (von, nach) in enumerate(self.fluesse)
        )
        inhalt = f"<startEvent id='start'/>{knoten}{fluesse}"
        return f"<definitions xmlns='{BPMN}'><process id='p'>{inhalt}</process></definitions>".encode()

    @staticmethod
    def _knoten(kennung: str) -> str:
        tag = TAGS.get(kennung.split("_")[0], "task" if kennung.startswith("a") else "endEvent")
        return f"<{tag} id='{kennung}'>{ENDE if kennung.startswith('stopp') else ''}</{tag}>"


def zufaelliger_graph(zufall: Random) -> Graph:
    """Any wiring of tasks, ends and gateways in which every node can be reached, and every task has one exit."""
    gewichte = zufall.choice([[4, 3, 4, 0, 1, 0], [4, 3, 3, 2, 1, 0], [4, 3, 3, 1, 1, 1]])
    arten = zufall.choices(["a", "xor", "and", "or", "ende", "stopp"], gewichte, k=zufall.randint(4, 9))
    knoten = [f"{art}_{nr}" for nr, art in enumerate(arten)]
    fluesse = [("start", knoten[0])]

    def frei(kandidaten: list[str]) -> list[str]:
        belegt = {von for von, _ in fluesse}
        return [k for k in kandidaten if k.startswith(("xor", "and", "or")) or (k.startswith("a") and k not in belegt)]

    for nr, ziel in enumerate(knoten[1:], 1):  # a tree first, then more
        if moeglich := frei(knoten[:nr]):
            fluesse.append((zufall.choice(moeglich), ziel))
    erreicht = list(dict.fromkeys(nach for _, nach in fluesse))
    for _ in range(zufall.randint(0, 6)):
        if moeglich := frei(erreicht):
            fluesse.append((zufall.choice(moeglich), zufall.choice(erreicht)))
    offen = [k for k in erreicht if not k.startswith(("ende", "stopp")) and k not in {von for von, _ in fluesse}]
    fluesse += [(k, f"ende_{k}") for k in offen]
    return Graph(fluesse)


class Markenspiel:
    """All states that any order of moves can reach."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.knoten = list(dict.fromkeys(nach for _, nach in graph.fluesse))
        anfang: Zustand = frozenset({(graph.aus("start")[0], 1)})
        self.folgen: dict[Zustand, set[Zustand]] = {}
        #: nodes that some token passes
        self.gezuendet: set[str] = set()
        offen = [anfang]
        while offen:
            zustand = offen.pop()
            if zustand in self.folgen:
                continue
            self.folgen[zustand] = self._folgen(Counter(dict(zustand)))
            offen += self.folgen[zustand]
            if len(self.folgen) > ZUSTAENDE:
                raise Ueberlauf

    @property
    def endet(self) -> bool:
        return frozenset() in self.folgen

    @property
    def haengende(self) -> set[str]:
        """Joins at which tokens lie when nothing can move."""
        still = [zustand for zustand, folgen in self.folgen.items() if zustand and not folgen]
        return {self.graph.fluesse[nr][1] for zustand in still for nr, _ in zustand}

    @property
    def kreist(self) -> bool:
        """Some state from which nothing comes to rest any more."""
        ruhig = {zustand for zustand, folgen in self.folgen.items() if not folgen}
        while neu := {z for z, folgen in self.folgen.items() if folgen & ruhig} - ruhig:
            ruhig |= neu
        return len(ruhig) < len(self.folgen)

    def _folgen(self, marken: Counter[int]) -> set[Zustand]:
        if marken.total() > MARKEN:
            raise Ueberlauf
        folgen: set[Zustand] = set()
        for knoten in self.knoten:
            for verbraucht in self._moegliche(knoten, marken):
                self.gezuendet.add(knoten)
                if knoten.startswith("stopp"):
                    folgen.add(frozenset())
                    continue
                for neu in self._ausgaenge(knoten):
                    folgen.add(frozenset((marken - Counter(verbraucht) + Counter(neu)).items()))
        return folgen

    def _moegliche(self, knoten: str, marken: Counter[int]) -> list[list[int]]:
        """Every set of tokens that the node may consume now."""
        ein = self.graph.ein(knoten)
        belegt = [nr for nr in ein if marken[nr]]
        if knoten.startswith("and") and len(ein) > 1:
            return [ein] if belegt == ein else []
        if knoten.startswith("or") and len(ein) > 1:
            return [belegt] if belegt and self._oder_darf(knoten, belegt, marken) else []
        return [[nr] for nr in belegt]

    def _oder_darf(self, knoten: str, belegt: list[int], marken: Counter[int]) -> bool:
        leer = set(self.graph.ein(knoten)) - set(belegt)
        orte = {self.graph.fluesse[nr][1] for nr in marken} - {knoten}
        wege = [self._erreichbar(ort, knoten) for ort in orte]
        return all(not (weg & leer) or weg & set(belegt) for weg in wege)

    def _erreichbar(self, ort: str, ohne: str) -> set[int]:
        fluesse: set[int] = set()
        offen = [ort]
        while offen:
            for nr in set(self.graph.aus(offen.pop())) - fluesse:
                fluesse.add(nr)
                if self.graph.fluesse[nr][1] != ohne:
                    offen.append(self.graph.fluesse[nr][1])
        return fluesse

    def _ausgaenge(self, knoten: str) -> list[list[int]]:
        aus = self.graph.aus(knoten)
        if knoten.startswith("xor"):
            return [[nr] for nr in aus]
        if knoten.startswith("or"):
            return [list(wahl) for anzahl in range(1, len(aus) + 1) for wahl in combinations(aus, anzahl)]
        return [aus]


WARTET = ("zusammenfuehrung_wartet", "zusammenfuehrung_wartet_immer")
SCHLEIFE = "endlose_schleife"


def arten(ergebnis: bpmn.Pruefergebnis) -> set[str]:
    return {b.art for b in ergebnis.befunde}


@pytest.mark.parametrize("block", range(4))
def test_any_wiring_is_judged_as_the_token_game_says(block: int) -> None:
    zahl: Counter[str] = Counter()
    for keim in range(block * 100, block * 100 + 100):
        graph = zufaelliger_graph(Random(keim))
        ergebnis = bpmn.pruefe(graph.xml(), variablen=frozenset())
        try:
            soll = Markenspiel(graph)
        except Ueberlauf:
            continue
        if SCHLEIFE in arten(ergebnis) or "ablauf_zu_verzweigt" in arten(ergebnis):
            continue
        ist = {b.element for b in ergebnis.befunde if b.art in WARTET}
        assert ist == soll.haengende, graph.fluesse
        immer = {b.element for b in ergebnis.befunde if b.art == "zusammenfuehrung_wartet_immer"}
        assert immer == {k for k in ist if k not in soll.gezuendet or not soll.endet}, graph.fluesse
        assert ("kein_weg_zum_ende" in arten(ergebnis)) == soll.kreist, graph.fluesse
        fehler = any(b.stufe is bpmn.Stufe.FEHLER for b in ergebnis.befunde)
        assert fehler == (not soll.endet and bool(ist)), graph.fluesse
        zahl.update(["gesamt", *(["haengt"] if ist else []), *(["kreist"] if soll.kreist else [])])
    assert zahl["gesamt"] > 40 and zahl["haengt"] > 9 and zahl["kreist"] > 2


@pytest.mark.parametrize("block", range(2))
def test_plays_stop_only_where_the_check_has_warned(block: int) -> None:
    """And what the check lets pass without a word comes to its end in every play."""
    gespielt = gehaengt = 0
    for keim in range(block * 60, block * 60 + 60):
        graph = zufaelliger_graph(Random(keim))
        ergebnis = bpmn.pruefe(graph.xml(), variablen=frozenset())
        gewarnt = {b.element for b in ergebnis.befunde if b.art in WARTET}
        for bericht in probelauf.play_prozesse(ergebnis, laeufe=4, saat=keim):
            haengt = {s.element for s in bericht.stellen if "bliebe stehen" in s.grund}
            assert haengt <= gewarnt, graph.fluesse
            gespielt, gehaengt = gespielt + 1, gehaengt + bool(haengt)
            if not arten(ergebnis) & {*WARTET, "kein_weg_zum_ende", "ablauf_zu_verzweigt", "mehrfacher_durchlauf"}:
                assert bericht.beendet == bericht.laeufe, graph.fluesse
    assert gespielt > 25 and gehaengt > 4
