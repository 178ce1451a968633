"""Turns the element tree of a file into a `Zeichnung`: who is a node, in which scope, in which lane.

Takes from the XML only what is named here; extension elements, data and diagram interchange stay behind. Reports what
is left out and every id that had to be given. Repairs nothing else: that is the business of `regeln`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.lesen import BPMN, Gelesen, zu_gross
from engine.bpmn.zeichnung import (
    AKTIVITAETEN,
    KNOTENTYPEN,
    TEILPROZESSE,
    Bereich,
    Definition,
    Fluss,
    Knoten,
    Wiederholung,
    Zeichnung,
)
from engine.bpmn.zeilen import zeile_von

MAX_KNOTEN = 5_000
MAX_SCHACHTELUNG = 25
MAX_AUSDRUECKE = 200_000  # characters of all conditions and times together
MAX_NAME = 300
MAX_DOKUMENTATION = 4_000
_PRAEFIX = f"{{{BPMN}}}"
#: ids become part of FEEL strings and of paths through the executable copy
_ID = re.compile(r"[^\s\"'<>&\\#\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]{1,200}")
#: control characters, and marks that turn the direction of what stands beside them
_STEUERZEICHEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ZEITFELDER = ("timeDate", "timeDuration", "timeCycle")
_AUSDRUECKE = (*_ZEITFELDER, "conditionExpression", "loopCondition", "script")
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
) -> Zeichnung:
    """All processes of the file that hold at least one flow node; raises `lesen.Abgelehnt` above the limits."""
    wurzel = gelesen.wurzel
    zeichnung = Zeichnung(
        ids={e.get("id", "") for e in wurzel.iter() if e.get("id")},
        bekannte_prozesse=bekannte_prozesse,
        variablen=variablen,
        entscheidungen=entscheidungen,
        zuordnung=zuordnung,
        globale_aufgaben=frozenset(
            e.get("id", "") for e in wurzel if _tag(e).startswith("global") and _tag(e).endswith("Task")
        ),
    )
    if sum(_tag(e) in KNOTENTYPEN for e in wurzel.iter()) > MAX_KNOTEN:
        raise zu_gross(f"Die Datei enthält mehr als {MAX_KNOTEN} Aufgaben, Gateways und Ereignisse.")
    if sum(len(e.text or "") for e in wurzel.iter(*(_PRAEFIX + tag for tag in _AUSDRUECKE))) > MAX_AUSDRUECKE:
        raise zu_gross(f"Die Bedingungen und Zeitangaben sind zusammen länger als {MAX_AUSDRUECKE} Zeichen.")
    leser = _Leser(zeichnung, gelesen)
    for element in _kinder(wurzel, "process"):
        leser.read_prozess(element)
    return zeichnung


class _Leser:
    """Reads processes with everything in them."""

    def __init__(self, zeichnung: Zeichnung, gelesen: Gelesen) -> None:
        wurzel = gelesen.wurzel
        self.zeichnung = zeichnung
        self.zeilen = gelesen.zeilen
        self.definitionen = {e.get("id", ""): e for e in wurzel if _tag(e).endswith("EventDefinition")}
        self.vergeben: set[str] = set()
        self.lane_von: dict[str, str] = {}
        self.teilnehmer = {self._ref(e.get("processRef")): _name(e) for e in wurzel.iter(f"{_PRAEFIX}participant")}

    def _ref(self, text: str | None) -> str:
        """The id that a reference means; some tools write it with a namespace prefix."""
        ref = (text or "").strip()
        ohne = ref.rpartition(":")[2]
        return ohne if ref not in self.zeichnung.ids and ohne in self.zeichnung.ids else ref

    def read_prozess(self, element: etree._Element) -> None:
        pool = self.teilnehmer.get(element.get("id", ""), "")
        if not any(_tag(e) in KNOTENTYPEN for e in element):
            return
        bereich = Bereich(element.get("id", ""), _name(element) or pool, zeile_von(self.zeilen, element))
        bereich.id = bereich.prozess = self._vergib_id(element, bereich, "Prozess")
        lanes = list(self._read_lanes(element, bereich.name or bereich.id))
        bereich.lanes = tuple(dict.fromkeys(lanes or ([pool] if pool else [])))
        self._fuelle(bereich, element, lane=None if lanes else (pool or None))
        self.zeichnung.prozesse.append(bereich)

    def _read_lanes(self, element: etree._Element, ersatz: str) -> Iterator[str]:
        """Names of all lanes; an inner lane wins over the one around it."""
        for lane in element.iter(f"{_PRAEFIX}lane"):
            name = _name(lane) or ersatz
            yield name
            for verweis in _kinder(lane, "flowNodeRef"):
                self.lane_von[self._ref(verweis.text)] = name

    def _fuelle(self, bereich: Bereich, element: etree._Element, lane: str | None) -> None:
        umbenannt: dict[str, str] = {}
        for kind in element:
            tag = _tag(kind)
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
        knoten = Knoten(element.get("id", ""), tag, _name(element), zeile_von(self.zeilen, element))
        knoten.id = self._vergib_id(element, knoten, tag, umbenannt)
        knoten.lane = self.lane_von.get(element.get("id", ""), lane)
        knoten.dokumentation = _text(element, "documentation")[:MAX_DOKUMENTATION]
        knoten.standardfluss = self._ref(element.get("default"))
        if tag in AKTIVITAETEN:
            self._read_aktivitaet(knoten, element)
        else:
            knoten.definitionen = list(self._read_definitionen(element))
            knoten.angeheftet_an = self._ref(element.get("attachedToRef"))
            knoten.unterbrechend = _wahr(element, "cancelActivity", True)
            knoten.parallel_mehrfach = (
                _wahr(element, "parallelMultiple", False) or element.get("eventGatewayType") == "Parallel"
            )
        return knoten

    def _read_aktivitaet(self, knoten: Knoten, element: etree._Element) -> None:
        knoten.aufruf = self._called_element(element)
        if knoten.typ == "businessRuleTask":
            self._read_entscheidung(knoten, element)
        elif knoten.typ == "scriptTask":
            _read_skript(knoten, element)
        knoten.ist_kompensation = _wahr(element, "isForCompensation", False)
        knoten.ereignis_teilprozess = _wahr(element, "triggeredByEvent", False)
        knoten.wiederholung = _read_wiederholung(element)
        mengen = {element.get(attribut, "1").strip() for attribut in ("startQuantity", "completionQuantity")}
        knoten.mengen = not mengen <= {"1", "0", ""}  # some tools write 0 for the default

    def _read_fluss(self, element: etree._Element, umbenannt: dict[str, str]) -> Fluss:
        fluss = Fluss(
            element.get("id", ""),
            self._ref(element.get("sourceRef")),
            self._ref(element.get("targetRef")),
            _name(element),
            zeile_von(self.zeilen, element),
        )
        fluss.id = self._vergib_id(element, fluss, "Fluss", umbenannt)
        fluss.bedingung = _text(element, "conditionExpression")
        for bedingung in _kinder(element, "conditionExpression"):
            fluss.sprache = bedingung.get("language", "")
        return fluss

    def _read_definitionen(self, element: etree._Element) -> Iterator[Definition]:
        for kind in element:
            quelle: etree._Element | None = kind
            if _tag(kind) == "eventDefinitionRef":
                quelle = self.definitionen.get(self._ref(kind.text))
            if quelle is not None and _tag(quelle).endswith("EventDefinition"):
                yield _read_definition(quelle)

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
        for erweiterung in _kinder(element, "extensionElements"):
            for kind in erweiterung:
                if _lokal(kind) == "calledElement":
                    return kind.get("processId", "")
        return ""

    def _read_entscheidung(self, knoten: Knoten, element: etree._Element) -> None:
        """What was chosen beside the drawing, else what Camunda 7, Camunda 8 or the executable copy name."""
        gerufen = _erweiterung(element, "calledDecision")
        namen = (
            self.zeichnung.zuordnung.get(knoten.id, ""),
            _fremdattribut(element, "decisionRef"),
            gerufen.get("decisionId", ""),
            element.get("implementation", ""),
        )
        knoten.entscheidungen = tuple(name for name in namen if name)
        knoten.ergebnis = gerufen.get("resultVariable", "") or _fremdattribut(element, "resultVariable")

    def _ergaenze_enden(self, bereich: Bereich, element: etree._Element) -> None:
        """Flows without an end that a node names in its `incoming` or `outgoing`."""
        offen = {f.id: f for f in bereich.lose if not (f.von and f.nach)}
        if not offen:
            return
        for kind in element:
            for verweis in kind:
                fluss = offen.get(self._ref(verweis.text) if isinstance(verweis.tag, str) else "")
                if fluss and _tag(verweis) == "outgoing":
                    fluss.von = fluss.von or kind.get("id", "")
                elif fluss and _tag(verweis) == "incoming":
                    fluss.nach = fluss.nach or kind.get("id", "")

    def _mark_kompensation(self, bereich: Bereich, element: etree._Element) -> None:
        """An activity associated with a compensation boundary event is its handler."""
        for kind in _kinder(element, "association"):
            quelle = bereich.knoten.get(self._ref(kind.get("sourceRef")))
            ziel = bereich.knoten.get(self._ref(kind.get("targetRef")))
            if quelle and ziel and quelle.hat("compensate") and ziel.typ in AKTIVITAETEN:
                ziel.ist_kompensation = True


def report_beiwerk(zeichnung: Zeichnung, gelesen: Gelesen) -> None:
    """One Hinweis for each kind of content that is kept in the drawing but never executed."""
    for art, tags, was in (
        ("daten_nur_dokumentation", _DATEN, "Datenobjekte und Datenspeicher"),
        ("nachrichtenfluss_nur_dokumentation", frozenset({"messageFlow"}), "Nachrichtenflüsse zwischen Beteiligten"),
        ("zusatzangaben", frozenset({"extensionElements"}), "Zusatzangaben des Zeichenwerkzeugs"),
        ("zustaendigkeit_nur_dokumentation", _ZUSTAENDIG, "Zuständigkeiten außerhalb der Lanes"),
    ):
        fund = next((e for e in gelesen.wurzel.iter() if _tag(e) in tags), None)
        if fund is not None:
            ort = Bereich(fund.get("id", "") or _tag(fund), _name(fund), zeile_von(gelesen.zeilen, fund))
            zeichnung.hinweis(
                art, ort, f"{was} bleiben im Bild, werden aber nicht ausgeführt.", "Es ist nichts zu tun."
            )


def _read_definition(element: etree._Element) -> Definition:
    definition = Definition(_tag(element).removesuffix("EventDefinition"), _name(element))
    for feld in _ZEITFELDER:
        if text := _text(element, feld):
            definition.zeitfeld, definition.zeittext = feld, text
    return definition


def _read_skript(knoten: Knoten, element: etree._Element) -> None:
    """The script of the standard, or the expression of Camunda 8."""
    knoten.skript, knoten.skriptsprache = _text(element, "script"), element.get("scriptFormat", "").strip()
    erweiterung = _erweiterung(element, "script")
    if erweiterung.get("expression"):
        knoten.skript, knoten.skriptsprache = erweiterung.get("expression", ""), "feel"
        knoten.ergebnis = erweiterung.get("resultVariable", "")


def _erweiterung(element: etree._Element, name: str) -> Mapping[str, str]:
    """Attributes of an extension element; empty if there is none."""
    for erweiterung in _kinder(element, "extensionElements"):
        for kind in erweiterung:
            if _lokal(kind) == name:
                return {str(key): str(wert) for key, wert in kind.attrib.items()}
    return {}


def _fremdattribut(element: etree._Element, name: str) -> str:
    """An attribute of a vendor, whatever its namespace."""
    attribute = ((str(key), str(wert)) for key, wert in element.attrib.items())
    return next((wert for key, wert in attribute if key.startswith("{") and key.endswith(f"}}{name}")), "")


def _read_wiederholung(element: etree._Element) -> Wiederholung | None:
    for kind in _kinder(element, "multiInstanceLoopCharacteristics"):
        return Wiederholung(
            True,
            sequentiell=_wahr(kind, "isSequential", False),
            anzahl=_text(kind, "loopCardinality"),
            bedingung=_text(kind, "completionCondition"),
        )
    for kind in _kinder(element, "standardLoopCharacteristics"):
        return Wiederholung(
            False,
            anzahl=kind.get("loopMaximum", "").strip(),
            bedingung=_text(kind, "loopCondition"),
            pruefe_vorher=_wahr(kind, "testBefore", False),
        )
    return None


def _tag(element: etree._Element) -> str:
    """Local name of a BPMN element, else an empty string."""
    tag = element.tag
    return tag[len(_PRAEFIX) :] if isinstance(tag, str) and tag.startswith(_PRAEFIX) else ""


def _lokal(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _kinder(element: etree._Element, tag: str) -> list[etree._Element]:
    return [kind for kind in element if _tag(kind) == tag]


def _text(element: etree._Element, tag: str) -> str:
    """Text of the first child of this kind that has one."""
    texte = ("".join(str(teil) for teil in kind.itertext()) for kind in _kinder(element, tag))
    return next((t for text in texte if (t := _STEUERZEICHEN.sub(" ", text).strip())), "")


def _name(element: etree._Element) -> str:
    return " ".join(_STEUERZEICHEN.sub(" ", element.get("name") or "").split())[:MAX_NAME]


def _wahr(element: etree._Element, attribut: str, vorgabe: bool) -> bool:
    text = element.get(attribut, "").strip().lower()
    return text in ("true", "1") if text else vorgabe
