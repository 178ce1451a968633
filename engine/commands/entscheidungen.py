"""Decision models of a process: a changed model makes a new draft version, the version it came from never changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.commands import prozesse
from engine.model import Prozessversion
from engine.rechte import Akteur, Recht

MAX_DATEIEN = 100


def save_entscheidung(
    session: Session, akteur: Akteur, *, prozess_id: int, nummer: int, name: str, inhalt: bytes, now: datetime
) -> Prozessversion:
    """Put a decision model (DMN) beside the drawing of a version, as a new draft; what is there already stays.

    The drawing is checked anew, since its steps may use the decision; settings and forms are those of the newest
    version. `name` is the file name without its ending; a model of that name is replaced.

    Raises
    ------
    beilagen.EntscheidungAbgelehnt
        With all findings when one of them is a Fehler; nothing was stored.
    errors.NotFound, errors.Invalid
        No such version; too many models, or a file that is no UTF-8.
    """
    akteur.require(Recht.PROZESS_BEARBEITEN)
    basis = _basis(session, akteur, prozess_id, nummer)
    dateien = basis.entscheidungsdateien()
    if dateien.get(name) == inhalt:
        return basis
    _check(inhalt, len({*dateien, name}))
    versionen = prozesse.upload_modell(
        session,
        akteur,
        dateiname=basis.dateiname,
        inhalt=basis.original,
        now=now,
        entscheidungen={**dateien, name: inhalt},
    )
    return next(version for version in versionen if version.prozess_id == prozess_id)


def delete_entscheidung(
    session: Session, akteur: Akteur, *, prozess_id: int, nummer: int, name: str, now: datetime
) -> Prozessversion:
    """Leave a decision model out of a new draft; the version it came from, and what runs on it, keep it.

    Raises
    ------
    errors.NotFound
        No such version, or no such model in it.
    errors.Invalid
        When a step decides by it, or another model needs it.
    """
    akteur.require(Recht.PROZESS_BEARBEITEN)
    basis = _basis(session, akteur, prozess_id, nummer)
    dateien = basis.entscheidungsdateien()
    if name not in dateien:
        raise errors.NotFound
    versionen = prozesse.upload_modell(
        session,
        akteur,
        dateiname=basis.dateiname,
        inhalt=basis.original,
        now=now,
        entscheidungen={key: inhalt for key, inhalt in dateien.items() if key != name},
    )
    neu = next(version for version in versionen if version.prozess_id == prozess_id)
    verwaist = _by_hand(neu) - _by_hand(basis)
    if verwaist:
        schritt = neu.schritt(min(verwaist))
        wer = schritt.name if schritt else min(verwaist)
        raise errors.Invalid(
            f"Löschen nicht möglich: Der Schritt „{wer}“ entscheidet nach diesem Modell. "
            "Ordnen Sie ihm zuerst eine andere Entscheidung zu."
        )
    return neu


def _basis(session: Session, akteur: Akteur, prozess_id: int, nummer: int) -> Prozessversion:
    basis = session.execute(
        select(Prozessversion).where(
            Prozessversion.mandant_id == akteur.mandant_id,
            Prozessversion.prozess_id == prozess_id,
            Prozessversion.nummer == nummer,
        )
    ).scalar_one_or_none()
    if basis is None:
        raise errors.NotFound
    return basis


def _by_hand(version: Prozessversion) -> set[str]:
    """Business rule tasks that a person has to decide."""
    return {b["element"] for b in version.befunde if b["art"] == "entscheidungstabelle_von_hand" and b["element"]}


def _check(inhalt: bytes, anzahl: int) -> None:
    if anzahl > MAX_DATEIEN:
        raise errors.Invalid(
            f"Speichern nicht möglich: Ein Prozess hat höchstens {MAX_DATEIEN} Entscheidungsmodelle. "
            "Fassen Sie welche in einer Datei zusammen."
        )
    try:
        lesbar = "\0" not in inhalt.decode("utf-8")
    except UnicodeDecodeError:
        lesbar = False
    if not lesbar:
        raise errors.Invalid(
            "Speichern nicht möglich: Die Datei ist nicht in UTF-8 geschrieben. "
            "Öffnen Sie sie in Ihrem Werkzeug und speichern Sie sie erneut als DMN."
        )
