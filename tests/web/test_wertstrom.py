"""The value stream in the browser: figures with n and source, nothing about few people, logs only for oneself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.model import Prozess
from tests.web.conftest import AUSGEFUELLT, Amt, Uhr, text_of
from web.sicherheit import CSP
from web.wertstrom import bild, prepare
from web.wertstrom.filter import read_filter
from wertstrom import laden
from wertstrom.einlesen import read_protokoll
from wertstrom.kennzahlen import Uhr as Takt
from wertstrom.kennzahlen import Ziel
from wertstrom.schutz import Klasse

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def prozess_id(amt: Amt) -> int:
    """The published process of Kleinstadt."""
    with amt.teile.reading() as session:
        return session.query(Prozess.id).filter(Prozess.kennung == "bedarf").scalar()


@pytest.fixture
def gelaufen(amt: Amt, uhr: Uhr) -> Amt:
    """Seven finished Vorgänge, one after the other, and two open ones."""
    for number in range(7):
        vorgang_id = amt.start()
        uhr.advance(hours=2 + number)
        amt.complete("asd", amt.aufgabe(vorgang_id).id, {k: [v] for k, v in AUSGEFUELLT.items()})
        uhr.advance(days=1 + number % 3)
        amt.complete("leitung", amt.aufgabe(vorgang_id, "freigeben").id, {})
    amt.start()
    amt.start()
    return amt


def figures_of(page: TestResponse) -> list[dict]:
    """The charts that a page carries."""
    return [json.loads(unescape(text)) for text in re.findall(r"data-figur='([^']*)'", page.get_data(as_text=True))]


def test_cards_and_page_tell_n_open_clock_source_and_target(as_person: LogIn, gelaufen: Amt, prozess_id: int) -> None:
    client = as_person("controlling")
    for page in (client.get("/wertstrom"), client.get(f"/wertstrom/{prozess_id}")):
        words = text_of(page)
        assert "n = 7; 2 noch offen" in words
        assert "Ziel 10 AT" in words
        assert "Quelle: gemessen" in words
        assert "AT" in words


def test_every_chart_has_its_table_with_the_same_numbers(as_person: LogIn, gelaufen: Amt, prozess_id: int) -> None:
    page = as_person("controlling").get(f"/wertstrom/{prozess_id}")
    charts = figures_of(page)
    body = page.get_data(as_text=True)
    assert len(charts) == body.count("data-zwilling")
    assert [chart["data"][0]["type"] for chart in charts[:2]] == ["bar", "bar"]
    counts = charts[1]["data"][0]["y"]
    table = body[body.index("Vorgänge je Durchlaufzeit") :]
    shown = [int(n) for n in re.findall(r"--numeric\">(\d+)</td>", table[: table.index("</table>")])]
    assert shown == counts
    assert sum(counts) == 7
    assert all("title" not in chart["layout"] for chart in charts)


def test_lost_time_is_ranked_and_says_what_is_never_waste(
    as_person: LogIn, gelaufen: Amt, prozess_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_person("controlling")
    words = text_of(client.get(f"/wertstrom/{prozess_id}"))
    assert "Wo geht Zeit verloren?" in words
    assert "nie Verschwendung" in words
    assert "weitere Funde beruhen auf zu wenigen Vorgängen oder Personen" in words
    # With more people in each role the same Vorgänge may be shown.
    monkeypatch.setattr(laden, "besetzung", lambda *_: None)
    words = text_of(client.get(f"/wertstrom/{prozess_id}"))
    assert "W02 Warten auf Freigabe oder Unterschrift Hilfe freigeben" in words
    assert "Was brächte das Ziel näher?" in words
    assert "bei halbem Warten" in words
    assert "Worauf warten Vorgänge?" in words
    assert "Weitere Kennzahlen" in words
    assert "Durchlaufzeit mit den offenen Vorgängen (Kaplan-Meier)" in words
    assert "gemessen" in words


def test_staff_see_the_value_stream_but_read_in_nothing(as_person: LogIn, gelaufen: Amt, prozess_id: int) -> None:
    client = as_person("asd")
    assert client.get(f"/wertstrom/{prozess_id}").status_code == 200
    assert "einlesen" not in text_of(client.get("/wertstrom"))


def test_other_offices_and_roles_get_nothing(as_person: LogIn, gelaufen: Amt, prozess_id: int) -> None:
    stranger = as_person("fremd")
    assert stranger.get(f"/wertstrom/{prozess_id}").status_code == 404
    assert "Noch keine Zeiten" in text_of(stranger.get("/wertstrom"))
    for wer in ("technik", "neu"):
        assert as_person(wer).get("/wertstrom").status_code == 403
        assert as_person(wer).get(f"/wertstrom/{prozess_id}").status_code == 403


def test_no_name_no_aktenzeichen_and_no_step_of_few_people_appears(
    as_person: LogIn, gelaufen: Amt, prozess_id: int
) -> None:
    page = as_person("controlling").get(f"/wertstrom/{prozess_id}")
    body = page.get_data(as_text=True)
    assert "51-2026" not in body
    for name in ("Alva Ahorn", "Cleo Distel"):
        assert name not in body
    # One person holds the Leitung, two the ASD: both steps are hidden in chart and ladder.
    assert "Hilfe freigeben" not in json.dumps(figures_of(page), ensure_ascii=False)
    assert "Übrige Schritte" in body


def test_too_few_cases_give_words_instead_of_numbers(as_person: LogIn, amt: Amt, prozess_id: int) -> None:
    client = as_person("controlling")
    assert "Noch keine Vorgänge" in text_of(client.get(f"/wertstrom/{prozess_id}"))
    amt.start()
    page = client.get(f"/wertstrom/{prozess_id}")
    assert "Noch kein Vorgang abgeschlossen; 1 offen." in text_of(page)
    assert figures_of(page) == []
    assert "plotly" not in page.get_data(as_text=True).replace("plotly.js-style-global", "")


def test_new_events_appear_at_the_next_look(as_person: LogIn, gelaufen: Amt, uhr: Uhr) -> None:
    client = as_person("controlling")
    assert "n = 7; 2 noch offen" in text_of(client.get("/wertstrom"))
    gelaufen.start()
    assert "n = 7; 3 noch offen" in text_of(client.get("/wertstrom"))


def test_the_address_holds_the_question(as_person: LogIn, gelaufen: Amt, prozess_id: int) -> None:
    client = as_person("controlling")
    page = text_of(client.get(f"/wertstrom/{prozess_id}?einheit=KT&ziel=2,5"))
    assert "Ziel 2,5 KT" in page
    assert "Kalendertage (KT)" in page
    # A period begins and ends where no few Vorgänge could be cut out: two days of June are the whole of June.
    days = text_of(client.get(f"/wertstrom/{prozess_id}?zeitraum=eigen&von=2026-06-16&bis=2026-06-17"))
    assert "n = 7; 2 noch offen" in days
    wrong = client.get(f"/wertstrom/{prozess_id}?ziel=viel&zeitraum=eigen&von=31.2.2026")
    assert wrong.status_code == 200
    assert "Bitte schreiben Sie das Ziel als Zahl" in text_of(wrong)
    assert "Bitte schreiben Sie den Tag so" in text_of(wrong)


@pytest.mark.parametrize(
    "frage",
    ["ziel=1e9", "ziel=-1", "ziel=" + "9" * 99, "einheit=%27", "vergleich=-1", "vergleich=" + "9" * 30, "x=%00"],
)
def test_odd_questions_get_an_answer(as_person: LogIn, gelaufen: Amt, prozess_id: int, frage: str) -> None:
    assert as_person("controlling").get(f"/wertstrom/{prozess_id}?{frage}").status_code == 200


def test_statements_do_not_grow_with_the_number_of_cases(
    as_person: LogIn, gelaufen: Amt, statements: list[str], prozess_id: int
) -> None:
    client = as_person("controlling")

    def count(pfad: str) -> int:
        client.get(pfad)
        statements.clear()
        client.get(pfad)
        return len(statements)

    before = count("/wertstrom"), count(f"/wertstrom/{prozess_id}")
    for _ in range(5):
        gelaufen.start()
    assert (count("/wertstrom"), count(f"/wertstrom/{prozess_id}")) == before
    assert max(before) <= 11


def test_everything_can_be_read_before_the_first_look(
    as_person: LogIn, gelaufen: Amt, app: Flask, statements: list[str]
) -> None:
    prepare(app)
    statements.clear()
    as_person("controlling").get("/wertstrom")
    assert not [s for s in statements if "JOIN vorgang" in s]


def test_every_answer_carries_the_strict_policy(as_person: LogIn, gelaufen: Amt, prozess_id: int) -> None:
    client = as_person("controlling")
    for pfad in ("/wertstrom", f"/wertstrom/{prozess_id}", "/wertstrom/einlesen", "/wertstrom/999"):
        answer = client.get(pfad)
        assert answer.headers["Content-Security-Policy"] == CSP
        assert answer.headers["Cache-Control"] == "no-store"
        body = answer.get_data(as_text=True)
        assert not re.search(r"<[^>]*\sstyle=", re.sub(r"data-figur='[^']*'", "", body))
        assert "<script>" not in body


# --- filter, memory, small pictures: pure functions -------------------------------------------------------------------

HEUTE = date(2026, 3, 31)


@pytest.mark.parametrize(("typed", "asked"), [("7,26", 7.5), ("7,24", 7.0), ("0,01", 0.5), ("10", 10.0)])
def test_targets_come_in_halves_so_that_no_single_duration_can_be_closed_in_on(typed: str, asked: float) -> None:
    assert read_filter({"ziel": typed}, standard=Ziel(), heute=HEUTE).ziel.tage == asked


def test_without_anything_said_the_target_is_that_of_the_process() -> None:
    frage = read_filter({}, standard=Ziel(7, Takt.KT), heute=HEUTE)
    assert (frage.ziel, frage.von, frage.bis, frage.fehler) == (Ziel(7, Takt.KT), None, None, {})


def test_periods_reach_back_whole_months() -> None:
    def since(monate: str) -> date | None:
        return read_filter({"zeitraum": monate}, standard=Ziel(), heute=HEUTE).von

    assert [since(m) for m in ("12", "6", "3", "99")] == [
        date(2025, 3, 31),
        date(2025, 9, 30),
        date(2025, 12, 31),
        None,
    ]


def test_both_days_of_a_period_belong_to_it_in_local_time() -> None:
    angaben = {"zeitraum": "eigen", "von": "1.6.2026", "bis": "2026-06-02"}
    auswahl = read_filter(angaben, standard=Ziel(), heute=HEUTE).auswahl("p")
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert epoch + timedelta(microseconds=auswahl.von_us) == datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert epoch + timedelta(microseconds=auswahl.bis_us + 1) == datetime(2026, 6, 2, 22, tzinfo=UTC)


def test_a_period_that_ends_before_it_begins_is_named() -> None:
    angaben = {"zeitraum": "eigen", "von": "2026-06-02", "bis": "2026-06-01"}
    frage = read_filter(angaben, standard=Ziel(), heute=HEUTE)
    assert list(frage.fehler) == ["bis"]
    assert frage.bis is None


def test_colours_of_charts_have_a_dark_side() -> None:
    assert all(re.fullmatch(r"#[0-9a-f]{6}", light) for light in bild.FARBEN)
    assert all(dark for _token, dark in bild.FARBEN.values())
    assert bild.FARBEN[bild.HELL.text][0] == "--kern-color-layout-text-default"


def test_class_borders_are_german_numbers() -> None:
    assert (bild.klasse(10.0), bild.klasse(7.5)) == ("10", "7,5")
    assert Klasse(0, 2, 1).bis == 2


def test_the_record_of_a_process_can_be_taken_to_other_programs(
    as_person: LogIn, gelaufen: Amt, prozess_id: int, tmp_path: Path
) -> None:
    client = as_person("controlling")
    assert "Ereignisprotokoll herunterladen" in text_of(client.get(f"/wertstrom/{prozess_id}"))
    for form in ("csv", "xes", "ocel-json"):
        datei = tmp_path / form
        datei.write_bytes(client.get(f"/wertstrom/{prozess_id}/ausgabe/{form}").data)
        assert b"51-2026" not in datei.read_bytes()
        protokoll = read_protokoll(datei)
        assert sorted(protokoll.faelle["ausgang"].to_pylist()) == ["abgeschlossen"] * 7 + ["offen"] * 2
        # One person leads, two work: neither role may be told.
        assert set(protokoll.schritte["rolle"].to_pylist()) == {"übrige"}
    assert client.get(f"/wertstrom/{prozess_id}/ausgabe/docx").status_code == 404
    assert as_person("asd").get(f"/wertstrom/{prozess_id}/ausgabe/csv").status_code == 403
    assert as_person("fremd").get(f"/wertstrom/{prozess_id}/ausgabe/csv").status_code in (403, 404)


def test_few_faelle_are_not_given_out(as_person: LogIn, amt: Amt, prozess_id: int) -> None:
    amt.start()
    answer = as_person("controlling").get(f"/wertstrom/{prozess_id}/ausgabe/csv")
    assert answer.status_code == 422
    assert "weniger als 5 Fälle" in text_of(answer)
