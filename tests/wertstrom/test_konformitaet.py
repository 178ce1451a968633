"""Real event logs: as many Faelle and events as the files hold, and figures equal to independent computations."""

from __future__ import annotations

import csv
import gzip
import re
import statistics
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kalender import Kalender
from web.cli.wertstrom import measure
from wertstrom.einlesen import Vorgaben, read_protokoll
from wertstrom.kennzahlen import Uhr, Ziel

pytestmark = pytest.mark.konformitaet

#: median, P80, share ≤ 10 days of the elapsed time from first to last timestamp, computed independently
BEKANNT = {
    "receipt.xes.gz": (0.033201, 7.92511, 0.8257),
    "BPIC12.xes.gz": (0.808535, 17.635114, 0.6611),
    "ConsultaDataMining201618.xes.gz": (5.305885, 22.476178, 0.6268),
    "BPIC_2012_W.csv.gz": (7.022693, 16.390899, 0.6113),
    "helpdesk.xes.gz": (39.859219, 48.004125, 0.0),
}


@pytest.mark.parametrize("name", BEKANNT)
def test_durchlaufzeit_equals_the_independent_figures(daten: Path, name: str) -> None:
    werte = measure(read_protokoll(daten / "logs" / name), Kalender("NW"), Ziel(10, Uhr.KT))
    median, p80, anteil = BEKANNT[name]
    assert werte["durchlaufzeit_kt"]["median"] == pytest.approx(median, abs=1e-6)
    assert werte["durchlaufzeit_kt"]["p80"] == pytest.approx(p80, abs=1e-5)
    assert werte["anteil_bis_ziel"] == pytest.approx(anteil, abs=5e-5)
    faelle, ereignisse = counted(daten / "logs" / name)
    assert (werte["faelle"], werte["ereignisse"]) == (faelle, ereignisse)
    assert werte["hinweise"] == []


def counted(datei: Path) -> tuple[int, int]:
    """Faelle and events by counting text, without any XML or table reader of ours."""
    text = gzip.decompress(datei.read_bytes()).decode("utf-8")
    if ".xes" in datei.name:
        return len(re.findall(r"<trace\b", text)), len(re.findall(r"<event\b", text))
    zeilen = text.splitlines()[1:]
    return len({zeile.split(",", 1)[0] for zeile in zeilen}), len(zeilen)


def test_the_median_of_receipt_is_that_of_plain_python(daten: Path) -> None:
    datei = daten / "logs" / "receipt.xes.gz"
    text = gzip.decompress(datei.read_bytes()).decode("utf-8")
    dauern = []
    for fall in re.findall(r"<trace>.*?</trace>", text, re.DOTALL):
        ereignisse = re.findall(r"<event>.*?</event>", fall, re.DOTALL)
        zeiten = [datetime.fromisoformat(re.findall(r'time:timestamp" value="([^"]+)"', e)[0]) for e in ereignisse]
        dauern.append((max(zeiten) - min(zeiten)).total_seconds() / 86_400)
    werte = measure(read_protokoll(datei), Kalender("NW"), Ziel(10, Uhr.KT))
    assert werte["durchlaufzeit_kt"]["median"] == pytest.approx(statistics.median(dauern), abs=1e-9)


def test_waiting_and_processing_of_a_table_with_begins_and_ends_are_those_of_plain_python(daten: Path) -> None:
    datei = daten / "logs" / "BPIC_2012_W.csv.gz"
    faelle: dict[str, list[tuple[datetime, datetime, str]]] = {}
    with gzip.open(datei, "rt", encoding="utf-8") as zeilen:
        for zeile in csv.DictReader(zeilen):
            beginn, ende = (datetime.fromisoformat(zeile[spalte]) for spalte in ("start_time", "end_time"))
            faelle.setdefault(zeile["case_id"], []).append((beginn, ende, zeile["activity"]))
    warten: dict[str, list[float]] = {}
    arbeit: dict[str, list[float]] = {}
    for schritte in faelle.values():
        for nummer, (beginn, ende, name) in enumerate(schritte):
            arbeit.setdefault(name, []).append((ende - beginn).total_seconds() / 86_400)
            davor = [e for n, (_, e, _) in enumerate(schritte) if e <= beginn and (n != nummer)]
            if davor:
                warten.setdefault(name, []).append((beginn - max(davor)).total_seconds() / 86_400)
    werte = measure(read_protokoll(datei), Kalender("NW"), Ziel())
    for name, aktivitaet in werte["aktivitaeten"].items():
        assert aktivitaet["bearbeitungsdauer_kt_median"] == pytest.approx(statistics.median(arbeit[name]), abs=1e-9)
        assert aktivitaet["liegezeit_kt_median"] == pytest.approx(statistics.median(warten[name]), abs=1e-9)


def test_ends_leave_faelle_open(daten: Path) -> None:
    ende = "T10 Determine necessity to stop indication"
    protokoll = read_protokoll(daten / "logs" / "receipt.xes.gz", Vorgaben(enden=[ende]))
    text = gzip.decompress((daten / "logs" / "receipt.xes.gz").read_bytes()).decode("utf-8")
    mit_ende = sum(f'"{ende}"' in fall for fall in text.split("<trace>")[1:])
    werte = measure(protokoll, Kalender("NW"), Ziel())
    assert (werte["abgeschlossen"], werte["offen"]) == (mit_ende, 1434 - mit_ende)


@given(st.binary(max_size=200), st.integers(0, 200_000))
@settings(max_examples=15)
def test_a_damaged_real_file_ends_in_words(daten: Path, rest: bytes, stelle: int) -> None:
    import tempfile

    from engine.errors import Invalid

    text = gzip.decompress((daten / "logs" / "receipt.xes.gz").read_bytes())
    with tempfile.TemporaryDirectory() as ordner:
        datei = Path(ordner) / "kaputt.xes"
        datei.write_bytes(text[:stelle] + rest)
        with pytest.raises(Invalid):
            read_protokoll(datei)
