"""What a version changes against another, told from two rows without a database."""

from __future__ import annotations

from itertools import pairwise

from engine import bpmn
from engine.bpmn.ergebnis import schritt_to_json
from engine.model import Prozessversion
from engine.queries.vergleich import Art, Wechsel, compare

DI = (
    '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><di:BPMNPlane bpmnElement="p">{}</di:BPMNPlane></di:BPMNDiagram>'
)
FORM = {"type": "default", "components": [{"type": "textfield", "key": "grund", "label": "Grund"}]}
FORM_NEU = {"type": "default", "components": [{"type": "number", "key": "betrag", "label": "Betrag"}]}


def version(namen: dict[str, str], nummer: int, lagen: dict[str, tuple[int, int]] | None = None, **mehr):
    kette = ["s", *namen, "e"]
    knoten = "".join(f'<userTask id="{key}" name="{name}"/>' for key, name in namen.items())
    fluesse = "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(kette))
    formen = "".join(
        f'<di:BPMNShape bpmnElement="{key}"><dc:Bounds x="{x}" y="{y}" width="9" height="9"/></di:BPMNShape>'
        for key, (x, y) in (lagen or {}).items()
    )
    xml = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" name="P">'
        f'<startEvent id="s"/>{knoten}<endEvent id="e"/>{fluesse}</process>{DI.format(formen)}</definitions>'
    ).encode()
    (modell,) = bpmn.pruefe(xml).modelle
    felder = {"einrichtung": {}, "formulare": {}, "entscheidungen": {}, "name": "P"} | mehr
    return Prozessversion(nummer=nummer, original=xml, schritte=[schritt_to_json(s) for s in modell.schritte], **felder)


def told(alt, neu):
    return {u.schritt.element: u.art for u in compare(alt, neu).schritte}


def test_the_same_twice_changes_nothing():
    assert compare(version({"a": "A"}, 1), version({"a": "A"}, 2)).gleich


def test_added_removed_and_renamed_steps_are_told():
    gefunden = told(version({"a": "Prüfen", "b": "Weg"}, 1), version({"a": "Sichten", "c": "Hinzu", "d": "Mehr"}, 2))
    assert gefunden["a"] is Art.GEAENDERT
    assert gefunden["c"] is gefunden["d"] is Art.NEU
    assert gefunden["b"] is Art.ENTFALLEN


def test_a_changed_setting_is_told_in_words():
    alt = version({"a": "A"}, 1, einrichtung={"aufgaben": {"a": {"frist": "frist_at(bereit, 3)", "pt_min": 5.0}}})
    neu = version({"a": "A"}, 2, einrichtung={"aufgaben": {"a": {"frist": "frist_at(bereit, 1)", "gesetzlich": True}}})
    (unterschied,) = compare(alt, neu).schritte
    assert set(unterschied.wechsel) == {
        Wechsel("Frist", "3 Arbeitstage ab Beginn des Schritts", "1 Arbeitstag ab Beginn des Schritts"),
        Wechsel("Standardzeit (Minuten)", "5", "–"),
        Wechsel("Schutzschritt", "–", "ja"),
    }


def test_only_what_moved_against_the_rest_has_moved():
    alt = version({"a": "A", "b": "B", "c": "C"}, 1, {"a": (0, 0), "b": (100, 0), "c": (200, 0)})
    shifted = version({"a": "A", "b": "B", "c": "C"}, 2, {"a": (50, 70), "b": (150, 70), "c": (250, 70)})
    moved = version({"a": "A", "b": "B", "c": "C"}, 3, {"a": (0, 0), "b": (100, 200), "c": (200, 0)})
    assert told(alt, shifted) == {}
    assert told(alt, moved) == {"b": Art.VERSCHOBEN}


def test_forms_tables_lanes_and_targets_are_told():
    alt = version({"a": "A"}, 1, formulare={"x": FORM, "alt": FORM}, entscheidungen={"t": "1"})
    neu = version(
        {"a": "A"},
        2,
        formulare={"x": FORM_NEU, "neu": FORM},
        entscheidungen={"t": "2"},
        einrichtung={"lanes": {"": "asd"}, "ziel": {"wert": 10, "einheit": "AT"}},
    )
    ergebnis = compare(alt, neu)
    assert {(t.name, t.art) for t in ergebnis.formulare} == {
        ("alt", Art.ENTFALLEN),
        ("neu", Art.NEU),
        ("x", Art.GEAENDERT),
    }
    assert {w.was for t in ergebnis.formulare for w in t.wechsel} == {"Feld „Grund“", "Feld „Betrag“"}
    assert [(t.name, t.art) for t in ergebnis.entscheidungen] == [("t", Art.GEAENDERT)]
    assert {w.was for w in ergebnis.allgemein} == {"Zuständig außerhalb von Bahnen", "Ziel"}


def test_a_changed_form_says_what_changed_about_each_field():
    feld = {"type": "textfield", "key": "grund", "label": "Grund"}
    streng = {**feld, "validate": {"required": True}, "properties": {"datenklasse": "S2"}}
    kurz = {"type": "number", "key": "n", "label": "N", "validate": {"max": 5}}
    alt = version({"a": "A"}, 1, formulare={"f": {"components": [feld, kurz]}})
    neu = version({"a": "A"}, 2, formulare={"f": {"components": [{**kurz, "validate": {"max": 9}}, streng]}})
    (teil,) = compare(alt, neu).formulare
    assert teil.wechsel == (
        Wechsel("Feld „Grund“, Pflicht", "nein", "ja"),
        Wechsel("Feld „Grund“, Datenklasse", "S1", "S2"),
        Wechsel("Feld „N“, Prüfregeln", "wie bisher", "geändert"),
        Wechsel("Reihenfolge der Felder", "wie bisher", "geändert"),
    )


def test_a_changed_event_and_a_reviewed_law_are_told():
    norm = {"norm": "§ 36 SGB VIII", "kurztext": "Hilfeplan", "geprueft_am": "2025-01-01"}
    alt = version({"a": "A"}, 1, einrichtung={"steckbrief": {"rechtsgrundlagen": [norm]}})
    einrichtung = {
        "ereignisse": {"a": {"nachricht": "antwort", "schluessel": "nr"}},
        "steckbrief": {"rechtsgrundlagen": [norm | {"geprueft_am": "2026-01-01"}]},
    }
    gefunden = compare(alt, version({"a": "A"}, 2, einrichtung=einrichtung))
    assert gefunden.schritte[0].wechsel == (Wechsel("Ereignis", "–", "„antwort“, Schlüssel nr"),)
    assert gefunden.allgemein == (
        Wechsel("Rechtsgrundlage § 36 SGB VIII", "Hilfeplan, geprüft 2025-01-01", "Hilfeplan, geprüft 2026-01-01"),
    )
