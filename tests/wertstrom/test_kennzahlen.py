"""Key figures: the hand-computed vectors of the concept, then properties that hold for every log."""

from __future__ import annotations

import doctest
import importlib
import inspect
import math
import pkgutil
import random
import statistics
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wertstrom
from engine.errors import Invalid
from wertstrom import beispiel, kennzahlen
from wertstrom.ereignisprotokoll import Protokoll, create_protokoll
from wertstrom.kennzahlen import KENNZAHLEN, Anteil, Auswahl, Uhr, Ziel, parse_ziel
from wertstrom.speicher import Speicher

MINUTE, STUNDE = 60_000_000, 3_600_000_000
TAG = 24 * STUNDE
P = Auswahl("p")


@pytest.fixture(scope="module")
def fuenf() -> Speicher:
    return beispiel.fuenf_schritte()


def test_the_durchlaufzeit_of_the_concept(fuenf: Speicher) -> None:
    zeit = kennzahlen.durchlaufzeit(fuenf, beispiel.AUSWAHL)
    assert zeit.n == 1
    assert zeit.at.mittel == pytest.approx(28.3958, abs=5e-5)


def test_liegezeit_and_bearbeitung_of_the_concept(fuenf: Speicher) -> None:
    je_fall = kennzahlen.zeiten_je_fall(fuenf, beispiel.AUSWAHL)
    assert je_fall["liegezeit"].at.mittel == pytest.approx(27.5)
    assert je_fall["bearbeitung"].at.mittel == pytest.approx(430 / 480)
    assert je_fall["extern"].at.mittel == 0
    liegezeiten = kennzahlen.liegezeit(fuenf, beispiel.AUSWAHL)
    assert [liegezeiten[s.knoten].at.median for s in kennzahlen.schritte(fuenf, beispiel.AUSWAHL)] == pytest.approx(
        [0.5, 5, 7, 9, 6]
    )


def test_wirkungsgrad_and_flussgrad_of_the_concept(fuenf: Speicher) -> None:
    grad = kennzahlen.prozesswirkungsgrad(fuenf, beispiel.AUSWAHL)
    assert grad.at == pytest.approx(0.03155, abs=5e-6)
    assert grad.flussgrad(Uhr.AT) == pytest.approx(31.70, abs=5e-3)


def lauf(fall: int, knoten: str, bereit: Any, begonnen: Any, fertig: Any, **mehr: Any) -> dict[str, Any]:
    ausgang = "offen" if fertig is None else "erledigt"
    zeiten = {"bereit_us": bereit, "begonnen_us": begonnen, "fertig_us": fertig, "ausgang": ausgang}
    return {"fall": fall, "knoten": knoten, "lauf": 1, "name": knoten, "art": "aufgabe"} | zeiten | mehr


def kopf(fall: int, start: int, ende: int | None, **mehr: Any) -> dict[str, Any]:
    ausgang = "offen" if ende is None else "abgeschlossen"
    zeiten = {"start_us": start, "ende_us": ende, "ausgang": ausgang}
    return {"fall": fall, "prozess": "p", "version": 1, "beispiel": False} | zeiten | mehr


#: used again and again, because opening a database takes longer than any test here
SPEICHER = (Speicher(), Speicher())


def store(protokoll: Protokoll, speicher: Speicher = SPEICHER[0]) -> Speicher:
    """A store with nothing but these Faelle."""
    speicher.remove(range(100))
    speicher.replace(protokoll)
    return speicher


def filled(faelle: Sequence[dict[str, Any]], schritte: Sequence[dict[str, Any]], pausen: Any = ()) -> Speicher:
    return store(create_protokoll(faelle, schritte, pausen))


def test_median_and_p80_interpolate_between_faelle() -> None:
    speicher = filled([kopf(n, 0, n * TAG) for n in (1, 2, 3, 4, 10)], [])
    lage = kennzahlen.durchlaufzeit(speicher, P).kt
    assert (lage.mittel, lage.median) == (4.0, 3.0)
    assert lage.p80 == pytest.approx(5.2)


def test_open_and_cancelled_faelle_are_not_in_the_mean_but_beside_it() -> None:
    speicher = filled(
        [kopf(1, 0, 2 * TAG), kopf(2, 0, None), kopf(3, 9 * TAG, None), kopf(4, 0, 9 * TAG, ausgang="abgebrochen")], []
    )
    assert kennzahlen.durchlaufzeit(speicher, P).kt.mittel == 2.0
    bestand = kennzahlen.bestand(speicher, P, Ziel(5, Uhr.KT), 10 * TAG)
    assert (bestand.faelle, bestand.abgeschlossen, bestand.abgebrochen, bestand.offen) == (4, 1, 1, 2)
    assert bestand.offen_ueber_ziel == 1


