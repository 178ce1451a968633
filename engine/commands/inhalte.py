"""Stores form contents S1–S3: one encrypted row per data class, and one for the draft."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from engine.model import Aufgabe, Formularinhalt, Loeschklasse
from engine.schutz import Schluesselbund

_STRENGSTE = "S3"
#: straight into the table: what is final is not read back
_INSERT = insert(Formularinhalt.__table__)  # type: ignore[arg-type] # by SQLAlchemy's own types a FromClause
_KEIN_ENTWURF = (
    delete(Formularinhalt)
    .where(Formularinhalt.aufgabe_id == bindparam("aufgabe"), Formularinhalt.entwurf.is_(True))
    .execution_options(synchronize_session=False)
)
_SPALTEN = tuple(column.name for column in Formularinhalt.__table__.c if column.name != "id")


def save(
    session: Session,
    aufgabe: Aufgabe,
    by_class: dict[str, dict[str, Any]],
    *,
    person_id: int,
    schluessel: Schluesselbund,
    now: datetime,
) -> None:
    """Store the final contents of an Aufgabe, by data class."""
    rows = [
        _encrypt(_row(aufgabe, klasse, entwurf=False), values, person_id, schluessel, now)
        for klasse, values in by_class.items()
    ]
    if rows:
        session.execute(_INSERT, [{name: getattr(row, name) for name in _SPALTEN} for row in rows])


def save_entwurf(
    session: Session,
    aufgabe: Aufgabe,
    eingaben: dict[str, list[str]],
    *,
    person_id: int,
    schluessel: Schluesselbund,
    now: datetime,
) -> bool:
    """Store or replace the draft of an Aufgabe: inputs as typed, all classes together under the strictest.

    True when it is new, or was somebody else's.
    """
    row = session.execute(
        select(Formularinhalt).where(Formularinhalt.aufgabe_id == aufgabe.id, Formularinhalt.entwurf.is_(True))
    ).scalar_one_or_none()
    if row is None:
        row = _row(aufgabe, _STRENGSTE, entwurf=True)
        session.add(row)
    is_new = row.geaendert_von != person_id
    _encrypt(row, eingaben, person_id, schluessel, now)
    return is_new


def delete_entwurf(session: Session, aufgabe: Aufgabe) -> None:
    """Forget the draft, if there is one."""
    session.execute(_KEIN_ENTWURF, {"aufgabe": aufgabe.id})


def _row(aufgabe: Aufgabe, klasse: str, *, entwurf: bool) -> Formularinhalt:
    return Formularinhalt(
        mandant_id=aufgabe.mandant_id,
        orga_einheit_id=aufgabe.orga_einheit_id,
        vorgang_id=aufgabe.vorgang_id,
        aufgabe_id=aufgabe.id,
        element_id=aufgabe.element_id,
        datenklasse=klasse,
        loeschklasse=(Loeschklasse.L1 if entwurf else Loeschklasse.L2).value,
        entwurf=entwurf,
    )


def _encrypt(
    row: Formularinhalt, values: dict[str, Any], person_id: int, schluessel: Schluesselbund, now: datetime
) -> Formularinhalt:
    secret = schluessel.encrypt(values, row.ort())
    row.schluessel_id, row.nonce, row.geheimtext = secret.schluessel_id, secret.nonce, secret.geheimtext
    row.geaendert_am, row.geaendert_von = now, person_id
    return row
