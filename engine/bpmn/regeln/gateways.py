"""Rules about gateways that the engine does not know as drawn, and about loops that nobody can leave."""

from __future__ import annotations

import networkx as nx

from engine.bpmn.ergebnis import SchrittArt, Stufe
from engine.bpmn.zeichnung import ADHOC, MENSCH, Bereich, Fluss, Knoten, Zeichnung


def lies_komplexes_gateway(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A complex gateway runs as an inclusive one."""
    for gateway in bereich.vom_typ("complexGateway"):
        zeichnung.warnung(
            "komplexes_gateway",
            gateway,
            "Das komplexe Gateway wird wie ein inklusives Gateway ausgeführt. Seine Regel wird nicht ausgewertet.",
            "Zeichnen Sie die Regel mit einfachen Gateways.",
        )
        gateway.als = "inclusiveGateway"


def lies_ereignisbasiertes_gateway(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """What happens first decides; where something else than events follows, a person says what has happened."""
    for gateway in bereich.vom_typ("eventBasedGateway"):
        if gateway.parallel_mehrfach:
            zeichnung.hinweis(
                "ereignisbasiert_parallel",
                gateway,
                "Alle Ereignisse nach dem Gateway werden erwartet, jedes für sich.",
                "Es ist nichts zu tun.",
            )
            gateway.als = "parallelGateway"
        elif _folgt_nur_wartendes(bereich, gateway):
            _lass_wettlaufen(zeichnung, bereich, gateway)
        else:
            _frage_nach_ereignis(zeichnung, bereich, gateway)


_EREIGNISZIELE = frozenset({"intermediateCatchEvent", "receiveTask"})
_AUFGABENZIELE = frozenset({"task", "userTask", "manualTask"})


def _folgt_nur_wartendes(bereich: Bereich, gateway: Knoten) -> bool:
    ziele = [bereich.knoten[f.nach] for f in bereich.ausgehend(gateway)]
    einmal = all(z.wiederholung is None for z in ziele)
    return bool(ziele) and einmal and all(z.als in _EREIGNISZIELE | _AUFGABENZIELE for z in ziele)


def _lass_wettlaufen(zeichnung: Zeichnung, bereich: Bereich, gateway: Knoten) -> None:
    gateway.art, gateway.standardfluss = SchrittArt.ENTSCHEIDUNG, ""
    if any(bereich.knoten[f.nach].als in _AUFGABENZIELE for f in bereich.ausgehend(gateway)):
        zeichnung.warnung(
            "ereignisbasiert_mit_aufgabe",
            gateway,
            "Nach dem Gateway folgt auch eine Aufgabe. Was zuerst eintritt oder erledigt ist, entscheidet.",
            "Zeichnen Sie hinter dem Gateway nur Zwischenereignisse und Empfangsaufgaben.",
        )
    for fluss in bereich.ausgehend(gateway):
        if fluss.bedingung:
            _melde_bedingung(zeichnung, fluss)


def _frage_nach_ereignis(zeichnung: Zeichnung, bereich: Bereich, gateway: Knoten) -> None:
    ausgaenge = bereich.ausgehend(gateway)
    zeiten = [f for f in ausgaenge if _ist_eigenes_zeitereignis(bereich, f)]
    if len(zeiten) == len(ausgaenge):
        zeiten = []
    zeichnung.warnung(
        "ereignisbasiert_von_hand",
        gateway,
        "Nach dem Gateway folgt nicht nur, was eintreten kann. Eine Person bestätigt, welches Ereignis eingetreten ist."
        + (" Das Zeitereignis beendet das Warten von selbst." if zeiten else ""),
        "Zeichnen Sie hinter dem Gateway nur Zwischenereignisse und Empfangsaufgaben.",
    )
    frage = zeichnung.frage_davor(bereich, gateway, gateway.name or "Was ist eingetreten?")
    frage.art = SchrittArt.EINGANG
    gateway.als, gateway.art = "exclusiveGateway", SchrittArt.ENTSCHEIDUNG
    for fluss in ausgaenge:
        if fluss.bedingung:
            _melde_bedingung(zeichnung, fluss)
        ziel = bereich.knoten[fluss.nach]
        if fluss in zeiten:
            bereich.disconnect(fluss)
            ziel.als, ziel.unterbrechend = "boundaryEvent", True
            bereich.attach(ziel, frage.id)
        elif ziel.als in ("intermediateCatchEvent", "receiveTask") and len(bereich.eingehend(ziel)) == 1:
            ziel.als, ziel.definitionen = "intermediateThrowEvent", []  # confirmed with the choice


def _melde_bedingung(zeichnung: Zeichnung, fluss: Fluss) -> None:
    zeichnung.warnung(
        "bedingung_nach_ereignisgateway",
        fluss,
        f"Nach dem Gateway entscheidet das Ereignis. Die Bedingung „{fluss.bedingung[:120]}“ wird nicht geprüft.",
        "Zeichnen Sie nach dem Ereignis ein exklusives Gateway, wenn die Bedingung gelten soll.",
    )
    fluss.bedingung = ""


def _ist_eigenes_zeitereignis(bereich: Bereich, fluss: Fluss) -> bool:
    ziel = bereich.knoten[fluss.nach]
    nur_zeit = len(ziel.definitionen) == 1 and ziel.zeitdefinition is not None
    return ziel.als == "intermediateCatchEvent" and nur_zeit and len(bereich.eingehend(ziel)) == 1


def pruefe_endlose_schleife(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A circle in which nobody acts and nothing waits would turn for ever."""
    graph = nx.DiGraph()
    for fluss in bereich.fluesse.values():
        if not _wartet(bereich.knoten[fluss.von]) and not _wartet(bereich.knoten[fluss.nach]):
            graph.add_edge(fluss.von, fluss.nach)
    for kreis in nx.strongly_connected_components(graph):
        erster = next(k for k in bereich.knoten.values() if k.id in kreis)
        if len(kreis) == 1 and not graph.has_edge(erster.id, erster.id):
            continue
        if _rechnet_sich_heraus(bereich, kreis):
            zeichnung.warnung(
                "schleife_ohne_person",
                erster,
                "Der Ablauf wiederholt sich hier von selbst, bis eine Bedingung zutrifft. Nach 2.000 automatischen"
                " Schritten hält er als Störung an.",
                "Prüfen Sie, ob die Bedingung in jedem Fall einmal zutrifft.",
            )
            continue
        zeichnung.melde(
            Stufe.FEHLER,
            "endlose_schleife",
            erster,
            "Der Ablauf dreht sich hier im Kreis, ohne dass eine Person handelt oder gewartet wird.",
            "Zeichnen Sie in den Kreis eine Aufgabe oder ein Zeitereignis.",
        )


def _rechnet_sich_heraus(bereich: Bereich, kreis: set[str]) -> bool:
    """Whether a condition leads out of a circle in which something changes what it asks."""
    knoten = [bereich.knoten[kennung] for kennung in kreis]
    hinaus = any(
        fluss.nach not in kreis
        for k in knoten
        if k.als in ("exclusiveGateway", "inclusiveGateway")
        for fluss in bereich.ausgehend(k)
    )
    return hinaus and any(k.als in ("scriptTask", "businessRuleTask") for k in knoten)


def _wartet(knoten: Knoten) -> bool:
    if knoten.inhalt is not None and knoten.als != ADHOC:
        return any(_wartet(k) for k in knoten.inhalt.knoten.values() if not k.ereignis_teilprozess)
    return knoten.als in _WARTENDE


_WARTENDE = frozenset(
    {MENSCH, ADHOC, "sendTask", "receiveTask", "serviceTask", "callActivity", "intermediateCatchEvent"}
)
