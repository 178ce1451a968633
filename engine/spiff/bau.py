"""Builds SpiffWorkflow specs from executable copies, without recursion along flows (SpiffWorkflow fault 13).

SpiffWorkflow's own parser follows every flow recursively, evaluates nothing safely and shares one name space between
files. Here each process and sub-process becomes one `Prozessspez` with a name of its own (`<file>/<id>`), nodes keep
the ids of the drawing, and whatever the engine would run wrongly is refused with its element.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.spiff import budget, texte, xmlquelle
from engine.spiff.ebenenbau import Ebenenbau
from engine.spiff.ergebnis import Quelle
from engine.spiff.fehler import Modellfehler
from engine.spiff.knoten import Prozessspez


@dataclass(frozen=True, slots=True)
class Auftrag:
    """One process or sub-process that has to be built."""

    datei: int
    element: etree._Element
    prozess_id: str
    tiefe: int = 0

    @property
    def art(self) -> str:
        return xmlquelle.art(self.element)

    @property
    def name(self) -> str:
        return f"{self.datei}/{xmlquelle.kennung(self.element)}"


@dataclass(slots=True)
class Bau:
    """Builds everything that one process reaches."""

    quelle: Quelle
    fertig: dict[str, Prozessspez] = field(default_factory=dict)
    offen: deque[Auftrag] = field(default_factory=deque)
    prozesse: list[dict[str, etree._Element]] = field(default_factory=list)

    def baue(self) -> tuple[Prozessspez, dict[str, Prozessspez]]:
        """The spec of the process and all specs by name; raises `Modellfehler`."""
        self.prozesse = [_prozesse(xml) for xml in self.quelle.xml]
        haupt = self._prozess(self.quelle.prozess_id, bevorzugt=0)
        if haupt is None:
            raise Modellfehler(f"Das Modell lässt sich nicht ausführen: Der Prozess {self.quelle.prozess_id} fehlt.")
        self.offen.append(haupt)
        while self.offen:
            auftrag = self.offen.popleft()
            if auftrag.name not in self.fertig:
                self.fertig[auftrag.name] = Ebenenbau(self, auftrag).baue()
        return self.fertig[haupt.name], self.fertig

    def rufe(self, von: Auftrag, element: etree._Element) -> str:
        """Name of the spec that a call activity runs."""
        genannt = element.get("calledElement", "").strip()
        auftrag = self._prozess(self.quelle.aufrufe.get(genannt, genannt), bevorzugt=von.datei)
        if auftrag is None:
            raise texte.fehler_an(element, f"Der aufgerufene Prozess „{genannt}“ fehlt")
        self.offen.append(auftrag)
        return auftrag.name

    def schachtle(self, von: Auftrag, element: etree._Element) -> str:
        """Name of the spec of an embedded sub-process."""
        if von.tiefe >= budget.MAX_SCHACHTELUNG:
            raise texte.fehler_an(element, "Teilprozesse sind zu tief geschachtelt")
        auftrag = Auftrag(von.datei, element, von.prozess_id, von.tiefe + 1)
        self.offen.append(auftrag)
        return auftrag.name

    def _prozess(self, prozess_id: str, bevorzugt: int) -> Auftrag | None:
        """A process by its id: first in the file that asks, then in the order of the files."""
        for nr in sorted(range(len(self.prozesse)), key=lambda n: (n != bevorzugt, n)):
            if prozess_id in self.prozesse[nr]:
                return Auftrag(nr, self.prozesse[nr][prozess_id], prozess_id)
        return None


def _prozesse(xml: bytes) -> dict[str, etree._Element]:
    return {xmlquelle.kennung(p): p for p in xmlquelle.kinder(xmlquelle.lies(xml), "process")}


def baue(quelle: Quelle) -> tuple[Prozessspez, dict[str, Any]]:
    """Build the specs of a Prozessversion; raises `Modellfehler`."""
    return Bau(quelle).baue()
