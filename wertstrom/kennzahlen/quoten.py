"""Key figures that a process counts itself: documented conferences and assessments, empty fields, goals, cooperation.

Two sources: steps that have to follow other steps, and Merkmale that hold a number (`ZAEHLUNGEN`), filled by the
process as steering data or by a column of a log. A process that counts nothing has no such figure. Computed by
`wertstrom.speicher`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wertstrom.kennzahlen.masse import Anteil, Auswahl
from wertstrom.kennzahlen.verzeichnis import kennzahl
from wertstrom.speicher import Speicher

#: Merkmale that hold a number
ZAEHLUNGEN: Final = (
    "felder_leer",
    "felder_anwendbar",
    "ziele_selbst_formuliert",
    "ziele_gesamt",
    "instrumente_genutzt",
    "instrumente_moeglich",
    "stichprobe_geprueft",
    "stichprobe_erforderlich",
)


@kennzahl(
    titel="Dokumentationsquote",
    einheit="Anteil 0–1",
    uhr="–",
    formel="Läufe des Anlasses, auf die alle Nachweise folgten / beendete Läufe des Anlasses",
    quelle="Konzept § 1.3 K05, K06",
)
def dokumentationsquote(speicher: Speicher, auswahl: Auswahl, anlass: str, nachweise: Sequence[str]) -> Anteil:
    """Share of the finished runs of a step that all its proofs followed, before its next run in the same Fall.

    K05: a Fallkonferenz and its Protokoll. K06: a report under § 8a and the assessment with two Fachkräfte, where the
    process has a step of its own for each. Not yet documented counts as not documented, in open Faelle too.

    Formula
        #(runs of anlass followed by all nachweise) / # finished runs of anlass

    Source
        Fachkonzept § 1.3 K05, K06.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> dokumentationsquote(beispiel.fuenf_schritte(), beispiel.AUSWAHL, "fachteam", ["hilfeplan"]).anteil
    1.0
    """
    werte = {"anlass": anlass, "nachweise": tuple(nachweise), "noetig": len(set(nachweise))}
    zeile = speicher.query("nachweise", **werte, **auswahl.werte())[0]
    return Anteil(zeile["treffer"], zeile["n"])


@kennzahl(
    titel="Quote zweier Zählungen",
    einheit="Anteil 0–1",
    uhr="–",
    formel="Σ Zähler / Σ Nenner über Vorgänge, die beide Zahlen haben",
    quelle="Konzept § 1.3 K07, K08, K23, K28",
)
def zaehlquote(speicher: Speicher, auswahl: Auswahl, zaehler: str, nenner: str) -> Anteil:
    """Share of two numbers that the process counts per Fall, e.g. empty fields of applicable fields.

    Sums are divided, so Faelle with more fields weigh more. What is no whole number from 0 on is left out; a numerator
    above its denominator counts as all of it. Any state of the Fall. Nothing counted: n = 0.

    Formula
        Σ min(zaehler, nenner) / Σ nenner

    Source
        Fachkonzept § 1.3: K07 felder_leer / felder_anwendbar, K08 ziele_selbst_formuliert / ziele_gesamt,
        K23 instrumente_genutzt / instrumente_moeglich, K28 stichprobe_geprueft / stichprobe_erforderlich.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> zaehlquote(beispiel.fuenf_schritte(), beispiel.AUSWAHL, "felder_leer", "felder_anwendbar").n
    0
    """
    zeile = speicher.query("zaehlungen", zaehler=zaehler, nenner=nenner, **auswahl.werte())[0]
    return Anteil(zeile["zaehler"], zeile["nenner"], zeile["faelle"])
