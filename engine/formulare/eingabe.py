"""What people typed, checked and typed: one `Invalid` with all messages, or JSON values for every field.

Numbers are German (``1.234,5``), dates ``1.6.26``, ``01.06.2026`` or ISO. A renderer should use text inputs with
`inputmode`, not ``type="number"``: there a browser would send ``1.234`` for 1,234.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from engine.errors import Invalid
from engine.feel.muster import MusterFehler, compile_muster
from engine.formulare import abhaengigkeiten, zahlen, zeiten
from engine.formulare import text as textpflege
from engine.formulare.felder import MEHRERE, Datenklasse, Feld, FeldTyp, Json, Option
from engine.formulare.formular import Formular
from engine.formulare.zeiten import Ungueltig

#: upper limits where the form gives none
MAX_TEXT, MAX_TEXTBEREICH = 500, 20_000
#: inputs per field that are looked at
MAX_EINGABEN = 500

_WAHR = frozenset({"true", "on", "1", "ja", "yes"})
_EMAIL = r"^[^@\s]{1,64}@[A-Za-z0-9äöüÄÖÜ.\-]{1,200}\.[A-Za-zäöü]{2,24}$"
_TELEFON = r"^\+?[0-9][0-9 ()/.\-]{3,30}$"


def validate(formular: Formular, eingaben: Mapping[str, Sequence[str]]) -> dict[str, Json]:
    """JSON values by key for every field that people fill in; None where nothing was entered.

    Keys that the form does not have are ignored, as are fields that may only be read. A field that its own condition
    hides is None whatever was sent; computed fields are worked out from the others.
    Raises `Invalid` whose `felder` holds one German sentence for every field that does not fit.
    """
    werte, fehler = _read_all(formular, eingaben)
    if fehler:
        raise Invalid(felder=fehler)
    return werte | abhaengigkeiten.compute(formular, werte)


def read_entwurf(formular: Formular, eingaben: Mapping[str, Sequence[str]]) -> dict[str, Json]:
    """What a half-filled form says already: fields that are missing or do not fit are left out."""
    werte, fehler = _read_all(formular, eingaben)
    gegeben = {key: wert for key, wert in werte.items() if wert is not None and key not in fehler}
    return gegeben | abhaengigkeiten.compute(formular, werte)


def _read_all(formular: Formular, eingaben: Mapping[str, Sequence[str]]) -> tuple[dict[str, Json], dict[str, str]]:
    werte: dict[str, Json] = {}
    fehler: dict[str, str] = {}
    for feld in formular.felder:
        if feld.nur_lesen or feld.typ is FeldTyp.AUSDRUCK:
            continue
        try:
            werte[feld.key] = _read(feld, _roh(eingaben.get(feld.key)))
        except Ungueltig as ungueltig:
            fehler[feld.key] = str(ungueltig)
            werte[feld.key] = None
    for key in abhaengigkeiten.hide(formular, werte):
        werte[key] = None
        fehler.pop(key, None)
    return werte, fehler


def split_by_datenklasse(formular: Formular, werte: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    """Values by class: always the four keys S0 to S3; values of unknown keys are dropped."""
    teile: dict[str, dict[str, Json]] = {klasse.value: {} for klasse in Datenklasse}
    for feld in formular.felder:
        if feld.key in werte:
            teile[feld.datenklasse.value][feld.key] = werte[feld.key]
    return teile


def _roh(eingabe: object) -> list[str]:
    if isinstance(eingabe, str):
        return [eingabe]
    if not isinstance(eingabe, Sequence):
        return []
    return [teil for teil in list(eingabe[:MAX_EINGABEN]) if isinstance(teil, str)]


def _read(feld: Feld, roh: list[str]) -> Json:
    if feld.typ is FeldTyp.KONTROLLKASTEN:
        ja = any(teil.strip().lower() in _WAHR for teil in roh)
        if feld.pflicht and not ja:
            raise Ungueltig("Bitte bestätigen Sie diese Angabe.")
        return ja
    if feld.typ in MEHRERE:
        return _read_liste(feld, roh)
    wert = _LESER[feld.typ](feld, roh)
    if wert is None and feld.pflicht:
        raise Ungueltig(_fehlt(feld))
    return wert


def _fehlt(feld: Feld) -> str:
    if feld.optionen:
        return "Bitte wählen Sie eine Möglichkeit aus."
    return "Bitte füllen Sie dieses Feld aus."


def _read_liste(feld: Feld, roh: list[str]) -> Json:
    gewaehlt = {_option(feld, teil) for teil in roh if teil.strip()}
    if feld.pflicht and not gewaehlt:
        raise Ungueltig("Bitte wählen Sie mindestens eine Möglichkeit aus.")
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
