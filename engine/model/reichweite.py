"""Which Vorgänge and Aufgaben an Akteur reaches, as conditions for queries and commands."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, true

from engine.model.aufgabe import Aufgabe
from engine.model.vorgang import Vorgang
from engine.rechte import Akteur, Sicht, Vertretener


def within_reach(akteur: Akteur) -> ColumnElement[bool]:
    """SQL condition on `Vorgang`: of the own Mandant, and by reach of the roles and of Vertretungen in force."""
    same_office = Vorgang.mandant_id == akteur.mandant_id
    if akteur.sicht is Sicht.KEINE:
        return and_(same_office, Vorgang.id.is_(None))
    led = Vorgang.orga_einheit_id.in_(akteur.einheiten)
    return and_(same_office, or_(_taken_part(akteur, held_by(akteur)), led, *(_instead_of(v) for v in akteur.vertritt)))


def within_own_reach(akteur: Akteur) -> ColumnElement[bool]:
    """The same without Vertretungen: where entrusted data (§ 65 SGB VIII) may be read, if the role may at all."""
    led = Vorgang.orga_einheit_id.in_(akteur.einheiten)
    in_own_name = and_(Aufgabe.person_id == akteur.person_id, Aufgabe.vertretung_fuer_id.is_(None))
    return and_(Vorgang.mandant_id == akteur.mandant_id, or_(_taken_part(akteur, in_own_name), led))


def held_by(akteur: Akteur) -> ColumnElement[bool]:
    """SQL condition on `Aufgabe`: the Akteur has or had it; in Vertretung only while that is in force."""
    now_for = (and_(Aufgabe.vertretung_fuer_id == v.person_id, _in_prozess(v)) for v in akteur.vertritt)
    return and_(Aufgabe.person_id == akteur.person_id, or_(Aufgabe.vertretung_fuer_id.is_(None), *now_for))


def instead(akteur: Akteur) -> list[ColumnElement[bool]]:
    """SQL conditions on `Aufgabe`, no row fits two: it belongs to somebody for whom the Akteur acts now.

    Theirs, what lies free in a Gruppe that is only theirs, and what the Akteur has taken for them. What they have in
    Vertretung themselves is not passed on: a Vertretung of a Vertretung does not exist.
    """
    if not akteur.vertritt:
        return []
    hers = [
        and_(Aufgabe.person_id == v.person_id, Aufgabe.vertretung_fuer_id.is_(None), _in_prozess(v))
        for v in akteur.vertritt
    ]
    free = [and_(Aufgabe.gruppe_id.in_(v.gruppen - akteur.gruppen), _in_prozess(v)) for v in akteur.vertritt]
    return [
        or_(*hers),
        and_(Aufgabe.person_id.is_(None), or_(*free)),
        and_(held_by(akteur), Aufgabe.vertretung_fuer_id.is_not(None)),
    ]


def _taken_part(akteur: Akteur, held: ColumnElement[bool]) -> ColumnElement[bool]:
    given = or_(Aufgabe.vertretung_fuer_id == akteur.person_id, Aufgabe.delegiert_von_id == akteur.person_id)
    own = or_(held, given, Aufgabe.gruppe_id.in_(akteur.gruppen))
    return or_(
        exists().where(Aufgabe.vorgang_id == Vorgang.id, own).correlate(Vorgang),
        Vorgang.gestartet_von == akteur.person_id,
    )


def _instead_of(v: Vertretener) -> ColumnElement[bool]:
    hers = or_(
        and_(Aufgabe.person_id == v.person_id, Aufgabe.vertretung_fuer_id.is_(None)), Aufgabe.gruppe_id.in_(v.gruppen)
    )
    took_part = or_(
        exists().where(Aufgabe.vorgang_id == Vorgang.id, hers).correlate(Vorgang), Vorgang.gestartet_von == v.person_id
    )
    return took_part if v.prozess_id is None else and_(Vorgang.prozess_id == v.prozess_id, took_part)


def _in_prozess(v: Vertretener) -> ColumnElement[bool]:
    return true() if v.prozess_id is None else Aufgabe.prozess_id == v.prozess_id
