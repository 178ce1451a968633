"""Reads what events wait for or throw: event definitions with the messages, signals, errors they refer to.

References become names and codes, so that nothing behind has to look them up; judges nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from lxml import etree

from engine.bpmn import elemente
from engine.bpmn.zeichnung import Definition

ZEITFELDER = ("timeDate", "timeDuration", "timeCycle")
_BENANNT = ("message", "signal", "error", "escalation")
_FAENGT = frozenset({"intermediateCatchEvent", "boundaryEvent", "receiveTask", "startEvent"})

Verweis = Callable[[str | None], str]


class Verzeichnis:
    """Everything in a file that events may refer to."""

    def __init__(self, wurzel: etree._Element, verweis: Verweis) -> None:
        self._verweis = verweis
        self._definitionen = {e.get("id", ""): e for e in wurzel if elemente.tag(e).endswith("EventDefinition")}
        self._benannt = {(elemente.tag(e), e.get("id", "")): e for e in wurzel if elemente.tag(e) in _BENANNT}
        #: message -> how its correlation key is read from it; process -> property -> from the variables of the process
        self._aus_nachricht: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._aus_prozess: dict[str, dict[str, str]] = {}
        self._read_schluessel(wurzel)

    def read(self, element: etree._Element) -> Iterator[Definition]:
        """The definitions of an event, its own and those it refers to."""
        for kind in element:
            quelle: etree._Element | None = kind
            if elemente.tag(kind) == "eventDefinitionRef":
                quelle = self._definitionen.get(self._verweis(kind.text))
            if quelle is not None and elemente.tag(quelle).endswith("EventDefinition"):
                yield self._read_definition(quelle, element)

    def read_nachricht(self, element: etree._Element) -> Definition | None:
        """The message of a send or receive task; None if it names none."""
        definition = Definition("message")
        self._benenne(definition, element, element)
        return definition if definition.name else None

    def _read_definition(self, quelle: etree._Element, element: etree._Element) -> Definition:
        art = elemente.tag(quelle).removesuffix("EventDefinition")
        definition = Definition(art)
        if art == "link":
            definition.name = elemente.name_von(quelle)
        elif art in _BENANNT:
            self._benenne(definition, quelle, element)
        for feld in ZEITFELDER:
            if text := elemente.text(quelle, feld):
                definition.zeitfeld, definition.zeittext = feld, text
        for bedingung in elemente.kinder(quelle, "condition"):
            definition.bedingung = elemente.inhalt(bedingung)
            definition.sprache = bedingung.get("language", "")
        return definition

    def _benenne(self, definition: Definition, quelle: etree._Element, element: etree._Element) -> None:
        art = definition.art
        ref = self._verweis(quelle.get(f"{art}Ref"))
        if not ref:
            definition.name, definition.code = elemente.eigenes(quelle, "name"), elemente.eigenes(quelle, "code")
            definition.schluessel = quelle.get(f"{{{elemente.HF}}}schluessel", "").strip()
            return
        ziel = self._benannt.get((art, ref))
        if ziel is None:
            definition.verweis = bezeichnung = elemente.zeile(ref)
        elif art in ("error", "escalation"):
            bezeichnung = elemente.zeile(ziel.get(f"{art}Code")) or elemente.zeile(ref)
        else:
            bezeichnung = elemente.name_von(ziel) or elemente.zeile(ref)
        if art in ("error", "escalation"):
            definition.code = bezeichnung
            return
        definition.name = bezeichnung
        if art == "message" and ziel is not None:
            definition.schluessel = self._schluessel(ref, ziel, element)

    def _schluessel(self, ref: str, nachricht: etree._Element, element: etree._Element) -> str:
        """How to compute the key where this element waits for the message or throws it; empty if nothing says it."""
        if schluessel := elemente.erweiterung(nachricht, "subscription").get("correlationKey", "").strip():
            return schluessel
        wege = self._aus_nachricht.get(ref, [])
        if len(wege) != 1:
            return ""
        merkmal, weg = wege[0]
        if elemente.tag(element) not in _FAENGT:
            return weg
        prozess = next(element.iterancestors(f"{elemente.PRAEFIX}process"), None)
        eigene = self._aus_prozess.get(prozess.get("id", ""), {}) if prozess is not None else {}
        return eigene.get(merkmal) or weg

    def _read_schluessel(self, wurzel: etree._Element) -> None:
        for merkmal in wurzel.iter(f"{elemente.PRAEFIX}correlationProperty"):
            for weg in elemente.kinder(merkmal, "correlationPropertyRetrievalExpression"):
                nachricht = self._verweis(weg.get("messageRef"))
                self._aus_nachricht[nachricht].append((merkmal.get("id", ""), elemente.text(weg, "messagePath")))
        for bindung in wurzel.iter(f"{elemente.PRAEFIX}correlationPropertyBinding"):
            prozess = next(bindung.iterancestors(f"{elemente.PRAEFIX}process"), None)
            if prozess is not None:
                eigene = self._aus_prozess.setdefault(prozess.get("id", ""), {})
                eigene[self._verweis(bindung.get("correlationPropertyRef"))] = elemente.text(bindung, "dataPath")
