"""Which Vorgänge an Akteur reaches, as a condition for queries and commands."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_

from engine.model.vorgang import Aufgabe, Vorgang
from engine.rechte import Akteur, Sicht


def within_reach(akteur: Akteur) -> ColumnElement[bool]:
    """SQL condition on `Vorgang`: of the own Mandant, and by reach of the roles."""
    own = exists().where(
        Aufgabe.vorgang_id == Vorgang.id,
        or_(Aufgabe.person_id == akteur.person_id, Aufgabe.gruppe_id.in_(akteur.gruppen)),
    )
    same_office = Vorgang.mandant_id == akteur.mandant_id
    if akteur.sicht is Sicht.KEINE:
        return and_(same_office, Vorgang.id.is_(None))
    started = Vorgang.gestartet_von == akteur.person_id
    return and_(same_office, or_(own, started, Vorgang.orga_einheit_id.in_(akteur.einheiten)))
