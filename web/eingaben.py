"""Between a stored form and HTML inputs: what inputs show, what a request brought, whether somebody typed anything.

Pure; checks nothing: that is `engine.formulare`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from werkzeug.datastructures import MultiDict

from engine import errors
from engine.formulare import LEER, Feld, FeldTyp, Formular, format_wert, row_numbers
from engine.formulare.felder import MEHRERE, MIT_OPTIONEN
from engine.formulare.zeiten import parse_datum
from engine.kalender import ende_des_tages
from engine.model import Verschiebegrund, vorschlag
from engine.model.wahl import Wahl
from web.sprache import _

#: input name -> values
Eingaben = Mapping[str, Sequence[str]]

#: own inputs beside those of the form; a dot cannot occur in a key of a form
AKTION = "aktion."
STAND = AKTION + "stand"
#: inputs of one form and characters of one input that are looked at
MAX_NAMEN = 5000
MAX_ZEICHEN = 100_000


def from_request(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """Inputs of the form itself, without our own; line ends as ``\\n``."""
    names = [name for name in list(form)[:MAX_NAMEN] if name != "csrf_token" and not name.startswith(AKTION)]
    return {name: [_clean(text) for text in form.getlist(name)] for name in names}


def _clean(text: str) -> str:
    return text[:MAX_ZEICHEN].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def shown(formular: Formular, wahlen: Iterable[Wahl], eingaben: Eingaben) -> dict[str, list[str]]:
    """What the inputs hold: dates in German, everything else as it is; keys without an input are left out."""
    texts: dict[str, list[str]] = {}
    for name, feld in _inputs(formular, eingaben):
        texts[name] = [_german(feld, text) for text in eingaben.get(name, ())]
        if name + LEER in eingaben:
            texts[name + LEER] = list(eingaben[name + LEER])
    texts |= {wahl.feld: list(eingaben.get(wahl.feld, ())) for wahl in wahlen}
    return texts | {feld: list(eingaben[feld]) for feld in vorschlag.FELDER if feld in eingaben}


def _inputs(formular: Formular, eingaben: Eingaben) -> Iterator[tuple[str, Feld]]:
    """Names of the inputs that people fill in, those of the rows of these inputs too, with their fields."""
    for feld in formular.felder:
        if feld.felder:
            for nummer in row_numbers(feld, eingaben):
                yield from ((f"{feld.key}.{nummer}.{s.key}", s) for s in feld.felder if s.ist_eingabe)
        elif feld.ist_eingabe:
            yield feld.key, feld


def labels(formular: Formular, eingaben: Eingaben) -> dict[str, str]:
    """What every input is called where nobody sees its field, in the order of the page; rows are counted from 1."""
    named: dict[str, str] = {}
    for feld in formular.felder:
        named[feld.key] = feld.label.rstrip(":")
        for place, nummer in enumerate(row_numbers(feld, eingaben), 1):
            for spalte in feld.felder:
                named[f"{feld.key}.{nummer}.{spalte.key}"] = f"{feld.zeilenname} {place}, {spalte.label.rstrip(':')}"
    return named


def filled(formular: Formular, eingaben: Eingaben) -> list[tuple[str, str]]:
    """Label and words of every input in which something stands."""
    named = labels(formular, eingaben)
    texts = ((name, feld, eingaben.get(name, ())) for name, feld in _inputs(formular, eingaben))
    return [(named[name], words(feld, found)) for name, feld, found in texts if any(t.strip() for t in found)]


def change_rows(eingaben: dict[str, list[str]], wunsch: str) -> tuple[dict[str, list[str]], str]:
    """The inputs with a row more (``+liste.feld``) or less (``-liste.nummer``), and the input to go on with."""
    key, _punkt, rest = wunsch[1:].partition(".")
    numbers = [int(name.split(".")[1]) for name in eingaben if name.startswith(f"{key}.") and _has_number(name)]
    if wunsch.startswith("-"):
        gone = f"{key}.{rest}."
        return {name: texts for name, texts in eingaben.items() if not name.startswith(gone)}, key
    fresh = f"{key}.{max(numbers, default=-1) + 1}.{rest}"
    return {**eingaben, fresh: [""]}, fresh


def _has_number(name: str) -> bool:
    number = name.split(".")[1]
    return number.isascii() and number.isdigit() and len(number) < 5


def fingerprint(eingaben: Eingaben) -> str:
    """Same for the same inputs, whatever empty ones stand beside; tells whether somebody typed anything."""
    filled = {name: [text for text in texts if text.strip()] for name, texts in eingaben.items()}
    text = json.dumps({name: texts for name, texts in filled.items() if texts}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def words(feld: Feld, texts: Sequence[str]) -> str:
    """An input in words, for reading: the labels of options, „Ja“, „–“ for nothing."""
    filled = [text for text in texts if text.strip()]
    if feld.typ is FeldTyp.KONTROLLKASTEN:
        return _("Ja") if filled else _("Nein")
    if feld.typ in MIT_OPTIONEN:
        labels = {option.eingabe: option.text for option in feld.optionen}
        return ", ".join(labels.get(text, text) for text in filled) or format_wert(feld, None)
    text = filled[0] if filled else ""
    if feld.typ is FeldTyp.ZAHL and text:
        return f"{text} {feld.einheit}".strip()
    return _german(feld, text) or format_wert(feld, None)


def has_boxes(feld: Feld) -> bool:
    """Whether the browser sends nothing for it when no box is ticked."""
    return feld.typ is FeldTyp.KONTROLLKASTEN or feld.typ in MEHRERE


def _german(feld: Feld, text: str) -> str:
    try:
        if feld.typ is FeldTyp.DATUM:
            return f"{date.fromisoformat(text):%d.%m.%Y}"
        if feld.typ is FeldTyp.ZEITPUNKT:
            return f"{datetime.fromisoformat(text):%d.%m.%Y %H:%M}"
    except ValueError:
        return text  # as typed, perhaps half-way
    return text


def read_verschiebung(form: MultiDict[str, str]) -> tuple[datetime, Verschiebegrund]:
    """The new day of a deadline (its last instant in local time) and the reason.

    Raises
    ------
    errors.Invalid
        When the day cannot be read or the reason is missing.
    """
    try:
        tag = date.fromisoformat(parse_datum(form.get(AKTION + "bis", "").strip()))
    except ValueError as error:
        raise errors.Invalid(_("Verschieben nicht möglich: %(error)s", error=error)) from None
    try:
        grund = Verschiebegrund(form.get(AKTION + "verschiebegrund", ""))
    except ValueError:
        raise errors.Invalid(_("Verschieben nicht möglich: Der Grund fehlt. Bitte wählen Sie einen.")) from None
    return ende_des_tages(tag), grund
