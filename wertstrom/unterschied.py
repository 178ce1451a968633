"""How far two selections differ, and how sure that is: intervals, rank test, same mix, and which steps make the gap.

Owns the comparison in numbers; `wertstrom.vergleich` owns how a page says it. Both sides are measured alike: same
clock, same stretch, abgeschlossene Faelle only. Hides small cells itself. It never says that something had an effect:
nobody drew lots for who got which process.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from wertstrom import kennzahlen, schutz, statistik
from wertstrom.formulierung import format_anteil, format_tage, format_zahl
from wertstrom.kennzahlen import Anteil, Auswahl, Beitrag, Uhr, Ziel
from wertstrom.schutz import Schwellen
from wertstrom.speicher import Speicher
from wertstrom.statistik import Intervall, Rangtest

MINDESTENS_FAELLE = 30
#: shares of a stratum that are further apart than this make the mixes different
MIX_ABWEICHUNG = 0.10
KEIN_NACHWEIS = (
    "Kein Wirkungsnachweis: Die Vorgänge wurden nicht zufällig zugeteilt und können sich auch sonst unterscheiden."
)
OHNE_MERKMAL = "ohne Angabe"
UEBRIGE = "Übrige Schritte"


@dataclass(frozen=True, slots=True)
class Seite:
    """One selection; durations in days of the clock of the comparison."""

    n: int
    mittel: float
    median: float
    anteil: Anteil | None
    #: 95 % interval of the share within the target
    anteil_intervall: Intervall | None
    offen: int


@dataclass(frozen=True, slots=True)
class Schicht:
    """Faelle with the same value of a Merkmal on both sides; means in days."""

    name: str
    n_ist: int
    n_soll: int
    mittel_ist: float
    mittel_soll: float


@dataclass(frozen=True, slots=True)
class Schrittbeitrag:
    """Mean contribution of one step on both sides, by its name; the differences of all steps add up to the gap."""

    name: str
    ist: float
    soll: float

    @property
    def differenz(self) -> float:
        """Soll less Ist, in days per Fall."""
        return self.soll - self.ist


@dataclass(frozen=True, slots=True)
class Unterschied:
    """Soll less Ist; None where too few Faelle stand behind a number."""

    uhr: Uhr
    ist: Seite | None
    soll: Seite | None
    #: difference of the means, as it is
    differenz: float | None
    relativ: float | None
    differenz_median: float | None
    intervall_median: Intervall | None
    rangtest: Rangtest | None
    #: difference of the means with the mix of Ist on both sides; None without a common stratum that is large enough
    differenz_bereinigt: float | None
    schichten: tuple[Schicht, ...]
    schritte: tuple[Schrittbeitrag, ...]
    warnungen: tuple[str, ...]

    @property
    def befund(self) -> str:
        """Which step makes most of the difference, in a sentence."""
        benannt = [s for s in self.schritte if s.name != UEBRIGE]
        groesster = max(benannt, key=lambda s: abs(s.differenz), default=None)
        if groesster is None or not groesster.differenz:
            return "Kein einzelner Schritt macht den Unterschied."
        wort = "kürzer" if groesster.differenz < 0 else "länger"
        return (
            f"Den größten Unterschied macht „{groesster.name}“: {format_tage(abs(groesster.differenz), self.uhr)} "
            f"{wort} je Vorgang."
        )


@dataclass(frozen=True, slots=True)
class Luecke:
    """What one step could do for the target: waiting before it, and what less of it would bring."""

    knoten: str
    name: str
    #: mean waiting per Fall, days
    warten: float
    #: share by which it would have to fall so that the mean reaches the target; None when even all is not enough
    noetig: float | None
    #: share of Faelle within the target now, and with half of that waiting
    jetzt: float
    bei_halbem_warten: float


def compare(
    speicher: Speicher,
    ist: Auswahl,
    soll: Auswahl,
    ziel: Ziel,
    *,
    merkmal: str = "hilfeart",
    schwellen: Schwellen | None = None,
    besetzung: Mapping[str, int] | None = None,
    soll_speicher: Speicher | None = None,
) -> Unterschied:
    """The difference between two selections, with all that limits what may be read into it.

    Formula
        difference of means = Σ over steps of the difference of their mean contributions (both are ladders);
        adjusted: Σ over strata of n_ist / Σ n_ist · (mean soll - mean ist)

    Source
        Fachkonzept § 5.3 rule 9.
    """
    schwellen, anderer = schwellen or Schwellen(), soll_speicher or speicher
    quellen = ((speicher, ist), (anderer, soll))
    dauern = [_durations(s, a, ziel.uhr, merkmal) for s, a in quellen]
    werte = [[dauer for dauer, _ in seite] for seite in dauern]
    links, rechts = (_side(s, a, w, ziel, schwellen) for (s, a), w in zip(quellen, werte, strict=True))
    if links is None or rechts is None:
        warnung = f"Auf mindestens einer Seite stehen weniger als {schwellen.k_faelle} abgeschlossene Vorgänge."
        ohne = Unterschied(ziel.uhr, links, rechts, None, None, None, None, None, None, (), (), ())
        return dataclasses.replace(ohne, warnungen=(warnung, KEIN_NACHWEIS))
    differenz = rechts.mittel - links.mittel
    schichten = _strata(dauern[0], dauern[1], schwellen)
    return Unterschied(
        uhr=ziel.uhr,
        ist=links,
        soll=rechts,
        differenz=differenz,
        relativ=differenz / links.mittel if links.mittel else None,
        differenz_median=rechts.median - links.median,
        intervall_median=statistik.differenz_der_mediane(werte[0], werte[1]),
        rangtest=statistik.rangtest(werte[0], werte[1]),
        differenz_bereinigt=_adjusted(schichten),
        schichten=schichten,
        schritte=_contributions(quellen, ziel.uhr, schwellen, besetzung),
        warnungen=_warnings(links, rechts, dauern, schwellen),
    )


def find_luecken(
    speicher: Speicher,
    auswahl: Auswahl,
    ziel: Ziel,
    *,
    schwellen: Schwellen | None = None,
    besetzung: Mapping[str, int] | None = None,
) -> tuple[Luecke, ...]:
    """Steps by the waiting before them, and what less of it would do for mean and target; hidden steps are left out.

    Exact arithmetic on what happened, no simulation: a parallel branch that would then be critical is not considered,
    so it is the most that can be hoped for. Without enough Faelle: empty.

    Formula
        noetig = (mean - ziel) / waiting; bei_halbem_warten = #(dauer - waiting / 2 ≤ ziel) / #
    """
    schwellen = schwellen or Schwellen()
    zeit = kennzahlen.durchlaufzeit(speicher, auswahl)
    mittel, anteil = zeit.in_uhr(ziel.uhr).mittel, kennzahlen.anteil_bis_ziel(speicher, auswahl, ziel)
    if mittel is None or zeit.n < schwellen.k_faelle:
        return ()
    schritte = {s.knoten: s for s in kennzahlen.schritte(speicher, auswahl)}
    verdeckt = schutz.hidden_schritte(list(schritte.values()), schwellen, besetzung)
    beitraege = kennzahlen.leiter(speicher, auswahl, ziel.uhr)
    verdeckt |= schutz.hidden_beitraege(beitraege, verdeckt, schwellen)
    zeilen = speicher.query(
        "ohne_warten", rest=0.5, in_at=ziel.uhr is Uhr.AT, ziel_us=ziel.us(speicher.uhr), **auswahl.werte()
    )
    dazu = {z["knoten"]: z["dazu"] for z in zeilen}
    gefunden = []
    for b in beitraege:
        warten = b.liegezeit + b.extern
        gezeigt = None if b.knoten in verdeckt else schutz.shown_zahl(dazu.get(b.knoten, 0), schwellen)
        if b.knoten is None or not warten or gezeigt is None:
            continue
        noetig = max(mittel - ziel.tage, 0) / warten
        halb = (anteil.treffer + gezeigt) / anteil.n
        gefunden.append(
            Luecke(b.knoten, schritte[b.knoten].name, warten, noetig if noetig <= 1 else None, anteil.anteil or 0, halb)
        )
    return tuple(sorted(gefunden, key=lambda luecke: (-luecke.warten, luecke.knoten)))


def _durations(speicher: Speicher, auswahl: Auswahl, uhr: Uhr, merkmal: str) -> list[tuple[float, str]]:
    werte = {"in_at": uhr is Uhr.AT, "jetzt_us": 0, "jetzt_stand_us": 0, "merkmal": merkmal}
    tag = kennzahlen.tag_us(uhr, speicher.uhr)
    zeilen = speicher.query("dauern", **werte, **auswahl.werte())
    return [(z["dauer_us"] / tag, z["schicht"] or OHNE_MERKMAL) for z in zeilen if z["ausgang"] == "abgeschlossen"]


def _side(speicher: Speicher, auswahl: Auswahl, werte: list[float], ziel: Ziel, schwellen: Schwellen) -> Seite | None:
    if len(werte) < schwellen.k_faelle:
        return None
    anteil = schutz.shown_anteil(kennzahlen.anteil_bis_ziel(speicher, auswahl, ziel), schwellen)
    grenzen = statistik.anteil_intervall(anteil.treffer, anteil.n) if anteil else None
    offen = kennzahlen.bestand(speicher, auswahl, ziel, 0).offen
    return Seite(len(werte), statistics.fmean(werte), statistics.median(werte), anteil, grenzen, offen)


def _strata(ist: list[tuple[float, str]], soll: list[tuple[float, str]], schwellen: Schwellen) -> tuple[Schicht, ...]:
    """Strata that are large enough on both sides; where one would remain to be worked out, another goes with it."""
    gruppen: dict[str, tuple[list[float], list[float]]] = {}
    for seite, werte in enumerate((ist, soll)):
        for dauer, name in werte:
            gruppen.setdefault(name, ([], []))[seite].append(dauer)
    zellen = {(name, str(n)): len(seite) for name, paar in gruppen.items() for n, seite in enumerate(paar)}
    geheim = {name for name, _ in schutz.hidden_zellen(zellen, schwellen)}
    return tuple(
        Schicht(name, len(a), len(b), statistics.fmean(a), statistics.fmean(b))
        for name, (a, b) in sorted(gruppen.items())
        if a and b and name not in geheim
    )


def _adjusted(schichten: tuple[Schicht, ...]) -> float | None:
    alle = sum(s.n_ist for s in schichten)
    return sum(s.n_ist * (s.mittel_soll - s.mittel_ist) for s in schichten) / alle if alle else None


def _contributions(
    quellen: tuple[tuple[Speicher, Auswahl], ...], uhr: Uhr, schwellen: Schwellen, besetzung: Mapping[str, int] | None
) -> tuple[Schrittbeitrag, ...]:
    """Both ladders side by side by name, most difference first; what is hidden on one side is joined on both."""
    leitern = []
    verborgen: set[str] = set()
    for speicher, auswahl in quellen:
        schritte = kennzahlen.schritte(speicher, auswahl)
        namen = {s.knoten: s.name for s in schritte}
        beitraege = kennzahlen.leiter(speicher, auswahl, uhr)
        klein = schutz.hidden_schritte(schritte, schwellen, besetzung)
        klein = schutz.hidden_beitraege(beitraege, klein, schwellen)
        verborgen |= {namen[knoten] for knoten in klein if knoten in namen}
        leitern.append([(_name(b, namen), b.summe) for b in beitraege])
    summen: dict[str, list[float]] = {}
    for seite, leiter in enumerate(leitern):
        for name, summe in leiter:
            ziel = summen.setdefault(UEBRIGE if name in verborgen else name, [0.0, 0.0])
            ziel[seite] += summe
    paare = [Schrittbeitrag(name, *paar) for name, paar in summen.items()]
    return tuple(sorted(paare, key=lambda s: (s.name == UEBRIGE, -abs(s.differenz), s.name)))


def _name(beitrag: Beitrag, namen: Mapping[str, str]) -> str:
    return "Bis zum Abschluss" if beitrag.knoten is None else namen[beitrag.knoten]


def _warnings(ist: Seite, soll: Seite, dauern: list[list[tuple[float, str]]], schwellen: Schwellen) -> tuple[str, ...]:
    texte = [KEIN_NACHWEIS]
    for name, seite in (("Ist", ist), ("Soll", soll)):
        if seite.n < MINDESTENS_FAELLE:
            texte.append(
                f"{name}: nur {format_zahl(seite.n)} abgeschlossene Vorgänge (unter {MINDESTENS_FAELLE}); die Zahlen "
                "können noch stark schwanken."
            )
        if seite.offen:
            texte.append(f"{name}: {format_zahl(seite.offen)} Vorgänge noch offen; sie fehlen in jeder Dauer.")
    texte += _mix_warnings([[name for _, name in seite] for seite in dauern], schwellen)
    return tuple(texte)


def _mix_warnings(seiten: list[list[str]], schwellen: Schwellen) -> list[str]:
    """Strata whose shares are too far apart; a small one is not named."""
    texte = []
    for name in sorted({name for seite in seiten for name in seite}):
        zahlen = [seite.count(name) for seite in seiten]
        a, b = (zahl / len(seite) for zahl, seite in zip(zahlen, seiten, strict=True))
        if abs(a - b) <= MIX_ABWEICHUNG:
            continue
        if any(0 < zahl < schwellen.k_faelle for zahl in zahlen):
            texte.append("Die Mischung der Fälle ist auf beiden Seiten verschieden.")
        else:
            texte.append(
                f"Die Mischung ist verschieden: „{name}“ hat im Ist {format_anteil(a)}, im Soll {format_anteil(b)}."
            )
    return texte
