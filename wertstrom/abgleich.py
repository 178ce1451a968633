"""Replay against the drawing: which Faelle went as it says, which steps were left out, and which were extra.

Owns the token game and the search for the best alignment of each variant: every step that was left out and every extra
one costs 1, everything else nothing. Exact for safe models (at most one token on a flow); bounded in effort, and says
which Faelle it could not judge. Boundary events may fire at any time, timers may be in the record or not, called
processes are passed through. Small cells are hidden before anything leaves.
"""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wertstrom import kennzahlen, schutz
from wertstrom.kennzahlen import Anteil, Auswahl
from wertstrom.modell import Modell
from wertstrom.schutz import Schwellen
from wertstrom.speicher import Speicher

#: states of one variant that are looked at
ZUSTAENDE_HOECHSTENS = 20_000
#: exits of a gateway whose subsets are tried; beyond, one or all
_AUSGAENGE_HOECHSTENS = 4
_SICHTBAR = frozenset({"aufgabe", "eingang"})
_AUSSEN = ""

Fluss = tuple[str, str]
Marken = frozenset[Fluss]


@dataclass(frozen=True, slots=True)
class Abweichung:
    """A step that was left out or extra, and after which step; `faelle` counts those in which it happened there."""

    knoten: str
    name: str
    #: name of the step before it in the record; None at the beginning
    nach: str | None
    faelle: int


@dataclass(frozen=True, slots=True)
class Abgleich:
    """The answer of a replay."""

    #: Faelle that went as drawn, of those that could be judged; None where it would point at few
    passend: Anteil | None
    #: abgeschlossene Faelle that were too tangled to judge
    nicht_beurteilt: int
    ausgelassen: tuple[Abweichung, ...]
    zusaetzlich: tuple[Abweichung, ...]


@dataclass(frozen=True, slots=True)
class Ausrichtung:
    """Best alignment of one way: (step, index of the step of the way before it, -1 at the beginning)."""

    ausgelassen: tuple[tuple[str, int], ...]
    zusaetzlich: tuple[tuple[str, int], ...]


class Netz:
    """The drawing as flows with tokens. `sichtbar` are steps that a record shows."""

    def __init__(self, modell: Modell) -> None:
        #: states that were looked at so far, over all ways
        self.gesehen = 0
        self.knoten = {k.knoten: k for k in modell.knoten}
        self.ein: dict[str, list[Fluss]] = {k: [] for k in self.knoten}
        self.aus: dict[str, list[Fluss]] = {k: [] for k in self.knoten}
        innen = [k for k in modell.knoten if k.eltern in self.knoten]
        starts = {k.eltern: k.knoten for k in innen if k.art == "start"}
        for k in modell.knoten:
            for ziel in k.ziele:
                if ziel in self.knoten:
                    self._connect(k.knoten, ziel)
        # A sub-process is its own start and end: tokens go in at its start event and come out where it ends.
        self.hinein = {eltern: start for eltern, start in starts.items() if eltern is not None}
        for eltern, start in self.hinein.items():
            self._connect(eltern, start)
        for k in innen:
            if k.art == "ende" and k.eltern is not None:
                for ziel in self.knoten[k.eltern].ziele:
                    if ziel in self.knoten:
                        self._connect(k.knoten, ziel)
        # Boundary events, event and ad-hoc sub-processes and their steps: nothing drawn leads to them.
        self.frei = [k.knoten for k in modell.knoten if not self.ein[k.knoten] and k.art != "start"]
        wachend = {k for k, angabe in modell.angaben.items() if angabe.ueberwachung}
        self.sichtbar = frozenset(k.knoten for k in modell.knoten if k.art in _SICHTBAR) - wachend
        self.ungewiss = frozenset(k.knoten for k in modell.knoten if k.art == "timer")
        self.bis_schluss = modell.bis_schluss
        self.hinter = {k: self._behind(k) for k in self.frei}

    def anfang(self) -> list[Marken]:
        """Markings after each of the start events."""
        return [frozenset(self.aus[k.knoten]) for k in self.knoten.values() if k.art == "start" and k.eltern is None]

    def fire(self, knoten: str, marken: Marken) -> Iterator[Marken]:
        """Markings after this node ran; nothing where it cannot."""
        da = [fluss for fluss in self.ein[knoten] if fluss in marken]
        k = self.knoten[knoten]
        if k.typ == "parallelGateway":
            if da and len(da) == len(self.ein[knoten]):
                yield marken - set(da) | set(self.aus[knoten])
        elif k.typ == "inclusiveGateway":
            if da:
                yield from (marken - set(da) | set(wahl) for wahl in self.choices(knoten))
        else:
            for fluss in da:
                yield from (marken - {fluss} | set(wahl) for wahl in self.choices(knoten))

    def is_ende(self, marken: Marken) -> bool:
        """Whether a token lies before an end of the whole, or the record need not reach so far."""
        return not self.bis_schluss or any(
            self.knoten[ziel].art == "ende" and self.knoten[ziel].eltern is None for _, ziel in marken
        )

    def choices(self, knoten: str) -> Iterator[tuple[Fluss, ...]]:
        """Sets of exits that may get a token."""
        k, aus = self.knoten[knoten], self.aus[knoten]
        if knoten in self.hinein:
            yield ((knoten, self.hinein[knoten]),)
        elif len(aus) < 2:
            yield tuple(aus)
        elif k.typ in ("inclusiveGateway", "complexGateway") or "Gateway" not in k.typ:
            groessen = range(1, len(aus) + 1) if len(aus) <= _AUSGAENGE_HOECHSTENS else (1, len(aus))
            yield from (wahl for groesse in groessen for wahl in itertools.combinations(aus, groesse))
        else:
            yield from ((fluss,) for fluss in aus)

    def _behind(self, knoten: str) -> frozenset[str]:
        """This node and all that its token can reach."""
        gesehen, neu = {knoten}, [knoten]
        while neu:
            weiter = {ziel for _, ziel in self.aus[neu.pop()]} - gesehen
            gesehen |= weiter
            neu.extend(weiter)
        return frozenset(gesehen)

    def _connect(self, von: str, nach: str) -> None:
        if (von, nach) not in self.aus[von]:
            self.aus[von].append((von, nach))
            self.ein[nach].append((von, nach))


