"""The language of a page: who chooses it, what happens to values in texts."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from web import sprache

AsPerson = Callable[[str], FlaskClient]


def choose(client: FlaskClient, kuerzel: str, weiter: str = "/anmelden") -> str:
    answer = client.post("/sprache", data={"sprache": kuerzel, "weiter": weiter})
    assert answer.status_code == 303
    return answer.location


def test_pages_are_german_until_somebody_chooses_another_language(app: Flask) -> None:
    client = app.test_client()
    german = client.get("/anmelden", headers={"Accept-Language": "en"}).text
    assert '<html lang="de">' in german
    assert "Anmelden" in german
    assert "worte/" not in german
    choose(client, "en")
    english = client.get("/anmelden").text
    assert '<html lang="en">' in english
    assert "Log in" in english
    assert client.get("/worte/en.js").text.startswith("window.hfWorte = {")
    choose(client, "de")
    assert '<html lang="de">' in client.get("/anmelden").text


def test_an_unknown_language_and_a_foreign_address_change_nothing(app: Flask) -> None:
    client = app.test_client()
    assert choose(client, "../../etc", weiter="https://anderswo.example/") == "/"
    assert '<html lang="de">' in client.get("/anmelden").text
    assert client.get("/worte/de.js").status_code == client.get("/worte/fr.js").status_code == 404
    client.set_cookie(sprache.COOKIE, "<script>")
    assert '<html lang="de">' in client.get("/anmelden").text


def test_values_are_filled_in_and_stay_safe(app: Flask) -> None:
    with app.test_request_context():
        assert sprache._("100 % von %(name)s") == "100 % von %(name)s"
        assert sprache._("Von %(name)s", name="<b>") == "Von <b>"
        assert sprache._("Von & %(name)s: %(link)s", name="<b>", link=Markup("<a>")) == "Von &amp; &lt;b&gt;: <a>"
        assert sprache.ngettext("%(num)s Zeile", "%(num)s Zeilen", 1) == "1 Zeile"
        assert sprache.ngettext("%(num)s Zeile", "%(num)s Zeilen", 0) == "0 Zeilen"


def test_a_template_says_each_text_in_the_language_of_its_page(app: Flask) -> None:
    source = (
        "{{ _('Anmelden') }}|{{ 'Anmelden' | von_unten }}|{{ 1234.5 | zahl(1) }}|{{ _('100 %') }}"
        "|{% trans %}Anmelden{% endtrans %}|{{ _('Von %(n)s', n='<b>') }}"
    )
    template = app.jinja_env.from_string(source)
    with app.test_request_context():
        assert template.render() == "Anmelden|Anmelden|1.234,5|100 %|Anmelden|Von &lt;b&gt;"
        with sprache.in_sprache("en"):
            assert template.render().startswith("Log in|Log in|")
        assert template.render().startswith("Anmelden|Anmelden|")


def test_without_a_request_everything_is_german(app: Flask) -> None:
    assert sprache._("Anmelden") == "Anmelden"
    with app.app_context():
        assert sprache.aktuelle() == "de"
        assert str(sprache._l("Anmelden")) == "Anmelden"
        with sprache.in_sprache("en"):
            assert sprache._("Anmelden") == sprache._l("Anmelden") == "Log in"
