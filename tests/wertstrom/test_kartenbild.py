"""Where the map stands on the page: nothing overlaps, ways back are at the side, the wall picture adds up."""

from __future__ import annotations

import itertools

import pytest
from wertstrom_log import MONTAG, STUNDE, P, filled, kopf, lauf

from wertstrom import beispiel, kartenbild
from wertstrom.karte import draw_karte
from wertstrom.kennzahlen import Uhr, Ziel
from wertstrom.modell import Angabe, Wertklasse
from wertstrom.schutz import OHNE_SCHWELLEN
from wertstrom.verschwendung import Marke
from wertstrom.wandbild import KAESTEN_HOECHSTENS, UEBRIGE, draw_wandbild


def loop(faelle: int = 6) -> list[dict]:
    """a, b, back to a, b, c."""
    folge = [("a", 1), ("b", 1), ("a", 2), ("b", 2), ("c", 1)]
    return [
        lauf(n, knoten, *(MONTAG + (2 * i + k) * STUNDE for k in (0, 1, 2)), lauf=nummer)
        for n in range(faelle)
        for i, (knoten, nummer) in enumerate(folge)
    ]


def test_steps_do_not_overlap_and_a_way_back_is_one() -> None:
    schritte = loop()
    karte = draw_karte(filled([kopf(n, MONTAG, MONTAG + 10 * STUNDE) for n in range(6)], schritte), P)
    bild = kartenbild.arrange(karte)
    assert {(w.kante.von, w.kante.nach): w.rueckweg for w in bild.wege} == {
        ("a", "b"): False,
        ("b", "a"): True,
        ("b", "c"): False,
    }
    for a, b in itertools.combinations(bild.kaesten, 2):
        assert abs(a.x - b.x) >= kartenbild.BREITE or abs(a.y - b.y) >= kartenbild.HOEHE
    assert all(0 <= k.x <= bild.breite - kartenbild.BREITE and k.y >= 0 for k in bild.kaesten)
    assert bild.ausgelassen == 0


def test_a_map_of_nothing_is_empty() -> None:
    bild = kartenbild.arrange(draw_karte(filled([], []), P))
    assert (bild.kaesten, bild.wege) == ((), ())


def test_the_wall_picture_of_the_concept_adds_up() -> None:
    bild = draw_wandbild(
        beispiel.fuenf_schritte(),
        beispiel.AUSWAHL,
        Ziel(),
        beispiel.START_US,
        angaben=beispiel.ANGABEN,
        marken=[Marke("W07", "hilfeplan", "Doppelt")],
        schwellen=OHNE_SCHWELLEN,
    )
    assert bild is not None
    assert sum(k.warten + k.bearbeitung for k in bild.kaesten) == pytest.approx(28.3958, abs=1e-4)
    assert [round(k.warten, 1) for k in bild.kaesten] == [0.5, 5.0, 7.0, 9.0, 6.0]
    assert round(bild.wirkungsgrad or 0, 5) == 0.03155
    assert round(bild.flussgrad or 0, 1) == 31.7
    assert [k.name for k in bild.kaesten if k.blitze] == ["Hilfeplangespräch und Hilfeplan"]
    assert bild.befund.startswith("Von 28,4 AT im Mittel sind 27,5 AT Warten (97\u00a0%); am längsten vor „Hilfeplan")


def test_more_boxes_than_an_office_can_read_join_and_keep_the_sum() -> None:
    schritte = [
        lauf(n, f"s{i:02d}", *(MONTAG + (3 * i + k) * STUNDE for k in (0, 1, 2))) for n in range(6) for i in range(20)
    ]
    speicher = filled([kopf(n, MONTAG, MONTAG + 59 * STUNDE) for n in range(6)], schritte)
    angaben = {"s00": Angabe(va=Wertklasse.WERTSCHOEPFEND, gesetzlich=True)}
    bild = draw_wandbild(speicher, P, Ziel(10, Uhr.KT), MONTAG, angaben=angaben)
    assert bild is not None
    assert len(bild.kaesten) == KAESTEN_HOECHSTENS
    assert sum(len(k.gruppe) or 1 for k in bild.kaesten) == 20
    assert sum(k.warten + k.bearbeitung for k in bild.kaesten) == pytest.approx(59 / 24)


def test_steps_of_few_people_are_one_box_and_few_faelle_no_map() -> None:
    speicher = filled([kopf(n, MONTAG, MONTAG + 10 * STUNDE) for n in range(6)], loop())
    assert draw_wandbild(speicher, P, Ziel(), MONTAG, angaben={}, besetzung={}) is not None
    alle = draw_wandbild(speicher, P, Ziel(), MONTAG, angaben={}, besetzung={"ASD": 1})
    assert alle is not None
    assert UEBRIGE in [k.name for k in alle.kaesten] or all(k.rolle is None for k in alle.kaesten)
    wenige = filled([kopf(n, MONTAG, MONTAG + 10 * STUNDE) for n in range(4)], loop(4))
    assert draw_wandbild(wenige, P, Ziel(), MONTAG, angaben={}) is None
