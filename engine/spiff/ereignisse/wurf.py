"""Nodes that throw: intermediate events, ends, send tasks.

The node stands in the record before what it sets off. Its token lives while it throws: whoever catches may take it
away, together with its level.
"""

from __future__ import annotations

from typing import Any

from engine.spiff.knoten import Aufgabe, Ende, Knoten, Zwischenereignis
from engine.spiff.marke import Marke


class _Wurf(Knoten):
    def __init__(self, *args: Any, definition: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition

    def is_sichtbar(self, _marke: Marke) -> bool:
        """It has told so itself."""
        return False

    def _run_hook(self, my_task: Marke) -> bool:
        my_task.workflow.lauf.melde(my_task)
        self.definition.wirf(my_task)
        return my_task.lebt


class Wurfereignis(_Wurf, Zwischenereignis):
    """An intermediate event that throws a message, a signal or an escalation."""


class Wurfende(_Wurf, Ende):
    """An end that throws; what nobody catches is a plain end."""


class Sendeaufgabe(_Wurf, Aufgabe):
    """A person does it, and the message goes out."""

    bpmn_typ = "sendTask"
