"""Expressions as drawings use them: what they give, what they refuse, what they may cost."""

from __future__ import annotations

import contextlib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.errors import Invalid
from engine.feel import FeelError
from engine.kalender import Kalender, funktionen

KONTEXT: dict[str, Any] = {
    "total": 500,
    "dept": "R&D",
    "offen": True,
    "a b": 3,
    "x-y": 7,
    "liste": [1, 2, 3],
    "person": {"first name": "Lena", "alter": 7, "n": {"m": 1.5}},
    "eingang": "2026-06-01T10:00:00+02:00",
    "entscheidung_g1": ["Flow_1", "Flow_2"],
    "nichts": None,
}

FAELLE: list[tuple[str, object]] = [
    ('total < 1000 and dept = "R&D"', True),
    ("total >= 500 and total <= 500 and total != 499", True),
    ("1 + 2 * 3 - 4 / 2", 5),
    ("2 ** 3 - -1", 9),
    ("0.1 + 0.2 = 0.3", True),
    ('"Hilfe" + "plan"', "Hilfeplan"),
    ("a b + 1", 4),
    ("x-y", 7),
    ("total - a b", 497),
    ("person.first name", "Lena"),
    ("person.n.m * 2", 3),
    ("person.alter < 14", True),
    ('"Flow_1" in entscheidung_g1', True),
    ('dept in ("IT", "R&D")', True),
    ('dept in ["IT"]', False),
    ("total in [1..500]", True),
    ("total in [1..500)", False),
    ("total in (< 10, > 400)", True),
    ("total between 1 and 500", True),
    ("not(total = 500)", False),
    ("not(offen)", False),
    ("liste[1]", 1),
    ("liste[-1]", 3),
    ("liste[item > 1]", [2, 3]),
    ("liste[7]", None),
    ("count(liste) = 3", True),
    ("for i in liste return i * i", [1, 4, 9]),
    ("for i in 1..3, j in [10, 20] return i + j", [11, 21, 12, 22, 13, 23]),
    ("some i in liste satisfies i > 2", True),
    ("every i in liste satisfies i > 2", False),
    ('if offen then "ja" else "nein"', "ja"),
    ("{a: 1, b: a + 1}.b", 2),
    ("(function(x, y) x * y)(y: 2, x: 5)", 10),
    ("total // a comment\n = 500", True),
    ('"ä\\u00e4\\n"', "ää\n"),
    ("frist_at(eingang, 3)", date(2026, 6, 5)),
]


@pytest.mark.parametrize(("text", "wert"), FAELLE)
def test_expressions_give_what_the_standard_says(text: str, wert: object) -> None:
    assert feel.evaluate(text, KONTEXT, funktionen(Kalender())) == wert


@pytest.mark.parametrize(
    "text",
    [
        "unbekannt", "unbekannt.x.y", "unbekannt > 3", "total > unbekannt", 'total > "5"', 'total = "500"',
        "1 / 0", "null + 1", '1 + "a"', "offen and nichts", "nichts or false", "-dept", "not(5)", "unbekannt(1)",
        "total(1)", "10 ** 99999", "liste.x[5]", "dept.upper", "substring(1)", "for i in nichts return i",
    ],
)  # fmt: skip
def test_what_has_no_answer_is_null(text: str) -> None:
    assert feel.evaluate(text, KONTEXT) is None


def test_logic_is_three_valued() -> None:
    werte = {"true": True, "false": False, "null": None}
    for a, pa in werte.items():
        for b, pb in werte.items():
            und = False if pa is False or pb is False else None if None in (pa, pb) else True
            oder = True if pa is True or pb is True else None if None in (pa, pb) else False
            assert feel.evaluate(f"{a} and {b}", {}) is und
            assert feel.evaluate(f"{a} or {b}", {}) is oder


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0), ("total >", 7), ("(1 + 2", 6), ("1 2", 2), ('"offen', 0), ("a = = b", 4), ("if a then b", 11),
        ("a < b < c", 6), ("total ! 5", 6), ("[1, 2", 5), ("f(a: 1, 2)", 0), ("{a: 1, a: 2}", 7), ("1 + )", 4),
        ("x instance of tUnbekannt", 14), ("/* offen", 0), ("for in x return 1", 4), ("a; b", 1),
    ],
)  # fmt: skip
def test_errors_name_the_position(text: str, position: int) -> None:
    with pytest.raises(FeelError) as gefangen:
        feel.compile(text)
    assert gefangen.value.position == position
    assert isinstance(gefangen.value, Invalid)


