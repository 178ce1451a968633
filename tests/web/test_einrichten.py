"""Setting up a draft with plain forms: who sees it, what is kept when it is refused, where one gets next."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkbank import grenztabelle
from werkzeug.test import TestResponse

from engine.model import Prozessversion
from tests.web.conftest import MODELL, Amt, text_of

LogIn = Callable[[str], FlaskClient]
NEU = MODELL.replace("Bedarf einschätzen".encode(), "Bedarf einschätzen in 3 Arbeitstagen".encode())


@pytest.fixture
def manager(as_person: LogIn) -> FlaskClient:
    return as_person("prozesse")


@pytest.fixture
def ort(manager: FlaskClient) -> str:
    """Address of a draft of Kleinstadt's process."""
    answer = manager.post("/prozesse/hochladen", data={"dateien": [(io.BytesIO(NEU), "neu.bpmn")]})
    return f"{answer.location}/einrichten"


def settings(amt: Amt, nummer: int = 2) -> dict[str, object]:
    with amt.teile.reading() as session:
        return session.execute(
            select(Prozessversion.einrichtung).where(
                Prozessversion.kennung == "bedarf", Prozessversion.nummer == nummer
            )
        ).scalar_one()


def save(client: FlaskClient, ort: str, element: str = "freigeben", **felder: str) -> TestResponse:
    return client.post(f"{ort}/schritt", data={"element": element, **felder})


def test_the_overview_says_what_is_set_and_what_the_drawing_suggests(manager: FlaskClient, ort: str, amt: Amt) -> None:
    page = text_of(manager.get(ort))
    assert "3 Schritte mit Aufgaben, 1 mit Frist." in page
    assert "3 Arbeitstage ab Eingang des Vorgangs" in page
    assert "Ist die Hilfe geeignet?" in page
    assert "eine Person" in page


def test_a_step_is_set_and_the_next_one_opens(manager: FlaskClient, ort: str, amt: Amt) -> None:
    answer = save(
        manager,
        ort,
        frist="anzahl",
        anzahl="2",
        einheit="AT",
        ab="bereit",
        frist_art="intern",
        pt_min="7,5",
        va="V",
        gesetzlich="1",
        prioritaet="hoch",
        meilenstein="m_entscheidung",
        weiter="beraten",
    )
    assert answer.status_code == 303
    assert answer.location.endswith("/einrichten/schritt?element=beraten")
    stored = settings(amt)
    assert stored["aufgaben"]["freigeben"] == {
        "frist": "frist_at(bereit, 2)",
        "frist_art": "intern",
        "pt_min": 7.5,
        "va": "V",
        "gesetzlich": True,
        "prioritaet": "hoch",
    }
    assert stored["meilensteine"] == {"freigeben": "m_entscheidung"}
    page = manager.get(f"{ort}/schritt?element=freigeben").get_data(as_text=True)
    assert re.search(r'id="feld-anzahl"[^>]* value="2"', page)
    assert 'value="7,5"' in page


@pytest.mark.parametrize(
    ("felder", "feld"),
    [
        ({"frist": "anzahl", "anzahl": "viele", "einheit": "AT", "ab": "bereit"}, "anzahl"),
        ({"frist": "anzahl", "anzahl": "9" * 30, "einheit": "AT", "ab": "bereit"}, "anzahl"),
        ({"frist": "anzahl", "anzahl": "3", "einheit": "x", "ab": "bereit"}, "anzahl"),
        ({"frist": "anzahl", "anzahl": "3", "einheit": "AT", "ab": "bereit"}, "frist_art"),
        ({"frist": "ausdruck", "ausdruck": "frist_at(", "frist_art": "intern"}, "ausdruck"),
        ({"frist": "ausdruck", "ausdruck": "", "frist_art": "intern"}, "ausdruck"),
        ({"pt_min": "1e400"}, "pt_min"),
        ({"pt_min": "nan"}, "pt_min"),
        ({"va": "<script>"}, "va"),
        ({"formular": "fehlt"}, "formular"),
        ({"meilenstein": "m_x"}, "meilenstein"),
    ],
)
def test_a_wrong_value_is_shown_at_its_field_and_what_was_typed_stays(
    manager: FlaskClient, ort: str, amt: Amt, felder: dict[str, str], feld: str
) -> None:
    before = settings(amt)
    answer = save(manager, ort, **felder)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="fehler-{feld}"' in html
    assert "<script>" not in re.sub(r'<script src="[^"]*"', "", html)
    assert settings(amt) == before


