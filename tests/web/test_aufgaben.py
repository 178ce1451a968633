from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from engine.model import Aufgabe, AufgabeStatus, Ereignis, EreignisArt, Formularinhalt, Zugriff

AsPerson = Callable[[str], FlaskClient]

AUSGEFUELLT = {
    "lage": "Die Familie braucht Entlastung.",
    "termin": "22.6.26",
    "dringlichkeit": "bald",
    "stunden": "7,5",
    "einwilligung": ["", "true"],
    "beteiligt": ["", "kita"],
    "entscheidung_geeignet": "fluss_ja",
}


def text_of(page: str) -> str:
    body = re.sub(r"<(script|style|title)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).strip()


def inputs_of(page: str) -> MultiDict[str, str]:
    """What a browser would send for the form as it is shown."""
    form = page[page.index('<form class="hf-aufgabe"') :]
    found: MultiDict[str, str] = MultiDict()
    for tag in re.finditer(r"<input\b[^>]*>|<textarea\b[^>]*>(.*?)</textarea>|<select\b.*?</select>", form, re.DOTALL):
        html = tag.group()
        name = re.search(r'\bname="([^"]*)"', html)
        if not name:
            continue
        if html.startswith("<textarea"):
            found.add(name.group(1), (tag.group(1) or "").removeprefix("\n"))
        elif html.startswith("<select"):
            chosen = re.search(r'<option value="([^"]*)"[^>]* selected', html)
            found.add(name.group(1), chosen.group(1) if chosen else "")
        elif not re.search(r'type="(checkbox|radio)"', html) or " checked" in html:
            value = re.search(r'\bvalue="([^"]*)"', html)
            found.add(name.group(1), value.group(1) if value else "")
    found.poplist("csrf_token")
    return found


def status_of(amt: Any, aufgabe_id: int) -> str:
    with amt.teile.reading() as session:
        return session.get_one(Aufgabe, aufgabe_id).status


def events_of(amt: Any, aufgabe_id: int) -> list[str]:
    with amt.teile.reading() as session:
        rows = session.query(Ereignis.art).filter(Ereignis.aufgabe_id == aufgabe_id).order_by(Ereignis.id)
        return [row.art for row in rows]


def drafts(amt: Any, aufgabe_id: int) -> int:
    with amt.teile.reading() as session:
        wanted = Formularinhalt.aufgabe_id == aufgabe_id, Formularinhalt.entwurf.is_(True)
        return session.query(Formularinhalt).filter(*wanted).count()


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
    assert "formaction" not in page
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
