"""Service tasks: the token waits while somebody else works, and says what he gets. Nothing is ever called from here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin

from engine import dmn, feel
from engine.spiff.ereignisse.definition import Definition
from engine.spiff.ereignisse.warten import Wartestelle
from engine.spiff.ergebnis import WarteArt
from engine.spiff.lauf import fehler_bei
from engine.spiff.marke import Marke
from engine.spiff.teilprozesse import Zuordnung

#: key in the `internal_data` of a token: what the service gets
EINGABEN = "eingaben"
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Dienst(Definition):
    """A service of this installation, or a topic whose work is fetched."""

    art: WarteArt
    name: str
    eingaben: Zuordnung = ()

    def stelle(self, marke: Marke) -> dict[str, Any]:
        lauf = marke.workflow.lauf
        werte = {name: dmn.storable(feel.to_json(lauf.werte_aus(marke, ausdruck))) for name, ausdruck in self.eingaben}
        return {EINGABEN: werte} if werte else {}

    def pruefe(self, merkzettel: dict[str, Any]) -> None:
        if not isinstance(merkzettel.get(EINGABEN, {}), dict):
            raise ValueError("a service without inputs")


class Dienstaufgabe(Wartestelle, BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A service task."""

    bpmn_typ = "serviceTask"

    def __init__(self, wf_spec: Any, bpmn_id: str, *, ausgaben: Zuordnung, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        #: process variables and their values, which may read the result by its names; none: the result as it is
        self.ausgaben = ausgaben

    def nimm_ergebnis(self, marke: Marke, ergebnis: Mapping[str, Any]) -> None:
        """The service is done: keep what the model wants of its result and go on."""
        lauf = marke.workflow.lauf
        if self.ausgaben:
            werte = [
                (name, feel.to_json(lauf.werte_aus(marke, ausdruck, ergebnis))) for name, ausdruck in self.ausgaben
            ]
        else:
            werte = list(ergebnis.items())
        for name, wert in werte:
            if not _NAME.fullmatch(name):
                raise fehler_bei(marke, "Der Dienst meldet einen Wert, dessen Name nicht zulässig ist")
            lauf.schreibe(marke, name, dmn.storable(wert))
        self.ausloese(marke)