def test_proposals_are_accepted_with_one_click(manager: FlaskClient, ort: str, amt: Amt) -> None:
    save(manager, ort, element="bedarf_einschaetzen", formular="bedarf")  # without its deadline there is room for one
    assert "Vorschläge aus der Zeichnung" in text_of(manager.get(ort))
    answer = manager.post(
        f"{ort}/vorschlaege", data={"vorschlag": ["frist:bedarf_einschaetzen", "x"]}, follow_redirects=True
    )
    assert "1 Vorschlag übernommen." in text_of(answer)
    assert settings(amt)["aufgaben"]["bedarf_einschaetzen"]["frist"] == "frist_at(bereit, 3)"
    assert "Es war kein Vorschlag gewählt" in text_of(manager.post(f"{ort}/vorschlaege", follow_redirects=True))


def test_a_decision_is_made_by_expressions(manager: FlaskClient, ort: str, amt: Amt) -> None:
    seite = f"{ort}/entscheidung"
    assert "Zurzeit wählt eine Person" in text_of(manager.get(f"{seite}?element=geeignet"))
    data = {"element": "geeignet", "art": "ausdruck", "bedingung-0": 'dringlichkeit = "bald"', "sonst": "fluss_nein"}
    assert manager.post(seite, data=data).status_code == 303
    assert "Zurzeit entscheiden Ausdrücke" in text_of(manager.get(f"{seite}?element=geeignet"))
    assert settings(amt)["verzweigungen"]["geeignet"]["sonst"] == "fluss_nein"
    refused = manager.post(seite, data={**data, "bedingung-0": "unbekannt > 1"})
    assert refused.status_code == 422
    assert 'id="fehler-bedingung-0"' in refused.get_data(as_text=True)
    assert manager.post(seite, data={"element": "geeignet", "art": ""}).status_code == 303
    assert settings(amt)["verzweigungen"] == {}


def test_a_version_in_use_offers_a_new_draft(manager: FlaskClient, ort: str) -> None:
    live = ort.replace("/versionen/2/", "/versionen/1/")
    page = manager.get(live)
    assert "Neuen Entwurf anlegen" in text_of(page)
    answer = manager.post(f"{live}/entwurf")
    assert answer.location.endswith("/versionen/3/einrichten")
    assert save(manager, live, pt_min="3").status_code == 409


def test_staff_sees_and_changes_nothing(as_person: LogIn, ort: str, amt: Amt) -> None:
    asd = as_person("asd")
    page = asd.get(f"{ort}/schritt?element=freigeben").get_data(as_text=True)
    assert "Speichern" not in page
    for pfad in ("schritt", "entscheidung", "aufruf", "vorschlaege", "entwurf"):
        assert asd.post(f"{ort}/{pfad}", data={"element": "freigeben"}).status_code == 403
    assert as_person("fremd").get(ort).status_code == 404
    assert as_person("neu").get(ort).status_code == 403


@pytest.mark.parametrize("element", ["", "fehlt", "\0", "<script>", "x" * 5000, "../../x"])
def test_elements_that_do_not_exist_are_not_found(manager: FlaskClient, ort: str, element: str) -> None:
    for seite in ("schritt", "entscheidung"):
        assert manager.get(f"{ort}/{seite}", query_string={"element": element}).status_code == 404
        assert manager.post(f"{ort}/{seite}", data={"element": element}).status_code == 404


