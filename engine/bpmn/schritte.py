"""The list of steps of a process: the text twin of its diagram, in the order in which one would read it.

Reads the working copy after all rules; nodes that rules added for the engine's sake only are looked through.
"""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from engine.bpmn.ergebnis import Ausgang, GeprueftesModell, Schritt, SchrittArt, Startart, Startereignis
from engine.bpmn.rueckgabe import rueckgabe_ziele
from engine.bpmn.zeichnung import AKTIVITAETEN, Bereich, Fluss, Knoten

_ART = {
    "startEvent": SchrittArt.START,
    "endEvent": SchrittArt.ENDE,
    "userTask": SchrittArt.AUFGABE,
    "sendTask": SchrittArt.AUFGABE,
    "receiveTask": SchrittArt.EINGANG,
    "callActivity": SchrittArt.AUFRUF,
    "subProcess": SchrittArt.TEILPROZESS,
    "transaction": SchrittArt.TEILPROZESS,
    "adHocSubProcess": SchrittArt.TEILPROZESS,
    "serviceTask": SchrittArt.AUTOMATIK,
    "intermediateThrowEvent": SchrittArt.AUTOMATIK,
    "businessRuleTask": SchrittArt.AUTOMATIK,
    "scriptTask": SchrittArt.AUTOMATIK,
}


def read_modell(prozess: Bereich) -> GeprueftesModell:
    """One runnable process as plain data."""
    schritte = tuple(_list_bereich(prozess))
    benutzt = {s.lane for s in schritte}
    aufrufe = [k.aufruf for b in prozess.bereiche() for k in b.vom_typ("callActivity")]
    return GeprueftesModell(
        prozess_id=prozess.id,
        name=prozess.name or prozess.id,
        schritte=schritte,
        lanes=tuple(name for name in prozess.lanes if name in benutzt),
        aufrufe=tuple(dict.fromkeys(aufrufe)),
        starts=tuple(_read_start(k) for k in _sort(prozess) if k.als == "startEvent"),
    )


_STARTART = {"message": Startart.NACHRICHT, "signal": Startart.SIGNAL, "timer": Startart.ZEIT}


def _read_start(knoten: Knoten) -> Startereignis:
    for definition in knoten.definitionen:
        return Startereignis(
            element=knoten.id,
            name=knoten.name,
            art=_STARTART[definition.art],
            nachricht=definition.name,
            zeitfeld=definition.zeitfeld,
            zeittext=definition.zeittext,
        )
    return Startereignis(knoten.id, knoten.name)


def _list_bereich(bereich: Bereich) -> Iterator[Schritt]:
    """A scope in reading order; the content of a sub-process follows it directly."""
    for knoten in _sort(bereich):
        if knoten.sichtbar:
            yield _read_schritt(bereich, knoten)
        if knoten.inhalt is not None:
            yield from _list_bereich(knoten.inhalt)


def _sort(bereich: Bereich) -> list[Knoten]:
    """Flow order: a node stands behind all that leads to it; a loop is entered where the flow first meets it."""
    graph = nx.DiGraph()
    graph.add_nodes_from(bereich.knoten)
    graph.add_edges_from((f.von, f.nach) for f in bereich.fluesse.values())
    graph.add_edges_from((k.angeheftet_an, k.id) for k in bereich.knoten.values() if k.angeheftet_an)
    rang = _ranks(bereich, graph)
    verdichtet = nx.condensation(graph)
    mitglieder = {n: sorted(verdichtet.nodes[n]["members"], key=rang.__getitem__) for n in verdichtet}
    folge = nx.lexicographical_topological_sort(verdichtet, key=lambda n: rang[mitglieder[n][0]])
    return [bereich.knoten[name] for n in folge for name in mitglieder[n]]


def _ranks(bereich: Bereich, graph: nx.DiGraph) -> dict[str, int]:
    """Order of first arrival in depth, from the start; nodes in document order where nothing leads to them."""
    rang: dict[str, int] = {}
    for knoten in sorted(bereich.knoten.values(), key=lambda k: k.als != "startEvent"):
        for name in nx.dfs_preorder_nodes(graph, knoten.id) if knoten.id not in rang else ():
            rang.setdefault(name, len(rang))
    return rang


def _read_schritt(bereich: Bereich, knoten: Knoten) -> Schritt:
    return Schritt(
        element=knoten.id,
        name=knoten.name,
        art=knoten.art or _ART.get(knoten.als) or _art_of_other(bereich, knoten),
        bpmn_typ=knoten.typ,
        lane=knoten.lane or (bereich.eltern.lane if bereich.eltern else None),
        eltern=bereich.eltern.id if bereich.eltern else None,
        ausgaenge=tuple(dict.fromkeys(a for f in bereich.ausgehend(knoten) for a in _ausgaenge(bereich, f, None))),
        entscheidet=dict(knoten.entscheidet),
        rueckgabe_ziele=rueckgabe_ziele(bereich, knoten),
        dokumentation=knoten.dokumentation,
        wird_geschlossen=knoten.wird_geschlossen,
        wird_angeboten=_is_angebot(bereich, knoten),
    )


def _is_angebot(bereich: Bereich, knoten: Knoten) -> bool:
    """Whether a person starts this activity of an ad-hoc sub-process, without doing it herself."""
    beginnt = bereich.ist_adhoc and knoten.typ in AKTIVITAETEN and not bereich.eingehend(knoten)
    return beginnt and not knoten.ist_mensch and not knoten.ereignis_teilprozess


def _art_of_other(bereich: Bereich, knoten: Knoten) -> SchrittArt:
    if knoten.als in ("intermediateCatchEvent", "boundaryEvent"):
        return SchrittArt.TIMER if knoten.hat("timer") else SchrittArt.EREIGNIS
    return _art_of_gateway(bereich, knoten)


def _art_of_gateway(bereich: Bereich, knoten: Knoten) -> SchrittArt:
    mehrere = len(bereich.ausgehend(knoten)) > 1
    entscheidet = mehrere and knoten.als in ("exclusiveGateway", "inclusiveGateway")
    return SchrittArt.ENTSCHEIDUNG if entscheidet else SchrittArt.ZUSAMMENFUEHRUNG


def _ausgaenge(bereich: Bereich, fluss: Fluss, gezeichnet: Fluss | None) -> Iterator[Ausgang]:
    """Drawn exits that lie on this flow, looking through invisible nodes."""
    gezeichnet = gezeichnet or (None if fluss.erzeugt else fluss)
    ziel = bereich.knoten[fluss.nach]
    if ziel.sichtbar:
        zeigen = gezeichnet or fluss
        yield Ausgang(zeigen.id, ziel.id, zeigen.name)
        return
    for weiter in bereich.ausgehend(ziel):
        yield from _ausgaenge(bereich, weiter, gezeichnet)
