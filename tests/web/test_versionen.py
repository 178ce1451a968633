"""Releases, comparison, downloads and zipped folders in the browser."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.conftest import MODELL, Amt, Uhr, text_of

LogIn = Callable[[str], FlaskClient]
NEU = MODELL.replace(b"Familie beraten", "Familie ausführlich beraten".encode()).replace(
    b'<dc:Bounds x="560" y="270"', b'<dc:Bounds x="700" y="290"'
)
FORMEL = MODELL.replace(b"Familie beraten", b"=1+1")


def upload(client: FlaskClient, inhalt: bytes, name: str = "neu.bpmn") -> TestResponse:
    answer = client.post("/prozesse/hochladen", data={"dateien": [(io.BytesIO(inhalt), name)]})
    answer.request.environ["wsgi.input"].close()
    return answer


@pytest.fixture
def manager(as_person: LogIn) -> FlaskClient:
    return as_person("prozesse")


@pytest.fixture
def ort(manager: FlaskClient) -> str:
    """Address of a draft of Kleinstadt's process."""
    return upload(manager, NEU).location


def release(client: FlaskClient, ort: str, handlung: str = "freigeben", **felder: str) -> TestResponse:
    return client.post(f"{ort}/freigabe", data={"handlung": handlung, **felder}, follow_redirects=True)


def test_a_draft_is_released_step_by_step_by_two_people(manager: FlaskClient, as_person: LogIn, ort: str) -> None:
    lead = as_person("leitung")
    assert "Methodisch freigeben" not in text_of(lead.get(f"{ort}/freigabe"))
    page = text_of(release(manager, ort, grund="geprüft & gut"))
    assert "methodisch freigegeben" in page
    assert "geprüft &amp; gut" in page
    assert "Fachlich freigeben" not in page  # another person, another right
    assert "Fachlich freigeben" in text_of(lead.get(f"{ort}/freigabe"))
    assert "fachlich freigegeben" in text_of(release(lead, ort))
    page = text_of(manager.post(f"{ort}/veroeffentlichen", follow_redirects=True))
    assert "Version 2 ist jetzt im Einsatz" in page
    page = release(manager, ort, "ausser_einsatz")
    assert page.status_code == 422
    assert 'id="fehler-grund"' in page.get_data(as_text=True)
    assert "inaktiv" in text_of(release(manager, ort, "ausser_einsatz", grund="ersetzt"))


def test_a_release_is_taken_back_with_a_reason(manager: FlaskClient, ort: str) -> None:
    release(manager, ort)
    assert release(manager, ort, "zurueckziehen").status_code == 422
    assert "wieder ein Entwurf" in text_of(release(manager, ort, "zurueckziehen", grund="Frist fehlt"))


@pytest.mark.parametrize("wer", ["asd", "controlling"])
def test_who_has_no_part_in_it_only_looks(as_person: LogIn, ort: str, wer: str) -> None:
    client = as_person(wer)
    assert "hochgeladen" in text_of(client.get(f"{ort}/freigabe"))
    assert release(client, ort).status_code == 403
    assert release(client, ort, "zurueckziehen", grund="x").status_code in {403, 409}
    assert client.post(f"{ort}/freigaberegel", data={"regel": "einfach"}).status_code == 403


def test_an_unknown_act_does_nothing(manager: FlaskClient, ort: str) -> None:
    assert release(manager, ort, "loeschen").status_code == 404


def test_the_comparison_names_and_marks_what_changed(manager: FlaskClient, ort: str) -> None:
    page = manager.get(f"{ort}/vergleich")
    text = text_of(page)
    assert "Version 2 gegenüber Version 1: 1 Schritt geändert, 1 Schritt verschoben." in text
    assert "Familie beraten" in text
    assert "Familie ausführlich beraten" in text
    html = page.get_data(as_text=True)
    assert '"element": "beraten"' in html
    assert html.count("data-diagramm ") == 2


def test_equal_versions_and_a_first_version_say_so(manager: FlaskClient, ort: str) -> None:
    manager.post(f"{ort}/einrichten/entwurf")
    neu = ort.replace("/versionen/2", "/versionen/3")
    assert "Version 3 und Version 2 sind gleich." in text_of(manager.get(f"{neu}/vergleich?mit=2"))
    assert manager.get(f"{neu}/vergleich?mit=99").status_code == 404
    assert manager.get(f"{neu}/vergleich?mit=x").status_code == 200


@pytest.mark.parametrize("art", ["original", "eingerichtet", "vereinfacht", "ausfuehrbar"])
def test_a_downloaded_drawing_is_recognised_when_it_comes_back(manager: FlaskClient, ort: str, art: str) -> None:
    answer = manager.get(f"{ort}/dateien/{art}")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    upload(manager, MODELL.replace(b"Bedarf kl", b"Anders kl"))  # a newer version lies between
    again = upload(manager, answer.data, "irgendwie.bpmn")
    assert again.location == ort
    assert "Diese Datei ist schon bekannt: Version 2." in text_of(manager.get(again.location))


def test_a_downloaded_drawing_that_was_changed_is_a_new_version(manager: FlaskClient, ort: str) -> None:
    content = manager.get(f"{ort}/dateien/vereinfacht").data.replace(b"Hilfe freigeben", b"Hilfe bewilligen")
    assert upload(manager, content).location.endswith("/versionen/3")


