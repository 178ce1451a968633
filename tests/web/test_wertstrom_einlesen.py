"""The import wizard in the browser: nobody else sees an upload, people are refused, logs stay until deleted."""

from __future__ import annotations

import gzip
import io
import json
import re
import time
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.model import Gruppe, Mitgliedschaft
from tests.web.conftest import Amt, Uhr, text_of
from web.sicherheit import CSP
from web.wertstrom import importlauf, importspeicher
from wertstrom.einlesen import read_protokoll

LogIn = Callable[[str], FlaskClient]

PROTOKOLL = "case_id;activity;start;end;Sachbearbeitung;Hilfeart\n" + "".join(
    f"51-2026-{fall};{name};2026-06-{1 + fall:02d} {von}:00;2026-06-{1 + fall:02d} {bis}:00;Erika Ahorn;31\n"
    for fall in range(12)
    for name, von, bis in (("Prüfen", "08:00", "09:00"), ("<b>Böse</b>", "10:00", "11:00"))
)
ZUORDNUNG = {
    "spalte-0": "fall",
    "spalte-1": "aktivitaet",
    "spalte-2": "beginn",
    "spalte-3": "ende",
    "spalte-5": "hilfeart",
}


def upload(
    client: FlaskClient, inhalt: str | bytes = PROTOKOLL, name: str = "log.csv", profil: str = ""
) -> TestResponse:
    content = inhalt.encode() if isinstance(inhalt, str) else inhalt
    mehr = {"profil": (io.BytesIO(profil.encode()), "profil.toml")} if profil else {}
    return client.post("/wertstrom/einlesen", data={"protokoll": (io.BytesIO(content), name), **mehr})


def read_in(client: FlaskClient, inhalt: str | bytes = PROTOKOLL, name: str = "log.csv", **felder: str) -> str:
    """Upload, confirm, wait; the address."""
    url = upload(client, inhalt, name).location
    assert client.post(url, data={**ZUORDNUNG, **felder}).status_code == 303
    return wait(client, url)


def wait(client: FlaskClient, url: str) -> str:
    for _ in range(400):
        if not client.get(f"{url}/fortschritt").get_json()["laeuft"]:
            return url
        time.sleep(0.02)
    raise AssertionError("not read")


def test_the_wizard_from_upload_to_figures(as_person: LogIn, app: Flask) -> None:
    client = as_person("controlling")
    url = upload(client, name="Kita Sonne.csv").location
    words = text_of(client.get(url))
    assert "Erkannt: CSV, 6 Spalten, Kopf in Zeile 1, eine Zeile je Schritt oder Ereignis" in words
    assert "Sieht nach Personen aus: die Überschrift nennt Personen." in words
    assert "Erika Ahorn" in words  # the one who brought it sees what the column holds
    page = client.get(read_in(client, name="Kita Sonne.csv"))
    words = text_of(page)
    assert "n = 12; 0 noch offen" in words
    assert "Eingelesen aus einem anderen Verfahren" in words
    assert "12 Fälle mit 24 Ereignissen." in words
    assert "Nicht gelesene Spalten: Sachbearbeitung" in words
    body = page.get_data(as_text=True)
    assert "51-2026" not in body
    assert "Erika" not in body
    assert "<b>Böse" not in body
    figuren = [json.loads(unescape(text)) for text in re.findall(r"data-figur='([^']*)'", body)]
    assert any("&lt;b&gt;Böse" in label for label in figuren[0]["layout"]["yaxis"]["ticktext"])
    assert "Kita Sonne.csv" in text_of(client.get("/wertstrom"))


def test_nothing_readable_of_an_upload_lies_on_disk(as_person: LogIn, app: Flask) -> None:
    client = as_person("controlling")
    url = upload(client).location
    ordner = app.extensions["hilfefluss"].einstellungen.daten / "wertstrom" / "eingelesen"

    def files() -> list[bytes]:
        return [datei.read_bytes() for datei in ordner.rglob("*") if datei.is_file()]

    assert len(files()) == 2
    assert not any(b"Erika" in inhalt or b"51-2026" in inhalt for inhalt in files())
    client.post(url, data=ZUORDNUNG)
    wait(client, url)
    assert not any(b"Erika" in inhalt or b"51-2026" in inhalt for inhalt in files())
    assert not list(ordner.rglob("datei"))