STECKBRIEF = {
    "name": "Bedarf klären (neu)",
    "kurzbeschreibung": "Wozu",
    "verantwortlich": "asd_leitung",
    "stand": "2026-06-01",
    "ziel_wert": "10",
    "ziel_einheit": "AT",
    "ziel_von": "m_eingang",
    "ziel_bis": "m_bescheid",
    "norm-1": "§ 36 SGB VIII",
    "kurztext-1": "Hilfeplan",
    "stand-1": "2025-01-01",
    "quelle-1": "BGBl.",
    "geprueft_am-1": "2026-01-01",
}


def test_the_steckbrief_is_set_and_shown_on_the_page_of_the_process(manager: FlaskClient, ort: str, amt: Amt) -> None:
    answer = manager.post(f"{ort}/steckbrief", data=STECKBRIEF)
    assert answer.status_code == 303
    stored = settings(amt)
    assert stored["ziel"] == {"wert": 10, "einheit": "AT", "von": "m_eingang", "bis": "m_bescheid"}
    assert [n["norm"] for n in stored["steckbrief"]["rechtsgrundlagen"]] == ["§ 36 SGB VIII"]
    assert 'value="§ 36 SGB VIII"' in manager.get(f"{ort}/steckbrief").get_data(as_text=True)
    assert "Bedarf klären (neu)" in text_of(manager.get(ort))
    assert "Bedarf klären (neu)" not in text_of(manager.get("/prozesse"))


@pytest.mark.parametrize(
    ("felder", "feld"),
    [
        ({"name": ""}, "name"),
        ({"verantwortlich": "niemand"}, "verantwortlich"),
        ({"stand": "gestern"}, "stand"),
        ({"ziel_wert": "viel"}, "ziel_wert"),
        ({"ziel_bis": "m_x"}, "ziel_bis"),
        ({"geprueft_am-1": "nie"}, "geprueft_am-1"),
        ({"norm-1": ""}, "norm-1"),
        ({"geprueft_am-1": "2024-01-01"}, "geprueft_am-1"),
    ],
)
def test_a_wrong_steckbrief_is_refused_at_its_field(
    manager: FlaskClient, ort: str, amt: Amt, felder: dict[str, str], feld: str
) -> None:
    answer = manager.post(f"{ort}/steckbrief", data={**STECKBRIEF, **felder})
    assert answer.status_code == 422
    assert f'id="fehler-{feld}"' in answer.get_data(as_text=True)
    assert "steckbrief" not in settings(amt)


def test_a_steckbrief_has_limits_and_belongs_to_drafts(manager: FlaskClient, as_person: LogIn, ort: str) -> None:
    assert manager.post(f"{ort}/steckbrief", data={**STECKBRIEF, "kurzbeschreibung": "x" * 3000}).status_code == 422
    assert manager.get(ort.replace("/versionen/2/", "/versionen/1/") + "/steckbrief").status_code == 409
    assert as_person("asd").post(f"{ort}/steckbrief", data=STECKBRIEF).status_code == 403


def test_a_table_with_one_output_decides_by_the_labels_of_the_exits(manager: FlaskClient, ort: str, amt: Amt) -> None:
    files = {"datei": (io.BytesIO(grenztabelle()), "grenze.dmn")}
    drawn = manager.post(ort.replace("/einrichten", "/entscheidungen/hochladen"), data=files)
    assert drawn.status_code == 303
    neu = re.sub(r"/versionen/(\d+).*", r"/versionen/3/einrichten", drawn.location)
    assert "grenze → leitung" in text_of(manager.get(f"{neu}/entscheidung?element=geeignet"))
    data = {"element": "geeignet", "art": "tabelle", "entscheidung": "grenze", "sonst": "fluss_nein"}
    assert manager.post(f"{neu}/entscheidung", data=data).status_code == 303
    stored = settings(amt, 3)["verzweigungen"]["geeignet"]
    assert stored["entscheidung"] == "grenze"
    assert stored["bedingungen"] == {"fluss_ja": 'leitung = "ja"'}
    refused = manager.post(f"{neu}/entscheidung", data={**data, "entscheidung": ""})
    assert refused.status_code == 422 and 'id="fehler-entscheidung"' in refused.text
