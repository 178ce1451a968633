"""The forms of a draft: kept under a name, chosen for steps. A form that no longer fits its steps is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import errors, formulare
from engine.commands import einrichtung, entwuerfe
from engine.katalog.bericht import Bericht
from engine.katalog.mitgebracht import file_name
from engine.katalog.pruefung import check_aufgabe
from engine.model import Prozessversion
from engine.rechte import Akteur, Recht

MAX_BYTES, MAX_FORMULARE = 200_000, 100


def save_formular(
    session: Session,
    akteur: Akteur,
    *,
    prozess_id: int,
    nummer: int,
    name: str,
    schema: Mapping[str, Any],
    element: str = "",
) -> None:
    """Keep a form of a draft under this name, and choose it for the step `element`.

    Raises
    ------
    errors.Invalid
        With one message per field of the form, or for the name; also when a deadline reads a field that is gone.
    """
    akteur.require(Recht.PROZESS_BEARBEITEN)
    version = entwuerfe.draft_of(session, akteur, prozess_id, nummer, "Speichern")
    if not name or file_name(name) != name:
        raise errors.Invalid(
            felder={"name": "Bitte wählen Sie einen Namen aus Buchstaben, Ziffern, Binde- und Unterstrichen."}
        )
    if len(json.dumps(schema)) > MAX_BYTES or len({*version.formulare, name}) > MAX_FORMULARE:
        raise errors.Invalid(
            f"Speichern nicht möglich: Ein Formular darf höchstens {MAX_BYTES // 1000} kB groß sein, und eine Version "
            f"höchstens {MAX_FORMULARE} Formulare haben. Bitte teilen Sie es auf."
        )
    formulare.read_schema(schema)
    vorher = _findings(version)
    version.formulare = {**version.formulare, name: dict(schema)}
    if element:
        _choose(version, element, name)
    _refresh(version)
    if neue := _findings(version) - vorher:
        raise errors.Invalid(f"Speichern nicht möglich: {' '.join(sorted(neue))}")
    einrichtung.recheck(session, akteur, version)


def remove_formular(session: Session, akteur: Akteur, *, prozess_id: int, nummer: int, name: str) -> None:
    """Remove a form of a draft that no step uses; raises `errors.Conflict` while one does."""
    akteur.require(Recht.PROZESS_BEARBEITEN)
    version = entwuerfe.draft_of(session, akteur, prozess_id, nummer, "Löschen")
    if name not in version.formulare:
        raise errors.NotFound
    schritte = steps_with(version, name)
    if schritte:
        namen = ", ".join(f"„{schritt}“" for schritt in schritte)
        raise errors.Conflict(
            f"Löschen nicht möglich: Das Formular gehört zu {namen}. Bitte wählen Sie dort zuerst ein anderes."
        )
    version.formulare = {k: v for k, v in version.formulare.items() if k != name}
    einrichtung.recheck(session, akteur, version)


def steps_with(version: Prozessversion, name: str) -> list[str]:
    """Labels of the steps that show this form."""
    return [
        schritt.name or schritt.element
        for schritt in version.schrittliste()
        if version.aufgaben_einstellung(schritt.element).get("formular") == name
    ]


def _choose(version: Prozessversion, element: str, name: str) -> None:
    schritt = version.schritt(element)
    if schritt is None or not schritt.hat_aufgaben:
        raise errors.NotFound
    einrichtung.write(version, "aufgaben", element, {**version.aufgaben_einstellung(element), "formular": name})


def _refresh(version: Prozessversion) -> None:
    """The data class of each step is that of its form."""
    for element, aufgabe in version.einrichtung.get("aufgaben", {}).items():
        if (name := aufgabe.get("formular")) in version.formulare:
            neu = {**aufgabe, "datenklasse": einrichtung.datenklasse(version, name)}
            einrichtung.write(version, "aufgaben", element, neu)


def _findings(version: Prozessversion) -> set[str]:
    """What does not fit between the steps and the forms."""
    bericht = Bericht()
    teile = einrichtung.zusammenhang(version, bericht)
    for element, aufgabe in version.einrichtung.get("aufgaben", {}).items():
        if version.schritt(element) is not None:
            check_aufgabe(teile, element, aufgabe)
    return {f"{befund.grund} {befund.abhilfe}" for befund in bericht.befunde}
