"""What a check of a decision model says: one finding per fault, with its place and what helps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stufe(StrEnum):
    """How much a finding matters: a Fehler keeps the model from being used."""

    FEHLER = "fehler"
    WARNUNG = "warnung"
    HINWEIS = "hinweis"


@dataclass(frozen=True, slots=True)
class Ort:
    """A place in the file: line (1-based), id and name of the element it belongs to."""

    zeile: int | None = None
    element: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Befund:
    """One finding at one element."""

    stufe: Stufe
    #: code of the rule, e.g. ``luecke``
    art: str
    #: what is the case, one German sentence
    text: str
    #: what helps, one German sentence
    abhilfe: str
    ort: Ort
