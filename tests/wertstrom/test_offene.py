"""Open Vorgänge: their age, the estimate that counts them in, and a curve that shows nobody's own step."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from wertstrom_log import MONTAG, P, filled, kopf, lauf

from wertstrom import kennzahlen
from wertstrom.kennzahlen import Uhr, Ziel
from wertstrom.offene import look_at_offene
from wertstrom.speicher import Speicher

TAG = 86_400_000_000
ZIEL = Ziel(10, Uhr.KT)


def office(dauern: list[int], offene: list[int]) -> tuple[Speicher, int]:
    """Finished Faelle that took so many days, and open ones that are so old."""
    jetzt = MONTAG + 400 * TAG
    faelle = [kopf(n, jetzt - 200 * TAG, jetzt - (200 - d) * TAG) for n, d in enumerate(dauern)]
    faelle += [kopf(1_000 + n, jetzt - d * TAG, None) for n, d in enumerate(offene)]
    schritte = [lauf(f["fall"], "a", f["start_us"], f["start_us"], f["ende_us"]) for f in faelle if f["ende_us"]]
    return filled(faelle, schritte), jetzt


def test_open_ones_make_the_estimate_slower_and_are_counted_by_age() -> None:
    speicher, jetzt = office(list(range(1, 21)), [12] * 6 + [30] * 6)
    bild = look_at_offene(speicher, P, ZIEL, jetzt)
    assert bild is not None
    assert (bild.offen, bild.n, bild.alter) == (12, 32, 21.0)
    assert [(k.name, k.n) for k in bild.klassen] == [
        ("nicht älter, als 50 von 100 fertigen brauchten", 0),
        ("älter, als 50, aber nicht als 80 von 100 fertigen brauchten", 6),
        ("älter, als 80, aber nicht als 95 von 100 fertigen brauchten", 0),
        ("älter, als 95 von 100 fertigen brauchten", 6),
    ]
    naiv = kennzahlen.anteil_bis_ziel(speicher, P, ZIEL).anteil
    assert naiv == 0.5
    assert bild.bis_ziel is not None
    assert bild.bis_ziel < naiv
    assert "Mit den 12 offenen gerechnet" in bild.befund
    assert "6 offene sind schon älter, als 80 von 100 fertigen brauchten." in bild.befund


def test_few_finished_ones_give_nothing() -> None:
    speicher, jetzt = office([1, 2, 3, 4], [5] * 9)
    assert look_at_offene(speicher, P, ZIEL, jetzt) is None


@given(st.lists(st.integers(0, 60), min_size=5, max_size=25), st.lists(st.integers(0, 90), max_size=15))
@settings(max_examples=25)
def test_no_step_of_the_curve_and_no_class_rests_on_a_few(dauern: list[int], offene: list[int]) -> None:
    speicher, jetzt = office(dauern, offene)
    bild = look_at_offene(speicher, P, ZIEL, jetzt)
    assert bild is not None
    tage = [0.0, *(tag for tag, _ in bild.kurve)]
    for von, bis in itertools.pairwise(tage):
        assert sum(von < dauer <= bis or (dauer == von == 0) for dauer in dauern) >= 5
    assert all(k.n == 0 or k.n >= 5 for k in bild.klassen)
    assert sum(k.n for k in bild.klassen) in (0, len(offene))
    assert list(bild.kurve) == sorted(bild.kurve)
