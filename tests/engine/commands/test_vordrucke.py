"""Forms, events and data classes of a draft; and what a drawing brings along when it comes from elsewhere."""

from __future__ import annotations

import pytest
from werkbank import Werkbank, grenztabelle

from engine import db, errors
from engine.commands import einrichtung, prozesse, vordrucke
from engine.katalog import ausgabe
from engine.katalog.ausgabe import Ausgabe
from engine.model.formular import formular_of

FORM = {
    "components": [
        {"type": "number", "key": "betrag", "label": "Betrag", "properties": {"datenklasse": "S0"}},
        {"type": "textfield", "key": "anlass", "label": "Anlass", "properties": {"datenklasse": "S2"}},
    ]
}
NODES = (
    '<userTask id="a" name="Antrag prüfen"/><exclusiveGateway id="g" name="Über 1000 Euro?"/>'
    '<userTask id="b" name="Leitung entscheidet"/>'
    '<intermediateCatchEvent id="t" name="Bedenkzeit"><timerEventDefinition/></intermediateCatchEvent>'
    '<intermediateCatchEvent id="m" name="Antwort da"><messageEventDefinition/></intermediateCatchEvent>'
)
FLOWS = ("s>a", "a>g", "g>b ja", "g>t nein", "b>e", "t>m", "m>e")


def upload(amt, inhalt, wer="modell", **more):
    with db.transaction(amt.sessions) as session:
        (version,) = prozesse.upload_modell(
            session, amt.akteur(wer), dateiname="test.bpmn", inhalt=inhalt, now=amt.now, **more
        )
        return version


@pytest.fixture
def bank(amt, zeichnung):
    return Werkbank(amt, upload(amt, zeichnung(NODES, *FLOWS).encode()))


def test_a_form_is_kept_chosen_and_gives_the_step_its_data_class(bank):
    bank.do(vordrucke.save_formular, name="antrag", schema=FORM, element="a")
    version = bank.version()
    assert version.aufgaben_einstellung("a") == {"formular": "antrag", "datenklasse": "S2"}
    assert [feld.key for feld in formular_of(version, "a").felder] == ["betrag", "anlass"]
    with pytest.raises(errors.Conflict, match="Antrag prüfen"):
        bank.do(vordrucke.remove_formular, name="antrag")
    bank.do(einrichtung.set_aufgabe, element="a", angaben={})
    bank.do(vordrucke.remove_formular, name="antrag")
    assert bank.version().formulare == {}


@pytest.mark.parametrize(
    ("name", "schema", "feld"),
    [
        ("", FORM, "name"),
        ("../x", FORM, "name"),
        ("x" * 61, FORM, "name"),
        ("gut", {"components": [{"type": "textfield", "key": "1 2"}]}, "components[0]"),
        ("gut", {"components": FORM["components"] * 2}, "components[2]"),
    ],
)
def test_a_form_that_cannot_be_used_is_refused(bank, name, schema, feld):
    with pytest.raises(errors.Invalid) as refused:
        bank.do(vordrucke.save_formular, name=name, schema=schema)
    assert feld in refused.value.felder
    assert bank.version().formulare == {}


def test_a_form_has_a_size_and_only_those_who_may_change_it(bank):
    with pytest.raises(errors.Invalid, match="200 kB"):
        bank.do(vordrucke.save_formular, name="gross", schema={"components": [], "x": "x" * 200_000})
    with pytest.raises(errors.NotAllowed):
        bank.do(vordrucke.save_formular, name="a", schema=FORM, wer="anna")
    with pytest.raises(errors.NotFound):
        bank.do(vordrucke.save_formular, name="a", schema=FORM, element="g")


def test_a_field_that_a_deadline_reads_does_not_vanish(bank):
    datum = {"type": "datetime", "subtype": "date", "key": "am", "label": "Am", "properties": {"datenklasse": "S0"}}
    bank.do(vordrucke.save_formular, name="antrag", schema={"components": [datum]}, element="a")
    frist = {"frist": "frist_at(am, 3)", "frist_art": "standard"}
    bank.do(einrichtung.set_aufgabe, element="b", angaben=frist)
    with pytest.raises(errors.Invalid, match="liest „am“"):
        bank.do(vordrucke.save_formular, name="antrag", schema=FORM)
    assert bank.version().formulare["antrag"]["components"] == [datum]


@pytest.mark.parametrize("klasse", ["S2", "S3"])
def test_a_step_without_a_form_notes_in_its_own_data_class(bank, klasse):
    bank.do(einrichtung.set_aufgabe, element="b", angaben={"datenklasse": klasse})
    (feld,) = formular_of(bank.version(), "b").felder
    assert feld.datenklasse == klasse
    with pytest.raises(errors.Invalid):
        bank.do(einrichtung.set_aufgabe, element="b", angaben={"datenklasse": "S0"})


