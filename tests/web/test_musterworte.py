"""Sentences of the lower layers are found with their values; names that people gave stay."""

from __future__ import annotations

import pytest

from web.musterworte import Musterworte

WORTE = Musterworte(
    {
        "Erledigen": "Complete",
        "Bitte prüfen Sie die Zeichnung.": "Please check the drawing.",
        "{0} nicht möglich: {1}": "{0} is not possible: {1}",
        "Die Datei ist größer als {0} MB.": "The file is larger than {0} MB.",
        "Das Feld „{0}“ fehlt in {1} Formularen.": "{1} forms lack the field “{0}”.",
        "Das Signal „{}“ startet": "The signal “{}” starts",
        "{0} {1}": "{1} {0}",
    }
)


@pytest.mark.parametrize(
    ("deutsch", "englisch"),
    [
        ("Erledigen", "Complete"),
        ("Die Datei ist größer als 20 MB.", "The file is larger than 20 MB."),
        ("Das Feld „Erledigen“ fehlt in 3 Formularen.", "3 forms lack the field “Erledigen”."),
        (
            "Erledigen nicht möglich: Die Datei ist größer als 2 MB. Bitte prüfen Sie die Zeichnung.",
            "Complete is not possible: The file is larger than 2 MB. Please check the drawing.",
        ),
        ("Bitte prüfen Sie die Zeichnung. Bitte prüfen Sie die Zeichnung.", "Please check the drawing. " * 2),
        ("Das Signal „Erledigen“ startet", "The signal “Erledigen” starts"),
        ("Etwas ganz anderes.", "Etwas ganz anderes."),
        ("", ""),
    ],
)
def test_a_sentence_is_found_with_its_values(deutsch: str, englisch: str) -> None:
    assert WORTE.find(deutsch) == englisch.strip()


def test_a_long_text_that_nothing_fits_is_answered_at_once() -> None:
    text = "nicht möglich " * 3000
    assert WORTE.find(text) == text
