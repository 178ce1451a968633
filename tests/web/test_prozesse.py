"""Processes in the browser: who may bring a drawing into use, who may start it, and what a hostile file gets."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boesartig
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine import errors
from engine.model import Prozess, Prozessversion, Vorgang
from tests.web.conftest import JETZT, MODELL, Amt, Uhr, text_of
from web import prozesse
from web.sicherheit import CSP

LogIn = Callable[[str], FlaskClient]

LEER = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'
#: a lane without any Gruppe of that name; no diagram interchange
OHNE_LAGE = b"""<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
  <process id="ohne_lage" name="Ohne Lage" isExecutable="true">
    <laneSet><lane id="l" name="Bauhof"><flowNodeRef>s</flowNodeRef><flowNodeRef>a</flowNodeRef>
      <flowNodeRef>e</flowNodeRef></lane></laneSet>
    <startEvent id="s"/><userTask id="a" name="&lt;script&gt;alert(1)&lt;/script&gt;"/><endEvent id="e"/>
    <sequenceFlow id="f" sourceRef="s" targetRef="a"/><sequenceFlow id="g" sourceRef="a" targetRef="e"/>
  </process>
</definitions>"""


def upload(client: FlaskClient, *dateien: tuple[str, bytes], follow: bool = False) -> TestResponse:
    return client.post(
        "/prozesse/hochladen",
        data={"dateien": [(io.BytesIO(inhalt), name) for name, inhalt in dateien]},
        follow_redirects=follow,
    )


@pytest.fixture
def prozess_id(amt: Amt) -> int:
    """The published process of Kleinstadt."""
    with amt.teile.reading() as session:
        return session.query(Prozess.id).filter(Prozess.kennung == "bedarf").scalar()


def test_the_list_shows_version_findings_and_open_vorgaenge(as_person: LogIn, amt: Amt) -> None:
    amt.start()
    page = text_of(as_person("prozesse").get("/prozesse"))
    assert "Bedarf klären Version 1 dieselbe" in page
    assert "Modell hochladen" in page
    assert "Vorgang starten" not in page


def test_staff_may_start_but_not_upload(as_person: LogIn) -> None:
    client = as_person("asd")
    page = text_of(client.get("/prozesse"))
    assert "Vorgang starten" in page
    assert "Modell hochladen" not in page
    assert upload(client, ("x.bpmn", MODELL)).status_code == 403


def test_somebody_without_the_right_sees_no_process(as_person: LogIn, prozess_id: int) -> None:
    client = as_person("neu")
    for pfad in ("", f"/{prozess_id}", f"/{prozess_id}/versionen/1", f"/{prozess_id}/versionen/1/original"):
        assert client.get(f"/prozesse{pfad}").status_code == 403


def test_another_office_does_not_know_the_process(as_person: LogIn, prozess_id: int) -> None:
    client = as_person("fremd")
    assert "Noch kein Prozess" in text_of(client.get("/prozesse"))
    for pfad in ("", "/versionen/1", "/versionen/1/original", "/starten"):
        assert client.get(f"/prozesse/{prozess_id}{pfad}").status_code == 404
    assert client.post(f"/prozesse/{prozess_id}/starten").status_code == 404


def test_nobody_gets_anything_without_login(app: object, prozess_id: int) -> None:
    client = app.test_client()  # type: ignore[attr-defined]
    assert client.get(f"/prozesse/{prozess_id}/versionen/1").status_code == 302
    assert client.get(f"/prozesse/{prozess_id}/versionen/1/original").status_code == 302


def test_one_good_file_leads_to_its_version(as_person: LogIn) -> None:
    answer = upload(as_person("prozesse"), ("ohne lage.bpmn", OHNE_LAGE))
    assert answer.status_code == 303
    page = as_person("prozesse").get(answer.location)
    assert "Ohne Lage" in text_of(page)
    assert "1 Zuständigkeit fehlt noch" in text_of(page)
    assert "<script>alert" not in page.get_data(as_text=True)
    assert "&lt;script&gt;alert(1)" in page.get_data(as_text=True)


def test_the_same_file_twice_is_the_same_version(as_person: LogIn) -> None:
    client = as_person("prozesse")
    first, second = upload(client, ("a.bpmn", OHNE_LAGE)), upload(client, ("b.bpmn", OHNE_LAGE))
    assert first.location == second.location


def test_a_refused_file_shows_all_findings_and_stops_no_other(as_person: LogIn, amt: Amt) -> None:
    answer = upload(
        as_person("prozesse"), ("leer.bpmn", LEER), ("gut.bpmn", OHNE_LAGE), ("kein.bpmn", b"\x00\xff kein XML")
    )
    assert answer.status_code == 422
    page = text_of(answer)
    assert "2 von 3 Dateien nicht hochgeladen" in page
    assert "leer.bpmn: nicht hochgeladen" in page
    assert "kein.bpmn: nicht hochgeladen" in page
    assert "gut.bpmn: gespeichert" in page
    with amt.teile.reading() as session:
        assert session.query(Prozessversion).filter(Prozessversion.kennung == "ohne_lage").count() == 1


@pytest.mark.parametrize("inhalt", [b"", b"<", b"PK\x03\x04", b"\xff\xfe<\x00", b"<a>" * 5000])
def test_junk_is_refused_with_a_reason(as_person: LogIn, inhalt: bytes) -> None:
    answer = upload(as_person("prozesse"), ("müll.bpmn", inhalt))
    assert answer.status_code == 422
    assert "Nichts wurde gespeichert oder geändert" in text_of(answer)


def test_an_upload_without_file_says_what_to_do(as_person: LogIn) -> None:
    client = as_person("prozesse")
    for answer in (client.post("/prozesse/hochladen"), upload(client, ("", b""))):
        assert answer.status_code == 303
    assert "Es ist keine Datei gewählt" in text_of(client.get("/prozesse"))


def test_too_many_files_are_refused_before_any_is_checked(as_person: LogIn) -> None:
    client = as_person("prozesse")
    upload(client, *((f"{n}.bpmn", b"") for n in range(prozesse.MAX_DATEIEN + 1)))
    assert "51 Dateien" in text_of(client.get("/prozesse"))


def test_a_file_beyond_the_limit_is_refused_with_words(as_person: LogIn, app: object) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000  # type: ignore[attr-defined]
    answer = upload(as_person("prozesse"), ("groß.bpmn", b" " * 2000))
    assert answer.status_code == 413
    assert "zu groß" in text_of(answer)


def test_the_original_comes_back_byte_for_byte_and_only_as_a_download(as_person: LogIn, prozess_id: int) -> None:
    answer = as_person("asd").get(f"/prozesse/{prozess_id}/versionen/1/original")
    assert answer.data == MODELL
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=bedarf.bpmn")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("geschickt", "gespeichert"),
    [
        ("a.bpmn", "a.bpmn"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Modelle\\Hilfe für Maria.bpmn", "Hilfe für Maria.bpmn"),
        ('a"\r\nX: y.bpmn', "a_X_ y.bpmn"),
        ("./.", "modell.bpmn"),
        ("…", "_"),
        ("", "modell.bpmn"),
        ("x" * 500 + ".bpmn", "x" * 145 + ".bpmn"),
    ],
)
def test_file_names_are_made_harmless(geschickt: str, gespeichert: str) -> None:
    assert prozesse.safe_name(geschickt) == gespeichert


def test_lanes_are_assigned_then_the_version_is_published(as_person: LogIn, amt: Amt) -> None:
    client = as_person("prozesse")
    url = upload(client, ("x.bpmn", OHNE_LAGE)).location
    assert "Veröffentlichen" not in text_of(client.get(url))
    refused = client.post(f"{url}/veroeffentlichen")
    assert refused.status_code == 422
    assert "Bauhof" in text_of(refused)
    page = client.post(f"{url}/lanes", data={"lane-0": "asd_mitte"}, follow_redirects=True)
    assert "Zuordnung gespeichert." in text_of(page)
    page = client.post(f"{url}/veroeffentlichen", follow_redirects=True)
    assert "Version 1 ist jetzt im Einsatz" in text_of(page)
    again = client.post(f"{url}/veroeffentlichen")
    assert again.status_code == 409
    assert client.post(f"{url}/lanes", data={"lane-0": "leitung"}).status_code == 409


def test_an_unknown_group_is_refused_at_its_field(as_person: LogIn) -> None:
    client = as_person("prozesse")
    url = upload(client, ("x.bpmn", OHNE_LAGE)).location
    answer = client.post(f"{url}/lanes", data={"lane-0": "gibt_es_nicht", "lane-99": "asd_mitte"})
    assert answer.status_code == 422
    assert 'id="fehler-lane-0"' in answer.get_data(as_text=True)


def test_only_process_managers_publish(as_person: LogIn) -> None:
    url = upload(as_person("prozesse"), ("x.bpmn", OHNE_LAGE)).location
    for wer in ("asd", "leitung", "controlling"):
        assert as_person(wer).post(f"{url}/veroeffentlichen").status_code == 403
        assert as_person(wer).post(f"{url}/lanes", data={"lane-0": "asd_mitte"}).status_code == 403


def test_a_new_version_waits_beside_the_one_in_use(as_person: LogIn, prozess_id: int) -> None:
    client = as_person("prozesse")
    answer = upload(client, ("neu.bpmn", MODELL.replace("Bedarf einschätzen".encode(), b"Bedarf neu")))
    assert answer.location.endswith(f"/prozesse/{prozess_id}/versionen/2")
    page = text_of(client.get("/prozesse"))
    assert "Bedarf klären Version 1 Version 2 · Entwurf" in page
    assert "Im Einsatz ist Version 1" in text_of(client.get(f"/prozesse/{prozess_id}"))


def test_starting_leads_to_the_first_aufgabe_of_one_s_own(as_person: LogIn, amt: Amt, prozess_id: int) -> None:
    answer = as_person("asd").post(f"/prozesse/{prozess_id}/starten")
    assert answer.status_code == 303
    aufgabe = amt.aufgabe(1)
    assert answer.location == f"/aufgaben/{aufgabe.id}"
    assert as_person("asd").get(answer.location).status_code == 200


def test_two_clicks_on_start_make_one_vorgang(as_person: LogIn, amt: Amt, prozess_id: int) -> None:
    client = as_person("asd")
    page = client.get(f"/prozesse/{prozess_id}/starten").get_data(as_text=True)
    sent = {"kennung": re.search(r'name="kennung" value="([^"]+)"', page)[1]}
    first, second = (client.post(f"/prozesse/{prozess_id}/starten", data=sent) for _ in range(2))
    assert first.location == second.location == f"/aufgaben/{amt.aufgabe(1).id}"
    assert amt.aufgabe(2) is None


@pytest.mark.parametrize("kennung", ["", "\0", "x" * 65, "<script>", "ä"])
def test_what_our_form_never_sends_is_no_startkennung(
    as_person: LogIn, amt: Amt, prozess_id: int, kennung: str
) -> None:
    for _ in range(2):
        answer = as_person("asd").post(f"/prozesse/{prozess_id}/starten", data={"kennung": kennung})
        assert answer.status_code == 303
    assert amt.aufgabe(2) is not None


def test_starting_for_others_leads_to_the_vorgang(as_person: LogIn, amt: Amt, prozess_id: int) -> None:
    answer = as_person("leitung").post(f"/prozesse/{prozess_id}/starten", follow_redirects=True)
    assert answer.request.path == "/vorgaenge/1"
    assert "gestartet." in text_of(answer)


@pytest.mark.parametrize("wer", ["prozesse", "controlling"])
def test_who_may_not_start_sees_no_button_and_is_refused(as_person: LogIn, wer: str, prozess_id: int) -> None:
    client = as_person(wer)
    assert "Vorgang starten" not in text_of(client.get(f"/prozesse/{prozess_id}/versionen/1"))
    assert client.post(f"/prozesse/{prozess_id}/starten").status_code == 403


def test_an_earlier_eingang_counts_in_local_time(as_person: LogIn, amt: Amt, prozess_id: int) -> None:
    as_person("asd").post(f"/prozesse/{prozess_id}/starten", data={"datum": "2026-06-12", "uhrzeit": "14:30"})
    with amt.teile.reading() as session:
        vorgang = session.query(Vorgang).one()
        assert vorgang.eingang_am == datetime(2026, 6, 12, 12, 30, tzinfo=UTC)
        assert vorgang.gestartet_am == JETZT


@pytest.mark.parametrize(
    ("datum", "uhrzeit", "feld"),
    [
        ("2026-06-16", "", "datum"),  # tomorrow
        ("31.2.2026", "", "datum"),
        ("gestern", "", "datum"),
        ("1.1.0001", "", "datum"),
        ("2026-06-12", "25:00", "uhrzeit"),
        ("2026-06-12", "halb drei", "uhrzeit"),
    ],
)
def test_an_impossible_eingang_keeps_what_was_typed(
    as_person: LogIn, amt: Amt, prozess_id: int, datum: str, uhrzeit: str, feld: str
) -> None:
    answer = as_person("asd").post(f"/prozesse/{prozess_id}/starten", data={"datum": datum, "uhrzeit": uhrzeit})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="fehler-{feld}"' in page
    assert f'value="{datum}"' in page
    with amt.teile.reading() as session:
        assert session.query(Vorgang).count() == 0


@pytest.mark.parametrize(
    ("datum", "uhrzeit", "erwartet"),
    [
        ("", "", None),
        ("1.6.26", "9:05", datetime(2026, 6, 1, 7, 5, tzinfo=UTC)),
        ("01.06.2026", "", datetime(2026, 5, 31, 22, 0, tzinfo=UTC)),
        ("", "8.30", datetime(2026, 6, 15, 6, 30, tzinfo=UTC)),
        ("2026-01-05", "23:59:59", datetime(2026, 1, 5, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_dates_are_read_as_people_write_them(datum: str, uhrzeit: str, erwartet: datetime | None) -> None:
    assert prozesse.read_eingang(datum, uhrzeit, JETZT) == erwartet


def test_a_wrong_time_is_named_once_at_its_field() -> None:
    with pytest.raises(errors.Invalid) as refused:
        prozesse.read_eingang("1.6.2026", "99", JETZT)
    assert list(refused.value.felder) == ["uhrzeit"]


def test_the_list_needs_as_many_statements_for_many_processes_as_for_one(
    as_person: LogIn, statements: list[str], amt: Amt
) -> None:
    client = as_person("prozesse")
    client.get("/prozesse")
    statements.clear()
    client.get("/prozesse")
    before = len(statements)
    for number in range(5):
        upload(client, ("x.bpmn", OHNE_LAGE.replace(b"ohne_lage", b"p%d" % number)))
    statements.clear()
    client.get("/prozesse")
    assert len(statements) == before <= 6


def test_every_answer_carries_the_strict_policy(as_person: LogIn, prozess_id: int) -> None:
    client = as_person("prozesse")
    answers = [
        client.get("/prozesse"),
        client.get(f"/prozesse/{prozess_id}/versionen/1"),
        client.get(f"/prozesse/{prozess_id}/versionen/1/original"),
        client.get("/prozesse/999"),
        upload(client, ("leer.bpmn", LEER)),
    ]
    for answer in answers:
        assert answer.headers["Content-Security-Policy"] == CSP
        assert answer.headers["Cache-Control"] == "no-store"
        assert " style=" not in answer.get_data(as_text=True)
        assert " onclick=" not in answer.get_data(as_text=True)


def test_huge_numbers_in_addresses_find_nothing(as_person: LogIn) -> None:
    client = as_person("prozesse")
    for pfad in ("/prozesse/99999999999999999999", "/prozesse/1/versionen/99999999999999999999"):
        assert client.get(pfad).status_code == 404


def test_the_page_has_the_text_twin_and_the_marks(as_person: LogIn, prozess_id: int) -> None:
    page = as_person("asd").get(f"/prozesse/{prozess_id}/versionen/1").get_data(as_text=True)
    assert 'id="schrittliste"' in page
    assert f'data-url="/prozesse/{prozess_id}/versionen/1/original"' in page
    assert "<noscript>" in page
    assert "Läuft wie gezeichnet." in page


def test_the_clock_of_the_pages_decides_what_is_future(
    as_person: LogIn, uhr: Uhr, prozess_id: int, tmp_path: Path
) -> None:
    uhr.jetzt = JETZT + timedelta(days=1)
    answer = as_person("asd").post(f"/prozesse/{prozess_id}/starten", data={"datum": "2026-06-16", "uhrzeit": "8:00"})
    assert answer.status_code == 303


def test_the_responsible_unit_is_chosen_at_the_start_and_owns_the_vorgang(
    as_person: LogIn, amt: Amt, prozess_id: int
) -> None:
    client = as_person("asd")
    page = client.get(f"/prozesse/{prozess_id}/starten").get_data(as_text=True)
    own = re.search(r'<option value="(\d+)" selected>', page)
    others = [unit for unit in re.findall(r'<option value="(\d+)"', page) if own and unit != own.group(1)]
    assert own
    assert others
    for unit in (own.group(1), others[0], "999999", "x"):
        client.post(f"/prozesse/{prozess_id}/starten", data={"einheit": unit})
    with amt.teile.reading() as session:
        units = session.execute(select(Vorgang.orga_einheit_id).order_by(Vorgang.id.desc())).scalars().all()
    # What is no unit of the office is refused; what is no number leaves it to the own unit.
    assert [str(u) for u in units[:3]] == [own.group(1), others[0], own.group(1)]


@pytest.mark.parametrize("name", boesartig.FAELLE)
def test_a_hostile_drawing_is_refused_or_shown_as_text_only(as_person: LogIn, name: str) -> None:
    client = as_person("prozesse")
    answer = upload(client, (f"{boesartig.GEFAHR}.bpmn", boesartig.FAELLE[name][0]))
    answer.request.environ["wsgi.input"].close()  # the client keeps what is large in a file
    pages = [client.get(answer.location), client.get("/prozesse")] if answer.location else [answer]
    for page in pages:
        html = page.get_data(as_text=True)
        assert page.status_code in {200, 422}
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069]", html)
        assert "root:" not in html
