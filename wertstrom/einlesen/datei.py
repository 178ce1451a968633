"""Opens hostile files: the kind is told by content, sizes are capped before anything is unpacked.

Owns the limits. Never trusts a name, an ending, or the sizes that an archive declares.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, cast

from engine.errors import Invalid, NotFound

_GZIP, _ZIP, _SQLITE, _OLE = b"\x1f\x8b", b"PK\x03\x04", b"SQLite format 3\x00", b"\xd0\xcf\x11\xe0"
_ANFANG = 4096
#: files inside a workbook; real ones have dozens
_TEILE_HOECHSTENS = 2_000
_STUECK = 1 << 20


class Dateiart(StrEnum):
    """What a file is, whatever its name says."""

    CSV = "CSV"
    MAPPE = "XLSX"
    XML = "XML"  # one of the two that follow; its elements tell
    XES = "XES"
    OCEL_XML = "OCEL (XML)"
    JSON = "OCEL (JSON)"
    SQLITE = "OCEL (SQLite)"
    ORDNER = "Parquet"


def find_dateiart(datei: Path) -> Dateiart:
    """The kind of a file by its first bytes.

    Raises
    ------
    engine.errors.NotFound, engine.errors.Invalid
        There is no such file; or it is of a kind that is known but not read.
    """
    if datei.is_dir() and any(datei.glob("*.parquet")):
        return Dateiart.ORDNER
    if not datei.is_file():
        raise NotFound("Das Protokoll kann nicht gelesen werden: Die Datei gibt es nicht. Bitte prüfen Sie den Pfad.")
    with datei.open("rb") as roh:
        anfang = roh.read(_ANFANG)
    if anfang.startswith(_SQLITE):
        return Dateiart.SQLITE
    if anfang.startswith(_ZIP):
        return Dateiart.MAPPE
    if anfang.startswith(_OLE):
        raise Invalid(
            "Das Protokoll kann nicht gelesen werden: Es ist eine alte oder mit Kennwort geschützte Excel-Datei. "
            "Bitte speichern Sie sie als XLSX ohne Kennwort."
        )
    if anfang.startswith(_GZIP):
        with open_strom(datei, _ANFANG << 10) as strom:
            anfang = strom.read(_ANFANG)
    return _text_kind(anfang)


def _text_kind(anfang: bytes) -> Dateiart:
    text = anfang.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if text.startswith(b"<"):
        return Dateiart.XML
    return Dateiart.JSON if text.startswith(b"{") else Dateiart.CSV


@contextmanager
def open_strom(datei: Path, hoechstens: int) -> Iterator[Strom]:
    """The content, unpacked when it is gzip; ends in `Invalid` past `hoechstens` bytes, or when it is damaged."""
    with datei.open("rb") as roh:
        gepackt = roh.read(2) == _GZIP
        roh.seek(0)
        entpackt = cast(IO[bytes], gzip.GzipFile(fileobj=roh)) if gepackt else cast(IO[bytes], roh)
        yield Strom(entpackt, roh, hoechstens)


class Strom(io.RawIOBase):
    """A stream that ends with `Invalid` when it gives more than it may, e.g. a gzip bomb."""

    def __init__(self, strom: IO[bytes], roh: IO[bytes], hoechstens: int) -> None:
        self._strom, self._roh, self._rest, self._hoechstens = strom, roh, hoechstens, hoechstens

    @property
    def gelesen(self) -> int:
        """Bytes of the file on disk that were read: as far as progress goes."""
        return self._roh.tell()

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, puffer: Any) -> int:
        """The next bytes."""
        try:
            daten = self._strom.read(len(puffer))
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise Invalid(
                "Das Protokoll kann nicht gelesen werden: Die gepackte Datei ist beschädigt. "
                "Bitte übertragen Sie sie erneut."
            ) from None
        self._rest -= len(daten)
        if self._rest < 0:
            raise too_big(self._hoechstens)
        puffer[: len(daten)] = daten
        return len(daten)


def too_big(hoechstens: int) -> Invalid:
    """What to say of a file that unpacks to more than it may."""
    return Invalid(
        f"Das Protokoll kann nicht gelesen werden: Es ist entpackt größer als {hoechstens >> 20} MiB. "
        "Bitte teilen Sie es nach Zeiträumen auf."
    )


def check_archiv(datei: Path, hoechstens: int) -> None:
    """Unpack every part of a workbook once without keeping it, so that no declared size has to be believed.

    Raises `Invalid` for a bomb, a broken archive or too many parts.
    """
    try:
        with zipfile.ZipFile(datei) as archiv, datei.open("rb") as roh:
            teile = archiv.infolist()
            if len(teile) > _TEILE_HOECHSTENS or sum(teil.file_size for teil in teile) > hoechstens:
                raise too_big(hoechstens)
            rest = hoechstens
            for teil in teile:
                rest -= _measure(roh, teil, rest, hoechstens)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, OSError, EOFError):
        raise broken_mappe() from None


def broken_mappe() -> Invalid:
    """What to say of a workbook that cannot be opened."""
    return Invalid(
        "Das Protokoll kann nicht gelesen werden: Die Datei ist keine lesbare Tabelle im Format XLSX. "
        "Bitte speichern Sie sie erneut, ohne Kennwort."
    )


def _measure(roh: IO[bytes], teil: zipfile.ZipInfo, rest: int, hoechstens: int) -> int:
    """True size of one part, from its own packed bytes."""
    if teil.flag_bits & 1 or teil.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    if teil.compress_type == zipfile.ZIP_STORED:
        return teil.compress_size
    roh.seek(teil.header_offset)
    kopf = roh.read(30)
    if kopf[:4] != _ZIP:
        raise zipfile.BadZipFile
    roh.seek(int.from_bytes(kopf[26:28], "little") + int.from_bytes(kopf[28:30], "little"), io.SEEK_CUR)
    entpacker, groesse, gepackt = zlib.decompressobj(-zlib.MAX_WBITS), 0, b""
    while not entpacker.eof and (gepackt := entpacker.unconsumed_tail or roh.read(1 << 16)):
        groesse += len(entpacker.decompress(gepackt, _STUECK))
        if groesse > rest:
            raise too_big(hoechstens)
    return groesse
