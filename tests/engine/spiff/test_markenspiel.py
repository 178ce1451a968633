"""Random plays of random graphs against an independent token game.

The token game is written from the BPMN 2.0 execution semantics (chapter 13.4) on flows and knows nothing of
SpiffWorkflow; it covers flat graphs of any shape.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field

import pytest

from engine import spiff

HOECHSTENS = 300  # automatic steps and tokens after which a play is given up: the graph multiplies tokens


class Ueberlauf(Exception):
    pass


@dataclass
class Graph:
    """Nodes in the order of the file; the id says what a node is."""

    fluesse: list[tuple[str, str, str]] = field(default_factory=list)  # from, to, condition ("" = none, "*" = default)

    def text(self) -> str:
        pfeile = {"": "->", "*": "-*->"}
        return "\n".join(f"{von} {pfeile.get(wenn, f'-[{wenn}]->')} {nach}" for von, nach, wenn in self.fluesse)

    def von(self, knoten: str) -> list[int]:
        return [nr for nr, (quelle, _, _) in enumerate(self.fluesse) if quelle == knoten]

    def nach(self, knoten: str) -> list[int]:
        return [nr for nr, (_, ziel, _) in enumerate(self.fluesse) if ziel == knoten]


def zufaelliger_graph(zufall: random.Random) -> Graph:
    """Any wiring of tasks, ends and gateways; every node can be reached."""
    arten = zufall.choices(["a", "xor", "and", "or", "ende"], [5, 3, 3, 3, 1], k=zufall.randint(3, 11))
    knoten = [f"{art}_{nr}" for nr, art in enumerate(arten)]
    graph = Graph([("start", knoten[0], "")])
    offen = [k for k in knoten if not k.startswith("ende")]
    for nr, ziel in enumerate(knoten[1:], 1):  # a tree first, then more
        frei = [k for k in knoten[:nr] if k in offen and (not k.startswith("a_") or not graph.von(k))]
        if frei:
            graph.fluesse.append((zufall.choice(frei), ziel, ""))
    for _ in range(zufall.randint(0, 6)):
        quelle = zufall.choice(offen or ["start"])
        if quelle != "start" and (not quelle.startswith("a_") or not graph.von(quelle)):
            graph.fluesse.append((quelle, zufall.choice(knoten), ""))
    return _mit_bedingungen(graph)


def _mit_bedingungen(graph: Graph) -> Graph:
    erreicht = {"start"}
    while neu := {nach for von, nach, _ in graph.fluesse if von in erreicht} - erreicht:
        erreicht |= neu
    graph.fluesse = [f for f in graph.fluesse if f[0] in erreicht]
    for quelle in {von for von, _, _ in graph.fluesse if von.startswith(("xor", "or"))}:
        nummern = graph.von(quelle)
        for stelle, nr in enumerate(nummern):
            wenn = "*" if stelle == len(nummern) - 1 else f"w_{quelle}_{stelle} = true"
            graph.fluesse[nr] = (*graph.fluesse[nr][:2], wenn)
    return graph


class Spielmarken:
    """The token game: tokens on flows, and tasks that people work on."""

    def __init__(self, graph: Graph, variablen: dict[str, bool]) -> None:
        self.graph, self.variablen = graph, variablen
        self.fluesse: Counter[int] = Counter(graph.von("start"))
        self.bereit: Counter[str] = Counter()
        self.schritte = 0
        self.knoten = list(dict.fromkeys(k for von, nach, _ in graph.fluesse for k in (von, nach)))
        self._laufe()

    def erledige(self, aufgabe: str) -> None:
        self.bereit -= Counter([aufgabe])
        self.fluesse.update(self.graph.von(aufgabe))
        self._laufe()

    @property
    def steht_still(self) -> bool:
        return not self.bereit and bool(+self.fluesse)

    def _laufe(self) -> None:
        while self._bewege() or any(self._oder(k) for k in self.knoten if k.startswith("or_")):
            self.schritte += 1
            if self.schritte > HOECHSTENS or self.fluesse.total() + self.bereit.total() > HOECHSTENS:
                raise Ueberlauf

    def _bewege(self) -> bool:
        for knoten in self.knoten:
            eingang = self.graph.nach(knoten)
            belegt = [nr for nr in eingang if self.fluesse[nr]]
            verbindet = len(eingang) > 1
            if not belegt or (knoten.startswith("or_") and verbindet):
                continue
            if knoten.startswith("and_"):
                if len(belegt) == len(eingang):
                    return self._feuere(knoten, belegt)
            else:
                return self._feuere(knoten, belegt[:1])
        return False

    def _feuere(self, knoten: str, verbraucht: list[int]) -> bool:
        self.fluesse -= Counter(verbraucht)
        if knoten.startswith("a_"):
            self.bereit[knoten] += 1
        else:
            self.fluesse.update(self._ausgaenge(knoten))
        return True

    def _ausgaenge(self, knoten: str) -> list[int]:
        nummern = self.graph.von(knoten)
        if not knoten.startswith(("xor", "or")):
            return nummern
        wahr = [nr for stelle, nr in enumerate(nummern[:-1]) if self.variablen.get(f"w_{knoten}_{stelle}")]
        return (wahr or nummern[-1:])[: 1 if knoten.startswith("xor") else None]

    def _oder(self, knoten: str) -> bool:
        eingang = self.graph.nach(knoten)
        belegt = [nr for nr in eingang if self.fluesse[nr]]
        if not belegt or len(eingang) < 2:
            return False
        leer = [nr for nr in eingang if not self.fluesse[nr]]
        orte = {self.graph.fluesse[nr][1] for nr in +self.fluesse} | set(+self.bereit)
        for ort in orte - {knoten}:
            if self._fuehrt(ort, leer, knoten) and not self._fuehrt(ort, belegt, knoten):
                return False
        return self._feuere(knoten, belegt)

    def _fuehrt(self, ort: str, ziele: list[int], ohne: str) -> bool:
        gesehen, offen = {ort}, [ort]
        while offen:
            for nr in self.graph.von(offen.pop()):
                if nr in ziele:
                    return True
                nach = self.graph.fluesse[nr][1]
                if nach != ohne and nach not in gesehen:
                    gesehen.add(nach)
                    offen.append(nach)
        return False


@pytest.mark.parametrize("block", range(5))
def test_any_graph_plays_as_the_token_game_says(spiele, zeichne, lade, block):
    gespielt, stillstand = 0, 0
    for keim in range(block * 100, block * 100 + 100):
        zufall = random.Random(keim)
        graph = zufaelliger_graph(zufall)
        namen = sorted(set(re.findall(r"w_\w+", graph.text())))
        modell = lade(zeichne(graph.text()))
        for _ in range(2):
            variablen = {name: zufall.random() < 0.5 for name in namen}
            try:
                still = _spiele_vergleichend(spiele, modell, graph, variablen, zufall)
                gespielt, stillstand = gespielt + 1, stillstand + still
            except Ueberlauf:
                continue
    assert gespielt > 100 and 0 < stillstand < gespielt


def _spiele_vergleichend(spiele, modell, graph: Graph, variablen: dict[str, bool], zufall: random.Random) -> bool:
    """True if both come to a stand-still."""
    soll = Spielmarken(graph, variablen)
    if soll.steht_still:
        with pytest.raises(spiff.Ausfuehrungsfehler, match="bliebe stehen"):
            spiele(modell, variablen=variablen)
        return True
    ist = spiele(modell, variablen=variablen)
    for _ in range(25):
        assert ist.bereit == sorted(soll.bereit.elements()), graph.text()
        assert ist.stand.beendet == (not soll.bereit)
        if not soll.bereit:
            return False
        aufgabe = zufall.choice(ist.bereit)
        neu = {name: zufall.random() < 0.5 for name in variablen if zufall.random() < 0.3}
        soll.variablen = {**soll.variablen, **neu}
        soll.erledige(aufgabe)
        if soll.steht_still:
            with pytest.raises(spiff.Ausfuehrungsfehler, match="bliebe stehen"):
                ist.erledige(aufgabe, **neu)
            return True
        ist.erledige(aufgabe, **neu)
    return False
