"""Ad-hoc sub-processes: what has no incoming flow is offered again and again, until it is enough.

Work of a person is its own offer. Anything else would run by itself without end, so a person starts it: its offer is
a token at the same element. Without a completion condition a token at the ad-hoc sub-process itself closes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine import feel
from engine.spiff.knoten import Aufgabe
from engine.spiff.marke import Marke


class Angebot(Aufgabe):
    """A person may start the activity behind it, any number of times."""

    def is_sichtbar(self, _marke: Marke) -> bool:
        """What is seen is the activity."""
        return False


class Abschluss(Angebot):
    """A person says that it is enough."""


@dataclass(slots=True)
class Adhoc:
    """The rules of one ad-hoc sub-process, kept at the spec of its level."""

    element: str
    bedingung: feel.Ausdruck | None
    #: whether running work is withdrawn when it is enough; else only the offers are
    bricht_rest_ab: bool
    #: name of a node whose end renews an offer → the node that receives the new token
    angebote: dict[str, Any] = field(default_factory=dict)
    #: names of activities, after which the condition is asked
    aktivitaeten: set[str] = field(default_factory=set)

    def danach(self, marke: Marke) -> None:
        """A token of the level finished."""
        spez, ebene = marke.task_spec, marke.workflow
        if isinstance(spez, Abschluss) or (spez.name in self.aktivitaeten and self._reicht(marke)):
            self._beende(ebene)
            return
        # An interrupted activity has not finished, but may be done again.
        name = getattr(spez, "traeger", "") if getattr(spez, "cancel_activity", False) else spez.name
        if name in self.angebote:
            ebene.setze(self.angebote[name])

    def is_angebot(self, marke: Marke) -> bool:
        """Whether a token is an offer, or the work that is its own offer."""
        return marke.task_spec.name in self.angebote or isinstance(marke.task_spec, Abschluss)

    def _reicht(self, marke: Marke) -> bool:
        return self.bedingung is not None and marke.workflow.lauf.werte_aus(marke, self.bedingung) is True

    def _beende(self, ebene: Any) -> None:
        for marke in ebene.lebende():
            if self.bricht_rest_ab or self.is_angebot(marke):
                marke.cancel()
                gruppe = marke.eltern
                if gruppe is not None and not gruppe.task_spec.is_mehrfach:
                    gruppe.task_spec.kind_fertig(gruppe, marke)
