"""The critical path: the hand-computed example of the concept, odd cases, and a step-by-step oracle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wertstrom import beispiel
from wertstrom.kennzahlen import Uhr, leiter
from wertstrom.pfad import Laeufe, Pfad, find_pfad
from wertstrom.speicher import Speicher


@dataclass(frozen=True)
class Lauf:
    bereit: int
    fertig: int | None
    entfallen: bool = False


def pfad(*faelle: list[Lauf], start: int = 0) -> tuple[Laeufe, Pfad]:
    alle = [(nummer, lauf) for nummer, fall in enumerate(faelle) for lauf in fall]
    fertig = [lauf.bereit if lauf.fertig is None else lauf.fertig for _, lauf in alle]
    enden = [max([start, *(lauf.fertig or lauf.bereit for lauf in fall)]) for fall in faelle]
    laeufe = Laeufe(
        fall=np.array([nummer for nummer, _ in alle], dtype=np.int64),
        bereit=np.array([lauf.bereit for _, lauf in alle], dtype=np.int64),
        fertig=np.array(fertig, dtype=np.int64),
        ist_fertig=np.array([lauf.fertig is not None for _, lauf in alle], dtype=bool),
        ist_entfallen=np.array([lauf.entfallen for _, lauf in alle], dtype=bool),
        start=np.full(len(faelle), start, dtype=np.int64),
        ende=np.array(enden, dtype=np.int64),
        ist_abgeschlossen=np.ones(len(faelle), dtype=bool),
    )
    return laeufe, find_pfad(laeufe)


def test_the_parallel_example_of_the_concept() -> None:
    """Step 1 done at 2; x waits 1, works 0,5; y waits 3, works 0,25; then 2 + 0,5. In hundredths."""
    _, weg = pfad([Lauf(0, 200), Lauf(200, 350), Lauf(200, 525), Lauf(525, 775)])
    assert weg.auf_pfad.tolist() == [True, False, True, True]
    assert weg.schlupf.tolist() == [0, 175, 0, 0]
    assert weg.beginn.tolist() == [0, 200, 200, 525]
    assert weg.bis.tolist() == [775]


def test_the_parallel_example_adds_up_to_7_75_in_the_store() -> None:
    speicher = Speicher()
    speicher.replace(beispiel.parallel())
    stufen = leiter(speicher, beispiel.AUSWAHL, Uhr.KT)
    assert sum(stufe.summe for stufe in stufen) * 24 == pytest.approx(7.75)
    assert {stufe.knoten: round(stufe.liegezeit * 24, 6) for stufe in stufen} == {"1": 1, "y": 3, "2": 2}


def test_gaps_before_the_first_and_between_steps_belong_to_the_next_step() -> None:
    _, weg = pfad([Lauf(5, 8), Lauf(10, 12)])
    assert weg.beginn.tolist() == [0, 8]


def test_steps_without_duration_at_the_same_instant_do_not_go_in_circles() -> None:
    _, weg = pfad([Lauf(3, 3), Lauf(3, 3), Lauf(3, 3)])
    assert weg.auf_pfad.all()
    assert weg.bis.tolist() == [3]


def test_of_two_that_end_together_the_dropped_one_steps_back() -> None:
    _, weg = pfad([Lauf(0, 9, entfallen=True), Lauf(0, 9)])
    assert weg.auf_pfad.tolist() == [False, True]


def test_open_runs_are_on_no_path() -> None:
    _, weg = pfad([Lauf(0, 4), Lauf(4, None), Lauf(4, 6)])
    assert weg.auf_pfad.tolist() == [True, False, True]
    assert weg.schlupf.tolist()[1] == -1


def test_faelle_never_mix_even_when_they_fill_the_time_axis() -> None:
    lang = 2**60
    _, weg = pfad(*([[Lauf(0, lang), Lauf(lang, 2 * lang)]] * 5))
    assert weg.auf_pfad.all()
    assert weg.beginn.tolist() == [0, lang] * 5


def test_no_runs_at_all() -> None:
    _, weg = pfad([], [])
    assert weg.bis.tolist() == [0, 0]


def walk(fall: list[Lauf]) -> list[int]:
    """Indices of the path, newest first, found by looking at every run."""

    def rank(i: int) -> tuple[int, bool, int, int]:
        lauf = fall[i]
        assert lauf.fertig is not None
        return lauf.fertig, not lauf.entfallen, lauf.bereit, i

    fertige = sorted((i for i, lauf in enumerate(fall) if lauf.fertig is not None), key=rank)
    weg = fertige[-1:]
    while weg:
        davor = [i for i in fertige[: fertige.index(weg[-1])] if (fall[i].fertig or 0) <= fall[weg[-1]].bereit]
        if not davor:
            break
        weg.append(davor[-1])
    return weg


LAEUFE = st.builds(
    lambda bereit, dauer, offen, entfallen: Lauf(bereit, None if offen else bereit + dauer, entfallen and not offen),
    st.integers(0, 12),
    st.integers(0, 6),
    st.sampled_from([False, False, False, True]),
    st.booleans(),
)
FAELLE = st.lists(st.lists(LAEUFE, max_size=8), min_size=1, max_size=4)


@given(FAELLE)
def test_the_vectorised_walk_agrees_with_the_step_by_step_one(faelle: list[list[Lauf]]) -> None:
    laeufe, weg = pfad(*faelle)
    for nummer, fall in enumerate(faelle):
        meine = weg.auf_pfad[laeufe.fall == nummer]
        assert np.flatnonzero(meine).tolist() == sorted(walk(fall))


@given(FAELLE)
def test_pieces_and_rest_are_the_whole_and_never_negative(faelle: list[list[Lauf]]) -> None:
    laeufe, weg = pfad(*faelle)
    stuecke = np.where(weg.auf_pfad, laeufe.fertig - weg.beginn, 0)
    assert (stuecke >= 0).all()
    summe = np.bincount(laeufe.fall, weights=stuecke, minlength=len(faelle))
    assert (summe + laeufe.ende - weg.bis == laeufe.ende - laeufe.start).all()
    assert ((weg.schlupf >= 0) == laeufe.ist_fertig).all()


def test_runs_in_a_row_beside_the_path_share_their_slack() -> None:
    # y runs from 0 to 60 on the path; x1 0–20, x2 20–40: two of slack for both together, not four for x1.
    _, weg = pfad([Lauf(0, 60), Lauf(0, 20), Lauf(20, 40), Lauf(60, 70)])
    assert weg.schlupf.tolist() == [0, 20, 20, 0]


def slack(fall: list[Lauf]) -> list[int]:
    """Slack of every run, worked out by looking at all pairs."""
    weg = walk(fall)
    ende = max(lauf.fertig or lauf.bereit for lauf in fall)

    def before(i: int) -> int:
        def rank(j: int) -> tuple[int, bool, int, int]:
            return fall[j].fertig or 0, not fall[j].entfallen, fall[j].bereit, j

        davor = [
            j
            for j in range(len(fall))
            if fall[j].fertig is not None and rank(j) < rank(i) and (fall[j].fertig or 0) <= fall[i].bereit
        ]
        return max(davor, key=rank, default=-1)

    def of(i: int) -> int:
        lauf = fall[i]
        if lauf.fertig is None:
            return -1
        if i in weg:
            return 0
        naechste = [fall[j].bereit for j in weg if fall[j].bereit >= lauf.fertig]
        eigener = min([*naechste, ende]) - lauf.fertig
        folgende = [j for j in range(len(fall)) if fall[j].fertig is not None and not fall[j].entfallen]
        return min([eigener, *(fall[j].bereit - lauf.fertig + of(j) for j in folgende if j != i and before(j) == i)])

    return [of(i) for i in range(len(fall))]


@given(FAELLE)
def test_slack_agrees_with_looking_at_every_pair(faelle: list[list[Lauf]]) -> None:
    laeufe, weg = pfad(*faelle)
    for nummer, fall in enumerate(faelle):
        if fall:
            assert weg.schlupf[laeufe.fall == nummer].tolist() == slack(fall)


@given(FAELLE)
def test_whoever_uses_slack_moves_nothing_and_no_slack_is_negative(faelle: list[list[Lauf]]) -> None:
    laeufe, weg = pfad(*faelle)
    fertige = laeufe.ist_fertig
    assert (weg.schlupf[fertige] >= 0).all()
    assert (laeufe.fertig + weg.schlupf <= laeufe.ende[laeufe.fall])[fertige].all()
    assert (weg.schlupf[weg.auf_pfad] == 0).all()
