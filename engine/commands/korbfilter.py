"""Views of the Arbeitskorb that somebody keeps under a name. Leaves no Ereignis: it is not work on a Vorgang."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import errors
from engine.model import Korbfilter
from engine.rechte import Akteur, Recht

MAX_NAME = 60
#: more are no help
HOECHSTENS = 20
_MAX_ANSICHT = 1_000


def save_filter(
    session: Session, akteur: Akteur, *, name: str, ansicht: str, gruppe_id: int | None, now: datetime
) -> Korbfilter:
    """Keep a view (as the query of its address); the same name again replaces it. ``gruppe_id``: shared with it.

    Raises
    ------
    errors.Invalid
        When the name is missing or too long, or there are too many.
    errors.NotFound
        When the Gruppe is none of hers.
    """
    akteur.require(Recht.ARBEITSKORB)
    name = " ".join(name.replace("\0", "").split())
    if not 0 < len(name) <= MAX_NAME or len(ansicht) > _MAX_ANSICHT:
        raise errors.Invalid(
            f"Speichern nicht möglich: Der Name fehlt, oder er ist länger als {MAX_NAME} Zeichen. "
            "Bitte geben Sie einen kurzen Namen ein."
        )
    if gruppe_id is not None and gruppe_id not in akteur.gruppen:
        raise errors.NotFound
    own = select(Korbfilter).where(Korbfilter.person_id == akteur.person_id)
    row = session.execute(own.where(Korbfilter.name == name)).scalar_one_or_none()
    if row is None:
        if session.execute(select(func.count()).select_from(own.subquery())).scalar_one() >= HOECHSTENS:
            raise errors.Invalid(
                f"Speichern nicht möglich: Es gibt schon {HOECHSTENS} Filter. Bitte löschen Sie zuerst einen."
            )
        row = Korbfilter(mandant_id=akteur.mandant_id, orga_einheit_id=None, person_id=akteur.person_id, name=name)
        session.add(row)
    row.gruppe_id, row.ansicht, row.geaendert_am = gruppe_id, ansicht, now
    session.flush()
    return row


def delete_filter(session: Session, akteur: Akteur, filter_id: int) -> None:
    """Forget one of one's own; those of others, shared or not, are not hers to delete."""
    row = session.get(Korbfilter, filter_id)
    if row is None or row.person_id != akteur.person_id:
        raise errors.NotFound
    session.delete(row)
    session.flush()
