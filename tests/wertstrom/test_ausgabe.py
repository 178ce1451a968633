"""Exports: what is written can be read in again and gives the same figures; nothing small or dangerous leaves."""

from __future__ import annotations

import csv
import dataclasses
import json
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from wertstrom_log import MINUTE, MONTAG, STUNDE, TAG, kopf, lauf, zurueck

from engine.errors import Invalid
from engine.kalender import BERLIN
from wertstrom import ausgabe
from wertstrom.ausgabe import Form
from wertstrom.einlesen import Vorgaben, read_protokoll, read_teile
from wertstrom.ereignisprotokoll import MERKMALE, Protokoll, check, create_protokoll
from wertstrom.schutz import OHNE_SCHWELLEN

ZIELE = {
    Form.CSV: "log.csv",
    Form.XES: "log.xes",
    Form.OCEL_JSON: "log.json",
    Form.OCEL_XML: "log.xml",
    Form.OCEL_SQLITE: "log.sqlite",
    Form.PARQUET: "log",
}


def example() -> Protokoll:
    """Everything that a Protokoll can hold."""
    schritte = []
    faelle = []
    pausen = []
    meilensteine = []
    merkmale = []
    for fall in range(7):
        start = MONTAG + fall * TAG
        offen, abgebrochen = fall == 5, fall == 6
        faelle.append(
            kopf(fall, start - STUNDE, None if offen else start + 9 * STUNDE)
            | {"version": 1 + fall % 2}
            | ({"ausgang": "abgebrochen"} if abgebrochen else {})
        )
        schritte += [
            lauf(
                fall, "k1", start, start + STUNDE, start + 3 * STUNDE, name="Prüfen", rolle="ASD", frist_us=start + TAG
            ),
            zurueck(fall, "k2", start + 3 * STUNDE, start + 4 * STUNDE, name='=cmd|"Böse"<&>', rolle="WiJu"),
            lauf(fall, "k1", start + 4 * STUNDE, start + 5 * STUNDE, start + 6 * STUNDE, lauf=2, name="Prüfen"),
            lauf(fall, "t", start + 3 * STUNDE, None, start + 7 * STUNDE + 1, name="Warten", art="warten"),
            lauf(fall, "x", start + 3 * STUNDE, None, start + 3 * STUNDE, name="Weg", ausgang="entfallen"),
            lauf(
                fall, "k3", start + 7 * STUNDE, start + 8 * STUNDE, None if offen else start + 8 * STUNDE, name="Ende"
            ),
        ]
        pausen += [
            {"fall": fall, "knoten": "k1", "lauf": 1, "von_us": start + von * MINUTE, "bis_us": start + bis * MINUTE}
            | {"grund": grund, "extern": extern}
            for von, bis, grund, extern in ((70, 90, "familie", True), (90, 100, "vertretung", False))
        ]
        meilensteine += [
            {"fall": fall, "meilenstein": "m_eingang", "zeit_us": start - STUNDE},
            {"fall": fall, "meilenstein": "m_bescheid", "zeit_us": start + 7 * STUNDE},
        ]
        merkmale.append({"fall": fall, "name": "hilfeart", "wert": "§ 31" if fall else "§ 35a"})
    roh = create_protokoll(faelle, schritte, pausen, meilensteine=meilensteine, merkmale=merkmale, ereignisse=42)
    return check(roh)


def inhalt(protokoll: Protokoll) -> dict[str, list[str]]:
    """Everything but the numbers of the Faelle, in an order of its own; a Fall is known by its begin."""
    beginn = {z["fall"]: z["start_us"] for z in protokoll.faelle.to_pylist()}
    tabellen = {}
    for name in ("faelle", "schritte", "pausen", "meilensteine", "merkmale"):
        zeilen = getattr(protokoll, name).to_pylist()
        tabellen[name] = sorted(str({**z, "fall": beginn[z["fall"]], "prozess": ""}) for z in zeilen)
    return tabellen


