"""What one step of the process engine returns: plain data, no SpiffWorkflow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from engine.dmn import Entscheid

#: process variables: steering data (S0) only, JSON values
Variablen = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Quelle:
    """What a published Prozessversion gives the engine to execute."""

    #: key of the cache; a new key for every content (version id and hash)
    schluessel: str
    prozess_id: str
    #: executable copies (`Pruefergebnis.ausfuehrbar`): its own first, then those of called processes
    xml: tuple[bytes, ...]
    #: calledElement -> process id to call, when they differ (pinned at publication)
    aufrufe: Mapping[str, str] = field(default_factory=dict)


class Entscheider(Protocol):
    """Makes a decision that a process names; raises `engine.errors.EngineError` when it cannot be made."""

    def __call__(
        self, prozess_id: str, entscheidung: str, variablen: Mapping[str, Any], *, ergebnis: str, now: datetime
    ) -> Entscheid:
        """`ergebnis`: the variable for the whole result; empty: one variable for each output."""


@dataclass(frozen=True, slots=True)
class Umgebung:
    """What a model may use besides the variables: named pure functions such as ``frist_at``, and decisions."""

    funktionen: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    #: None: nobody decides, a business rule task is a fault
    entscheide: Entscheider | None = None


class Bereit(NamedTuple):
    """A token that waits for a person; a tuple, because there may be a thousand at every step."""

    token: str  # id of the engine's task, 32 hex digits; stable while it waits
    element: str  # id of the element in the drawing
    prozess_id: str  # process in which the element lies (a called process has its own)


class WarteArt(StrEnum):
    """What a token waits for."""

    TIMER = "timer"
    NACHRICHT = "nachricht"
    SIGNAL = "signal"
    BEDINGUNG = "bedingung"
    #: a registered service of this installation works
    DIENST = "dienst"
    #: somebody outside fetches the work by its topic
    THEMA = "thema"


@dataclass(frozen=True, slots=True)
class Wartend:
    """A token that waits for an event or for a service.

    One that a person may confirm (a message or signal on the way of the Vorgang) is in `Ergebnis.bereit` too.
    """

    token: str
    #: of an event sub-process: its start event
    element: str
    prozess_id: str
    art: WarteArt
    #: due instant (aware UTC) of a timer
    faellig_am: datetime | None = None
    #: True for a boundary event and an event sub-process: it does not hold the Vorgang up
    angeheftet: bool = False
    #: of the message, signal, service or topic
    name: str = ""
    #: correlation key of a message as the model computes it; None: that of the Vorgang
    schluessel: str | None = None
    #: what a service gets, computed when its turn came
    eingaben: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Geworfen:
    """A message or signal that this step sent. Tokens of the same Vorgang have received a signal already."""

    art: WarteArt  # NACHRICHT or SIGNAL
    name: str
    schluessel: str | None
    element: str
    prozess_id: str


@dataclass(frozen=True, slots=True)
class Startstelle:
    """A start event of the process itself."""

    element: str
    art: str  # "" (a person), nachricht, signal, zeit, bedingung
    #: of the message or signal
    name: str = ""


@dataclass(frozen=True, slots=True)
class Passiert:
    """An element that finished in this step, in order."""

    element: str
    prozess_id: str
    bpmn_typ: str  # startEvent, endEvent, userTask, boundaryEvent, exclusiveGateway, callActivity, …
    #: of a business rule task: how it was decided (`Entscheid.protokoll`)
    entscheid: Mapping[str, Any] | None = None
    #: what set an event off or was thrown: timer, nachricht, signal, bedingung, fehler, eskalation, abbruch, or nothing
    ausloeser: str = ""


@dataclass(frozen=True, slots=True)
class Ergebnis:
    """The state of a Vorgang after one step, complete: nothing else has to be remembered."""

    zustand: bytes
    variablen: Variablen
    bereit: tuple[Bereit, ...]  # all, not only new ones
    wartend: tuple[Wartend, ...]  # all
    passiert: tuple[Passiert, ...]  # of this step only
    beendet: bool
    #: id of the end event that ended the Vorgang; None while it runs or for an implicit end
    ende: str | None = None
    #: messages and signals of this step, in order
    geworfen: tuple[Geworfen, ...] = ()
    #: tokens whose timer, message, signal, condition or service came in this step; listeners may go on waiting
    ausgeloest: frozenset[str] = frozenset()
