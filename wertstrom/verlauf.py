"""How a process develops: months of Beginn with their median, a control chart over them, and drift.

Owns which months count; `wertstrom.statistik` does the mathematics. Months with too few Faelle are left out and said.
The newest months look fast because their slow Faelle are still open: they are marked, and no signal is read into them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from wertstrom import kennzahlen, statistik
from wertstrom.ereignisprotokoll import as_us
from wertstrom.formulierung import format_tage
from wertstrom.kalender import KT_US
from wertstrom.kennzahlen import Auswahl, Uhr, Ziel
from wertstrom.schutz import Schwellen
from wertstrom.speicher import Speicher
from wertstrom.statistik import Drift, Regelkarte

#: a trend is said below this p
_SICHER = 0.05


@dataclass(frozen=True, slots=True)
class Monat:
    """Abgeschlossene Faelle that began in one month (UTC)."""

    jahr: int
    monat: int
    n: int
    median: float
    #: None where it would point at few Faelle
    anteil_bis_ziel: float | None
    #: Faelle that began then may still be open: their end is not known yet
    vorlaeufig: bool


@dataclass(frozen=True, slots=True)
class Verlauf:
    """Months in order, the chart over those that are final, and their trend per month."""

    uhr: Uhr
    monate: tuple[Monat, ...]
    karte: Regelkarte | None
    drift: Drift | None
    #: months with too few Faelle
    ausgelassen: int

    @property
    def befund(self) -> str:
        """Whether it became faster, and whether a month stands out, in a sentence."""
        if self.drift is None:
            satz = "Für einen Trend sind noch zu wenige Monate abgeschlossen"
        elif self.drift.p >= _SICHER:
            satz = "Kein Trend, der über den Zufall hinausgeht"
        else:
            wort = "schneller" if self.drift.je_einheit < 0 else "langsamer"
            grenzen = self.drift.intervall
            satz = (
                f"Je Monat {format_tage(abs(self.drift.je_einheit), self.uhr)} {wort} "
                f"(95 %: {format_tage(grenzen.von, self.uhr)} bis {format_tage(grenzen.bis, self.uhr)})"
            )
        signale = len(self.karte.signale) if self.karte else 0
        if not signale:
            return f"{satz}."
        return f"{satz}; {'ein Monat fällt' if signale == 1 else f'{signale} Monate fallen'} aus dem üblichen Gang."


def measure_verlauf(
    speicher: Speicher, auswahl: Auswahl, ziel: Ziel, jetzt_us: int, schwellen: Schwellen | None = None
) -> Verlauf:
    """Months of a selection. A month is preliminary until its last Fall could have taken as long as 95 of 100 do.

    Formula
        XmR over the medians of final months; Theil-Sen slope per month
    """
    schwellen = schwellen or Schwellen()
    in_at = ziel.uhr is Uhr.AT
    zeilen = speicher.query("monate", in_at=in_at, ziel_us=ziel.us(speicher.uhr), **auswahl.werte())
    gross = [z for z in zeilen if z["n"] >= schwellen.k_faelle]
    if gross and len(zeilen) - len(gross) == 1:
        # The months add up to all Faelle: a single hidden one could be worked out.
        gross.remove(min(gross, key=lambda z: z["n"]))
    kurve = kennzahlen.ueberleben(speicher, auswahl, jetzt_us, Uhr.KT)
    grenze_us = jetzt_us - round((kurve.tage(0.95) or (kurve.kurve[-1][0] if kurve.kurve else 0)) * KT_US)
    tag = kennzahlen.tag_us(ziel.uhr, speicher.uhr)
    monate = []
    for z in gross:
        jahr, monat = divmod(int(z["monat"]), 12)
        kleinste = min(z["treffer"], z["n"] - z["treffer"])
        anteil = None if 0 < kleinste < schwellen.k_faelle else z["treffer"] / z["n"]
        vorlaeufig = _month_end_us(jahr, monat) > grenze_us
        monate.append(Monat(jahr, monat + 1, z["n"], z["median_us"] / tag, anteil, vorlaeufig))
    feste = [m for m in monate if not m.vorlaeufig]
    werte = [m.median for m in feste]
    zeiten = [m.jahr * 12.0 + m.monat for m in feste]
    karte, trend = statistik.regelkarte(werte), statistik.drift(zeiten, werte)
    return Verlauf(ziel.uhr, tuple(monate), karte, trend, len(zeilen) - len(gross))


def _month_end_us(jahr: int, monat: int) -> int:
    """First instant (UTC) of the next month; `monat` from 0."""
    return as_us(datetime(jahr + (monat + 1) // 12, (monat + 1) % 12 + 1, 1, tzinfo=UTC))