def test_an_event_waits_for_what_was_set_up(bank):
    vorher = {b["art"] for b in bank.version().befunde if b["element"] == "t"}
    bank.do(einrichtung.set_ereignis, element="t", angaben={"zeit_art": "dauer", "zeit": "P3D"})
    bank.do(einrichtung.set_ereignis, element="m", angaben={"nachricht": "antwort", "schluessel": "eingang"})
    version = bank.version()
    assert "zeit_unlesbar" in vorher
    assert {b["art"] for b in version.befunde if b["element"] == "t"} == {"ereignis_eingerichtet"}
    assert b"P3D" in version.ausfuehrbar and b"antwort" in version.ausfuehrbar
    bank.do(einrichtung.set_ereignis, element="t", angaben={})
    assert b"P3D" not in bank.version().ausfuehrbar


@pytest.mark.parametrize(
    ("element", "angaben", "feld"),
    [
        ("t", {"zeit": "P3D"}, "zeit_art"),
        ("t", {"zeit_art": "dauer", "zeit": "bald"}, "zeit"),
        ("t", {"zeit_art": "zeitpunkt", "zeit": "P3D"}, "zeit_art"),
        ("t", {"zeit_art": "wiederholung", "zeit": "R9/P0D"}, "zeit"),
        ("m", {"nachricht": "x", "schluessel": "a +"}, "schluessel"),
    ],
)
def test_a_time_nobody_can_wait_for_is_refused_at_its_field(bank, element, angaben, feld):
    with pytest.raises(errors.Invalid) as refused:
        bank.do(einrichtung.set_ereignis, element=element, angaben=angaben)
    assert feld in refused.value.felder


def test_only_events_have_a_message_or_a_time(bank):
    with pytest.raises(errors.NotFound):
        bank.do(einrichtung.set_ereignis, element="a", angaben={"nachricht": "x"})


def set_everything(bank):
    bank.do(vordrucke.save_formular, name="antrag", schema=FORM, element="a")
    frist = {"frist": "frist_at(eingang, 3)", "frist_art": "gesetzlich", "gesetzlich": True, "va": "V", "pt_min": 7.5}
    bank.do(einrichtung.set_aufgabe, element="a", angaben=frist | {"formular": "antrag"}, meilenstein="m_triage")
    bank.do(einrichtung.set_aufgabe, element="b", angaben={"prioritaet": "hoch", "datenklasse": "S3"})
    kanten = {a.name: a.fluss for a in bank.version().schritt("g").ausgaenge}
    weg = {"art": "ausdruck", "bedingungen": {kanten["ja"]: "betrag > 1000"}, "sonst": kanten["nein"]}
    bank.do(einrichtung.set_verzweigung, element="g", angaben=weg)
    bank.do(einrichtung.set_ereignis, element="t", angaben={"zeit_art": "wiederholung", "zeit": "R3/P7D"})
    bank.do(einrichtung.set_ereignis, element="m", angaben={"nachricht": "antwort", "schluessel": "betrag"})
    bank.do(prozesse.assign_lanes, lanes={"": "asd_nord"})


def test_what_was_exported_comes_back_elsewhere_with_the_same_settings(bank, amt):
    set_everything(bank)
    vorher = bank.version()
    datei = ausgabe.write(vorher, Ausgabe.EINGERICHTET)
    dort = upload(amt, datei.replace(b'id="p"', b'id="anderswo"').replace(b'"p"', b'"anderswo"'), wer="modell")
    assert {k: v for k, v in dort.einrichtung.items() if v} == {k: v for k, v in vorher.einrichtung.items() if v}
    assert dort.formulare == vorher.formulare
    assert "einrichtung_mitgebracht" in {b["art"] for b in dort.befunde}
    assert b"R3/P7D" in dort.ausfuehrbar


def test_where_the_drawing_was_changed_in_another_tool_it_wins(bank, amt):
    set_everything(bank)
    datei = ausgabe.write(bank.version(), Ausgabe.EINGERICHTET)
    geaendert = datei.replace(b">betrag &gt; 1000<", b">betrag &gt; 5000<").replace(b">R3/P7D<", b">P1D<")
    assert geaendert.count(b"5000") == 1
    neu = upload(amt, geaendert.replace(b'value="7.5"', b'value="30"'))
    assert neu.nummer == 2
    assert neu.einrichtung["aufgaben"]["a"]["pt_min"] == 30.0
    assert b"P1D" in neu.ausfuehrbar


