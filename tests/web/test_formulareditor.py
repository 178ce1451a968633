"""Forms as a table of fields, as a drawing, as a file; events as plain fields: who may, what is refused, what stays."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.katalog.fremdformulare import as_form
from engine.model import Prozessversion
from tests.web.conftest import MODELL, Amt, text_of
from web import formulartabelle, zeitwahl

LogIn = Callable[[str], FlaskClient]
NEU = MODELL.replace(b"Familie beraten", b"Familie gut beraten")
FELD = {
    "label-0": "Ist es eilig?",
    "typ-0": "radio",
    "klasse-0": "S0",
    "pflicht-0": "1",
    "optionen-0": "ja = Ja\nNein danke",
}


@pytest.fixture
def manager(as_person: LogIn) -> FlaskClient:
    return as_person("prozesse")


@pytest.fixture
def ort(manager: FlaskClient) -> str:
    """Address of a draft of Kleinstadt's process."""
    answer = manager.post("/prozesse/hochladen", data={"dateien": [(io.BytesIO(NEU), "neu.bpmn")]})
    return f"{answer.location}/einrichten"


def version(amt: Amt) -> Prozessversion:
    with amt.teile.reading() as session:
        return session.execute(select(Prozessversion).filter_by(kennung="bedarf", nummer=2)).scalar_one()


def test_a_form_is_made_of_rows_and_shown_by_its_step(manager: FlaskClient, ort: str, amt: Amt) -> None:
    page = manager.get(f"{ort}/formulare/felder?element=freigeben")
    assert 'value="Vermerk"' in page.text and 'value="freigeben"' in page.text
    answer = manager.post(f"{ort}/formulare/felder", data={"element": "freigeben", "neuer_name": "eile", **FELD})
    assert answer.location.endswith("/schritt?element=freigeben")
    stored = version(amt)
    assert stored.aufgaben_einstellung("freigeben")["formular"] == "eile"
    teile = stored.formulare["eile"]["components"]
    assert teile[-1] == {
        "type": "radio",
        "key": "ist_es_eilig_",
        "label": "Ist es eilig?",
        "validate": {"required": True},
        "properties": {"datenklasse": "S0"},
        "values": [{"label": "Ja", "value": "ja"}, {"label": "Nein danke", "value": "nein_danke"}],
    }
    assert "eile" in text_of(manager.get(f"{ort}/formulare"))
    assert manager.get(f"{ort}/formulare/datei?name=eile").get_json(force=True) == stored.formulare["eile"]


def test_the_table_changes_only_what_it_shows(manager: FlaskClient, ort: str, amt: Amt) -> None:
    vorher = version(amt).formulare["bedarf"]
    zeilen = formulartabelle.rows_of(vorher)
    assert (
        formulartabelle.to_schema(vorher, zeilen, "")["components"]
        == formulartabelle.to_schema(formulartabelle.to_schema(vorher, zeilen, ""), zeilen, "")["components"]
    )


SCHEMA = {
    "components": [
        {"type": "text", "text": "Hinweis"},
        {
            "type": "group",
            "label": "G",
            "components": [{"type": "textfield", "key": "a", "label": "A", "validate": {"maxLength": 9}}],
        },
        {"type": "number", "key": "n", "label": "N"},
        {"type": "checkbox", "key": "c", "label": "C"},
    ]
}


def test_rows_move_vanish_and_keep_their_rules() -> None:
    a, n, c = formulartabelle.rows_of(SCHEMA)
    assert (a.gruppe, a.ort, n.platz) == ("G", "1.0", "20")
    neu = formulartabelle.Zeile("", "25", "", "Neu", "date", False, "S0", "")
    rows = [a, replace(n, platz="90"), replace(c, weg=True), neu]
    teile = formulartabelle.to_schema(SCHEMA, rows, "T")["components"]
    assert [t.get("key") or t.get("label") or t["type"] for t in teile] == ["text", "G", "neu", "n"]
    assert teile[1]["components"][0]["validate"] == {"maxLength": 9}
    assert teile[2]["subtype"] == "date"


