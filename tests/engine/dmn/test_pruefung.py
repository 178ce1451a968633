"""What the check at upload says about a decision model, and where."""

from __future__ import annotations

import contextlib
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import dmn
from engine.dmn import Stufe, pruefe

NS = "https://www.omg.org/spec/DMN/20230324/MODEL/"
EINGABE = '<inputData id="i" name="alter"><variable name="alter"/></inputData>'
BRAUCHT = '<informationRequirement><requiredInput href="#i"/></informationRequirement>'


def model(inhalt: str) -> bytes:
    return f'<definitions xmlns="{NS}" namespace="urn:m" name="M">\n{inhalt}\n</definitions>'.encode()


def table(
    *zeilen: tuple[str, ...],
    regel: str = "UNIQUE",
    spalten: tuple[str, ...] = ("alter",),
    typ: str = "",
    mehr: str = "",
) -> bytes:
    """One decision table that needs ``alter``; every rule starts a line, the first is line 4."""
    attribut = f' typeRef="{typ}"' if typ else ""
    kopf = "".join(
        f"<input><inputExpression{attribut}><text>{s}</text></inputExpression>{mehr}</input>" for s in spalten
    )
    rumpf = "".join(
        "\n<rule>"
        + "".join(f"<inputEntry><text>{escape(zelle)}</text></inputEntry>" for zelle in zeile[:-1])
        + f"<outputEntry><text>{escape(zeile[-1])}</text></outputEntry></rule>"
        for zeile in zeilen
    )
    tabelle = f'<decisionTable id="t" hitPolicy="{regel}">{kopf}<output/>{rumpf}</decisionTable>'
    return model(f'{EINGABE}\n<decision id="d" name="Stufe">{BRAUCHT}{tabelle}</decision>')


def found(daten: bytes) -> dict[str, dmn.Befund]:
    return {befund.art: befund for befund in pruefe(daten)}


def test_a_complete_table_has_no_findings() -> None:
    assert pruefe(table(("< 3", '"a"'), ("[3..14)", '"b"'), (">= 14", '"c"'), ("null", '"a"'))) == ()
    assert pruefe(table(("< 3", '"a"'), ("-", '"b"'), regel="FIRST")) == ()
    assert pruefe(table(("true", '"a"'), ("false", '"b"'), ("null", '"c"'))) == ()


def test_a_gap_is_named_in_words() -> None:
    befund = found(table(("< 3", '"a"'), ("> 14", '"b"')))["luecke"]
    assert befund.stufe is Stufe.WARNUNG
    assert befund.text == "Für „alter“ = 3 trifft keine Zeile zu; das Ergebnis ist dann leer."
    assert "-" in befund.abhilfe and befund.ort.name == "Stufe"
    zwei = table(("< 3", "true", '"a"'), (">= 3", "-", '"b"'), spalten=("alter", "dringend"))
    assert found(zwei)["luecke"].text.startswith("Für „alter“ kleiner als 3 und „dringend“ = false")
    tage = table(('< date("2026-06-01")', '"a"'), ('> date("2026-06-03")', '"b"'))
    assert "„alter“ = 01.06.2026" in found(tage)["luecke"].text


def test_a_missing_value_without_a_row_is_a_hint() -> None:
    assert found(table(("< 3", '"a"'), (">= 3", '"b"')))["luecke_ohne_angabe"].stufe is Stufe.HINWEIS


def test_allowed_values_close_a_table() -> None:
    mehr = '<inputValues><text>"a", "b"</text></inputValues>'
    assert found(table(('"a"', "1"), ('"b"', "2"), ("null", "3"), mehr=mehr)) == {}
    assert "luecke" in found(table(('"a"', "1"), ('"b"', "2")))
    assert "zeile_unerreichbar" in found(table(('"a"', "1"), ('"b"', "2"), ('"c"', "3"), mehr=mehr))


