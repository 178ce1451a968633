"""The settings that a drawing brings along: those that we exported into it, and the forms of Camunda.

Everything is read like a ``prozess.toml``: what is wrong is a finding and left out. Where a setting also stands in the
drawing itself (a condition, a call, a time) and somebody changed it there, the drawing wins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from engine import errors, formulare
from engine.bpmn import mitgebracht as datei
from engine.bpmn.ergebnis import Befund, Stufe
from engine.bpmn.export import PRAEFIX_EIGEN
from engine.katalog import fremdformulare
from engine.katalog.bericht import Bericht, Tabelle
from engine.katalog.einrichtung import FELDER_AUFGABE, MEILENSTEINE, read_aufgabe, read_einrichtung
from engine.katalog.ereignisse import ZEITARTEN, Ereignis, read_ereignis
from engine.katalog.pruefung import set_datenklassen
from engine.katalog.schreiben import DATUMSFELDER
from engine.katalog.steckbrief import read_steckbrief
from engine.katalog.verzweigungen import PERSON, read_verzweigung
from engine.rechte import Rolle

#: settings of a step that are no texts
_WAHR = frozenset({"zwingend", "gesetzlich", "ueberwachung"})
_JSON = frozenset({"bezeichnungen", "beispiel"})
#: properties of a process
PROZESSFELDER = ("lanes", "ziel", "variablen", "steckbrief")
FORMULAR = "formular."
#: what a file must contain to bring anything, in the encodings of drawings
_KENNZEICHEN = tuple(
    wort.encode(kodierung)
    for wort in (PRAEFIX_EIGEN, "formField", "formKey")
    for kodierung in ("utf-8", "utf-16-le", "utf-16-be")
)
#: settings that are one value, not one for each element
_GANZE = frozenset({"ziel", "steckbrief"})


@dataclass(frozen=True)
class Mitgebracht:
    """What one file brings for each process in it."""

    #: process -> settings, as `Einrichtung`; only what the file says
    einrichtungen: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: process -> form-js schemas by name
    formulare: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: process -> what was read, or could not be
    befunde: dict[str, list[Befund]] = field(default_factory=dict)


def read(inhalt: bytes) -> Mitgebracht:
    """What a drawing brings along; empty for most, which are not even parsed for it."""
    if not any(zeichen in inhalt for zeichen in _KENNZEICHEN):
        return Mitgebracht()
    gelesen = datei.read_mitgebracht(inhalt)
    if gelesen.leer:
        return Mitgebracht()
    prozesse = {
        *gelesen.prozesse,
        *(gelesen.heimat[e] for e in (*gelesen.angaben, *gelesen.formfelder, *gelesen.formulare)),
    }
    leser = {kennung: _Leser(gelesen, kennung) for kennung in sorted(prozesse)}
    for einer in leser.values():
        einer.read()
    return Mitgebracht(
        {k: einer.einrichtung for k, einer in leser.items()},
        {k: einer.formulare for k, einer in leser.items()},
        {k: einer.befunde for k, einer in leser.items()},
    )


def overlay(unten: Mapping[str, Any], oben: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with others over them: what stands above counts, element by element; None removes."""
    zusammen = dict(unten)
    for name, wert in oben.items():
        if isinstance(wert, dict) and name not in _GANZE:
            beide = {**unten.get(name, {}), **wert}
            zusammen[name] = {element: einer for element, einer in beide.items() if einer is not None}
        else:
            zusammen[name] = wert
    return zusammen


