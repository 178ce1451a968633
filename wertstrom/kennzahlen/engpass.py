"""Key figures of where time is lost: Engpass, causes of waiting, Bündelung, slack, Rücklaufzeit, Termintreue.

Waiting is split without persons (Fachkonzept § 5.3 rule 8): contention and prioritisation would need to know who was
busy with what, so they are left out on purpose. Computed by `wertstrom.speicher`.
"""

from __future__ import annotations

from dataclasses import dataclass

from wertstrom.kalender import KT_US
from wertstrom.kennzahlen.masse import Anteil, Auswahl, Uhr, Zeit, read_zeit, tag_us
from wertstrom.kennzahlen.verzeichnis import kennzahl
from wertstrom.speicher import Speicher, Zeile


@dataclass(frozen=True, slots=True)
class Serienregel:
    """When several Faelle of one step count as a series that was waited for, in AT."""

    #: at most so much working time between two of the series
    luecke_at: float = 0.5
    #: at least so much rest before it
    ruhe_at: float = 2.0
    #: at least so many series, holding at least this share of all runs, make a pattern
    serien: int = 3
    anteil: float = 0.5


SERIENREGEL = Serienregel()


@dataclass(frozen=True, slots=True)
class Engpass:
    """Liegezeit of one step over all its runs."""

    knoten: str
    faelle: int
    summe_at: float
    #: share of the Liegezeit of all steps
    anteil: float


@dataclass(frozen=True, slots=True)
class Warten:
    """Waiting of one step over all its runs, by cause, in elapsed days (24 h); together all of it."""

    knoten: str
    laeufe: int
    faelle: int
    #: for the family, a Träger, a court, another Behörde
    extern: float
    #: nights, weekends, holidays inside Liegezeit
    dienstfrei: float
    #: working time waited for a series
    buendelung: float
    #: working time in the basket for other reasons
    uebrig: float
    #: Faelle that met these two
    faelle_extern: int = 0
    faelle_buendelung: int = 0

    @property
    def summe(self) -> float:
        """All of it."""
        return self.extern + self.dienstfrei + self.buendelung + self.uebrig


@dataclass(frozen=True, slots=True)
class Buendelung:
    """Series of one step."""

    knoten: str
    laeufe: int
    laeufe_in_serien: int
    faelle_in_serien: int
    serien: int
    #: working days that the runs of series lay before
    liegezeit_at: float

    @property
    def losgroesse(self) -> float | None:
        """Faelle per series."""
        return self.laeufe_in_serien / self.serien if self.serien else None

    def is_muster(self, regel: Serienregel = SERIENREGEL) -> bool:
        """Whether the step is done in series as a rule, and not by chance."""
        return self.serien >= regel.serien and self.laeufe_in_serien >= regel.anteil * self.laeufe


@dataclass(frozen=True, slots=True)
class Ruecklaufzeit:
    """Time on the critical path that further passes of a step took, in days over all abgeschlossene Faelle."""

    laeufe: int
    faelle: int
    at: float
    kt: float


@dataclass(frozen=True, slots=True)
class Termintreue:
    """Runs with a deadline that kept it, and open ones that are already past it."""

    rechtzeitig: Anteil
    offen: int
    offen_ueber_frist: int


@kennzahl(
    titel="Engpass",
    einheit="Tage",
    uhr="AT",
    formel="mittlere Liegezeit × Häufigkeit = Σ Liegezeit je Schritt; Rang",
    quelle="Konzept § 5.1 (Engpass)",
)
def engpass(speicher: Speicher, auswahl: Auswahl) -> tuple[Engpass, ...]:
    """Steps by the Liegezeit that lay before them in all runs, most first; steps without Liegezeit are left out.

    In working days. Runs beside the critical path count too: see the ladder for what prolongs Faelle.

    Formula
        Σ liegezeit per node = mean · number

    Source
        Fachkonzept § 5.1 (Engpass).

    Example
    -------
    >>> from wertstrom import beispiel
    >>> [(e.knoten, round(e.summe_at, 1)) for e in engpass(beispiel.fuenf_schritte(), beispiel.AUSWAHL)][0]
    ('hilfeplan', 9.0)
    """
    zeilen = speicher.query("schritt_zeiten", mass="liegezeit", **auswahl.werte())
    summen = {z["knoten"]: z["n"] * (z["at_mittel"] or 0) / speicher.uhr.at_us for z in zeilen}
    alles = sum(summen.values())
    liste = [
        Engpass(z["knoten"], z["faelle"], summen[z["knoten"]], summen[z["knoten"]] / alles) for z in zeilen if alles
    ]
    return tuple(sorted((e for e in liste if e.summe_at > 0), key=lambda e: (-e.summe_at, e.knoten)))


