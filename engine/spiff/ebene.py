"""The levels of a Vorgang: the process itself, and one level for each running sub-process or called process.

A level is over when no token but listeners lives in it (SpiffWorkflow fault 15: an end event is not needed). Levels
hold tokens flat, run automatic ones from a queue and never walk a tree.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine.spiff import budget
from engine.spiff.bereich import Bereich
from engine.spiff.ergebnis import WarteArt
from engine.spiff.fehler import Budgetfehler
from engine.spiff.lauf import Lauf
from engine.spiff.marke import BEREIT, FERTIG, VON, WARTET, Marke
from engine.spiff.ruhende import Ruhende

#: every level has its own
_WURZEL = "wurzel"


class KeinSkript:
    """Stands where SpiffWorkflow expects its Python engine: whatever is asked of it is refused (fault 17)."""

    @property
    def environment(self) -> KeinSkript:
        return self

    def _refuse(self, *_args: object, **_kwargs: object) -> Any:
        raise RuntimeError("SpiffWorkflow may not evaluate anything by itself")

    evaluate = execute = validate = call_service = _refuse


class _Flach:
    """Behaviour of both kinds of level."""

    tasks: dict[str, Marke]
    spec: Any
    completed: bool
    lauf: Lauf
    #: number of living tokens that keep the level open, kept by `Marke`
    offen = 0
    #: the token inside of which the level runs
    besitzer: Marke | None = None
    #: names that live in this level only
    werte: dict[str, Any]
    #: the node that finished last
    zuletzt: Any = None
    #: tokens at rest: work of people, arrivals at joins
    arbeit: Ruhende
    ankuenfte: Ruhende
    #: tokens to which resting ones belong, or belonged
    mit_ruhenden: set[str]

    @property
    def bereich(self) -> Bereich | None:
        """Where names live that not the whole Vorgang shares, as seen from this level."""
        aussen = None if self.besitzer is None else self.besitzer.bereich
        return Bereich(self.werte, aussen) if self.werte else aussen

    def begin(self, start_element: str | None = None) -> None:
        """Let the listeners wait, and put the first tokens on the named start or where the level begins."""
        self.beginne_leer()
        for lauscher in self.spec.lauscher:
            self.setze(lauscher)
        for knoten in self.spec.anfang if start_element is None else [self.spec.starts[start_element]]:
            self.setze(knoten)

    def beginne_leer(self) -> None:
        """Only the token under which all others hang."""
        self.task_tree = Marke(self, self.spec.start, state=FERTIG, id=_WURZEL, nr=-1)
        self.arbeit, self.ankuenfte, self.mit_ruhenden = Ruhende(), Ruhende(), set()

    def setze(self, knoten: Any) -> Marke:
        """Put a new token on a node."""
        marke = self.task_tree._add_child(knoten)
        knoten._update(marke)
        return marke

    def lebende(self) -> list[Marke]:
        """Every living token."""
        self._wecke(self.arbeit, range(len(self.arbeit)))
        self._wecke(self.ankuenfte, range(len(self.ankuenfte)))
        return self.wache()

    def wache(self) -> list[Marke]:
        """The living tokens but for those that rest at the work of a person or at a join."""
        return [marke for marke in self.tasks.values() if marke.lebt]

    def marke(self, id_: str) -> Marke | None:
        """A token by its id."""
        for ruhende in (self.arbeit, self.ankuenfte):
            stelle = ruhende.find(id_)
            if stelle is not None:
                self._wecke(ruhende, [stelle])
        return self.tasks.get(id_)

    def hat_kinder(self, marke: Marke) -> bool:
        return bool(marke._children) or marke.id in self.mit_ruhenden

    def wecke_kinder(self, marke: Marke) -> None:
        """Bring the resting tokens to life that belong to a token."""
        if marke.id in self.mit_ruhenden:
            self._wecke(self.arbeit, [nr for nr, eltern in enumerate(self.arbeit.eltern) if eltern == marke.id])

    def wecke_ankuenfte(self, verbindung: Any) -> None:
        """Bring the tokens to life that have arrived at a join."""
        self._wecke(self.ankuenfte, [nr for nr, von in enumerate(self.ankuenfte.ort) if von in verbindung.eingaenge])

    def anzahl_ankuenfte(self, verbindung: Any) -> int:
        """At most so many tokens have arrived at a join."""
        return len(self.ankuenfte) + sum(m.task_spec is verbindung for m in self.tasks.values())

    def belegt(self, verbindung: Any) -> set[str]:
        """The incoming flows of a join over which a token has come."""
        wache: set[str] = {
            m.internal_data[VON] for m in self.tasks.values() if m.task_spec is verbindung and m._state == WARTET
        }
        return wache.union(verbindung.eingaenge.intersection(self.ankuenfte.ort))

    def orte(self) -> set[str]:
        """Names of all nodes at which there is a living token."""
        verbindungen = {self.spec.verbindung[von].name for von in self.ankuenfte.ort}
        return {marke.task_spec.name for marke in self.wache()}.union(self.arbeit.ort, verbindungen)

    def _wecke(self, ruhende: Ruhende, stellen: Sequence[int]) -> None:
        for stelle in reversed(stellen):
            nr, id_, ort, eltern, daten = ruhende.take(stelle)
            self.offen -= 1  # it counts while it rests
            traeger = self.task_tree if eltern is None else self.tasks[eltern]
            if ruhende is self.arbeit:
                marke = Marke(self, self.spec.task_specs[ort], traeger, BEREIT, id_, nr)
                marke.data = daten or {}
            else:
                marke = Marke(self, self.spec.verbindung[ort], traeger, WARTET, id_, nr)
                marke.internal_data[VON] = ort

    def is_completed(self) -> bool:
        return self.completed

    def cancel(self, success: bool = False) -> list[Marke]:
        """End the level at once; returns what was taken away."""
        entfallen = self.lebende()
        self.completed, self.success = True, success
        for marke in entfallen:
            marke.cancel()
        return entfallen

    def _task_completed_notify(self, marke: Marke) -> None:
        """A token finished, its successors exist: dissolve its group, end the level when it is empty."""
        self.lauf.protokolliere(marke)
        eltern = marke.eltern
        if eltern is not None:
            eltern.task_spec.kind_fertig(eltern, marke)
        if self.spec.adhoc is not None:
            self.spec.adhoc.danach(marke)
        if not self.offen and not self.completed:
            self.cancel(success=True)
            self._melde_ende()

    def _melde_ende(self) -> None:
        """What follows when the last token is gone."""


class Teilebene(_Flach, BpmnSubWorkflow):  # type: ignore[misc]  # SpiffWorkflow has no types
    """One running sub-process or called process; `parent_task_id` names the token that waits for it."""

    besitzer: Marke

    def __init__(self, spec: Any, besitzer: Marke) -> None:
        # Not SpiffWorkflow's own: it makes registries of listeners that nobody uses, for each of 500 instances.
        self.top_workflow: Vorgangsebene = besitzer.workflow.top_workflow
        self.lauf = self.top_workflow.lauf
        self.spec, self.besitzer, self.parent_task_id = spec, besitzer, besitzer.id
        self.tasks, self.werte, self.completed, self.success = {}, {}, False, True
        self.aufruftiefe: int = besitzer.workflow.aufruftiefe + (1 if besitzer.task_spec.is_aufruf else 0)
        if self.aufruftiefe > budget.MAX_AUFRUFTIEFE:
            raise Budgetfehler(
                f"Der Vorgang wurde angehalten: Bei {besitzer.task_spec.anzeige} rufen sich Prozesse ohne Ende auf. "
                "Bitte prüfen Sie die Aufrufe im Modell.",
                element=besitzer.task_spec.bpmn_id,
                prozess_id=besitzer.workflow.spec.prozess_id,
            )

    @property
    def parent_workflow(self) -> Any:
        return self.besitzer.workflow

    def _melde_ende(self) -> None:
        if self.besitzer.task_spec.is_behandlung:
            self.besitzer.workflow.zuletzt = self.zuletzt  # an end of the drawing ends the level around it
        if self.besitzer.lebt:
            self.besitzer._set_state(BEREIT)


class Vorgangsebene(_Flach, BpmnWorkflow):  # type: ignore[misc]  # SpiffWorkflow has no types
    """The outermost level of one Vorgang."""

    subprocesses: dict[str, Teilebene]
    aufruftiefe = 0

    def __init__(self, spec: Any, spezifikationen: Mapping[str, Any], lauf: Lauf) -> None:
        self.lauf = lauf
        self.werte = {}
        super().__init__(spec, spezifikationen, script_engine=KeinSkript(), deserializing=True)

    def create_subprocess(self, my_task: Marke, spec_name: str) -> Teilebene:
        ebene = Teilebene(self.subprocess_specs[spec_name], my_task)
        self.subprocesses[my_task.id] = ebene
        return ebene

    def ebenen(self) -> Iterator[_Flach]:
        """This level and all running ones below it."""
        yield self
        yield from (ebene for ebene in self.subprocesses.values() if not ebene.completed)

    def marken(self) -> list[Marke]:
        """Every living token of the Vorgang in the order of creation."""
        return sorted((m for ebene in self.ebenen() for m in ebene.lebende()), key=_nr)

    def wache_marken(self) -> list[Marke]:
        """Every token that waits for more than a person or a join, in the order of creation."""
        return sorted((m for ebene in self.ebenen() for m in ebene.wache()), key=_nr)

    def get_task_from_id(self, task_id: str) -> Marke | None:
        return next((marke for ebene in self.ebenen() if (marke := ebene.marke(task_id)) is not None), None)

    def laufe(self) -> None:
        """Run automatic tokens until only people and events are left that have not happened yet."""
        self._laufe_automatisch()
        while self._pruefe_bedingungen() or self._zuende_oder():
            self._laufe_automatisch()

    def _laufe_automatisch(self) -> None:
        while self.lauf.automatisch:
            marke = self.lauf.automatisch.popleft()
            if marke._state == BEREIT and not marke.workflow.completed:
                self.lauf.zaehle_schritt(marke)
                marke.run()

    def _pruefe_bedingungen(self) -> bool:
        """Let every condition happen that has become true; False if none has."""
        wartende = (m for ebene in self.ebenen() if ebene.spec.hat_bedingungen for m in ebene.wache())
        bedingte = sorted((m for m in wartende if _wartet_auf_bedingung(m)), key=_nr)
        # All are asked first: none may miss that it was false in between.
        eingetreten = [m for m in bedingte if m.task_spec.definition.is_eingetreten(m)]
        for marke in eingetreten:
            if marke._state == WARTET:
                self.lauf.zaehle_schritt(marke)
                marke.task_spec.ausloese(marke)
        return bool(eingetreten)

    def _zuende_oder(self) -> bool:
        """Let one inclusive join fire to which no token can come any more; False if there is none."""
        return any(spez.zuende(ebene) for ebene in self.ebenen() for spez in ebene.spec.oder_verbindungen)

    def loese_auf(self) -> None:
        """Let go of everything: tokens and levels name each other, and would wait for the garbage collector."""
        for ebene in [self, *self.subprocesses.values()]:
            ebene.tasks.clear()
        self.subprocesses.clear()
        self.lauf.neue_timer.clear()

    def verdichte(self) -> None:
        """Forget what is finished: the state depends on what is open, never on what has been (faults 3, 4)."""
        for id_, teilebene in list(self.subprocesses.items()):
            if teilebene.completed or not teilebene.besitzer.lebt:
                del self.subprocesses[id_]
        for ebene in self.ebenen():
            _verdichte(ebene)

    def feuere_timer(self, kandidaten: list[Marke]) -> None:
        """Fire those of the tokens whose instant has come, and what they set off, in the order of the instants."""
        haufen: list[tuple[datetime, int, Marke]] = []
        while True:
            for marke in kandidaten:
                faellig_am = _faellig_am(marke)
                if faellig_am is not None and faellig_am <= self.lauf.now:
                    heapq.heappush(haufen, (faellig_am, marke.nr, marke))
            if not haufen:
                return
            faellig_am, _, marke = heapq.heappop(haufen)
            kandidaten = self._feuere(marke) if _faellig_am(marke) == faellig_am else []

    def _feuere(self, marke: Marke) -> list[Marke]:
        """Fire one timer and run on; returns the timers that begin or go on to wait."""
        self.lauf.zaehle_schritt(marke)
        bisher = len(self.lauf.neue_timer)
        marke.task_spec.ausloese(marke)
        self.laufe()
        return [marke, *self.lauf.neue_timer[bisher:]]


def _nr(marke: Marke) -> int:
    return marke.nr


def _wartet_auf_bedingung(marke: Marke) -> bool:
    definition = marke.task_spec.definition
    return marke._state == WARTET and definition is not None and definition.art is WarteArt.BEDINGUNG


def _faellig_am(marke: Marke) -> datetime | None:
    """Due instant of a timer that waits."""
    faellig_am: datetime | None = marke.task_spec.faellig_am(marke) if marke._state == WARTET else None
    return faellig_am


def _verdichte(ebene: Any) -> None:
    wurzel: Marke = ebene.task_tree
    behalten = {wurzel.id: wurzel}
    for marke in [*ebene.wache(), *(ebene.tasks[id_] for id_ in set(ebene.arbeit.eltern) if id_ is not None)]:
        behalten[marke.id] = marke
        while (eltern := _gruppe(marke)) is not None and eltern.id not in behalten:
            behalten[eltern.id] = marke = eltern
    for marke in behalten.values():
        marke._children = []
    for marke in behalten.values():
        if marke is not wurzel:
            eltern = _gruppe(marke) or wurzel
            marke._parent = eltern.id
            eltern._children.append(marke.id)
    ebene.tasks = behalten


def _gruppe(marke: Marke) -> Marke | None:
    """The parent with which a token must stay together."""
    eltern = marke.eltern
    return eltern if eltern is not None and eltern.task_spec.is_gruppe else None
