"""A version as files: what they hold, that they can be read again, and that they are recognised."""

from __future__ import annotations

import io
import tomllib
import zipfile
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine import bpmn, errors, katalog
from engine.bpmn.ergebnis import schritt_to_json
from engine.katalog import archiv, ausgabe
from engine.katalog.ausgabe import Ausgabe
from engine.katalog.bericht import Bericht, PaketFehler, Tabelle
from engine.katalog.einrichtung import read_einrichtung
from engine.katalog.schreiben import write_toml
from engine.model import Prozessversion

FASTTRACK = "p02_hze_fasttrack"
FREMD = (
    b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:x="urn:fremd" x:a="1"><process id="p" '
    b'name="P"><extensionElements><x:y/></extensionElements><startEvent id="s" x:farbe="rot"/><userTask id="a">'
    b'<documentation>Bleibt</documentation></userTask><exclusiveGateway id="g"/><callActivity id="c"/>'
    b'<endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="a"/>'
    b'<sequenceFlow id="h" sourceRef="a" targetRef="g"/><sequenceFlow id="i" sourceRef="g" targetRef="e"/>'
    b'<sequenceFlow id="j" sourceRef="g" targetRef="c"/><sequenceFlow id="k" sourceRef="c" targetRef="e"/>'
    b"</process></definitions>"
)
EINRICHTUNG = {
    "lanes": {"": "asd_fachkraft"},
    "aufgaben": {"a": {"frist": "frist_at(bereit, 3)", "frist_art": "standard", "prioritaet": "hoch", "pt_min": 5.0}},
    "verzweigungen": {"g": {"art": "ausdruck", "bedingungen": {"i": 'betrag < 5 and name = "x"'}, "sonst": "j"}},
    "aufrufe": {"c": "anderer"},
    "meilensteine": {"a": "m_triage"},
}


def version(inhalt=FREMD, einrichtung=EINRICHTUNG):
    ergebnis = bpmn.pruefe(inhalt)
    return Prozessversion(
        kennung="p",
        nummer=3,
        name="P",
        dateiname="p.bpmn",
        original=inhalt,
        ausfuehrbar=ergebnis.ausfuehrbar,
        schritte=[schritt_to_json(s) for s in ergebnis.modelle[0].schritte],
        einrichtung=einrichtung,
        formulare={},
    )


def test_the_simplified_file_holds_nothing_foreign_and_the_same_process():
    inhalt = ausgabe.write(version(), Ausgabe.VEREINFACHT)
    assert b"fremd" not in inhalt
    assert b"extensionElements" not in inhalt
    assert b"Bleibt" in inhalt
    assert bpmn.pruefe(inhalt).modelle == bpmn.pruefe(FREMD).modelle


def test_the_file_with_settings_runs_as_set_up_and_keeps_what_was_foreign():
    inhalt = ausgabe.write(version(), Ausgabe.EINGERICHTET)
    assert b"urn:fremd" in inhalt
    wurzel = etree.fromstring(inhalt)
    camunda = "{http://camunda.org/schema/1.0/bpmn}"
    task = wurzel.find(".//{*}userTask")
    assert task.get(f"{camunda}candidateGroups") == "asd_fachkraft"
    assert task.get(f"{camunda}priority") == "75"
    angaben = {p.get("name"): p.get("value") for p in task.iter(f"{camunda}property")}
    assert angaben["hilfefluss.frist"] == "frist_at(bereit, 3)"
    assert angaben["hilfefluss.meilenstein"] == "m_triage"
    assert [k.tag.rpartition("}")[2] for k in task][:2] == ["documentation", "extensionElements"]
    assert wurzel.find(".//{*}callActivity").get("calledElement") == "anderer"
    assert wurzel.find(".//{*}exclusiveGateway").get("default") == "j"
    (schritt,) = [s for s in bpmn.pruefe(inhalt).modelle[0].schritte if s.element == "a"]
    assert schritt.entscheidet == {}


@pytest.mark.parametrize("art", [Ausgabe.AUSFUEHRBAR, Ausgabe.VEREINFACHT, Ausgabe.EINGERICHTET])
def test_a_file_of_ours_says_what_it_is_and_is_written_the_same_again(art):
    inhalt = ausgabe.write(version(), art)
    assert ausgabe.read_herkunft(inhalt) == ("p", 3, art)
    assert ausgabe.write(version(), art) == inhalt


