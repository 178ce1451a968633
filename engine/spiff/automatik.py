"""Steps that run without a person: decision tables and FEEL assignments. Never Python, never a service."""

from __future__ import annotations

from typing import Any

from engine import dmn, errors, feel
from engine.spiff.knoten import Knoten
from engine.spiff.lauf import fehler_bei
from engine.spiff.marke import Marke


class _Automatik(Knoten):
    """A step of the drawing that runs by itself; SpiffWorkflow has no own class for it here."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.bpmn_id, self.bpmn_name = bpmn_id, kwargs.get("bpmn_name")


class Regelaufgabe(_Automatik):
    """A business rule task: its decision sets process variables."""

    bpmn_typ = "businessRuleTask"

    def __init__(self, wf_spec: Any, bpmn_id: str, *, entscheidung: str, ergebnis: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.entscheidung = entscheidung
        #: variable for the whole result; empty: one for each output
        self.ergebnis = ergebnis

    def _run_hook(self, my_task: Marke) -> bool:
        lauf, prozess_id = my_task.workflow.lauf, my_task.workflow.spec.prozess_id
        lauf.zaehle_rechnung(my_task)
        if lauf.umgebung.entscheide is None:
            raise fehler_bei(my_task, "Die Entscheidungstabelle steht nicht bereit")
        try:
            entscheid = lauf.umgebung.entscheide(
                prozess_id, self.entscheidung, lauf.kontext(my_task), ergebnis=self.ergebnis, now=lauf.now
            )
        except errors.EngineError as grund:
            text = grund.text.rstrip(".")
            raise fehler_bei(my_task, f"Die Entscheidung lässt sich nicht treffen ({text})") from grund
        for name, wert in entscheid.variablen.items():
            lauf.schreibe(my_task, name, wert)
        lauf.entscheide[my_task.id] = entscheid.protokoll
        return True


class Skriptaufgabe(_Automatik):
    """A script task: assignments in FEEL, from top to bottom."""

    bpmn_typ = "scriptTask"

    def __init__(
        self, wf_spec: Any, bpmn_id: str, *, zuweisungen: tuple[tuple[str, feel.Ausdruck], ...], **kwargs: Any
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.zuweisungen = zuweisungen

    def _run_hook(self, my_task: Marke) -> bool:
        lauf = my_task.workflow.lauf
        for variable, ausdruck in self.zuweisungen:
            lauf.zaehle_rechnung(my_task)
            lauf.schreibe(my_task, variable, dmn.storable(feel.to_json(lauf.werte_aus(my_task, ausdruck))))
        return True
