"""What becomes of every construct of a drawing: read off the executable copy, not off what the findings promise.

Counts only; knows no rule and writes no finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum

from lxml import etree

from engine.bpmn import elemente, lesen
from engine.bpmn.ausdruecke import ENTSCHEIDUNG
from engine.bpmn.ergebnis import Pruefergebnis, Status
from engine.bpmn.regeln.nachrichten import ART_NAME
from engine.bpmn.zeichnung import AKTIVITAETEN, EREIGNISSE, GATEWAYS, MENSCH

_MENSCHLICH = frozenset({"task", "userTask", "manualTask"})
_VON_PERSON = frozenset({"ereignis_durch_person"})


class Verbleib(StrEnum):
    """What happens with one element that is drawn."""

    LAEUFT = "läuft"
    PERSON = "fragt eine Person"
    BILD = "nur Dokumentation"
    ABGELEHNT = "abgelehnt"


_NAMEN = {
    "task": "Aufgabe ohne Typ",
    "userTask": "Benutzeraufgabe",
    "manualTask": "Manuelle Aufgabe",
    "scriptTask": "Skriptaufgabe",
    "serviceTask": "Serviceaufgabe",
    "sendTask": "Sendeaufgabe",
    "receiveTask": "Empfangsaufgabe",
    "businessRuleTask": "Geschäftsregelaufgabe",
    "callActivity": "Aufruf",
    "subProcess": "Teilprozess",
    "transaction": "Transaktion",
    "adHocSubProcess": "Ad-hoc-Teilprozess",
    "choreographyTask": "Choreografie-Aufgabe",
    "subChoreography": "Teilchoreografie",
    "callChoreography": "Aufruf einer Choreografie",
    "exclusiveGateway": "Exklusives Gateway",
    "parallelGateway": "Paralleles Gateway",
    "inclusiveGateway": "Inklusives Gateway",
    "eventBasedGateway": "Ereignisbasiertes Gateway",
    "complexGateway": "Komplexes Gateway",
    "startEvent": "Start",
    "endEvent": "Ende",
    "intermediateCatchEvent": "Zwischenereignis, wartend",
    "intermediateThrowEvent": "Zwischenereignis, werfend",
    "boundaryEvent": "Randereignis",
}
_BEIWERK = {
    "dataObject": "Datenobjekt",
    "dataObjectReference": "Verweis auf ein Datenobjekt",
    "dataStoreReference": "Datenspeicher",
    "dataInputAssociation": "Datenfluss",
    "dataOutputAssociation": "Datenfluss",
    "messageFlow": "Nachrichtenfluss",
    "textAnnotation": "Anmerkung",
    "association": "Verbindung zu einer Anmerkung",
    "group": "Gruppierung",
    "conversation": "Konversation",
    "extensionElements": "Zusatzangaben des Werkzeugs",
}


def count_konstrukte(inhalt: bytes, ergebnis: Pruefergebnis) -> Counter[tuple[str, Verbleib]]:
    """How often each construct of a file ended in which way; empty for what is no BPMN file."""
    try:
        wurzel = lesen.lies_xml(inhalt).wurzel
    except lesen.Abgelehnt:
        return Counter()
    zaehlung = Zaehlung(wurzel, ergebnis)
    gezaehlt = Counter(paar for element in wurzel.iter() for paar in zaehlung.judge(element))
    if ergebnis.status is Status.ABGELEHNT:
        return Counter({(name, Verbleib.ABGELEHNT): zahl for (name, _), zahl in gezaehlt.items()})
    return gezaehlt


class Zaehlung:
    """One file: its tree beside its executable copy."""

    def __init__(self, wurzel: etree._Element, ergebnis: Pruefergebnis) -> None:
        kopie = etree.fromstring(ergebnis.ausfuehrbar) if ergebnis.ausfuehrbar else None
        self.kopie: Mapping[str, etree._Element] = (
            {} if kopie is None else {e.get("id", ""): e for e in kopie.iter() if e.get("id")}
        )
        self.lanes = {lane for m in ergebnis.modelle for lane in m.lanes}
        self.prozesse = {m.prozess_id for m in ergebnis.modelle}
        self.von_person = {b.element for b in ergebnis.befunde if b.art in _VON_PERSON}
        self.gefragt = {g for m in ergebnis.modelle for s in m.schritte for g in s.entscheidet}
        self.definitionen = {e.get("id", ""): _art(e) for e in wurzel if _art(e)}
        self.ausgaenge = Counter(e.get("sourceRef") for e in wurzel.iter(f"{elemente.PRAEFIX}sequenceFlow"))

    def judge(self, element: etree._Element) -> Iterator[tuple[str, Verbleib]]:
        """The constructs that this element stands for."""
        tag = elemente.tag(element)
        if tag in _NAMEN:
            yield self._knotenname(element, tag), self._knoten(element, tag)
            yield from self._marken(element)
        elif tag == "sequenceFlow":
            yield "Sequenzfluss", self._in_kopie(element)
            if elemente.text(element, "conditionExpression"):
                yield "Bedingung an einem Pfeil", self._bedingung(element)
        elif tag == "lane":
            besetzt = elemente.name_von(element) in self.lanes
            yield ("Lane", Verbleib.LAEUFT) if besetzt else ("Lane ohne Aufgaben", Verbleib.BILD)
        elif tag == "participant":
            laeuft = element.get("processRef", "").rpartition(":")[2] in self.prozesse
            yield ("Pool mit Ablauf", Verbleib.LAEUFT) if laeuft else ("Pool ohne Ablauf", Verbleib.BILD)
        elif tag in _BEIWERK:
            yield _BEIWERK[tag], Verbleib.BILD

    def _in_kopie(self, element: etree._Element) -> Verbleib:
        return Verbleib.LAEUFT if element.get("id", "") in self.kopie else Verbleib.BILD

    def _knotenname(self, element: etree._Element, tag: str) -> str:
        name = _NAMEN[tag]
        if tag in EREIGNISSE:
            return f"{self._ereignisname(element, tag, name)}: {self._ausloeser(element)}"
        if tag in GATEWAYS:
            return f"{name}, {'verzweigend' if self.ausgaenge[element.get('id')] > 1 else 'zusammenführend'}"
        if tag == "subProcess" and elemente.wahr(element, "triggeredByEvent", False):
            return "Ereignis-Teilprozess"
        if tag == "subProcess" and not any(elemente.tag(e) in _NAMEN for e in element):
            return "Teilprozess ohne Inhalt"
        if elemente.wahr(element, "isForCompensation", False):
            return "Kompensationsschritt"
        return name

    @staticmethod
    def _ereignisname(element: etree._Element, tag: str, name: str) -> str:
        eltern = element.getparent()
        if tag == "boundaryEvent":
            return name if elemente.wahr(element, "cancelActivity", True) else f"{name}, nicht unterbrechend"
        if tag == "startEvent" and eltern is not None and elemente.wahr(eltern, "triggeredByEvent", False):
            weiter = elemente.wahr(element, "isInterrupting", True)
            return "Start im Ereignis-Teilprozess" + ("" if weiter else ", nicht unterbrechend")
        return name

    def _arten(self, element: etree._Element) -> list[str]:
        """What an event reacts to or throws; a reference counts as what it refers to."""
        verweise = (kind.text or "" for kind in elemente.kinder(element, "eventDefinitionRef"))
        arten = [*map(_art, element), *(self.definitionen.get(v.rpartition(":")[2].strip(), "") for v in verweise)]
        return [art for art in arten if art in ART_NAME]

    def _ausloeser(self, element: etree._Element) -> str:
        arten = self._arten(element)
        if len(arten) < 2:
            return ART_NAME[arten[0]] if arten else "ohne Angabe"
        return "alle von mehreren" if elemente.wahr(element, "parallelMultiple", False) else "eines von mehreren"

    def _knoten(self, element: etree._Element, tag: str) -> Verbleib:
        kennung = element.get("id", "")
        gefunden = self.kopie.get(kennung)
        if gefunden is None:
            return Verbleib.BILD
        if elemente.tag(gefunden) == MENSCH and tag not in _MENSCHLICH:
            return Verbleib.PERSON
        if tag in EREIGNISSE and not {"link"}.issuperset(self._arten(element)) and not self._arten(gefunden):
            return Verbleib.PERSON if tag == "startEvent" else Verbleib.BILD
        return Verbleib.PERSON if kennung in self.von_person | self.gefragt else Verbleib.LAEUFT

    def _marken(self, element: etree._Element) -> Iterator[tuple[str, Verbleib]]:
        if elemente.tag(element) not in AKTIVITAETEN:
            return
        gefunden = self.kopie.get(element.get("id", ""))
        for marke, name in _MARKEN.items():
            for kind in elemente.kinder(element, marke):
                der_reihe = elemente.wahr(kind, "isSequential", False)
                weise = ", nacheinander" if der_reihe else ", gleichzeitig"
                bleibt = gefunden is not None and bool(elemente.kinder(gefunden, marke))
                ganz = name + (weise if marke.startswith("multi") else "")
                yield ganz, Verbleib.LAEUFT if bleibt else Verbleib.BILD

    def _bedingung(self, element: etree._Element) -> Verbleib:
        gefunden = self.kopie.get(element.get("id", ""))
        text = "" if gefunden is None else elemente.text(gefunden, "conditionExpression")
        if ENTSCHEIDUNG in text:
            return Verbleib.PERSON
        standard = any(e.get("default") == element.get("id") for e in self.kopie.values())
        return Verbleib.LAEUFT if text or standard else Verbleib.BILD


_MARKEN = {"standardLoopCharacteristics": "Schleife", "multiInstanceLoopCharacteristics": "Mehrfachausführung"}


def _art(element: etree._Element) -> str:
    """Kind of an event definition; empty for anything else."""
    tag = elemente.tag(element)
    return tag.removesuffix("EventDefinition") if tag.endswith("EventDefinition") else ""


_KOPF = """# Was aus jedem Element einer Zeichnung wird

