"""Reading files: the same figures from CSV and XES, hostile files refused in words."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Invalid, NotFound
from wertstrom.einlesen import Vorgaben, parse_spalten, read_protokoll
from wertstrom.einlesen.zeitangaben import Zeitleser
from wertstrom.ereignisprotokoll import Protokoll, as_zeit

KOPF = '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0" xmlns="http://www.xes-standard.org/">\n'


def write(ordner: Path, text: str, name: str = "protokoll", zeichensatz: str = "utf-8") -> Path:
    datei = ordner / name
    datei.write_bytes(text.encode(zeichensatz))
    return datei


def read(ordner: Path, text: str, **vorgaben: Any) -> Protokoll:
    return read_protokoll(write(ordner, text), Vorgaben(**vorgaben))


def event(name: str, zeit: str, uebergang: str = "complete", **mehr: str) -> str:
    angaben = {"concept:name": name, "lifecycle:transition": uebergang, "org:resource": "Erika Muster"}
    texte = "".join(f'<string key="{k}" value="{w}"/>' for k, w in {**angaben, **mehr}.items())
    return f'<event>{texte}<date key="time:timestamp" value="{zeit}"/></event>'


def xes(*faelle: str) -> str:
    traces = "".join(
        f'<trace><string key="concept:name" value="51-2026-{n}"/>{fall}</trace>' for n, fall in enumerate(faelle)
    )
    return f"{KOPF}{traces}</log>"


def runs(protokoll: Protokoll) -> list[tuple[Any, ...]]:
    """Name, run, and the hours of bereit, begonnen, fertig since the start of the day."""

    def stunde(us: int | None) -> float | None:
        return None if us is None else (us - protokoll.faelle["start_us"][0].as_py()) / 3.6e9

    return [
        (s["name"], s["lauf"], *(stunde(s[z]) for z in ("bereit_us", "begonnen_us", "fertig_us")))
        for s in protokoll.schritte.to_pylist()
    ]


# --- XES ------------------------------------------------------------------------------------------------------------


def test_a_full_lifecycle_gives_all_three_instants_and_pauses(tmp_path: Path) -> None:
    fall = "".join(
        [
            event("A", "2026-06-01T08:00:00+02:00", "schedule", **{"org:role": "ASD"}),
            event("A", "2026-06-01T09:00:00+02:00", "start"),
            event("A", "2026-06-01T10:00:00+02:00", "suspend"),
            event("A", "2026-06-01T12:00:00+02:00", "resume"),
            event("A", "2026-06-01T13:00:00+02:00", "complete"),
        ]
    )
    protokoll = read(tmp_path, xes(fall))
    assert runs(protokoll) == [("A", 1, 0, 1, 5)]
    [pause] = protokoll.pausen.to_pylist()
    assert ((pause["bis_us"] - pause["von_us"]) / 3.6e9, pause["extern"]) == (2, False)
    assert protokoll.ereignisse == 5
    assert protokoll.schritte["rolle"].to_pylist() == ["ASD"]


def test_with_complete_only_a_step_was_ready_when_its_predecessor_was_done(tmp_path: Path) -> None:
    fall = event("A", "2026-06-01T08:00:00Z") + event("B", "2026-06-01T11:00:00Z") + event("A", "2026-06-01T12:00:00Z")
    assert runs(read(tmp_path, xes(fall))) == [("A", 1, None, None, 0), ("B", 1, 0, None, 3), ("A", 2, 3, None, 4)]


def test_interleaved_runs_of_one_activity_pair_oldest_first_or_by_instance(tmp_path: Path) -> None:
    def schritte(erste: str, zweite: str) -> str:
        return (
            event("A", "2026-06-01T08:00:00Z", "start", **{"concept:instance": erste})
            + event("A", "2026-06-01T09:00:00Z", "start", **{"concept:instance": zweite})
            + event("A", "2026-06-01T10:00:00Z", "complete", **{"concept:instance": zweite})
            + event("A", "2026-06-01T12:00:00Z", "complete", **{"concept:instance": erste})
        )

    assert [r[3:] for r in runs(read(tmp_path, xes(schritte("x", "x"))))] == [(0, 2), (1, 4)]
    assert sorted(r[3:] for r in runs(read(tmp_path, xes(schritte("x", "y"))))) == [(0, 4), (1, 2)]


def test_of_two_that_end_at_the_same_instant_the_log_says_which_was_first(tmp_path: Path) -> None:
    fall = (
        event("A", "2026-06-01T08:00:00Z", "start")
        + event("B", "2026-06-01T09:00:00Z", "start")
        + event("B", "2026-06-01T10:00:00Z", "complete")
        + event("A", "2026-06-01T10:00:00Z", "complete")
    )
    assert read(tmp_path, xes(fall)).schritte["name"].to_pylist() == ["B", "A"]


def test_a_start_without_an_end_stays_open_and_a_withdrawn_one_is_dropped(tmp_path: Path) -> None:
    fall = (
        event("A", "2026-06-01T08:00:00Z", "start")
        + event("B", "2026-06-01T08:00:00Z", "schedule")
        + event("B", "2026-06-01T09:00:00Z", "withdraw")
    )
    schritte = read(tmp_path, xes(fall)).schritte.to_pylist()
    assert {(s["name"], s["ausgang"]) for s in schritte} == {("A", "offen"), ("B", "entfallen")}


def test_every_trace_is_a_fall_even_when_names_repeat_and_no_name_is_kept(tmp_path: Path) -> None:
    fall = event("A", "2026-06-01T08:00:00Z")
    text = xes(fall, fall, fall).replace("51-2026-1", "51-2026-0")
    protokoll = read(tmp_path, text)
    assert protokoll.faelle["fall"].to_pylist() == [0, 1, 2]
    alles = str(protokoll.faelle.to_pylist()) + str(protokoll.schritte.to_pylist())
    assert "51-2026" not in alles
    assert "Erika" not in alles


def test_events_that_cannot_be_used_are_counted_and_said(tmp_path: Path) -> None:
    fall = event("A", "2026-06-01T08:00:00Z") + event("A", "gestern") + event("", "2026-06-01T09:00:00Z")
    protokoll = read(tmp_path, xes(fall, ""))
    assert protokoll.ereignisse == 3
    assert protokoll.faelle.num_rows == 1
    assert len(protokoll.hinweise) == 2


def test_attributes_inside_attributes_are_not_those_of_the_event(tmp_path: Path) -> None:
    innen = '<string key="kosten" value="1"><string key="concept:name" value="Falsch"/></string>'
    fall = event("A", "2026-06-01T08:00:00Z").replace("</event>", f"{innen}</event>")
    assert read(tmp_path, xes(fall)).schritte["name"].to_pylist() == ["A"]


def test_without_any_namespace_and_with_another_encoding(tmp_path: Path) -> None:
    text = xes(event("Prüfen", "2026-06-01T08:00:00Z")).replace(' xmlns="http://www.xes-standard.org/"', "")
    text = text.replace("UTF-8", "ISO-8859-1")
    protokoll = read_protokoll(write(tmp_path, text, zeichensatz="iso-8859-1"))
    assert protokoll.schritte["name"].to_pylist() == ["Prüfen"]


@pytest.mark.parametrize(
    ("text", "grund"),
    [
        ('<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "b">]><log><trace/></log>', "DOCTYPE"),
        ('<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>', "DOCTYPE"),
        ("<svg/>", "kein XES"),
        ("<log><trace></log>", "beschädigt"),
        ("<log>", "beschädigt"),
        (KOPF + "<trace>" * 300, "beschädigt"),
        (xes(), "keinen Fall"),
    ],
)
def test_xml_that_is_no_log_is_refused_in_words(tmp_path: Path, text: str, grund: str) -> None:
    with pytest.raises(Invalid, match=grund):
        read(tmp_path, text)


def test_gzip_is_recognised_by_content_and_damage_is_said(tmp_path: Path) -> None:
    gepackt = gzip.compress(xes(event("A", "2026-06-01T08:00:00Z")).encode())
    datei = tmp_path / "protokoll.txt"
    datei.write_bytes(gepackt)
    assert read_protokoll(datei).ereignisse == 1
    datei.write_bytes(gepackt[:-20])
    with pytest.raises(Invalid, match="gepackte Datei ist beschädigt"):
        read_protokoll(datei)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(tmp_path: Path) -> None:
    datei = tmp_path / "bombe.xes.gz"
    datei.write_bytes(gzip.compress(KOPF.encode() + b" " * 50_000_000))
    assert datei.stat().st_size < 100_000
    with pytest.raises(Invalid, match="entpackt größer als 10 MiB"):
        read_protokoll(datei, Vorgaben(hoechstens_bytes=10 << 20))


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_protokoll(tmp_path / "fehlt.xes")
    with pytest.raises(NotFound):
        read_protokoll(tmp_path)


# --- CSV ------------------------------------------------------------------------------------------------------------

GERADE = """Fallnummer;Schritt;Bereit;Begonnen;Fertig;Sachbearbeitung
1;Prüfen;01.06.2026 08:00;01.06.2026 09:00;01.06.2026 12:00;Erika
1;Bescheid;;01.06.2026 13:00;01.06.2026 14:30;Erika
2;Prüfen;02.06.2026 08:00;02.06.2026 08:30;;Erika
"""


def test_a_german_table_with_begin_and_end(tmp_path: Path) -> None:
    protokoll = read(tmp_path, GERADE)
    assert runs(protokoll)[:2] == [("Prüfen", 1, 0, 1, 4), ("Bescheid", 1, 4, 5, 6.5)]
    assert protokoll.schritte["ausgang"].to_pylist()[2] == "offen"
    assert (protokoll.faelle.num_rows, protokoll.ereignisse) == (2, 3)
    assert "Erika" not in str(protokoll.schritte.to_pylist())


@pytest.mark.parametrize("zeichensatz", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("trenner", [";", ",", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, zeichensatz: str, trenner: str) -> None:
    datei = write(tmp_path, GERADE.replace(";", trenner), zeichensatz=zeichensatz)
    assert read_protokoll(datei).schritte["name"].to_pylist() == ["Prüfen", "Bescheid", "Prüfen"]


def test_the_same_log_as_csv_and_xes_gives_the_same_steps(tmp_path: Path) -> None:
    zeilen = [
        ("1", "A", "2026-06-01T08:00:00+02:00", "schedule"),
        ("2", "A", "2026-06-01T08:30:00+02:00", "start"),
        ("1", "A", "2026-06-01T09:00:00+02:00", "start"),
        ("1", "A", "2026-06-01T09:30:00+02:00", "complete"),
        ("2", "A", "2026-06-01T10:00:00+02:00", "complete"),
        ("1", "B", "2026-06-01T11:00:00+02:00", "complete"),
    ]
    text = "case:concept:name,concept:name,time:timestamp,lifecycle:transition\n"
    text += "\n".join(",".join(zeile) for zeile in zeilen)
    als_xes = xes(*("".join(event(*zeile[1:]) for zeile in zeilen if zeile[0] == fall) for fall in "12"))
    eins, zwei = read(tmp_path, text), read(tmp_path, als_xes)
    assert eins.schritte.equals(zwei.schritte)
    assert eins.faelle.equals(zwei.faelle)
    assert eins.ereignisse == zwei.ereignisse == 6


def test_columns_can_be_named(tmp_path: Path) -> None:
    text = "Nr,Was,Wann\n1,A,2026-06-01 08:00:00\n1,B,2026-06-01 10:00:00\n"
    spalten = parse_spalten(["fall=Nr,aktivitaet=Was", "zeit=Wann"])
    assert runs(read(tmp_path, text, spalten=spalten)) == [("A", 1, None, None, 0), ("B", 1, 0, None, 2)]


def test_missing_columns_are_named_all_at_once_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as fehler:
        read(tmp_path, "Nr,Was,Wann\n1,A,heute\n", spalten={"fall": "Nummer"})
    assert set(fehler.value.felder) == {"fall", "aktivitaet", "ende"}
    assert "„Nr“, „Was“, „Wann“" in fehler.value.text


@pytest.mark.parametrize("angabe", ["fall", "fall=", "person=Name", "=x"])
def test_mappings_that_mean_nothing_are_refused(angabe: str) -> None:
    with pytest.raises(Invalid, match="Zuordnung"):
        parse_spalten([angabe])


def test_an_end_before_the_begin_is_turned_round_and_said(tmp_path: Path) -> None:
    text = "case,activity,start,end\n1,A,2026-06-01T10:00:00,2026-06-01T09:00:00\n"
    protokoll = read(tmp_path, text)
    assert runs(protokoll) == [("A", 1, None, 0, 1)]
    assert "vertauscht" in protokoll.hinweise[0]


def test_rows_without_case_activity_or_time_are_counted_and_left_out(tmp_path: Path) -> None:
    text = "case,activity,end\n1,A,2026-06-01\n,A,2026-06-01\n1,,2026-06-01\n1,A,\n1,A,bald\n"
    protokoll = read(tmp_path, text)
    assert (protokoll.ereignisse, protokoll.schritte.num_rows) == (5, 1)
    assert len(protokoll.hinweise) == 2


def test_ends_say_which_faelle_are_finished(tmp_path: Path) -> None:
    text = "case,activity,end\n1,A,2026-06-01\n1,Ende,2026-06-05\n2,A,2026-06-02\n"
    assert read(tmp_path, text).faelle["ausgang"].to_pylist() == ["abgeschlossen", "abgeschlossen"]
    assert read(tmp_path, text, enden=["Ende"]).faelle["ausgang"].to_pylist() == ["abgeschlossen", "offen"]
    with pytest.raises(Invalid, match="„Schluss“ kommt darin nicht vor"):
        read(tmp_path, text, enden=["Ende", "Schluss"])


@pytest.mark.parametrize("text", ["", "\n", "nur text", "a,b\n", "case,activity,end\n"])
def test_what_is_no_table_of_events_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid, match="Das Protokoll kann nicht"):
        read(tmp_path, text)


def test_rows_of_different_width_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"2 Zeilen haben nicht so viele Felder .* Zeile 3, 4\..*CSV in UTF-8"):
        read(tmp_path, "case,activity,end\n1,A,2026-06-01\n1,B\n1,C,2026-06-01,x\n")
    einzelne = read(tmp_path, "case,activity,end\n1,A,2026-06-01\n1,B,2026-06-02\nSumme\n")
    assert einzelne.schritte.num_rows == 2
    unten = read(tmp_path, "Liste,,\n\ncase,activity,end\n1,A,2026-06-01\n1,B,2026-06-02\nSumme\n")
    assert "(Zeile 6)" in unten.hinweise[0]
    assert einzelne.hinweise == (
        "1 Zeilen mit einer anderen Zahl von Feldern als die Kopfzeile, nicht verwendet (Zeile 4).",
    )


def test_binary_rubbish_is_refused(tmp_path: Path) -> None:
    datei = tmp_path / "bild.png"
    datei.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    with pytest.raises(Invalid):
        read_protokoll(datei)


@given(st.binary(max_size=400))
@settings(max_examples=25, deadline=None)
def test_no_file_ever_ends_in_anything_but_a_protokoll_or_a_refusal(inhalt: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as ordner:
        for anfang in (b"", b"<log>", b"case,activity,end\n1,A,2026-06-01\n"):
            datei = Path(ordner) / "x"
            datei.write_bytes(anfang + inhalt)
            try:
                assert read_protokoll(datei).faelle.num_rows > 0
            except Invalid as fehler:
                assert "kann" in fehler.text or "nicht" in fehler.text


# --- instants -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-06-01T08:00:00Z", "2026-06-01T08:00:00"),
        ("2026-06-01T08:00:00.5+02:00", "2026-06-01T06:00:00.500000"),
        ("2026-06-01 08:00", "2026-06-01T08:00:00"),
        ("2026/06/01 08:00:00.123", "2026-06-01T08:00:00.123000"),
        ("01.06.2026", "2026-06-01T00:00:00"),
        ("1.6.26 8:05 Uhr", "2026-06-01T08:05:00"),
        ("01.06.2026, 08:05:07,250", "2026-06-01T08:05:07.250000"),
    ],
)
def test_instants_as_people_write_them(text: str, utc: str) -> None:
    us = Zeitleser().read(text)
    assert us is not None
    assert as_zeit(us).isoformat() == f"{utc}+00:00"


@pytest.mark.parametrize("text", [None, "", "31.02.2026", "06/01/2026", "1.6.2026 25:00", "x" * 5000, "99.99.9999"])
def test_what_is_no_instant_stays_unknown(text: str | None) -> None:
    assert Zeitleser().read(text) is None


def test_instants_without_a_zone_are_the_clock_of_the_file(tmp_path: Path) -> None:
    """Nothing is added or lost at the change of clocks, and office hours are those of that clock."""
    text = "case,activity,start,end\n1,A,2026-03-28T08:00:00,2026-03-29T08:00:00\n"
    protokoll = read(tmp_path, text)
    assert runs(protokoll)[0][4] == 24
    assert str(protokoll.zone) == "UTC"
    berlin = read(tmp_path, text, zone=ZoneInfo("Europe/Berlin"))
    assert runs(berlin)[0][4] == 23
    assert str(berlin.zone) == "Europe/Berlin"


def test_a_file_that_mixes_both_needs_to_be_told(tmp_path: Path) -> None:
    text = "case,activity,end\n1,A,2026-06-01T08:00:00Z\n1,B,2026-06-01T09:00:00\n"
    with pytest.raises(Invalid, match="Zeitzone"):
        read(tmp_path, text)
    assert read(tmp_path, text, zone=ZoneInfo("Europe/Berlin")).schritte.num_rows == 2