def test_overlaps_of_a_unique_table_stop_it() -> None:
    befund = found(table(("< 5", '"a"'), ("> 3", '"b"')))["ueberschneidung"]
    assert befund.stufe is Stufe.FEHLER and befund.ort.zeile == 5
    assert "Zeile 1 und Zeile 2 treffen zugleich zu („alter“ zwischen 3 und 5)" in befund.text
    assert "ueberschneidung" not in found(table(("< 5", '"a"'), ("> 3", '"b"'), regel="FIRST"))
    assert "ueberschneidung" not in found(table(("< 5", '"a"'), ("> 3", '"a"'), regel="ANY"))
    assert "ueberschneidung" in found(table(("< 5", '"a"'), ("> 3", '"b"'), regel="ANY"))


def test_rows_that_never_decide_are_found() -> None:
    befund = found(table(("< 5", '"a"'), (">= 5", '"b"'), ("[1..9]", '"c"'), ("-", '"d"'), regel="FIRST"))
    assert befund["zeile_unerreichbar"].ort.zeile == 6
    assert "Zeile 3" in befund["zeile_unerreichbar"].text


def test_values_of_the_wrong_type_are_found() -> None:
    befund = found(table(('"jung"', '"a"'), ("-", '"b"'), regel="FIRST", typ="number"))["typfehler"]
    assert befund.stufe is Stufe.FEHLER and '„"jung"“' in befund.text and befund.ort.zeile == 4


def test_texts_that_cannot_be_read_are_found_with_their_place() -> None:
    befund = found(table(("< ", '"a"'), ("-", '"b"'), regel="FIRST"))["ausdruck_nicht_lesbar"]
    assert befund.stufe is Stufe.FEHLER and befund.ort.zeile == 4 and befund.ort.name == "Stufe"


def test_unknown_names_are_found() -> None:
    assert "„hoch“" in found(table(("-", "hoch")))["name_unbekannt"].text
    assert found(table(("-", "alter + count([1])"))) == {}


def undrawn(spalte: str, zelle: str = '"a"') -> bytes:
    """A table as tools write it that draw no inputs."""
    return model(
        f'<decision id="d" name="Stufe"><decisionTable><input><inputExpression><text>{spalte}</text>'
        "</inputExpression></input><output/><rule><inputEntry><text>-</text></inputEntry>"
        f"<outputEntry><text>{zelle}</text></outputEntry></rule></decisionTable></decision>"
    )


def test_a_column_without_a_drawn_input_reads_a_process_variable() -> None:
    assert pruefe(undrawn("alter")) == ()
    assert pruefe(undrawn("alter"), variablen=frozenset({"alter"})) == ()
    [befund] = pruefe(undrawn("alter"), variablen=frozenset({"Alter"}))
    assert befund.art == "name_unbekannt" and "S0" in befund.abhilfe
    assert [b.art for b in pruefe(undrawn("alter", "hoch"))] == ["name_unbekannt"]
    assert pruefe(undrawn("alter", "art"), variablen=frozenset({"alter", "art"})) == ()


def test_one_table_may_read_what_another_sets() -> None:
    andere = undrawn("wert").replace(b"<output/>", b'<output name="stufe"/>').replace(b'id="d"', b'id="e"')
    befunde = dmn.pruefe_alle({"a": andere, "b": undrawn("stufe")}, frozenset({"wert"}))
    assert befunde == {"a": (), "b": ()}


def test_a_decision_with_several_outputs_that_is_said_to_be_a_text_is_found() -> None:
    mehrere = undrawn("alter").replace(b"<output/>", b'<output name="a"/><output name="b"/>')
    mehrere = mehrere.replace(b"</outputEntry>", b"</outputEntry><outputEntry><text>1</text></outputEntry>")
    als_text = mehrere.replace(b'name="Stufe">', b'name="Stufe"><variable name="Stufe" typeRef="string"/>')
    assert dmn.Entscheidungsmodell(als_text).evaluate("Stufe", {}).wert is None
    [befund] = pruefe(als_text)
    assert befund.art == "ausgaenge_passen_nicht" and befund.stufe is Stufe.WARNUNG and "2 Ausgänge" in befund.text
    assert pruefe(mehrere) == ()
    assert pruefe(als_text.replace(b'typeRef="string"', b'typeRef="context"')) == ()


