"""Writes docs/semantik.md from the rows beside the tests: ``python docs/semantik.py``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

ORDNER = Path(__file__).parent
ZEILEN = ORDNER.parent / "tests" / "engine" / "spiff" / "semantik.toml"
ZIEL = ORDNER / "semantik.md"
ZUSTAND = {"laeuft": "läuft", "befund": "Befund beim Hochladen"}
KOPF = """# Was mit jedem Element von BPMN und DMN geschieht

Jede Zeile läuft und hat Tests mit einem eigenen kleinen Modell, oder sie ist beim Hochladen mit einem Befund
beantwortet. Die zweite Spalte sagt, was SpiffWorkflow 3.2 für sich allein damit macht (siehe
[spiffworkflow.md](spiffworkflow.md)). Ein Befund neben „läuft“ nennt den Fall, in dem es anders ausgeführt wird.
Diese Seite schreibt `python docs/semantik.py` aus `tests/engine/spiff/semantik.toml`; ein Test hält sie aktuell.

| Element | SpiffWorkflow allein | Hilfefluss | Befund | Anmerkung | Belege |
|---|---|---|---|---|---|
"""


def read_zeilen() -> list[dict[str, Any]]:
    """The rows, in order."""
    zeilen: list[dict[str, Any]] = tomllib.loads(ZEILEN.read_text("utf-8"))["zeile"]
    return zeilen


def render(zeilen: list[dict[str, Any]]) -> str:
    """The page."""
    return KOPF + "".join(f"| {' | '.join(_spalten(zeile))} |\n" for zeile in zeilen)


def _spalten(zeile: dict[str, Any]) -> list[str]:
    belege = ", ".join(
        f'[{nr}](../{beleg.partition("::")[0]} "{_satz(beleg)}")' for nr, beleg in enumerate(zeile["belege"], 1)
    )
    befund = f"`{zeile['befund']}`" if "befund" in zeile else ""
    zustand = ZUSTAND[zeile["zustand"]]
    return [zeile["element"], zeile["spiff"], zustand, befund, zeile.get("anmerkung", ""), belege]


def _satz(beleg: str) -> str:
    return beleg.partition("::test_")[2].replace("_", " ")


if __name__ == "__main__":
    ZIEL.write_text(render(read_zeilen()), "utf-8")
