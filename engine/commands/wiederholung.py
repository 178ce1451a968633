"""Sets going again what rests after too many failures. What is tried again lies with the worker or with a person."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import errors, spiff
from engine.commands import stoerungen, vorgaenge
from engine.model import (
    Aufgabe,
    Nachricht,
    NachrichtStatus,
    Startpunkt,
    Stoerung,
    VorgangStatus,
    Wartepunkt,
    zugriff_of,
)
from engine.rechte import Akteur, Recht


class Weiter(StrEnum):
    """What happens next."""

    #: the worker tries it at once
    AUTOMATISCH = "automatisch"
    #: the person whose Aufgabe failed completes it again
    AUFGABE = "aufgabe"
    #: there was nothing left to do
    ERLEDIGT = "erledigt"


def retry_stoerung(session: Session, akteur: Akteur, stoerung_id: int, *, now: datetime) -> Weiter:
    """Try again what failed; the Störung closes when it goes through.

    Raises
    ------
    errors.NotFound
        When the Mandant has no such Störung.
    """
    akteur.require(Recht.STOERUNG_BEHEBEN)
    trouble = session.get(Stoerung, stoerung_id)
    if trouble is None or trouble.mandant_id != akteur.mandant_id:
        raise errors.NotFound
    vorgang = vorgaenge.lock(session, trouble.vorgang_id)
    session.refresh(trouble)
    session.add(zugriff_of(akteur, vorgang, zweck="stoerung", now=now))
    if trouble.behoben_am is not None:
        return Weiter.ERLEDIGT
    point = session.execute(
        select(Wartepunkt).where(Wartepunkt.vorgang_id == vorgang.id, Wartepunkt.token == trouble.token)
    ).scalar_one_or_none()
    if vorgang.status == VorgangStatus.LAUFEND and point is not None and _try_again(session, point, now):
        return Weiter.AUTOMATISCH
    if _has_aufgabe(session, trouble):
        return Weiter.AUFGABE
    # Nothing that failed is left: what waits there waits for something new.
    stoerungen.resolve_stoerungen(session, vorgang, [trouble.token], now=now)
    return Weiter.ERLEDIGT


def retry_start(session: Session, akteur: Akteur, startpunkt_id: int, *, now: datetime) -> None:
    """Let a start by the clock, a message or a signal that failed try again at once. Raises as `retry_stoerung`."""
    akteur.require(Recht.STOERUNG_BEHEBEN)
    point = session.get(Startpunkt, startpunkt_id, with_for_update=True)
    if point is None or point.mandant_id != akteur.mandant_id:
        raise errors.NotFound
    if point.art != spiff.WarteArt.TIMER:
        _try_messages(session, point.mandant_id, point.name, now)
    elif point.versuche:
        point.versuche, point.faellig_am = 0, now


def _try_again(session: Session, point: Wartepunkt, now: datetime) -> bool:
    if point.art in (spiff.WarteArt.NACHRICHT, spiff.WarteArt.SIGNAL):
        return _try_messages(session, point.mandant_id, point.name, now)
    if point.art == spiff.WarteArt.BEDINGUNG:
        return False
    point.versuche, point.faellig_am = 0, max(now, point.termin_am or now)
    point.gesperrt_von = point.gesperrt_bis = point.sperre = None
    return True


def _try_messages(session: Session, mandant_id: int, name: str, now: datetime) -> bool:
    """Messages of this name that failed are due again; whether there were any."""
    done = session.execute(
        update(Nachricht)
        .where(
            Nachricht.mandant_id == mandant_id,
            Nachricht.name == name,
            Nachricht.status == NachrichtStatus.WARTET.value,
            Nachricht.fehler > 0,
        )
        .values(fehler=0, faellig_am=now)
        .returning(Nachricht.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(done)


def _has_aufgabe(session: Session, trouble: Stoerung) -> bool:
    open_one = select(Aufgabe.id).where(
        Aufgabe.vorgang_id == trouble.vorgang_id, Aufgabe.token == trouble.token, Aufgabe.fertig_am.is_(None)
    )
    return session.execute(open_one).first() is not None
