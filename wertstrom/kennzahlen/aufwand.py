"""Key figures of work: Personenminuten and the share of the Durchlaufzeit that adds value.

Personenminuten are agreed or estimated per step (Standardzeit) and multiplied by how often a step was done: they are
never measured from claim to completion. The value class of a step is said by the process. Source: Standard.
"""

from __future__ import annotations

from dataclasses import dataclass

from wertstrom.kennzahlen.faelle import Wirkungsgrad, prozesswirkungsgrad
from wertstrom.kennzahlen.masse import Auswahl
from wertstrom.kennzahlen.verzeichnis import kennzahl
from wertstrom.modell import OHNE_ANGABE, Angaben
from wertstrom.speicher import Speicher


@dataclass(frozen=True, slots=True)
class Personenminuten:
    """Work of abgeschlossene Faelle by Standardzeiten, in minutes of all people together."""

    n: int
    je_fall: float | None
    #: over all these Faelle, per step that has a Standardzeit
    je_schritt: dict[str, float]
    #: steps that Faelle passed and that have none: the sum is too small by them
    ohne_standard: tuple[str, ...]


@kennzahl(
    titel="Bearbeitungszeit (PT)",
    einheit="Personenminuten",
    uhr="–",
    formel="Σ Standardzeit × beendete Läufe / abgeschlossene Vorgänge",
    quelle="PeB-Verfahren, Workshop; Konzept § 4.4 Nr. 4, § 5.1",
)
def personenminuten(speicher: Speicher, auswahl: Auswahl, angaben: Angaben) -> Personenminuten:
    """Person minutes per abgeschlossenem Fall, by the Standardzeiten of its steps; every pass counts.

    Steps without a Standardzeit add nothing and are named. No Standardzeit at all, or no Fall: None.

    Formula
        Σ pt_min · # finished runs / # Faelle

    Source
        Fachkonzept § 5.1 (Bearbeitungszeit), § 4.4 rule 4.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> minuten = personenminuten(beispiel.fuenf_schritte(), beispiel.AUSWAHL, beispiel.ANGABEN)
    >>> minuten.je_fall, minuten.ohne_standard
    (430.0, ())
    """
    zeilen = [z for z in speicher.query("pfad_je_schritt", **auswahl.werte()) if z["beendet"]]
    n = prozesswirkungsgrad(speicher, auswahl).n
    standard = {z["knoten"]: angaben.get(z["knoten"], OHNE_ANGABE).pt_min for z in zeilen}
    je_schritt = {z["knoten"]: z["beendet"] * pt for z in zeilen if (pt := standard[z["knoten"]]) is not None}
    ohne = tuple(sorted(knoten for knoten, pt in standard.items() if pt is None))
    return Personenminuten(n, sum(je_schritt.values()) / n if n and je_schritt else None, je_schritt, ohne)


@kennzahl(
    titel="Wertschöpfungsanteil",
    einheit="Anteil 0–1",
    uhr="AT und KT",
    formel="Σ Bearbeitungsdauer der V-Schritte auf dem kritischen Pfad / Σ Durchlaufzeit",
    quelle="Rother/Shook: Sehen lernen; Konzept § 5.1",
)
def wertschoepfungsanteil(speicher: Speicher, auswahl: Auswahl, angaben: Angaben) -> Wirkungsgrad:
    """Share of the Durchlaufzeit of abgeschlossene Faelle in which something of value for the family happens.

    As the Prozesswirkungsgrad, but of V steps only, or of the share of a step that adds value. Statutory protection is
    U: it adds no value in this sense and is no waste either. None when no step has a value class.

    Formula
        Σ value share · processing on the path / Σ (ende - start)

    Source
        Fachkonzept § 5.1 (Wertschöpfungsanteil); test vector: 255 min of 28,3958 AT = 1,871 %.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> anteil = wertschoepfungsanteil(beispiel.fuenf_schritte(), beispiel.AUSWAHL, beispiel.ANGABEN)
    >>> round(anteil.at, 5)
    0.01871
    """
    grad = prozesswirkungsgrad(speicher, auswahl)
    zeilen = speicher.query("pfad_je_schritt", **auswahl.werte())
    bekannt = any(angaben.get(z["knoten"], OHNE_ANGABE).va is not None for z in zeilen)
    werte: dict[str, float | None] = {"at": None, "kt": None}
    for takt, gesamt in (("at", grad.at), ("kt", grad.kt)):
        arbeit = sum(z[f"arbeit_{takt}_us"] for z in zeilen)
        wert = sum(z[f"arbeit_{takt}_us"] * angaben.get(z["knoten"], OHNE_ANGABE).wertschoepfend for z in zeilen)
        if bekannt and gesamt is not None:
            werte[takt] = gesamt * wert / arbeit if arbeit else 0.0
    return Wirkungsgrad(grad.n, werte["at"], werte["kt"])
