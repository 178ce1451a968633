"""Nodes of a process as SpiffWorkflow specs: what all have in common, activities, plain events, sub-processes.

A spec is built once per model and never changed by a run (SpiffWorkflow fault 10). No node predicts what may come
after it: successors are made when the node finishes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from engine.spiff.marke import BEGONNEN, BEREIT, Marke

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
        #: inclusive gateways that wait for several flows
        self.oder_verbindungen: list[Any] = []
        #: per activity of a person: the node that receives its tokens
        self.rueckgabe_ziele: dict[str, Any] = {}

    def rueckgabe_ziel(self, element: str) -> Any:
        """Where a token that is sent back to `element` begins; None if no person works there."""
        return self.rueckgabe_ziele.get(element)


class Knoten(BpmnTaskSpec):  # type: ignore[misc]  # SpiffWorkflow has no types
    """What every node does; mixed in before SpiffWorkflow's own class."""

    #: local name of the BPMN element
    bpmn_typ = ""
    #: children must stay with their token while they live
    is_gruppe = False
    #: a call of another process
    is_aufruf = False

    @property
    def anzeige(self) -> str:
        """The node in a sentence: „Label“ or its id."""
        return f"„{self.bpmn_name or self.bpmn_id or self.name}“"

    def is_sichtbar(self, _marke: Marke) -> bool:
        """Whether the end of this token is an event of the drawing."""
        return True

    def faellig_am(self, _marke: Marke) -> Any:
        """Due instant of a waiting timer."""
        return None

    def ausgaenge(self, _marke: Marke) -> Iterable[int]:
        """Numbers of the outgoing flows (positions in `_outputs`) that get a token when this node finishes."""
        return range(len(self._outputs))

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

    def _update_hook(self, my_task: Marke) -> bool:
        my_task._inherit_data()
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

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, event_definition=NoneEventDefinition(), **kwargs)


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


class _MitEbene(Knoten):
    """A node inside of which a level runs."""

    def _update_hook(self, my_task: Marke) -> bool:
        my_task._inherit_data()
        my_task._set_state(BEGONNEN)
        ebene = my_task.workflow.top_workflow.create_subprocess(my_task, self.spec)
        ebene.begin(my_task.data)
        return False

    def pruefe(self, marke: Marke) -> None:
        if marke._state != BEGONNEN or marke.id not in marke.workflow.top_workflow.subprocesses:
            raise ValueError("sub-process without its level")

    def _on_cancel(self, my_task: Marke) -> None:
        ebene = my_task.workflow.top_workflow.subprocesses.get(my_task.id)
        if ebene is not None and not ebene.completed:
            ebene.cancel()


class Teilprozess(_MitEbene, defaults.SubWorkflowTask):  # type: ignore[misc]
    """An embedded sub-process."""

    bpmn_typ = "subProcess"


class Aufruf(_MitEbene, defaults.CallActivity):  # type: ignore[misc]
    """A call of another process; it returns when nothing lives in there any more."""

    bpmn_typ = "callActivity"
    is_aufruf = True
