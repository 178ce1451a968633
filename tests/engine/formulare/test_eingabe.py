"""What people type into a form becomes JSON values, or one German sentence per field."""

from __future__ import annotations

import contextlib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import formulare
from engine.errors import Invalid
from engine.formulare import Abschnitt, Datenklasse, Feld, FeldTyp, Formular, Option, felder

JA_NEIN = (Option("ja", "Ja"), Option("nein", "Nein"), Option("unklar", "Unklar"))


def form(*teile: Feld) -> Formular:
    return Formular("f", "Formular", (Abschnitt("", teile),))


def read(typ: FeldTyp, *eingaben: str, **regeln: Any) -> Any:
    return formulare.validate(form(Feld("x", "X", typ, **regeln)), {"x": eingaben})["x"]


def message(typ: FeldTyp, *eingaben: str, **regeln: Any) -> str:
    with pytest.raises(Invalid) as gefangen:
        read(typ, *eingaben, **regeln)
    return gefangen.value.felder["x"]


@pytest.mark.parametrize(
    ("eingabe", "wert"),
    [
        ("1.234,5", 1234.5),
        ("1 234,5", 1234.5),
        ("1.234", 1234),
        ("1234.5", 1234.5),
        ("1234,00", 1234),
        ("−7", -7),
        ("+3", 3),
        (" 50.000,00 € ", 50000),
        (",5", 0.5),
        ("1\u00a0234", 1234),
        ("", None),
    ],
)
def test_numbers_are_german(eingabe: str, wert: Any) -> None:
    ergebnis = read(FeldTyp.ZAHL, eingabe, einheit="€")
    assert ergebnis == wert and type(ergebnis) is type(wert)


@pytest.mark.parametrize("eingabe", ["abc", "1,2,3", "1.2.3", "1e5", "NaN", "Infinity", "0x1", "٣", "1_000", "1" * 16])
def test_what_is_no_number_is_refused(eingabe: str) -> None:
    assert "Zahl" in message(FeldTyp.ZAHL, eingabe)


def test_limits_of_numbers_are_named_in_german() -> None:
    assert message(FeldTyp.ZAHL, "1", min=Decimal("1234.50")) == (
        "Die Zahl ist zu klein: Möglich ist 1.234,5 oder mehr."
    )
    assert "zu groß" in message(FeldTyp.ZAHL, "5", max=Decimal(4))
    assert message(FeldTyp.ZAHL, "5,5", nachkommastellen=0) == "Erlaubt sind ganze Zahlen."
    assert read(FeldTyp.ZAHL, "5,25", nachkommastellen=2) == 5.25


@pytest.mark.parametrize("eingabe", ["1.6.26", "01.06.2026", "01.06.26", "1. 6. 2026", "2026-06-01", " 1.6.2026 "])
def test_dates_are_typed_in_many_ways(eingabe: str) -> None:
    assert read(FeldTyp.DATUM, eingabe) == "2026-06-01"


def test_a_birthday_of_the_last_century_stays_there() -> None:
    assert read(FeldTyp.DATUM, "1.6.98") == "1998-06-01"


@pytest.mark.parametrize("eingabe", ["31.02.2026", "1.13.2026", "gestern", "1.6.", "1.6.0026", "20260601", "١.٦.٢٠٢٦"])
def test_what_is_no_date_is_refused(eingabe: str) -> None:
    assert message(FeldTyp.DATUM, eingabe)


def test_times_and_instants() -> None:
    assert [read(FeldTyp.UHRZEIT, t) for t in ("8:30", "08.30 Uhr", "8", "08:30:15")] == ["08:30"] * 2 + [
        "08:00",
        "08:30",
    ]
    assert message(FeldTyp.UHRZEIT, "25:00") and message(FeldTyp.UHRZEIT, "8:3")
    for eingabe in ("2026-06-01T08:30", "1.6.26 8:30", "01.06.2026, 08:30 Uhr", "2026-06-01T06:30:00Z"):
        assert read(FeldTyp.ZEITPUNKT, eingabe) == "2026-06-01T08:30:00+02:00"
    assert read(FeldTyp.ZEITPUNKT, "1.6.26", "8:30") == "2026-06-01T08:30:00+02:00"
    assert "Uhrzeit" in message(FeldTyp.ZEITPUNKT, "1.6.26")
    assert "gibt es nicht" in message(FeldTyp.ZEITPUNKT, "29.03.2026 02:30")


