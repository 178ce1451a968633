"""Marks of a workshop in the browser: who leads it sets and removes them, others only look."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from engine.model import Prozess
from tests.web.conftest import Amt, text_of

LogIn = Callable[[str], FlaskClient]
MARKE = {"knoten": "bedarf_einschaetzen", "code": "W07", "text": "Zwei <b>Systeme</b>"}


def test_a_mark_comes_goes_and_is_escaped(as_person: LogIn, amt: Amt) -> None:
    with amt.teile.reading() as session:
        prozess_id = session.query(Prozess.id).filter(Prozess.kennung == "bedarf").scalar()
    seite = f"/wertstrom/{prozess_id}/blitze"
    controlling = as_person("controlling")
    assert "Im Workshop ist noch nichts markiert." in text_of(controlling.get(seite))
    answer = controlling.post(seite, data=MARKE, follow_redirects=True)
    assert "Eine Stelle ist im Workshop markiert." in text_of(answer)
    assert "Zwei &lt;b&gt;Systeme&lt;/b&gt;" in answer.get_data(as_text=True)
    assert "Finn Ginster" in text_of(answer)

    staff = as_person("asd")
    words = text_of(staff.get(seite))
    assert "W07 Doppelerfassung" in words
    assert "Finn Ginster" not in words
    assert "Entfernen" not in words
    assert staff.post(seite, data=MARKE).status_code == 403
    assert staff.post(f"{seite}/1/entfernen").status_code == 403
    assert as_person("fremd").get(seite).status_code == 404
    assert as_person("technik").get(seite).status_code == 403

    controlling = as_person("controlling")
    refused = controlling.post(seite, data=MARKE | {"text": ""})
    assert refused.status_code == 422
    assert "Bitte schreiben Sie kurz, was hier hindert." in text_of(refused)
    gone = text_of(controlling.post(f"{seite}/1/entfernen", follow_redirects=True))
    assert "Im Workshop ist noch nichts markiert." in gone
    assert "Entfernte Markierungen" in gone
    assert controlling.post(f"{seite}/99/entfernen").status_code == 404
