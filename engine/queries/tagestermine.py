"""Days that matter and are no deadline of an Aufgabe: Wiedervorlagen and the Termine of Beschlüsse.

Shows steering data (S0) only: of a Beschluss its day, never its words or who is responsible.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import Session, aliased

from engine.kalender import Kalender
from engine.model import Aufgabe, AufgabeStatus, Beschluss, Gruppe, Prozess, Vorgang
from engine.model.beschluss import OFFEN
from engine.model.reichweite import within_reach
from engine.queries import fristen
from engine.queries import wiedervorlagen as abfragen
from engine.queries.terminsicht import HOECHSTENS, Termin, Terminart, Umfang
from engine.queries.wiedervorlagen import WiedervorlageSicht
from engine.rechte import Akteur

#: where it was decided; under a name of its own, as the reach of an Akteur looks at other Aufgaben of the Vorgang
_AUFGABE = aliased(Aufgabe)
_SPAETER = aliased(Aufgabe)


@dataclass(frozen=True, slots=True)
class Lage:
    """Who asks, when, and for which days (None: without end)."""

    akteur: Akteur
    kalender: Kalender
    now: datetime
    umfang: Umfang
    von: date | None = None
    bis: date | None = None
    #: also what was finished since then, marked `abgesagt`
    abgesagt_seit: datetime | None = None


def wiedervorlagen(session: Session, lage: Lage) -> list[Termin]:
    """Own ones and those of the own Gruppen; with `Umfang.ALLE` also of those for whom the Akteur acts."""
    found = abfragen.wiedervorlagen(
        session, lage.akteur, now=lage.now, von=lage.von, bis=lage.bis, erledigt_seit=lage.abgesagt_seit
    )
    return [_wiedervorlage(row, lage) for row in found if _is_wanted(row, lage.umfang)]


def _is_wanted(row: WiedervorlageSicht, umfang: Umfang) -> bool:
    return umfang is Umfang.ALLE or (umfang is Umfang.KORB and row.vertretung_fuer is None) or row.ist_meine


def _wiedervorlage(row: WiedervorlageSicht, lage: Lage) -> Termin:
    return Termin(
        kennung=f"wiedervorlage-{row.wiedervorlage_id}",
        stand=int(row.erledigt),
        art=Terminart.WIEDERVORLAGE,
        am=row.am,
        uhrzeit=None,
        aktenzeichen=row.aktenzeichen,
        was=row.aufgabe or "",
        zusatz=row.grund.text,
        prozess=row.prozess,
        gruppe=row.gruppe,
        frist=fristen.frist_of_day(row.am, lage.kalender, lage.now),
        vorgang_id=row.vorgang_id,
        aufgabe_id=None,
        ist_meine=row.ist_meine,
        beispiel=row.beispiel,
        abgesagt=row.erledigt,
    )


def beschluesse(session: Session, lage: Lage) -> list[Termin]:
    """Termine of the Beschlüsse of open Vorgänge within reach (one SQL statement).

    Of a form that was filled again the newest counts. `Umfang.MEINE` are those that the Akteur wrote down,
    `Umfang.KORB` also those of the own Gruppen.
    """
    rows = (
        select(Beschluss, _AUFGABE, Vorgang, Prozess.name, Gruppe.name)
        .join(_AUFGABE, _AUFGABE.id == Beschluss.aufgabe_id)
        .join(Vorgang, Vorgang.id == Beschluss.vorgang_id)
        .join(Prozess, Prozess.id == Vorgang.prozess_id)
        .join(Gruppe, Gruppe.id == _AUFGABE.gruppe_id)
        .where(
            Beschluss.mandant_id == lage.akteur.mandant_id,
            within_reach(lage.akteur),
            _whose(lage),
            _in_period(lage),
            _is_newest(),
            _is_shown(lage.abgesagt_seit),
        )
        .order_by(Beschluss.termin, Beschluss.id)
        .limit(HOECHSTENS + 1)
    )
    return [
        _beschluss(row, row.termin, (task, vorgang, prozess, gruppe), lage)
        for row, task, vorgang, prozess, gruppe in session.execute(rows)
        if row.termin is not None
    ]


def _whose(lage: Lage) -> ColumnElement[bool]:
    if lage.umfang is Umfang.ALLE:
        return true()
    mine = _AUFGABE.person_id == lage.akteur.person_id
    return mine if lage.umfang is Umfang.MEINE else or_(mine, _AUFGABE.gruppe_id.in_(lage.akteur.gruppen))


def _in_period(lage: Lage) -> ColumnElement[bool]:
    since = true() if lage.von is None else Beschluss.termin >= lage.von
    until = true() if lage.bis is None else Beschluss.termin <= lage.bis
    return and_(Beschluss.termin.is_not(None), since, until)


def _is_newest() -> ColumnElement[bool]:
    done = AufgabeStatus.ERLEDIGT.value
    later = exists().where(
        _SPAETER.vorgang_id == _AUFGABE.vorgang_id,
        _SPAETER.prozessversion_id == _AUFGABE.prozessversion_id,
        _SPAETER.element_id == _AUFGABE.element_id,
        _SPAETER.status == done,
        _SPAETER.id > _AUFGABE.id,
    )
    return and_(_AUFGABE.status == done, ~later)


def _is_shown(abgesagt_seit: datetime | None) -> ColumnElement[bool]:
    is_due = and_(Beschluss.status.in_(OFFEN), Vorgang.beendet_am.is_(None))
    if abgesagt_seit is None:
        return is_due
    return or_(is_due, _AUFGABE.fertig_am >= abgesagt_seit, Vorgang.beendet_am >= abgesagt_seit)


def _beschluss(row: Beschluss, am: date, woher: tuple[Aufgabe, Vorgang, str, str], lage: Lage) -> Termin:
    task, vorgang, prozess, gruppe = woher
    is_over = not row.ist_offen or vorgang.beendet_am is not None
    # The form filled again writes new rows: the name comes from the place in the form, the number from the time.
    age = int(((task.fertig_am or lage.now) - vorgang.gestartet_am).total_seconds())
    return Termin(
        kennung=f"beschluss-{vorgang.id}-{task.prozessversion_id}-{task.element_id}-{row.liste}-{row.nr}",
        stand=max(0, age) + is_over,
        art=Terminart.BESCHLUSS,
        am=am,
        uhrzeit=None,
        aktenzeichen=vorgang.aktenzeichen,
        was=task.name,
        zusatz=f"Beschluss {row.nr}",
        prozess=prozess,
        gruppe=gruppe,
        frist=fristen.frist_of_day(am, lage.kalender, lage.now),
        vorgang_id=vorgang.id,
        aufgabe_id=None,
        ist_meine=task.person_id == lage.akteur.person_id,
        beispiel=vorgang.beispiel,
        abgesagt=is_over,
    )
