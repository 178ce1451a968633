"""The further figures of a process as rows of text: what a page lists below its main answer.

Owns which figures stand there and how they are said; takes them from `wertstrom.blatt`, where small cells are already
gone. A figure that could not be measured or may not be shown has no row.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wertstrom.blatt import Frage, write_blatt
from wertstrom.formulierung import format_anteil, format_tage, format_zahl, format_ziel
from wertstrom.kennzahlen import KENNZAHLEN, MEILENSTEINZIELE, NACHWEISZIELE, ZAEHLZIELE, Auswahl, Uhr
from wertstrom.speicher import Speicher


@dataclass(frozen=True, slots=True)
class Zeile:
    """One figure: its name, its value in words, on what it rests, and how it is computed."""

    titel: str
    wert: str
    grundlage: str
    formel: str


def write_kurzblatt(speicher: Speicher, auswahl: Auswahl, frage: Frage) -> tuple[Zeile, ...]:
    """Rows in a fixed order."""
    werte = {name: eintrag["wert"] for name, eintrag in write_blatt(speicher, auswahl, frage).items()}
    teile = (_efficiency(werte), _milestones(werte), _counted(werte), _quality(werte), _flow(werte, frage))
    return tuple(itertools.chain(*teile))


def _efficiency(werte: dict[str, Any]) -> Iterator[Zeile]:
    if (grad := werte["prozesswirkungsgrad"]) and grad["at"] is not None:
        text = (
            f"{format_anteil(grad['at'], 1)} in Arbeitszeit (AT), {format_anteil(grad['kt'], 1)} in Kalenderzeit (KT)"
        )
        if grad["flussgrad_at"]:
            text += f"; Flussgrad 1 : {format_zahl(grad['flussgrad_at'], 1)} (AT)"
        yield _zeile("prozesswirkungsgrad", text, f"n = {format_zahl(grad['n'])}")
    if (grad := werte["zielerreichungsgrad"]) and grad["n"]:
        text = f"{grad['treffer']} von {grad['n']} Zielen erreicht ({format_anteil(grad['anteil'])})"
        yield _zeile("zielerreichungsgrad", text, "Kennzahlen mit Ziel und Messwert")


def _counted(werte: dict[str, Any]) -> Iterator[Zeile]:
    """Figures that a process counts or proves, by their number in the concept."""
    ziele = [("dokumentationsquote", z.code, z.titel) for z in NACHWEISZIELE]
    ziele += [("zaehlquote", z.code, z.titel) for z in ZAEHLZIELE]
    for name, code, titel in ziele:
        if (anteil := werte[name][code]) and anteil["n"]:
            gezaehlt = f"{format_zahl(anteil['treffer'])} von {format_zahl(anteil['n'])}"
            yield _zeile(name, format_anteil(anteil["anteil"], 1), gezaehlt, f"{code} {titel}")
    if (anteil := werte["wiederaufnahmequote"]) and anteil["n"]:
        grundlage = f"{format_zahl(anteil['n'])} Hilfen, die vor mehr als 12 Monaten endeten"
        yield _zeile("wiederaufnahmequote", format_anteil(anteil["anteil"], 1), grundlage)


def _milestones(werte: dict[str, Any]) -> Iterator[Zeile]:
    for m in MEILENSTEINZIELE:
        wert = werte["meilensteinzeit"][m.code]
        if wert["zeit"] is None:
            continue
        takt = m.ziel.uhr.value.lower()
        text = f"Median {format_tage(wert['zeit'][takt]['median'], m.ziel.uhr)}"
        if wert["anteil"]:
            text += f"; bis {format_ziel(m.ziel)}: {format_anteil(wert['anteil']['anteil'])}"
        yield _zeile("meilensteinzeit", text, f"n = {format_zahl(wert['zeit']['n'])}", f"{m.code} {m.titel}")


def _quality(werte: dict[str, Any]) -> Iterator[Zeile]:
    if quote := werte["rueckgabequote"]:
        text = f"{format_anteil(quote['anteil'], 1)} der beendeten Schritte"
        yield _zeile("rueckgabequote", text, f"{format_zahl(quote['n'])} Läufe")
    if (ertrag := werte["gesamt_fpy"]) and ertrag["gemessen"]:
        gemessen = ertrag["gemessen"]
        text = f"gemessen {format_anteil(gemessen['anteil'])}, aus den Schritten {format_anteil(ertrag['rolled_fpy'])}"
        yield _zeile("gesamt_fpy", text, f"n = {format_zahl(gemessen['n'])}", "Ohne Rücklauf durchgelaufen")
    for name in ("schnittstellen", "unterschriftenzyklen", "dokumentationsschritte"):
        if anzahl := werte[name]:
            text = f"{format_zahl(anzahl['mittel'], 1)} je Vorgang"
            yield _zeile(name, text, f"n = {format_zahl(anzahl['n'])}")
    if (minuten := werte["personenminuten"]) and minuten["je_fall"] is not None:
        text = f"{format_zahl(minuten['je_fall'])} Personenminuten je Vorgang"
        ohne = len(minuten["ohne_standard"])
        yield _zeile("personenminuten", text, f"Standardzeiten{f'; {ohne} Schritte ohne' if ohne else ''}")
    anteil = werte["wertschoepfungsanteil"]
    if anteil and anteil["at"] is not None:
        yield _zeile("wertschoepfungsanteil", f"{format_anteil(anteil['at'], 1)} der Durchlaufzeit (AT)", "gemessen")


def _flow(werte: dict[str, Any], frage: Frage) -> Iterator[Zeile]:
    if (fluss := werte["durchsatz"]) and fluss["eingangstakt"]:
        takt = format_tage(fluss["eingangstakt"], Uhr(fluss["uhr"]))
        text = f"ein Eingang je {takt}, im Mittel {format_zahl(fluss['bestand_mittel'], 1)} offen"
        grundlage = f"{format_zahl(fluss['zugang'])} Zugänge, {format_zahl(fluss['abgang'])} Abgänge"
        yield _zeile("durchsatz", text, grundlage)
    if (kurve := werte["ueberleben"]) and kurve["p50"] is not None:
        text = f"Hälfte fertig nach {format_tage(kurve['p50'], frage.ziel.uhr)}"
        text += f"; bis {format_ziel(frage.ziel)}: {format_anteil(kurve['bis_ziel'])}"
        titel = "Durchlaufzeit mit den offenen Vorgängen (Kaplan-Meier)"
        yield _zeile("ueberleben", text, f"n = {format_zahl(kurve['n'])}, davon fertig {kurve['ereignisse']}", titel)
    rechtzeitig = [t["rechtzeitig"] for t in werte["termintreue"].values() if t["rechtzeitig"]]
    if rechtzeitig:
        n, treffer = (sum(t[feld] for t in rechtzeitig) for feld in ("n", "treffer"))
        text = f"{format_anteil(treffer / n)} der Schritte mit Frist rechtzeitig"
        yield _zeile("termintreue", text, f"{format_zahl(n)} Läufe", "Termintreue")


def _zeile(name: str, wert: str, grundlage: str, titel: str | None = None) -> Zeile:
    return Zeile(titel or KENNZAHLEN[name].titel, wert, grundlage, KENNZAHLEN[name].formel)
