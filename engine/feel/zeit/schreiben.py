"""Temporal values as the ISO text that reads back as the same value."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel.zeit.klassen import NANOS, TAG_SEKUNDEN, Datum, MonatsDauer, TageDauer, Uhrzeit, Zeitpunkt
from engine.feel.zeit.zone import Zone


def datum(wert: Datum) -> str:
    """``2026-06-01``"""
    vorzeichen = "-" if wert.jahr < 0 else ""
    return f"{vorzeichen}{abs(wert.jahr):04}-{wert.monat:02}-{wert.tag:02}"


def uhrzeit(wert: Uhrzeit) -> str:
    """``08:30:00.5+02:00`` or ``08:30:00@Europe/Berlin``"""
    stunde, rest = divmod(wert.sekunde, 3600)
    return f"{stunde:02}:{rest // 60:02}:{rest % 60:02}{_bruch(wert.nanos)}{_zone(wert.zone)}"


def zeitpunkt(wert: Zeitpunkt) -> str:
    """``2026-06-01T08:30:00``"""
    return f"{datum(wert.datum)}T{uhrzeit(wert.zeit)}"


def tage_dauer(wert: TageDauer) -> str:
    """``P1DT2H3M4.5S``, without parts that are zero"""
    sekunden, nanos = divmod(abs(wert.nanos), NANOS)
    tage, rest = divmod(sekunden, TAG_SEKUNDEN)
    zeit = [(rest // 3600, "H"), (rest % 3600 // 60, "M")]
    text = "".join(f"{zahl}{art}" for zahl, art in zeit if zahl)
    if rest % 60 or nanos:
        text += f"{rest % 60}{_bruch(nanos)}S"
    ergebnis = f"P{f'{tage}D' if tage else ''}{f'T{text}' if text else ''}"
    return _signed(wert.nanos, "PT0S" if ergebnis == "P" else ergebnis)


def monats_dauer(wert: MonatsDauer) -> str:
    """``P1Y2M``, without parts that are zero"""
    jahre, monate = divmod(abs(wert.monate), 12)
    text = f"{f'{jahre}Y' if jahre else ''}{f'{monate}M' if monate else ''}"
    return _signed(wert.monate, f"P{text or '0M'}")


def text(wert: object) -> str | None:
    """ISO text of any temporal value, None for other values."""
    schreiben = _SCHREIBEN.get(type(wert))
    return schreiben(wert) if schreiben else None


def _signed(zahl: int, text: str) -> str:
    return f"-{text}" if zahl < 0 else text


def _bruch(nanos: int) -> str:
    return f".{nanos:09}".rstrip("0") if nanos else ""


def _zone(zone: Zone | None) -> str:
    if zone is None:
        return ""
    if zone.versatz is None:
        return f"@{zone.name}"
    if zone.versatz == 0:
        return "Z"
    stunden, rest = divmod(abs(zone.versatz), 3600)
    sekunden = f":{rest % 60:02}" if rest % 60 else ""
    return f"{'-' if zone.versatz < 0 else '+'}{stunden:02}:{rest // 60:02}{sekunden}"


_SCHREIBEN: dict[type, Callable[..., str]] = {
    Datum: datum,
    Uhrzeit: uhrzeit,
    Zeitpunkt: zeitpunkt,
    TageDauer: tage_dauer,
    MonatsDauer: monats_dauer,
}
