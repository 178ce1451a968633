"""What names the Faelle, steps and timers of a Prozessversion, called processes included.

Owns what is known of published versions; they never change, so each is read once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine.model import Prozess, Prozessversion
from wertstrom.strecke import EINGANG, Strecke


@dataclass(frozen=True, slots=True)
class Version:
    """What names the Faelle and the timers of one Prozessversion."""

    kennung: str
    nummer: int
    #: label of every node, called processes included
    namen: Mapping[str, str]
    strecke: Strecke


def learn_versionen(session: Session, bekannt: dict[int, Version], gesucht: set[int]) -> None:
    """Names of versions that are not known yet, and of those that they call."""
    fehlend, gelesen = gesucht - bekannt.keys(), dict[int, Row[Any]]()
    while fehlend:
        statement = (
            select(
                Prozessversion.id,
                Prozessversion.nummer,
                Prozessversion.schritte,
                Prozessversion.aufrufe,
                Prozessversion.einrichtung,
                Prozess.kennung,
            )
            .join(Prozess, Prozess.id == Prozessversion.prozess_id)
            .where(Prozessversion.id.in_(fehlend))
        )
        gelesen |= {zeile.id: zeile for zeile in session.execute(statement)}
        fehlend = {ziel for nummer in fehlend for ziel in gelesen[nummer].aufrufe.values() if ziel} - gelesen.keys()
    for nummer, zeile in gelesen.items():
        namen: dict[str, str] = {}
        for erreichbar in reversed(_aufrufkette(gelesen, nummer)):
            namen |= {schritt["element"]: schritt["name"] for schritt in gelesen[erreichbar].schritte}
        bekannt[nummer] = Version(zeile.kennung, zeile.nummer, namen, read_strecke(zeile.einrichtung))


def read_strecke(einrichtung: Mapping[str, Any]) -> Strecke:
    """From where to where the Durchlaufzeit of a process is measured."""
    ziel = einrichtung.get("ziel") or {}
    aufgaben = einrichtung.get("aufgaben", {})
    return Strecke(
        von=ziel.get("von", EINGANG),
        bis=ziel.get("bis"),
        ueberwachung=frozenset(knoten for knoten, angaben in aufgaben.items() if angaben.get("ueberwachung")),
    )


def _aufrufkette(gelesen: Mapping[int, Row[Any]], nummer: int) -> list[int]:
    """This version first, then all that it calls, each once."""
    kette = [nummer]
    for aktuelle in kette:
        kette.extend(ziel for ziel in gelesen[aktuelle].aufrufe.values() if ziel in gelesen and ziel not in kette)
    return kette
