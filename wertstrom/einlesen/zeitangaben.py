"""Instants as people and programs write them: ISO 8601 and German dates, with or without a time zone.

Owns the reading of text into µs. Never guesses silently: what it cannot read stays null and is counted by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import Invalid
from wertstrom.ereignisprotokoll import FRUEHESTENS_US, SPAETESTENS_US, as_us

_DATUM = re.compile(
    r"(?:[^\W\d]{2,10},? )?(?P<erstes>\d{1,2})(?P<punkt>[./-])(?P<zweites>\d{1,2})(?P=punkt)(?P<jahr>\d{4}|\d{2})"
    r"(?:[ T,:]+(?P<stunde>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<sekunde>\d{2})(?:[.,](?P<bruch>\d{1,9}))?)?)?"
    r"(?: ?Uhr| ?(?P<haelfte>[AaPp])\.?[Mm]\.?)?"
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
#: seconds or milliseconds since 1970
_EPOCHE = re.compile(r"\d{10}|\d{13}")
#: the same written out in full, for whole columns at once: pattern → format
_GLEICHMAESSIG = {
    r"^\d\d\.\d\d\.\d{4} \d\d:\d\d$": "%d.%m.%Y %H:%M",
    r"^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$": "%d.%m.%Y %H:%M:%S",
    r"^\d\d\.\d\d\.\d{4}$": "%d.%m.%Y",
}
#: longer text is no date
_MAX_ZEICHEN = 64
#: two digits of a year above this belong to the last century
_JAHRHUNDERT = 70


class Zeitleser:
    """Reads the instants of one file and remembers whether they have a zone.

    Without `zone`, instants without a zone belong to a clock of the file itself, which never changes to summer time:
    differences are what the file says. `zone_of_file` is then UTC, meaning that clock.
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone
        #: sign between day and month → whether the day comes first; only a full stop says so by itself
        self._tag_zuerst = {".": True}
        self._mit_zone = False
        self._ohne_zone = False
        #: instants in the hour that comes twice when summer time ends; they were taken as the first time
        self.doppelstunde = 0
        #: instants outside of 1970–2100, e.g. 31.12.9999 for „unbefristet“; they count as not given
        self.ausserhalb = 0

    def zone_of_file(self, sonst: tzinfo) -> tzinfo:
        """Local time in which office hours apply; `sonst` when the instants have zones of their own.

        Raises `Invalid` when only some of them have one.
        """
        if self._zone:
            return self._zone
        if self._mit_zone and self._ohne_zone:
            raise Invalid(
                "Das Protokoll kann nicht gelesen werden: Nur ein Teil der Zeitpunkte hat eine Zeitzone. "
                "Bitte nennen Sie die Zeitzone der übrigen, z. B. Europe/Berlin."
            )
        return UTC if self._ohne_zone else sonst

    def read(self, text: str | None) -> int | None:
        """µs since the epoch, or None for what is no instant."""
        werte: list[int | None] = self.read_spalte(pa.array([text], pa.string())).to_pylist()
        return werte[0]

    def read_spalte(self, spalte: pa.Array) -> pa.Array:
        """A whole column of text as int64 µs; null for what is no instant, or none that somebody worked at."""
        werte = self._read(spalte)
        draussen = pc.or_(pc.less(werte, FRUEHESTENS_US), pc.greater(werte, SPAETESTENS_US))
        if anzahl := pc.sum(draussen).as_py():
            self.ausserhalb += anzahl
            werte = pc.if_else(pc.fill_null(draussen, False), pa.scalar(None, pa.int64()), werte)
        return werte

    def _read(self, spalte: pa.Array) -> pa.Array:
        if spalte.null_count == len(spalte):
            return pa.nulls(len(spalte), pa.int64())
        ist_iso = _ISO.match(spalte.drop_null()[0].as_py()) is not None
        werte = _cast(spalte, pa.timestamp("us", "UTC")) if ist_iso else None
        if werte is not None:
            self._mit_zone = True
            return pc.cast(werte, pa.int64())
        ohne_zone = _cast(spalte, pa.timestamp("us")) if ist_iso else _read_deutsch(spalte)
        return self._as_utc(ohne_zone) if ohne_zone is not None else self._read_einzeln(spalte)

    def _as_utc(self, werte: pa.Array) -> pa.Array:
        """Instants without a zone: those of the given zone, else of the clock of the file."""
        self._ohne_zone = True
        if not isinstance(self._zone, ZoneInfo):
            return pc.cast(werte, pa.int64())
        erste, zweite = (
            pc.cast(pc.assume_timezone(werte, self._zone.key, ambiguous=welche, nonexistent="latest"), pa.int64())
            for welche in ("earliest", "latest")
        )
        self.doppelstunde += pc.sum(pc.not_equal(erste, zweite)).as_py() or 0
        return erste

    def _read_einzeln(self, spalte: pa.Array) -> pa.Array:
        """Each different text by itself."""
        kodiert = spalte.dictionary_encode()
        texte = [text.strip()[: _MAX_ZEICHEN + 1] for text in kodiert.dictionary.to_pylist()]
        self._learn_folge(texte)
        gelesen = [_parse(text, self._tag_zuerst) for text in texte]
        mit = [None if zeit is None or zeit.tzinfo is None else as_us(zeit) for zeit in gelesen]
        ohne = [zeit if zeit is not None and zeit.tzinfo is None else None for zeit in gelesen]
        werte = pa.array(mit, pa.int64()).take(kodiert.indices)
        if werte.null_count < len(werte):
            self._mit_zone = True
        if any(zeit is not None for zeit in ohne):
            werte = pc.coalesce(werte, self._as_utc(pa.array(ohne, pa.timestamp("us")).take(kodiert.indices)))
        return werte

    def _learn_folge(self, texte: Sequence[str]) -> None:
        """Whether 3/4/2026 is in March or in April: told by the days of the column that can be no months."""
        funde = [treffer for text in texte if (treffer := _DATUM.fullmatch(text))]
        for zeichen in {treffer["punkt"] for treffer in funde} - self._tag_zuerst.keys():
            erste, zweite = (
                max(int(treffer[teil]) for treffer in funde if treffer["punkt"] == zeichen)
                for teil in ("erstes", "zweites")
            )
            if (erste > 12) != (zweite > 12):
                self._tag_zuerst[zeichen] = erste > 12


