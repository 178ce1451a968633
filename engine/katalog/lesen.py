"""Reads a process folder, from the installed data package or from a path, and checks it as a whole.

The folder may come from elsewhere: sizes and numbers are limited, only files with the names below are read, and every
problem is a finding instead of an exception.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from engine import dmn, errors, formulare, pruefstand
from engine.bpmn.ergebnis import GeprueftesModell, Stufe
from engine.dienste import DIENSTE
from engine.formulare import Formular
from engine.katalog.beispiel import Beispiel, read_beispiel
from engine.katalog.beispielpruefung import check_beispiel
from engine.katalog.bericht import Bericht, PaketBefund, PaketFehler, Tabelle
from engine.katalog.einrichtung import Einrichtung, read_einrichtung, zuordnung
from engine.katalog.ereignisse import ereignisse_of
from engine.katalog.paket import Prozesspaket
from engine.katalog.pruefung import TOML, Zusammenhang, check_zusammenhang, set_datenklassen, steuerdaten
from engine.katalog.steckbrief import read_steckbrief
from engine.katalog.verzweigungen import bedingungen_of
from engine.rechte import Rolle

MAX_BYTES = 5_000_000
MAX_DATEIEN = 500
#: of settings and examples: bytes, and dots in one line that are part of no text
MAX_TOML = 200_000
MAX_PUNKTE = 40
_TEXTE = re.compile(r"\"[^\"]*\"|'[^']*'")

_KOPF = (
    "kennung",
    "name",
    "kurzbeschreibung",
    "verantwortlich",
    "stand",
    "ziel",
    "annahmen",
    "abweichungen",
    "lanes",
    "verzweigungen",
    "aufrufe",
    "ereignisse",
    "variablen",
    "meilensteine",
    "nachweise",
    "aufgaben",
    "rechtsgrundlagen",
)

Ordner = Traversable | Path
T = TypeVar("T")


def list_pakete(wurzel: Ordner | None = None) -> tuple[str, ...]:
    """Names of the folders that hold a ``prozess.toml``, sorted; without `wurzel`, those that come with the product."""
    ordner = wurzel if wurzel is not None else files("prozesse")
    return tuple(sorted(teil.name for teil in ordner.iterdir() if teil.is_dir() and (teil / TOML).is_file()))


def lade_paket(kennung: str, wurzel: Ordner | None = None) -> Prozesspaket:
    """The checked package of this name.

    Raises
    ------
    errors.NotFound
        When there is no such folder.
    PaketFehler
        With every finding.
    """
    if kennung not in list_pakete(wurzel):
        raise errors.NotFound
    return lade_ordner((wurzel if wurzel is not None else files("prozesse")) / kennung)


def lade_ordner(ordner: Ordner) -> Prozesspaket:
    """The checked package in a folder; raises `PaketFehler` with every finding."""
    paket, befunde = pruefe_ordner(ordner)
    if paket is None or befunde:
        raise PaketFehler(ordner.name, befunde)
    return paket


def pruefe_ordner(ordner: Ordner) -> tuple[Prozesspaket | None, tuple[PaketBefund, ...]]:
    """Package and findings; the package is None when it cannot be used at all, complete only without findings."""
    leser = _Leser(ordner, Bericht())
    paket = leser.read()
    return paket, tuple(leser.bericht.befunde)


class _Leser:
    """Reads the files of one folder."""

    def __init__(self, ordner: Ordner, bericht: Bericht) -> None:
        self.ordner, self.bericht = ordner, bericht

    def read(self) -> Prozesspaket | None:
        """The package, or None without a usable drawing or settings."""
        schemas = self._read_alle("formulare", ".form", _parse_json)
        felder = {name: f for name, schema in schemas.items() if (f := self._read_formular(name, schema))}
        tabellen = self._read_entscheidungen()
        kopf = self._read_datei(TOML, _parse_toml)
        tabelle = Tabelle(kopf or {}, TOML, "", self.bericht)
        einrichtung = read_einrichtung(tabelle) if kopf is not None else None
        inhalt = self._read_datei(f"{self.ordner.name}.bpmn", bytes)
        ausgaben = dmn.Sammlung(tabellen).ausgaben
        modell = self._check_zeichnung(inhalt, felder, einrichtung, ausgaben) if inhalt is not None else None
        if einrichtung is None or inhalt is None or modell is None:
            return None
        tabelle.check_namen(_KOPF)
        tabelle.get_auswahl("kennung", (modell.prozess_id,), pflicht=True)
        steckbrief = read_steckbrief(tabelle, [rolle.value for rolle in Rolle])
        teile = Zusammenhang(modell, einrichtung, felder, self.bericht, ausgaben)
        check_zusammenhang(teile)
        set_datenklassen(einrichtung["aufgaben"], felder)
        einrichtung["steckbrief"] = steckbrief.to_json()
        return Prozesspaket(
            kennung=modell.prozess_id,
            bpmn=inhalt,
            dateiname=f"{self.ordner.name}.bpmn",
            einstellungen=einrichtung,
            formulare=schemas,
            entscheidungen=tabellen,
            beispiele=self._read_beispiele(teile),
            steckbrief=steckbrief,
            modell=modell,
        )

    def _read_entscheidungen(self) -> dict[str, bytes]:
        """The usable decision models; a warning in a shipped table is as wrong as an error."""
        dateien = self._read_alle("entscheidungen", ".dmn", _parse_utf8)
        befunde = pruefstand.pruefe_entscheidungen(dateien)
        for name, gefunden in befunde.items():
            for befund in gefunden:
                if befund.stufe is not dmn.Stufe.HINWEIS:
                    ort = befund.ort.element or ""
                    kann_warten = befund.stufe is dmn.Stufe.WARNUNG
                    self.bericht.add(
                        f"entscheidungen/{name}.dmn", ort, befund.text, befund.abhilfe, nachholbar=kann_warten
                    )
        brauchbar = {n for n, gefunden in befunde.items() if all(b.stufe is not dmn.Stufe.FEHLER for b in gefunden)}
        return {name: daten for name, daten in dateien.items() if name in brauchbar}

    def _check_zeichnung(
        self,
        inhalt: bytes,
        felder: dict[str, Formular],
        einrichtung: Einrichtung | None,
        ausgaben: dict[str, frozenset[str]],
    ) -> GeprueftesModell | None:
        datei = f"{self.ordner.name}.bpmn"
        chosen = zuordnung(einrichtung) if einrichtung else {}
        ergebnis = pruefstand.pruefe(
            inhalt,
            datei,
            variablen=steuerdaten(felder.values()) | frozenset(einrichtung.get("variablen", ()) if einrichtung else ()),
            entscheidungen=ausgaben,
            zuordnung=chosen,
            dienste=frozenset(DIENSTE),
            # whether another system fetches a topic is known where the package is installed
            themen=frozenset(z.removeprefix("thema:") for z in chosen.values() if z.startswith("thema:")),
            bedingungen=bedingungen_of(einrichtung or {}),
            aufrufe=einrichtung.get("aufrufe", {}) if einrichtung else None,
            ereignisse=ereignisse_of(einrichtung or {}),
        )
        for befund in ergebnis.befunde:
            if befund.stufe is Stufe.FEHLER:
                self.bericht.add(datei, befund.element or "", befund.text, befund.abhilfe)
        modell = next((m for m in ergebnis.modelle if m.prozess_id == self.ordner.name), None)
        if modell is None:
            self.bericht.add(
                datei,
                "",
                f"Die Zeichnung enthält keinen lauffähigen Prozess mit der id „{self.ordner.name}“.",
                "Ordner, Datei und Prozess müssen gleich heißen.",
            )
        return modell

    def _read_formular(self, name: str, schema: dict[str, Any]) -> Formular | None:
        try:
            return formulare.read_schema(schema)
        except errors.Invalid as fehler:
            for ort, grund in fehler.felder.items() or [("", fehler.text)]:
                self.bericht.add(f"formulare/{name}.form", ort, grund, "Berichtigen Sie das Formular.")
            return None

    def _read_beispiele(self, teile: Zusammenhang) -> tuple[Beispiel, ...]:
        beispiele = []
        for name, daten in self._read_alle("beispiele", ".toml", _parse_toml).items():
            beispiel = read_beispiel(name, Tabelle(daten, f"beispiele/{name}.toml", "", self.bericht))
            if beispiel is not None:
                check_beispiel(teile, beispiel)
                beispiele.append(beispiel)
        return tuple(beispiele)

    def _read_alle(self, unterordner: str, endung: str, parse: Callable[[bytes], T]) -> dict[str, T]:
        """Files of one kind by their name without ending, sorted; anything else in the folder is reported."""
        ordner = self.ordner / unterordner
        dateien = sorted(ordner.iterdir(), key=lambda teil: teil.name) if ordner.is_dir() else []
        gelesen: dict[str, T] = {}
        for datei in dateien[:MAX_DATEIEN]:
            ort = f"{unterordner}/{datei.name}"
            if not datei.is_file() or not datei.name.endswith(endung):
                self.bericht.add(ort, "", "Diese Datei gehört nicht hierher.", f"Erwartet wird die Endung „{endung}“.")
            elif (inhalt := self._read_datei(ort, parse)) is not None:
                gelesen[datei.name.removesuffix(endung)] = inhalt
        if len(dateien) > MAX_DATEIEN:
            self.bericht.add(unterordner, "", "Es sind zu viele Dateien.", f"Möglich sind {MAX_DATEIEN}.")
        return gelesen

    def _read_datei(self, name: str, parse: Callable[[bytes], T]) -> T | None:
        datei = self.ordner.joinpath(*name.split("/"))
        if not datei.is_file():
            self.bericht.add(name, "", "Diese Datei fehlt.", "Legen Sie die Datei an.")
            return None
        with datei.open("rb") as strom:
            inhalt = strom.read(MAX_BYTES + 1)
        if len(inhalt) > MAX_BYTES:
            self.bericht.add(name, "", "Die Datei ist zu groß.", f"Möglich sind {MAX_BYTES // 1_000_000} MB.")
            return None
        try:
            return parse(inhalt)
        except RecursionError:
            grund = "Sie ist zu tief geschachtelt."
        except ValueError as fehler:
            grund = str(fehler)
        self.bericht.add(name, "", f"Die Datei ist nicht lesbar: {grund}", "Berichtigen Sie die Schreibweise.")
        return None


def _parse_toml(inhalt: bytes) -> dict[str, Any]:
    """Only what takes little time: nesting written with dots costs the square of its depth."""
    text = inhalt.decode("utf-8")
    if len(inhalt) > MAX_TOML:
        raise ValueError(f"Sie ist größer als {MAX_TOML // 1_000} kB.")
    if any(_TEXTE.sub("", zeile).count(".") > MAX_PUNKTE for zeile in text.splitlines()):
        raise ValueError(f"Eine Zeile hat mehr als {MAX_PUNKTE} Punkte außerhalb von Anführungszeichen.")
    return tomllib.loads(text)


def _parse_utf8(inhalt: bytes) -> bytes:
    inhalt.decode("utf-8")
    return inhalt


def _parse_json(inhalt: bytes) -> dict[str, Any]:
    daten = json.loads(inhalt)
    if not isinstance(daten, dict):
        raise ValueError("Es ist kein form-js-Schema.")
    return daten