@pytest.mark.parametrize(
    "angaben",
    [
        {"neuer_name": "../x"},
        {"neuer_name": "bedarf"},
        {"typ-0": "textfield"},
        {"optionen-0": ""},
        {"klasse-0": "S9"},
        {"key-0": "1 2"},
    ],
)
def test_what_cannot_be_a_form_is_refused_and_stays_on_the_page(
    manager: FlaskClient, ort: str, amt: Amt, angaben: dict[str, str]
) -> None:
    answer = manager.post(f"{ort}/formulare/felder", data={"neuer_name": "eile", **FELD, **angaben})
    assert answer.status_code == 422
    assert "Ist es eilig?" in answer.text
    assert "eile" not in version(amt).formulare


def test_a_form_that_somebody_else_changed_is_not_overwritten_unseen(manager: FlaskClient, ort: str, amt: Amt) -> None:
    manager.post(f"{ort}/formulare/felder", data={"neuer_name": "eile", **FELD})
    alt = {"name": "eile", "stand": "x", "schema": json.dumps(SCHEMA), "titel": "Neu"}
    answer = manager.post(f"{ort}/formulare/felder", data=alt)
    assert answer.status_code == 422 and "inzwischen geändert" in answer.text
    assert "title" not in version(amt).formulare["eile"]


@pytest.mark.parametrize(
    "schema", ["", "{", "[]", '{"components":{"a":1}}', '{"components":[1,null,{"type":5}]}', "[" * 9999]
)
def test_what_the_editor_sends_is_hostile_input(manager: FlaskClient, ort: str, schema: str) -> None:
    for pfad in ("felder", "zeichnen"):
        answer = manager.post(f"{ort}/formulare/{pfad}", data={"neuer_name": "eile", "schema": schema})
        assert answer.status_code in {303, 422}


def test_a_form_comes_and_goes_as_a_file(manager: FlaskClient, ort: str, amt: Amt) -> None:
    schema = {"title": "Kind", "properties": {"alter": {"type": "integer"}, "wo": {"enum": ["a", "b"]}}}
    assert as_form(schema) is not None
    files = {"datei": (io.BytesIO(json.dumps(schema).encode()), "mein kind.json")}
    answer = manager.post(f"{ort}/formulare/hochladen", data=files)
    assert answer.location.endswith("name=mein_kind")
    assert manager.post(f"{ort}/formulare/loeschen", data={"name": "mein_kind"}).status_code == 303
    assert manager.post(f"{ort}/formulare/loeschen", data={"name": "bedarf"}).status_code == 409
    files = {"datei": (io.BytesIO(b"\x00\xff"), "x.form")}
    assert manager.post(f"{ort}/formulare/hochladen", data=files).status_code == 422


def test_staff_looks_at_fields_and_others_know_nothing(as_person: LogIn, manager: FlaskClient, ort: str) -> None:
    asd = as_person("asd")
    page = asd.get(f"{ort}/formulare/felder?name=bedarf")
    assert page.status_code == 200 and "Formular speichern" not in page.text
    for pfad in ("felder", "zeichnen", "hochladen", "loeschen"):
        assert asd.post(f"{ort}/formulare/{pfad}", data={"name": "bedarf"}).status_code == 403
    assert as_person("fremd").get(f"{ort}/formulare").status_code == 404
    assert manager.get(f"{ort}/formulare/felder?name=fehlt").status_code == 404


@pytest.mark.parametrize(
    ("text", "worte"),
    [
        ("P3D", "3 Kalendertage"),
        ("P1D", "1 Kalendertag"),
        ("PT1H", "1 Stunde"),
        ("PT90M", "90 Minuten"),
        ("P2M", "2 Monate"),
        ("R3/P7D", "3-mal, alle 7 Kalendertage"),
        ("R/P1W", "alle 1 Woche"),
        ("2026-06-01", "2026-06-01"),
    ],
)
def test_times_are_said_in_words(text: str, worte: str) -> None:
    assert zeitwahl.zeit_words(text) == worte


