"""Notes that a step could not be executed. It runs in its own transaction, after everything else was rolled back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import errors, spiff
from engine.commands.ereignisse import Protokoll
from engine.model import EreignisArt, Stoerung, Vorgang

_UNERWARTET = "Der Schritt konnte nicht ausgeführt werden. Ihre Systemadministration findet den Grund im Protokoll."


def record_stoerung(
    session: Session, vorgang_id: int, *, fehler: Exception, now: datetime, element: str | None = None
) -> Stoerung:
    """Note why a step failed, in the words of the error if it is ours; what is still open is not noted twice.

    The error names the element; ``element`` is the one that was to act, for errors that do not.
    """
    grund = fehler.text if isinstance(fehler, errors.EngineError) else _UNERWARTET
    element = (fehler.element if isinstance(fehler, spiff.Ausfuehrungsfehler) else None) or element
    vorgang = session.execute(
        select(Vorgang).where(Vorgang.id == vorgang_id).with_for_update(key_share=True)
    ).scalar_one()
    known = (
        session.execute(
            select(Stoerung).where(
                Stoerung.vorgang_id == vorgang_id,
                Stoerung.element_id.is_(None) if element is None else Stoerung.element_id == element,
                Stoerung.behoben_am.is_(None),
            )
        )
        .scalars()
        .first()
    )
    if known is not None:
        known.grund = grund
        return known
    trouble = Stoerung(
        mandant_id=vorgang.mandant_id,
        orga_einheit_id=vorgang.orga_einheit_id,
        vorgang_id=vorgang_id,
        element_id=element,
        grund=grund,
        seit=now,
    )
    session.add(trouble)
    protokoll = Protokoll(vorgang, now, None)
    protokoll.add(EreignisArt.STOERUNG, element=element)
    protokoll.write(session)
    return trouble


def resolve_stoerungen(session: Session, vorgang_id: int, *, now: datetime) -> None:
    """Close every open Störung of a Vorgang: its step went through."""
    session.execute(
        update(Stoerung)
        .where(Stoerung.vorgang_id == vorgang_id, Stoerung.behoben_am.is_(None))
        .values(behoben_am=now)
        .execution_options(synchronize_session=False)
    )
