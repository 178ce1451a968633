"""Setting and ending a Vertretung: by oneself, or by whoever leads the team. Nothing is ever deleted.

A Vertretung gives the Aufgaben of the other person, never her rights; who stands in keeps reading by her own roles,
and entrusted data (§ 65 SGB VIII) stay closed to her.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.kalender import BERLIN, lokales_datum
from engine.model import Gruppe, Mitgliedschaft, Person, Prozess, Vertretung
from engine.model.mitglieder import may_stand_in
from engine.rechte import Akteur, Recht

#: longer absences are set anew, so that none is forgotten
MAX_TAGE = 366


def set_vertretung(
    session: Session,
    akteur: Akteur,
    *,
    vertretene_id: int,
    vertreter_id: int,
    von: date,
    bis: date,
    prozess_id: int | None = None,
    now: datetime,
) -> Vertretung:
    """Let one person act for another from the first to the last day named, in all processes or in one.

    Raises
    ------
    errors.NotFound
        When it is not hers to set: neither her own nor one of a team that she leads.
    errors.Invalid
        With one message per field.
    """
    akteur.require(Recht.ARBEITSKORB)
    hers = session.get(Person, vertretene_id, with_for_update={"key_share": True})
    if hers is None or not _may_set(session, akteur, hers, now):
        raise errors.NotFound
    problems = _problems(von, bis, now)
    if not may_stand_in(session, vertreter_id, hers, now):
        problems["vertreter"] = "Bitte wählen Sie eine Person aus, die für diese Aufgaben in Frage kommt."
    if prozess_id is not None and not _is_process(session, akteur, prozess_id):
        problems["prozess"] = "Bitte wählen Sie einen der angebotenen Prozesse."
    if problems:
        raise errors.Invalid("Eintragen nicht möglich: Bitte prüfen Sie die markierten Angaben.", felder=problems)
    begin, end = midnight(von), midnight(bis + timedelta(days=1))
    _check_doppelt(session, vertretene_id, vertreter_id, prozess_id, begin, end)
    row = Vertretung(
        mandant_id=hers.mandant_id,
        orga_einheit_id=hers.orga_einheit_id,
        vertretene_id=vertretene_id,
        vertreter_id=vertreter_id,
        prozess_id=prozess_id,
        von=begin,
        bis=end,
        eingetragen_von=akteur.person_id,
        eingetragen_am=now,
    )
    session.add(row)
    session.flush()
    return row


def end_vertretung(session: Session, akteur: Akteur, vertretung_id: int, *, now: datetime) -> Vertretung:
    """End it at this moment: by either of the two, or by whoever leads the team. Ending twice changes nothing."""
    akteur.require(Recht.ARBEITSKORB)
    row = session.get(Vertretung, vertretung_id, with_for_update=True)
    if row is None or row.mandant_id != akteur.mandant_id:
        raise errors.NotFound
    hers = session.get_one(Person, row.vertretene_id)
    if akteur.person_id != row.vertreter_id and not _may_set(session, akteur, hers, now):
        raise errors.NotFound
    if row.bis > now:
        row.bis, row.beendet_von = now, akteur.person_id
        session.flush()
    return row


def midnight(tag: date) -> datetime:
    """The first instant of a local day, in UTC."""
    return datetime.combine(tag, time(), BERLIN).astimezone(UTC)


def _may_set(session: Session, akteur: Akteur, hers: Person, now: datetime) -> bool:
    if hers.mandant_id != akteur.mandant_id:
        return False
    return hers.id == akteur.person_id or (akteur.darf(Recht.TEAM_LEITEN) and _leads(session, akteur, hers, now))


def _leads(session: Session, akteur: Akteur, hers: Person, now: datetime) -> bool:
    member = select(Mitgliedschaft.id).join(Gruppe, Gruppe.id == Mitgliedschaft.gruppe_id)
    member = member.where(Mitgliedschaft.person_id == hers.id, Mitgliedschaft.gilt(now))
    return session.execute(member.where(Gruppe.orga_einheit_id.in_(akteur.einheiten))).first() is not None


def _problems(von: date, bis: date, now: datetime) -> dict[str, str]:
    problems = {}
    if von < lokales_datum(now):
        problems["von"] = "Der erste Tag liegt in der Vergangenheit. Rückwirkend vertritt niemand."
    if bis < von:
        problems["bis"] = "Der letzte Tag liegt vor dem ersten."
    elif (bis - von).days >= MAX_TAGE:
        problems["bis"] = f"Mehr als {MAX_TAGE} Tage gehen nicht auf einmal."
    return problems


def _is_process(session: Session, akteur: Akteur, prozess_id: int) -> bool:
    found = select(Prozess.id).where(Prozess.id == prozess_id, Prozess.mandant_id == akteur.mandant_id)
    return session.execute(found).first() is not None


def _check_doppelt(
    session: Session, vertretene: int, vertreter: int, prozess: int | None, begin: datetime, end: datetime
) -> None:
    same = select(Vertretung.id).where(Vertretung.vertretene_id == vertretene, Vertretung.vertreter_id == vertreter)
    same = same.where(Vertretung.prozess_id.is_not_distinct_from(prozess))
    if session.execute(same.where(Vertretung.von < end, Vertretung.bis > begin)).first() is not None:
        raise errors.Conflict(
            "Eintragen nicht möglich: Für diese beiden gibt es in der Zeit schon eine Vertretung. "
            "Beenden Sie die andere, oder wählen Sie andere Tage."
        )
