"""The forms of the version im Einsatz of a process, as paper can show them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.formulare import Formular
from engine.model import Prozess, Prozessversion, VersionStatus
from engine.model.formular import formular_of
from engine.model.wahl import Wahl, wahlen_of
from engine.rechte import Akteur, Recht


@dataclass(frozen=True, slots=True)
class Vordruck:
    """The form of one step."""

    element: str
    name: str
    lane: str
    formular: Formular
    wahlen: tuple[Wahl, ...]


@dataclass(frozen=True, slots=True)
class Vordrucke:
    """All forms of a process, in the order of its steps."""

    prozess_id: int
    prozess: str
    nummer: int
    formulare: tuple[Vordruck, ...]

    def find(self, element: str) -> Vordruck:
        """The form of one step; raises `errors.NotFound`."""
        for vordruck in self.formulare:
            if vordruck.element == element:
                return vordruck
        raise errors.NotFound


def vordrucke(session: Session, akteur: Akteur, prozess_id: int) -> Vordrucke:
    """Forms of the version im Einsatz (one SQL statement).

    Raises
    ------
    errors.NotFound
        When the process does not exist in this office, or no version of it is im Einsatz.
    """
    akteur.require(Recht.PROZESS_SEHEN)
    found = session.execute(
        select(Prozessversion, Prozess.name)
        .join(Prozess, Prozess.id == Prozessversion.prozess_id)
        .where(
            Prozessversion.prozess_id == prozess_id,
            Prozessversion.mandant_id == akteur.mandant_id,
            Prozessversion.status == VersionStatus.IM_EINSATZ,
        )
    ).first()
    if found is None:
        raise errors.NotFound
    version, name = found
    return Vordrucke(
        prozess_id,
        name,
        version.nummer,
        tuple(
            Vordruck(s.element, s.name, s.lane or "", formular_of(version, s.element), wahlen_of(version, s.element))
            for s in version.schrittliste()
            if version.aufgaben_einstellung(s.element).get("formular")
        ),
    )
