"""A message or signal reaches a waiting token: the step it sets off, whoever brought it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, spiff
from engine.commands import ablauf, bestaetigung, vorgaenge
from engine.model import (
    Aufgabe,
    EreignisArt,
    Vorgang,
    VorgangStatus,
    Wartepunkt,
    zugriff_of,
)
from engine.model.reichweite import within_reach
from engine.rechte import Akteur, Recht

_VON_AUSSEN = (spiff.WarteArt.NACHRICHT.value, spiff.WarteArt.SIGNAL.value)


def trigger_ereignis(session: Session, akteur: Akteur, vorgang_id: int, token: str, *, now: datetime) -> list[Aufgabe]:
    """A person says that the message or signal has arrived for which this token waits; returns the next Aufgaben.

    For what waits at an Aufgabe or in the background (boundary event, event sub-process). Where the token itself is an
    Aufgabe, completing that is the way.

    Raises
    ------
    errors.NotFound
        When the Vorgang is out of reach.
    errors.Conflict
        When the token does not wait for it any more.
    """
    akteur.require(Recht.ARBEITSKORB)
    akteur.require(Recht.VORGANG_SEHEN)
    reached = select(Vorgang.id).where(Vorgang.id == vorgang_id, within_reach(akteur))
    if session.execute(reached).first() is None:
        raise errors.NotFound
    vorgang = vorgaenge.lock(session, vorgang_id)
    point = waiting(session, vorgang_id, token)
    if point is None or point.art not in _VON_AUSSEN:
        raise errors.Conflict(
            "Bestätigen nicht möglich: Der Vorgang wartet nicht mehr darauf. Sie sehen jetzt den neuen Stand."
        )
    if _aufgabe(session, vorgang_id, token) is not None:
        raise errors.Conflict(
            "Bestätigen nicht möglich: Dafür gibt es eine Aufgabe. Bitte erledigen Sie diese im Arbeitskorb."
        )
    session.add(zugriff_of(akteur, vorgang, zweck=EreignisArt.NACHRICHT_EINGETROFFEN.value, now=now))
    bestaetigung.note(session, vorgang, point, now)
    return arrive(session, vorgang, point, now=now, person_id=akteur.person_id)


def waiting(session: Session, vorgang_id: int, token: str) -> Wartepunkt | None:
    """What is stored about a waiting token of a locked Vorgang."""
    return session.execute(
        select(Wartepunkt)
        .where(Wartepunkt.vorgang_id == vorgang_id, Wartepunkt.token == token)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def arrive(
    session: Session,
    vorgang: Vorgang,
    point: Wartepunkt,
    *,
    now: datetime,
    person_id: int | None = None,
    variablen: Mapping[str, Any] | None = None,
) -> list[Aufgabe]:
    """One step of a locked Vorgang: the token goes on, an Aufgabe that stood for the waiting is done."""
    if vorgang.status != VorgangStatus.LAUFEND:
        raise errors.Conflict
    lage = ablauf.open_lage(session, vorgang, now, person_id)
    ergebnis = spiff.trigger(
        lage.modell,
        vorgang.zustand,
        vorgang.variablen,
        point.token,
        eingaben=variablen or {},
        umgebung=lage.umgebung,
        now=now,
    )
    lage.protokoll.add(
        EreignisArt.NACHRICHT_EINGETROFFEN, element=point.element_id, grund=point.art, daten={"name": point.name}
    )
    return ablauf.apply(lage, ergebnis)


def _aufgabe(session: Session, vorgang_id: int, token: str) -> Aufgabe | None:
    return session.execute(
        select(Aufgabe)
        .where(Aufgabe.vorgang_id == vorgang_id, Aufgabe.token == token, Aufgabe.fertig_am.is_(None))
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
