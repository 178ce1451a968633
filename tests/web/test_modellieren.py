"""The editor on the server: who may, what a check answers, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

AsPerson = Callable[[str], FlaskClient]
SEITE = "/prozesse/1/versionen/1/modellieren"
JSON = {"Accept": "application/json"}
XML = (Path(__file__).parent / "bedarf.bpmn").read_text(encoding="utf-8")


@pytest.mark.parametrize("kennung", ["asd", "leitung", "controlling", "technik"])
def test_only_process_managers_draw(amt, as_person: AsPerson, kennung: str) -> None:
    assert as_person(kennung).get(SEITE).status_code == 403
    assert as_person(kennung).post(SEITE + "/pruefen", data={"xml": XML}).status_code == 403
    assert as_person(kennung).post(SEITE, data={"xml": XML, "stand": "1"}).status_code == 403


def test_a_check_names_the_findings_and_stores_nothing(amt, as_person: AsPerson) -> None:
    client = as_person("prozesse")
    answer = client.post(SEITE + "/pruefen", data={"xml": XML}, headers={"Accept": "application/json"}).get_json()
    assert answer["laeuft"] and answer["satz"] == "1 Hinweis"
    assert answer["befunde"][0]["name"] == "Ist die Hilfe geeignet?"
    assert "Version 2" not in client.get("/prozesse/1/versionen/1").text


@pytest.mark.parametrize("xml", ["", "kein XML", "<a/>", XML[:500], "<!DOCTYPE x>" + XML])
def test_what_is_no_drawing_is_refused_with_the_reason_and_stays_in_the_editor(
    amt, as_person: AsPerson, xml: str
) -> None:
    client = as_person("prozesse")
    answer = client.post(SEITE + "/pruefen", data={"xml": xml}, headers={"Accept": "application/json"}).get_json()
    assert not answer["laeuft"] and answer["befunde"]
    page = client.post(SEITE, data={"xml": xml, "stand": "1"})
    assert page.status_code == 422
    assert "Speichern nicht möglich" in page.text


def test_a_drawing_of_another_process_is_not_saved_here(amt, as_person: AsPerson) -> None:
    other = XML.replace('"bedarf"', '"anderer"')
    page = as_person("prozesse").post(SEITE, data={"xml": other, "stand": "1"})
    assert page.status_code == 422
    assert "Die Kennung des Prozesses wurde geändert" in page.text


def test_saving_makes_a_draft_and_leaves_the_version_im_einsatz_alone(amt, as_person: AsPerson) -> None:
    client = as_person("prozesse")
    answer = client.post(SEITE, data={"xml": XML.replace("Familie beraten", "Familie besuchen"), "stand": "1"})
    assert answer.location.endswith("/prozesse/1/versionen/2")
    assert "Familie besuchen" in client.get(answer.location).text
    assert "Familie besuchen" not in client.get("/prozesse/1/versionen/1").text


def test_a_newer_version_is_not_silently_passed_over(amt, as_person: AsPerson) -> None:
    client = as_person("prozesse")
    client.post(SEITE, data={"xml": XML.replace("Familie beraten", "A"), "stand": "1"})
    mine = {"xml": XML.replace("Familie beraten", "B"), "stand": "1"}
    page = client.post(SEITE, data=mine)
    assert page.status_code == 409
    assert "Inzwischen gibt es Version 2" in page.text and "&#34;B&#34;" in page.text
    assert client.post(SEITE, data=mine | {"trotzdem": "1"}).location.endswith("/versionen/3")


def test_what_is_drawn_is_kept_for_its_person_until_it_is_saved(amt, as_person: AsPerson) -> None:
    client = as_person("prozesse")
    first = client.post(
        SEITE + "/entwurf", data={"xml": XML, "entwurf_stand": "0", "angaben": '{"freigeben":{"va":"U"}}'}
    )
    assert first.get_json() == {"stand": 1, "zeit": "09:00", "neueste": 1, "andere": ""}
    kept = client.get(SEITE + "/entwurf").get_json()
    assert kept["xml"] == XML and kept["angaben"] == {"freigeben": {"va": "U"}}
    assert "Sie zeichnen weiter an Ihrem Entwurf" in client.get(SEITE).text
    old = client.post(SEITE + "/entwurf", data={"xml": "<alt/>", "entwurf_stand": "0"}, headers=JSON)
    assert old.status_code == 409 and "anderen Fenster" in old.get_json()["fehler"]
    assert client.get(SEITE + "/entwurf").get_json()["xml"] == XML
    saved = client.post(SEITE, data={"xml": XML.replace("Familie beraten", "X"), "stand": "1"})
    assert saved.status_code == 303
    assert client.get(SEITE + "/entwurf").status_code == 404


def test_settings_beside_the_drawing_are_saved_with_it_or_not_at_all(amt, as_person: AsPerson) -> None:
    client = as_person("prozesse")
    mine = {"xml": XML.replace("Familie beraten", "Y"), "stand": "1"}
    wrong = client.post(SEITE, data=mine | {"angaben": '{"freigeben":{"frist":"bald ("}}'})
    assert wrong.status_code == 422 and "Die Frist ist nicht lesbar" in wrong.text
    assert "Version 2" not in client.get("/prozesse/1/versionen/1").text
    for text in ("x", "nan"):
        assert client.post(SEITE, data=mine | {"angaben": f'{{"freigeben":{{"pt_min":"{text}"}}}}'}).status_code == 422
    good = '{"freigeben":{"frist":"3 at","pt_min":"7,5","x":"y"},"fehlt":{"va":"U"},"z":5}'
    assert client.post(SEITE, data=mine | {"angaben": good}).status_code == 303
    page = client.get("/prozesse/1/versionen/2/einrichten").text
    assert "3 Arbeitstage ab Beginn des Schritts" in page and "7,5" in page


@pytest.mark.parametrize("angaben", ["{", "[]", "null", "5", '{"a":[1]}', "[" * 9999])
def test_settings_that_are_none_are_dropped(amt, as_person: AsPerson, angaben: str) -> None:
    answer = as_person("prozesse").post(SEITE + "/entwurf", data={"xml": XML, "angaben": angaben})
    assert answer.status_code == 200


def test_only_settings_changed_is_a_draft_too(amt, as_person: AsPerson) -> None:
    answer = as_person("prozesse").post(SEITE, data={"xml": XML, "stand": "1", "angaben": '{"freigeben":{"va":"U"}}'})
    assert answer.location.endswith("/versionen/2")


def test_a_drawing_without_end_is_not_kept(amt, as_person: AsPerson) -> None:
    client = as_person("prozesse")
    assert client.post(SEITE + "/entwurf", data={"xml": "x" * 5_000_001}, headers=JSON).status_code in {413, 422}
    assert client.post(SEITE + "/entwurf/verwerfen").status_code == 303
    for kennung, status in (("asd", 403), ("fremd", 404)):
        assert as_person(kennung).post(SEITE + "/entwurf", data={"xml": XML}).status_code in {403, status}
