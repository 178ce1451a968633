"""Login, sessions and rights: who gets in, who is sent away, and that no view forgets to name its right."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.model import Aufgabe, Person
from engine.rechte import Recht
from web import auth

AsPerson = Callable[[str], FlaskClient]
PASSWORT = "Kleinstadt-2026"


def log_in(client: FlaskClient, kennung: str = "asd", passwort: str = PASSWORT, **weitere: str):
    return client.post("/anmelden", data={"kennung": kennung, "passwort": passwort, **weitere})


def test_every_view_names_its_right_or_says_that_it_is_public(app: Flask) -> None:
    with app.app_context():
        rechte = {endpoint: auth.zugang_of(endpoint) for endpoint in app.view_functions}
    assert {e for e, zugang in rechte.items() if zugang is None} == {
        "static",
        "anmeldung.formular",
        "anmeldung.anmelden",
        "anmeldung.abmelden",
        "start.hilfe",
        "start.barrierefreiheit",
        "fristen.abruf",
        "start.datenschutz",
        "start.waehle_sprache",
        "start.worte",
    }
    assert {e for e, zugang in rechte.items() if zugang == frozenset()} == {
        "start.start",
        "persoenlich.seite",
        "persoenlich.speichern",
    }


def test_a_view_that_forgets_to_name_its_right_is_shown_to_nobody(app: Flask, as_person: AsPerson) -> None:
    app.add_url_rule("/vergessen", "vergessen", lambda: "geheim")
    with pytest.raises(LookupError):
        as_person("asd").get("/vergessen")


def test_somebody_without_the_right_is_told_so_and_a_stranger_is_sent_to_the_login(
    app: Flask, as_person: AsPerson
) -> None:
    @auth.requires(Recht.PROZESS_BEARBEITEN)
    def view() -> str:
        return "offen"

    app.add_url_rule("/probe", "probe", view)
    assert as_person("prozesse").get("/probe").text == "offen"
    assert as_person("asd").get("/probe").status_code == 403
    answer = app.test_client().get("/probe?a=b")
    assert (answer.status_code, answer.location) == (302, "/anmelden?weiter=/probe%3Fa%3Db")


def test_a_script_without_session_gets_an_answer_it_understands(app: Flask) -> None:
    answer = app.test_client().get("/arbeitskorb", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json["fehler"] == "Sie sind nicht angemeldet"


def test_the_right_password_leads_to_the_wanted_page(app: Flask) -> None:
    client = app.test_client()
    answer = log_in(client, weiter="/arbeitskorb?korb=gruppe")
    assert (answer.status_code, answer.location) == (303, "/arbeitskorb?korb=gruppe")
    assert client.get("/arbeitskorb").status_code == 200


def test_wrong_password_and_unknown_name_look_alike(app: Flask) -> None:
    client = app.test_client()
    wrong = log_in(client, passwort="falsch")
    unknown = log_in(client, kennung="gibtsnicht")
    assert wrong.status_code == unknown.status_code == 422
    tokens = re.compile(r'(name="csrf_token" value|name="csrf-token" content)="[^"]+"')
    assert tokens.sub("", wrong.text).replace('"asd"', '"gibtsnicht"') == tokens.sub("", unknown.text)
    assert "Kennung oder Passwort stimmt nicht" in wrong.text
    assert client.get("/arbeitskorb").status_code == 302


@pytest.mark.parametrize(
    "daten",
    [
        {},
        {"kennung": "asd"},
        {"kennung": "x" * 100_000, "passwort": PASSWORT},
        {"kennung": "asd", "passwort": "x" * 100_000},
        {"kennung": "asd' OR 1=1 --", "passwort": "\0"},
        {"kennung": "<script>", "passwort": "ä" * 900},
    ],
)
def test_strange_logins_are_refused_in_peace(app: Flask, daten: dict[str, str]) -> None:
    answer = app.test_client().post("/anmelden", data=daten)
    assert answer.status_code == 422
    assert "<script>" not in answer.text.replace('<script src="', "")


@pytest.mark.parametrize(
    "weiter",
    [
        "https://boese.example/",
        "//boese.example",
        "/\\boese.example",
        "boese",
        "javascript:alert(1)",
        "/\n/boese.example",
        "/\t/boese",
        "",
    ],
)
def test_the_login_never_leads_to_a_foreign_address(app: Flask, weiter: str) -> None:
    assert log_in(app.test_client(), weiter=weiter).location == "/"


def test_after_too_many_wrong_passwords_even_the_right_one_has_to_wait(app: Flask) -> None:
    client = app.test_client()
    for _ in range(10):
        assert log_in(client, passwort="falsch").status_code == 422
    answer = log_in(client)
    assert answer.status_code == 429
    assert "Warten Sie eine Minute" in answer.text
    assert int(answer.headers["Retry-After"]) <= 60


def test_correct_logins_are_not_counted_as_attempts(app: Flask) -> None:
    for _ in range(12):
        assert log_in(app.test_client()).status_code == 303


def test_a_session_ends_when_the_person_leaves_or_her_rights_change(app: Flask, amt, as_person: AsPerson) -> None:
    for kennung, change in (("asd2", {"aktiv": False}), ("asd", {"sitzungs_nummer": 2})):
        client = as_person(kennung)
        assert client.get("/arbeitskorb").status_code == 200
        with amt.teile.transaction() as session:
            session.query(Person).filter(Person.kennung == kennung).update(change)
        assert client.get("/arbeitskorb").location == "/anmelden?weiter=/arbeitskorb"
    assert log_in(app.test_client(), kennung="asd2").status_code == 422
    assert log_in(app.test_client(), kennung="leitung").status_code == 303


def test_logging_out_ends_the_session(as_person: AsPerson) -> None:
    client = as_person("asd")
    answer = client.post("/abmelden", follow_redirects=True)
    assert "Sie sind abgemeldet." in answer.text
    assert client.get("/arbeitskorb").status_code == 302


@pytest.mark.parametrize("inhalt", ["", "1", "x:1", "1:x", "999999:1", "1:1:1", "-1:1"])
def test_a_session_with_nonsense_is_no_session(app: Flask, inhalt: str) -> None:
    client = app.test_client()
    with client.session_transaction() as sitzung:
        sitzung["_user_id"] = inhalt
    assert client.get("/arbeitskorb").status_code == 302


def test_the_session_is_kept_from_scripts_and_foreign_pages(app: Flask) -> None:
    answer = log_in(app.test_client())
    cookie = next(value for name, value in answer.headers if name == "Set-Cookie" and value.startswith("hilfefluss="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert app.permanent_session_lifetime == timedelta(hours=10)


def test_a_login_starts_a_session_of_its_own(app: Flask) -> None:
    client = app.test_client()
    with client.session_transaction() as sitzung:
        sitzung["fremd"] = "untergeschoben"
    log_in(client)
    with client.session_transaction() as sitzung:
        assert "fremd" not in sitzung


def test_without_the_token_of_the_page_nothing_is_changed(app: Flask, amt, as_person: AsPerson) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    aufgabe_id = amt.new_aufgabe()
    answer = as_person("asd").post(f"/aufgaben/{aufgabe_id}/uebernehmen")
    assert answer.status_code == 400
    assert "Noch nicht abgesendet" in answer.text
    assert app.test_client().post("/anmelden", data={"kennung": "asd", "passwort": PASSWORT}).status_code == 400
    with amt.teile.reading() as session:
        assert session.get_one(Aufgabe, aufgabe_id).person_id is None
