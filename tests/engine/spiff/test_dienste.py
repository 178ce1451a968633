"""Service tasks: the token waits, says what it needs, and takes what comes back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine import errors, spiff
from engine.spiff import WarteArt

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DIENST = {"dienst_d": 'hf:dienst="rechne"'}
THEMA = {"dienst_d": 'hf:thema="brief"'}


def _werte(ein: dict[str, str], aus: dict[str, str]) -> dict[str, str]:
    zeilen = [f'<hf:eingabe name="{n}">{a}</hf:eingabe>' for n, a in ein.items()]
    zeilen += [f'<hf:ausgabe name="{n}">{a}</hf:ausgabe>' for n, a in aus.items()]
    return {"dienst_d": f"<extensionElements>{''.join(zeilen)}</extensionElements>"}


@pytest.mark.parametrize(
    ("attr", "art", "name"), [(DIENST, WarteArt.DIENST, "rechne"), (THEMA, WarteArt.THEMA, "brief")]
)
def test_a_service_task_waits_and_says_what_it_needs(spiele, attr, art, name):
    spiel = spiele(
        "start -> dienst_d -> a",
        attr=attr,
        zusatz=_werte({"summe": "betrag * 2", "wann": "today()"}, {}),
        variablen={"betrag": 4},
    )
    wartend = spiel.wartepunkt("dienst_d")
    assert (wartend.art, wartend.name, wartend.angeheftet) == (art, name, False)
    assert wartend.eingaben == {"summe": 8, "wann": "2026-03-02"} and spiel.bereit == []
    assert spiel.warte(JETZT).wartet == [("dienst_d", name)]
    spiel.melde("dienst_d")
    assert spiel.bereit == ["a"] and [(p.element, p.bpmn_typ) for p in spiel.stand.passiert] == [
        ("dienst_d", "serviceTask")
    ]


def test_the_result_becomes_variables_or_what_the_model_makes_of_it(spiele):
    spiel = spiele("start -> dienst_d -> a", attr=THEMA).melde("dienst_d", nr=7, liste=[1])
    assert spiel.stand.variablen == {"nr": 7, "liste": [1]}
    zusatz = _werte({}, {"aktenzeichen": 'praefix + "-" + string(nr)', "doppelt": "nr * 2"})
    spiel = spiele("start -> dienst_d -> a", attr=THEMA, zusatz=zusatz, variablen={"praefix": "JA"})
    assert spiel.melde("dienst_d", nr=7).stand.variablen == {"praefix": "JA", "aktenzeichen": "JA-7", "doppelt": 14}


@pytest.mark.parametrize("name", ["marke", "ausdruck", "self", "weitere", "__class__", "typename"])
def test_no_name_of_a_result_has_a_meaning_for_the_engine(spiele, name):
    spiel = spiele("start -> dienst_d -> a", attr=THEMA, zusatz=_werte({}, {"x": "1"}))
    assert spiel.melde("dienst_d", **{name: 1}).stand.variablen == {"x": 1}
    assert spiele("start -> dienst_d -> a", attr=THEMA).melde("dienst_d", **{name: 1}).stand.variablen == {name: 1}


@pytest.mark.parametrize("name", ["", "a b", "1a", "a.b", "ü-x"])
def test_a_result_that_no_expression_could_name_is_refused(spiele, name):
    with pytest.raises(spiff.Ausfuehrungsfehler, match=r"„dienst_d“.*Name"):
        spiele("start -> dienst_d -> a", attr=THEMA).melde("dienst_d", **{name: 1})


def test_a_service_reports_once_and_nobody_else_reports_for_it(spiele):
    spiel = spiele("start -> and_s\nand_s -> dienst_d -> a\nand_s -> b", attr=DIENST)
    token = spiel.wartepunkt("dienst_d").token
    for was in (spiff.complete, spiff.trigger):
        with pytest.raises(errors.Conflict):
            spiel._schritt(was, token)
    for fremd in (spiel.token("b"), "x"):
        with pytest.raises(errors.Conflict):
            spiel._schritt(spiff.complete_dienst, fremd)
    spiel.melde("dienst_d")
    with pytest.raises(errors.Conflict):
        spiel._schritt(spiff.complete_dienst, token)
    with pytest.raises(errors.Conflict):
        spiel._schritt(spiff.throw_error, token, "E")


@pytest.mark.parametrize(("code", "bereit"), [("E1", ["b"]), ("E2", ["c"])])
def test_a_bpmn_error_of_a_service_is_caught_at_its_border(spiele, code, bereit):
    """SpiffWorkflow fault 19: there an error of a service hides behind a NameError."""
    rand = {
        "r": ("dienst_d", "fehler", "E1", True),
        "s": ("dienst_d", "fehler", "", True),
        "t": ("dienst_d", "timeDuration", "P1D", True),
    }
    spiel = spiele("start -> dienst_d -> a\nr -> b\ns -> c\nt -> d", attr=THEMA, rand=rand)
    spiel.melde_fehler("dienst_d", code, grund="leer")
    assert spiel.bereit == bereit and spiel.stand.wartend == () and spiel.stand.variablen == {"grund": "leer"}
    assert spiel.passiert == ["r" if code == "E1" else "s"]


def test_a_bpmn_error_of_a_service_is_caught_further_outside(spiele):
    spiel = spiele(
        "start -> tp_1 -> a\nr -> b",
        teile={"tp_1": "start_1 -> dienst_d -> x"},
        attr=THEMA,
        rand={"r": ("tp_1", "fehler", "", True)},
    )
    assert spiel.melde_fehler("dienst_d", "E9").bereit == ["b"]


def test_a_bpmn_error_nobody_catches_is_a_fault_that_names_the_service(spiele):
    spiel = spiele("start -> dienst_d -> a", attr=THEMA)
    with pytest.raises(spiff.Ausfuehrungsfehler, match=r"„dienst_d“.*„E7“") as fehler:
        spiel.melde_fehler("dienst_d", "E7")
    assert fehler.value.element == "dienst_d" and spiel.melde("dienst_d").bereit == ["a"]


def test_each_instance_of_a_repeated_service_has_its_own_inputs_and_result(spiele):
    inhalt = (
        "<loopDataInputRef>liste</loopDataInputRef><inputDataItem name='posten'/>"
        "<outputDataItem name='preis'/><loopDataOutputRef>preise</loopDataOutputRef>"
    )
    zusatz = _werte({"was": "posten"}, {})
    zusatz["dienst_d"] += f"<multiInstanceLoopCharacteristics>{inhalt}</multiInstanceLoopCharacteristics>"
    spiel = spiele("start -> dienst_d -> a", attr=THEMA, zusatz=zusatz, variablen={"liste": ["x", "y"]})
    assert [w.eingaben for w in spiel.stand.wartend] == [{"was": "x"}, {"was": "y"}]
    spiel._schritt(spiff.complete_dienst, spiel.stand.wartend[1].token, ergebnis={"preis": 2})
    spiel.melde("dienst_d", preis=1)
    assert spiel.bereit == ["a"] and spiel.stand.variablen == {"liste": ["x", "y"], "preise": [2, 1]}


def test_what_a_service_gets_stays_as_it_was_when_its_turn_came(spiele):
    spiel = spiele(
        "start -> and_s\nand_s -> dienst_d\nand_s -> b -> c",
        attr=THEMA,
        zusatz=_werte({"n": "n"}, {}),
        variablen={"n": 1},
    )
    assert spiel.erledige("b", n=2).wartepunkt("dienst_d").eingaben == {"n": 1}


def test_an_input_that_cannot_be_computed_names_the_service(spiele):
    with pytest.raises(spiff.Ausfuehrungsfehler, match="„dienst_d“"):
        zusatz = _werte({"n": "count(for i in 1..99999, j in 1..99999 return 1)"}, {})
        spiele("start -> dienst_d", attr=THEMA, zusatz=zusatz)


def test_nothing_is_stored_that_a_database_refuses(spiele):
    assert spiele("start -> dienst_d -> a", attr=THEMA).melde("dienst_d", t="x\0y").stand.variablen == {"t": "x\ufffdy"}
