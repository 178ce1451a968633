"""A tiny notation for drawings, and a probe that also lets the engine load every copy."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from engine import bpmn, kalender, spiff
from engine.bpmn.regeln import entscheidungen

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_PFEIL = re.compile(r"(\S+) -> (\S+)(?: \[(.*)\])?(?: \"(.*)\")?")


def fluss(text: str) -> str:
    """``a -> b [condition] "label"`` as a sequence flow with the id ``a_b``."""
    treffer = _PFEIL.fullmatch(text)
    assert treffer, text
    von, nach, bedingung, name = treffer.groups()
    inhalt = f"<conditionExpression>{escape(bedingung)}</conditionExpression>" if bedingung else ""
    kopf = f'id="{von}_{nach}" name="{name or ""}" sourceRef="{von}" targetRef="{nach}"'
    return f"<sequenceFlow {kopf}>{inhalt}</sequenceFlow>"


def load(ergebnis: bpmn.Pruefergebnis) -> None:
    """Fail unless the engine can execute every process of the copy whose calls lie in the file."""
    eigene = {m.prozess_id for m in ergebnis.modelle}
    for modell in ergebnis.modelle:
        if all(set(m.aufrufe) <= eigene for m in ergebnis.modelle):
            spiff.lade_modell(quelle(ergebnis, modell.prozess_id))


def quelle(ergebnis: bpmn.Pruefergebnis, prozess_id: str) -> spiff.Quelle:
    """What the engine gets to execute one process of a file."""
    return spiff.Quelle(f"{hash(ergebnis.ausfuehrbar)} {prozess_id}", prozess_id, (ergebnis.ausfuehrbar,))


@dataclass(frozen=True)
class Probe:
    """The result of one check, easy to ask."""

    ergebnis: bpmn.Pruefergebnis

    def befund(self, art: str, element: str | None = None) -> bpmn.Befund:
        treffer = [b for b in self.ergebnis.befunde if b.art == art and element in (None, b.element)]
        assert len(treffer) == 1, (art, element, self.arten)
        return treffer[0]

    @property
    def arten(self) -> list[str]:
        return [b.art for b in self.ergebnis.befunde]

    @cached_property
    def kopie(self) -> etree._Element:
        return etree.fromstring(self.ergebnis.ausfuehrbar)

    def tag(self, element: str) -> str | None:
        """Tag under which an element runs; None if it is not in the copy."""
        treffer = self.kopie.xpath("//*[@id=$id]", id=element)
        return etree.QName(treffer[0]).localname if treffer else None

    def xml(self, element: str) -> str:
        return etree.tostring(self.kopie.xpath("//*[@id=$id]", id=element)[0]).decode()

    @property
    def fluesse(self) -> set[tuple[str, str]]:
        return {(f.get("sourceRef"), f.get("targetRef")) for f in self.kopie.iter(f"{{{BPMN}}}sequenceFlow")}

    def bedingung(self, fluss_id: str) -> str | None:
        return self.kopie.xpath("string(//*[@id=$id]/*)", id=fluss_id) or None

    @property
    def schritte(self) -> dict[str, bpmn.Schritt]:
        return {s.element: s for m in self.ergebnis.modelle for s in m.schritte}


@pytest.fixture
def zeichne() -> Callable[..., Probe]:
    """Check the drawing of one process ``p``: nodes as XML, flows as arrows."""

    def pruefe(knoten: str, *fluesse: str, ausserdem: str = "", **optionen: object) -> Probe:
        # one node per line, so that tests can name lines: definitions is line 1, the first node line 2
        zeilen = [zeile.strip() for zeile in knoten.strip().splitlines()]
        inhalt = "\n".join([*zeilen, *(fluss(f) for f in fluesse)])
        prozess = f'<process id="p" name="Prozess">\n{inhalt}\n</process>'
        xml = f'<definitions xmlns="{BPMN}">{prozess}{ausserdem}</definitions>'
        ergebnis = bpmn.pruefe(xml.encode(), "probe.bpmn", **optionen)  # type: ignore[arg-type]
        if ergebnis.status is bpmn.Status.LAUFFAEHIG:
            load(ergebnis)
        return Probe(ergebnis)

    return pruefe


UMGEBUNG = spiff.Umgebung(kalender.funktionen(kalender.Kalender()))


def play(ergebnis: bpmn.Pruefergebnis, modell: bpmn.GeprueftesModell, zufall: Random, schritte: int = 40) -> str:
    """Work a Vorgang off like staff who pick any exit: its end, ``offen``, ``wartet``, or the name of the refusal.

    Begins at any start; now and then a message, a signal, a time or a fault comes first.
    """
    geladen = spiff.lade_modell(quelle(ergebnis, modell.prozess_id))
    spiel = _Spiel(geladen, {s.element: s for m in ergebnis.modelle for s in m.schritte}, zufall)
    beginn = zufall.choice([s.element for s in modell.starts])
    try:
        stand = spiel.start(beginn)
        for _ in range(schritte):
            if stand.beendet:
                return "beendet"
            weiter = spiel.step(stand)
            if weiter is None:
                return "wartet"
            stand = weiter
    except (spiff.Ausfuehrungsfehler, spiff.Budgetfehler) as grund:
        return type(grund).__name__
    return "beendet" if stand.beendet else "offen"


@dataclass
class _Spiel:
    """One Vorgang and everything that may happen to it."""

    modell: spiff.Modell
    schritte: dict[str, bpmn.Schritt]
    zufall: Random
    now: datetime = datetime(2026, 1, 5, 8, tzinfo=UTC)

    def start(self, element: str) -> spiff.Ergebnis:
        variablen = {"eingang": self.now.isoformat()}
        return spiff.start(self.modell, variablen, umgebung=UMGEBUNG, now=self.now, start_element=element)

    def step(self, stand: spiff.Ergebnis) -> spiff.Ergebnis | None:
        """One thing happens; None if nothing can."""
        self.now += timedelta(hours=1)
        von_aussen = [w for w in stand.wartend if w.art is not spiff.WarteArt.BEDINGUNG]
        if stand.bereit and not (von_aussen and self.zufall.random() < 0.2):
            bereit = self.zufall.choice(stand.bereit)
            wahl = _choose(self.schritte, self.schritte[bereit.element], self.zufall)
            return self._do(spiff.complete, stand, bereit.token, eingaben=wahl)
        return self._warte(stand, self.zufall.choice(von_aussen)) if von_aussen else None

    def _warte(self, stand: spiff.Ergebnis, wartend: spiff.Wartend) -> spiff.Ergebnis:
        if wartend.faellig_am is not None:
            self.now = max(self.now, wartend.faellig_am)
            return spiff.fire_timers(self.modell, stand.zustand, stand.variablen, umgebung=UMGEBUNG, now=self.now)
        if wartend.art in (spiff.WarteArt.DIENST, spiff.WarteArt.THEMA):
            return self._do(spiff.complete_dienst, stand, wartend.token)
        return self._do(spiff.trigger, stand, wartend.token)

    def _do(self, was: Callable[..., spiff.Ergebnis], stand: spiff.Ergebnis, token: str, **mehr: Any) -> spiff.Ergebnis:
        return was(self.modell, stand.zustand, stand.variablen, token, umgebung=UMGEBUNG, now=self.now, **mehr)


def _choose(alle: dict[str, bpmn.Schritt], schritt: bpmn.Schritt, zufall: Random) -> dict[str, object]:
    """What a person picks in the form of this step."""
    assert schritt.hat_aufgaben
    wahl: dict[str, object] = {}
    for gateway, mehrere in schritt.entscheidet.items():
        # A gateway that the check had to add is no step: its exits are those of the step that asks.
        fluesse = [a.fluss for a in alle.get(gateway, schritt).ausgaenge]
        name = entscheidungen.variable_der_entscheidung(gateway)
        wahl[name] = zufall.sample(fluesse, zufall.randint(1, len(fluesse))) if mehrere else zufall.choice(fluesse)
    return wahl


@pytest.fixture(scope="session")
def spiele() -> Callable[..., str]:
    """`play`, for tests that run what was checked."""
    return play


@pytest.fixture(scope="session")
def lade() -> Callable[[bpmn.Pruefergebnis], None]:
    """`load`, for tests that check files."""
    return load