def align(netz: Netz, weg: tuple[str, ...], hoechstens: int = ZUSTAENDE_HOECHSTENS) -> Ausrichtung | None:
    """The cheapest explanation of a way (node ids) by the drawing; None when the effort would be too great.

    Source
        Adriansyah: Aligning Observed and Modeled Behavior (2014); search by 0-1 breadth first.
    """
    start = [((marken, 0), 0) for marken in netz.anfang()]
    kosten = {zustand: 0 for zustand, _ in start}
    herkunft: dict[tuple[Marken, int], tuple[tuple[Marken, int], str, str]] = {}
    schlange = deque(start)
    while schlange:
        netz.gesehen += 1
        zustand, preis = schlange.popleft()
        if preis > kosten[zustand]:
            continue
        if zustand[1] == len(weg) and netz.is_ende(zustand[0]):
            return _explain(zustand, herkunft)
        if len(kosten) > hoechstens:
            return None
        # Steps that drawing and record have in common are pushed last, so they are followed first.
        for neu, aufpreis, art, knoten in sorted(_moves(netz, weg, zustand), key=lambda zug: zug[2] == "gemeinsam"):
            if preis + aufpreis < kosten.get(neu, len(weg) + len(netz.knoten) + 1):
                kosten[neu] = preis + aufpreis
                herkunft[neu] = (zustand, art, knoten)
                (schlange.append if aufpreis else schlange.appendleft)((neu, preis + aufpreis))
    return None


def replay(
    speicher: Speicher,
    auswahl: Auswahl,
    modell: Modell,
    *,
    schwellen: Schwellen | None = None,
    besetzung: Mapping[str, int] | None = None,
    aufwand: int | None = None,
) -> Abgleich:
    """How the abgeschlossene Faelle fit the drawing. Steps are matched by id, or by name where no id is known.

    Steps of called processes are left out, and what was done again after a return counts once: a return is no
    deviation from the drawing, see `kennzahlen.rueckgabequote`. Deviations of too few Faelle are not shown.
    `aufwand`: states that may be looked at in all, the most frequent ways first; None without a limit but that of
    each way.

    Formula
        passend = # Faelle whose best alignment costs nothing / # Faelle judged
    """
    schwellen = schwellen or Schwellen()
    netz, schritte = Netz(modell), kennzahlen.schritte(speicher, auswahl)
    geheim = schutz.hidden_schritte(schritte, schwellen, besetzung)
    namen = {s.knoten: s.name for s in schritte} | {k.knoten: k.name or k.knoten for k in modell.knoten}
    zuordnung = _mapping(netz, {s.knoten: s.name for s in schritte})
    passend = beurteilt = offen = 0
    funde: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]] = (Counter(), Counter())
    for zeile in speicher.query("wege", **auswahl.werte()):
        gegangen = without_rueckgaben(zeile["weg"])
        weg = tuple(zuordnung.get(k, k) for k in gegangen if ":" not in k or k in netz.knoten)
        grenze = ZUSTAENDE_HOECHSTENS if aufwand is None else min(ZUSTAENDE_HOECHSTENS, aufwand - netz.gesehen)
        ausrichtung = align(netz, weg, grenze) if grenze > 0 else None
        if ausrichtung is None:
            offen += zeile["faelle"]
            continue
        beurteilt += zeile["faelle"]
        passend += zeile["faelle"] if not (ausrichtung.ausgelassen or ausrichtung.zusaetzlich) else 0
        for zaehler, stellen in zip(funde, (ausrichtung.ausgelassen, ausrichtung.zusaetzlich), strict=True):
            for ort in {(knoten, weg[davor] if davor >= 0 else _AUSSEN) for knoten, davor in stellen}:
                zaehler[ort] += zeile["faelle"]
    return Abgleich(
        schutz.shown_anteil(Anteil(passend, beurteilt), schwellen),
        offen,
        *(_deviations(zaehler, namen, geheim, schwellen) for zaehler in funde),
    )


