"""What earlier steps of a Vorgang already said, so that no form asks for it again (WCAG 3.3.7).

Steering data are process variables; protected contents are opened only for fields that two forms of the process share,
and only in the classes that the roles of the person may read.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.formulare import Formular
from engine.model import Aufgabe, Formularinhalt, Prozessversion, Vorgang
from engine.model.formular import formular_of
from engine.queries.lesbar import lesbare_klassen
from engine.rechte import Akteur
from engine.schutz import Schluesselbund, Verschluesselt


def known(
    session: Session,
    akteur: Akteur,
    aufgabe: Aufgabe,
    formular: Formular,
    version: Prozessversion,
    vorgang: Vorgang,
    schluessel: Schluesselbund,
) -> dict[str, Any]:
    """Values by key for the fields of this form; the newest answer counts."""
    values = {feld.key: vorgang.variablen[feld.key] for feld in formular.felder if feld.key in vorgang.variablen}
    if aufgabe.person_id != akteur.person_id or not aufgabe.ist_offen:
        return values
    shared = _shared(version, formular)
    steps = {element for elements in shared.values() for element in elements}
    rows = session.execute(_contents(aufgabe, steps)).scalars().all() if steps else ()
    readable = lesbare_klassen(session, akteur, aufgabe.vorgang_id) if rows else frozenset()
    for row in rows:
        if row.datenklasse in readable:
            given = schluessel.decrypt(Verschluesselt(row.schluessel_id, row.nonce, row.geheimtext), row.ort())
            for key in shared.keys() & given.keys():
                values[key] = _merged(values.get(key), given[key])
    return values


def _contents(aufgabe: Aufgabe, steps: set[str]) -> Any:
    return (
        select(Formularinhalt)
        .where(
            Formularinhalt.vorgang_id == aufgabe.vorgang_id,
            Formularinhalt.entwurf.is_(False),
            Formularinhalt.element_id.in_(steps),
        )
        .order_by(Formularinhalt.id)
    )


def _merged(before: Any, given: Any) -> Any:
    """Rows of a list come in parts, one for each class."""
    if isinstance(before, list) and isinstance(given, list) and len(before) == len(given):
        parts = zip(before, given, strict=True)
        return [{**a, **b} if isinstance(a, dict) and isinstance(b, dict) else b for a, b in parts]
    return given


def _shared(version: Prozessversion, formular: Formular) -> dict[str, list[str]]:
    """Keys of protected fields of this form, with the steps whose forms ask the same (this step counts too).

    The same is asked where key and label are the same: two reasons of two decisions may share a key.
    """
    wanted = {(f.key, f.label) for f in formular.felder if not f.ist_steuerdatum or f.felder}
    found: dict[str, list[str]] = {}
    for step, task in version.einrichtung.get("aufgaben", {}).items():
        if task.get("formular"):
            for feld in formular_of(version, step).felder:
                if (feld.key, feld.label) in wanted:
                    found.setdefault(feld.key, []).append(step)
    return found
