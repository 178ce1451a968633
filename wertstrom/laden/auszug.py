"""All Faelle of one process as they are recorded, for an export: not from a store, and under numbers of their own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model import Ereignis, Prozess, Prozessversion, Vorgang
from wertstrom.ereignisprotokoll import Protokoll
from wertstrom.laden.ereignisse import read_protokolle


def read_auszug(session: Session, mandant_id: int, kennung: str) -> Iterator[Protokoll]:
    """Parts with whole Faelle of every version of a process; none when nothing was measured."""
    vorgaenge = (
        select(Vorgang.id)
        .join(Prozessversion, Prozessversion.id == Vorgang.prozessversion_id)
        .join(Prozess, Prozess.id == Prozessversion.prozess_id)
        .where(Prozess.mandant_id == mandant_id, Prozess.kennung == kennung)
    )
    welche = (Ereignis.mandant_id == mandant_id) & Ereignis.vorgang_id.in_(vorgaenge)
    nummer = itertools.count()
    return read_protokolle(session, welche, {}, lambda _vorgang_id: next(nummer))
