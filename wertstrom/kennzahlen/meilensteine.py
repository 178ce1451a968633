"""Key figures between milestones: how long from the first contact to the assessment, the conference, the Bescheid.

A milestone of a Fall has one instant (the Eingang its first, all others their last). It counts whatever became of the
Fall and wherever the measured stretch ends; those still on their way stand beside each figure. Computed by
`wertstrom.speicher`.
"""

from __future__ import annotations

from dataclasses import dataclass

from wertstrom.kalender import KT_US
from wertstrom.kennzahlen.faelle import durchlaufzeit
from wertstrom.kennzahlen.masse import Anteil, Auswahl, Uhr, Zeit, Ziel, read_zeit
from wertstrom.kennzahlen.verzeichnis import kennzahl
from wertstrom.speicher import Speicher

#: a month of the re-opening period, in days
_MONAT_KT = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Meilensteinzeit:
    """Time between two milestones, the share within the target, and those that are still on their way."""

    zeit: Zeit
    anteil: Anteil
    #: open Faelle that reached the first and not the second milestone, and those of them older than the target
    offen: int
    offen_ueber_ziel: int


@dataclass(frozen=True, slots=True)
class Beschleunigung:
    """Median Durchlaufzeit before and after, in days of one clock."""

    n_vorher: int
    n_nachher: int
    vorher: float | None
    nachher: float | None

    @property
    def tage(self) -> float | None:
        """Days saved; negative when it became slower."""
        return None if self.vorher is None or self.nachher is None else self.vorher - self.nachher

    @property
    def relativ(self) -> float | None:
        """Days saved as a share of before."""
        return self.tage / self.vorher if self.tage is not None and self.vorher else None


@kennzahl(
    titel="Zeit zwischen Meilensteinen",
    einheit="Tage",
    uhr="AT und KT",
    formel="Zeitpunkt des späteren – Zeitpunkt des früheren Meilensteins; Anteil ≤ Ziel",
    quelle="Konzept § 1.3 K01–K03, K09, K10, K12, K25",
)
def meilensteinzeit(
    speicher: Speicher, auswahl: Auswahl, von: str, bis: str, ziel: Ziel, jetzt_us: int
) -> Meilensteinzeit:
    """Time from one milestone to another over the Faelle that reached both, in this order.

    Open and cancelled Faelle count too, as soon as they reached both. A Fall that reached them the other way round is
    left out. Loops: the last time a milestone was reached. No such milestone at all: n = 0 and None.

    Formula
        zeit(bis) - zeit(von) per Fall; #(≤ ziel) / #

    Source
        Fachkonzept § 1.3 K01–K03, K09, K10, K12, K25.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> zeit = meilensteinzeit(beispiel.fuenf_schritte(), beispiel.AUSWAHL, "m_eingang", "m_bescheid", Ziel(), 0)
    >>> round(zeit.zeit.at.median, 4), zeit.anteil.anteil
    (28.3958, 0.0)
    """
    zeile = speicher.query(
        "meilensteinzeit",
        von=von,
        bis=bis,
        ziel_at=ziel.uhr is Uhr.AT,
        ziel_us=ziel.us(speicher.uhr),
        jetzt_us=jetzt_us,
        jetzt_stand_us=int(speicher.uhr.stand_us([jetzt_us])[0]),
        **auswahl.werte(),
    )[0]
    zeit = read_zeit(zeile, speicher.uhr)
    return Meilensteinzeit(zeit, Anteil(zeile["bis_ziel"], zeit.n), zeile["offen"], zeile["offen_ueber_ziel"])


@kennzahl(
    titel="Verfahrensbeschleunigung",
    einheit="Tage",
    uhr="AT oder KT",
    formel="Median der Durchlaufzeit vorher – Median nachher; relativ zum Median vorher",
    quelle="Konzept § 1.3 K04",
)
def beschleunigung(speicher: Speicher, vorher: Auswahl, nachher: Auswahl, uhr: Uhr) -> Beschleunigung:
    """Days by which the median Durchlaufzeit fell from one selection to the other.

    Both are over abgeschlossene Faelle; two periods of one process, two versions, or two processes. It says what
    changed, not why: see `wertstrom.vergleich` for intervals and warnings. An empty side: None.

    Formula
        median(before) - median(after); / median(before)

    Source
        Fachkonzept § 1.3 K04.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> speicher = beispiel.fuenf_schritte()
    >>> beschleunigung(speicher, beispiel.AUSWAHL, beispiel.AUSWAHL, Uhr.AT).tage
    0.0
    """
    links, rechts = durchlaufzeit(speicher, vorher), durchlaufzeit(speicher, nachher)
    return Beschleunigung(links.n, rechts.n, links.in_uhr(uhr).median, rechts.in_uhr(uhr).median)


@kennzahl(
    titel="Wiederaufnahmequote",
    einheit="Anteil 0–1",
    uhr="KT",
    formel="Vorgänge mit Wiederaufnahme ≤ n Monate nach Hilfeende / Vorgänge, deren Hilfeende n Monate zurückliegt",
    quelle="Konzept § 1.3 K14",
)
def wiederaufnahmequote(
    speicher: Speicher,
    auswahl: Auswahl,
    jetzt_us: int,
    monate: int = 12,
    ende: str = "m_hilfeende",
    wieder: str = "m_wiederaufnahme",
) -> Anteil:
    """Share of ended Hilfen that were taken up again within so many months.

    Only Faelle whose end lies at least that long back are asked, because the others can still come back. A month is
    30,4375 days. No such milestone: n = 0.

    Formula
        #(0 ≤ zeit(wieder) - zeit(ende) ≤ frist) / #(zeit(ende) + frist ≤ jetzt)

    Source
        Fachkonzept § 1.3 K14.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> wiederaufnahmequote(beispiel.fuenf_schritte(), beispiel.AUSWAHL, beispiel.START_US).anteil is None
    True
    """
    frist_us = round(monate * _MONAT_KT * KT_US)
    werte = {"ende": ende, "wieder": wieder, "frist_us": frist_us, "jetzt_us": jetzt_us}
    zeile = speicher.query("wiederaufnahme", **werte, **auswahl.werte())[0]
    return Anteil(zeile["treffer"], zeile["n"])
