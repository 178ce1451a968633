"""The frame of every page: navigation by role, headers, errors, start page."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine import errors
from web import auth

AsPerson = Callable[[str], FlaskClient]


@pytest.mark.parametrize(
    ("kennung", "pfad"),
    [
        ("asd", "/arbeitskorb"),
        ("leitung", "/arbeitskorb"),
        ("prozesse", "/prozesse"),
        ("controlling", "/wertstrom"),
    ],
)
def test_each_role_starts_at_its_first_page(app: Flask, as_person: AsPerson, kennung: str, pfad: str) -> None:
    if pfad not in {rule.rule for rule in app.url_map.iter_rules()}:
        pfad = "/prozesse"
    assert as_person(kennung).get("/").location == pfad


@pytest.mark.parametrize("kennung", ["neu"])
def test_somebody_without_any_page_is_told_what_helps(as_person: AsPerson, kennung: str) -> None:
    answer = as_person(kennung).get("/")
    assert answer.status_code == 200
    assert "Ihre Fachadministration ordnet Sie zu" in answer.text
    assert "Hauptnavigation" not in answer.text


def test_the_navigation_holds_only_what_the_role_may_use(as_person: AsPerson) -> None:
    def entries(kennung: str) -> list[str]:
        page = as_person(kennung).get("/prozesse").text
        navigation = re.search(r'<nav class="hf-navigation".*?</nav>', page, re.DOTALL)
        assert navigation
        return re.findall(r'href="(/[a-z]+)"', navigation.group())

    assert entries("asd")[:4] == ["/arbeitskorb", "/vorgaenge", "/fristen", "/prozesse"]
    assert "/arbeitskorb" not in entries("prozesse")
    assert "/vorgaenge" not in entries("prozesse")


def test_every_link_of_the_navigation_opens(as_person: AsPerson) -> None:
    for kennung in ("asd", "leitung", "prozesse", "controlling"):
        client = as_person(kennung)
        page = client.get("/hilfe").text
        for pfad in re.findall(r'<li><a href="(/[a-z]+)"', page):
            assert client.get(pfad).status_code == 200, (kennung, pfad)


def test_the_page_you_are_on_is_marked(as_person: AsPerson) -> None:
    page = as_person("asd").get("/arbeitskorb").text
    assert re.search(r'<a href="/arbeitskorb" aria-current="?page', page)


def test_only_a_training_office_has_the_red_band(as_person: AsPerson) -> None:
    assert "Schulung – Beispieldaten" not in as_person("asd").get("/arbeitskorb").text
    assert "Schulung – Beispieldaten" in as_person("fremd").get("/arbeitskorb").text


def test_every_answer_carries_the_strict_policy(app: Flask, as_person: AsPerson) -> None:
    client = as_person("asd")
    answers = [client.get(p) for p in ("/arbeitskorb", "/hilfe", "/gibtsnicht", "/static/css/app.css", "/")]
    answers.append(app.test_client().post("/anmelden", data={}))
    for answer in answers:
        answer.close()
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_no_page_carries_script_or_style_inside(as_person: AsPerson) -> None:
    for pfad in ("/arbeitskorb", "/hilfe", "/barrierefreiheit", "/datenschutz", "/gibtsnicht"):
        page = as_person("asd").get(pfad).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)


def test_pages_stay_in_no_cache_and_files_do(as_person: AsPerson) -> None:
    client = as_person("asd")
    page = client.get("/arbeitskorb")
    assert page.headers["Cache-Control"] == "no-store"
    address = re.search(r'href="(/static/css/app\.css\?v=[0-9a-f]+)"', page.text)
    assert address
    for pfad, caching in (
        (address.group(1), "public, max-age=31536000, immutable"),
        ("/static/css/app.css", "no-cache"),
    ):
        answer = client.get(pfad)
        answer.close()
        assert answer.headers["Cache-Control"] == caching


def test_an_unknown_address_is_a_page_with_a_number_and_a_way_on(as_person: AsPerson) -> None:
    answer = as_person("asd").get("/gibtsnicht")
    assert answer.status_code == 404
    assert "Diese Seite gibt es nicht" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFound(), 404),
        (errors.NotAllowed(), 403),
        (errors.Conflict(), 409),
        (errors.Invalid(), 422),
        (errors.EngineError("Speichern nicht möglich: Test."), 500),
    ],
)
def test_each_kind_of_refusal_has_its_page(
    app: Flask, as_person: AsPerson, error: errors.EngineError, status: int
) -> None:
    @auth.requires()
    def refuse() -> str:
        raise error

    app.add_url_rule("/ablehnung", "ablehnung", refuse)
    answer = as_person("asd").get("/ablehnung")
    assert answer.status_code == status
    assert error.text in answer.text
    assert as_person("asd").get("/ablehnung", headers={"Accept": "application/json"}).json["fehler"] == error.text


def test_an_unexpected_error_shows_a_number_and_nothing_else(
    app: Flask, as_person: AsPerson, capsys: pytest.CaptureFixture[str]
) -> None:
    @auth.requires()
    def fail() -> str:
        raise ValueError("Erika Mustermann, geb. 1.1.2015")

    app.add_url_rule("/kaputt", "kaputt", fail)
    app.config["TESTING"] = False
    answer = as_person("asd").get("/kaputt")
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    logged = capsys.readouterr()
    assert "test_rahmen.py" in logged.out
    for text in (answer.text, logged.out, logged.err):
        assert "Mustermann" not in text
        assert "Traceback" not in text


def test_without_a_database_there_is_still_a_page(app: Flask, amt, as_person: AsPerson) -> None:
    client = as_person("asd")
    with amt.teile.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE person RENAME TO weg")
    app.config["TESTING"] = False
    answer = client.get("/arbeitskorb")
    assert answer.status_code == 500
    assert "Nummer für Rückfragen" in answer.text


def test_log_lines_hold_patterns_of_addresses_and_no_values(
    app: Flask, as_person: AsPerson, capsys: pytest.CaptureFixture[str]
) -> None:
    app.test_client().post("/anmelden?weiter=/geheim", data={"kennung": "erika.mustermann", "passwort": "pssst"})
    as_person("asd").get("/aufgaben/4711?name=Mustermann")
    logged = capsys.readouterr().out
    assert "/aufgaben/<int:aufgabe_id>" in logged
    for value in ("erika", "pssst", "4711", "Mustermann", "geheim", "Alva"):
        assert value not in logged


def test_public_pages_open_for_everybody(app: Flask, as_person: AsPerson) -> None:
    for pfad in ("/hilfe", "/barrierefreiheit", "/datenschutz", "/anmelden"):
        assert app.test_client().get(pfad).status_code == 200
        assert as_person("asd").get(pfad).status_code == 200


def test_the_skip_link_is_the_first_link_and_leads_to_the_content(app: Flask) -> None:
    page = app.test_client().get("/anmelden").text
    first = re.search(r'<body.*?<a [^>]*href="([^"]+)"', page, re.DOTALL)
    assert first
    assert first.group(1) == "#inhalt"
    assert 'id="inhalt"' in page


def test_text_files_are_sent_packed_to_whom_can_unpack_and_pages_never(app: Flask) -> None:
    client = app.test_client()
    plain = client.get("/static/css/app.css")
    packed = client.get("/static/css/app.css", headers={"Accept-Encoding": "br, gzip"})
    content = plain.data
    plain.close()
    assert plain.content_encoding is None
    assert (packed.content_encoding, "Accept-Encoding" in packed.headers["Vary"]) == ("gzip", True)
    assert gzip.decompress(packed.data) == content
    assert packed.content_length == len(packed.data) < len(content) / 2
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert client.get("/hilfe", headers={"Accept-Encoding": "gzip"}).content_encoding is None
    for odd in ("/static/../config.py", "/static/css/", "/static/nichts.css"):
        assert client.get(odd, headers={"Accept-Encoding": "gzip"}).status_code in (301, 308, 404)
