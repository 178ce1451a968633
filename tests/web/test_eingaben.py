"""What a browser sends becomes inputs of a form, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from engine.formulare import Formular, read_schema
from web import eingaben

SCHEMA = {
    "components": [
        {"type": "textfield", "key": "name", "label": "Name"},
        {"type": "datetime", "subtype": "date", "key": "tag", "label": "Tag"},
        {"type": "datetime", "subtype": "datetime", "key": "wann", "label": "Wann"},
        {"type": "number", "key": "euro", "label": "Betrag", "appearance": {"suffixAdorner": "€"}},
        {"type": "checkbox", "key": "ja", "label": "Ja"},
        {"type": "select", "key": "wahl", "label": "Wahl", "values": [{"label": "Erste", "value": "a"}]},
        {"type": "checklist", "key": "liste", "label": "Liste", "values": [{"label": "Eins", "value": "1"}]},
        {"type": "textfield", "key": "fest", "label": "Fest", "readonly": True},
    ]
}


@pytest.fixture(scope="module")
def formular() -> Formular:
    return read_schema(SCHEMA)


def test_own_inputs_and_the_token_do_not_belong_to_the_form() -> None:
    form = MultiDict([("csrf_token", "x"), ("aktion.stand", "y"), ("name", "a"), ("liste", ""), ("liste", "1")])
    assert eingaben.from_request(form) == {"name": ["a"], "liste": ["", "1"]}


def test_line_ends_are_one_character_and_zero_bytes_vanish() -> None:
    assert eingaben.from_request(MultiDict([("name", "a\r\nb\rc\0")])) == {"name": ["a\nb\nc"]}


def test_endless_input_is_cut() -> None:
    form = MultiDict([(f"f{n}", "x" * 200_000) for n in range(6000)])
    read = eingaben.from_request(form)
    assert len(read) == eingaben.MAX_NAMEN
    assert {len(texts[0]) for texts in read.values()} == {eingaben.MAX_ZEICHEN}


def test_dates_are_shown_in_german_and_half_typed_ones_as_typed(formular: Formular) -> None:
    shown = eingaben.shown(formular, (), {"tag": ["2026-06-01"], "wann": ["2026-06-01T08:30"], "name": ["2026-06-01"]})
    assert shown["tag"] == ["01.06.2026"]
    assert shown["wann"] == ["01.06.2026 08:30"]
    assert shown["name"] == ["2026-06-01"]
    assert eingaben.shown(formular, (), {"tag": ["31.2."]})["tag"] == ["31.2."]
    assert "fest" not in shown


@pytest.mark.parametrize(
    ("key", "texts", "words"),
    [
        ("name", [], "–"),
        ("name", ["  "], "–"),
        ("name", ["Alva"], "Alva"),
        ("tag", ["2026-06-01"], "01.06.2026"),
        ("euro", ["7,5"], "7,5 €"),
        ("ja", ["", "true"], "Ja"),
        ("ja", [""], "Nein"),
        ("wahl", ["a"], "Erste"),
        ("wahl", ["unbekannt"], "unbekannt"),
        ("liste", ["", "1"], "Eins"),
    ],
)
def test_inputs_in_words(formular: Formular, key: str, texts: list[str], words: str) -> None:
    feld = formular.feld(key)
    assert feld is not None
    assert eingaben.words(feld, texts) == words


@given(st.dictionaries(st.text(max_size=5), st.lists(st.text(max_size=5), max_size=3), max_size=4))
def test_the_fingerprint_ignores_what_is_empty_and_nothing_else(typed: dict[str, list[str]]) -> None:
    padded = {name: ["", *texts, "  "] for name, texts in typed.items()} | {"noch eins": [""]}
    assert eingaben.fingerprint(padded) == eingaben.fingerprint(typed)
    assert eingaben.fingerprint({**typed, "neu": ["x"]}) != eingaben.fingerprint(typed)
