"""Rows and fields that depend on others, on the page of an Aufgabe and without any script."""

from __future__ import annotations

import re

import zeilenformular
from aufgabenseite import AsPerson, inputs_of, text_of

from engine.model import Vorgang


def test_rows_are_added_and_removed_by_buttons_and_everything_typed_stays(amt, as_person: AsPerson) -> None:
    zeilenformular.publish(amt)
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    page = client.get(f"/aufgaben/{aufgabe_id}").text
    assert 'name="beschluesse.0.ergebnis"' in page and 'name="beschluesse.1.ergebnis"' not in page
    typed = inputs_of(page)
    typed["beschluesse.0.ergebnis"] = "Erster"
    typed["beschluesse.0.termin"] = "heute"
    answer = client.post(f"/aufgaben/{aufgabe_id}/entwurf", data={**typed, "aktion.zeile": "+beschluesse.ergebnis"})
    assert answer.headers["Location"].endswith(f"/aufgaben/{aufgabe_id}#feld-beschluesse.1.ergebnis")
    page = client.get(f"/aufgaben/{aufgabe_id}").text
    typed = inputs_of(page)
    assert typed["beschluesse.0.termin"] == "15.06.2026"
    assert typed["beschluesse.1.ergebnis"] == ""
    assert "Zahl der Beschlüsse 1" in text_of(page)
    typed["beschluesse.1.ergebnis"] = "Zweiter"
    client.post(f"/aufgaben/{aufgabe_id}/entwurf", data={**typed, "aktion.zeile": "-beschluesse.0"})
    left = inputs_of(client.get(f"/aufgaben/{aufgabe_id}").text)
    assert "beschluesse.0.ergebnis" not in left and left["beschluesse.1.ergebnis"] == "Zweiter"


def test_a_wrong_row_is_named_above_and_kept(amt, as_person: AsPerson) -> None:
    zeilenformular.publish(amt)
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    typed = inputs_of(client.get(f"/aufgaben/{aufgabe_id}").text)
    typed["beschluesse.4.ergebnis"] = "Elternbrief schreiben"
    typed["beschluesse.4.termin"] = ""
    typed["dolmetschen"] = "ja"
    answer = client.post(f"/aufgaben/{aufgabe_id}/erledigen", data={**typed, "entscheidung_geeignet": "fluss_nein"})
    assert answer.status_code == 422
    assert '<a class="kern-link" href="#feld-beschluesse.4.termin">Beschluss 2, Termin –' in answer.text
    assert '<a class="kern-link" href="#feld-sprache">Sprache –' in answer.text
    assert "Elternbrief schreiben" in answer.text


def test_rows_reach_the_vorgang_as_steering_data_and_are_counted(amt, as_person: AsPerson) -> None:
    zeilenformular.publish(amt)
    aufgabe_id = amt.new_aufgabe("asd")
    data = {
        "beschluesse.0.ergebnis": "geheim",
        "beschluesse.0.termin": "22.6.26",
        "beschluesse.1.ergebnis": "auch geheim",
        "beschluesse.1.termin.leer": "offen",
        "dolmetschen": "nein",
        "sprache": "wird nicht behalten",
        "entscheidung_geeignet": "fluss_nein",
    }
    assert as_person("asd").post(f"/aufgaben/{aufgabe_id}/erledigen", data=data).status_code == 303
    with amt.teile.reading() as session:
        variablen = session.get_one(Vorgang, 1).variablen
    assert variablen["beschluesse"] == [{"termin": "2026-06-22"}, {"termin": None}]
    assert variablen["zahl_beschluesse"] == 2
    counted = (variablen["felder_anwendbar"], variablen["felder_leer"], variablen["felder_leer_begruendet"])
    assert counted == (7, 2, 1)
    assert "geheim" not in str(variablen) and "sprache" not in variablen


def test_what_depends_on_inputs_is_shown_by_the_server_and_answered_to_a_script(amt, as_person: AsPerson) -> None:
    zeilenformular.publish(amt)
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    assert re.search(r'data-feld="sprache" hidden', client.get(f"/aufgaben/{aufgabe_id}").text)
    data = {"dolmetschen": "ja", "beschluesse.0.ergebnis": "x", "beschluesse.0.termin": "heute"}
    look = client.post(f"/aufgaben/{aufgabe_id}/lage", data=data)
    assert look.json == {"verborgen": [], "berechnet": {"zahl_beschluesse": "1"}, "tabellen": []}
    assert as_person("asd2").post(f"/aufgaben/{aufgabe_id}/lage", data=data).status_code == 404
    assert as_person("rand").post(f"/aufgaben/{aufgabe_id}/lage", data=data).status_code == 404
    client.post(f"/aufgaben/{aufgabe_id}/entwurf", data={"dolmetschen": "ja"})
    assert not re.search(r'data-feld="sprache" hidden', client.get(f"/aufgaben/{aufgabe_id}").text)


def test_what_an_earlier_run_said_is_there_again(amt, as_person: AsPerson) -> None:
    zeilenformular.publish(amt)
    first = amt.new_aufgabe("asd")
    done = {
        "beschluesse.0.ergebnis": "Elternbrief schreiben",
        "beschluesse.0.termin": "22.6.26",
        "entscheidung_geeignet": "fluss_ja",
    }
    as_person("asd").post(f"/aufgaben/{first}/erledigen", data=done)
    second = amt.aufgabe(1, "freigeben").id
    chef = as_person("leitung")
    chef.post(f"/aufgaben/{second}/uebernehmen")
    back = {"aktion.rueckgabegrund": "W06", "aktion.ziel": "bedarf_einschaetzen"}
    chef.post(f"/aufgaben/{second}/zurueckgeben", data=back)
    again = amt.aufgabe(1).id
    client = as_person("asd")
    client.post(f"/aufgaben/{again}/uebernehmen")
    page = client.get(f"/aufgaben/{again}").text
    typed = inputs_of(page)
    assert typed["beschluesse.0.ergebnis"] == "Elternbrief schreiben"
    assert typed["beschluesse.0.termin"] == "22.06.2026"
    assert "Aus einem früheren Schritt übernommen" in page
