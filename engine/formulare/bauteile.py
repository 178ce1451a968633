"""Reads one form-js component into a `Feld`, reporting everything about it that does not fit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from engine.errors import Invalid
from engine.feel.muster import MusterFehler, compile_muster
from engine.formulare import abhaengigkeiten
from engine.formulare.felder import MEHRERE, MIT_OPTIONEN, Datenklasse, Feld, FeldTyp, Json, Option, Tabelle
from engine.formulare.text import clean

MAX_PROBLEME = 50
MAX_OPTIONEN = 500
MAX_ZEILEN = 100
MAX_SPALTEN = 30

_KEY = re.compile(r"[A-Za-zÄÖÜäöüß][A-Za-zÄÖÜäöüß0-9_]{0,79}")
#: names that the engine or the web page sets itself
_BELEGT = frozenset({"eingang", "csrf_token", "aktion", "abweichung", "leer_gruende"})
#: what a pattern of a steering field must not let through
_FREITEXT_PROBEN = ("Frau Muster, Kind 4711", "Die Mutter berichtet.", "Muster Erika", "Mustermann")
_MAX_ZAHL = Decimal(10) ** 15


@dataclass
class Bericht:
    """Collects problems by place."""

    probleme: dict[str, str] = field(default_factory=dict)

    def add(self, ort: str, text: str) -> None:
        """Note a problem; several at one place are joined, beyond the limit they are dropped."""
        if ort in self.probleme:
            if text not in self.probleme[ort]:
                self.probleme[ort] += f" {text}"
        elif len(self.probleme) < MAX_PROBLEME:
            self.probleme[ort] = text

    def raise_if_any(self) -> None:
        """Raise `Invalid` with everything that was noted."""
        if self.probleme:
            erstes = next(iter(self.probleme.values()))
            anzahl = len(self.probleme)
            weitere = f" (und {anzahl - 1} weitere Angaben)" if anzahl > 1 else ""
            raise Invalid(f"Das Formular kann nicht gelesen werden: {erstes}{weitere}", felder=self.probleme)


def as_text(wert: object, hoechstens: int) -> str:
    """Clean one-paragraph text of at most so many characters; empty for anything but a string."""
    return clean(wert[:hoechstens], einzeilig=False) if isinstance(wert, str) else ""


def read_feld(teil: Mapping[str, Json], typ: FeldTyp, ort: str, bericht: Bericht) -> Feld | None:
    """The field, or None if it has no usable key. Problems go to `bericht` under the key or the place."""
    key = teil.get("key")
    if not isinstance(key, str) or not _is_key(key):
        bericht.add(
            ort, "Der Schlüssel (key) fehlt oder enthält andere Zeichen als Buchstaben, Ziffern und Unterstriche."
        )
        return None
    if key in _BELEGT:
        bericht.add(key, f"Der Schlüssel „{key}“ ist belegt. Wählen Sie einen anderen.")
    return _Bauteil(teil, typ, key, bericht).read()


@dataclass
class _Bauteil:
    teil: Mapping[str, Json]
    typ: FeldTyp
    key: str
    bericht: Bericht

    def read(self) -> Feld:
        regeln = self._mapping("validate")
        optionen = self._optionen() if self.typ in MIT_OPTIONEN else ()
        feld = Feld(
            key=self.key,
            label=as_text(self.teil.get("label"), 300) or self.key,
            typ=self.typ,
            pflicht=regeln.get("required") is True,
            datenklasse=self._datenklasse(),
            hilfe=as_text(self.teil.get("description"), 2000),
            optionen=optionen,
            vorgabe=self._vorgabe(optionen),
            min=self._zahl(regeln, "min"),
            max=self._zahl(regeln, "max"),
            nachkommastellen=self._ganzzahl(self.teil, "decimalDigits", 15),
            min_laenge=self._ganzzahl(regeln, "minLength", 100_000),
            max_laenge=self._ganzzahl(regeln, "maxLength", 100_000),
            muster=self._muster(regeln),
            art=self._art(regeln),
            einheit=as_text(self._mapping("appearance").get("suffixAdorner"), 30),
            nur_lesen=self.teil.get("readonly") is True or self.teil.get("disabled") is True,
            ausdruck=self._ausdruck(),
            verborgen_wenn=read_bedingung(self.teil, self.key, self.bericht),
            leer_mit_grund=self._mapping("properties").get("leer_grund") in ("ja", True),
            kennzeichnet_person=self._mapping("properties").get("personenkennung") in ("ja", True),
            nennt_beteiligte=self._mapping("properties").get("beteiligt") in ("ja", True),
            begriff=as_text(self._mapping("properties").get("glossar"), 80),
        )
        self._check(feld)
        return feld

    def _problem(self, text: str) -> None:
        self.bericht.add(self.key, f"Feld „{self.key}“: {text}")

    def _mapping(self, name: str) -> Mapping[str, Json]:
        wert = self.teil.get(name)
        if wert is not None and not isinstance(wert, Mapping):
            self._problem(f"Die Angabe „{name}“ ist nicht lesbar.")
        return wert if isinstance(wert, Mapping) else {}

    def _datenklasse(self) -> Datenklasse:
        name = self._mapping("properties").get("datenklasse", "S1")
        try:
            return Datenklasse(name)
        except ValueError:
            self._problem("Die Datenklasse ist unbekannt. Möglich sind S0, S1, S2 und S3.")
            return Datenklasse.S1

    def _zahl(self, woher: Mapping[str, Json], name: str) -> Decimal | None:
        wert = woher.get(name)
        if wert is None or wert == "":
            return None
        zahl = _as_decimal(wert)
        if zahl is None:
            self._problem(f"Die Angabe „{name}“ ist keine Zahl.")
        return zahl

    def _ganzzahl(self, woher: Mapping[str, Json], name: str, hoechstens: int) -> int | None:
        zahl = self._zahl(woher, name)
        if zahl is not None and not (0 <= zahl <= hoechstens and zahl == int(zahl)):
            self._problem(f"Die Angabe „{name}“ muss eine ganze Zahl zwischen 0 und {hoechstens} sein.")
            return None
        return None if zahl is None else int(zahl)

    def _muster(self, regeln: Mapping[str, Json]) -> str | None:
        muster = regeln.get("pattern")
        if muster is None or muster == "":
            return None
        try:
            if not isinstance(muster, str):
                raise MusterFehler("Es ist kein Text.")
            compile_muster(muster, nachsichtig=True)
        except MusterFehler as fehler:
            self._problem(f"Das Muster (pattern) ist nicht verwendbar: {fehler}")
            return None
        return muster

    def _art(self, regeln: Mapping[str, Json]) -> str | None:
        art = regeln.get("validationType")
        return art if art in ("email", "phone") else None

    def _ausdruck(self) -> str | None:
        if self.typ is not FeldTyp.AUSDRUCK:
            return None
        text = self.teil.get("expression")
        if not isinstance(text, str) or not text.strip():
            self._problem("Der Ausdruck (expression) fehlt.")
            return None
        return _feel(text, self.key, self.bericht)

    def _optionen(self) -> tuple[Option, ...]:
        werte = self.teil.get("values")
        if not isinstance(werte, list) or not 0 < len(werte) <= MAX_OPTIONEN:
            self._problem(
                f"Es fehlt die Liste der Möglichkeiten (values), oder sie hat mehr als {MAX_OPTIONEN} Einträge."
            )
            return ()
        optionen = [option for wert in werte if (option := _as_option(wert))]
        if len(optionen) < len(werte):
            self._problem("Eine Möglichkeit ist nicht lesbar: Jede braucht „label“ und „value“.")
        if len({option.eingabe for option in optionen}) < len(optionen):
            self._problem("Zwei Möglichkeiten haben denselben Wert.")
        return tuple(optionen)

    def _vorgabe(self, optionen: tuple[Option, ...]) -> Json:
        wert = self.teil.get("defaultValue")
        if wert is None or wert == "" or wert == []:
            return None
        if not _fits(self.typ, wert, optionen):
            self._problem("Die Vorgabe (defaultValue) passt nicht zum Feld.")
            return None
        return wert

    def _check(self, feld: Feld) -> None:
        if feld.min is not None and feld.max is not None and feld.min > feld.max:
            self._problem("Der kleinste Wert ist größer als der größte.")
        if feld.min_laenge is not None and feld.max_laenge is not None and feld.min_laenge > feld.max_laenge:
            self._problem("Die kleinste Länge ist größer als die größte.")
        if feld.datenklasse is Datenklasse.S0 and feld.typ in (FeldTyp.TEXT, FeldTyp.TEXTBEREICH):
            self._check_steuerung(feld)
        if feld.typ is FeldTyp.DATEI and feld.datenklasse is Datenklasse.S0:
            self._problem("Eine Datei darf nicht die Datenklasse S0 haben. Wählen Sie S1, S2 oder S3.")

    def _check_steuerung(self, feld: Feld) -> None:
        if feld.muster is None or feld.art is not None or any(_passt(feld.muster, probe) for probe in _FREITEXT_PROBEN):
            self._problem(
                "Freier Text darf nicht die Datenklasse S0 haben. Wählen Sie S1, eine Auswahl, eine Zahl, ein Datum "
                "oder ein Muster, das keinen freien Text zulässt."
            )


def read_liste(teil: Mapping[str, Json], ort: str, felder: tuple[Feld, ...], bericht: Bericht) -> Feld | None:
    """The list of rows behind a ``dynamiclist``; how many rows there may be say its properties."""
    feld = read_feld({**teil, "key": teil.get("path") or teil.get("key")}, FeldTyp.LISTE, ort, bericht)
    if feld is None:
        return None
    if not felder:
        bericht.add(ort, f"Die Liste „{feld.key}“ hat keine Felder. Ergänzen Sie mindestens eines.")
    roh = teil.get("properties")
    grenzen = roh if isinstance(roh, Mapping) else {}
    wenigstens, hoechstens = (
        _zeilen(grenzen.get(name), sonst) for name, sonst in (("mindestens", 0), ("hoechstens", 25))
    )
    if wenigstens is None or not hoechstens or wenigstens > hoechstens:
        text = f"Liste „{feld.key}“: „mindestens“ und „hoechstens“ sind ganze Zahlen von 0 bis {MAX_ZEILEN}."
        bericht.add(feld.key, text)
        return None
    klasse = max((spalte.datenklasse for spalte in felder), default=feld.datenklasse)
    name = as_text(grenzen.get("zeile"), 60) or feld.zeilenname
    return replace(
        feld, felder=felder, datenklasse=klasse, min_zeilen=wenigstens, max_zeilen=hoechstens, zeilenname=name
    )


def _zeilen(wert: object, sonst: int) -> int | None:
    if wert is None or wert == "":
        return sonst
    zahl = _as_decimal(wert)
    return int(zahl) if zahl is not None and zahl == int(zahl) and 0 <= zahl <= MAX_ZEILEN else None


def read_tabelle(teil: Mapping[str, Json], ort: str, bericht: Bericht) -> Tabelle | None:
    """A table that only shows what an expression gives; its columns are named, not computed."""
    quelle = teil.get("dataSource")
    spalten = teil.get("columns")
    if not isinstance(quelle, str) or not quelle.strip() or not isinstance(spalten, list):
        bericht.add(ort, "Der Tabelle fehlen Quelle (dataSource) oder Spalten (columns). Ergänzen Sie beides.")
        return None
    text = _feel(quelle, ort, bericht)
    paare = [
        (s["key"], as_text(s.get("label"), 200)) for s in spalten if isinstance(s, Mapping) and _is_key(s.get("key"))
    ]
    if len(paare) < len(spalten) or not 0 < len(paare) <= MAX_SPALTEN:
        bericht.add(ort, f"Eine Spalte der Tabelle ist nicht lesbar, oder es sind mehr als {MAX_SPALTEN}.")
    return Tabelle(as_text(teil.get("label"), 300), text, tuple(paare)) if text else None


def _is_key(wert: object) -> bool:
    return isinstance(wert, str) and _KEY.fullmatch(wert) is not None


def read_bedingung(teil: Mapping[str, Json], ort: str, bericht: Bericht) -> str | None:
    """FEEL text of ``conditional.hide``, or None."""
    bedingung = teil.get("conditional")
    text = bedingung.get("hide") if isinstance(bedingung, Mapping) else None
    return _feel(text, ort, bericht) if isinstance(text, str) and text.strip() else None


def _feel(text: str, ort: str, bericht: Bericht) -> str | None:
    text = text.strip().removeprefix("=").strip()
    fehler = abhaengigkeiten.problem(text)
    if fehler is not None:
        bericht.add(ort, fehler)
        return None
    return text


def _passt(muster: str, text: str) -> bool:
    try:
        return compile_muster(muster, nachsichtig=True).search(text) is not None
    except MusterFehler:
        return True


def _as_decimal(wert: object) -> Decimal | None:
    if isinstance(wert, bool) or not isinstance(wert, int | float | str):
        return None
    if isinstance(wert, int) and abs(wert) > _MAX_ZAHL:
        return None
    if isinstance(wert, str) and len(wert) > 30:
        return None
    try:
        zahl = Decimal(str(wert))
    except ArithmeticError:
        return None
    return zahl if zahl.is_finite() and abs(zahl) <= _MAX_ZAHL else None


def _as_option(wert: object) -> Option | None:
    if not isinstance(wert, Mapping):
        return None
    inhalt = wert.get("value")
    if isinstance(inhalt, str):
        if not inhalt.strip() or len(inhalt) > 200 or clean(inhalt, einzeilig=True) != inhalt:
            return None
    elif (
        not isinstance(inhalt, int | float) or _as_decimal(int(inhalt) if isinstance(inhalt, bool) else inhalt) is None
    ):
        return None
    return Option(inhalt, as_text(wert.get("label"), 300) or str(inhalt))


def _fits(typ: FeldTyp, wert: Json, optionen: tuple[Option, ...]) -> bool:
    erlaubt = [option.wert for option in optionen]
    if typ in MEHRERE:
        return isinstance(wert, list) and len(wert) <= MAX_OPTIONEN and all(teil in erlaubt for teil in wert)
    if typ in MIT_OPTIONEN:
        return wert in erlaubt
    if typ is FeldTyp.KONTROLLKASTEN:
        return isinstance(wert, bool)
    if typ is FeldTyp.ZAHL:
        return not isinstance(wert, str) and _as_decimal(wert) is not None
    return isinstance(wert, str) and len(wert) <= 20_000
