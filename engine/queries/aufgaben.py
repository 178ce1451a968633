"""One Aufgabe with its form, values, draft and what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, formulare, kalender
from engine.model import (
    Aufgabe,
    AufgabeStatus,
    Formularinhalt,
    Gruppe,
    Handlung,
    Mandant,
    Prozessversion,
    Verhaeltnis,
    Vorgang,
    ZugriffArt,
    entwurf,
    zugriff_of,
)
from engine.model.formular import formular_of
from engine.model.wahl import Wahl, wahlen_of
from engine.queries import beitraege, bekanntes, fristen, vorgaenge, vorschlag
from engine.queries.hand import Hand, hand_of
from engine.rechte import Akteur, Recht
from engine.schutz import Schluesselbund, Verschluesselt


@dataclass(frozen=True, slots=True)
class Rueckgabeziel:
    """A step to which the Aufgabe may be sent back."""

    element: str
    name: str


@dataclass(frozen=True, slots=True)
class AufgabeSicht:
    """Everything the page of an Aufgabe shows."""

    aufgabe_id: int
    element: str
    name: str
    art: str
    lauf: int
    gruppe: str
    status: AufgabeStatus
    wartegrund: str | None
    ist_meine: bool
    bereit_am: datetime
    begonnen_am: datetime | None
    frist: fristen.Frist
    dokumentation: str
    formular: formulare.Formular
    wahlen: tuple[Wahl, ...]
    #: what the decision after it will say; only while the person works on it
    vorschlag: vorschlag.VorschlagSicht | None
    #: input name -> texts to show: the draft, else what earlier steps of this Vorgang gave
    eingaben: dict[str, list[str]]
    #: names of the inputs that show what an earlier step gave
    vorbelegt: frozenset[str]
    #: steering data S0, for conditions and computed fields
    bekannt: Mapping[str, Any]
    entwurf_am: datetime | None
    handlungen: frozenset[Handlung]
    rueckgabe_ziele: tuple[Rueckgabeziel, ...]
    beitraege: beitraege.Beitraege
    vorgang: vorgaenge.VorgangSicht
    hand: Hand


def aufgabe(
    session: Session, akteur: Akteur, aufgabe_id: int, *, schluessel: Schluesselbund, now: datetime
) -> AufgabeSicht:
    """The page of an Aufgabe. Writes the access log, so it needs a `transaction`.

    Raises
    ------
    errors.NotFound
        When it does not exist, or neither the Akteur nor one of its Gruppen has it.
    """
    akteur.require(Recht.ARBEITSKORB)
    found = session.execute(
        select(Aufgabe, Gruppe.name)
        .join(Gruppe, Gruppe.id == Aufgabe.gruppe_id)
        .where(Aufgabe.id == aufgabe_id, Aufgabe.mandant_id == akteur.mandant_id)
    ).first()
    if found is None or not vorgaenge.may_open(found[0], akteur):
        raise errors.NotFound
    task, group = found
    vorgang = session.get_one(Vorgang, task.vorgang_id)
    session.add(zugriff_of(akteur, vorgang, zweck="aufgabe", now=now, art=ZugriffArt.LESEN, aufgabe_id=task.id))
    return _sicht(session, akteur, task, group, vorgang, schluessel, now)


def _sicht(
    session: Session,
    akteur: Akteur,
    task: Aufgabe,
    group: str,
    vorgang: Vorgang,
    schluessel: Schluesselbund,
    now: datetime,
) -> AufgabeSicht:
    version = session.get_one(Prozessversion, task.prozessversion_id)
    tage = session.get_one(Mandant, akteur.mandant_id).kalender()
    formular = formular_of(version, task.element_id)
    draft, draft_at = _entwurf(session, akteur, task, formular, schluessel)
    schritt = version.schritt(task.element_id)
    targets = _targets(session, task, version)
    relation = task.verhaeltnis(akteur)
    is_at_work = relation is Verhaeltnis.MEINE and task.ist_offen
    known = bekanntes.known(session, akteur, task, formular, version, vorgang, schluessel)
    prefilled = formular.to_eingaben(known)
    # Rows of a draft are all rows there are.
    inputs = {**(prefilled if draft_at is None else {n: t for n, t in prefilled.items() if "." not in n}), **draft}
    functions = kalender.funktionen(tage)
    proposal = (
        vorschlag.sicht(version, task.element_id, formular, vorgang.variablen, inputs, funktionen=functions, now=now)
        if is_at_work
        else None
    )
    return AufgabeSicht(
        aufgabe_id=task.id,
        element=task.element_id,
        name=task.name,
        art=task.art,
        lauf=task.lauf,
        gruppe=group,
        status=AufgabeStatus(task.status),
        wartegrund=task.wartegrund,
        ist_meine=relation is Verhaeltnis.MEINE,
        bereit_am=task.bereit_am,
        begonnen_am=task.begonnen_am,
        frist=fristen.frist_of(task, tage, now),
        dokumentation=schritt.dokumentation if schritt else "",
        formular=formular,
        wahlen=wahlen_of(version, task.element_id),
        vorschlag=proposal,
        eingaben=inputs,
        vorbelegt=frozenset(n for n, t in inputs.items() if t and n.split(".")[0] in known and prefilled.get(n) == t),
        bekannt=vorgang.variablen,
        entwurf_am=draft_at,
        handlungen=task.handlungen(akteur) - (frozenset() if targets else frozenset({Handlung.ZURUECKGEBEN})),
        rueckgabe_ziele=targets,
        beitraege=beitraege.beitraege(session, akteur, vorgang, schluessel),
        vorgang=vorgaenge.sicht_of(session, akteur, vorgang, now),
        hand=hand_of(session, akteur, task, now),
    )


def lage(
    session: Session, akteur: Akteur, aufgabe_id: int, eingaben: Mapping[str, Sequence[str]], *, now: datetime
) -> formulare.Lage:
    """How the form of one's own open Aufgabe looks with these inputs; reads nothing of the case but S0.

    Raises
    ------
    errors.NotFound
        When it is not an open Aufgabe of this person.
    """
    akteur.require(Recht.ARBEITSKORB)
    found = session.execute(
        select(Aufgabe, Vorgang, Prozessversion)
        .join(Vorgang, Vorgang.id == Aufgabe.vorgang_id)
        .join(Prozessversion, Prozessversion.id == Aufgabe.prozessversion_id)
        .where(Aufgabe.id == aufgabe_id, Aufgabe.mandant_id == akteur.mandant_id, Aufgabe.fertig_am.is_(None))
        .where(Aufgabe.person_id == akteur.person_id)
    ).first()
    if found is None:
        raise errors.NotFound
    task, vorgang, version = found
    formular = formular_of(version, task.element_id)
    typed = formulare.fix_heute(formular, eingaben, kalender.lokales_datum(now))
    return formulare.lage_of(formular, typed, bekannt=vorgang.variablen)


def _entwurf(
    session: Session, akteur: Akteur, task: Aufgabe, formular: formulare.Formular, schluessel: Schluesselbund
) -> tuple[dict[str, list[str]], datetime | None]:
    """What was typed so far, for the person who has the Aufgabe; of another's draft only what her roles may read."""
    if task.verhaeltnis(akteur) is not Verhaeltnis.MEINE:
        return {}, None
    row = session.execute(
        select(Formularinhalt).where(Formularinhalt.aufgabe_id == task.id, Formularinhalt.entwurf.is_(True))
    ).scalar_one_or_none()
    if row is None:
        return {}, None
    secret = Verschluesselt(row.schluessel_id, row.nonce, row.geheimtext)
    typed = schluessel.decrypt(secret, row.ort())
    may_read = entwurf.readable(akteur, task, formular)
    return entwurf.shown(typed, may_read, eigener=row.geaendert_von == akteur.person_id), row.geaendert_am


def _targets(session: Session, task: Aufgabe, version: Prozessversion) -> tuple[Rueckgabeziel, ...]:
    step = version.schritt(task.element_id)
    if step is None or not step.rueckgabe_ziele:
        return ()
    done = set(
        session.execute(
            select(Aufgabe.element_id).where(
                Aufgabe.vorgang_id == task.vorgang_id, Aufgabe.status == AufgabeStatus.ERLEDIGT
            )
        ).scalars()
    )
    names = {s.element: s.name for s in version.schrittliste()}
    return tuple(Rueckgabeziel(e, names.get(e, e)) for e in step.rueckgabe_ziele if e in done)
