"""Builds the spec of one process or sub-process: its nodes, then their flows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lxml import etree

from engine.spiff import automatik, budget, ereignisse, gateways, knoten, texte, xmlquelle
from engine.spiff.mehrfach import Mehrfach

if TYPE_CHECKING:
    from engine.spiff.bau import Auftrag, Bau

_AUFGABEN = ("userTask", "manualTask", "task")
_AUTOMATIK = ("businessRuleTask", "scriptTask")
_AKTIVITAETEN = (*_AUFGABEN, *_AUTOMATIK, "subProcess", "transaction", "callActivity")
_GATEWAYS = {
    "exclusiveGateway": gateways.Exklusiv,
    "inclusiveGateway": gateways.Inklusiv,
    "parallelGateway": gateways.Parallel,
    "eventBasedGateway": gateways.Ereignisgateway,
}
_EREIGNISSE = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
#: flow nodes of BPMN that the executable copy may not hold: they would need a rule of their own
_FREMD = (
    "serviceTask",
    "sendTask",
    "receiveTask",
    "complexGateway",
    "adHocSubProcess",
    "subChoreography",
    "choreographyTask",
    "callChoreography",
)


class Ebenenbau:
    """One use builds one spec."""

    def __init__(self, bau: Bau, auftrag: Auftrag) -> None:
        self.bau = bau
        self.auftrag = auftrag
        self.spez = knoten.Prozessspez(auftrag.name, auftrag.prozess_id)
        #: per node of the drawing: the spec that receives tokens, and the one from which its flows leave
        self.eingang: dict[str, Any] = {}
        self.ausgang: dict[str, Any] = {}
        self.elemente: dict[str, etree._Element] = {}
        self.fluesse = list(xmlquelle.kinder(auftrag.element, "sequenceFlow"))
        self.anzahl_ausgaenge = Counter(fluss.get("sourceRef") for fluss in self.fluesse)

    def baue(self) -> knoten.Prozessspez:
        self._lies_knoten()
        for element in self.elemente.values():
            self._baue_knoten(element)
        for element in self.elemente.values():
            if xmlquelle.art(element) == "boundaryEvent":
                self._hefte_an(element)
        for fluss in self.fluesse:
            self._verbinde(fluss)
        self.spez.start.connect(self.eingang[self._start()])
        self._pruefe_gateways()
        aufgaben = (k for k, e in self.elemente.items() if xmlquelle.art(e) in _AUFGABEN)
        self.spez.rueckgabe_ziele = {kennung: self.eingang[kennung] for kennung in aufgaben}
        return self.spez

    def _lies_knoten(self) -> None:
        for element in self.auftrag.element:
            art = xmlquelle.art(element)
            if art in _FREMD:
                raise texte.fehler_an(element, f"Elemente der Art {art} werden nicht ausgeführt")
            if art in _AKTIVITAETEN or art in _GATEWAYS or art in _EREIGNISSE:
                if xmlquelle.kennung(element) in self.elemente:
                    raise texte.fehler_an(element, "Die Kennung ist mehrfach vergeben")
                self.elemente[xmlquelle.kennung(element)] = element
        if len(self.elemente) > budget.MAX_KNOTEN:
            raise texte.fehler_an(self.auftrag.element, f"Es hat mehr als {budget.MAX_KNOTEN} Knoten")

    def _baue_knoten(self, element: etree._Element) -> None:
        art = xmlquelle.art(element)
        baue: Callable[[etree._Element], Any]
        if art in _GATEWAYS:
            baue = self._gateway
        elif art in _AKTIVITAETEN:
            baue = self._aktivitaet
        else:
            baue = {
                "startEvent": self._startereignis,
                "endEvent": self._endereignis,
                "intermediateCatchEvent": self._zeitereignis,
                "intermediateThrowEvent": self._zwischenereignis,
                "boundaryEvent": self._randereignis,
            }[art]
        kennung = xmlquelle.kennung(element)
        self.eingang[kennung] = self.ausgang[kennung] = baue(element)

    def _neu(self, klasse: Any, element: etree._Element, **weitere: Any) -> Any:
        kennung = xmlquelle.kennung(element)
        return klasse(self.spez, kennung, bpmn_name=xmlquelle.name(element) or None, **weitere)

    def _gateway(self, element: etree._Element) -> Any:
        return self._neu(_GATEWAYS[xmlquelle.art(element)], element)

    def _aktivitaet(self, element: etree._Element) -> Any:
        art = xmlquelle.art(element)
        if art == "callActivity":
            spez = self._neu(knoten.Aufruf, element, subworkflow_spec=self.bau.rufe(self.auftrag, element))
        elif art in ("subProcess", "transaction"):
            if element.get("triggeredByEvent") == "true":
                raise texte.fehler_an(element, "Ereignis-Teilprozesse werden nicht ausgeführt")
            name = self.bau.schachtle(self.auftrag, element)
            spez = self._neu(knoten.Teilprozess, element, subworkflow_spec=name)
        elif art in _AUTOMATIK:
            spez = self._automatik(element)
        else:
            spez = self._neu(knoten.Aufgabe, element)
        spez.bpmn_typ = art
        return self._wiederhole(element, spez)

    def _automatik(self, element: etree._Element) -> Any:
        if xmlquelle.art(element) == "scriptTask":
            return self._neu(automatik.Skriptaufgabe, element, zuweisungen=texte.zuweisungen(element))
        entscheidung = element.get("implementation", "").strip()
        if not entscheidung:
            raise texte.fehler_an(element, "Es ist keine Entscheidungstabelle angegeben")
        ausgabe = xmlquelle.kind(element, "dataOutputAssociation")
        ergebnis = "" if ausgabe is None else xmlquelle.text(xmlquelle.kind(ausgabe, "targetRef"))
        return self._neu(automatik.Regelaufgabe, element, entscheidung=entscheidung, ergebnis=ergebnis)

    def _wiederhole(self, element: etree._Element, spez: Any) -> Any:
        """Wrap an activity that runs several times."""
        wiederholung = texte.wiederholung(element)
        if wiederholung is None:
            return spez
        del self.spez.task_specs[spez.name]
        spez.name = f"{spez.name}#instanz"
        self.spez.task_specs[spez.name] = spez
        return self._neu(Mehrfach, element, instanz=spez.name, wiederholung=wiederholung)

    def _startereignis(self, element: etree._Element) -> Any:
        return self._neu(knoten.Start, element)

    def _endereignis(self, element: etree._Element) -> Any:
        definition = _definition(element)
        if definition not in ("", "terminateEventDefinition", "messageEventDefinition"):
            raise texte.fehler_an(element, f"Ein Ende mit {definition} wird nicht ausgeführt")
        return self._neu(knoten.Abbruchende if definition == "terminateEventDefinition" else knoten.Ende, element)

    def _zwischenereignis(self, element: etree._Element) -> Any:
        definition = _definition(element)
        if definition not in ("", "messageEventDefinition"):
            raise texte.fehler_an(element, f"Ein Zwischenereignis mit {definition} wird nicht ausgeführt")
        return self._neu(knoten.Zwischenereignis, element)

    def _zeitereignis(self, element: etree._Element) -> Any:
        return self._neu(ereignisse.Zeitereignis, element, event_definition=self._uhrwerk(element))

    def _randereignis(self, element: etree._Element) -> Any:
        return self._neu(
            ereignisse.Randereignis,
            element,
            event_definition=self._uhrwerk(element),
            cancel_activity=element.get("cancelActivity", "true") != "false",
        )

    def _uhrwerk(self, element: etree._Element) -> ereignisse.Uhrwerk:
        uhr = texte.uhr(element)
        if uhr is None:
            definition = _definition(element) or "leerem Inhalt"
            raise texte.fehler_an(element, f"Ein wartendes Ereignis mit {definition} wird nicht ausgeführt")
        return ereignisse.Uhrwerk(uhr)

    def _hefte_an(self, element: etree._Element) -> None:
        """Put the opener in front of the activity to which a boundary event is attached."""
        traeger = element.get("attachedToRef", "")
        if traeger not in self.elemente or xmlquelle.art(self.elemente[traeger]) not in _AKTIVITAETEN:
            raise texte.fehler_an(element, "Das Randereignis hängt an keiner Aktivität")
        oeffner = self.eingang[traeger]
        if not isinstance(oeffner, ereignisse.Anhaftung):
            oeffner = ereignisse.Anhaftung(self.spez, f"{traeger}#rand")
            oeffner.connect(self.eingang[traeger])
            self.eingang[traeger] = oeffner
        oeffner.connect(self.ausgang[xmlquelle.kennung(element)])

    def _verbinde(self, fluss: etree._Element) -> None:
        von, nach = fluss.get("sourceRef", ""), fluss.get("targetRef", "")
        if von not in self.ausgang or nach not in self.eingang:
            raise texte.fehler_an(
                fluss, "Der Fluss führt von oder zu einem Element, das es auf dieser Ebene nicht gibt"
            )
        if xmlquelle.art(self.elemente[nach]) in ("startEvent", "boundaryEvent"):
            raise texte.fehler_an(fluss, "Ein Fluss darf nicht zu einem Start- oder Randereignis führen")
        if xmlquelle.art(self.elemente[von]) == "endEvent":
            raise texte.fehler_an(fluss, "Von einem Ende darf kein Fluss wegführen")
        quelle, ziel = self.ausgang[von], self.eingang[nach]
        bedingung = texte.bedingung(fluss)
        if isinstance(quelle, gateways.Exklusiv | gateways.Inklusiv):
            self._verbinde_wahl(fluss, quelle, ziel, bedingung)
        elif bedingung is not None and not isinstance(quelle, gateways.Parallel):
            raise texte.fehler_an(fluss, "Eine Bedingung darf nur an einer Verzweigung stehen")
        else:
            quelle.connect(ziel)

    def _verbinde_wahl(self, fluss: etree._Element, quelle: Any, ziel: Any, bedingung: Any) -> None:
        gateway = self.elemente[quelle.bpmn_id]
        einziger = self.anzahl_ausgaenge[quelle.bpmn_id] == 1 and bedingung is None
        if einziger or fluss.get("id", "") == gateway.get("default"):
            quelle.connect(ziel)
        elif bedingung is None:
            raise texte.fehler_an(gateway, "Ein Ausgang hat keine Bedingung und ist nicht der Standardausgang")
        else:
            quelle.connect_if(gateways.Bedingung(bedingung), ziel)

    def _start(self) -> str:
        """The start event that counts: the first plain one, else the first."""
        starts = [e for e in self.elemente.values() if xmlquelle.art(e) == "startEvent"]
        if not starts:
            raise texte.fehler_an(self.auftrag.element, "Es fehlt ein Startereignis")
        return xmlquelle.kennung(next((e for e in starts if not _definition(e)), starts[0]))

    def _pruefe_gateways(self) -> None:
        wege = sum(len(s._inputs) for s in self.spez.task_specs.values() if isinstance(s, gateways.Inklusiv))
        if wege * len(self.elemente) > budget.MAX_WEGE:
            raise texte.fehler_an(self.auftrag.element, "Es hat zu viele inklusive Zusammenführungen")
        for spez in list(self.spez.task_specs.values()):
            if isinstance(spez, gateways.Parallel | gateways.Inklusiv):
                spez.eingaenge = self._eingaenge(spez)
            if isinstance(spez, gateways.Inklusiv) and len(spez.eingaenge) > 1:
                self.spez.oder_verbindungen.append(spez)
            if isinstance(spez, gateways.Ereignisgateway):
                self._pruefe_rennen(spez)

    def _pruefe_rennen(self, gateway: gateways.Ereignisgateway) -> None:
        for ziel in gateway.outputs:
            if not isinstance(ziel, ereignisse.Zeitereignis | ereignisse.Anhaftung | knoten.Aufgabe):
                element = self.elemente[gateway.bpmn_id]
                raise texte.fehler_an(element, "Nach einem Ereignis-Gateway müssen Ereignisse stehen")

    def _eingaenge(self, gateway: Any) -> dict[str, frozenset[str]]:
        """Every incoming flow, named as `Knoten.sende` does, with the nodes from which a token can still come."""
        braucht_weg = isinstance(gateway, gateways.Inklusiv)
        eingaenge = {}
        for von in dict.fromkeys(gateway._inputs):
            wege = self._erreicht_von(von, gateway.name) if braucht_weg else frozenset()
            ziele = enumerate(self.spez.task_specs[von]._outputs)
            eingaenge.update({f"{von}/{nr}": wege for nr, ziel in ziele if ziel == gateway.name})
        return eingaenge

    def _erreicht_von(self, ziel: str, ohne: str) -> frozenset[str]:
        """Names of all nodes from which `ziel` can be reached without passing `ohne`."""
        if ziel == ohne:
            return frozenset()
        gesehen, offen = {ziel}, [ziel]
        while offen:
            for name in self.spez.task_specs[offen.pop()]._inputs:
                if name != ohne and name not in gesehen:
                    gesehen.add(name)
                    offen.append(name)
        return frozenset(gesehen)


def _definition(element: etree._Element) -> str:
    """Kind of the first event definition, or empty."""
    return next((xmlquelle.art(k) for k in element if xmlquelle.art(k).endswith("EventDefinition")), "")
