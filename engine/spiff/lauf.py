"""What one command needs besides the specs: variables, the given instant, budgets, the record of what happened.

Lives for one command and is never stored; the state of the Vorgang itself is in `engine.spiff.ebene`.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import errors, feel
from engine.spiff import budget
from engine.spiff.ergebnis import Geworfen, Passiert, Umgebung, Variablen
from engine.spiff.fehler import Ausfuehrungsfehler, Budgetfehler
from engine.spiff.marke import Marke


@dataclass(slots=True)
class Lauf:
    """One command in progress."""

    variablen: Variablen
    umgebung: Umgebung
    now: datetime
    schritte_frei: int = budget.MAX_SCHRITTE
    #: automatic tokens that are ready to run, oldest first
    automatisch: deque[Marke] = field(default_factory=deque)
    #: timers that began to wait in this command
    neue_timer: list[Marke] = field(default_factory=list)
    passiert: list[Passiert] = field(default_factory=list)
    #: tokens whose event happened; what may happen again goes on waiting
    ausgeloest: set[str] = field(default_factory=set)
    #: messages and signals that were sent
    geworfen: list[Geworfen] = field(default_factory=list)
    #: how tokens of business rule tasks decided, until they finish
    entscheide: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _naechste_nr: int = 0
    _neue_marken: int = 0
    _rechnungen: int = 0

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("now must be aware")

    def zaehle_marke(self) -> int:
        """The number of a new token; raises `Budgetfehler` when one command makes too many."""
        self._naechste_nr += 1
        self._neue_marken += 1
        if self._neue_marken > budget.MAX_NEUE_MARKEN:
            raise Budgetfehler(
                "Der Vorgang wurde angehalten: Es entstehen zu viele gleichzeitige Schritte. "
                "Bitte prüfen Sie Verzweigungen und Mehrfachaufgaben des Modells."
            )
        return self._naechste_nr

    def beginne_mit_nr(self, nr: int) -> None:
        """Tokens of a loaded state keep their numbers and are not new ones."""
        self._naechste_nr, self._neue_marken = nr, 0

    def zaehle_schritt(self, marke: Marke) -> None:
        """Raises `Budgetfehler` for a loop in which no person acts."""
        self.schritte_frei -= 1
        if self.schritte_frei < 0:
            raise Budgetfehler(
                f"Der Vorgang wurde angehalten: Bei {marke.task_spec.anzeige} läuft er ohne Ende weiter. "
                "Bitte prüfen Sie die Schleife im Modell.",
                element=marke.task_spec.bpmn_id,
                prozess_id=marke.workflow.spec.prozess_id,
            )

    def kontext(self, marke: Marke, weitere: Mapping[str, Any] | None = None) -> Variablen:
        """What an expression at a token can read; `weitere` win."""
        bereich = marke.bereich
        if bereich is None and not weitere:
            return self.variablen
        return {**self.variablen, **(bereich.alle() if bereich else {}), **(weitere or {})}

    def schreibe(self, marke: Marke, name: str, wert: Any) -> None:
        """Set a name where it lives as seen from a token."""
        bereich = marke.bereich
        werte = None if bereich is None else bereich.besitzer(name)
        (self.variablen if werte is None else werte)[name] = wert

    def miss_variablen(self) -> None:
        """Raises `Budgetfehler` when so much was written that every later step would carry it."""
        if len(json.dumps(self.variablen, ensure_ascii=False, default=str)) > budget.MAX_VARIABLEN:
            raise Budgetfehler(
                "Der Vorgang wurde angehalten: Seine Angaben zur Steuerung werden zu umfangreich. "
                "Bitte prüfen Sie, was Nachrichten, Dienste und Formulare dort ablegen."
            )

    def zaehle_rechnung(self, marke: Marke) -> None:
        """Decisions and scripts cost more than other automatic steps; raises `Budgetfehler` for too many."""
        self._rechnungen += 1
        if self._rechnungen > budget.MAX_RECHNUNGEN:
            raise Budgetfehler(
                f"Der Vorgang wurde angehalten: Bei {marke.task_spec.anzeige} wird zu oft gerechnet. "
                "Bitte prüfen Sie die Schleife im Modell.",
                element=marke.task_spec.bpmn_id,
                prozess_id=marke.workflow.spec.prozess_id,
            )

    def werte_aus(self, marke: Marke, ausdruck: feel.Ausdruck, weitere: Mapping[str, Any] | None = None) -> object:
        """Evaluate an expression of the model for a token; any failure names the element, never a value."""
        kontext = self.kontext(marke, weitere)
        try:
            return ausdruck.evaluate(kontext, self.umgebung.funktionen, self.now)
        except errors.EngineError as grund:
            raise fehler_bei(marke, f"Ein Ausdruck lässt sich nicht berechnen ({grund.text.rstrip('.')})") from grund

    def protokolliere(self, marke: Marke) -> None:
        """Remember that an element of the drawing finished."""
        spez = marke.task_spec
        if spez.bpmn_id is not None and spez.is_sichtbar(marke):
            self.melde(marke)
        if not spez.is_behandlung:
            marke.workflow.zuletzt = spez

    def melde(self, marke: Marke) -> None:
        """Put an element into the record of this command."""
        spez = marke.task_spec
        self.passiert.append(
            Passiert(
                spez.bpmn_id,
                marke.workflow.spec.prozess_id,
                spez.bpmn_typ,
                self.entscheide.pop(marke.id, None),
                "" if spez.definition is None else spez.definition.ausloeser,
            )
        )


def fehler_bei(marke: Marke, was: str) -> Ausfuehrungsfehler:
    """An error of the run that names its element in words."""
    spez = marke.task_spec
    return Ausfuehrungsfehler(
        f"Der Vorgang kann bei {spez.anzeige} nicht weiterlaufen: {was}. Bitte prüfen Sie dort das Modell.",
        element=spez.bpmn_id,
        prozess_id=marke.workflow.spec.prozess_id,
    )
