"""What a person sets for herself: kept on the server, hers alone, honoured by the frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.model.persoenlich import Hinweisart, Persoenlich
from web import dienste

AsPerson = Callable[[str], FlaskClient]
ALLES = {"sprache": "en", "kuerzel": "1", "ohne_namen": "1", "hinweise": "sofort", "zeilen": "100"}


def set_up_mail(app: Flask) -> None:
    """As if the office had a mail server."""
    parts = app.extensions["hilfefluss"]
    mail = {"mail_server": "mail.example:25", "mail_domaenen": frozenset({"stadt.example"})}
    dienste.attach(app, replace(parts, einstellungen=replace(parts.einstellungen, **mail)))


def test_settings_are_kept_for_the_person_and_for_nobody_else(as_person: AsPerson) -> None:
    first = as_person("asd")
    assert first.post("/einstellungen", data=ALLES).status_code == 303
    again = as_person("asd").get("/einstellungen").text
    assert '<html lang="en">' in again
    assert '<option value="100" selected>' in again
    assert "data-kuerzel" not in again
    other = as_person("asd2").get("/einstellungen").text
    assert '<html lang="de">' in other
    assert '<option value="25" selected>' in other


def test_shortcuts_can_be_switched_off_for_all_pages(as_person: AsPerson) -> None:
    client = as_person("asd")
    assert "data-kuerzel=aus" not in client.get("/arbeitskorb").text
    client.post("/einstellungen", data={"sprache": "de", "zeilen": "25"})
    assert '<body class="hf" data-kuerzel=aus>' in client.get("/arbeitskorb").text


def test_only_somebody_logged_in_has_settings(app: Flask) -> None:
    stranger = app.test_client()
    assert stranger.get("/einstellungen").status_code == 302
    assert stranger.post("/einstellungen", data=ALLES).status_code == 302


def test_the_language_below_each_page_becomes_the_language_of_the_person(as_person: AsPerson) -> None:
    as_person("asd").post("/sprache", data={"sprache": "en", "weiter": "/arbeitskorb"})
    assert '<html lang="en">' in as_person("asd").get("/arbeitskorb").text


@pytest.mark.parametrize(
    ("adresse", "grund"),
    [
        ("wer@anderswo.example", "erlaubt ist: stadt.example"),
        ("kein@", "Geben Sie eine E-Mail-Adresse ein"),
        ("a@stadt.example\r\nBcc: alle@stadt.example", "Geben Sie eine E-Mail-Adresse ein"),
        ("x" * 300 + "@stadt.example", "Geben Sie eine E-Mail-Adresse ein"),
    ],
)
def test_notices_go_to_an_address_of_the_office_only(app: Flask, as_person: AsPerson, adresse: str, grund: str) -> None:
    set_up_mail(app)
    client = as_person("asd")
    answer = client.post("/einstellungen", data={**ALLES, "sprache": "de", "adresse": adresse})
    assert answer.status_code == 422
    assert grund in answer.text
    assert 'href="#feld-adresse"' in answer.text
    page = client.get("/einstellungen").text
    assert 'name="adresse" value=""' in page
    assert '<option value="25" selected>' in page, "nothing of a refused form is kept"


def test_an_address_of_the_office_is_kept_and_can_be_taken_away(app: Flask, as_person: AsPerson) -> None:
    set_up_mail(app)
    client = as_person("asd")
    client.post("/einstellungen", data={**ALLES, "adresse": " Alva.Ahorn@Stadt.example "})
    assert 'value="Alva.Ahorn@Stadt.example"' in client.get("/einstellungen").text
    client.post("/einstellungen", data={**ALLES, "adresse": ""})
    assert 'name="adresse" value=""' in client.get("/einstellungen").text


def test_without_a_mail_server_no_address_is_asked_for_or_kept(as_person: AsPerson) -> None:
    client = as_person("asd")
    assert 'name="adresse"' not in client.get("/einstellungen").text
    assert client.post("/einstellungen", data={**ALLES, "adresse": "a@b.example"}).status_code == 303


@pytest.mark.parametrize(
    "gespeichert",
    [
        {},
        {"sprache": None, "kuerzel": "nein", "hinweise": ["sofort"], "zeilen": 10**9},
        {"zeilen": "50", "hinweise": 3},
    ],
)
def test_what_is_stored_badly_has_its_default(gespeichert: dict[str, Any]) -> None:
    read = Persoenlich.of(gespeichert)
    assert (read.kuerzel, read.ohne_namen, read.hinweise, read.zeilen) == (True, False, Hinweisart.TAEGLICH, 25)
    assert Persoenlich.of(read.as_json()) == read
