"""The page of an Aufgabe: what it shows to whom, and the way from claim to completion."""

from __future__ import annotations

import re

import pytest
from aufgabenseite import AUSGEFUELLT, AsPerson, events_of, status_of, text_of

from engine.model import Aufgabe, AufgabeStatus, Formularinhalt, Zugriff

# --- seeing ---------------------------------------------------------------------------------------------------------


def test_the_head_says_what_until_when_and_where(amt, as_person: AsPerson) -> None:
    text = text_of(as_person("asd").get(f"/aufgaben/{amt.new_aufgabe('asd')}").text)
    assert "Bedarf einschätzen ● in Frist · bis Do, 18.06.2026 · in 3 AT (3 AT ab 15.06.)" in text
    assert "51-2026-00001 Bedarf klären ASD Mitte bei mir bereit seit 09:00" in text
    assert (
        "Jetzt ▶ Bedarf einschätzen · ASD Danach möglich · ja: Hilfe freigeben · Leitung · nein: Familie beraten · ASD"
        in text
    )
    assert "Sprechen Sie zuerst mit der Familie." in text


def test_a_free_aufgabe_shows_what_is_asked_and_can_be_taken(amt, as_person: AsPerson) -> None:
    page = as_person("asd").get(f"/aufgaben/{amt.new_aufgabe()}").text
    assert "Das wird gefragt" in page
    assert "Wie ist die Lage?" in page
    assert 'name="lage"' not in page
    assert "Übernehmen und beginnen" in page
    assert "Erledigen" not in text_of(page)


