"""The token: SpiffWorkflow's task without its tree walks.

SpiffWorkflow keeps the whole history of a Vorgang in one tree and walks it at every step (SpiffWorkflow faults 3, 4).
Here a finished token is forgotten after the step; what hangs together (an activity and its boundary events, the
instances of a multi-instance activity) is found through the parent, everything else stands alone.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.bereich import Bereich

WARTET: int = TaskState.WAITING
BEREIT: int = TaskState.READY
BEGONNEN: int = TaskState.STARTED
KUENFTIG: int = TaskState.FUTURE
FERTIG: int = TaskState.COMPLETED
ENTFALLEN: int = TaskState.CANCELLED
LEBENDIG: int = TaskState.NOT_FINISHED_MASK

#: key in a token's `internal_data`: the flow over which it arrived at a join
VON = "von"


class Marke(Task):  # type: ignore[misc]  # SpiffWorkflow has no types
    """One token of one level; `workflow` is its `engine.spiff.ebene` level."""

    id: str
    workflow: Any
    task_spec: Any
    #: own names of an instance of a repetition, else empty
    data: dict[str, Any]
    internal_data: dict[str, Any]
    _state: int
    _parent: str | None
    _children: list[str]

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Marke | None = None,
        state: int = KUENFTIG,
        id: str | None = None,
        nr: int | None = None,
    ) -> None:
        # Not SpiffWorkflow's own: it reads the clock and makes up a name for each branch.
        self.id = id or uuid4().hex
        self.workflow, self.task_spec, self._state = workflow, task_spec, state
        self._parent, self._children = None if parent is None else parent.id, []
        self.data, self.internal_data = {}, {}
        workflow.tasks[self.id] = self
        if parent is not None:
            parent._children.append(self.id)
        if state & LEBENDIG and task_spec.zaehlt:
            workflow.offen += 1
        #: order of creation within the Vorgang; a stored token keeps its own
        self.nr: int = workflow.lauf.zaehle_marke() if nr is None else nr

    @property
    def lebt(self) -> bool:
        return bool(self._state & LEBENDIG)

    @property
    def eltern(self) -> Marke | None:
        eltern: Marke | None = self.workflow.tasks.get(self._parent)
        return eltern

    @property
    def kinder(self) -> list[Marke]:
        self.workflow.wecke_kinder(self)
        tasks = self.workflow.tasks
        return [tasks[kind] for kind in self._children if kind in tasks]

    @property
    def bereich(self) -> Bereich | None:
        """Where names live that not the whole Vorgang shares; None: nowhere."""
        aussen: Bereich | None = self.workflow.bereich
        return Bereich(self.data, aussen) if self.data else aussen

    def _add_child(self, task_spec: Any, state: int = KUENFTIG) -> Marke:
        return Marke(self.workflow, task_spec, self, state)

    def _set_state(self, value: int) -> None:
        if value == self._state:
            return
        if self._state & LEBENDIG and not value & LEBENDIG and self.task_spec.zaehlt:
            self.workflow.offen -= 1
        self._state = value
        if value == BEREIT and not self.task_spec.manual:
            self.workflow.lauf.automatisch.append(self)

    def run(self) -> None:
        """Do what the node does; a token that its own deed took away goes no further."""
        if self.task_spec._run_hook(self):
            self.complete()

    def cancel(self) -> None:
        """Take the token away, with the instances and sub-processes that hang on it; finished tokens stay."""
        if not self.lebt:
            return
        self._set_state(ENTFALLEN)
        for kind in self.kinder:
            kind.cancel()
        self.task_spec._on_cancel(self)