@kennzahl(
    titel="Ursachen des Wartens",
    einheit="Tage",
    uhr="KT (verstrichene Zeit), dienstfrei getrennt",
    formel="extern + dienstfrei + Bündelung + übrige Liegezeit = Σ (Liegezeit + Wartezeit extern) je Schritt",
    quelle="Konzept § 5.3 Regel 8; nach Lashkevich u. a. (Waiting Time Analysis)",
)
def warteursachen(speicher: Speicher, auswahl: Auswahl, regel: Serienregel = SERIENREGEL) -> dict[str, Warten]:
    """Waiting per step by cause, over all runs that began or ended, of open Faelle too.

    Dienstfrei is the part of the Liegezeit that is no working time. Of the rest, Bündelung is what runs of a series
    lay before it; a series begins after a rest, see `Serienregel`. The first runs of a step have no rest before them.
    Who was busy with what is not known and not asked.

    Formula
        dienstfrei = Σ (liegezeit_kt - liegezeit_at); buendelung = Σ liegezeit_at of runs in series; uebrig = the rest

    Source
        Fachkonzept § 5.3 rule 8.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> warten = warteursachen(beispiel.fuenf_schritte(), beispiel.AUSWAHL)["anfrage"]
    >>> round(warten.uebrig * 24, 4), warten.dienstfrei, warten.extern
    (4.0, 0.0, 0.0)
    """
    return {zeile["knoten"]: _warten(zeile) for zeile in _series(speicher, auswahl, regel)}


@kennzahl(
    titel="Bündelung (Losgröße)",
    einheit="Vorgänge je Serie",
    uhr="AT",
    formel="Läufe in Serien / Serien; Serie: ≥ 2 Vorgänge in kurzer Folge nach einer Ruhe",
    quelle="Konzept § 5.1 (Bündelung)",
)
def buendelung(speicher: Speicher, auswahl: Auswahl, regel: Serienregel = SERIENREGEL) -> dict[str, Buendelung]:
    """Steps that are done for several Faelle in a row after a rest: Teamsitzung, Postlauf. Steps without are left out.

    Formula
        runs in series / series

    Source
        Fachkonzept § 5.1 (Bündelung), § 5.3 rule 8.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> buendelung(beispiel.fuenf_schritte(), beispiel.AUSWAHL)
    {}
    """
    return {
        z["knoten"]: Buendelung(
            z["knoten"],
            z["laeufe"],
            z["laeufe_in_serien"],
            z["faelle_in_serien"],
            z["serien"],
            z["buendelung_at_us"] / speicher.uhr.at_us,
        )
        for z in _series(speicher, auswahl, regel)
        if z["serien"]
    }


@kennzahl(
    titel="Schlupf neben dem kritischen Pfad",
    einheit="Tage",
    uhr="AT und KT",
    formel="Zeit, um die ein Lauf neben dem Pfad hätte später enden können, ohne das Ende zu verschieben",
    quelle="Konzept § 5.3 Regel 2",
)
def schlupf(speicher: Speicher, auswahl: Auswahl) -> dict[str, Zeit]:
    """Slack of the runs beside the critical path of abgeschlossene Faelle; steps that always lie on it are left out.

    Until the path takes up its next run after the end of this one, or until the end of the Fall. Dropped runs have
    none.

    Formula
        next bereit on the path - fertig, per run beside the path

    Source
        Fachkonzept § 5.3 rule 2; test vector: slack of x 1,75.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> speicher = Speicher()
    >>> speicher.replace(beispiel.parallel())
    >>> round(schlupf(speicher, beispiel.AUSWAHL)["x"].kt.median * 24, 2)
    1.75
    """
    zeilen = speicher.query("pfad_je_schritt", **auswahl.werte())
    return {zeile["knoten"]: read_zeit(zeile, speicher.uhr) for zeile in zeilen if zeile["n"]}


