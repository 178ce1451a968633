"""Rules about where a scope begins and ends, and what can be reached from there."""

from __future__ import annotations

from engine.bpmn.regeln.ereignisse import name_der_art
from engine.bpmn.zeichnung import Bereich, Knoten, Zeichnung


def lies_start(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Every start is a plain start that a person triggers."""
    for start in bereich.vom_typ("startEvent"):
        if not start.definitionen:
            continue
        if bereich.eltern is None and start.hat("message"):
            zeichnung.hinweis(
                "start_durch_nachricht",
                start,
                "Der Start wartet auf eine Nachricht. Eine Person startet den Vorgang, wenn sie eingegangen ist.",
                "Es ist nichts zu tun.",
            )
        elif bereich.eltern is not None:
            zeichnung.warnung(
                "start_im_teilprozess",
                start,
                f"Der Start im Teilprozess ({name_der_art(start)}) beginnt sofort, ohne auf das Ereignis zu warten.",
                "Zeichnen Sie nach dem Start ein Zwischenereignis, wenn gewartet werden soll.",
            )
        else:
            zeichnung.warnung(
                "start_nicht_selbsttaetig",
                start,
                f"Der Start ({name_der_art(start)}) löst noch nicht von selbst aus. Eine Person startet den Vorgang.",
                "Legen Sie fest, wer den Vorgang startet.",
            )
        start.definitionen = []


def entferne_weitere_starts(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """The first plain start begins, or else the first; the others stay in the drawing."""
    starts = bereich.vom_typ("startEvent")
    if len(starts) > 1:
        erster = next((s for s in starts if not s.definitionen), starts[0])
        for start in starts:
            if start is not erster:
                zeichnung.warnung(
                    "mehrere_starts",
                    start,
                    f"Es gibt mehrere Startereignisse. Der Ablauf beginnt bei „{erster.name or erster.id}“,"
                    " dieser Start bleibt nur im Bild.",
                    "Zeichnen Sie einen Start und danach ein Gateway mit den möglichen Anlässen.",
                )
                bereich.remove(start)


def ergaenze_start(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Without a start event, every node without an incoming flow begins."""
    if bereich.vom_typ("startEvent") or not (bereich.knoten or bereich.eltern):
        return
    erste = [k for k in bereich.knoten.values() if not bereich.eingehend(k) and k.als != "boundaryEvent"]
    if not erste:
        erste = [k for k in bereich.knoten.values() if k.als != "boundaryEvent"][:1]
    start = zeichnung.ergaenze(bereich, f"{bereich.id}__start", "startEvent")
    wo = ", ".join(f"„{k.name or k.id}“" for k in erste[:3]) + (" und weiteren" if len(erste) > 3 else "")
    zeichnung.hinweis(
        "start_ergaenzt",
        bereich,
        f"Es ist kein Startereignis gezeichnet. Der Ablauf beginnt bei {wo or 'seinem Ende'}.",
        "Zeichnen Sie ein Startereignis, um den Anfang sichtbar zu machen.",
    )
    for knoten in erste:
        zeichnung.verbinde(bereich, start, knoten)
    if len(erste) > 1:
        aufteilung = zeichnung.ergaenze(bereich, f"{bereich.id}__aufteilung", "parallelGateway")
        zeichnung.setze_dahinter(bereich, start, aufteilung)


def entferne_unerreichbares(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """What no path from the start can reach is not executed, and says so."""
    erreicht = _erreichbar(bereich)
    for knoten in list(bereich.knoten.values()):
        if knoten.id in erreicht:
            continue
        if not knoten.erzeugt:
            zeichnung.warnung(
                "nicht_erreichbar",
                knoten,
                "Kein ausführbarer Weg führt zu diesem Element. Es bleibt nur im Bild.",
                "Verbinden Sie das Element mit dem Ablauf oder löschen Sie es.",
            )
        bereich.remove(knoten)


def _erreichbar(bereich: Bereich) -> set[str]:
    erreicht: set[str] = set()
    offen: list[Knoten] = bereich.vom_typ("startEvent")
    while offen:
        knoten = offen.pop()
        if knoten.id in erreicht:
            continue
        erreicht.add(knoten.id)
        offen += [bereich.knoten[f.nach] for f in bereich.ausgehend(knoten)]
        offen += bereich.raender(knoten)
    return erreicht


def ergaenze_ende(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A path that just stops ends there; the engine needs an end event to notice."""
    offen = [k for k in bereich.knoten.values() if k.als != "endEvent" and not bereich.ausgehend(k)]
    if not offen:
        return
    gezeichnet = [k for k in offen if not k.erzeugt and k.typ != "startEvent"]
    for knoten in gezeichnet:
        zeichnung.hinweis(
            "ende_ergaenzt",
            knoten,
            "Nach diesem Element ist kein Ende gezeichnet. Der Weg endet hier.",
            "Zeichnen Sie ein Endereignis, um das Ergebnis zu benennen.",
        )
    ende = zeichnung.ergaenze(bereich, f"{bereich.id}__ende", "endEvent")
    for knoten in offen:
        zeichnung.verbinde(bereich, knoten, ende)
