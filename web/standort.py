"""Where a Vorgang stands, in a few lines: what was done last, what is open, what can come next.

Pure functions of the step list; the whole list is the text twin of the diagram (`web.diagramm`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.bpmn.ergebnis import Ausgang, Schritt, SchrittArt
from engine.queries.vorgaenge import SchrittStand

#: steps at which something waits or ends; the others are passed at once
_HALT = frozenset({SchrittArt.AUFGABE, SchrittArt.EINGANG, SchrittArt.AUFRUF, SchrittArt.TIMER, SchrittArt.ENDE})
_ZULETZT = 2
_DANACH = 6


@dataclass(frozen=True, slots=True)
class Naechster:
    """A step that can come next, and the label of the exit that leads to it."""

    bedingung: str
    schritt: Schritt


@dataclass(frozen=True, slots=True)
class Standort:
    """A few lines about a Vorgang, seen from one element."""

    zuletzt: tuple[SchrittStand, ...]
    hier: tuple[SchrittStand, ...]
    danach: tuple[Naechster, ...]


def standort(staende: Iterable[SchrittStand], element: str) -> Standort:
    """The surroundings of an element: the steps done before it, everything open (it first), what follows it."""
    staende = tuple(staende)
    place = next((n for n, s in enumerate(staende) if s.schritt.element == element), len(staende))
    before = (s for s in staende[:place] if s.stand == "erledigt" and _is_halt(s.schritt) and s.schritt.name)
    done = [s for s in before if s.schritt.art is not SchrittArt.TIMER]
    open_ones = sorted((s for s in staende if s.stand == "offen"), key=lambda s: s.schritt.element != element)
    return Standort(
        zuletzt=tuple(done[-_ZULETZT:]),
        hier=tuple(open_ones),
        danach=tuple(_following({s.schritt.element: s.schritt for s in staende}, element)[:_DANACH]),
    )


def _following(schritte: dict[str, Schritt], element: str) -> list[Naechster]:
    """Next steps at which something happens, by breadth: gateways and borders of sub-processes are passed."""
    found: list[Naechster] = []
    seen: set[str] = set()
    waiting = [("", ausgang) for ausgang in _exits(schritte, element)]
    while waiting:
        label, ausgang = waiting.pop(0)
        label = label or ausgang.name
        step = schritte.get(ausgang.ziel)
        if step is None or step.element in seen:
            continue
        seen.add(step.element)
        if _is_halt(step):
            found.append(Naechster(label, step))
        else:
            waiting += [(label, further) for further in _exits(schritte, step.element)]
    return found


def _is_halt(step: Schritt) -> bool:
    inner_end = step.art is SchrittArt.ENDE and step.eltern is not None
    return step.art in _HALT and not inner_end


def _exits(schritte: dict[str, Schritt], element: str) -> tuple[Ausgang, ...]:
    """Where it goes on: into a sub-process, out of it at its end, else along the drawn exits."""
    step = schritte.get(element)
    if step is None:
        return ()
    if step.art is SchrittArt.TEILPROZESS:
        starts = [s for s in schritte.values() if s.eltern == element and s.art is SchrittArt.START]
        if starts:
            return starts[0].ausgaenge
    if not step.ausgaenge and step.eltern in schritte:
        return schritte[step.eltern].ausgaenge
    return step.ausgaenge
