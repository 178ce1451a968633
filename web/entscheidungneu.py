"""A new decision table from a plain form: name, columns, hit policy. Becomes a file that the editor opens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from engine import dmn, errors
from web.sprache import _, _l

#: columns that the form offers
EINGAENGE, AUSGAENGE = 6, 3
TYPEN = {"string": _l("Text"), "number": _l("Zahl"), "boolean": _l("ja oder nein"), "date": _l("Datum")}
REGELN = {
    dmn.Trefferregel.EINDEUTIG: _l("Eindeutig (U): höchstens eine Zeile trifft zu"),
    dmn.Trefferregel.ERSTE: _l("Erste (F): die oberste Zeile, die zutrifft, gilt"),
    dmn.Trefferregel.SAMMELN: _l("Sammeln (C): alle Zeilen, die zutreffen, gelten"),
}
_UMLAUTE = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class NeueTabelle:
    """What the form said, checked."""

    #: id of the decision and name of the file
    kennung: str
    inhalt: bytes


def read(eingaben: Mapping[str, str], vorhanden: frozenset[str]) -> NeueTabelle:
    """The new model; `vorhanden` are names of files that exist.

    Raises
    ------
    errors.Invalid
        With one message per input that does not fit.
    """
    fehler: dict[str, str] = {}
    name = eingaben.get("name", "").strip()[:120]
    kennung = to_kennung(name)
    if not kennung:
        fehler["name"] = _("Name: Bitte geben Sie der Entscheidung einen Namen mit mindestens einem Buchstaben.")
    elif kennung in vorhanden:
        fehler["name"] = _("Name: Ein Modell dieses Namens gibt es schon. Bitte wählen Sie einen anderen.")
    eingaenge = _spalten("eingang", EINGAENGE, eingaben, fehler)
    ausgaenge = _spalten("ausgang", AUSGAENGE, eingaben, fehler)
    if not ausgaenge and not any(key.startswith("ausgang") for key in fehler):
        fehler["ausgang-1"] = _("Ausgang 1: Bitte nennen Sie mindestens einen Ausgang.")
    if eingaben.get("regel", "") not in set(REGELN):
        fehler["regel"] = _("Trefferregel: Bitte wählen Sie eine aus der Liste.")
    if fehler:
        raise errors.Invalid(felder=fehler)
    try:
        inhalt = dmn.write_neu(kennung, name, eingaenge, ausgaenge, dmn.Trefferregel(eingaben["regel"]))
    except dmn.DmnError as error:
        raise errors.Invalid(felder={"eingang-1": error.text}) from None
    return NeueTabelle(kennung, inhalt)


def _spalten(art: str, anzahl: int, eingaben: Mapping[str, str], fehler: dict[str, str]) -> list[dmn.Spalte]:
    spalten = []
    for nr in range(1, anzahl + 1):
        key = f"{art}-{nr}"
        name, typ = eingaben.get(key, "").strip(), eingaben.get(f"{key}-art", "string")
        if not name:
            continue
        if not dmn.is_name(name) or typ not in TYPEN:
            fehler[key] = _(
                "%(capitalize)s %(nr)s: Möglich sind Buchstaben ohne Umlaute, Ziffern und „_“, vorn keine Ziffer.",
                capitalize=art.capitalize(),
                nr=nr,
            )
        spalten.append(dmn.Spalte(name, typ))
    return spalten


def to_kennung(name: str) -> str:
    """An id made of a title: small letters, digits and ``_``; empty if nothing is left."""
    text = unicodedata.normalize("NFKD", name.lower().translate(_UMLAUTE)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_0123456789")[:50].strip("_")
