"""Which step is which: across drawings that were changed, renamed or drawn anew by another tool."""

from __future__ import annotations

from dataclasses import replace

from engine.bpmn.abgleich import Wie, match
from engine.bpmn.ergebnis import Ausgang, Schritt, SchrittArt


def kette(*namen: str, praefix: str = "") -> list[Schritt]:
    """Steps in a row, named and with ids made of the prefix and their place."""
    arten = [SchrittArt.START, *([SchrittArt.AUFGABE] * (len(namen) - 2)), SchrittArt.ENDE]
    return [
        Schritt(
            f"{praefix}{n}",
            name,
            arten[n],
            "task",
            ausgaenge=(Ausgang(f"{praefix}f{n}", f"{praefix}{n + 1}", ""),) if n + 1 < len(namen) else (),
        )
        for n, name in enumerate(namen)
    ]


def pairs(alte, neue):
    return {(p.alt.element, p.neu.element): p.wie for p in match(alte, neue).paare}


def test_the_same_drawing_matches_by_id():
    alte = kette("Start", "Prüfen", "Ende")
    assert set(pairs(alte, alte).values()) == {Wie.KENNUNG}
    assert match(alte, alte).fluesse == {"f0": "f0", "f1": "f1"}


def test_a_tool_that_gives_all_ids_anew_is_seen_through_by_the_names():
    alte, neue = kette("Start", "Prüfen", "Ende"), kette("start", "prüfen!", "Ende", praefix="x")
    assert pairs(alte, neue) == {("0", "x0"): Wie.NAME, ("1", "x1"): Wie.NAME, ("2", "x2"): Wie.NAME}
    assert match(alte, neue).fluesse == {"f0": "xf0", "f1": "xf1"}


def test_a_renamed_step_with_a_new_id_is_known_by_its_neighbours():
    alte, neue = kette("Start", "Prüfen", "Ende"), kette("Start", "Unterlagen sichten", "Ende", praefix="x")
    assert pairs(alte, neue)[("1", "x1")] is Wie.NACHBARN


def test_equal_names_are_told_apart_by_their_neighbours():
    alte = kette("Start", "Prüfen", "Beraten", "Prüfen", "Ende")
    neue = kette("Start", "Prüfen", "Beraten", "Prüfen", "Ende", praefix="x")
    gefunden = pairs(alte, neue)
    assert ("1", "x1") in gefunden
    assert ("3", "x3") in gefunden


def test_what_is_in_doubt_has_no_partner():
    alte = [Schritt(f"a{n}", "", SchrittArt.AUFGABE, "task") for n in range(3)]
    neue = [Schritt(f"b{n}", "", SchrittArt.AUFGABE, "task") for n in range(3)]
    ergebnis = match(alte, neue)
    assert not ergebnis.paare
    assert (len(ergebnis.entfallen), len(ergebnis.neu)) == (3, 3)


def test_an_added_and_a_dropped_step_are_named():
    alte = kette("Start", "Prüfen", "Ende")
    neue = [*kette("Start", "Prüfen", "Ende"), Schritt("9", "Zusätzlich", SchrittArt.AUTOMATIK, "task")]
    assert [s.element for s in match(alte, neue).neu] == ["9"]
    assert [s.element for s in match(neue, alte).entfallen] == ["9"]


def test_another_kind_of_step_is_no_partner_by_name():
    alte = kette("Start", "Prüfen", "Ende")
    neue = [replace(s, element=f"x{s.element}", art=SchrittArt.AUTOMATIK, ausgaenge=()) for s in alte]
    assert not match(alte, neue).paare


def test_empty_lists_match_nothing():
    assert match((), ()) == match([], [])
    assert not match((), kette("Start", "Ende")).paare
