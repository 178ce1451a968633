"""Key figures of whole Faelle: Durchlaufzeit, share within the target, open ones, Prozesswirkungsgrad.

Only abgeschlossene Faelle have a Durchlaufzeit; `bestand` stands beside each of these figures, because leaving out
slow open Faelle makes every mean look better than it is (Fachkonzept § 5.3 rule 6). Computed by `wertstrom.speicher`.
"""

from __future__ import annotations

from dataclasses import dataclass

from wertstrom.kennzahlen.masse import Anteil, Auswahl, Uhr, Zeit, Ziel, read_zeit
from wertstrom.kennzahlen.verzeichnis import kennzahl
from wertstrom.speicher import Speicher, Zeile


@dataclass(frozen=True, slots=True)
class Bestand:
    """How many Faelle there are, in which state, and since when."""

    faelle: int
    abgeschlossen: int
    abgebrochen: int
    offen: int
    #: open ones whose age already exceeds the target
    offen_ueber_ziel: int
    #: whether example data are among them
    beispiel: bool
    #: first start and last end or start, µs; None without Faelle
    von_us: int | None
    bis_us: int | None


@dataclass(frozen=True, slots=True)
class Wirkungsgrad:
    """Share of processing in the Durchlaufzeit, per clock, between 0 and 1; None without any time."""

    n: int
    at: float | None
    kt: float | None

    def flussgrad(self, uhr: Uhr) -> float | None:
        """DLZ per processing (≥ 1, higher is worse): the reciprocal."""
        wert = self.at if uhr is Uhr.AT else self.kt
        return 1 / wert if wert else None


@kennzahl(
    titel="Durchlaufzeit",
    einheit="Tage",
    uhr="AT und KT",
    formel="Ende des Vorgangs – Eingang; Mittel, Median, P80 über abgeschlossene Vorgänge",
    quelle="REFA: Durchführungszeit + Übergangszeit; Konzept § 5.1",
)
def durchlaufzeit(speicher: Speicher, auswahl: Auswahl) -> Zeit:
    """Lead time of the abgeschlossene Faelle.

    From Eingang to the end of the Fall, in both clocks: KT counts nights and weekends, AT only working time of the
    office. Parallel branches count once, loops count as long as they lasted. Open and cancelled Faelle are left out.
    Empty selection: n = 0 and None.

    Formula
        ende - start per Fall; quantiles by linear interpolation

    Source
        Fachkonzept § 5.1 (Durchlaufzeit), § 5.3 rules 6 and 7.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> round(durchlaufzeit(beispiel.fuenf_schritte(), beispiel.AUSWAHL).at.mittel, 4)
    28.3958
    """
    return read_zeit(_durchlaufzeit(speicher, auswahl, Ziel()), speicher.uhr)


@kennzahl(
    titel="Durchlaufzeit nach Merkmal",
    einheit="Tage",
    uhr="AT und KT",
    formel="wie Durchlaufzeit, je Wert eines Merkmals, etwa Pilot und übrige",
    quelle="Konzept § 1.3 K12",
)
def durchlaufzeit_nach_merkmal(speicher: Speicher, auswahl: Auswahl, merkmal: str) -> dict[str, Zeit]:
    """Durchlaufzeit per value of a Merkmal such as hilfeart, track, bezirk or pilot; "" for Faelle without it.

    Which group is faster says nothing about why: see `wertstrom.unterschied` for intervals and warnings.

    Formula
        ende - start per Fall, grouped by value

    Source
        Fachkonzept § 1.3 K12 (Pilot and the others).

    Example
    -------
    >>> from wertstrom import beispiel
    >>> [n for n in durchlaufzeit_nach_merkmal(beispiel.fuenf_schritte(), beispiel.AUSWAHL, "pilot")]
    ['']
    """
    zeilen = speicher.query("je_merkmal", merkmal=merkmal, **auswahl.werte())
    return {zeile["wert"] or "": read_zeit(zeile, speicher.uhr) for zeile in zeilen}


@kennzahl(
    titel="Anteil bis Ziel",
    einheit="Anteil 0–1",
    uhr="Uhr des Ziels",
    formel="abgeschlossene Vorgänge mit Durchlaufzeit ≤ Ziel / abgeschlossene Vorgänge",
    quelle="Konzept K02, § 5.1 (Zielzeit)",
)
def anteil_bis_ziel(speicher: Speicher, auswahl: Auswahl, ziel: Ziel) -> Anteil:
    """Share of the abgeschlossene Faelle whose Durchlaufzeit is at most the target, in the clock of the target.

    Open Faelle are not in it, not even those that can no longer keep the target: see `bestand.offen_ueber_ziel`.

    Formula
        #(ende - start ≤ ziel) / #

    Source
        Fachkonzept § 1.3 K02.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> anteil_bis_ziel(beispiel.fuenf_schritte(), beispiel.AUSWAHL, Ziel(10, Uhr.AT)).anteil
    0.0
    """
    zeile = _durchlaufzeit(speicher, auswahl, ziel)
    return Anteil(zeile["bis_ziel"], zeile["n"])


