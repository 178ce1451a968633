"""What can become of every scope of a drawing, sub-processes before what is around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn.ablauf.bau import Ausgang, build_netz
from engine.bpmn.ablauf.kuerzung import kuerze
from engine.bpmn.ablauf.netz import Folge, Netz
from engine.bpmn.ablauf.suche import MAX_ARBEIT, Spielraum, Sucher
from engine.bpmn.zeichnung import Bereich, Knoten

#: places that are looked at in all searches of one file
_MAX_ARBEIT_JE_DATEI = 250_000


@dataclass(frozen=True, slots=True)
class Urteil:
    """A scope, where it begins, and what follows from each beginning."""

    bereich: Bereich
    #: before it was made small
    netz: Netz
    spielraeume: tuple[tuple[Knoten, Spielraum], ...]
    #: something in it may end it at any time
    abbrechbar: bool
    #: something around it may end it at any time
    unterbrechbar: bool = False

    @property
    def endet_nie(self) -> bool:
        """Whatever people do and wherever it begins."""
        return bool(self.spielraeume) and not self.abbrechbar and all(s.endet_nie for _, s in self.spielraeume)

    @property
    def vollstaendig(self) -> bool:
        return all(s.vollstaendig for _, s in self.spielraeume)

    @property
    def gezuendet(self) -> frozenset[str]:
        """Joins that fire in some play."""
        return frozenset().union(*(s.gezuendet for _, s in self.spielraeume))


class Pruefer:
    """Judges the scopes of one file within one budget."""

    def __init__(self, gefangen: frozenset[str]) -> None:
        #: throwing events that somebody catches
        self.gefangen = gefangen
        self.urteile: list[Urteil] = []
        self._rest = _MAX_ARBEIT_JE_DATEI

    def judge(self, bereich: Bereich, beginn: Mapping[str, list[Knoten]], *, unterbrechbar: bool = False) -> Ausgang:
        """Judge a scope and all inside; `beginn` names for each scope where tokens begin. `urteile` gets them all."""
        abbrechbar, innen = _is_abbrechbar(bereich), {}
        for knoten in bereich.knoten.values():
            if knoten.inhalt is not None:
                von_aussen = unterbrechbar or abbrechbar or any(r.unterbrechend for r in bereich.raender(knoten))
                innen[knoten.id] = self.judge(knoten.inhalt, beginn, unterbrechbar=von_aussen)
        netz = build_netz(bereich, innen, self.gefangen, beginn[bereich.id])
        gefunden = self._search(netz.kopie())
        starts = tuple(zip(beginn[bereich.id], gefunden, strict=False))
        urteil = Urteil(bereich, netz, starts, abbrechbar, unterbrechbar)
        self.urteile.append(urteil)
        return Ausgang(
            ende=not urteil.spielraeume or abbrechbar or any(s.endet or not s.vollstaendig for s in gefunden),
            wurf=any(s.geworfen for s in gefunden),
        )

    def _search(self, netz: Netz) -> list[Spielraum]:
        """What follows from each beginning; equal beginnings are looked at once."""
        self._rest -= kuerze(netz)
        sucher, bekannt = Sucher(netz), dict[Folge, Spielraum]()
        for anfang in netz.anfang:
            if anfang not in bekannt:
                bekannt[anfang] = sucher.search(anfang, min(MAX_ARBEIT, max(0, self._rest)))
                self._rest -= bekannt[anfang].arbeit
        return [bekannt[anfang] for anfang in netz.anfang]

    def helps(self, urteil: Urteil, knoten: str) -> bool:
        """Whether an inclusive join instead of this one would never wait in vain."""
        if self._rest <= 0:
            return False
        netz = urteil.netz.kopie()
        netz.verbindungen[knoten].inklusiv = True
        return all(s.vollstaendig and knoten not in s.haengt for s in self._search(netz))


def _is_abbrechbar(bereich: Bereich) -> bool:
    """Whether an event sub-process interrupts it, or a person closes it."""
    return bereich.ist_adhoc or any(
        start.unterbrechend
        for k in bereich.knoten.values()
        if k.ereignis_teilprozess and k.inhalt is not None
        for start in k.inhalt.vom_typ("startEvent")
    )
