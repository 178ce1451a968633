"""Takes note of a notice; one person does it for the whole Gruppe."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine import errors
from engine.model import Mitteilung
from engine.rechte import Akteur, Recht


def note_gelesen(session: Session, akteur: Akteur, mitteilung_id: int, *, now: datetime) -> Mitteilung:
    """Take a notice out of the list of its Gruppe; a second time changes nothing.

    Raises
    ------
    errors.NotFound
        When it is not for a Gruppe of the Akteur.
    """
    akteur.require(Recht.ARBEITSKORB)
    notice = session.get(Mitteilung, mitteilung_id, with_for_update=True)
    if notice is None or notice.gruppe_id not in akteur.gruppen:
        raise errors.NotFound
    if notice.gelesen_am is None:
        notice.gelesen_am, notice.gelesen_von = now, akteur.person_id
    return notice
