"""What happens to a Vorgang besides its Aufgaben, in the browser: messages, timers that are moved, Störungen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.commands import prozesse, stoerungen, vorgaenge
from engine.model import (
    Aufgabe,
    Ereignis,
    EreignisArt,
    Gruppe,
    Mitteilung,
    Stoerung,
    Vorgang,
    VorgangStatus,
    Wartepunkt,
)
from tests.web.conftest import Amt, akteur_of, text_of

LogIn = Callable[[str], FlaskClient]
#: a step with a message and a reminder at its border
MODELL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
<message id="m" name="Antrag zurückgezogen"/><process id="rand" name="Am Rand">
<startEvent id="s"/><userTask id="pruefen" name="Antrag prüfen"/><userTask id="erinnern" name="Erinnern"/>
<endEvent id="e"/><endEvent id="aus" name="Zurückgezogen"/>
<boundaryEvent id="zurueck" name="Antrag zurückgezogen" attachedToRef="pruefen">
  <messageEventDefinition messageRef="m"/></boundaryEvent>
<boundaryEvent id="mahnung" name="Erinnerung" attachedToRef="pruefen" cancelActivity="false">
  <timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition></boundaryEvent>
<sequenceFlow id="f1" sourceRef="s" targetRef="pruefen"/><sequenceFlow id="f2" sourceRef="pruefen" targetRef="e"/>
<sequenceFlow id="f3" sourceRef="zurueck" targetRef="aus"/>
<sequenceFlow id="f4" sourceRef="mahnung" targetRef="erinnern"/>
<sequenceFlow id="f5" sourceRef="erinnern" targetRef="e"/></process></definitions>"""


def publish(amt: Amt, modell: str) -> int:
    """Bring a drawing without lanes into use for the Fachkräfte; id of its process."""
    with amt.teile.transaction() as session:
        modellierung = akteur_of(session, "prozesse")
        [version] = prozesse.upload_modell(
            session, modellierung, dateiname="modell.bpmn", inhalt=modell.encode(), now=amt.uhr.jetzt
        )
        wahl = {"prozess_id": version.prozess_id, "nummer": version.nummer}
        prozesse.assign_lanes(session, modellierung, lanes={"": "asd_fachkraft"}, **wahl)
        prozesse.publish_version(session, modellierung, now=amt.uhr.jetzt, **wahl)
        return int(version.prozess_id)


@pytest.fixture
def vorgang_id(amt: Amt) -> int:
    """A Vorgang of the drawing above, started by „asd“."""
    prozess_id = publish(amt, MODELL)
    with amt.teile.transaction() as session:
        vorgang = vorgaenge.start_vorgang(session, akteur_of(session, "asd"), prozess_id=prozess_id, now=amt.uhr.jetzt)
        return vorgang.id


def token(amt: Amt, element: str) -> str:
    with amt.teile.reading() as session:
        return str(session.query(Wartepunkt.token).filter(Wartepunkt.element_id == element).scalar())


def test_what_may_happen_is_shown_and_can_be_confirmed(as_person: LogIn, amt: Amt, vorgang_id: int) -> None:
    client = as_person("asd")
    page = text_of(client.get(f"/vorgaenge/{vorgang_id}"))
    assert "Antrag zurückgezogen Kann jederzeit eintreffen" in page
    answer = client.post(f"/vorgaenge/{vorgang_id}/ereignisse/{token(amt, 'zurueck')}", follow_redirects=True)
    assert "Bestätigt." in text_of(answer)
    assert "mit „Zurückgezogen“" in text_of(answer)
    assert "eingetroffen – durch eine Nachricht" in text_of(answer)
    with amt.teile.reading() as session:
        assert session.get_one(Vorgang, vorgang_id).status == VorgangStatus.BEENDET


def test_the_second_of_two_who_confirm_sees_the_new_state(as_person: LogIn, amt: Amt, vorgang_id: int) -> None:
    address = f"/vorgaenge/{vorgang_id}/ereignisse/{token(amt, 'zurueck')}"
    assert as_person("asd").post(address).status_code == 303
    answer = as_person("asd2").post(address)
    assert answer.status_code == 409
    assert "Der Vorgang wartet nicht mehr darauf" in text_of(answer)


@pytest.mark.parametrize(
    ("wer", "status"), [("rand", 404), ("fremd", 404), ("prozesse", 403), ("controlling", 403), ("technik", 403)]
)
def test_only_who_takes_part_can_confirm_or_move(
    as_person: LogIn, amt: Amt, vorgang_id: int, wer: str, status: int
) -> None:
    client = as_person(wer)
    assert client.post(f"/vorgaenge/{vorgang_id}/ereignisse/{token(amt, 'zurueck')}").status_code == status
    moved = {"aktion.bis": "2026-07-01", "aktion.verschiebegrund": "termin"}
    assert client.post(f"/vorgaenge/{vorgang_id}/termine/{token(amt, 'mahnung')}", data=moved).status_code == status


