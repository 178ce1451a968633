"""Builds the spec of one process or sub-process: its nodes, then their flows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lxml import etree

from engine.spiff import (
    adhoc,
    automatik,
    budget,
    dienste,
    ereignisbau,
    gateways,
    knoten,
    teilprozesse,
    texte,
    xmlquelle,
)
from engine.spiff.ereignisse import lauscher, warten, wurf
from engine.spiff.ergebnis import WarteArt
from engine.spiff.mehrfach import Mehrfach

if TYPE_CHECKING:
    from engine.spiff.bau import Auftrag, Bau

_AUFGABEN = ("userTask", "manualTask", "task", "sendTask", "receiveTask")
_AUTOMATIK = ("businessRuleTask", "scriptTask", "serviceTask")
_TEILPROZESSE = ("subProcess", "transaction", "adHocSubProcess")
_AKTIVITAETEN = (*_AUFGABEN, *_AUTOMATIK, *_TEILPROZESSE, "callActivity")
_GATEWAYS = {
    "exclusiveGateway": gateways.Exklusiv,
    "inclusiveGateway": gateways.Inklusiv,
    "parallelGateway": gateways.Parallel,
    "eventBasedGateway": gateways.Ereignisgateway,
}
_EREIGNISSE = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
#: flow nodes of BPMN that the executable copy may not hold: they would need a rule of their own
_FREMD = ("complexGateway", "subChoreography", "choreographyTask", "callChoreography")


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
        #: boundary event without a waiting token → its activity
        self.innen: dict[str, str] = {}
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
        self._beginne()
        self._pruefe_gateways()
        aufgaben = (k for k, e in self.elemente.items() if xmlquelle.art(e) in _AUFGABEN)
        self.spez.arbeit = {name: spez.bpmn_id for name, spez in self.spez.task_specs.items() if spez.manual}
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
        if _is_ereignisteilprozess(element):
            self._ereignisteilprozess(element)
            return
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
                "intermediateCatchEvent": self._fangereignis,
                "intermediateThrowEvent": self._zwischenereignis,
                "boundaryEvent": self._randereignis,
            }[art]
        kennung = xmlquelle.kennung(element)
        self.eingang[kennung] = self.ausgang[kennung] = baue(element)

    def _neu(self, klasse: Any, element: etree._Element, name: str = "", **weitere: Any) -> Any:
        """A node for `element`; `name` if it is not the node of the drawing itself."""
        kennung = xmlquelle.kennung(element)
        spez = klasse(self.spez, name or kennung, bpmn_name=xmlquelle.name(element) or None, **weitere)
        spez.bpmn_id = kennung
        return spez

    def _gateway(self, element: etree._Element) -> Any:
        return self._neu(_GATEWAYS[xmlquelle.art(element)], element)

    def _aktivitaet(self, element: etree._Element) -> Any:
        art = xmlquelle.art(element)
        if art == "callActivity":
            eingaben, ausgaben = texte.zuordnung(element, "eingabe"), texte.zuordnung(element, "ausgabe")
            name = self.bau.rufe(self.auftrag, element)
            spez = self._neu(teilprozesse.Aufruf, element, subworkflow_spec=name, eingaben=eingaben, ausgaben=ausgaben)
        elif art in _TEILPROZESSE:
            name = self.bau.schachtle(self.auftrag, element)
            spez = self._neu(teilprozesse.Teilprozess, element, subworkflow_spec=name)
        elif art in _AUTOMATIK:
            spez = self._automatik(element)
        else:
            spez = self._aufgabe(element)
        spez.bpmn_typ = art
        return self._wiederhole(element, spez)

    def _aufgabe(self, element: etree._Element) -> Any:
        art = xmlquelle.art(element)
        if art == "receiveTask":
            return self._neu(warten.Empfangsaufgabe, element, definition=ereignisbau.nachricht(element, element))
        if art == "sendTask" and xmlquelle.eigenes(element, "name"):
            return self._neu(wurf.Sendeaufgabe, element, definition=ereignisbau.nachricht(element, element))
        return self._neu(knoten.Aufgabe, element)

    def _automatik(self, element: etree._Element) -> Any:
        if xmlquelle.art(element) == "scriptTask":
            return self._neu(automatik.Skriptaufgabe, element, zuweisungen=texte.zuweisungen(element))
        if xmlquelle.art(element) == "serviceTask":
            return self._dienst(element)
        entscheidung = element.get("implementation", "").strip()
        if not entscheidung:
            raise texte.fehler_an(element, "Es ist keine Entscheidungstabelle angegeben")
        ausgabe = xmlquelle.kind(element, "dataOutputAssociation")
        ergebnis = "" if ausgabe is None else xmlquelle.text(xmlquelle.kind(ausgabe, "targetRef"))
        return self._neu(automatik.Regelaufgabe, element, entscheidung=entscheidung, ergebnis=ergebnis)

    def _dienst(self, element: etree._Element) -> Any:
        dienst, thema = xmlquelle.eigenes(element, "dienst"), xmlquelle.eigenes(element, "thema")
        if not (dienst or thema):
            raise texte.fehler_an(element, "Elemente der Art serviceTask werden nur mit Dienst oder Thema ausgeführt")
        definition = dienste.Dienst(
            WarteArt.DIENST if dienst else WarteArt.THEMA, dienst or thema, texte.zuordnung(element, "eingabe")
        )
        ausgaben = texte.zuordnung(element, "ausgabe")
        return self._neu(dienste.Dienstaufgabe, element, definition=definition, ausgaben=ausgaben)

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
        spez = self.spez.starts[xmlquelle.kennung(element)] = self._neu(
            knoten.Start, element, definition=ereignisbau.definition(element)
        )
        return spez

    def _endereignis(self, element: etree._Element) -> Any:
        if ereignisbau.art(element) == "terminateEventDefinition":
            return self._neu(knoten.Abbruchende, element)
        definition = ereignisbau.geworfen(element, am_ende=True)
        if definition is None:
            return self._neu(knoten.Ende, element)
        return self._neu(wurf.Wurfende, element, definition=definition)

    def _zwischenereignis(self, element: etree._Element) -> Any:
        definition = ereignisbau.geworfen(element, am_ende=False)
        if definition is None:
            return self._neu(knoten.Zwischenereignis, element)
        return self._neu(wurf.Wurfereignis, element, definition=definition)

    def _fangereignis(self, element: etree._Element) -> Any:
        definition = self._wartet_auf(ereignisbau.gefangen(element))
        if definition.art is None:
            raise texte.fehler_an(element, f"Auf {ereignisbau.art(element)} kann der Ablauf nicht warten")
        return self._neu(warten.Fangereignis, element, definition=definition)

    def _randereignis(self, element: etree._Element) -> Any:
        definition = self._wartet_auf(ereignisbau.gefangen(element, "abbruch"))
        immer = definition.ausloeser in ("fehler", "abbruch")
        return self._neu(
            warten.Randereignis,
            element,
            definition=definition,
            traeger=element.get("attachedToRef", ""),
            cancel_activity=immer or element.get("cancelActivity", "true") != "false",
        )

    def _ereignisteilprozess(self, element: etree._Element) -> None:
        """Its work is a node without flows; what it waits for is a listener of the level, or catches what is thrown."""
        start = next((e for e in xmlquelle.kinder(element, "startEvent") if ereignisbau.art(e)), None)
        if start is None:
            raise texte.fehler_an(element, "Dem Ereignis-Teilprozess fehlt das Ereignis, mit dem er beginnt")
        definition = self._wartet_auf(ereignisbau.gefangen(start))
        behandlung = self._neu(
            lauscher.Ereignisteilprozess,
            element,
            subworkflow_spec=self.bau.schachtle(self.auftrag, element),
            definition=definition,
            unterbricht=definition.ausloeser == "fehler" or start.get("isInterrupting", "true") != "false",
        )
        if definition.art is None:
            self.spez.faenger.append(behandlung)
        else:
            name = f"{xmlquelle.kennung(element)}#lauscher"
            wartend = self._neu(lauscher.Lauscher, start, name, definition=definition, behandlung=behandlung)
            self.spez.lauscher.append(wartend)

    def _wartet_auf(self, definition: Any) -> Any:
        if definition.art is WarteArt.BEDINGUNG:
            self.spez.hat_bedingungen = True
        return definition

    def _hefte_an(self, element: etree._Element) -> None:
        """Put the opener in front of the activity to which a boundary event is attached, if a token has to wait."""
        traeger, rand = element.get("attachedToRef", ""), self.ausgang[xmlquelle.kennung(element)]
        host = self.elemente.get(traeger)
        if host is None or xmlquelle.art(host) not in _AKTIVITAETEN or traeger not in self.eingang:
            raise texte.fehler_an(element, "Das Randereignis hängt an keiner Aktivität")
        if rand.definition.ausloeser == "abbruch" and xmlquelle.art(host) != "transaction":
            raise texte.fehler_an(element, "Ein Abbruch kann nur an einer Transaktion gefangen werden")
        if rand.definition.art is None:
            self.ausgang[traeger].raender += (rand,)
            self.innen[rand.name] = self.ausgang[traeger].name
            return
        oeffner = self.eingang[traeger]
        if not isinstance(oeffner, warten.Anhaftung):
            oeffner = warten.Anhaftung(self.spez, f"{traeger}#rand")
            oeffner.connect(self.eingang[traeger])
            self.eingang[traeger] = oeffner
        oeffner.connect(rand)

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
        elif bedingung is None or isinstance(quelle, gateways.Parallel | gateways.Ereignisgateway):
            if fluss.get("id", "") == self.elemente[von].get("default"):
                quelle.standard = len(quelle._outputs)
            quelle.connect(ziel)
        else:
            quelle.verbinde_wenn(bedingung, ziel)

    def _verbinde_wahl(self, fluss: etree._Element, quelle: Any, ziel: Any, bedingung: Any) -> None:
        gateway = self.elemente[quelle.bpmn_id]
        einziger = self.anzahl_ausgaenge[quelle.bpmn_id] == 1 and bedingung is None
        if einziger or fluss.get("id", "") == gateway.get("default"):
            quelle.connect(ziel)
        elif bedingung is None:
            raise texte.fehler_an(gateway, "Ein Ausgang hat keine Bedingung und ist nicht der Standardausgang")
        else:
            quelle.connect_if(knoten.Flussbedingung(bedingung), ziel)

    def _beginne(self) -> None:
        """Where tokens begin: the first plain start event, else the first; without one whatever nothing leads to."""
        starts = self.spez.starts.values()
        if starts and self.auftrag.art != "adHocSubProcess":
            self.spez.anfang = [next((s for s in starts if s.definition is None), next(iter(starts)))]
        else:
            self.spez.anfang = [self.eingang[kennung] for kennung in self._ohne_eingang()]
        if self.auftrag.art == "adHocSubProcess":
            self._beginne_adhoc()
        if not self.spez.anfang:
            raise texte.fehler_an(self.auftrag.element, "Es fehlt ein Startereignis")
        for anfang in self.spez.anfang:
            self.spez.start.connect(anfang)

    def _ohne_eingang(self) -> list[str]:
        ziele = {fluss.get("targetRef") for fluss in self.fluesse}
        return [
            kennung
            for kennung in self.eingang
            if kennung not in ziele and xmlquelle.art(self.elemente[kennung]) != "boundaryEvent"
        ]

    def _beginne_adhoc(self) -> None:
        """Offer what nothing leads to, and a way to close the ad-hoc sub-process if it has no condition."""
        element = self.auftrag.element
        text = xmlquelle.text(xmlquelle.kind(element, "completionCondition"))
        regeln = self.spez.adhoc = adhoc.Adhoc(
            xmlquelle.kennung(element),
            texte.ausdruck(element, text) if text else None,
            element.get("cancelRemainingInstances", "true") != "false",
            aktivitaeten={self.ausgang[k].name for k in self.eingang if self._is_aktivitaet(k)},
        )
        for kennung in self._ohne_eingang():
            if self._is_aktivitaet(kennung):
                self._biete_an(kennung, regeln)
        if not text:
            abschluss = self._neu(adhoc.Abschluss, element, f"{xmlquelle.kennung(element)}#abschluss")
            self.spez.anfang.append(abschluss)

    def _biete_an(self, kennung: str, regeln: adhoc.Adhoc) -> None:
        if xmlquelle.art(self.elemente[kennung]) in _AUFGABEN:
            regeln.angebote[self.ausgang[kennung].name] = self.eingang[kennung]
            return
        angebot = self._neu(adhoc.Angebot, self.elemente[kennung], f"{kennung}#angebot")
        angebot.connect(self.eingang[kennung])
        regeln.angebote[angebot.name] = angebot
        self.spez.anfang[self.spez.anfang.index(self.eingang[kennung])] = angebot

    def _is_aktivitaet(self, kennung: str) -> bool:
        return xmlquelle.art(self.elemente[kennung]) in _AKTIVITAETEN

    def _pruefe_gateways(self) -> None:
        wege = sum(len(s._inputs) for s in self.spez.task_specs.values() if isinstance(s, gateways.Inklusiv))
        if wege * len(self.elemente) > budget.MAX_WEGE:
            raise texte.fehler_an(self.auftrag.element, "Es hat zu viele inklusive Zusammenführungen")
        for spez in list(self.spez.task_specs.values()):
            if isinstance(spez, gateways.Parallel | gateways.Inklusiv):
                self._lies_eingaenge(spez)
            if isinstance(spez, gateways.Inklusiv) and len(spez.eingaenge) > 1:
                self.spez.oder_verbindungen.append(spez)
            if isinstance(spez, gateways.Ereignisgateway):
                self._pruefe_rennen(spez)

    def _pruefe_rennen(self, gateway: gateways.Ereignisgateway) -> None:
        for ziel in gateway.outputs:
            if not isinstance(ziel, warten.Fangereignis | warten.Empfangsaufgabe | warten.Anhaftung | knoten.Aufgabe):
                element = self.elemente[gateway.bpmn_id]
                raise texte.fehler_an(element, "Nach einem Ereignis-Gateway müssen Ereignisse stehen")

    def _lies_eingaenge(self, gateway: Any) -> None:
        """Name every incoming flow as `Knoten.sende` does; for inclusive ones find out what can reach each."""
        wege: defaultdict[str, set[str]] = defaultdict(set)
        for von in dict.fromkeys(gateway._inputs):
            ziele = enumerate(self.spez.task_specs[von]._outputs)
            fluesse = {f"{von}/{nr}" for nr, ziel in ziele if ziel == gateway.name}
            gateway.eingaenge |= fluesse
            for name in self._erreicht_von(von, gateway.name) if isinstance(gateway, gateways.Inklusiv) else ():
                wege[name] |= fluesse
        gateway.wege = {name: frozenset(fluesse) for name, fluesse in wege.items()}
        if len(gateway.eingaenge) > 1:
            self.spez.verbindung.update(dict.fromkeys(gateway.eingaenge, gateway))

    def _erreicht_von(self, ziel: str, ohne: str) -> frozenset[str]:
        """Names of all nodes from which `ziel` can be reached without passing `ohne`."""
        if ziel == ohne:
            return frozenset()
        gesehen, offen = {ziel}, [ziel]
        while offen:
            for name in self._vorgaenger(offen.pop()):
                if name != ohne and name not in gesehen:
                    gesehen.add(name)
                    offen.append(name)
        return frozenset(gesehen)

    def _vorgaenger(self, name: str) -> list[str]:
        """Nodes from which a token can come; to a boundary event that catches, from inside of its activity."""
        innen = self.innen.get(name)
        return [*self.spez.task_specs[name]._inputs, *([] if innen is None else [innen])]


def _is_ereignisteilprozess(element: etree._Element) -> bool:
    return xmlquelle.art(element) == "subProcess" and element.get("triggeredByEvent") == "true"
