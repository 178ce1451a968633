"""Fills the demonstration: sets up Musterstadt, publishes P01 and P02, plays 18 months of Vorgänge.

Runs in portions, each one transaction; when it was interrupted, the next call goes on where it stopped. Seeded: the
same moment gives the same Vorgänge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import db, katalog
from engine.commands import prozesse
from engine.demo import buero
from engine.demo.spiel import Besetzung, Spiel
from engine.kalender import BERLIN, Kalender
from engine.model import Gruppe, Mandant, Mitgliedschaft, OrgaEinheit, Person, Prozess, Prozessversion, Vorgang
from engine.queries import personen
from engine.rechte import Akteur
from engine.schutz import Schluesselbund

IST, SOLL = "p01_hze_ist", "p02_hze_fasttrack"
#: 18 months before the present, the pilot in the last six
TAGE = 548
_PILOT_TAGE = 182
_ANTEIL_PILOT = 0.65
_JE_WERKTAG = 1.45
_PORTION = 10
_SAAT = 20260615

Melden = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Auftrag:
    """One Vorgang to play."""

    nummer: int
    kennung: str
    beginn: datetime


def fill(
    sessions: db.SessionFactory, schluessel: Schluesselbund, *, now: datetime, melde: Melden, tage: int = TAGE
) -> int:
    """Make the demonstration complete; returns how many Vorgänge were played (0: it was complete before)."""
    with db.transaction(sessions) as session:
        mandant = session.execute(select(Mandant).where(Mandant.kennung == buero.MANDANT)).scalar_one_or_none()
        if mandant is None:
            melde("Demo-Amt Musterstadt wird eingerichtet")
            mandant = buero.create_buero(session).mandant
            mandant.einstellungen = {"beispiel_bis": now.isoformat(), "beispiel_tage": tage}
        until = datetime.fromisoformat(mandant.einstellungen["beispiel_bis"])
        days = int(mandant.einstellungen["beispiel_tage"])
        _publish(session, until - timedelta(days=days + 7))
        kalender = mandant.kalender()
        done = session.execute(
            select(func.count()).where(Vorgang.mandant_id == mandant.id, Vorgang.beispiel.is_(True))
        ).scalar_one()
    orders = list(plan_auftraege(kalender, until, days))
    waiting = orders[done:]
    for portion in _portions(waiting):
        with db.transaction(sessions) as session:
            _play(session, portion, schluessel, kalender, until)
        melde(f"Beispielvorgänge: {portion[-1].nummer + 1} von {len(orders)}")
    return len(waiting)


def _portions(orders: list[Auftrag]) -> Iterator[list[Auftrag]]:
    rest = iter(orders)
    while portion := list(islice(rest, _PORTION)):
        yield portion


def plan_auftraege(kalender: Kalender, until: datetime, tage: int) -> Iterator[Auftrag]:
    """When which process begins: working days from 8 to 16 o'clock, fewer in summer and at the turn of the year."""
    zufall = Random(_SAAT)  # noqa: S311 - a seeded demonstration, no secret
    number = 0
    last = until.astimezone(BERLIN).date()
    for day in (last - timedelta(days=back) for back in range(tage, 0, -1)):
        if not kalender.ist_werktag(day):
            continue
        for begin in sorted(_times(zufall, day)):
            pilot = (last - day).days <= _PILOT_TAGE and zufall.random() < _ANTEIL_PILOT
            yield Auftrag(number, SOLL if pilot else IST, begin)
            number += 1


def _times(zufall: Random, day: date) -> Iterator[datetime]:
    quiet = day.month in (7, 8) or (day.month == 12 and day.day > 15)
    expected = _JE_WERKTAG * (0.6 if quiet else 1.05)
    count = int(expected) + (zufall.random() < expected % 1)
    for _ in range(count):
        minute = zufall.randint(0, 8 * 60 - 1)
        yield datetime.combine(day, time(8 + minute // 60, minute % 60), BERLIN).astimezone(UTC)


def _publish(session: Session, now: datetime) -> None:
    """Upload and publish the shipped processes, unless they are in use."""
    modeller = _akteur(session, "prozesse", now)
    known = set(session.execute(select(Prozess.kennung).where(Prozess.mandant_id == modeller.mandant_id)).scalars())
    for paket in katalog.list_pakete():
        if paket in known:
            continue
        inhalt = katalog.lade_paket(paket)
        for version in prozesse.upload_modell(
            session,
            modeller,
            dateiname=inhalt.dateiname,
            inhalt=inhalt.bpmn,
            now=now,
            einrichtung=inhalt.einstellungen,
            formulare=inhalt.formulare,
            entscheidungen=inhalt.entscheidungen,
        ):
            prozesse.publish_version(session, modeller, prozess_id=version.prozess_id, nummer=version.nummer, now=now)


def _play(
    session: Session, orders: list[Auftrag], schluessel: Schluesselbund, kalender: Kalender, until: datetime
) -> None:
    starter = _akteur(session, "geschaeftszimmer", until)
    besetzung = _besetzung(session, starter.mandant_id, until)
    rows = session.execute(select(Prozess.kennung, Prozess.id).where(Prozess.mandant_id == starter.mandant_id))
    process_ids = {row.kennung: row.id for row in rows}
    units = _asd_einheiten(session, starter.mandant_id)
    # Held until the portion is played: the session itself would forget and load them again for each step.
    held = session.execute(select(Prozessversion)).scalars().all(), session.get(Mandant, starter.mandant_id)
    for order in orders:
        zufall = Random(_SAAT * 1000 + order.nummer)  # noqa: S311 - the same
        Spiel(session, besetzung=besetzung, kalender=kalender, schluessel=schluessel, zufall=zufall, bis=until).play(
            starter, process_ids[order.kennung], order.beginn, zufall.choice(units)
        )
    del held


def _akteur(session: Session, kennung: str, now: datetime) -> Akteur:
    person_id = session.execute(
        select(Person.id)
        .join(Mandant, Mandant.id == Person.mandant_id)
        .where(Person.kennung == kennung, Mandant.kennung == buero.MANDANT)
    ).scalar_one()
    akteur = personen.akteur(session, person_id, now)
    if akteur is None:
        raise LookupError(kennung)
    return akteur


def _besetzung(session: Session, mandant_id: int, now: datetime) -> Besetzung:
    rows = session.execute(
        select(Mitgliedschaft.gruppe_id, Mitgliedschaft.person_id)
        .join(Gruppe, Gruppe.id == Mitgliedschaft.gruppe_id)
        .where(Gruppe.mandant_id == mandant_id)
        .order_by(Mitgliedschaft.id)
    ).all()
    people = {pid: personen.akteur(session, pid, now) for pid in {row.person_id for row in rows}}
    members: dict[int, list[Akteur]] = {}
    for row in rows:
        akteur = people[row.person_id]
        if akteur is not None:
            members.setdefault(row.gruppe_id, []).append(akteur)
    return Besetzung(members)


def _asd_einheiten(session: Session, mandant_id: int) -> list[int]:
    statement = (
        select(OrgaEinheit.id)
        .where(OrgaEinheit.mandant_id == mandant_id, OrgaEinheit.kennung.startswith("asd_"))
        .order_by(OrgaEinheit.id)
    )
    return list(session.execute(statement).scalars())
