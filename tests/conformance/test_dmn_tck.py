"""The compatibility kit of the DMN standard: every case passes but those that would have to run foreign code."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

HIER = Path(__file__).resolve()
ARCHIV = HIER.parents[2].parent / "shared" / "data" / "dmn-tck-dev.zip"


@pytest.mark.konformitaet
def test_all_cases_of_the_kit_pass_but_those_known_to_fail() -> None:
    spec = importlib.util.spec_from_file_location("dmn_tck", HIER.with_name("dmn_tck.py"))
    assert spec is not None and spec.loader is not None
    dmn_tck = importlib.util.module_from_spec(spec)
    sys.modules["dmn_tck"] = dmn_tck
    spec.loader.exec_module(dmn_tck)
    bestanden, fehler = dmn_tck.run(ARCHIV)
    assert [(fall.ordner, fall.nummer, grund) for fall, grund in fehler if fall.ordner not in dmn_tck.BEKANNT] == []
    assert bestanden >= 0.99 * (bestanden + len(fehler))
