"""A process folder after its check: everything needed to publish and to show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.ergebnis import GeprueftesModell
from engine.katalog.beispiel import Beispiel
from engine.katalog.einrichtung import Einrichtung
from engine.katalog.steckbrief import Steckbrief


@dataclass(frozen=True)
class Prozesspaket:
    """A package whose parts fit each other."""

    #: id of the process in the drawing = name of the folder
    kennung: str
    #: the drawing, byte for byte
    bpmn: bytes
    dateiname: str
    #: plain JSON, stored beside the Prozessversion
    einstellungen: Einrichtung
    #: form-js schemas by name
    formulare: Mapping[str, dict[str, Any]]
    #: decision models (DMN) by file name without ending
    entscheidungen: Mapping[str, bytes]
    beispiele: tuple[Beispiel, ...]
    steckbrief: Steckbrief
    #: steps of the drawing
    modell: GeprueftesModell
