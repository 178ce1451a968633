"""Processes and their versions as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import errors
from engine.bpmn.beiblatt import read_anmerkungen
from engine.bpmn.ergebnis import Schritt
from engine.katalog.vorschlaege import Gruppenname, propose_lane
from engine.model import Gruppe, Prozess, Prozessversion, VersionStatus, Vorgang, VorgangStatus
from engine.rechte import Akteur, Recht, rolle_name, rollen_with


@dataclass(frozen=True, slots=True)
class ProzessZeile:
    """One process in the list."""

    prozess_id: int
    kennung: str
    name: str
    #: version im Einsatz, if any
    im_einsatz: int | None
    #: newest version and its state
    neueste: int
    neueste_status: VersionStatus
    fehler: int
    warnungen: int
    hinweise: int
    offene_vorgaenge: int


@dataclass(frozen=True, slots=True)
class LaneZuordnung:
    """Who gets the Aufgaben of one lane."""

    #: name of the lane; empty for steps outside of lanes
    lane: str
    #: key of a role (the Gruppe of that role in the unit of the Vorgang) or Kennung of a Gruppe; None: not assigned
    ziel: str | None


@dataclass(frozen=True, slots=True)
class VersionSicht:
    """One Prozessversion."""

    prozess_id: int
    kennung: str
    name: str
    nummer: int
    status: VersionStatus
    dateiname: str
    pruefsumme: str
    hochgeladen_am: datetime
    veroeffentlicht_am: datetime | None
    #: findings as stored: dicts with stufe, art, text, abhilfe, zeile, element, name
    befunde: tuple[dict[str, Any], ...]
    schritte: tuple[Schritt, ...]
    lanes: tuple[LaneZuordnung, ...]
    einrichtung: dict[str, Any]
    versionen: tuple[tuple[int, int, VersionStatus], ...]  # id, number, state; newest first
    offene_vorgaenge: int

    def anzahl(self, stufe: str) -> int:
        """Number of findings of one level."""
        return sum(b["stufe"] == stufe for b in self.befunde)


def prozesse(session: Session, akteur: Akteur) -> tuple[ProzessZeile, ...]:
    """All processes of the Mandant by name (two SQL statements)."""
    akteur.require(Recht.PROZESS_SEHEN)
    open_count = (
        select(Vorgang.prozess_id, func.count().label("n"))
        .where(Vorgang.mandant_id == akteur.mandant_id, Vorgang.status == VorgangStatus.LAUFEND)
        .group_by(Vorgang.prozess_id)
        .subquery()
    )
    rows = session.execute(
        select(Prozess, func.coalesce(open_count.c.n, 0))
        .outerjoin(open_count, open_count.c.prozess_id == Prozess.id)
        .where(Prozess.mandant_id == akteur.mandant_id)
        .order_by(Prozess.name, Prozess.id)
    ).all()
    versions: dict[int, list[Any]] = {}
    for row in session.execute(
        select(
            Prozessversion.prozess_id,
            Prozessversion.nummer,
            Prozessversion.status,
            Prozessversion.befunde,
        )
        .where(Prozessversion.mandant_id == akteur.mandant_id)
        .order_by(Prozessversion.nummer.desc())
    ):
        versions.setdefault(row.prozess_id, []).append(row)
    return tuple(_zeile(p, n, versions[p.id]) for p, n in rows if p.id in versions)


def _zeile(prozess: Prozess, offene: int, versions: list[Any]) -> ProzessZeile:
    newest = versions[0]
    live = next((v for v in versions if v.status == VersionStatus.IM_EINSATZ), None)

    def count(stufe: str) -> int:
        return sum(b["stufe"] == stufe for b in newest.befunde)

    return ProzessZeile(
        prozess_id=prozess.id,
        kennung=prozess.kennung,
        name=prozess.name,
        im_einsatz=live.nummer if live else None,
        neueste=newest.nummer,
        neueste_status=VersionStatus(newest.status),
        fehler=count("fehler"),
        warnungen=count("warnung"),
        hinweise=count("hinweis"),
        offene_vorgaenge=offene,
    )


def startbare(session: Session, akteur: Akteur) -> tuple[tuple[int, str], ...]:
    """Processes with a version im Einsatz, as (id, name), by name."""
    akteur.require(Recht.VORGANG_STARTEN)
    rows = session.execute(
        select(Prozess.id, Prozess.name)
        .join(Prozessversion, Prozessversion.prozess_id == Prozess.id)
        .where(Prozess.mandant_id == akteur.mandant_id, Prozessversion.status == VersionStatus.IM_EINSATZ)
        .order_by(Prozess.name, Prozess.id)
    )
    return tuple((row.id, row.name) for row in rows)


def startereignisse(session: Session, akteur: Akteur, prozess_id: int) -> tuple[tuple[str, str], ...]:
    """Where a person can begin the version im Einsatz, as (element, label); more than one leaves the choice to her."""
    akteur.require(Recht.VORGANG_STARTEN)
    starts = session.execute(
        select(Prozessversion.starts).where(
            Prozessversion.mandant_id == akteur.mandant_id,
            Prozessversion.prozess_id == prozess_id,
            Prozessversion.status == VersionStatus.IM_EINSATZ,
        )
    ).scalar_one_or_none()
    return tuple((s["element"], s["name"] or s["nachricht"] or "Start ohne Namen") for s in starts or ())


def version(session: Session, akteur: Akteur, prozess_id: int, nummer: int) -> VersionSicht:
    """One version of a process.

    Raises
    ------
    errors.NotFound
        When the Mandant has no such process or version.
    """
    akteur.require(Recht.PROZESS_SEHEN)
    found = find_version(session, akteur, prozess_id, nummer)
    prozess = session.get_one(Prozess, found.prozess_id)
    siblings = session.execute(
        select(Prozessversion.id, Prozessversion.nummer, Prozessversion.status)
        .where(Prozessversion.prozess_id == prozess_id)
        .order_by(Prozessversion.nummer.desc())
    )
    running = session.execute(
        select(func.count()).where(Vorgang.prozessversion_id == found.id, Vorgang.status == VorgangStatus.LAUFEND)
    ).scalar_one()
    return VersionSicht(
        prozess_id=prozess.id,
        kennung=prozess.kennung,
        name=found.name or prozess.name,
        nummer=found.nummer,
        status=VersionStatus(found.status),
        dateiname=found.dateiname,
        pruefsumme=found.pruefsumme,
        hochgeladen_am=found.hochgeladen_am,
        veroeffentlicht_am=found.veroeffentlicht_am,
        befunde=tuple(found.befunde),
        schritte=found.schrittliste(),
        lanes=tuple(LaneZuordnung(lane, found.einrichtung.get("lanes", {}).get(lane)) for lane in found.lanes()),
        einrichtung=found.einrichtung,
        versionen=tuple((row.id, row.nummer, VersionStatus(row.status)) for row in siblings),
        offene_vorgaenge=running,
    )


def anmerkungen(session: Session, akteur: Akteur, prozess_id: int, nummer: int) -> dict[str, tuple[str, ...]]:
    """Element -> texts that are drawn beside it: part of the drawing, so part of its list of steps."""
    return read_anmerkungen(original(session, akteur, prozess_id, nummer)[1])


def original(session: Session, akteur: Akteur, prozess_id: int, nummer: int) -> tuple[str, bytes]:
    """File name and bytes of the drawing as uploaded."""
    akteur.require(Recht.PROZESS_SEHEN)
    found = find_version(session, akteur, prozess_id, nummer)
    return found.dateiname, found.original


def latest_version(session: Session) -> int:
    """The highest id of a version so far, of any office: whatever is higher was stored since."""
    return session.execute(select(func.max(Prozessversion.id))).scalar_one() or 0


def find_version(session: Session, akteur: Akteur, prozess_id: int, nummer: int) -> Prozessversion:
    """The row of one version; raises `errors.NotFound`."""
    found = session.execute(
        select(Prozessversion).where(
            Prozessversion.mandant_id == akteur.mandant_id,
            Prozessversion.prozess_id == prozess_id,
            Prozessversion.nummer == nummer,
        )
    ).scalar_one_or_none()
    if found is None:
        raise errors.NotFound
    return found


def lane_ziele(session: Session, akteur: Akteur) -> tuple[tuple[str, str], ...]:
    """What a lane can be assigned to, as (key, label): roles that some Gruppe holds, then the Gruppen.

    Only those with an Arbeitskorb: others could never take the Aufgaben.
    """
    rows = _gruppen(session, akteur)
    roles = sorted({row.rolle for row in rows}, key=rolle_name)
    as_roles = tuple((rolle, f"{rolle_name(rolle)} der zuständigen Einheit") for rolle in roles)
    return as_roles + tuple((row.kennung, f"Gruppe {row.name}") for row in rows if row.kennung not in roles)


def lane_vorschlaege(session: Session, akteur: Akteur, lanes: Iterable[LaneZuordnung]) -> dict[str, str]:
    """Lane -> key of what its name suggests, for lanes that nothing is assigned to."""
    offen = [z.lane for z in lanes if z.lane and not z.ziel]
    gruppen = [Gruppenname(row.kennung, row.name, row.rolle) for row in _gruppen(session, akteur)] if offen else []
    found = {lane: propose_lane(lane, gruppen) for lane in offen}
    return {lane: key for lane, key in found.items() if key}


def _gruppen(session: Session, akteur: Akteur) -> Sequence[Any]:
    """Gruppen that have an Arbeitskorb, by name."""
    return session.execute(
        select(Gruppe.kennung, Gruppe.name, Gruppe.rolle)
        .where(Gruppe.mandant_id == akteur.mandant_id, Gruppe.rolle.in_(rollen_with(Recht.ARBEITSKORB)))
        .order_by(Gruppe.name)
    ).all()


def aufrufbare(session: Session, akteur: Akteur) -> dict[str, str]:
    """Processes that a call may run: Kennung -> name."""
    rows = session.execute(
        select(Prozess.kennung, Prozess.name)
        .join(Prozessversion, Prozessversion.prozess_id == Prozess.id)
        .where(Prozess.mandant_id == akteur.mandant_id, Prozessversion.status == VersionStatus.IM_EINSATZ)
        .order_by(Prozess.name)
    )
    return {row.kennung: row.name for row in rows}
