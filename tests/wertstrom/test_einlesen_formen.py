"""Files as offices have them: titles, wide tables, workbooks, old encodings, reports, profiles, the command."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner

from engine.errors import Invalid
from web.cli import main
from wertstrom.einlesen import (
    Fortschritt,
    Lesung,
    Vorgaben,
    read_profil,
    read_protokoll,
    recognise,
    write_profil,
)
from wertstrom.einlesen.zeitangaben import Zeitleser
from wertstrom.ereignisprotokoll import Protokoll, as_zeit

TITEL = "Auswertung ASD;;;;;\nStand 01.07.2026\n\n"
LANG = "Fall;Aktivität;Beginn;Ende;Stelle;Hilfeart\n" + "".join(
    f"0{fall};{name};0{tag}.03.2026 08:15;0{tag}.03.2026 09:15;ASD;§ 31\n"
    for fall in range(3)
    for name, tag in (("Erstgespräch führen", 3), ("Größe prüfen", 4))
)
BREIT = """Fallnr;Hilfeart;Eingang;Erstgespräch;Fachteam;Bescheid;Geburtsdatum
4711;31;03.03.2026;10.03.2026;24.03.2026;05.05.2026;01.02.2015
4712;34;04.03.2026;;24.03.2026;;03.04.2014
4712;34;05.03.2026;06.03.2026;;;03.04.2014
;;;;;;
Summe;;;;;;
"""


def read(ordner: Path, inhalt: str | bytes, **vorgaben: Any) -> Protokoll:
    datei = ordner / "protokoll"
    datei.write_bytes(inhalt.encode() if isinstance(inhalt, str) else inhalt)
    return read_protokoll(datei, Vorgaben(**vorgaben))


def names(protokoll: Protokoll) -> list[str]:
    return protokoll.schritte["name"].to_pylist()


# --- tables ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zeichensatz", ["utf-8-sig", "cp1252", "cp850", "utf-16", "utf-16-le"])
def test_titles_above_the_heading_and_old_encodings(tmp_path: Path, zeichensatz: str) -> None:
    protokoll = read(tmp_path, (TITEL + LANG).encode(zeichensatz))
    assert names(protokoll)[:2] == ["Erstgespräch führen", "Größe prüfen"]
    assert protokoll.schritte["rolle"][0].as_py() == "ASD"
    assert [m["wert"] for m in protokoll.merkmale.to_pylist()] == ["§ 31"] * 3
    assert protokoll.hinweise == ()


def test_a_byte_far_below_decides_the_encoding(tmp_path: Path) -> None:
    zeilen = "".join(f"{n};A;2026-06-01 08:00;\n" for n in range(200_000)) + "x;Prüfen;2026-06-01 09:00;\n"
    datei = tmp_path / "log.csv"
    datei.write_bytes(b"fall;schritt;ende;y\n" + zeilen.encode("cp1252"))
    schreibweise = recognise(datei, Vorgaben()).schreibweise
    assert schreibweise is not None and schreibweise.zeichensatz == "cp1252"


def test_a_wide_table_becomes_a_step_per_date(tmp_path: Path) -> None:
    protokoll = read(tmp_path, BREIT)
    assert names(protokoll) == [
        "Eingang",
        "Erstgespräch",
        "Fachteam",
        "Bescheid",
        "Eingang",
        "Fachteam",
        "Eingang",
        "Erstgespräch",
    ]
    assert protokoll.faelle.num_rows == 3  # a row is a Fall, also when its number occurs again
    dauern = [(z["ende_us"] - z["start_us"]) / 86_400_000_000 for z in protokoll.faelle.to_pylist()]
    assert dauern == [63, 20, 1]
    assert "ohne lesbaren Zeitpunkt" in " ".join(protokoll.hinweise)
    einzelne = read(tmp_path, BREIT, schritte=["Eingang", "Bescheid"])
    assert names(einzelne) == ["Eingang", "Bescheid", "Eingang", "Eingang"]


def test_a_date_of_birth_is_no_step_and_cannot_be_made_one(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="Geburtsdatum"):
        read(tmp_path, BREIT, schritte=["Eingang", "Geburtsdatum"])


def workbook(zeilen: list[list[Any]]) -> bytes:
    puffer = io.BytesIO()
    with xlsxwriter.Workbook(puffer, {"in_memory": True, "default_date_format": "dd.mm.yyyy hh:mm"}) as mappe:
        mappe.add_worksheet("Deckblatt").write(0, 0, "Auswertung")
        blatt = mappe.add_worksheet("Daten")
        for n, zeile in enumerate(zeilen):
            blatt.write_row(n, 0, zeile)
    return puffer.getvalue()


def test_a_workbook_with_a_cover_sheet_titles_and_real_dates(tmp_path: Path) -> None:
    from datetime import datetime

    beginn, ende = datetime(2026, 6, 1, 8), datetime(2026, 6, 1, 9, 30)  # noqa: DTZ001 - cells have no zone
    zeilen = [
        ["Auswertung"],
        [],
        ["Fallnummer", "Schritt", "Beginn", "Ende"],
        [7, "=A1", beginn, ende],
        [7, "B", ende, None],
    ]
    zeilen[3][1] = "Prüfen"
    protokoll = read(tmp_path, workbook(zeilen))
    assert names(protokoll) == ["Prüfen", "B"]
    [erster, _] = protokoll.schritte.to_pylist()
    assert as_zeit(erster["fertig_us"]).isoformat() == "2026-06-01T09:30:00+00:00"
    with pytest.raises(Invalid, match="„Deckblatt“, „Daten“"):
        read(tmp_path, workbook(zeilen), blatt="Tabelle1")


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(tmp_path: Path) -> None:
    puffer = io.BytesIO()
    with zipfile.ZipFile(puffer, "w", zipfile.ZIP_DEFLATED) as archiv:
        archiv.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    with pytest.raises(Invalid, match="entpackt größer als 10 MiB"):
        read(tmp_path, puffer.getvalue(), hoechstens_bytes=10 << 20)
    # A directory that lies about the size changes nothing.
    gelogen = puffer.getvalue().replace((30_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(Invalid, match="entpackt größer als 10 MiB"):
        read(tmp_path, gelogen, hoechstens_bytes=10 << 20)
    with pytest.raises(Invalid, match="keine lesbare Tabelle"):
        read(tmp_path, b"PK\x03\x04" + b"x" * 500)
    with pytest.raises(Invalid, match="Kennwort"):
        read(tmp_path, b"\xd0\xcf\x11\xe0" + b"x" * 500)


def test_headings_that_repeat_or_are_missing_can_be_told_apart(tmp_path: Path) -> None:
    text = "Fall;Datum;Schritt;Datum;\n1;01.06.2026;A;02.06.2026;x\n"
    assert [s.name for s in recognise(_file(tmp_path, text), Vorgaben()).spalten] == [
        "Fall",
        "Datum",
        "Schritt",
        "Datum (2)",
        "Spalte 5",
    ]
    protokoll = read(tmp_path, text, spalten={"beginn": "Datum", "ende": "Datum (2)"})
    assert protokoll.schritte["fertig_us"][0].as_py() - protokoll.schritte["begonnen_us"][0].as_py() == 86_400_000_000


def _file(ordner: Path, text: str) -> Path:
    datei = ordner / "datei"
    datei.write_text(text, encoding="utf-8")
    return datei


def test_several_files_are_one_log(tmp_path: Path) -> None:
    dateien = []
    for jahr in ("2025", "2026"):
        datei = tmp_path / jahr
        datei.write_text(f"fall;schritt;ende\n1;A{jahr};{jahr}-06-01\n")
        dateien.append(datei)
    protokoll = read_protokoll(dateien)
    assert (protokoll.faelle.num_rows, protokoll.schritte.num_rows) == (1, 2)
    (tmp_path / "2025").write_text("fall;schritt;beginn;ende\n1;A;2025-06-01;2025-06-02\n")
    with pytest.raises(Invalid, match="verschiedener Form"):
        read_protokoll(dateien)


# --- hostile tables -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inhalt", "grund"),
    [
        (b"fall;schritt;ende\n" + b"x" * 30_000_000, "länger als 4 MiB|Felder"),
        (b'fall;schritt;ende\n1;"A;2026-06-01\n' + b"1;B;2026-06-02\n" * 600_000, "Anführungszeichen"),
        (b";".join(b"s%d" % n for n in range(3000)) + b"\n" + b"1;" * 2999 + b"1\n", "mehr als 2000 Spalten"),
        (b"fall;schritt;ende\n", "keinen Fall"),
        (b"\x00" * 5000, "Das Protokoll kann nicht"),
        (b"fall;schritt;ende\n1;A;31.12.9999\n", "keinen Fall"),
        (b"1;2;3\n4;5;6\n", "Es fehlt eine Spalte"),
    ],
)
def test_hostile_tables_are_refused_in_words(tmp_path: Path, inhalt: bytes, grund: str) -> None:
    with pytest.raises(Invalid, match=grund):
        read(tmp_path, inhalt)


def test_control_characters_and_formulas_do_no_harm(tmp_path: Path) -> None:
    protokoll = read(tmp_path, "fall;schritt;ende\n1;A\x00B\x07;2026-06-01\n1;=cmd|'/c calc'!A0;2026-06-02\n")
    assert names(protokoll) == ["A B", "=cmd|'/c calc'!A0"]


def test_two_thousand_columns_are_no_trouble(tmp_path: Path) -> None:
    kopf = "fall;schritt;ende;" + ";".join(f"s{n}" for n in range(1990))
    assert read(tmp_path, f"{kopf}\n1;A;2026-06-01{';x' * 1990}\n").schritte.num_rows == 1


def test_years_that_nobody_lives_in_count_as_not_given(tmp_path: Path) -> None:
    protokoll = read(tmp_path, "fall;schritt;beginn;ende\n1;A;01.01.1900;02.06.2026\n1;B;02.06.2026;31.12.9999\n")
    assert protokoll.schritte["begonnen_us"].null_count == 1
    assert protokoll.schritte["ausgang"].to_pylist() == ["erledigt", "offen"]
    assert protokoll.hinweise == ("2 Zeitpunkte außerhalb 1970–2100 (z. B. 31.12.9999), als nicht angegeben gewertet.",)


def test_one_fall_with_everything_is_a_wrong_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wertstrom.einlesen.lager.EREIGNISSE_HOECHSTENS", 100)
    with pytest.raises(Invalid, match="Ein einziger Fall hat 101 Ereignisse"):
        read(tmp_path, "fall;schritt;ende\n" + "1;A;2026-06-01\n" * 101)


# --- report, progress, profiles -------------------------------------------------------------------------------------


def test_the_report_says_what_is_implausible(tmp_path: Path) -> None:
    text = "fall;schritt;beginn;ende\n" + "".join(
        [
            "1;A;06.06.2026;07.06.2026\n",  # a Sunday
            "1;A;06.06.2026;07.06.2026\n",
            "1;B;01.02.2027;01.03.2027\n",
            "2;A;01.06.2020;01.06.2026\n",
            "3;A;bald;dann\n",
            "4;A;02.06.2026;01.06.2026\n",
        ]
    )
    datei = _file(tmp_path, text)
    lesung = Lesung([datei], Vorgaben(jetzt_us=1_790_000_000_000_000))
    assert sum(teil.faelle.num_rows for teil in lesung.teile()) == 3
    b = lesung.bericht
    assert (b.doppelte, b.wochenende, b.zukunft, b.ueber_drei_jahre, b.mit_luecke, b.vertauscht) == (1, 2, 2, 1, 1, 1)
    assert b.beispiele == {"ohne_zeit": [6], "vertauscht": [7]}
    assert b.schritte == {"A": (4, 3), "B": (1, 1)}
    worte = " ".join(b.auffaelligkeiten())
    for teil in (
        "„ende“ (1 von 6)",
        "Zukunft",
        "mehrfach",
        "ganze Tage",
        "Ersten eines Monats",
        "Wochenende",
        "drei Jahre",
    ):
        assert teil in worte
    assert json.dumps(b.as_dict())


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    gemeldet: list[Fortschritt] = []

    def stop(stand: Fortschritt) -> None:
        gemeldet.append(stand)
        assert any((tmp_path / "temp").iterdir())
        raise KeyboardInterrupt

    datei = _file(tmp_path, LANG)
    with pytest.raises(KeyboardInterrupt):
        list(Lesung([datei], Vorgaben(), stop).teile())
    assert gemeldet == [Fortschritt("lesen", 1.0, 6)]
    assert not any((tmp_path / "temp").iterdir())


def test_a_profile_is_kept_and_applied_again(tmp_path: Path) -> None:
    from zoneinfo import ZoneInfo

    vorgaben = Vorgaben(
        enden=['Be"scheid\\'],
        meilensteine={"m_bescheid": "Bescheid"},
        spalten={"fall": "Nr.", "merkmal:team": "Tëam"},
        verworfen=["Name"],
        form="lang",
        kopfzeile=3,
        zone=ZoneInfo("Europe/Berlin"),
        zeichensatz="cp1252",
    )
    datei = _file(tmp_path, write_profil(vorgaben))
    gelesen = read_profil(datei)
    for name in ("meilensteine", "spalten", "form", "kopfzeile", "zone", "zeichensatz"):
        assert getattr(gelesen, name) == getattr(vorgaben, name)
    assert list(gelesen.enden) == list(vorgaben.enden)
    datei.write_text('form = 3\nunsinn = 1\nzeitzone = "Mars"\n[spalten]\nx = "y"\n')
    with pytest.raises(Invalid) as fehler:
        read_profil(datei)
    assert set(fehler.value.felder) == {"form", "unsinn", "zeitzone", "spalten"}
    with pytest.raises(Invalid, match="nicht lesbar"):
        read_profil(tmp_path / "fehlt")


def test_the_command_reads_reports_keeps_and_gives_out(tmp_path: Path) -> None:
    datei = _file(tmp_path, TITEL + LANG)
    ordner, profil = tmp_path / "log", tmp_path / "profil.toml"
    aufruf = ["wertstrom", "einlesen", str(datei), "--nach", str(ordner), "--profil-speichern", str(profil), "--json"]
    ergebnis = json.loads(CliRunner().invoke(main, aufruf).stdout)
    assert (ergebnis["faelle"], ergebnis["zeilen"], ergebnis["erkannt"][0]["kopfzeile"]) == (3, 6, 4)
    assert ergebnis["zuordnung"]["rolle"] == "Stelle"
    text = CliRunner().invoke(main, ["wertstrom", "einlesen", str(datei), "--profil", str(profil)]).stdout
    assert "6 Ereignisse gelesen, 3 Fälle" in text
    werte = CliRunner().invoke(main, ["wertstrom", "kennzahlen", "--protokoll", str(ordner), "--json"]).stdout
    assert json.loads(werte)["faelle"] == 3
    aus = CliRunner().invoke(main, ["wertstrom", "ausgeben", str(ordner), "--nach", str(tmp_path / "log.xes")])
    assert aus.exit_code == 0
    assert read_protokoll(tmp_path / "log.xes").schritte.num_rows == 6
    erkannt = CliRunner().invoke(main, ["wertstrom", "einlesen", str(datei), "--nur-erkennen"]).stdout
    assert "Kopf in Zeile 4, Form lang" in erkannt
    zweimal = CliRunner().invoke(main, aufruf)
    assert zweimal.exit_code == 1


# --- instants -------------------------------------------------------------------------------------------------------


def instants(*texte: str, zone: Any = None) -> list[str | None]:
    import pyarrow as pa

    werte = Zeitleser(zone).read_spalte(pa.array(texte)).to_pylist()
    return [None if us is None else as_zeit(us).isoformat()[:19] for us in werte]


def test_slashes_are_read_when_the_column_shows_which_is_the_day() -> None:
    assert instants("3/4/2026", "31/12/2026 2:05 PM") == ["2026-04-03T00:00:00", "2026-12-31T14:05:00"]
    assert instants("3/4/2026", "12/31/2026") == ["2026-03-04T00:00:00", "2026-12-31T00:00:00"]
    assert instants("3/4/2026", "4/3/2026") == [None, None]
    assert instants("30-12-2010:11.02") == ["2010-12-30T11:02:00"]


def test_the_hour_that_comes_twice_is_the_first_and_counted() -> None:
    from zoneinfo import ZoneInfo

    leser = Zeitleser(ZoneInfo("Europe/Berlin"))
    assert as_zeit(leser.read("25.10.2026 02:30") or 0).isoformat() == "2026-10-25T00:30:00+00:00"
    assert as_zeit(leser.read("29.03.2026 02:30") or 0).isoformat() == "2026-03-29T01:00:00+00:00"
    assert leser.doppelstunde == 1


def test_a_day_that_does_not_exist_spoils_no_column() -> None:
    assert instants("30.04.2026 08:00", "31.04.2026 08:00") == ["2026-04-30T08:00:00", None]
    assert instants("1.6.26 8:05", "15.11.1998", "1780000000", "1780000000123")[:2] == [
        "2026-06-01T08:05:00",
        "1998-11-15T00:00:00",
    ]
