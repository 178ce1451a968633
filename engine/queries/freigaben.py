"""The life of one version as its page shows it: who released it when and why, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model import Freigabe, Person, VersionStatus
from engine.queries import prozesse
from engine.rechte import Akteur


@dataclass(frozen=True, slots=True)
class Schritt:
    """One state that the version reached."""

    status: VersionStatus
    wer: str
    zeit: datetime
    grund: str


def freigaben(session: Session, akteur: Akteur, prozess_id: int, nummer: int) -> tuple[Schritt, ...]:
    """What happened to the version, in order; raises `errors.NotFound`."""
    version = prozesse.find_version(session, akteur, prozess_id, nummer)
    uploader = session.get(Person, version.hochgeladen_von) if version.hochgeladen_von else None
    first = Schritt(VersionStatus.ENTWURF, uploader.name if uploader else "", version.hochgeladen_am, "hochgeladen")
    rows = session.execute(
        select(Freigabe.status, Person.name, Freigabe.zeit, Freigabe.grund)
        .join(Person, Person.id == Freigabe.person_id)
        .where(Freigabe.prozessversion_id == version.id)
        .order_by(Freigabe.id)
    )
    return (first, *(Schritt(VersionStatus(row.status), row.name, row.zeit, row.grund) for row in rows))