class _Leser:
    """Reads what belongs to one process."""

    def __init__(self, gelesen: datei.Mitgebracht, kennung: str) -> None:
        self.datei, self.kennung = gelesen, kennung
        self.einrichtung: dict[str, Any] = {}
        self.formulare: dict[str, Any] = {}
        self.befunde: list[Befund] = []
        self.bericht = Bericht()

    def read(self) -> None:
        """Settings, forms and findings."""
        self._read_process()
        for element, angaben in self.datei.angaben.items():
            if self.datei.heimat[element] == self.kennung:
                self._read_element(element, angaben)
        self._read_forms()
        felder = {name: formulare.read_schema(schema) for name, schema in self.formulare.items()}
        set_datenklassen(self.einrichtung.get("aufgaben", {}), felder)
        self._report()

    def _read_process(self) -> None:
        eigene = self.datei.prozesse.get(self.kennung, {})
        daten = {name: wert for name in PROZESSFELDER if (wert := _json(eigene.get(name, ""))) is not None}
        kopf = cast(dict[str, Any], read_einrichtung(Tabelle(daten, "", "", self.bericht)))
        self.einrichtung |= {name: kopf[name] for name in ("lanes", "ziel", "variablen") if kopf.get(name)}
        if isinstance(steckbrief := daten.get("steckbrief"), dict):
            tabelle = Tabelle({**_with_days(steckbrief), "name": self.kennung}, "", "steckbrief", self.bericht)
            self.einrichtung["steckbrief"] = read_steckbrief(tabelle, [rolle.value for rolle in Rolle]).to_json()
        for name, text in eigene.items():
            if name.startswith(FORMULAR):
                self._add_form(name.removeprefix(FORMULAR), fremdformulare.read_text(text))

    def _add_form(self, name: str, schema: dict[str, Any] | None) -> bool:
        try:
            if schema is None:
                raise errors.Invalid("Es ist kein form-js-Schema und kein JSON-Schema.")
            formulare.read_schema(schema)
        except errors.Invalid as fehler:
            self.bericht.add(
                "", name, f"Das Formular ist nicht lesbar: {fehler.text}", "Berichtigen Sie es in der Datei."
            )
            return False
        self.formulare[name] = schema
        return True

    def _read_element(self, element: str, angaben: Mapping[str, str]) -> None:
        daten = {name: _value(name, text) for name, text in angaben.items() if name in FELDER_AUFGABE}
        aufgabe = read_aufgabe(Tabelle(daten, "", element, self.bericht))
        self._set("aufgaben", element, aufgabe)
        if (meilenstein := angaben.get("meilenstein", "")) in MEILENSTEINE:
            self._set("meilensteine", element, meilenstein)
        if isinstance(verzweigung := _json(angaben.get("verzweigung", "")), dict):
            gelesen = read_verzweigung(Tabelle(verzweigung, "", element, self.bericht))
            if gelesen is not None:
                self._set("verzweigungen", element, gelesen if self._is_drawn_as(element, gelesen) else None)
        if aufruf := angaben.get("aufruf", ""):
            self._set("aufrufe", element, aufruf if self.datei.aufrufe.get(element) == aufruf else None)
        if isinstance(ereignis := _json(angaben.get("ereignis", "")), dict):
            angabe = read_ereignis(Tabelle(ereignis, "", element, self.bericht))
            self._set("ereignisse", element, angabe if self._waits_as(element, angabe) else None)

    def _set(self, tabelle: str, element: str, wert: Any) -> None:
        """Note a setting; None where somebody changed the drawing, which then counts."""
        if wert or wert is None:
            self.einrichtung.setdefault(tabelle, {})[element] = wert

    def _is_drawn_as(self, gateway: str, verzweigung: Mapping[str, Any]) -> bool:
        """Whether the drawing still says what was exported."""
        if verzweigung["art"] == PERSON:
            return True
        gleich = all(self.datei.bedingungen.get(f) == text for f, text in verzweigung["bedingungen"].items())
        return gleich and self.datei.standard.get(gateway, "") == verzweigung.get("sonst", "")

    def _waits_as(self, element: str, angabe: Ereignis) -> bool:
        gezeichnet = self.datei.ereignisse.get(element)
        if gezeichnet is None:
            return False
        if zeit := angabe.get("zeit"):
            return (gezeichnet.zeitfeld, gezeichnet.zeittext) == (ZEITARTEN[angabe["zeit_art"]], zeit)
        return gezeichnet.name == angabe.get("nachricht", gezeichnet.name)

    def _read_forms(self) -> None:
        """Forms of Camunda: fields at a task, and schemas that stand in the file."""
        gelesen = {name for text in self.datei.bedingungen.values() for name in re.findall(r"[A-Za-z_]\w*", text)}
        for element, felder in self.datei.formfelder.items():
            if self._is_open(element):
                self._adopt(element, element, fremdformulare.from_form_fields(felder, gelesen))
        for element, verweis in self.datei.formulare.items():
            if self._is_open(element):
                self._adopt(element, verweis, fremdformulare.read_text(self.datei.eingebettet.get(verweis, "")))

    def _is_open(self, element: str) -> bool:
        """Whether the step lies in this process and nothing of ours chose a form for it."""
        gesetzt = self.einrichtung.get("aufgaben", {}).get(element, {})
        return self.datei.heimat.get(element) == self.kennung and "formular" not in gesetzt

    def _adopt(self, element: str, name: str, schema: dict[str, Any] | None) -> None:
        name = file_name(name)
        if self._add_form(name, schema):
            vorher = self.einrichtung.get("aufgaben", {}).get(element, {})
            self._set("aufgaben", element, {**vorher, "formular": name})
            self.befunde.append(
                Befund(
                    Stufe.HINWEIS,
                    "formular_uebernommen",
                    f"Das Formular aus der Zeichnung ist übernommen: „{name}“. Seine Felder gelten als Sozialdaten "
                    "(S1), außer Auswahlen und Zahlen, die eine Bedingung liest.",
                    "Prüfen Sie unter „Einrichten“ die Datenklasse jedes Felds.",
                    element=element,
                )
            )

    def _report(self) -> None:
        if self.einrichtung and (self.datei.prozesse.get(self.kennung) or self.datei.angaben):
            self.befunde.insert(
                0,
                Befund(
                    Stufe.HINWEIS,
                    "einrichtung_mitgebracht",
                    "Die Datei bringt ihre Einrichtung mit. Sie gilt für die Schritte, an denen sie steht.",
                    "Unter „Einrichten“ können Sie sie ändern.",
                ),
            )
        self.befunde += [
            Befund(
                Stufe.WARNUNG,
                "einrichtung_unlesbar",
                f"Eine Angabe der Datei gilt nicht: {b.grund}",
                b.abhilfe,
                name=b.element,
            )
            for b in self.bericht.befunde
        ]


def file_name(name: str) -> str:
    """A name under which a form can be stored as a file."""
    return re.sub(r"[^A-Za-zÄÖÜäöüß0-9_-]", "_", name)[:60] or "formular"


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _with_days(wert: Any) -> Any:
    """The same JSON with dates where their names say so."""
    if isinstance(wert, list):
        return [_with_days(teil) for teil in wert]
    if isinstance(wert, dict):
        return {name: _day(teil) if name in DATUMSFELDER else _with_days(teil) for name, teil in wert.items()}
    return wert


def _day(wert: Any) -> Any:
    try:
        return date.fromisoformat(wert)
    except (TypeError, ValueError):
        return wert


def _value(name: str, text: str) -> Any:
    if name in _WAHR:
        return text == "true"
    if name == "pt_min":
        return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", text) else text
    return _json(text) if name in _JSON else text
