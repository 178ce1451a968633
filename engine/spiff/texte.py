"""Texts of a model that are evaluated later: compiled when the model is loaded, so that errors show at once."""

from __future__ import annotations

import re

from lxml import etree

from engine import feel
from engine.spiff import budget, xmlquelle, zeit
from engine.spiff.ereignisse.uhr import Uhr, Uhrart
from engine.spiff.fehler import Modellfehler
from engine.spiff.mehrfach import Weise, Wiederholung

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MEHRFACH, _SCHLEIFE = "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"


def fehler_an(element: etree._Element, was: str) -> Modellfehler:
    """An error of the model that names its element in words."""
    anzeige = xmlquelle.name(element) or element.get("id", "") or xmlquelle.art(element)
    return Modellfehler(
        f"Das Modell lässt sich bei „{anzeige}“ nicht ausführen: {was}. Bitte prüfen Sie dort die Zeichnung.",
        element=element.get("id"),
    )


def ausdruck(element: etree._Element, text: str) -> feel.Ausdruck:
    """Compile one expression of `element`."""
    if len(text) > budget.MAX_AUSDRUCK:
        raise fehler_an(element, "Ein Ausdruck ist zu lang")
    try:
        return feel.compile(text)
    except feel.FeelError as grund:
        raise fehler_an(element, f"Der Ausdruck „{text[:80]}“ ist nicht lesbar ({grund.text.rstrip('.')})") from grund


def bedingung(fluss: etree._Element) -> feel.Ausdruck | None:
    """The condition at a flow, if any."""
    text = xmlquelle.text(xmlquelle.kind(fluss, "conditionExpression"))
    return ausdruck(fluss, text) if text else None


def zuweisungen(element: etree._Element) -> tuple[tuple[str, feel.Ausdruck], ...]:
    """Variable and FEEL expression of each line of a script task."""
    zeilen = xmlquelle.text(xmlquelle.kind(element, "script")).splitlines()
    if element.get("scriptFormat") != "FEEL" or not zeilen:
        raise fehler_an(element, "Elemente der Art scriptTask werden nur mit FEEL-Zuweisungen ausgeführt")
    gelesen = []
    for zeile in zeilen:
        variable, gleich, text = zeile.partition("=")
        if not gleich or not _VARIABLE.fullmatch(variable.strip()):
            raise fehler_an(element, f"„{zeile[:80]}“ ist keine Zuweisung")
        gelesen.append((variable.strip(), ausdruck(element, text.strip())))
    return tuple(gelesen)


def zuordnung(element: etree._Element, art: str) -> tuple[tuple[str, feel.Ausdruck], ...]:
    """Names and FEEL expressions of the inputs or outputs of a call or a service."""
    gelesen = []
    for eintrag in xmlquelle.erweiterungen(element, art):
        name = eintrag.get("name", "").strip()
        if not name:
            raise fehler_an(element, "Einer Zuordnung von Werten fehlt der Name")
        gelesen.append((name, ausdruck(element, xmlquelle.text(eintrag))))
    return tuple(gelesen)


def uhr(element: etree._Element) -> Uhr | None:
    """The timer of an event; None if it has none."""
    definition = xmlquelle.kind(element, "timerEventDefinition")
    if definition is None:
        return None
    for art in Uhrart:
        text = xmlquelle.text(xmlquelle.kind(definition, art))
        if text:
            return _uhr(element, art, text)
    raise fehler_an(element, "Die Zeitangabe fehlt")


def _uhr(element: etree._Element, art: Uhrart, text: str) -> Uhr:
    if not zeit.is_literal(text):
        return Uhr(art, text, ausdruck(element, text))
    try:
        zeit.check_literal(text)
    except zeit.Zeitfehler as grund:
        raise fehler_an(element, f"Die Zeitangabe „{text[:80]}“ {grund}") from grund
    return Uhr(art, text, None)


def wiederholung(element: etree._Element) -> Wiederholung | None:
    """How often an activity runs; None for once."""
    schleife = xmlquelle.kind(element, _SCHLEIFE)
    if schleife is not None:
        return _schleife(element, schleife)
    mehrfach = xmlquelle.kind(element, _MEHRFACH)
    return None if mehrfach is None else _mehrfach(element, mehrfach)


def _schleife(element: etree._Element, schleife: etree._Element) -> Wiederholung:
    hoechstens = schleife.get("loopMaximum")
    text = xmlquelle.text(xmlquelle.kind(schleife, "loopCondition"))
    if hoechstens is None and not text:
        raise fehler_an(element, "Der Wiederholung fehlt die Bedingung oder die Höchstzahl")
    if hoechstens is not None and not (hoechstens.isascii() and hoechstens.isdigit() and len(hoechstens) < 10):
        raise fehler_an(element, "Die Höchstzahl der Wiederholungen ist keine Zahl")
    return Wiederholung(
        Weise.SCHLEIFE,
        bedingung=ausdruck(element, text) if text else None,
        hoechstens=None if hoechstens is None else int(hoechstens),
        zuerst_pruefen=schleife.get("testBefore") == "true",
    )


def _mehrfach(element: etree._Element, mehrfach: etree._Element) -> Wiederholung:
    def aus(art: str) -> str:
        return xmlquelle.text(xmlquelle.kind(mehrfach, art))

    def benannt(art: str) -> str | None:
        eintrag = xmlquelle.kind(mehrfach, art)
        return None if eintrag is None else eintrag.get("name") or eintrag.get("id") or xmlquelle.text(eintrag) or None

    menge = aus("loopDataInputRef") or aus("loopCardinality")
    if not menge:
        raise fehler_an(element, "Der Mehrfachausführung fehlt die Anzahl")
    ende = aus("completionCondition")
    return Wiederholung(
        Weise.NACHEINANDER if mehrfach.get("isSequential") == "true" else Weise.PARALLEL,
        menge=ausdruck(element, menge),
        posten=benannt("inputDataItem") if aus("loopDataInputRef") else None,
        ergebnis=benannt("outputDataItem"),
        sammlung=aus("loopDataOutputRef") or None,
        bedingung=ausdruck(element, ende) if ende else None,
    )
