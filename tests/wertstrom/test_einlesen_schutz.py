"""What is kept out: people in columns, names of Faelle, foreign databases; and object-centric logs."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Invalid
from wertstrom.einlesen import Vorgaben, read_protokoll, read_schluessel
from wertstrom.ereignisprotokoll import Protokoll


def read(ordner: Path, inhalt: str | bytes, **vorgaben: Any) -> Protokoll:
    datei = ordner / "protokoll"
    datei.write_bytes(inhalt.encode() if isinstance(inhalt, str) else inhalt)
    return read_protokoll(datei, Vorgaben(**vorgaben))


# --- people ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spalte", "werte", "grund"),
    [
        ("Vorname", ["a"], "nennt Personen"),
        ("Sachbearbeitung", ["a"], "nennt Personen"),
        ("geb. am", ["a"], "Geburtsdatum"),
        ("Team", ["Sabine Müller", "Kevin", "Ost"], "Vornamen"),
        ("Team", ["Ahorn, Alva", "Birke, Bo", "Distel, Cleo"], "einen Namen"),
        ("Team", ["a@amt.de", "b@amt.de"], "Mailadresse"),
        ("Team", ["01.02.2015", "03.04.2014"], "ein Datum"),
    ],
)
def test_columns_that_look_like_people_are_refused_unless_dropped(
    tmp_path: Path, spalte: str, werte: list[str], grund: str
) -> None:
    zeilen = "".join(f"{n};A;2026-06-01;{wert}\n" for n, wert in enumerate(werte))
    text = f"fall;schritt;ende;{spalte}\n{zeilen}"
    zuordnung = {"merkmal:team": spalte}
    with pytest.raises(Invalid, match=f"sehen nach Personen aus: „{spalte}“ .*{grund}") as fehler:
        read(tmp_path, text, spalten=zuordnung)
    assert not any(wert in fehler.value.text for wert in werte if len(wert) > 1)
    assert read(tmp_path, text).merkmale.num_rows == 0
    assert read(tmp_path, text, spalten=zuordnung, geprueft=[spalte]).merkmale.num_rows == len(werte)


def test_names_of_faelle_are_kept_nowhere_and_stay_the_same_with_a_key_only(tmp_path: Path) -> None:
    schluessel = read_schluessel(tmp_path / "schluessel")
    assert (tmp_path / "schluessel").stat().st_mode & 0o777 == 0o600
    assert read_schluessel(tmp_path / "schluessel") == schluessel
    text = "fall;schritt;ende\n51-2026-1;A;2026-06-01\n51-2026-2;A;2026-06-01\n"
    erste, zweite = (read(tmp_path, text, schluessel=schluessel).faelle["fall"].to_pylist() for _ in range(2))
    assert erste == zweite
    assert len(set(erste)) == 2
    assert read(tmp_path, text).faelle["fall"].to_pylist() == [0, 1]
    assert read(tmp_path, text, schluessel=b"x" * 32).faelle["fall"].to_pylist() != erste
    (tmp_path / "schluessel").write_text("kein Schlüssel")
    with pytest.raises(Invalid, match="keinen Schlüssel"):
        read_schluessel(tmp_path / "schluessel")


# --- OCEL -----------------------------------------------------------------------------------------------------------

OCEL = {
    "objectTypes": [],
    "eventTypes": [],
    "objects": [
        {
            "id": "o1",
            "type": "Antrag",
            "attributes": [{"name": "Hilfeart", "time": "1970-01-01T00:00:00Z", "value": "31"}],
        },
        {"id": "o2", "type": "Antrag"},
        {"id": "p1", "type": "Person", "attributes": [{"name": "name", "value": "Erika"}]},
    ],
    "events": [
        {
            "id": "e1",
            "type": "Prüfen",
            "time": "2026-06-01T08:00:00Z",
            "relationships": [{"objectId": "o1"}, {"objectId": "p1"}],
        },
        {
            "id": "e2",
            "type": "Sammeln",
            "time": "2026-06-02T08:00:00Z",
            "relationships": [{"objectId": "o1"}, {"objectId": "o2"}],
        },
        {"id": "e3", "type": "Allein", "time": "2026-06-03T08:00:00Z", "relationships": []},
    ],
}


def test_objects_of_the_chosen_type_are_the_faelle(tmp_path: Path) -> None:
    text = json.dumps(OCEL)
    with pytest.raises(Invalid, match=r"„Antrag“ \(2\), „Person“ \(1\)"):
        read(tmp_path, text)
    protokoll = read(tmp_path, gzip.compress(text.encode()), objekttyp="Antrag")
    assert protokoll.schritte["name"].to_pylist() == ["Prüfen", "Sammeln", "Sammeln"]
    assert [(m["name"], m["wert"]) for m in protokoll.merkmale.to_pylist()] == [("hilfeart", "31")]
    with pytest.raises(Invalid, match="kommt nicht vor"):
        read(tmp_path, text, objekttyp="Akte")


@pytest.mark.parametrize("text", ["{", '{"events": 3, "objects": []}', "{}", '{"events": [], "objects": [1, null]}'])
def test_json_that_is_no_ocel_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid, match=r"Das Protokoll kann nicht|nicht möglich"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    "angriff",
    [
        "create view object as select 'o' as ocel_id, 'x' as ocel_type",
        "create view event_map_type as select load_extension('x') as ocel_type, 'y' as ocel_type_map",
        "create virtual table object using fts5(ocel_id, ocel_type)",
        "create table object (ocel_id text, ocel_type text)",
    ],
)
def test_a_database_with_views_or_strange_tables_is_not_read(tmp_path: Path, angriff: str) -> None:
    datei = tmp_path / "log.sqlite"
    with closing(sqlite3.connect(datei)) as db:
        db.execute(angriff)
        db.commit()
    with pytest.raises(Invalid, match="SQLite-Datei"):
        read_protokoll(datei, Vorgaben(objekttyp="x"))


def test_a_merkmal_that_names_each_fall_is_refused(tmp_path: Path) -> None:
    text = "fall;schritt;ende;Aktennummer\n" + "".join(f"{n};A;2026-06-01;AZ {n}\n" for n in range(30))
    with pytest.raises(Invalid, match="fast jeder Fall hat einen eigenen Wert"):
        read(tmp_path, text, spalten={"merkmal:nr": "Aktennummer"})


def test_attributes_that_nobody_knows_are_not_read_and_many_of_ours_are_too_many(tmp_path: Path) -> None:
    def log(*namen: str) -> str:
        angaben = "".join(f'<string key="hilfefluss:{name}" value="x"/>' for name in namen)
        ereignis = '<event><string key="concept:name" value="A &amp; B"/>'
        ereignis += '<date key="time:timestamp" value="2026-06-01T08:00:00Z"/></event>'
        return f"<log><trace>{angaben}{ereignis}</trace></log>"

    protokoll = read(tmp_path, log("merkmal:Erika Ahorn", "merkmal:team", "meilenstein:x"))
    assert protokoll.merkmale["name"].to_pylist() == ["team"]
    assert protokoll.schritte["name"].to_pylist() == ["A & B"]
    with pytest.raises(Invalid, match="zu viele verschiedene Merkmale"):
        read(tmp_path, log(*(f"merkmal:m{n}" for n in range(200))))


def test_a_trace_without_end_is_a_wrong_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wertstrom.einlesen.xes.EREIGNISSE_HOECHSTENS", 50)
    with pytest.raises(Invalid, match="Ein einziger Fall hat 50 Ereignisse"):
        read(tmp_path, "<log><trace>" + "<event></event>" * 60 + "</trace></log>")
