"""Trying a decision with example inputs: which fields the form has, how their texts become values, how values read.

Example inputs are never stored. No database and no request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine import errors, feel
from engine.dmn import Entscheidungsmodell, modell
from engine.dmn.modell import Eingabe, Entscheidung, TabellenBox
from engine.feel.funktionen import EINGEBAUTE
from web.sprache import _, _l

_ARTEN = {"number": "zahl", "string": "text", "boolean": "wahrheit", "date": "datum"}
_MAX_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Feld:
    """One example input."""

    key: str
    name: str
    #: zahl, text, wahrheit, datum, or feel for everything else
    art: str
    #: the only texts it may have, if the model lists them
    werte: tuple[str, ...] = ()


def felder(entscheidungsmodell: Entscheidungsmodell) -> tuple[Feld, ...]:
    """A field for each input datum, and for each name that a table reads without a drawn one."""
    daten = entscheidungsmodell.modell
    typen = {e.name: e.variable.typ for e in daten.elemente if isinstance(e, Eingabe)}
    werte: dict[str, str] = {}
    for spalte in _spalten(daten):
        for name in _free_names(spalte.ausdruck.text, entscheidungsmodell):
            typen.setdefault(name, None)
        name = spalte.ausdruck.text.strip()
        if name in typen:
            typen[name] = typen[name] or spalte.ausdruck.typ
            if spalte.werte:
                werte[name] = spalte.werte
    return tuple(_feld(nr, name, typ, werte.get(name), daten) for nr, (name, typ) in enumerate(typen.items()))


def _spalten(daten: modell.Modell) -> Iterator[modell.Eingangsspalte]:
    for element in daten.elemente:
        if isinstance(element, Entscheidung):
            for box in modell.walk(element.ausdruck):
                if isinstance(box, TabellenBox):
                    yield from box.eingaenge


def _free_names(text: str, entscheidungsmodell: Entscheidungsmodell) -> Iterator[str]:
    bekannt = {element.name for element in entscheidungsmodell.modell.elemente}
    try:
        namen = feel.compile(text, namen=entscheidungsmodell.namen).namen
    except feel.FeelError:
        return
    yield from (name for name in sorted(namen) if name not in bekannt and name not in EINGEBAUTE)


def _feld(nr: int, name: str, typ: str | None, werte: str | None, daten: modell.Modell) -> Feld:
    definition = next((t for t in daten.typen if t.name == typ), None)
    if definition is not None and not definition.liste and not definition.komponenten:
        typ, werte = definition.typ, werte or definition.erlaubt
    art = _ARTEN.get((typ or "").rpartition(":")[2], "feel")
    return Feld(f"eingabe-{nr}", name, art, _texts(werte) if art == "text" and werte else ())


def _texts(werte: str) -> tuple[str, ...]:
    try:
        liste = feel.evaluate(f"[{werte}]", {})
    except feel.FeelError:
        return ()
    return tuple(liste) if isinstance(liste, list) and all(isinstance(w, str) for w in liste) else ()


def read(formular: tuple[Feld, ...], eingaben: Mapping[str, str]) -> dict[str, object]:
    """Values by name; an empty field is null.

    Raises
    ------
    errors.Invalid
        With one message per field that cannot be read.
    """
    werte: dict[str, object] = {}
    fehler: dict[str, str] = {}
    for feld in formular:
        text = eingaben.get(feld.key, "").strip()[:_MAX_TEXT]
        try:
            werte[feld.name] = _value(feld, text) if text else None
        except (ValueError, InvalidOperation, feel.FeelError):
            fehler[feld.key] = f"{feld.name}: {_SO[feld.art]}"
    if fehler:
        raise errors.Invalid(felder=fehler)
    return werte


_SO = {
    "zahl": _l("Bitte schreiben Sie eine Zahl, zum Beispiel 7,5."),
    "text": _l("Bitte schreiben Sie einen Text."),
    "wahrheit": _l("Bitte wählen Sie ja oder nein."),
    "datum": _l("Bitte schreiben Sie das Datum so: 1.6.2026."),
    "feel": _l("Bitte schreiben Sie einen FEEL-Ausdruck; Texte stehen in Anführungszeichen."),
}


def _value(feld: Feld, text: str) -> object:
    match feld.art:
        case "zahl":
            return _number(text)
        case "wahrheit":
            return {"ja": True, "nein": False}.get(text.lower())
        case "datum":
            return _date(text)
        case "feel":
            return feel.evaluate(text, {})
    return text


def _number(text: str) -> Decimal:
    zahl = Decimal(text.replace(".", "").replace(",", ".") if "," in text else text)
    if not zahl.is_finite():
        raise ValueError(text)
    return zahl


def _date(text: str) -> date:
    return datetime.strptime(text, "%d.%m.%Y").date() if "." in text else date.fromisoformat(text)  # noqa: DTZ007


def as_text(wert: Any) -> str:
    """A JSON value as a person reads it."""
    match wert:
        case None:
            return _("kein Ergebnis (null)")
        case bool():
            return "ja" if wert else "nein"
        case float():
            return str(Decimal(repr(wert))).replace(".", ",")
        case list():
            return ", ".join(as_text(teil) for teil in wert) or _("leere Liste")
        case dict():
            return "; ".join(f"{name}: {as_text(teil)}" for name, teil in wert.items())
    return str(wert)
