"""Vertretung, taking over, giving on and Wiedervorlage on the pages: who may, who may only look, who must not know."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from aufgabenseite import AUSGEFUELLT, text_of
from flask.testing import FlaskClient

from engine.model import Aufgabe, Ereignis, Vertretung, Wiedervorlage
from engine.queries.arbeitskorb import Korb

AsPerson = Callable[[str], FlaskClient]


def ids(page: str) -> list[int]:
    return [int(n) for n in re.findall(r'id="aufgabe-(\d+)"', page)]


def enter(amt: Any, client: FlaskClient, hers: str, deputy: str, **more: str) -> Any:
    return client.post(
        "/arbeitskorb/vertretungen",
        data={
            "fuer": amt.akteur(hers).person_id,
            "vertreter": amt.akteur(deputy).person_id,
            "von": "15.6.26",
            "bis": "19.6.26",
        }
        | more,
        follow_redirects=True,
    )


def stored(amt: Any, kind: Any, key: int) -> Any:
    with amt.teile.reading() as session:
        return session.get_one(kind, key)


def test_who_stands_in_finds_the_aufgaben_under_their_tab_and_takes_them_iv(amt, as_person: AsPerson) -> None:
    task = amt.new_aufgabe("asd")
    page = enter(amt, as_person("asd"), "asd", "rand").text
    assert "Die Vertretung ist eingetragen." in page
    assert "Fr, 19.06.2026" in page
    client = as_person("rand")
    page = client.get("/arbeitskorb?korb=vertretung").text
    assert ids(page) == [task]
    assert "Übernehmen i. V." in page
    assert "Sie vertreten Alva Ahorn bis Fr, 19.06.2026." in page
    client.post(f"/aufgaben/{task}/uebernehmen", data={"aktion.ansicht": "korb=vertretung"})
    page = client.get(f"/aufgaben/{task}").text
    assert "bei mir · i. V. für Alva Ahorn" in page
    assert "i. V. bei Dario Efeu" in as_person("asd").get("/arbeitskorb").text
    done = client.post(f"/aufgaben/{task}/erledigen", data=AUSGEFUELLT, follow_redirects=True)
    assert "ist erledigt" in done.text
    with amt.teile.reading() as session:
        [row] = session.query(Ereignis).filter(Ereignis.art == "erledigt")
        assert row.daten["vertretung_fuer"] == amt.akteur("asd").person_id
    page = text_of(as_person("asd").get("/vorgaenge/1").text)
    assert "Bedarf einschätzen: erledigt ASD Mitte i. V." in page


def test_when_it_is_over_the_aufgabe_is_gone_for_who_stood_in(amt, as_person: AsPerson, uhr) -> None:
    task = amt.new_aufgabe("asd")
    enter(amt, as_person("asd"), "asd", "rand", bis="15.6.26")
    client = as_person("rand")
    client.post(f"/aufgaben/{task}/uebernehmen", data={"aktion.ansicht": ""})
    uhr.advance(hours=15)
    assert client.get(f"/aufgaben/{task}").status_code == 404
    assert client.post(f"/aufgaben/{task}/erledigen", data=AUSGEFUELLT).status_code == 404
    page = as_person("asd").get(f"/aufgaben/{task}").text
    assert "Zurückholen" in page


def test_the_lead_sets_it_for_her_team_and_others_learn_nothing(amt, as_person: AsPerson) -> None:
    assert "Die Vertretung ist eingetragen." in enter(amt, as_person("leitung"), "asd", "asd2").text
    assert "Alva Ahorn" in as_person("asd2").get("/arbeitskorb/vertretungen").text
    for kennung in ("rand", "fremd"):
        assert "Laufend und geplant" not in as_person(kennung).get("/arbeitskorb/vertretungen").text
        assert enter(amt, as_person(kennung), "asd", "asd2", von="1.7.26", bis="2.7.26").status_code == 404
        assert as_person(kennung).post("/arbeitskorb/vertretungen/1/beenden").status_code == 404
    assert as_person("prozesse").get("/arbeitskorb/vertretungen").status_code == 403
    as_person("asd").post("/arbeitskorb/vertretungen/1/beenden")
    assert stored(amt, Vertretung, 1).beendet_von == amt.akteur("asd").person_id


@pytest.mark.parametrize("more", [{"von": "gestern"}, {"bis": ""}, {"vertreter": "-1"}, {"vertreter": "9" * 30}])
def test_what_cannot_be_meant_is_said_at_its_field_and_stays_in_the_form(amt, as_person: AsPerson, more) -> None:
    answer = enter(amt, as_person("asd"), "asd", "asd2", **more)
    assert answer.status_code == 422
    assert f'id="fehler-{next(iter(more))}"' in answer.text
    assert 'value="19.6.26"' in answer.text or "bis" in more


def test_a_colleague_steps_in_with_a_reason_and_the_record_says_so(amt, as_person: AsPerson) -> None:
    task = amt.new_aufgabe("asd")
    client = as_person("asd2")
    refused = client.post(f"/aufgaben/{task}/einspringen", data={})
    assert (refused.status_code, "Der Grund fehlt" in refused.text) == (422, True)
    page = client.post(
        f"/aufgaben/{task}/einspringen", data={"aktion.weitergabegrund": "dringend"}, follow_redirects=True
    ).text
    assert "bei mir" in page
    assert "weitergegeben – weil die Sache nicht warten kann" in client.get("/vorgaenge/1").text
    assert "Auf Wiedervorlage legen" in client.get("/vorgaenge/1").text
    for kennung in ("leitung", "rand", "fremd"):
        answer = as_person(kennung).post(f"/aufgaben/{task}/einspringen", data={"aktion.weitergabegrund": "dringend"})
        assert answer.status_code == 404


def test_one_gives_on_delegates_and_gets_back(amt, as_person: AsPerson) -> None:
    task = amt.new_aufgabe("asd")
    anna, ben, other = as_person("asd"), as_person("asd2"), amt.akteur("asd2").person_id
    answer = anna.post(f"/aufgaben/{task}/delegieren", data={"aktion.person": other}, follow_redirects=True)
    assert "Delegiert." in answer.text
    assert ids(anna.get("/arbeitskorb?korb=wartet").text) == [task]
    assert "delegiert von Alva Ahorn" in ben.get("/arbeitskorb").text
    ben.post(f"/aufgaben/{task}/vorlegen")
    assert "zurück bei mir" in anna.get("/arbeitskorb").text
    anna.post(f"/aufgaben/{task}/weitergeben", data={"aktion.person": other, "aktion.weitergabegrund": "fachkunde"})
    assert stored(amt, Aufgabe, task).person_id == other
    assert anna.post(f"/aufgaben/{task}/weitergeben", data={"aktion.person": "x"}).status_code == 422


def test_the_lead_assigns_the_aufgaben_of_her_team_by_the_dozen(amt, as_person: AsPerson) -> None:
    tasks = [amt.new_aufgabe(), amt.new_aufgabe("asd")]
    client = as_person("leitung")
    page = client.get("/arbeitskorb?korb=team").text
    assert sorted(ids(page)) == tasks
    assert "Alva Ahorn" in page
    answer = client.post(
        "/arbeitskorb/auswahl",
        data={
            "aufgabe": tasks,
            "aktion.art": "weitergeben",
            "aktion.person": amt.akteur("asd2").person_id,
            "aktion.weitergabegrund": "ausgleich",
            "aktion.ansicht": "korb=team",
        },
        follow_redirects=True,
    )
    assert "2 Aufgaben sind weitergegeben." in answer.text
    assert sorted(z.aufgabe_id for z in amt.korb("asd2", Korb.MEINE).zeilen) == tasks
    assert ids(as_person("asd").get("/arbeitskorb?korb=team").text) == []


def test_without_names_no_colleague_is_named_and_it_is_remembered(amt, as_person: AsPerson) -> None:
    amt.new_aufgabe("asd2")
    client = as_person("asd")
    view = "korb=gruppe&stand=vergeben"
    assert "Bela Birke" in client.get(f"/arbeitskorb?{view}").text
    answer = client.post("/arbeitskorb/namen", data={"aktion.ansicht": view})
    assert answer.location == "/arbeitskorb?korb=gruppe&stand=vergeben"
    page = as_person("asd").get(f"/arbeitskorb?{view}").text
    assert "Bela Birke" not in page
    assert "einer anderen Person" in page


def test_a_wiedervorlage_comes_up_and_is_finished_by_whom_it_concerns(amt, as_person: AsPerson, uhr) -> None:
    task = amt.new_aufgabe("asd")
    client = as_person("asd")
    data = {"aktion.am": "18.6.26", "aktion.wiedervorlagegrund": "antwort"}
    client.post(f"/aufgaben/{task}/wiedervorlage", data=data)
    client.post("/vorgaenge/1/wiedervorlage", data=data | {"aktion.am": "1.7.26"})
    page = client.get("/arbeitskorb?korb=wiedervorlage").text
    assert "Später" in page
    assert "Jetzt dran" not in page
    uhr.advance(days=3)
    page = client.get("/arbeitskorb?korb=wiedervorlage").text
    assert "1 Wiedervorlage ist dran." in page
    for kennung, code in (("asd2", 404), ("rand", 404), ("fremd", 404), ("prozesse", 403)):
        assert as_person(kennung).post("/wiedervorlagen/1/erledigt").status_code == code
    assert "Ist die Antwort da?" not in as_person("asd2").get("/arbeitskorb?korb=wiedervorlage").text
    client.post("/wiedervorlagen/1/erledigt")
    assert stored(amt, Wiedervorlage, 1).erledigt_am is not None
    for wrong in ({"aktion.am": "gestern"}, {"aktion.am": ""}, {"aktion.wiedervorlagegrund": "Name des Kindes"}):
        assert client.post(f"/aufgaben/{task}/wiedervorlage", data=data | wrong).status_code == 422


def test_several_are_put_on_wiedervorlage_at_once(amt, as_person: AsPerson) -> None:
    tasks = [amt.new_aufgabe(), amt.new_aufgabe()]
    data = {"aufgabe": [*tasks, 999], "aktion.art": "wiedervorlage", "aktion.am": "30.6.26"}
    client = as_person("asd")
    missing = client.post("/arbeitskorb/auswahl", data=data, follow_redirects=True)
    assert "Der Grund fehlt" in missing.text
    data["aktion.wiedervorlagegrund"] = "pruefen"
    assert (
        "2 Aufgaben liegen auf Wiedervorlage."
        in client.post("/arbeitskorb/auswahl", data=data, follow_redirects=True).text
    )


def test_a_kept_view_is_found_again_with_its_number_and_shared_with_a_gruppe(amt, as_person: AsPerson) -> None:
    amt.new_aufgabe()
    client = as_person("asd")
    gruppe = amt.akteur("asd").mitglied[0].gruppe_id
    data = {"name": " Bedarf  heute ", "gruppe": gruppe, "aktion.ansicht": "korb=gruppe&suche=bedarf&seite=3"}
    assert "gespeichert: Bedarf heute." in client.post("/arbeitskorb/filter", data=data, follow_redirects=True).text
    for kennung in ("asd", "asd2"):
        page = as_person(kennung).get("/arbeitskorb").text
        assert re.search(
            r'href="/arbeitskorb\?korb=gruppe&amp;suche=bedarf">Bedarf heute <span class="hf-zahl">1<', page
        )
    for kennung in ("leitung", "rand", "fremd"):
        assert "Bedarf heute" not in as_person(kennung).get("/arbeitskorb").text
    for kennung in ("asd2", "fremd"):
        assert as_person(kennung).post("/arbeitskorb/filter/1/loeschen").status_code == 404
    for wrong in ({"name": ""}, {"name": "x" * 61}, {"gruppe": gruppe + 1}):
        assert "gespeichert:" not in client.post("/arbeitskorb/filter", data=data | wrong, follow_redirects=True).text
    client.post("/arbeitskorb/filter/1/loeschen")
    assert "Bedarf heute" not in client.get("/arbeitskorb").text


def test_after_completing_one_is_back_in_the_view_one_came_from(amt, as_person: AsPerson) -> None:
    task = amt.new_aufgabe("asd")
    client = as_person("asd")
    client.get("/arbeitskorb?sortiere=-aktenzeichen&je=50")
    assert client.post(f"/aufgaben/{task}/zuruecklegen").location == "/arbeitskorb?sortiere=-aktenzeichen&je=50"
