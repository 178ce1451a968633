"""Reads CSV: delimiter and encoding found, one row per event or one row per run with begin and end.

Owns the way from text columns to Laeufe. Reads only the columns that mean something (`spalten`).
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from engine.errors import Invalid
from wertstrom.einlesen.aufbau import Aufbau
from wertstrom.einlesen.paarung import Ereignis, Lauf, pair
from wertstrom.einlesen.spalten import find_spalten
from wertstrom.einlesen.zeitangaben import Zeitleser
from wertstrom.ereignisprotokoll import Ausgang

_PROBE = 1 << 20
_TRENNER = ";,\t|"
_ZEITEN = ("bereit", "beginn", "ende", "zeit")

Ganze = npt.NDArray[np.int64]
_OHNE = np.iinfo(np.int64).min


def read_tabelle(strom: IO[bytes], aufbau: Aufbau, zeiten: Zeitleser, vorgabe: Mapping[str, str]) -> None:
    """Every case of the table becomes a Fall of `aufbau`. Raises `Invalid` for what is no such table."""
    anfang = strom.read(_PROBE)
    zeichensatz = _zeichensatz(anfang)
    try:
        kopf, trenner = _kopf(anfang.decode(zeichensatz, errors="ignore"))
        zuordnung = find_spalten(kopf, vorgabe)
        tabelle = _read(_Wieder(anfang, strom), zeichensatz, trenner, sorted(set(zuordnung.values())))
    except (csv.Error, pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError) as fehler:
        raise Invalid(
            f"Das Protokoll kann nicht gelesen werden: {str(fehler)[:160]}. "
            "Bitte exportieren Sie die Tabelle erneut als CSV in UTF-8."
        ) from None
    spalten = {bedeutung: tabelle[spalte] for bedeutung, spalte in zuordnung.items()}
    aufbau.ereignisse += tabelle.num_rows
    _add_faelle(spalten, aufbau, zeiten)


def _read(strom: io.RawIOBase, zeichensatz: str, trenner: str, spalten: list[str]) -> pa.Table:
    leser = pa.csv.open_csv(
        pa.PythonFile(strom, mode="r"),
        read_options=pa.csv.ReadOptions(encoding=zeichensatz, block_size=4 << 20, use_threads=False),
        parse_options=pa.csv.ParseOptions(delimiter=trenner, newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(spalten, pa.string()),
            include_columns=spalten,
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    return leser.read_all()


def _add_faelle(spalten: Mapping[str, pa.ChunkedArray], aufbau: Aufbau, zeiten: Zeitleser) -> None:
    us = {b: _as_int(zeiten.read_spalte(spalten[b])) for b in _ZEITEN if b in spalten}
    beginn, ende = us.get("beginn"), us.get("ende", us.get("zeit"))
    if beginn is not None and ende is not None:
        zeilen: _Laufzeilen | _Ereigniszeilen = _Laufzeilen(spalten, us.get("bereit"), beginn, ende, aufbau)
        zeitpunkte = np.stack([beginn, ende, us.get("bereit", ende)])
    else:
        einzige = us.get("zeit", us.get("ende", us.get("beginn")))
        assert einzige is not None, "find_spalten demands one"
        zeilen, zeitpunkte = _Ereigniszeilen(spalten, einzige), einzige[None, :]
    for gruppe in _gruppen(spalten, zeitpunkte, aufbau):
        bekannt = zeitpunkte[:, gruppe]
        bekannt = bekannt[bekannt != _OHNE]
        aufbau.add_fall(int(bekannt.min()), int(bekannt.max()), zeilen.laeufe(gruppe))


def _gruppen(spalten: Mapping[str, pa.ChunkedArray], zeitpunkte: Ganze, aufbau: Aufbau) -> Iterator[Ganze]:
    """Usable rows of each case, in the order of the file."""
    fall = _as_int(pc.cast(pc.dictionary_encode(spalten["fall"]).combine_chunks().indices, pa.int64()))
    ohne_zeit = (zeitpunkte == _OHNE).all(axis=0)
    ohne_angabe = (fall == _OHNE) | _as_bool(pc.is_null(spalten["aktivitaet"]))
    aufbau.ohne_zeit += int((ohne_zeit & ~ohne_angabe).sum())
    aufbau.ohne_angabe += int(ohne_angabe.sum())
    brauchbar = np.flatnonzero(~ohne_zeit & ~ohne_angabe)
    folge = brauchbar[np.argsort(fall[brauchbar], kind="stable")]
    grenzen = np.flatnonzero(np.diff(fall[folge])) + 1
    yield from (gruppe for gruppe in np.split(folge, grenzen) if len(gruppe))


class _Laufzeilen:
    """One row is one run, with its begin and its end."""

    def __init__(
        self, spalten: Mapping[str, pa.ChunkedArray], bereit: Ganze | None, beginn: Ganze, ende: Ganze, aufbau: Aufbau
    ) -> None:
        vertauscht = (beginn != _OHNE) & (ende != _OHNE) & (ende < beginn)
        aufbau.vertauscht += int(vertauscht.sum())
        self._beginn, self._ende = np.where(vertauscht, ende, beginn), np.where(vertauscht, beginn, ende)
        self._bereit = bereit
        self._namen, self._rollen = _texte(spalten, "aktivitaet"), _texte(spalten, "rolle")

    def laeufe(self, zeilen: Ganze) -> list[Lauf]:
        """Runs of these rows."""
        return [self._lauf(int(zeile)) for zeile in zeilen]

    def _lauf(self, zeile: int) -> Lauf:
        beginn, ende = _instant(self._beginn, zeile), _instant(self._ende, zeile)
        bereit = None if self._bereit is None else _instant(self._bereit, zeile)
        erste = beginn if beginn is not None else ende
        if bereit is not None and erste is not None:
            bereit = min(bereit, erste)
        ausgang = Ausgang.OFFEN if ende is None else Ausgang.ERLEDIGT
        return Lauf(self._namen[zeile] or "", self._rollen[zeile], bereit, beginn, ende, ausgang)


class _Ereigniszeilen:
    """One row is one event, perhaps with a lifecycle."""

    def __init__(self, spalten: Mapping[str, pa.ChunkedArray], zeit: Ganze) -> None:
        self._zeit = zeit
        self._namen, self._rollen = _texte(spalten, "aktivitaet"), _texte(spalten, "rolle")
        self._uebergaenge = _texte(spalten, "lebenszyklus")

    def laeufe(self, zeilen: Ganze) -> list[Lauf]:
        """Runs of these rows."""
        return pair(
            Ereignis(int(self._zeit[z]), self._namen[z] or "", self._uebergaenge[z] or "", None, self._rollen[z])
            for z in zeilen
        )


def _texte(spalten: Mapping[str, pa.ChunkedArray], bedeutung: str) -> Sequence[str | None]:
    """Values of a column that may be missing altogether."""
    if bedeutung in spalten:
        texte: list[str | None] = spalten[bedeutung].to_pylist()
        return texte
    return [None] * len(spalten["fall"])


def _instant(werte: Ganze, zeile: int) -> int | None:
    us = int(werte[zeile])
    return None if us == _OHNE else us


def _as_int(spalte: pa.ChunkedArray | pa.Array) -> Ganze:
    zahlen: Ganze = pc.fill_null(spalte, _OHNE).to_numpy(zero_copy_only=False)
    return zahlen


def _as_bool(spalte: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    wahr: npt.NDArray[np.bool_] = spalte.to_numpy(zero_copy_only=False).astype(bool)
    return wahr


def _zeichensatz(anfang: bytes) -> str:
    for marke, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if anfang.startswith(marke):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(anfang)
    except UnicodeDecodeError:
        return "cp1252"  # what spreadsheets in German offices write
    return "utf-8"


def _kopf(probe: str) -> tuple[list[str], str]:
    """Column names, and the delimiter that splits the first lines into several columns, the same number in each."""
    zeilen = io.StringIO(probe, newline="").readlines()
    zeilen = zeilen[:20] if len(zeilen) > 20 else zeilen[:-1] or zeilen  # the last one may be cut off

    def split(trenner: str) -> list[list[str]]:
        return [zeile for zeile in csv.reader(zeilen, delimiter=trenner) if zeile] or [[]]

    def guete(trenner: str) -> tuple[bool, int]:
        breiten = [len(zeile) for zeile in split(trenner)]
        return breiten[0] > 1 and len(set(breiten)) == 1, breiten[0]

    bester = max(_TRENNER, key=guete)
    return split(bester)[0], bester


class _Wieder(io.RawIOBase):
    """A stream whose beginning was already read."""

    def __init__(self, anfang: bytes, strom: IO[bytes]) -> None:
        self._anfang, self._strom = io.BytesIO(anfang), strom

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, puffer: Any) -> int:
        """The beginning first, then the rest."""
        daten = self._anfang.read(len(puffer)) or self._strom.read(len(puffer))
        puffer[: len(daten)] = daten
        return len(daten)
