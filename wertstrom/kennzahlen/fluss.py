"""Key figures of the flow: Zugang, Abgang, Bestand, Little's law, the age of open Faelle, and their likely end.

A period is [von, bis) in µs; its length counts in the clock of the figure. Computed by `wertstrom.speicher`; the
Kaplan-Meier estimate from the durations of all Faelle, finished or not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wertstrom.kalender import Arbeitszeit
from wertstrom.kennzahlen.faelle import durchlaufzeit
from wertstrom.kennzahlen.masse import Auswahl, Uhr, Zeit, read_zeit, tag_us
from wertstrom.kennzahlen.verzeichnis import kennzahl
from wertstrom.speicher import Speicher

Dauern = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fluss:
    """What came, went and lay there in a period; rates per day of `uhr`, None for a period without such a day."""

    uhr: Uhr
    tage: float
    zugang: int
    #: ended Faelle, the cancelled ones too
    abgang: int
    #: mean number of open Faelle over the period, by calendar time
    bestand_mittel: float | None
    bestand_am_ende: int

    @property
    def durchsatz(self) -> float | None:
        """Faelle that ended, per day."""
        return self.abgang / self.tage if self.tage else None

    @property
    def eingangstakt(self) -> float | None:
        """Days from one Eingang to the next, on average."""
        return self.tage / self.zugang if self.zugang else None


@dataclass(frozen=True, slots=True)
class Little:
    """Bestand as measured and as Durchsatz × Durchlaufzeit says it must be in a steady flow."""

    gemessen: float | None
    erwartet: float | None

    @property
    def verhaeltnis(self) -> float | None:
        """Measured per expected: 1 in a steady flow, above it when the Bestand grows."""
        return self.gemessen / self.erwartet if self.gemessen is not None and self.erwartet else None


@dataclass(frozen=True, slots=True)
class Alter:
    """Age of the open Faelle, and how many are older than 50, 80 and 95 of 100 finished ones needed."""

    zeit: Zeit
    ueber_p50: int
    ueber_p80: int
    ueber_p95: int


@dataclass(frozen=True, slots=True)
class Ueberleben:
    """Kaplan-Meier: which share is still open after so many days. `kurve` holds each day at which it falls."""

    uhr: Uhr
    #: Faelle, and those of them that were finished
    n: int
    ereignisse: int
    kurve: tuple[tuple[float, float], ...]
    #: how many were finished on each of these days
    enden: tuple[int, ...] = ()

    def tage(self, anteil: float) -> float | None:
        """The first day by which this share (0–1) is finished; None when that many never were."""
        return next((tag for tag, offen in self.kurve if offen <= 1 - anteil + 1e-12), None)

    def fertig_bis(self, tage: float) -> float:
        """Share (0–1) that is finished within so many days."""
        return 1 - next((offen for tag, offen in reversed(self.kurve) if tag <= tage), 1.0)


@kennzahl(
    titel="Durchsatz, Eingangstakt und mittlerer Bestand",
    einheit="Vorgänge je Tag, Tage je Eingang, Vorgänge",
    uhr="AT oder KT; der Bestand nach Kalenderzeit",
    formel="Abgang / Tage; Tage / Zugang; Σ Verweilzeit im Zeitraum / Länge des Zeitraums",
    quelle="Konzept § 5.1 (Bestand, Taktzeit)",
)
def durchsatz(speicher: Speicher, auswahl: Auswahl, von_us: int, bis_us: int, uhr: Uhr) -> Fluss:
    """Zugang, Abgang and Bestand of a period. Open Faelle are in it; cancelled ones leave it as finished ones do.

    Formula
        # ends in [von, bis) / days; days / # starts; Σ overlap of Fall and period / length

    Source
        Fachkonzept § 5.1: 60 Anfragen / 21 AT are one per 0,35 AT.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> woche = beispiel.START_US + 7 * 86_400_000_000
    >>> fluss = durchsatz(beispiel.fuenf_schritte(), beispiel.AUSWAHL, beispiel.START_US, woche, Uhr.KT)
    >>> fluss.zugang, fluss.abgang, fluss.bestand_mittel, fluss.eingangstakt
    (1, 0, 1.0, 7.0)
    """
    zeile = speicher.query("durchsatz", t0_us=von_us, t1_us=bis_us, **auswahl.werte())[0]
    laenge = bis_us - von_us
    return Fluss(
        uhr=uhr,
        tage=_days(speicher.uhr, von_us, bis_us, uhr),
        zugang=zeile["zugang"],
        abgang=zeile["abgang"],
        bestand_mittel=int(zeile["verweil_us"]) / laenge if laenge > 0 else None,
        bestand_am_ende=zeile["bestand_am_ende"],
    )


@kennzahl(
    titel="Probe nach Little",
    einheit="Vorgänge",
    uhr="KT",
    formel="mittlerer Bestand : Durchsatz × mittlere Durchlaufzeit",
    quelle="Little: A Proof for the Queuing Formula L = λW (1961); Konzept § 5.1",
)
def little(speicher: Speicher, auswahl: Auswahl, von_us: int, bis_us: int) -> Little:
    """Measured Bestand beside what Durchsatz and Durchlaufzeit make of it; far from each other, the flow is not steady.

    In calendar time, because Bestand and Durchlaufzeit have to run on the same clock. Durchlaufzeit is that of all
    abgeschlossene Faelle of the selection, Durchsatz counts all that ended in the period.

    Formula
        L = λ · W

    Source
        Little 1961; Fachkonzept § 5.1 (WIP = Durchsatz × DLZ): 60/21 · 28,396 ≈ 81.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> ende = beispiel.START_US + 100 * 86_400_000_000
    >>> round(little(beispiel.fuenf_schritte(), beispiel.AUSWAHL, beispiel.START_US, ende).verhaeltnis, 9)
    1.0
    """
    fluss = durchsatz(speicher, auswahl, von_us, bis_us, Uhr.KT)
    mittel = durchlaufzeit(speicher, auswahl).kt.mittel
    erwartet = None if mittel is None or fluss.durchsatz is None else fluss.durchsatz * mittel
    return Little(fluss.bestand_mittel, erwartet)


@kennzahl(
    titel="Alter offener Vorgänge",
    einheit="Tage",
    uhr="AT und KT",
    formel="jetzt – Eingang je offenem Vorgang; Zahl älter als P50, P80, P95 der abgeschlossenen",
    quelle="Konzept § 5.3 Regel 6",
)
def alter_offener(speicher: Speicher, auswahl: Auswahl, jetzt_us: int, uhr: Uhr) -> Alter:
    """How old the open Faelle are now, and how many of them are already slower than most finished ones were.

    Without any abgeschlossenen Fall the three counts are 0.

    Formula
        jetzt - start; #(age > quantile of the Durchlaufzeit), in the clock `uhr`

    Source
        Fachkonzept § 5.3 rule 6 (Censoring).

    Example
    -------
    >>> from wertstrom import beispiel
    >>> alter_offener(beispiel.fuenf_schritte(), beispiel.AUSWAHL, beispiel.START_US, Uhr.AT).zeit.n
    0
    """
    zeile = speicher.query(
        "alter",
        in_at=uhr is Uhr.AT,
        jetzt_us=jetzt_us,
        jetzt_stand_us=int(speicher.uhr.stand_us([jetzt_us])[0]),
        **auswahl.werte(),
    )[0]
    return Alter(read_zeit(zeile, speicher.uhr), zeile["ueber_p50"], zeile["ueber_p80"], zeile["ueber_p95"])


@kennzahl(
    titel="Kaplan-Meier-Schätzung der Durchlaufzeit",
    einheit="Tage",
    uhr="AT oder KT",
    formel="S(t) = Π (1 – abgeschlossen bei tᵢ / noch unter Beobachtung vor tᵢ); offene und abgebrochene sind zensiert",
    quelle="Kaplan, Meier: JASA 53 (1958) 457–481; Konzept § 5.3 Regel 6",
)
def ueberleben(speicher: Speicher, auswahl: Auswahl, jetzt_us: int, uhr: Uhr) -> Ueberleben:
    """Durchlaufzeit with the open Faelle taken into account: each counts as long as it has lasted.

    Open Faelle are censored at `jetzt_us`, cancelled ones at their end (they could no longer be finished, so the
    estimate is for a world without cancelling). At the same day, finished ones come before censored ones. Nothing at
    all: an empty curve.

    Formula
        S(t) = Π over tᵢ ≤ t of (1 - dᵢ / nᵢ)

    Source
        Kaplan, Meier 1958; Fachkonzept § 5.3 rule 6.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> kurve = ueberleben(beispiel.fuenf_schritte(), beispiel.AUSWAHL, beispiel.START_US, Uhr.AT)
    >>> round(kurve.tage(0.5), 4), kurve.fertig_bis(10)
    (28.3958, 0.0)
    """
    zeilen = speicher.query(
        "dauern",
        in_at=uhr is Uhr.AT,
        jetzt_us=jetzt_us,
        jetzt_stand_us=int(speicher.uhr.stand_us([jetzt_us])[0]),
        merkmal="",
        **auswahl.werte(),
    )
    dauern = np.array([max(zeile["dauer_us"], 0) for zeile in zeilen], dtype=np.float64) / tag_us(uhr, speicher.uhr)
    fertig = np.array([zeile["ausgang"] == "abgeschlossen" for zeile in zeilen], dtype=bool)
    return Ueberleben(uhr, len(dauern), int(fertig.sum()), *_kaplan_meier(dauern, fertig))


def _kaplan_meier(
    dauern: Dauern, fertig: npt.NDArray[np.bool_]
) -> tuple[tuple[tuple[float, float], ...], tuple[int, ...]]:
    tage, anzahl = np.unique(dauern[fertig], return_counts=True)
    unter_beobachtung = len(dauern) - np.searchsorted(np.sort(dauern), tage, side="left")
    offen = np.cumprod(1 - anzahl / unter_beobachtung)
    return tuple(zip(tage.tolist(), offen.tolist(), strict=True)), tuple(anzahl.tolist())


def _days(arbeitszeit: Arbeitszeit, von_us: int, bis_us: int, uhr: Uhr) -> float:
    laenge = int(arbeitszeit.arbeitszeit_us([von_us], [bis_us])[0]) if uhr is Uhr.AT else bis_us - von_us
    return max(laenge, 0) / tag_us(uhr, arbeitszeit)
