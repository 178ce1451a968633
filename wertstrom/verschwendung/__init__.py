"""Waste W01–W12 found by rules over steps, one function each, with how sure it is; ranked by the time it takes.

Statutory steps and Bedenkzeit are never waste: social workers would rightly refuse a tool that says so. Small cells
are hidden before anything leaves (`rank`). Computes no time itself: `wertstrom.speicher` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

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

#: kinds that a statutory step may be marked with: waiting before it, and what was sent back
_NEBEN_DEM_SCHRITT = frozenset({"W01", "W02", "W03", "W04", "W05", "W06"})

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


def find_alles(lage: Lage) -> list[Fund]:
    """Findings of all rules; nothing is hidden yet."""
    return [fund for regel in REGELN.values() for fund in regel.funktion(lage)]


def rank(
    lage: Lage,
    marken: Iterable[Marke] = (),
    schwellen: Schwellen | None = None,
    besetzung: Mapping[str, int] | None = None,
) -> Rangliste:
    """All findings that may be shown, by Σ AT.

    A mark of a workshop joins the finding of the same kind at the same step; alone it holds no number, is always shown
    and comes last. A statutory step is no waste, whoever marked it.
    """
    schwellen = schwellen or Schwellen()
    verdeckt = schutz.hidden_schritte(list(lage.schritte.values()), schwellen, besetzung)
    alle = find_alles(lage)
    # Times under several codes are parts of the ladder of their step: a single hidden one could be worked out.
    zellen = {(f.code, f.knoten): f.faelle for f in alle if f.faelle and not f.ueberschneidet}
    geheim = schutz.hidden_zellen(zellen, schwellen)
    gezeigt = [
        f for f in alle if _is_gross(f, verdeckt, schwellen) and (f.ueberschneidet or (f.code, f.knoten) not in geheim)
    ]
    offen = _with_blitze(lage, gezeigt, marken)
    folge = sorted(offen, key=lambda f: (f.summe_at is None, -(f.summe_at or 0.0), f.code, f.knoten))
    ist_verschwendung = [REGELN[f.code].ist_verschwendung for f in folge]
    return Rangliste(
        tuple(f for f, ja in zip(folge, ist_verschwendung, strict=True) if ja),
        tuple(f for f, ja in zip(folge, ist_verschwendung, strict=True) if not ja),
        len(alle) - len(gezeigt),
    )


def _is_gross(fund: Fund, verdeckt: frozenset[str], schwellen: Schwellen) -> bool:
    return fund.knoten not in verdeckt and fund.faelle >= schwellen.k_faelle


def _with_blitze(lage: Lage, funde: list[Fund], marken: Iterable[Marke]) -> list[Fund]:
    texte: dict[tuple[str, str], list[str]] = {}
    namen: dict[str, str] = {}
    for marke in marken:
        if marke.knoten not in lage.gesetzlich or marke.code in _NEBEN_DEM_SCHRITT:
            texte.setdefault((marke.code, marke.knoten), []).append(marke.text)
            namen[marke.knoten] = marke.name or marke.knoten
    # The first of several findings of one kind takes the marks.
    gemessen = [replace(f, blitze=tuple(texte.pop((f.code, f.knoten), ()))) for f in funde]
    allein = [
        lage.fund(code, knoten, 0, 0, None, herkunft=Herkunft.WORKSHOP, blitze=tuple(liste))
        for (code, knoten), liste in texte.items()
    ]
    return gemessen + [f if f.knoten in lage.schritte else replace(f, name=namen[f.knoten]) for f in allein]
