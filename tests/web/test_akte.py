"""Kommentare, Dokumente, undo, withdrawal, paper: for those who may, who may look, and who must not know."""

from __future__ import annotations

import io
import re

import pytest
import zeilenformular
from aufgabenseite import AUSGEFUELLT, AsPerson, inputs_of, status_of, text_of

from engine.model import Aufgabe, Dokument, Formularinhalt, Vorgang, Zugriff

PDF = b"%PDF-1.7\n%%EOF"


def datei(name: str = "Brief.pdf", daten: bytes = PDF, feld: str = "aktion.datei", **mehr: str) -> dict[str, object]:
    return {feld: (io.BytesIO(daten), name), "aktion.klasse": "S2", **mehr}


def test_a_kommentar_is_written_on_either_page_and_read_on_both(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    answer = client.post(f"/aufgaben/{aufgabe_id}/kommentar", data={"aktion.kommentar": "Bitte <b>anrufen</b>"})
    assert answer.headers["Location"].endswith(f"/aufgaben/{aufgabe_id}#kommentare")
    assert client.post("/vorgaenge/1/kommentare", data={"aktion.kommentar": "Erledigt"}).status_code == 303
    for page in (f"/aufgaben/{aufgabe_id}", "/vorgaenge/1", "/vorgaenge/1/druck"):
        text = as_person("asd2").get(page).text
        assert "Bitte &lt;b&gt;anrufen&lt;/b&gt;" in text and "Erledigt" in text, page
    empty = client.post(f"/aufgaben/{aufgabe_id}/kommentar", data={"aktion.kommentar": " "})
    assert empty.status_code == 422 and 'id="feld-kommentar-fehler"' in empty.text


def test_a_kommentar_half_typed_is_kept_by_every_button(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    client.post(f"/aufgaben/{aufgabe_id}/erledigen", data={**AUSGEFUELLT, "aktion.kommentar": "Rückruf am Montag"})
    assert status_of(amt, aufgabe_id) == "erledigt"
    assert "Rückruf am Montag" in client.get("/vorgaenge/1").text


def test_a_file_is_attached_downloaded_with_safe_headers_and_deleted(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    data = datei("Bericht Größe.pdf", lage="halb getippt")
    assert client.post(f"/aufgaben/{aufgabe_id}/dokumente", data=data).status_code == 303
    page = client.get(f"/aufgaben/{aufgabe_id}").text
    assert "Bericht Größe.pdf" in page and "ohne Virenprüfung" in page and "halb getippt" in page
    got = client.get("/vorgaenge/1/dokumente/1")
    assert got.data == PDF
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Cache-Control"] == "no-store"
    with amt.teile.reading() as session:
        assert session.query(Zugriff).filter(Zugriff.art == "herunterladen").count() == 1
    assert as_person("asd2").post("/vorgaenge/1/dokumente/1/loeschen").status_code == 409
    gone = client.post("/vorgaenge/1/dokumente/1/loeschen", data={"aktion.aufgabe": str(aufgabe_id)})
    assert gone.status_code == 303
    with amt.teile.reading() as session:
        assert session.query(Dokument).count() == 0


@pytest.mark.parametrize(
    ("name", "daten", "wort"),
    [
        ("x.exe", b"MZ\x90\x00", "keine Datei der erlaubten Arten"),
        ("x.pdf", b"GIF89a", "passt nicht zum Inhalt"),
        ("", b"", "keine Datei gewählt"),
    ],
)
def test_a_wrong_file_is_refused_in_words_and_nothing_typed_is_lost(
    amt, as_person: AsPerson, name: str, daten: bytes, wort: str
) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    data = datei(name, daten, lage="bleibt stehen")
    answer = as_person("asd").post(f"/aufgaben/{aufgabe_id}/dokumente", data=data)
    assert answer.status_code == 422
    assert wort in answer.text and "bleibt stehen" in answer.text
    assert as_person("asd").post("/vorgaenge/1/dokumente", data=datei(name, daten)).status_code == 422


@pytest.mark.parametrize("kennung", ["rand", "fremd"])
def test_people_outside_learn_of_nothing(amt, as_person: AsPerson, kennung: str) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    as_person("asd").post("/vorgaenge/1/dokumente", data=datei())
    client = as_person(kennung)
    for pfad in ("/vorgaenge/1/druck", "/vorgaenge/1/dokumente/1"):
        assert client.get(pfad).status_code == 404, pfad
    for pfad in (
        "/vorgaenge/1/kommentare",
        "/vorgaenge/1/kommentare/1/loeschen",
        "/vorgaenge/1/dokumente",
        "/vorgaenge/1/dokumente/1/loeschen",
        f"/aufgaben/{aufgabe_id}/rueckgaengig",
        f"/aufgaben/{aufgabe_id}/kommentar",
    ):
        data = {"aktion.kommentar": "x"}
        assert client.post(pfad, data=data).status_code == 404, pfad
    ende = {"aktion.rueckzugsgrund": "familie", "aktion.sicher": "ja"}
    assert client.post("/vorgaenge/1/zurueckziehen", data=ende).status_code == 404


def test_the_lead_looks_and_does_not_read_what_was_entrusted(amt, as_person: AsPerson) -> None:
    amt.new_aufgabe("asd")
    as_person("asd").post("/vorgaenge/1/dokumente", data=datei("Vertraulich.pdf"))
    client = as_person("leitung")
    page = client.get("/vorgaenge/1").text
    assert "Vertraulich.pdf" not in page and "Inhalt nur für beteiligte Fachkräfte" in page
    assert client.get("/vorgaenge/1/dokumente/1").status_code == 403


def test_a_completion_is_taken_back_by_the_button_of_the_next_page(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    client.post(f"/aufgaben/{aufgabe_id}/erledigen", data=AUSGEFUELLT)
    page = client.get("/arbeitskorb").text
    assert f'action="/aufgaben/{aufgabe_id}/rueckgaengig"' in page
    amt.uhr.advance(seconds=20)
    answer = client.post(f"/aufgaben/{aufgabe_id}/rueckgaengig")
    assert answer.headers["Location"].endswith(f"/aufgaben/{aufgabe_id}")
    form = inputs_of(client.get(f"/aufgaben/{aufgabe_id}").text)
    assert form["lage"] == AUSGEFUELLT["lage"] and form["entscheidung_geeignet"] == "fluss_ja"
    assert "erledigt und gleich wieder geöffnet" in text_of(client.get("/vorgaenge/1").text)
    assert client.post(f"/aufgaben/{aufgabe_id}/erledigen", data=AUSGEFUELLT).status_code == 303
    amt.uhr.advance(seconds=31)
    late = client.post(f"/aufgaben/{aufgabe_id}/rueckgaengig")
    assert late.status_code == 409 and "mehr als 30 Sekunden" in late.text


def test_a_vorgang_is_withdrawn_with_reason_and_confirmation(amt, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    for half in ({}, {"aktion.rueckzugsgrund": "familie"}, {"aktion.sicher": "ja"}, {"aktion.rueckzugsgrund": "x"}):
        assert client.post("/vorgaenge/1/zurueckziehen", data=half).status_code == 422
    assert "Vorgang zurückziehen" not in as_person("asd2").get("/vorgaenge/1").text
    data = {"aktion.rueckzugsgrund": "familie", "aktion.sicher": "ja"}
    assert as_person("asd2").post("/vorgaenge/1/zurueckziehen", data=data).status_code == 409
    assert client.post("/vorgaenge/1/zurueckziehen", data=data).status_code == 303
    assert status_of(amt, aufgabe_id) == "entfallen"
    text = text_of(client.get("/vorgaenge/1").text)
    assert "Abgebrochen am" in text and "Neuer Kommentar" not in text


def test_the_page_tells_why_one_sees_it_and_what_belongs_to_it(amt, as_person: AsPerson) -> None:
    zeilenformular.publish(amt)
    aufgabe_id = amt.new_aufgabe("asd")
    done = {
        "beschluesse.0.ergebnis": "Elternbrief schreiben",
        "beschluesse.0.termin": "12.6.26",
        "entscheidung_geeignet": "fluss_nein",
    }
    client = as_person("asd")
    client.post(f"/aufgaben/{aufgabe_id}/erledigen", data=done)
    amt.new_aufgabe("asd2")
    with amt.teile.transaction() as session:
        session.query(Vorgang).update({"personenkennung": "0" * 32})
        session.query(Formularinhalt.id).one()
    text = text_of(client.get("/vorgaenge/1").text)
    assert "weil Sie eine Aufgabe dieses Vorgangs haben oder hatten; weil Ihre Gruppe daran arbeitet: ASD Mitte" in text
    assert "Elternbrief schreiben" in text and "12.06.2026" in text
    assert "51-2026-00002" in text and "betrifft dieselbe Person" in text
    assert "Beschlüsse Nr. Ergebnis" in text_of(client.get("/vorgaenge/1/druck").text)


def test_a_printout_is_logged_as_such(amt, as_person: AsPerson) -> None:
    amt.new_aufgabe("asd")
    page = as_person("asd").get("/vorgaenge/1/druck").text
    assert "Ausdruck vom Mo, 15.06.2026" in page and "enthält Sozialdaten" in page
    with amt.teile.reading() as session:
        assert session.query(Zugriff).filter(Zugriff.art == "drucken").count() == 1


def test_an_empty_form_can_be_printed_by_those_who_see_the_process(amt, as_person: AsPerson) -> None:
    zeilenformular.publish(amt)
    client = as_person("asd")
    assert "Bedarf einschätzen" in client.get("/prozesse/1/vordrucke").text
    text = text_of(client.get("/prozesse/1/vordrucke/bedarf_einschaetzen").text)
    assert "Beschluss 3" in text and "☐ Ja" in text and "Sprache (Pflichtangabe) (falls zutreffend)" in text
    for kennung, status in (("fremd", 404), ("technik", 403)):
        assert as_person(kennung).get("/prozesse/1/vordrucke/bedarf_einschaetzen").status_code == status
    assert client.get("/prozesse/1/vordrucke/gibt_es_nicht").status_code == 404


def test_what_was_typed_survives_the_end_of_the_session_without_a_script(amt, app, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = app.test_client()
    here = {"Origin": "http://localhost"}
    answer = client.post(f"/aufgaben/{aufgabe_id}/erledigen", data={**AUSGEFUELLT, "lage": "a\n<b>"}, headers=here)
    assert answer.status_code == 401 and "Ihre Sitzung ist abgelaufen" in answer.text
    hidden = re.findall(r'<textarea hidden name="([^"]+)">\n(.*?)</textarea>', answer.text, re.DOTALL)
    assert ("mit.f.lage", "a\n&lt;b&gt;") in hidden
    login = {name: text.replace("&lt;", "<").replace("&gt;", ">") for name, text in hidden}
    wrong = client.post("/anmelden", data={**login, "kennung": "asd", "passwort": "falsch"})
    assert wrong.status_code == 422 and 'name="mit.f.lage"' in wrong.text
    done = client.post("/anmelden", data={**login, "kennung": "asd", "passwort": "Kleinstadt-2026"})
    assert done.headers["Location"].endswith(f"/aufgaben/{aufgabe_id}")
    page = client.get(f"/aufgaben/{aufgabe_id}").text
    assert inputs_of(page)["lage"] == "a\n&lt;b&gt;" and "noch nicht abgesendet" in page
    with amt.teile.reading() as session:
        assert session.get_one(Aufgabe, aufgabe_id).status == "begonnen"


def test_another_page_or_another_person_slips_nothing_into_a_draft(amt, app, as_person: AsPerson) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    for headers in ({}, {"Origin": "https://boese.example"}, {"Origin": "null"}):
        answer = app.test_client().post(f"/aufgaben/{aufgabe_id}/entwurf", data={"lage": "x"}, headers=headers)
        assert answer.status_code == 302 and "lage" not in answer.text
    client = app.test_client()
    login = {"mit.aufgabe": str(aufgabe_id), "mit.f.lage": "x", "kennung": "asd2", "passwort": "Kleinstadt-2026"}
    assert client.post("/anmelden", data=login).headers["Location"] == "/"
    with amt.teile.reading() as session:
        assert session.query(Formularinhalt).count() == 0
