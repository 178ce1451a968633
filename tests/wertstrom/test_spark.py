"""Spark answers every named query with the numbers of DuckDB, on a fixed log with everything in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from gemischtes_protokoll import ALLES, FRAGEN, mixed, shown_rows

from engine.errors import Invalid
from wertstrom.kalender import Arbeitszeit
from wertstrom.kennzahlen import Auswahl
from wertstrom.speicher import Speicher
from wertstrom.speicher.wahl import open_speicher

#: for tables of a few rows: one partition, and nothing compiled
KLEIN = "&spark.sql.shuffle.partitions=1&spark.sql.codegen.wholeStage=false&spark.sql.codegen.factoryMode=NO_CODEGEN"
#: each named query once
JE_ABFRAGE = dict(FRAGEN)


@pytest.fixture(scope="module")
def beide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Speicher, Speicher]]:
    """The same log in memory, and in a folder that Spark reads."""
    ordner = tmp_path_factory.mktemp("spark")
    spark = open_speicher(f"spark://local?ordner={ordner}{KLEIN}", "amt", Arbeitszeit())
    im_speicher = Speicher()
    for speicher in (im_speicher, spark):
        speicher.replace(mixed(120))
        speicher.replace(mixed(10, saat=8, ab=60))
    yield im_speicher, spark
    spark.close()


def test_every_named_query_answers_the_same(beide: tuple[Speicher, Speicher]) -> None:
    for name, werte in (*JE_ABFRAGE.items(), ("prozesse", {})):
        auswahl = {} if name == "prozesse" else ALLES.werte()
        links, rechts = (shown_rows(speicher, name, werte | auswahl) for speicher in beide)
        assert links == rechts, (name, werte)


def test_what_was_removed_is_gone_and_an_empty_store_has_answers(tmp_path: Path) -> None:
    speicher = open_speicher(f"spark://local?ordner={tmp_path}{KLEIN}", "amt", Arbeitszeit())
    assert speicher.query("schritte", **ALLES.werte()) == []
    speicher.replace(mixed(3))
    assert speicher.query("schritte", **Auswahl("p").werte())
    speicher.clear()
    assert speicher.query("prozesse") == []


@pytest.mark.parametrize("angabe", ["spark://", "spark://local", "spark://?ordner=/x"])
def test_a_setting_that_means_nothing_is_refused_in_words(angabe: str) -> None:
    with pytest.raises(Invalid, match="Erwartet wird spark://"):
        open_speicher(angabe, "amt", Arbeitszeit())
