"""Rows, conditions, reasons for empty fields, and days in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.errors import Invalid
from engine.formulare import Zaehlung, fix_heute, lage_of, read, read_schema, split_by_datenklasse

STATUS = [{"label": "Offen", "value": "offen"}, {"label": "Erledigt", "value": "erledigt"}]


def spalte(art: str, key: str, klasse: str = "S1", **mehr: Any) -> dict[str, Any]:
    return {"type": art, "key": key, "label": key.title(), "properties": {"datenklasse": klasse}, **mehr}


def liste(**eigenschaften: str) -> dict[str, Any]:
    return {
        "type": "dynamiclist",
        "path": "beschluesse",
        "label": "Beschlüsse",
        "properties": {"zeile": "Beschluss", **eigenschaften},
        "components": [
            spalte("textfield", "ergebnis", validate={"required": True}),
            {
                **spalte("datetime", "termin", "S0", subtype="date", validate={"required": True}),
                "properties": {"datenklasse": "S0", "leer_grund": "ja"},
            },
            spalte("select", "status", "S0", values=STATUS, defaultValue="offen"),
            spalte("textfield", "grund", conditional={"hide": '=status != "erledigt"'}),
        ],
    }


def form(*teile: dict[str, Any]) -> Any:
    return read_schema({"type": "default", "id": "f", "components": list(teile)})


def row(n: int, **werte: str) -> dict[str, list[str]]:
    return {f"beschluesse.{n}.{key}": [wert] for key, wert in werte.items()}


def problems(schema: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as fehler:
        form(schema)
    return fehler.value.felder


def test_rows_become_objects_in_order_and_untouched_rows_are_left_out() -> None:
    eingaben = (
        row(7, ergebnis="zweitens", termin="2.6.26", status="erledigt", grund="fertig")
        | row(2, ergebnis="erstens", termin="1.6.26", status="offen", grund="wird nicht gezeigt")
        | row(4, ergebnis=" ", termin="", status="offen", grund="")
    )
    werte = read(form(liste()), eingaben).werte
    assert werte == {
        "beschluesse": [
            {"ergebnis": "erstens", "termin": "2026-06-01", "status": "offen", "grund": None},
            {"ergebnis": "zweitens", "termin": "2026-06-02", "status": "erledigt", "grund": "fertig"},
        ]
    }


def test_every_wrong_cell_is_named_by_its_input() -> None:
    eingaben = row(0, ergebnis="", termin="bald", status="offen") | row(3, ergebnis="x", termin="", status="weg")
    with pytest.raises(Invalid) as fehler:
        read(form(liste()), eingaben)
    assert set(fehler.value.felder) == {
        "beschluesse.0.ergebnis",
        "beschluesse.0.termin",
        "beschluesse.3.termin",
        "beschluesse.3.status",
    }


def test_a_list_may_need_rows_and_takes_only_so_many() -> None:
    formular = form(liste(mindestens="1", hoechstens="2"))
    for eingaben, wort in (({}, "mindestens eine Zeile"), ({}, "mindestens"), (row(0, status="offen"), "mindestens")):
        with pytest.raises(Invalid) as fehler:
            read(formular, eingaben)
        assert wort in fehler.value.felder["beschluesse"]
    viele = {k: v for n in range(9_999) for k, v in row(n, ergebnis="x", termin="1.6.26").items()}
    with pytest.raises(Invalid) as fehler:
        read(formular, viele)
    assert fehler.value.felder == {"beschluesse": "Das sind zu viele Zeilen: Möglich sind 2."}


@pytest.mark.parametrize("ende", [".x.ergebnis", ".-1.ergebnis", ".٣.ergebnis", ".0.__proto__", ".0", ".0.grund.x"])
def test_inputs_with_odd_names_are_no_rows(ende: str) -> None:
    assert read(form(liste()), {f"beschluesse{ende}": ["böse"]}).werte == {"beschluesse": []}
    assert not form(liste()).has_eingabe(f"beschluesse{ende}")


def test_rows_are_taken_apart_by_class() -> None:
    formular = form(liste())
    teile = split_by_datenklasse(formular, read(formular, row(0, ergebnis="x", termin="1.6.26")).werte)
    assert teile["S0"] == {"beschluesse": [{"termin": "2026-06-01", "status": None}]}
    assert teile["S1"] == {"beschluesse": [{"ergebnis": "x", "grund": None}]}
    assert teile["S2"] == teile["S3"] == {}


def test_stored_rows_are_shown_again_and_an_empty_list_shows_the_rows_it_needs() -> None:
    formular = form(liste(mindestens="1"))
    shown = formular.to_eingaben({"beschluesse": [{"ergebnis": "x", "termin": "2026-06-01", "status": "erledigt"}]})
    assert shown["beschluesse.0.termin"] == ["2026-06-01"]
    assert formular.to_eingaben({})["beschluesse.0.status"] == ["offen"]


def test_an_empty_pflichtangabe_is_accepted_with_a_reason_and_counted() -> None:
    formular = form(liste(), spalte("textfield", "notiz"), spalte("checkbox", "haken"))
    eingaben = row(5, ergebnis="x", termin="") | {"beschluesse.5.termin.leer": ["offen"]}
    gelesen = read(formular, eingaben)
    assert gelesen.leer_gruende == {"beschluesse.0.termin": "offen"}
    # ergebnis, termin, status and notiz were shown; status and notiz are empty without a reason
    assert gelesen.zaehlung == Zaehlung(anwendbar=4, leer=2, leer_begruendet=1)
    assert gelesen.zaehlung.leerfeldquote == 0.5
    with pytest.raises(Invalid):
        read(formular, eingaben | {"beschluesse.5.termin.leer": ["weil halt"]})


def test_conditions_hang_on_each_other_and_on_what_earlier_steps_said() -> None:
    formular = form(
        spalte("textfield", "a", conditional={"hide": "=verborgen_ab = true"}),
        spalte("textfield", "b", conditional={"hide": "=a = null"}),
        spalte("textfield", "c", validate={"required": True}, conditional={"hide": "=b = null"}),
    )
    assert lage_of(formular, {"a": ["x"], "b": ["y"]}, bekannt={}).verborgen == set()
    assert lage_of(formular, {"a": ["x"], "b": ["y"]}, bekannt={"verborgen_ab": True}).verborgen == {"a", "b", "c"}
    assert read(formular, {"a": ["x"], "b": ["y"]}, bekannt={"verborgen_ab": True}).werte == dict.fromkeys("abc")


def test_computed_fields_of_class_s0_see_only_the_s0_part_of_rows() -> None:
    formular = form(
        liste(),
        {
            "type": "expression",
            "key": "zahl",
            "expression": '=count(beschluesse[status = "erledigt"])',
            "properties": {"datenklasse": "S0"},
        },
        {
            "type": "expression",
            "key": "verrat",
            "expression": "=beschluesse[1].ergebnis",
            "properties": {"datenklasse": "S0"},
        },
    )
    werte = read(formular, row(0, ergebnis="geheim", termin="1.6.26", status="erledigt")).werte
    assert (werte["zahl"], werte["verrat"]) == (1, None)


def test_tables_show_what_an_expression_gives() -> None:
    tabelle = {
        "type": "table",
        "label": "Termine",
        "dataSource": '=beschluesse[status = "offen"]',
        "columns": [{"key": "termin", "label": "Termin"}, {"key": "fehlt", "label": "?"}],
    }
    formular = form(liste(), tabelle)
    lage = lage_of(formular, row(0, ergebnis="x", termin="1.6.26", status="offen"), bekannt={})
    assert lage.tabellen == ((("2026-06-01", "–"),),)
    assert lage_of(formular, {}, bekannt={}).tabellen == ((),)


def test_expensive_conditions_share_one_budget_and_hide_nothing() -> None:
    teuer = "=count(for i in 1..15000 return i) > 0"
    formular = form(*(spalte("textfield", f"f{n}", conditional={"hide": teuer}) for n in range(200)))
    verborgen = lage_of(formular, {}, bekannt={}).verborgen
    assert 0 <= len(verborgen) < 50


def test_hostile_lists_are_refused_with_their_place() -> None:
    innen = {**liste(), "path": "innen"}
    assert "liegt in einer anderen" in problems({**liste(), "components": [innen]})["components[0].components[0]"]
    assert "Schlüssel" in problems({**liste(), "path": "__proto__"})["components[0]"]
    assert "belegt" in problems({**liste(), "path": "aktion"})["aktion"]
    assert "keine Felder" in problems({**liste(), "components": []})["components[0]"]
    assert "mindestens" in problems(liste(mindestens="-1"))["beschluesse"]
    assert "mindestens" in problems(liste(hoechstens="10000"))["beschluesse"]
    viele = [spalte("textfield", f"f{n}") for n in range(40)]
    assert "mehr als 30 Felder" in problems({**liste(), "components": viele})["components[0]"]
    assert "columns" in problems({"type": "table", "dataSource": "=x"})["components[0]"]


def test_pictures_are_left_out_and_said_so() -> None:
    formular = form({"type": "image", "source": "https://example.org/x.png", "alt": "Logo"}, spalte("textfield", "a"))
    assert formular.ausgelassen == ("Das Bild „Logo“ erscheint nicht im Formular: Es wird nichts von außen geladen.",)


def test_heute_means_the_day_on_which_it_was_typed() -> None:
    formular = form(spalte("datetime", "tag", subtype="date"), spalte("textfield", "text"), liste())
    eingaben = {"tag": [" Heute "], "text": ["heute"]} | row(0, termin="morgen", ergebnis="gestern")
    fixed = fix_heute(formular, eingaben, date(2026, 6, 15))
    assert fixed["tag"] == ["15.06.2026"] and fixed["beschluesse.0.termin"] == ["16.06.2026"]
    assert fixed["text"] == ["heute"] and fixed["beschluesse.0.ergebnis"] == ["gestern"]
