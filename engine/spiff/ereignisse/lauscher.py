"""Event sub-processes: a listener waits in the level, its work is a level of its own beside the others.

A listener does not keep its level open. Interrupting ones withdraw everything else; the level then ends with the
work. SpiffWorkflow changes its specs for this while they run (SpiffWorkflow fault 10).
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin

from engine.spiff.ereignisse.definition import Definition
from engine.spiff.ereignisse.warten import Wartestelle
from engine.spiff.marke import Marke
from engine.spiff.teilprozesse import MitEbene


class Ereignisteilprozess(MitEbene, defaults.SubWorkflowTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """The work of an event sub-process."""

    bpmn_typ = "subProcess"
    is_behandlung = True

    def __init__(self, *args: Any, definition: Definition, unterbricht: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        self.unterbricht = unterbricht

    def beginne(self, ebene: Any) -> None:
        """The event has happened on a level."""
        if self.unterbricht:
            for marke in ebene.lebende():
                marke.cancel()
        ebene.setze(self)


class Lauscher(Wartestelle, BpmnSpecMixin):  # type: ignore[misc]
    """Waits for the event of an event sub-process; in the drawing it is the start event there."""

    bpmn_typ = "startEvent"
    angeheftet = True
    zaehlt = False

    def __init__(self, *args: Any, behandlung: Ereignisteilprozess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.behandlung = behandlung

    def _geh_weiter(self, marke: Marke) -> None:
        rest = None if self.behandlung.unterbricht else self.definition.weiter(marke)
        if rest is None:
            marke.cancel()
        else:
            marke.internal_data.update(rest)
        self.behandlung.beginne(marke.workflow)
