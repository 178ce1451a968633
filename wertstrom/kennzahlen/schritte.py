"""Key figures of Schritte: Liegezeit, Bearbeitungsdauer and Wartezeit extern, per step and per Fall, and the ladder.

A step's own times are over its Laeufe and have a median; they do not add up. What adds up are the `leiter` and the
times per Fall, both along the critical path (Fachkonzept § 5.3 rules 2–4). Computed by `wertstrom.speicher`.
"""

from __future__ import annotations

from dataclasses import dataclass

from wertstrom.kalender import KT_US
from wertstrom.kennzahlen.masse import Auswahl, Uhr, Zeit, read_zeit
from wertstrom.kennzahlen.verzeichnis import kennzahl
from wertstrom.speicher import Speicher, Zeile

Zeiten = dict[str, Zeit]


@dataclass(frozen=True, slots=True)
class Schritt:
    """A step as the Faelle met it; counts are over all Faelle of the selection, open ones included."""

    knoten: str
    name: str
    rolle: str | None
    art: str
    laeufe: int
    faelle: int
    #: Laeufe that wait or are being worked on
    offen: int
    zurueckgegeben: int
    #: Laeufe that were completed or sent back
    beendet: int
    #: some Laeufe have no begin: their Liegezeit holds the processing too
    ohne_beginn: bool


@dataclass(frozen=True, slots=True)
class Beitrag:
    """Mean share of one step in the Durchlaufzeit, in days of one clock, over all abgeschlossene Faelle."""

    #: None: from the last step to the end of the Fall
    knoten: str | None
    #: Faelle in which the step lies on the critical path; the others count as 0
    faelle: int
    laeufe: int
    liegezeit: float
    extern: float
    bearbeitung: float

    @property
    def summe(self) -> float:
        """All of it."""
        return self.liegezeit + self.extern + self.bearbeitung


@kennzahl(
    titel="Schritte",
    einheit="Läufe",
    uhr="–",
    formel="Zahl der Läufe je Schritt und Stand",
    quelle="Konzept § 5.3 Regel 1",
)
def schritte(speicher: Speicher, auswahl: Auswahl) -> tuple[Schritt, ...]:
    """All steps in the order in which Faelle reach them on average, with their counts.

    Formula
        # Laeufe, # Faelle, # by outcome, per node

    Source
        Fachkonzept § 5.3 rules 1 and 4.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> [schritt.name for schritt in schritte(beispiel.fuenf_schritte(), beispiel.AUSWAHL)][:2]
    ['Anfrage erfassen', 'Erstgespräch']
    """
    return tuple(Schritt(**zeile) for zeile in speicher.query("schritte", **auswahl.werte()))


@kennzahl(
    titel="Liegezeit je Schritt",
    einheit="Tage",
    uhr="AT und KT",
    formel="begonnen (erstmals) – bereit; ohne Beginn: fertig – bereit",
    quelle="Konzept § 5.1",
)
def liegezeit(speicher: Speicher, auswahl: Auswahl) -> Zeiten:
    """Time in the basket before work starts, per step, over all Laeufe that were begun.

    Laeufe that still wait are left out (see `Schritt.offen`), so are arrivals and timers, whose time is external. In
    a log without begins it is the whole time of the step, processing included (`Schritt.ohne_beginn`).

    Formula
        begonnen - bereit per Lauf

    Source
        Fachkonzept § 5.1 (Liegezeit), § 5.3 rule 1.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> round(liegezeit(beispiel.fuenf_schritte(), beispiel.AUSWAHL)["fachteam"].at.median, 4)
    7.0
    """
    return _schritt_zeiten(speicher, auswahl, "liegezeit")


@kennzahl(
    titel="Bearbeitungsdauer je Schritt",
    einheit="Tage",
    uhr="AT und KT",
    formel="fertig – begonnen – Pausen, je erledigtem oder zurückgegebenem Lauf",
    quelle="Konzept § 5.1",
)
def bearbeitungsdauer(speicher: Speicher, auswahl: Auswahl) -> Zeiten:
    """Elapsed processing per step, from begin to end of work, less every pause; no Personenminuten.

    Formula
        fertig - begonnen - Σ pauses, per Lauf that was erledigt or zurueckgegeben

    Source
        Fachkonzept § 5.1 (Bearbeitungsdauer).

    Example
    -------
    >>> from wertstrom import beispiel
    >>> round(bearbeitungsdauer(beispiel.fuenf_schritte(), beispiel.AUSWAHL)["fachteam"].at.median * 480)
    45
    """
    return _schritt_zeiten(speicher, auswahl, "bearbeitung")