def test_the_age_of_open_faelle_in_working_days_knows_weekends() -> None:
    freitag = beispiel.START_US + 4 * TAG
    speicher = filled([kopf(1, freitag, None)], [])
    montag_frueh = freitag + 3 * TAG
    assert kennzahlen.bestand(speicher, P, Ziel(1, Uhr.AT), montag_frueh).offen_ueber_ziel == 0
    assert kennzahlen.bestand(speicher, P, Ziel(2, Uhr.KT), montag_frueh).offen_ueber_ziel == 1


def test_exactly_at_the_target_keeps_it_and_lies_below_the_line() -> None:
    speicher = filled([kopf(1, 0, 10 * TAG), kopf(2, 0, 10 * TAG + 1), kopf(3, 0, 0)], [])
    ziel = Ziel(10, Uhr.KT)
    assert kennzahlen.anteil_bis_ziel(speicher, P, ziel) == Anteil(2, 3)
    assert kennzahlen.verteilung(speicher, P, ziel, 2.0) == {0: 1, 4: 1, 5: 1}


def test_pauses_are_no_processing_and_external_ones_are_counted_apart() -> None:
    pausen = [
        {"fall": 1, "knoten": "a", "lauf": 1, "von_us": 2 * TAG, "bis_us": 5 * TAG, "grund": "familie", "extern": True},
        {"fall": 1, "knoten": "a", "lauf": 1, "von_us": 6 * TAG, "bis_us": 7 * TAG, "grund": "i", "extern": False},
    ]
    speicher = filled([kopf(1, 0, 10 * TAG)], [lauf(1, "a", 0, TAG, 10 * TAG)], pausen)
    assert kennzahlen.liegezeit(speicher, P)["a"].kt.median == 1
    assert kennzahlen.bearbeitungsdauer(speicher, P)["a"].kt.median == 5
    assert kennzahlen.wartezeit_extern(speicher, P)["a"].kt.median == 3
    [stufe] = kennzahlen.leiter(speicher, P, Uhr.KT)
    assert (stufe.liegezeit, stufe.extern, stufe.bearbeitung) == (2, 3, 5)  # the internal pause is waiting


def test_arrivals_and_timers_are_external_from_beginning_to_end() -> None:
    speicher = filled(
        [kopf(1, 0, 5 * TAG)],
        [lauf(1, "post", 0, TAG, 3 * TAG, art="eingang"), lauf(1, "frist", 3 * TAG, None, 5 * TAG, art="warten")],
    )
    assert kennzahlen.wartezeit_extern(speicher, P)["post"].kt.median == 3
    assert kennzahlen.liegezeit(speicher, P)["post"].n == 0
    je_fall = kennzahlen.zeiten_je_fall(speicher, P)
    assert (je_fall["extern"].kt.mittel, je_fall["liegezeit"].kt.mittel) == (5, 0)


def test_work_that_was_sent_back_counts_and_dropped_work_does_not() -> None:
    speicher = filled(
        [kopf(1, 0, 9 * TAG)],
        [
            lauf(1, "a", 0, TAG, 3 * TAG, ausgang="zurueckgegeben", grund="W05"),
            lauf(1, "a", 3 * TAG, 4 * TAG, 9 * TAG, ausgang="entfallen", lauf=2),
        ],
    )
    assert kennzahlen.bearbeitungsdauer(speicher, P)["a"].n == 1
    [schritt] = kennzahlen.schritte(speicher, P)
    assert (schritt.laeufe, schritt.zurueckgegeben, schritt.beendet) == (2, 1, 1)


def test_a_step_without_a_begin_has_a_liegezeit_that_says_so() -> None:
    speicher = filled([kopf(1, 0, 3 * TAG)], [lauf(1, "a", 0, None, 3 * TAG)])
    assert kennzahlen.liegezeit(speicher, P)["a"].kt.median == 3
    assert kennzahlen.bearbeitungsdauer(speicher, P)["a"].kt.median is None
    assert kennzahlen.schritte(speicher, P)[0].ohne_beginn
    assert kennzahlen.prozesswirkungsgrad(speicher, P).kt is None


def test_an_unknown_arrival_gives_no_liegezeit_rather_than_zero() -> None:
    speicher = filled([kopf(1, 0, TAG)], [lauf(1, "a", None, 0, TAG)])
    assert kennzahlen.liegezeit(speicher, P)["a"].n == 0


