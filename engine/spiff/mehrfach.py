"""Activities that run several times: multi-instance (parallel, sequential) and standard loops.

The activity itself becomes `<id>#instanz`; this node holds the count. Its instances live under its token. Items of a
collection are the only data outside the process variables: they lie in the data of their instance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from engine import feel
from engine.spiff import budget
from engine.spiff.fehler import Budgetfehler
from engine.spiff.knoten import Knoten
from engine.spiff.lauf import fehler_bei
from engine.spiff.marke import BEGONNEN, BEREIT, Marke

#: keys in the `internal_data` of a token of this node
ANZAHL, BEGONNENE, FERTIGE, POSTEN = "anzahl", "begonnene", "fertige", "posten"
#: variable in each instance: its number from 1
ZAEHLER = "loopCounter"


class Weise(StrEnum):
    """How instances follow each other."""

    PARALLEL = "parallel"
    NACHEINANDER = "nacheinander"
    SCHLEIFE = "schleife"


@dataclass(frozen=True, slots=True)
class Wiederholung:
    """What the drawing says about the repetition of an activity."""

    weise: Weise
    #: number of instances, or (with `posten`) the list of items; of a loop: None
    menge: feel.Ausdruck | None = None
    #: variable that holds the item of an instance
    posten: str | None = None
    #: variables: what an instance yields, and the list that collects it
    ergebnis: str | None = None
    sammlung: str | None = None
    #: multi-instance: true ends it early; loop: true goes on
    bedingung: feel.Ausdruck | None = None
    #: loop only
    hoechstens: int | None = None
    zuerst_pruefen: bool = False


class Mehrfach(Knoten, LoopTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """The node that counts instances of `instanz`."""

    is_gruppe = True
    is_mehrfach = True

    def __init__(self, wf_spec: Any, bpmn_id: str, instanz: str, wiederholung: Wiederholung, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.bpmn_id = bpmn_id
        self.bpmn_name = kwargs.get("bpmn_name")
        self.bpmn_typ: str = wf_spec.task_specs[instanz].bpmn_typ
        self.task_spec = instanz
        self.wiederholung = wiederholung

    def is_sichtbar(self, marke: Marke) -> bool:
        """The instances are what is seen, unless there was none."""
        return not marke.internal_data[FERTIGE]

    def _update_hook(self, my_task: Marke) -> bool:
        if self.wiederholung.weise is Weise.SCHLEIFE:
            return self._beginne_schleife(my_task)
        if self.wiederholung.sammlung:
            my_task.workflow.lauf.schreibe(my_task, self.wiederholung.sammlung, [])
        anzahl, posten = self._menge(my_task)
        my_task.internal_data.update({ANZAHL: anzahl, BEGONNENE: 0, FERTIGE: 0, POSTEN: posten})
        my_task._set_state(BEGONNEN)
        if self.wiederholung.weise is Weise.PARALLEL:
            for _ in range(anzahl):
                self._beginne_instanz(my_task)
            my_task.internal_data[POSTEN] = None
        elif anzahl:
            self._beginne_instanz(my_task)
        return anzahl == 0

    def _on_complete(self, my_task: Marke) -> None:
        self.sende(my_task, my_task.workflow.task_tree)  # under this token hang its instances and nothing else
        my_task.workflow._task_completed_notify(my_task)

    def kind_fertig(self, marke: Marke, kind: Marke) -> None:
        marke.internal_data[FERTIGE] += 1
        self._sammle(marke, kind)
        if self._is_ende(marke, kind):
            for geschwister in marke.kinder:
                geschwister.cancel()
            marke._set_state(BEREIT)
        elif self.wiederholung.weise is not Weise.PARALLEL:
            self._beginne_instanz(marke)

    def pruefe(self, marke: Marke) -> None:
        stand = marke.internal_data
        anzahl = budget.MAX_INSTANZEN if self.wiederholung.weise is Weise.SCHLEIFE else stand[ANZAHL]
        if (
            marke._state != BEGONNEN
            or not marke.workflow.hat_kinder(marke)
            or not 0 <= stand[FERTIGE] < stand[BEGONNENE] <= anzahl
        ):
            raise ValueError("repetition without instances")
        if stand[POSTEN] is not None and len(stand[POSTEN]) != anzahl:
            raise ValueError("wrong number of items")

    def _beginne_schleife(self, marke: Marke) -> bool:
        marke.internal_data.update({ANZAHL: None, BEGONNENE: 0, FERTIGE: 0, POSTEN: None})
        if self.wiederholung.zuerst_pruefen and not self._weiter(marke):
            return True
        marke._set_state(BEGONNEN)
        self._beginne_instanz(marke)
        return False

    def _beginne_instanz(self, marke: Marke) -> None:
        nr = marke.internal_data[BEGONNENE]
        if nr >= budget.MAX_INSTANZEN:
            raise self._zu_viele(marke)
        marke.internal_data[BEGONNENE] = nr + 1
        kind = marke._add_child(self._wf_spec.task_specs[self.task_spec])
        kind.data = {ZAEHLER: nr + 1}
        if self.wiederholung.ergebnis:
            kind.data[self.wiederholung.ergebnis] = None
        posten = marke.internal_data[POSTEN]
        if posten is not None:
            kind.data[str(self.wiederholung.posten)] = posten[nr]
        kind.task_spec._update(kind)

    def _menge(self, marke: Marke) -> tuple[int, list[Any] | None]:
        """Number of instances, and their items if each gets one."""
        assert self.wiederholung.menge is not None
        wert = marke.workflow.lauf.werte_aus(marke, self.wiederholung.menge)
        if isinstance(wert, Sequence) and not isinstance(wert, str):
            if len(wert) > budget.MAX_INSTANZEN:
                raise self._zu_viele(marke)
            return len(wert), [feel.to_json(posten) for posten in wert] if self.wiederholung.posten else None
        if isinstance(wert, bool) or not isinstance(wert, int | Decimal | float) or wert < 0 or wert != int(wert):
            raise fehler_bei(marke, "Die Anzahl der Wiederholungen ist keine Zahl und keine Liste")
        if wert > budget.MAX_INSTANZEN:
            raise self._zu_viele(marke)
        return int(wert), None

    def _sammle(self, marke: Marke, kind: Marke) -> None:
        """Append what the instance yielded to the collection."""
        w, lauf = self.wiederholung, marke.workflow.lauf
        if w.ergebnis and w.sammlung:
            bisher = lauf.kontext(marke).get(w.sammlung)
            neu = marke.internal_data[FERTIGE] == 1 or not isinstance(bisher, list)
            wert = lauf.kontext(kind).get(w.ergebnis)
            lauf.schreibe(marke, w.sammlung, [*([] if neu else bisher), wert])

    def _is_ende(self, marke: Marke, kind: Marke) -> bool:
        if self.wiederholung.weise is Weise.SCHLEIFE:
            return not self._weiter(marke)
        stand = marke.internal_data
        if stand[FERTIGE] >= stand[ANZAHL]:
            return True
        bedingung = self.wiederholung.bedingung
        return bedingung is not None and marke.workflow.lauf.werte_aus(kind, bedingung, _zahlen(stand)) is True

    def _weiter(self, marke: Marke) -> bool:
        """Whether a loop goes round once more."""
        w, fertige = self.wiederholung, marke.internal_data[FERTIGE]
        if w.hoechstens is not None and fertige >= w.hoechstens:
            return False
        return w.bedingung is None or marke.workflow.lauf.werte_aus(marke, w.bedingung, {ZAEHLER: fertige}) is True

    def _zu_viele(self, marke: Marke) -> Budgetfehler:
        return Budgetfehler(
            f"Der Vorgang wurde angehalten: {self.anzeige} soll öfter als {budget.MAX_INSTANZEN}-mal laufen. "
            "Bitte prüfen Sie die Anzahl im Modell.",
            element=self.bpmn_id,
            prozess_id=marke.workflow.spec.prozess_id,
        )


def _zahlen(stand: dict[str, Any]) -> dict[str, object]:
    """What BPMN lets a completion condition ask."""
    return {
        "numberOfInstances": stand[ANZAHL],
        "numberOfActiveInstances": stand[BEGONNENE] - stand[FERTIGE],
        "numberOfCompletedInstances": stand[FERTIGE],
    }
