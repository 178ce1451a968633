"""„Wo steht der Vorgang?“: last, now and next steps."""

from __future__ import annotations

from engine.bpmn.ergebnis import Ausgang, Schritt, SchrittArt
from engine.queries.vorgaenge import SchrittStand
from web.standort import standort


def schritt(element: str, art: SchrittArt, *ziele: str, eltern: str | None = None) -> Schritt:
    exits = tuple(
        Ausgang(f"f_{element}_{n}", ziel.split("|")[-1], ziel.rpartition("|")[0]) for n, ziel in enumerate(ziele)
    )
    return Schritt(element, element.title(), art, "", eltern=eltern, ausgaenge=exits)


def staende(*schritte: Schritt, offen: tuple[str, ...] = (), erledigt: tuple[str, ...] = ()) -> list[SchrittStand]:
    return [
        SchrittStand(s, "offen" if s.element in offen else "erledigt" if s.element in erledigt else "leer", 0)
        for s in schritte
    ]


A, G, E = SchrittArt.AUFGABE, SchrittArt.ENTSCHEIDUNG, SchrittArt.ENDE


def test_gateways_are_passed_and_their_exits_named() -> None:
    ort = standort(
        staende(
            schritt("a", A, "b"),
            schritt("b", A, "g"),
            schritt("g", G, "ja|c", "nein|m"),
            schritt("m", SchrittArt.ZUSAMMENFUEHRUNG, "d"),
            schritt("c", A),
            schritt("d", E),
            offen=("b",),
            erledigt=("a",),
        ),
        "b",
    )
    assert [s.schritt.element for s in ort.zuletzt] == ["a"]
    assert [s.schritt.element for s in ort.hier] == ["b"]
    assert [(n.bedingung, n.schritt.element) for n in ort.danach] == [("ja", "c"), ("nein", "d")]


def test_a_sub_process_is_entered_at_its_start_and_left_at_its_end() -> None:
    steps = staende(
        schritt("a", A, "t"),
        schritt("t", SchrittArt.TEILPROZESS, "z"),
        schritt("s", SchrittArt.START, "i", eltern="t"),
        schritt("i", A, "e", eltern="t"),
        schritt("e", E, eltern="t"),
        schritt("z", E),
    )
    assert [n.schritt.element for n in standort(steps, "a").danach] == ["i"]
    assert [n.schritt.element for n in standort(steps, "i").danach] == ["z"]


def test_loops_and_unknown_targets_end() -> None:
    steps = staende(schritt("a", A, "g"), schritt("g", G, "noch einmal|a", "weiter|g", "ins Leere|x"))
    assert [(n.bedingung, n.schritt.element) for n in standort(steps, "a").danach] == [("noch einmal", "a")]
    assert standort(steps, "gibtsnicht").danach == ()


def test_the_own_step_comes_first_among_the_open_ones() -> None:
    steps = staende(schritt("a", A), schritt("b", A), offen=("a", "b"))
    assert [s.schritt.element for s in standort(steps, "b").hier] == ["b", "a"]


def test_a_long_list_is_shown_in_a_few_lines() -> None:
    many = [schritt(f"a{n}", A, f"a{n + 1}") for n in range(50)]
    fork = schritt("g", G, *(f"weg {n}|a{n}" for n in range(50)))
    steps = staende(schritt("start", A, "g"), fork, *many, erledigt=tuple(f"a{n}" for n in range(40)))
    assert len(standort(steps, "start").danach) == 6
    assert [s.schritt.element for s in standort(steps, "a45").zuletzt] == ["a38", "a39"]
