"""Where the steps and ways of a directly-follows map stand on a page: rows from the beginning to the end.

Owns the layout and which ways are drawn; computes no figure. Rows follow from the order of the steps: a way to an
earlier row is drawn as a way back at the side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx

from wertstrom.karte import Kante, Karte
from wertstrom.kennzahlen import Schritt

BREITE, HOEHE = 230, 62
_ABSTAND_X, _ABSTAND_Y = 60, 74
_RAND = 40
#: room at the right for ways back
_SEITE = 46
#: ways that a page can still show; the rest is counted
KANTEN_HOECHSTENS = 40


@dataclass(frozen=True, slots=True)
class Kasten:
    """One step; x and y are its upper left corner."""

    schritt: Schritt
    x: float
    y: float
    anfang: int | None
    ende: int | None

    @property
    def mitte(self) -> float:
        """Middle of its width."""
        return self.x + BREITE / 2


@dataclass(frozen=True, slots=True)
class Weg:
    """One way between two steps; `pfad` is an SVG path, x and y the place of its words."""

    kante: Kante
    pfad: str
    x: float
    y: float
    #: 1 thin to 6 thick, by the number of times it was gone
    staerke: float
    rueckweg: bool


@dataclass(frozen=True, slots=True)
class Kartenbild:
    """The drawing with its size."""

    breite: float
    hoehe: float
    kaesten: tuple[Kasten, ...]
    wege: tuple[Weg, ...]
    #: ways that exist and are not drawn
    ausgelassen: int


def arrange(karte: Karte) -> Kartenbild:
    """Place the steps of a map in rows and draw its most frequent ways between them.

    Every step keeps its most frequent way in and out; of the others the most frequent are drawn, `KANTEN_HOECHSTENS`
    in all.
    """
    kanten = _chosen(karte)
    rang = {s.knoten: n for n, s in enumerate(karte.schritte)}
    reihen = _rows(rang, kanten)
    plaetze = _places(reihen, kanten)
    breite = max((x for x, _ in plaetze.values()), default=0) + BREITE + _RAND
    zurueck = [k for k in kanten if plaetze[k.nach][1] <= plaetze[k.von][1]]
    meiste = max((k.n for k in kanten), default=1)
    wege = [_way(k, plaetze, breite, zurueck.index(k) if k in zurueck else None, meiste) for k in kanten]
    kaesten = tuple(
        Kasten(s, *plaetze[s.knoten], karte.anfang.get(s.knoten), karte.ende.get(s.knoten)) for s in karte.schritte
    )
    hoehe = max((y for _, y in plaetze.values()), default=0) + HOEHE + _RAND
    seite = _SEITE * (1 + len(zurueck)) if zurueck else 0
    return Kartenbild(breite + seite, hoehe, kaesten, tuple(wege), len(karte.kanten) - len(kanten))


def _chosen(karte: Karte) -> list[Kante]:
    nach_zahl = sorted(karte.kanten, key=lambda k: (-k.n, k.von, k.nach))
    wichtig: dict[tuple[str, str], Kante] = {}
    for ende in ("nach", "von"):
        gesehen: set[str] = set()
        for k in nach_zahl:
            if k.von != k.nach and getattr(k, ende) not in gesehen:
                gesehen.add(getattr(k, ende))
                wichtig[k.von, k.nach] = k
    for k in nach_zahl:
        if len(wichtig) < KANTEN_HOECHSTENS:
            wichtig.setdefault((k.von, k.nach), k)
    return sorted(wichtig.values(), key=lambda k: (k.von, k.nach))


def _rows(rang: dict[str, int], kanten: Iterable[Kante]) -> list[list[str]]:
    """Steps by the longest way that leads to them, ways back left out; parts without a way between them in a row."""
    graph = nx.DiGraph()
    graph.add_nodes_from(rang)
    graph.add_edges_from((k.von, k.nach) for k in kanten if rang[k.von] < rang[k.nach])
    teile = sorted(nx.weakly_connected_components(graph), key=lambda teil: min(rang[k] for k in teil))
    return [
        sorted(reihe, key=lambda knoten: rang[knoten])
        for teil in teile
        for reihe in nx.topological_generations(graph.subgraph(teil))
    ]


def _places(reihen: list[list[str]], kanten: Iterable[Kante]) -> dict[str, tuple[float, float]]:
    """Rows below each other; in a row, steps stand below those from which they are reached."""
    davor: dict[str, list[str]] = {}
    for k in kanten:
        davor.setdefault(k.nach, []).append(k.von)
    plaetze: dict[str, tuple[float, float]] = {}
    weite = max((len(reihe) for reihe in reihen), default=1)
    for nummer, reihe in enumerate(reihen):

        def pull(knoten: str) -> float:
            xs = [plaetze[von][0] for von in davor.get(knoten, ()) if von in plaetze]
            return sum(xs) / len(xs) if xs else 0.0

        einzug = (weite - len(reihe)) * (BREITE + _ABSTAND_X) / 2
        for stelle, knoten in enumerate(sorted(reihe, key=pull)):
            x = _RAND + einzug + stelle * (BREITE + _ABSTAND_X)
            plaetze[knoten] = (x, _RAND + nummer * (HOEHE + _ABSTAND_Y))
    return plaetze


def _way(kante: Kante, plaetze: dict[str, tuple[float, float]], rand: float, zurueck: int | None, meiste: int) -> Weg:
    (x1, y1), (x2, y2) = plaetze[kante.von], plaetze[kante.nach]
    staerke = round(1 + 5 * kante.n / meiste, 1)
    if zurueck is not None:
        seite = rand + _SEITE * (zurueck + 0.6)
        ab, an = y1 + HOEHE * 0.7, y2 + HOEHE * 0.3
        pfad = f"M {x1 + BREITE} {ab} C {seite} {ab}, {seite} {an}, {x2 + BREITE + 4} {an}"
        return Weg(kante, pfad, (x1 + x2 + 2 * BREITE + 6 * seite) / 8, (ab + an) / 2, staerke, True)
    ab_x, an_x, unten, oben = x1 + BREITE / 2, x2 + BREITE / 2, y1 + HOEHE, y2 - 4
    zug = min((oben - unten) / 2, 60)
    pfad = f"M {ab_x} {unten} C {ab_x} {unten + zug}, {an_x} {oben - zug}, {an_x} {oben}"
    # Long ways pass other steps: their words stand near the beginning, where they leave.
    t = 0.5 if y2 - y1 <= HOEHE + _ABSTAND_Y else 0.25
    return Weg(kante, pfad, ab_x + (an_x - ab_x) * (3 * t * t - 2 * t**3), unten + (oben - unten) * t, staerke, False)
