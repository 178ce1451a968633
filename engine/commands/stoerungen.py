"""Notes that a step could not be executed. It runs in its own transaction, after everything else was rolled back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import errors, spiff
from engine.commands.ereignisse import Protokoll
from engine.model import EreignisArt, Stoerung, Vorgang

#: a race loses once; what is refused every time does not fit together
_UNPASSEND = (
    "Der Schritt passt nicht zum gespeicherten Stand des Vorgangs. Ihre Systemadministration prüft den Vorgang."
)
_UNERWARTET = "Der Schritt konnte nicht ausgeführt werden. Ihre Systemadministration findet den Grund im Protokoll."


def grund_of(fehler: Exception) -> str:
    """What people read about a fault: the words of the error if it is ours, never those of a library."""
    if isinstance(fehler, errors.Conflict):
        return _UNPASSEND
    return fehler.text if isinstance(fehler, errors.EngineError) else _UNERWARTET


def record_stoerung(
    session: Session, vorgang_id: int, *, fehler: Exception, now: datetime, token: str, element: str | None = None
) -> Stoerung:
    """Note why a step failed, in the words of the error if it is ours; what is still open is not noted twice.

    The error names the element; ``element`` is the one that was to act, for errors that do not.
    """
    grund = grund_of(fehler)
    element = (fehler.element if isinstance(fehler, spiff.Ausfuehrungsfehler) else None) or element
    vorgang = session.execute(
        select(Vorgang).where(Vorgang.id == vorgang_id).with_for_update(key_share=True)
    ).scalar_one()
    known = (
        session.execute(
            select(Stoerung).where(
                Stoerung.vorgang_id == vorgang_id,
                Stoerung.token == token,
                Stoerung.behoben_am.is_(None),
            )
        )
        .scalars()
        .first()
    )
    if known is not None:
        known.grund, known.element_id = grund, element
        return known
    trouble = Stoerung(
        mandant_id=vorgang.mandant_id,
        orga_einheit_id=vorgang.orga_einheit_id,
        vorgang_id=vorgang_id,
        token=token,
        element_id=element,
        grund=grund,
        seit=now,
    )
    session.add(trouble)
    vorgang.gestoert = True
    protokoll = Protokoll(vorgang, now, None)
    protokoll.add(EreignisArt.STOERUNG, element=element)
    protokoll.write(session)
    return trouble


def resolve_stoerungen(session: Session, vorgang: Vorgang, tokens: Iterable[str] | None, *, now: datetime) -> None:
    """Close the Störungen of tokens that moved; ``None`` closes all: the Vorgang is over.

    A parallel branch that is still stuck keeps its Störung. Costs nothing while there is none.
    """
    if not vorgang.gestoert:
        return
    still_open = [Stoerung.vorgang_id == vorgang.id, Stoerung.behoben_am.is_(None)]
    moved = [Stoerung.token.in_(sorted(tokens))] if tokens is not None else []
    session.execute(
        update(Stoerung).where(*still_open, *moved).values(behoben_am=now).execution_options(synchronize_session=False)
    )
    vorgang.gestoert = session.execute(select(Stoerung.id).where(*still_open).limit(1)).first() is not None