def without_rueckgaben(weg: Sequence[str]) -> list[str]:
    """The way as if nothing had been sent back: of the steps between a return and its target only the last pass stays.

    Example
    -------
    >>> without_rueckgaben(["a", "b", "<c", "b", "c"])
    ['a', 'b', 'c']
    """
    glatt: list[str] = []
    for stelle, knoten in enumerate(weg):
        if not knoten.startswith("<"):
            glatt.append(knoten)
            continue
        spaeter = [k.removeprefix("<") for k in weg[stelle + 1 :]]
        if spaeter and spaeter[0] in glatt:
            ab = len(glatt) - 1 - glatt[::-1].index(spaeter[0])
            glatt[ab:] = [k for k in glatt[ab:] if k not in spaeter]
    return glatt


def _moves(
    netz: Netz, weg: tuple[str, ...], zustand: tuple[Marken, int]
) -> Iterator[tuple[tuple[Marken, int], int, str, str]]:
    """Next state, its cost, what kind of move it is, and the node."""
    marken, stelle = zustand
    gesucht = weg[stelle] if stelle < len(weg) else None
    for knoten in sorted({ziel for _, ziel in marken}):
        preis, art = (1, "ausgelassen") if knoten in netz.sichtbar else (0, "still")
        for danach in netz.fire(knoten, marken):
            if knoten == gesucht:
                yield (danach, stelle + 1), 0, "gemeinsam", knoten
            yield (danach, stelle), preis, art, knoten
    # What nothing drawn leads to happens only where the record shows it.
    for knoten in netz.frei if gesucht is not None else ():
        if gesucht not in netz.hinter[knoten]:
            continue
        for wahl in netz.choices(knoten):
            if knoten == gesucht:
                yield (marken | set(wahl), stelle + 1), 0, "gemeinsam", knoten
            elif knoten not in netz.sichtbar and not set(wahl) <= marken:
                yield (marken | set(wahl), stelle), 0, "still", knoten
    if gesucht is not None:
        yield (marken, stelle + 1), 1, "zusaetzlich", gesucht


def _explain(
    zustand: tuple[Marken, int], herkunft: Mapping[tuple[Marken, int], tuple[tuple[Marken, int], str, str]]
) -> Ausrichtung:
    gesammelt: dict[str, list[tuple[str, int]]] = {"ausgelassen": [], "zusaetzlich": []}
    while zustand in herkunft:
        davor, art, knoten = herkunft[zustand]
        if art in gesammelt:
            gesammelt[art].append((knoten, davor[1] - 1))
        zustand = davor
    return Ausrichtung(*(tuple(reversed(liste)) for liste in gesammelt.values()))


def _mapping(netz: Netz, namen: Mapping[str, str]) -> dict[str, str]:
    """Nodes of the record → nodes of the drawing, by name, where the id is unknown and the name means one step only."""
    je_name: dict[str, list[str]] = {}
    for k in netz.knoten.values():
        if k.knoten in netz.sichtbar | netz.ungewiss:
            je_name.setdefault(k.name.strip().lower(), []).append(k.knoten)
    gleiche = {knoten: je_name.get(name.strip().lower(), []) for knoten, name in namen.items()}
    return {
        knoten: treffer[0] for knoten, treffer in gleiche.items() if knoten not in netz.knoten and len(treffer) == 1
    }


def _deviations(
    zaehler: Mapping[tuple[str, str], int], namen: Mapping[str, str], geheim: frozenset[str], schwellen: Schwellen
) -> tuple[Abweichung, ...]:
    gezeigt = [
        Abweichung(knoten, namen.get(knoten, knoten), namen.get(davor, davor) if davor else None, faelle)
        for (knoten, davor), faelle in zaehler.items()
        if faelle >= schwellen.k_faelle and not {knoten, davor} & geheim
    ]
    return tuple(sorted(gezeigt, key=lambda a: (-a.faelle, a.name, a.nach or "")))
