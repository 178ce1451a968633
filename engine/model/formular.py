"""Which form an Aufgabe shows: the one set up for it, or a generated one with room for a note."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from engine import formulare
from engine.model.prozess import Prozessversion


def generated(datenklasse: str) -> dict[str, Any]:
    """The form of a step that has none of its own: room for a note of this data class."""
    vermerk = {
        "type": "textarea",
        "key": "vermerk",
        "label": "Vermerk",
        "description": "Was ist geschehen, was ist zu beachten? Der Inhalt wird verschlüsselt gespeichert.",
        "properties": {"datenklasse": datenklasse},
        "validate": {"maxLength": 4000},
    }
    return {"type": "default", "id": "vermerk", "components": [vermerk]}


def formular_of(version: Prozessversion, element: str) -> formulare.Formular:
    """The form of the step with this element id; never None."""
    einstellung = version.aufgaben_einstellung(element)
    schema = version.formulare.get(einstellung.get("formular", ""))
    schema = schema or generated(max("S1", einstellung.get("datenklasse", "S1")))  # free text is never S0
    return _read(orjson.dumps(schema))


@lru_cache(maxsize=512)
def _read(schema: bytes) -> formulare.Formular:
    return formulare.read_schema(orjson.loads(schema))
