"""What a completed form leaves beside its contents: Beschlüsse to count, and a pseudonym of whom it is about."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.formulare import Formular
from engine.model import Aufgabe, Beschluss, Vorgang
from engine.model.beschluss import is_beschlussliste
from engine.schutz import Schluesselbund


def write(
    session: Session,
    vorgang: Vorgang,
    aufgabe: Aufgabe,
    formular: Formular,
    werte: Mapping[str, Any],
    schluessel: Schluesselbund,
) -> None:
    """Store the Beschlüsse of this form, and the pseudonym if its marked fields are all filled."""
    rows = [
        _beschluss(aufgabe, feld.key, nummer, zeile)
        for feld in formular.felder
        if is_beschlussliste(feld)
        for nummer, zeile in enumerate(werte.get(feld.key) or (), 1)
    ]
    if rows:
        session.execute(insert(Beschluss), rows)
    marked = [werte.get(feld.key) for feld in formular.felder if feld.kennzeichnet_person]
    if marked and all(marked):
        office = f"{vorgang.mandant_id}\0"
        vorgang.personenkennung = schluessel.pseudonym(office + "\0".join(_normal(str(wert)) for wert in marked))


def _beschluss(aufgabe: Aufgabe, liste: str, nummer: int, zeile: Mapping[str, Any]) -> dict[str, Any]:
    termin = zeile.get("termin")
    return {
        "mandant_id": aufgabe.mandant_id,
        "orga_einheit_id": aufgabe.orga_einheit_id,
        "vorgang_id": aufgabe.vorgang_id,
        "aufgabe_id": aufgabe.id,
        "liste": liste,
        "nr": nummer,
        "termin": date.fromisoformat(termin) if isinstance(termin, str) else None,
        "status": str(zeile.get("status") or "offen")[:40],
        "eskalationsweg": str(zeile["eskalationsweg"])[:40] if zeile.get("eskalationsweg") else None,
    }


def _normal(text: str) -> str:
    """The same for „Müller, Ann-Kathrin“ and „MUELLER Ann Kathrin“: people type names in many ways."""
    text = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    plain = "".join(
        c if c.isalnum() else " " for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
    )
    return " ".join(sorted(plain.split()))
