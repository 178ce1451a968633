"""From draft to use and out of it: order, rights, four eyes, and what is recorded."""

from __future__ import annotations

import pytest

from engine import db, errors
from engine.commands import einrichtung, freigaben, prozesse
from engine.commands import personen as buero
from engine.model import Gruppe, Mandant, Mitgliedschaft, VersionStatus
from engine.queries import freigaben as lesen
from engine.rechte import Rolle


@pytest.fixture
def bank(amt, zeichnung):
    """A draft, and commands on it in transactions of their own."""
    with db.transaction(amt.sessions) as session:
        (version,) = prozesse.upload_modell(
            session,
            amt.akteur("modell"),
            dateiname="x.bpmn",
            inhalt=zeichnung('<userTask id="a"/>', "s>a", "a>e").encode(),
            now=amt.now,
        )
        prozesse.assign_lanes(
            session, amt.akteur("modell"), prozess_id=version.prozess_id, nummer=1, lanes={"": "asd_nord"}
        )
    wo = {"prozess_id": version.prozess_id, "nummer": 1}

    def do(command, wer="modell", **more):
        with db.transaction(amt.sessions) as session:
            return command(session, amt.akteur(wer), **wo, **more)

    return do


def add_admin(amt):
    with db.transaction(amt.sessions) as session:
        mandant = session.get_one(Mandant, amt.akteur("anna").mandant_id)
        unit = buero.create_einheit(session, mandant, kennung="fa", name="Fachadministration")
        group = buero.create_gruppe(session, unit, kennung="fa", name="FA", rolle=Rolle.ADMIN_FACH)
        person = buero.create_person(session, unit, kennung="admin", name="Admin", passwort_hash="x", gruppen=(group,))
        amt.ids["admin"] = person.id


def test_the_way_into_use_and_out_of_it_is_recorded(bank, amt):
    assert bank(freigaben.release_version, now=amt.now, grund="Regeln eingehalten").status == "methodisch_freigegeben"
    assert bank(freigaben.release_version, "lea", now=amt.now).status == "fachlich_freigegeben"
    assert bank(prozesse.publish_version, now=amt.now).status == "im_einsatz"
    assert bank(freigaben.retire_version, now=amt.now, grund="ersetzt").status == "inaktiv"
    with db.reading(amt.sessions) as session:
        steps = lesen.freigaben(session, amt.akteur("anna"), 1, 1)
    assert [(s.status, s.wer, s.grund) for s in steps] == [
        (VersionStatus.ENTWURF, "Modell", "hochgeladen"),
        (VersionStatus.METHODISCH_FREI, "Modell", "Regeln eingehalten"),
        (VersionStatus.FACHLICH_FREI, "Lea", ""),
        (VersionStatus.IM_EINSATZ, "Modell", ""),
        (VersionStatus.INAKTIV, "Modell", "ersetzt"),
    ]
    with pytest.raises(errors.NotFound):
        amt.start(1)


def test_the_last_release_needs_a_second_person_and_the_right(bank, amt):
    with pytest.raises(errors.NotAllowed):
        bank(freigaben.release_version, "lea", now=amt.now)  # by method: process management only
    bank(freigaben.release_version, now=amt.now)
    for wer in ("modell", "anna"):
        with pytest.raises(errors.NotAllowed):
            bank(freigaben.release_version, wer, now=amt.now)


def test_one_person_with_both_roles_is_no_four_eyes(bank, amt):
    with db.transaction(amt.sessions) as session:
        group = session.query(Gruppe).filter_by(kennung="leitung").one()
        session.add(
            Mitgliedschaft(
                mandant_id=group.mandant_id,
                orga_einheit_id=group.orga_einheit_id,
                gruppe_id=group.id,
                person_id=amt.ids["modell"],
            )
        )
    bank(freigaben.release_version, now=amt.now)
    with pytest.raises(errors.NotAllowed, match="zweite Person"):
        bank(freigaben.release_version, now=amt.now)


def test_who_changed_the_draft_does_not_give_its_last_release(bank, amt):
    with db.transaction(amt.sessions) as session:
        group = session.query(Gruppe).filter_by(kennung="modell").one()
        session.add(
            Mitgliedschaft(
                mandant_id=group.mandant_id,
                orga_einheit_id=group.orga_einheit_id,
                gruppe_id=group.id,
                person_id=amt.ids["lea"],
            )
        )
    bank(einrichtung.set_aufgabe, "lea", element="a", angaben={"pt_min": 5})
    bank(freigaben.release_version, now=amt.now)
    with pytest.raises(errors.NotAllowed, match="geändert"):
        bank(freigaben.release_version, "lea", now=amt.now)


