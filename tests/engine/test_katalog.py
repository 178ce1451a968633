"""A process folder is read as a whole: what fits becomes a package, what does not is named with file and element."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import errors, katalog
from engine.bpmn.ergebnis import SchrittArt
from engine.katalog.beispiel import read_beispiel
from engine.katalog.bericht import MAX_BEFUNDE, Bericht, Tabelle
from engine.katalog.einrichtung import read_einrichtung, zuordnung
from engine.katalog.steckbrief import read_steckbrief

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <process id="mini" name="Mini" isExecutable="true">
    <laneSet id="l"><lane id="l1" name="Amt"><flowNodeRef>mini_e010</flowNodeRef>
      <flowNodeRef>mini_t020</flowNodeRef><flowNodeRef>mini_g030</flowNodeRef><flowNodeRef>mini_t040</flowNodeRef>
      <flowNodeRef>mini_e050</flowNodeRef><flowNodeRef>mini_e060</flowNodeRef></lane></laneSet>
    <startEvent id="mini_e010" name="Anfrage eingegangen"/>
    <sequenceFlow id="f1" sourceRef="mini_e010" targetRef="mini_t020"/>
    <userTask id="mini_t020" name="Anfrage prüfen"/>
    <sequenceFlow id="f2" sourceRef="mini_t020" targetRef="mini_g030"/>
    <exclusiveGateway id="mini_g030" name="Hilfe nötig?" default="f4"/>
    <sequenceFlow id="f3" name="nein" sourceRef="mini_g030" targetRef="mini_e060">
      <conditionExpression>noetig = "nein"</conditionExpression></sequenceFlow>
    <sequenceFlow id="f4" name="ja" sourceRef="mini_g030" targetRef="mini_t040"/>
    <userTask id="mini_t040" name="Hilfe bewilligen"/>
    <sequenceFlow id="f5" sourceRef="mini_t040" targetRef="mini_e050"/>
    <endEvent id="mini_e050" name="Hilfe bewilligt"/>
    <endEvent id="mini_e060" name="Hilfe abgelehnt"/>
  </process>
</definitions>
"""
TOML = """
kennung = "mini"
name = "Mini"
kurzbeschreibung = "Kleiner Prozess."
verantwortlich = "asd_leitung"
stand = 2026-08-01
annahmen = ["(A) Nichts davon ist erhoben."]
ziel = { wert = 10, einheit = "AT", von = "m_eingang", bis = "m_bescheid" }
[lanes]
"Amt" = "asd_fachkraft"
[meilensteine]
mini_e010 = "m_eingang"
mini_e050 = "m_bescheid"
[aufgaben.mini_t020]
formular = "pruefung"
frist = "frist_at(eingang, 3)"
frist_art = "standard"
prioritaet = "hoch"
pt_min = 15
va = "U"
gesetzlich = true
[aufgaben.mini_t020.beispiel]
liegezeit_at = [0, 0.5, 2]
antworten.noetig = { ja = 0.9, nein = 0.1 }
[aufgaben.mini_t040]
frist = "frist_kt(geprueft_am, 14)"
frist_art = "gesetzlich"
[[rechtsgrundlagen]]
norm = "§ 27 SGB VIII"
kurztext = "Hilfe zur Erziehung"
stand = 2026-04-29
quelle = "SGB VIII"
geprueft_am = 2026-04-30
"""
FORM: dict[str, Any] = {
    "type": "default",
    "id": "pruefung",
    "components": [
        {
            "type": "radio",
            "key": "noetig",
            "label": "Hilfe nötig?",
            "values": [{"label": "Ja", "value": "ja"}, {"label": "Nein", "value": "nein"}],
            "validate": {"required": True},
            "properties": {"datenklasse": "S0"},
        },
        {
            "type": "datetime",
            "subtype": "date",
            "key": "geprueft_am",
            "label": "Geprüft am",
            "properties": {"datenklasse": "S0"},
        },
        {"type": "textarea", "key": "lage", "label": "Lage", "properties": {"datenklasse": "S2"}},
    ],
}
BEISPIEL = """
name = "Bewilligt"
eingang = 2026-03-02T09:00:00+01:00
[erwartet]
ende = "mini_e050"
meilensteine = ["m_eingang", "m_bescheid"]
dauer_at = 1
[[schritte]]
rolle = "asd_fachkraft"
erledigt = "mini_t020"
offen = ["mini_t040"]
[schritte.werte]
noetig = "ja"
geprueft_am = 2026-03-02
[[schritte]]
nach_at = 1
rolle = "asd_fachkraft"
erledigt = "mini_t040"
"""
#: changes one file of the folder: name, old text, new text; returns the findings as text
Change = Callable[..., list[str]]


