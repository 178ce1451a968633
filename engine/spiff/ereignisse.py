"""Timers and boundary events. A due instant is computed once, when the waiting begins, and stored as aware UTC.

SpiffWorkflow reads the clock of the machine, evaluates timers as Python and gives two timers at one gateway one
due instant (SpiffWorkflow faults 16, 18); here the instant of the command decides, and every timer token has its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine import feel
from engine.spiff import budget, zeit
from engine.spiff.knoten import Knoten
from engine.spiff.lauf import fehler_bei
from engine.spiff.marke import FERTIG, WARTET, Marke

#: keys in a timer token's `internal_data`: due instant (ISO, UTC); of a cycle also what is left of it
FAELLIG, TAKT = "faellig", "takt"


class Uhrart(StrEnum):
    """The three ways BPMN writes a timer."""

    DATUM = "timeDate"
    DAUER = "timeDuration"
    TAKT = "timeCycle"


@dataclass(frozen=True, slots=True)
class Uhr:
    """The text of a timer: an ISO literal as drawn, or a compiled expression."""

    art: Uhrart
    text: str
    ausdruck: feel.Ausdruck | None

    def stelle(self, marke: Marke) -> dict[str, Any]:
        """What a token that begins to wait now has to remember; raises `Ausfuehrungsfehler`."""
        now = marke.workflow.lauf.now
        wert: object = self.text if self.ausdruck is None else marke.workflow.lauf.werte_aus(marke, self.ausdruck)
        if not isinstance(wert, date | timedelta):
            wert = feel.to_json(wert)  # months have no type in Python
        try:
            if isinstance(wert, str) and wert.strip().startswith("R"):
                return _merke(zeit.parse_takt(wert, now).ueberspringe(now, behalten=0))
            return {FAELLIG: zeit.as_instant(wert, now).isoformat()}
        except zeit.Zeitfehler as grund:
            raise fehler_bei(marke, f"Die Zeitangabe „{self.text[:80]}“ {grund}") from grund


class Uhrwerk(TimerEventDefinition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """SpiffWorkflow's name for a timer, with our clockwork; it never fires by itself."""

    def __init__(self, uhr: Uhr) -> None:
        super().__init__(uhr.art.value, uhr.text)
        self.uhr = uhr

    def has_fired(self, _marke: Marke) -> bool:
        return False


class _Wartend(Knoten):
    """A node at which a token waits for an instant."""

    def faellig_am(self, marke: Marke) -> datetime | None:
        wert = marke.internal_data.get(FAELLIG)
        return None if wert is None else zeit.parse_utc(wert)

    def _update_hook(self, my_task: Marke) -> bool:
        my_task._inherit_data()
        my_task.internal_data.update(self.event_definition.uhr.stelle(my_task))
        my_task._set_state(WARTET)
        my_task.workflow.lauf.neue_timer.append(my_task)
        return False

    def pruefe(self, marke: Marke) -> None:
        if marke._state != WARTET or self.faellig_am(marke) is None:
            raise ValueError("timer without due instant")
        _takt(marke)

    def feuere(self, marke: Marke) -> None:
        """The instant has come."""
        marke._ready()


class Zeitereignis(_Wartend, defaults.IntermediateCatchEvent):  # type: ignore[misc]
    """An intermediate timer; of a cycle it waits for the first repetition."""

    bpmn_typ = "intermediateCatchEvent"


class Randereignis(_Wartend, defaults.BoundaryEvent):  # type: ignore[misc]
    """A timer at the border of an activity; interrupting ones (`cancel_activity`) end it."""

    bpmn_typ = "boundaryEvent"

    def feuere(self, marke: Marke) -> None:
        takt = None if self.cancel_activity else _takt(marke)
        rest = takt.ueberspringe(marke.workflow.lauf.now, budget.MAX_NACHHOLEN).weiter() if takt else None
        if rest is None:
            super().feuere(marke)
        else:
            marke.internal_data.update(_merke(rest))
            self._sende_erinnerung(marke)

    def _sende_erinnerung(self, marke: Marke) -> None:
        """One repetition: a token to each exit, while this one goes on waiting."""
        marke.workflow.lauf.protokolliere(marke)
        self.sende(marke, marke.workflow.task_tree)


class Anhaftung(Knoten, BoundaryEventSplit):  # type: ignore[misc]
    """Opens an activity together with its boundary events, and closes what is left when it is over.

    Invisible in the drawing. SpiffWorkflow's counterpart ends reminders that already run; here only what still
    waits is withdrawn.
    """

    is_gruppe = True

    def kind_fertig(self, marke: Marke, kind: Marke) -> None:
        if isinstance(kind.task_spec, Randereignis) and not kind.task_spec.cancel_activity:
            return
        for geschwister in marke.kinder:
            if geschwister is not kind:
                geschwister.cancel()
        eltern = marke.eltern
        if eltern is not None:
            eltern.task_spec.kind_fertig(eltern, marke)

    def pruefe(self, marke: Marke) -> None:
        if marke._state != FERTIG or not marke._children:
            raise ValueError("opener without activity")


def _merke(takt: zeit.Takt) -> dict[str, Any]:
    return {FAELLIG: takt.naechste.isoformat(), TAKT: takt.to_json()}


def _takt(marke: Marke) -> zeit.Takt | None:
    return zeit.takt_from_json(marke.internal_data[TAKT]) if TAKT in marke.internal_data else None
