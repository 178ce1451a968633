"""Event logs of other systems, as CSV or XES (also gzipped), become the same Faelle and Schritte as our own events.

Owns reading; every file is hostile: sizes are capped, XML has no DTD, columns with people are never read. Names of
Faelle are replaced by running numbers and kept nowhere.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import IO, Any, cast

from engine.errors import Invalid, NotFound
from engine.kalender import BERLIN
from wertstrom.einlesen.aufbau import Aufbau
from wertstrom.einlesen.meilensteine import add_meilensteine, parse_meilensteine
from wertstrom.einlesen.spalten import BEDEUTUNGEN, parse_spalten
from wertstrom.einlesen.tabelle import read_tabelle
from wertstrom.einlesen.xes import read_xes
from wertstrom.einlesen.zeitangaben import Zeitleser
from wertstrom.ereignisprotokoll import Protokoll, check

__all__ = ["BEDEUTUNGEN", "Vorgaben", "parse_meilensteine", "parse_spalten", "read_protokoll"]

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Vorgaben:
    """What the user says about a file; everything has a default."""

    #: activities that finish a Fall; empty: every Fall counts as finished
    enden: Sequence[str] = ()
    #: milestone → activity whose last end reaches it
    meilensteine: Mapping[str, str] = field(default_factory=dict)
    #: meaning → column of a table (`spalten.BEDEUTUNGEN`); the others are found by name
    spalten: Mapping[str, str] = field(default_factory=dict)
    #: zone of instants that have none; None: a clock of the file itself, without summer time
    zone: tzinfo | None = None
    #: name of the process in the store
    prozess: str = "protokoll"
    #: unpacked size from which a file is refused
    hoechstens_bytes: int = 8 << 30


def read_protokoll(datei: Path, vorgaben: Vorgaben | None = None) -> Protokoll:
    """Everything a file holds, checked; CSV, XES or gzip is recognised by content, not by name.

    Raises
    ------
    engine.errors.NotFound, engine.errors.Invalid
        The file is missing; or it is no log, damaged, too big, or a column is missing.
    """
    vorgaben = vorgaben or Vorgaben()
    if not datei.is_file():
        raise NotFound("Das Protokoll kann nicht gelesen werden: Die Datei gibt es nicht. Bitte prüfen Sie den Pfad.")
    aufbau, zeiten = Aufbau(), Zeitleser(vorgaben.zone)
    try:
        with datei.open("rb") as roh:
            _read(roh, aufbau, zeiten, vorgaben)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise Invalid(
            "Das Protokoll kann nicht gelesen werden: Die gepackte Datei ist beschädigt. "
            "Bitte übertragen Sie sie erneut."
        ) from None
    protokoll = aufbau.protokoll(vorgaben.prozess, vorgaben.enden, zeiten.zone_of_file(BERLIN))
    return check(add_meilensteine(protokoll, vorgaben.meilensteine))


def _read(roh: IO[bytes], aufbau: Aufbau, zeiten: Zeitleser, vorgaben: Vorgaben) -> None:
    gepackt = roh.read(2) == _GZIP
    roh.seek(0)
    entpackt = cast(IO[bytes], gzip.GzipFile(fileobj=roh)) if gepackt else roh
    strom = io.BufferedReader(_Begrenzt(entpackt, vorgaben.hoechstens_bytes), 1 << 16)
    if _is_xml(strom.peek(256)):
        read_xes(strom, aufbau, zeiten)
    else:
        read_tabelle(strom, aufbau, zeiten, vorgaben.spalten)


def _is_xml(anfang: bytes) -> bool:
    return anfang.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


class _Begrenzt(io.RawIOBase):
    """A stream that ends with `Invalid` when it gives more than it may, e.g. a gzip bomb."""

    def __init__(self, strom: IO[bytes], hoechstens: int) -> None:
        self._strom, self._rest, self._hoechstens = strom, hoechstens, hoechstens

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, puffer: Any) -> int:
        """The next bytes."""
        daten = self._strom.read(len(puffer))
        self._rest -= len(daten)
        if self._rest < 0:
            raise Invalid(
                f"Das Protokoll kann nicht gelesen werden: Es ist entpackt größer als {self._hoechstens >> 20} MiB. "
                "Bitte teilen Sie es nach Zeiträumen auf."
            )
        puffer[: len(daten)] = daten
        return len(daten)
