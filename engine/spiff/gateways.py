"""Gateways by tokens, as BPMN defines them: every join counts the tokens on its incoming flows.

SpiffWorkflow decides about joins from the history in its tree, which goes wrong in rework loops (SpiffWorkflow
fault 1). Here an arrival is a waiting token that remembers the flow it came over; firing consumes exactly one of each
incoming flow, the rest stays for the next round.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from engine.spiff.knoten import Knoten
from engine.spiff.lauf import fehler_bei
from engine.spiff.marke import FERTIG, VON, WARTET, Marke


class _Wahl(Knoten):
    """A gateway that chooses among its exits; `cond_task_specs` are SpiffWorkflow's, in the order of the file."""

    def _wahre(self, marke: Marke) -> Iterable[int]:
        """Exits whose condition is true."""
        return (nr for nr, (b, _) in enumerate(self.cond_task_specs) if b is not None and b._matches(marke))

    def _sonst(self, marke: Marke) -> list[int]:
        """The default exit; none for a gateway without exits."""
        standard = [nr for nr, (bedingung, _) in enumerate(self.cond_task_specs) if bedingung is None]
        if not standard and self.cond_task_specs:
            raise fehler_bei(marke, "Keine Bedingung der Ausgänge trifft zu, und ein Standardausgang fehlt")
        return standard


class Exklusiv(_Wahl, defaults.ExclusiveGateway):  # type: ignore[misc]
    """XOR: the first exit whose condition is true, else the default."""

    bpmn_typ = "exclusiveGateway"

    def ausgaenge(self, marke: Marke) -> Iterable[int]:
        erster = next(iter(self._wahre(marke)), None)
        return self._sonst(marke) if erster is None else [erster]


class _Verbindung(Knoten):
    """A gateway that waits for several incoming flows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: every incoming flow
        self.eingaenge: frozenset[str] = frozenset()
        #: node → the incoming flows which it can reach without passing this gateway; of inclusive ones only
        self.wege: dict[str, frozenset[str]] = {}

    def empfange(self, marke: Marke, fluss: str) -> None:
        marke.internal_data[VON] = fluss

    def pruefe(self, marke: Marke) -> None:
        if marke._state != WARTET or marke.internal_data[VON] not in self.eingaenge:
            raise ValueError("arrival over no flow")

    def _update_hook(self, my_task: Marke) -> bool:
        if len(self.eingaenge) < 2:
            return True
        my_task._set_state(WARTET)
        return self._zuendet(my_task)

    def _zuendet(self, _my_task: Marke) -> bool:
        """Whether the gateway fires at an arrival; if so, all consumed tokens but this one are gone."""
        return False

    def _wartende(self, ebene: Any) -> list[Marke]:
        """Arrived tokens, oldest first."""
        ebene.wecke_ankuenfte(self)
        wartende = [m for m in ebene.tasks.values() if m.task_spec is self and m._state == WARTET]
        return sorted(wartende, key=lambda marke: marke.nr)

    def _verbrauche(self, my_task: Marke, wartende: list[Marke]) -> None:
        """One token of each flow that has one; further ones wait for the next round."""
        genommen = {my_task.internal_data[VON]}
        for marke in wartende:
            if marke is not my_task and marke.internal_data[VON] not in genommen:
                genommen.add(marke.internal_data[VON])
                marke.cancel()


class Parallel(_Verbindung, defaults.ParallelGateway):  # type: ignore[misc]
    """AND: one token from every incoming flow, one to every exit."""

    bpmn_typ = "parallelGateway"

    def _zuendet(self, my_task: Marke) -> bool:
        ebene = my_task.workflow
        if ebene.anzahl_ankuenfte(self) < len(self.eingaenge) or len(ebene.belegt(self)) < len(self.eingaenge):
            return False
        self._verbrauche(my_task, self._wartende(ebene))
        return True


class Inklusiv(_Wahl, _Verbindung, defaults.InclusiveGateway):  # type: ignore[misc]
    """OR: joins when no token elsewhere can still reach an empty incoming flow; opens every exit that is true."""

    bpmn_typ = "inclusiveGateway"

    def ausgaenge(self, marke: Marke) -> Iterable[int]:
        return list(self._wahre(marke)) or self._sonst(marke)

    def zuende(self, ebene: Any) -> bool:
        """Fire if no token can come any more; only asked when every automatic token has moved on."""
        belegt = ebene.belegt(self)
        if not belegt:
            return False
        leer = self.eingaenge - belegt
        for name in ebene.orte() - {self.name}:
            wege = self.wege.get(name, frozenset())
            if not wege.isdisjoint(leer) and wege.isdisjoint(belegt):
                return False
        wartende = self._wartende(ebene)
        self._verbrauche(wartende[0], wartende)
        wartende[0]._ready()
        return True


class Ereignisgateway(Knoten, defaults.EventBasedGateway):  # type: ignore[misc]
    """A race: what happens first takes the token, the others are withdrawn (own timers, SpiffWorkflow fault 16)."""

    bpmn_typ = "eventBasedGateway"
    is_gruppe = True

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, event_definition=None, **kwargs)

    def connect(self, taskspec: Any) -> None:
        """SpiffWorkflow would move the event definitions of the targets into the gateway."""
        self._outputs.append(taskspec.name)
        taskspec._connect_notify(self)

    def pruefe(self, marke: Marke) -> None:
        if marke._state != FERTIG or not marke.workflow.hat_kinder(marke):
            raise ValueError("race without runners")

    def kind_fertig(self, marke: Marke, kind: Marke) -> None:
        if any(enkel.lebt for enkel in kind.kinder if kind.task_spec.is_gruppe):
            return  # an activity with boundary events has only been opened
        for geschwister in marke.kinder:
            if geschwister is not kind:
                geschwister.task_spec.entferne(geschwister)
