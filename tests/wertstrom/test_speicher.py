"""The store: replaces whole Faelle, forgets them, works offline and from many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import duckdb
import pytest

from engine.errors import Invalid
from wertstrom import beispiel
from wertstrom.ereignisprotokoll import Protokoll, create_protokoll
from wertstrom.kennzahlen import Auswahl, durchlaufzeit
from wertstrom.speicher import Speicher

STUNDE = 3_600_000_000


def fall(nummer: int, stunden: int, prozess: str = "p") -> Protokoll:
    kopf: dict[str, Any] = {
        "fall": nummer,
        "prozess": prozess,
        "version": 1,
        "start_us": 0,
        "ende_us": stunden * STUNDE,
    }
    schritt = {"fall": nummer, "knoten": "a", "lauf": 1, "name": "A", "art": "aufgabe", "ausgang": "erledigt"}
    zeiten = {"bereit_us": 0, "begonnen_us": 0, "fertig_us": stunden * STUNDE}
    return create_protokoll([kopf | {"ausgang": "abgeschlossen", "beispiel": False}], [schritt | zeiten])


def dauer(speicher: Speicher, prozess: str = "p") -> tuple[int, float | None]:
    zeit = durchlaufzeit(speicher, Auswahl(prozess))
    return zeit.n, zeit.kt.mittel


def test_a_fall_that_comes_again_replaces_itself() -> None:
    speicher = Speicher()
    speicher.replace(fall(1, 24))
    speicher.replace(fall(1, 48))
    assert dauer(speicher) == (1, 2.0)
    assert [zeile["laeufe"] for zeile in speicher.query("schritte", **Auswahl("p").werte())] == [1]


def test_forgotten_faelle_are_in_no_figure() -> None:
    speicher = Speicher()
    speicher.replace(fall(1, 24))
    speicher.replace(fall(2, 48))
    speicher.remove([1, 99])
    assert dauer(speicher) == (1, 2.0)


def test_every_change_has_a_new_stand() -> None:
    speicher = Speicher()
    staende = [speicher.stand]
    speicher.replace(fall(1, 24))
    staende.append(speicher.stand)
    speicher.remove([1])
    staende.append(speicher.stand)
    assert staende == sorted(set(staende))


def test_an_answer_is_remembered_until_something_changes_and_belongs_to_who_asked() -> None:
    speicher = Speicher()
    speicher.replace(fall(1, 24))
    erste = speicher.query("prozesse")
    erste[0]["faelle"] = 99
    assert speicher.query("prozesse")[0]["faelle"] == 1
    speicher.replace(fall(2, 24))
    assert speicher.query("prozesse")[0]["faelle"] == 2
    for jetzt in range(2_000):
        speicher.query("bestand", ziel_at=True, ziel_us=1, jetzt_us=jetzt, jetzt_stand_us=0, **Auswahl("p").werte())
    assert len(speicher._antworten) <= 500


def test_a_broken_protokoll_changes_nothing() -> None:
    speicher = Speicher()
    speicher.replace(fall(1, 24))
    stand = speicher.stand
    kaputt = fall(1, 48)
    with pytest.raises(Invalid):
        speicher.replace(Protokoll(kaputt.faelle, kaputt.schritte.slice(0, 0).append_column("x", [[]])))
    assert (speicher.stand, dauer(speicher)) == (stand, (1, 1.0))


def test_processes_do_not_mix() -> None:
    speicher = Speicher()
    speicher.replace(fall(1, 24, "p"))
    speicher.replace(fall(2, 72, "q"))
    assert (dauer(speicher, "p"), dauer(speicher, "q")) == ((1, 1.0), (1, 3.0))
    assert [zeile["prozess"] for zeile in speicher.query("prozesse")] == ["p", "q"]


def test_readers_and_a_writer_work_at_the_same_time() -> None:
    speicher = Speicher()
    speicher.replace(fall(0, 24))

    def arbeite(nummer: int) -> float | None:
        if nummer % 4 == 0:
            speicher.replace(fall(nummer, 24))
        return dauer(speicher)[1]

    with ThreadPoolExecutor(8) as faeden:
        assert set(faeden.map(arbeite, range(40))) == {1.0}
    assert dauer(speicher) == (10, 1.0)


def test_no_extension_is_ever_fetched() -> None:
    speicher = beispiel.fuenf_schritte()
    with pytest.raises(duckdb.Error):
        speicher._verbindung.execute("select * from sqlite_scan('x.sqlite', 'y')")


def test_python_variables_are_no_tables() -> None:
    fremd = fall(1, 24).faelle
    assert fremd.num_rows == 1
    with pytest.raises(duckdb.CatalogException):
        Speicher()._verbindung.execute("select * from fremd")
