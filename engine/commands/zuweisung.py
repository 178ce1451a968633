"""An Aufgabe changes hands: a colleague steps in, holder or lead give it on, one delegates it and gets it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine import errors
from engine.commands import aufgaben, vieraugen
from engine.commands.ereignisse import Protokoll
from engine.model import Aufgabe, AufgabeStatus, EreignisArt, Handlung, Weitergabegrund
from engine.model.mitglieder import works_in
from engine.model.zuweisung import DELEGIERT, VORGELEGT
from engine.rechte import Akteur


def take_over_aufgabe(
    session: Session, akteur: Akteur, aufgabe_id: int, *, grund: Weitergabegrund, now: datetime
) -> Aufgabe:
    """Take an Aufgabe from a colleague of one's Gruppe; the reason stands in the record."""
    aufgabe, vorgang = aufgaben.lock(session, akteur, aufgabe_id)
    aufgaben.check(aufgabe, akteur, Handlung.EINSPRINGEN)
    vieraugen.check(session, akteur.person_id, aufgabe)
    protokoll = Protokoll(vorgang, now, akteur.person_id)
    protokoll.add_aufgabe(EreignisArt.WEITERGEGEBEN, aufgabe, grund=grund.value, daten=_path(aufgabe, akteur.person_id))
    aufgabe.vertretung_fuer_id = None
    aufgaben.take(aufgabe, akteur, protokoll, now)
    return aufgaben.finish(session, akteur, aufgabe, protokoll, now)


def assign_aufgabe(
    session: Session, akteur: Akteur, aufgabe_id: int, *, person_id: int, grund: Weitergabegrund, now: datetime
) -> Aufgabe:
    """Give an Aufgabe to a member of its Gruppe: the holder gives hers on, the lead those of the unit.

    Raises
    ------
    errors.Invalid
        When that person cannot take it.
    """
    aufgabe, vorgang = aufgaben.lock(session, akteur, aufgabe_id, leitung=True)
    aufgaben.check(aufgabe, akteur, Handlung.WEITERGEBEN)
    _check_ziel(session, aufgabe, person_id, now)
    if aufgabe.person_id == person_id and aufgabe.delegiert_von_id is None and aufgabe.vertretung_fuer_id is None:
        return aufgabe
    vieraugen.check(session, person_id, aufgabe)
    protokoll = Protokoll(vorgang, now, akteur.person_id)
    _give(aufgabe, protokoll, person_id, grund.value)
    return aufgaben.finish(session, akteur, aufgabe, protokoll, now)


def delegate_aufgabe(session: Session, akteur: Akteur, aufgabe_id: int, *, person_id: int, now: datetime) -> Aufgabe:
    """Let a member of the Gruppe work on one's Aufgabe; she cannot complete it, and it comes back by `resolve_aufgabe`.

    Raises
    ------
    errors.Invalid
        When that person cannot take it.
    """
    aufgabe, vorgang = aufgaben.lock(session, akteur, aufgabe_id)
    aufgaben.check(aufgabe, akteur, Handlung.DELEGIEREN)
    if person_id == akteur.person_id:
        raise errors.Invalid(
            "Delegieren nicht möglich: Die Aufgabe ist schon bei Ihnen. Bitte wählen Sie jemand anderen."
        )
    _check_ziel(session, aufgabe, person_id, now)
    protokoll = Protokoll(vorgang, now, akteur.person_id)
    _give(aufgabe, protokoll, person_id, DELEGIERT)
    aufgabe.delegiert_von_id = akteur.person_id
    return aufgaben.finish(session, akteur, aufgabe, protokoll, now)


def resolve_aufgabe(session: Session, akteur: Akteur, aufgabe_id: int, *, now: datetime) -> Aufgabe:
    """Give back what was delegated; if the one who delegated has left, her Gruppe gets it."""
    aufgabe, vorgang = aufgaben.lock(session, akteur, aufgabe_id)
    aufgaben.check(aufgabe, akteur, Handlung.VORLEGEN)
    protokoll = Protokoll(vorgang, now, akteur.person_id)
    back_to = aufgabe.delegiert_von_id
    is_there = works_in(session, back_to, aufgabe.gruppe_id, now)
    _give(aufgabe, protokoll, back_to if is_there else None, VORGELEGT)
    return aufgaben.finish(session, akteur, aufgabe, protokoll, now)


def _check_ziel(session: Session, aufgabe: Aufgabe, person_id: int, now: datetime) -> None:
    if not works_in(session, person_id, aufgabe.gruppe_id, now):
        raise errors.Invalid(
            "Zuweisen nicht möglich: Diese Person arbeitet nicht in der Gruppe der Aufgabe. "
            "Bitte wählen Sie ein Mitglied der Gruppe."
        )


def _give(aufgabe: Aufgabe, protokoll: Protokoll, an: int | None, grund: str) -> None:
    protokoll.add_aufgabe(EreignisArt.WEITERGEGEBEN, aufgabe, grund=grund, daten=_path(aufgabe, an))
    aufgabe.person_id, aufgabe.vertretung_fuer_id, aufgabe.delegiert_von_id = an, None, None
    if aufgabe.status != AufgabeStatus.UNTERBROCHEN or an is None:
        # It lies until the next person begins; what waits for somebody outside goes on waiting.
        aufgabe.status = AufgabeStatus.BEREIT.value
        aufgabe.uebernommen_am = aufgabe.begonnen_am = aufgabe.wartegrund = None


def _path(aufgabe: Aufgabe, an: int | None) -> dict[str, int | None]:
    return {"von_person": aufgabe.person_id, "an_person": an}
