"""Small cells: hidden, and not to be worked out from what is left."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wertstrom_log import filled, kopf, lauf

from engine.errors import Invalid
from wertstrom import schutz
from wertstrom.ereignisprotokoll import as_us
from wertstrom.kennzahlen import Anteil, Auswahl, Beitrag, Schritt, Zeit
from wertstrom.schutz import (
    Klasse,
    Schwellen,
    hidden_beitraege,
    hidden_schritte,
    merge_klassen,
    shown_anteil,
    shown_zeit,
)
from wertstrom.speicher import Speicher

FUENF = Schwellen()


def schritt(knoten: str, faelle: int, rolle: str | None = None) -> Schritt:
    return Schritt(knoten, knoten, rolle, "aufgabe", faelle, faelle, 0, 0, faelle, False)


@pytest.mark.parametrize("zahlen", [(2, 5), (5, 2), (0, 0)])
def test_no_works_agreement_may_go_below_three(zahlen: tuple[int, int]) -> None:
    with pytest.raises(Invalid, match="Unter 3"):
        Schwellen(*zahlen)


def test_a_step_with_too_few_faelle_takes_the_next_smallest_with_it() -> None:
    schritte = [schritt("a", 50), schritt("b", 4), schritt("c", 7), schritt("d", 9)]
    assert hidden_schritte(schritte, FUENF) == {"b", "c"}


def test_two_small_steps_are_still_few_and_take_a_larger_one_with_them() -> None:
    schritte = [schritt("a", 50), schritt("b", 4), schritt("c", 1), schritt("d", 60)]
    assert hidden_schritte(schritte, FUENF) == {"a", "b", "c"}


def rung(knoten: str | None, faelle: int) -> Beitrag:
    return Beitrag(knoten, faelle, faelle, 1.0, 0.0, 0.0)


def test_a_step_that_is_rarely_critical_joins_others_on_the_ladder() -> None:
    leiter = [rung("a", 50), rung("b", 2), rung("c", 30), rung("d", 40), rung(None, 60)]
    assert hidden_beitraege(leiter, frozenset(), FUENF) == {"b", "c"}
    assert hidden_beitraege(leiter, frozenset({"a"}), FUENF) == {"a", "b"}
    assert hidden_beitraege([rung("a", 50), rung(None, 60)], frozenset(), FUENF) == frozenset()


@given(
    st.dictionaries(st.sampled_from("abcdefg"), st.integers(1, 12), max_size=7), st.frozensets(st.sampled_from("abc"))
)
def test_what_is_joined_is_never_one_and_never_few(zellen: dict[str, int], verdeckt: frozenset[str]) -> None:
    zusammen = hidden_beitraege([rung(k, n) for k, n in zellen.items()], verdeckt, FUENF)
    assert zusammen >= {k for k, n in zellen.items() if n < 5 or k in verdeckt}
    if zusammen and zusammen != zellen.keys():
        assert len(zusammen) > 1
        assert max(zellen[k] for k in zusammen) >= 5


def test_nothing_small_hides_nothing_and_a_single_step_has_no_neighbour() -> None:
    assert hidden_schritte([schritt("a", 50), schritt("b", 5)], FUENF) == frozenset()
    assert hidden_schritte([schritt("a", 1)], FUENF) == {"a"}


def test_a_role_that_few_people_hold_is_hidden_however_many_faelle() -> None:
    schritte = [schritt("a", 90, "ASD"), schritt("b", 80, "Leitung"), schritt("c", 70, "ASD")]
    besetzung = {"ASD": 24, "Leitung": 1}
    assert hidden_schritte(schritte, FUENF, besetzung) == {"b", "c"}
    assert hidden_schritte(schritte, FUENF, None) == frozenset()
    assert hidden_schritte(schritte, Schwellen(k_personen=3), {"ASD": 3, "Leitung": 3}) == frozenset()


def test_a_role_that_nobody_holds_any_more_counts_as_small() -> None:
    assert "a" in hidden_schritte([schritt("a", 90, "Alt"), schritt("b", 90, "ASD")], FUENF, {"ASD": 9})


def test_times_need_enough_different_faelle() -> None:
    assert shown_zeit(Zeit(n=20, faelle=4), FUENF) is None
    assert shown_zeit(Zeit(n=20, faelle=5), FUENF) is not None
    assert shown_zeit(None, FUENF) is None


@pytest.mark.parametrize(
    ("treffer", "n", "sichtbar"),
    [(0, 9, True), (9, 9, True), (4, 9, False), (7, 9, False), (5, 10, True), (0, 4, False)],
)
def test_a_share_must_not_point_at_a_few(treffer: int, n: int, sichtbar: bool) -> None:
    assert (shown_anteil(Anteil(treffer, n), FUENF) is not None) == sichtbar


def klassen(*zahlen: int, offen: bool = False) -> list[Klasse]:
    alle = [Klasse(2.0 * k, 2.0 * (k + 1), n) for k, n in enumerate(zahlen)]
    return [*alle[:-1], Klasse(alle[-1].von, None, alle[-1].n)] if offen else alle


def test_a_thin_tail_becomes_one_class() -> None:
    gemischt = merge_klassen(klassen(9, 8, 7, 2, 2, 1), 4, FUENF)
    assert [(k.von, k.bis, k.n) for k in gemischt] == [(0, 2, 9), (2, 4, 8), (4, 6, 7), (6, 12, 5)]


def test_an_open_end_stays_open_when_it_is_joined() -> None:
    assert merge_klassen(klassen(9, 9, 9, 3, offen=True), 2, FUENF)[-1] == Klasse(4, None, 12)


def test_the_target_stays_a_border_while_both_sides_are_large_enough() -> None:
    gemischt = merge_klassen(klassen(2, 4, 3, 9), 4, FUENF)
    assert [(k.von, k.bis, k.n) for k in gemischt] == [(0, 4, 6), (4, 8, 12)]
    assert len(merge_klassen(klassen(1, 1, 3, 9), 4, FUENF)) == 1


def test_empty_classes_may_be_said() -> None:
    assert [k.n for k in merge_klassen(klassen(0, 9, 0, 9), 4, FUENF)] == [0, 9, 0, 9]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=12), st.integers(1, 8), st.booleans())
def test_joined_classes_hold_the_same_faelle_without_gaps_and_none_is_small(
    zahlen: list[int], ziel: int, offen: bool
) -> None:
    vorher = klassen(*zahlen, offen=offen)
    nachher = merge_klassen(vorher, 2.0 * ziel, FUENF)
    assert sum(k.n for k in nachher) == sum(zahlen)
    assert (nachher[0].von, nachher[-1].bis) == (vorher[0].von, vorher[-1].bis)
    assert all(a.bis == b.von for a, b in itertools.pairwise(nachher))
    assert len(nachher) == 1 or all(k.n == 0 or k.n >= 5 for k in nachher)


@st.composite
def years(draw: st.DrawFn) -> list[int]:
    """Finished Faelle per month of two years."""
    return draw(st.lists(st.integers(0, 9), min_size=1, max_size=24))


def _finished(je_monat: list[int]) -> tuple[Speicher, list[int]]:
    starts = [
        as_us(datetime(2025 + m // 12, m % 12 + 1, 1 + n, 12, tzinfo=UTC))
        for m, anzahl in enumerate(je_monat)
        for n in range(anzahl)
    ]
    faelle = [kopf(n, start, start + 3_600_000_000) for n, start in enumerate(starts)]
    schritte = [lauf(n, "a", start, start, start + 3_600_000_000) for n, start in enumerate(starts)]
    return filled(faelle, schritte), starts


@given(
    years(), st.tuples(st.integers(0, 760), st.integers(0, 760)), st.tuples(st.integers(0, 760), st.integers(0, 760))
)
@settings(max_examples=40)
def test_no_two_periods_differ_by_a_few_faelle(je_monat: list[int], a: tuple[int, int], b: tuple[int, int]) -> None:
    """The attack: ask for two periods and look at the difference."""
    speicher, starts = _finished(je_monat)
    grenzen = schutz.period_borders(speicher, "p", Schwellen())
    anfang, tag = as_us(datetime(2025, 1, 1, tzinfo=UTC)), 86_400_000_000
    mengen = []
    for von, bis in (a, b):
        auswahl = Auswahl("p", von_us=anfang + min(von, bis) * tag, bis_us=anfang + max(von, bis) * tag + tag - 1)
        weit = schutz.widen(auswahl, grenzen)
        assert weit.von_us <= auswahl.von_us
        assert auswahl.bis_us <= weit.bis_us
        mengen.append({n for n, start in enumerate(starts) if weit.von_us <= start <= weit.bis_us})
    for rest in (mengen[0] - mengen[1], mengen[1] - mengen[0], mengen[0] & mengen[1]):
        assert not rest or len(rest) >= min(5, len(starts))
