"""Open Aufgaben whose token went on without a person: done by what arrived, or fallen away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from engine.model import Aufgabe, AufgabeStatus, EreignisArt, Formularinhalt

if TYPE_CHECKING:
    from engine.commands.ablauf import Lage
    from engine.commands.wartepunkte import Bekannt


def load(lage: Lage, ids: Collection[int]) -> list[Aufgabe]:
    """Those that leave, in the order in which they came."""
    if not ids:
        return []
    return list(lage.session.execute(select(Aufgabe).where(Aufgabe.id.in_(ids)).order_by(Aufgabe.id)).scalars())


def finish(lage: Lage, aufgaben: Collection[Aufgabe], points: Mapping[str, Bekannt]) -> None:
    """They stood for the waiting for a message or signal, and it came: nobody has to confirm it any more."""
    for aufgabe in aufgaben:
        if aufgabe.status == AufgabeStatus.UNTERBROCHEN:
            lage.protokoll.add_aufgabe(EreignisArt.FORTGESETZT, aufgabe, grund=aufgabe.wartegrund)
        aufgabe.status, aufgabe.person_id, aufgabe.wartegrund = AufgabeStatus.ERLEDIGT.value, None, None
        aufgabe.fertig_am = lage.now
        milestone = lage.versionen.meilenstein(aufgabe.element_id)
        daten = {"meilenstein": milestone} if milestone else None
        lage.protokoll.add_aufgabe(EreignisArt.ERLEDIGT, aufgabe, grund=points[aufgabe.token].art.value, daten=daten)
    _delete_entwuerfe(lage, [aufgabe.id for aufgabe in aufgaben])


def drop(lage: Lage, aufgaben: Iterable[Aufgabe]) -> None:
    """What they were for is over."""
    for aufgabe in aufgaben:
        aufgabe.status, aufgabe.fertig_am = AufgabeStatus.ENTFALLEN.value, lage.now
        lage.protokoll.add_aufgabe(EreignisArt.ENTFALLEN, aufgabe)


def _delete_entwuerfe(lage: Lage, ids: list[int]) -> None:
    if ids:
        lage.session.execute(
            delete(Formularinhalt).where(Formularinhalt.aufgabe_id.in_(ids), Formularinhalt.entwurf.is_(True))
        )
