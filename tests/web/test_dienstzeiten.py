"""The page of the office hours: for the administration, from tomorrow on, readable mistakes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.commands import personen
from engine.model import Mandant, OrgaEinheit
from engine.rechte import Rolle
from tests.web.conftest import PASSWORT, Amt, text_of

LogIn = Callable[[str], FlaskClient]
SEITE = "/verwaltung/dienstzeiten"
WOCHE = {f"tag-{n}": "8-12, 13-16" for n in range(4)}


@pytest.fixture
def admin(amt: Amt, as_person: LogIn) -> FlaskClient:
    """Somebody of the administration, logged in."""
    with amt.teile.transaction() as session:
        mandant = session.query(Mandant).filter_by(kennung="kleinstadt").one()
        unit = session.query(OrgaEinheit).filter_by(mandant_id=mandant.id, kennung="amt").one()
        group = personen.create_gruppe(session, unit, kennung="fa", name="Verwaltung", rolle=Rolle.ADMIN_FACH)
        secret = personen.hash_passwort(PASSWORT)
        personen.create_person(
            session, unit, kennung="admin", name="Jana Nelke", passwort_hash=secret, gruppen=(group,)
        )
    return as_person("admin")


def test_a_change_is_shown_with_its_day_and_who_made_it(admin: FlaskClient) -> None:
    assert "Montag bis Freitag: 08:00–16:00" in text_of(admin.get(SEITE))
    answer = admin.post(
        SEITE,
        data=WOCHE | {"gilt_ab": "2026-07-01", "schliesstage": "24.12.2026\n31.12.26", "abweichend": "30.12.2026 9-11"},
        follow_redirects=True,
    )
    words = text_of(answer)
    assert "gelten ab dem 01.07.2026" in words
    assert "01.07.2026 (künftig) Montag bis Donnerstag: 08:00–12:00, 13:00–16:00" in words
    assert "Freitag bis Sonntag: geschlossen Schließtage: 2 Tage mit anderen Zeiten: 1" in words
    assert "Jana Nelke" in words


@pytest.mark.parametrize(
    ("eingabe", "satz"),
    [
        ({"gilt_ab": "2026-06-15"}, "Bitte wählen Sie einen Tag ab dem 16.06.2026"),
        ({"gilt_ab": "morgen"}, "„morgen“ ist keiner"),
        ({"gilt_ab": "2026-07-01", "tag-0": "8 bis 16"}, "Bitte schreiben Sie Zeiten wie 08:00–16:00"),
        ({"gilt_ab": "2026-07-01", **dict.fromkeys(WOCHE, "")}, "Bitte nennen Sie mindestens für einen Wochentag"),
        ({"gilt_ab": "2026-07-01", "schliesstage": "<script>"}, "„&lt;script&gt;“ ist keiner"),
        ({"gilt_ab": "2026-07-01", "abweichend": "24.12.2026 12-8"}, "Bitte ordnen Sie die Zeiten"),
    ],
)
def test_mistakes_are_named_and_what_was_typed_stays(admin: FlaskClient, eingabe: dict[str, str], satz: str) -> None:
    answer = admin.post(SEITE, data=WOCHE | eingabe)
    assert answer.status_code == 422
    assert satz in answer.get_data(as_text=True).replace("&#34;", '"')
    assert "Von Anfang an" in text_of(answer)


def test_others_do_not_reach_it(as_person: LogIn, app: Flask) -> None:
    for kennung in ("controlling", "asd", "prozesse"):
        person = as_person(kennung)
        assert person.get(SEITE).status_code == person.post(SEITE, data={}).status_code == 403
        assert "Dienstzeiten" not in text_of(person.get("/"))
    assert app.test_client().get(SEITE).status_code in (302, 303)
