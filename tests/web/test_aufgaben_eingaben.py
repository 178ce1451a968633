"""The page of an Aufgabe: nothing typed is lost, drafts, attacks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from aufgabenseite import AUSGEFUELLT, AsPerson, drafts, events_of, inputs_of, status_of, text_of
from flask import Flask

from engine.model import AufgabeStatus, EreignisArt, Formularinhalt

# --- nothing typed is lost ------------------------------------------------------------------------------------------


def test_a_refused_completion_keeps_every_input_and_names_every_problem(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    typed = {
        "lage": "",
        "termin": "31.2.26",
        "stunden": "7,55",
        "einwilligung": ["", "true"],
        "beteiligt": ["", "schule", "kita"],
    }
    answer = as_person("asd").post(f"/aufgaben/{aufgabe_id}/erledigen", data=typed)
    assert answer.status_code == 422
    page = answer.text
    summary = re.findall(r'href="#(feld-[a-z_]+)">([^<]+)<', page)
    assert [key for key, _ in summary] == [
        "feld-lage",
        "feld-termin",
        "feld-dringlichkeit",
        "feld-stunden",
        "feld-entscheidung_geeignet",
    ]
    assert dict(summary)["feld-lage"] == "Wie ist die Lage? – Bitte füllen Sie dieses Feld aus."
    for key, _ in summary:
        assert f'id="{key}"' in page
    shown = inputs_of(page)
    assert shown["termin"] == "31.2.26"
    assert shown["stunden"] == "7,55"
    assert shown.getlist("beteiligt") == ["", "schule", "kita"]
    assert shown.getlist("einwilligung") == ["", "true"]
    assert re.search(r'id="feld-termin"[^>]*aria-invalid="true"', page)
    assert status_of(amt, aufgabe_id) == AufgabeStatus.UEBERNOMMEN


def test_an_unticked_box_stays_unticked_after_a_refusal(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    client.post(f"/aufgaben/{aufgabe_id}/entwurf", data={"einwilligung": ["", "true"]})
    assert inputs_of(client.get(f"/aufgaben/{aufgabe_id}").text).getlist("einwilligung") == ["", "true"]
    answer = client.post(f"/aufgaben/{aufgabe_id}/erledigen", data={"einwilligung": [""]})
    assert inputs_of(answer.text).getlist("einwilligung") == [""]


def test_markup_that_was_typed_is_shown_as_text(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    evil = '</textarea><script>alert("x")</script>'
    answer = as_person("asd").post(f"/aufgaben/{aufgabe_id}/erledigen", data={"lage": evil, "termin": '"><b>'})
    assert "<script>alert" not in answer.text
    assert '"><b>' not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_whoever_lost_the_aufgabe_meanwhile_gets_the_typed_words_back(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    client.post(f"/aufgaben/{aufgabe_id}/zuruecklegen")
    as_person("asd2").post(f"/aufgaben/{aufgabe_id}/uebernehmen")
    answer = client.post(f"/aufgaben/{aufgabe_id}/erledigen", data=AUSGEFUELLT)
    assert answer.status_code == 409
    text = text_of(answer.text)
    assert "Was Sie eingegeben haben, wurde nicht gespeichert. Hier steht es zum Kopieren." in text
    assert "Wie ist die Lage? Die Familie braucht Entlastung." in text
    assert "Wie dringlich ist es? in den nächsten Wochen" in text


def test_an_old_token_keeps_what_was_typed(app: Flask, amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    app.config["WTF_CSRF_ENABLED"] = True
    answer = as_person("asd").post(f"/aufgaben/{aufgabe_id}/erledigen", data={**AUSGEFUELLT, "csrf_token": "alt"})
    assert answer.status_code == 400
    assert "Ihre Eingaben stehen noch da" in answer.text
    assert inputs_of(answer.text)["lage"] == AUSGEFUELLT["lage"]
    assert status_of(amt, aufgabe_id) == AufgabeStatus.UEBERNOMMEN


# --- drafts ---------------------------------------------------------------------------------------------------------


def test_the_draft_is_saved_by_script_begins_the_aufgabe_and_comes_back(amt, as_person: AsPerson, uhr) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    uhr.advance(minutes=31)
    answer = client.post(
        f"/aufgaben/{aufgabe_id}/entwurf",
        data={"lage": "halb fer", "termin": "22.", "boese": "x", "aktion.stand": "y"},
        headers={"Accept": "application/json"},
    )
    assert answer.json == {"gespeichert": "09:31"}
    page = client.get(f"/aufgaben/{aufgabe_id}").text
    assert "Entwurf gespeichert 09:31" in page
    assert inputs_of(page)["lage"] == "halb fer"
    assert inputs_of(page)["termin"] == "22."
    assert events_of(amt, aufgabe_id) == ["bereit", "uebernommen", "begonnen"]


def test_the_draft_works_without_script_too(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    answer = as_person("asd").post(f"/aufgaben/{aufgabe_id}/entwurf", data={"lage": "da"}, follow_redirects=True)
    assert "Entwurf gespeichert 09:00" in answer.text


def test_leaving_the_form_by_another_button_keeps_what_was_typed(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    client.post(f"/aufgaben/{aufgabe_id}/beginnen")
    form = inputs_of(client.get(f"/aufgaben/{aufgabe_id}").text)
    form["lage"] = "schon getippt"
    form["aktion.wartegrund"] = "traeger"
    page = client.post(f"/aufgaben/{aufgabe_id}/unterbrechen", data=form, follow_redirects=True).text
    assert "Unterbrochen: Warten auf den Träger. Die Frist läuft weiter." in page
    assert inputs_of(page)["lage"] == "schon getippt"


def test_pressing_a_button_without_typing_stores_no_draft(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    form = inputs_of(client.get(f"/aufgaben/{aufgabe_id}").text)
    client.post(f"/aufgaben/{aufgabe_id}/zuruecklegen", data=form)
    assert drafts(amt, aufgabe_id) == 0
    assert events_of(amt, aufgabe_id) == ["bereit", "uebernommen", "zurueckgelegt"]


def test_a_saved_draft_shown_again_counts_as_untouched(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    client.post(f"/aufgaben/{aufgabe_id}/entwurf", data={**AUSGEFUELLT, "lage": "erste\r\nzweite Zeile "})
    with amt.teile.reading() as session:
        before = session.query(Formularinhalt.geheimtext).filter(Formularinhalt.aufgabe_id == aufgabe_id).scalar()
    form = inputs_of(client.get(f"/aufgaben/{aufgabe_id}").text)
    form["lage"] = form["lage"].replace("\n", "\r\n")
    form["aktion.wartegrund"] = "termin"
    assert client.post(f"/aufgaben/{aufgabe_id}/unterbrechen", data=form).status_code == 303
    with amt.teile.reading() as session:
        after = session.query(Formularinhalt.geheimtext).filter(Formularinhalt.aufgabe_id == aufgabe_id).scalar()
    assert after == before


def test_a_refused_draft_tells_the_script_why(amt, as_person: AsPerson) -> None:
    json = {"Accept": "application/json"}
    aufgabe_id = amt.new_aufgabe("asd2")
    answer = as_person("asd").post(f"/aufgaben/{aufgabe_id}/entwurf", data={"lage": "x"}, headers=json)
    assert answer.status_code == 409
    assert "Eine andere Person" in answer.json["fehler"]
    assert as_person("rand").post(f"/aufgaben/{aufgabe_id}/entwurf", headers=json).status_code == 404


# --- attacks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "daten",
    [
        {"lage": ["a", "b", "c"], "dringlichkeit": "gibtsnicht", "entscheidung_geeignet": "fluss_1"},
        {"lage": "x" * 400_000, "stunden": "9" * 5000},
        {f"feld{n}": "x" for n in range(900)},
        {"lage": "\0\0", "termin": "99.99.9999", "stunden": "NaN", "beteiligt": ["drop table"]},
        {"eingang": "2020-01-01", "person_id": "1", "status": "erledigt"},
    ],
    ids=["zu viele Werte", "zu lang", "zu viele Felder", "Unsinn", "fremde Felder"],
)
def test_hostile_forms_are_refused_and_change_nothing(amt, as_person: AsPerson, daten: dict[str, Any]) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    answer = as_person("asd").post(f"/aufgaben/{aufgabe_id}/erledigen", data=daten)
    assert answer.status_code == 422
    assert status_of(amt, aufgabe_id) == AufgabeStatus.UEBERNOMMEN


def test_too_large_a_form_is_told_so(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    answer = as_person("asd").post(f"/aufgaben/{aufgabe_id}/erledigen", data={"lage": "x" * 25_000_000})
    assert answer.status_code == 413


def test_reasons_that_do_not_exist_are_refused(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    client.post(f"/aufgaben/{aufgabe_id}/beginnen")
    for grund in ("", "urlaub", "FAMILIE"):
        answer = client.post(f"/aufgaben/{aufgabe_id}/unterbrechen", data={"aktion.wartegrund": grund, "lage": "da"})
        assert answer.status_code == 422
        assert "Unterbrechen nicht möglich: Der Grund fehlt." in answer.text
        assert inputs_of(answer.text)["lage"] == "da"


@pytest.mark.parametrize("handlung", ["uebernehmen", "beginnen", "erledigen", "entwurf", "zurueckgeben"])
def test_nothing_changes_by_following_a_link(amt, as_person: AsPerson, handlung: str) -> None:
    aufgabe_id = amt.new_aufgabe()
    assert as_person("asd").get(f"/aufgaben/{aufgabe_id}/{handlung}").status_code == 405
    assert events_of(amt, aufgabe_id) == [EreignisArt.BEREIT.value]


def test_a_free_aufgabe_with_known_values_can_be_begun_from_its_page(amt, as_person: AsPerson) -> None:
    first = amt.new_aufgabe("asd")
    as_person("asd").post(f"/aufgaben/{first}/erledigen", data=AUSGEFUELLT)
    second = amt.aufgabe(1, "freigeben").id
    chef = as_person("leitung")
    chef.post(f"/aufgaben/{second}/uebernehmen")
    chef.post(
        f"/aufgaben/{second}/zurueckgeben", data={"aktion.rueckgabegrund": "W06", "aktion.ziel": "bedarf_einschaetzen"}
    )
    again = amt.aufgabe(1).id
    as_person("asd").post(f"/aufgaben/{again}/uebernehmen")
    as_person("asd").post(f"/aufgaben/{again}/zuruecklegen")

    client = as_person("asd2")
    page = client.get(f"/aufgaben/{again}").text
    assert "Wie dringlich ist es?: <strong>in den nächsten Wochen</strong>" in page
    assert client.post(f"/aufgaben/{again}/beginnen", data=inputs_of(page)).status_code == 303
    assert status_of(amt, again) == AufgabeStatus.BEGONNEN
