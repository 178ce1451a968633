"""Vorgänge in the browser: the list within reach, and one Vorgang whose every opening is recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from engine.model import EreignisArt, Stoerung, Vorgang, Zugriff, ZugriffArt
from engine.queries.verlauf import Eintrag
from tests.web.conftest import AUSGEFUELLT, JETZT, MODELL, Amt, Uhr, text_of
from web import vorgangsseite
from web.sicherheit import CSP

LogIn = Callable[[str], FlaskClient]


def accesses(amt: Amt) -> list[tuple[str, str]]:
    """Kind and purpose of every recorded access, oldest first."""
    with amt.teile.reading() as session:
        return [(z.art, z.zweck) for z in session.query(Zugriff).order_by(Zugriff.id)]


def test_those_who_take_part_see_the_vorgang(as_person: LogIn, amt: Amt) -> None:
    vorgang_id = amt.start()
    for wer in ("asd", "asd2", "leitung"):
        page = text_of(as_person(wer).get(f"/vorgaenge/{vorgang_id}"))
        assert "51-2026-00001 · Bedarf klären" in page
        assert "Läuft seit Mo, 15.06.2026" in page
        assert "Jetzt: „Bedarf einschätzen“ bei ASD Mitte." in page


def test_others_cannot_tell_whether_it_exists(as_person: LogIn, amt: Amt) -> None:
    vorgang_id = amt.start()
    for wer in ("rand", "fremd"):
        client = as_person(wer)
        refused, missing = client.get(f"/vorgaenge/{vorgang_id}"), client.get("/vorgaenge/4711")
        assert refused.status_code == missing.status_code == 404
        assert client.get(f"/vorgaenge/{vorgang_id}/diagramm").status_code == 404
        assert "51-2026" not in text_of(client.get("/vorgaenge"))
    assert ("lesen", "vorgang") not in accesses(amt)


@pytest.mark.parametrize("wer", ["prozesse", "controlling", "technik", "neu"])
def test_roles_without_cases_have_no_page(as_person: LogIn, amt: Amt, wer: str) -> None:
    vorgang_id = amt.start()
    for pfad in ("", f"/{vorgang_id}", f"/{vorgang_id}/diagramm"):
        assert as_person(wer).get(f"/vorgaenge{pfad}").status_code == 403


def test_every_opening_is_recorded(as_person: LogIn, amt: Amt) -> None:
    vorgang_id = amt.start()
    before = len(accesses(amt))
    client = as_person("leitung")
    client.get(f"/vorgaenge/{vorgang_id}")
    client.get(f"/vorgaenge/{vorgang_id}")
    client.get(f"/vorgaenge/{vorgang_id}/diagramm")
    assert accesses(amt)[before:] == [
        (ZugriffArt.LESEN, "vorgang"),
        (ZugriffArt.LESEN, "vorgang"),
        (ZugriffArt.LESEN, "diagramm"),
    ]
    with amt.teile.reading() as session:
        last = session.query(Zugriff).order_by(Zugriff.id.desc()).first()
        assert last.person_id == amt.akteur("leitung").person_id
        assert last.zeit == JETZT


def test_the_list_records_nothing(as_person: LogIn, amt: Amt) -> None:
    amt.start()
    before = len(accesses(amt))
    as_person("asd").get("/vorgaenge")
    assert len(accesses(amt)) == before


def test_the_drawing_is_the_uploaded_one(as_person: LogIn, amt: Amt) -> None:
    vorgang_id = amt.start()
    answer = as_person("asd").get(f"/vorgaenge/{vorgang_id}/diagramm")
    assert answer.data == MODELL
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_open_work_stands_first_and_the_place_is_marked(as_person: LogIn, amt: Amt) -> None:
    vorgang_id = amt.start()
    page = as_person("asd").get(f"/vorgaenge/{vorgang_id}").get_data(as_text=True)
    assert page.index("Was ist offen?") < page.index("Wo steht der Vorgang?") < page.index("Verlauf")
    assert "data-hier='[&#34;bedarf_einschaetzen&#34;]'" in page or "data-hier='[\"bedarf_einschaetzen\"]'" in page
    assert f'href="/aufgaben/{amt.aufgabe(vorgang_id).id}"' in page
    assert page.count('aria-current="step"') == 1


def test_who_may_not_open_the_aufgabe_gets_no_link(as_person: LogIn, amt: Amt) -> None:
    vorgang_id = amt.start()
    page = as_person("leitung").get(f"/vorgaenge/{vorgang_id}").get_data(as_text=True)
    assert "Bedarf einschätzen" in page
    assert "/aufgaben/" not in page


def test_the_timeline_tells_who_and_how_long_it_lay(as_person: LogIn, amt: Amt, uhr: Uhr) -> None:
    vorgang_id = amt.start()
    uhr.advance(hours=3, minutes=20)
    amt.complete("asd", amt.aufgabe(vorgang_id).id, {k: [v] for k, v in AUSGEFUELLT.items()})
    page = text_of(as_person("asd").get(f"/vorgaenge/{vorgang_id}"))
    assert "Vorgang gestartet" in page
    assert "Bedarf einschätzen: begonnen ASD Mitte 3 h 20 min" in page
    assert "Alva Ahorn" not in page.split("Verlauf")[-1]


def test_a_finished_vorgang_says_how_it_ended(as_person: LogIn, amt: Amt, uhr: Uhr) -> None:
    vorgang_id = amt.start()
    amt.complete("asd", amt.aufgabe(vorgang_id).id, {k: [v] for k, v in AUSGEFUELLT.items()})
    uhr.advance(days=2)
    amt.complete("leitung", amt.aufgabe(vorgang_id, "freigeben").id, {})
    page = text_of(as_person("asd").get(f"/vorgaenge/{vorgang_id}"))
    assert "Abgeschlossen am Mi, 17.06.2026 mit „Hilfe bewilligt“, 2 AT nach dem Eingang." in page
    assert "Was ist offen?" not in page


def test_trouble_is_told_in_words(as_person: LogIn, amt: Amt) -> None:
    vorgang_id = amt.start()
    with amt.teile.transaction() as session:
        vorgang = session.get_one(Vorgang, vorgang_id)
        session.add(
            Stoerung(
                mandant_id=vorgang.mandant_id,
                token="t1",
                vorgang_id=vorgang_id,
                element_id="geeignet",
                grund="Kein Ausgang passt.",
                seit=JETZT,
            )
        )
    page = text_of(as_person("asd").get(f"/vorgaenge/{vorgang_id}"))
    assert "Störung seit Mo, 15.06.2026, 09:00 Uhr" in page
    assert "Kein Ausgang passt." in page
    assert "gestört" in text_of(as_person("asd").get("/vorgaenge"))


def test_the_list_is_newest_first_with_tabs_and_pages(as_person: LogIn, amt: Amt, uhr: Uhr) -> None:
    for _ in range(30):
        amt.start()
        uhr.advance(minutes=1)
    client = as_person("asd")
    first, second = text_of(client.get("/vorgaenge")), text_of(client.get("/vorgaenge?seite=2"))
    assert "Zeilen 1–25 von 30" in first
    assert first.index("51-2026-00030") < first.index("51-2026-00029")
    assert "51-2026-00005" in second
    assert "51-2026-00006" not in second
    assert "Zeilen 26–30 von 30" in text_of(client.get("/vorgaenge?seite=99999999999999999999"))


@pytest.mark.parametrize(
    "frage", ["seite=-1", "seite=x", "seite=%00", "stand=quatsch", "stand=%27", "suche=%25", "suche=_"]
)
def test_odd_questions_get_a_list(as_person: LogIn, amt: Amt, frage: str) -> None:
    amt.start()
    answer = as_person("asd").get(f"/vorgaenge?{frage}")
    assert answer.status_code == 200
    assert ("51-2026-00001" in text_of(answer)) == (not frage.startswith("suche"))


def test_search_finds_any_part_of_the_aktenzeichen(as_person: LogIn, amt: Amt) -> None:
    for _ in range(12):
        amt.start()
    client = as_person("asd")
    page = text_of(client.get("/vorgaenge?suche= 0012 "))
    assert "51-2026-00012" in page
    assert "51-2026-00001" not in page
    assert "Kein Vorgang gefunden" in text_of(client.get("/vorgaenge?suche=" + "9" * 500))
    hostile = client.get("/vorgaenge?suche=<script>").get_data(as_text=True)
    assert "<script>" not in hostile.replace("<script src", "")


def test_finished_ones_have_their_own_tab(as_person: LogIn, amt: Amt) -> None:
    vorgang_id = amt.start()
    amt.complete("asd", amt.aufgabe(vorgang_id).id, {k: [v] for k, v in AUSGEFUELLT.items()})
    amt.complete("leitung", amt.aufgabe(vorgang_id, "freigeben").id, {})
    client = as_person("asd")
    assert "Keine Vorgänge" in text_of(client.get("/vorgaenge"))
    assert "abgeschlossen 15.06.2026" in text_of(client.get("/vorgaenge?stand=beendet"))
    assert "51-2026-00001" in text_of(client.get("/vorgaenge?stand=alle"))


def test_list_and_page_need_the_same_number_of_statements_however_many_there_are(
    as_person: LogIn, amt: Amt, statements: list[str]
) -> None:
    vorgang_id = amt.start()
    client = as_person("asd")

    def count(pfad: str) -> int:
        statements.clear()
        client.get(pfad)
        return len(statements)

    count("/vorgaenge")
    before = count("/vorgaenge"), count(f"/vorgaenge/{vorgang_id}")
    for _ in range(20):
        amt.start()
    assert (count("/vorgaenge"), count(f"/vorgaenge/{vorgang_id}")) == before
    assert before[0] <= 9
    assert before[1] <= 22


def test_every_answer_carries_the_strict_policy(as_person: LogIn, amt: Amt) -> None:
    vorgang_id = amt.start()
    client = as_person("asd")
    for pfad in ("", f"/{vorgang_id}", f"/{vorgang_id}/diagramm", "/999"):
        answer = client.get(f"/vorgaenge{pfad}")
        assert answer.headers["Content-Security-Policy"] == CSP
        assert answer.headers["Cache-Control"] == "no-store"
        assert " style=" not in answer.get_data(as_text=True)


def test_bars_are_shares_of_the_longest_wait() -> None:
    def eintrag(lag: timedelta | None) -> Eintrag:
        return Eintrag(JETZT, EreignisArt.BEGONNEN, "x", "ASD", 1, None, lag)

    lags = [None, timedelta(hours=2), timedelta(hours=8), timedelta(0)]
    assert [z.balken for z in vorgangsseite.verlauf_zeilen(tuple(map(eintrag, lags)))] == [0.0, 25.0, 100.0, 0.0]
    assert [z.balken for z in vorgangsseite.verlauf_zeilen((eintrag(timedelta(0)),))] == [0.0]
