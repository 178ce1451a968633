"""What the address of a value-stream page asks for: period, clock, target.

Pure functions of the query string; every wrong part is named and replaced by its default, never a failed page.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from engine import errors
from engine.kalender import BERLIN
from web.sprache import _, _l
from wertstrom import kennzahlen, schutz
from wertstrom.ereignisprotokoll import FRUEHESTENS_US, SPAETESTENS_US, as_us
from wertstrom.kennzahlen import Auswahl, Uhr, Ziel

#: value in the address -> words; months back from today
ZEITRAEUME: Final[dict[str, str]] = {
    "alles": _l("Gesamter Zeitraum"),
    "12": "Letzte 12 Monate",
    "6": "Letzte 6 Monate",
    "3": "Letzte 3 Monate",
    "eigen": _l("Eigener Zeitraum"),
}
#: days outside of these years are slips of the pen
_JAHRE: Final = range(1990, 2100)


@dataclass(frozen=True, slots=True)
class Filter:
    """The question in typed form, and what was typed."""

    ziel: Ziel
    zeitraum: str = "alles"
    von: date | None = None
    bis: date | None = None
    #: instants (µs) at which a period may begin or end; None: anywhere
    grenzen: tuple[int, ...] | None = None
    #: field -> message
    fehler: dict[str, str] = field(default_factory=dict)
    #: field -> text as typed, to show it again
    eingaben: dict[str, str] = field(default_factory=dict)

    def auswahl(self, kennung: str) -> Auswahl:
        """Faelle of this process that began in the period; both days belong to it."""
        von_us = as_us(_midnight(self.von)) if self.von else FRUEHESTENS_US
        bis_us = as_us(_midnight(self.bis + timedelta(days=1))) - 1 if self.bis else SPAETESTENS_US
        auswahl = Auswahl(kennung, von_us=von_us, bis_us=bis_us)
        return auswahl if self.grenzen is None else schutz.widen(auswahl, self.grenzen)


def read_filter(angaben: Mapping[str, str], *, standard: Ziel, heute: date) -> Filter:
    """The filter of an address; `standard` is the target that was set up for the process."""
    fehler: dict[str, str] = {}
    zeitraum = angaben.get("zeitraum", "alles")
    zeitraum = zeitraum if zeitraum in ZEITRAEUME else "alles"
    von, bis = _read_period(zeitraum, angaben, heute, fehler)
    return Filter(
        ziel=_read_ziel(angaben, standard, fehler),
        zeitraum=zeitraum,
        von=von,
        bis=bis,
        fehler=fehler,
        eingaben={name: angaben.get(name, "")[:40] for name in ("ziel", "von", "bis")},
    )


def _read_ziel(angaben: Mapping[str, str], standard: Ziel, fehler: dict[str, str]) -> Ziel:
    einheit = angaben.get("einheit", "")
    uhr = Uhr(einheit) if einheit in set(Uhr) else standard.uhr
    tage = angaben.get("ziel", "").strip()
    if not tage:
        return Ziel(standard.tage, uhr)
    try:
        # Halves only: with finer targets the duration of a single Vorgang could be closed in on.
        return Ziel(max(round(kennzahlen.parse_ziel(f"{tage[:20]}{uhr.value}").tage * 2) / 2, 0.5), uhr)
    except errors.Invalid:
        fehler["ziel"] = _("Bitte schreiben Sie das Ziel als Zahl über null, zum Beispiel 10.")
        return Ziel(standard.tage, uhr)


def _read_period(
    zeitraum: str, angaben: Mapping[str, str], heute: date, fehler: dict[str, str]
) -> tuple[date | None, date | None]:
    if zeitraum == "alles":
        return None, None
    if zeitraum != "eigen":
        return _months_before(heute, int(zeitraum)), None
    von, bis = (_read_day(name, angaben, fehler) for name in ("von", "bis"))
    if von and bis and bis < von:
        fehler["bis"] = _("Das Ende liegt vor dem Anfang. Bitte prüfen Sie beide Tage.")
        return von, None
    return von, bis


def _read_day(name: str, angaben: Mapping[str, str], fehler: dict[str, str]) -> date | None:
    text = angaben.get(name, "").strip()
    if not text:
        return None
    try:
        tag = date.fromisoformat(text) if "-" in text else datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007
    except ValueError:
        fehler[name] = _("Bitte schreiben Sie den Tag so: 1.6.2026.")
        return None
    if tag.year not in _JAHRE:
        fehler[name] = _("Bitte prüfen Sie das Jahr.")
        return None
    return tag


def _months_before(tag: date, monate: int) -> date:
    jahr, monat = divmod(tag.year * 12 + tag.month - 1 - monate, 12)
    return date(jahr, monat + 1, min(tag.day, calendar.monthrange(jahr, monat + 1)[1]))


def _midnight(tag: date) -> datetime:
    return datetime.combine(tag, time(), BERLIN).astimezone(UTC)
