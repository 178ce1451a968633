"""Load → complete → store of one task without a database: our adapter beside stock SpiffWorkflow."""

from __future__ import annotations

import gc
import json
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks.enginemessung.modelle import FORMULAR, write_dateien, write_zweige
from engine import spiff

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
RUNDEN = (0, 10, 100)
BLOCK = 5
#: beyond, stock takes minutes
STOCK_ZWEIGE = 100


class Wir:
    """Our adapter; a state is what the application stores: the blob and the variables."""

    def __init__(self, *dateien: bytes) -> None:
        self.modell = spiff.lade_modell(spiff.Quelle(f"benchmark-{hash(dateien)}", "p", dateien))
        self.umgebung = spiff.Umgebung()

    def beginne(self) -> tuple[bytes, bytes, dict[str, str]]:
        return self._merke(spiff.start(self.modell, dict(FORMULAR), umgebung=self.umgebung, now=JETZT))

    def erledige(self, stand: Any, element: str, eingaben: dict[str, Any]) -> tuple[bytes, bytes, dict[str, str]]:
        zustand, variablen, token = stand
        return self._merke(
            spiff.complete(
                self.modell,
                zustand,
                {**orjson.loads(variablen), **eingaben},
                token[element],
                umgebung=self.umgebung,
                now=JETZT,
            )
        )

    def groesse(self, stand: Any) -> int:
        return len(stand[0]) + len(stand[1])

    def _merke(self, ergebnis: spiff.Ergebnis) -> tuple[bytes, bytes, dict[str, str]]:
        token = {bereit.element: bereit.token for bereit in ergebnis.bereit}
        return ergebnis.zustand, orjson.dumps(ergebnis.variablen), token


class Stock:
    """SpiffWorkflow as its documentation shows it: one JSON text with everything, data in the tasks."""

    def __init__(self, *dateien: bytes) -> None:
        parser = BpmnParser()
        for xml in dateien:
            parser.add_bpmn_str(re.sub(rb'(\w)="(\w+)"</cond', rb'\1 == "\2"</cond', xml).replace(b">P3D<", b'>"P3D"<'))
        self.specs = parser.get_spec("p"), parser.get_subprocess_specs("p")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())

    def beginne(self) -> str:
        workflow = BpmnWorkflow(*self.specs)
        workflow.do_engine_steps()
        workflow.get_tasks(state=TaskState.READY, manual=True)[0].data.update(FORMULAR)
        return self._speichere(workflow)

    def erledige(self, stand: str, element: str, eingaben: dict[str, Any]) -> str:
        workflow = self.serializer.deserialize_json(stand)
        self._erledige(workflow, element, eingaben)
        return self._speichere(workflow)

    def groesse(self, stand: str) -> int:
        return len(stand)

    def _speichere(self, workflow: Any) -> str:
        text: str = self.serializer.serialize_json(workflow)
        return text

    def _erledige(self, workflow: Any, element: str, eingaben: dict[str, Any]) -> None:
        aufgaben = workflow.get_tasks(state=TaskState.READY, manual=True)
        aufgabe = next(a for a in aufgaben if a.task_spec.name == element)
        aufgabe.data.update(eingaben)
        aufgabe.run()
        workflow.do_engine_steps()


def play_schleifen(seite: Any, anzahl: int) -> Any:
    """A Vorgang that has been sent back `anzahl` times."""
    stand = seite.beginne()
    for nr in range(anzahl):
        stand = seite.erledige(stand, "antrag", json.loads(json.dumps(FORMULAR)))
        stand = seite.erledige(stand, "leitung", {"urteil": "nochmal", "notiz": f"bitte Zeile {nr} berichtigen"})
    return stand


@dataclass(frozen=True)
class Messung:
    """One step at one age, both sides."""

    name: str
    runden: int
    ms: dict[str, float]
    bytes: dict[str, int]

    @property
    def faktor(self) -> float:
        return self.ms["stock"] / self.ms["wir"]


