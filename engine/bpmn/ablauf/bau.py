"""Turns a scope of the working copy into its net."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, combinations

from engine.bpmn.ablauf.netz import SCHLUSS, WURF, Folge, Netz, Verbindung
from engine.bpmn.zeichnung import ADHOC, AKTIVITAETEN, Bereich, Fluss, Knoten

#: up to so many exits of an inclusive gateway every choice is tried; beyond, each alone, all, and all but one
_MAX_AUSWAHL = 6
_VERBINDEND = frozenset({"parallelGateway", "inclusiveGateway"})


@dataclass(frozen=True, slots=True)
class Ausgang:
    """How a scope can be left: by its end, by something thrown out of it."""

    ende: bool = True
    wurf: bool = False


def build_netz(bereich: Bereich, innen: Mapping[str, Ausgang], gefangen: frozenset[str], beginn: list[Knoten]) -> Netz:
    """The net of a scope.

    Parameters
    ----------
    bereich
        After all rules: everything in it can run.
    innen
        Sub-process → how it can be left.
    gefangen
        Throwing events that somebody catches.
    beginn
        Where tokens may begin; each of them alone, in an ad-hoc sub-process all together.
    """
    return _Bau(bereich, innen, gefangen).build(beginn)


class _Bau:
    def __init__(self, bereich: Bereich, innen: Mapping[str, Ausgang], gefangen: frozenset[str]) -> None:
        self.bereich, self.innen, self.gefangen = bereich, innen, gefangen
        self.netz = Netz()
        self.ort: dict[str, int] = {}

    def build(self, beginn: list[Knoten]) -> Netz:
        for knoten in self.bereich.knoten.values():
            self._add_orte(knoten)
        for knoten in self.bereich.knoten.values():
            folgen = self._folgen(knoten)
            if knoten.id in self.netz.verbindungen:
                self.netz.verbindungen[knoten.id].folgen = folgen
            else:
                self.netz.folgen[self.ort[knoten.id]] = folgen
        anfang: list[Folge] = [(self.ort[k.id],) for k in beginn]
        self.netz.anfang = [tuple(chain(*anfang))] if self.bereich.ist_adhoc else anfang
        return self.netz

    def _add_orte(self, knoten: Knoten) -> None:
        eingehend = self.bereich.eingehend(knoten)
        if knoten.als not in _VERBINDEND or len(eingehend) < 2:
            self.ort[knoten.id] = self.netz.neuer_ort(knoten.id)
            return
        for fluss in eingehend:
            self.ort[fluss.id] = self.netz.neuer_ort(knoten.id)
            self.netz.fluss[self.ort[fluss.id]] = fluss.id
        self.netz.verbindungen[knoten.id] = Verbindung(
            knoten.id, tuple(self.ort[f.id] for f in eingehend), [], knoten.als == "inclusiveGateway"
        )

    def _nach(self, fluesse: Iterable[Fluss]) -> Folge:
        return tuple(self.ort[f.id] if f.id in self.ort else self.ort[f.nach] for f in fluesse)

    def _folgen(self, knoten: Knoten) -> list[Folge]:
        ausgehend = self.bereich.ausgehend(knoten)
        if knoten.als == "endEvent" or (knoten.als == "intermediateThrowEvent" and knoten.id in self.gefangen):
            return self._geworfen(knoten, self._nach(ausgehend))
        if knoten.als in ("exclusiveGateway", "eventBasedGateway"):
            return [self._nach([f]) for f in ausgehend]
        if knoten.als == "inclusiveGateway":
            return [self._nach(wahl) for wahl in _auswahl(knoten, ausgehend)]
        if knoten.als in AKTIVITAETEN:
            return self._aktivitaet(knoten, self._nach(ausgehend))
        return [self._nach(ausgehend)]

    def _geworfen(self, knoten: Knoten, weiter: Folge) -> list[Folge]:
        if knoten.hat("terminate"):
            return [(SCHLUSS,)]
        if knoten.id not in self.gefangen:
            return [weiter]
        # An escalation may leave the work alone; an error caught within the level lets it end.
        folgen: list[Folge] = [weiter] if knoten.hat("escalation") else []
        return [*folgen, (WURF,), *([(SCHLUSS,)] if knoten.hat("error") else [])]

    def _aktivitaet(self, knoten: Knoten, weiter: Folge) -> list[Folge]:
        """It ends, or an event at its border takes the token, or leaves it and makes one more."""
        innen = self.innen.get(knoten.id, Ausgang())
        raender = self.bereich.raender(knoten)
        folgen = [weiter] if innen.ende or knoten.wiederholung is not None or knoten.als == ADHOC else []
        folgen += [(self.ort[r.id],) for r in raender if r.unterbrechend]
        if innen.wurf and not any(r.hat("error", "escalation", "cancel") for r in raender):
            folgen.append((WURF,))
        daneben = [(self.ort[r.id],) for r in raender if not r.unterbrechend]
        return folgen + [folge + rand for rand in daneben for folge in folgen or [()]]


def _auswahl(knoten: Knoten, ausgehend: list[Fluss]) -> list[list[Fluss]]:
    """Every set of exits that may be taken together."""
    immer = [f for f in ausgehend if f.immer]
    standard = [f for f in ausgehend if f.id == knoten.standardfluss and not f.immer]
    wahl = [f for f in ausgehend if f not in immer and f not in standard]
    if len(wahl) <= _MAX_AUSWAHL:
        mengen = [list(m) for anzahl in range(1, len(wahl) + 1) for m in combinations(wahl, anzahl)]
    else:
        mengen = [*([f] for f in wahl), *([f for f in wahl if f is not ohne] for ohne in wahl), wahl]
    ohne_wahl = [immer or standard] if immer or standard else []
    return [*(immer + menge for menge in mengen), *ohne_wahl] if wahl else [immer + standard]
