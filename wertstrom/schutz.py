"""Small cells: what too few Faelle or people stand behind is not shown, and cannot be worked out from the rest.

Owns the thresholds of the works agreement (domain D19, § 4.4). Applied after computing and before anything leaves the
analysis: page, tooltip, CSV and API get the same. Never looks at a person; it is told how many hold a role.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from engine.errors import Invalid
from wertstrom.ereignisprotokoll import FRUEHESTENS_US, SPAETESTENS_US, as_us
from wertstrom.kennzahlen import Anteil, Anzahl, Auswahl, Beitrag, Schritt, Warten, Zeit
from wertstrom.speicher import Speicher

#: below this no works agreement may go
MINDESTENS = 3


@dataclass(frozen=True, slots=True)
class Schwellen:
    """Smallest number of Faelle, and of people who hold a role, that a shown value may rest on."""

    k_faelle: int = 5
    k_personen: int = 5
    #: whoever asks holds the log itself and sees all of it anyway: a file on the command line, never a page
    eigene_datei: bool = False

    def __post_init__(self) -> None:
        if not self.eigene_datei and min(self.k_faelle, self.k_personen) < MINDESTENS:
            raise Invalid(
                f"Die Schwelle kann nicht verwendet werden: Unter {MINDESTENS} lassen Zahlen auf Einzelne schließen."
            )


#: for `Schwellen.eigene_datei` only
OHNE_SCHWELLEN = Schwellen(1, 1, eigene_datei=True)


@dataclass(frozen=True, slots=True)
class Klasse:
    """Faelle whose Durchlaufzeit is more than `von` and at most `bis` days; the last class may have no end."""

    von: float
    bis: float | None
    n: int


def hidden_schritte(
    schritte: Sequence[Schritt], schwellen: Schwellen, besetzung: Mapping[str, int] | None = None
) -> frozenset[str]:
    """Nodes of the steps that must not be shown alone.

    A step is hidden with fewer than `k_faelle` Faelle, or when fewer than `k_personen` people hold its role; more may
    be hidden to protect it, see `hidden_beitraege`. `besetzung` None: nothing is known about people, as in imported
    logs.
    """
    klein = {s.knoten for s in schritte if s.faelle < schwellen.k_faelle or _is_klein(s, schwellen, besetzung)}
    return protect(klein, {s.knoten: s.faelle for s in schritte}, schwellen)


def hidden_beitraege(beitraege: Sequence[Beitrag], verdeckt: frozenset[str], schwellen: Schwellen) -> frozenset[str]:
    """Nodes whose rung of the ladder is joined with others: hidden steps, and those on the path of too few Faelle.

    All rungs together are the mean Durchlaufzeit, so a single hidden one could be worked out, and a joined rung must
    not rest on a few Faelle either: the rungs with the next fewest Faelle join, until both are safe.
    """
    zellen = {b.knoten: b.faelle for b in beitraege if b.knoten is not None}
    klein = {knoten for knoten, faelle in zellen.items() if knoten in verdeckt or faelle < schwellen.k_faelle}
    return protect(klein, zellen, schwellen)


def protect(klein: set[str], zellen: Mapping[str, int], schwellen: Schwellen) -> frozenset[str]:
    """These cells of one row of a table, and as many more as it takes so that their sum points at nobody.

    The next smallest join until they are at least two and one of them is large enough; none hidden: nothing to do.
    """
    verdeckt = set(klein)
    for knoten in sorted(zellen.keys() - klein, key=lambda knoten: (zellen[knoten], knoten)):
        if not verdeckt or (len(verdeckt) > 1 and max(zellen[v] for v in verdeckt) >= schwellen.k_faelle):
            break
        verdeckt.add(knoten)
    return frozenset(verdeckt)


def shown_zeit(zeit: Zeit | None, schwellen: Schwellen) -> Zeit | None:
    """The time, unless fewer than `k_faelle` Faelle stand behind it."""
    return zeit if zeit and zeit.faelle >= schwellen.k_faelle else None


def merge_ursachen(warten: Warten, schwellen: Schwellen) -> Warten:
    """The same waiting; what fewer than `k_faelle` Faelle waited for somebody or a series counts as other waiting."""
    ohne_extern = 0 < warten.faelle_extern < schwellen.k_faelle
    ohne_serie = 0 < warten.faelle_buendelung < schwellen.k_faelle
    dazu = warten.extern * ohne_extern + warten.buendelung * ohne_serie
    return replace(
        warten,
        extern=0.0 if ohne_extern else warten.extern,
        buendelung=0.0 if ohne_serie else warten.buendelung,
        uebrig=warten.uebrig + dazu,
    )


def shown_anzahl(anzahl: Anzahl, schwellen: Schwellen) -> Anzahl | None:
    """The counts per Fall, unless fewer than `k_faelle` Faelle stand behind them."""
    return anzahl if anzahl.n >= schwellen.k_faelle else None


def shown_zahl(zahl: int, schwellen: Schwellen) -> int | None:
    """A number of Faelle, unless it is small; none at all may be said."""
    return None if 0 < zahl < schwellen.k_faelle else zahl


def shown_anteil(anteil: Anteil, schwellen: Schwellen) -> Anteil | None:
    """The share, unless it would point at fewer than `k_faelle` Faelle on either side; none at all may be said."""
    faelle = anteil.n if anteil.faelle is None else anteil.faelle
    if min(anteil.n, faelle) < schwellen.k_faelle:
        return None
    kleinste = min(anteil.treffer, anteil.n - anteil.treffer)
    return None if 0 < kleinste < schwellen.k_faelle else anteil


def hidden_zellen(zellen: Mapping[tuple[str, str], int], schwellen: Schwellen) -> frozenset[tuple[str, str]]:
    """Cells of a table (row, column → Faelle) that must not be shown, so that rows and columns do not give them away.

    Small cells are hidden first. Where a row or a column then has exactly one hidden cell beside visible ones, its
    smallest visible cell is hidden too, until there is no such line any more: whoever knows the sums learns only what
    at least two cells are together. Cells without any Fall hide nothing and stay.
    """
    zahlen = {zelle: n for zelle, n in zellen.items() if n > 0}
    verdeckt = {zelle for zelle, n in zahlen.items() if n < schwellen.k_faelle}
    linien = [[z for z in zahlen if z[achse] == name] for achse in (0, 1) for name in {z[achse] for z in zahlen}]
    offen = True
    while offen:
        offen = False
        for linie in linien:
            sichtbar = [z for z in linie if z not in verdeckt]
            if len(linie) - len(sichtbar) == 1 and sichtbar:
                verdeckt.add(min(sichtbar, key=lambda z: (zahlen[z], z)))
                offen = True
    return frozenset(verdeckt)


def period_borders(speicher: Speicher, prozess: str, schwellen: Schwellen) -> tuple[int, ...]:
    """Instants (µs) at which periods may begin and end: months of Beginn, joined until none holds few finished Faelle.

    Whoever compares two periods learns the difference, which is then always at least `k_faelle` Faelle; with free
    days a single one could be cut out. Always the same for the same Faelle.
    """
    alle = Auswahl(prozess).werte()
    grenzen, seither = [], schwellen.k_faelle
    for zeile in speicher.query("monate", in_at=False, ziel_us=0, **alle):
        if seither >= schwellen.k_faelle:
            jahr, monat = divmod(int(zeile["monat"]), 12)
            grenzen.append(as_us(datetime(jahr, monat + 1, 1, tzinfo=UTC)))
            seither = 0
        seither += zeile["n"]
    # A remainder that is too small belongs to the cell before it.
    return tuple(grenzen[1:] if seither >= schwellen.k_faelle else grenzen[1:-1])


def widen(auswahl: Auswahl, grenzen: Sequence[int]) -> Auswahl:
    """The period to the next borders outside of it; before the first and after the last it is open."""
    davor = [g for g in grenzen if g <= auswahl.von_us]
    danach = [g - 1 for g in grenzen if g - 1 >= auswahl.bis_us]
    von, bis = max(davor, default=FRUEHESTENS_US), min(danach, default=SPAETESTENS_US)
    return replace(auswahl, von_us=von, bis_us=bis)


def merge_klassen(klassen: Sequence[Klasse], ziel: float, schwellen: Schwellen) -> tuple[Klasse, ...]:
    """Join neighbouring classes until none holds fewer than `k_faelle` Faelle, except none at all.

    The target stays a border as long as enough Faelle lie on each side of it. The sum never changes.
    """
    unter = _merge([k for k in klassen if k.bis is not None and k.bis <= ziel], schwellen)
    ueber = _merge([k for k in klassen if k.bis is None or k.bis > ziel], schwellen)
    return tuple(_merge([*unter, *ueber], schwellen))


def _merge(klassen: Sequence[Klasse], schwellen: Schwellen) -> list[Klasse]:
    fertig: list[Klasse] = []
    for klasse in reversed(klassen):
        if fertig and 0 < fertig[-1].n < schwellen.k_faelle:
            fertig[-1] = Klasse(klasse.von, fertig[-1].bis, klasse.n + fertig[-1].n)
        else:
            fertig.append(klasse)
    while len(fertig) > 1 and 0 < fertig[-1].n < schwellen.k_faelle:
        erste, zweite = fertig.pop(), fertig.pop()
        fertig.append(Klasse(erste.von, zweite.bis, erste.n + zweite.n))
    return fertig[::-1]


def _is_klein(schritt: Schritt, schwellen: Schwellen, besetzung: Mapping[str, int] | None) -> bool:
    if besetzung is None or schritt.rolle is None:
        return False
    return besetzung.get(schritt.rolle, 0) < schwellen.k_personen