def test_boxes_lists_and_choices() -> None:
    assert read(FeldTyp.KONTROLLKASTEN, "on") is True
    assert read(FeldTyp.KONTROLLKASTEN) is False
    assert read(FeldTyp.CHECKLISTE, "unklar", "ja", "ja", optionen=JA_NEIN) == ["ja", "unklar"]
    assert read(FeldTyp.MEHRFACHAUSWAHL, optionen=JA_NEIN) == []
    assert read(FeldTyp.RADIO, "nein", optionen=JA_NEIN) == "nein"
    assert read(FeldTyp.AUSWAHL, "", optionen=JA_NEIN) is None
    assert read(FeldTyp.AUSWAHL, "3", optionen=(Option(3, "Drei"),)) == 3
    assert read(FeldTyp.AUSWAHL, "true", optionen=(Option(True, "Ja"),)) is True
    assert "gibt es nicht" in message(FeldTyp.AUSWAHL, "vielleicht", optionen=JA_NEIN)
    assert "gibt es nicht" in message(FeldTyp.CHECKLISTE, "ja", "vielleicht", optionen=JA_NEIN)


def test_required_fields_ask_for_what_is_missing() -> None:
    assert message(FeldTyp.TEXT, " \u00a0\u00ad ", pflicht=True) == "Bitte füllen Sie dieses Feld aus."
    assert "bestätigen" in message(FeldTyp.KONTROLLKASTEN, pflicht=True)
    assert "mindestens eine" in message(FeldTyp.CHECKLISTE, pflicht=True, optionen=JA_NEIN)
    assert "wählen" in message(FeldTyp.RADIO, "", pflicht=True, optionen=JA_NEIN)


def test_text_pasted_from_word_is_cleaned() -> None:
    eingabe = "\ufeff Hilfe\u00adplan\u00a0für\u200b  Lena\r\n\uf0b7 Schule\x07\x00\u202e \ud800"
    assert read(FeldTyp.TEXTBEREICH, eingabe) == "Hilfeplan für  Lena\n• Schule"
    assert read(FeldTyp.TEXT, eingabe) == "Hilfeplan für Lena • Schule"
    assert read(FeldTyp.TEXT, "u\u0308ber") == "über"


def test_length_and_form_of_texts() -> None:
    assert "zu lang" in message(FeldTyp.TEXT, "x" * 501)
    assert "zu lang" in message(FeldTyp.TEXTBEREICH, "x" * 5_000_000)
    assert "zu kurz" in message(FeldTyp.TEXT, "ab", min_laenge=3)
    assert "51063" in message(FeldTyp.TEXT, "5106", muster=r"^\d{5}$", hilfe="Zum Beispiel 51063.")
    assert read(FeldTyp.TEXT, "51063", muster=r"^\d{5}$") == "51063"
    assert read(FeldTyp.TEXT, "a.b@stadt-düren.de", art="email") == "a.b@stadt-düren.de"
    assert "E-Mail" in message(FeldTyp.TEXT, "a@b", art="email")
    assert read(FeldTyp.TEXT, "+49 (2421) 12-345", art="phone")
    assert "Telefon" in message(FeldTyp.TEXT, "anrufen", art="phone")


def test_every_error_is_reported_at_once_and_unknown_keys_are_ignored() -> None:
    formular = form(
        Feld("a", "A", FeldTyp.TEXT, pflicht=True), Feld("b", "B", FeldTyp.ZAHL), Feld("c", "C", FeldTyp.DATUM)
    )
    with pytest.raises(Invalid) as gefangen:
        formulare.validate(formular, {"b": ["x"], "c": ["y"], "fremd": ["z"]})
    assert set(gefangen.value.felder) == {"a", "b", "c"}
    assert formulare.validate(formular, {"a": ["A"], "fremd": ["z"]}) == {"a": "A", "b": None, "c": None}


def test_read_only_and_computed_fields_take_no_input() -> None:
    formular = form(
        Feld("a", "A", FeldTyp.TEXT, nur_lesen=True, pflicht=True), Feld("b", "B", FeldTyp.AUSDRUCK, ausdruck="1")
    )
    assert "a" not in formulare.validate(formular, {"a": ["gefälscht"], "b": ["2"]})


def test_a_hidden_field_is_neither_asked_for_nor_kept() -> None:
    formular = form(
        Feld("hat", "Hat", FeldTyp.KONTROLLKASTEN),
        Feld("wann", "Wann", FeldTyp.DATUM, pflicht=True, verborgen_wenn="not(hat)"),
    )
    assert formulare.validate(formular, {"wann": ["Unsinn"]}) == {"hat": False, "wann": None}
    with pytest.raises(Invalid):
        formulare.validate(formular, {"hat": ["on"]})


