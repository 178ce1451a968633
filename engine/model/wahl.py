"""Decisions that a person takes with an Aufgabe: pick one, or several, of the drawn exits of a gateway."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.bpmn.ergebnis import Ausgang, Schritt
from engine.model.prozess import Prozessversion


@dataclass(frozen=True, slots=True)
class Wahl:
    """One decision."""

    #: name of the input and of the process variable
    feld: str
    #: label of the gateway
    frage: str
    mehrere: bool
    #: value (id of the flow) and label of each exit
    optionen: tuple[tuple[str, str], ...]


def wahl_feld(gateway: str) -> str:
    """Name of the process variable that holds the chosen exit of a gateway."""
    return "entscheidung_" + re.sub(r"[^A-Za-z0-9_]", "_", gateway)


def wahlen_of(version: Prozessversion, element: str) -> tuple[Wahl, ...]:
    """The decisions taken with the step of this element id."""
    steps = {s.element: s for s in version.schrittliste()}
    step = steps.get(element)
    if step is None:
        return ()
    return tuple(_wahl(steps, step, gateway, several) for gateway, several in step.entscheidet.items())


def _wahl(steps: dict[str, Schritt], step: Schritt, gateway: str, several: bool) -> Wahl:
    # A gateway that the check had to add is no step: its exits are those of the step that asks.
    asked = steps.get(gateway, step)
    return Wahl(
        feld=wahl_feld(gateway),
        frage=(asked.name if gateway in steps else "") or "Wie geht es weiter?",
        mehrere=several,
        optionen=tuple((e.fluss, _label(e, steps[e.ziel].name if e.ziel in steps else "")) for e in asked.ausgaenge),
    )


def _label(ausgang: Ausgang, target: str) -> str:
    return ausgang.name or (f"weiter mit „{target}“" if target else "weiter")


def validate_wahlen(
    wahlen: Iterable[Wahl], eingaben: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Chosen exits by input name, and one message for each decision that is missing or not offered."""
    chosen: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for wahl in wahlen:
        offered = {value for value, _ in wahl.optionen}
        given = [value for value in eingaben.get(wahl.feld, ()) if value]
        if not given:
            wrong[wahl.feld] = f"Bitte entscheiden Sie: {wahl.frage}"
        elif not set(given) <= offered or (len(given) > 1 and not wahl.mehrere):
            wrong[wahl.feld] = "Bitte wählen Sie einen der gezeigten Ausgänge."
        else:
            chosen[wahl.feld] = given if wahl.mehrere else given[0]
    return chosen, wrong
