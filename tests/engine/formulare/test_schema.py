"""What an uploaded form-js schema becomes, and that no schema gets past or crashes the reader."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import formulare
from engine.errors import Invalid
from engine.formulare import Datenklasse, FeldTyp, Hinweistext, read_schema


def form(*components: Any) -> dict[str, Any]:
    return {"type": "default", "id": "Formular_1", "title": "Erstgespräch", "components": list(components)}


def feld(typ: str = "textfield", key: str = "a", **rest: Any) -> dict[str, Any]:
    return {"type": typ, "key": key, "label": key.upper(), **rest}


def problems(schema: object) -> dict[str, str]:
    with pytest.raises(Invalid) as gefangen:
        read_schema(schema)
    return gefangen.value.felder


JA_NEIN = [{"label": "Ja", "value": "ja"}, {"label": "Nein", "value": "nein"}]


def test_every_known_component_becomes_a_field_of_its_kind() -> None:
    formular = read_schema(
        form(
            feld("textfield", "t"),
            feld("textarea", "ta"),
            feld("number", "n"),
            feld("checkbox", "cb"),
            feld("checklist", "cl", values=JA_NEIN),
            feld("radio", "r", values=JA_NEIN),
            feld("select", "s", values=JA_NEIN),
            feld("taglist", "tl", values=JA_NEIN),
            feld("datetime", "d", subtype="date"),
            feld("datetime", "u", subtype="time"),
            feld("datetime", "z", subtype="datetime"),
            feld("expression", "x", expression="=n * 2"),
            feld("filepicker", "da"),
            {"type": "separator"},
            {"type": "text", "text": "# Hinweis <b>wichtig</b>"},
            {"type": "html", "content": "<p>Eins &amp; zwei</p><script>x</script>"},
        )
    )
    assert [f.typ for f in formular.felder] == [typ for typ in FeldTyp if typ is not FeldTyp.LISTE]
    assert (formular.kennung, formular.titel) == ("Formular_1", "Erstgespräch")
    assert [t.text for t in formular.abschnitte[0].inhalte if isinstance(t, Hinweistext)] == [
        "# Hinweis wichtig",
        "Eins & zwei  x",
    ]
    assert formular.feld("x") is not None and formular.feld("x").ausdruck == "n * 2"  # type: ignore[union-attr]
    assert formular.feld("fehlt") is None


def test_groups_become_sections_in_the_order_of_the_page() -> None:
    formular = read_schema(
        form(
            feld(key="a"),
            {
                "type": "group",
                "label": "Kind",
                "description": "Angaben zum Kind",
                "components": [feld(key="b"), {"type": "group", "label": "Schule", "components": [feld(key="c")]}],
            },
            feld(key="d"),
        )
    )
    assert [(x.titel, [f.key for f in x.felder]) for x in formular.abschnitte] == [
        ("", ["a"]),
        ("Kind", ["b"]),
        ("Schule", ["c"]),
        ("", ["d"]),
    ]
    assert formular.abschnitte[1].hinweis == "Angaben zum Kind"


def test_rules_of_a_field_are_kept() -> None:
    f = read_schema(
        form(
            feld(
                "number",
                "kosten",
                label="Kosten",
                description="je Jahr",
                validate={"required": True, "min": 0, "max": "50000.5"},
                decimalDigits=2,
                defaultValue=10,
                appearance={"suffixAdorner": "€"},
                properties={"datenklasse": "S0"},
            )
        )
    ).felder[0]
    assert (f.label, f.hilfe, f.pflicht, f.nachkommastellen, f.vorgabe, f.einheit) == (
        "Kosten",
        "je Jahr",
        True,
        2,
        10,
        "€",
    )
    assert (str(f.min), str(f.max), f.datenklasse) == ("0", "50000.5", Datenklasse.S0)


def test_a_field_without_a_class_holds_sozialdaten() -> None:
    assert read_schema(form(feld())).felder[0].datenklasse is Datenklasse.S1


@pytest.mark.parametrize("typ", ["textfield", "textarea"])
@pytest.mark.parametrize("regeln", [{}, {"pattern": ".*"}, {"pattern": "[a-zA-Z ]"}, {"validationType": "email"}])
def test_free_text_is_never_steering_data(typ: str, regeln: dict[str, str]) -> None:
    assert "Freier Text" in problems(form(feld(typ, validate=regeln, properties={"datenklasse": "S0"})))["a"]


def test_a_strict_pattern_makes_a_text_steering_data() -> None:
    muster = {"pattern": r"^[A-Z]{2}-\d{4}$"}
    assert read_schema(form(feld(validate=muster, properties={"datenklasse": "S0"}))).felder[0].muster


def test_all_problems_are_reported_at_once_with_their_place() -> None:
    gefunden = problems(
        form(
            {"type": "iframe", "url": "https://example.org"},
            {"type": "textfield"},
            feld(key="doppelt"),
            feld(key="doppelt"),
            feld(key="eingang"),
            feld("select", "leer"),
            feld("radio", "gleich", values=[*JA_NEIN, *JA_NEIN]),
            feld("number", "n", validate={"min": 5, "max": 1}, defaultValue="x"),
            feld(key="m", validate={"pattern": "("}),
            feld(key="k", properties={"datenklasse": "S9"}),
            {"type": "group", "path": "kind", "components": []},
            "kein Bauteil",
            feld("datetime", "d", subtype="jahr"),
            feld("expression", "x"),
        )
    )
    assert set(gefunden) == {
        "components[0]",
        "components[1]",
        "components[3]",
        "eingang",
        "leer",
        "gleich",
        "n",
        "m",
        "k",
        "components[10]",
        "components[11]",
        "components[12]",
        "x",
    }
    assert "iframe" in gefunden["components[0]"]
    assert "kleinste Wert" in gefunden["n"] and "Vorgabe" in gefunden["n"]


def test_conditions_of_groups_and_fields_add_up() -> None:
    schema = form(
        {
            "type": "group",
            "conditional": {"hide": "=x = 1"},
            "components": [feld(key="b", conditional={"hide": "=y = 2"}), feld(key="c")],
        },
        feld(key="d"),
    )
    assert [f.verborgen_wenn for f in read_schema(schema).felder] == ["(x = 1) or (y = 2)", "(x = 1)", None]


def test_expressions_of_a_form_are_checked_on_upload() -> None:
    assert "nicht lesbar" in problems(form(feld(conditional={"hide": "=x ="})))["a"]
    assert "nicht lesbar" in problems(form(feld("expression", expression="=1 +")))["a"]


def test_a_computed_steering_field_is_made_of_steering_data() -> None:
    s0 = {"properties": {"datenklasse": "S0"}}
    teile = [feld("number", "n", **s0), feld("textfield", "t"), feld("expression", "x", expression="=n * 2", **s0)]
    assert read_schema(form(*teile)).feld("x")
    teile[2] = feld("expression", "x", expression="=string length(t) + n", **s0)
    assert "S0" in problems(form(*teile))["x"]


@pytest.mark.parametrize("schema", [None, [], "x", 5, {}, {"components": {}}, {"components": None}])
def test_what_is_no_schema_is_refused(schema: object) -> None:
    with pytest.raises(Invalid, match="kann nicht gelesen werden"):
        read_schema(schema)


def test_size_and_depth_are_limited() -> None:
    assert "500 Bauteile" in problems(form(*[feld(key=f"f{i}") for i in range(100_000)]))["components"]
    tief: dict[str, Any] = {"type": "group", "components": []}
    for _ in range(5_000):
        tief = {"type": "group", "components": [tief]}
    assert any("geschachtelt" in text for text in problems(form(tief)).values())
    assert len(problems(form(*["x"] * 400))) == 50
    assert "mehr als 500" in problems(form(feld("select", values=[{"value": str(i)} for i in range(501)])))["a"]


@pytest.mark.parametrize("key", ["", " a", "a b", "1a", "a.b", "a-b", "x" * 81, "_a", "__proto__", 5, None, ["a"]])
def test_keys_are_plain_names(key: object) -> None:
    assert "key" in problems(form({"type": "textfield", "key": key}))["components[0]"]


TYPEN = ["textfield", "number", "select", "radio", "group", "datetime", "text", "expression"]
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda kind: (
        st.lists(kind, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "key",
                    "label",
                    "values",
                    "value",
                    "validate",
                    "pattern",
                    "required",
                    "min",
                    "properties",
                    "datenklasse",
                ]
            ),
            kind,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"type": st.sampled_from([*TYPEN, None])},
            optional={
                name: json
                for name in (
                    "key",
                    "label",
                    "values",
                    "validate",
                    "properties",
                    "defaultValue",
                    "components",
                    "text",
                    "description",
                    "appearance",
                    "decimalDigits",
                    "subtype",
                    "expression",
                    "path",
                    "readonly",
                )
            },
        ),
        max_size=4,
    )
)
def test_any_json_is_a_form_or_refused(components: list[Any]) -> None:
    with contextlib.suppress(Invalid):
        formular = read_schema({"components": components})
        formulare.validate(formular, {})
