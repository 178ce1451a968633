"""Drafts: finding them for a change, checking them again after one, and beginning one from an older version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from engine import errors
from engine.bpmn.ergebnis import GeprueftesModell
from engine.commands import beilagen, modellpruefung, uebernahme
from engine.model import Prozess, Prozessversion, VersionStatus
from engine.rechte import Akteur, Recht


def version_of(session: Session, akteur: Akteur, prozess_id: int, nummer: int) -> Prozessversion:
    """A version of the own office, its process locked: two people who change one process queue there."""
    session.execute(
        select(Prozess.id)
        .where(Prozess.id == prozess_id, Prozess.mandant_id == akteur.mandant_id)
        .with_for_update(key_share=True)
    )
    version = session.execute(
        select(Prozessversion).where(
            Prozessversion.mandant_id == akteur.mandant_id,
            Prozessversion.prozess_id == prozess_id,
            Prozessversion.nummer == nummer,
        )
    ).scalar_one_or_none()
    if version is None:
        raise errors.NotFound
    return version


def draft_of(session: Session, akteur: Akteur, prozess_id: int, nummer: int, handlung: str) -> Prozessversion:
    """A version that may still be changed, and is by this person; raises `errors.Conflict` for any other."""
    version = version_of(session, akteur, prozess_id, nummer)
    if version.status != VersionStatus.ENTWURF:
        raise errors.Conflict(
            f"{handlung} nicht möglich: Version {nummer} ist kein Entwurf mehr. "
            "Legen Sie aus ihr einen neuen Entwurf an, oder laden Sie die Zeichnung erneut hoch."
        )
    if version.id in _pinned(session, version):
        raise errors.Conflict(
            f"{handlung} nicht möglich: Ein Prozess im Einsatz ruft Version {nummer} auf. "
            "Legen Sie aus ihr einen neuen Entwurf an."
        )
    if akteur.person_id not in version.bearbeitet_von:
        version.bearbeitet_von = [*version.bearbeitet_von, akteur.person_id]
    return version


def _pinned(session: Session, version: Prozessversion) -> set[int]:
    """Versions of the same file that a published one runs: they must not change either."""
    rows = session.execute(
        select(Prozessversion.aufrufe).where(
            Prozessversion.mandant_id == version.mandant_id,
            Prozessversion.pruefsumme == version.pruefsumme,
            Prozessversion.veroeffentlicht_am.is_not(None),
        )
    ).scalars()
    return {called for aufrufe in rows for called in aufrufe.values() if called}


def recheck(session: Session, akteur: Akteur, version: Prozessversion) -> None:
    """Check the drawing of a draft anew with its present settings.

    Drafts of the other processes in the same file are checked with it: they may call each other.

    Raises
    ------
    modellpruefung.ModellAbgelehnt
        When nothing would run any more.
    """
    gruppe = _gruppe(session, version)
    teile = beilagen.collect(
        session,
        akteur,
        b"",
        einrichtung=_merged([v.einrichtung for v in gruppe]),
        formulare={name: schema for v in gruppe for name, schema in v.formulare.items()},
        entscheidungen={name: daten for v in gruppe for name, daten in v.entscheidungsdateien().items()},
    )
    ergebnis = modellpruefung.check_modell(
        session, akteur, dateiname=version.dateiname, inhalt=version.original, teile=teile
    )
    modelle: dict[str, GeprueftesModell] = {m.prozess_id: m for m in ergebnis.modelle}
    for draft in gruppe:
        kept = [b for b in draft.befunde if b["art"] in uebernahme.BEFUNDE]
        modellpruefung.write(draft, ergebnis, modelle[draft.kennung])
        draft.befunde = [*modellpruefung.befunde_of(ergebnis, teile), *kept]
    session.flush()


def _gruppe(session: Session, version: Prozessversion) -> list[Prozessversion]:
    """This draft and those that came with it in the same file."""
    rows = session.execute(
        select(Prozessversion)
        .where(
            Prozessversion.mandant_id == version.mandant_id,
            Prozessversion.pruefsumme == version.pruefsumme,
            Prozessversion.hochgeladen_am == version.hochgeladen_am,
            Prozessversion.status == VersionStatus.ENTWURF,
        )
        .options(undefer(Prozessversion.entscheidungen), undefer(Prozessversion.original))
    ).scalars()
    fest = _pinned(session, version)
    found = {row.id: row for row in rows if row.id not in fest}
    return list({**found, version.id: version}.values())


def _merged(settings: list[dict[str, Any]]) -> dict[str, Any]:
    """One setting for the whole file: elements have their id only once in it."""
    merged: dict[str, Any] = {}
    for setting in settings:
        for name, wert in setting.items():
            merged[name] = {**merged.get(name, {}), **wert} if isinstance(wert, dict) else wert
    return merged


def create_entwurf(session: Session, akteur: Akteur, *, prozess_id: int, nummer: int, now: datetime) -> Prozessversion:
    """A new draft with drawing, settings, forms and tables of a version; that one stays as it is."""
    akteur.require(Recht.PROZESS_BEARBEITEN)
    basis = version_of(session, akteur, prozess_id, nummer)
    last = session.execute(
        select(func.max(Prozessversion.nummer)).where(Prozessversion.prozess_id == prozess_id)
    ).scalar_one()
    draft = Prozessversion(
        **{name: getattr(basis, name) for name in _KOPIERT},
        nummer=last + 1,
        status=VersionStatus.ENTWURF.value,
        aufrufe=dict.fromkeys(basis.aufrufe),
        hochgeladen_am=now,
        hochgeladen_von=akteur.person_id,
    )
    draft.befunde = [b for b in basis.befunde if b["art"] not in uebernahme.BEFUNDE]
    session.add(draft)
    session.flush()
    recheck(session, akteur, draft)  # what it calls, and the rules, may have changed since
    return draft


_KOPIERT = (
    "mandant_id",
    "orga_einheit_id",
    "prozess_id",
    "kennung",
    "name",
    "dateiname",
    "pruefsumme",
    "original",
    "ausfuehrbar",
    "schritte",
    "einrichtung",
    "formulare",
    "entscheidungen",
    "starts",
)
