"""What the words at a step suggest, and what they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import feel
from engine.bpmn.ergebnis import Schritt, SchrittArt
from engine.katalog.fristwahl import BEGINN, EINHEITEN, Fristwahl, frist_words, read_fristwahl
from engine.katalog.vorschlaege import propose


def proposals(*anmerkungen: str, name: str = "Prüfen", gesetzt: dict[str, object] | None = None) -> dict[str, object]:
    schritt = Schritt("a", name, SchrittArt.AUFGABE, "userTask")
    return {k: w for v in propose(schritt, anmerkungen, gesetzt or {}) for k, w in v.werte.items()}


@pytest.mark.parametrize(
    ("text", "frist"),
    [
        ("3 Arbeitstage", "frist_at(bereit, 3)"),
        ("Frist: drei Arbeitstage", "frist_at(bereit, 3)"),
        ("innerhalb von 10 AT", "frist_at(bereit, 10)"),
        ("binnen 5 Werktagen nach Eingang", "frist_at(eingang, 5)"),
        ("spätestens 14 Tage nach Antragseingang", "frist_kt(eingang, 14)"),
        ("zwei Wochen", "frist_wochen(bereit, 2)"),
        ("eine Woche", "frist_wochen(bereit, 1)"),
        ("48 Stunden", "frist_h(bereit, 48)"),
        ("alle 6 Monate", "frist_monate(bereit, 6)"),
        ("7 KT", "frist_kt(bereit, 7)"),
    ],
)
def test_a_deadline_in_words_becomes_a_proposal(text: str, frist: str) -> None:
    assert proposals(text)["frist"] == frist
    feel.compile(frist)


@pytest.mark.parametrize(
    "text", ["", "Raum 3", "3 Tagesordnungspunkte", "Artikel 12", "Kostenstelle 4711 AT-Nr", "Beitrag", "Stundenplan"]
)
def test_other_numbers_are_no_deadline(text: str) -> None:
    assert "frist" not in proposals(text)


def test_a_paragraph_makes_the_deadline_statutory() -> None:
    assert proposals("3 Wochen (§ 14 SGB IX)")["frist_art"] == "gesetzlich"
    assert proposals("3 Wochen")["frist_art"] == "standard"


def test_further_words() -> None:
    assert proposals("unverzüglich, 20 Minuten") == {"prioritaet": "sofort", "pt_min": 20.0}
    assert proposals(name="Akte weiterleiten") == {"va": "N"}


def test_what_is_set_already_is_not_proposed_again() -> None:
    assert proposals("3 AT", gesetzt={"frist": "frist_at(bereit, 9)"}) == {}


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    proposals(text, name=text)


@given(st.integers(0, 3650), st.sampled_from(list(EINHEITEN)), st.sampled_from(list(BEGINN)))
def test_a_choice_comes_back_from_its_expression(anzahl: int, einheit: str, ab: str) -> None:
    wahl = Fristwahl(anzahl, einheit, ab)
    assert read_fristwahl(wahl.to_feel()) == wahl


def test_any_other_expression_stays_as_it_is() -> None:
    assert read_fristwahl("frist_at(termin, 3)") is None
    assert frist_words("min(a, b)") == "min(a, b)"
    assert frist_words("frist_at(bereit,0)") == "am selben Tag, ab Beginn des Schritts"
