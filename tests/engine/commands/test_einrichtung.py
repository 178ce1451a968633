"""Setting up a draft: what is kept, what is checked, what follows its step into the next drawing."""

from __future__ import annotations

import pytest
from werkbank import Werkbank

from engine import db, errors
from engine.commands import einrichtung, entwuerfe, prozesse
from engine.katalog.vorschlaege import propose_all
from engine.model import Prozess

FORM = {
    "antrag": {
        "type": "default",
        "components": [
            {"type": "number", "key": "betrag", "label": "Betrag", "properties": {"datenklasse": "S0"}},
            {"type": "textfield", "key": "anlass", "label": "Anlass", "properties": {"datenklasse": "S2"}},
        ],
    }
}
NODES = (
    '<userTask id="a" name="Antrag prüfen"/><exclusiveGateway id="g" name="Über 1000 Euro?"/>'
    '<userTask id="b" name="Leitung entscheidet"/>'
)
FLOWS = ("s>a", "a>g", "g>b ja", "g>e nein", "b>e")
NOTE = (
    '<textAnnotation id="n"><text>3 Arbeitstage</text></textAnnotation>'
    '<association id="as" sourceRef="{}" targetRef="n"/>'
)


def upload(amt, drawing, **more):
    with db.transaction(amt.sessions) as session:
        versions = prozesse.upload_modell(
            session, amt.akteur("modell"), dateiname="test.bpmn", inhalt=drawing.encode(), now=amt.now, **more
        )
    return versions[0]


@pytest.fixture
def bank(amt, zeichnung):
    return Werkbank(amt, upload(amt, zeichnung(NODES, *FLOWS), formulare=FORM))


def test_a_step_keeps_what_was_set_and_nothing_else(bank):
    bank.do(
        einrichtung.set_aufgabe,
        element="a",
        angaben={
            "frist": "frist_at(bereit, 3)",
            "frist_art": "standard",
            "pt_min": 20,
            "va": "V",
            "formular": "antrag",
        },
        meilenstein="m_eingang",
    )
    version = bank.version()
    assert version.aufgaben_einstellung("a") == {
        "frist": "frist_at(bereit, 3)",
        "frist_art": "standard",
        "pt_min": 20.0,
        "va": "V",
        "formular": "antrag",
        "datenklasse": "S2",
    }
    assert version.einrichtung["meilensteine"] == {"a": "m_eingang"}
    bank.do(einrichtung.set_aufgabe, element="a", angaben={})
    assert bank.version().aufgaben_einstellung("a") == {}
    assert bank.version().einrichtung["meilensteine"] == {}


@pytest.mark.parametrize(
    ("angaben", "feld"),
    [
        ({"frist": "frist_at(", "frist_art": "standard"}, "frist"),
        ({"frist": "frist_at(unbekannt, 3)", "frist_art": "standard"}, "frist"),
        ({"frist": "frist_at(bereit, 3)"}, "frist_art"),
        ({"pt_min": -1}, "pt_min"),
        ({"pt_min": "viel"}, "pt_min"),
        ({"va": "X"}, "va"),
        ({"prioritaet": "egal"}, "prioritaet"),
        ({"formular": "fehlt"}, "formular"),
        ({"entscheidung": "fehlt"}, "entscheidung"),
    ],
)
def test_a_wrong_setting_is_named_at_its_field_and_nothing_is_stored(bank, angaben, feld):
    with pytest.raises(errors.Invalid) as refused:
        bank.do(einrichtung.set_aufgabe, element="a", angaben=angaben)
    assert list(refused.value.felder) == [feld]
    assert bank.version().aufgaben_einstellung("a") == {}


def test_an_unknown_milestone_is_refused(bank):
    with pytest.raises(errors.Invalid):
        bank.do(einrichtung.set_aufgabe, element="a", angaben={}, meilenstein="m_nichts")


def test_a_person_chooses_until_an_expression_decides(bank):
    assert bank.version().schritt("a").entscheidet == {"g": False}
    fluss = {a.name: a.fluss for a in bank.version().schritt("g").ausgaenge}
    bank.do(
        einrichtung.set_verzweigung,
        element="g",
        angaben={"art": "ausdruck", "bedingungen": {fluss["ja"]: "betrag > 1000"}, "sonst": fluss["nein"]},
    )
    version = bank.version()
    assert version.schritt("a").entscheidet == {}
    assert b"betrag &gt; 1000" in version.ausfuehrbar
    assert "entscheidung_eingerichtet" in {b["art"] for b in version.befunde}
    bank.do(einrichtung.set_verzweigung, element="g", angaben={"art": "person"})
    assert bank.version().schritt("a").entscheidet == {"g": False}
    bank.do(einrichtung.set_verzweigung, element="g", angaben=None)
    assert bank.version().einrichtung["verzweigungen"] == {}


