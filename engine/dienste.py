"""Services that a process may use: a fixed list of functions of this product, each called by its name in a model.

A service works on rows of the session it is given and returns values; the worker calls it in the transaction of the
step, so that its effect happens exactly once. None of them reaches out of the database, reads the clock or a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import errors
from engine.model import Gruppe, Mitteilung, Vorgang

_MAX_TITEL = 200


@dataclass(frozen=True, slots=True)
class Kontext:
    """Where a service is called: the Vorgang, the step, and who is responsible for it."""

    session: Session
    vorgang: Vorgang
    element: str
    #: label of the step in the drawing
    name: str
    now: datetime
    #: the Gruppe with this Kennung or role; "" for that of the step's lane
    gruppe: Callable[[str], Gruppe]


Dienst = Callable[[Kontext, Mapping[str, Any]], Mapping[str, Any]]


def berechnen(kontext: Kontext, eingaben: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG001 - as every service
    """Returns its inputs, which the model computed in FEEL."""
    return dict(eingaben)


def benachrichtigen(kontext: Kontext, eingaben: Mapping[str, Any]) -> Mapping[str, Any]:
    """Writes a notice to a Gruppe: ``titel`` (else the label of the step) and ``gruppe`` (else that of the lane)."""
    titel, ziel = eingaben.get("titel") or kontext.name, eingaben.get("gruppe") or ""
    if not isinstance(titel, str) or not isinstance(ziel, str):
        raise errors.EngineError(
            f"Benachrichtigen nicht möglich: Bei „{kontext.name}“ ist „titel“ oder „gruppe“ kein Text. "
            "Das Prozessmanagement prüft die Einrichtung des Schritts."
        )
    gruppe = kontext.gruppe(ziel)
    kontext.session.add(
        Mitteilung(
            mandant_id=kontext.vorgang.mandant_id,
            orga_einheit_id=gruppe.orga_einheit_id or kontext.vorgang.orga_einheit_id,
            gruppe_id=gruppe.id,
            vorgang_id=kontext.vorgang.id,
            element_id=kontext.element,
            titel="".join(c for c in titel if c.isprintable())[:_MAX_TITEL] or "Mitteilung",
            am=kontext.now,
        )
    )
    return {}


#: name in a model -> function
DIENSTE: Mapping[str, Dienst] = {"benachrichtigen": benachrichtigen, "berechnen": berechnen}


def call(name: str, kontext: Kontext, eingaben: Mapping[str, Any]) -> Mapping[str, Any]:
    """Run a service.

    Raises
    ------
    errors.EngineError
        When this installation has none of that name, or it cannot do its work.
    """
    dienst = DIENSTE.get(name)
    if dienst is None:
        raise errors.EngineError(
            f"Ausführen nicht möglich: Den Dienst „{name[:60]}“ gibt es hier nicht. "
            "Ihre Systemadministration hilft weiter."
        )
    return dienst(kontext, eingaben)