@pytest.mark.parametrize("unsinn", ["x", "0" * 32, "%00", "a" * 4000])
def test_a_token_that_nobody_waits_with_is_a_conflict(as_person: LogIn, vorgang_id: int, unsinn: str) -> None:
    assert as_person("asd").post(f"/vorgaenge/{vorgang_id}/ereignisse/{unsinn}").status_code == 409


@pytest.mark.parametrize("unsinn", ["x", "0" * 32])
def test_a_timer_that_runs_no_more_is_a_conflict(as_person: LogIn, vorgang_id: int, unsinn: str) -> None:
    data = {"aktion.bis": "1.7.26", "aktion.verschiebegrund": "unterlagen"}
    assert as_person("asd").post(f"/vorgaenge/{vorgang_id}/termine/{unsinn}", data=data).status_code == 409


def test_a_timer_is_moved_with_its_reason_and_both_instants_are_recorded(
    as_person: LogIn, amt: Amt, vorgang_id: int
) -> None:
    client = as_person("asd")
    answer = client.post(
        f"/vorgaenge/{vorgang_id}/termine/{token(amt, 'mahnung')}",
        data={"aktion.bis": "1.7.26", "aktion.verschiebegrund": "unterlagen"},
        follow_redirects=True,
    )
    text = text_of(answer)
    assert "Frist verschoben." in text
    assert "am Mi, 01.07.2026" in text
    assert "Frist verschoben – weil Unterlagen noch fehlen" in text
    with amt.teile.reading() as session:
        [event] = session.query(Ereignis).filter(Ereignis.art == EreignisArt.FRIST_VERSCHOBEN.value)
        assert event.daten == {"von": "2026-06-18T07:00:00+00:00", "bis": "2026-07-01T21:59:59+00:00"}


@pytest.mark.parametrize(
    ("daten", "text"),
    [
        ({}, "Das ist kein Datum."),
        ({"aktion.bis": "31.2.2026", "aktion.verschiebegrund": "termin"}, "Diesen Tag gibt es nicht."),
        ({"aktion.bis": "2026-07-01"}, "Der Grund fehlt."),
        ({"aktion.bis": "2026-07-01", "aktion.verschiebegrund": "egal"}, "Der Grund fehlt."),
        ({"aktion.bis": "2020-01-01", "aktion.verschiebegrund": "termin"}, "Die neue Frist liegt in der Zukunft"),
        ({"aktion.bis": "2099-01-01", "aktion.verschiebegrund": "termin"}, "höchstens fünf Jahre"),
    ],
)
def test_what_cannot_be_a_new_day_is_said_and_nothing_changes(
    as_person: LogIn, amt: Amt, vorgang_id: int, daten: dict[str, str], text: str
) -> None:
    answer = as_person("asd").post(f"/vorgaenge/{vorgang_id}/termine/{token(amt, 'mahnung')}", data=daten)
    assert answer.status_code == 422
    assert text in text_of(answer)
    assert "Mi, 01.07.2026" not in text_of(answer)


def test_the_deadline_of_an_aufgabe_is_moved_on_its_page_and_what_was_typed_stays(as_person: LogIn, amt: Amt) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    client = as_person("asd")
    answer = client.post(
        f"/aufgaben/{aufgabe_id}/frist",
        data={"aktion.bis": "01.07.2026", "aktion.verschiebegrund": "mitwirkung", "lage": "Die Familie ist verreist."},
        follow_redirects=True,
    )
    assert "bis Mi, 01.07.2026" in text_of(answer)
    assert "verschoben, weil die Familie mehr Zeit braucht" in text_of(answer)
    assert "Die Familie ist verreist." in answer.text


def test_without_a_reason_the_deadline_stays_and_the_page_says_why(as_person: LogIn, amt: Amt) -> None:
    aufgabe_id = amt.new_aufgabe("asd")
    with amt.teile.reading() as session:
        before = session.get_one(Aufgabe, aufgabe_id).frist_am
    answer = as_person("asd").post(f"/aufgaben/{aufgabe_id}/frist", data={"aktion.bis": "01.07.2026"})
    assert answer.status_code == 422
    assert "Verschieben nicht möglich: Der Grund fehlt." in text_of(answer)
    with amt.teile.reading() as session:
        assert session.get_one(Aufgabe, aufgabe_id).frist_am == before


def record(amt: Amt, vorgang_id: int) -> int:
    with amt.teile.transaction() as session:
        aufgabe = session.query(Aufgabe).filter(Aufgabe.vorgang_id == vorgang_id).one()
        trouble = stoerungen.record_stoerung(
            session,
            vorgang_id,
            fehler=RuntimeError("geheim"),
            token=aufgabe.token,
            element=aufgabe.element_id,
            now=amt.uhr.jetzt,
        )
        session.flush()
        return trouble.id


def test_a_stoerung_is_listed_without_the_case_and_set_going_again(as_person: LogIn, amt: Amt, vorgang_id: int) -> None:
    stoerung_id = record(amt, vorgang_id)
    client = as_person("technik")
    page = text_of(client.get("/stoerungen"))
    assert "1 Schritt läuft nicht." in page
    assert "Am Rand, Version 1 Antrag prüfen" in page
    assert "geheim" not in page and "51-2026" not in page
    answer = client.post(f"/stoerungen/{stoerung_id}/wiederholen", follow_redirects=True)
    assert "Die Aufgabe kann erneut erledigt werden." in text_of(answer)
    with amt.teile.reading() as session:
        assert session.get_one(Stoerung, stoerung_id).behoben_am is None