def measure(name: str, runden: int, seiten: dict[str, Any], staende: dict[str, Any], schritt: Any, n: int) -> Messung:
    """Median of `n` runs of each side, in turns of `BLOCK`: a large step leaves the caches of the machine cold."""
    element, eingaben = schritt
    zeiten: dict[str, list[float]] = {seite: [] for seite in seiten}
    gc.collect()
    gc.disable()
    try:
        for seite, spieler in (paar for _ in range(0, n, BLOCK) for paar in seiten.items()):
            for _ in range(BLOCK):
                beginn = time.process_time()
                spieler.erledige(staende[seite], element, eingaben)
                zeiten[seite].append(1e3 * (time.process_time() - beginn))
    finally:
        gc.enable()
    groessen = {seite: spieler.groesse(staende[seite]) for seite, spieler in seiten.items()}
    return Messung(name, runden, {s: statistics.median(z) for s, z in zeiten.items()}, groessen)


def run(wiederholungen: int, melde: Callable[[str], None]) -> list[Messung]:
    """All steps at all ages."""
    seiten: dict[str, Any] = {"wir": Wir(*write_dateien()), "stock": Stock(*write_dateien())}
    messungen = []
    melde(f"{'Schritt':34} {'Runden':>6} {'wir ms':>8} {'stock ms':>9} {'Faktor':>7} {'wir B':>7} {'stock B':>8}")
    for runden in RUNDEN:
        staende = {name: play_schleifen(seite, runden) for name, seite in seiten.items()}
        n = max(5, wiederholungen // (4 if runden == max(RUNDEN) else 1))
        messungen.append(measure("antrag_mit_frist", runden, seiten, staende, ("antrag", FORMULAR), n))
        for schritt in (("antrag", FORMULAR), ("leitung", {"urteil": "ja"})):
            staende = {name: seite.erledige(staende[name], *schritt) for name, seite in seiten.items()}
        messungen.append(measure("aufgabe_im_parallelen_teil", runden, seiten, staende, ("bestellen", {"nr": 1}), n))
        for m in messungen[-2:]:
            melde(
                f"{m.name:34} {m.runden:6} {m.ms['wir']:8.3f} {m.ms['stock']:9.3f} {m.faktor:7.1f} "
                f"{m.bytes['wir']:7} {m.bytes['stock']:8}"
            )
    return messungen


def measure_zweige(anzahl: int, melde: Callable[[str], None]) -> dict[str, float]:
    """CPU seconds to complete that many parallel branches, loading and storing for each."""
    zweige = [f"z{nr}" for nr in range(anzahl)]
    xml = write_zweige(anzahl)
    zahlen: dict[str, float] = {}
    seiten: dict[str, Any] = {"": Wir(xml)} | ({"stock_": Stock(xml)} if anzahl <= STOCK_ZWEIGE else {})
    for name, seite in seiten.items():
        stand, beginn = seite.beginne(), time.process_time()
        for zweig in zweige:
            stand = seite.erledige(stand, zweig, {})
        zahlen[f"zweige_{anzahl}_{name}s"] = round(time.process_time() - beginn, 3)
    if anzahl <= STOCK_ZWEIGE:
        zahlen[f"zweige_{anzahl}_faktor"] = round(zahlen[f"zweige_{anzahl}_stock_s"] / zahlen[f"zweige_{anzahl}_s"], 1)
    melde(f"{anzahl} parallele Zweige erledigen: {zahlen}")
    return zahlen


def figures(messungen: list[Messung]) -> dict[str, float]:
    """Named figures of all measurements, and how our step grows with age."""
    zahlen: dict[str, float] = {}
    for m in messungen:
        kopf = f"{m.name}_{m.runden}"
        zahlen[f"{kopf}_ms"] = round(m.ms["wir"], 4)
        zahlen[f"{kopf}_stock_ms"] = round(m.ms["stock"], 4)
        zahlen[f"{kopf}_faktor"] = round(m.faktor, 2)
        zahlen[f"{kopf}_bytes"] = m.bytes["wir"]
        zahlen[f"{kopf}_stock_bytes"] = m.bytes["stock"]
    for name in {m.name for m in messungen}:
        alt, neu = zahlen[f"{name}_{max(RUNDEN)}_ms"], zahlen[f"{name}_{min(RUNDEN)}_ms"]
        zahlen[f"{name}_wachstum"] = round(alt / neu, 2)
    return dict(sorted(zahlen.items()))
