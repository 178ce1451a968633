"""Processes whose times can be measured, with the target that was set up for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.model import Prozess, Prozessversion, VersionStatus
from engine.rechte import Akteur, Recht


@dataclass(frozen=True, slots=True)
class Messbar:
    """One process that was ever put into use."""

    prozess_id: int
    #: id of the process in the drawing
    kennung: str
    name: str
    #: length and unit (AT, KT) of the target; None when none was set up
    ziel: tuple[float, str] | None


def messbare(session: Session, akteur: Akteur) -> tuple[Messbar, ...]:
    """All processes of the Mandant that were ever in use, by name (one SQL statement).

    The target is that of the version im Einsatz, else of the newest one that was.
    """
    akteur.require(Recht.WERTSTROM_SEHEN)
    rows = session.execute(
        select(Prozess.id, Prozess.kennung, Prozess.name, Prozessversion.einrichtung)
        .join(Prozessversion, Prozessversion.prozess_id == Prozess.id)
        .where(Prozess.mandant_id == akteur.mandant_id, Prozessversion.status != VersionStatus.ENTWURF)
        .order_by(
            Prozess.name,
            Prozess.id,
            (Prozessversion.status == VersionStatus.IM_EINSATZ).desc(),
            Prozessversion.nummer.desc(),
        )
    )
    found: dict[int, Messbar] = {}
    for row in rows:
        found.setdefault(row.id, Messbar(row.id, row.kennung, row.name, _ziel(row.einrichtung)))
    return tuple(found.values())


def messbar(session: Session, akteur: Akteur, prozess_id: int) -> Messbar:
    """One of them.

    Raises
    ------
    errors.NotFound
        When the Mandant has no such process, or it was never in use.
    """
    found = next((m for m in messbare(session, akteur) if m.prozess_id == prozess_id), None)
    if found is None:
        raise errors.NotFound
    return found


def _ziel(einrichtung: Mapping[str, Any]) -> tuple[float, str] | None:
    ziel = einrichtung.get("ziel")
    return (float(ziel["wert"]), str(ziel["einheit"])) if ziel else None