@pytest.fixture
def ordner(tmp_path: Path) -> Path:
    """A small package without a fault."""
    ordner = tmp_path / "mini"
    (ordner / "formulare").mkdir(parents=True)
    (ordner / "beispiele").mkdir()
    (ordner / "mini.bpmn").write_text(BPMN, encoding="utf-8")
    (ordner / "prozess.toml").write_text(TOML, encoding="utf-8")
    (ordner / "formulare" / "pruefung.form").write_text(json.dumps(FORM), encoding="utf-8")
    (ordner / "beispiele" / "gerade.toml").write_text(BEISPIEL, encoding="utf-8")
    return ordner


@pytest.fixture
def change(ordner: Path) -> Change:
    def make(datei: str, alt: str, neu: str) -> list[str]:
        text = (ordner / datei).read_text(encoding="utf-8")
        assert alt in text
        (ordner / datei).write_text(text.replace(alt, neu), encoding="utf-8")
        return befunde(ordner)

    return make


def befunde(ordner: Path) -> list[str]:
    return [f"{b.datei}|{b.element}|{b.grund}" for b in katalog.pruefe_ordner(ordner)[1]]


def test_a_folder_without_a_fault_becomes_a_package(ordner: Path) -> None:
    paket = katalog.lade_ordner(ordner)
    assert paket.kennung == "mini"
    assert paket.dateiname == "mini.bpmn"
    assert paket.bpmn == BPMN.encode()
    assert paket.formulare == {"pruefung": FORM}
    assert paket.einstellungen.pop("steckbrief") == paket.steckbrief.to_json()
    assert paket.einstellungen == {
        "lanes": {"Amt": "asd_fachkraft"},
        "aufgaben": {
            "mini_t020": {
                "formular": "pruefung",
                "frist": "frist_at(eingang, 3)",
                "frist_art": "standard",
                "prioritaet": "hoch",
                "pt_min": 15.0,
                "va": "U",
                "gesetzlich": True,
                "datenklasse": "S2",
                "beispiel": {"liegezeit_at": [0.0, 0.5, 2.0], "antworten": {"noetig": {"ja": 0.9, "nein": 0.1}}},
            },
            "mini_t040": {"frist": "frist_kt(geprueft_am, 14)", "frist_art": "gesetzlich"},
        },
        "meilensteine": {"mini_e010": "m_eingang", "mini_e050": "m_bescheid"},
        "ziel": {"wert": 10, "einheit": "AT", "von": "m_eingang", "bis": "m_bescheid"},
    }
    assert paket.steckbrief.rechtsgrundlagen[0].norm == "§ 27 SGB VIII"
    (beispiel,) = paket.beispiele
    assert beispiel.schritte[0].werte == {"noetig": ("ja",), "geprueft_am": ("2026-03-02",)}


