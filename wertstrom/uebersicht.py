"""One process on one page: the finding in a sentence, the figures behind it, and the rows of every chart.

Owns what the page shows and how it is said; computes no figure itself, and everything it returns has passed
`wertstrom.schutz`. Charts (`wertstrom.diagramme`) and their text twins are made from the same rows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from engine.kalender import lokales_datum
from wertstrom import kennzahlen, schutz
from wertstrom.ereignisprotokoll import as_zeit
from wertstrom.formulierung import OHNE, format_anteil, format_tage, format_zahl, format_ziel
from wertstrom.kennzahlen import Anteil, Auswahl, Beitrag, Bestand, Schritt, Uhr, Wirkungsgrad, Zeit, Ziel
from wertstrom.schutz import Klasse, Schwellen
from wertstrom.speicher import Speicher

#: classes up to the target, finest first, and how many there are at most before the open one
_KLASSEN_BIS_ZIEL = (5, 2, 1)
_KLASSEN_HOECHSTENS = 20
UEBRIGE = "Übrige Schritte"
SCHLUSS = "Bis zum Abschluss"


@dataclass(frozen=True, slots=True)
class Stufe:
    """One rung of the ladder: mean days per Fall of this step, in the clock of the page."""

    name: str
    liegezeit: float
    extern: float
    bearbeitung: float
    #: Faelle whose critical path touches it; None for several steps together
    faelle: int | None

    @property
    def summe(self) -> float:
        """All of it."""
        return self.liegezeit + self.extern + self.bearbeitung


@dataclass(frozen=True, slots=True)
class SchrittZeile:
    """One step in the table. None: too few stand behind the value, or the step has no such time."""

    name: str
    rolle: str | None
    art: str
    laeufe: int | None
    faelle: int | None
    offen: int | None
    zurueckgegeben: int | None
    liegezeit: Zeit | None
    bearbeitung: Zeit | None
    extern: Zeit | None
    #: its Liegezeit holds the processing too, because nobody recorded a begin
    ohne_beginn: bool


@dataclass(frozen=True, slots=True)
class ProzessUebersicht:
    """Everything the page of one process shows. `dauer` None: fewer Faelle than may be shown."""

    titel: str
    befund: str
    ziel: Ziel
    bestand: Bestand
    zeitraum: str
    dauer: Zeit | None
    anteil: Anteil | None
    wirkungsgrad: Wirkungsgrad | None
    #: liegezeit, bearbeitung, extern per Fall along the critical path
    je_fall: Mapping[str, Zeit]
    klassen: tuple[Klasse, ...]
    leiter: tuple[Stufe, ...]
    schritte: tuple[SchrittZeile, ...]
    hinweise: tuple[str, ...]

    @property
    def uhr(self) -> Uhr:
        """Clock of finding, distribution and ladder: that of the target. Tables show both."""
        return self.ziel.uhr


def uebersicht(
    speicher: Speicher,
    auswahl: Auswahl,
    *,
    titel: str,
    ziel: Ziel,
    jetzt_us: int,
    schwellen: Schwellen | None = None,
    besetzung: Mapping[str, int] | None = None,
) -> ProzessUebersicht:
    """What the Faelle of `auswahl` show at the instant `jetzt_us` (µs).

    `besetzung`: how many people hold each role (`laden.besetzung`); None where nothing is known about people.
    """
    schwellen = schwellen or Schwellen()
    bestand = kennzahlen.bestand(speicher, auswahl, ziel, jetzt_us)
    dauer = schutz.shown_zeit(kennzahlen.durchlaufzeit(speicher, auswahl), schwellen)
    if dauer is None:
        return _too_few(titel, ziel, bestand, schwellen)
    schritte = kennzahlen.schritte(speicher, auswahl)
    verdeckt = schutz.hidden_schritte(schritte, schwellen, besetzung)
    anteil = schutz.shown_anteil(kennzahlen.anteil_bis_ziel(speicher, auswahl, ziel), schwellen)
    beitraege = kennzahlen.leiter(speicher, auswahl, ziel.uhr)
    leiter = _leiter(beitraege, schritte, schutz.hidden_beitraege(beitraege, verdeckt, schwellen))
    return ProzessUebersicht(
        titel=titel,
        befund=_befund(dauer, anteil, bestand, leiter, ziel),
        ziel=ziel,
        bestand=bestand,
        zeitraum=_zeitraum(bestand),
        dauer=dauer,
        anteil=anteil,
        wirkungsgrad=kennzahlen.prozesswirkungsgrad(speicher, auswahl),
        je_fall=kennzahlen.zeiten_je_fall(speicher, auswahl),
        klassen=_klassen(speicher, auswahl, ziel, schwellen),
        leiter=leiter,
        schritte=_zeilen(speicher, auswahl, schritte, verdeckt, schwellen),
        hinweise=_hinweise(bestand, schritte, verdeckt, ziel),
    )


def _too_few(titel: str, ziel: Ziel, bestand: Bestand, schwellen: Schwellen) -> ProzessUebersicht:
    if not bestand.faelle:
        befund = "Noch keine Vorgänge. Sobald Vorgänge dieses Prozesses laufen, stehen hier ihre Zeiten."
    elif not bestand.abgeschlossen:
        befund = f"Noch kein Vorgang abgeschlossen; {format_zahl(bestand.offen)} offen."
    else:
        befund = (
            f"Weniger als {schwellen.k_faelle} abgeschlossene Vorgänge: keine Zahl. "
            "Ein längerer Zeitraum oder alle Versionen zusammen helfen weiter."
        )
    hinweise = _hinweise(bestand, (), frozenset(), ziel)
    return ProzessUebersicht(
        titel, befund, ziel, bestand, _zeitraum(bestand), None, None, None, {}, (), (), (), hinweise
    )


def _befund(dauer: Zeit, anteil: Anteil | None, bestand: Bestand, leiter: tuple[Stufe, ...], ziel: Ziel) -> str:
    lage = dauer.in_uhr(ziel.uhr)
    median = format_zahl(lage.median, 1).removesuffix(",0")
    geschafft = f"{format_anteil(anteil.anteil)} geschafft" if anteil else "zu wenige auf einer Seite für einen Anteil"
    satz = (
        f"{format_tage(lage.mittel, ziel.uhr)} im Mittel (Median {median}; n = {format_zahl(dauer.n)}; "
        f"{format_zahl(bestand.offen)} noch offen) – Ziel {format_ziel(ziel)}: {geschafft}."
    )
    groesste = find_groesste(leiter)
    if groesste is None:
        return satz
    return f"{satz} Größte Liegezeit: {_wo(groesste)}, {format_tage(groesste.liegezeit, ziel.uhr)} im Mittel."


def find_groesste(leiter: tuple[Stufe, ...]) -> Stufe | None:
    """The named step with the largest mean Liegezeit; None when nothing waits."""
    benannt = [stufe for stufe in leiter if stufe.name not in (UEBRIGE, SCHLUSS) and stufe.liegezeit > 0]
    return max(benannt, key=lambda stufe: stufe.liegezeit, default=None)


def _wo(stufe: Stufe) -> str:
    return f"vor „{stufe.name}“"


def _zeitraum(bestand: Bestand) -> str:
    if bestand.von_us is None or bestand.bis_us is None:
        return OHNE
    von, bis = (lokales_datum(as_zeit(us)) for us in (bestand.von_us, bestand.bis_us))
    return f"{von:%d.%m.%Y} bis {bis:%d.%m.%Y}"


def _klassen(speicher: Speicher, auswahl: Auswahl, ziel: Ziel, schwellen: Schwellen) -> tuple[Klasse, ...]:
    """Classes with the target as a border; beyond a limit one open class takes the rest."""
    for anzahl in _KLASSEN_BIS_ZIEL:
        breite = ziel.tage / anzahl
        zahlen = kennzahlen.verteilung(speicher, auswahl, ziel, breite)
        if sum(n for k, n in zahlen.items() if k >= _KLASSEN_HOECHSTENS) <= sum(zahlen.values()) / 10:
            break
    letzte = min(max(zahlen), _KLASSEN_HOECHSTENS - 1)
    klassen = [Klasse(k * breite, (k + 1) * breite, zahlen.get(k, 0)) for k in range(letzte + 1)]
    rest = sum(n for k, n in zahlen.items() if k > letzte)
    if rest:
        klassen.append(Klasse((letzte + 1) * breite, None, rest))
    return schutz.merge_klassen(klassen, ziel.tage, schwellen)


def _leiter(
    beitraege: tuple[Beitrag, ...], schritte: tuple[Schritt, ...], verdeckt: frozenset[str]
) -> tuple[Stufe, ...]:
    namen = {schritt.knoten: schritt.name for schritt in schritte}
    offen = [b for b in beitraege if b.knoten is not None and b.knoten not in verdeckt]
    stufen = [_stufe(namen[b.knoten], [b]) for b in offen if b.knoten is not None]
    uebrige = [b for b in beitraege if b.knoten in verdeckt]
    schluss = [b for b in beitraege if b.knoten is None]
    zusammen = [_stufe(name, teile) for name, teile in ((UEBRIGE, uebrige), (SCHLUSS, schluss)) if teile]
    return tuple([*stufen, *zusammen])


def _stufe(name: str, beitraege: list[Beitrag]) -> Stufe:
    return Stufe(
        name,
        liegezeit=math.fsum(b.liegezeit for b in beitraege),
        extern=math.fsum(b.extern for b in beitraege),
        bearbeitung=math.fsum(b.bearbeitung for b in beitraege),
        faelle=beitraege[0].faelle if len(beitraege) == 1 else None,
    )


def _zeilen(
    speicher: Speicher,
    auswahl: Auswahl,
    schritte: tuple[Schritt, ...],
    verdeckt: frozenset[str],
    schwellen: Schwellen,
) -> tuple[SchrittZeile, ...]:
    liegezeit = kennzahlen.liegezeit(speicher, auswahl)
    bearbeitung = kennzahlen.bearbeitungsdauer(speicher, auswahl)
    extern = kennzahlen.wartezeit_extern(speicher, auswahl)

    def shown(zeiten: dict[str, Zeit], schritt: Schritt) -> Zeit | None:
        return None if schritt.knoten in verdeckt else schutz.shown_zeit(zeiten.get(schritt.knoten), schwellen)

    def counted(zahl: int, schritt: Schritt) -> int | None:
        return None if schritt.knoten in verdeckt else zahl

    def few(zahl: int, schritt: Schritt) -> int | None:
        return None if schritt.knoten in verdeckt else schutz.shown_zahl(zahl, schwellen)

    return tuple(
        SchrittZeile(
            name=s.name,
            rolle=s.rolle,
            art=s.art,
            laeufe=counted(s.laeufe, s),
            faelle=counted(s.faelle, s),
            offen=few(s.offen, s),
            zurueckgegeben=few(s.zurueckgegeben, s),
            liegezeit=shown(liegezeit, s),
            bearbeitung=shown(bearbeitung, s),
            extern=shown(extern, s),
            ohne_beginn=s.ohne_beginn,
        )
        for s in schritte
    )


def _hinweise(bestand: Bestand, schritte: tuple[Schritt, ...], verdeckt: frozenset[str], ziel: Ziel) -> tuple[str, ...]:
    texte = []
    if bestand.beispiel:
        texte.append("Beispieldaten: Diese Vorgänge hat die Vorführung erzeugt.")
    if bestand.offen:
        texte.append(
            f"Noch offen und nicht im Mittel: {format_zahl(bestand.offen)} Vorgänge, "
            f"davon schon älter als {format_ziel(ziel)}: {format_zahl(bestand.offen_ueber_ziel)}."
        )
    if bestand.abgebrochen:
        texte.append(
            f"{format_zahl(bestand.abgebrochen)} Vorgänge endeten vorher (etwa abgelehnt oder zurückgezogen) "
            "und zählen nicht mit."
        )
    if verdeckt:
        texte.append(f"{len(verdeckt)} Schritte mit zu wenigen Vorgängen oder Personen stehen unter „{UEBRIGE}“.")
    if any(s.ohne_beginn for s in schritte):
        texte.append("Wo der Beginn nicht erfasst ist, enthält die Liegezeit auch die Bearbeitung.")
    return tuple(texte)
