"""Fields that ask for files, and Vorgänge about the same person that find each other without a name."""

from __future__ import annotations

import io
from typing import Any

import pytest
from aufgabenseite import AsPerson, inputs_of, status_of
from kleinstadt import KLEINSTADT

from engine.commands import prozesse
from engine.model import Dokument, Formularinhalt, Vorgang

MARKE = {"personenkennung": "ja", "beteiligt": "ja"}
FORMULAR: dict[str, Any] = {
    "components": [
        {"type": "textfield", "key": "kind", "label": "Name des Kindes", "properties": MARKE},
        {"type": "datetime", "subtype": "date", "key": "geboren", "label": "Geboren am", "properties": MARKE},
        {"type": "filepicker", "key": "antrag", "label": "Antrag", "validate": {"required": True}},
    ]
}
WEITER = {"entscheidung_geeignet": "fluss_nein"}


@pytest.fixture
def aufgabe(amt) -> int:
    akteur = amt.akteur("prozesse")
    with amt.teile.transaction() as session:
        [version] = prozesse.upload_modell(
            session,
            akteur,
            dateiname="bedarf.bpmn",
            inhalt=KLEINSTADT["MODELL"],
            now=amt.uhr.jetzt,
            einrichtung=KLEINSTADT["EINRICHTUNG"],
            formulare={"bedarf": FORMULAR},
        )
        prozesse.publish_version(
            session, akteur, prozess_id=version.prozess_id, nummer=version.nummer, now=amt.uhr.jetzt
        )
    return amt.new_aufgabe("asd")


def attach(client, aufgabe_id: int, feld: str = "antrag"):
    data = {f"aktion.datei.{feld}": (io.BytesIO(b"%PDF-1.7\n%%EOF"), "Antrag.pdf"), "aktion.feld": feld}
    return client.post(f"/aufgaben/{aufgabe_id}/dokumente", data=data)


def test_a_file_that_is_asked_for_must_be_there_and_belongs_to_its_field(
    amt, aufgabe: int, as_person: AsPerson
) -> None:
    client = as_person("asd")
    lie = client.post(f"/aufgaben/{aufgabe}/erledigen", data={**WEITER, "antrag": "1"})
    assert lie.status_code == 422
    assert '<a class="kern-link" href="#feld-antrag">Antrag – Bitte fügen Sie eine Datei an.' in lie.text
    assert attach(client, aufgabe).headers["Location"].endswith("#feld-antrag")
    assert client.post(f"/aufgaben/{aufgabe}/erledigen", data=WEITER).status_code == 303
    with amt.teile.reading() as session:
        row = session.query(Dokument).one()
        assert (row.feld, row.datenklasse) == ("antrag", "S1")
        content = session.query(Formularinhalt).one()
        assert content.datenklasse == "S1"


@pytest.mark.parametrize("feld", ["kind", "fehlt", "../antrag"])
def test_only_a_file_field_of_the_form_takes_files(aufgabe: int, as_person: AsPerson, feld: str) -> None:
    assert attach(as_person("asd"), aufgabe, feld).status_code == 422


def test_vorgaenge_about_one_person_find_each_other_by_a_pseudonym(amt, aufgabe: int, as_person: AsPerson) -> None:
    client = as_person("asd")
    numbers = [aufgabe, amt.new_aufgabe("asd"), amt.new_aufgabe("asd")]
    names = ["Müller,  Ann-Kathrin", "ann kathrin MUELLER", "Mia Beispiel"]
    for number, name in zip(numbers, names, strict=True):
        attach(client, number)
        done = {**WEITER, "kind": name, "geboren": "1.2.2015"}
        assert client.post(f"/aufgaben/{number}/erledigen", data=done).status_code == 303
        assert status_of(amt, number) == "erledigt"
    with amt.teile.reading() as session:
        keys = [row.personenkennung for row in session.query(Vorgang).order_by(Vorgang.id)]
    assert keys[0] == keys[1] != keys[2] and len(keys[0]) == 32 and "mueller" not in keys[0]
    page = client.get("/vorgaenge/1").text
    assert "51-2026-00002" in page and "51-2026-00003" not in page
    assert "Müller, Ann-Kathrin" in page
    assert "Müller" not in as_person("leitung").get("/vorgaenge").text


def test_a_known_answer_is_there_when_the_step_comes_again(amt, aufgabe: int, as_person: AsPerson) -> None:
    client = as_person("asd")
    attach(client, aufgabe)
    done = {"entscheidung_geeignet": "fluss_ja", "kind": "Mia Beispiel"}
    client.post(f"/aufgaben/{aufgabe}/erledigen", data=done)
    chef, check = as_person("leitung"), amt.aufgabe(1, "freigeben").id
    chef.post(f"/aufgaben/{check}/uebernehmen")
    back = {"aktion.rueckgabegrund": "W06", "aktion.ziel": "bedarf_einschaetzen"}
    chef.post(f"/aufgaben/{check}/zurueckgeben", data=back)
    again = amt.aufgabe(1).id
    client.post(f"/aufgaben/{again}/uebernehmen")
    assert inputs_of(client.get(f"/aufgaben/{again}").text)["kind"] == "Mia Beispiel"
