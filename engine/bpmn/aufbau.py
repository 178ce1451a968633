"""Turns the element tree of a file into a `Zeichnung`: who is a node, in which scope, in which lane.

Takes from the XML only what is named here; extension elements, data and diagram interchange stay behind. Reports what
is left out and every id that had to be given. Repairs nothing else: that is the business of `regeln`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn import definitionen, elemente, zusatz
from engine.bpmn.lesen import Gelesen, zu_gross
from engine.bpmn.zeichnung import (
    ADHOC,
    AKTIVITAETEN,
    KNOTENTYPEN,
    TEILPROZESSE,
    Bereich,
    Fluss,
    Knoten,
    Zeichnung,
)
from engine.bpmn.zeilen import zeile_von

MAX_KNOTEN = 5_000
MAX_SCHACHTELUNG = 25
MAX_AUSDRUECKE = 200_000  # characters of all conditions and times together
MAX_DOKUMENTATION = 4_000
#: ids become part of FEEL strings and of paths through the executable copy
_ID = re.compile(r"[^\s\"'<>&\\#\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]{1,200}")
_AUSDRUECKE = (*definitionen.ZEITFELDER, "conditionExpression", "condition", "loopCondition", "script")
_ZUSTAENDIG = frozenset({"performer", "humanPerformer", "potentialOwner", "resourceRole"})
_DATEN = frozenset(
    {
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "dataInputAssociation",
        "dataOutputAssociation",
        "ioSpecification",
        "property",
    }
)


def read_zeichnung(
    gelesen: Gelesen,
    *,
    bekannte_prozesse: frozenset[str],
    variablen: frozenset[str] | None,
    entscheidungen: Mapping[str, frozenset[str]],
    zuordnung: Mapping[str, str],
    dienste: frozenset[str] = frozenset(),
    themen: frozenset[str] = frozenset(),
) -> Zeichnung:
    """All processes of the file that hold at least one flow node; raises `lesen.Abgelehnt` above the limits."""
    wurzel = gelesen.wurzel
    zeichnung = Zeichnung(
        ids={e.get("id", "") for e in wurzel.iter() if e.get("id")},
        bekannte_prozesse=bekannte_prozesse,
        variablen=variablen,
        entscheidungen=entscheidungen,
        zuordnung=zuordnung,
        dienste=dienste,
        themen=themen,
        globale_aufgaben=frozenset(
            e.get("id", "") for e in wurzel if elemente.tag(e).startswith("global") and elemente.tag(e).endswith("Task")
        ),
    )
    if sum(elemente.tag(e) in KNOTENTYPEN for e in wurzel.iter()) > MAX_KNOTEN:
        raise zu_gross(f"Die Datei enthält mehr als {MAX_KNOTEN} Aufgaben, Gateways und Ereignisse.")
    if sum(len(e.text or "") for e in wurzel.iter(*(elemente.PRAEFIX + tag for tag in _AUSDRUECKE))) > MAX_AUSDRUECKE:
        raise zu_gross(f"Die Bedingungen und Zeitangaben sind zusammen länger als {MAX_AUSDRUECKE} Zeichen.")
    leser = _Leser(zeichnung, gelesen)
    for element in elemente.kinder(wurzel, "process"):
        leser.read_prozess(element)
    return zeichnung


class _Leser:
    """Reads processes with everything in them."""

    def __init__(self, zeichnung: Zeichnung, gelesen: Gelesen) -> None:
        wurzel = gelesen.wurzel
        self.zeichnung = zeichnung
        self.zeilen = gelesen.zeilen
        self.verzeichnis = definitionen.Verzeichnis(wurzel, self._ref)
        self.vergeben: set[str] = set()
        self.lane_von: dict[str, str] = {}
        self.datennamen = zusatz.read_datennamen(wurzel)
        pools = wurzel.iter(f"{elemente.PRAEFIX}participant")
        self.teilnehmer = {self._ref(e.get("processRef")): elemente.name_von(e) for e in pools}

    def _ref(self, text: str | None) -> str:
        """The id that a reference means; some tools write it with a namespace prefix."""
        ref = (text or "").strip()
        ohne = ref.rpartition(":")[2]
        return ohne if ref not in self.zeichnung.ids and ohne in self.zeichnung.ids else ref

    def read_prozess(self, element: etree._Element) -> None:
        pool = self.teilnehmer.get(element.get("id", ""), "")
        if not any(elemente.tag(e) in KNOTENTYPEN or elemente.tag(e) == "sequenceFlow" for e in element):
            return  # flows alone may belong to the nodes of another process
        bereich = Bereich(element.get("id", ""), elemente.name_von(element) or pool, zeile_von(self.zeilen, element))
        bereich.id = bereich.prozess = self._vergib_id(element, bereich, "Prozess")
        lanes = list(self._read_lanes(element, bereich.name or bereich.id))
        bereich.lanes = tuple(dict.fromkeys(lanes or ([pool] if pool else [])))
        self._fuelle(bereich, element, lane=None if lanes else (pool or None))
        self.zeichnung.prozesse.append(bereich)

    def _read_lanes(self, element: etree._Element, ersatz: str) -> Iterator[str]:
        """Names of all lanes; an inner lane wins over the one around it."""
        for lane in element.iter(f"{elemente.PRAEFIX}lane"):
            name = elemente.name_von(lane) or ersatz
            yield name
            for verweis in elemente.kinder(lane, "flowNodeRef"):
                self.lane_von[self._ref(verweis.text)] = name

    def _fuelle(self, bereich: Bereich, element: etree._Element, lane: str | None) -> None:
        umbenannt: dict[str, str] = {}
        for kind in element:
            tag = elemente.tag(kind)
            if tag in KNOTENTYPEN:
                knoten = bereich.add(self._read_knoten(kind, tag, lane, umbenannt))
                if tag in TEILPROZESSE:
                    knoten.inhalt = self._read_inhalt(bereich, knoten, kind)
            elif tag == "sequenceFlow":
                bereich.lose.append(self._read_fluss(kind, umbenannt))
        self._ergaenze_enden(bereich, element)
        for fluss in bereich.lose:
            fluss.von, fluss.nach = umbenannt.get(fluss.von, fluss.von), umbenannt.get(fluss.nach, fluss.nach)
        for knoten in list(bereich.knoten.values()):
            bereich.attach(knoten, umbenannt.get(knoten.angeheftet_an, knoten.angeheftet_an))
            knoten.standardfluss = umbenannt.get(knoten.standardfluss, knoten.standardfluss)
        self._mark_kompensation(bereich, element)

    def _read_inhalt(self, bereich: Bereich, knoten: Knoten, element: etree._Element) -> Bereich:
        tiefe = bereich.tiefe + 1
        if tiefe > MAX_SCHACHTELUNG:
            raise zu_gross(f"Die Teilprozesse sind tiefer als {MAX_SCHACHTELUNG} Ebenen geschachtelt.")
        inhalt = Bereich(knoten.id, knoten.name, knoten.zeile, eltern=knoten, prozess=bereich.prozess, tiefe=tiefe)
        self._fuelle(inhalt, element, knoten.lane)
        return inhalt

    def _read_knoten(self, element: etree._Element, tag: str, lane: str | None, umbenannt: dict[str, str]) -> Knoten:
        knoten = Knoten(element.get("id", ""), tag, elemente.name_von(element), zeile_von(self.zeilen, element))
        knoten.id = self._vergib_id(element, knoten, tag, umbenannt)
        knoten.lane = self.lane_von.get(element.get("id", ""), lane)
        knoten.dokumentation = elemente.text(element, "documentation")[:MAX_DOKUMENTATION]
        knoten.standardfluss = self._ref(element.get("default"))
        if tag in AKTIVITAETEN:
            self._read_aktivitaet(knoten, element)
        else:
            knoten.definitionen = list(self.verzeichnis.read(element))
            knoten.angeheftet_an = self._ref(element.get("attachedToRef"))
            marke = "isInterrupting" if tag == "startEvent" else "cancelActivity"
            knoten.unterbrechend = elemente.wahr(element, marke, True)
            knoten.parallel_mehrfach = (
                elemente.wahr(element, "parallelMultiple", False) or element.get("eventGatewayType") == "Parallel"
            )
        return knoten

    def _read_aktivitaet(self, knoten: Knoten, element: etree._Element) -> None:
        knoten.aufruf = self._called_element(element)
        self._read_ausfuehrung(knoten, element, self.zeichnung.zuordnung.get(knoten.id, ""))
        knoten.ist_kompensation = elemente.wahr(element, "isForCompensation", False)
        knoten.ereignis_teilprozess = elemente.wahr(element, "triggeredByEvent", False)
        knoten.wiederholung = zusatz.read_wiederholung(element, self.datennamen)
        mengen = {element.get(attribut, "1").strip() for attribut in ("startQuantity", "completionQuantity")}
        knoten.mengen = not mengen <= {"1", "0", ""}  # some tools write 0 for the default

    def _read_ausfuehrung(self, knoten: Knoten, element: etree._Element, gewaehlt: str) -> None:
        if knoten.typ == "businessRuleTask":
            zusatz.read_entscheidung(knoten, element, gewaehlt)
        elif knoten.typ == "scriptTask":
            zusatz.read_skript(knoten, element)
        elif knoten.typ == ADHOC:
            knoten.abschluss = elemente.text(element, "completionCondition")
            knoten.bricht_offene_ab = elemente.wahr(element, "cancelRemainingInstances", True)
            knoten.der_reihe_nach = element.get("ordering") == "Sequential"
        if knoten.typ in ("sendTask", "receiveTask"):
            knoten.nachricht = self.verzeichnis.read_nachricht(element)
        if knoten.typ in ("serviceTask", "sendTask"):
            zusatz.read_dienst(knoten, element, gewaehlt)
        if knoten.typ in ("serviceTask", "sendTask", "callActivity"):
            zusatz.read_zuweisungen(knoten, element)

    def _read_fluss(self, element: etree._Element, umbenannt: dict[str, str]) -> Fluss:
        fluss = Fluss(
            element.get("id", ""),
            self._ref(element.get("sourceRef")),
            self._ref(element.get("targetRef")),
            elemente.name_von(element),
            zeile_von(self.zeilen, element),
        )
        fluss.id = self._vergib_id(element, fluss, "Fluss", umbenannt)
        fluss.bedingung = elemente.text(element, "conditionExpression")
        for bedingung in elemente.kinder(element, "conditionExpression"):
            fluss.sprache = bedingung.get("language", "")
        return fluss

    def _vergib_id(
        self,
        element: etree._Element,
        ort: Knoten | Fluss | Bereich,
        wunsch: str,
        umbenannt: dict[str, str] | None = None,
    ) -> str:
        """The drawn id; a new one only where it is missing, twice there, or unusable in an expression."""
        gezeichnet = element.get("id", "")
        if _ID.fullmatch(gezeichnet) and gezeichnet not in self.vergeben:
            self.vergeben.add(gezeichnet)
            return gezeichnet
        ort.id = self.zeichnung.neue_id(f"{wunsch}_ohne_Kennung" if not gezeichnet else f"{wunsch}_neue_Kennung")
        if not gezeichnet:
            self.zeichnung.hinweis(
                "kennung_fehlt",
                ort,
                f"Das Element hat keine Kennung (id). Es erhält die Kennung „{ort.id}“.",
                "Vergeben Sie im Zeichenwerkzeug eine Kennung, wenn Auswertungen über Versionen hinweg wichtig sind.",
            )
            return ort.id
        if umbenannt is not None:
            umbenannt[gezeichnet] = ort.id
        self.zeichnung.warnung(
            "kennung_ersetzt",
            ort,
            f"Die Kennung „{gezeichnet[:80]}“ kommt mehrfach vor oder enthält unzulässige Zeichen."
            f" Das Element erhält die Kennung „{ort.id}“ und wird im Bild nicht hervorgehoben.",
            "Vergeben Sie im Zeichenwerkzeug eine eindeutige Kennung ohne Leerzeichen und Anführungszeichen.",
        )
        return ort.id

    def _called_element(self, element: etree._Element) -> str:
        """`calledElement`, or the process that Camunda 8 names in its extension."""
        if aufruf := self._ref(element.get("calledElement")):
            return aufruf
        return elemente.erweiterung(element, "calledElement").get("processId", "")

    def _ergaenze_enden(self, bereich: Bereich, element: etree._Element) -> None:
        """Flows without an end that a node names in its `incoming` or `outgoing`."""
        offen = {f.id: f for f in bereich.lose if not (f.von and f.nach)}
        if not offen:
            return
        for kind in element:
            for verweis in kind:
                fluss = offen.get(self._ref(verweis.text) if isinstance(verweis.tag, str) else "")
                if fluss and elemente.tag(verweis) == "outgoing":
                    fluss.von = fluss.von or kind.get("id", "")
                elif fluss and elemente.tag(verweis) == "incoming":
                    fluss.nach = fluss.nach or kind.get("id", "")

    def _mark_kompensation(self, bereich: Bereich, element: etree._Element) -> None:
        """An activity associated with a compensation boundary event is its handler."""
        for kind in elemente.kinder(element, "association"):
            quelle = bereich.knoten.get(self._ref(kind.get("sourceRef")))
            ziel = bereich.knoten.get(self._ref(kind.get("targetRef")))
            if quelle and ziel and quelle.hat("compensate") and ziel.typ in AKTIVITAETEN:
                ziel.ist_kompensation = True


def report_beiwerk(zeichnung: Zeichnung, gelesen: Gelesen) -> None:
    """One Hinweis for each kind of content that is kept in the drawing but never executed."""
    nur_bild = "bleiben im Bild, werden aber nicht ausgeführt."
    for art, tags, was, folge in (
        ("daten_nur_dokumentation", _DATEN, "Datenobjekte und Datenspeicher", nur_bild),
        (
            "nachrichtenfluss_nur_dokumentation",
            frozenset({"messageFlow"}),
            "Nachrichtenflüsse zwischen Beteiligten",
            nur_bild,
        ),
        (
            "zusatzangaben",
            frozenset({"extensionElements"}),
            "Zusatzangaben des Zeichenwerkzeugs",
            "bleiben im Bild. Ausgeführt werden davon nur Entscheidungstabellen, Skripte in FEEL, aufgerufene Prozesse,"
            " Services, ihre Ein- und Ausgaben, Mehrfachausführungen und Nachrichtenschlüssel.",
        ),
        ("datei_nicht_gelesen", frozenset({"import"}), "Verweise auf andere Dateien", "werden nicht gelesen."),
        ("zustaendigkeit_nur_dokumentation", _ZUSTAENDIG, "Zuständigkeiten außerhalb der Lanes", nur_bild),
    ):
        fund = next((e for e in gelesen.wurzel.iter() if elemente.tag(e) in tags), None)
        if fund is not None:
            ort = Bereich(fund.get("id", "") or elemente.tag(fund), elemente.name_von(fund))
            ort.zeile = zeile_von(gelesen.zeilen, fund)
            zeichnung.hinweis(art, ort, f"{was} {folge}", "Es ist nichts zu tun.")
