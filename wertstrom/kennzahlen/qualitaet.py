"""Key figures of quality: what came back, what went through at once, and how many hands and forms a Fall needs.

A Rücklauf is a run that was sent back, or any further run of a step in the same Fall. Counted per step or per Fall,
never per person. Computed by `wertstrom.speicher`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from wertstrom.kennzahlen.masse import Anteil, Anzahl, Auswahl, read_anzahl
from wertstrom.kennzahlen.schritte import schritte
from wertstrom.kennzahlen.verzeichnis import kennzahl
from wertstrom.modell import Angaben, complete_angaben
from wertstrom.speicher import Speicher, Zeile

Anteile = dict[str, Anteil]


@dataclass(frozen=True, slots=True)
class Ertrag:
    """First pass yield of the whole: products over steps, which assume independence, and what was really measured."""

    rolled_cua: float | None
    rolled_fpy: float | None
    #: abgeschlossene Faelle without any Rücklauf
    gemessen: Anteil


@kennzahl(
    titel="Vollständig und richtig (%C&A)",
    einheit="Anteil 0–1",
    uhr="–",
    formel="1 – Rückgaben des Schritts / seine beendeten Läufe",
    quelle="Keyte/Locher: The Complete Lean Enterprise; Konzept § 5.1",
)
def vollstaendig_und_richtig(speicher: Speicher, auswahl: Auswahl) -> Anteile:
    """Share of the inputs of each step that it could use as they came, judged by the receiving step.

    Over all runs that were completed or sent back, of open Faelle too; dropped and open runs do not count. Each pass
    of a loop is an input of its own.

    Formula
        1 - # zurueckgegeben / # (erledigt + zurueckgegeben), per node

    Source
        Fachkonzept § 5.1 (%C&A).

    Example
    -------
    >>> from wertstrom import beispiel
    >>> vollstaendig_und_richtig(beispiel.fuenf_schritte(), beispiel.AUSWAHL)["fachteam"].anteil
    1.0
    """
    zeilen = _qualitaet(speicher, auswahl)
    return {z["knoten"]: Anteil(z["beendet"] - z["zurueckgegeben"], z["beendet"], z["faelle"]) for z in zeilen}


@kennzahl(
    titel="First-Pass-Yield je Schritt",
    einheit="Anteil 0–1",
    uhr="–",
    formel="Vorgänge, die den Schritt genau einmal und ohne Rückgabe durchliefen / Vorgänge, die ihn durchliefen",
    quelle="Konzept § 5.1 (FPY)",
)
def first_pass_yield(speicher: Speicher, auswahl: Auswahl) -> Anteile:
    """Share of the Faelle that passed a step at once: one run, not sent back.

    Every further run counts as Rücklauf, also where the drawing wants a loop. Over all Faelle with a finished run of
    the step.

    Formula
        #(Faelle with one finished run, none sent back) / #(Faelle with a finished run), per node

    Source
        Fachkonzept § 5.1 (First-Pass-Yield).

    Example
    -------
    >>> from wertstrom import beispiel
    >>> first_pass_yield(beispiel.fuenf_schritte(), beispiel.AUSWAHL)["bescheid"]
    Anteil(treffer=1, n=1, faelle=None)
    """
    return {z["knoten"]: Anteil(z["glatt"], z["faelle"]) for z in _qualitaet(speicher, auswahl)}


@kennzahl(
    titel="Wiederholung je Schritt",
    einheit="Anteil 0–1",
    uhr="–",
    formel="Vorgänge mit mehr als einem beendeten Lauf des Schritts / Vorgänge, die ihn durchliefen",
    quelle="Konzept § 5.3 Regel 4",
)
def wiederholung(speicher: Speicher, auswahl: Auswahl) -> Anteile:
    """Share of the Faelle in which a step was finished more than once (rework).

    Formula
        #(Faelle with ≥ 2 finished runs) / #(Faelle with a finished run), per node

    Source
        Fachkonzept § 5.3 rule 4.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> wiederholung(beispiel.fuenf_schritte(), beispiel.AUSWAHL)["bescheid"].treffer
    0
    """
    return {z["knoten"]: Anteil(z["wiederholt"], z["faelle"]) for z in _qualitaet(speicher, auswahl)}


@kennzahl(
    titel="Gesamt-FPY (rolled) und gemessener Anteil ohne Rücklauf",
    einheit="Anteil 0–1",
    uhr="–",
    formel="Π %C&A der Schritte, Π FPY der Schritte; gemessen: abgeschlossene Vorgänge ohne Rücklauf / abgeschlossene",
    quelle="Keyte/Locher; Konzept § 5.1",
)
def gesamt_fpy(speicher: Speicher, auswahl: Auswahl) -> Ertrag:
    """How many Faelle go through everything at once: by the product of the steps, and measured.

    The product assumes that steps fail independently, and takes every step as if each Fall passed it; so both numbers
    are shown. Nothing finished: None.

    Formula
        Π over nodes of %C&A, and of FPY; #(Faelle without Rücklauf) / #

    Source
        Fachkonzept § 5.1 (Rolled %C&A); § 5.3, test vector: 80 · 95 · 90 · 85 · 70 % = 40,698 %.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> gesamt_fpy(beispiel.fuenf_schritte(), beispiel.AUSWAHL).gemessen.anteil
    1.0
    """
    zeile = _je_fall(speicher, auswahl, "ruecklaeufe")
    return Ertrag(
        _product(vollstaendig_und_richtig(speicher, auswahl).values()),
        _product(first_pass_yield(speicher, auswahl).values()),
        Anteil(zeile["ohne"], zeile["n"]),
    )


@kennzahl(
    titel="Rückgabequote",
    einheit="Anteil 0–1",
    uhr="–",
    formel="zurückgegebene Läufe / beendete Läufe",
    quelle="Konzept § 1.3 K17",
)
def rueckgabequote(speicher: Speicher, auswahl: Auswahl) -> Anteil:
    """Share of the finished runs of all steps that were sent back.

    Formula
        Σ # zurueckgegeben / Σ # (erledigt + zurueckgegeben)

    Source
        Fachkonzept § 1.3 K17.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> rueckgabequote(beispiel.fuenf_schritte(), beispiel.AUSWAHL)
    Anteil(treffer=0, n=5, faelle=1)
    """
    zeilen = _qualitaet(speicher, auswahl)
    faelle = max((z["faelle"] for z in zeilen), default=0)
    return Anteil(sum(z["zurueckgegeben"] for z in zeilen), sum(z["beendet"] for z in zeilen), faelle)


@kennzahl(
    titel="Unterschriftenzyklen",
    einheit="Freigaben je Vorgang",
    uhr="–",
    formel="Zahl beendeter Freigabe-Läufe je abgeschlossenem Vorgang",
    quelle="Konzept § 1.3 K18",
)
def unterschriftenzyklen(speicher: Speicher, auswahl: Auswahl, angaben: Angaben | None = None) -> Anzahl:
    """How often somebody approves or signs in an abgeschlossenem Fall, sent back ones included.

    Which steps approve says their `Angabe`; where nobody said it, their name („freigeben“, „Unterschrift“ …).

    Formula
        # finished runs of approving steps, per Fall

    Source
        Fachkonzept § 1.3 K18.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> from wertstrom.modell import Angabe
    >>> angaben = {"bescheid": Angabe(freigabe=True)}
    >>> unterschriftenzyklen(beispiel.fuenf_schritte(), beispiel.AUSWAHL, angaben).mittel
    1.0
    """
    return read_anzahl(_je_fall(speicher, auswahl, "freigaben", freigaben(speicher, auswahl, angaben or {})))


@kennzahl(
    titel="Dokumentationsschritte",
    einheit="Eingaben je Vorgang",
    uhr="–",
    formel="Zahl erledigter Aufgaben und bestätigter Eingänge je abgeschlossenem Vorgang",
    quelle="Konzept § 1.3 K19",
)
def dokumentationsschritte(speicher: Speicher, auswahl: Auswahl) -> Anzahl:
    """How many forms are filled in for an abgeschlossenen Fall: every completed Aufgabe is one.

    Formula
        # runs erledigt of Aufgaben and Eingänge, per Fall

    Source
        Fachkonzept § 1.3 K19.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> dokumentationsschritte(beispiel.fuenf_schritte(), beispiel.AUSWAHL).mittel
    5.0
    """
    return read_anzahl(_je_fall(speicher, auswahl, "eingaben"))


@kennzahl(
    titel="Doppelt erfasste Felder",
    einheit="Felder",
    uhr="–",
    formel="Felder, nach denen mehr als ein Formular des Prozesses fragt",
    quelle="Konzept § 1.3 K19, § 5.4 W07",
)
def doppelt_erfasst(speicher: Speicher, auswahl: Auswahl, angaben: Angaben) -> dict[str, tuple[str, ...]]:
    """Fields that several steps ask for, with those steps in their order; only steps that Faelle came by.

    From the forms, not from their contents: two forms that ask for the same thing under different keys are not found.

    Formula
        fields with ≥ 2 steps whose form holds them

    Source
        Fachkonzept § 1.3 K19.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> from wertstrom.modell import Angabe
    >>> angaben = {k: Angabe(felder=frozenset({"name"})) for k in ("anfrage", "bescheid")}
    >>> doppelt_erfasst(beispiel.fuenf_schritte(), beispiel.AUSWAHL, angaben)
    {'name': ('anfrage', 'bescheid')}
    """
    orte: dict[str, list[str]] = {}
    for schritt in schritte(speicher, auswahl):
        for feld in sorted(angaben[schritt.knoten].felder if schritt.knoten in angaben else ()):
            orte.setdefault(feld, []).append(schritt.knoten)
    return {feld: tuple(knoten) for feld, knoten in sorted(orte.items()) if len(knoten) > 1}


@kennzahl(
    titel="Schnittstellen je Vorgang",
    einheit="Wechsel je Vorgang",
    uhr="–",
    formel="Rollenwechsel vom Vorgänger zum Schritt + Eingänge von außen, je abgeschlossenem Vorgang",
    quelle="Konzept § 1.3 K22",
)
def schnittstellen(speicher: Speicher, auswahl: Auswahl) -> Anzahl:
    """How often an abgeschlossener Fall changes hands: from role to role, and in from outside.

    The predecessor is the run that had to be finished first, so parallel branches make no changes that nobody made.
    A step without a known role changes nothing.

    Formula
        # runs whose role is not that of their predecessor + # Eingänge, per Fall

    Source
        Fachkonzept § 1.3 K22 (lane changes + pool changes).

    Example
    -------
    >>> from wertstrom import beispiel
    >>> schnittstellen(beispiel.fuenf_schritte(), beispiel.AUSWAHL).mittel
    0.0
    """
    return read_anzahl(_je_fall(speicher, auswahl, "schnittstellen"))


def freigaben(speicher: Speicher, auswahl: Auswahl, angaben: Angaben) -> tuple[str, ...]:
    """Nodes that approve, by their Angabe or their name."""
    namen = {schritt.knoten: schritt.name for schritt in schritte(speicher, auswahl)}
    return tuple(sorted(k for k, angabe in complete_angaben(angaben, namen).items() if angabe.freigabe))


def _product(anteile: Iterable[Anteil]) -> float | None:
    werte = [anteil.anteil for anteil in anteile if anteil.anteil is not None]
    return math.prod(werte) if werte else None


def _qualitaet(speicher: Speicher, auswahl: Auswahl) -> list[Zeile]:
    return speicher.query("qualitaet", **auswahl.werte())


def _je_fall(speicher: Speicher, auswahl: Auswahl, was: str, knoten: tuple[str, ...] = ()) -> Zeile:
    return speicher.query("je_fall", was=was, knoten=knoten, **auswahl.werte())[0]
