"""Activities inside of which a level runs: sub-processes, transactions, calls."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from engine import feel
from engine.spiff.knoten import Knoten
from engine.spiff.marke import BEGONNEN, Marke

#: names and the expressions of their values
Zuordnung = tuple[tuple[str, feel.Ausdruck], ...]


class MitEbene(Knoten):
    """A node inside of which a level runs; the token rests until nothing lives in there any more."""

    def _update_hook(self, my_task: Marke) -> bool:
        my_task._set_state(BEGONNEN)
        ebene = my_task.workflow.top_workflow.create_subprocess(my_task, self.spec)
        ebene.werte = self.innere_werte(my_task)
        ebene.begin()
        return False

    def innere_werte(self, _my_task: Marke) -> dict[str, Any]:
        """Names that live inside only."""
        return {}

    def pruefe(self, marke: Marke) -> None:
        if marke._state != BEGONNEN or marke.id not in marke.workflow.top_workflow.subprocesses:
            raise ValueError("sub-process without its level")

    def _on_cancel(self, my_task: Marke) -> None:
        ebene = my_task.workflow.top_workflow.subprocesses.get(my_task.id)
        if ebene is not None and not ebene.completed:
            ebene.cancel()


class Teilprozess(MitEbene, defaults.SubWorkflowTask):  # type: ignore[misc]
    """An embedded sub-process, a transaction or an ad-hoc sub-process."""

    bpmn_typ = "subProcess"


class Aufruf(MitEbene, defaults.CallActivity):  # type: ignore[misc]
    """A call of another process; it returns when nothing lives in there any more."""

    bpmn_typ = "callActivity"
    is_aufruf = True

    def __init__(self, *args: Any, eingaben: Zuordnung = (), ausgaben: Zuordnung = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.eingaben = eingaben
        self.ausgaben = ausgaben

    def innere_werte(self, my_task: Marke) -> dict[str, Any]:
        lauf = my_task.workflow.lauf
        return {name: feel.to_json(lauf.werte_aus(my_task, ausdruck)) for name, ausdruck in self.eingaben}

    def _run_hook(self, my_task: Marke) -> bool:
        lauf = my_task.workflow.lauf
        innen = my_task.workflow.top_workflow.subprocesses[my_task.id].werte
        werte = [(name, feel.to_json(lauf.werte_aus(my_task, ausdruck, innen))) for name, ausdruck in self.ausgaben]
        for name, wert in werte:
            lauf.schreibe(my_task, name, wert)
        return True