def test_durations_of_the_page_and_of_the_standard_are_the_same() -> None:
    for einheit in zeitwahl.DAUERN:
        assert zeitwahl.read_dauer(zeitwahl.as_dauer("5", einheit, "x")) == ("5", einheit)
    assert zeitwahl.read_wiederholung(zeitwahl.as_wiederholung("", "2", "MO")) == ("", "2", "MO")


@pytest.fixture
def wartend(manager: FlaskClient) -> str:
    """Address of a draft whose drawing waits for a time and a message that it does not name."""
    inhalt = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"><process id="w">'
        b'<startEvent id="s"/><intermediateCatchEvent id="t" name="Bedenkzeit"><timerEventDefinition/>'
        b'</intermediateCatchEvent><receiveTask id="m" name="Antwort"/><endEvent id="e"/>'
        b'<sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="m"/>'
        b'<sequenceFlow id="f3" sourceRef="m" targetRef="e"/></process></definitions>'
    )
    answer = manager.post("/prozesse/hochladen", data={"dateien": [(io.BytesIO(inhalt), "w.bpmn")]})
    return f"{answer.location}/einrichten"


@pytest.mark.parametrize(
    ("angaben", "gilt"),
    [
        ({"zeit": "dauer", "anzahl": "3", "dauer_einheit": "D"}, "3 Kalendertage"),
        ({"zeit": "frist", "frist_anzahl": "5", "frist_einheit": "AT"}, "5 Arbeitstage ab Eingang des Vorgangs"),
        ({"zeit": "wiederholung", "alle": "1", "alle_einheit": "W", "mal": "3"}, "3-mal, alle 1 Woche"),
        ({"zeit": "ausdruck", "ausdruck": "2030-06-01", "ausdruck_art": "zeitpunkt"}, "2030-06-01"),
    ],
)
def test_a_time_is_set_with_plain_fields(
    manager: FlaskClient, wartend: str, angaben: dict[str, str], gilt: str
) -> None:
    assert "fehlt: eine Person meldet es" in text_of(manager.get(wartend))
    assert manager.post(f"{wartend}/ereignis", data={"element": "t", **angaben}).status_code == 303
    assert gilt in text_of(manager.get(wartend))
    page = manager.get(f"{wartend}/ereignis?element=t").text
    wahl = f'id="feld-zeit-{angaben["zeit"]}" name="zeit" value="{angaben["zeit"]}" checked'
    assert wahl in page


@pytest.mark.parametrize(
    ("angaben", "feld"),
    [
        ({"zeit": "dauer", "anzahl": "0", "dauer_einheit": "D"}, "anzahl"),
        ({"zeit": "frist", "frist_anzahl": "x", "frist_einheit": "AT"}, "frist_anzahl"),
        ({"zeit": "wiederholung", "alle": "1", "alle_einheit": "?"}, "alle"),
        ({"zeit": "ausdruck", "ausdruck": "irgendwann"}, "ausdruck"),
    ],
)
def test_a_wrong_time_is_said_at_its_field(
    manager: FlaskClient, wartend: str, angaben: dict[str, str], feld: str
) -> None:
    answer = manager.post(f"{wartend}/ereignis", data={"element": "t", **angaben})
    assert answer.status_code == 422
    assert f'id="fehler-{feld}"' in answer.text


def test_a_message_gets_its_name_and_staff_only_looks(manager: FlaskClient, as_person: LogIn, wartend: str) -> None:
    assert manager.post(f"{wartend}/ereignis", data={"element": "m", "nachricht": "antwort"}).status_code == 303
    assert "antwort" in text_of(manager.get(wartend))
    assert as_person("asd").post(f"{wartend}/ereignis", data={"element": "m"}).status_code == 403
    assert manager.get(f"{wartend}/ereignis?element=s").status_code == 404
