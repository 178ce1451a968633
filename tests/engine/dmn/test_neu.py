"""A new decision table can be read, checked and decided by as soon as it has a row."""

from __future__ import annotations

import pytest

from engine import dmn
from engine.dmn import Spalte, Trefferregel

EIN = (Spalte("alter", "number"), Spalte("art"), Spalte("eilig", "boolean"), Spalte("am", "date"))


@pytest.mark.parametrize("regel", list(Trefferregel))
@pytest.mark.parametrize("aus", [(Spalte("weg"),), (Spalte("weg"), Spalte("tage", "number"))])
def test_a_new_table_has_no_finding_and_says_nothing_yet(regel: Trefferregel, aus: tuple[Spalte, ...]) -> None:
    daten = dmn.write_neu("eignung", "Eignung für „A & B“ <x>", EIN, aus, regel)
    assert dmn.pruefe(daten) == ()
    modell = dmn.Entscheidungsmodell(daten)
    assert modell.eingaben == ("alter", "art", "eilig", "am")
    assert modell.entscheidungen == ("Eignung für „A & B“ <x>",)
    assert modell.evaluate("eignung", {"alter": 3}).wert in (None, [])


def test_a_row_makes_it_decide() -> None:
    daten = dmn.write_neu("stufe", "Stufe", [Spalte("alter", "number")], [Spalte("weg")])
    zeile = b'<rule><inputEntry><text>&lt; 6</text></inputEntry><outputEntry><text>"Kita"</text></outputEntry></rule>'
    sammlung = dmn.Sammlung({"stufe": daten.replace(b"</decisionTable>", zeile + b"</decisionTable>")})
    assert sammlung.entscheide("stufe", {"alter": 3}).variablen == {"weg": "Kita"}


@pytest.mark.parametrize(
    ("kennung", "ein", "aus"),
    [
        ("1a", [], [Spalte("b")]),
        ("a", [Spalte("ä")], [Spalte("b")]),
        ("a", [Spalte("x y")], [Spalte("b")]),
        ("a", [Spalte('x"><script>')], [Spalte("b")]),
        ("a", [Spalte("b")], [Spalte("b")]),
        ("a", [Spalte("b")], []),
        ("a", [Spalte("b", "function")], [Spalte("c")]),
        ("a", [Spalte(f"b{nr}") for nr in range(20)], [Spalte("c")]),
    ],
)
def test_names_that_nothing_can_read_and_wrong_columns_are_refused(
    kennung: str, ein: list[Spalte], aus: list[Spalte]
) -> None:
    with pytest.raises(dmn.DmnError):
        dmn.write_neu(kennung, "Titel", ein, aus)
