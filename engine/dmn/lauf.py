"""One evaluation of a decision model: budget, and the protocol of what was decided and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.feel.lauf import Lauf

#: tables whose outcome one evaluation writes down
MAX_PROTOKOLL = 500
#: a whole model may cost more than one expression
MAX_SCHRITTE = 350_000


@dataclass(frozen=True, slots=True)
class Tabellenlauf:
    """What one decision table decided: FEEL values of its inputs, matched rows (1-based), result."""

    tabelle: str | None
    eingaenge: tuple[tuple[str, object], ...]
    treffer: tuple[int, ...]
    ergebnis: object


class DmnLauf(Lauf):
    """A `Lauf` that also keeps a protocol."""

    __slots__ = ("protokoll",)

    def __init__(self, funktionen: Mapping[str, Callable[..., object]], jetzt: datetime | None = None) -> None:
        super().__init__(funktionen, jetzt, MAX_SCHRITTE)
        self.protokoll: list[Tabellenlauf] = []

    def note(self, eintrag: Tabellenlauf) -> None:
        """Write down a table; beyond the limit nothing is kept."""
        if len(self.protokoll) < MAX_PROTOKOLL:
            self.protokoll.append(eintrag)
