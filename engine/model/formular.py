"""Which form an Aufgabe shows: the one set up for it, or a generated one with room for a note."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from engine import formulare
from engine.model.prozess import Prozessversion

_VERMERK = {
    "type": "default",
    "id": "vermerk",
    "components": [
        {
            "type": "textarea",
            "key": "vermerk",
            "label": "Vermerk",
            "description": "Was ist geschehen, was ist zu beachten? Der Inhalt wird verschlüsselt gespeichert.",
            "properties": {"datenklasse": "S1"},
            "validate": {"maxLength": 4000},
        }
    ],
}


def formular_of(version: Prozessversion, element: str) -> formulare.Formular:
    """The form of the step with this element id; never None."""
    name = version.aufgaben_einstellung(element).get("formular")
    schema: dict[str, Any] = version.formulare.get(name, _VERMERK) if name else _VERMERK
    return _read(orjson.dumps(schema))


@lru_cache(maxsize=512)
def _read(schema: bytes) -> formulare.Formular:
    return formulare.read_schema(orjson.loads(schema))
