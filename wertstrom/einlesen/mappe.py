"""Reads spreadsheets (XLSX, ODS): the archive is checked before it is opened, cells become text.

Owns what is peculiar to workbooks: which sheet, where its heading stands, dates that are numbers inside.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

from engine.errors import Invalid
from wertstrom.einlesen.block import Block
from wertstrom.einlesen.datei import broken_mappe, check_archiv
from wertstrom.einlesen.tabelle import rows_as_block
from wertstrom.einlesen.zeichen import Schreibweise, check_kopf, find_kopf

_BLOCK = 20_000
_ZEILEN = 60
#: cells that a sheet may have; calamine holds all of them in memory
_ZELLEN_HOECHSTENS = 20_000_000
#: bytes that a workbook may unpack to: a sheet with all of its 1,048,576 rows has some 200 MiB
_ENTPACKT_HOECHSTENS = 600 << 20


@contextmanager
def _open(datei: Path, blatt: str | None, hoechstens: int) -> Iterator[python_calamine.CalamineSheet]:
    check_archiv(datei, min(hoechstens, _ENTPACKT_HOECHSTENS))
    try:
        with python_calamine.CalamineWorkbook.from_path(str(datei)) as mappe:
            yield _sheet(mappe, blatt)
    except (python_calamine.CalamineError, OSError, ValueError):
        raise broken_mappe() from None


def _sheet(mappe: python_calamine.CalamineWorkbook, blatt: str | None) -> python_calamine.CalamineSheet:
    if blatt is not None:
        if blatt not in mappe.sheet_names:
            namen = ", ".join(f"„{name[:40]}“" for name in mappe.sheet_names[:20])
            raise Invalid(f"Einlesen nicht möglich: Das Blatt „{blatt[:40]}“ gibt es nicht. Die Mappe hat {namen}.")
        return _check_groesse(mappe.get_sheet_by_name(blatt))
    for name in mappe.sheet_names:
        gefunden = _check_groesse(mappe.get_sheet_by_name(name))
        if gefunden.height > 1 and gefunden.width > 1:
            return gefunden
    raise Invalid(
        "Das Protokoll kann nicht gelesen werden: In der Mappe ist kein Blatt mit einer Tabelle. "
        "Bitte prüfen Sie die Datei."
    )


def _check_groesse(blatt: python_calamine.CalamineSheet) -> python_calamine.CalamineSheet:
    if blatt.height * blatt.width > _ZELLEN_HOECHSTENS:
        raise Invalid(
            "Das Protokoll kann nicht gelesen werden: Das Blatt hat zu viele Zellen. Bitte löschen Sie leere Spalten "
            "und Zeilen an seinen Rändern oder speichern Sie es als CSV."
        )
    return blatt


def find_schreibweise(datei: Path, blatt: str | None, kopfzeile: int | None, hoechstens: int) -> Schreibweise:
    """Heading of a sheet and the first rows below it."""
    with _open(datei, blatt, hoechstens) as tabelle:
        anfang = [_as_text(zeile) for zeile in itertools.islice(tabelle.iter_rows(), _ZEILEN)]
    stelle = find_kopf([_cut(satz) for satz in anfang]) if kopfzeile is None else min(kopfzeile, len(anfang)) - 1
    kopf = check_kopf(tuple(zelle.strip() for zelle in _cut(anfang[stelle]))) if anfang else check_kopf(())
    probe = tuple(tuple(satz[: len(kopf)]) for satz in anfang[stelle + 1 :])
    return Schreibweise("", "", kopf, stelle + 1, probe)


class Mappe:
    """One sheet. `spalten`: name in the block → column of the heading."""

    def __init__(
        self, datei: Path, blatt: str | None, schreibweise: Schreibweise, spalten: Mapping[str, str], hoechstens: int
    ) -> None:
        self._datei, self._blatt, self._hoechstens = datei, blatt, hoechstens
        self._wie, self._spalten = schreibweise, spalten

    def bloecke(self) -> Iterator[Block]:
        """All rows below the heading."""
        stellen = [self._wie.kopf.index(spalte) for spalte in self._spalten.values()]
        zeile, groesse = self._wie.kopfzeile + 1, self._datei.stat().st_size
        with _open(self._datei, self._blatt, self._hoechstens) as tabelle:
            zeilen = itertools.islice(tabelle.iter_rows(), self._wie.kopfzeile, None)
            hoehe = max(1, tabelle.height)
            while stapel := list(itertools.islice(zeilen, _BLOCK)):
                saetze = [[_text(satz[n]) if n < len(satz) else "" for n in stellen] for satz in stapel]
                yield rows_as_block(saetze, list(self._spalten), zeile, groesse * min(zeile, hoehe) // hoehe)
                zeile += len(stapel)


def _as_text(zeile: Sequence[Any]) -> list[str]:
    return [_text(zelle) for zelle in zeile]


def _cut(satz: list[str]) -> list[str]:
    """A row without the empty cells at its end."""
    ende = max((n for n, zelle in enumerate(satz, 1) if zelle.strip()), default=0)
    return satz[:ende]


def _text(zelle: object) -> str:
    match zelle:
        case str():
            return zelle
        case datetime() | date() | time():
            return zelle.isoformat()
        case bool():
            return "ja" if zelle else "nein"
        case float():
            return str(int(zelle)) if zelle.is_integer() else str(zelle)
        case timedelta():
            return str(zelle)
        case _:
            return "" if zelle is None else str(zelle)
