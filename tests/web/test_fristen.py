"""Deadlines as a list, a month, a calendar file and a subscription: who sees which, and what a calendar is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar, Event

from engine.commands import wiedervorlagen
from engine.model import Aufgabe, Beschluss, Kalenderabo, Mitgliedschaft, Person, Wiedervorlagegrund

AsPerson = Callable[[str], FlaskClient]
#: three working days after a Monday
FAELLIG = date(2026, 6, 18)
AUSGEFUELLT = {
    "lage": ["Die Familie braucht Entlastung."],
    "dringlichkeit": ["bald"],
    "entscheidung_geeignet": ["fluss_ja"],
}


def events(answer: Any) -> list[Event]:
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/calendar"
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def subscribe(client: FlaskClient, umfang: str = "korb") -> str:
    page = client.post("/fristen/abo", data={"umfang": umfang}).text
    [address] = re.findall(r"http://localhost(/kalender/[\w-]+\.ics)", page)
    return str(address)


def test_the_list_shows_deadlines_to_those_who_may_see_the_vorgang(as_person: AsPerson, amt: Any) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    [aktenzeichen] = re.findall(r"51-2026-\d+", as_person("asd").get("/fristen").text)[:1]
    assert "bis Do, 18.06. · in 3 AT" in as_person("asd").get("/fristen").text
    # A colleague of the Gruppe sees it among all that she may see, not among what is hers or free.
    assert aktenzeichen not in as_person("asd2").get("/fristen").text
    assert aktenzeichen in as_person("asd2").get("/fristen?umfang=alle").text
    assert aktenzeichen in as_person("leitung").get("/fristen?umfang=alle").text
    for kennung in ("rand", "fremd"):
        assert aktenzeichen not in as_person(kennung).get("/fristen?umfang=alle").text
        assert as_person(kennung).get(f"/fristen/aufgabe-{aufgabe_id}.ics").status_code == 404
    assert as_person("controlling").get("/fristen").status_code == 403
    assert as_person("controlling").get(f"/fristen/aufgabe-{aufgabe_id}.ics").status_code == 403


def test_the_list_can_be_narrowed_by_kind_and_period(as_person: AsPerson, amt: Any, uhr: Any) -> None:
    amt.new_aufgabe("asd")
    client = as_person("asd")
    assert "51-2026" in client.get("/fristen?art=standard").text
    assert "Nichts fällig" in client.get("/fristen?art=gesetzlich").text
    uhr.advance(days=-20)
    assert "Nichts fällig" in client.get("/fristen?tage=7").text
    assert "51-2026" in client.get("/fristen?tage=30").text
    assert "51-2026" in client.get("/fristen?tage=99999999999&art=%00&umfang=';--&monat=2026-13").text


def test_the_month_shows_each_deadline_in_its_day(as_person: AsPerson, amt: Any) -> None:
    amt.new_aufgabe("asd")
    page = as_person("asd").get("/fristen?monat=2026-06").text
    cell = re.search(r'<time datetime="2026-06-18">.*?</td>', page, re.DOTALL)
    assert cell
    assert "51-2026" in cell.group()
    assert "Fronleichnam" in page
    assert "51-2026" not in as_person("asd").get("/fristen?monat=2026-07").text
    assert 'href="/fristen?umfang=korb&amp;tage=30&amp;monat=2026-05"' in page


@pytest.mark.parametrize("monat", ["2026-00", "9999-12", "0000-01", "2026", "x" * 500, "²-1"])
def test_a_month_that_does_not_exist_is_the_list(as_person: AsPerson, monat: str) -> None:
    assert "aria-current=page>Liste" in as_person("asd").get("/fristen", query_string={"monat": monat}).text


def more(amt: Any, aufgabe_id: int) -> int:
    """A Wiedervorlage of asd for Friday, and a Beschluss for Thursday that somebody wrote down; id of the Vorgang."""
    vorgang_id = amt.teile.run(lambda s: s.get_one(Aufgabe, aufgabe_id)).vorgang_id
    akteur, grund = amt.akteur("asd"), Wiedervorlagegrund.ANTWORT
    with amt.teile.transaction() as session:
        wiedervorlagen.set_wiedervorlage(
            session, akteur, vorgang_id, am=FAELLIG + timedelta(days=1), grund=grund, now=amt.uhr.jetzt
        )
    amt.complete("asd", aufgabe_id, AUSGEFUELLT)
    with amt.teile.transaction() as session:
        session.add(
            Beschluss(
                mandant_id=akteur.mandant_id,
                orga_einheit_id=session.get_one(Aufgabe, aufgabe_id).orga_einheit_id,
                vorgang_id=vorgang_id,
                aufgabe_id=aufgabe_id,
                liste="beschluesse",
                nr=1,
                termin=FAELLIG,
            )
        )
    return int(vorgang_id)


def test_wiedervorlagen_and_beschluesse_stand_among_the_deadlines(as_person: AsPerson, amt: Any) -> None:
    more(amt, amt.new_aufgabe("asd"))
    client = as_person("asd")
    page = client.get("/fristen").text
    assert "Ist die Antwort da?" in page and "Bedarf einschätzen · Beschluss 1" in page
    assert "Bedarf einschätzen" not in client.get("/fristen?art=wiedervorlage").text
    assert "Ist die Antwort da?" not in client.get("/fristen?art=beschluss").text
    month = client.get("/fristen?monat=2026-06").text
    for day, word in (("18", "Beschlusses"), ("19", "Wiedervorlage")):
        cell = re.search(rf'<time datetime="2026-06-{day}">.*?</td>', month, re.DOTALL)
        assert cell and word in cell.group()
    # The head may see the Vorgang and its Beschluss, a stranger knows of nothing.
    head = as_person("leitung").get("/fristen?umfang=alle").text
    assert "Beschluss 1" in head and "Ist die Antwort da?" not in head
    for kennung in ("rand", "fremd"):
        page = as_person(kennung).get("/fristen?umfang=alle").text
        assert "Beschluss 1" not in page and "Ist die Antwort da?" not in page


def test_a_calendar_names_wiedervorlagen_and_beschluesse_by_kind_alone(as_person: AsPerson, amt: Any) -> None:
    vorgang_id = more(amt, amt.new_aufgabe("asd"))
    address = subscribe(as_person("asd"))
    answer = as_person("asd").application.test_client().get(address)
    by_kind = {event["summary"].split()[0]: event for event in events(answer)}
    assert by_kind["Wiedervorlage"].decoded("dtstart") == FAELLIG + timedelta(days=1)
    assert by_kind["Beschluss"]["uid"].startswith(f"beschluss-{vorgang_id}-")
    assert [by_kind[kind]["status"] for kind in ("Beschluss", "Wiedervorlage")] == ["CONFIRMED", "CONFIRMED"]
    for geheim in ("Ahorn", "Antwort", "ASD", "Entlastung"):
        assert geheim not in answer.text


def test_the_number_of_statements_does_not_grow(as_person: AsPerson, amt: Any, statements: list[str]) -> None:
    client = as_person("asd")
    counts = []
    for _ in range(2):
        more(amt, amt.new_aufgabe("asd"))
        amt.new_aufgabe()
        statements.clear()
        client.get("/fristen?umfang=alle")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8


def test_a_calendar_file_names_the_aktenzeichen_and_nothing_else(as_person: AsPerson, amt: Any) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    answer = as_person("asd").get(f"/fristen/aufgabe-{aufgabe_id}.ics")
    [event] = events(answer)
    assert event["uid"] == f"aufgabe-{aufgabe_id}@kleinstadt.hilfefluss"
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (FAELLIG, FAELLIG + timedelta(days=1))
    assert re.fullmatch(r"Frist 51-2026-\d+", event["summary"])
    assert (event["status"], event["transp"]) == ("CONFIRMED", "TRANSPARENT")
    for geheim in ("Ahorn", "Bedarf", "ASD"):
        assert geheim not in answer.text
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n")), "RFC 5545: folded lines"


def test_a_calendar_hears_that_something_is_done(as_person: AsPerson, amt: Any, uhr: Any) -> None:
    address = subscribe(as_person("asd"))
    outside = as_person("asd").application.test_client()
    aufgabe_id = amt.new_aufgabe()
    [before] = events(outside.get(address))
    amt.complete("asd", aufgabe_id, AUSGEFUELLT)
    uhr.advance(hours=1)
    [after] = [e for e in events(outside.get(address)) if e["uid"] == before["uid"]]
    assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")
    assert after["sequence"] > before["sequence"]
    uhr.advance(days=15)
    assert before["uid"] not in {e["uid"] for e in events(outside.get(address))}


def test_what_somebody_else_took_is_taken_out_of_my_calendar(as_person: AsPerson, amt: Any) -> None:
    address = subscribe(as_person("asd"))
    outside = as_person("asd").application.test_client()
    aufgabe_id = amt.new_aufgabe()
    assert [e["status"] for e in events(outside.get(address))] == ["CONFIRMED"]
    amt.claim("asd2", aufgabe_id)
    assert [e["status"] for e in events(outside.get(address))] == ["CANCELLED"]


def test_an_address_shows_what_was_asked_for(as_person: AsPerson, amt: Any) -> None:
    amt.new_aufgabe()
    mine = amt.new_aufgabe("asd")
    outside = as_person("asd").application.test_client()
    assert len(events(outside.get(subscribe(as_person("asd"), "korb")))) == 2
    assert [e["uid"].split("@")[0] for e in events(outside.get(subscribe(as_person("asd"), "meine")))] == [
        f"aufgabe-{mine}"
    ]
    assert events(outside.get(subscribe(as_person("fremd"), "alle"))) == []


def test_an_address_ends_with_the_next_one_when_it_is_closed_and_with_the_account(
    app: Flask, as_person: AsPerson, amt: Any
) -> None:
    client, outside = as_person("asd"), app.test_client()
    first = subscribe(client)
    second = subscribe(client)
    assert first != second
    assert outside.get(first).status_code == 404
    assert outside.get(second).status_code == 200
    assert second.rpartition("/")[2] not in client.get("/fristen/abo").text, "shown once"
    client.post("/fristen/abo/beenden")
    assert outside.get(second).status_code == 404
    third = subscribe(client)
    with amt.teile.transaction() as session:
        session.query(Person).filter(Person.kennung == "asd").update({"aktiv": False})
    assert outside.get(third).status_code == 404


def test_an_address_shows_only_what_its_person_may_see_today(app: Flask, as_person: AsPerson, amt: Any) -> None:
    amt.new_aufgabe()
    address = subscribe(as_person("asd"))
    with amt.teile.transaction() as session:
        person_id = session.query(Person.id).filter(Person.kennung == "asd").scalar()
        session.query(Mitgliedschaft).filter(Mitgliedschaft.person_id == person_id).delete()
    assert app.test_client().get(address).status_code == 404


def test_the_word_of_an_address_is_neither_stored_nor_logged(
    app: Flask, as_person: AsPerson, amt: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    address = subscribe(as_person("asd"))
    word = address.rpartition("/")[2].removesuffix(".ics")
    app.test_client().get(address)
    logged = capsys.readouterr()
    assert "/kalender/<wort>.ics" in logged.out
    assert word not in logged.out + logged.err
    with amt.teile.reading() as session:
        assert word not in session.query(Kalenderabo.pruefsumme).scalar()


@pytest.mark.parametrize("wort", ["x", "%00", "../anmelden", "a" * 5000, "'%20or%201=1"])
def test_a_guessed_address_does_not_exist(app: Flask, wort: str) -> None:
    assert app.test_client().get(f"/kalender/{wort}.ics").status_code == 404


def test_a_deadline_with_an_hour_is_an_instant(as_person: AsPerson, amt: Any, uhr: Any) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    with amt.teile.transaction() as session:
        session.query(Aufgabe).update({"frist_am": uhr.jetzt + timedelta(hours=24), "frist_art": "gesetzlich"})
    [event] = events(as_person("asd").get(f"/fristen/aufgabe-{aufgabe_id}.ics"))
    assert event.decoded("dtstart") == uhr.jetzt + timedelta(hours=24)
    assert event["description"] == "gesetzliche Frist"
