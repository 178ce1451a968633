"""Decision tables in the browser: who may look, test, change; what a test shows; what a new version changes."""

from __future__ import annotations

import io
from collections.abc import Callable
from html import escape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.conftest import Amt, text_of

LogIn = Callable[[str], FlaskClient]
BASIS = "/prozesse/1/versionen/{}/entscheidungen"
NS = "https://www.omg.org/spec/DMN/20230324/MODEL/"
EINGABEN = (
    '<inputData id="i1" name="alter"><variable name="alter" typeRef="number"/></inputData>'
    '<inputData id="i2" name="art der hilfe"><variable name="art der hilfe" typeRef="string"/></inputData>'
)
BRAUCHT = "".join(
    f'<informationRequirement><requiredInput href="#{i}"/></informationRequirement>' for i in ("i1", "i2")
)
ZEILEN = (("< 6", "-", '"Kita"'), ("[6..18)", "-", '"Schule"'), (">= 18", "-", '"Beruf"'))


def model(*zeilen: tuple[str, str, str], regel: str = "UNIQUE") -> bytes:
    """A table of two inputs, one of them with a name of several words."""
    rumpf = "".join(
        f"<rule><inputEntry><text>{escape(a)}</text></inputEntry><inputEntry><text>{escape(b)}</text></inputEntry>"
        f"<outputEntry><text>{escape(c)}</text></outputEntry></rule>"
        for a, b, c in zeilen or ZEILEN
    )
    kopf = (
        '<input label="Alter des Kindes"><inputExpression typeRef="number"><text>alter</text></inputExpression></input>'
        '<input><inputExpression typeRef="string"><text>art der hilfe</text></inputExpression></input>'
    )
    tabelle = f'<decisionTable id="t" hitPolicy="{regel}">{kopf}<output typeRef="string"/>{rumpf}</decisionTable>'
    decision = f'<decision id="d" name="Einrichtung"><variable name="Einrichtung"/>{BRAUCHT}{tabelle}</decision>'
    return f'<definitions xmlns="{NS}" namespace="urn:m" name="M" id="m">{EINGABEN}{decision}</definitions>'.encode()


def upload(client: FlaskClient, inhalt: bytes, name: str = "hilfe.dmn", nummer: int = 1) -> TestResponse:
    return client.post(f"{BASIS.format(nummer)}/hochladen", data={"datei": (io.BytesIO(inhalt), name)})


@pytest.fixture
def prozessmanagement(as_person: LogIn) -> FlaskClient:
    """Somebody who may change processes; version 2 holds the table."""
    client = as_person("prozesse")
    assert upload(client, model()).location == f"{BASIS.format(2)}/hilfe"
    return client


def test_an_upload_becomes_a_new_draft_and_the_version_in_use_stays_as_it_was(prozessmanagement: FlaskClient) -> None:
    assert "Noch kein Entscheidungsmodell" in text_of(prozessmanagement.get(BASIS.format(1)))
    liste = text_of(prozessmanagement.get(BASIS.format(2)))
    assert "hilfe Einrichtung 1 Hinweis" in liste
    assert "Entwurf" in liste


def test_the_page_shows_the_table_as_text_with_its_hit_policy(prozessmanagement: FlaskClient) -> None:
    seite = text_of(prozessmanagement.get(f"{BASIS.format(2)}/hilfe"))
    assert "Eindeutig (U): genau eine Zeile trifft zu" in seite
    assert "Alter des Kindes" in seite
    assert "2 [6..18) beliebig &#34;Schule&#34;" in seite


