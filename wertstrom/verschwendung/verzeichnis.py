"""What a waste rule takes and gives, and the register of the rules W01–W12.

Owns the types, the thresholds and REGELN. A rule says how sure it is; it never names a Fall or a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from wertstrom import kennzahlen
from wertstrom.kennzahlen import Auswahl, Schritt, Serienregel
from wertstrom.modell import Angabe, Angaben, complete_angaben, is_gewollt, is_gremium, is_protokoll
from wertstrom.speicher import Speicher, Zeile


class Sicherheit(StrEnum):
    """How sure a rule can be that what it found is waste."""

    HOCH = "hoch"
    MITTEL = "mittel"
    NIEDRIG = "niedrig"


class Herkunft(StrEnum):
    """Where a finding comes from."""

    EREIGNISSE = "gemessen"
    MODELL = "Modell"
    WORKSHOP = "Workshop"


@dataclass(frozen=True, slots=True)
class Parameter:
    """Thresholds of the rules, in AT where they are times."""

    #: waiting up to this long is the ordinary course of things
    warten_at: float = 0.5
    serien: Serienregel = field(default_factory=Serienregel)
    #: role changes that the process needs; None: the median of its Faelle
    uebergaben_mindestens: int | None = None
    #: approvals that a Fall needs
    freigaben_hoechstens: int = 1
    #: minutes to find one's way again after a change of medium: an estimate
    ruestzeit_min: float = 5.0


@dataclass(frozen=True, slots=True)
class Fund:
    """One kind of waste at one step, over all abgeschlossene Faelle."""

    code: str
    knoten: str
    name: str
    laeufe: int
    faelle: int
    #: Σ AT over these Faelle; None where no time can be told
    summe_at: float | None
    #: share of the Durchlaufzeit of all Faelle
    anteil: float | None
    sicherheit: Sicherheit
    herkunft: Herkunft = Herkunft.EREIGNISSE
    #: its time is also part of another finding, so sums over findings would count it twice
    ueberschneidet: bool = False
    #: the step itself is prescribed by law and stays; only what happens before it can change
    gesetzlich: bool = False
    text: str = ""
    #: what a workshop wrote about the same waste at this step (Kaizen-Blitz)
    blitze: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marke:
    """A Kaizen-Blitz: somebody marked a step in a workshop."""

    code: str
    knoten: str
    text: str = ""
    #: of the step in the drawing; it may never have been run
    name: str = ""


@dataclass(frozen=True, slots=True)
class Regel:
    """One rule of the register."""

    code: str
    titel: str
    art: str
    sicherheit: Sicherheit
    #: how it decides, for the help page
    erklaerung: str
    #: W12 is legitimate and counted apart
    ist_verschwendung: bool
    funktion: Callable[[Lage], list[Fund]]


REGELN: dict[str, Regel] = {}


def regel(
    code: str, titel: str, art: str, sicherheit: Sicherheit, erklaerung: str, *, ist_verschwendung: bool = True
) -> Callable[[Callable[[Lage], list[Fund]]], Callable[[Lage], list[Fund]]]:
    """Enter a rule into the register under its code."""

    def register(funktion: Callable[[Lage], list[Fund]]) -> Callable[[Lage], list[Fund]]:
        REGELN[code] = Regel(code, titel, art, sicherheit, erklaerung, ist_verschwendung, funktion)
        return funktion

    return register


class Lage:
    """Everything a rule may look at: the store, the selection, the thresholds, and what is known of the steps."""

    def __init__(
        self, speicher: Speicher, auswahl: Auswahl, angaben: Angaben | None = None, parameter: Parameter | None = None
    ) -> None:
        self.speicher, self.auswahl = speicher, auswahl
        self.parameter = parameter or Parameter()
        self.schritte: dict[str, Schritt] = {s.knoten: s for s in kennzahlen.schritte(speicher, auswahl)}
        self.angaben: Mapping[str, Angabe] = complete_angaben(
            angaben or {}, {knoten: s.name for knoten, s in self.schritte.items()}
        )

    @cached_property
    def gewollt(self) -> tuple[str, ...]:
        """Steps whose waiting is wanted: Bedenkzeit, Beteiligung, Anhörung."""
        return self._named(is_gewollt)

    @cached_property
    def gremien(self) -> tuple[str, ...]:
        """Steps that bring people together."""
        return self._named(is_gremium)

    @cached_property
    def protokolle(self) -> tuple[str, ...]:
        """Steps that put down what was agreed."""
        return self._named(is_protokoll)

    @cached_property
    def freigaben(self) -> tuple[str, ...]:
        """Steps that approve what others did."""
        return tuple(k for k, angabe in self.angaben.items() if angabe.freigabe)

    @cached_property
    def gesetzlich(self) -> tuple[str, ...]:
        """Steps that the law prescribes."""
        return tuple(k for k, angabe in self.angaben.items() if angabe.gesetzlich)

    @cached_property
    def durchlaufzeit_at(self) -> float:
        """Σ Durchlaufzeit of all abgeschlossene Faelle, in AT."""
        zeit = kennzahlen.durchlaufzeit(self.speicher, self.auswahl)
        return zeit.n * (zeit.at.mittel or 0.0)

    @cached_property
    def verlorene_zeit(self) -> list[Zeile]:
        """Time on the critical path that is not work of the first pass, each under exactly one code."""
        at_us, serien = self.speicher.uhr.at_us, self.parameter.serien
        return self.query(
            "verlorene_zeit",
            luecke_us=round(serien.luecke_at * at_us),
            ruhe_us=round(serien.ruhe_at * at_us),
            schwelle_us=round(self.parameter.warten_at * at_us),
            gewollt=self.gewollt,
            gesetzlich=self.gesetzlich,
            freigaben=self.freigaben,
            gremien=self.gremien,
        )

    def query(self, name: str, **werte: object) -> list[Zeile]:
        """A named query about the selection."""
        return self.speicher.query(name, **werte, **self.auswahl.werte())

    def funde(self, code: str, zeilen: list[Zeile], **mehr: Any) -> list[Fund]:
        """Findings of one rule from rows with knoten, laeufe, faelle and us."""
        return [self.fund(code, z["knoten"], z["laeufe"], z["faelle"], z["us"], **mehr) for z in zeilen]

    def fund(self, code: str, knoten: str, laeufe: int, faelle: int, us: float | None, **mehr: Any) -> Fund:
        """One finding; `us` None where no time can be told."""
        summe = None if us is None else us / self.speicher.uhr.at_us
        anteil = summe / self.durchlaufzeit_at if summe is not None and self.durchlaufzeit_at else None
        angaben: dict[str, Any] = {"sicherheit": REGELN[code].sicherheit} | mehr
        ist_gesetzlich = knoten in self.gesetzlich
        name = self.schritte[knoten].name if knoten in self.schritte else knoten
        return Fund(code, knoten, name, laeufe, faelle, summe, anteil, gesetzlich=ist_gesetzlich, **angaben)

    def _named(self, frage: Callable[[str], bool]) -> tuple[str, ...]:
        return tuple(knoten for knoten, s in self.schritte.items() if frage(s.name))