def test_an_office_that_demands_releases_gets_them(bank, amt):
    add_admin(amt)
    with db.transaction(amt.sessions) as session:
        freigaben.set_regel(session, amt.akteur("admin"), regel="vier_augen")
    with pytest.raises(errors.Invalid, match="Freigabe"):
        bank(prozesse.publish_version, now=amt.now)
    bank(freigaben.release_version, now=amt.now)
    bank(freigaben.release_version, "lea", now=amt.now)
    assert bank(prozesse.publish_version, now=amt.now).status == "im_einsatz"


@pytest.mark.parametrize("wer", ["modell", "lea", "anna"])
def test_only_the_administration_changes_the_rule(amt, wer):
    with pytest.raises(errors.NotAllowed), db.transaction(amt.sessions) as session:
        freigaben.set_regel(session, amt.akteur(wer), regel="einfach")


def test_an_unknown_rule_is_refused(amt):
    add_admin(amt)
    with pytest.raises(errors.Invalid), db.transaction(amt.sessions) as session:
        freigaben.set_regel(session, amt.akteur("admin"), regel="keine")


def test_a_released_version_does_not_change_until_it_is_taken_back(bank, amt):
    bank(freigaben.release_version, now=amt.now)
    with pytest.raises(errors.Conflict):
        bank(einrichtung.set_aufgabe, element="a", angaben={"pt_min": 5})
    with pytest.raises(errors.Invalid):
        bank(freigaben.withdraw_version, now=amt.now, grund=" ")
    bank(freigaben.withdraw_version, "lea", now=amt.now, grund="Frist fehlt")
    bank(einrichtung.set_aufgabe, element="a", angaben={"pt_min": 5})


def test_after_a_withdrawal_the_releases_begin_anew(bank, amt):
    bank(freigaben.release_version, now=amt.now)
    bank(freigaben.withdraw_version, "lea", now=amt.now, grund="x")
    bank(freigaben.release_version, now=amt.now)
    assert bank(freigaben.release_version, "lea", now=amt.now).status == "fachlich_freigegeben"


def test_what_is_in_use_is_neither_released_nor_withdrawn(bank, amt):
    bank(prozesse.publish_version, now=amt.now)
    for command, more in ((freigaben.release_version, {}), (freigaben.withdraw_version, {"grund": "x"})):
        with pytest.raises(errors.Conflict):
            bank(command, now=amt.now, **more)


def test_a_reason_has_an_end(bank, amt):
    with pytest.raises(errors.Invalid):
        bank(freigaben.release_version, now=amt.now, grund="x" * 2000)


def test_a_draft_that_a_published_process_runs_does_not_change_any_more(amt, zeichnung):
    both = zeichnung(
        '<callActivity id="ruf" calledElement="innen"/>',
        "s>ruf",
        "ruf>e",
        more='<process id="innen" isExecutable="true"><startEvent id="is"/><userTask id="ia"/><endEvent id="ie"/>'
        '<sequenceFlow id="i1" sourceRef="is" targetRef="ia"/><sequenceFlow id="i2" sourceRef="ia" targetRef="ie"/>'
        "</process>",
    )
    modell = amt.akteur("modell")
    with db.transaction(amt.sessions) as session:
        versions = prozesse.upload_modell(session, modell, dateiname="x", inhalt=both.encode(), now=amt.now)
    caller, called = sorted(versions, key=lambda v: v.kennung == "innen")

    def do(command, version, **more):
        with db.transaction(amt.sessions) as session:
            return command(session, modell, prozess_id=version.prozess_id, nummer=version.nummer, **more)

    do(prozesse.assign_lanes, called, lanes={"": "asd_nord"})
    do(prozesse.publish_version, caller, now=amt.now)
    with pytest.raises(errors.Conflict, match="ruft Version 1 auf"):
        do(einrichtung.set_aufgabe, called, element="ia", angaben={"pt_min": 1})
    assert do(prozesse.publish_version, called, now=amt.now).status == "im_einsatz"
