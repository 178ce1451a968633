"""Which data classes of the contents of one Vorgang an Akteur may read."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model import Vorgang
from engine.model.reichweite import within_own_reach
from engine.rechte import Akteur


def lesbare_klassen(session: Session, akteur: Akteur, vorgang_id: int) -> frozenset[str]:
    """Classes by role; what was entrusted (S2, § 65 SGB VIII) never by a Vertretung alone."""
    klassen = frozenset(klasse for klasse in ("S1", "S2", "S3") if akteur.liest(klasse))
    if not akteur.vertritt or "S2" not in klassen:
        return klassen
    own = session.execute(select(Vorgang.id).where(Vorgang.id == vorgang_id, within_own_reach(akteur))).first()
    return klassen if own else klassen - {"S2"}