@pytest.mark.parametrize(("eintrag", "attribut"), [('dienst = "berechnen"', "dienst"), ('thema = "druck"', "thema")])
def test_a_service_does_its_step(ordner: Path, change: Change, eintrag: str, attribut: str) -> None:
    (ordner / "beispiele" / "gerade.toml").unlink()
    change("mini.bpmn", '<userTask id="mini_t040"', '<serviceTask id="mini_t040"')
    change("prozess.toml", 'frist = "frist_kt(geprueft_am, 14)"\nfrist_art = "gesetzlich"', eintrag)
    assert befunde(ordner) == []
    paket = katalog.lade_ordner(ordner)
    assert {s.element: s for s in paket.modell.schritte}["mini_t040"].art is SchrittArt.AUTOMATIK
    assert zuordnung(paket.einstellungen) == {"mini_t040": f"{attribut}:{eintrag.split(chr(34))[1]}"}


def test_a_variable_from_outside_may_set_a_deadline(ordner: Path, change: Change) -> None:
    found = change("prozess.toml", "frist_kt(geprueft_am, 14)", "frist_kt(beschieden_am, 14)")
    assert any("beschieden_am" in befund for befund in found)
    assert change("prozess.toml", 'name = "Mini"', 'name = "Mini"\nvariablen = ["beschieden_am"]') == []
    assert katalog.lade_ordner(ordner).einstellungen["variablen"] == ["beschieden_am"]


def test_settings_survive_json(ordner: Path) -> None:
    einstellungen = katalog.lade_ordner(ordner).einstellungen
    assert json.loads(json.dumps(einstellungen)) == einstellungen


def test_packages_are_listed_by_their_folders(ordner: Path) -> None:
    (ordner.parent / "leer").mkdir()
    assert katalog.list_pakete(ordner.parent) == ("mini",)
    assert katalog.lade_paket("mini", ordner.parent).kennung == "mini"
    assert "p02_hze_fasttrack" in katalog.list_pakete()


@pytest.mark.parametrize("kennung", ["fehlt", "../mini", "", ".", "mini/../mini"])
def test_a_name_that_is_no_folder_is_not_found(ordner: Path, kennung: str) -> None:
    with pytest.raises(errors.NotFound):
        katalog.lade_paket(kennung, ordner.parent)


def test_all_faults_are_named_at_once_with_file_element_reason_and_remedy(ordner: Path, change: Change) -> None:
    change("prozess.toml", '"Amt" = "asd_fachkraft"', '"Amt" = "chefin"')
    change("prozess.toml", "mini_e050 =", "mini_e051 =")
    change("formulare/pruefung.form", '"datenklasse": "S2"', '"datenklasse": "S0"')
    with pytest.raises(katalog.PaketFehler) as fehler:
        katalog.lade_ordner(ordner)
    assert {(b.datei, b.element) for b in fehler.value.befunde} >= {
        ("prozess.toml", "lanes"),
        ("prozess.toml", "meilensteine.mini_e051"),
        ("formulare/pruefung.form", "lage"),
    }
    assert all(b.grund and b.abhilfe for b in fehler.value.befunde)
    assert isinstance(fehler.value, errors.Invalid)
    assert "prozess.toml: lanes" in fehler.value.text