def test_a_colleague_may_look_but_not_touch(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd2")
    client = as_person("asd")
    page = client.get(f"/aufgaben/{aufgabe_id}").text
    assert "Eine andere Person bearbeitet diese Aufgabe." in page
    assert 'name="lage"' not in page
    assert set(re.findall(r'formaction="[^"]*/(\w+)"', page)) == {"kommentar", "dokumente", "einspringen"}
    for handlung in ("beginnen", "fortsetzen", "zuruecklegen", "erledigen", "entwurf"):
        answer = client.post(f"/aufgaben/{aufgabe_id}/{handlung}", data=AUSGEFUELLT)
        assert answer.status_code == 409, handlung
        assert "Eine andere Person hat die Aufgabe übernommen." in answer.text
    assert events_of(amt, aufgabe_id) == ["bereit", "uebernommen"]


@pytest.mark.parametrize("kennung", ["leitung", "rand", "fremd"])
def test_people_outside_must_not_know_that_it_exists(amt, as_person: AsPerson, kennung: str) -> None:
    aufgabe_id = amt.new_aufgabe()
    client = as_person(kennung)
    missing = client.get("/aufgaben/999999")
    for handlung in ("uebernehmen", "beginnen", "erledigen", "entwurf", "zuruecklegen"):
        assert client.post(f"/aufgaben/{aufgabe_id}/{handlung}", data=AUSGEFUELLT).status_code == 404
    hidden = client.get(f"/aufgaben/{aufgabe_id}")
    assert hidden.status_code == missing.status_code == 404
    differing = re.compile(r'content="[^"]+"|value="[^"]+"|<strong>[0-9A-F]{8}</strong>')
    assert differing.sub("", hidden.text) == differing.sub("", missing.text)
    assert events_of(amt, aufgabe_id) == ["bereit"]


def test_every_look_is_recorded(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe()
    as_person("asd").get(f"/aufgaben/{aufgabe_id}")
    with amt.teile.reading() as session:
        assert session.query(Zugriff).filter(Zugriff.aufgabe_id == aufgabe_id, Zugriff.zweck == "aufgabe").count() == 1


def test_fields_carry_label_hint_duty_and_german_inputs(amt, as_person: AsPerson) -> None:
    page = as_person("asd").get(f"/aufgaben/{amt.new_aufgabe('asd')}").text
    assert re.search(r'<label class="kern-label" for="feld-lage">Wie ist die Lage\? <span[^>]*>Pflichtangabe', page)
    assert re.search(r'<textarea[^>]*id="feld-lage"[^>]*aria-describedby="feld-lage-hilfe"', page)
    assert re.search(r'<input[^>]*name="stunden"[^>]*inputmode="decimal"', page)
    assert 'type="number"' not in page
    assert "z. B. 1.6.26" in page
    assert re.search(r"<legend[^>]*>Wie dringlich ist es\? <span[^>]*>Pflichtangabe", page)
    assert re.search(r"<legend[^>]*>Ist die Hilfe geeignet\?", page)


# --- working --------------------------------------------------------------------------------------------------------


def test_from_claim_to_completion_every_time_is_recorded(amt, as_person: AsPerson, uhr) -> None:
    aufgabe_id = amt.new_aufgabe()
    client = as_person("asd")
    for handlung, daten in (
        ("uebernehmen", {}),
        ("beginnen", {}),
        ("unterbrechen", {"aktion.wartegrund": "familie"}),
        ("fortsetzen", {}),
        ("erledigen", AUSGEFUELLT),
    ):
        uhr.advance(minutes=10)
        assert client.post(f"/aufgaben/{aufgabe_id}/{handlung}", data=daten).status_code == 303, handlung
    assert events_of(amt, aufgabe_id) == [
        "bereit",
        "uebernommen",
        "begonnen",
        "unterbrochen",
        "fortgesetzt",
        "erledigt",
    ]
    assert status_of(amt, aufgabe_id) == AufgabeStatus.ERLEDIGT


def test_completing_leads_on_in_the_vorgang_when_the_next_step_is_mine(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    answer = as_person("asd").post(
        f"/aufgaben/{aufgabe_id}/erledigen",
        data={**AUSGEFUELLT, "entscheidung_geeignet": "fluss_nein"},
        follow_redirects=True,
    )
    assert "„Bedarf einschätzen“ ist erledigt. Das ist der nächste Schritt in diesem Vorgang." in answer.text
    assert '<h1 class="hf-h1">Familie beraten</h1>' in answer.text


def test_completing_leads_to_the_arbeitskorb_when_others_go_on(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    answer = as_person("asd").post(f"/aufgaben/{aufgabe_id}/erledigen", data=AUSGEFUELLT, follow_redirects=True)
    assert "„Bedarf einschätzen“ ist erledigt. Weiter bei: Leitung Mitte." in answer.text
    assert answer.request.path == "/arbeitskorb"


def test_the_last_aufgabe_says_that_the_vorgang_is_over(amt, as_person: AsPerson) -> None:
    first = amt.new_aufgabe("asd")
    as_person("asd").post(f"/aufgaben/{first}/erledigen", data=AUSGEFUELLT)
    second = amt.aufgabe(1, "freigeben").id
    client = as_person("leitung")
    client.post(f"/aufgaben/{second}/uebernehmen")
    answer = client.post(f"/aufgaben/{second}/erledigen", data={"vermerk": ""}, follow_redirects=True)
    assert "Damit ist der Vorgang abgeschlossen." in answer.text


def test_what_earlier_steps_gave_is_shown_and_what_is_protected_is_stored_apart(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    as_person("asd").post(f"/aufgaben/{aufgabe_id}/erledigen", data=AUSGEFUELLT)
    with amt.teile.reading() as session:
        vorgang = session.get_one(Aufgabe, aufgabe_id)
        row = session.query(Formularinhalt).filter(Formularinhalt.aufgabe_id == aufgabe_id).one()
        from engine.model import Vorgang

        variables = session.get_one(Vorgang, vorgang.vorgang_id).variablen
    assert variables["dringlichkeit"] == "bald"
    assert variables["stunden"] == 7.5
    assert "lage" not in variables
    assert row.datenklasse == "S1"
    assert b"Familie" not in row.geheimtext


def test_a_second_completion_changes_nothing_and_says_so(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    client.post(f"/aufgaben/{aufgabe_id}/erledigen", data=AUSGEFUELLT)
    answer = client.post(f"/aufgaben/{aufgabe_id}/erledigen", data=AUSGEFUELLT)
    assert answer.status_code == 409
    assert "Die Aufgabe ist schon abgeschlossen." in answer.text
    assert "wurde nicht gespeichert" not in answer.text
    assert events_of(amt, aufgabe_id).count("erledigt") == 1


def test_sending_back_needs_reason_and_step_and_gives_it_to_whoever_did_it(amt, as_person: AsPerson) -> None:
    first = amt.new_aufgabe("asd")
    as_person("asd").post(f"/aufgaben/{first}/erledigen", data=AUSGEFUELLT)
    second = amt.aufgabe(1, "freigeben").id
    client = as_person("leitung")
    client.post(f"/aufgaben/{second}/uebernehmen")
    assert "Unterlagen oder Angaben unvollständig (W05)" in client.get(f"/aufgaben/{second}").text

    refused = client.post(f"/aufgaben/{second}/zurueckgeben", data={"aktion.ziel": "bedarf_einschaetzen"})
    assert refused.status_code == 422
    assert "Zurückgeben nicht möglich: Der Grund fehlt." in refused.text
    nowhere = client.post(f"/aufgaben/{second}/zurueckgeben", data={"aktion.rueckgabegrund": "W05", "aktion.ziel": "x"})
    assert nowhere.status_code == 422

    answer = client.post(
        f"/aufgaben/{second}/zurueckgeben",
        data={"aktion.rueckgabegrund": "W05", "aktion.ziel": "bedarf_einschaetzen"},
        follow_redirects=True,
    )
    assert "Zurückgegeben an „Bedarf einschätzen“." in answer.text
    assert "zurück bei mir" in as_person("asd").get("/arbeitskorb").text
    again = as_person("asd").get(f"/aufgaben/{amt.aufgabe(1).id}").text
    assert "2. Durchgang" in again
    assert re.search(r'value="bald" checked', again)


def test_putting_back_frees_it_for_the_others(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    answer = as_person("asd").post(f"/aufgaben/{aufgabe_id}/zuruecklegen", follow_redirects=True)
    assert "„Bedarf einschätzen“ liegt wieder im Gruppenkorb." in answer.text
    assert events_of(amt, aufgabe_id) == ["bereit", "uebernommen", "zurueckgelegt"]
    assert "Bedarf einschätzen" in as_person("asd2").get("/arbeitskorb?korb=gruppe").text
