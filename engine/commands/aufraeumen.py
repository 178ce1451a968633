"""Forgets what served its purpose: receipts of external work, and messages that were delivered or expired."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.model import Nachricht, NachrichtStatus, Quittung

#: as long as this, the same answer or message sent again is recognised
QUITTUNG_TAGE, NACHRICHT_TAGE = 30, 90
_STAPEL = 1000


def forget_old(session: Session, *, now: datetime) -> int:
    """Delete a batch of old rows; returns how many."""
    receipts = select(Quittung.id).where(Quittung.am < now - timedelta(days=QUITTUNG_TAGE))
    messages = select(Nachricht.id).where(
        Nachricht.status != NachrichtStatus.WARTET.value, Nachricht.zugestellt_am < now - timedelta(days=NACHRICHT_TAGE)
    )
    done = 0
    for table, old in ((Quittung, receipts), (Nachricht, messages)):
        ids = list(session.execute(old.order_by(table.id).limit(_STAPEL)).scalars())
        if ids:
            session.execute(delete(table).where(table.id.in_(ids)).execution_options(synchronize_session=False))
        done += len(ids)
    return done