def test_columns_with_people_are_refused_until_somebody_confirms(as_person: LogIn) -> None:
    client = as_person("controlling")
    url = upload(client).location
    felder = {**ZUORDNUNG, "spalte-4": "rolle"}
    client.post(url, data=felder)
    words = text_of(client.get(wait(client, url)))
    assert "sehen nach Personen aus: „Sachbearbeitung“" in words
    client.post(url, data={**felder, "geprueft-4": "1"})
    assert "n = 12" in text_of(client.get(wait(client, url)))


def test_two_columns_cannot_mean_the_same(as_person: LogIn) -> None:
    client = as_person("controlling")
    url = upload(client).location
    answer = client.post(url, data={**ZUORDNUNG, "spalte-4": "fall"})
    assert answer.status_code == 422
    assert "„Fall“ ist schon „case_id“" in text_of(answer)
    assert 'href="#feld-spalte-4"' in answer.get_data(as_text=True)


def test_a_missing_column_is_told_above_the_mapping(as_person: LogIn) -> None:
    client = as_person("controlling")
    url = upload(client).location
    client.post(url, data={**ZUORDNUNG, "spalte-1": ""})
    words = text_of(client.get(wait(client, url)))
    assert "Es fehlt eine Spalte für aktivitaet." in words
    assert "Bedeutung" in words


def test_a_file_can_be_recognised_anew(as_person: LogIn) -> None:
    client = as_person("controlling")
    url = upload(client, "Liste\n" + PROTOKOLL).location
    assert client.post(url, data={"neu": "1", "kopfzeile": "3", "trenner": ";"}).status_code == 303
    assert "Kopf in Zeile 3" in text_of(client.get(url))


def test_a_profile_is_kept_and_applied(as_person: LogIn) -> None:
    client = as_person("controlling")
    url = read_in(client)
    profil = client.get(f"{url}/profil").get_data(as_text=True)
    assert '"hilfeart" = "Hilfeart"' in profil
    neu = upload(client, PROTOKOLL.replace("51-", "52-"), profil=profil).location
    assert 'value="hilfeart" selected' in client.get(neu).get_data(as_text=True)
    assert upload(client, profil="x = 1").status_code == 422


def test_a_wide_table_and_other_kinds(as_person: LogIn) -> None:
    client = as_person("controlling")
    breit = "Fallnr;Eingang;Bescheid\n" + "".join(f"{n};0{n}.03.2026;1{n}.03.2026\n" for n in range(1, 9))
    url = upload(client, breit).location
    assert "eine Zeile je Fall, mit einem Datum je Schritt" in text_of(client.get(url))
    client.post(url, data={"form": "breit", "spalte-0": "fall", "spalte-1": "schritt", "spalte-2": "schritt"})
    assert "n = 8" in text_of(client.get(wait(client, url)))
    ocel = {"objects": [{"id": f"o{n}", "type": t} for n in range(6) for t in ("Akte", "Brief")]}
    ocel["events"] = [
        {"id": f"e{n}", "type": "A", "time": "2026-06-01T08:00:00Z", "relationships": [{"objectId": f"o{n}"}]}
        for n in range(6)
    ]
    url = upload(client, gzip.compress(json.dumps(ocel).encode()), "log.json.gz").location
    assert "Bitte wählen Sie, welche Art von Objekten ein Fall ist." in text_of(client.get(url))
    client.post(url, data={"objekttyp": "Brief"})
    assert "6 Fälle mit 6 Ereignissen." in text_of(client.get(wait(client, url)))


@pytest.mark.parametrize("inhalt", [b"", b"\x00" * 9, b"<svg/>", b"\x1f\x8bkaputt", b"<!DOCTYPE x>", b"PK\x03\x04x"])
def test_what_is_no_log_is_refused_in_words_and_leaves_nothing(as_person: LogIn, app: Flask, inhalt: bytes) -> None:
    answer = upload(as_person("controlling"), inhalt)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)
    ordner = app.extensions["hilfefluss"].einstellungen.daten / "wertstrom" / "eingelesen"
    assert not [datei for datei in ordner.rglob("*") if datei.is_file()]


def test_a_file_that_breaks_further_down_keeps_the_mapping(as_person: LogIn) -> None:
    client = as_person("controlling")
    url = upload(client, "<log><trace>").location
    client.post(url, data={})
    assert "ist das XML beschädigt" in text_of(client.get(wait(client, url)))
    assert as_person("controlling").post("/wertstrom/einlesen").status_code == 422


