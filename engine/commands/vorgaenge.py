"""Starts a Vorgang and lets its due timers fire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine import errors, spiff
from engine.commands import ablauf
from engine.kalender import lokales_datum
from engine.model import (
    EreignisArt,
    Mandant,
    Nummernkreis,
    OrgaEinheit,
    Prozessversion,
    VersionStatus,
    Vorgang,
    VorgangStatus,
    Wartepunkt,
    zugriff_of,
)
from engine.rechte import Akteur, Recht


def start_vorgang(
    session: Session,
    akteur: Akteur,
    *,
    prozess_id: int,
    now: datetime,
    eingang_am: datetime | None = None,
    orga_einheit_id: int | None = None,
    startkennung: str | None = None,
    start_element: str | None = None,
    beispiel: bool = False,
) -> Vorgang:
    """Start the version im Einsatz of a process, at ``start_element`` if it has several start events.

    ``eingang_am`` is the first contact when it was before ``now`` (later entry); the deadlines count from it. With a
    ``startkennung`` that this person already used, her Vorgang of then is returned and nothing happens.

    Raises
    ------
    errors.NotFound
        When the process has no version im Einsatz, or the unit belongs to another Mandant.
    errors.Invalid
        When the Eingang lies in the future, or the process has no such start.
    """
    akteur.require(Recht.VORGANG_STARTEN)
    started = _started_with(session, akteur, startkennung)
    if started is not None:
        return started
    eingang_am = eingang_am or now
    if eingang_am > now:
        text = "Der Eingang liegt in der Zukunft. Bitte prüfen Sie Datum und Uhrzeit."
        raise errors.Invalid(f"Starten nicht möglich: {text}", felder={"eingang_am": text})
    version = _version_im_einsatz(session, akteur, prozess_id)
    if orga_einheit_id is not None:
        _check_einheit(session, akteur, orga_einheit_id)
    vorgang = Vorgang(
        mandant_id=akteur.mandant_id,
        orga_einheit_id=orga_einheit_id or akteur.orga_einheit_id,
        eingang_am=eingang_am,
        gestartet_von=akteur.person_id,
        startkennung=startkennung,
        beispiel=beispiel,
    )
    begin(session, vorgang, version, now=now, start_element=start_element)
    session.add(zugriff_of(akteur, vorgang, zweck=EreignisArt.VORGANG_GESTARTET.value, now=now))
    return vorgang


def begin(
    session: Session,
    vorgang: Vorgang,
    version: Prozessversion,
    *,
    now: datetime,
    start_element: str | None = None,
    variablen: Mapping[str, Any] | None = None,
) -> None:
    """Store a new Vorgang of this version and run it up to where it waits first. The caller checked the right to.

    Raises
    ------
    errors.Invalid
        When the process has no such start event.
    """
    vorgang.prozess_id, vorgang.prozessversion_id = version.prozess_id, version.id
    vorgang.aktenzeichen = _aktenzeichen(session, vorgang.mandant_id, now)
    vorgang.gestartet_am, vorgang.status = now, VorgangStatus.LAUFEND.value
    vorgang.variablen = {**(variablen or {}), "eingang": vorgang.eingang_am.isoformat()}
    vorgang.laeufe, vorgang.kette, vorgang.gestoert = {}, "", False
    session.add(vorgang)
    session.flush()
    lage = ablauf.open_lage(session, vorgang, now, vorgang.gestartet_von)
    if start_element is not None and start_element not in {s.element for s in lage.modell.starts}:
        text = "Der Prozess hat keinen solchen Anfang. Bitte wählen Sie einen der angebotenen."
        raise errors.Invalid(f"Starten nicht möglich: {text}", felder={"start_element": text})
    lage.protokoll.add(EreignisArt.VORGANG_GESTARTET, zeit=vorgang.eingang_am, element=start_element)
    ergebnis = spiff.start(lage.modell, vorgang.variablen, umgebung=lage.umgebung, now=now, start_element=start_element)
    ablauf.apply(lage, ergebnis)


def _started_with(session: Session, akteur: Akteur, startkennung: str | None) -> Vorgang | None:
    if startkennung is None:
        return None
    return session.execute(
        select(Vorgang).where(Vorgang.gestartet_von == akteur.person_id, Vorgang.startkennung == startkennung)
    ).scalar_one_or_none()


def _check_einheit(session: Session, akteur: Akteur, orga_einheit_id: int) -> None:
    einheit = session.get(OrgaEinheit, orga_einheit_id)
    if einheit is None or einheit.mandant_id != akteur.mandant_id:
        raise errors.NotFound


def _version_im_einsatz(session: Session, akteur: Akteur, prozess_id: int) -> Prozessversion:
    version = session.execute(
        select(Prozessversion).where(
            Prozessversion.mandant_id == akteur.mandant_id,
            Prozessversion.prozess_id == prozess_id,
            Prozessversion.status == VersionStatus.IM_EINSATZ,
        )
    ).scalar_one_or_none()
    if version is None:
        raise errors.NotFound("Starten nicht möglich: Keine Version dieses Prozesses ist im Einsatz.")
    return version


def _aktenzeichen(session: Session, mandant_id: int, now: datetime) -> str:
    """Next number of the year, e.g. ``51-2026-00412``; the row stays locked until the transaction ends."""
    year = lokales_datum(now).year
    taken = session.execute(
        update(Nummernkreis)
        .where(Nummernkreis.mandant_id == mandant_id, Nummernkreis.jahr == year)
        .values(naechste=Nummernkreis.naechste + 1)
        .returning(Nummernkreis.naechste)
    ).scalar_one_or_none()
    if taken is None:
        session.add(Nummernkreis(mandant_id=mandant_id, jahr=year, naechste=2))
        session.flush()
        taken = 2
    office = session.get_one(Mandant, mandant_id).einstellungen.get("aktenplan", "51")
    return f"{office}-{year}-{taken - 1:05d}"


def fire_timers(
    session: Session,
    vorgang_id: int,
    *,
    now: datetime,
    gefeuert_am: datetime | None = None,
    token: str | None = None,
) -> None:
    """Fire every timer of a Vorgang that is due at ``now``, or only the one at ``token``.

    If the Vorgang already ended, its waiting points end too.

    ``gefeuert_am`` is the moment on the clock, for the record of how late they were, when ``now`` is the earlier
    instant for which they were set.
    """
    vorgang = lock(session, vorgang_id)
    if vorgang.status != VorgangStatus.LAUFEND:
        # A row that stays due would be found again and again.
        session.execute(delete(Wartepunkt).where(Wartepunkt.vorgang_id == vorgang_id))
        return
    lage = ablauf.open_lage(session, vorgang, now, None, gefeuert_am)
    ergebnis = spiff.fire_timers(
        lage.modell, vorgang.zustand, vorgang.variablen, umgebung=lage.umgebung, now=now, token=token
    )
    ablauf.apply(lage, ergebnis)


def lock(session: Session, vorgang_id: int) -> Vorgang:
    """The Vorgang, locked until the transaction ends: what every command takes first."""
    session.flush()  # an earlier command of the same transaction must not be overwritten by what is read now
    return session.execute(
        select(Vorgang)
        .where(Vorgang.id == vorgang_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()


def lock_if_free(session: Session, vorgang_id: int) -> Vorgang | None:
    """The same for a worker, which has other work meanwhile: None when somebody else holds it (PostgreSQL)."""
    return session.execute(
        select(Vorgang)
        .where(Vorgang.id == vorgang_id)
        .with_for_update(key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
