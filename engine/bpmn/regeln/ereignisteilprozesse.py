"""Rules about event sub-processes: which of them can begin, what sets them off, what they cannot have."""

from __future__ import annotations

from engine.bpmn.regeln import nachrichten
from engine.bpmn.regeln.nachrichten import name_der_art
from engine.bpmn.zeichnung import Bereich, Definition, Knoten, Zeichnung

_AUSLOESER = ("message", "timer", "signal", "conditional", "error", "escalation")


def pruefe_ereignis_teilprozess(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """One that nothing sets off stays in the drawing only; flows and markers mean nothing at it."""
    teilprozesse = [k for k in bereich.knoten.values() if k.ereignis_teilprozess]
    allein = len(teilprozesse) == len(bereich.knoten)
    for knoten in teilprozesse:
        grund = "Ohne einen Ablauf daneben ist nichts da, worin er beginnen kann." if allein else _einwand(knoten)
        if grund:
            zeichnung.warnung(
                "ereignis_teilprozess",
                knoten,
                f"Der Ereignis-Teilprozess wird nicht ausgeführt. {grund} Er bleibt nur im Bild.",
                "Zeichnen Sie in ihm genau ein Startereignis, zum Beispiel mit einer Nachricht oder einer Zeit.",
            )
            bereich.remove(knoten)
            continue
        knoten.als = "subProcess"
        _loese(zeichnung, bereich, knoten)


def _einwand(knoten: Knoten) -> str:
    if knoten.inhalt is None or not knoten.inhalt.knoten:
        return "Er ist ohne Inhalt gezeichnet."
    if not any(s.hat(*_AUSLOESER) for s in knoten.inhalt.vom_typ("startEvent")):
        return "Er hat kein Startereignis, das ihn auslöst."
    return ""


def _loese(zeichnung: Zeichnung, bereich: Bereich, knoten: Knoten) -> None:
    for fluss in [*bereich.eingehend(knoten), *bereich.ausgehend(knoten)]:
        zeichnung.warnung(
            "fluss_an_ereignis_teilprozess",
            fluss,
            "Ein Ereignis-Teilprozess beginnt durch sein Ereignis. Der Sequenzfluss wird nicht ausgeführt.",
            "Löschen Sie den Pfeil.",
        )
        if fluss.id in bereich.fluesse:
            bereich.disconnect(fluss)
    for rand in bereich.raender(knoten):
        bereich.attach(rand, "")
    if knoten.wiederholung is not None:
        knoten.wiederholung = None
        zeichnung.warnung(
            "ereignis_teilprozess_einmal",
            knoten,
            "Ein Ereignis-Teilprozess wird nicht wiederholt. Er läuft, sooft sein Ereignis eintritt.",
            "Entfernen Sie die Markierung für die Wiederholung.",
        )


def waehle_ausloeser(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """An event sub-process has one start with one event; the first that can set it off counts."""
    if not bereich.ist_ereignis:
        return
    starts = bereich.vom_typ("startEvent")
    erster = next(s for s in starts if s.hat(*_AUSLOESER))
    for start in starts:
        if start is not erster:
            zeichnung.warnung(
                "mehrere_starts",
                start,
                "Ein Ereignis-Teilprozess hat nur ein Startereignis. Dieser Start bleibt nur im Bild.",
                "Zeichnen Sie für jedes Ereignis einen eigenen Ereignis-Teilprozess.",
            )
            bereich.remove(start)
    moeglich = [d for d in erster.definitionen if d.art in _AUSLOESER]
    definition = next((d for d in moeglich if nachrichten.loest_selbst_aus(d)), moeglich[0])
    if len(erster.definitionen) > 1:
        _melde_einziges(zeichnung, erster, definition)
    erster.definitionen = [definition]
    _lies_unterbrechung(zeichnung, erster, definition)
    nachrichten.lies_lauscher(zeichnung, erster, definition, bereich.eltern)


def _melde_einziges(zeichnung: Zeichnung, start: Knoten, definition: Definition) -> None:
    alle = name_der_art(start)
    start.definitionen = [definition]
    zeichnung.warnung(
        "ereignis_teilprozess_ein_ereignis",
        start,
        f"Der Start nennt mehrere Ereignisse ({alle}). Nur eines löst aus ({name_der_art(start)}).",
        "Zeichnen Sie für jedes Ereignis einen eigenen Ereignis-Teilprozess.",
    )


def _lies_unterbrechung(zeichnung: Zeichnung, start: Knoten, definition: Definition) -> None:
    if definition.art == "error" and not start.unterbrechend:
        start.unterbrechend = True
        zeichnung.hinweis(
            "fehler_unterbricht",
            start,
            "Ein Fehler bricht immer ab, was um den Ereignis-Teilprozess herum läuft.",
            "Verwenden Sie eine Eskalation, wenn es weiterlaufen soll.",
        )
