"""What really happens, found in the record: the directly-follows map with times, loops, and variants.

Owns the map as data; who draws it computes nothing. Two ways to say who follows whom: by time, as process mining
counts, and by cause, in which parallel branches do not cross. Small cells are hidden, complementary, before anything
leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import networkx as nx

from wertstrom import kennzahlen, schutz
from wertstrom.kennzahlen import Auswahl, Schritt, Zeit, read_zeit
from wertstrom.schutz import Schwellen
from wertstrom.speicher import Speicher

#: stands for the beginning and the end of a Fall in the table of edges
ANFANG, SCHLUSS = "", "\uffff"


@dataclass(frozen=True, slots=True)
class Kante:
    """One step directly after another; times from the end of one to the begin of the other."""

    von: str
    nach: str
    n: int
    faelle: int
    zeit: Zeit


@dataclass(frozen=True, slots=True)
class Karte:
    """The map: steps that may be shown, their edges, and where Faelle begin and end."""

    schritte: tuple[Schritt, ...]
    kanten: tuple[Kante, ...]
    #: step → Faelle that begin or end with it
    anfang: Mapping[str, int]
    ende: Mapping[str, int]
    #: steps that can come back to each other
    schleifen: tuple[tuple[str, ...], ...]
    #: edges that rest on too few Faelle or people
    verdeckt: int

    def graph(self) -> nx.DiGraph:
        """As a graph: nodes by id with `name`, edges with `n` and `median_kt`."""
        graph = nx.DiGraph()
        graph.add_nodes_from((s.knoten, {"name": s.name}) for s in self.schritte)
        graph.add_edges_from((k.von, k.nach, {"n": k.n, "median_kt": k.zeit.kt.median}) for k in self.kanten)
        return graph


@dataclass(frozen=True, slots=True)
class Variante:
    """One way through the process, as names in order; None: the rest, which is too rare to be shown alone."""

    weg: tuple[str, ...] | None
    faelle: int
    anteil: float
    zeit: Zeit | None


def draw_karte(
    speicher: Speicher,
    auswahl: Auswahl,
    *,
    nach_zeit: bool = True,
    schwellen: Schwellen | None = None,
    besetzung: Mapping[str, int] | None = None,
) -> Karte:
    """The directly-follows map over all finished runs of the selection, of open Faelle too; dropped runs are left out.

    Formula
        n(a, b) = # runs of b whose predecessor is a run of a; time = begin of b - end of a, at least 0

    Example
    -------
    >>> from wertstrom import beispiel
    >>> from wertstrom.schutz import OHNE_SCHWELLEN
    >>> karte = draw_karte(beispiel.fuenf_schritte(), beispiel.AUSWAHL, schwellen=OHNE_SCHWELLEN)
    >>> [(k.von, k.nach, round(k.zeit.at.median, 1)) for k in karte.kanten][0]
    ('anfrage', 'erstgespraech', 5.0)
    """
    schwellen = schwellen or Schwellen()
    schritte = kennzahlen.schritte(speicher, auswahl)
    geheim = schutz.hidden_schritte(schritte, schwellen, besetzung)
    zeilen = speicher.query("kanten", nach_zeit=nach_zeit, **auswahl.werte())
    enden = {z["knoten"]: z["faelle"] for z in speicher.query("letzte_schritte", **auswahl.werte())}
    zellen = {(z["von"] or ANFANG, z["nach"]): z["faelle"] for z in zeilen}
    zellen |= {(knoten, SCHLUSS): faelle for knoten, faelle in enden.items()}
    verdeckt = schutz.hidden_zellen(zellen, schwellen)
    verdeckt |= {zelle for zelle in zellen if geheim & set(zelle)}
    kanten = tuple(
        Kante(z["von"], z["nach"], z["n"], z["faelle"], read_zeit(z, speicher.uhr))
        for z in zeilen
        if z["von"] is not None and (z["von"], z["nach"]) not in verdeckt
    )
    return Karte(
        schritte=tuple(s for s in schritte if s.knoten not in geheim),
        kanten=kanten,
        anfang={nach: n for (von, nach), n in zellen.items() if von == ANFANG and (von, nach) not in verdeckt},
        ende={von: n for (von, nach), n in zellen.items() if nach == SCHLUSS and (von, nach) not in verdeckt},
        schleifen=_loops(kanten),
        verdeckt=len(verdeckt),
    )


def find_varianten(
    speicher: Speicher, auswahl: Auswahl, *, hoechstens: int | None = None, schwellen: Schwellen | None = None
) -> tuple[Variante, ...]:
    """Ways through the process of abgeschlossene Faelle, most frequent first; all others together as the last entry.

    A way of fewer Faelle than the threshold joins the others, and the rarest shown one too, when the others would be
    too few themselves.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> from wertstrom.schutz import OHNE_SCHWELLEN
    >>> [v.weg[:2] for v in find_varianten(beispiel.fuenf_schritte(), beispiel.AUSWAHL, schwellen=OHNE_SCHWELLEN)]
    [('Anfrage erfassen', 'Erstgespräch')]
    """
    schwellen = schwellen or Schwellen()
    zeilen = speicher.query("varianten", **auswahl.werte())
    namen = {s.knoten: s.name for s in kennzahlen.schritte(speicher, auswahl)}
    alle = sum(z["faelle"] for z in zeilen)
    gezeigt = [z for z in zeilen if z["faelle"] >= schwellen.k_faelle][:hoechstens]
    rest = alle - sum(z["faelle"] for z in gezeigt)
    while 0 < rest < schwellen.k_faelle and gezeigt:
        rest += gezeigt.pop()["faelle"]
    varianten = [
        Variante(
            tuple(namen[k] for k in z["weg"]),
            z["faelle"],
            z["faelle"] / alle,
            read_zeit(z | {"n": z["faelle"]}, speicher.uhr),
        )
        for z in gezeigt
    ]
    if rest >= schwellen.k_faelle:
        varianten.append(Variante(None, rest, rest / alle, None))
    return tuple(varianten)


def _loops(kanten: tuple[Kante, ...]) -> tuple[tuple[str, ...], ...]:
    graph = nx.DiGraph((k.von, k.nach) for k in kanten)
    gruppen = [sorted(gruppe) for gruppe in nx.strongly_connected_components(graph)]
    schleifen = [g for g in gruppen if len(g) > 1 or graph.has_edge(g[0], g[0])]
    return tuple(tuple(g) for g in sorted(schleifen))
