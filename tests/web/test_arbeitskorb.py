"""The Arbeitskorb: what is in it for whom, its sentence, its pages, and a constant number of SQL statements."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from aufgabenseite import AUSGEFUELLT
from flask import Flask
from flask.testing import FlaskClient

from engine.queries.arbeitskorb import Korb

AsPerson = Callable[[str], FlaskClient]


def rows(page: str) -> list[str]:
    """Text of each row, without its tick."""
    page = re.sub(r'<td class="kern-table__cell hf-korb__wahl".*?</td>', "", page, flags=re.DOTALL)
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
        data={"aktion.ansicht": "korb=gruppe"},
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
        f"/aufgaben/{aufgabe_id}/uebernehmen", data={"aktion.ansicht": "korb=gruppe"}, follow_redirects=True
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
    # Akteur 3, Mandant 1 for the frame; calendar, numbers, rows 2, processes, notices, kept views for the page.
    assert with_one <= 12


def test_a_waiting_aufgabe_says_what_it_waits_for(amt, as_person: AsPerson, app: Flask) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    client.post(f"/aufgaben/{aufgabe_id}/beginnen")
    client.post(f"/aufgaben/{aufgabe_id}/unterbrechen", data={"aktion.wartegrund": "unterlagen"})
    [row] = rows(client.get("/arbeitskorb").text)
    assert row.startswith("◇ wartet")
    assert "Warten auf Unterlagen" in row


def ids(page: str) -> list[int]:
    """Aufgaben of the page in their order."""
    return [int(n) for n in re.findall(r'id="aufgabe-(\d+)"', page)]


@pytest.mark.parametrize("suche", ["00002", "bedarf 00002", "EINSCHÄTZEN 2026-00002", "klären%2000002"])
def test_every_word_of_a_search_has_to_stand_in_aktenzeichen_aufgabe_or_prozess(
    amt, as_person: AsPerson, suche: str
) -> None:
    _, second = amt.new_aufgabe(), amt.new_aufgabe()
    page = as_person("asd").get(f"/arbeitskorb?korb=gruppe&suche={suche}").text
    assert ids(page) == [second]
    assert "1 Aufgabe passt zu Suche und Filtern." in page


@pytest.mark.parametrize("suche", ["%25", "_", "00009", "\\", "%00x"])
def test_a_search_without_a_match_says_so_and_signs_of_the_database_mean_themselves(
    amt, as_person: AsPerson, suche: str
) -> None:
    amt.new_aufgabe()
    page = as_person("asd").get(f"/arbeitskorb?korb=gruppe&suche={suche}").text
    assert ids(page) == []
    assert "Nichts gefunden" in page


def test_filters_combine_and_the_sentence_still_counts_the_whole_korb(amt, as_person: AsPerson, uhr) -> None:
    late = amt.new_aufgabe()
    uhr.advance(days=4)
    amt.new_aufgabe()
    client = as_person("asd")
    page = client.get("/arbeitskorb?korb=gruppe&frist=ueberschritten").text
    assert ids(page) == [late]
    assert "1 überschritten" in page
    assert ids(client.get("/arbeitskorb?korb=gruppe&frist=ueberschritten&suche=00002").text) == []
    assert ids(client.get("/arbeitskorb?korb=gruppe&frist=ueberschritten&prozess=999").text) == []


def test_the_head_of_a_column_sorts_and_a_second_click_turns_round(amt, as_person: AsPerson) -> None:
    first, second = amt.new_aufgabe(), amt.new_aufgabe()
    client = as_person("asd")
    page = client.get("/arbeitskorb?korb=gruppe").text
    up = re.search(r'href="([^"]+)">Aktenzeichen', page).group(1).replace("&amp;", "&")
    page = client.get(up).text
    assert ids(page) == [first, second]
    assert 'aria-sort="ascending"' in page
    down = re.search(r'href="([^"]+)">Aktenzeichen', page).group(1).replace("&amp;", "&")
    page = client.get(down).text
    assert ids(page) == [second, first]
    assert 'aria-sort="descending"' in page


@pytest.mark.parametrize(
    "sortiere", ["frist", "-frist", "aktenzeichen,-eingang", "stand,aufgabe,prozess", "x,-,,frist"]
)
def test_every_order_can_be_asked_for(amt, as_person: AsPerson, sortiere: str) -> None:
    amt.new_aufgabe()
    for korb in Korb:
        assert as_person("asd").get(f"/arbeitskorb?korb={korb}&sortiere={sortiere}").status_code == 200


def test_several_aufgaben_are_taken_and_put_back_at_once(amt, as_person: AsPerson) -> None:
    tasks = [amt.new_aufgabe() for _ in range(3)]
    client = as_person("asd")
    answer = client.post(
        "/arbeitskorb/auswahl",
        data={"aufgabe": tasks, "aktion.art": "uebernehmen", "aktion.ansicht": "korb=gruppe"},
        follow_redirects=True,
    )
    assert "3 Aufgaben liegen jetzt bei Ihnen." in answer.text
    assert ids(client.get("/arbeitskorb").text) == tasks
    client.post("/arbeitskorb/auswahl", data={"aufgabe": tasks[:2], "aktion.art": "zuruecklegen"})
    assert ids(client.get("/arbeitskorb").text) == tasks[2:]


def test_of_a_selection_what_is_gone_is_said_and_the_rest_is_done(amt, as_person: AsPerson) -> None:
    gone, free, foreign = amt.new_aufgabe("asd2"), amt.new_aufgabe(), 987654
    answer = as_person("asd").post(
        "/arbeitskorb/auswahl",
        data={"aufgabe": [gone, free, foreign, "x", "-1"], "aktion.ansicht": "korb=gruppe&seite=3"},
        follow_redirects=True,
    )
    assert "1 Aufgabe liegt jetzt bei Ihnen." in answer.text
    assert "Übernehmen nicht möglich: Eine andere Person hat die Aufgabe übernommen." in answer.text
    assert [z.aufgabe_id for z in amt.korb("asd", Korb.MEINE).zeilen] == [free]


def test_nothing_selected_is_said_and_the_address_of_the_form_leads_nowhere_else(amt, as_person: AsPerson) -> None:
    client = as_person("asd")
    answer = client.post("/arbeitskorb/auswahl", data={"aktion.ansicht": "//boese.example/?korb=gruppe"})
    assert answer.status_code == 303
    assert answer.location == "/arbeitskorb"
    assert "Übernehmen nicht möglich: Es ist keine Aufgabe ausgewählt." in client.get("/arbeitskorb").text


def test_what_waits_and_what_is_done_have_their_own_lists(amt, as_person: AsPerson) -> None:
    waiting, done = amt.new_aufgabe(), amt.new_aufgabe()
    client = as_person("asd")
    client.post(f"/aufgaben/{waiting}/beginnen")
    client.post(f"/aufgaben/{waiting}/unterbrechen", data={"aktion.wartegrund": "unterlagen"})
    amt.complete("asd", done, {k: [v] for k, v in AUSGEFUELLT.items()})
    assert ids(client.get("/arbeitskorb?korb=wartet").text) == [waiting]
    assert ids(client.get("/arbeitskorb?korb=erledigt").text) == [done]
    assert ids(as_person("asd2").get("/arbeitskorb?korb=erledigt").text) == []
