"""Every row of the table of semantics is proven by a test or answered by a finding, and its page is current."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

WURZEL = Path(__file__).resolve().parents[3]


def _lade_generator() -> ModuleType:
    spez = importlib.util.spec_from_file_location("semantik", WURZEL / "docs" / "semantik.py")
    assert spez is not None and spez.loader is not None
    modul = importlib.util.module_from_spec(spez)
    spez.loader.exec_module(modul)
    return modul


SEMANTIK = _lade_generator()
ZEILEN = SEMANTIK.read_zeilen()


def _tests(datei: str) -> set[str]:
    baum = ast.parse((WURZEL / datei).read_text("utf-8"))
    return {k.name for k in baum.body if isinstance(k, ast.FunctionDef) and k.name.startswith("test_")}


@pytest.fixture(scope="module")
def codes() -> set[str]:
    """Every text that the checks of drawings write out."""
    dateien = (WURZEL / "engine" / "bpmn").rglob("*.py")
    knoten = (k for datei in dateien for k in ast.walk(ast.parse(datei.read_text("utf-8"))))
    return {k.value for k in knoten if isinstance(k, ast.Constant) and isinstance(k.value, str)}


@pytest.mark.parametrize("zeile", ZEILEN, ids=lambda zeile: zeile["element"])
def test_every_row_names_tests_and_findings_that_exist(zeile, codes):
    assert zeile.keys() <= {"element", "spiff", "zustand", "belege", "befund", "anmerkung"}
    assert zeile["zustand"] in SEMANTIK.ZUSTAND and zeile["spiff"] in ("ja", "teilweise", "nein", "still falsch")
    assert zeile["belege"]
    for beleg in zeile["belege"]:
        datei, _, name = beleg.partition("::")
        assert name in _tests(datei), beleg
    assert zeile.get("befund") in codes | {None}
    assert zeile["zustand"] == "laeuft" or "befund" in zeile


def test_no_element_stands_twice():
    assert len({zeile["element"] for zeile in ZEILEN}) == len(ZEILEN) >= 40


def test_the_page_is_current():
    assert SEMANTIK.ZIEL.read_text("utf-8") == SEMANTIK.render(ZEILEN), "python docs/semantik.py"
