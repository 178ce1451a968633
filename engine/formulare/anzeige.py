"""Shows stored values again: in German for people, as text for HTML inputs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from engine.formulare.felder import MEHRERE, MIT_OPTIONEN, Feld, FeldTyp, Json
from engine.kalender import BERLIN

OHNE_ANGABE = "–"


def format_wert(feld: Feld, wert: Json) -> str:
    """A stored value in words: „1.234,5 €“, „01.06.2026“, „Ja“; „–“ for no value.

    A value that does not fit the field (an older version of the form) is shown as plain text.
    """
    if wert is None or wert in ("", []):
        return OHNE_ANGABE
    if feld.typ is FeldTyp.LISTE:
        return f"{len(wert)} Zeilen" if len(wert) != 1 else "1 Zeile"
    if isinstance(wert, list):
        return ", ".join(_format_einzeln(feld, teil) for teil in wert)
    return _format_einzeln(feld, wert)


def to_eingabe(feld: Feld, wert: Json) -> list[str]:
    """The value as an HTML input of this field holds it; an empty list for no value."""
    if wert is None:
        return []
    if feld.typ is FeldTyp.DATEI:
        return [str(teil) for teil in wert] if isinstance(wert, list) else []
    if feld.typ in MEHRERE:
        return [_option_eingabe(feld, teil) for teil in wert] if isinstance(wert, list) else []
    if feld.typ is FeldTyp.KONTROLLKASTEN:
        return ["true"] if wert is True else []
    if feld.typ in MIT_OPTIONEN:
        return [_option_eingabe(feld, wert)]
    if feld.typ is FeldTyp.ZAHL and _is_zahl(wert):
        return [_plain(wert).replace(".", ",")]
    if feld.typ is FeldTyp.ZEITPUNKT and (instant := _as_instant(wert)):
        return [f"{instant:%Y-%m-%dT%H:%M}"]
    return [_as_text(wert)]


def _option_eingabe(feld: Feld, wert: Json) -> str:
    option = feld.option(wert)
    return option.eingabe if option else _as_text(wert)


def _format_einzeln(feld: Feld, wert: Json) -> str:
    if option := feld.option(wert):
        return option.text
    if isinstance(wert, bool):
        return "Ja" if wert else "Nein"
    if _is_zahl(wert):
        return f"{_gruppiert(wert)} {feld.einheit}".strip()
    return _format_text(feld.typ, _as_text(wert))


def _format_text(typ: FeldTyp, text: str) -> str:
    if typ is FeldTyp.DATUM and (tag := _as_date(text)):
        return f"{tag:%d.%m.%Y}"
    if typ is FeldTyp.ZEITPUNKT and (instant := _as_instant(text)):
        return f"{instant:%d.%m.%Y, %H:%M} Uhr"
    if typ is FeldTyp.UHRZEIT:
        return f"{text} Uhr"
    return text


def _is_zahl(wert: Json) -> bool:
    return isinstance(wert, int | float | Decimal) and not isinstance(wert, bool)


def _plain(wert: Json) -> str:
    return f"{Decimal(str(wert)):f}"


def _gruppiert(wert: Json) -> str:
    ganz, _, rest = _plain(wert).partition(".")
    vorzeichen, ziffern = ("-", ganz[1:]) if ganz.startswith("-") else ("", ganz)
    gruppen = f"{int(ziffern):,}".replace(",", ".") if ziffern.isdigit() else ziffern
    return f"{vorzeichen}{gruppen}{',' if rest else ''}{rest}"


def _as_text(wert: Json) -> str:
    if isinstance(wert, bool):
        return "true" if wert else "false"
    return str(wert)


def _as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _as_instant(wert: Json) -> datetime | None:
    try:
        instant = datetime.fromisoformat(str(wert))
    except ValueError:
        return None
    return instant.astimezone(BERLIN) if instant.tzinfo else instant
