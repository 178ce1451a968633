"""Rules about the control flow as a whole: joins that wait in vain, ways without an end, steps that run twice."""

from __future__ import annotations

import networkx as nx

from engine.bpmn.ablauf.nebenlaeufig import mehrfache_orte
from engine.bpmn.ablauf.suche import Haenger
from engine.bpmn.ablauf.urteil import Pruefer, Urteil
from engine.bpmn.ergebnis import Stufe
from engine.bpmn.regeln.fang import Fangnetz
from engine.bpmn.regeln.teilprozesse import adhoc_beginn
from engine.bpmn.zeichnung import AKTIVITAETEN, GATEWAYS, Bereich, Knoten, Zeichnung

#: elements that a finding names
_MAX_NAMEN = 3
_GEFANGEN = ("error", "escalation", "cancel")


def pruefe_ablauf(zeichnung: Zeichnung) -> None:
    """Play every way through every scope, and say where it would stop, turn for ever or run twice."""
    pruefer = Pruefer(_gefangene(zeichnung))
    beginn = {b.id: _beginn(b) for b in zeichnung.bereiche()}
    for prozess in zeichnung.prozesse:
        bisher = len(pruefer.urteile)
        pruefer.judge(prozess, beginn)
        haengt_immer = pruefer.urteile[-1].endet_nie
        for urteil in pruefer.urteile[bisher:]:
            melde_haengende(zeichnung, pruefer, urteil, Stufe.FEHLER if haengt_immer else Stufe.WARNUNG)
            melde_endlose(zeichnung, urteil)
            melde_mehrfache(zeichnung, urteil)
            melde_ungeprueft(zeichnung, urteil)


def _gefangene(zeichnung: Zeichnung) -> frozenset[str]:
    netz = Fangnetz(zeichnung)
    return frozenset(
        knoten.id
        for bereich in zeichnung.bereiche()
        for knoten in bereich.vom_typ("endEvent", "intermediateThrowEvent")
        for definition in knoten.definitionen
        if definition.art in _GEFANGEN and netz.wird_gefangen(bereich, definition)
    )


def _beginn(bereich: Bereich) -> list[Knoten]:
    if bereich.ist_adhoc:
        return adhoc_beginn(bereich)
    starts = bereich.vom_typ("startEvent")
    return starts if bereich.eltern is None else starts[:1]


def melde_haengende(zeichnung: Zeichnung, pruefer: Pruefer, urteil: Urteil, stufe: Stufe) -> None:
    """A join to which not all tokens come that it waits for."""
    haenger: dict[str, list[tuple[Knoten, Haenger]]] = {}
    for start, spielraum in urteil.spielraeume:
        for kennung, wie in spielraum.haengt.items():
            haenger.setdefault(kennung, []).append((start, wie))
    tot = _nie_erreicht(urteil) if haenger else []
    for kennung, faelle in haenger.items():
        nie = urteil.vollstaendig and kennung not in urteil.gezuendet
        allein = nie and all(wie.belegt == 1 for _, wie in faelle)
        hilft = not allein and pruefer.helps(urteil, kennung)
        immer = nie or urteil.endet_nie
        knoten = urteil.bereich.knoten[kennung]
        zeichnung.melde(
            stufe if urteil.endet_nie else Stufe.WARNUNG,
            "zusammenfuehrung_wartet_immer" if immer else "zusammenfuehrung_wartet",
            knoten,
            _text_immer(urteil, knoten, faelle, tot if nie else None)
            if immer
            else _text_manchmal(urteil, knoten, faelle),
            _abhilfe(allein=allein, inklusiv=hilft),
        )


_Faelle = list[tuple[Knoten, Haenger]]


def _text_immer(urteil: Urteil, knoten: Knoten, faelle: _Faelle, tot: list[Knoten] | None) -> str:
    """`tot`: what is never reached; None if the join fires, but more comes than it joins."""
    dahinter = f" Nie erreicht wird {_nenne(tot, 'und')}." if tot else ""
    return (
        f"Die Zusammenführung wartet {'am Ende ' if tot is None else ''}immer vergeblich:"
        f" Es fehlt, was von {_woher(urteil, knoten, faelle)} kommen soll."
        f" Der Vorgang bleibt hier stehen.{dahinter}{_beim_start(urteil, faelle)}"
    )


def _text_manchmal(urteil: Urteil, knoten: Knoten, faelle: _Faelle) -> str:
    return (
        "Die Zusammenführung kann vergeblich warten:"
        f" Was von {_woher(urteil, knoten, faelle)} kommen soll, kommt nicht auf jedem Weg."
        f" Dann bleibt der Vorgang hier stehen.{_beim_start(urteil, faelle)}"
    )


def _woher(urteil: Urteil, knoten: Knoten, faelle: _Faelle) -> str:
    """From where something is missing."""
    bereich, leer = urteil.bereich, {fluss for _, wie in faelle for fluss in wie.leer}
    return _nenne([bereich.knoten[f.von] for f in bereich.eingehend(knoten) if f.id in leer], "oder")


def _beim_start(urteil: Urteil, faelle: _Faelle) -> str:
    if len(faelle) == len(urteil.spielraeume):
        return ""
    return f" Das gilt beim Start {_nenne([start for start, _ in faelle], 'und')}."


