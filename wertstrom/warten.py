"""Why Vorgänge wait, without persons: on others, on a series, outside working hours, or for no reason that events tell.

Owns what a page shows of it: steps that may be shown, the others together, and the answer in a sentence. Who was busy
with what is not known and not asked (Fachkonzept § 5.3 rule 8). Computes no time: `wertstrom.kennzahlen` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wertstrom import kennzahlen, schutz
from wertstrom.formulierung import format_anteil
from wertstrom.kennzahlen import Auswahl, Warten, Ziel
from wertstrom.schutz import Schwellen
from wertstrom.speicher import Speicher

UEBRIGE = "Übrige Schritte"


@dataclass(frozen=True, slots=True)
class Wartezeile:
    """Waiting before one step by cause, mean per Vorgang of the selection, in calendar days (24 h).

    A Vorgang that never came to the step counts as 0, so that what is frequent weighs more.
    """

    name: str
    laeufe: int
    extern: float
    buendelung: float
    #: in the basket, within working hours, for no other reason
    liegezeit: float
    dienstfrei: float

    @property
    def summe(self) -> float:
        """All of it."""
        return self.extern + self.buendelung + self.liegezeit + self.dienstfrei


@dataclass(frozen=True, slots=True)
class Wartebild:
    """The answer: a sentence, steps by the waiting of all their runs, and steps that are done in series as a rule."""

    befund: str
    zeilen: tuple[Wartezeile, ...]
    #: name of the step → Vorgänge per series
    serien: Mapping[str, float]


def explain_warten(
    speicher: Speicher,
    auswahl: Auswahl,
    *,
    schwellen: Schwellen | None = None,
    besetzung: Mapping[str, int] | None = None,
) -> Wartebild | None:
    """Waiting per step by cause, over all runs that began or ended; None when nothing waits or too few Faelle do.

    A cause that only a few Faelle of a step met counts as waiting in the basket. Steps that must not be shown are one
    row together.
    """
    schwellen = schwellen or Schwellen()
    schritte = {s.knoten: s for s in kennzahlen.schritte(speicher, auswahl)}
    geheim = schutz.hidden_schritte(list(schritte.values()), schwellen, besetzung)
    warten = {
        knoten: schutz.merge_ursachen(w, schwellen)
        for knoten, w in kennzahlen.warteursachen(speicher, auswahl).items()
        if w.summe > 0
    }
    klein = {k for k, w in warten.items() if k in geheim or w.faelle < schwellen.k_faelle}
    klein = set(schutz.protect(klein, {k: w.faelle for k, w in warten.items()}, schwellen))
    alle = kennzahlen.bestand(speicher, auswahl, Ziel(), 0).faelle
    gezeigt = [_zeile(schritte[k].name, [w], alle) for k, w in warten.items() if k not in klein]
    zusammen = [w for k, w in warten.items() if k in klein]
    if not gezeigt:
        return None
    gezeigt.sort(key=lambda zeile: (-zeile.summe, zeile.name))
    serien = {
        schritte[k].name: b.losgroesse
        for k, b in kennzahlen.buendelung(speicher, auswahl).items()
        if k not in klein and b.is_muster() and b.faelle_in_serien >= schwellen.k_faelle and b.losgroesse
    }
    zeilen = (*gezeigt, *([_zeile(UEBRIGE, zusammen, alle)] if zusammen else []))
    return Wartebild(_befund(list(warten.values())), zeilen, serien)


def _zeile(name: str, warten: list[Warten], faelle: int) -> Wartezeile:
    summen = {was: sum(getattr(w, was) for w in warten) / faelle for was in ("extern", "buendelung", "dienstfrei")}
    laeufe, uebrig = sum(w.laeufe for w in warten), sum(w.uebrig for w in warten)
    return Wartezeile(name, laeufe, liegezeit=uebrig / faelle, **summen)


def _befund(warten: list[Warten]) -> str:
    frei = sum(w.dienstfrei for w in warten)
    teile = {
        "auf Externe": sum(w.extern for w in warten),
        "auf Termine in Serien": sum(w.buendelung for w in warten),
        "ohne anderen Grund im Korb": sum(w.uebrig for w in warten),
    }
    alles, rest = frei + sum(teile.values()), sum(teile.values())
    if not rest:
        return "Das Warten fällt ganz in dienstfreie Zeit."
    worte = [f"{format_anteil(zeit / rest)} {wort}" for wort, zeit in teile.items() if zeit / rest >= 0.005]
    text = f"Vom Warten entfallen {' und '.join([', '.join(worte[:-1]), worte[-1]] if len(worte) > 1 else worte)}"
    if frei / alles < 0.005:
        return f"{text}."
    return f"{text}. Dazu kommt dienstfreie Zeit im Korb: {format_anteil(frei / alles)} der verstrichenen Zeit."
