"""Vorgänge that belong to one: which started it, which it started, which are about the same person.

Only what is within reach is named: of the others nobody learns that they exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.model import Aufgabe, Gruppe, Nachricht, OrgaEinheit, Prozess, Vorgang, VorgangStatus
from engine.model.reichweite import within_reach
from engine.rechte import Akteur

_HOECHSTENS = 50


class Beziehung(StrEnum):
    """How two Vorgänge belong together."""

    VON = "von"  # it started this one, or sent it a message
    AN = "an"  # this one started it, or sent it a message
    PERSON = "person"  # about the same child or young person


@dataclass(frozen=True, slots=True)
class Verwandter:
    """Another Vorgang."""

    beziehung: Beziehung
    vorgang_id: int
    aktenzeichen: str
    prozess: str
    status: VorgangStatus


def verwandte(session: Session, akteur: Akteur, vorgang: Vorgang) -> tuple[Verwandter, ...]:
    """Those within reach, the oldest first (two SQL statements)."""
    links = session.execute(
        select(Nachricht.von_vorgang_id, Nachricht.vorgang_id)
        .where(or_(Nachricht.von_vorgang_id == vorgang.id, Nachricht.vorgang_id == vorgang.id))
        .limit(_HOECHSTENS)
    ).all()
    senders = {row.von_vorgang_id for row in links if row.vorgang_id == vorgang.id} - {None, vorgang.id}
    receivers = {row.vorgang_id for row in links if row.von_vorgang_id == vorgang.id} - {None, vorgang.id}
    same = (
        (Vorgang.mandant_id == vorgang.mandant_id) & (Vorgang.personenkennung == vorgang.personenkennung)
        if vorgang.personenkennung
        else Vorgang.id.is_(None)
    )
    rows = session.execute(
        select(Vorgang.id, Vorgang.aktenzeichen, Vorgang.status, Prozess.name)
        .join(Prozess, Prozess.id == Vorgang.prozess_id)
        .where(within_reach(akteur), Vorgang.id != vorgang.id, or_(Vorgang.id.in_(senders | receivers), same))
        .order_by(Vorgang.id)
        .limit(_HOECHSTENS)
    )
    return tuple(
        Verwandter(
            beziehung=Beziehung.VON if row.id in senders else Beziehung.AN if row.id in receivers else Beziehung.PERSON,
            vorgang_id=row.id,
            aktenzeichen=row.aktenzeichen,
            prozess=row.name,
            status=VorgangStatus(row.status),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Zustaendigkeit:
    """Who has to do with a Vorgang."""

    einheit: str | None
    #: Gruppen that had or have an Aufgabe of it
    gruppen: tuple[str, ...]
    #: why the Akteur sees it, in half sentences
    gruende: tuple[str, ...]


def zustaendigkeit(session: Session, akteur: Akteur, vorgang: Vorgang) -> Zustaendigkeit:
    """Unit and Gruppen of an opened Vorgang, and why this Akteur may open it (two SQL statements)."""
    unit = session.get(OrgaEinheit, vorgang.orga_einheit_id) if vorgang.orga_einheit_id is not None else None
    rows = session.execute(
        select(Gruppe.id, Gruppe.name, Aufgabe.person_id)
        .join(Aufgabe, Aufgabe.gruppe_id == Gruppe.id)
        .where(Aufgabe.vorgang_id == vorgang.id)
        .distinct()
        .order_by(Gruppe.name)
    ).all()
    groups = dict.fromkeys(row.name for row in rows)
    reasons = []
    if any(row.person_id == akteur.person_id for row in rows):
        reasons.append("weil Sie eine Aufgabe dieses Vorgangs haben oder hatten")
    own = dict.fromkeys(row.name for row in rows if row.id in akteur.gruppen)
    if own:
        reasons.append(f"weil Ihre Gruppe daran arbeitet: {', '.join(own)}")
    if vorgang.gestartet_von == akteur.person_id:
        reasons.append("weil Sie ihn begonnen haben")
    if vorgang.orga_einheit_id in akteur.einheiten and unit is not None:
        reasons.append(f"weil Sie {unit.name} leiten")
    if not reasons:
        reasons.append("weil Sie eine Person vertreten, die daran arbeitet")
    return Zustaendigkeit(unit.name if unit else None, tuple(groups), tuple(reasons))