@pytest.mark.parametrize("zone", [BERLIN, UTC])
@pytest.mark.parametrize("form", list(Form))
def test_what_is_written_is_read_in_again_as_it_was(tmp_path: Path, form: Form, zone: Any) -> None:
    original = dataclasses.replace(example(), zone=zone)
    ziel = tmp_path / ZIELE[form]
    assert ausgabe.find_form(ziel) == form
    ausgabe.write([original], ziel, form)
    gelesen = read_protokoll(ziel)
    assert inhalt(gelesen) == inhalt(original)
    assert str(gelesen.zone) == str(zone)
    # Another number in every export.
    assert set(gelesen.faelle["fall"].to_pylist()).isdisjoint({7, 8, 9}) or form != Form.PARQUET
    assert not list(tmp_path.glob(".*"))


def test_no_cell_of_a_table_is_a_formula(tmp_path: Path) -> None:
    ausgabe.write([example()], tmp_path / "log.csv", Form.CSV)
    with (tmp_path / "log.csv").open(encoding="utf-8-sig", newline="") as datei:
        zellen = [zelle for zeile in csv.reader(datei, delimiter=";") for zelle in zeile]
    assert '\'=cmd|"Böse"<&>' in zellen
    assert not [zelle for zelle in zellen if zelle[:1] in ("=", "+", "-", "@")]


def test_small_groups_leave_together_and_roles_of_few_people_have_no_name(tmp_path: Path) -> None:
    schonung = ausgabe.find_schonung([example()], k_faelle=5, k_personen=5, besetzung={"ASD": 9, "WiJu": 1})
    # One Fall alone would be told apart as „übrige“: the next group goes with it.
    assert schonung.merkmale == {("hilfeart", "§ 31"), ("hilfeart", "§ 35a")}
    ausgabe.write([example()], tmp_path / "log.xes", Form.XES, schonung)
    text = (tmp_path / "log.xes").read_text(encoding="utf-8")
    assert "35a" not in text
    assert "WiJu" not in text
    assert '"ASD"' in text
    assert OHNE_SCHWELLEN.k_faelle <= 1


def test_a_large_group_keeps_its_name() -> None:
    zeilen = [{"fall": n, "name": "hilfeart", "wert": wert} for n, wert in enumerate("a" * 20 + "b" * 6 + "cccddd")]
    teil = dataclasses.replace(example(), merkmale=MERKMALE.empty_table().from_pylist(zeilen, schema=MERKMALE))
    assert ausgabe.find_schonung([teil], k_faelle=5).merkmale == {("hilfeart", "c"), ("hilfeart", "d")}


def test_nothing_is_overwritten_and_nothing_is_left_of_a_failure(tmp_path: Path) -> None:
    ziel = tmp_path / "log.csv"
    ziel.write_text("wichtig")
    with pytest.raises(Invalid, match="gibt es schon"):
        ausgabe.write([example()], ziel, Form.CSV)
    assert ziel.read_text() == "wichtig"

    def broken() -> Any:
        yield example()
        raise KeyboardInterrupt

    for form, name in ZIELE.items():
        with pytest.raises(KeyboardInterrupt):
            ausgabe.write(broken(), tmp_path / f"neu{name}", form)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["log.csv"]
    with pytest.raises(Invalid, match="Endung"):
        ausgabe.find_form(tmp_path / "log.docx")


def test_ocel_declares_its_types(tmp_path: Path) -> None:
    ausgabe.write([example()], tmp_path / "log.json", Form.OCEL_JSON)
    log = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))
    assert {t["name"] for t in log["objectTypes"]} == {"Vorgang"}
    assert {e["type"] for e in log["events"]} == {t["name"] for t in log["eventTypes"]}
    assert len(log["objects"]) == 7
    assert {r["objectId"] for e in log["events"] for r in e["relationships"]} == {o["id"] for o in log["objects"]}


def test_parts_of_a_folder_come_back_part_by_part(tmp_path: Path) -> None:
    erster, zweiter = example(), dataclasses.replace(example(), ereignisse=3)
    ausgabe.write([erster, zweiter], tmp_path / "log", Form.PARQUET)
    teile = list(read_teile([tmp_path / "log"], Vorgaben()))
    assert [teil.faelle.num_rows for teil in teile] == [7, 7]
    assert sum(teil.ereignisse for teil in teile) == 45


def test_a_folder_without_all_of_its_files_is_refused(tmp_path: Path) -> None:
    ausgabe.write([example()], tmp_path / "log", Form.PARQUET)
    (tmp_path / "log" / "pausen.parquet").unlink()
    with pytest.raises(Invalid, match="kein vollständiges Protokoll"):
        read_protokoll(tmp_path / "log")