def test_who_may_not_read_in_knows_nothing_of_it(as_person: LogIn, amt: Amt) -> None:
    url = read_in(as_person("controlling"))
    staff = as_person("asd")
    assert "einlesen" not in text_of(staff.get("/wertstrom"))
    assert "log.csv" not in text_of(staff.get("/wertstrom"))
    for answer in (staff.get("/wertstrom/einlesen"), upload(staff), staff.get(url), staff.post(f"{url}/vergessen")):
        assert answer.status_code == 403


def test_an_upload_is_for_the_one_who_brought_it_a_log_for_her_colleagues(as_person: LogIn, amt: Amt) -> None:
    with amt.teile.transaction() as session:
        gruppe = session.query(Gruppe).filter(Gruppe.kennung == "zahlen").one()
        kollegin = amt.akteur("asd2").person_id
        session.add(Mitgliedschaft(mandant_id=gruppe.mandant_id, person_id=kollegin, gruppe_id=gruppe.id))
    client, other = as_person("controlling"), as_person("asd2")
    url = upload(client).location
    for pfad in (url, f"{url}/fortschritt", f"{url}/profil", f"{url}/ausgabe/csv", "/wertstrom/einlesen/../../x"):
        assert other.get(pfad).status_code == 404
    assert other.post(url, data=ZUORDNUNG).status_code == 404
    client.post(url, data=ZUORDNUNG)
    wait(client, url)
    assert "n = 12" in text_of(other.get(url))
    assert other.post(f"{url}/vergessen").status_code == 303
    assert client.get(url).status_code == 404
    assert "log.csv" not in text_of(client.get("/wertstrom/einlesen"))


def test_an_upload_that_nobody_finishes_goes_by_itself(as_person: LogIn, uhr: Uhr) -> None:
    client = as_person("controlling")
    url = upload(client).location
    uhr.advance(minutes=61)
    client.get("/wertstrom/einlesen")
    assert client.get(url).status_code == 404


def test_a_job_that_died_can_be_started_again(as_person: LogIn, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = as_person("controlling")
    url = upload(client).location
    monkeypatch.setattr(importlauf, "_read", lambda *_: time.sleep(0))
    client.post(url, data=ZUORDNUNG)
    assert "Das Protokoll wird eingelesen." in text_of(client.get(url))
    monkeypatch.setattr("web.wertstrom.importe._STILL_S", -1)
    assert "Das Einlesen wurde unterbrochen." in text_of(client.get(url))


def test_deleting_while_it_is_read_ends_the_job(as_person: LogIn, app: Flask) -> None:
    client = as_person("controlling")
    url = upload(client).location
    with importlauf._einer:
        client.post(url, data=ZUORDNUNG)
        assert client.post(f"{url}/vergessen").status_code == 303
    time.sleep(0.7)
    assert client.get(url).status_code == 404
    with app.app_context():
        assert importspeicher.importe().all(1) == []


def test_downloads_can_be_read_in_again(as_person: LogIn, tmp_path: object) -> None:
    from pathlib import Path

    client = as_person("controlling")
    url = read_in(client)
    for form in ("csv", "xes", "ocel-json", "ocel-xml", "ocel-sqlite"):
        answer = client.get(f"{url}/ausgabe/{form}")
        assert "attachment" in answer.headers["Content-Disposition"]
        datei = Path(str(tmp_path)) / form
        datei.write_bytes(answer.data)
        assert read_protokoll(datei).faelle.num_rows == 12
    assert client.get(f"{url}/ausgabe/parquet").status_code == 404
    assert client.get(f"{url}/ausgabe/x").status_code == 404


def test_every_page_of_the_wizard_keeps_the_strict_policy(as_person: LogIn) -> None:
    client = as_person("controlling")
    url = upload(client).location
    for pfad in ("/wertstrom/einlesen", url, read_in(client)):
        answer = client.get(pfad)
        assert answer.headers["Content-Security-Policy"] == CSP
        assert answer.headers["Cache-Control"] == "no-store"
        body = re.sub(r"data-figur='[^']*'", "", answer.get_data(as_text=True))
        assert not re.search(r"<[^>]*\sstyle=", body)