{dateien} Dateien, {lauffaehig} davon lauffähig. Je Element: in wie vielen Dateien es vorkommt, und was aus den
einzelnen Elementen wird. **läuft**: die Engine führt es aus, wie es gezeichnet ist; Aufgaben von Personen gehören
dazu. **fragt eine Person**: sie bestätigt, entscheidet oder erledigt, was die Zeichnung nicht ausführbar beschreibt.
**nur Dokumentation**: es bleibt im Bild, oder der Ablauf geht ohne Wirkung hindurch. **abgelehnt**: die Datei läuft
nicht. Gezählt ist ohne Formulare und ohne Einrichten, also der schlechteste Fall.
Was im Einzelnen gilt: [semantik.md](semantik.md).
Diese Seite schreibt `hilfefluss modell konstrukte ../shared/data/bpmn/miwg-dev.zip > docs/bpmn-konstrukte.md`.

| Element | Dateien | läuft | fragt eine Person | nur Dokumentation | abgelehnt |
|---|---:|---:|---:|---:|---:|
"""


class Konstrukttabelle:
    """Adds up files and writes them as a page."""

    def __init__(self) -> None:
        self._dateien: Counter[str] = Counter()
        self._anzahl: Counter[tuple[str, Verbleib]] = Counter()
        self._gesamt = self._lauffaehig = 0

    def add(self, inhalt: bytes, ergebnis: Pruefergebnis) -> None:
        """One more file."""
        gezaehlt = count_konstrukte(inhalt, ergebnis)
        self._anzahl.update(gezaehlt)
        self._dateien.update({name for name, _ in gezaehlt})
        self._gesamt += 1
        self._lauffaehig += ergebnis.status is Status.LAUFFAEHIG

    def render(self) -> str:
        """Markdown; constructs by name."""
        kopf = _KOPF.format(dateien=self._gesamt, lauffaehig=self._lauffaehig)
        return kopf + "".join(self._zeile(name) for name in sorted(self._dateien))

    def _zeile(self, name: str) -> str:
        zahlen = (str(self._anzahl[name, verbleib] or "") for verbleib in Verbleib)
        return f"| {name} | {self._dateien[name]} | {' | '.join(zahlen)} |\n"
