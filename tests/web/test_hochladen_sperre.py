"""While a drawing is checked nobody waits for the database: the long part lies before the transaction."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from engine.pruefstand import werkstatt

ZEICHNUNG = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="{0}" name="Neu"><startEvent id="s"/>'
    '<userTask id="t"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
    '<sequenceFlow id="g" sourceRef="t" targetRef="e"/></process></definitions>'
)


@pytest.fixture
def manager(as_person: Any) -> Any:
    return as_person("prozesse")


@pytest.fixture
def gefragt(app: Any, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every question to a child process; at each of them somebody else may write at once."""
    datei = app.extensions["hilfefluss"].db_engine.url.database
    fragen: list[bytes] = []
    echte: Callable[[bytes], bytes] = werkstatt.frage

    def frage(auftrag: bytes) -> bytes:
        with sqlite3.connect(datei, timeout=0, isolation_level=None) as andere:
            andere.execute("BEGIN IMMEDIATE")
            andere.execute("ROLLBACK")
        fragen.append(auftrag)
        return echte(auftrag)

    monkeypatch.setattr(werkstatt, "frage", frage)
    return fragen


def test_a_drawing_is_checked_before_its_transaction_and_once(manager: Any, gefragt: list[bytes]) -> None:
    datei = (io.BytesIO(ZEICHNUNG.format("ohne_sperre").encode()), "neu.bpmn")
    antwort = manager.post("/prozesse/hochladen", data={"dateien": [datei]})
    assert antwort.status_code == 303 and len(gefragt) == 1


def test_so_is_what_is_drawn_in_the_browser(manager: Any, gefragt: list[bytes]) -> None:
    datei = (io.BytesIO(ZEICHNUNG.format("gezeichnet").encode()), "neu.bpmn")
    ort = manager.post("/prozesse/hochladen", data={"dateien": [datei]}).location
    xml = ZEICHNUNG.format("gezeichnet").replace('<userTask id="t"/>', '<userTask id="t" name="Anders"/>')
    antwort = manager.post(f"{ort}/modellieren", data={"xml": xml, "stand": "1"})
    assert antwort.status_code == 303 and len(gefragt) == 2
