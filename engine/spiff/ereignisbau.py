"""Reads what the events of an executable copy wait for or throw."""

from __future__ import annotations

from lxml import etree

from engine.spiff import texte, xmlquelle
from engine.spiff.ereignisse.definition import Abbruch, Bedingung, Definition, Eskalation, Fehler, Nachricht, Signal

_CODES = {"errorEventDefinition": Fehler, "escalationEventDefinition": Eskalation}
#: what may begin an event sub-process, and hang at the border of an activity
FANGBAR = ("timer", "nachricht", "signal", "bedingung", "fehler", "eskalation")
#: what an intermediate event or an end may throw; an end also what ends something
_WERFBAR = ("nachricht", "signal", "eskalation")
_BEENDEND = ("fehler", "abbruch")


def art(element: etree._Element) -> str:
    """Kind of the first event definition, or empty."""
    return next((xmlquelle.art(k) for k in element if xmlquelle.art(k).endswith("EventDefinition")), "")


def definition(element: etree._Element) -> Definition | None:
    """What is drawn in an event; None for a plain one and for kinds that are not executed."""
    drin = xmlquelle.kind(element, art(element)) if art(element) else None
    if drin is None:
        return None
    name = xmlquelle.eigenes(drin, "name")
    match xmlquelle.art(drin):
        case "timerEventDefinition":
            return texte.uhr(element)
        case "messageEventDefinition":
            return nachricht(element, drin)
        case "signalEventDefinition":
            return Signal(name)
        case "conditionalEventDefinition":
            return _bedingung(element, drin)
        case "cancelEventDefinition":
            return Abbruch()
        case code if code in _CODES:
            return _CODES[code](xmlquelle.eigenes(drin, "code") or None)
    return None


def nachricht(element: etree._Element, quelle: etree._Element) -> Nachricht:
    """The message that `quelle` (a definition, or a send or receive task itself) names."""
    schluessel = xmlquelle.eigenes(quelle, "schluessel")
    return Nachricht(xmlquelle.eigenes(quelle, "name"), texte.ausdruck(element, schluessel) if schluessel else None)


def gefangen(element: etree._Element, *weitere: str) -> Definition:
    """What a waiting event waits for; raises `Modellfehler` unless it is executed there."""
    gelesen = definition(element)
    if gelesen is None or gelesen.ausloeser not in (*FANGBAR, *weitere):
        was = art(element) or "leerem Inhalt"
        raise texte.fehler_an(element, f"Ein wartendes Ereignis mit {was} wird nicht ausgeführt")
    return gelesen


def geworfen(element: etree._Element, *, am_ende: bool) -> Definition | None:
    """What an intermediate event or an end throws; None for a plain one."""
    if not art(element):
        return None
    gelesen = definition(element)
    if gelesen is None or gelesen.ausloeser not in (_WERFBAR + _BEENDEND if am_ende else _WERFBAR):
        wo = "Ende" if am_ende else "Zwischenereignis"
        raise texte.fehler_an(element, f"Ein {wo} mit {art(element)} wird nicht ausgeführt")
    # A message or signal without a name can reach nobody.
    return gelesen if gelesen.name or gelesen.ausloeser not in ("nachricht", "signal") else None


def _bedingung(element: etree._Element, drin: etree._Element) -> Bedingung:
    text = xmlquelle.text(xmlquelle.kind(drin, "condition"))
    if not text:
        raise texte.fehler_an(element, "Die Bedingung fehlt")
    return Bedingung(texte.ausdruck(element, text))
