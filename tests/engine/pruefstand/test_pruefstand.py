"""The wall around the check: same answers, limits that hold, and nothing that comes through."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import boesartig
import boesartige_tabellen
import pytest

from engine import bpmn, dmn, pruefstand
from engine.bpmn.ergebnis import Status, Stufe
from engine.pruefstand import daten, werkstatt

FASTTRACK = Path(__file__).resolve().parents[3] / "prozesse" / "p02_hze_fasttrack" / "p02_hze_fasttrack.bpmn"
VORGABEN = {
    "bekannte_prozesse": frozenset({"anderer"}),
    "variablen": frozenset({"eingang", "betrag"}),
    "entscheidungen": {"stufe": frozenset({"stufe"})},
    "zuordnung": {"p02_r010": "stufe"},
}


def test_the_answer_is_that_of_the_check_itself():
    inhalt = FASTTRACK.read_bytes()
    assert pruefstand.pruefe(inhalt, "a.bpmn", **VORGABEN) == bpmn.pruefe(inhalt, "a.bpmn", **VORGABEN)
    assert pruefstand.pruefe(inhalt).ausfuehrbar == bpmn.pruefe(inhalt).ausfuehrbar


@pytest.mark.parametrize("name", boesartig.FAELLE)
def test_a_hostile_drawing_gets_a_clear_finding_within_the_limits(name):
    inhalt, erwartet = boesartig.FAELLE[name]
    ergebnis = pruefstand.pruefe(inhalt, name)
    arten = {b.art for b in ergebnis.befunde}
    assert "pruefung_abgebrochen" not in arten
    assert not erwartet or arten & erwartet
    assert all(b.text and b.abhilfe for b in ergebnis.befunde)
    assert "root:" not in repr(ergebnis)


def test_many_at_once_all_get_their_own_answer():
    dateien = [boesartig.prozess(f'<userTask id="a" name="Nummer {n}"/>') for n in range(12)]
    antworten: dict[int, str] = {}

    def check(n: int) -> None:
        schritte = pruefstand.pruefe(dateien[n]).modelle[0].schritte
        antworten[n] = next(s.name for s in schritte if s.element == "a")

    faeden = [threading.Thread(target=check, args=(n,)) for n in range(12)]
    for faden in faeden:
        faden.start()
    for faden in faeden:
        faden.join()
    assert antworten == {n: f"Nummer {n}" for n in range(12)}


def test_a_workshop_that_was_killed_is_replaced():
    assert pruefstand.pruefe(boesartig.prozess(name="vorher")).status is Status.LAUFFAEHIG
    alte = werkstatt._werkstatt
    assert alte is not None
    os.kill(alte.prozess.pid, signal.SIGKILL)
    alte.prozess.wait()
    assert pruefstand.pruefe(boesartig.prozess(name="nachher")).status is Status.LAUFFAEHIG


GIERIG = {
    "Speicher": ("x = [bytes(1 << 20) for _ in range(2000)]", {1}),
    "Zeit": ("exec('while True: pass')", {-signal.SIGKILL, -signal.SIGXCPU}),
    "Datei": (
        "import os; os.write(os.open('/tmp/hilfefluss-probe', os.O_CREAT | os.O_WRONLY), b'x')",
        {1, -signal.SIGXFSZ},
    ),
    "Warten": ("import time; time.sleep(60)", {-signal.SIGALRM}),
}


@pytest.mark.parametrize("was", GIERIG)
def test_the_limits_hold(was):
    befehl, erwartet = GIERIG[was]
    # On a busy machine a second of computing may last many seconds.
    wartezeit = 3 if was == "Warten" else 50
    grenzen = f"from engine.pruefstand import grenzen as g; g.SEKUNDEN = 1; g.WARTEZEIT_S = {wartezeit}; g.bind()"
    programm = f"{grenzen}; {befehl}"
    ende = subprocess.run([sys.executable, "-c", programm], capture_output=True, timeout=60, check=False)
    assert ende.returncode in erwartet


def test_a_check_without_answer_is_a_refusal_in_words(monkeypatch):
    monkeypatch.setattr(werkstatt, "frage", lambda auftrag: b"")
    tabellen = pruefstand.pruefe_entscheidungen({"a": b"x", "b": b"y"})
    assert {b.stufe for befunde in tabellen.values() for b in befunde} == {dmn.Stufe.FEHLER}
    assert "abgebrochen" in tabellen["a"][0].text
    ergebnis = pruefstand.pruefe(b"x", "gross.bpmn")
    assert (ergebnis.status, ergebnis.datei) == (Status.ABGELEHNT, "gross.bpmn")
    (befund,) = ergebnis.befunde
    assert befund.stufe is Stufe.FEHLER
    assert "abgebrochen" in befund.text


def test_what_was_asked_is_not_asked_again_but_a_failure_is(monkeypatch):
    gefragt = []
    monkeypatch.setattr(werkstatt, "frage", lambda auftrag: gefragt.append(auftrag) or b"")
    for _ in range(2):
        pruefstand.pruefe(b"wird nichts", "a.bpmn")
    assert len(gefragt) == 2
    monkeypatch.undo()
    einmal = pruefstand.pruefe(boesartig.prozess(name="einmal"), "a.bpmn")
    monkeypatch.setattr(werkstatt, "frage", lambda auftrag: gefragt.append(auftrag) or b"")
    assert pruefstand.pruefe(boesartig.prozess(name="einmal"), "a.bpmn") == einmal
    anders = pruefstand.pruefe(boesartig.prozess(name="einmal"), "a.bpmn", variablen=frozenset({"x"}))
    assert len(gefragt) == 3 and anders.status is Status.ABGELEHNT


@pytest.mark.parametrize("name", boesartige_tabellen.FAELLE)
def test_a_hostile_decision_model_is_judged_behind_the_wall(name):
    (befunde,) = pruefstand.pruefe_entscheidungen({name: boesartige_tabellen.FAELLE[name]}).values()
    assert "pruefung_abgebrochen" not in {b.art for b in befunde}
    assert all(b.text and b.abhilfe for b in befunde)
    assert "root:" not in repr(befunde)
    harmlos = {"ausdruck_potenz", "ausdruck_schleife", "utf_16", "script", "java"}
    assert befunde or name in harmlos


def test_decision_models_are_judged_as_by_the_check_itself():
    dateien = {"a": boesartige_tabellen.tabelle(2, [["&lt; 5", "-"], ["&lt; 7", "-"]]), "b": b"nichts"}
    assert pruefstand.pruefe_entscheidungen(dateien) == dmn.pruefe_alle(dateien)
    benannt = boesartige_tabellen.ausdruck("betrag + 1")
    for variablen in (None, frozenset({"betrag"})):
        assert pruefstand.pruefe_entscheidungen({"c": benannt}, variablen) == dmn.pruefe_alle({"c": benannt}, variablen)
    assert pruefstand.pruefe_entscheidungen({}) == {}


@pytest.mark.parametrize(
    "antwort",
    [
        b"",
        b"\x00" * 8,
        b"\xff" * 40,
        daten._pack([], b""),
        daten._pack({}, b""),
        daten._pack({"datei": "x", "status": "lauffaehig", "befunde": [{"stufe": "fehler"}], "modelle": []}, b""),
        daten._pack({"datei": "x", "status": "unbekannt", "befunde": [], "modelle": []}, b""),
        daten._pack({"datei": 7, "status": "leer", "befunde": [], "modelle": []}, b""),
        daten._pack({"datei": "x", "status": "leer", "befunde": {}, "modelle": []}, b""),
        daten._pack({"datei": "x", "status": "leer", "befunde": [], "modelle": [], "__class__": "os.system"}, b""),
    ],
)
def test_what_is_no_answer_is_taken_for_none(antwort):
    assert daten.read_antwort(antwort) is None


def test_the_workshop_knows_nothing_of_the_environment(monkeypatch):
    """A secret in the environment of the product does not reach the process that reads foreign files."""
    monkeypatch.setenv("HILFEFLUSS_GEHEIM", "nichts für andere")
    werkstatt.close()
    assert pruefstand.pruefe(boesartig.prozess(name="ohne Umgebung")).status is Status.LAUFFAEHIG
    umgebung = Path(f"/proc/{werkstatt._werkstatt.prozess.pid}/environ").read_bytes()
    assert b"HILFEFLUSS" not in umgebung
