"""Event logs of other systems become the same Faelle and Schritte as our own events: CSV, XLSX, XES, OCEL 2.0, Parquet.

Owns reading in nine steps (Fachkonzept § 4.6): recognise, find the heading, choose the form, map the columns, drop the
rest, replace names of Faelle, report what is implausible, count, keep the mapping. Every file is hostile: sizes are
capped, XML has no DTD, columns with people are never read. Names of Faelle are kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from wertstrom.einlesen import parquet
from wertstrom.einlesen.bericht import Bericht
from wertstrom.einlesen.erkennen import Erkannt, Spalte, recognise
from wertstrom.einlesen.lesung import Fortschritt, Lesung, read_teile
from wertstrom.einlesen.meilensteine import parse_meilensteine
from wertstrom.einlesen.profil import parse_profil, read_profil, write_profil
from wertstrom.einlesen.pseudonym import read_schluessel
from wertstrom.einlesen.spalten import BEDEUTUNGEN, parse_spalten
from wertstrom.einlesen.vorgaben import Vorgaben, read_zone
from wertstrom.ereignisprotokoll import Protokoll

__all__ = [
    "BEDEUTUNGEN",
    "Bericht",
    "Erkannt",
    "Fortschritt",
    "Lesung",
    "Spalte",
    "Vorgaben",
    "join_teile",
    "parse_meilensteine",
    "parse_profil",
    "parse_spalten",
    "read_profil",
    "read_protokoll",
    "read_schluessel",
    "read_teile",
    "read_zone",
    "recognise",
    "write_profil",
]


def read_protokoll(datei: Path | Sequence[Path], vorgaben: Vorgaben | None = None) -> Protokoll:
    """Everything that one or several files hold, checked and in memory; kinds are recognised by content, not by name.

    Raises
    ------
    engine.errors.NotFound, engine.errors.Invalid
        A file is missing; or it is no log, damaged, too big, a column is missing or looks like people.
    """
    dateien = [datei] if isinstance(datei, Path) else list(datei)
    if len(dateien) == 1 and dateien[0].is_dir() and (dateien[0] / parquet.ANGABEN).exists():
        return join_teile(parquet.read_teile(dateien[0]), tuple(parquet.read_angaben(dateien[0]).get("hinweise", ())))
    lesung = Lesung(dateien, vorgaben or Vorgaben())
    protokoll = join_teile(lesung.teile())
    return replace(protokoll, hinweise=lesung.bericht.hinweise())


def join_teile(teile: Iterable[Protokoll], hinweise: tuple[str, ...] = ()) -> Protokoll:
    """One Protokoll of several parts, of which there is at least one."""
    alle = list(teile)
    tabellen = {name: pa.concat_tables([getattr(teil, name) for teil in alle]) for name in parquet.TABELLEN}
    return Protokoll(**tabellen, ereignisse=sum(teil.ereignisse for teil in alle), zone=alle[0].zone, hinweise=hinweise)
