"""Rules about events that throw: messages, signals, errors, escalations, and ends."""

from __future__ import annotations

from engine.bpmn.regeln.nachrichten import name_der_art
from engine.bpmn.zeichnung import Bereich, Definition, Knoten, Zeichnung

_GEHT_AN = {
    "message": "Die Nachricht „{}“ geht an Vorgänge, die darauf warten. Schreiben an Personen verschickt eine Aufgabe.",
    "signal": "Das Signal „{}“ erreicht alle Vorgänge, die darauf warten.",
}


def lies_werfendes_ereignis(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Named messages and signals and escalations are thrown; anything else is passed."""
    for knoten in bereich.vom_typ("intermediateThrowEvent"):
        definition = next(iter(knoten.definitionen), None)
        if definition is None or _wirft(zeichnung, knoten, definition):
            continue
        zeichnung.warnung(
            "ereignis_nicht_gesendet",
            knoten,
            f"Das Ereignis ({name_der_art(knoten)}) wird durchlaufen. {_grund(definition)}",
            _abhilfe(definition),
        )
        knoten.definitionen = []


def lies_ende(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """An end throws what it names, and ends its path; terminate, error and cancel end more."""
    for knoten in bereich.vom_typ("endEvent"):
        definition = next(iter(knoten.definitionen), None)
        if definition is None or definition.art in ("terminate", "error", "cancel"):
            continue
        if not _wirft(zeichnung, knoten, definition):
            zeichnung.warnung(
                "ende_nicht_gesendet",
                knoten,
                f"Das Endereignis ({name_der_art(knoten)}) beendet nur den Weg. {_grund(definition)}",
                _abhilfe(definition),
            )
            knoten.definitionen = []


def lies_versand(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A send task with a message: a person sends, and with her completion the message goes out."""
    for knoten in bereich.vom_typ("sendTask"):
        if knoten.nachricht is not None:
            zeichnung.hinweis(
                "senden_mit_nachricht",
                knoten,
                "Eine Person versendet. Mit ihrem Abschluss geht die Nachricht"
                f" „{knoten.nachricht.name}“ an Vorgänge, die darauf warten.",
                "Es ist nichts zu tun.",
            )


def _wirft(zeichnung: Zeichnung, knoten: Knoten, definition: Definition) -> bool:
    """Whether the engine throws this; says where it goes."""
    if definition.art in _GEHT_AN and definition.name:
        text = _GEHT_AN[definition.art].format(definition.name)
        zeichnung.hinweis("ereignis_gesendet", knoten, text, "Es ist nichts zu tun.")
        return True
    return definition.art == "escalation"


def _grund(definition: Definition) -> str:
    if definition.art in _GEHT_AN:
        wort = "Die Nachricht" if definition.art == "message" else "Das Signal"
        return f"{wort} hat keinen Namen, es wird nichts versandt."
    return "Es wird nichts ausgelöst."


def _abhilfe(definition: Definition) -> str:
    if definition.art in _GEHT_AN:
        return "Geben Sie ihm einen Namen, oder zeichnen Sie eine Aufgabe davor, wenn eine Person etwas versenden soll."
    return "Zeichnen Sie den Fall als Ausgang eines Gateways, wenn danach ein anderer Weg folgen soll."
