"""The decisions of a process: found by id or name, inputs by name, outputs as variables, a record for the Vorgang."""

from __future__ import annotations

from hashlib import sha256

import pytest

from engine import dmn

KOPF = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{0}" name="{0}" namespace="urn:{0}">'


def modell(inhalt: str, name: str = "m") -> bytes:
    return f"{KOPF.format(name)}{inhalt}</definitions>".encode()


def tabelle(
    zeilen: str, *, kennung: str = "t", ausgaben: tuple[str, ...] = ("stufe",), regel: str = "FIRST", frage: str = "x"
) -> str:
    spalten = "".join(f'<output id="o{n}" name="{name}"/>' for n, name in enumerate(ausgaben))
    regeln = ""
    for zeile in zeilen.split("/"):
        test, *werte = zeile.split(">>")
        regeln += f"<rule><inputEntry><text>{test}</text></inputEntry>"
        regeln += "".join(f"<outputEntry><text>{wert}</text></outputEntry>" for wert in werte) + "</rule>"
    return (
        f'<decision id="{kennung}" name="Tabelle {kennung}"><variable name="Ergebnis von {kennung}"/>'
        f'<decisionTable id="dt_{kennung}" hitPolicy="{regel}"><input><inputExpression><text>{frage}</text>'
        f"</inputExpression></input>{spalten}{regeln}</decisionTable></decision>"
    )


EINFACH = modell(tabelle('"ja">>"hoch"/->>"normal"'))


def test_a_table_reads_variables_by_name_although_no_requirement_is_drawn() -> None:
    entscheid = dmn.Sammlung({"a": EINFACH}).entscheide("t", {"x": "ja", "y": 1})
    assert entscheid.variablen == {"stufe": "hoch"}
    assert entscheid.protokoll == {
        "entscheidung": "t",
        "modell": sha256(EINFACH).hexdigest(),
        "ergebnis": "hoch",
        "tabellen": [{"tabelle": "dt_t", "eingaben": {"x": "ja"}, "zeilen": [1], "ergebnis": "hoch"}],
    }


def test_a_missing_variable_leads_to_the_cautious_row() -> None:
    entscheid = dmn.Sammlung({"a": EINFACH}).entscheide("Tabelle t", {})
    assert entscheid.variablen == {"stufe": "normal"}
    assert entscheid.protokoll["tabellen"][0]["eingaben"] == {"x": None}


def test_each_output_is_a_variable_and_none_of_them_stays_from_before() -> None:
    sammlung = dmn.Sammlung({"a": modell(tabelle('"ja">>"hoch">>3', ausgaben=("stufe", "in tagen")))})
    assert sammlung.ausgaben["t"] == {"stufe", "in_tagen"}
    assert sammlung.entscheide("t", {"x": "ja"}).variablen == {"stufe": "hoch", "in_tagen": 3}
    assert sammlung.entscheide("t", {"x": "nein"}).variablen == {"stufe": None, "in_tagen": None}


def test_the_whole_result_goes_into_one_variable_on_request() -> None:
    sammlung = dmn.Sammlung({"a": modell(tabelle('"ja">>"hoch">>3', ausgaben=("stufe", "tage")))})
    assert sammlung.entscheide("t", {"x": "ja"}, ergebnis="lage").variablen == {"lage": {"stufe": "hoch", "tage": 3}}


def test_a_collecting_table_sets_the_variable_of_its_decision() -> None:
    sammlung = dmn.Sammlung({"a": modell(tabelle('->>"a"/->>"b"', regel="COLLECT"))})
    assert sammlung.ausgaben["t"] == {"Ergebnis_von_t"}
    entscheid = sammlung.entscheide("t", {})
    assert entscheid.variablen == {"Ergebnis_von_t": ["a", "b"]}
    assert entscheid.protokoll["tabellen"][0]["zeilen"] == [1, 2]


def test_files_may_import_each_other_even_in_circles() -> None:
    def datei(name: str, andere: str) -> bytes:
        importiert = f'<import namespace="urn:{andere}" name="{andere}" />'
        verweis = (
            f'<informationRequirement><requiredDecision href="urn:{andere}#von_{andere}"/></informationRequirement>'
        )
        wert = f"<literalExpression><text>{andere}.von_{andere}</text></literalExpression>"
        decision = f'<decision id="rechnet_{name}" name="rechnet_{name}"><variable name="r"/>{verweis}{wert}</decision>'
        fest = f"<literalExpression><text>{len(name)}</text></literalExpression>"
        return modell(f'{importiert}{decision}<decision id="von_{name}" name="von_{name}">{fest}</decision>', name)

    sammlung = dmn.Sammlung({"a": datei("a", "bb"), "bb": datei("bb", "a")})
    assert sammlung.entscheide("rechnet_a", {}).variablen == {"r": 2}


def test_characters_that_no_database_holds_are_replaced() -> None:
    sammlung = dmn.Sammlung({"a": modell(tabelle('->>"a\\u0000b\\uD800"'))})
    assert sammlung.entscheide("t", {}).variablen == {"stufe": "a\ufffdb\ufffd"}


def test_unknown_decisions_unreadable_files_and_too_many_are_refused() -> None:
    with pytest.raises(dmn.DmnError, match="gibt es nicht"):
        dmn.Sammlung({"a": EINFACH}).entscheide("u", {})
    with pytest.raises(dmn.DmnError, match="kein gültiges XML"):
        dmn.Sammlung({"a": b"<"})
    with pytest.raises(dmn.DmnError, match="zu viele"):
        dmn.Sammlung(dict.fromkeys(map(str, range(101)), EINFACH))
    befunde = dmn.pruefe_alle({"a": EINFACH, "b": b"<"})
    assert befunde["a"] == () and [b.art for b in befunde["b"]] == ["nicht_lesbar"]
