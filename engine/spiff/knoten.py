"""Nodes of a process as SpiffWorkflow specs: what all have in common, tasks of people, plain events.

A spec is built once per model and never changed by a run (SpiffWorkflow fault 10). No node predicts what may come
after it: successors are made when the node finishes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec, _BpmnCondition
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from engine import feel
from engine.spiff.lauf import fehler_bei
from engine.spiff.marke import BEREIT, Marke

#: names that no XML id can have
START = "#start"


class Prozessspez(BpmnProcessSpec):  # type: ignore[misc]  # SpiffWorkflow has no types
    """One process or embedded sub-process; `name` is unique in the model, `prozess_id` is that of the drawing."""

    def __init__(self, name: str, prozess_id: str) -> None:
        super().__init__(name=name)
        self.prozess_id = prozess_id
        self.task_specs: dict[str, Any] = {}
        self.start = Wurzel(self, START)
        self.end = None
        #: start events by id, in the order of the file
        self.starts: dict[str, Any] = {}
        #: where tokens begin if no start event is named
        self.anfang: list[Any] = []
        #: event sub-processes: nodes that wait for their event, and those that catch an error or escalation
        self.lauscher: list[Any] = []
        self.faenger: list[Any] = []
        #: the rules of an ad-hoc sub-process (`engine.spiff.adhoc.Adhoc`)
        self.adhoc: Any = None
        #: whether a token can wait for a condition here
        self.hat_bedingungen = False
        #: node at which a person works → id in the drawing
        self.arbeit: dict[str, str] = {}
        #: flow → the join at which it arrives
        self.verbindung: dict[str, Any] = {}
        #: inclusive gateways that wait for several flows
        self.oder_verbindungen: list[Any] = []
        #: per activity of a person: the node that receives its tokens
        self.rueckgabe_ziele: dict[str, Any] = {}

    def rueckgabe_ziel(self, element: str) -> Any:
        """Where a token that is sent back to `element` begins; None if no person works there."""
        return self.rueckgabe_ziele.get(element)


class Flussbedingung(_BpmnCondition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A condition at a flow; anything but true is false."""

    def __init__(self, ausdruck: feel.Ausdruck) -> None:
        super().__init__(ausdruck)
        self.ausdruck = ausdruck

    def _matches(self, task: Marke) -> bool:
        return task.workflow.lauf.werte_aus(task, self.ausdruck) is True


