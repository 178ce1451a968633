"""Why Vorgänge wait: causes by step, against hand-computed logs; a cause that few met is not told apart."""

from __future__ import annotations

from typing import Any

import pytest
from wertstrom_log import MONTAG, STUNDE, P, filled, kopf, lauf

from wertstrom.warten import UEBRIGE, explain_warten

TAG = 24 * STUNDE


def week(faelle: int, *, mit_pause: int = 0) -> Any:
    """Step a waits from Monday 8:00 to Tuesday 10:00 in every Fall; some then wait an hour for somebody outside."""
    ende = MONTAG + TAG + 5 * STUNDE
    schritte = [lauf(n, "a", MONTAG, MONTAG + TAG + 2 * STUNDE, ende, name="Prüfen") for n in range(faelle)]
    pausen = [
        {
            "fall": n,
            "knoten": "a",
            "lauf": 1,
            "von_us": MONTAG + TAG + 3 * STUNDE,
            "bis_us": MONTAG + TAG + 4 * STUNDE,
            "grund": "familie",
            "extern": True,
        }
        for n in range(mit_pause)
    ]
    return filled([kopf(n, MONTAG, ende) for n in range(faelle)], schritte, pausen)


def test_nights_stand_apart_and_the_parts_are_the_whole() -> None:
    bild = explain_warten(week(8, mit_pause=8), P)
    assert bild is not None
    (zeile,) = bild.zeilen
    assert (zeile.name, zeile.laeufe) == ("Prüfen", 8)
    assert zeile.dienstfrei * 24 == pytest.approx(16)  # Monday 16:00 to Tuesday 8:00
    assert zeile.liegezeit * 24 == pytest.approx(10)
    assert zeile.extern * 24 == pytest.approx(1)
    assert zeile.summe * 24 == pytest.approx(27)
    assert bild.befund == (
        "Vom Warten entfallen 9 % auf Externe und 91 % ohne anderen Grund im Korb. "
        "Dazu kommt dienstfreie Zeit im Korb: 59 % der verstrichenen Zeit."
    ).replace(" %", "\u00a0%")


def test_a_cause_that_only_a_few_met_counts_as_other_waiting() -> None:
    bild = explain_warten(week(8, mit_pause=3), P)
    assert bild is not None
    assert bild.zeilen[0].extern == 0
    assert bild.zeilen[0].liegezeit * 24 == pytest.approx(10 + 3 / 8)


def test_few_faelle_give_nothing_and_hidden_steps_are_one_row() -> None:
    assert explain_warten(week(4), P) is None
    faelle = [kopf(n, MONTAG, MONTAG + 3 * TAG) for n in range(9)]
    schritte = [lauf(n, "a", MONTAG, MONTAG + TAG, MONTAG + TAG) for n in range(9)]
    schritte += [lauf(n, "b", MONTAG + TAG, MONTAG + 2 * TAG, MONTAG + 2 * TAG) for n in range(9)]
    schritte += [lauf(n, "c", MONTAG + 2 * TAG, MONTAG + 3 * TAG, MONTAG + 3 * TAG) for n in range(2)]
    bild = explain_warten(filled(faelle, schritte), P)
    assert bild is not None
    assert [zeile.name for zeile in bild.zeilen] == ["b", UEBRIGE]


def test_a_step_done_in_series_is_named_with_its_size() -> None:
    schritte, faelle = [], []
    for serie in range(4):
        sitzung = MONTAG + (7 * serie + 2) * TAG
        for n in range(3):
            fall = 10 * serie + n
            beginn = sitzung + n * STUNDE // 2
            schritte.append(lauf(fall, "a", sitzung - TAG, beginn, beginn + STUNDE // 2, name="Fachteam"))
            faelle.append(kopf(fall, sitzung - TAG, beginn + STUNDE // 2))
    bild = explain_warten(filled(faelle, schritte), P)
    assert bild is not None
    assert bild.serien == {"Fachteam": 3.0}
    assert bild.zeilen[0].buendelung > 0