CAMUNDA = (
    '<userTask id="a" name="Prüfen"><extensionElements xmlns:camunda="http://camunda.org/schema/1.0/bpmn"><camunda:formData>'
    '<camunda:formField id="betrag" label="Betrag" type="long"><camunda:validation><camunda:constraint name="min" '
    'config="0"/><camunda:constraint name="required"/></camunda:validation></camunda:formField>'
    '<camunda:formField id="art" label="Art" type="enum" defaultValue="x"><camunda:value id="x" name="Ix"/>'
    "</camunda:formField>"
    '<camunda:formField id="notiz" label="&lt;b&gt;" type="string"/></camunda:formData></extensionElements></userTask>'
    '<userTask id="b" name="Eingebettet" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'camunda:formKey="camunda-forms:bpmn:F_1"/>'
    '<extensionElements xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><zeebe:userTaskForm id="F_1">'
    '{"type":"object","title":"Kind","required":["alter"],"properties":{"alter":{"type":"integer","minimum":0},'
    '"ok":{"type":"boolean"},"wo":{"enum":["a","b"]},"wer":{"type":"object","properties":{"name":{"type":"string"}}}}}'
    "</zeebe:userTaskForm></extensionElements>"
)


def test_forms_of_camunda_and_json_schemas_become_ours(amt, zeichnung):
    version = upload(amt, zeichnung(CAMUNDA, "s>a", "a>b", "b>e").encode())
    felder = {feld.key: feld for feld in formular_of(version, "a").felder}
    assert list(felder) == ["betrag", "art", "notiz"]
    assert felder["betrag"].pflicht and felder["betrag"].min == 0
    assert felder["art"].vorgabe == "x" and felder["notiz"].datenklasse == "S1"
    kind = {feld.key: feld for feld in formular_of(version, "b").felder}
    assert list(kind) == ["alter", "ok", "wo", "wer_name"]
    assert kind["alter"].pflicht
    assert [b["element"] for b in version.befunde if b["art"] == "formular_uebernommen"] == ["a", "b"]


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"properties":{"a":5}}', '{"components":[1]}', "[" * 5000])
def test_a_form_in_a_drawing_that_is_none_is_said_and_left_out(amt, zeichnung, text):
    datei = zeichnung(CAMUNDA, "s>a", "a>b", "b>e")
    vorne, hinten = datei.index('{"type"'), datei.index("</zeebe:userTaskForm>")
    version = upload(amt, (datei[:vorne] + text + datei[hinten:]).encode())
    assert "formular" not in version.aufgaben_einstellung("b") or text.startswith('{"properties')


def test_settings_in_a_file_are_hostile_input(amt, zeichnung):
    eigene = "".join(
        f'<camunda:property name="hilfefluss.{name}" value="{wert}"/>'
        for name, wert in (
            ("frist", "1 +"),
            ("va", "&lt;script&gt;"),
            ("pt_min", "1e999"),
            ("verzweigung", "{"),
            ("x", "y"),
        )
    )
    knoten = (
        '<userTask id="a" name="Prüfen"><extensionElements xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
        f"<camunda:properties>{eigene}</camunda:properties></extensionElements></userTask>"
    )
    version = upload(amt, zeichnung(knoten, "s>a", "a>e").encode())
    assert version.aufgaben_einstellung("a") == {}
    assert sum(b["art"] == "einrichtung_unlesbar" for b in version.befunde) >= 3


@pytest.mark.parametrize(("betrag", "danach"), [("5000", {"b"}), ("10", set())])
def test_a_table_decides_at_a_gateway_and_the_exits_say_what_it_said(amt, zeichnung, betrag, danach):
    nodes = '<userTask id="a" name="Antrag"/><exclusiveGateway id="g" name="Groß?"/><userTask id="b" name="Leitung"/>'
    flows = ("s>a", "a>g", "g>b ja", "g>e nein", "b>e")
    settings = {"aufgaben": {"a": {"formular": "antrag"}}, "verzweigungen": {"g": {"art": "person"}}}
    drawing = zeichnung(nodes, *flows)
    parts = {"einrichtung": settings, "formulare": {"antrag": FORM}, "entscheidungen": {"grenze": grenztabelle()}}
    bank = Werkbank(amt, upload(amt, drawing.encode(), **parts))
    kanten = {a.name: a.fluss for a in bank.version().schritt("g").ausgaenge}
    tabelle = {"art": "tabelle", "entscheidung": "grenze", "bedingungen": {kanten["ja"]: 'leitung = "ja"'}}
    with pytest.raises(errors.Invalid):
        bank.do(einrichtung.set_verzweigung, element="g", angaben={**tabelle, "entscheidung": "fehlt"})
    bank.do(einrichtung.set_verzweigung, element="g", angaben={**tabelle, "sonst": kanten["nein"]})
    bank.do(prozesse.assign_lanes, lanes={"": "asd_nord"})
    bank.do(prozesse.publish_version, now=amt.now)
    vorgang = amt.start(bank.wo["prozess_id"])
    amt.finish(vorgang, "a", betrag=betrag)
    assert set(amt.offene(vorgang)) == danach
    kopie = upload(amt, ausgabe.write(bank.version(), Ausgabe.EINGERICHTET).replace(b"Antrag", b"Gesuch"))
    assert kopie.einrichtung["verzweigungen"] == bank.version().einrichtung["verzweigungen"]
