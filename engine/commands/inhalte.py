"""Stores form contents S1–S3: one encrypted row per data class, and one for the draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from engine.db import Base
from engine.model import Aufgabe, Formularinhalt, Loeschklasse, entwurf
from engine.model.akte import ort
from engine.schutz import Schluesselbund, Verschluesselt

_STRENGSTE = "S3"
#: straight in the table: what is final is not read back
_TABELLE = Base.metadata.tables[Formularinhalt.__tablename__]
_INSERT = insert(_TABELLE)
_KEIN_ENTWURF = delete(_TABELLE).where(_TABELLE.c.aufgabe_id == bindparam("aufgabe"), _TABELLE.c.entwurf.is_(True))


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
    rows = []
    for klasse, values in by_class.items():
        secret = schluessel.encrypt(values, ort(aufgabe.vorgang_id, aufgabe.id, klasse))
        crypt = {"schluessel_id": secret.schluessel_id, "nonce": secret.nonce, "geheimtext": secret.geheimtext}
        who = {"geaendert_am": now, "geaendert_von": person_id}
        rows.append(_row(aufgabe, klasse, entwurf=False) | crypt | who)
    if rows:
        session.execute(_INSERT, rows)


def save_entwurf(
    session: Session,
    aufgabe: Aufgabe,
    eingaben: dict[str, list[str]],
    *,
    person_id: int,
    schluessel: Schluesselbund,
    now: datetime,
    may_read: Callable[[str], bool] = lambda _name: True,
) -> bool:
    """Store or replace the draft of an Aufgabe: inputs as typed, all classes together under the strictest.

    What another person typed and this one may not read (``may_read`` by input) stays in it. True when it is new, or
    was somebody else's.
    """
    row = session.execute(
        select(Formularinhalt).where(Formularinhalt.aufgabe_id == aufgabe.id, Formularinhalt.entwurf.is_(True))
    ).scalar_one_or_none()
    if row is None:
        row = Formularinhalt(**_row(aufgabe, _STRENGSTE, entwurf=True))
        session.add(row)
    is_new = row.geaendert_von != person_id
    old = schluessel.decrypt(Verschluesselt(row.schluessel_id, row.nonce, row.geheimtext), row.ort()) if row.id else {}
    _encrypt(row, entwurf.kept(old, eingaben, may_read, eigener=not is_new), person_id, schluessel, now)
    return is_new


def delete_entwurf(session: Session, aufgabe: Aufgabe) -> None:
    """Forget the draft, if there is one."""
    session.execute(_KEIN_ENTWURF, {"aufgabe": aufgabe.id})


def _row(aufgabe: Aufgabe, klasse: str, *, entwurf: bool) -> dict[str, Any]:
    return {
        "mandant_id": aufgabe.mandant_id,
        "orga_einheit_id": aufgabe.orga_einheit_id,
        "vorgang_id": aufgabe.vorgang_id,
        "aufgabe_id": aufgabe.id,
        "element_id": aufgabe.element_id,
        "datenklasse": klasse,
        "loeschklasse": (Loeschklasse.L1 if entwurf else Loeschklasse.L2).value,
        "entwurf": entwurf,
    }


def _encrypt(
    row: Formularinhalt, values: dict[str, Any], person_id: int, schluessel: Schluesselbund, now: datetime
) -> Formularinhalt:
    secret = schluessel.encrypt(values, row.ort())
    row.schluessel_id, row.nonce, row.geheimtext = secret.schluessel_id, secret.nonce, secret.geheimtext
    row.geaendert_am, row.geaendert_von = now, person_id
    return row
