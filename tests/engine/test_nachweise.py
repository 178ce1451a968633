"""What has to follow a step for it to count as documented (K05, K06): read, refused, written back."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from engine.katalog.bericht import Bericht, Tabelle
from engine.katalog.einrichtung import read_einrichtung
from engine.katalog.schreiben import write_toml

K05 = {"anlass": "konferenz", "schritte": ["protokoll", "versand"]}


def test_proofs_are_read_and_come_back_from_a_download():
    bericht = Bericht()
    einrichtung = read_einrichtung(Tabelle({"nachweise": {"K05": K05}}, "prozess.toml", "", bericht))
    assert bericht.befunde == []
    assert einrichtung["nachweise"] == {"K05": K05}
    text = write_toml("p", "P", einrichtung, date(2026, 6, 1))
    assert tomllib.loads(text)["nachweise"] == {"K05": K05}


@pytest.mark.parametrize(
    ("eintrag", "ort"),
    [
        ({"K99": K05}, "nachweise.K99"),
        ({"K05": {"anlass": "konferenz"}}, "nachweise.K05.schritte"),
        ({"K05": {"schritte": ["a"]}}, "nachweise.K05.anlass"),
        ({"K05": 7}, "nachweise.K05"),
        (7, "nachweise"),
    ],
)
def test_faults_are_named_at_their_place(eintrag, ort):
    bericht = Bericht()
    einrichtung = read_einrichtung(Tabelle({"nachweise": eintrag}, "prozess.toml", "", bericht))
    assert [b.element for b in bericht.befunde] == [ort]
    assert einrichtung.get("nachweise", {}) == {}