@kennzahl(
    titel="Bestand",
    einheit="Vorgänge",
    uhr="Uhr des Ziels",
    formel="Vorgänge je Stand; offen über Ziel: Alter > Ziel",
    quelle="Konzept § 5.3 Regel 6",
)
def bestand(speicher: Speicher, auswahl: Auswahl, ziel: Ziel, jetzt_us: int) -> Bestand:
    """How many Faelle are finished, cancelled and open, and how many open ones are older than the target.

    The age of an open Fall is the time from its Eingang to `jetzt_us`, in the clock of the target.

    Formula
        #(offen and jetzt - start > ziel)

    Source
        Fachkonzept § 5.3 rule 6.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> bestand(beispiel.fuenf_schritte(), beispiel.AUSWAHL, Ziel(), beispiel.START_US).offen
    0
    """
    zeile = speicher.query(
        "bestand",
        ziel_at=ziel.uhr is Uhr.AT,
        ziel_us=ziel.us(speicher.uhr),
        jetzt_us=jetzt_us,
        jetzt_stand_us=int(speicher.uhr.stand_us([jetzt_us])[0]),
        **auswahl.werte(),
    )[0]
    return Bestand(**zeile)


@kennzahl(
    titel="Prozesswirkungsgrad",
    einheit="Anteil 0–1",
    uhr="AT und KT",
    formel="Σ Bearbeitungsdauer auf dem kritischen Pfad / Σ Durchlaufzeit (Kehrwert: Flussgrad)",
    quelle="VNL, Haufe/Pfeffer; Konzept § 5.1",
)
def prozesswirkungsgrad(speicher: Speicher, auswahl: Auswahl) -> Wirkungsgrad:
    """Process cycle efficiency of the abgeschlossene Faelle together.

    Only processing on the critical path counts, so parallel work cannot push it above 1, and it is the processing
    part of the ladder. Sums over all Faelle are divided, so long ones weigh more. Pauses are no processing. None when
    no begin was recorded anywhere, because then nobody knows how long work took.

    Formula
        Σ Bearbeitungsdauer on the path / Σ (ende - start)

    Source
        Fachkonzept § 5.1 (Prozesswirkungsgrad, Flussgrad).

    Example
    -------
    >>> from wertstrom import beispiel
    >>> grad = prozesswirkungsgrad(beispiel.fuenf_schritte(), beispiel.AUSWAHL)
    >>> round(grad.at, 5), round(grad.flussgrad(Uhr.AT), 2)
    (0.03155, 31.7)
    """
    zeilen = speicher.query("leiter", **auswahl.werte())
    n = next(zeile["faelle"] for zeile in zeilen if zeile["knoten"] is None)
    if not any(zeile["begonnen"] for zeile in zeilen):
        return Wirkungsgrad(n, None, None)
    return Wirkungsgrad(n, _share_of_work(zeilen, "at"), _share_of_work(zeilen, "kt"))


@kennzahl(
    titel="Verteilung der Durchlaufzeit",
    einheit="Vorgänge je Klasse",
    uhr="Uhr des Ziels",
    formel="Zahl der abgeschlossenen Vorgänge mit k · Breite < Durchlaufzeit ≤ (k + 1) · Breite",
    quelle="Konzept § 5.1",
)
def verteilung(speicher: Speicher, auswahl: Auswahl, ziel: Ziel, breite_tage: float) -> dict[int, int]:
    """How many abgeschlossene Faelle fall into each class of Durchlaufzeit, in the clock of the target.

    Class k holds more than k and at most k + 1 widths; class 0 also holds 0. So a Fall exactly at the target lies
    below the line. Classes without a Fall are missing.

    Formula
        k = max(⌈(ende - start) / breite⌉ - 1, 0)

    Source
        Fachkonzept § 5.1.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> verteilung(beispiel.fuenf_schritte(), beispiel.AUSWAHL, Ziel(), 2.0)
    {14: 1}
    """
    breite_us = Ziel(breite_tage, ziel.uhr).us(speicher.uhr)
    zeilen = speicher.query("verteilung", ziel_at=ziel.uhr is Uhr.AT, breite_us=breite_us, **auswahl.werte())
    return {zeile["klasse"]: zeile["n"] for zeile in zeilen}


def _share_of_work(zeilen: list[Zeile], takt: str) -> float | None:
    arbeit, liegezeit, extern = (
        sum(zeile[f"{mass}_{takt}_us"] for zeile in zeilen) for mass in ("bearbeitung", "liegezeit", "extern")
    )
    alles = arbeit + liegezeit + extern
    return arbeit / alles if alles else None


def _durchlaufzeit(speicher: Speicher, auswahl: Auswahl, ziel: Ziel) -> Zeile:
    at = ziel.uhr is Uhr.AT
    return speicher.query("durchlaufzeit", ziel_at=at, ziel_us=ziel.us(speicher.uhr), **auswahl.werte())[0]
