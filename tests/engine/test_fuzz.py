"""Nonsense, half sense and broken files end in a value or in our own refusal, never in another exception."""

from __future__ import annotations

from html import escape

import fuzzziele
from hypothesis import example, given, settings
from hypothesis import strategies as st

NS = "https://www.omg.org/spec/DMN/20230324/MODEL/"
texte = st.one_of(
    st.lists(st.sampled_from(fuzzziele.WORTE), max_size=25).map(" ".join),
    st.lists(st.sampled_from(fuzzziele.WORTE) | st.characters(), max_size=12).map("".join),
    st.text(max_size=60),
)
zellen = st.one_of(st.sampled_from(("-", "< 5", '"a"', "[1..5]", "not(3)", "1, 2", "? > 2", "")), texte)


def write_modell(regel: str, spalten: tuple[str, ...], zeilen: list[tuple[str, ...]]) -> bytes:
    """A decision table of any content."""
    kopf = "".join(f"<input><inputExpression><text>{xml(s)}</text></inputExpression></input>" for s in spalten)
    rumpf = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{xml(z)}</text></inputEntry>" for z in zeile[:-1])
        + f"<outputEntry><text>{xml(zeile[-1])}</text></outputEntry></rule>"
        for zeile in zeilen
    )
    tabelle = f'<decisionTable hitPolicy="{regel}">{kopf}<output/>{rumpf}</decisionTable>'
    inhalt = f'<inputData id="i" name="a"/><decision id="d" name="Stufe">{tabelle}</decision>'
    return f'<definitions xmlns="{NS}" namespace="urn:m" name="M">{inhalt}</definitions>'.encode()


def xml(text: str) -> str:
    """Text that XML can hold."""
    return escape("".join(c for c in text if c.isprintable()))


MODELL = write_modell("UNIQUE", ("a", "b"), [("< 5", "-", '"x"'), (">= 5", "[0..1]", "a + 1")])


@given(texte)
@example("for i in 1..1000000 return for j in 1..1000000 return i")
@example('matches("' + "a" * 60 + '", "(a+)+$")')
@example("((((" * 50)
@example("10 ** 10 ** 10 ** 10")
@settings(max_examples=250, deadline=None)
def test_any_text_is_a_value_or_a_refusal(text: str) -> None:
    fuzzziele.check_feel(text)


@given(
    st.sampled_from(("UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT", "X")),
    st.tuples(texte, st.sampled_from(("a", "b", "liste", "kind.alter"))),
    st.lists(st.tuples(zellen, zellen, zellen), max_size=4),
)
@settings(max_examples=80, deadline=None)
def test_any_table_is_checked_and_decided_or_refused(
    regel: str, spalten: tuple[str, str], zeilen: list[tuple[str, ...]]
) -> None:
    fuzzziele.check_dmn(write_modell(regel, spalten, zeilen))


@given(st.integers(0, len(MODELL)), st.integers(0, 40), st.binary(max_size=30))
@settings(max_examples=120, deadline=None)
def test_a_damaged_file_is_checked_and_decided_or_refused(ab: int, fort: int, neu: bytes) -> None:
    fuzzziele.check_dmn(MODELL[:ab] + neu + MODELL[ab + fort :])
