"""Every runaway expression ends in our own error, by counted steps: the same on every machine, however slow it is."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from engine import dmn, feel
from engine.dmn.lauf import MAX_SCHRITTE, DmnLauf
from engine.feel import grenzen
from engine.feel.lauf import Lauf

DATEN = runpy.run_path(str(Path(__file__).resolve().parents[3] / "benchmarks" / "ausreisser.py"))


@pytest.mark.parametrize("text", DATEN["AUSREISSER"].values(), ids=DATEN["AUSREISSER"])
def test_a_runaway_expression_ends_in_our_error(text: str) -> None:
    with pytest.raises(feel.FeelError) as ende:
        feel.to_json(feel.compile(text).evaluate({}))
    assert ende.value.text.endswith(".")


@pytest.mark.parametrize("daten", DATEN["TABELLEN"].values(), ids=DATEN["TABELLEN"])
def test_a_runaway_table_ends_in_our_error(daten: bytes) -> None:
    with pytest.raises(feel.FeelError):
        dmn.Entscheidungsmodell(daten).evaluate("d", {"x": [7] * 500})


def test_one_expression_of_a_model_may_not_use_up_the_budget_of_the_whole_model() -> None:
    daten = DATEN["write_tabelle"](200, "count(for i in 1..2000 return i) &gt; ?")
    lauf = DmnLauf({})
    with pytest.raises(feel.FeelError):
        dmn.Entscheidungsmodell(daten).evaluate_wert("d", {"x": 7}, lauf)
    assert lauf.schritte >= MAX_SCHRITTE - grenzen.MAX_SCHRITTE - 20_000


def test_many_expressions_of_a_model_share_its_budget() -> None:
    eintrag = "<contextEntry><variable name='v{0}'/><literalExpression><text>count(for i in 1..8000 return i)</text>"
    daten = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:m">'
        '<decision id="d" name="d"><context>'
        + "".join(eintrag.format(nr) + "</literalExpression></contextEntry>" for nr in range(40))
        + "</context></decision></definitions>"
    ).encode()
    with pytest.raises(feel.FeelError, match="dauert zu lange"):
        dmn.Entscheidungsmodell(daten).evaluate("d", {})


def test_what_an_office_writes_stays_far_below_the_budget() -> None:
    lauf = Lauf({})
    liste = [{"betrag": nr, "art": "ambulant"} for nr in range(200)]
    text = 'sum((sort(liste[art = "ambulant"], function(a, b) a.betrag > b.betrag)).betrag) * 12 / count(liste)'
    assert feel.compile(text).evaluate({"liste": liste}) == 1194
    assert lauf.schritte == grenzen.MAX_SCHRITTE