def test_the_ladder_counts_zero_where_a_fall_did_not_come_by() -> None:
    speicher = filled(
        [kopf(1, 0, 4 * TAG), kopf(2, 0, 2 * TAG)],
        [lauf(1, "a", 0, 0, TAG), lauf(1, "b", TAG, 3 * TAG, 4 * TAG), lauf(2, "a", 0, 0, TAG)],
    )
    a, b, schluss = kennzahlen.leiter(speicher, P, Uhr.KT)
    assert (a.bearbeitung, b.liegezeit, b.bearbeitung, b.faelle) == (1, 1, 0.5, 1)
    assert (schluss.knoten, schluss.liegezeit) == (None, 0.5)  # Fall 2: from its last step to its end


def test_nothing_selected_gives_none_and_no_error() -> None:
    speicher = Speicher()
    assert kennzahlen.durchlaufzeit(speicher, P).kt.median is None
    assert kennzahlen.anteil_bis_ziel(speicher, P, Ziel()).anteil is None
    assert kennzahlen.bestand(speicher, P, Ziel(), 0).von_us is None
    assert kennzahlen.leiter(speicher, P, Uhr.AT) == ()
    assert kennzahlen.prozesswirkungsgrad(speicher, P).flussgrad(Uhr.AT) is None
    assert kennzahlen.verteilung(speicher, P, Ziel(), 2.0) == {}


def test_version_and_period_select_faelle() -> None:
    speicher = filled(
        [kopf(1, 0, TAG), kopf(2, 5 * TAG, 7 * TAG, version=2), kopf(3, 9 * TAG, 12 * TAG, version=2)], []
    )
    assert kennzahlen.durchlaufzeit(speicher, Auswahl("p", version=2)).n == 2
    assert kennzahlen.durchlaufzeit(speicher, Auswahl("p", von_us=5 * TAG, bis_us=5 * TAG)).kt.mittel == 2


@pytest.mark.parametrize(("text", "ziel"), [("10AT", Ziel(10, Uhr.AT)), (" 7,5 kt ", Ziel(7.5, Uhr.KT))])
def test_targets_are_read(text: str, ziel: Ziel) -> None:
    assert parse_ziel(text) == ziel


@pytest.mark.parametrize("text", ["", "10", "AT", "0AT", "-1AT", "1e9KT", "10 Tage", "99999AT"])
def test_targets_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(Invalid, match="10AT"):
        parse_ziel(text)


# --- properties -----------------------------------------------------------------------------------------------------


@st.composite
def logs(draw: st.DrawFn) -> Protokoll:
    """Some Faelle with parallel, repeated, paused, open and dropped runs, in whole hours of spring 2026."""
    faelle, schritte, pausen = [], [], []
    for fall in range(draw(st.integers(1, 5))):
        start = beispiel.START_US + draw(st.integers(0, 200)) * STUNDE
        ende = start
        for nummer in range(draw(st.integers(0, 5))):
            bereit = start + draw(st.integers(0, 60)) * STUNDE
            begonnen = bereit + draw(st.integers(0, 40)) * STUNDE
            fertig = begonnen + draw(st.integers(0, 30)) * STUNDE
            ende = max(ende, fertig)
            zeiten = draw(
                st.sampled_from([(bereit, begonnen, fertig), (None, begonnen, fertig), (bereit, None, fertig)])
            )
            knoten = draw(st.sampled_from("abc"))
            art = draw(st.sampled_from(["aufgabe", "aufgabe", "eingang", "warten"]))
            schritte.append(lauf(fall, knoten, *zeiten, lauf=nummer + 1, art=art))
            if draw(st.booleans()):
                von = begonnen + (fertig - begonnen) // 3
                pause = {"fall": fall, "knoten": knoten, "lauf": nummer + 1, "von_us": von, "bis_us": fertig}
                pausen.append(pause | {"grund": "x", "extern": draw(st.booleans())})
        offen = draw(st.sampled_from([False, False, True]))
        faelle.append(kopf(fall, start, None if offen else ende + draw(st.integers(0, 5)) * STUNDE))
    return create_protokoll(faelle, schritte, pausen)


def figures(speicher: Speicher) -> list[Any]:
    ziel = Ziel(3, Uhr.AT)
    return [
        kennzahlen.durchlaufzeit(speicher, P),
        kennzahlen.anteil_bis_ziel(speicher, P, ziel),
        kennzahlen.bestand(speicher, P, ziel, beispiel.START_US + 900 * STUNDE),
        kennzahlen.prozesswirkungsgrad(speicher, P),
        kennzahlen.zeiten_je_fall(speicher, P),
        kennzahlen.leiter(speicher, P, Uhr.AT),
        kennzahlen.liegezeit(speicher, P),
        kennzahlen.bearbeitungsdauer(speicher, P),
        kennzahlen.wartezeit_extern(speicher, P),
    ]


