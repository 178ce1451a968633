"""A whole form, frozen: sections of fields, in the order of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.formulare import anzeige
from engine.formulare.felder import Feld, Hinweistext, Json


@dataclass(frozen=True, slots=True)
class Abschnitt:
    """A group of fields under one title; the title may be empty."""

    titel: str
    inhalte: tuple[Feld | Hinweistext, ...]
    hinweis: str = ""

    @property
    def felder(self) -> tuple[Feld, ...]:
        """Only the fields, without the texts between them."""
        return tuple(teil for teil in self.inhalte if isinstance(teil, Feld))


@dataclass(frozen=True)
class Formular:
    """A whole form, in the order of the page."""

    kennung: str
    titel: str
    abschnitte: tuple[Abschnitt, ...]

    @cached_property
    def felder(self) -> tuple[Feld, ...]:
        """All fields in the order of the page."""
        return tuple(feld for abschnitt in self.abschnitte for feld in abschnitt.felder)

    def feld(self, key: str) -> Feld | None:
        """The field with this key, or None."""
        return next((feld for feld in self.felder if feld.key == key), None)

    def to_eingaben(self, werte: Mapping[str, Json]) -> dict[str, list[str]]:
        """Stored values as HTML inputs hold them; a key that is missing shows its default.

        Dates and times are ISO text (``2026-06-01``, ``08:30``, ``2026-06-01T08:30`` in German time), numbers have a
        decimal comma, a ticked box is ``["true"]``.
        """
        return {feld.key: anzeige.to_eingabe(feld, werte.get(feld.key, feld.vorgabe)) for feld in self.felder}
