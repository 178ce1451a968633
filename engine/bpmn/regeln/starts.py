"""Rules about where a scope begins and ends, and what can be reached from there."""

from __future__ import annotations

from engine.bpmn.regeln.nachrichten import name_der_art
from engine.bpmn.regeln.teilprozesse import adhoc_beginn
from engine.bpmn.zeichnung import Bereich, Definition, Knoten, Zeichnung


def lies_start(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Messages, signals and times start a Vorgang by themselves, a person always can."""
    if bereich.ist_ereignis:
        return
    for start in bereich.vom_typ("startEvent"):
        definition = next(iter(start.definitionen), None)
        if definition is None:
            continue
        if bereich.eltern is not None:
            zeichnung.warnung(
                "start_im_teilprozess",
                start,
                f"Der Start im Teilprozess ({name_der_art(start)}) beginnt sofort, ohne auf das Ereignis zu warten.",
                "Zeichnen Sie nach dem Start ein Zwischenereignis, wenn gewartet werden soll.",
            )
            start.definitionen = []
        elif definition.art in ("message", "signal", "timer"):
            _lies_ausloeser(zeichnung, start, definition)
        else:
            zeichnung.warnung(
                "start_nicht_selbsttaetig",
                start,
                f"Der Start ({name_der_art(start)}) löst nicht von selbst aus. Eine Person startet den Vorgang.",
                "Legen Sie fest, wer den Vorgang startet.",
            )
            start.definitionen = []


_AUSLOESER = {
    "message": ("start_durch_nachricht", "Die Nachricht „{}“ startet"),
    "signal": ("start_durch_signal", "Das Signal „{}“ startet"),
    "timer": ("start_durch_zeit", "Zur angegebenen Zeit ({}) startet"),
}


def _lies_ausloeser(zeichnung: Zeichnung, start: Knoten, definition: Definition) -> None:
    art, was = _AUSLOESER[definition.art]
    name = definition.zeittext[:80] if definition.art == "timer" else definition.name
    if name:
        was = was.format(name)
        text = f"{was} einen Vorgang von selbst, wenn die Version im Einsatz ist. Eine Person kann ihn auch starten."
        zeichnung.hinweis(art, start, text, "Es ist nichts zu tun.")
        return
    start.definitionen = []
    wort = "eine Nachricht" if definition.art == "message" else "ein Signal"
    zeichnung.hinweis(
        art,
        start,
        f"Der Start wartet auf {wort} ohne Namen. Eine Person startet den Vorgang, wenn der Anlass eingetreten ist.",
        "Es ist nichts zu tun.",
    )


def lies_mehrere_starts(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A process begins at one of its starts; in a sub-process the first plain one begins, or else the first."""
    starts = bereich.vom_typ("startEvent")
    if len(starts) < 2 or bereich.ist_ereignis:
        return
    erster = next((s for s in starts if not s.definitionen), starts[0])
    for start in starts:
        if start is erster or start.erzeugt:
            continue
        beginn = f"Ohne andere Wahl beginnt der Ablauf bei „{erster.name or erster.id}“"
        if bereich.eltern is None:
            text = f"Es gibt mehrere Startereignisse. Ein Vorgang beginnt bei genau einem. {beginn}."
            zeichnung.hinweis("mehrere_starts", start, text, "Es ist nichts zu tun.")
            continue
        zeichnung.warnung(
            "mehrere_starts",
            start,
            f"Es gibt mehrere Startereignisse. Der Teilprozess beginnt bei „{erster.name or erster.id}“,"
            " dieser Start bleibt nur im Bild.",
            "Zeichnen Sie einen Start und danach ein Gateway mit den möglichen Anlässen.",
        )
        bereich.remove(start)


def ergaenze_start(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Without a start event, every node without an incoming flow begins."""
    if bereich.vom_typ("startEvent") or bereich.ist_adhoc or not (bereich.knoten or bereich.eltern):
        return
    moeglich = [k for k in bereich.knoten.values() if k.als != "boundaryEvent" and not k.ereignis_teilprozess]
    erste = [k for k in moeglich if not bereich.eingehend(k)] or moeglich[:1]
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
    offen: list[Knoten] = adhoc_beginn(bereich) if bereich.ist_adhoc else bereich.vom_typ("startEvent")
    offen += [k for k in bereich.knoten.values() if k.ereignis_teilprozess]
    while offen:
        knoten = offen.pop()
        if knoten.id in erreicht:
            continue
        erreicht.add(knoten.id)
        offen += [bereich.knoten[f.nach] for f in bereich.ausgehend(knoten)]
        offen += bereich.raender(knoten)
    return erreicht


def ergaenze_ende(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A path that just stops ends there; steps of an ad-hoc sub-process need no end."""
    offen = [
        k
        for k in bereich.knoten.values()
        if k.als != "endEvent" and not k.ereignis_teilprozess and not bereich.ausgehend(k)
    ]
    if not offen or bereich.ist_adhoc:
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
