"""What a decision table will say with what is known so far: shown to the person before she finishes her Aufgabe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import errors, formulare
from engine.model import Prozessversion
from engine.model import vorschlag as vorschlaege


@dataclass(frozen=True, slots=True)
class Zeile:
    """An outcome that may be chosen: number of the row, label and words of each output."""

    nummer: int
    worte: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class VorschlagSicht:
    """What the page of an Aufgabe says about the decision after it."""

    name: str
    #: labels of what has to be filled in first; then there is no outcome yet
    fehlt: tuple[str, ...]
    #: label and words of each output; empty when there is no outcome
    worte: tuple[tuple[str, str], ...]
    #: the matched row and what it remarks
    zeile: int | None
    gruende: tuple[str, ...]
    #: other outcomes that a person may choose
    auswahl: tuple[Zeile, ...]
    zwingend: bool


def sicht(
    version: Prozessversion,
    element: str,
    formular: formulare.Formular,
    variablen: Mapping[str, Any],
    eingaben: Mapping[str, Sequence[str]],
    *,
    funktionen: Mapping[str, Callable[..., object]],
    now: datetime,
) -> VorschlagSicht | None:
    """The decision that this step sees beforehand, with the draft over the process variables; None if there is none."""
    vorschlag = vorschlaege.vorschlag_of(version, element)
    if vorschlag is None:
        return None
    gegeben = formulare.read_entwurf(formular, eingaben)
    eigene = {feld.key for feld in formular.felder if not feld.nur_lesen}
    werte = {**{name: wert for name, wert in variablen.items() if name not in eigene}, **gegeben}
    fehlt = tuple(
        feld.label
        for feld in formular.felder
        if feld.key in vorschlag.auskunft.liest and feld.pflicht and feld.key not in gegeben
    )
    if fehlt:
        return _sicht(vorschlag, fehlt=fehlt)
    try:
        entscheid = vorschlag.sammlung.entscheide(vorschlag.entscheidung, werte, funktionen=funktionen, now=now)
    except errors.EngineError:
        return None
    eigen = [t for t in entscheid.protokoll["tabellen"] if t["tabelle"] == vorschlag.auskunft.tabelle]
    zeilen = eigen[-1]["zeilen"] if eigen else []
    return _sicht(vorschlag, ergebnis=entscheid.protokoll["ergebnis"], zeile=zeilen[0] if zeilen else None)


def _sicht(
    vorschlag: vorschlaege.Vorschlag, *, fehlt: tuple[str, ...] = (), ergebnis: object = None, zeile: int | None = None
) -> VorschlagSicht:
    auskunft = vorschlag.auskunft
    getroffen = next((z for z in auskunft.zeilen if z.nummer == zeile), None)
    return VorschlagSicht(
        name=auskunft.name,
        fehlt=fehlt,
        worte=() if fehlt else vorschlag.words(ergebnis),
        zeile=zeile,
        gruende=getroffen.anmerkungen if getroffen else (),
        auswahl=tuple(
            Zeile(z.nummer, vorschlag.words(next(iter(z.ergebnis.values())) if len(z.ergebnis) == 1 else z.ergebnis))
            for z in auskunft.auswahl
            if z.ergebnis is not None and z.ergebnis != auskunft.by_output(ergebnis)
        ),
        zwingend=vorschlag.zwingend,
    )