@given(logs())
@settings(max_examples=20)
def test_the_ladder_ends_at_the_mean_durchlaufzeit_in_both_clocks(protokoll: Protokoll) -> None:
    speicher = store(protokoll)
    zeit = kennzahlen.durchlaufzeit(speicher, P)
    for uhr in Uhr:
        stufen = kennzahlen.leiter(speicher, P, uhr)
        je_fall = kennzahlen.zeiten_je_fall(speicher, P)
        mittel = zeit.in_uhr(uhr).mittel
        assert math.fsum(stufe.summe for stufe in stufen) == pytest.approx(mittel or 0.0, abs=1e-9)
        assert math.fsum(z.in_uhr(uhr).mittel or 0 for z in je_fall.values()) == pytest.approx(mittel or 0.0, abs=1e-9)
        assert all(min(s.liegezeit, s.extern, s.bearbeitung) >= 0 for s in stufen)
    grad = kennzahlen.prozesswirkungsgrad(speicher, P)
    assert all(0 <= wert <= 1 for wert in (grad.at, grad.kt) if wert is not None)


@given(logs())
@settings(max_examples=25)
def test_contributions_and_rest_are_each_durchlaufzeit_to_the_microsecond(protokoll: Protokoll) -> None:
    speicher = store(protokoll)
    for takt in ("kt", "at"):
        teile = " + ".join(f"coalesce(sum(s.beitrag_{m}_{takt}_us), 0)" for m in ("liegezeit", "bearbeitung", "extern"))
        falsch = speicher._verbindung.execute(
            f"select f.fall from fall f left join schritt s on s.fall = f.fall where f.ausgang = 'abgeschlossen' "
            f"group by f.fall having {teile} + any_value(f.rest_{takt}_us) <> any_value(f.durchlaufzeit_{takt}_us)"
        ).fetchall()
        assert falsch == []


@given(logs(), st.randoms(use_true_random=False))
@settings(max_examples=12)
def test_the_order_of_rows_and_faelle_of_other_processes_change_nothing(
    protokoll: Protokoll, zufall: random.Random
) -> None:
    def shuffled(tabelle: pa.Table) -> pa.Table:
        return tabelle.take(pa.array(zufall.sample(range(tabelle.num_rows), tabelle.num_rows), pa.int64()))

    anderer = store(create_protokoll([kopf(99, 0, TAG, prozess="q")], [lauf(99, "a", 0, 0, TAG)]), SPEICHER[1])
    anderer.replace(Protokoll(shuffled(protokoll.faelle), shuffled(protokoll.schritte), shuffled(protokoll.pausen)))
    assert figures(store(protokoll)) == figures(anderer)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
@settings(max_examples=25)
def test_median_and_mean_agree_with_plain_python(dauern: list[int]) -> None:
    speicher = filled([kopf(n, 0, dauer) for n, dauer in enumerate(dauern)], [])
    lage = kennzahlen.durchlaufzeit(speicher, P).kt
    assert lage.median == pytest.approx(statistics.median(dauern) / TAG)
    assert lage.mittel == pytest.approx(statistics.fmean(dauern) / TAG)
    if len(dauern) > 1:
        assert lage.p80 == pytest.approx(statistics.quantiles(dauern, n=5, method="inclusive")[3] / TAG)


@given(logs())
@settings(max_examples=20)
def test_the_distribution_holds_every_finished_fall_once(protokoll: Protokoll) -> None:
    speicher = store(protokoll)
    ziel = Ziel(2, Uhr.AT)
    klassen = kennzahlen.verteilung(speicher, P, ziel, 1.0)
    anteil = kennzahlen.anteil_bis_ziel(speicher, P, ziel)
    assert sum(klassen.values()) == anteil.n
    assert sum(n for klasse, n in klassen.items() if klasse < 2) == anteil.treffer


# --- documentation --------------------------------------------------------------------------------------------------


def modules() -> list[str]:
    return [m.name for m in pkgutil.walk_packages(wertstrom.__path__, "wertstrom.")]


@pytest.mark.parametrize("name", modules())
def test_examples_in_docstrings_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", sorted(KENNZAHLEN))
def test_every_kennzahl_says_formula_source_and_example(name: str) -> None:
    eintrag = KENNZAHLEN[name]
    dokumentation = inspect.getdoc(eintrag.funktion) or ""
    for abschnitt in ("Formula", "Source", "Example", ">>>"):
        assert abschnitt in dokumentation
    assert all((eintrag.titel, eintrag.einheit, eintrag.uhr, eintrag.formel, eintrag.quelle))
    assert getattr(kennzahlen, name) is eintrag.funktion
