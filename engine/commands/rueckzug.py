"""Ends a Vorgang before its end: withdrawn by the family, started by mistake, passed on. It cannot be undone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import errors
from engine.commands import stoerungen
from engine.commands.ereignisse import Protokoll
from engine.model import (
    OFFEN,
    Aufgabe,
    AufgabeStatus,
    EreignisArt,
    Formularinhalt,
    Rueckzugsgrund,
    Vorgang,
    VorgangStatus,
    Wartepunkt,
    zugriff_of,
)
from engine.model.reichweite import within_reach
from engine.rechte import Akteur, Recht
from engine.spiff import WarteArt


def withdraw_vorgang(
    session: Session, akteur: Akteur, vorgang_id: int, *, grund: Rueckzugsgrund, now: datetime
) -> Vorgang:
    """End a running Vorgang with a reason: open Aufgaben and all waiting fall away, drafts are deleted.

    Raises
    ------
    errors.NotFound
        When it does not exist or is out of reach.
    errors.Conflict
        When it is over already, or this person neither leads the unit, nor started it, nor works on it now.
    """
    akteur.require(Recht.ARBEITSKORB)
    akteur.require(Recht.VORGANG_SEHEN)
    session.flush()
    vorgang = session.execute(
        select(Vorgang)
        .where(Vorgang.id == vorgang_id, within_reach(akteur))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if vorgang is None:
        raise errors.NotFound
    if vorgang.status != VorgangStatus.LAUFEND:
        raise errors.Conflict("Zurückziehen nicht möglich: Der Vorgang ist schon abgeschlossen.")
    aufgaben = list(
        session.execute(
            select(Aufgabe).where(Aufgabe.vorgang_id == vorgang.id, Aufgabe.status.in_(OFFEN)).order_by(Aufgabe.id)
        ).scalars()
    )
    if not may_withdraw(akteur, vorgang, [a.person_id for a in aufgaben]):
        raise errors.Conflict(
            "Zurückziehen nicht möglich: Das macht, wer gerade am Vorgang arbeitet, ihn begonnen hat oder die Einheit "
            "leitet. Bitte sprechen Sie diese Person an."
        )
    protokoll = Protokoll(vorgang, now, akteur.person_id)
    for aufgabe in aufgaben:
        aufgabe.status, aufgabe.fertig_am = AufgabeStatus.ENTFALLEN.value, now
        protokoll.add_aufgabe(EreignisArt.ENTFALLEN, aufgabe)
    _end_waiting(session, vorgang, protokoll, {a.token for a in aufgaben})
    vorgang.status, vorgang.beendet_am = VorgangStatus.ABGEBROCHEN.value, now
    protokoll.add(EreignisArt.VORGANG_ABGEBROCHEN, grund=grund.value)
    session.execute(
        delete(Formularinhalt).where(Formularinhalt.vorgang_id == vorgang.id, Formularinhalt.entwurf.is_(True))
    )
    stoerungen.resolve_stoerungen(session, vorgang, None, now=now)
    protokoll.write(session)
    session.add(zugriff_of(akteur, vorgang, zweck=EreignisArt.VORGANG_ABGEBROCHEN.value, now=now))
    session.flush()
    return vorgang


def may_withdraw(akteur: Akteur, vorgang: Vorgang, holders: list[int | None]) -> bool:
    """Whether this person may end it: she works on it now, started it, or leads its unit."""
    return (
        akteur.person_id in holders
        or vorgang.gestartet_von == akteur.person_id
        or (vorgang.orga_einheit_id is not None and vorgang.orga_einheit_id in akteur.einheiten)
    )


def _end_waiting(session: Session, vorgang: Vorgang, protokoll: Protokoll, at_aufgaben: set[str]) -> None:
    """What people could see waiting falls away; what only watched (boundary events) is gone without a word."""
    points = session.execute(select(Wartepunkt).where(Wartepunkt.vorgang_id == vorgang.id).order_by(Wartepunkt.id))
    for point in points.scalars().all():
        if not point.angeheftet and point.art != WarteArt.DIENST and point.token not in at_aufgaben:
            run = int(vorgang.laeufe.get(point.element_id, 0)) + 1
            protokoll.add(EreignisArt.ENTFALLEN, element=point.element_id, lauf=run)
    session.execute(delete(Wartepunkt).where(Wartepunkt.vorgang_id == vorgang.id))
