"""What comes up again and when: for a person, her Gruppen, and those for whom she acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, union_all
from sqlalchemy.orm import Session

from engine.kalender import lokales_datum
from engine.model import Aufgabe, Gruppe, Mandant, Person, Prozess, Vorgang, Wiedervorlage, Wiedervorlagegrund
from engine.model.reichweite import within_reach
from engine.rechte import Akteur, Recht

#: of one person; whoever has more has lost sight of them
HOECHSTENS = 500
_OFFEN = Wiedervorlage.erledigt_am.is_(None)


@dataclass(frozen=True, slots=True)
class WiedervorlageSicht:
    """One Wiedervorlage."""

    wiedervorlage_id: int
    vorgang_id: int
    aktenzeichen: str
    prozess: str
    #: None: the Vorgang as a whole
    aufgabe_id: int | None
    aufgabe: str | None
    #: whether somebody still has to do it
    aufgabe_offen: bool
    am: date
    #: working days from today, negative when past
    abstand_at: int
    grund: Wiedervorlagegrund
    #: name of the Gruppe that shares it
    gruppe: str | None
    #: name of the person for whom the Akteur sees it
    vertretung_fuer: str | None
    beispiel: bool
    #: of the Akteur alone
    ist_meine: bool = False
    erledigt: bool = False

    @property
    def ist_faellig(self) -> bool:
        """Its day has come."""
        return self.abstand_at <= 0


def wiedervorlagen(
    session: Session,
    akteur: Akteur,
    *,
    now: datetime,
    von: date | None = None,
    bis: date | None = None,
    vorgang_id: int | None = None,
    erledigt_seit: datetime | None = None,
) -> tuple[WiedervorlageSicht, ...]:
    """Open ones within reach by day (two SQL statements); with ``bis`` those that come up until that day.

    Without ``von`` what is overdue stands on top. With ``erledigt_seit`` also those that were finished since then.
    """
    if not akteur.darf(Recht.VORGANG_SEHEN):
        return ()
    statement = (
        _reachable(akteur, erledigt_seit)
        .with_only_columns(
            Wiedervorlage, Vorgang.aktenzeichen, Vorgang.beispiel, Prozess.name, Aufgabe, Gruppe.name, Person.name
        )
        .join(Prozess, Prozess.id == Vorgang.prozess_id)
        .outerjoin(Aufgabe, Aufgabe.id == Wiedervorlage.aufgabe_id)
        .outerjoin(Gruppe, Gruppe.id == Wiedervorlage.gruppe_id)
        .outerjoin(Person, and_(Person.id == Wiedervorlage.person_id, Person.id != akteur.person_id))
        .order_by(Wiedervorlage.am, Wiedervorlage.id)
    )
    if von is not None:
        statement = statement.where(Wiedervorlage.am >= von)
    if bis is not None:
        statement = statement.where(Wiedervorlage.am <= bis)
    if vorgang_id is not None:
        statement = statement.where(Wiedervorlage.vorgang_id == vorgang_id)
    rows = session.execute(statement).all()
    tage = session.get_one(Mandant, akteur.mandant_id).kalender()
    today = lokales_datum(now)
    return tuple(
        WiedervorlageSicht(
            wiedervorlage_id=row.id,
            vorgang_id=row.vorgang_id,
            aktenzeichen=aktenzeichen,
            prozess=prozess,
            aufgabe_id=row.aufgabe_id,
            aufgabe=aufgabe.name if aufgabe else None,
            aufgabe_offen=aufgabe is not None and aufgabe.ist_offen,
            am=row.am,
            # A day of rest is no working day away, and still to come.
            abstand_at=max(1, tage.arbeitstage_zwischen(today, row.am))
            if row.am > today
            else min(0, tage.arbeitstage_zwischen(today, row.am)),
            grund=Wiedervorlagegrund(row.grund),
            gruppe=gruppe,
            vertretung_fuer=person,
            beispiel=beispiel,
            ist_meine=row.person_id == akteur.person_id,
            erledigt=row.erledigt_am is not None,
        )
        for row, aktenzeichen, beispiel, prozess, aufgabe, gruppe, person in rows
    )


def anzahl_faellig(akteur: Akteur, now: datetime) -> Select[int]:
    """Statement: how many have come up by today."""
    due = _reachable(akteur).where(Wiedervorlage.am <= lokales_datum(now))
    return select(func.count()).select_from(due.with_only_columns(Wiedervorlage.id).subquery())


def _reachable(akteur: Akteur, erledigt_seit: datetime | None = None) -> Select[int]:
    # First the few that concern somebody, each from its index, then whether their Vorgang is within reach: the other
    # way round a database would look at all Vorgänge.
    mine = [Wiedervorlage.person_id == p for p in (akteur.person_id, *(v.person_id for v in akteur.vertritt))]
    whose = (*mine, Wiedervorlage.gruppe_id.in_(akteur.gruppen))
    arms = [select(Wiedervorlage.id).where(arm, _OFFEN) for arm in whose]
    if erledigt_seit is not None:
        arms += [select(Wiedervorlage.id).where(arm, Wiedervorlage.erledigt_am >= erledigt_seit) for arm in whose]
    few = union_all(*arms).limit(HOECHSTENS).subquery()
    return (
        select(Wiedervorlage.id)
        .join(Vorgang, Vorgang.id == Wiedervorlage.vorgang_id)
        .where(Wiedervorlage.id.in_(select(few.c.id)), _in_prozess(akteur), within_reach(akteur))
    )


def _in_prozess(akteur: Akteur) -> ColumnElement[bool]:
    """Of those for whom the Akteur acts only what belongs to the process of the Vertretung."""
    instead = (
        and_(
            Wiedervorlage.person_id == v.person_id,
            true() if v.prozess_id is None else Vorgang.prozess_id == v.prozess_id,
        )
        for v in akteur.vertritt
    )
    return or_(Wiedervorlage.person_id == akteur.person_id, Wiedervorlage.gruppe_id.is_not(None), *instead)
