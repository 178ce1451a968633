"""The text twin of a drawing: its steps in reading order with words for everything the picture says by shapes.

Pure functions of steps and findings, used as filters of the templates; no database and no request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.bpmn.ergebnis import Schritt, SchrittArt, Stufe
from engine.queries.vorgaenge import SchrittStand
from web.sprache import _, _l

_ART: Final[dict[SchrittArt, str]] = {
    SchrittArt.START: _l("Start"),
    SchrittArt.AUFGABE: _l("Aufgabe"),
    SchrittArt.EINGANG: _l("Eingang bestätigen"),
    SchrittArt.ENTSCHEIDUNG: _l("Entscheidung"),
    SchrittArt.ZUSAMMENFUEHRUNG: _l("Verzweigung"),
    SchrittArt.TIMER: _l("Warten auf einen Zeitpunkt"),
    SchrittArt.AUFRUF: _l("Ruft einen Prozess auf"),
    SchrittArt.TEILPROZESS: _l("Teilprozess"),
    SchrittArt.AUTOMATIK: _l("Automatisch"),
    SchrittArt.EREIGNIS: _l("Ereignis"),
    SchrittArt.ENDE: _l("Ende"),
}
#: level of a finding: symbol, word for one, word for several
STUFEN: Final[dict[str, tuple[str, str, str]]] = {
    Stufe.FEHLER.value: ("■", _l("Fehler"), _l("Fehler")),
    Stufe.WARNUNG.value: ("▲", _l("Warnung"), _l("Warnungen")),
    Stufe.HINWEIS.value: ("●", _l("Hinweis"), _l("Hinweise")),
}


@dataclass(frozen=True, slots=True)
class Weiter:
    """Where it goes on: label of the exit, number and name of the next step."""

    bedingung: str
    nummer: int | None
    ziel: str


@dataclass(frozen=True, slots=True)
class SchrittZeile:
    """One row of the step list."""

    nummer: int
    element: str
    name: str
    art: str
    lane: str
    #: nesting in sub-processes, 0 at the top
    ebene: int
    weiter: tuple[Weiter, ...]
    dokumentation: str
    #: offen, erledigt or leer in a Vorgang; None in a model
    stand: str | None = None
    laeufe: int = 0


def schritt_zeilen(schritte: Iterable[Schritt | SchrittStand]) -> tuple[SchrittZeile, ...]:
    """Rows of the step list, numbered in reading order."""
    rows = tuple(schritte)
    stands = [s if isinstance(s, SchrittStand) else None for s in rows]
    steps = [s.schritt if isinstance(s, SchrittStand) else s for s in rows]
    numbers = {step.element: number for number, step in enumerate(steps, start=1)}
    names = {step.element: schritt_name(step) for step in steps}
    levels = _levels(steps)
    return tuple(
        SchrittZeile(
            nummer=numbers[step.element],
            element=step.element,
            name=names[step.element],
            art=_art(step),
            lane=step.lane or "",
            ebene=levels[step.element],
            weiter=tuple(
                Weiter(exit_.name, numbers.get(exit_.ziel), names.get(exit_.ziel, "")) for exit_ in step.ausgaenge
            ),
            dokumentation=step.dokumentation,
            stand=stand.stand if stand else None,
            laeufe=stand.laeufe if stand else 0,
        )
        for step, stand in zip(steps, stands, strict=True)
    )


def schritt_name(step: Schritt) -> str:
    """The label of a step, else what it is."""
    return step.name.strip() or _art(step)


def _art(step: Schritt) -> str:
    if step.art is SchrittArt.ZUSAMMENFUEHRUNG and len(step.ausgaenge) <= 1:
        return _("Zusammenführung")
    return _ART[step.art]


def _levels(steps: list[Schritt]) -> dict[str, int]:
    parents = {step.element: step.eltern for step in steps}
    levels: dict[str, int] = {}
    for element in parents:
        level, parent = 0, parents[element]
        while parent is not None and level < len(steps):
            level, parent = level + 1, parents.get(parent)
        levels[element] = level
    return levels


def stufe_symbol(stufe: str) -> str:
    """Symbol of a finding's level, for the eyes only."""
    return STUFEN[stufe][0] if stufe in STUFEN else ""


def stufe_wort(stufe: str) -> str:
    """Word of a finding's level."""
    return STUFEN[stufe][1] if stufe in STUFEN else stufe


def befunde_satz(befunde: Iterable[Mapping[str, Any]]) -> str:
    """„2 Warnungen, 5 Hinweise“; „keine Befunde“ when there are none."""
    found = [b["stufe"] for b in befunde]
    parts = []
    for stufe, (_symbol, one, several) in STUFEN.items():
        count = found.count(stufe)
        if count:
            parts.append(f"{count} {one if count == 1 else several}")
    return ", ".join(parts) or _("keine Befunde")


def sorted_befunde(befunde: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Findings with the gravest first, then by line: their place in this list is their number on the page."""
    order = list(STUFEN)
    return sorted(
        (dict(b) for b in befunde),
        key=lambda b: (order.index(b["stufe"]) if b["stufe"] in order else len(order), b.get("zeile") or 0),
    )


#: filters that the templates of drawings use
FILTER: Final[tuple[Callable[..., Any], ...]] = (schritt_zeilen, schritt_name, stufe_symbol, stufe_wort, befunde_satz)
