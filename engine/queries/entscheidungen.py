"""Decision models of a process as pages show them: those of one version, and the history of one model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, formulare
from engine.model import Prozess, Prozessversion, VersionStatus
from engine.rechte import Akteur, Recht


@dataclass(frozen=True, slots=True)
class Entscheidungen:
    """The decision models of one Prozessversion."""

    prozess_id: int
    prozess: str
    nummer: int
    status: VersionStatus
    #: content by file name without its ending
    dateien: dict[str, str]
    #: steering data that the process holds; None if it has no forms that would say so
    variablen: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Fassung:
    """One version of the process in which a decision model appeared or changed."""

    nummer: int
    status: VersionStatus
    hochgeladen_am: datetime
    text: str


def entscheidungen(session: Session, akteur: Akteur, prozess_id: int, nummer: int) -> Entscheidungen:
    """The models of one version.

    Raises
    ------
    errors.NotFound
        When the Mandant has no such process or version.
    """
    akteur.require(Recht.PROZESS_SEHEN)
    row = session.execute(
        select(
            Prozess.name,
            Prozessversion.nummer,
            Prozessversion.status,
            Prozessversion.entscheidungen,
            Prozessversion.formulare,
            Prozessversion.einrichtung,
        )
        .join(Prozess, Prozess.id == Prozessversion.prozess_id)
        .where(
            Prozessversion.mandant_id == akteur.mandant_id,
            Prozessversion.prozess_id == prozess_id,
            Prozessversion.nummer == nummer,
        )
    ).one_or_none()
    if row is None:
        raise errors.NotFound
    return Entscheidungen(
        prozess_id,
        row.name,
        row.nummer,
        VersionStatus(row.status),
        dict(row.entscheidungen),
        _variablen(row.formulare, row.einrichtung),
    )


def _variablen(schemata: Mapping[str, Any], einrichtung: Mapping[str, Any]) -> frozenset[str] | None:
    if not schemata:
        return None
    felder = (feld for schema in schemata.values() for feld in formulare.read_schema(schema).felder)
    gesetzt = {feld.key for feld in felder if feld.datenklasse is formulare.Datenklasse.S0}
    return frozenset({"eingang", *gesetzt, *einrichtung.get("variablen", ())})


def fassungen(session: Session, akteur: Akteur, prozess_id: int, name: str) -> tuple[Fassung, ...]:
    """Every content that the model of this name had, newest first; versions that did not change it are left out."""
    akteur.require(Recht.PROZESS_SEHEN)
    rows = session.execute(
        select(
            Prozessversion.nummer, Prozessversion.status, Prozessversion.hochgeladen_am, Prozessversion.entscheidungen
        )
        .where(Prozessversion.mandant_id == akteur.mandant_id, Prozessversion.prozess_id == prozess_id)
        .order_by(Prozessversion.nummer)
    )
    gefunden: list[Fassung] = []
    for row in rows:
        text = row.entscheidungen.get(name)
        if text is not None and (not gefunden or gefunden[-1].text != text):
            gefunden.append(Fassung(row.nummer, VersionStatus(row.status), row.hochgeladen_am, text))
    return tuple(reversed(gefunden))
