"""Names that live in a part of a Vorgang only: items of a repetition, inner values of a called process.

Everything else is one set of process variables, shared by all tokens. Reading asks from the inside outwards, writing
goes to where the name lives (SpiffWorkflow faults 2 and 9: nothing is copied along the flow, nothing is merged).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bereich:
    """The own names of one part, and the part around it."""

    werte: dict[str, Any]
    aussen: Bereich | None

    def alle(self) -> dict[str, Any]:
        """Every name of this part and of those around it; the innermost wins."""
        return {**(self.aussen.alle() if self.aussen is not None else {}), **self.werte}

    def besitzer(self, name: str) -> dict[str, Any] | None:
        """The values among which `name` lives; None if it is shared by the whole Vorgang."""
        bereich: Bereich | None = self
        while bereich is not None:
            if name in bereich.werte:
                return bereich.werte
            bereich = bereich.aussen
        return None
