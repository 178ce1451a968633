"""What a key figure takes and gives: selection, target, and values that carry n and both clocks.

Owns the types; computes nothing. Times are in days of their clock: KT = 24 h elapsed, AT = 8 h of working time (the
office may set another length). A missing value is None, never 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine.errors import Invalid
from wertstrom.ereignisprotokoll import FRUEHESTENS_US, SPAETESTENS_US
from wertstrom.kalender import KT_US, Arbeitszeit


class Uhr(StrEnum):
    """The two clocks of every time: working days of the office, and calendar days."""

    AT = "AT"
    KT = "KT"


@dataclass(frozen=True, slots=True)
class Ziel:
    """A target Durchlaufzeit, e.g. 10 AT; a Fall that needs exactly as long keeps it."""

    tage: float = 10.0
    uhr: Uhr = Uhr.AT

    def us(self, arbeitszeit: Arbeitszeit) -> int:
        """Length in µs of its clock."""
        return round(self.tage * tag_us(self.uhr, arbeitszeit))


@dataclass(frozen=True, slots=True)
class Auswahl:
    """Which Faelle a figure is about: a process, one or all of its versions, begun between two instants (inclusive)."""

    prozess: str
    version: int | None = None
    von_us: int = FRUEHESTENS_US
    bis_us: int = SPAETESTENS_US

    def werte(self) -> dict[str, object]:
        """Parameters of the named queries."""
        return {"prozess": self.prozess, "version": self.version, "von_us": self.von_us, "bis_us": self.bis_us}


@dataclass(frozen=True, slots=True)
class Lagemass:
    """Mean, median and P80 (the value that 80 % do not exceed) of one time in one clock, in days."""

    mittel: float | None = None
    median: float | None = None
    p80: float | None = None


@dataclass(frozen=True, slots=True)
class Zeit:
    """One time in both clocks over the same n Faelle or Laeufe."""

    n: int = 0
    at: Lagemass = Lagemass()
    kt: Lagemass = Lagemass()
    #: different Faelle behind it; equals n where each Fall counts once
    faelle: int = 0

    def in_uhr(self, uhr: Uhr) -> Lagemass:
        """The values of one clock."""
        return self.at if uhr is Uhr.AT else self.kt


@dataclass(frozen=True, slots=True)
class Anteil:
    """`treffer` of n; the share is None without any."""

    treffer: int
    n: int
    #: different Faelle behind it, where n counts something else
    faelle: int | None = None

    @property
    def anteil(self) -> float | None:
        """Between 0 and 1."""
        return self.treffer / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Anzahl:
    """How often something happened per Fall, over n Faelle; mean, median and P80 are None without any."""

    n: int
    summe: int
    mittel: float | None = None
    median: float | None = None
    p80: float | None = None


def parse_ziel(text: str) -> Ziel:
    """The target that "10AT", "10 KT" or "7,5 AT" means; raises `Invalid` for anything else."""
    treffer = re.fullmatch(r"\s*(\d{1,4}(?:[.,]\d{1,3})?)\s*(AT|KT)\s*", text, re.IGNORECASE)
    tage = float(treffer[1].replace(",", ".")) if treffer else 0.0
    if not treffer or not tage:
        raise Invalid(
            "Das Ziel ist nicht verständlich. Erwartet wird eine Zahl über null mit AT (Arbeitstage) oder "
            "KT (Kalendertage), z. B. 10AT."
        )
    return Ziel(tage, Uhr(treffer[2].upper()))


def tag_us(uhr: Uhr, arbeitszeit: Arbeitszeit) -> int:
    """Length of one day of a clock in µs."""
    return arbeitszeit.at_us if uhr is Uhr.AT else KT_US


def read_anzahl(zeile: Mapping[str, Any]) -> Anzahl:
    """Columns n, summe, mittel, median, p80 of a query."""
    return Anzahl(zeile["n"], int(zeile["summe"] or 0), zeile["mittel"], zeile["median"], zeile["p80"])


def read_zeit(zeile: Mapping[str, Any], arbeitszeit: Arbeitszeit) -> Zeit:
    """Columns n, kt_mittel … at_p80 of a query (in µs) as days."""

    def lagemass(takt: str, tag: int) -> Lagemass:
        werte = {name: zeile[f"{takt}_{name}"] for name in ("mittel", "median", "p80")}
        return Lagemass(**{name: None if us is None else us / tag for name, us in werte.items()})

    n = zeile["n"]
    return Zeit(n, lagemass("at", arbeitszeit.at_us), lagemass("kt", KT_US), zeile.get("faelle", n))
