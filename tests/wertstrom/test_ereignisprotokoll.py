"""The contract: what a Protokoll must keep, and that every broken rule is named at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest

from engine.errors import Invalid
from wertstrom import ereignisprotokoll
from wertstrom.ereignisprotokoll import PAUSEN, Protokoll, as_us, as_zeit, check, create_protokoll

FALL: dict[str, Any] = {
    "fall": 1,
    "prozess": "p",
    "version": 1,
    "start_us": 10,
    "ende_us": 90,
    "ausgang": "abgeschlossen",
    "beispiel": False,
}
SCHRITT: dict[str, Any] = {
    "fall": 1,
    "knoten": "a",
    "lauf": 1,
    "name": "A",
    "art": "aufgabe",
    "bereit_us": 10,
    "begonnen_us": 20,
    "fertig_us": 30,
    "ausgang": "erledigt",
}
PAUSE: dict[str, Any] = {
    "fall": 1,
    "knoten": "a",
    "lauf": 1,
    "von_us": 21,
    "bis_us": 25,
    "grund": "familie",
    "extern": True,
}


def problems(
    *, fall: dict[str, Any] | None = None, schritt: dict[str, Any] | None = None, pausen: Any = ()
) -> set[str]:
    protokoll = create_protokoll([FALL | (fall or {})], [SCHRITT | (schritt or {})], pausen)
    try:
        check(protokoll)
    except Invalid as fehler:
        return set(fehler.felder)
    return set()


def test_a_right_protokoll_passes_unchanged() -> None:
    protokoll = create_protokoll([FALL], [SCHRITT], [PAUSE])
    assert check(protokoll) is protokoll


def test_an_empty_protokoll_passes() -> None:
    assert check(create_protokoll([], [])).schritte.num_rows == 0


@pytest.mark.parametrize(
    ("aenderung", "regel"),
    [
        ({"schritt": {"begonnen_us": 9, "bereit_us": 12}}, "schritte.begonnen"),
        ({"schritt": {"fertig_us": 15}}, "schritte.fertig"),
        ({"schritt": {"fertig_us": None}}, "schritte.offen"),
        ({"schritt": {"ausgang": "offen"}}, "schritte.offen"),
        ({"schritt": {"ausgang": "weg"}}, "schritte.ausgang"),
        ({"schritt": {"art": "pause"}}, "schritte.art"),
        ({"schritt": {"fall": 2}}, "schritte.fall"),
        ({"schritt": {"bereit_us": 9}}, "schritte.spanne"),
        ({"schritt": {"fertig_us": 91}}, "schritte.spanne"),
        (
            {"schritt": {"bereit_us": None, "begonnen_us": None, "fertig_us": None, "ausgang": "offen"}},
            "schritte.ohne_zeit",
        ),
        ({"schritt": {"fertig_us": 2**62}}, "schritte.zeit"),
        ({"fall": {"ende_us": 9}}, "faelle.ende"),
        ({"fall": {"ende_us": None}}, "faelle.offen"),
        ({"fall": {"ausgang": "verloren"}}, "faelle.ausgang"),
        ({"fall": {"start_us": -1}}, "faelle.zeit"),
        ({"pausen": [PAUSE | {"bis_us": 20}]}, "pausen.bis"),
        ({"pausen": [PAUSE, PAUSE | {"von_us": 24, "bis_us": 26}]}, "pausen.ueberlappen"),
        ({"pausen": [PAUSE | {"bis_us": None}, PAUSE | {"von_us": 26, "bis_us": 27}]}, "pausen.ueberlappen"),
        ({"pausen": [PAUSE | {"lauf": 2}]}, "pausen.lauf"),
    ],
)
def test_every_broken_rule_is_named(aenderung: dict[str, Any], regel: str) -> None:
    assert regel in problems(**aenderung)


def test_unknown_instants_are_no_mistake() -> None:
    assert problems(schritt={"bereit_us": None}) == set()
    assert problems(schritt={"begonnen_us": None}) == set()


def test_pauses_of_different_runs_may_overlap() -> None:
    zweiter = SCHRITT | {"lauf": 2}
    check(create_protokoll([FALL], [SCHRITT, zweiter], [PAUSE, PAUSE | {"lauf": 2}]))


def test_the_same_run_or_fall_twice_is_refused() -> None:
    with pytest.raises(Invalid) as fehler:
        check(create_protokoll([FALL, FALL], [SCHRITT, SCHRITT]))
    assert {"faelle.doppelt", "schritte.doppelt"} <= set(fehler.value.felder)


def test_all_problems_come_at_once_with_their_number_of_rows() -> None:
    with pytest.raises(Invalid) as fehler:
        check(create_protokoll([FALL | {"ende_us": 5}], [SCHRITT | {"art": "x", "fertig_us": 11}]))
    assert set(fehler.value.felder) == {"faelle.ende", "schritte.art", "schritte.fertig", "schritte.spanne"}
    assert "1 Zeilen" in fehler.value.felder["schritte.art"]


def test_other_columns_or_missing_values_are_refused() -> None:
    falsch = Protokoll(pa.table({"fall": [1]}), ereignisprotokoll.SCHRITTE.empty_table())
    with pytest.raises(Invalid, match="andere Spalten"):
        check(falsch)
    with pytest.raises(Invalid, match="fehlt name in 1 Zeilen"):
        check(create_protokoll([FALL], [SCHRITT | {"name": None}]))


def test_instants_survive_to_the_microsecond_in_any_zone() -> None:
    zeit = datetime(2026, 3, 29, 3, 0, 0, 123457, timezone(timedelta(hours=2)))
    assert as_zeit(as_us(zeit)) == zeit
    assert as_us(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    with pytest.raises(TypeError):
        as_us(datetime(2026, 1, 1))  # noqa: DTZ001


def test_nothing_in_the_contract_names_a_person() -> None:
    spalten = {*ereignisprotokoll.FAELLE.names, *ereignisprotokoll.SCHRITTE.names, *PAUSEN.names}
    assert not {s for s in spalten if "person" in s or "nutzer" in s or "aktenzeichen" in s}
