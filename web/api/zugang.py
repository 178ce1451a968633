"""Which system asks: the bearer key of a request, and what a key may do. Keys are never logged or shown again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import g, request

from engine import errors
from engine.commands import zugaenge
from web.dienste import dienste

_View = TypeVar("_View", bound=Callable[..., Any])
_MAX_SCHLUESSEL = 200


class NichtAngemeldet(errors.EngineError):
    """Annehmen nicht möglich: Der Schlüssel fehlt oder gilt nicht. Bitte senden Sie „Authorization: Bearer …“."""


class Systemrecht(StrEnum):
    """What a view asks of a key."""

    #: fetch external work and answer it
    AUFTRAEGE = "auftraege"
    #: send messages and signals
    NACHRICHTEN = "nachrichten"


@dataclass(frozen=True, slots=True)
class Zugang:
    """The system behind this request."""

    zugang_id: int
    mandant_id: int
    name: str
    themen: frozenset[str]
    nachrichten: frozenset[str]

    def require(self, recht: Systemrecht) -> None:
        """Raise `errors.NotAllowed` when this key is for other things."""
        if not (self.themen if recht is Systemrecht.AUFTRAEGE else self.nachrichten):
            raise errors.NotAllowed("Annehmen nicht möglich: Dieser Schlüssel ist dafür nicht freigegeben.")


def requires_key(recht: Systemrecht) -> Callable[[_View], _View]:
    """The view is for systems whose key has this right (`web.auth` calls the check before each request)."""

    def check() -> None:
        found = _zugang()
        found.require(recht)
        g.zugang = found

    def mark(view: _View) -> _View:
        view.zugang = check  # type: ignore[attr-defined]
        view.systemrecht = recht  # type: ignore[attr-defined]
        return view

    return mark


def zugang() -> Zugang:
    """The system that asks; only inside of views with `requires_key`."""
    found: Zugang = g.zugang
    return found


def _zugang() -> Zugang:
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key.startswith(zugaenge.PRAEFIX) or len(key) > _MAX_SCHLUESSEL:
        raise NichtAngemeldet
    with dienste().reading() as session:
        row = zugaenge.find_zugang(session, key)
        if row is None:
            raise NichtAngemeldet
        return Zugang(row.id, row.mandant_id, row.name, frozenset(row.themen), frozenset(row.nachrichten))
