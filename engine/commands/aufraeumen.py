"""Forgets what served its purpose: receipts, settled messages, drawings nobody went on with, undos that are over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine.model import Nachricht, NachrichtStatus, Quittung, Ruecknahme, Zeichnungsentwurf

#: as long as this, the same answer or message sent again is recognised
QUITTUNG_TAGE, NACHRICHT_TAGE = 30, 90
#: after the last change of an unsaved drawing
ENTWURF_TAGE = 30
_STAPEL = 1000


def forget_old(session: Session, *, now: datetime) -> int:
    """Delete a batch of old rows; returns how many."""
    _expire(session, now)
    receipts = select(Quittung.id).where(Quittung.am < now - timedelta(days=QUITTUNG_TAGE))
    long_ago = now - timedelta(days=NACHRICHT_TAGE)
    settled = (Nachricht.status != NachrichtStatus.WARTET.value) & (Nachricht.zugestellt_am < long_ago)
    messages = select(Nachricht.id).where(settled)
    drawings = select(Zeichnungsentwurf.id).where(Zeichnungsentwurf.gespeichert_am < now - timedelta(days=ENTWURF_TAGE))
    done = 0
    over = select(Ruecknahme.id).where(Ruecknahme.bis < now)
    old_rows = ((Quittung, receipts), (Nachricht, messages), (Zeichnungsentwurf, drawings), (Ruecknahme, over))
    for table, old in old_rows:
        ids = list(session.execute(old.order_by(table.id).limit(_STAPEL)).scalars())
        if ids:
            session.execute(delete(table).where(table.id.in_(ids)).execution_options(synchronize_session=False))
        done += len(ids)
    return done


def _expire(session: Session, now: datetime) -> None:
    """A message that failed for good and was never set going again ends with its validity; why it failed stays."""
    session.execute(
        update(Nachricht)
        .where(
            Nachricht.status == NachrichtStatus.WARTET.value,
            Nachricht.faellig_am.is_(None),
            Nachricht.gueltig_bis <= now,
        )
        .values(status=NachrichtStatus.VERFALLEN.value, zugestellt_am=now, variablen={}, stand=Nachricht.stand + 1)
        .execution_options(synchronize_session=False)
    )