def test_computed_fields_are_worked_out_on_the_server() -> None:
    formular = form(
        Feld("a", "A", FeldTyp.ZAHL),
        Feld("b", "B", FeldTyp.AUSDRUCK, ausdruck="a * 1.5"),
        Feld("c", "C", FeldTyp.AUSDRUCK, ausdruck="b > 10"),
    )
    assert formulare.validate(formular, {"a": ["8"], "b": ["99"]}) == {"a": 8, "b": 12, "c": True}
    assert formulare.validate(formular, {}) == {"a": None, "b": None, "c": None}


def test_values_are_split_by_class() -> None:
    formular = form(
        Feld("n", "N", FeldTyp.ZAHL, datenklasse=Datenklasse.S0),
        Feld("t", "T", FeldTyp.TEXT),
        Feld("g", "G", FeldTyp.TEXT, datenklasse=Datenklasse.S3),
    )
    werte = {"n": 1, "t": "x", "g": "y", "fremd": "z"}
    assert formulare.split_by_datenklasse(formular, werte) == {
        "S0": {"n": 1},
        "S1": {"t": "x"},
        "S2": {},
        "S3": {"g": "y"},
    }


def test_stored_values_are_shown_in_german() -> None:
    def show(typ: FeldTyp, wert: Any, **rest: Any) -> str:
        return formulare.format_wert(Feld("x", "X", typ, **rest), wert)

    assert show(FeldTyp.ZAHL, 1234567.5, einheit="€") == "1.234.567,5 €"
    assert show(FeldTyp.ZAHL, -1000) == "-1.000"
    assert show(FeldTyp.DATUM, "2026-06-01") == "01.06.2026"
    assert show(FeldTyp.ZEITPUNKT, "2026-06-01T06:30:00+00:00") == "01.06.2026, 08:30 Uhr"
    assert show(FeldTyp.UHRZEIT, "08:30") == "08:30 Uhr"
    assert show(FeldTyp.KONTROLLKASTEN, False) == "Nein"
    assert show(FeldTyp.CHECKLISTE, ["ja", "unklar"], optionen=JA_NEIN) == "Ja, Unklar"
    assert show(FeldTyp.TEXT, None) == show(FeldTyp.CHECKLISTE, [], optionen=JA_NEIN) == "–"
    assert show(FeldTyp.DATUM, "kein Datum") == "kein Datum"
    assert show(FeldTyp.AUSWAHL, "alt", optionen=JA_NEIN) == "alt"


def test_inputs_are_prefilled_with_stored_values_or_defaults() -> None:
    formular = form(
        Feld("n", "N", FeldTyp.ZAHL, vorgabe=7),
        Feld("c", "C", FeldTyp.CHECKLISTE, optionen=JA_NEIN),
        Feld("z", "Z", FeldTyp.ZEITPUNKT),
        Feld("k", "K", FeldTyp.KONTROLLKASTEN),
    )
    werte = {"c": ["ja"], "z": "2026-06-01T08:30:00+02:00", "k": True}
    assert formular.to_eingaben(werte) == {"n": ["7"], "c": ["ja"], "z": ["2026-06-01T08:30"], "k": ["true"]}


ALLE = form(*[Feld(t.value, t.value, t, optionen=JA_NEIN if t in felder.MIT_OPTIONEN else ()) for t in FeldTyp])


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([f.key for f in ALLE.felder]), st.lists(st.text(max_size=20), max_size=3)))
def test_any_input_is_a_value_or_a_message(eingaben: dict[str, list[str]]) -> None:
    with contextlib.suppress(Invalid):
        formulare.validate(ALLE, eingaben)


@settings(max_examples=200, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "zahl": st.integers(-(10**12), 10**12) | st.decimals(-(10**6), 10**6, places=3).map(float),
            "datum": st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat),
            "checkliste": st.lists(st.sampled_from(["ja", "nein", "unklar"]), unique=True).map(sorted),
            "kontrollkasten": st.booleans(),
            "zeitpunkt": st.sampled_from(["2026-06-01T08:30:00+02:00", "2026-01-01T00:00:00+01:00", None]),
        }
    )
)
def test_what_is_shown_for_editing_reads_back_as_the_same_value(werte: dict[str, Any]) -> None:
    gelesen = formulare.validate(ALLE, ALLE.to_eingaben(werte))
    assert {key: gelesen[key] for key in werte} == werte
