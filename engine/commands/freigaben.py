"""The life of a version: draft, released by method, released by the specialists, in use, inactive. Who, when and why.

What an office demands is its own rule (A): ``einfach`` lets the process management put a draft into use at once,
``vier_augen`` only what was released twice. Whoever uploaded, changed or released it before never gives the last
release.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import errors
from engine.commands import entwuerfe
from engine.model import Freigabe, Mandant, Prozessversion, Startpunkt, VersionStatus
from engine.rechte import Akteur, Recht

MAX_GRUND = 1_000
#: state -> the next one, with the right that is needed for it
WEITER = {
    VersionStatus.ENTWURF: (VersionStatus.METHODISCH_FREI, Recht.PROZESS_VEROEFFENTLICHEN),
    VersionStatus.METHODISCH_FREI: (VersionStatus.FACHLICH_FREI, Recht.PROZESS_FREIGEBEN),
}
#: states before the first use
VORHER = frozenset({VersionStatus.ENTWURF, *(status for status, _ in WEITER.values())})


class Freigaberegel(StrEnum):
    """What an office demands before a version goes into use."""

    EINFACH = "einfach"
    VIER_AUGEN = "vier_augen"


def regel_of(mandant: Mandant) -> Freigaberegel:
    """The rule of an office; without one the shipped default."""
    text = mandant.einstellungen.get("freigabe", Freigaberegel.EINFACH)
    return Freigaberegel(text) if text in set(Freigaberegel) else Freigaberegel.VIER_AUGEN


def set_regel(session: Session, akteur: Akteur, *, regel: str) -> None:
    """Change the rule of the own office."""
    akteur.require(Recht.AMT_EINRICHTEN)
    if regel not in set(Freigaberegel):
        raise errors.Invalid(felder={"regel": "Bitte wählen Sie eine der angebotenen Regeln."})
    mandant = session.get_one(Mandant, akteur.mandant_id, with_for_update=True)
    mandant.einstellungen = {**mandant.einstellungen, "freigabe": regel}


def release_version(
    session: Session, akteur: Akteur, *, prozess_id: int, nummer: int, now: datetime, grund: str = ""
) -> Prozessversion:
    """Bring a version to its next release.

    Raises
    ------
    errors.Conflict
        When it has none before its use.
    errors.NotAllowed
        Without the right, and for the last release when the same person uploaded or released before.
    errors.Invalid
        When findings of level Fehler stand in the way.
    """
    version = entwuerfe.version_of(session, akteur, prozess_id, nummer)
    step = WEITER.get(VersionStatus(version.status))
    if step is None:
        raise errors.Conflict("Freigeben nicht möglich: Diese Version ist schon weiter. Sie sehen jetzt ihren Stand.")
    status, recht = step
    akteur.require(recht)
    if any(b["stufe"] == "fehler" for b in version.befunde):
        raise errors.Invalid("Freigeben nicht möglich: Die Prüfung nennt Fehler. Bitte beheben Sie diese zuerst.")
    if status is VersionStatus.FACHLICH_FREI and akteur.person_id in _beteiligt(session, version):
        raise errors.NotAllowed(
            "Freigeben nicht möglich: Sie haben diese Version hochgeladen, geändert oder schon freigegeben. "
            "Bitte lassen Sie eine zweite Person freigeben."
        )
    return _record(session, akteur, version, status, now, grund)


def _beteiligt(session: Session, version: Prozessversion) -> set[int | None]:
    """Who uploaded or changed this version, or released it since it was a draft last."""
    rows = session.execute(
        select(Freigabe.person_id, Freigabe.status)
        .where(Freigabe.prozessversion_id == version.id)
        .order_by(Freigabe.id)
    ).all()
    makers: set[int | None] = {version.hochgeladen_von, *version.bearbeitet_von}
    people = makers
    for row in rows:
        people = makers if row.status == VersionStatus.ENTWURF else people | {row.person_id}
    return people


def withdraw_version(
    session: Session, akteur: Akteur, *, prozess_id: int, nummer: int, now: datetime, grund: str
) -> Prozessversion:
    """Make a released version a draft again, so that it can be changed; never one that was in use."""
    version = entwuerfe.version_of(session, akteur, prozess_id, nummer)
    if VersionStatus(version.status) not in {status for status, _ in WEITER.values()}:
        raise errors.Conflict("Zurückziehen nicht möglich: Diese Version ist nicht freigegeben.")
    if not (akteur.darf(Recht.PROZESS_VEROEFFENTLICHEN) or akteur.darf(Recht.PROZESS_FREIGEBEN)):
        raise errors.NotAllowed
    return _record(session, akteur, version, VersionStatus.ENTWURF, now, _required(grund))


def retire_version(
    session: Session, akteur: Akteur, *, prozess_id: int, nummer: int, now: datetime, grund: str
) -> Prozessversion:
    """Take a version out of use: nobody starts with it any more, its running Vorgänge go on."""
    akteur.require(Recht.PROZESS_VEROEFFENTLICHEN)
    version = entwuerfe.version_of(session, akteur, prozess_id, nummer)
    if version.status != VersionStatus.IM_EINSATZ:
        raise errors.Conflict("Außer Einsatz nehmen nicht möglich: Diese Version ist nicht im Einsatz.")
    session.execute(delete(Startpunkt).where(Startpunkt.prozessversion_id == version.id))
    return _record(session, akteur, version, VersionStatus.INAKTIV, now, _required(grund))


def _required(grund: str) -> str:
    if not grund.strip():
        raise errors.Invalid(felder={"grund": "Bitte nennen Sie den Grund."})
    return grund


def _record(
    session: Session, akteur: Akteur, version: Prozessversion, status: VersionStatus, now: datetime, grund: str
) -> Prozessversion:
    if len(grund) > MAX_GRUND:
        raise errors.Invalid(felder={"grund": f"Bitte fassen Sie sich kürzer: höchstens {MAX_GRUND} Zeichen."})
    version.status = status.value
    note(session, akteur, version, now, grund)
    return version


def note(session: Session, akteur: Akteur, version: Prozessversion, now: datetime, grund: str = "") -> None:
    """Record that a person brought the version into its present state."""
    session.add(
        Freigabe(
            mandant_id=version.mandant_id,
            orga_einheit_id=akteur.orga_einheit_id,
            prozessversion_id=version.id,
            status=version.status,
            person_id=akteur.person_id,
            zeit=now,
            grund=grund.replace("\0", "").strip(),
        )
    )
    session.flush()


def check_einsatz(session: Session, version: Prozessversion) -> None:
    """Raise `errors.Conflict` or `errors.Invalid` when the state of a version does not allow its use."""
    status = VersionStatus(version.status)
    if status not in VORHER:
        raise errors.Conflict(
            f"Veröffentlichen nicht möglich: Version {version.nummer} ist kein Entwurf mehr. "
            "Legen Sie aus ihr einen neuen Entwurf an, oder laden Sie die Zeichnung erneut hoch."
        )
    mandant = session.get_one(Mandant, version.mandant_id)
    if regel_of(mandant) is Freigaberegel.VIER_AUGEN and status is not VersionStatus.FACHLICH_FREI:
        raise errors.Invalid(
            "Veröffentlichen nicht möglich: Ihr Amt verlangt vorher die methodische und die fachliche Freigabe. "
            "Unter „Freigabe“ sehen Sie, was fehlt."
        )


def check_gerufene(session: Session, version: Prozessversion, gerufene: Iterable[Prozessversion]) -> None:
    """Raise `errors.Invalid` when a process that would run along is not released as the office demands."""
    if regel_of(session.get_one(Mandant, version.mandant_id)) is Freigaberegel.EINFACH:
        return
    for gerufen in gerufene:
        if gerufen.status in (VersionStatus.ENTWURF, VersionStatus.METHODISCH_FREI):
            raise errors.Invalid(
                f"Veröffentlichen nicht möglich: Der aufgerufene Prozess „{gerufen.kennung}“ ist nicht fachlich "
                "freigegeben. Bitte lassen Sie zuerst ihn freigeben."
            )
