"""Reads one input into the JSON value of its field, or says in a sentence why it does not fit.

Numbers are German (``1.234,5``), dates ``1.6.26``, ``01.06.2026`` or ISO.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from engine.feel.muster import MusterFehler, compile_muster
from engine.formulare import text as textpflege
from engine.formulare import zahlen, zeiten
from engine.formulare.felder import MEHRERE, Feld, FeldTyp, Json, Option
from engine.formulare.zeiten import Ungueltig

#: upper limits where the form gives none
MAX_TEXT, MAX_TEXTBEREICH = 500, 20_000

_WAHR = frozenset({"true", "on", "1", "ja", "yes"})
_EMAIL = r"^[^@\s]{1,64}@[A-Za-z0-9äöüÄÖÜ.\-]{1,200}\.[A-Za-zäöü]{2,24}$"
_TELEFON = r"^\+?[0-9][0-9 ()/.\-]{3,30}$"


class Fehlt(Ungueltig):
    """A Pflichtangabe is empty."""


def read_wert(feld: Feld, roh: list[str]) -> Json:
    """The JSON value of one input; None when it is empty.

    Raises
    ------
    Ungueltig
        With the German sentence for the field, also when a Pflichtangabe is empty (`Fehlt`).
    """
    if feld.typ is FeldTyp.KONTROLLKASTEN:
        ja = any(teil.strip().lower() in _WAHR for teil in roh)
        if feld.pflicht and not ja:
            raise Ungueltig("Bitte bestätigen Sie diese Angabe.")
        return ja
    if feld.typ in MEHRERE:
        return _read_liste(feld, roh)
    if feld.typ is FeldTyp.DATEI:
        return _read_dateien(feld, roh)
    wert = _LESER[feld.typ](feld, roh)
    if wert is None and feld.pflicht:
        raise Fehlt(_fehlt(feld))
    return wert


def _fehlt(feld: Feld) -> str:
    if feld.optionen:
        return "Bitte wählen Sie eine Möglichkeit aus."
    return "Bitte füllen Sie dieses Feld aus."


def _read_dateien(feld: Feld, roh: list[str]) -> Json:
    nummern = [int(teil) for teil in roh if teil.isascii() and teil.isdigit() and len(teil) < 19]
    if feld.pflicht and not nummern:
        raise Fehlt("Bitte fügen Sie eine Datei an.")
    return nummern


def _read_liste(feld: Feld, roh: list[str]) -> Json:
    gewaehlt = {_option(feld, teil) for teil in roh if teil.strip()}
    if feld.pflicht and not gewaehlt:
        raise Fehlt("Bitte wählen Sie mindestens eine Möglichkeit aus.")
    return [option.wert for option in feld.optionen if option in gewaehlt]


def _option(feld: Feld, eingabe: str) -> Option:
    eingabe = eingabe.strip()
    for option in feld.optionen:
        if option.eingabe.strip() == eingabe:
            return option
    raise Ungueltig("Diese Möglichkeit gibt es nicht. Bitte wählen Sie eine aus der Liste.")


def _read_auswahl(feld: Feld, roh: list[str]) -> Json:
    eingabe = roh[0] if roh else ""
    return _option(feld, eingabe).wert if eingabe.strip() else None


def _read_text(feld: Feld, roh: list[str]) -> str | None:
    einzeilig = feld.typ is FeldTyp.TEXT
    grenze = feld.max_laenge or (MAX_TEXT if einzeilig else MAX_TEXTBEREICH)
    eingabe = roh[0] if roh else ""
    # Cut before cleaning, so that megabytes cost nothing; some slack for characters that cleaning removes.
    wert = textpflege.clean(eingabe[: 4 * grenze + 100], einzeilig=einzeilig)
    if not wert:
        return None
    if len(wert) > grenze:
        raise Ungueltig(f"Der Text ist zu lang: Möglich sind {grenze} Zeichen.")
    if feld.min_laenge and len(wert) < feld.min_laenge:
        raise Ungueltig(f"Der Text ist zu kurz: Nötig sind mindestens {feld.min_laenge} Zeichen.")
    _check_form(feld, wert)
    return wert


def _check_form(feld: Feld, wert: str) -> None:
    if feld.art == "email" and not compile_muster(_EMAIL).search(wert):
        raise Ungueltig("Das ist keine E-Mail-Adresse. Erwartet wird z. B. name@beispiel.de.")
    if feld.art == "phone" and not compile_muster(_TELEFON).search(wert):
        raise Ungueltig("Das ist keine Telefonnummer. Erwartet wird z. B. 02421 12345.")
    if feld.muster is None:
        return
    try:
        passt = compile_muster(feld.muster, nachsichtig=True).search(wert) is not None
    except MusterFehler:
        passt = False
    if not passt:
        raise Ungueltig(" ".join(["Die Angabe hat nicht die erwartete Form.", feld.hilfe]).strip())


def _read_zahl(feld: Feld, roh: list[str]) -> int | float | None:
    eingabe = textpflege.clean((roh[0] if roh else "")[:200], einzeilig=True).removesuffix(feld.einheit).strip()
    if not eingabe:
        return None
    zahl = zahlen.parse(eingabe)
    if feld.nachkommastellen is not None and zahl != round(zahl, feld.nachkommastellen):
        erlaubt = f"höchstens {feld.nachkommastellen} Nachkommastellen" if feld.nachkommastellen else "ganze Zahlen"
        raise Ungueltig(f"Erlaubt sind {erlaubt}.")
    _check_grenzen(feld, zahl)
    return zahlen.to_json(zahl)


def _check_grenzen(feld: Feld, zahl: Decimal) -> None:
    if feld.min is not None and zahl < feld.min:
        raise Ungueltig(f"Die Zahl ist zu klein: Möglich ist {zahlen.format_de(feld.min)} oder mehr.")
    if feld.max is not None and zahl > feld.max:
        raise Ungueltig(f"Die Zahl ist zu groß: Möglich ist {zahlen.format_de(feld.max)} oder weniger.")


def _zeit_leser(parse: Callable[[str], str]) -> Callable[[Feld, list[str]], Json]:
    def read(_feld: Feld, roh: list[str]) -> str | None:
        # Day and time of an instant may come from two inputs with one name.
        eingabe = " ".join(textpflege.clean(teil[:100], einzeilig=True) for teil in roh[:2]).strip()
        return parse(eingabe) if eingabe else None

    return read


_LESER: Mapping[FeldTyp, Callable[[Feld, list[str]], Json]] = {
    FeldTyp.TEXT: _read_text,
    FeldTyp.TEXTBEREICH: _read_text,
    FeldTyp.ZAHL: _read_zahl,
    FeldTyp.RADIO: _read_auswahl,
    FeldTyp.AUSWAHL: _read_auswahl,
    FeldTyp.DATUM: _zeit_leser(zeiten.parse_datum),
    FeldTyp.UHRZEIT: _zeit_leser(zeiten.parse_uhrzeit),
    FeldTyp.ZEITPUNKT: _zeit_leser(zeiten.parse_zeitpunkt),
}
