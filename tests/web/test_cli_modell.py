"""``hilfefluss modell pruefen``: one answer per file, in words or as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from engine.bpmn import lesen
from web.cli.modell import modell

GUT = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" name="Beratung">\n'
    '<startEvent id="s"/><scriptTask id="t" name="Akte"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
    "</process></definitions>"
)


def write(ordner: Path, name: str, inhalt: bytes | str) -> str:
    datei = ordner / name
    datei.write_bytes(inhalt if isinstance(inhalt, bytes) else inhalt.encode())
    return str(datei)


def test_json_is_one_object_per_file(tmp_path: Path) -> None:
    dateien = [write(tmp_path, "a b.bpmn", GUT), write(tmp_path, "b.bpmn", "kein XML")]
    ausgabe = CliRunner().invoke(modell, ["pruefen", *dateien, "--json"])
    assert ausgabe.exit_code == 1
    gut, schlecht = (json.loads(zeile) for zeile in ausgabe.output.splitlines())
    assert set(gut) == set(schlecht) == {"datei", "status", "prozesse", "befunde"}
    assert (gut["datei"], gut["status"], schlecht["status"]) == (dateien[0], "lauffaehig", "abgelehnt")
    assert gut["prozesse"] == [{"id": "p", "name": "Beratung", "schritte": 2}]
    skript = next(b for b in gut["befunde"] if b["art"] == "skript_von_hand")
    assert (skript["stufe"], skript["zeile"], skript["element"], skript["name"]) == ("warnung", 2, "t", "Akte")
    assert skript["text"] and skript["abhilfe"]


def test_warnings_and_empty_files_are_no_failure(tmp_path: Path) -> None:
    leer = GUT.split("<process")[0] + "</definitions>"
    ausgabe = CliRunner().invoke(modell, ["pruefen", write(tmp_path, "a.bpmn", GUT), write(tmp_path, "b.bpmn", leer)])
    assert ausgabe.exit_code == 0
    assert "a.bpmn: lauffähig" in ausgabe.output and "b.bpmn: leer" in ausgabe.output


def test_in_words_every_finding_names_its_place_and_its_remedy(tmp_path: Path) -> None:
    ausgabe = CliRunner().invoke(modell, ["pruefen", write(tmp_path, "a.bpmn", GUT)]).output
    assert "Prozess „Beratung“ (p): 2 Elemente" in ausgabe
    assert "! Warnung [skript_von_hand] Zeile 2 · „Akte“ · t" in ausgabe
    assert "→ Schreiben Sie je Zeile" in ausgabe


def test_a_missing_file_is_a_mistake_of_the_call(tmp_path: Path) -> None:
    assert CliRunner().invoke(modell, ["pruefen", str(tmp_path / "fehlt.bpmn")]).exit_code == 2
    assert CliRunner().invoke(modell, ["pruefen", str(tmp_path)]).exit_code == 2
    assert CliRunner().invoke(modell, ["pruefen"]).exit_code == 2


def test_of_a_huge_file_only_the_beginning_is_read(tmp_path: Path) -> None:
    datei = write(tmp_path, "gross.bpmn", b" " * (lesen.MAX_BYTES + 10))
    ausgabe = CliRunner().invoke(modell, ["pruefen", "--json", datei])
    assert ausgabe.exit_code == 1


def test_control_characters_of_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    datei = write(
        tmp_path,
        "a.bpmn",
        GUT.replace("Akte", "A&#27;[31mkte&#155;").replace('scriptTask id="t"', 'scriptTask id="\u202et"'),
    )
    ausgabe = CliRunner().invoke(modell, ["pruefen", datei]).output
    assert not {c for c in ausgabe if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160}


def test_plays_print_what_became_of_them_as_json(tmp_path: Path) -> None:
    dateien = [write(tmp_path, "gut.bpmn", GUT), write(tmp_path, "leer.bpmn", "kein XML")]
    ausgabe = CliRunner().invoke(modell, ["spielen", *dateien, "--zufall", "3", "--json"])
    assert ausgabe.exit_code == 0
    gut, leer = (json.loads(zeile) for zeile in ausgabe.output.splitlines())
    [prozess] = gut["prozesse"]
    assert set(prozess) == {"id", "laeufe", "beendet", "haengt", "stoerung", "schritte", "stellen"}
    assert (prozess["id"], prozess["laeufe"], prozess["beendet"], prozess["stellen"]) == ("p", 3, 3, [])
    assert leer == {"datei": dateien[1], "prozesse": []}


def test_a_play_that_stops_is_named_with_its_place_and_fails_the_command(tmp_path: Path) -> None:
    kopf = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">'
    knoten = '<startEvent id="s"/><exclusiveGateway id="g"/><parallelGateway id="j" name="Zusammen"/>'
    paare = (("s", "g"), ("g", "j"), ("g", "j"))
    fluesse = "".join(f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(paare))
    stockt = kopf + knoten + fluesse + "</process></definitions>"
    ausgabe = CliRunner().invoke(modell, ["spielen", write(tmp_path, "a.bpmn", stockt), "--zufall", "2"])
    assert ausgabe.exit_code == 1
    assert "p: 0 von 2 Läufen beendet, 2 bleiben stehen" in ausgabe.output
    assert "2× bei j:" in ausgabe.output
