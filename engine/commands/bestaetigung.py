"""What a person confirmed need not arrive again: the message that comes afterwards is the arrival she meant.

Without this it would be kept as an early one, and answer the next waiting of a repetition days later.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from engine import spiff
from engine.commands import nachrichten
from engine.model import Mandant, Nachricht, NachrichtStatus, Vorgang, Wartepunkt

_NACHRICHT = spiff.WarteArt.NACHRICHT.value


def note(session: Session, vorgang: Vorgang, point: Wartepunkt | None, now: datetime) -> None:
    """A person confirms the arrival at this waiting point of a locked Vorgang. Signals are not kept, so not noted."""
    if point is None or point.art != _NACHRICHT:
        return
    session.add(
        Nachricht(
            mandant_id=vorgang.mandant_id,
            orga_einheit_id=vorgang.orga_einheit_id,
            art=_NACHRICHT,
            name=point.name,
            schluessel=point.schluessel,
            eingang_am=now,
            gueltig_bis=nachrichten.valid_until(session.get_one(Mandant, vorgang.mandant_id), None, now),
            status=NachrichtStatus.BESTAETIGT.value,
            zugestellt_am=now,
            vorgang_id=vorgang.id,
            token=point.token,
        )
    )


def take(session: Session, nachricht: Nachricht, now: datetime) -> tuple[int, str] | None:
    """Vorgang and token where a person confirmed this message; each confirmation counts for one message."""
    if nachricht.schluessel is None:
        return None
    keyed = select(Vorgang.id).where(
        Vorgang.mandant_id == nachricht.mandant_id,
        or_(Vorgang.aktenzeichen == nachricht.schluessel, Vorgang.korrelation == nachricht.schluessel),
    )
    oldest = (
        select(Nachricht.id)
        .where(
            Nachricht.mandant_id == nachricht.mandant_id,
            Nachricht.name == nachricht.name,
            Nachricht.status == NachrichtStatus.BESTAETIGT.value,
            Nachricht.gueltig_bis > now,
            or_(
                Nachricht.schluessel == nachricht.schluessel,
                Nachricht.schluessel.is_(None) & Nachricht.vorgang_id.in_(keyed),
            ),
        )
        .order_by(Nachricht.id)
        .limit(1)
    )
    taken = session.execute(
        update(Nachricht)
        .where(Nachricht.id == oldest.scalar_subquery(), Nachricht.status == NachrichtStatus.BESTAETIGT.value)
        .values(status=NachrichtStatus.ZUGESTELLT.value, stand=Nachricht.stand + 1)
        .returning(Nachricht.vorgang_id, Nachricht.token)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return None if taken is None else (taken.vorgang_id, taken.token)
