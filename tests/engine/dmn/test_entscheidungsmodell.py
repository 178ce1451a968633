"""Decision models end to end: XML in, decisions and their record out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine import dmn
from engine.dmn import DmnError, Entscheidungsmodell
from engine.feel import FeelError

NS = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def definitions(inhalt: str, *, ns: str = NS, eigen: str = "urn:m", rest: str = "") -> bytes:
    return f'<definitions xmlns="{ns}" namespace="{eigen}" name="M" id="m" {rest}>{inhalt}</definitions>'.encode()


def table(
    regeln: list[tuple[str, ...]],
    *,
    regel: str = "UNIQUE",
    eingaenge: tuple[str, ...] = ("alter",),
    ausgaenge: str = "<output/>",
    rest: str = "",
) -> str:
    n = len(eingaenge)
    spalten = "".join(f"<input><inputExpression><text>{e}</text></inputExpression></input>" for e in eingaenge)
    zeilen = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{t}</text></inputEntry>" for t in zeile[:n])
        + "".join(f"<outputEntry><text>{t}</text></outputEntry>" for t in zeile[n:])
        + "</rule>"
        for zeile in regeln
    )
    return f'<decisionTable id="t" hitPolicy="{regel}" {rest}>{spalten}{ausgaenge}{zeilen}</decisionTable>'


def decision(ausdruck: str, *, name: str = "d", typ: str = "Any", braucht: str = "") -> str:
    return (
        f'<decision id="{name}" name="{name}"><variable name="{name}" typeRef="{typ}"/>{braucht}{ausdruck}</decision>'
    )


def literal(text: str) -> str:
    return f"<literalExpression><text>{text}</text></literalExpression>"


def inputs(*namen: str) -> str:
    return "".join(f'<inputData id="i_{n}" name="{n}"><variable name="{n}"/></inputData>' for n in namen)


def needs(*namen: str) -> str:
    return "".join(f'<informationRequirement><requiredInput href="#i_{n}"/></informationRequirement>' for n in namen)


def decide(tabelle: str, eingaben: dict[str, Any], namen: tuple[str, ...] = ("alter",)) -> object:
    daten = definitions(inputs(*namen) + decision(tabelle, braucht=needs(*namen)))
    return Entscheidungsmodell(daten).evaluate("d", eingaben).wert


STUFEN = [("&lt; 3", '"hoch"'), ("[3..14)", '"mittel"'), ("&gt;= 14", '"niedrig"')]
UEBERLAPPEND = [("&gt; 1", '"a"'), ("&gt; 2", '"b"'), ("&gt; 3", '"a"')]


@pytest.mark.parametrize(("alter", "wert"), [(2, "hoch"), (3, "mittel"), (14, "niedrig"), (None, None), ("x", None)])
def test_a_unique_table_gives_its_only_match(alter: object, wert: object) -> None:
    assert decide(table(STUFEN), {"alter": alter}) == wert


RANG = '<output><outputValues><text>"b", "a"</text></outputValues></output>'


@pytest.mark.parametrize(
    ("regel", "rest", "ausgaenge", "wert"),
    [
        ("UNIQUE", "", "<output/>", None),
        ("ANY", "", "<output/>", None),
        ("FIRST", "", "<output/>", "a"),
        ("PRIORITY", "", RANG, "b"),
        ("RULE ORDER", "", "<output/>", ["a", "b", "a"]),
        ("OUTPUT ORDER", "", RANG, ["b", "a", "a"]),
        ("COLLECT", "", "<output/>", ["a", "b", "a"]),
        ("COLLECT", 'aggregation="COUNT"', "<output/>", Decimal(3)),
        ("COLLECT", 'aggregation="MIN"', "<output/>", "a"),
        ("COLLECT", 'aggregation="MAX"', "<output/>", "b"),
    ],
)
def test_every_hit_policy_on_overlapping_rows(regel: str, rest: str, ausgaenge: str, wert: object) -> None:
    assert decide(table(UEBERLAPPEND, regel=regel, rest=rest, ausgaenge=ausgaenge), {"alter": 9}) == wert


def test_any_and_sum() -> None:
    assert decide(table([("&gt; 1", "1"), ("&gt; 2", "1.0")], regel="ANY"), {"alter": 5}) == 1
    summe = table([("&gt; 1", "1"), ("&gt; 2", "2"), ("&gt; 9", "4")], regel="COLLECT", rest='aggregation="SUM"')
    assert decide(summe, {"alter": 5}) == 3


def test_no_match_gives_the_default_or_nothing() -> None:
    ausgaenge = '<output><defaultOutputEntry><text>"sonst"</text></defaultOutputEntry></output>'
    assert decide(table([("1", '"a"')], ausgaenge=ausgaenge), {"alter": 5}) == "sonst"
    assert decide(table([("1", '"a"')]), {"alter": 5}) is None
    assert decide(table([("1", '"a"')], regel="COLLECT"), {"alter": 5}) == []


def test_several_outputs_become_a_context() -> None:
    ausgaenge = '<output name="stufe"/><output name="frist"/>'
    tabelle = table([("&lt; 3", '"hoch"', "1")], ausgaenge=ausgaenge)
    assert decide(tabelle, {"alter": 2}) == {"stufe": "hoch", "frist": Decimal(1)}


def test_the_record_names_model_inputs_rows_and_result() -> None:
    daten = definitions(inputs("alter") + decision(table(STUFEN), braucht=needs("alter")))
    protokoll = Entscheidungsmodell(daten).evaluate("d", {"alter": 5}).to_json()
    assert protokoll["ergebnis"] == "mittel"
    assert protokoll["tabellen"] == [{"tabelle": "t", "eingaben": {"alter": 5}, "zeilen": [2], "ergebnis": "mittel"}]
    assert len(str(protokoll["modell"])) == 64


def test_decisions_see_only_what_they_require() -> None:
    daten = definitions(
        inputs("x")
        + decision(literal("x + 1"), name="a", braucht=needs("x"))
        + decision(
            literal("a * 2"),
            name="b",
            braucht='<informationRequirement><requiredDecision href="#a"/></informationRequirement>',
        )
        + decision(literal("x"), name="c")
    )
    modell = Entscheidungsmodell(daten)
    assert modell.entscheidungen == ("a", "b", "c") and modell.eingaben == ("x",)
    assert modell.evaluate("b", {"x": 2}).wert == 6
    assert modell.evaluate("c", {"x": 2}).wert is None


def test_knowledge_models_and_services_are_functions() -> None:
    bkm = (
        '<businessKnowledgeModel id="k" name="Zuschlag je Tag"><variable name="Zuschlag je Tag"/><encapsulatedLogic>'
        f'<formalParameter name="tage" typeRef="number"/>{literal("tage * 2")}'
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    wissen = '<knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>'
    dienst = (
        '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#d"/><inputData href="#i_x"/>'
        "</decisionService>"
    )
    daten = definitions(
        inputs("x") + bkm + dienst + decision(literal("Zuschlag je Tag(x) + 1"), braucht=needs("x") + wissen)
    )
    modell = Entscheidungsmodell(daten)
    assert modell.evaluate("d", {"x": 3}).wert == 7
    assert modell.evaluate("s", {"x": 4}).wert == 9
    assert modell.evaluate("Zuschlag je Tag", {"tage": 4}).wert == 8
    assert modell.evaluate("Zuschlag je Tag", {"tage": "viele"}).wert is None


def test_imported_models_stand_behind_their_name() -> None:
    a = Entscheidungsmodell(definitions(decision(literal('"Hallo"'), name="Gruss an alle"), eigen="urn:a"))
    b = definitions(
        '<import namespace="urn:a" name="Modell A" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        + decision(
            literal('Modell A.Gruss an alle + "!"'),
            braucht='<informationRequirement><requiredDecision href="urn:a#Gruss an alle"/></informationRequirement>',
        )
    )
    assert Entscheidungsmodell(b, [a]).evaluate("d", {}).wert == "Hallo!"


def test_types_of_the_model_are_kept() -> None:
    typ = (
        '<itemDefinition name="tStufe"><typeRef>string</typeRef><allowedValues><text>"a","b"</text></allowedValues>'
        '</itemDefinition><itemDefinition name="tFrist"><typeRef>date</typeRef></itemDefinition>'
    )
    daten = definitions(
        typ
        + '<inputData id="i_x" name="x"><variable name="x" typeRef="tStufe"/></inputData>'
        + decision(literal("x"), braucht=needs("x"))
        + decision(literal('"kein Datum"'), name="e", typ="tFrist")
        + decision(literal('[date("2026-06-01")]'), name="f", typ="tFrist")
    )
    modell = Entscheidungsmodell(daten)
    assert modell.evaluate("d", {"x": "a"}).wert == "a"
    assert modell.evaluate("d", {"x": "c"}).wert is None
    assert modell.evaluate("e", {}).wert is None
    assert modell.evaluate("f", {}).wert == date(2026, 6, 1)


def test_boxed_expressions() -> None:
    kontext = (
        '<context><contextEntry><variable name="a b"/>' + literal("2") + "</contextEntry>"
        "<contextEntry>" + literal("a b * 3") + "</contextEntry></context>"
    )
    schleife = f'<for iteratorVariable="i"><in>{literal("[1,2,3]")}</in><return>{literal("i * i")}</return></for>'
    einige = f'<some iteratorVariable="i"><in>{literal("[1,2]")}</in><satisfies>{literal("i = 2")}</satisfies></some>'
    filtern = f"<filter><in>{literal('[1,2,3]')}</in><match>{literal('item &gt; 1')}</match></filter>"
    relation = f'<relation><column name="a"/><row>{literal("1")}</row><row>{literal("2")}</row></relation>'
    liste = f"<list>{literal('1')}{literal('2')}</list>"
    for ausdruck, wert in (
        (kontext, 6),
        (schleife, [1, 4, 9]),
        (einige, True),
        (filtern, [2, 3]),
        (relation, [{"a": 1}, {"a": 2}]),
        (liste, [1, 2]),
    ):
        assert Entscheidungsmodell(definitions(decision(ausdruck))).evaluate("d", {}).wert == wert


@pytest.mark.parametrize(
    "ns",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
    ],
)
def test_older_versions_are_read(ns: str) -> None:
    assert Entscheidungsmodell(definitions(decision(literal("1 + 1")), ns=ns)).evaluate("d", {}).wert == 2


@pytest.mark.parametrize(
    "daten",
    [
        b"",
        b"kein xml",
        b"<definitions/>",
        b'<!DOCTYPE d [<!ENTITY x "y">]><definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">&x;</definitions>',
        definitions("<a>" * 200 + "</a>" * 200),
        definitions(decision(table([], regel="IRGENDWAS"))),
        b"x" * 6_000_000,
    ],
)
def test_what_is_no_decision_model_is_refused(daten: bytes) -> None:
    with pytest.raises(DmnError, match="kann nicht gelesen werden"):
        Entscheidungsmodell(daten)


def test_an_unknown_decision_is_refused() -> None:
    with pytest.raises(DmnError, match="gibt es in diesem Modell nicht"):
        Entscheidungsmodell(definitions("")).evaluate("d", {})


def test_circles_and_runaways_end_in_an_error() -> None:
    def ref(name: str) -> str:
        return f'<informationRequirement><requiredDecision href="#{name}"/></informationRequirement>'

    kreis = definitions(
        decision(literal("b"), name="a", braucht=ref("b")) + decision(literal("a"), name="b", braucht=ref("a"))
    )
    with pytest.raises(DmnError, match="Kreis"):
        Entscheidungsmodell(kreis).evaluate("a", {})
    lang = definitions(decision(literal("for i in 1..20000, j in 1..20000 return i")))
    with pytest.raises(FeelError):
        Entscheidungsmodell(lang).evaluate("d", {})
    rekursion = definitions(
        '<businessKnowledgeModel id="k" name="k"><variable name="k"/><encapsulatedLogic><formalParameter name="x"/>'
        + literal("k(x)")
        + '</encapsulatedLogic><knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>'
        "</businessKnowledgeModel>"
    )
    with pytest.raises(FeelError):
        Entscheidungsmodell(rekursion).evaluate("k", {"x": 1})


def test_foreign_code_is_never_run() -> None:
    java = (
        '<context><contextEntry><variable name="f"/><functionDefinition kind="Java"><formalParameter name="x"/>'
        f'<context><contextEntry><variable name="class"/>{literal("&quot;java.lang.Math&quot;")}</contextEntry>'
        "</context>"
        f"</functionDefinition></contextEntry><contextEntry>{literal('f(1)')}</contextEntry></context>"
    )
    assert Entscheidungsmodell(definitions(decision(java))).evaluate("d", {}).wert is None


def test_the_package_says_what_it_offers() -> None:
    assert set(dmn.__all__) >= {"DmnError", "Entscheidungsmodell", "Ergebnis"}
