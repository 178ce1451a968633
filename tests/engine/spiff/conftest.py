"""A short notation for test processes, and a player that works through them with stored states only.

start -> xor_m -> a -> xor_x          the prefix of an id says what it is: xor_ and_ or_ start ende stopp
xor_x -[nochmal = true]-> xor_m       timer_ fang_ wurf_ (events) ereignis_ (gateway) tp_ trans_ adhoc_ etp_ (event
xor_x -*-> ende                       sub-process) ruf_ (call) skript_ dienst_ emp_ send_; else a user task.
                                      -[…]-> has a condition, -*-> is the default.

Events are written as (kind, text): ("timeDuration", "PT1H"), ("nachricht", "Name = key"), ("signal", "Name"),
("bedingung", "x = 1"), ("fehler", "code"), ("eskalation", "code"), ("abbruch", "").
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

from engine import spiff

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
#: an instant at which nothing is due
VORHER = datetime(2000, 1, 1, tzinfo=UTC)
_ARTEN = {
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "ereignis": "eventBasedGateway",
    "start": "startEvent",
    "ende": "endEvent",
    "stopp": "endEvent",
    "timer": "intermediateCatchEvent",
    "fang": "intermediateCatchEvent",
    "wurf": "intermediateThrowEvent",
    "tp": "subProcess",
    "etp": "subProcess",
    "trans": "transaction",
    "adhoc": "adHocSubProcess",
    "skript": "scriptTask",
    "dienst": "serviceTask",
    "emp": "receiveTask",
    "send": "sendTask",
    "ruf": "callActivity",
}
_PFEIL = re.compile(r"\s+-(?:(?:\[(.*?)\]|(\*))-)?>\s+")
_NR = itertools.count()


def _art(id_: str) -> str:
    return _ARTEN.get(id_.split("_")[0], "userTask")


@dataclass
class Zeichnung:
    """One process; `teile`: contents of sub-processes, `timer`: events, `rand`: id → (host, kind, text, ends it).

    A start event of an event sub-process may have a third part: whether it interrupts. `attr`: further attributes.
    """

    text: str
    id: str = "p"
    teile: Mapping[str, str] = field(default_factory=dict)
    timer: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    rand: Mapping[str, tuple[str, str, str, bool]] = field(default_factory=dict)
    ruft: Mapping[str, str] = field(default_factory=dict)
    zusatz: Mapping[str, str] = field(default_factory=dict)
    attr: Mapping[str, str] = field(default_factory=dict)

    def xml(self) -> bytes:
        """A file with this process."""
        return (
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
            'xmlns:hf="urn:hilfefluss:ausfuehrbar" targetNamespace="t">'
            f'<process id="{self.id}" isExecutable="true">{self._ebene(self.text)}</process></definitions>'
        ).encode()

    def _ebene(self, text: str) -> str:
        knoten: dict[str, str] = {}
        fluesse, standard = [], {}
        for zeile in filter(None, (z.strip() for z in text.splitlines())):
            teile = _PFEIL.split(zeile)
            knoten.update(dict.fromkeys(teile[::3], ""))
            for von, bedingung, stern, nach in zip(teile[::3], teile[1::3], teile[2::3], teile[3::3], strict=False):
                id_ = f"f{len(fluesse)}_{von}_{nach}"
                if stern:
                    standard[von] = id_
                inhalt = f"<conditionExpression>{escape(bedingung)}</conditionExpression>" if bedingung else ""
                fluesse.append(f'<sequenceFlow id="{id_}" sourceRef="{von}" targetRef="{nach}">{inhalt}</sequenceFlow>')
        return "".join([*(self._knoten(id_, standard.get(id_, "")) for id_ in knoten), *fluesse])

    def _knoten(self, id_: str, standard: str) -> str:
        attribute, inhalt = f'id="{id_}" {self.attr.get(id_, "")}', self.zusatz.get(id_, "")
        if standard:
            attribute += f' default="{standard}"'
        if id_ in self.ruft:
            attribute += f' calledElement="{self.ruft[id_]}"'
        if id_ in self.teile:
            inhalt += self._ebene(self.teile[id_])
        art = _art(id_)
        if id_.startswith("etp"):
            attribute += ' triggeredByEvent="true"'
        if id_ in self.timer:
            kind, text, *unterbricht = self.timer[id_]
            if art in ("receiveTask", "sendTask"):
                attribute += _nachricht(text)
            else:
                inhalt += _definition(kind, text)
            if unterbricht:
                attribute += f' isInterrupting="{str(unterbricht[0]).lower()}"'
        if id_.startswith("stopp"):
            inhalt += "<terminateEventDefinition/>"
        if id_ in self.rand:
            traeger, feld, text, unterbricht_ = self.rand[id_]
            art = "boundaryEvent"
            attribute += f' attachedToRef="{traeger}" cancelActivity="{str(unterbricht_).lower()}"'
            inhalt += _definition(feld, text)
        return f"<{art} {attribute}>{inhalt}</{art}>"


def _definition(art: str, text: str) -> str:
    match art:
        case "nachricht":
            return f"<messageEventDefinition{_nachricht(text)}/>"
        case "signal":
            return f"<signalEventDefinition{_nachricht(text)}/>"
        case "bedingung":
            return f"<conditionalEventDefinition><condition>{escape(text)}</condition></conditionalEventDefinition>"
        case "fehler" | "eskalation" | "abbruch":
            name = {"fehler": "error", "eskalation": "escalation", "abbruch": "cancel"}[art]
            return f"<{name}EventDefinition" + (f' hf:code="{text}"' if text else "") + "/>"
    return f"<timerEventDefinition><{art}>{escape(text)}</{art}></timerEventDefinition>"


def _nachricht(text: str) -> str:
    name, _, schluessel = text.partition(" = ")
    zusatz = f" hf:schluessel={quoteattr(schluessel)}" if schluessel else ""
    return f" hf:name={quoteattr(name)}{zusatz}"


class Spiel:
    """One Vorgang: every step loads the stored state of the last one."""

    def __init__(
        self, modell: spiff.Modell, funktionen: Mapping[str, Callable[..., Any]], stand: spiff.Ergebnis | None = None
    ) -> None:
        self.modell = modell
        self.umgebung = spiff.Umgebung(funktionen)
        self.stand: Any = stand

    def beginne(self, variablen: dict[str, Any], start_element: str | None = None) -> Spiel:
        self.stand = spiff.start(self.modell, variablen, umgebung=self.umgebung, now=JETZT, start_element=start_element)
        return self

    def _schritt(self, was: Callable[..., Any], token: str, *rest: Any, now: datetime = JETZT, **weitere: Any) -> Spiel:
        stand = self.stand
        self.stand = was(
            self.modell, stand.zustand, stand.variablen, token, *rest, umgebung=self.umgebung, now=now, **weitere
        )
        return self

    @property
    def bereit(self) -> list[str]:
        return sorted(b.element for b in self.stand.bereit)

    @property
    def passiert(self) -> list[str]:
        return [p.element for p in self.stand.passiert]

    @property
    def faellig(self) -> dict[str, datetime]:
        return {w.element: w.faellig_am for w in self.stand.wartend if w.faellig_am}

    def token(self, element: str) -> str:
        return next(b.token for b in self.stand.bereit if b.element == element)

    def erledige(self, *elemente: str, now: datetime = JETZT, **eingaben: Any) -> Spiel:
        """Complete one task after the other; the form values come with each."""
        for element in elemente:
            self._schritt(spiff.complete, self.token(element), now=now, eingaben=eingaben)
        return self

    @property
    def wartet(self) -> list[tuple[str, str]]:
        """Element and name of all that waits for more than an instant or a condition."""
        return sorted((w.element, w.name) for w in self.stand.wartend if w.name)

    @property
    def geworfen(self) -> list[tuple[str, str | None]]:
        return [(g.name, g.schluessel) for g in self.stand.geworfen]

    def wartepunkt(self, element: str) -> spiff.Wartend:
        return next(w for w in self.stand.wartend if w.element == element)

    def loese_aus(self, *elemente: str, now: datetime = JETZT, **eingaben: Any) -> Spiel:
        """The message or signal arrives."""
        for element in elemente:
            self._schritt(spiff.trigger, self.wartepunkt(element).token, now=now, eingaben=eingaben)
        return self

    def melde(self, element: str, /, **ergebnis: Any) -> Spiel:
        """The service is done."""
        return self._schritt(spiff.complete_dienst, self.wartepunkt(element).token, ergebnis=ergebnis)

    def melde_fehler(self, element: str, code: str, **eingaben: Any) -> Spiel:
        return self._schritt(spiff.throw_error, self.wartepunkt(element).token, code, eingaben=eingaben)

    def verschiebe(self, element: str, auf: datetime, now: datetime = JETZT) -> Spiel:
        return self._schritt(spiff.move_timer, self.wartepunkt(element).token, auf, now=now)

    def warte(self, bis: datetime, nur: str | None = None) -> Spiel:
        """Let the timers that are due by then fire, or only the one at an element."""
        token = None if nur is None else self.wartepunkt(nur).token
        self.stand = spiff.fire_timers(
            self.modell, self.stand.zustand, self.stand.variablen, umgebung=self.umgebung, now=bis, token=token
        )
        return self

    def gib_zurueck(self, element: str, ziel: str, now: datetime = JETZT) -> Spiel:
        return self._schritt(spiff.move_back, self.token(element), ziel, now=now)


def lade(*zeichnungen: Zeichnung | bytes, prozess: str = "p", aufrufe: Mapping[str, str] | None = None) -> spiff.Modell:
    """The model of one or more files, the first being its own."""
    xml = tuple(z if isinstance(z, bytes) else z.xml() for z in zeichnungen)
    return spiff.lade_modell(spiff.Quelle(f"test-{next(_NR)}", prozess, xml, aufrufe or {}))


@pytest.fixture(scope="session")
def zeichne() -> type[Zeichnung]:
    return Zeichnung


@pytest.fixture(name="lade", scope="session")
def _lade() -> Callable[..., spiff.Modell]:
    return lade


@pytest.fixture(scope="session")
def spiele() -> Callable[..., Spiel]:
    """Start a Vorgang: ``spiele("start -> a -> ende", rand=…, variablen=…, funktionen=…)`` or with a model."""

    def start(
        was: str | spiff.Modell,
        *,
        variablen: dict[str, Any] | None = None,
        funktionen: Mapping[str, Callable[..., Any]] | None = None,
        start_element: str | None = None,
        **zeichnung: Any,
    ) -> Spiel:
        modell = lade(Zeichnung(was, **zeichnung)) if isinstance(was, str) else was
        return Spiel(modell, funktionen or {}).beginne(variablen or {}, start_element)

    return start


@pytest.fixture(scope="session")
def setze_fort() -> Callable[..., Spiel]:
    """Go on with a stored state: nothing has happened yet."""

    def fortsetzen(modell: spiff.Modell, zustand: bytes, variablen: dict[str, Any]) -> Spiel:
        spiel = Spiel(modell, {})
        spiel.stand = spiff.fire_timers(modell, zustand, variablen, umgebung=spiel.umgebung, now=VORHER)
        return spiel

    return fortsetzen