def test_the_settings_and_the_steps_are_files_too(manager: FlaskClient, ort: str) -> None:
    toml = manager.get(f"{ort}/dateien/einrichtung")
    assert 'frist = "frist_at(eingang, 3)"' in toml.get_data(as_text=True)
    steps = manager.get(f"{ort}/schritte.csv").data.decode("utf-8-sig").splitlines()
    assert steps[0] == "Nr.;Schritt;Art;Wer;Weiter mit;Anmerkung;Erläuterung;Kennung"
    assert any("Bedarf einschätzen;Aufgabe;ASD" in zeile for zeile in steps)
    assert manager.get(f"{ort}/dateien/unsinn").status_code == 404
    assert "Als SVG speichern" in text_of(manager.get(f"{ort}/dateien"))


def test_a_label_is_no_formula_in_an_office_program(manager: FlaskClient) -> None:
    ort = upload(manager, FORMEL).location
    assert ";'=1+1;" in manager.get(f"{ort}/schritte.csv").data.decode("utf-8-sig")


def test_nobody_of_another_office_gets_a_file(as_person: LogIn, ort: str) -> None:
    client = as_person("fremd")
    for pfad in ("freigabe", "vergleich", "dateien", "dateien/ausfuehrbar", "schritte.csv"):
        assert client.get(f"{ort}/{pfad}").status_code == 404


def folder(kennung: str = "p01_hze_ist") -> bytes:
    strom = io.BytesIO()
    wurzel = Path(__file__).resolve().parents[2] / "prozesse" / kennung
    with zipfile.ZipFile(strom, "w", zipfile.ZIP_DEFLATED) as ziel:
        for datei in sorted(wurzel.rglob("*")):
            if datei.is_file():
                ziel.write(datei, f"{kennung}/{datei.relative_to(wurzel)}")
    return strom.getvalue()


def test_a_zipped_process_folder_uploads_as_one(manager: FlaskClient) -> None:
    answer = upload(manager, folder(), "p01.zip")
    assert answer.status_code == 303
    page = text_of(manager.get(f"{answer.location}/einrichten"))
    assert "15 min" in page


def test_a_zipped_folder_with_faults_names_them_all(manager: FlaskClient) -> None:
    strom = io.BytesIO()
    with zipfile.ZipFile(strom, "w") as ziel:
        ziel.writestr("bedarf/bedarf.bpmn", MODELL)
        ziel.writestr("bedarf/prozess.toml", 'kennung = "<script>"\n')
    answer = upload(manager, strom.getvalue(), "x.zip")
    assert answer.status_code == 422
    assert "prozess.toml" in text_of(answer)
    assert "<script>" not in answer.get_data(as_text=True).replace("<script src", "")


def test_the_page_of_a_process_says_what_it_is(manager: FlaskClient, as_person: LogIn) -> None:
    ort = upload(manager, folder(), "p01.zip").location
    page = text_of(as_person("asd").get(ort.rpartition("/versionen/")[0]))
    assert "Noch nicht im Einsatz; die neueste Version 1 ist: Entwurf." in page
    assert "Typischer Ablauf mit Papierakte" in page
    assert "höchstens 10 AT, Eingang bis Bescheid" in page
    assert "Teamleitung ASD" in page
    assert "Zuletzt geprüft" in page
    assert "keinem anderen Prozess" in page


def test_old_legal_bases_ask_to_be_checked(manager: FlaskClient, uhr: Uhr) -> None:
    ort = upload(manager, folder(), "p01.zip").location.rpartition("/versionen/")[0]
    assert "bitte neu prüfen" not in text_of(manager.get(ort))
    uhr.advance(days=800)
    assert "bitte neu prüfen" in text_of(manager.get(ort))


def test_running_vorgaenge_are_counted_by_version(manager: FlaskClient, amt: Amt) -> None:
    amt.start()
    amt.start()
    page = text_of(manager.get("/prozesse/1"))
    assert "Version 1 im Einsatz 2" in page
    assert "Vorgang starten" not in page  # not for the process management


def test_a_downloaded_folder_is_recognised_and_means_the_same_elsewhere(manager: FlaskClient, ort: str) -> None:
    manager.post(f"{ort}/einrichten/schritt", data={"element": "freigeben", "datenklasse": "S2", "va": "V"})
    first = manager.get(f"{ort}/dateien/paket")
    assert first.headers["Content-Disposition"].endswith("bedarf.zip")
    upload(manager, MODELL.replace(b"Bedarf kl", b"Anders kl"))  # a newer version lies between
    again = upload(manager, first.data, "bedarf.zip")
    assert again.location == ort
    assert "schon bekannt" in text_of(manager.get(again.location))
    with zipfile.ZipFile(io.BytesIO(first.data)) as alt:
        assert sorted(alt.namelist()) == ["bedarf/bedarf.bpmn", "bedarf/formulare/bedarf.form", "bedarf/prozess.toml"]
        neu = io.BytesIO()
        with zipfile.ZipFile(neu, "w") as packed:
            for name in alt.namelist():
                packed.writestr(name, alt.read(name))
    there = upload(manager, neu.getvalue(), "anderswo.zip").location
    assert there.endswith("/versionen/4")
    assert manager.get(f"{there}/dateien/einrichtung").data == manager.get(f"{ort}/dateien/einrichtung").data
