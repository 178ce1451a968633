"""The text twin of a drawing says everything that the picture says."""

from __future__ import annotations

from engine.bpmn.ergebnis import Ausgang, Schritt, SchrittArt
from engine.queries.vorgaenge import SchrittStand
from web import diagramm

SCHRITTE = (
    Schritt("s", "", SchrittArt.START, "startEvent", ausgaenge=(Ausgang("f1", "t"),)),
    Schritt("t", "Prüfen", SchrittArt.AUFGABE, "userTask", lane="ASD", ausgaenge=(Ausgang("f2", "g"),)),
    Schritt(
        "g",
        "Passt es?",
        SchrittArt.ENTSCHEIDUNG,
        "exclusiveGateway",
        ausgaenge=(Ausgang("f3", "e", "ja"), Ausgang("f4", "t", "nein"), Ausgang("f5", "fehlt")),
    ),
    Schritt("p", "Teil", SchrittArt.TEILPROZESS, "subProcess"),
    Schritt("i", "Innen", SchrittArt.AUFGABE, "userTask", eltern="p"),
    Schritt("e", "", SchrittArt.ENDE, "endEvent"),
)


def test_steps_are_numbered_and_point_to_numbers() -> None:
    rows = diagramm.schritt_zeilen(SCHRITTE)
    assert [row.nummer for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [(w.bedingung, w.nummer, w.ziel) for w in rows[2].weiter] == [
        ("ja", 6, "Ende"),
        ("nein", 2, "Prüfen"),
        ("", None, ""),
    ]
    assert rows[0].name == "Start"
    assert rows[1].lane == "ASD"
    assert [row.ebene for row in rows] == [0, 0, 0, 0, 1, 0]
    assert rows[1].stand is None


def test_in_a_vorgang_each_step_has_its_state() -> None:
    rows = diagramm.schritt_zeilen([SchrittStand(SCHRITTE[1], "erledigt", 3), SchrittStand(SCHRITTE[2], "offen", 1)])
    assert [(row.stand, row.laeufe) for row in rows] == [("erledigt", 3), ("offen", 1)]


def test_a_sub_process_that_contains_itself_ends() -> None:
    ring = (
        Schritt("a", "A", SchrittArt.TEILPROZESS, "subProcess", eltern="b"),
        Schritt("b", "B", SchrittArt.TEILPROZESS, "subProcess", eltern="a"),
    )
    assert [row.ebene for row in diagramm.schritt_zeilen(ring)] == [2, 2]


def test_a_gateway_that_only_joins_is_called_so() -> None:
    gateways = (
        Schritt(
            "v", "", SchrittArt.ZUSAMMENFUEHRUNG, "parallelGateway", ausgaenge=(Ausgang("f", "z"), Ausgang("g", "z"))
        ),
        Schritt("z", "", SchrittArt.ZUSAMMENFUEHRUNG, "parallelGateway", ausgaenge=(Ausgang("h", "e"),)),
    )
    assert [row.name for row in diagramm.schritt_zeilen(gateways)] == ["Verzweigung", "Zusammenführung"]


def test_no_steps_give_no_rows() -> None:
    assert diagramm.schritt_zeilen(()) == ()


def test_findings_are_counted_in_words() -> None:
    assert diagramm.befunde_satz([]) == "keine Befunde"
    found = [{"stufe": s} for s in ("hinweis", "warnung", "hinweis", "fehler")]
    assert diagramm.befunde_satz(found) == "1 Fehler, 1 Warnung, 2 Hinweise"


def test_the_gravest_finding_is_number_one() -> None:
    found = [
        {"stufe": "hinweis", "zeile": 1},
        {"stufe": "warnung", "zeile": 9},
        {"stufe": "warnung", "zeile": None},
        {"stufe": "fehler", "zeile": 30},
    ]
    ordered = [(b["stufe"], b["zeile"]) for b in diagramm.sorted_befunde(found)]
    assert ordered == [("fehler", 30), ("warnung", None), ("warnung", 9), ("hinweis", 1)]