def test_rows_of_the_wrong_length_are_found() -> None:
    assert found(table(("-", "-", '"a"')))["zeile_unvollstaendig"].stufe is Stufe.FEHLER


def test_references_circles_types_and_foreign_code_are_found() -> None:
    def ref(ziel: str) -> str:
        return f'<informationRequirement><requiredDecision href="#{ziel}"/></informationRequirement>'

    inhalt = (
        f'<decision id="a" name="a">{ref("b")}<literalExpression><text>b</text></literalExpression></decision>'
        f'<decision id="b" name="b">{ref("a")}<literalExpression><text>a</text></literalExpression></decision>'
        f'<decision id="c" name="c"><variable name="c" typeRef="tFehlt"/>{ref("fehlt")}</decision>'
        '<businessKnowledgeModel id="k" name="k"><encapsulatedLogic kind="Java"><context/></encapsulatedLogic>'
        "</businessKnowledgeModel>"
    )
    assert set(found(model(inhalt))) == {"kreis", "verweis_ins_leere", "typ_unbekannt", "ohne_inhalt", "fremder_code"}


def test_doubled_elements_and_empty_fields_are_found() -> None:
    leer = "<context><contextEntry><variable name='x'/></contextEntry></context>"
    daten = model(f'<decision id="x" name="a">{leer}</decision>\n<decision id="x" name="b">{leer}</decision>')
    assert set(found(daten)) == {"doppelt", "ausdruck_fehlt"}
    assert found(daten)["doppelt"].ort.zeile == 3


def test_a_file_that_is_no_model_has_one_finding() -> None:
    assert [befund.art for befund in pruefe(b"kein xml")] == ["nicht_lesbar"]


def test_a_huge_table_is_checked_in_bounded_time() -> None:
    zeilen = [tuple([f"[{i}..{i + 1})", f"> {i}", f'"w{i}"', f"not({i})", "-", f'"e{i}"']) for i in range(200)]
    befunde = pruefe(table(*zeilen, regel="FIRST", spalten=("alter", "b", "c", "d", "e")))
    assert len(befunde) <= 200


zelle = st.sampled_from(
    ["-", "< 3", ">= 3", "[1..5]", '"a"', 'not("a")', "null", "2, 4", "true", "alter", "? > 1", "(", ""]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(zelle, zelle, zelle), max_size=5),
    st.sampled_from(["UNIQUE", "FIRST", "ANY", "COLLECT", "PRIORITY"]),
)
def test_a_reported_gap_is_a_gap_and_a_reported_overlap_is_one(zeilen: list[tuple[str, str, str]], regel: str) -> None:
    daten = table(*zeilen, regel=regel, spalten=("alter", "alter"))
    arten = {befund.art for befund in pruefe(daten)}
    with contextlib.suppress(dmn.DmnError):
        modell = dmn.Entscheidungsmodell(daten)
        if not arten & {"ausdruck_nicht_lesbar", "name_unbekannt"}:
            modell.evaluate("Stufe", {"alter": 2})


@pytest.mark.parametrize("wert", [0, 1, 2, 3, 4, 5, 6, 7.5])
def test_without_a_gap_every_number_has_a_row(wert: float) -> None:
    daten = table(("< 2", '"a"'), ("[2..5]", '"b"'), ("> 5", '"c"'))
    assert "luecke" not in found(daten)
    assert dmn.Entscheidungsmodell(daten).evaluate("Stufe", {"alter": wert}).wert is not None