def test_remarks_defaults_and_labels_are_part_of_the_text(prozessmanagement: FlaskClient) -> None:
    daten = model().replace(
        b'<output typeRef="string"/>',
        b'<output label="Wohin" name="o" typeRef="string"><defaultOutputEntry><text>"Amt"</text></defaultOutputEntry>'
        b"</output>",
    )
    daten = daten.replace(b"<rule>", b"<rule><description>Rechtsanspruch</description>", 1)
    upload(prozessmanagement, daten, nummer=2)
    seite = text_of(prozessmanagement.get(f"{BASIS.format(3)}/hilfe"))
    assert "Wohin" in seite
    assert "Rechtsanspruch" in seite
    assert "Trifft keine Zeile zu: Wohin = &#34;Amt&#34;" in seite
    assert "Vorgaben sind geändert" in text_of(prozessmanagement.get(f"{BASIS.format(3)}/hilfe/vergleich/2"))


def test_a_test_shows_the_outputs_and_marks_the_matched_row(prozessmanagement: FlaskClient) -> None:
    antwort = prozessmanagement.post(
        f"{BASIS.format(2)}/hilfe/testen",
        data={"entscheidung": "Einrichtung", "eingabe-0": "7,5", "eingabe-1": "ambulant"},
    )
    seite = text_of(antwort)
    assert antwort.status_code == 200
    assert "Ergebnis von „Einrichtung“ Schule" in seite
    assert "Tabelle Einrichtung: Zeile 2 trifft zu." in seite
    assert "2 ✓ trifft zu [6..18)" in seite
    assert 'value="7,5"' in antwort.get_data(as_text=True)


def test_a_test_without_a_matching_row_says_so(prozessmanagement: FlaskClient) -> None:
    seite = text_of(prozessmanagement.post(f"{BASIS.format(2)}/hilfe/testen", data={"entscheidung": "Einrichtung"}))
    assert "kein Ergebnis (null)" in seite
    assert "keine Zeile trifft zu" in seite


@pytest.mark.parametrize("wert", ["sieben", "NaN", "1e999999999999", "'", "<script>"])
def test_an_input_that_cannot_be_read_is_named_at_its_field(prozessmanagement: FlaskClient, wert: str) -> None:
    daten = {"entscheidung": "Einrichtung", "eingabe-0": wert}
    antwort = prozessmanagement.post(f"{BASIS.format(2)}/hilfe/testen", data=daten)
    assert antwort.status_code in (200, 422)
    assert "<script>" not in antwort.get_data(as_text=True)
    if not wert.startswith("1e"):
        assert "alter: Bitte schreiben Sie eine Zahl" in text_of(antwort)


def test_a_decision_that_the_model_does_not_have_is_refused(prozessmanagement: FlaskClient) -> None:
    antwort = prozessmanagement.post(f"{BASIS.format(2)}/hilfe/testen", data={"entscheidung": "Unsinn"})
    assert antwort.status_code == 422
    assert "Testen nicht möglich" in text_of(antwort)


def test_findings_are_shown_with_line_and_remedy(prozessmanagement: FlaskClient) -> None:
    upload(prozessmanagement, model(("< 6", "-", '"Kita"'), ("[7..18)", "-", '"Schule"')), nummer=2)
    seite = text_of(prozessmanagement.get(f"{BASIS.format(3)}/hilfe"))
    assert "Warnung" in seite
    assert "Zeile 1" in seite