@kennzahl(
    titel="Rücklaufzeit",
    einheit="Tage",
    uhr="AT und KT",
    formel="Σ der Beiträge des 2. und jedes weiteren Durchgangs auf dem kritischen Pfad, je Schritt",
    quelle="Konzept § 5.3 Regel 4",
)
def ruecklaufzeit(speicher: Speicher, auswahl: Auswahl) -> dict[str, Ruecklaufzeit]:
    """What further passes of a step added to the Durchlaufzeit of abgeschlossene Faelle; steps without are left out.

    It is part of the ladder, not beside it: the first pass and this together are the contribution of the step.

    Formula
        Σ contributions of runs with lauf ≥ 2, per node

    Source
        Fachkonzept § 5.3 rule 4.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> ruecklaufzeit(beispiel.fuenf_schritte(), beispiel.AUSWAHL)
    {}
    """
    return {
        z["knoten"]: Ruecklaufzeit(
            z["weitere_laeufe"],
            z["weitere_faelle"],
            z["ruecklauf_at_us"] / speicher.uhr.at_us,
            z["ruecklauf_kt_us"] / KT_US,
        )
        for z in speicher.query("pfad_je_schritt", **auswahl.werte())
        if z["weitere_laeufe"]
    }


@kennzahl(
    titel="Termintreue je Schritt",
    einheit="Anteil 0–1",
    uhr="Frist",
    formel="bis zur Frist beendete Läufe / beendete Läufe mit Frist; offen und schon über der Frist",
    quelle="Konzept § 5.1 (Zielzeit und Einhaltung)",
)
def termintreue(speicher: Speicher, auswahl: Auswahl, jetzt_us: int) -> dict[str, Termintreue]:
    """Share of the runs with a deadline that were finished by it; exactly at the deadline keeps it.

    Deadlines are instants of the third clock, the Frist, and never converted. Runs without a deadline are left out,
    as are dropped ones; open ones stand beside.

    Formula
        #(fertig ≤ frist) / # finished runs with a frist, per node

    Source
        Fachkonzept § 5.1 (Zielzeit), § 5.2 (Datenkasten).

    Example
    -------
    >>> from wertstrom import beispiel
    >>> termintreue(beispiel.fuenf_schritte(), beispiel.AUSWAHL, beispiel.START_US)
    {}
    """
    zeilen = speicher.query("termintreue", jetzt_us=jetzt_us, **auswahl.werte())
    return {z["knoten"]: Termintreue(Anteil(z["treffer"], z["n"]), z["offen"], z["offen_ueber_frist"]) for z in zeilen}


def _series(speicher: Speicher, auswahl: Auswahl, regel: Serienregel) -> list[Zeile]:
    at_us = tag_us(Uhr.AT, speicher.uhr)
    grenzen = {"luecke_us": round(regel.luecke_at * at_us), "ruhe_us": round(regel.ruhe_at * at_us)}
    return speicher.query("warteursachen", **grenzen, **auswahl.werte())


def _warten(zeile: Zeile) -> Warten:
    teile = {
        "extern": zeile["extern_kt_us"],
        "dienstfrei": zeile["liegezeit_kt_us"] - zeile["liegezeit_at_us"],
        "buendelung": zeile["buendelung_at_us"],
        "uebrig": zeile["liegezeit_at_us"] - zeile["buendelung_at_us"],
    }
    tage = {name: us / KT_US for name, us in teile.items()}
    faelle = {"faelle_extern": zeile["faelle_extern"], "faelle_buendelung": zeile["faelle_in_serien"]}
    return Warten(zeile["knoten"], zeile["laeufe"], zeile["faelle"], **tage, **faelle)
