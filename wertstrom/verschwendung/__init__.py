"""Waste W01–W12 found by rules over steps, one function each, with how sure it is; ranked by the time it takes.

Statutory steps and Bedenkzeit are never waste: social workers would rightly refuse a tool that says so. Small cells
are hidden before anything leaves (`rank`). Computes no time itself: `wertstrom.speicher` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wertstrom import schutz
from wertstrom.schutz import Schwellen
from wertstrom.verschwendung.arbeit import (
    doppelte_erfassung,
    medienbruch,
    mehrfachpruefung,
    ohne_protokoll,
    rueckgabe_fachlich,
    rueckgabe_unvollstaendig,
    unnoetige_uebergabe,
)
from wertstrom.verschwendung.verzeichnis import (
    REGELN,
    Fund,
    Herkunft,
    Lage,
    Marke,
    Parameter,
    Regel,
    Sicherheit,
)
from wertstrom.verschwendung.warten import (
    gewolltes_warten,
    liegen_im_korb,
    warten_auf_externe,
    warten_auf_freigabe,
    warten_auf_gremium,
)

__all__ = [
    "HINWEIS",
    "REGELN",
    "Fund",
    "Herkunft",
    "Lage",
    "Marke",
    "Parameter",
    "Rangliste",
    "Regel",
    "Sicherheit",
    "doppelte_erfassung",
    "find_alles",
    "gewolltes_warten",
    "liegen_im_korb",
    "medienbruch",
    "mehrfachpruefung",
    "ohne_protokoll",
    "rank",
    "rueckgabe_fachlich",
    "rueckgabe_unvollstaendig",
    "unnoetige_uebergabe",
    "warten_auf_externe",
    "warten_auf_freigabe",
    "warten_auf_gremium",
]

#: stands beside every list of waste
HINWEIS = (
    "Gesetzliche Schritte (vier Augen, Anhörung, Beteiligung, Einwilligung) und die Bedenkzeit der Familie sind nie "
    "Verschwendung. Gezählt wird höchstens das Warten vor einem solchen Schritt, nie der Schritt selbst."
)


@dataclass(frozen=True, slots=True)
class Rangliste:
    """Findings by Σ AT, most first; findings without a time come last. W12 stands apart."""

    funde: tuple[Fund, ...]
    gewollt: tuple[Fund, ...]
    #: findings of so few Faelle or people that they are not shown
    verdeckt: int


def find_alles(lage: Lage, marken: Iterable[Marke] = ()) -> list[Fund]:
    """Findings of all rules, and the marks of a workshop; nothing is hidden yet."""
    funde = [fund for regel in REGELN.values() for fund in regel.funktion(lage)]
    return funde + [_marked(lage, marke) for marke in marken]


def rank(
    lage: Lage,
    marken: Iterable[Marke] = (),
    schwellen: Schwellen | None = None,
    besetzung: Mapping[str, int] | None = None,
) -> Rangliste:
    """All findings that may be shown, by Σ AT. Marks of a workshop hold no measured number and are always shown."""
    schwellen = schwellen or Schwellen()
    verdeckt = schutz.hidden_schritte(list(lage.schritte.values()), schwellen, besetzung)
    alle = find_alles(lage, marken)
    # Times under several codes are parts of the ladder of their step: a single hidden one could be worked out.
    zellen = {(f.code, f.knoten): f.faelle for f in alle if f.faelle and not f.ueberschneidet}
    geheim = schutz.hidden_zellen(zellen, schwellen)
    offen = [
        f
        for f in alle
        if f.herkunft is Herkunft.WORKSHOP
        or (_is_gross(f, verdeckt, schwellen) and (f.ueberschneidet or (f.code, f.knoten) not in geheim))
    ]
    folge = sorted(offen, key=lambda f: (f.summe_at is None, -(f.summe_at or 0.0), f.code, f.knoten))
    ist_verschwendung = [REGELN[f.code].ist_verschwendung for f in folge]
    return Rangliste(
        tuple(f for f, ja in zip(folge, ist_verschwendung, strict=True) if ja),
        tuple(f for f, ja in zip(folge, ist_verschwendung, strict=True) if not ja),
        len(alle) - len(offen),
    )


def _is_gross(fund: Fund, verdeckt: frozenset[str], schwellen: Schwellen) -> bool:
    return fund.knoten not in verdeckt and fund.faelle >= schwellen.k_faelle


def _marked(lage: Lage, marke: Marke) -> Fund:
    return lage.fund(marke.code, marke.knoten, 0, 0, None, herkunft=Herkunft.WORKSHOP, text=marke.text)
