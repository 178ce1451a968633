"""The pattern engine: XPath semantics on hand-checked cases, agreement with `re`, and no runaway."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel.muster import MusterBudget, MusterFehler, compile_muster

FAELLE = [
    ("bra", "", "abracadabra", True),
    ("^bra", "", "abracadabra", False),
    (r"(a)\1", "i", "aA", True),
    ("[A-Z-[OI]]", "i", "x", True),
    ("[A-Z-[OI]]", "i", "i", False),
    ("[^Q]", "i", "q", False),
    ("k", "i", "\u212a", True),
    ("Mary.Jones", "", "Mary\rJones", False),
    ("Mary.Jones", "s", "Mary\rJones", True),
    ("^$", "m", "\nabcd\ndefg\n", True),
    ("^$", "m", "abcd\n\ndefg\n ", True),
    (" hello[ ]world", "x", "hello world", True),
    (r"\p{ I s B a s i c L a t i n }+", "x", "hello world", True),
    ("x[y-z]", "q", "x[y-z]", True),
    (r"\p{Lu}\P{Lu}+", "", "Übung", True),
    (r"^\i\c*$", "", "a-b.c1", True),
    (r"^\d{5}$", "", "51063", True),
    (r"^\d{5}$", "", "5106", False),
    (r"^(a|b){2,3}$", "", "abab", False),
    (r"^(?:ab)+?$", "", "ababab", True),
    ("", "", "", True),
]


@pytest.mark.parametrize(("muster", "flags", "text", "ja"), FAELLE)
def test_patterns_match_as_xpath_says(muster: str, flags: str, text: str, ja: bool) -> None:
    assert (compile_muster(muster, flags).search(text) is not None) is ja


@pytest.mark.parametrize(
    "muster",
    [
        "(", ")", "a{2,1}", "a{", "*", "a**", "[", "[a", "[z-a]", "[]", r"\3", r"(.)\2", r"(asd)[\1]", r"\p{Foo}",
        r"\q", "(?=a)", "(?<n>a)", "a{99999}", "(((a{99}){99}){99}){99}", "(" * 60 + ")" * 60, "\\", "]", "x" * 2000,
    ],
)  # fmt: skip
def test_bad_patterns_are_refused(muster: str) -> None:
    with pytest.raises(MusterFehler):
        compile_muster(muster)


def test_an_unknown_flag_is_refused() -> None:
    with pytest.raises(MusterFehler):
        compile_muster("a", "p")


def test_patterns_of_forms_may_use_javascript_escapes() -> None:
    assert compile_muster(r"^\d+\/\d{4}\u00e4$", nachsichtig=True).search("12/2026ä")
    assert compile_muster(r"^[\w.-]+@[a-z\-]+$", nachsichtig=True).search("a.b-c@d-e")


@pytest.mark.parametrize("muster", ["(a*)*b", "(a+)+b", "(a|aa)+b", "(.*)(.*)(.*)(.*)b", "(a?){200}a{200}b"])
def test_evil_patterns_end_linear_or_in_the_budget(muster: str) -> None:
    with contextlib.suppress(MusterBudget):
        assert compile_muster(muster).search("a" * 200) is None


def test_a_back_reference_cannot_run_away() -> None:
    with pytest.raises(MusterBudget):
        compile_muster(r"(a*)*(a*)*\1\2b").search("a" * 60)


def test_groups_are_those_of_the_preferred_way() -> None:
    treffer = compile_muster("(ab)|(a)").search("abcd")
    assert treffer is not None
    assert treffer.gruppen == ("ab", "ab", None)
    assert [t.gruppen[0] for t in compile_muster("a.*?a").find_all("abracadabra")[0]] == ["abra", "ada"]
    assert [t.gruppen[0] for t in compile_muster("x*").find_all("axxb")[0]] == ["", "xx", "", ""]


# Loops run over what is never empty: how often an empty round counts is a matter of taste, and `re` has its own.
kern = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]"]),
    lambda teil: st.one_of(st.tuples(teil, teil).map("".join), st.tuples(teil, teil).map(lambda p: f"({p[0]}|{p[1]})")),
    max_leaves=4,
)
schleife = st.tuples(kern, st.sampled_from(["*", "+", "?", "{1,2}", "*?"])).map(lambda p: f"(?:{p[0]}){p[1]}")
folge = st.lists(st.one_of(kern, schleife, st.sampled_from(["^", "$"])), min_size=1, max_size=4).map("".join)
einfach = st.one_of(folge, st.tuples(folge, folge).map("|".join))


@settings(max_examples=300, deadline=None)
@given(einfach, st.text("abc", max_size=8))
def test_the_engine_finds_what_re_finds(muster: str, text: str) -> None:
    erwartet = re.search(muster, text)
    treffer = compile_muster(muster).search(text)
    assert (treffer is None) == (erwartet is None)
    if treffer and erwartet:
        assert (treffer.von, treffer.bis) == erwartet.span()


@settings(max_examples=200, deadline=None)
@given(st.text("ab()[]{}|?*+^$.\\-,12pLdw", max_size=20), st.text("ab1-", max_size=12))
def test_any_text_is_a_pattern_or_refused(muster: str, text: str) -> None:
    with contextlib.suppress(MusterFehler):
        compile_muster(muster, nachsichtig=True).search(text)
