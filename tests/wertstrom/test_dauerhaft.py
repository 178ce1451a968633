"""The store on disk: the same figures as in memory, whatever came in which order; crash-safe; for many processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from gemischtes_protokoll import ALLES, FRAGEN, START_US, TAG, mixed, shown_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from wertstrom.kennzahlen import Auswahl, durchlaufzeit
from wertstrom.speicher import Speicher
from wertstrom.speicher import ablage as ablage_modul
from wertstrom.speicher.dauerhaft import Dauerspeicher
from wertstrom.speicher.rang import Stufen, Werte, quantiles

AUSWAHLEN = (
    ALLES,
    Auswahl("p", version=2),
    Auswahl("p", von_us=START_US + 20 * TAG, bis_us=START_US + 100 * TAG),
    Auswahl("p", bis_us=START_US - 1),
    Auswahl("fehlt"),
)


@pytest.fixture
def klein(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts so small that a few hundred Faelle fill many."""
    monkeypatch.setattr(ablage_modul, "_WACHSEN_BIS", 30)
    monkeypatch.setattr(ablage_modul, "_HOECHSTENS", 60)


@pytest.fixture
def ordner(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "wertstrom"


def assert_same(einer: Speicher, anderer: Speicher, auswahlen: tuple[Auswahl, ...] = (ALLES,)) -> None:
    for auswahl in auswahlen:
        for name, werte in FRAGEN:
            assert shown_rows(einer, name, werte | auswahl.werte()) == shown_rows(
                anderer, name, werte | auswahl.werte()
            ), (name, werte, auswahl)
    assert einer.query("prozesse") == anderer.query("prozesse")


@pytest.mark.usefixtures("klein")
def test_every_query_answers_as_in_memory_whatever_came_in_which_order(ordner: Path) -> None:
    alle, spaeter = mixed(300), mixed(40, saat=8, ab=100)
    im_speicher, dauerhaft = Speicher(), Dauerspeicher(ordner)
    for speicher in (im_speicher, dauerhaft):
        speicher.replace(alle)
        speicher.replace(spaeter)
        speicher.remove([5, 6, 7, 999_999])
    assert_same(im_speicher, dauerhaft, AUSWAHLEN)
    dauerhaft.replace(mixed(3, saat=9, ab=500))
    im_speicher.replace(mixed(3, saat=9, ab=500))
    assert_same(im_speicher, dauerhaft)


def test_the_questions_are_all_named_queries() -> None:
    abfragen = Path(ablage_modul.__file__).parent / "abfragen"
    assert {name for name, _ in FRAGEN} | {"prozesse"} == {datei.stem for datei in abfragen.glob("*.sql")}


@pytest.mark.usefixtures("klein")
def test_a_fall_lies_whole_in_one_part_and_a_change_writes_few(ordner: Path) -> None:
    speicher = Dauerspeicher(ordner)
    speicher.replace(mixed(300))
    vorher = set(speicher.ablage.verzeichnis().teile)
    speicher.replace(mixed(1, saat=8, ab=100))
    nachher = set(speicher.ablage.verzeichnis().teile)
    assert len(vorher - nachher) == 1
    assert sum(teil.faelle for teil in nachher) == 300
    verteilt = "select count(distinct teil) from (select fall, teil from schritt union select fall, teil from fall)"
    assert speicher._verbindung.execute(f"{verteilt} group by fall order by 1 desc limit 1").fetchall() == [(1,)]


def test_a_sync_that_stops_half_way_leaves_the_old_state(ordner: Path) -> None:
    speicher = Dauerspeicher(ordner)
    speicher.replace(mixed(30))
    stand, teile = speicher.stand, speicher.ablage.verzeichnis().teile

    class Absturz(Exception):
        pass

    with pytest.raises(Absturz), speicher.writing({"marke": 7}):
        speicher.replace(mixed(30, ab=100))
        speicher._flush()
        raise Absturz
    anderer = Dauerspeicher(ordner)
    assert (anderer.stand, anderer.ablage.verzeichnis().teile, dict(anderer.merke)) == (stand, teile, {})
    with speicher.writing({"marke": 8}):
        speicher.replace(mixed(1, ab=200))
    anderer.refresh()
    assert dict(anderer.merke) == {"marke": 8}
    uebrig = {int(pfad.name) for pfad in (ordner / "teile").glob("*/*")}
    benannt = {teil.nr for teil in anderer.ablage.verzeichnis().teile}
    assert benannt <= uebrig, "what stopped half-way was swept away, what is named is there"
    assert len(uebrig - benannt) <= len(teile)


def test_what_was_removed_leaves_the_disk_at_once(ordner: Path) -> None:
    speicher = Dauerspeicher(ordner)
    speicher.replace(mixed(30))
    speicher.replace(mixed(1, saat=3))
    speicher.remove([0])
    dateien = {int(pfad.name) for pfad in (ordner / "teile").glob("*/*")}
    assert dateien == {teil.nr for teil in speicher.ablage.verzeichnis().teile}
    assert speicher._verbindung.execute("select count(*) from schritt where fall = 0").fetchall() == [(0,)]
    speicher.clear()
    assert (speicher.query("prozesse"), list((ordner / "teile").glob("*/*"))) == ([], [])


def test_a_reader_whose_parts_are_gone_looks_again(ordner: Path) -> None:
    schreiber, leser = Dauerspeicher(ordner), Dauerspeicher(ordner)
    schreiber.replace(mixed(30))
    leser.refresh()
    schreiber.remove([1])
    assert leser.query("prozesse") == schreiber.query("prozesse")


def test_a_store_of_another_release_is_filled_anew(ordner: Path) -> None:
    speicher = Dauerspeicher(ordner)
    speicher.replace(mixed(10))
    stand = ordner / "stand.json"
    stand.write_text(stand.read_text("utf-8").replace('"format": ', '"format": 9'), "utf-8")
    anderer = Dauerspeicher(ordner)
    assert (anderer.query("prozesse"), anderer.stand, dict(anderer.merke)) == ([], speicher.stand, {})


def _fill(ordner: Path, ab: int) -> None:
    speicher = Dauerspeicher(ordner)
    for nummer in range(3):
        speicher.replace(mixed(3, ab=ab + 3 * nummer, saat=nummer))


def test_several_processes_write_and_nothing_is_lost(ordner: Path) -> None:
    umgebung = multiprocessing.get_context("spawn")
    prozesse = [umgebung.Process(target=_fill, args=(ordner, ab)) for ab in (0, 1000)]
    for prozess in prozesse:
        prozess.start()
    for prozess in prozesse:
        prozess.join()
    assert [prozess.exitcode for prozess in prozesse] == [0, 0]
    speicher = Dauerspeicher(ordner)
    assert speicher._verbindung.execute("select count(distinct fall) from fall").fetchall() == [(18,)]
    assert speicher.stand == 6


def test_whoever_writes_keeps_the_others_waiting(ordner: Path) -> None:
    erster, zweiter = Dauerspeicher(ordner), Dauerspeicher(ordner)
    with erster.ablage.sperre() as meine, zweiter.ablage.sperre(warten_s=0.05) as seine:
        assert (meine, seine) == (True, False)


@given(st.lists(st.integers(0, 10**13), min_size=1, max_size=60), st.integers(1, 10**12))
@settings(max_examples=60)
def test_quantiles_from_classes_are_those_of_all_values(werte: list[int], breite: int) -> None:
    import numpy as np

    sortiert = np.sort(np.array(werte, dtype=np.int64))
    stufe, n = np.unique(sortiert // breite, return_counts=True)
    teile = {int(s): sortiert[sortiert // breite == s] for s in stufe}
    stufen = Stufen(stufe, n, *(np.array([f(teile[int(s)]) for s in stufe]) for f in (np.min, np.max)))
    inhalt = {("", "", True, s): Werte(teil, np.arange(1, len(teil) + 1)) for s, teil in teile.items()}
    erwartet = {"median": np.quantile(sortiert, 0.5), "p80": np.quantile(sortiert, 0.8)}
    assert quantiles(("", "", True), stufen, inhalt) == pytest.approx(erwartet)


def test_an_empty_store_has_figures_too(ordner: Path) -> None:
    assert durchlaufzeit(Dauerspeicher(ordner), ALLES).n == 0