@pytest.mark.parametrize(
    ("alt", "neu", "ort"),
    [
        ('kennung = "mini"', 'kennung = "anders"', "kennung"),
        ('kennung = "mini"', "", "kennung"),
        ('name = "Mini"', 'name = " "', "name"),
        ('name = "Mini"', 'name = "Mini"\nnahme = "x"', "nahme"),
        ("stand = 2026-08-01", 'stand = "August"', "stand"),
        ('verantwortlich = "asd_leitung"', 'verantwortlich = "wer"', "verantwortlich"),
        ('["(A) Nichts davon ist erhoben."]', "[1]", "annahmen"),
        ("wert = 10", "wert = 0", "ziel.wert"),
        ("wert = 10", "wert = true", "ziel.wert"),
        ('einheit = "AT"', 'einheit = "Tage"', "ziel.einheit"),
        ('bis = "m_bescheid"', 'bis = "m_hilfeende"', "ziel"),
        ('"Amt" = "asd_fachkraft"', "", "lanes"),
        ('"Amt" = "asd_fachkraft"', '"Amt" = "asd_fachkraft"\n"Fremd" = "asd_fachkraft"', "lanes"),
        ('mini_e010 = "m_eingang"', 'mini_e010 = "m_anfang"', "meilensteine.mini_e010"),
        ("[aufgaben.mini_t040]", "[aufgaben.mini_t041]", "aufgaben.mini_t041"),
        ("[aufgaben.mini_t040]", "[aufgaben.mini_g030]", "aufgaben.mini_g030"),
        ('formular = "pruefung"', 'formular = "fehlt"', "aufgaben.mini_t020.formular"),
        ('formular = "pruefung"', 'formular = "../geheim"', "aufgaben.mini_t020.formular"),
        ("frist_at(eingang, 3)", "frist_at(eingang, ", "aufgaben.mini_t020.frist"),
        ("frist_at(eingang, 3)", "frist_jahre(eingang, 3)", "aufgaben.mini_t020.frist"),
        ("frist_at(eingang, 3)", "frist_at(lage, 3)", "aufgaben.mini_t020.frist"),
        ("frist_kt(geprueft_am, 14)", "frist_kt(niemand, 14)", "aufgaben.mini_t040.frist"),
        ('frist_art = "standard"', "", "aufgaben.mini_t020.frist_art"),
        ('frist_art = "standard"', 'frist_art = "bald"', "aufgaben.mini_t020.frist_art"),
        ('frist = "frist_at(eingang, 3)"', "", "aufgaben.mini_t020.frist_art"),
        ('prioritaet = "hoch"', 'prioritaet = "egal"', "aufgaben.mini_t020.prioritaet"),
        ("pt_min = 15", "pt_min = -1", "aufgaben.mini_t020.pt_min"),
        ("pt_min = 15", "pt_min = nan", "aufgaben.mini_t020.pt_min"),
        ('va = "U"', 'va = "X"', "aufgaben.mini_t020.va"),
        ('va = "U"', 'dienst = "berechnen"', "aufgaben.mini_t020.dienst"),
        ('va = "U"', 'thema = "druck"', "aufgaben.mini_t020.thema"),
        ('va = "U"', 'dienst = "fehlt"', "aufgaben.mini_t020.dienst"),
        ('va = "U"', 'dienst = "berechnen"\nthema = "druck"', "aufgaben.mini_t020.thema"),
        ("gesetzlich = true", 'gesetzlich = "ja"', "aufgaben.mini_t020.gesetzlich"),
        ("[0, 0.5, 2]", "[2, 0.5, 0]", "aufgaben.mini_t020.beispiel.liegezeit_at"),
        ("[0, 0.5, 2]", "[0, inf, inf]", "aufgaben.mini_t020.beispiel.liegezeit_at"),
        ("[0, 0.5, 2]", '["0", 1, 2]', "aufgaben.mini_t020.beispiel.liegezeit_at"),
        ("nein = 0.1", "nein = 0.3", "aufgaben.mini_t020.beispiel.antworten.noetig"),
        ("nein = 0.1", "vielleicht = 0.1", "aufgaben.mini_t020.beispiel.antworten.noetig"),
        ("antworten.noetig", "antworten.unnoetig", "aufgaben.mini_t020.beispiel.antworten.unnoetig"),
        ("antworten.noetig = {", "antworten.geprueft_am = {", "aufgaben.mini_t020.beispiel.antworten.geprueft_am"),
        ("geprueft_am = 2026-04-30", "geprueft_am = 2026-04-28", "rechtsgrundlagen[1].geprueft_am"),
        ('quelle = "SGB VIII"', "", "rechtsgrundlagen[1].quelle"),
        ("[[rechtsgrundlagen]]", "[rechtsgrundlagen]", "rechtsgrundlagen"),
        ('name = "Mini"', 'name = "Mini"\nvariablen = ["eingang"]', "variablen"),
        ('name = "Mini"', 'name = "Mini"\nvariablen = [1]', "variablen"),
    ],
)
def test_a_fault_in_the_settings_is_found_at_its_place(change: Change, alt: str, neu: str, ort: str) -> None:
    assert any(befund.startswith(f"prozess.toml|{ort}|") for befund in change("prozess.toml", alt, neu))