def test_unary_tests_of_a_cell() -> None:
    faelle = [
        ("-", 5, True),
        ("< 5", 4, True),
        ("< 5, > 10", 11, True),
        ("[5..10]", 10, True),
        ("]5..10[", 5, False),
        ('"a", "b"', "b", True),
        ('not("a", "b")', "b", False),
        ('not("a", "b")', "c", True),
        ("null", None, True),
        ("< 5", None, False),
        ("true", True, True),
        ("? > 3 and ? < 9", 5, True),
        ("grenze", 7, True),
        ("> grenze", 7, False),
        ("liste", 2, True),
    ]
    for text, wert, ja in faelle:
        assert feel.compile_unary_tests(text).evaluate(wert, {"grenze": 7, "liste": [1, 2]}) is ja, text


def test_no_expression_reaches_into_python() -> None:
    class Falle:
        geheim = 1

    kontext = {"x": Falle(), "d": date(2026, 6, 1), "s": "a"}
    for text in ("x.geheim", "x.__class__", "s.__class__", "d.__class__.__mro__", "s.join", "x", "__import__", "eval"):
        assert feel.evaluate(text, kontext) is None


def test_inputs_are_never_changed() -> None:
    kontext: dict[str, Any] = {"l": [1, [2]], "c": {"a": {"b": 1}}}
    ergebnis = feel.evaluate("[l, c]", kontext)
    ergebnis[0][1].append(9)  # type: ignore[index]
    ergebnis[1]["a"]["b"] = 9  # type: ignore[index]
    assert kontext == {"l": [1, [2]], "c": {"a": {"b": 1}}}


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000 return i",
        "for i in 1..20000, j in 1..20000 return i",
        "some i in 1..10000, j in 1..10000 satisfies i < 0",
        "{f: function(x) f(x), y: f(1)}.y + (function(g) g(g))(function(g) g(g))",
        "(function(g) g(g))(function(g) g(g))",
        "count(for i in 1..2000 return for j in 1..2000 return j)",
        'for i in 1..40 return if i = 1 then "xxxxxxxxxx" else partial[-1] + partial[-1]',
        'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "(a*)*(a*)*\\\\1\\\\2b")',
        "grosse[count(grosse[item > 0]) > 0]",
    ],
)
def test_runaway_expressions_end_in_an_error(text: str) -> None:
    with pytest.raises(FeelError):
        feel.evaluate(text, {"grosse": list(range(20_000))})


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500 + "1" + ")" * 500, "[" * 5000 + "]" * 5000, "-" * 5000 + "1", "x" + ".a" * 5000, "f" + "(1)" * 500,
        "if a then " * 300 + "1" + " else 2" * 300, "1" * 20_001, "1" * 300, "{a: " * 300 + "1" + "}" * 300,
        "function() " * 300 + "1", "not(" * 300 + "true" + ")" * 300,
        "x instance of " + "list<" * 300 + "number" + ">" * 300,
    ],
)  # fmt: skip
def test_monstrous_texts_are_refused(text: str) -> None:
    with pytest.raises(FeelError):
        feel.compile(text)


def test_long_flat_chains_are_fine() -> None:
    assert feel.evaluate(" + ".join(["1"] * 3000), {}) == Decimal(3000)
    assert feel.evaluate(" and ".join(["true"] * 2000), {}) is True


def test_deep_values_are_refused() -> None:
    tief: Any = 1
    for _ in range(500):
        tief = [tief]
    with pytest.raises(FeelError, match="geschachtelt"):
        feel.evaluate("x", {"x": tief})


def test_a_lent_function_that_refuses_says_why() -> None:
    with pytest.raises(FeelError, match="muss ganz sein"):
        feel.evaluate("frist_at(eingang, -1)", KONTEXT, funktionen(Kalender()))
    with pytest.raises(FeelError, match="frist_at"):
        feel.evaluate("frist_at()", KONTEXT, funktionen(Kalender()))


def test_equal_texts_are_compiled_once() -> None:
    assert feel.compile("1 + 1") is feel.compile("1 + 1")


worte = st.sampled_from(
    'a b 1 2.5 "x" true null + - * / ** ( ) [ ] { } . .. , : < > = != and or not in if then else for return some '
    "every satisfies between function instance of list number ? @ external date and time".split()
)


@settings(max_examples=500, deadline=None)
@given(st.lists(worte, max_size=14).map(" ".join) | st.text(max_size=30))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    for lesen in (feel.compile, feel.compile_unary_tests):
        with contextlib.suppress(FeelError):
            lesen(text)
    with contextlib.suppress(FeelError):
        feel.evaluate(text, {"a": 1, "b": [1, {"a": 2}]})


@settings(max_examples=100, deadline=None)
@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_arithmetic_agrees_with_whole_numbers(a: int, b: int) -> None:
    kontext = {"a": a, "b": b}
    assert feel.evaluate("a + b", kontext) == a + b
    assert feel.evaluate("a * b - a", kontext) == a * b - a
    assert feel.evaluate("a < b", kontext) is (a < b)
    assert feel.evaluate("a in [b..b]", kontext) is (a == b)
