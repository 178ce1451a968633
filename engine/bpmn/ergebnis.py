"""What a check of a drawing returns: findings, and for each process an executable copy with its list of steps.

Pure data, stored as JSON with a Prozessversion; nothing here reads XML.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Stufe(StrEnum):
    """How much a finding matters: with a Fehler nothing can be published, with the others it can.

    Nearly every Fehler also refuses the file; one at an `ABLAUFFEHLER` leaves a draft that can be mended.
    """

    FEHLER = "fehler"
    WARNUNG = "warnung"
    HINWEIS = "hinweis"


#: findings of level Fehler with which a drawing still runs as drawn: it stops where it is drawn to stop
ABLAUFFEHLER = frozenset({"zusammenfuehrung_wartet_immer"})
#: findings that say where a Vorgang may stop or go on for ever
ABLAUFBEFUNDE = ABLAUFFEHLER | {"zusammenfuehrung_wartet", "kein_weg_zum_ende"}


class Status(StrEnum):
    """The answer to "does it run?" for a whole file."""

    LAUFFAEHIG = "lauffaehig"
    LEER = "leer"
    ABGELEHNT = "abgelehnt"


@dataclass(frozen=True, slots=True)
class Befund:
    """One finding at one element of the drawing."""

    stufe: Stufe
    #: code of the rule that found it, e.g. ``entscheidung_ohne_bedingung``
    art: str
    #: what happens, one German sentence
    text: str
    #: what the process manager can do, one German sentence
    abhilfe: str
    #: 1-based line in the original file
    zeile: int | None = None
    #: id of the element in the drawing
    element: str | None = None
    #: label of the element in the drawing
    name: str | None = None


class SchrittArt(StrEnum):
    """What a flow node is for the people who work with it."""

    START = "start"
    AUFGABE = "aufgabe"  # a person completes it
    EINGANG = "eingang"  # a person confirms that something from outside has arrived (message); waiting is external
    ENTSCHEIDUNG = "entscheidung"  # gateway with several exits
    ZUSAMMENFUEHRUNG = "zusammenfuehrung"  # gateway that only joins, or a parallel split
    TIMER = "timer"  # waits for an instant
    AUFRUF = "aufruf"  # call activity
    TEILPROZESS = "teilprozess"
    AUTOMATIK = "automatik"  # runs without a person
    EREIGNIS = "ereignis"  # happens or not while something else runs: at the border of a step, a condition
    ENDE = "ende"


#: steps that become Aufgaben
MENSCHLICH = frozenset({SchrittArt.AUFGABE, SchrittArt.EINGANG})


@dataclass(frozen=True, slots=True)
class Ausgang:
    """One drawn exit of a step."""

    fluss: str  # id of the sequence flow
    ziel: str  # id of the target element
    name: str = ""  # label of the flow


@dataclass(frozen=True, slots=True)
class Schritt:
    """One node of the drawing, in reading order: the text twin of the diagram."""

    element: str
    name: str
    art: SchrittArt
    bpmn_typ: str
    lane: str | None = None
    eltern: str | None = None  # id of the sub-process it lies in
    ausgaenge: tuple[Ausgang, ...] = ()
    #: gateways whose drawn exit the person chooses when completing this step: {gateway id: mehrere?}
    entscheidet: dict[str, bool] = field(default_factory=dict)
    #: elements to which this step may be sent back without disturbing parallel branches, nearest first
    rueckgabe_ziele: tuple[str, ...] = ()
    dokumentation: str = ""
    #: an ad-hoc sub-process that a person closes: the Aufgabe for it bears the id of this element
    wird_geschlossen: bool = False
    #: lies in an ad-hoc sub-process and runs by itself: a person starts it, with an Aufgabe at this element
    wird_angeboten: bool = False

    @property
    def hat_aufgaben(self) -> bool:
        """Whether people get Aufgaben at this element."""
        return self.art in MENSCHLICH or self.wird_geschlossen or self.wird_angeboten


class Startart(StrEnum):
    """What starts a Vorgang besides a person."""

    PERSON = ""
    NACHRICHT = "nachricht"
    SIGNAL = "signal"
    ZEIT = "zeit"


@dataclass(frozen=True, slots=True)
class Startereignis:
    """One place where a Vorgang can begin; a person can begin at each of them."""

    element: str
    name: str
    art: Startart = Startart.PERSON
    #: name of the message or signal
    nachricht: str = ""
    #: timeDate, timeDuration or timeCycle, and its text
    zeitfeld: str = ""
    zeittext: str = ""


@dataclass(frozen=True, slots=True)
class GeprueftesModell:
    """One process of a file that can run."""

    prozess_id: str
    name: str
    schritte: tuple[Schritt, ...]
    lanes: tuple[str, ...]
    #: ids of processes that call activities name
    aufrufe: tuple[str, ...] = ()
    #: where it can begin, in reading order
    starts: tuple[Startereignis, ...] = ()


@dataclass(frozen=True, slots=True)
class Pruefergebnis:
    """Everything one check says about one file."""

    datei: str
    status: Status
    befunde: tuple[Befund, ...]
    modelle: tuple[GeprueftesModell, ...] = ()
    #: normalised copy that `engine.spiff` executes; node ids are those of the drawing. Empty unless lauffaehig.
    ausfuehrbar: bytes = b""

    def to_json(self) -> dict[str, Any]:
        """The object that ``hilfefluss modell pruefen --json`` prints for one file."""
        return {
            "datei": self.datei,
            "status": self.status.value,
            "prozesse": [{"id": m.prozess_id, "name": m.name, "schritte": len(m.schritte)} for m in self.modelle],
            "befunde": [asdict(b) | {"stufe": b.stufe.value} for b in self.befunde],
        }


def schritt_to_json(schritt: Schritt) -> dict[str, Any]:
    """Plain JSON for the database; `schritt_from_json` is its inverse."""
    return asdict(schritt) | {"art": schritt.art.value}


def schritt_from_json(daten: dict[str, Any]) -> Schritt:
    """Inverse of `schritt_to_json`."""
    return Schritt(
        **{
            **daten,
            "art": SchrittArt(daten["art"]),
            "ausgaenge": tuple(Ausgang(**a) for a in daten["ausgaenge"]),
            "rueckgabe_ziele": tuple(daten["rueckgabe_ziele"]),
        }
    )
