"""Reads the JSON object of a request: strict about its kind, its size, its fields and their types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from engine import errors

MAX_BYTES = 128 * 1024
_MAX_SEKUNDEN = 10**8


class Angaben:
    """Fields of the request; `finish` refuses what nobody read."""

    def __init__(self, felder: dict[str, Any]) -> None:
        self._felder = felder
        self._gelesen: set[str] = set()

    def text(self, name: str) -> str:
        """A text that has to be there."""
        wert = self.optional_text(name)
        if wert is None:
            raise wrong(name, f"„{name}“ fehlt.")
        return wert

    def optional_text(self, name: str) -> str | None:
        """A text, or None."""
        wert = self._take(name)
        if wert is not None and not isinstance(wert, str):
            raise wrong(name, f"„{name}“ ist ein Text.")
        return wert

    def zahl(self, name: str, sonst: int) -> int:
        """A whole number."""
        wert = self._take(name)
        if wert is None:
            return sonst
        if not isinstance(wert, int) or isinstance(wert, bool):
            raise wrong(name, f"„{name}“ ist eine ganze Zahl.")
        return wert

    def dauer(self, name: str, sonst: int) -> timedelta:
        """Whole seconds."""
        seconds = self.zahl(name, sonst)
        if abs(seconds) > _MAX_SEKUNDEN:
            raise wrong(name, f"„{name}“ ist eine Zahl von Sekunden.")
        return timedelta(seconds=seconds)

    def texte(self, name: str) -> list[str]:
        """A list of texts; missing: none."""
        wert = self._take(name)
        if wert is None:
            return []
        if not isinstance(wert, list) or not all(isinstance(eintrag, str) for eintrag in wert) or len(wert) > 100:
            raise wrong(name, f"„{name}“ ist eine Liste von höchstens 100 Texten.")
        return wert

    def objekt(self, name: str) -> Mapping[str, Any]:
        """An object; missing: empty. Its contents are judged by the command."""
        wert = self._take(name)
        if wert is None:
            return {}
        if not isinstance(wert, dict):
            raise wrong(name, f"„{name}“ ist ein Objekt.")
        return wert

    def zeitpunkt(self, name: str) -> datetime | None:
        """An instant in ISO 8601 with its offset, or None."""
        wert = self.optional_text(name)
        if wert is None:
            return None
        try:
            moment = datetime.fromisoformat(wert)
            known = moment.utcoffset() is not None and 1900 < moment.year < 9000
        except (ValueError, OverflowError):
            known = False
        if not known:
            raise wrong(name, f"„{name}“ ist ein Zeitpunkt mit Zeitzone, z. B. 2026-06-15T09:00:00+02:00.")
        return moment

    def finish(self) -> None:
        """Refuse fields that nobody asked for: a misspelt one must not be passed over."""
        unknown = sorted(self._felder.keys() - self._gelesen)
        if unknown:
            raise wrong(unknown[0][:60], f"Das Feld „{unknown[0][:60]}“ gibt es hier nicht.")

    def _take(self, name: str) -> Any:
        self._gelesen.add(name)
        return self._felder.get(name)


def read_angaben() -> Angaben:
    """The object that was sent.

    Raises
    ------
    errors.Invalid
        When it is no JSON object.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    request.max_content_length = MAX_BYTES
    try:
        felder = orjson.loads(request.get_data(cache=False))
    except orjson.JSONDecodeError as error:
        raise errors.Invalid("Annehmen nicht möglich: Der Inhalt ist kein gültiges JSON.") from error
    if not isinstance(felder, dict):
        raise errors.Invalid("Annehmen nicht möglich: Der Inhalt ist kein JSON-Objekt.")
    return Angaben(felder)


def wrong(feld: str, text: str) -> errors.Invalid:
    """A refusal because of one field."""
    return errors.Invalid(f"Annehmen nicht möglich: {text}", felder={feld: text})
