"""Reads CSV block by block, in memory that does not grow with the file.

Owns what is peculiar to text tables: rows of another width are counted and left out, a heading may stand below a
title, headings may repeat. Knows no meaning of a column.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, cast

import pyarrow as pa
import pyarrow.csv

from engine.errors import Invalid
from wertstrom.einlesen.bericht import Bericht
from wertstrom.einlesen.block import Block
from wertstrom.einlesen.datei import open_strom
from wertstrom.einlesen.zeichen import PROBE, Schreibweise, find_zeichensatz, read_schreibweise

_BLOCK = 4 << 20
#: share of rows of another width from which a table is taken for broken
_SCHIEF_HOECHSTENS = 0.1


def find_schreibweise(
    datei: Path, hoechstens: int, zeichensatz: str | None, trenner: str | None, kopfzeile: int | None
) -> Schreibweise:
    """Encoding, delimiter and heading of a text table, by looking at all of its bytes; the arguments overrule."""
    if zeichensatz is None:
        with open_strom(datei, hoechstens) as strom:
            zeichensatz = find_zeichensatz(cast(IO[bytes], io.BufferedReader(strom, _BLOCK)))
    with open_strom(datei, hoechstens) as strom:
        anfang = io.BufferedReader(strom, PROBE).read(PROBE)
    try:
        return read_schreibweise(anfang, zeichensatz, trenner, kopfzeile)
    except LookupError:
        raise Invalid(
            f"Das Protokoll kann nicht gelesen werden: Den Zeichensatz „{zeichensatz[:40]}“ gibt es nicht. "
            "Erwartet wird z. B. utf-8 oder cp1252."
        ) from None


class Tabelle:
    """One text table of any size. `spalten`: name in the block → column of the heading."""

    def __init__(
        self, datei: Path, schreibweise: Schreibweise, spalten: Mapping[str, str], bericht: Bericht, hoechstens: int
    ) -> None:
        self._datei, self._wie, self._hoechstens = datei, schreibweise, hoechstens
        self._spalten, self._bericht = spalten, bericht
        self._zeilen = 0

    def bloecke(self) -> Iterator[Block]:
        """All rows. Raises `Invalid` for a damaged or crooked file."""
        zeile = self._wie.kopfzeile + 1
        with open_strom(self._datei, self._hoechstens) as strom:
            try:
                for stapel in self._open(strom):
                    spalten = {name: stapel.column(self._nummer(s)) for name, s in self._spalten.items()}
                    yield Block(spalten, zeile, self._spalten, strom.gelesen)
                    zeile += stapel.num_rows
                    self._zeilen += stapel.num_rows
            except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeError) as fehler:
                raise _damaged(zeile, fehler) from None
        self._check_schiefe()

    def _nummer(self, spalte: str) -> str:
        return f"c{self._wie.kopf.index(spalte)}"

    def _open(self, strom: io.RawIOBase) -> pa.csv.CSVStreamingReader:
        gewaehlt = sorted({self._nummer(spalte) for spalte in self._spalten.values()})
        return pa.csv.open_csv(
            pa.PythonFile(strom, mode="r"),
            read_options=pa.csv.ReadOptions(
                encoding=self._wie.zeichensatz,
                block_size=_BLOCK,
                use_threads=False,
                skip_rows=self._wie.kopfzeile,
                column_names=[f"c{nummer}" for nummer in range(len(self._wie.kopf))],
            ),
            parse_options=pa.csv.ParseOptions(
                delimiter=self._wie.trenner, newlines_in_values=True, invalid_row_handler=self._skip
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(gewaehlt, pa.string()),
                include_columns=gewaehlt,
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )

    def _skip(self, zeile: pa.csv.InvalidRow) -> str:
        self._bericht.add_schiefe(zeile.number or 0)
        return "skip"

    def _check_schiefe(self) -> None:
        schiefe = self._bericht.schiefe
        if schiefe > 1 and schiefe > _SCHIEF_HOECHSTENS * (self._zeilen + schiefe):
            raise Invalid(
                f"Das Protokoll kann nicht gelesen werden: {schiefe} Zeilen haben nicht so viele Felder wie die "
                f"Kopfzeile ({len(self._wie.kopf)}), zuerst {self._bericht.schiefe_stellen()}. Meist fehlen "
                "Anführungszeichen um Text mit Trennzeichen. Bitte exportieren Sie die Tabelle erneut als CSV in UTF-8."
            )


def _damaged(zeile: int, fehler: Exception) -> Invalid:
    text = str(fehler)
    if "straddling" in text or "out of sync" in text:
        grund = f"Ein Feld oder eine Zeile nach Zeile {zeile} ist länger als {_BLOCK >> 20} MiB oder endet nie"
        hilfe = "Meist fehlt ein schließendes Anführungszeichen. Bitte exportieren Sie die Tabelle erneut als CSV."
    elif isinstance(fehler, UnicodeError) or "UTF8" in text:
        grund = f"Nach Zeile {zeile} stehen Zeichen, die nicht zum Zeichensatz passen"
        hilfe = "Bitte exportieren Sie die Tabelle erneut als CSV in UTF-8 oder nennen Sie den Zeichensatz."
    else:
        grund, hilfe = f"Nach Zeile {zeile} ist die Tabelle beschädigt", "Bitte exportieren Sie sie erneut als CSV."
    return Invalid(f"Das Protokoll kann nicht gelesen werden: {grund}. {hilfe}")


def rows_as_block(saetze: Sequence[Sequence[str | None]], namen: Sequence[str], zeile: int, gelesen: int = 0) -> Block:
    """Rows of text as a block; missing cells at their ends are null."""
    spalten = {
        name: pa.array([satz[n] or None if n < len(satz) else None for satz in saetze], pa.string())
        for n, name in enumerate(namen)
    }
    return Block(spalten, zeile, dict(zip(namen, namen, strict=True)), gelesen)