def test_without_stoerungen_the_page_says_that_all_is_well(as_person: LogIn) -> None:
    client = as_person("technik")
    assert client.get("/").location == "/stoerungen"
    assert "Alles läuft" in text_of(client.get("/stoerungen"))


@pytest.mark.parametrize("wer", ["asd", "leitung", "controlling", "neu"])
def test_only_who_looks_after_the_machine_sees_stoerungen(
    as_person: LogIn, amt: Amt, vorgang_id: int, wer: str
) -> None:
    stoerung_id = record(amt, vorgang_id)
    assert as_person(wer).get("/stoerungen").status_code == 403
    assert as_person(wer).post(f"/stoerungen/{stoerung_id}/wiederholen").status_code == 403


def test_stoerungen_of_another_office_do_not_exist(as_person: LogIn) -> None:
    assert as_person("technik").post("/stoerungen/4711/wiederholen").status_code == 404
    assert as_person("technik").post("/stoerungen/starts/4711/wiederholen").status_code == 404


MEHRERE = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
<message id="m" name="Meldung"/><process id="mehrere" name="Mehrere Anlässe">
<startEvent id="s1" name="Antrag"/>
<startEvent id="s2" name="Meldung"><messageEventDefinition messageRef="m"/></startEvent>
<userTask id="antrag" name="Antrag lesen"/><userTask id="meldung" name="Meldung lesen"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s1" targetRef="antrag"/>
<sequenceFlow id="f2" sourceRef="s2" targetRef="meldung"/>
<sequenceFlow id="f3" sourceRef="antrag" targetRef="e"/>
<sequenceFlow id="f4" sourceRef="meldung" targetRef="e"/>
</process></definitions>"""


def test_of_several_starts_a_person_chooses_one(as_person: LogIn, amt: Amt) -> None:
    prozess_id = publish(amt, MEHRERE)
    client = as_person("asd")
    page = client.get(f"/prozesse/{prozess_id}/starten")
    assert "Womit beginnt der Vorgang? Antrag Meldung" in text_of(page)
    answer = client.post(f"/prozesse/{prozess_id}/starten", data={"start": "s2"}, follow_redirects=True)
    assert "Meldung lesen" in text_of(answer)
    wrong = client.post(f"/prozesse/{prozess_id}/starten", data={"start": "gibtesnicht"})
    assert wrong.status_code == 422
    with amt.teile.reading() as session:
        assert session.query(Vorgang).count() == 1


def notify(amt: Amt, vorgang_id: int, gruppe: str) -> int:
    with amt.teile.transaction() as session:
        to = session.query(Gruppe).filter(Gruppe.name == gruppe).one()
        notice = Mitteilung(
            mandant_id=to.mandant_id,
            gruppe_id=to.id,
            vorgang_id=vorgang_id,
            element_id="pruefen",
            titel="Widerspruch ist da",
            am=amt.uhr.jetzt,
        )
        session.add(notice)
        session.flush()
        return notice.id


def test_a_notice_is_announced_read_by_one_and_gone_for_all(as_person: LogIn, amt: Amt, vorgang_id: int) -> None:
    notice = notify(amt, vorgang_id, "ASD Mitte")
    client = as_person("asd")
    assert "Mitteilungen 1" in text_of(client.get("/arbeitskorb"))
    assert "Widerspruch ist da 51-2026-00001" in text_of(client.get("/mitteilungen"))
    for _ in range(2):
        answer = client.post(f"/mitteilungen/{notice}/gelesen", follow_redirects=True)
        assert "ist für Ihre Gruppe zur Kenntnis genommen" in text_of(answer)
    assert "Nichts Neues" in text_of(as_person("asd2").get("/mitteilungen"))
    assert "Mitteilungen" not in text_of(as_person("asd2").get("/arbeitskorb"))


@pytest.mark.parametrize(("wer", "status"), [("rand", 404), ("fremd", 404), ("controlling", 403)])
def test_a_notice_is_for_its_gruppe_only(as_person: LogIn, amt: Amt, vorgang_id: int, wer: str, status: int) -> None:
    notice = notify(amt, vorgang_id, "ASD Mitte")
    assert as_person(wer).post(f"/mitteilungen/{notice}/gelesen").status_code == status
    assert "Widerspruch" not in text_of(as_person(wer).get("/mitteilungen"))


def test_a_notice_about_a_vorgang_out_of_reach_names_it_without_a_way_in(
    as_person: LogIn, amt: Amt, vorgang_id: int
) -> None:
    notify(amt, vorgang_id, "ASD Rand")
    page = as_person("rand").get("/mitteilungen")
    assert "51-2026-00001" in text_of(page)
    assert f"/vorgaenge/{vorgang_id}" not in page.text
