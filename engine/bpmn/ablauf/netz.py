"""The net of one scope: places at which tokens lie, and what may become of a token there.

A free place moves by itself: one of its alternatives puts a token on each place it names. A token at the incoming
place of a join rests until the join fires.
"""

from __future__ import annotations

from dataclasses import dataclass, field

#: the whole scope is over, whatever else runs in it; it leaves by something thrown, not by its end
SCHLUSS, WURF = -1, -2

#: the places that get a token each
Folge = tuple[int, ...]


@dataclass(slots=True)
class Verbindung:
    """A gateway with several incoming flows: a place for each of them."""

    knoten: str
    eingaenge: tuple[int, ...]
    folgen: list[Folge]
    #: fires when no token can reach an empty incoming flow any more; otherwise when all have one
    inklusiv: bool = False


@dataclass(slots=True)
class Netz:
    """Places by number; a place is either in `folgen` or an incoming flow of one of the joins."""

    folgen: dict[int, list[Folge]] = field(default_factory=dict)
    verbindungen: dict[str, Verbindung] = field(default_factory=dict)
    #: one for each place where the scope can begin
    anfang: list[Folge] = field(default_factory=list)
    #: place → id of its node
    knoten: dict[int, str] = field(default_factory=dict)
    #: incoming place of a join → id of its flow
    fluss: dict[int, str] = field(default_factory=dict)
    _naechster: int = 0

    def neuer_ort(self, knoten: str) -> int:
        self._naechster += 1
        self.knoten[self._naechster] = knoten
        return self._naechster

    def kopie(self) -> Netz:
        """May be changed without this one."""
        verbindungen = {
            name: Verbindung(v.knoten, v.eingaenge, list(v.folgen), v.inklusiv) for name, v in self.verbindungen.items()
        }
        folgen = {ort: list(alternativen) for ort, alternativen in self.folgen.items()}
        return Netz(folgen, verbindungen, list(self.anfang), self.knoten, self.fluss, self._naechster)

    def unvergaengliche(self) -> frozenset[str]:
        """Nodes at which a token never comes to nothing: whatever is chosen, something of it goes on for ever."""
        auswege = {ort: folgen for ort, folgen in self.folgen.items()}
        auswege |= {ort: v.folgen for v in self.verbindungen.values() for ort in v.eingaenge}
        woher: dict[int, list[tuple[int, int]]] = {}
        rest: dict[tuple[int, int], int] = {}
        for ort, folgen in auswege.items():
            for nr, folge in enumerate(folgen):
                rest[ort, nr] = len(folge)
                for ziel in folge:
                    woher.setdefault(ziel, []).append((ort, nr))
        offen = [ort for (ort, _), anzahl in rest.items() if not anzahl] + [o for o in woher if o not in auswege]
        vergangen = set[int]()
        while offen:
            ort = offen.pop()
            if ort not in vergangen:
                vergangen.add(ort)
                for ausweg in woher.get(ort, []):
                    rest[ausweg] -= 1
                    if not rest[ausweg]:
                        offen.append(ausweg[0])
        return frozenset(self.knoten[ort] for ort in auswege if ort not in vergangen)