def _cast(spalte: pa.Array, typ: pa.DataType) -> pa.Array | None:
    """A column that is ISO 8601 of one kind throughout; None when it is not."""
    try:
        return pc.cast(spalte, typ)
    except pa.ArrowInvalid:
        return None


def _read_deutsch(spalte: pa.Array) -> pa.Array | None:
    """Naive instants of a column in one German format throughout; None when it is not."""
    for muster, form in _GLEICHMAESSIG.items():
        if pc.all(pc.match_substring_regex(spalte, muster)).as_py():
            werte = pc.strptime(spalte, format=form, unit="us", error_is_null=True)
            # strptime makes the 3rd of March of the 31st of February.
            tag = pc.cast(pc.utf8_slice_codeunits(spalte, 0, 2), pa.int64())
            stimmt = werte.null_count == spalte.null_count and pc.all(pc.equal(pc.day(werte), tag)).as_py()
            return werte if stimmt else None
    return None


def _parse(text: str, tag_zuerst: Mapping[str, bool]) -> datetime | None:
    if len(text) > _MAX_ZEICHEN:
        return None
    if _EPOCHE.fullmatch(text):
        return datetime.fromtimestamp(int(text) / (1 if len(text) == 10 else 1000), UTC)
    try:
        return datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        treffer = _DATUM.fullmatch(text)
    return None if treffer is None else _combine(treffer, tag_zuerst.get(treffer["punkt"]))


def _combine(treffer: re.Match[str], tag_zuerst: bool | None) -> datetime | None:
    """The instant of a date with day, month and year; None when nobody knows which is which."""
    if tag_zuerst is None:
        return None
    teile = {name: int(treffer[name] or 0) for name in ("erstes", "zweites", "jahr", "stunde", "minute", "sekunde")}
    tag, monat = (teile["erstes"], teile["zweites"]) if tag_zuerst else (teile["zweites"], teile["erstes"])
    jahr, stunde = teile["jahr"], teile["stunde"]
    if len(treffer["jahr"]) == 2:
        jahr += 1900 if jahr > _JAHRHUNDERT else 2000
    if treffer["haelfte"]:
        stunde = stunde % 12 + (12 if treffer["haelfte"] in "Pp" else 0)
    bruch = int((treffer["bruch"] or "0")[:6].ljust(6, "0"))
    try:
        return datetime(jahr, monat, tag, stunde, teile["minute"], teile["sekunde"], bruch)  # noqa: DTZ001
    except ValueError:
        return None