@pytest.mark.parametrize(
    ("alt", "neu", "ort"),
    [
        ('name = "Bewilligt"', "", "name"),
        ("T09:00:00+01:00", "T09:00:00", "eingang"),
        ('ende = "mini_e050"', 'ende = "mini_t040"', "erwartet.ende"),
        ('ende = "mini_e050"', 'ende = "mini_e051"', "erwartet.ende"),
        ('"m_bescheid"]', '"m_abschluss"]', "erwartet.meilensteine"),
        ("[erwartet]", "[erwartung]", "erwartet"),
        ('rolle = "asd_fachkraft"', 'rolle = "asd_leitung"', "schritte[1].rolle"),
        ('erledigt = "mini_t020"', 'erledigt = "mini_t021"', "schritte[1].erledigt"),
        ('erledigt = "mini_t020"', 'erledigt = "mini_g030"', "schritte[1].erledigt"),
        ('erledigt = "mini_t020"', 'bestaetigt = "mini_t020"', "schritte[1].bestaetigt"),
        ('erledigt = "mini_t020"', 'erledigt = "mini_t020"\nbestaetigt = "mini_t020"', "schritte[1]"),
        ('erledigt = "mini_t040"', 'gibt_zurueck = "mini_t040"\nan = "mini_e010"\ngrund = "W05"', "schritte[2].an"),
        ('erledigt = "mini_t040"', 'gibt_zurueck = "mini_t040"\nan = "mini_t020"', "schritte[2].grund"),
        ('offen = ["mini_t040"]', 'offen = ["mini_t041"]', "schritte[1].offen"),
        ('noetig = "ja"', 'noetig = "vielleicht"', "schritte[1].werte.noetig"),
        ('noetig = "ja"', "", "schritte[1].werte.noetig"),
        ('noetig = "ja"', 'noetig = "ja"\nfremd = "x"', "schritte[1].werte.fremd"),
        ('noetig = "ja"', "noetig = { a = 1 }", "schritte[1].werte"),
        ("nach_at = 1", "nach_at = -1", "schritte[2].nach_at"),
        ("nach_at = 1", "nach_at = 99999", "schritte[2].nach_at"),
        ("nach_at = 1", 'nach_at = 1\nausgang = { mini_g030 = "f3" }', "schritte[2].ausgang"),
    ],
)
def test_a_fault_in_a_walk_through_is_found_at_its_place(change: Change, alt: str, neu: str, ort: str) -> None:
    assert any(b.startswith(f"beispiele/gerade.toml|{ort}|") for b in change("beispiele/gerade.toml", alt, neu))


def test_a_decision_without_conditions_needs_its_exit_in_the_walk_through(ordner: Path, change: Change) -> None:
    found = change("mini.bpmn", '<conditionExpression>noetig = "nein"</conditionExpression>', "")
    assert any("schritte[1].ausgang" in befund for befund in found)
    assert change("beispiele/gerade.toml", '"mini_t040"]', '"mini_t040"]\nausgang = { mini_g030 = "f4" }') == []
    assert katalog.lade_ordner(ordner).beispiele[0].schritte[0].ausgang == {"mini_g030": ("f4",)}


def test_sending_back_and_waiting_are_steps_too(ordner: Path, change: Change) -> None:
    zurueck = 'gibt_zurueck = "mini_t040"\nan = "mini_t020"\ngrund = "W06"\n[[schritte]]\nnach_at = 3'
    assert change("beispiele/gerade.toml", 'erledigt = "mini_t040"', zurueck) == []
    handlungen = [s.handlung for s in katalog.lade_ordner(ordner).beispiele[0].schritte]
    assert handlungen == [katalog.Handlung.ERLEDIGT, katalog.Handlung.GIBT_ZURUECK, katalog.Handlung.KEINE]