@pytest.mark.parametrize(
    ("inhalt", "grund"),
    [
        (b"", "Befunde"),
        (b"<html/>", "Befunde"),
        (model()[:-30], "Befunde"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + model(), "Befunde"),
        (model(("(", "-", "1")), "Befunde"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_file_that_cannot_decide_is_refused_with_the_reason_and_nothing_is_stored(
    as_person: LogIn, inhalt: bytes, grund: str
) -> None:
    client = as_person("prozesse")
    antwort = upload(client, inhalt)
    assert antwort.status_code == 422
    assert grund in text_of(antwort)
    assert client.get(BASIS.format(2)).status_code == 404


def test_the_same_file_again_makes_no_version(prozessmanagement: FlaskClient) -> None:
    assert upload(prozessmanagement, model(), nummer=2).location == f"{BASIS.format(2)}/hilfe"
    assert prozessmanagement.get(BASIS.format(3)).status_code == 404


def test_the_original_is_a_download_byte_for_byte(prozessmanagement: FlaskClient) -> None:
    antwort = prozessmanagement.get(f"{BASIS.format(2)}/hilfe/original")
    assert antwort.data == model()
    assert antwort.headers["Content-Disposition"] == "attachment; filename=hilfe.dmn"


def test_saving_in_the_editor_makes_a_version_and_the_comparison_shows_its_rows(prozessmanagement: FlaskClient) -> None:
    neu = model(("< 3", "-", '"Krippe"'), ("[3..6)", "-", '"Kita"'), *ZEILEN[1:]).decode()
    antwort = prozessmanagement.post(f"{BASIS.format(2)}/hilfe/bearbeiten", data={"xml": neu.replace("\n", "\r\n")})
    assert antwort.location == f"{BASIS.format(3)}/hilfe"
    seite = text_of(prozessmanagement.get(f"{BASIS.format(3)}/hilfe/vergleich/2"))
    assert "~ geändert vorher &lt; 6 jetzt &lt; 3" in seite
    assert "2 + neu [3..6)" in seite
    assert "gleich [6..18)" in seite


def test_a_large_table_can_be_saved(prozessmanagement: FlaskClient) -> None:
    xml = model().decode() + f"<!--{'x' * 1_000_000}-->"
    antwort = prozessmanagement.post(f"{BASIS.format(2)}/hilfe/bearbeiten", data={"xml": xml})
    assert antwort.location == f"{BASIS.format(3)}/hilfe"


def test_a_refused_save_keeps_what_was_edited(prozessmanagement: FlaskClient) -> None:
    antwort = prozessmanagement.post(f"{BASIS.format(2)}/hilfe/bearbeiten", data={"xml": "<kaputt"})
    assert antwort.status_code == 422
    assert "noch im Editor" in text_of(antwort)
    assert "&lt;kaputt</textarea>" in antwort.get_data(as_text=True)


def test_who_only_looks_may_test_but_not_change(as_person: LogIn, prozessmanagement: FlaskClient) -> None:
    client = as_person("leitung")
    seite = client.get(f"{BASIS.format(2)}/hilfe")
    assert seite.status_code == 200
    assert "/bearbeiten" not in seite.get_data(as_text=True)
    assert "Hochladen" not in text_of(client.get(BASIS.format(2)))
    assert client.post(f"{BASIS.format(2)}/hilfe/testen", data={"entscheidung": "Einrichtung"}).status_code == 200
    assert upload(client, model(), nummer=2).status_code == 403
    assert client.get(f"{BASIS.format(2)}/hilfe/bearbeiten").status_code == 403
    assert client.post(f"{BASIS.format(2)}/hilfe/bearbeiten", data={"xml": "x"}).status_code == 403


@pytest.mark.parametrize("pfad", ["", "/hilfe", "/hilfe/original", "/hilfe/vergleich/2"])
def test_another_office_and_strangers_learn_nothing(
    as_person: LogIn, prozessmanagement: FlaskClient, amt: Amt, pfad: str
) -> None:
    assert as_person("fremd").get(BASIS.format(2) + pfad).status_code in (403, 404)
    assert amt.teile is not None
    anonym = prozessmanagement.application.test_client().get(BASIS.format(2) + pfad)
    assert anonym.status_code in (302, 303)


def test_names_that_do_not_exist_are_not_found(prozessmanagement: FlaskClient) -> None:
    for pfad in ("/anders", "/anders/original", "/anders/bearbeiten", "/hilfe/vergleich/1", "/hilfe/vergleich/99"):
        assert prozessmanagement.get(BASIS.format(2) + pfad).status_code == 404, pfad


def test_the_version_page_leads_to_the_decisions(prozessmanagement: FlaskClient) -> None:
    assert f'href="{BASIS.format(2)}"' in prozessmanagement.get("/prozesse/1/versionen/2").get_data(as_text=True)


NEU = {
    "name": "Höhe der Hilfe",
    "regel": "FIRST",
    "eingang-1": "alter",
    "eingang-1-art": "number",
    "ausgang-1": "stufe",
}


def test_a_new_table_is_asked_for_in_a_plain_form_and_opens_in_the_editor(prozessmanagement: FlaskClient) -> None:
    seite = prozessmanagement.get(f"{BASIS.format(1)}/neu/tabelle").get_data(as_text=True)
    assert 'list="bekannt"' in seite and "<script>" not in seite
    antwort = prozessmanagement.post(f"{BASIS.format(1)}/neu/tabelle", data=NEU)
    assert antwort.status_code == 303 and antwort.location.endswith("/hoehe_der_hilfe/bearbeiten")
    assert "Höhe der Hilfe" in prozessmanagement.get(antwort.location).get_data(as_text=True)
    ort = antwort.location.removesuffix("/bearbeiten")
    original = prozessmanagement.get(f"{ort}/original").get_data(as_text=True)
    assert 'hitPolicy="FIRST"' in original and 'typeRef="number"' in original


@pytest.mark.parametrize(
    ("anders", "text"),
    [
        ({"name": ""}, "Name: Bitte geben Sie"),
        ({"name": "123 !"}, "Name: Bitte geben Sie"),
        ({"eingang-1": "Alter des Kindes"}, "Eingang 1: Möglich sind"),
        ({"eingang-1": '"><script>alert(1)</script>'}, "Eingang 1: Möglich sind"),
        ({"eingang-1-art": "function"}, "Eingang 1: Möglich sind"),
        ({"ausgang-1": ""}, "Ausgang 1: Bitte nennen Sie mindestens einen Ausgang."),
        ({"ausgang-1": "alter"}, "Zwei Spalten haben denselben Namen"),
        ({"regel": "x"}, "Trefferregel: Bitte wählen"),
    ],
)
def test_what_does_not_fit_in_the_form_of_a_new_table_is_named(
    prozessmanagement: FlaskClient, anders: dict[str, str], text: str
) -> None:
    antwort = prozessmanagement.post(f"{BASIS.format(1)}/neu/tabelle", data=NEU | anders)
    assert antwort.status_code == 422
    assert text in text_of(antwort)
    assert "<script>alert" not in antwort.get_data(as_text=True)


def test_a_name_that_exists_is_not_overwritten(prozessmanagement: FlaskClient) -> None:
    antwort = prozessmanagement.post(f"{BASIS.format(2)}/neu/tabelle", data=NEU | {"name": "Hilfe"})
    assert antwort.status_code == 422 and "gibt es schon" in text_of(antwort)


def test_a_model_is_deleted_from_a_new_version_only(prozessmanagement: FlaskClient) -> None:
    assert "Aus neuer Version löschen" in prozessmanagement.get(f"{BASIS.format(2)}/hilfe").get_data(as_text=True)
    antwort = prozessmanagement.post(f"{BASIS.format(2)}/hilfe/loeschen")
    assert antwort.status_code == 303
    assert "fehlt ab Version 3" in text_of(prozessmanagement.get(antwort.location))
    assert prozessmanagement.get(f"{BASIS.format(3)}/hilfe").status_code == 404
    assert prozessmanagement.get(f"{BASIS.format(2)}/hilfe").status_code == 200
    assert prozessmanagement.post(f"{BASIS.format(3)}/hilfe/loeschen").status_code == 404


@pytest.mark.parametrize("weg", ["neu/tabelle", "hilfe/loeschen"])
def test_who_may_not_edit_processes_makes_and_deletes_no_table(as_person: LogIn, weg: str) -> None:
    assert as_person("asd").post(f"{BASIS.format(1)}/{weg}", data=NEU).status_code in (403, 404)
