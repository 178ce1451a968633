"""How the machine runs: what waits for a worker, what is disturbed, and how punctual timers are. No data of a case."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.model import (
    Ereignis,
    EreignisArt,
    Mandant,
    Nachricht,
    NachrichtStatus,
    Prozess,
    Prozessversion,
    Startpunkt,
    Stoerung,
    Vorgang,
    Wartepunkt,
)
from engine.rechte import Akteur, Recht

#: newest timers that a measurement looks at
_MAX_MESSUNGEN = 10_000
_MAX_STOERUNGEN = 500


@dataclass(frozen=True, slots=True)
class OffeneStoerung:
    """A step that does not run, as who looks after the machine sees it."""

    stoerung_id: int
    prozess: str
    nummer: int
    element: str | None
    #: label of the element in the drawing
    schritt: str
    grund: str
    seit: datetime
    #: when the worker tries it again by itself; None: only after „erneut versuchen“, or by a person
    naechster_versuch: datetime | None
    #: the same, for a start by the clock or a message: there is no Vorgang yet
    startpunkt_id: int | None = None


@dataclass(frozen=True, slots=True)
class Offen:
    """Jobs of one class."""

    art: str
    #: waiting, due or not
    anzahl: int
    faellig: int
    #: due instant of the one that is due longest
    aelteste: datetime | None
    #: given up after too many failures
    ruhend: int


@dataclass(frozen=True, slots=True)
class Puenktlichkeit:
    """How late timers fired, in seconds; None without a measurement."""

    anzahl: int
    median_s: float | None
    p95_s: float | None
    max_s: float | None


def offene_stoerungen(session: Session, akteur: Akteur) -> tuple[OffeneStoerung, ...]:
    """Open Störungen of the Mandant, the newest first (three SQL statements)."""
    akteur.require(Recht.STOERUNG_BEHEBEN)
    rows = session.execute(
        select(Stoerung, Prozess.name, Prozessversion, Wartepunkt.faellig_am)
        .join(Vorgang, Vorgang.id == Stoerung.vorgang_id)
        .join(Prozess, Prozess.id == Vorgang.prozess_id)
        .join(Prozessversion, Prozessversion.id == Vorgang.prozessversion_id)
        .outerjoin(Wartepunkt, (Wartepunkt.vorgang_id == Stoerung.vorgang_id) & (Wartepunkt.token == Stoerung.token))
        .where(Stoerung.mandant_id == akteur.mandant_id, Stoerung.behoben_am.is_(None))
        .order_by(Stoerung.id.desc())
        .limit(_MAX_STOERUNGEN)
    )
    found = [
        OffeneStoerung(
            stoerung_id=trouble.id,
            prozess=name,
            nummer=version.nummer,
            element=trouble.element_id,
            schritt=_label(version, trouble.element_id),
            grund=trouble.grund,
            seit=trouble.seit,
            naechster_versuch=due,
        )
        for trouble, name, version, due in rows
    ]
    return tuple(found) + _gestoerte_starts(session, akteur)


def _gestoerte_starts(session: Session, akteur: Akteur) -> tuple[OffeneStoerung, ...]:
    rows = session.execute(
        select(Startpunkt, Prozess.name, Prozessversion)
        .join(Prozess, Prozess.id == Startpunkt.prozess_id)
        .join(Prozessversion, Prozessversion.id == Startpunkt.prozessversion_id)
        .where(Startpunkt.mandant_id == akteur.mandant_id, Startpunkt.versuche > 0)
        .order_by(Startpunkt.id)
    )
    return tuple(
        OffeneStoerung(
            stoerung_id=0,
            prozess=name,
            nummer=version.nummer,
            element=point.element_id,
            schritt=_label(version, point.element_id),
            grund=point.grund or "",
            seit=point.termin_am or version.veroeffentlicht_am or version.hochgeladen_am,
            naechster_versuch=point.faellig_am,
            startpunkt_id=point.id,
        )
        for point, name, version in rows
    )


def _label(version: Prozessversion, element: str | None) -> str:
    schritt = version.schritt(element or "")
    return schritt.name if schritt else ""


def offen(session: Session, now: datetime) -> tuple[Offen, ...]:
    """What waits for the worker or for other systems, over all Mandanten (four SQL statements)."""
    waits = session.execute(
        select(
            Wartepunkt.art,
            func.count(),
            func.count().filter(Wartepunkt.faellig_am <= now),
            func.min(Wartepunkt.faellig_am),
            func.count().filter(Wartepunkt.versuche > 0, Wartepunkt.faellig_am.is_(None)),
        )
        .group_by(Wartepunkt.art)
        .order_by(Wartepunkt.art)
    )
    found = [_offen(art, anzahl, due, first, rests, now) for art, anzahl, due, first, rests in waits]
    messages = session.execute(
        select(
            func.count(),
            func.count().filter(Nachricht.faellig_am <= now),
            func.min(Nachricht.faellig_am),
            func.count().filter(Nachricht.faellig_am.is_(None)),
        ).where(Nachricht.status == NachrichtStatus.WARTET.value)
    ).one()
    starts = session.execute(
        select(
            func.count(),
            func.count().filter(Startpunkt.faellig_am <= now),
            func.min(Startpunkt.faellig_am),
            func.count().filter(Startpunkt.versuche > 0, Startpunkt.faellig_am.is_(None)),
        ).where(Startpunkt.art == "timer")
    ).one()
    return (*found, _offen("zustellung", *messages, now), _offen("start", *starts, now))


def _offen(art: str, anzahl: int, faellig: int, erste: datetime | None, ruhend: int, now: datetime) -> Offen:
    return Offen(art, anzahl, faellig, erste if erste is not None and erste <= now else None, ruhend)


def anzahl_stoerungen(session: Session) -> int:
    """Open Störungen over all Mandanten."""
    return session.execute(select(func.count()).where(Stoerung.behoben_am.is_(None))).scalar_one()


def puenktlichkeit(session: Session, seit: datetime) -> Puenktlichkeit:
    """How late timers were that were set for ``seit`` or later (the newest `_MAX_MESSUNGEN`), over all Mandanten.

    Lateness is the instant at which the worker fired less the one for which the timer was set. Percentiles are of the
    nearest rank.
    """
    late: list[float] = []
    for mandant_id in session.execute(select(Mandant.id)).scalars():
        rows = session.execute(
            select(Ereignis.daten, Ereignis.zeit)
            .where(
                Ereignis.mandant_id == mandant_id,
                Ereignis.art.in_([EreignisArt.FRIST_ABGELAUFEN.value, EreignisArt.EINGETRETEN.value]),
            )
            .order_by(Ereignis.id.desc())
            .limit(_MAX_MESSUNGEN)
        )
        late += [float(daten["verspaetung_s"]) for daten, zeit in rows if zeit >= seit and "verspaetung_s" in daten]
    if not late:
        return Puenktlichkeit(0, None, None, None)
    late.sort()
    rank = -(-95 * len(late) // 100) - 1
    return Puenktlichkeit(len(late), statistics.median_low(late), late[rank], late[-1])