def test_a_form_nobody_uses_and_a_foreign_file_are_named(ordner: Path) -> None:
    shutil.copy(ordner / "formulare" / "pruefung.form", ordner / "formulare" / "uebrig.form")
    (ordner / "formulare" / "liesmich.txt").write_text("x", encoding="utf-8")
    (ordner / "beispiele" / "ordner.toml").mkdir()
    assert {befund.split("|")[0] for befund in befunde(ordner)} == {
        "formulare/uebrig.form",
        "formulare/liesmich.txt",
        "beispiele/ordner.toml",
    }


@pytest.mark.parametrize(
    ("datei", "inhalt"),
    [
        ("prozess.toml", b""),
        ("prozess.toml", b"kennung = "),
        ("prozess.toml", b"\xff\xfe"),
        ("prozess.toml", b"x = " + b"[" * 5000),
        ("prozess.toml", b"#" * 5_000_001),
        ("prozess.toml", b'aufgaben = 1\nlanes = []\nmeilensteine = "x"\nziel = 3\nrechtsgrundlagen = {}'),
        ("prozess.toml", b"[aufgaben]\nmini_t020 = 1\n[meilensteine]\nmini_e010 = 2"),
        ("mini.bpmn", b""),
        ("mini.bpmn", b"<definitions/>"),
        ("mini.bpmn", BPMN.replace('process id="mini"', 'process id="maxi"').encode()),
        ("mini.bpmn", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        ("formulare/pruefung.form", b"[]"),
        ("formulare/pruefung.form", b"{"),
        ("formulare/pruefung.form", b"[" * 100_000),
        ("formulare/pruefung.form", b'{"components": [{"type": "iframe"}]}'),
        ("beispiele/gerade.toml", b"schritte = []"),
        ("beispiele/gerade.toml", b'schritte = [1]\neingang = 1\nname = 1\nerwartet = "x"'),
    ],
)
def test_a_broken_file_is_a_finding_and_never_an_exception(ordner: Path, datei: str, inhalt: bytes) -> None:
    (ordner / datei).write_bytes(inhalt)
    assert any(befund.startswith(datei) for befund in befunde(ordner))


@pytest.mark.parametrize("datei", ["prozess.toml", "mini.bpmn", "formulare/pruefung.form"])
def test_a_missing_file_is_a_finding(ordner: Path, datei: str) -> None:
    (ordner / datei).unlink()
    assert any(datei in befund or "pruefung" in befund for befund in befunde(ordner))


def test_findings_are_limited_and_named_once() -> None:
    bericht = Bericht()
    for nummer in [*range(MAX_BEFUNDE + 50), 0, 1]:
        bericht.add("datei", str(nummer), "Grund.", "Abhilfe.")
    assert len(bericht.befunde) == MAX_BEFUNDE


SCHLUESSEL = st.sampled_from(
    "name lanes meilensteine aufgaben ziel wert formular frist frist_art pt_min va beispiel liegezeit_at antworten "
    "rechtsgrundlagen norm stand schritte erwartet ende eingang rolle erledigt gibt_zurueck nach_at werte "
    "ausgang offen".split()
)
WERT = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates() | st.datetimes(),
    lambda teil: st.lists(teil, max_size=4) | st.dictionaries(SCHLUESSEL | st.text(max_size=4), teil, max_size=6),
    max_leaves=25,
)


@given(st.dictionaries(SCHLUESSEL, WERT, max_size=8))
def test_whatever_stands_in_a_file_reading_it_only_reports(daten: dict[str, Any]) -> None:
    tabelle = Tabelle(daten, "prozess.toml", "", Bericht())
    json.dumps(read_einrichtung(tabelle))
    read_steckbrief(tabelle, ["asd_leitung"])
    read_beispiel("b", tabelle)
