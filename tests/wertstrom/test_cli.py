"""``hilfefluss wertstrom kennzahlen``: the JSON that other programs read, and refusals in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from web.cli.wertstrom import wertstrom

CSV = """case,activity,start,end
1,Prüfen,2026-06-01T08:00:00,2026-06-01T10:00:00
1,Bescheid,2026-06-02T08:00:00,2026-06-02T09:00:00
2,Prüfen,2026-06-01T08:00:00,2026-06-01T14:00:00
"""


def run(*argumente: str | Path) -> Result:
    return CliRunner().invoke(wertstrom, ["kennzahlen", *map(str, argumente)])


def figures(*argumente: str | Path) -> dict[str, Any]:
    ergebnis = run(*argumente, "--json")
    assert ergebnis.exit_code == 0, ergebnis.output
    zeilen = ergebnis.output.splitlines()
    assert len(zeilen) == 1
    werte: dict[str, Any] = json.loads(zeilen[0])
    return werte


@pytest.fixture
def protokoll(tmp_path: Path) -> Path:
    datei = tmp_path / "protokoll.csv"
    datei.write_text(CSV, encoding="utf-8")
    return datei


def test_one_json_object_with_every_named_figure(protokoll: Path) -> None:
    werte = figures("--protokoll", protokoll)
    assert (werte["faelle"], werte["ereignisse"], werte["abgeschlossen"], werte["offen"]) == (2, 3, 2, 0)
    assert werte["durchlaufzeit_kt"]["median"] == pytest.approx((25 + 6) / 2 / 24)
    assert werte["durchlaufzeit_at"]["median"] == pytest.approx((9 + 6) / 2 / 8)
    assert werte["anteil_bis_ziel"] == 1.0
    assert werte["aktivitaeten"] == {
        "Prüfen": {"n": 2, "liegezeit_kt_median": None, "bearbeitungsdauer_kt_median": pytest.approx(4 / 24)},
        "Bescheid": {
            "n": 1,
            "liegezeit_kt_median": pytest.approx(22 / 24),
            "bearbeitungsdauer_kt_median": pytest.approx(1 / 24),
        },
    }


def test_ends_target_and_land_change_what_they_say(protokoll: Path) -> None:
    werte = figures("--protokoll", protokoll, "--ende", "Bescheid", "--ziel", "1KT", "--land", "BY")
    assert (werte["abgeschlossen"], werte["offen"], werte["anteil_bis_ziel"], werte["ziel"]) == (1, 1, 0.0, "1 KT")


def test_several_ends_may_follow_one_option_or_repeat_it(protokoll: Path) -> None:
    assert figures("--protokoll", protokoll, "--ende", "Bescheid", "Prüfen")["abgeschlossen"] == 2
    assert figures("--protokoll", protokoll, "--ende", "Bescheid", "--ende", "Prüfen")["abgeschlossen"] == 2


def test_people_read_german_text(protokoll: Path) -> None:
    ausgabe = run("--protokoll", protokoll).output
    assert "Fälle: 2 (2 abgeschlossen, 0 noch offen)" in ausgabe
    assert "Bescheid (1): 22 h, 1 h" in ausgabe


@pytest.mark.parametrize(
    ("argumente", "text"),
    [
        (["--ziel", "bald"], "Das Ziel ist nicht verständlich"),
        (["--land", "XX"], "Das Land „XX“ gibt es nicht"),
        (["--spalten", "wer=case"], "Zuordnung"),
        (["--spalten", "fall=Nr"], "„Nr“ (fall) gibt es nicht"),
        (["--ende", "Schluss"], "kommt darin nicht vor"),
        (["--zeitzone", "Mond/Krater"], "Zeitzone"),
        (["Bescheid"], "Unerwartete Angabe"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(protokoll: Path, argumente: list[str], text: str) -> None:
    ergebnis = run("--protokoll", protokoll, *argumente)
    assert ergebnis.exit_code != 0
    assert text in ergebnis.output
    assert "Traceback" not in ergebnis.output


def test_a_missing_file_is_said_in_words(tmp_path: Path) -> None:
    ergebnis = run("--protokoll", tmp_path / "fehlt.csv")
    assert ergebnis.exit_code == 1
    assert "Die Datei gibt es nicht" in ergebnis.output


def test_all_figures_and_milestones_come_with_the_json(protokoll: Path) -> None:
    werte = figures("--protokoll", protokoll, "--meilenstein", "m_bescheid=Bescheid", "--ohne-schwelle")["kennzahlen"]
    assert werte["meilensteinzeit"]["wert"]["K03"]["zeit"]["kt"]["median"] == pytest.approx(25 / 24)
    assert werte["durchlaufzeit"]["wert"]["n"] == 2
    verdeckt = figures("--protokoll", protokoll)["kennzahlen"]
    assert verdeckt["durchlaufzeit"]["wert"] is None


@pytest.mark.parametrize("angabe", ["bescheid=Bescheid", "m_x", "m_x=", "m_bescheid=Fehlt"])
def test_milestones_that_mean_nothing_are_refused(protokoll: Path, angabe: str) -> None:
    ergebnis = run("--protokoll", protokoll, "--meilenstein", angabe)
    assert ergebnis.exit_code == 1
    assert "Meilenstein" in ergebnis.output


def test_waste_of_a_file(protokoll: Path) -> None:
    befehl = ["verschwendung", "--protokoll", str(protokoll)]
    werte = json.loads(CliRunner().invoke(wertstrom, [*befehl, "--json", "--ohne-schwelle"]).output)
    [fund] = werte["funde"]
    assert (fund["code"], fund["knoten"], fund["faelle"]) == ("W04", "Bescheid", 1)
    assert fund["summe_at"] == pytest.approx(6 / 8)
    assert len(werte["regeln"]) == 12
    assert json.loads(CliRunner().invoke(wertstrom, [*befehl, "--json"]).output)["verdeckt"] == 1
    assert "nie Verschwendung" in CliRunner().invoke(wertstrom, befehl).output


def test_causes_of_waiting_and_open_ones_of_a_file(tmp_path: Path) -> None:
    datei = tmp_path / "viele.csv"
    zeilen = [
        f"{n},{name},2026-06-{1 + n:02d}T{beginn}:00:00,2026-06-{1 + n:02d}T{ende}:00:00"
        for n in range(8)
        for name, beginn, ende in (("Prüfen", "08", "09"), ("Bescheid", "11", "12"))
    ]
    datei.write_text("\n".join(["case,activity,start,end", *zeilen]), encoding="utf-8")
    ergebnis = CliRunner().invoke(wertstrom, ["warten", "--protokoll", str(datei)])
    assert ergebnis.exit_code == 0, ergebnis.output
    assert "Vom Warten entfallen" in ergebnis.output
    assert "  Bescheid: 2 h" in ergebnis.output
    werte = json.loads(CliRunner().invoke(wertstrom, ["warten", "--protokoll", str(datei), "--json"]).output)
    assert werte["warten"]["zeilen"][0]["name"] == "Bescheid"
    assert werte["offene"]["offen"] == 0


def test_a_folder_as_store_gives_the_same_figures_and_is_replaced_by_the_next_log(tmp_path: Path) -> None:
    tabelle = tmp_path / "a.csv"
    tabelle.write_text(CSV, encoding="utf-8")
    fragen = ("--protokoll", tabelle, "--ohne-schwelle")
    erwartet = figures(*fragen)
    dauerhaft = [figures(*fragen, "--speicher", tmp_path / "speicher") for _ in range(2)]
    assert dauerhaft == [erwartet, erwartet]
