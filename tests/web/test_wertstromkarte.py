"""Map and comparison in the browser: what they show of seven Vorgänge, and to whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.model import Prozess
from tests.web.conftest import AUSGEFUELLT, Amt, Uhr, text_of
from wertstrom import laden

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def gelaufen(amt: Amt, uhr: Uhr) -> int:
    """The process after seven Vorgänge in June and seven in August."""
    for _ in range(2):
        for number in range(7):
            vorgang_id = amt.start()
            uhr.advance(hours=2 + number)
            amt.complete("asd", amt.aufgabe(vorgang_id).id, {k: [v] for k, v in AUSGEFUELLT.items()})
            uhr.advance(hours=20)
            amt.complete("leitung", amt.aufgabe(vorgang_id, "freigeben").id, {})
        uhr.advance(days=60)
    amt.start()
    with amt.teile.reading() as session:
        found: int = session.query(Prozess.id).filter(Prozess.kennung == "bedarf").scalar()
    return found


def test_the_map_and_the_ways_are_drawn_with_their_tables(
    as_person: LogIn, gelaufen: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laden, "besetzung", lambda *_: None)
    client = as_person("controlling")
    client.post(
        f"/wertstrom/{gelaufen}/blitze",
        data={"knoten": "freigeben", "code": "W02", "text": "Nur dienstags <im Haus>"},
    )
    page = client.get(f"/wertstrom/{gelaufen}/karte")
    body, words = page.get_data(as_text=True), text_of(page)
    assert body.count("<svg class=") >= 2
    assert 'style="' not in body
    assert "sind" in words
    assert "AT Warten" in words or "min Warten" in words
    assert "Wertstromkarte als Tabelle" in words
    assert "W02: Nur dienstags &lt;im Haus&gt;" in body
    assert "100 % der abgeschlossenen Vorgänge liefen wie gezeichnet (n = 14)" in words.replace("\u00a0", " ")
    assert "Häufigste Wege" in words
    waste = text_of(client.get(f"/wertstrom/{gelaufen}"))
    assert "Workshop: Nur dienstags" in waste


def test_steps_of_few_people_are_on_no_map(as_person: LogIn, gelaufen: int) -> None:
    page = as_person("controlling").get(f"/wertstrom/{gelaufen}/karte")
    svg = page.get_data(as_text=True).split("</svg>")
    assert all("Hilfe freigeben" not in text.split("<svg class=")[-1] for text in svg[:-1] if "<svg class=" in text)
    assert "Übrige Schritte" in text_of(page)


def test_before_and_after_a_month_stand_beside_each_other(as_person: LogIn, gelaufen: int) -> None:
    page = as_person("controlling").get(f"/wertstrom/{gelaufen}/vergleich")
    words = text_of(page)
    assert "vor 08.2026 (n = 7)" in words
    assert "ab 08.2026 (n = 7)" in words
    assert "Kein Wirkungsnachweis" in words
    assert "nur 7 abgeschlossene Vorgänge (unter 30)" in words
    assert "Wie sicher ist der Unterschied?" in words


@pytest.mark.parametrize("frage", ["mit=p999", "mit=m1", "mit=%00&merkmal=%27", "zeitraum=3", "ziel=0"])
def test_odd_questions_get_an_answer(as_person: LogIn, gelaufen: int, frage: str) -> None:
    client = as_person("controlling")
    for seite in ("vergleich", "karte"):
        assert client.get(f"/wertstrom/{gelaufen}/{seite}?{frage}").status_code == 200


def test_who_may_look_and_who_must_not_know(as_person: LogIn, amt: Amt) -> None:
    with amt.teile.reading() as session:
        prozess_id = session.query(Prozess.id).filter(Prozess.kennung == "bedarf").scalar()
    for seite, leer in (("karte", "Noch keine Karte"), ("vergleich", "Noch nichts zu vergleichen")):
        assert leer in text_of(as_person("asd").get(f"/wertstrom/{prozess_id}/{seite}"))
        assert as_person("technik").get(f"/wertstrom/{prozess_id}/{seite}").status_code == 403
        assert as_person("fremd").get(f"/wertstrom/{prozess_id}/{seite}").status_code == 404