@kennzahl(
    titel="Wartezeit extern je Schritt",
    einheit="Tage",
    uhr="AT und KT",
    formel="Pausen mit externem Grund; bei Eingängen und Wartepunkten fertig – bereit",
    quelle="Konzept § 5.1, § 5.3 Regel 8",
)
def wartezeit_extern(speicher: Speicher, auswahl: Auswahl) -> Zeiten:
    """Time a step waits for the family, a Träger, a court or another Behörde; the office cannot avoid it alone.

    Formula
        Σ pauses with an external reason per Lauf; fertig - bereit of arrivals, messages and timers

    Source
        Fachkonzept § 5.1 (Wartezeit extern).

    Example
    -------
    >>> from wertstrom import beispiel
    >>> wartezeit_extern(beispiel.fuenf_schritte(), beispiel.AUSWAHL)["fachteam"].at.mittel
    0.0
    """
    return _schritt_zeiten(speicher, auswahl, "extern")


@kennzahl(
    titel="Zeiten je Vorgang",
    einheit="Tage",
    uhr="AT und KT",
    formel="Σ der Beiträge des kritischen Pfads je Vorgang: liegezeit, bearbeitung, extern",
    quelle="Konzept § 5.3 Regeln 2 und 3",
)
def zeiten_je_fall(speicher: Speicher, auswahl: Auswahl) -> Zeiten:
    """Liegezeit, bearbeitung and extern of abgeschlossene Faelle; their means add up to the mean Durchlaufzeit.

    Formula
        Σ of contributions on the critical path, per Fall

    Source
        Fachkonzept § 5.3 rules 2 and 3.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> round(zeiten_je_fall(beispiel.fuenf_schritte(), beispiel.AUSWAHL)["liegezeit"].at.mittel, 4)
    27.5
    """
    return {
        mass: read_zeit(speicher.query("fall_zeiten", mass=mass, **auswahl.werte())[0], speicher.uhr)
        for mass in ("liegezeit", "bearbeitung", "extern")
    }


@kennzahl(
    titel="Leiter",
    einheit="Tage",
    uhr="AT oder KT",
    formel="Σ der Beiträge je Schritt / Zahl der abgeschlossenen Vorgänge",
    quelle="Konzept § 5.3 Regel 3",
)
def leiter(speicher: Speicher, auswahl: Auswahl, uhr: Uhr) -> tuple[Beitrag, ...]:
    """Lead-time ladder: mean contributions per step, in the order of `schritte`; together the mean Durchlaufzeit.

    Internal pauses and gaps between steps count as Liegezeit. The last entry (knoten None) is the time from the last
    step to the end, if there is any. Without abgeschlossene Faelle: empty.

    Formula
        Σ contribution of the step on the critical path / # Faelle

    Source
        Fachkonzept § 5.3 rules 2–4.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> stufen = leiter(beispiel.fuenf_schritte(), beispiel.AUSWAHL, Uhr.AT)
    >>> [round(stufe.liegezeit, 1) for stufe in stufen], round(sum(stufe.summe for stufe in stufen), 4)
    ([0.5, 5.0, 7.0, 9.0, 6.0], 28.3958)
    """
    zeilen = {zeile["knoten"]: zeile for zeile in speicher.query("leiter", **auswahl.werte())}
    rest = zeilen.pop(None)
    n = rest["faelle"]
    if not n:
        return ()
    teiler = n * (speicher.uhr.at_us if uhr is Uhr.AT else KT_US)
    folge = [zeilen[s.knoten] for s in schritte(speicher, auswahl) if s.knoten in zeilen]
    stufen = [_beitrag(zeile, uhr, teiler) for zeile in (*folge, rest)]
    return tuple(stufen if stufen[-1].summe else stufen[:-1])


def _beitrag(zeile: Zeile, uhr: Uhr, teiler: int) -> Beitrag:
    takt = uhr.value.lower()
    zeiten = {mass: zeile[f"{mass}_{takt}_us"] / teiler for mass in ("liegezeit", "extern", "bearbeitung")}
    return Beitrag(zeile["knoten"], zeile["faelle"], zeile["laeufe"], **zeiten)


def _schritt_zeiten(speicher: Speicher, auswahl: Auswahl, mass: str) -> Zeiten:
    zeilen = speicher.query("schritt_zeiten", mass=mass, **auswahl.werte())
    return {zeile["knoten"]: read_zeit(zeile, speicher.uhr) for zeile in zeilen}