def _abhilfe(*, allein: bool, inklusiv: bool) -> str:
    if allein:
        return "Zeichnen Sie hier ein exklusives Gateway: Von den Zweigen läuft immer nur einer."
    if inklusiv:
        return "Zeichnen Sie hier ein inklusives Gateway: Es wartet nur auf Zweige, die noch kommen können."
    return "Prüfen Sie, ob alle Zweige, auf die hier gewartet wird, auf jedem Weg begonnen werden."


def _nenne(knoten: list[Knoten], wort: str) -> str:
    namen = list(dict.fromkeys(f"„{k.name or k.id}“" for k in knoten))
    if len(namen) > _MAX_NAMEN:
        namen = [*namen[:_MAX_NAMEN], "weiteren"]
    return f" {wort} ".join(filter(None, [", ".join(namen[:-1]), namen[-1]]))


def _nie_erreicht(urteil: Urteil) -> list[Knoten]:
    """Activities to which no token comes, because all ways lead through joins that never fire."""
    bereich = urteil.bereich
    gesperrt = urteil.netz.verbindungen.keys() - urteil.gezuendet
    gesperrt &= {knoten for _, s in urteil.spielraeume for knoten in s.haengt}
    erreicht, offen = set[str](), [start for start, _ in urteil.spielraeume]
    while offen:
        knoten = offen.pop()
        if knoten.id not in erreicht:
            erreicht.add(knoten.id)
            if knoten.id not in gesperrt:
                offen += [*(bereich.knoten[f.nach] for f in bereich.ausgehend(knoten)), *bereich.raender(knoten)]
    return [
        k
        for k in bereich.knoten.values()
        if k.als in AKTIVITAETEN and k.id not in erreicht and not k.ereignis_teilprozess
    ]


def melde_endlose(zeichnung: Zeichnung, urteil: Urteil) -> None:
    """A circle that a Vorgang never leaves again, though people act in it."""
    if urteil.abbrechbar or urteil.unterbrechbar or not any(s.kreist for _, s in urteil.spielraeume):
        return
    gemeldet = {b.element for b in zeichnung.befunde if b.art == "endlose_schleife"}
    for kreis in _endlose_kreise(urteil):
        if gemeldet.isdisjoint(k.id for k in kreis):
            zeichnung.warnung(
                "kein_weg_zum_ende",
                next((k for k in kreis if not k.erzeugt), kreis[0]),
                "Der Ablauf kehrt immer wieder hierher zurück. Der Vorgang endet nie, bis eine Person ihn abbricht.",
                "Zeichnen Sie einen Ausgang aus dem Kreis, zum Beispiel ein Gateway mit einem Weg zum Ende.",
            )


def _endlose_kreise(urteil: Urteil) -> list[list[Knoten]]:
    """Circles in which a token never comes to nothing, in the order of the drawing."""
    bereich, bleiben = urteil.bereich, urteil.netz.unvergaengliche()
    graph = nx.DiGraph()
    graph.add_edges_from((f.von, f.nach) for f in bereich.fluesse.values() if {f.von, f.nach} <= bleiben)
    graph.add_edges_from((k.angeheftet_an, k.id) for k in bereich.vom_typ("boundaryEvent") if k.id in bleiben)
    return [
        [k for k in bereich.knoten.values() if k.id in teil]
        for teil in nx.strongly_connected_components(graph)
        if len(teil) > 1 or graph.has_edge(*(2 * [*teil]))
    ]


def melde_mehrfache(zeichnung: Zeichnung, urteil: Urteil) -> None:
    """Branches that run at the same time and meet where nothing joins them."""
    if urteil.bereich.ist_adhoc:
        return
    bereich, netz = urteil.bereich, urteil.netz
    mehrfach = {netz.knoten[ort] for ort in mehrfache_orte(netz)}
    for kennung in mehrfach - netz.verbindungen.keys():
        knoten = bereich.knoten[kennung]
        eingehend = bereich.eingehend(knoten)
        erster = len(eingehend) > 1 and mehrfach.isdisjoint(f.von for f in eingehend)
        if erster and _folgt_arbeit(bereich, knoten):
            zeichnung.hinweis(
                "mehrfacher_durchlauf",
                knoten,
                "Hier treffen Zweige ein, die gleichzeitig laufen können. Was folgt, läuft für jeden Zweig einmal.",
                "Zeichnen Sie ein paralleles Gateway, wenn gewartet werden soll, bis alle Zweige da sind.",
            )


def _folgt_arbeit(bereich: Bereich, knoten: Knoten) -> bool:
    """Whether anything but gateways and ends comes at or behind this node."""
    gesehen, offen = set[str](), [knoten]
    while offen:
        knoten = offen.pop()
        if knoten.als not in GATEWAYS and knoten.als != "endEvent":
            return True
        if knoten.id not in gesehen:
            gesehen.add(knoten.id)
            offen += [bereich.knoten[f.nach] for f in bereich.ausgehend(knoten)]
    return False


def melde_ungeprueft(zeichnung: Zeichnung, urteil: Urteil) -> None:
    """Too many branches to look at every state; what was found until then is reported all the same."""
    if not urteil.vollstaendig:
        zeichnung.hinweis(
            "ablauf_zu_verzweigt",
            urteil.bereich,
            "Der Ablauf ist so verzweigt, dass nicht jeder Weg bis zu einem Ende geprüft werden konnte.",
            "Teilen Sie den Ablauf in Teilprozesse, oder spielen Sie ihn vor dem Einsatz zur Probe durch.",
        )
