"""Wiedervorlage: look at a Vorgang or an Aufgabe again on a day, oneself or the Gruppe. Setting and finishing it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.commands.ereignisse import Protokoll
from engine.kalender import lokales_datum
from engine.model import Aufgabe, EreignisArt, Vorgang, Wiedervorlage, Wiedervorlagegrund, zugriff_of
from engine.model.reichweite import within_reach
from engine.rechte import Akteur, Recht

#: further ahead it is a task of the E-Akte
MAX_TAGE = 5 * 366


def set_wiedervorlage(
    session: Session,
    akteur: Akteur,
    vorgang_id: int,
    *,
    am: date,
    grund: Wiedervorlagegrund,
    now: datetime,
    aufgabe_id: int | None = None,
    gruppe_id: int | None = None,
) -> Wiedervorlage:
    """Have a Vorgang, or one Aufgabe of it, come up on a day: for oneself, or for one of the own Gruppen.

    Setting the same again for the same day changes nothing.

    Raises
    ------
    errors.NotFound
        When the Vorgang is out of reach, or the Aufgabe or Gruppe does not belong to it.
    errors.Invalid
        When the day cannot be used.
    """
    akteur.require(Recht.VORGANG_SEHEN)
    vorgang = _lock(session, akteur, vorgang_id)
    if gruppe_id is not None and gruppe_id not in akteur.gruppen:
        raise errors.NotFound
    if aufgabe_id is not None and session.get_one(Aufgabe, aufgabe_id).vorgang_id != vorgang_id:
        raise errors.NotFound
    _check_tag(am, now)
    owner = {"person_id": akteur.person_id if gruppe_id is None else None, "gruppe_id": gruppe_id}
    wanted = {"vorgang_id": vorgang_id, "aufgabe_id": aufgabe_id, "am": am, "grund": grund.value, **owner}
    same = select(Wiedervorlage).filter_by(**wanted, erledigt_am=None)
    known = session.execute(same.limit(1)).scalar_one_or_none()
    if known is not None:
        return known
    row = Wiedervorlage(
        mandant_id=vorgang.mandant_id,
        orga_einheit_id=vorgang.orga_einheit_id,
        erstellt_von=akteur.person_id,
        erstellt_am=now,
        **wanted,
    )
    session.add(row)
    _record(session, akteur, vorgang, EreignisArt.WIEDERVORLAGE_GESETZT, grund, {"am": am.isoformat()}, now)
    return row


def finish_wiedervorlage(session: Session, akteur: Akteur, wiedervorlage_id: int, *, now: datetime) -> Wiedervorlage:
    """It was looked at. Finishing twice changes nothing.

    Raises
    ------
    errors.NotFound
        When it is neither hers, nor of her Gruppen, nor of somebody for whom she acts.
    """
    akteur.require(Recht.VORGANG_SEHEN)
    row = session.get(Wiedervorlage, wiedervorlage_id)
    if row is None or row.mandant_id != akteur.mandant_id:
        raise errors.NotFound
    vorgang = _lock(session, akteur, row.vorgang_id)
    if not _is_hers(akteur, row, vorgang):
        raise errors.NotFound
    session.refresh(row)
    if row.erledigt_am is None:
        row.erledigt_am, row.erledigt_von = now, akteur.person_id
        reason = Wiedervorlagegrund(row.grund)
        _record(session, akteur, vorgang, EreignisArt.WIEDERVORLAGE_ERLEDIGT, reason, {"am": row.am.isoformat()}, now)
    return row


def _is_hers(akteur: Akteur, row: Wiedervorlage, vorgang: Vorgang) -> bool:
    if row.gruppe_id is not None:
        return row.gruppe_id in akteur.gruppen
    owner = row.person_id or 0
    return owner == akteur.person_id or akteur.vertritt_in(owner, vorgang.prozess_id)


def _lock(session: Session, akteur: Akteur, vorgang_id: int) -> Vorgang:
    statement = select(Vorgang).where(Vorgang.id == vorgang_id, within_reach(akteur))
    statement = statement.with_for_update(of=Vorgang, key_share=True).execution_options(populate_existing=True)
    session.flush()
    vorgang = session.execute(statement).scalar_one_or_none()
    if vorgang is None:
        raise errors.NotFound
    return vorgang


def _check_tag(am: date, now: datetime) -> None:
    today = lokales_datum(now)
    if not today < am <= today + timedelta(days=MAX_TAGE):
        raise errors.Invalid(
            "Wiedervorlage nicht möglich: Der Tag liegt nicht in der Zukunft, oder zu weit in ihr. "
            "Bitte wählen Sie einen Tag ab morgen.",
            felder={"am": "Bitte wählen Sie einen Tag ab morgen."},
        )


def _record(
    session: Session,
    akteur: Akteur,
    vorgang: Vorgang,
    art: EreignisArt,
    grund: Wiedervorlagegrund,
    daten: dict[str, str],
    now: datetime,
) -> None:
    protokoll = Protokoll(vorgang, now, akteur.person_id)
    protokoll.add(art, grund=grund.value, daten=daten)
    protokoll.write(session)
    session.add(zugriff_of(akteur, vorgang, zweck=art.value, now=now))
    session.flush()
