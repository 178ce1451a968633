"""Which stretch of a Vorgang counts: from one milestone to another, without the steps that only watch deadlines.

A Vorgang may run for years after its Bescheid; the Durchlaufzeit that a process promises ends there
(Fachkonzept § 1.7, U3).
Pure: cuts the record of one Vorgang before it is folded, and computes no figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wertstrom.faltung import EINGANG, Vorfall

__all__ = ["EINGANG", "Strecke"]


@dataclass(frozen=True, slots=True)
class Strecke:
    """What of a process is measured; the default is the whole Vorgang."""

    von: str = EINGANG
    #: None: until the Vorgang ends
    bis: str | None = None
    #: nodes that only watch deadlines
    ueberwachung: frozenset[str] = frozenset()

    def cut(self, vorfaelle: Sequence[Vorfall]) -> list[Vorfall]:
        """The part of the record that counts, in order.

        It ends where `bis` is reached for the last time. A Vorgang that ended without reaching it was
        ended otherwise (refused, advised, withdrawn): it has no Durchlaufzeit to this milestone.
        """
        rest = [v for v in vorfaelle if v.knoten not in self.ueberwachung]
        if self.bis is not None:
            rest = self._cut_ende(rest, self.bis)
        return self._cut_anfang(rest)

    def _cut_ende(self, vorfaelle: list[Vorfall], bis: str) -> list[Vorfall]:
        reached = [n for n, v in enumerate(vorfaelle) if v.meilenstein == bis]
        if reached:
            last = vorfaelle[reached[-1]]
            return [*vorfaelle[: reached[-1] + 1], Vorfall("vorgang_beendet", last.zeit_us)]
        return [v._replace(art="vorgang_abgebrochen") if v.art == "vorgang_beendet" else v for v in vorfaelle]

    def _cut_anfang(self, vorfaelle: list[Vorfall]) -> list[Vorfall]:
        if self.von == EINGANG:
            return vorfaelle
        first = next((n for n, v in enumerate(vorfaelle) if v.meilenstein == self.von), None)
        if first is None:
            # Not there yet: nothing of it counts so far.
            return []
        start = vorfaelle[first].zeit_us
        return [Vorfall("vorgang_gestartet", start), *vorfaelle[first + 1 :]]
