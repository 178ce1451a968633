"""Rules about sub-processes: event sub-processes, ad-hoc, transactions, collapsed ones, compensation handlers."""

from __future__ import annotations

from engine.bpmn.zeichnung import MENSCH, Bereich, Zeichnung


def entferne_ereignis_teilprozess(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """An event sub-process is not executed yet."""
    for knoten in list(bereich.knoten.values()):
        if knoten.ereignis_teilprozess:
            zeichnung.warnung(
                "ereignis_teilprozess",
                knoten,
                "Der Ereignis-Teilprozess wird noch nicht ausgeführt. Er bleibt nur im Bild.",
                "Zeichnen Sie seine Schritte im Hauptablauf, wenn sie ausgeführt werden sollen.",
            )
            bereich.remove(knoten)


def entferne_kompensation(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A compensation handler is never reached by a flow, and compensation is not executed."""
    for knoten in list(bereich.knoten.values()):
        if knoten.ist_kompensation and not bereich.eingehend(knoten):
            zeichnung.warnung(
                "kompensation",
                knoten,
                "Die Kompensation wird nicht ausgeführt. Der Schritt bleibt nur im Bild.",
                "Zeichnen Sie das Rückgängigmachen als eigenen Weg, wenn es ausgeführt werden soll.",
            )
            bereich.remove(knoten)


def lies_leeren_teilprozess(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A collapsed sub-process without content is one step for a person."""
    for knoten in bereich.knoten.values():
        if knoten.inhalt is None or knoten.inhalt.knoten:
            continue
        zeichnung.hinweis(
            "teilprozess_ohne_inhalt",
            knoten,
            "Der Teilprozess ist ohne Inhalt gezeichnet. Er wird als eine Aufgabe ausgeführt.",
            "Zeichnen Sie seine Schritte, wenn sie einzeln bearbeitet werden sollen.",
        )
        knoten.als, knoten.inhalt = MENSCH, None


def lies_adhoc(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """An ad-hoc sub-process offers each of its first steps once, at the same time."""
    for knoten in bereich.vom_typ("adHocSubProcess"):
        zeichnung.warnung(
            "adhoc",
            knoten,
            "Im Ad-hoc-Teilprozess wird jeder Schritt einmal angeboten, alle gleichzeitig."
            " Freie Auswahl und Wiederholung sind noch nicht möglich.",
            "Prüfen Sie, ob jeder Schritt einmal nötig ist.",
        )
        knoten.als = "subProcess"


def lies_transaktion(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A transaction runs as a plain sub-process."""
    for knoten in bereich.vom_typ("transaction"):
        zeichnung.hinweis(
            "transaktion",
            knoten,
            "Die Transaktion wird als einfacher Teilprozess ausgeführt. Nichts wird selbsttätig rückgängig gemacht.",
            "Zeichnen Sie das Rückgängigmachen als eigenen Weg, wenn es nötig ist.",
        )
        knoten.als = "subProcess"
