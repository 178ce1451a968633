"""What a process is, for people: set for a draft like everything else beside its drawing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import errors
from engine.commands import entwuerfe
from engine.katalog.bericht import Bericht, Tabelle
from engine.katalog.einrichtung import read_ziel
from engine.katalog.steckbrief import read_steckbrief
from engine.rechte import Akteur, Recht, Rolle

MAX_NORMEN = 50
MAX_TEXT = 2_000


def set_steckbrief(
    session: Session, akteur: Akteur, *, prozess_id: int, nummer: int, angaben: Mapping[str, Any]
) -> None:
    """Set name, purpose, owner, target and legal bases; `angaben` as the head of ``prozess.toml``.

    Raises
    ------
    errors.Invalid
        With one message per field; those of a legal basis are called ``rechtsgrundlagen[1].norm`` and so on.
    """
    akteur.require(Recht.PROZESS_BEARBEITEN)
    version = entwuerfe.draft_of(session, akteur, prozess_id, nummer, "Ändern")
    if len(angaben.get("rechtsgrundlagen", ())) > MAX_NORMEN or any(len(text) > MAX_TEXT for text in _texts(angaben)):
        raise errors.Invalid(
            f"Speichern nicht möglich: Möglich sind {MAX_NORMEN} Rechtsgrundlagen und {MAX_TEXT} Zeichen je Feld. "
            "Bitte fassen Sie sich kürzer."
        )
    bericht = Bericht()
    tabelle = Tabelle(angaben, "", "", bericht)
    steckbrief = read_steckbrief(tabelle, [rolle.value for rolle in Rolle])
    ziel = read_ziel(tabelle)
    if bericht.befunde:
        raise errors.Invalid(felder={b.element: f"{b.grund} {b.abhilfe}" for b in reversed(bericht.befunde)})
    bisher = version.einrichtung.get("steckbrief") or {}
    gelesen = steckbrief.to_json() | {k: bisher.get(k, []) for k in ("annahmen", "abweichungen")}
    version.name = steckbrief.name
    version.einrichtung = {**version.einrichtung, "steckbrief": gelesen, "ziel": ziel}


def _texts(angaben: Mapping[str, Any]) -> list[str]:
    normen = [wert for norm in angaben.get("rechtsgrundlagen", ()) for wert in norm.values()]
    return [wert for wert in (*angaben.values(), *normen) if isinstance(wert, str)]
