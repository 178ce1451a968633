"""Nodes at which a token waits for an event, and boundary events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from engine.spiff.ereignisse import uhr
from engine.spiff.ereignisse.definition import Definition
from engine.spiff.ergebnis import WarteArt
from engine.spiff.knoten import Knoten
from engine.spiff.marke import FERTIG, WARTET, Marke

_BESTAETIGBAR = (WarteArt.NACHRICHT, WarteArt.SIGNAL)


class Wartestelle(Knoten):
    """A node at which a token waits until something happens."""

    #: a token here does not hold the Vorgang up
    angeheftet = False

    def __init__(self, *args: Any, definition: Definition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition

    def is_offen(self, marke: Marke) -> bool:
        """A person may say that a message or signal has arrived."""
        return not self.angeheftet and self.definition.art in _BESTAETIGBAR and marke._state == WARTET

    def faellig_am(self, marke: Marke) -> datetime | None:
        return uhr.faellig_am(marke.internal_data)

    def ausloese(self, marke: Marke) -> None:
        """The event has happened."""
        marke.workflow.lauf.ausgeloest.add(marke.id)
        self._geh_weiter(marke)

    def _geh_weiter(self, marke: Marke) -> None:
        marke._ready()

    def pruefe(self, marke: Marke) -> None:
        if marke._state != WARTET:
            raise ValueError("token does not wait")
        self.definition.pruefe(marke.internal_data)

    def _update_hook(self, my_task: Marke) -> bool:
        my_task.internal_data.update(self.definition.stelle(my_task))
        my_task._set_state(WARTET)
        if self.definition.art is WarteArt.TIMER:
            my_task.workflow.lauf.neue_timer.append(my_task)
        return False


class Fangereignis(Wartestelle, defaults.IntermediateCatchEvent):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An intermediate event; of a cycle it waits for the first repetition."""

    bpmn_typ = "intermediateCatchEvent"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, event_definition=NoneEventDefinition(), **kwargs)


class Empfangsaufgabe(Wartestelle, defaults.ReceiveTask):  # type: ignore[misc]
    """A receive task."""

    bpmn_typ = "receiveTask"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, event_definition=NoneEventDefinition(), **kwargs)


class Randereignis(Wartestelle, defaults.BoundaryEvent):  # type: ignore[misc]
    """An event at the border of an activity; interrupting ones (`cancel_activity`) end it.

    Timers, messages, signals and conditions have a token that waits beside the activity; errors, escalations and
    cancellations need none, they come out of the activity itself.
    """

    bpmn_typ = "boundaryEvent"
    angeheftet = True

    def __init__(self, *args: Any, traeger: str, **kwargs: Any) -> None:
        super().__init__(*args, event_definition=NoneEventDefinition(), **kwargs)
        #: id of the activity
        self.traeger = traeger

    def _geh_weiter(self, marke: Marke) -> None:
        rest = None if self.cancel_activity else self.definition.weiter(marke)
        if rest is not None:
            marke.internal_data.update(rest)
            self._sende_erinnerung(marke)
            return
        if self.cancel_activity:
            for geschwister in marke.eltern.kinder if marke.eltern else ():
                if geschwister is not marke:
                    geschwister.cancel()
        super()._geh_weiter(marke)

    def fange(self, traeger: Marke) -> None:
        """What was thrown inside of the activity at `traeger` arrives here."""
        ebene, gruppe = traeger.workflow, traeger.eltern
        if self.cancel_activity:
            traeger.cancel()
            if gruppe is not None:
                gruppe.task_spec.kind_fertig(gruppe, traeger)
        ebene.task_tree._add_child(self)._ready()

    def _sende_erinnerung(self, marke: Marke) -> None:
        """A token to each exit, while this one goes on waiting."""
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
        if marke._state != FERTIG or not marke.workflow.hat_kinder(marke):
            raise ValueError("opener without activity")