@pytest.mark.parametrize(
    ("bedingungen", "feld"),
    [({"f3": "betrag >"}, "f3"), ({"f3": "anlass = 1"}, "f3"), ({}, "bedingungen"), ({"f3": "betrag > 1"}, "sonst")],
)
def test_an_expression_that_cannot_decide_is_refused_at_its_exit(bank, bedingungen, feld):
    with pytest.raises(errors.Invalid) as refused:
        bank.do(einrichtung.set_verzweigung, element="g", angaben={"art": "ausdruck", "bedingungen": bedingungen})
    assert feld in refused.value.felder
    assert "verzweigungen" not in bank.version().einrichtung


def test_a_decision_set_by_expression_runs_as_set(bank, amt):
    bank.do(einrichtung.set_aufgabe, element="a", angaben={"formular": "antrag"})
    bank.do(
        einrichtung.set_verzweigung,
        element="g",
        angaben={"art": "ausdruck", "bedingungen": {"f3": "betrag > 1000"}, "sonst": "f4"},
    )
    bank.do(prozesse.assign_lanes, lanes={"": "asd_nord"})
    bank.do(prozesse.publish_version, now=amt.now)
    viel, wenig = amt.start(bank.wo["prozess_id"]), amt.start(bank.wo["prozess_id"])
    amt.finish(viel, "a", betrag="2000")
    amt.finish(wenig, "a", betrag="10")
    assert (list(amt.offene(viel)), list(amt.offene(wenig))) == (["b"], [])


def test_a_call_gets_its_process(amt, zeichnung):
    amt.publish(zeichnung('<userTask id="innen"/>', "s>innen", "innen>e", prozess="gerufen", name="Gerufen"))
    bank = Werkbank(amt, upload(amt, zeichnung('<callActivity id="ruf" name="Prüfen lassen"/>', "s>ruf", "ruf>e")))
    assert bank.version().schritt("ruf").hat_aufgaben
    with pytest.raises(errors.Invalid):
        bank.do(einrichtung.set_aufruf, element="ruf", kennung="gibt_es_nicht")
    bank.do(einrichtung.set_aufruf, element="ruf", kennung="gerufen")
    assert bank.version().aufrufe == {"gerufen": None}
    bank.do(prozesse.publish_version, now=amt.now)
    assert list(amt.offene(amt.start(bank.wo["prozess_id"]))) == ["innen"]


def test_proposals_are_taken_over_by_their_key_and_only_once(amt, zeichnung):
    bank = Werkbank(amt, upload(amt, zeichnung(NODES + NOTE.format("a"), *FLOWS)))
    version = bank.version()
    offen = propose_all(version.schrittliste(), {}, version.original)
    assert [(v.schluessel, v.quelle) for v in offen] == [("frist:a", "3 Arbeitstage")]
    take = {"schluessel": frozenset({"frist:a", "frist:b", "pt_min:x"})}
    assert bank.do(einrichtung.accept_vorschlaege, **take) == 1
    assert bank.do(einrichtung.accept_vorschlaege, **take) == 0
    assert bank.version().aufgaben_einstellung("a")["frist"] == "frist_at(bereit, 3)"


def test_settings_follow_their_step_into_a_drawing_with_other_ids(bank, amt, zeichnung):
    bank.do(einrichtung.set_aufgabe, element="a", angaben={"formular": "antrag", "pt_min": 5})
    bank.do(einrichtung.set_aufgabe, element="b", angaben={"pt_min": 7})
    bank.do(
        einrichtung.set_verzweigung,
        element="g",
        angaben={"art": "ausdruck", "bedingungen": {"f3": "betrag > 1000"}, "sonst": "f4"},
    )
    other = NODES.replace('id="a"', 'id="Task_1"').replace('id="g"', 'id="Gate_1"').replace('id="b"', 'id="Task_2"')
    flows = [f.replace("a>", "Task_1>").replace(">a", ">Task_1") for f in ("s>a", "a>Gate_1")]
    neu = upload(amt, zeichnung(other, *flows, "Gate_1>Task_2 ja", "Gate_1>e nein", "Task_2>e").replace("f3", "neu3"))
    assert neu.nummer == 2
    assert neu.aufgaben_einstellung("Task_1")["formular"] == "antrag"
    assert neu.aufgaben_einstellung("Task_2") == {"pt_min": 7.0}
    assert neu.einrichtung["verzweigungen"]["Gate_1"]["bedingungen"] == {"neu3": "betrag > 1000"}
    assert neu.schritt("Task_1").entscheidet == {}
    told = {b["element"] for b in neu.befunde if b["art"] == "einrichtung_uebernommen"}
    assert told == {"Task_1", "Task_2", "Gate_1"}


