"""From a drawing to a version im Einsatz."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import db, errors
from engine.commands import prozesse, vorgaenge
from engine.model import Prozessversion, VersionStatus
from engine.queries import prozesse as lesen

EINE = ('<userTask id="a" name="Erfassen"/>', "s>a", "a>e")


def upload(amt, inhalt, wer="modell", datei="test.bpmn"):
    with db.transaction(amt.sessions) as session:
        return prozesse.upload_modell(session, amt.akteur(wer), dateiname=datei, inhalt=inhalt.encode(), now=amt.now)


def test_an_upload_is_a_draft_that_keeps_the_file_byte_for_byte(amt, zeichnung):
    drawing = zeichnung(*EINE)
    (version,) = upload(amt, drawing)
    assert (version.nummer, version.status) == (1, VersionStatus.ENTWURF)
    with db.reading(amt.sessions) as session:
        name, content = lesen.original(session, amt.akteur("modell"), version.prozess_id, 1)
    assert (name, content) == ("test.bpmn", drawing.encode())


def test_a_draft_cannot_be_started(amt, zeichnung):
    (version,) = upload(amt, zeichnung(*EINE))
    with pytest.raises(errors.NotFound, match="Einsatz"), db.transaction(amt.sessions) as session:
        vorgaenge.start_vorgang(session, amt.akteur("anna"), prozess_id=version.prozess_id, now=amt.now)


def test_a_refused_file_names_every_finding_and_stores_nothing(amt):
    with pytest.raises(prozesse.ModellAbgelehnt) as refused:
        upload(amt, "<html/>")
    assert refused.value.befunde
    with db.reading(amt.sessions) as session:
        assert session.execute(select(Prozessversion.id)).first() is None


def test_only_the_process_management_uploads_and_publishes(amt, zeichnung):
    with pytest.raises(errors.NotAllowed):
        upload(amt, zeichnung(*EINE), wer="anna")


def test_lanes_without_gruppe_stop_publication_with_their_names(amt, zeichnung):
    lanes = '<laneSet id="ls"><lane id="l1" name="Unbekannte Stelle"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    (version,) = upload(amt, zeichnung(lanes + EINE[0], *EINE[1:]))
    with pytest.raises(errors.Invalid, match="Unbekannte Stelle"), db.transaction(amt.sessions) as session:
        prozesse.publish_version(session, amt.akteur("modell"), prozess_id=version.prozess_id, nummer=1, now=amt.now)


def test_a_lane_named_like_a_gruppe_or_role_is_assigned_at_once(amt, zeichnung):
    lanes = (
        '<laneSet id="ls"><lane id="l1" name="ASD Nord"><flowNodeRef>a</flowNodeRef></lane>'
        '<lane id="l2" name="Teamleitung ASD"><flowNodeRef>b</flowNodeRef></lane></laneSet>'
    )
    (version,) = upload(amt, zeichnung(lanes + EINE[0] + '<userTask id="b"/>', "s>a", "a>b", "b>e"))
    assert version.einrichtung["lanes"] == {"ASD Nord": "asd_nord", "Teamleitung ASD": "asd_leitung"}


def test_a_second_version_replaces_the_first_and_running_vorgaenge_stay(amt, zeichnung):
    prozess = amt.publish(zeichnung(*EINE))
    running = amt.start(prozess)
    again = amt.publish(zeichnung('<userTask id="neu" name="Neu"/>', "s>neu", "neu>e"))
    assert again == prozess
    assert list(amt.offene(running)) == ["a"]
    assert list(amt.offene(amt.start(prozess))) == ["neu"]
    with db.reading(amt.sessions) as session:
        states = session.execute(select(Prozessversion.nummer, Prozessversion.status)).all()
    assert sorted(states) == [(1, VersionStatus.INAKTIV), (2, VersionStatus.IM_EINSATZ)]


def test_the_same_file_again_is_recognised(amt, zeichnung):
    first = upload(amt, zeichnung(*EINE))
    assert [v.id for v in upload(amt, zeichnung(*EINE))] == [v.id for v in first]


def test_a_published_version_cannot_be_published_or_changed_again(amt, zeichnung):
    prozess = amt.publish(zeichnung(*EINE))
    with pytest.raises(errors.Conflict, match="kein Entwurf mehr"), db.transaction(amt.sessions) as session:
        prozesse.publish_version(session, amt.akteur("modell"), prozess_id=prozess, nummer=1, now=amt.now)
    with pytest.raises(errors.Conflict), db.transaction(amt.sessions) as session:
        prozesse.assign_lanes(session, amt.akteur("modell"), prozess_id=prozess, nummer=1, lanes={"": "asd_sued"})


def test_a_call_runs_the_stored_process_and_returns(amt, zeichnung):
    amt.publish(zeichnung('<userTask id="innen" name="Innen"/>', "s>innen", "innen>e", prozess="gerufen"))
    caller = amt.publish(
        zeichnung(
            '<callActivity id="ruf" calledElement="gerufen"/><userTask id="danach"/>', "s>ruf", "ruf>danach", "danach>e"
        )
    )
    vorgang = amt.start(caller)
    assert list(amt.offene(vorgang)) == ["innen"]
    amt.finish(vorgang, "innen")
    assert list(amt.offene(vorgang)) == ["danach"]


def test_a_called_process_whose_lanes_nobody_works_in_stops_publication(amt, zeichnung):
    both = zeichnung(
        '<callActivity id="ruf" calledElement="innen"/><userTask id="danach"/>',
        "s>ruf",
        "ruf>danach",
        "danach>e",
        more='<process id="innen" isExecutable="true"><startEvent id="is"/><userTask id="ia"/><endEvent id="ie"/>'
        '<sequenceFlow id="i1" sourceRef="is" targetRef="ia"/><sequenceFlow id="i2" sourceRef="ia" targetRef="ie"/>'
        "</process>",
    )
    modell = amt.akteur("modell")

    def act(command, version, **more):
        with db.transaction(amt.sessions) as session:
            return command(session, modell, prozess_id=version.prozess_id, nummer=version.nummer, **more)

    with db.transaction(amt.sessions) as session:
        versions = prozesse.upload_modell(session, modell, dateiname="x", inhalt=both.encode(), now=amt.now)
    caller, called = sorted(versions, key=lambda v: v.kennung == "innen")
    act(prozesse.assign_lanes, caller, lanes={"": "asd_nord"})
    with pytest.raises(errors.Invalid, match="„innen“"):
        act(prozesse.publish_version, caller, now=amt.now)
    act(prozesse.assign_lanes, called, lanes={"": "asd_nord"})
    act(prozesse.publish_version, caller, now=amt.now)
    assert list(amt.offene(amt.start(caller.prozess_id))) == ["ia"]


@pytest.mark.parametrize("ziel", ["modell", "modellierung"])
def test_a_lane_is_never_assigned_to_who_has_no_arbeitskorb(amt, zeichnung, ziel):
    modell = amt.akteur("modell")
    with db.transaction(amt.sessions) as session:
        (version,) = prozesse.upload_modell(
            session, modell, dateiname="x", inhalt=zeichnung(*EINE).encode(), now=amt.now
        )
    with pytest.raises(errors.Invalid), db.transaction(amt.sessions) as session:
        prozesse.assign_lanes(session, modell, prozess_id=version.prozess_id, nummer=1, lanes={"": ziel})
    with db.reading(amt.sessions) as session:
        assert ziel not in dict(lesen.lane_ziele(session, modell))


def test_processes_of_another_office_do_not_exist(amt, zeichnung):
    prozess = amt.publish(zeichnung(*EINE))
    with pytest.raises(errors.NotFound), db.transaction(amt.sessions) as session:
        vorgaenge.start_vorgang(session, amt.akteur("fremd"), prozess_id=prozess, now=amt.now)


ENTSCHEIDUNG = (
    '<userTask id="a" name="Prüfen"/><exclusiveGateway id="g" name="Vollständig?" default="k2"/>'
    '<sequenceFlow id="k1" name="ja" sourceRef="g" targetRef="e">'
    "<conditionExpression>vollstaendig = true</conditionExpression></sequenceFlow>"
    '<sequenceFlow id="k2" name="nein" sourceRef="g" targetRef="a"/>',
    "s>a",
    "a>g",
)
FORM = {
    "pruefung": {
        "type": "default",
        "components": [
            {
                "type": "checkbox",
                "key": "vollstaendig",
                "label": "Vollständig",
                "properties": {"datenklasse": "S0"},
            }
        ],
    }
}


def test_a_condition_that_nothing_can_answer_becomes_a_choice_of_the_person(amt, zeichnung):
    (version,) = upload(amt, zeichnung(*ENTSCHEIDUNG))
    assert version.schritt("a").entscheidet == {"g": False}


def test_a_condition_on_a_field_of_the_forms_decides_by_itself_also_in_the_next_drawing(amt, zeichnung):
    einrichtung = {"aufgaben": {"a": {"formular": "pruefung"}}}
    amt.publish(zeichnung(*ENTSCHEIDUNG), einrichtung=einrichtung, formulare=FORM)
    (again,) = upload(amt, zeichnung(*ENTSCHEIDUNG, name="Neuer Name"))
    assert again.nummer == 2
    assert again.schritt("a").entscheidet == {}
