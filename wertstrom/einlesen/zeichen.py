"""How a text table is written: encoding, delimiter, and in which line its heading stands.

Owns the guessing; reads no meaning. Everything found can be overruled by the user.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

import charset_normalizer

from engine.errors import Invalid

PROBE = 1 << 20
_STUECK = 1 << 22
_TRENNER = ";,\t|"
_MARKEN = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: what old programs in German offices write
_ALTE = ["cp1252", "cp850", "iso8859_15"]
#: lines in which the heading is looked for
_ZEILEN = 60
#: columns that a table may have
SPALTEN_HOECHSTENS = 2_000
_KEIN_TITEL = re.compile(r"[\d.,:/ +-]*")


@dataclass(frozen=True, slots=True)
class Schreibweise:
    """What has to be known before the first row can be read."""

    zeichensatz: str
    trenner: str
    #: names of the columns, as they stand there
    kopf: tuple[str, ...]
    #: lines up to and with the heading
    kopfzeile: int
    #: the first rows below it
    probe: tuple[tuple[str, ...], ...] = ()


def find_zeichensatz(strom: IO[bytes]) -> str:
    """Encoding of a whole stream, as Python names it; UTF-8 unless a byte says otherwise."""
    anfang = strom.read(_STUECK)
    for marke, name in _MARKEN:
        if anfang.startswith(marke):
            return name
    if (nullen := anfang[:4096].count(0)) > len(anfang[:4096]) // 3:
        # Every second byte of Latin text in UTF-16.
        gerade = anfang[:4096:2].count(0)
        return "utf-16-be" if gerade > nullen // 2 else "utf-16-le"
    decoder, stueck = codecs.getincrementaldecoder("utf-8")(), anfang
    while stueck:
        naechstes = strom.read(_STUECK)
        try:
            decoder.decode(stueck, final=not naechstes)
        except UnicodeDecodeError as fehler:
            # Enough around the first byte that is none, wherever it stands.
            return _find_alten(stueck[max(0, fehler.start - PROBE // 8) : fehler.start + PROBE // 8])
        stueck = naechstes
    return "utf-8"


def _find_alten(probe: bytes) -> str:
    beste = charset_normalizer.from_bytes(probe, cp_isolation=_ALTE, steps=5, threshold=0.5).best()
    return beste.encoding if beste else "cp1252"


def read_schreibweise(anfang: bytes, zeichensatz: str, trenner: str | None, kopfzeile: int | None) -> Schreibweise:
    """Delimiter and heading of a table that begins like this; raises `Invalid` when there is no heading."""
    text = anfang.decode(zeichensatz, errors="ignore").lstrip("\ufeff")
    zeilen = io.StringIO(text, newline="").readlines()
    zeilen = zeilen[:_ZEILEN] if len(zeilen) > _ZEILEN else zeilen[:-1] or zeilen  # the last one may be cut off
    bester = trenner or max(_TRENNER, key=lambda zeichen: _guete(_split(zeilen, zeichen)))
    saetze = _split(zeilen, bester)
    stelle = find_kopf([satz for satz, _ in saetze]) if kopfzeile is None else _place(saetze, kopfzeile)
    kopf = tuple(spalte.strip() for spalte in saetze[stelle][0]) if saetze else ()
    probe = tuple(tuple(satz) for satz, _ in saetze[stelle + 1 :])
    return Schreibweise(zeichensatz, bester, check_kopf(kopf), saetze[stelle][1] if saetze else 0, probe)


def check_kopf(kopf: tuple[str, ...]) -> tuple[str, ...]:
    """The heading, if it is one; headings that occur twice and empty ones get a number, so that each can be named."""
    kopf = tuple(re.sub(r"[\x00-\x1f]+", " ", name).strip() for name in kopf)
    if not any(kopf):
        raise Invalid(
            "Das Protokoll kann nicht gelesen werden: Die Datei ist leer oder hat keine Kopfzeile. "
            "Bitte exportieren Sie sie mit Spaltennamen in der ersten Zeile."
        )
    if len(kopf) > SPALTEN_HOECHSTENS:
        raise Invalid(
            f"Das Protokoll kann nicht gelesen werden: Die Tabelle hat mehr als {SPALTEN_HOECHSTENS} Spalten. "
            "Bitte exportieren Sie nur Fall, Schritt und Zeiten."
        )
    gesehen: Counter[str] = Counter()
    namen = []
    for nummer, name in enumerate(kopf, 1):
        name = name or f"Spalte {nummer}"
        gesehen[name] += 1
        namen.append(name if gesehen[name] == 1 else f"{name} ({gesehen[name]})")
    return tuple(namen)


def find_kopf(saetze: Sequence[Sequence[str]]) -> int:
    """Place of the heading: the first row as wide as most, filled by words; titles above it are narrower."""
    if not saetze:
        return 0
    breite = _usual_width(saetze)
    for stelle, satz in enumerate(saetze):
        gefuellt = [zelle.strip() for zelle in satz if zelle.strip()]
        worte = sum(not _KEIN_TITEL.fullmatch(zelle) for zelle in gefuellt)
        if len(satz) >= breite and len(gefuellt) * 2 > breite and worte * 2 > len(gefuellt):
            return stelle
    return 0


def _usual_width(saetze: Sequence[Sequence[str]]) -> int:
    breiten = Counter(len(satz) for satz in saetze)
    return max(breiten, key=lambda breite: (breiten[breite], breite))


def _place(saetze: Sequence[tuple[Sequence[str], int]], kopfzeile: int) -> int:
    return next((n for n, (_, zeile) in enumerate(saetze) if zeile >= kopfzeile), 0)


def _split(zeilen: Sequence[str], trenner: str) -> list[tuple[list[str], int]]:
    """Rows that are not empty, each with the number of its last line."""
    leser = csv.reader(zeilen, delimiter=trenner)
    saetze = []
    try:
        for satz in leser:
            if satz:
                saetze.append((satz, leser.line_num))
    except csv.Error:
        pass  # a field without end: what came before is enough to guess
    return saetze or [([], 0)]


def _guete(saetze: Sequence[tuple[Sequence[str], int]]) -> tuple[int, int]:
    """Rows of the usual width, if that is more than one column."""
    reihen = [satz for satz, _ in saetze]
    breite = _usual_width(reihen)
    return (sum(len(satz) == breite for satz in reihen) if breite > 1 else 0), breite