def test_a_step_that_is_gone_takes_its_settings_with_it_and_it_is_said(bank, amt, zeichnung):
    bank.do(einrichtung.set_aufgabe, element="b", angaben={"pt_min": 7})
    neu = upload(amt, zeichnung('<userTask id="a" name="Antrag prüfen"/>', "s>a", "a>e"))
    (told,) = [b for b in neu.befunde if b["art"] == "einrichtung_entfallen"]
    assert "Leitung entscheidet" in told["text"]
    assert neu.einrichtung["aufgaben"] == {}


def test_only_drafts_are_set_up_and_only_by_the_process_management(bank, amt):
    with pytest.raises(errors.NotAllowed):
        bank.do(einrichtung.set_aufgabe, wer="anna", element="a", angaben={})
    with pytest.raises(errors.NotFound):
        bank.do(einrichtung.set_aufgabe, element="fehlt", angaben={})
    bank.do(prozesse.assign_lanes, lanes={"": "asd_nord"})
    bank.do(prozesse.publish_version, now=amt.now)
    for command, more in (
        (einrichtung.set_aufgabe, {"element": "a", "angaben": {}}),
        (einrichtung.set_verzweigung, {"element": "g", "angaben": None}),
        (einrichtung.accept_vorschlaege, {"schluessel": frozenset()}),
    ):
        with pytest.raises(errors.Conflict):
            bank.do(command, **more)


def test_a_new_draft_begins_with_everything_of_an_older_version(bank, amt):
    bank.do(einrichtung.set_aufgabe, element="a", angaben={"formular": "antrag"})
    bank.do(prozesse.assign_lanes, lanes={"": "asd_nord"})
    bank.do(prozesse.publish_version, now=amt.now)
    draft = bank.do(entwuerfe.create_entwurf, now=amt.now)
    assert (draft.nummer, draft.status) == (2, "entwurf")
    assert draft.aufgaben_einstellung("a")["formular"] == "antrag"
    assert draft.einrichtung["lanes"] == {"": "asd_nord"}
    assert bank.version().status == "im_einsatz"


def test_two_processes_of_one_file_are_set_up_together(amt, zeichnung):
    both = zeichnung(
        '<callActivity id="ruf" calledElement="innen"/>',
        "s>ruf",
        "ruf>e",
        more='<process id="innen" isExecutable="true"><startEvent id="is"/><userTask id="ia"/>'
        '<exclusiveGateway id="ig"/><endEvent id="ie"/><endEvent id="ie2"/>'
        '<sequenceFlow id="i1" sourceRef="is" targetRef="ia"/><sequenceFlow id="i2" sourceRef="ia" targetRef="ig"/>'
        '<sequenceFlow id="i3" sourceRef="ig" targetRef="ie"/><sequenceFlow id="i4" sourceRef="ig" targetRef="ie2"/>'
        "</process>",
    )
    with db.transaction(amt.sessions) as session:
        versions = prozesse.upload_modell(
            session, amt.akteur("modell"), dateiname="x", inhalt=both.encode(), now=amt.now, formulare=FORM
        )
    outer, inner = (Werkbank(amt, v) for v in sorted(versions, key=lambda v: v.kennung == "innen"))
    inner.do(
        einrichtung.set_verzweigung,
        element="ig",
        angaben={"art": "ausdruck", "bedingungen": {"i3": "betrag > 1"}, "sonst": "i4"},
    )
    assert outer.version().ausfuehrbar == inner.version().ausfuehrbar
    assert b"betrag" in outer.version().ausfuehrbar


def test_a_process_without_a_name_is_called_like_its_file(amt, zeichnung):
    version = upload(amt, zeichnung('<userTask id="a"/>', "s>a", "a>e", name=""))
    assert version.name == "test"


def test_a_draft_does_not_rename_the_process_in_use(amt, zeichnung):
    prozess_id = amt.publish(zeichnung('<userTask id="a"/>', "s>a", "a>e", name="Alt"))
    draft = upload(amt, zeichnung('<userTask id="a"/>', "s>a", "a>e", name="Neu"))

    def name():
        with db.reading(amt.sessions) as session:
            return session.get_one(Prozess, prozess_id).name

    assert (draft.name, name()) == ("Neu", "Alt")
    with db.transaction(amt.sessions) as session:
        prozesse.publish_version(session, amt.akteur("modell"), prozess_id=prozess_id, nummer=2, now=amt.now)
    assert name() == "Neu"


def test_an_older_drawing_uploaded_again_is_recognised(amt, zeichnung):
    first = upload(amt, zeichnung('<userTask id="a"/>', "s>a", "a>e"))
    upload(amt, zeichnung('<userTask id="b"/>', "s>b", "b>e"))
    assert upload(amt, zeichnung('<userTask id="a"/>', "s>a", "a>e")).nummer == first.nummer
