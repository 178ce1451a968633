"""What a process says about its steps besides their times: value class, Standardzeit, approval, form, statutory.

Owns `Angabe` and its defaults; whoever has the drawing or a prozess.toml fills it. Nothing here is measured, and
nothing is known about people. A step without an Angabe has no Standardzeit and no value class, and is not statutory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Wertklasse(StrEnum):
    """Value class from the view of the young person and the family (Fachkonzept § 5.1)."""

    WERTSCHOEPFEND = "V"
    UNTERSTUETZEND = "U"
    NICHT_WERTSCHOEPFEND = "N"


@dataclass(frozen=True, slots=True)
class Angabe:
    """One step."""

    va: Wertklasse | None = None
    #: share of its processing that adds value, 0–1; None: all of a V step, nothing of the others
    wertanteil: float | None = None
    #: Standardzeit in person minutes: agreed or estimated, never measured
    pt_min: float | None = None
    #: statutory protection step: never waste
    gesetzlich: bool = False
    #: somebody approves or signs what others did
    freigabe: bool = False
    #: its form asks for these fields
    felder: frozenset[str] = frozenset()
    #: paper, another system, typing again
    medienbruch: bool = False
    #: only watches a deadline: it is no part of what is measured
    ueberwachung: bool = False

    @property
    def wertschoepfend(self) -> float:
        """Share of its processing that adds value."""
        if self.wertanteil is not None:
            return self.wertanteil
        return 1.0 if self.va is Wertklasse.WERTSCHOEPFEND else 0.0


Angaben = Mapping[str, Angabe]


@dataclass(frozen=True, slots=True)
class Knoten:
    """One node of the drawing, as far as a comparison with what happened needs it."""

    knoten: str
    name: str
    #: as in `engine.bpmn`: start, aufgabe, eingang, entscheidung, zusammenfuehrung, timer, aufruf, …
    art: str
    #: ids of the nodes that its drawn exits lead to
    ziele: tuple[str, ...] = ()
    #: id of the sub-process it lies in
    eltern: str | None = None
    #: BPMN element, e.g. parallelGateway
    typ: str = ""


@dataclass(frozen=True, slots=True)
class Modell:
    """One version of a process: its drawing in reading order, and what was set up for its steps."""

    knoten: tuple[Knoten, ...] = ()
    angaben: Angaben = field(default_factory=dict)
    #: what is measured begins at the Eingang, and ends with the whole
    ab_eingang: bool = True
    bis_schluss: bool = True
    #: figure of the concept (K05, K06) → step, and the steps that have to follow it
    nachweise: Mapping[str, tuple[str, Sequence[str]]] = field(default_factory=dict)
    #: number of the version; None where there is none
    nummer: int | None = None


#: of a step nobody said anything about
OHNE_ANGABE = Angabe()

#: names of steps that approve, where nobody marked them: „Kostenzusage freigeben“, „Zweitunterschrift“
_FREIGABE = re.compile(r"freigeben|freigabe|freizeichn|mitzeichn|unterschr|gegenzeichn|genehmig", re.IGNORECASE)
#: names of steps that bring people together: „Fallkonferenz durchführen“, „Fachteam“
_GREMIUM = re.compile(r"konferenz|fachteam|teamsitzung|gremium|sitzung", re.IGNORECASE)
#: names of steps that put down what was agreed
_PROTOKOLL = re.compile(r"protokoll|niederschrift|ergebnis.{0,20}(festhalten|dokumentieren)", re.IGNORECASE)
#: waiting that the family needs and has a right to: „Bedenkzeit“, „Wunsch- und Wahlrecht“, „Anhörung“
_GEWOLLT = re.compile(
    r"bedenkzeit|anhörung|anhoerung|beteiligung|wunsch- und wahlrecht|widerspruchsfrist", re.IGNORECASE
)


def is_freigabe(name: str) -> bool:
    """Whether a step of this name approves what others did."""
    return bool(_FREIGABE.search(name))


def is_gremium(name: str) -> bool:
    """Whether a step of this name brings people together."""
    return bool(_GREMIUM.search(name))


def is_protokoll(name: str) -> bool:
    """Whether a step of this name puts down what was agreed."""
    return bool(_PROTOKOLL.search(name))


def is_gewollt(name: str) -> bool:
    """Whether waiting at a step of this name protects or involves people; such waiting is never waste."""
    return bool(_GEWOLLT.search(name))


def complete_angaben(angaben: Angaben, namen: Mapping[str, str]) -> dict[str, Angabe]:
    """An Angabe for every node; approvals that nobody marked are recognised by their names."""
    fertig: dict[str, Angabe] = {}
    for knoten, name in namen.items():
        vorhanden = angaben.get(knoten)
        fertig[knoten] = vorhanden if vorhanden is not None else Angabe(freigabe=is_freigabe(name))
    return fertig
