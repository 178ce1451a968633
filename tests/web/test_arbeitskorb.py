"""The Arbeitskorb: what is in it for whom, its sentence, its pages, and a constant number of SQL statements."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.queries.arbeitskorb import Korb

AsPerson = Callable[[str], FlaskClient]


def rows(page: str) -> list[str]:
    """Text of each row."""
    found = re.findall(r'<tr class="kern-table__row hf-zeile".*?</tr>', page, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in found]


def test_a_free_aufgabe_is_offered_to_the_gruppe_with_deadline_in_words(amt, as_person: AsPerson) -> None:
    amt.new_aufgabe()
    [row] = rows(as_person("asd").get("/arbeitskorb?korb=gruppe").text)
    assert row.startswith("● in Frist bis Do, 18.06. · in 3 AT 51-2026-00001 Bedarf einschätzen Bedarf klären frei")
    assert "Übernehmen" in row


def test_people_of_other_gruppen_and_offices_do_not_see_it(amt, as_person: AsPerson) -> None:
    amt.new_aufgabe()
    for kennung in ("leitung", "rand", "fremd"):
        for korb in ("meine", "gruppe"):
            assert rows(as_person(kennung).get(f"/arbeitskorb?korb={korb}").text) == []


@pytest.mark.parametrize("kennung", ["prozesse", "controlling", "technik", "neu"])
def test_roles_without_arbeitskorb_are_told_whom_to_ask(as_person: AsPerson, kennung: str) -> None:
    answer = as_person(kennung).get("/arbeitskorb")
    assert answer.status_code == 403
    assert "Fachadministration" in answer.text


def test_a_claimed_aufgabe_leaves_the_korb_of_the_others(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe()
    client = as_person("asd")
    answer = client.post(
        f"/aufgaben/{aufgabe_id}/uebernehmen",
        data={"aktion.korb": "gruppe", "aktion.seite": "1"},
        follow_redirects=True,
    )
    assert "„Bedarf einschätzen“ liegt jetzt bei Ihnen." in answer.text
    assert f'href="/aufgaben/{aufgabe_id}">Öffnen' in answer.text
    assert rows(answer.text) == []
    assert "übernommen" in rows(client.get("/arbeitskorb").text)[0]
    assert rows(as_person("asd2").get("/arbeitskorb?korb=gruppe").text) == []


def test_whoever_is_second_learns_it_in_words_and_stays_in_the_korb(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd2")
    answer = as_person("asd").post(
        f"/aufgaben/{aufgabe_id}/uebernehmen", data={"aktion.korb": "gruppe"}, follow_redirects=True
    )
    assert answer.status_code == 200
    assert "Übernehmen nicht möglich: Eine andere Person hat die Aufgabe übernommen." in answer.text
    assert [z.aufgabe_id for z in amt.korb("asd2", Korb.MEINE).zeilen] == [aufgabe_id]


def test_the_most_urgent_stands_on_top_and_the_sentence_counts_up_to_the_next_working_day(
    amt, as_person: AsPerson, uhr
) -> None:
    early = amt.new_aufgabe()
    uhr.advance(days=2)
    late = amt.new_aufgabe()
    uhr.advance(days=2)
    page = as_person("asd").get("/arbeitskorb?korb=gruppe").text
    assert re.findall(r'id="aufgabe-(\d+)"', page) == [str(early), str(late)]
    assert "1 überschritten, 1 bis Montag." in page
    assert rows(page)[0].startswith("■ überschritten seit Do, 18.06. · 1 AT")


def test_pages_hold_25_rows_and_say_which(amt, as_person: AsPerson) -> None:
    for _ in range(27):
        amt.start()
    client = as_person("asd")
    first = client.get("/arbeitskorb?korb=gruppe").text
    assert len(rows(first)) == 25
    assert "Zeilen 1–25 von 27" in first
    assert 'href="/arbeitskorb?korb=gruppe&amp;seite=2"' in first
    second = client.get("/arbeitskorb?korb=gruppe&seite=2").text
    assert len(rows(second)) == 2
    assert "Zeilen 26–27 von 27" in second


@pytest.mark.parametrize(
    "frage", ["seite=999999999999", "seite=-3", "seite=abc", "korb=%3Cb%3E", "korb=gruppe&seite=0"]
)
def test_nonsense_in_the_address_shows_a_page(amt, as_person: AsPerson, frage: str) -> None:
    amt.start()
    answer = as_person("asd").get(f"/arbeitskorb?{frage}")
    assert answer.status_code == 200
    assert "<b>" not in answer.text


def test_empty_korbs_say_what_will_be_there_and_what_to_do(amt, as_person: AsPerson) -> None:
    client = as_person("asd")
    assert "Hier ist nichts frei" in client.get("/arbeitskorb?korb=gruppe").text
    assert "Sie haben nichts übernommen" in client.get("/arbeitskorb").text
    amt.start()
    page = client.get("/arbeitskorb").text
    assert "1 freie Aufgabe ansehen" in page
    assert "bis morgen fällig" not in page


def test_the_number_of_sql_statements_does_not_grow_with_the_rows(
    amt, as_person: AsPerson, statements: list[str]
) -> None:
    client = as_person("asd")

    def count() -> int:
        statements.clear()
        assert client.get("/arbeitskorb?korb=gruppe").status_code == 200
        return len(statements)

    amt.start()
    with_one = count()
    for _ in range(24):
        amt.start()
    assert count() == with_one
    # Akteur 2, Mandant 1 for the frame; calendar, numbers and rows for the page.
    assert with_one <= 6


def test_a_waiting_aufgabe_says_what_it_waits_for(amt, as_person: AsPerson, app: Flask) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    client.post(f"/aufgaben/{aufgabe_id}/beginnen")
    client.post(f"/aufgaben/{aufgabe_id}/unterbrechen", data={"aktion.wartegrund": "unterlagen"})
    [row] = rows(client.get("/arbeitskorb").text)
    assert row.startswith("◇ wartet")
    assert "Warten auf Unterlagen" in row
