"""Two processes beside each other, e.g. Ist and Fast Track: the same figures, n on both sides, and what it proves not.

Owns the comparison and its warnings; computes no figure itself. Everything has passed `wertstrom.schutz`.
"""

from __future__ import annotations

from dataclasses import dataclass

from wertstrom.formulierung import format_anteil, format_tage, format_zahl, format_ziel
from wertstrom.kennzahlen import Lagemass, Uhr, Ziel
from wertstrom.uebersicht import ProzessUebersicht

#: Fachkonzept § 5.3 rule 9
MINDESTENS_FAELLE = 30
KEIN_NACHWEIS = (
    "Kein Wirkungsnachweis: Die Vorgänge wurden nicht zufällig zugeteilt und können sich auch sonst unterscheiden."
)


@dataclass(frozen=True, slots=True)
class Zeile:
    """One figure on both sides, in days or as a share 0–1; the difference is Soll less Ist."""

    name: str
    #: "AT", "KT" or "Anteil"
    einheit: str
    ist: float | None
    soll: float | None

    @property
    def differenz(self) -> float | None:
        """Absolute, in the unit of the row."""
        return None if self.ist is None or self.soll is None else self.soll - self.ist

    @property
    def relativ(self) -> float | None:
        """Change as a share of Ist."""
        return self.differenz / self.ist if self.differenz is not None and self.ist else None


@dataclass(frozen=True, slots=True)
class Seite:
    """One process of the comparison: mean days per Fall, in the clock of the target; they add up to `mittel`."""

    titel: str
    n: int
    offen: int
    offen_ueber_ziel: int
    liegezeit: float | None
    extern: float | None
    bearbeitung: float | None
    mittel: float | None


@dataclass(frozen=True, slots=True)
class Vergleich:
    """Everything the comparison shows."""

    befund: str
    ziel: Ziel
    ist: Seite
    soll: Seite
    zeilen: tuple[Zeile, ...]
    hinweise: tuple[str, ...]

    @property
    def uhr(self) -> Uhr:
        """Clock of both sides."""
        return self.ziel.uhr


def vergleiche(ist: ProzessUebersicht, soll: ProzessUebersicht) -> Vergleich:
    """The two beside each other, by the target of `soll`. Values are None where too few Faelle stand behind them."""
    ziel = soll.ziel
    links, rechts = _seite(ist, ziel.uhr), _seite(soll, ziel.uhr)
    return Vergleich(_befund(links, rechts, ziel), ziel, links, rechts, _zeilen(ist, soll), _hinweise(links, rechts))


def _seite(u: ProzessUebersicht, uhr: Uhr) -> Seite:
    teile = {mass: u.je_fall[mass].in_uhr(uhr).mittel if u.je_fall else None for mass in _MASSE}
    return Seite(
        titel=u.titel,
        n=u.bestand.abgeschlossen,
        offen=u.bestand.offen,
        offen_ueber_ziel=u.bestand.offen_ueber_ziel,
        liegezeit=teile["liegezeit"],
        extern=teile["extern"],
        bearbeitung=teile["bearbeitung"],
        mittel=_lage(u, uhr).mittel,
    )


_MASSE = {"liegezeit": "Liegezeit", "extern": "Wartezeit extern", "bearbeitung": "Bearbeitungsdauer"}


def _zeilen(ist: ProzessUebersicht, soll: ProzessUebersicht) -> tuple[Zeile, ...]:
    zeilen = []
    for uhr in (soll.ziel.uhr, Uhr.KT if soll.ziel.uhr is Uhr.AT else Uhr.AT):
        links, rechts = _lage(ist, uhr), _lage(soll, uhr)
        for feld, name in (("mittel", "Mittel"), ("median", "Median"), ("p80", "P80")):
            zeilen.append(Zeile(f"Durchlaufzeit, {name}", uhr, getattr(links, feld), getattr(rechts, feld)))
    for mass, name in _MASSE.items():
        werte = (u.je_fall[mass].in_uhr(soll.ziel.uhr).mittel if u.je_fall else None for u in (ist, soll))
        zeilen.append(Zeile(f"{name} je Vorgang, Mittel", soll.ziel.uhr, *werte))
    if ist.ziel == soll.ziel:
        anteile = (u.anteil.anteil if u.anteil else None for u in (ist, soll))
        zeilen.append(Zeile(f"Anteil bis {format_ziel(soll.ziel)}", "Anteil", *anteile))
    return tuple(zeilen)


def _lage(u: ProzessUebersicht, uhr: Uhr) -> Lagemass:
    return u.dauer.in_uhr(uhr) if u.dauer else Lagemass()


def _befund(ist: Seite, soll: Seite, ziel: Ziel) -> str:
    if ist.mittel is None or soll.mittel is None:
        return "Für einen Vergleich sind auf mindestens einer Seite noch zu wenige Vorgänge abgeschlossen."
    zeile = Zeile("", ziel.uhr, ist.mittel, soll.mittel)
    differenz = zeile.differenz or 0.0
    richtung = "kürzer" if differenz < 0 else "länger"
    return (
        f"{soll.titel}: {format_tage(soll.mittel, ziel.uhr)} im Mittel, {format_tage(abs(differenz), ziel.uhr)} "
        f"({format_anteil(abs(zeile.relativ or 0.0))}) {richtung} als {ist.titel} "
        f"(n = {format_zahl(soll.n)} und {format_zahl(ist.n)})."
    )


def _hinweise(ist: Seite, soll: Seite) -> tuple[str, ...]:
    texte = [KEIN_NACHWEIS]
    for seite in (ist, soll):
        if seite.n < MINDESTENS_FAELLE:
            texte.append(
                f"{seite.titel}: nur {format_zahl(seite.n)} abgeschlossene Vorgänge (unter {MINDESTENS_FAELLE}); "
                "die Zahlen können noch stark schwanken."
            )
        if seite.offen:
            texte.append(
                f"{seite.titel}: {format_zahl(seite.offen)} Vorgänge noch offen, "
                f"{format_zahl(seite.offen_ueber_ziel)} davon älter als die Zielzeit; sie sind nicht im Mittel."
            )
    return tuple(texte)
