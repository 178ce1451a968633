"""One process as its own page shows it: what it is, on what law, where it is used, what runs on which version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import errors
from engine.model import Prozess, Prozessversion, VersionStatus, Vorgang, VorgangStatus
from engine.queries import prozesse
from engine.rechte import Akteur, Recht, rolle_name

#: days after which a legal basis should be looked at again (A)
PRUEFEN_NACH_TAGEN = 365


@dataclass(frozen=True, slots=True)
class Norm:
    """A legal basis with the day it was checked."""

    norm: str
    kurztext: str
    stand: date | None
    quelle: str
    geprueft_am: date | None
    gueltig_bis: date | None

    def is_stale(self, heute: date) -> bool:
        """Whether somebody should look at it again."""
        if self.gueltig_bis is not None and self.gueltig_bis < heute:
            return True
        return self.geprueft_am is None or (heute - self.geprueft_am).days > PRUEFEN_NACH_TAGEN


@dataclass(frozen=True, slots=True)
class VersionZeile:
    """One version with the Vorgänge that run on it."""

    nummer: int
    status: VersionStatus
    offene_vorgaenge: int


@dataclass(frozen=True, slots=True)
class ProzessSicht:
    """Everything about one process."""

    #: the version in use, else the newest
    version: prozesse.VersionSicht
    name: str
    kurzbeschreibung: str
    verantwortlich: str
    stand: date | None
    ziel: dict[str, Any] | None
    annahmen: tuple[str, ...]
    abweichungen: tuple[str, ...]
    rechtsgrundlagen: tuple[Norm, ...]
    #: id and name of processes that call this one in their version in use
    verwendet_von: tuple[tuple[int, str], ...]
    ruft_auf: tuple[tuple[int, str], ...]
    versionen: tuple[VersionZeile, ...]

    @property
    def im_einsatz(self) -> bool:
        """Whether a Vorgang can start."""
        return self.version.status is VersionStatus.IM_EINSATZ


def prozess(session: Session, akteur: Akteur, prozess_id: int) -> ProzessSicht:
    """One process of the own office; raises `errors.NotFound`."""
    akteur.require(Recht.PROZESS_SEHEN)
    found = session.execute(
        select(Prozess).where(Prozess.id == prozess_id, Prozess.mandant_id == akteur.mandant_id)
    ).scalar_one_or_none()
    if found is None:
        raise errors.NotFound
    rows = _versionen(session, prozess_id)
    live = next((row for row in rows if row.status is VersionStatus.IM_EINSATZ), rows[0])
    sicht = prozesse.version(session, akteur, prozess_id, live.nummer)
    steckbrief = sicht.einrichtung.get("steckbrief") or {}
    verwendet, gerufen = _links(session, found)
    return ProzessSicht(
        version=sicht,
        name=found.name,
        kurzbeschreibung=steckbrief.get("kurzbeschreibung", ""),
        verantwortlich=rolle_name(steckbrief.get("verantwortlich", "")),
        stand=_day(steckbrief.get("stand")),
        ziel=sicht.einrichtung.get("ziel"),
        annahmen=tuple(steckbrief.get("annahmen", ())),
        abweichungen=tuple(steckbrief.get("abweichungen", ())),
        rechtsgrundlagen=tuple(_norm(eintrag) for eintrag in steckbrief.get("rechtsgrundlagen", ())),
        verwendet_von=verwendet,
        ruft_auf=gerufen,
        versionen=rows,
    )


def _versionen(session: Session, prozess_id: int) -> tuple[VersionZeile, ...]:
    running = (
        select(Vorgang.prozessversion_id, func.count().label("n"))
        .where(Vorgang.prozess_id == prozess_id, Vorgang.status == VorgangStatus.LAUFEND)
        .group_by(Vorgang.prozessversion_id)
        .subquery()
    )
    rows = session.execute(
        select(Prozessversion.nummer, Prozessversion.status, func.coalesce(running.c.n, 0).label("n"))
        .outerjoin(running, running.c.prozessversion_id == Prozessversion.id)
        .where(Prozessversion.prozess_id == prozess_id)
        .order_by(Prozessversion.nummer.desc())
    )
    return tuple(VersionZeile(row.nummer, VersionStatus(row.status), row.n) for row in rows)


def _links(session: Session, found: Prozess) -> tuple[tuple[tuple[int, str], ...], tuple[tuple[int, str], ...]]:
    """Processes that call this one, and those it calls, as (id, name)."""
    rows = session.execute(
        select(Prozess.id, Prozess.name, Prozess.kennung, Prozessversion.aufrufe)
        .join(Prozessversion, Prozessversion.prozess_id == Prozess.id)
        .where(Prozess.mandant_id == found.mandant_id, Prozessversion.status == VersionStatus.IM_EINSATZ)
        .order_by(Prozess.name)
    ).all()
    mine = next((set(row.aufrufe) for row in rows if row.id == found.id), set())
    return (
        tuple((row.id, row.name) for row in rows if found.kennung in row.aufrufe and row.id != found.id),
        tuple((row.id, row.name) for row in rows if row.kennung in mine and row.id != found.id),
    )


def _norm(eintrag: dict[str, Any]) -> Norm:
    return Norm(
        norm=eintrag.get("norm", ""),
        kurztext=eintrag.get("kurztext", ""),
        stand=_day(eintrag.get("stand")),
        quelle=eintrag.get("quelle", ""),
        geprueft_am=_day(eintrag.get("geprueft_am")),
        gueltig_bis=_day(eintrag.get("gueltig_bis")),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
