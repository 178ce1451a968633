"""Timers. A due instant is computed once, when the waiting begins, and stored as aware UTC.

SpiffWorkflow reads the clock of the machine, evaluates timers as Python and gives two timers at one gateway one
due instant (SpiffWorkflow faults 16, 18); here the instant of the command decides, and every timer token has its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from engine import feel
from engine.spiff import budget, zeit
from engine.spiff.ereignisse.definition import Definition
from engine.spiff.ergebnis import Umgebung, WarteArt
from engine.spiff.lauf import fehler_bei
from engine.spiff.marke import Marke

#: keys in a timer token's `internal_data`: due instant (ISO, UTC); of a cycle also what is left of it
FAELLIG, TAKT = "faellig", "takt"


class Uhrart(StrEnum):
    """The three ways BPMN writes a timer."""

    DATUM = "timeDate"
    DAUER = "timeDuration"
    TAKT = "timeCycle"


@dataclass(frozen=True, slots=True)
class Uhr(Definition):
    """The text of a timer: an ISO literal as drawn, or a compiled expression."""

    feld: Uhrart
    text: str
    ausdruck: feel.Ausdruck | None

    ausloeser = "timer"
    art = WarteArt.TIMER

    def stelle(self, marke: Marke) -> dict[str, Any]:
        lauf = marke.workflow.lauf
        wert: object = self.text if self.ausdruck is None else lauf.werte_aus(marke, self.ausdruck)
        try:
            gelesen = _lies(wert, lauf.now)
        except zeit.Zeitfehler as grund:
            raise fehler_bei(marke, f"Die Zeitangabe „{self.text[:80]}“ {grund}") from grund
        if isinstance(gelesen, zeit.Takt):
            return _merke(gelesen.ueberspringe(lauf.now, behalten=0))
        return {FAELLIG: gelesen.isoformat()}

    def weiter(self, marke: Marke) -> dict[str, Any] | None:
        takt = _takt(marke.internal_data)
        rest = takt.ueberspringe(marke.workflow.lauf.now, budget.MAX_NACHHOLEN).weiter() if takt else None
        return None if rest is None else _merke(rest)

    def pruefe(self, merkzettel: dict[str, Any]) -> None:
        if faellig_am(merkzettel) is None:
            raise ValueError("timer without due instant")
        _takt(merkzettel)

    def naechster_start(self, umgebung: Umgebung, now: datetime, seit: datetime) -> datetime | None:
        """The first instant after `now`, counted from `seit`; raises `zeit.Zeitfehler`, `errors.EngineError`."""
        wert: object = self.text
        if self.ausdruck is not None:
            wert = self.ausdruck.evaluate({}, umgebung.funktionen, seit)
        gelesen = _lies(wert, seit)
        naechster = gelesen.nach(now) if isinstance(gelesen, zeit.Takt) else gelesen
        return naechster if naechster is not None and naechster > now else None


def faellig_am(merkzettel: dict[str, Any]) -> datetime | None:
    """The due instant that a waiting token remembers; None if it waits for something else."""
    wert = merkzettel.get(FAELLIG)
    return None if wert is None else zeit.parse_utc(wert)


def verschiebe(merkzettel: dict[str, Any], auf: datetime) -> None:
    """Set another due instant; of a cycle the later repetitions count from there."""
    takt = _takt(merkzettel)
    merkzettel.update({FAELLIG: auf.isoformat()} if takt is None else _merke(replace(takt, naechste=auf)))


def _lies(wert: object, now: datetime) -> datetime | zeit.Takt:
    if not isinstance(wert, date | timedelta):
        wert = feel.to_json(wert)  # months have no type in Python
    if isinstance(wert, str) and wert.strip().startswith("R"):
        return zeit.parse_takt(wert, now)
    return zeit.as_instant(wert, now)


def _merke(takt: zeit.Takt) -> dict[str, Any]:
    return {FAELLIG: takt.naechste.isoformat(), TAKT: takt.to_json()}


def _takt(merkzettel: dict[str, Any]) -> zeit.Takt | None:
    return zeit.takt_from_json(merkzettel[TAKT]) if TAKT in merkzettel else None
