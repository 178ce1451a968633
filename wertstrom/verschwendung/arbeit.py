"""Waste by work: returns W05 and W06, double work W07, hand-overs W08, media W09, excess W10, unused knowledge W11.

Owns what each rule looks for. Steps that the law prescribes are left out of W07–W11: four eyes, hearing and
participation are protection, not excess.
"""

from __future__ import annotations

from wertstrom.kennzahlen import doppelt_erfasst
from wertstrom.modell import OHNE_ANGABE
from wertstrom.verschwendung.verzeichnis import Fund, Herkunft, Lage, Sicherheit, regel

_MINUTE_US = 60_000_000


@regel(
    "W05",
    "Rückgabe: Unterlagen oder Angaben unvollständig",
    "Defects",
    Sicherheit.HOCH,
    "Alle Zeit weiterer Durchgänge nach einer Rückgabe mit Grund W05.",
)
def rueckgabe_unvollstaendig(lage: Lage) -> list[Fund]:
    """Time of every further pass after something was sent back as incomplete; the reason was given by whoever did.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> rueckgabe_unvollstaendig(Lage(beispiel.fuenf_schritte(), beispiel.AUSWAHL))
    []
    """
    return lage.funde("W05", [z for z in lage.verlorene_zeit if z["code"] == "W05"])


@regel(
    "W06",
    "Rückgabe: fachlich oder rechtlich zu ändern",
    "Defects",
    Sicherheit.HOCH,
    "Alle Zeit weiterer Durchgänge nach einer Rückgabe mit Grund W06 oder ohne Grund.",
)
def rueckgabe_fachlich(lage: Lage) -> list[Fund]:
    """Time of every further pass after something was sent back to be changed, or without a reason.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> rueckgabe_fachlich(Lage(beispiel.fuenf_schritte(), beispiel.AUSWAHL))
    []
    """
    return lage.funde("W06", [z for z in lage.verlorene_zeit if z["code"] == "W06"])


@regel(
    "W07",
    "Doppelerfassung, doppelte Dokumentation",
    "Overprocessing",
    Sicherheit.MITTEL,
    "Derselbe Schritt unmittelbar noch einmal ohne Rückgabe; oder ein Formular fragt, was schon gefragt wurde.",
)
def doppelte_erfassung(lage: Lage) -> list[Fund]:
    """The same step done again at once without a return, and forms that ask for what an earlier one asked.

    From forms no time can be told: nobody knows how long one field takes.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> doppelte_erfassung(Lage(beispiel.fuenf_schritte(), beispiel.AUSWAHL))
    []
    """
    zeilen = [z for z in lage.query("doppelte_arbeit") if z["knoten"] not in lage.gesetzlich]
    funde = lage.funde("W07", zeilen, ueberschneidet=True)
    spaeter: dict[str, list[str]] = {}
    for feld, orte in doppelt_erfasst(lage.speicher, lage.auswahl, lage.angaben).items():
        for weiterer in orte[1:]:
            spaeter.setdefault(weiterer, []).append(feld)
    for knoten, felder in spaeter.items():
        if knoten not in lage.gesetzlich:
            s = lage.schritte[knoten]
            text = f"{len(felder)} Felder, nach denen schon ein früherer Schritt fragt: {', '.join(felder[:5])}"
            funde.append(lage.fund("W07", knoten, s.beendet, s.faelle, None, herkunft=Herkunft.MODELL, text=text))
    return funde


@regel(
    "W08",
    "Unnötige Übergabe, Zuständigkeit unklar",
    "Transport",
    Sicherheit.NIEDRIG,
    "Mehr Rollenwechsel, als der Ablauf braucht (Vorgabe, sonst der Median); Liegezeit davor anteilig.",
)
def unnoetige_uebergabe(lage: Lage) -> list[Fund]:
    """Changes of role beyond what the process needs, with their share of the Liegezeit before them.

    What it needs is a parameter; without it, half of the Faelle do with so many, and the rule cannot know whether the
    others are special, therefore niedrig. Changes to statutory steps are left out.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> unnoetige_uebergabe(Lage(beispiel.fuenf_schritte(), beispiel.AUSWAHL))
    []
    """
    zeilen = lage.query(
        "uebergaben", mindestens=lage.parameter.uebergaben_mindestens, geschuetzt=(*lage.gesetzlich, *lage.gewollt)
    )
    return lage.funde("W08", zeilen, ueberschneidet=True)


@regel(
    "W09",
    "Suchen, Medienbruch, Systemwechsel",
    "Motion",
    Sicherheit.NIEDRIG,
    "Schritte, die als Medienbruch gekennzeichnet sind, mal Rüstzeit (Schätzung). Sonst nur aus dem Workshop.",
)
def medienbruch(lage: Lage) -> list[Fund]:
    """Steps that are marked as a change of medium, at an estimated set-up time each; events do not show any.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> medienbruch(Lage(beispiel.fuenf_schritte(), beispiel.AUSWAHL))
    []
    """
    us = lage.parameter.ruestzeit_min * _MINUTE_US
    betroffen = [s for k, s in lage.schritte.items() if lage.angaben.get(k, OHNE_ANGABE).medienbruch]
    return [
        lage.fund("W09", s.knoten, s.beendet, s.faelle, s.beendet * us, herkunft=Herkunft.MODELL, text="Schätzung")
        for s in betroffen
        if s.beendet and s.knoten not in lage.gesetzlich
    ]


@regel(
    "W10",
    "Übermaß: nicht gelesene Berichte, Mehrfachprüfung",
    "Overproduction, Overprocessing",
    Sicherheit.MITTEL,
    "Freigaben über die nötige Zahl hinaus, im ersten Durchgang; gesetzliche nie.",
)
def mehrfachpruefung(lage: Lage) -> list[Fund]:
    """Approvals beyond the number a Fall needs; returned ones are W06, statutory ones are none.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> mehrfachpruefung(Lage(beispiel.fuenf_schritte(), beispiel.AUSWAHL))
    []
    """
    zeilen = lage.query(
        "weitere_freigaben",
        freigaben=lage.freigaben,
        geschuetzt=lage.gesetzlich,
        hoechstens=lage.parameter.freigaben_hoechstens,
    )
    return lage.funde("W10", zeilen, ueberschneidet=True)


@regel(
    "W11",
    "Wissen nicht genutzt, Absprache nicht dokumentiert",
    "Skills",
    Sicherheit.NIEDRIG,
    "Konferenzen ohne Protokoll danach, in Abläufen, die ein Protokoll kennen.",
)
def ohne_protokoll(lage: Lage) -> list[Fund]:
    """Conferences that no Protokoll followed, where the process has a step for it; it may exist elsewhere.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> ohne_protokoll(Lage(beispiel.fuenf_schritte(), beispiel.AUSWAHL))
    []
    """
    if not lage.protokolle:
        return []
    gremien = tuple(k for k in lage.gremien if k not in lage.protokolle)
    zeilen = lage.query("ohne_protokoll", gremien=gremien, protokolle=lage.protokolle)
    return [lage.fund("W11", z["knoten"], z["laeufe"], z["faelle"], None) for z in zeilen]
