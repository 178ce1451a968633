"""Ereignisse of one Vorgang become Schritte, whatever the order of claims; never a negative time."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.model import EreignisArt
from wertstrom.ereignisprotokoll import check, create_protokoll
from wertstrom.faltung import ZURUECKGELEGT, Gefaltet, Kopf, Vorfall, fold

KOPF = Kopf(fall=7, prozess="p", version=2, beispiel=False)


def falte(*zeilen: tuple[Any, ...]) -> Gefaltet:
    """Each row: art, time, and what else a Vorfall has; the step is "a" unless said otherwise."""
    ziel = Gefaltet()
    fold(KOPF, [zeile if isinstance(zeile, Vorfall) else vorfall(*zeile) for zeile in zeilen], ziel)
    check(create_protokoll(ziel.faelle, ziel.schritte, ziel.pausen))
    return ziel


def vorfall(art: str, zeit: int, **angaben: Any) -> Vorfall:
    if not art.startswith("vorgang_"):
        angaben = {"knoten": "a", "lauf": 1, "name": "Schritt A", **angaben}
    return Vorfall(art, zeit, **angaben)


def test_a_plain_step_has_its_three_instants_and_its_role() -> None:
    ziel = falte(
        ("vorgang_gestartet", 10),
        vorfall("bereit", 10, rolle="ASD"),
        ("uebernommen", 15),
        ("begonnen", 20),
        ("erledigt", 30),
        ("vorgang_beendet", 30),
    )
    assert ziel.faelle == [
        {
            "fall": 7,
            "prozess": "p",
            "version": 2,
            "start_us": 10,
            "ende_us": 30,
            "ausgang": "abgeschlossen",
            "beispiel": False,
        }
    ]
    [schritt] = ziel.schritte
    assert (schritt["bereit_us"], schritt["begonnen_us"], schritt["fertig_us"]) == (10, 20, 30)
    assert (schritt["name"], schritt["rolle"], schritt["ausgang"]) == ("Schritt A", "ASD", "erledigt")


def test_the_fall_starts_at_the_first_contact_which_was_before_the_entry() -> None:
    ziel = falte(("vorgang_gestartet", 3), ("bereit", 10))
    assert ziel.faelle[0]["start_us"] == 3
    assert ziel.faelle[0]["ausgang"] == "offen"


def test_claiming_twice_and_beginning_twice_changes_nothing() -> None:
    ziel = falte(
        ("bereit", 0), ("uebernommen", 1), ("uebernommen", 2), ("begonnen", 3), ("begonnen", 5), ("erledigt", 9)
    )
    assert ziel.schritte[0]["begonnen_us"] == 3
    assert ziel.pausen == []


def test_pauses_carry_their_reason_and_who_has_to_act() -> None:
    ziel = falte(
        ("bereit", 0),
        ("begonnen", 2),
        vorfall("unterbrochen", 3, grund="familie", extern=True),
        ("fortgesetzt", 7),
        vorfall("unterbrochen", 8, grund="intern_ruecksprache"),
        ("erledigt", 9),
    )
    assert [(p["von_us"], p["bis_us"], p["grund"], p["extern"]) for p in ziel.pausen] == [
        (3, 7, "familie", True),
        (8, 9, "intern_ruecksprache", False),
    ]


def test_a_second_interruption_during_a_pause_is_the_same_pause() -> None:
    ziel = falte(
        ("bereit", 0),
        ("begonnen", 1),
        vorfall("unterbrochen", 2, grund="gericht", extern=True),
        vorfall("unterbrochen", 4, grund="intern_vertretung"),
        ("fortgesetzt", 6),
        ("fortgesetzt", 7),
        ("erledigt", 9),
    )
    assert [(p["von_us"], p["bis_us"], p["grund"]) for p in ziel.pausen] == [(2, 6, "gericht")]


def test_work_put_back_into_the_basket_is_an_internal_pause_until_somebody_begins() -> None:
    ziel = falte(
        ("bereit", 0), ("begonnen", 1), ("zurueckgelegt", 4), ("uebernommen", 6), ("begonnen", 7), ("erledigt", 9)
    )
    assert [(p["von_us"], p["bis_us"], p["grund"], p["extern"]) for p in ziel.pausen] == [(4, 7, ZURUECKGELEGT, False)]


def test_work_put_back_and_finished_by_another_without_a_begin_went_on_at_the_claim() -> None:
    ziel = falte(("bereit", 0), ("begonnen", 1), ("zurueckgelegt", 4), ("uebernommen", 6), ("erledigt", 9))
    assert [(p["von_us"], p["bis_us"]) for p in ziel.pausen] == [(4, 6)]


def test_putting_back_what_was_never_begun_is_still_waiting() -> None:
    ziel = falte(("bereit", 0), ("uebernommen", 1), ("zurueckgelegt", 2), ("uebernommen", 5), ("begonnen", 6))
    assert ziel.pausen == []
    assert ziel.schritte[0]["begonnen_us"] == 6


def test_a_return_ends_the_run_and_the_earlier_step_gets_another_one() -> None:
    ziel = falte(
        ("bereit", 0),
        ("begonnen", 1),
        ("erledigt", 2),
        vorfall("bereit", 2, knoten="b"),
        vorfall("begonnen", 3, knoten="b"),
        vorfall("zurueckgegeben", 4, knoten="b", grund="W05"),
        vorfall("bereit", 4, lauf=2),
    )
    assert [(s["knoten"], s["lauf"], s["ausgang"], s["grund"]) for s in ziel.schritte] == [
        ("a", 1, "erledigt", None),
        ("b", 1, "zurueckgegeben", "W05"),
        ("a", 2, "offen", None),
    ]


def test_the_same_run_ready_again_becomes_a_run_of_its_own() -> None:
    ziel = falte(("bereit", 0), ("begonnen", 1), ("erledigt", 2), ("bereit", 5), ("begonnen", 6), ("erledigt", 8))
    assert [(s["lauf"], s["fertig_us"]) for s in ziel.schritte] == [(1, 2), (2, 8)]


def test_a_timer_is_waiting_and_a_timer_dropped_under_another_number_is_found() -> None:
    ziel = falte(
        ("wartet", 0),
        ("eingetreten", 4),
        vorfall("wartet", 5, knoten="t", lauf=2),
        vorfall("entfallen", 9, knoten="t", lauf=1),
    )
    assert [(s["knoten"], s["art"], s["fertig_us"], s["ausgang"]) for s in ziel.schritte] == [
        ("a", "warten", 4, "erledigt"),
        ("t", "warten", 9, "entfallen"),
    ]


def test_an_entry_with_an_earlier_time_never_makes_a_negative_duration() -> None:
    ziel = falte(("bereit", 10), ("uebernommen", 12), vorfall("begonnen", 8), ("erledigt", 15))
    assert ziel.schritte[0]["begonnen_us"] == 12


def test_an_end_without_any_past_is_a_run_of_which_only_the_end_is_known() -> None:
    ziel = falte(("erledigt", 5))
    assert (ziel.schritte[0]["bereit_us"], ziel.schritte[0]["fertig_us"]) == (None, 5)


def test_what_is_open_when_the_vorgang_ends_is_dropped() -> None:
    ziel = falte(("bereit", 0), ("begonnen", 1), ("vorgang_abgebrochen", 4))
    assert ziel.faelle[0]["ausgang"] == "abgebrochen"
    assert (ziel.schritte[0]["ausgang"], ziel.schritte[0]["fertig_us"]) == ("entfallen", 4)


def test_a_step_that_becomes_ready_after_the_end_opens_the_fall_again() -> None:
    ziel = falte(("bereit", 0), ("erledigt", 1), ("vorgang_beendet", 1), vorfall("bereit", 5, lauf=2))
    assert (ziel.faelle[0]["ausgang"], ziel.faelle[0]["ende_us"]) == ("offen", None)


def test_nothing_recorded_gives_nothing() -> None:
    assert falte() == Gefaltet()


ARTEN = [art.value for art in EreignisArt]
VORFAELLE = st.lists(
    st.builds(
        lambda art, zeit, knoten, lauf, extern: Vorfall(
            art, zeit, None if art.startswith("vorgang_") else knoten, lauf, extern=extern
        ),
        st.sampled_from(ARTEN),
        st.integers(0, 30),
        st.sampled_from(["a", "b"]),
        st.sampled_from([None, 1, 2]),
        st.booleans(),
    ),
    max_size=25,
)


@given(VORFAELLE)
def test_any_order_of_anything_keeps_the_contract(vorfaelle: list[Vorfall]) -> None:
    falte(*vorfaelle)


def test_every_kind_of_ereignis_of_the_engine_is_known_or_left_out_on_purpose() -> None:
    from wertstrom import faltung

    bekannt = {*faltung._BEREIT, *faltung._ENDEN, *faltung._WIRKUNG, "vorgang_gestartet"}
    assert set(ARTEN) - bekannt == {
        "dokument_angefuegt",
        "dokument_geloescht",
        "frist_abgelaufen",
        "frist_verschoben",
        "element_erreicht",
        "entscheidung_getroffen",
        "kommentiert",
        "nachricht_gesendet",
        "nachricht_eingetroffen",
        "stoerung",
        "wiedervorlage_erledigt",
        "wiedervorlage_gesetzt",
        # undoes others before they get here
        "zurueckgenommen",
    }
