"""Delivers a Nachricht exactly once: to the Vorgang that waits for it, else by starting one, else later.

The Vorgang is locked first, as in every command; then the row of the Nachricht changes in the same transaction as the
step. Whoever finds it changed by somebody else undoes everything.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from engine import errors, spiff
from engine.commands import bestaetigung, eintreffen, starts, vorgaenge
from engine.model import Nachricht, NachrichtStatus, Startpunkt, Vorgang, VorgangStatus, Wartepunkt

_NACHRICHT, _SIGNAL = spiff.WarteArt.NACHRICHT.value, spiff.WarteArt.SIGNAL.value
_ERSTE_PAUSE = timedelta(seconds=2)
_LAENGSTE_PAUSE = timedelta(minutes=10)
#: so many Vorgänge may begin one after the other by messages that no person sent
MAX_TIEFE = 10


def deliver(session: Session, nachricht_id: int, *, now: datetime) -> bool:
    """Try one due Nachricht; False when its Vorgang is held by somebody else and it has to be tried again.

    Raises
    ------
    errors.Conflict
        When somebody else was faster; nothing happened here.
    """
    nachricht = session.get(Nachricht, nachricht_id, populate_existing=True)
    if nachricht is None or nachricht.faellig_am is None or nachricht.faellig_am > now:
        return True
    if nachricht.status != NachrichtStatus.WARTET:
        nachricht.faellig_am = None  # it is over: never again, whatever made it due
        return True
    return _deliver_signal(session, nachricht, now) if nachricht.art == _SIGNAL else _deliver(session, nachricht, now)


def _deliver(session: Session, nachricht: Nachricht, now: datetime) -> bool:
    """To whom waits for it, else to whom a person confirmed it already, else a start.

    What nobody took in its time expires, after this last attempt.
    """
    oldest = _oldest(session, nachricht)
    if oldest is not None:
        return _hand_over(session, nachricht, *oldest, now)
    confirmed = bestaetigung.take(session, nachricht, now)
    if confirmed is not None:
        _settle(session, nachricht, NachrichtStatus.ZUGESTELLT, now, vorgang_id=confirmed[0], token=confirmed[1])
    elif (point := startpunkt(session, nachricht)) is not None:
        _start(session, nachricht, point, now)
    elif nachricht.gueltig_bis <= now:
        _settle(session, nachricht, NachrichtStatus.VERFALLEN, now)
    else:
        _postpone(session, nachricht, now)
    return True


def _deliver_signal(session: Session, nachricht: Nachricht, now: datetime) -> bool:
    """It is split once; each part has its place beforehand, and is over if that is gone."""
    if nachricht.gueltig_bis <= now:
        _settle(session, nachricht, NachrichtStatus.VERFALLEN, now)
    elif nachricht.vorgang_id is not None:
        return _hand_over(session, nachricht, nachricht.vorgang_id, nachricht.token or "", now)
    elif nachricht.prozess_id is None:
        _split(session, nachricht, now)
    elif (point := startpunkt(session, nachricht)) is not None:
        _start(session, nachricht, point, now)
    else:
        _settle(session, nachricht, NachrichtStatus.VERFALLEN, now)
    return True


def target(session: Session, nachricht: Nachricht) -> tuple[int, str] | None:
    """Vorgang and token to which it goes now; None when none waits for it."""
    if nachricht.vorgang_id is not None:
        return nachricht.vorgang_id, nachricht.token or ""
    return None if nachricht.art == _SIGNAL else _oldest(session, nachricht)


def _hand_over(session: Session, nachricht: Nachricht, vorgang_id: int, token: str, now: datetime) -> bool:
    vorgang = vorgaenge.lock_if_free(session, vorgang_id)
    if vorgang is None:
        return False
    point = eintreffen.waiting(session, vorgang_id, token)
    if point is None or vorgang.status != VorgangStatus.LAUFEND:
        # It went on meanwhile. A message looks for another place at once; a part of a signal had only this one.
        if nachricht.vorgang_id is not None:
            _settle(session, nachricht, NachrichtStatus.VERFALLEN, now)
            return True
        raise errors.Conflict
    variablen = nachricht.variablen
    _settle(session, nachricht, NachrichtStatus.ZUGESTELLT, now, vorgang_id=vorgang_id, token=token)
    eintreffen.arrive(session, vorgang, point, now=now, variablen=variablen)
    return True


def _oldest(session: Session, nachricht: Nachricht, ausser: int = 0) -> tuple[int, str] | None:
    """Vorgang and token that wait longest for this message; neither the sender itself is meant nor ``ausser``.

    Only those that began to wait while it was valid: a worker who comes late delivers what was in time.
    """
    if nachricht.schluessel is None:
        return None
    waits = (
        Wartepunkt.mandant_id == nachricht.mandant_id,
        Wartepunkt.art == _NACHRICHT,
        Wartepunkt.name == nachricht.name,
        Wartepunkt.vorgang_id.not_in((nachricht.von_vorgang_id or 0, ausser)),
        Wartepunkt.seit <= nachricht.gueltig_bis,
    )
    columns = select(Wartepunkt.id, Wartepunkt.vorgang_id, Wartepunkt.token)
    by_own_key = columns.where(*waits, Wartepunkt.schluessel == nachricht.schluessel)
    # First the few Vorgänge with this key, then what they wait for: many may wait for the same name.
    keyed = select(Vorgang.id).where(
        Vorgang.mandant_id == nachricht.mandant_id,
        or_(Vorgang.aktenzeichen == nachricht.schluessel, Vorgang.korrelation == nachricht.schluessel),
        Vorgang.status == VorgangStatus.LAUFEND.value,
    )
    ids = list(session.execute(keyed).scalars())
    found = list(session.execute(by_own_key.order_by(Wartepunkt.id).limit(1)))
    if ids:
        by_vorgang = columns.where(*waits, Wartepunkt.schluessel.is_(None), Wartepunkt.vorgang_id.in_(ids))
        found += session.execute(by_vorgang.order_by(Wartepunkt.id).limit(1))
    first = min(found, default=None)
    return None if first is None else (first.vorgang_id, first.token)


def _start(session: Session, nachricht: Nachricht, point: Startpunkt, now: datetime) -> None:
    """Start a Vorgang with it."""
    if nachricht.tiefe >= MAX_TIEFE:
        raise errors.EngineError(
            "Starten nicht möglich: Prozesse starten einander durch Nachrichten ohne Ende. "
            "Bitte prüfen Sie in den Zeichnungen, wer wen startet."
        )
    vorgang = starts.start_at(
        session,
        point,
        now=now,
        korrelation=nachricht.schluessel,
        variablen=nachricht.variablen,
        orga_einheit_id=nachricht.orga_einheit_id,
        tiefe=nachricht.tiefe + 1,
    )
    # Last: a start takes the number of the file first, here and in every other transaction. The new Vorgang may have
    # woken the message itself, so it is read again.
    session.refresh(nachricht, with_for_update=True)
    _check_alone(session, nachricht, vorgang)
    _settle(session, nachricht, NachrichtStatus.ZUGESTELLT, now, vorgang_id=vorgang.id)


def _check_alone(session: Session, nachricht: Nachricht, vorgang: Vorgang) -> None:
    """Two messages with one key start one Vorgang: the second comes after the number of the first, and looks again.

    Raises
    ------
    errors.Conflict
        When another one waits for it by now, or has got it.
    """
    other = _oldest(session, nachricht, ausser=vorgang.id) if nachricht.art == _NACHRICHT else None
    if other is not None or nachricht.status != NachrichtStatus.WARTET:
        raise errors.Conflict


def startpunkt(session: Session, nachricht: Nachricht) -> Startpunkt | None:
    """The start that it sets off if nobody waits for it: of several, the one that has been there longest."""
    of_process = [Startpunkt.prozess_id == nachricht.prozess_id] if nachricht.prozess_id else []
    return session.execute(
        select(Startpunkt)
        .where(
            Startpunkt.mandant_id == nachricht.mandant_id,
            Startpunkt.art == nachricht.art,
            Startpunkt.name == nachricht.name,
            *of_process,
        )
        .order_by(Startpunkt.id)
        .limit(1)
    ).scalar_one_or_none()


def _split(session: Session, nachricht: Nachricht, now: datetime) -> None:
    """A signal becomes one row for each place that waits now, so that each is delivered by itself, once."""
    of_name = (nachricht.mandant_id, _SIGNAL, nachricht.name)
    waits = select(Wartepunkt.vorgang_id, Wartepunkt.token, Wartepunkt.orga_einheit_id).where(
        Wartepunkt.mandant_id == of_name[0], Wartepunkt.art == of_name[1], Wartepunkt.name == of_name[2]
    )
    waits = waits.where(Wartepunkt.vorgang_id != (nachricht.von_vorgang_id or 0)).order_by(Wartepunkt.id)
    begins = select(Startpunkt.prozess_id).where(
        Startpunkt.mandant_id == of_name[0], Startpunkt.art == of_name[1], Startpunkt.name == of_name[2]
    )
    parts: list[dict[str, Any]] = [
        {"vorgang_id": row.vorgang_id, "token": row.token, "orga_einheit_id": row.orga_einheit_id, "prozess_id": None}
        for row in session.execute(waits)
    ]
    parts += [
        {"vorgang_id": None, "token": None, "orga_einheit_id": nachricht.orga_einheit_id, "prozess_id": prozess_id}
        for prozess_id in session.execute(begins.distinct()).scalars()
    ]
    shared = {
        "mandant_id": nachricht.mandant_id,
        "art": _SIGNAL,
        "name": nachricht.name,
        "variablen": nachricht.variablen,
        "eingang_am": nachricht.eingang_am,
        "gueltig_bis": nachricht.gueltig_bis,
        "faellig_am": now,
        "versuche": 0,
        "fehler": 0,
        "status": NachrichtStatus.WARTET.value,
        "stand": 0,
        "von_vorgang_id": nachricht.von_vorgang_id,
        "tiefe": nachricht.tiefe,
    }
    _settle(session, nachricht, NachrichtStatus.ZUGESTELLT, now)
    if parts:
        session.execute(insert(Nachricht), [shared | part for part in parts])


def _settle(
    session: Session,
    nachricht: Nachricht,
    status: NachrichtStatus,
    now: datetime,
    *,
    vorgang_id: int | None = None,
    token: str | None = None,
) -> None:
    """Take it out of the queue; its variables are where they belong, or nowhere."""
    changes: dict[str, Any] = {"status": status.value, "zugestellt_am": now, "faellig_am": None, "variablen": {}}
    if vorgang_id is not None:
        changes |= {"vorgang_id": vorgang_id, "token": token}
    _change(session, nachricht, changes | {"grund": None})


def _postpone(session: Session, nachricht: Nachricht, now: datetime) -> None:
    """Nobody waits for it yet: try again after a growing pause, and for the last time when its validity ends."""
    pause = min(_ERSTE_PAUSE * 2 ** min(nachricht.versuche, 12), _LAENGSTE_PAUSE)
    next_try = min(now + pause, nachricht.gueltig_bis)
    _change(session, nachricht, {"faellig_am": next_try, "versuche": nachricht.versuche + 1})


def _change(session: Session, nachricht: Nachricht, changes: dict[str, Any]) -> None:
    """Change the row if it still is as it was read.

    Raises
    ------
    errors.Conflict
        When somebody else changed it meanwhile.
    """
    done = session.execute(
        update(Nachricht)
        .where(
            Nachricht.id == nachricht.id,
            Nachricht.status == NachrichtStatus.WARTET.value,
            Nachricht.faellig_am == nachricht.faellig_am,
            Nachricht.stand == nachricht.stand,
        )
        .values(**changes, stand=Nachricht.stand + 1)
        .returning(Nachricht.id)
        .execution_options(synchronize_session=False)
    ).first()
    if done is None:
        raise errors.Conflict
