"""What becomes of a notice in the outbox: claimed by one worker, then sent, tried again, given up or uncertain.

A notice is claimed and committed before it is handed to the mail server. Whoever dies in between leaves it uncertain:
it may have arrived, so it is never sent again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.model.hinweis import Hinweis, Hinweisstand

VERSUCHE: Final = 6
_PAUSE: Final = timedelta(minutes=1)
#: no attempt takes so long; whoever claimed it is gone
_VERSCHOLLEN: Final = timedelta(minutes=15)


def due(session: Session, *, now: datetime, limit: int) -> list[int]:
    """Keys of notices that wait to be sent, the oldest first."""
    waiting = select(Hinweis.id).where(Hinweis.stand == Hinweisstand.WARTET.value, Hinweis.faellig_am <= now)
    return list(session.execute(waiting.order_by(Hinweis.faellig_am, Hinweis.id).limit(limit)).scalars())


def claim(session: Session, hinweis_id: int, *, now: datetime) -> bool:
    """Take a notice for one attempt; False when somebody else has it."""
    taken = session.execute(
        update(Hinweis)
        .where(Hinweis.id == hinweis_id, Hinweis.stand == Hinweisstand.WARTET.value)
        .values(stand=Hinweisstand.UNTERWEGS.value, stand_seit=now, versuche=Hinweis.versuche + 1)
        .returning(Hinweis.id)
        .execution_options(synchronize_session=False)
    )
    return taken.first() is not None


def finish(session: Session, hinweis_id: int, stand: Hinweisstand, *, now: datetime) -> None:
    """Note what became of it; only for whoever claimed it."""
    session.execute(
        update(Hinweis)
        .where(Hinweis.id == hinweis_id, Hinweis.stand == Hinweisstand.UNTERWEGS.value)
        .values(stand=stand.value, stand_seit=now)
        .execution_options(synchronize_session=False)
    )


def retry(session: Session, hinweis_id: int, *, now: datetime) -> None:
    """It certainly did not arrive: again after a growing pause, and no more after `VERSUCHE`."""
    notice = session.get_one(Hinweis, hinweis_id)
    if notice.versuche >= VERSUCHE:
        finish(session, hinweis_id, Hinweisstand.GESCHEITERT, now=now)
    else:
        notice.stand, notice.stand_seit = Hinweisstand.WARTET.value, now
        notice.faellig_am = now + _PAUSE * 4 ** (notice.versuche - 1)


def give_up_lost(session: Session, *, now: datetime) -> None:
    """What somebody claimed and never finished is uncertain."""
    session.execute(
        update(Hinweis)
        .where(Hinweis.stand == Hinweisstand.UNTERWEGS.value, Hinweis.stand_seit < now - _VERSCHOLLEN)
        .values(stand=Hinweisstand.UNGEWISS.value, stand_seit=now)
        .execution_options(synchronize_session=False)
    )