class Knoten(BpmnTaskSpec):  # type: ignore[misc]  # SpiffWorkflow has no types
    """What every node does; mixed in before SpiffWorkflow's own class."""

    #: local name of the BPMN element
    bpmn_typ = ""
    #: children must stay with their token while they live
    is_gruppe = False
    #: a call of another process
    is_aufruf = False
    #: the work of an event sub-process
    is_behandlung = False
    #: repeats another node
    is_mehrfach = False
    #: whether a living token of this node keeps its level open
    zaehlt = True
    #: what a token waits for here, or what is thrown
    definition: Any = None
    #: boundary events that catch what is thrown inside of this activity
    raender: tuple[Any, ...] = ()
    #: conditions by the number of the outgoing flow, and the number of the default flow; gateways have their own
    bedingungen: dict[int, Flussbedingung] | None = None
    standard: int | None = None

    @property
    def anzeige(self) -> str:
        """The node in a sentence: „Label“ or its id."""
        return f"„{self.bpmn_name or self.bpmn_id or self.name}“"

    def is_sichtbar(self, _marke: Marke) -> bool:
        """Whether the end of this token is an event of the drawing."""
        return True

    def is_offen(self, marke: Marke) -> bool:
        """Whether a person may finish a token that rests here."""
        return bool(self.manual) and marke._state == BEREIT

    def faellig_am(self, _marke: Marke) -> Any:
        """Due instant of a waiting timer."""
        return None

    def verbinde_wenn(self, ausdruck: feel.Ausdruck, ziel: Any) -> None:
        """A flow that is taken only if its condition is true."""
        self.bedingungen = {**(self.bedingungen or {}), len(self._outputs): Flussbedingung(ausdruck)}
        self.connect(ziel)

    def ausgaenge(self, marke: Marke) -> Iterable[int]:
        """Numbers of the outgoing flows (positions in `_outputs`) that get a token when this node finishes."""
        if not self.bedingungen:
            return range(len(self._outputs))
        wahre = {nr for nr, bedingung in self.bedingungen.items() if bedingung._matches(marke)}
        frei = set(range(len(self._outputs))) - self.bedingungen.keys() - {self.standard}
        if not wahre and self.standard is not None:
            frei.add(self.standard)
        if not wahre and not frei:
            raise fehler_bei(marke, "Keine Bedingung der Ausgänge trifft zu, und ein Standardausgang fehlt")
        return sorted(wahre | frei)

    def sende(self, marke: Marke, traeger: Marke) -> None:
        """Put a token on each exit; the new ones hang under `traeger`."""
        neue = []
        for nr in self.ausgaenge(marke):
            kind = traeger._add_child(self._wf_spec.task_specs[self._outputs[nr]])
            kind.task_spec.empfange(kind, f"{self.name}/{nr}")
            neue.append(kind)
        for kind in neue:
            kind.task_spec._update(kind)

    def empfange(self, marke: Marke, fluss: str) -> None:
        """A token has come over a flow, named by its source and number; joins remember it."""

    def kind_fertig(self, marke: Marke, kind: Marke) -> None:
        """A child of a token of this node finished, its successors exist."""

    def pruefe(self, marke: Marke) -> None:
        """Raises `ValueError` (or `LookupError`, `TypeError`) for a stored token that a run cannot have left."""
        if marke._state != BEREIT or not self.manual:
            raise ValueError("token cannot rest here")

    def entferne(self, marke: Marke) -> None:
        """Take a token of this node away, with those that belong to it."""
        marke.cancel()
        if self.is_gruppe:
            for kind in marke.kinder:
                kind.task_spec.entferne(kind)

    def _predict(self, *_args: Any, **_kwargs: Any) -> None:
        """Nobody asks what may come: predicted tokens cost most of SpiffWorkflow's time."""

    def _update_hook(self, _my_task: Marke) -> bool:
        return True

    def _on_ready(self, my_task: Marke) -> None:
        """SpiffWorkflow checks the spec again here; the build has done it."""

    def _run_hook(self, _my_task: Marke) -> bool:
        return True

    def _on_cancel(self, my_task: Marke) -> None:
        """SpiffWorkflow would walk the tree and ask its event manager."""

    def _on_complete(self, my_task: Marke) -> None:
        self.sende(my_task, my_task)
        my_task.workflow._task_completed_notify(my_task)


class Wurzel(Knoten, BpmnStartTask):  # type: ignore[misc]
    """Where the tokens of a level hang."""


class Aufgabe(Knoten, defaults.UserTask):  # type: ignore[misc]
    """Work of a person."""

    bpmn_typ = "userTask"


class Start(Knoten, defaults.StartEvent):  # type: ignore[misc]
    """A start event: whatever is drawn in it, `start` has already happened."""

    bpmn_typ = "startEvent"

    def __init__(self, wf_spec: Any, bpmn_id: str, definition: Any = None, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, event_definition=NoneEventDefinition(), **kwargs)
        self.definition = definition


class Zwischenereignis(Knoten, defaults.IntermediateThrowEvent):  # type: ignore[misc]
    """An event at which nothing waits."""

    bpmn_typ = "intermediateThrowEvent"

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, event_definition=NoneEventDefinition(), **kwargs)


class Ende(Knoten, defaults.EndEvent):  # type: ignore[misc]
    """A plain end: this token ends, others of the level go on."""

    bpmn_typ = "endEvent"

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, event_definition=NoneEventDefinition(), **kwargs)


class Abbruchende(Ende):
    """A terminate end: the whole level ends."""

    def _on_complete(self, my_task: Marke) -> None:
        for marke in my_task.workflow.lebende():
            marke.cancel()
        super()._on_complete(my_task)
