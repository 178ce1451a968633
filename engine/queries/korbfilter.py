"""Kept views of the Arbeitskorb: one's own, and those shared with one's Gruppen."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.model import Gruppe, Korbfilter
from engine.queries import arbeitskorb
from engine.queries.korbregeln import Auswahl, Korb, Lage
from engine.rechte import Akteur

#: so many are shown, and counted up to so many Aufgaben: a list of filters must not cost more than the list itself
HOECHSTENS = 20
ZAEHLEN_BIS = 100


@dataclass(frozen=True, slots=True)
class Filterzeile:
    """One kept view."""

    filter_id: int
    name: str
    #: query of its address
    ansicht: str
    #: name of the Gruppe with which it is shared
    gruppe: str | None
    ist_meiner: bool


def korbfilter(session: Session, akteur: Akteur) -> tuple[Filterzeile, ...]:
    """Own ones first, then what others share, by name."""
    mine = Korbfilter.person_id == akteur.person_id
    rows = session.execute(
        select(Korbfilter, Gruppe.name)
        .outerjoin(Gruppe, Gruppe.id == Korbfilter.gruppe_id)
        .where(Korbfilter.mandant_id == akteur.mandant_id, or_(mine, Korbfilter.gruppe_id.in_(akteur.gruppen)))
        .order_by(mine.desc(), Korbfilter.name, Korbfilter.id)
        .limit(HOECHSTENS)
    )
    return tuple(
        Filterzeile(row.id, row.name, row.ansicht, gruppe, row.person_id == akteur.person_id) for row, gruppe in rows
    )


def anzahlen(session: Session, lage: Lage, ansichten: list[tuple[Korb, Auswahl]]) -> tuple[int, ...]:
    """How many Aufgaben each view shows, counted up to `ZAEHLEN_BIS` (one statement; none without a view)."""
    if not ansichten:
        return ()
    columns = (
        arbeitskorb.count(lage, korb, auswahl, hoechstens=ZAEHLEN_BIS).label(f"n{n}")
        for n, (korb, auswahl) in enumerate(ansichten)
    )
    return tuple(session.execute(select(*columns)).one())