@pytest.mark.parametrize("inhalt", [b"", FREMD, b'exporter="Hilfefluss" exporterVersion="p/3/unsinn"'])
def test_other_files_name_no_origin(inhalt):
    assert ausgabe.read_herkunft(inhalt) is None


@pytest.mark.parametrize("kennung", katalog.list_pakete())
def test_the_settings_of_a_shipped_process_come_back_from_their_file(kennung):
    paket = katalog.lade_paket(kennung)
    text = write_toml(kennung, paket.steckbrief.name, paket.einstellungen, date(2026, 1, 1))
    bericht = Bericht()
    gelesen = read_einrichtung(Tabelle(tomllib.loads(text), "", "", bericht))
    ohne = {k: v for k, v in paket.einstellungen.items() if k != "steckbrief"}
    for aufgabe in ohne["aufgaben"].values():
        aufgabe.pop("datenklasse", None)
    assert bericht.befunde == []
    assert gelesen == ohne


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1).filter(str.strip)))
def test_any_name_and_text_survive_the_settings_file(rufe):
    rufe = {k: v for k, v in rufe.items() if "\ud800" not in k + v}
    text = write_toml("p", "P", {"aufrufe": rufe}, date(2026, 1, 1))
    assert tomllib.loads(text).get("aufrufe", {}) == rufe


def packed(kennung=FASTTRACK, vorne="", **weg):
    """A shipped process folder as a zip file, some files replaced."""
    strom = io.BytesIO()
    with zipfile.ZipFile(strom, "w", zipfile.ZIP_DEFLATED) as ziel:
        for name, inhalt in walk(files("prozesse") / kennung):
            ziel.writestr(f"{vorne}{name}", weg.get(name, inhalt))
    return strom.getvalue()


def walk(ordner, vorne=""):
    for teil in ordner.iterdir():
        if teil.is_dir():
            yield from walk(teil, f"{vorne}{teil.name}/")
        else:
            yield f"{vorne}{teil.name}", teil.read_bytes()


@pytest.mark.parametrize("vorne", [f"{FASTTRACK}/", f"prozesse/{FASTTRACK}/", "irgendwie/", ""])
def test_a_zipped_folder_is_read_like_the_folder(vorne):
    paket = archiv.lade_archiv(packed(vorne=vorne))
    ordner = katalog.lade_paket(FASTTRACK)
    assert (paket.kennung, paket.bpmn, paket.einstellungen) == (ordner.kennung, ordner.bpmn, ordner.einstellungen)
    assert (paket.formulare, paket.entscheidungen) == (ordner.formulare, ordner.entscheidungen)


def test_every_finding_of_a_zipped_folder_is_named():
    with pytest.raises(PaketFehler) as refused:
        archiv.lade_archiv(packed(vorne=f"{FASTTRACK}/", **{"prozess.toml": b'kennung = "x"\n'}))
    assert len(refused.value.befunde) > 3


def zipped(*eintraege):
    strom = io.BytesIO()
    with zipfile.ZipFile(strom, "w", zipfile.ZIP_DEFLATED) as ziel:
        for name, inhalt in eintraege:
            ziel.writestr(name, inhalt)
    return strom.getvalue()


BOMBE = b"\0" * 200_000_000


@pytest.mark.parametrize(
    "inhalt",
    [
        b"PK\x03\x04",
        b"PK\x03\x04" + b"x" * 1000,
        zipped(("a/p.bpmn", b"x")),
        zipped(("a/prozess.toml", b""), ("b/prozess.toml", b"")),
        zipped(("../prozess.toml", b"")),
        zipped(("/etc/prozess.toml", b"")),
        zipped(("a\\..\\prozess.toml", b"")),
        zipped(("a/prozess.toml", BOMBE)),
        zipped(*((f"a/{n}", b"") for n in range(600))),
        zipped(*((f"a/{n}", b"\0" * 4_000_000) for n in range(15))),
        packed(vorne=f"{FASTTRACK}/")[:-500],
    ],
    ids=["leer", "muell", "ohne", "mehrere", "hinauf", "absolut", "windows", "bombe", "viele", "gross", "gekuerzt"],
)
def test_an_archive_that_wants_to_harm_is_refused_in_words(inhalt):
    with pytest.raises(errors.Invalid) as refused:
        archiv.lade_archiv(inhalt)
    assert "Hochladen nicht möglich" in refused.value.text
