"""Moves deadlines: of an Aufgabe, with the timer drawn for it, or of a timer that waits. Never a statutory one."""

from __future__ import annotations

from datetime import datetime, timedelta

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, spiff
from engine.commands import ablauf, eintreffen, vorgaenge
from engine.model import (
    Aufgabe,
    EreignisArt,
    Prozessversion,
    Verhaeltnis,
    Verschiebegrund,
    Vorgang,
    VorgangStatus,
    Wartepunkt,
    zugriff_of,
)
from engine.model.reichweite import within_reach
from engine.rechte import Akteur, Recht

_WEITESTENS = timedelta(days=5 * 366)
_GESETZLICH = "gesetzlich"


def move_frist(
    session: Session, akteur: Akteur, aufgabe_id: int, *, bis: datetime, grund: Verschiebegrund, now: datetime
) -> Aufgabe:
    """Give an open Aufgabe another deadline; timers at it that were set for the old one move along.

    Who has it may, its Gruppe while nobody has it, and whoever leads the unit of the Vorgang.

    Raises
    ------
    errors.Conflict
        When the Aufgabe is done, has no deadline, or a statutory one.
    errors.Invalid
        When the instant does not lie in the next five years.
    """
    vorgang = _open(session, akteur, select(Aufgabe.vorgang_id).where(Aufgabe.id == aufgabe_id))
    aufgabe = session.get_one(Aufgabe, aufgabe_id, populate_existing=True)
    _check_aufgabe(akteur, vorgang, aufgabe)
    _check_instant(bis, now)
    old, aufgabe.frist_am, aufgabe.frist_grund = aufgabe.frist_am, bis, f"verschoben, weil {grund.text}"
    lage = ablauf.open_lage(session, vorgang, now, akteur.person_id)
    lage.protokoll.add_aufgabe(EreignisArt.FRIST_VERSCHOBEN, aufgabe, grund=grund.value, daten=_span(old, bis))
    session.add(zugriff_of(akteur, vorgang, zweck=EreignisArt.FRIST_VERSCHOBEN.value, now=now, aufgabe_id=aufgabe.id))
    for point in _timers_at(session, lage, aufgabe, old):
        _step(lage, point, bis, grund)
    lage.protokoll.write(session)
    session.flush()
    return aufgabe


def move_timer(
    session: Session,
    akteur: Akteur,
    vorgang_id: int,
    token: str,
    *,
    bis: datetime,
    grund: Verschiebegrund,
    now: datetime,
) -> None:
    """Set a timer that waits for another instant. Raises as `move_frist`.

    By its token: the number of a row may come again, for the timer of somebody else.
    """
    vorgang = _open(session, akteur, select(Vorgang.id).where(Vorgang.id == vorgang_id))
    point = eintreffen.waiting(session, vorgang.id, token)
    if point is None or point.art != spiff.WarteArt.TIMER or vorgang.status != VorgangStatus.LAUFEND:
        raise errors.Conflict(
            "Verschieben nicht möglich: Diese Frist läuft nicht mehr. Sie sehen jetzt den neuen Stand."
        )
    lage = ablauf.open_lage(session, vorgang, now, akteur.person_id)
    if _is_statutory(session, lage.versionen.of_process(point.prozess), point.element_id):
        raise _statutory()
    _check_instant(bis, now)
    session.add(zugriff_of(akteur, vorgang, zweck=EreignisArt.FRIST_VERSCHOBEN.value, now=now))
    _step(lage, point, bis, grund)


def _step(lage: ablauf.Lage, point: Wartepunkt, bis: datetime, grund: Verschiebegrund) -> None:
    lage.protokoll.add(
        EreignisArt.FRIST_VERSCHOBEN, element=point.element_id, grund=grund.value, daten=_span(point.termin_am, bis)
    )
    vorgang = lage.vorgang
    ergebnis = spiff.move_timer(
        lage.modell, vorgang.zustand, vorgang.variablen, point.token, bis, umgebung=lage.umgebung, now=lage.now
    )
    ablauf.apply(lage, ergebnis)


def _open(session: Session, akteur: Akteur, vorgang_id_of: object) -> Vorgang:
    """The Vorgang within reach, locked."""
    akteur.require(Recht.ARBEITSKORB)
    reached = select(Vorgang.id).where(Vorgang.id == vorgang_id_of.scalar_subquery(), within_reach(akteur))  # type: ignore[attr-defined]
    vorgang_id = session.execute(reached).scalar_one_or_none()
    if vorgang_id is None:
        raise errors.NotFound
    return vorgaenge.lock(session, vorgang_id)


def _check_aufgabe(akteur: Akteur, vorgang: Vorgang, aufgabe: Aufgabe) -> None:
    mine = aufgabe.verhaeltnis(akteur) in (Verhaeltnis.MEINE, Verhaeltnis.FREI)
    if not mine and vorgang.orga_einheit_id not in akteur.einheiten:
        raise errors.NotAllowed
    if not aufgabe.ist_offen or aufgabe.frist_am is None:
        raise errors.Conflict(
            "Verschieben nicht möglich: Die Aufgabe hat keine laufende Frist. Sie sehen jetzt den neuen Stand."
        )
    if aufgabe.frist_art == _GESETZLICH:
        raise _statutory()


def _is_statutory(session: Session, version: Prozessversion, element: str) -> bool:
    """Whether the timer belongs to a statutory deadline: its own, or that of the step to which it is attached."""
    host = _attached(session, version).get(element, element)
    return any(version.aufgaben_einstellung(e).get("frist_art") == _GESETZLICH for e in (element, host))


def _timers_at(session: Session, lage: ablauf.Lage, aufgabe: Aufgabe, old: datetime | None) -> list[Wartepunkt]:
    attached = _attached(session, lage.versionen.by_id(aufgabe.prozessversion_id))
    elements = [element for element, host in attached.items() if host == aufgabe.element_id]
    return list(
        session.execute(
            select(Wartepunkt).where(
                Wartepunkt.vorgang_id == aufgabe.vorgang_id,
                Wartepunkt.art == spiff.WarteArt.TIMER.value,
                Wartepunkt.element_id.in_(elements),
                Wartepunkt.termin_am == old,
            )
        ).scalars()
    )


def _attached(session: Session, version: Prozessversion) -> dict[str, str]:
    """Boundary event -> step, from the executable copy (our own)."""
    copy = session.execute(select(Prozessversion.ausfuehrbar).where(Prozessversion.id == version.id)).scalar_one()
    nodes = etree.fromstring(copy).iter("{*}boundaryEvent")
    return {str(node.get("id")): str(node.get("attachedToRef")) for node in nodes}


def _check_instant(bis: datetime, now: datetime) -> None:
    if bis.tzinfo is None or not now < bis <= now + _WEITESTENS:
        text = "Die neue Frist liegt in der Zukunft, höchstens fünf Jahre von heute."
        raise errors.Invalid(f"Verschieben nicht möglich: {text}", felder={"bis": text})


def _statutory() -> errors.Conflict:
    return errors.Conflict("Verschieben nicht möglich: Die Frist ist gesetzlich und läuft weiter.")


def _span(old: datetime | None, new: datetime) -> dict[str, str]:
    before = {} if old is None else {"von": old.isoformat()}
    return before | {"bis": new.isoformat()}
