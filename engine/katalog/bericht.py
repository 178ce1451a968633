"""What is wrong with a process folder, collected while it is read; and a careful reader of TOML tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from engine import errors

MAX_BEFUNDE = 200
#: how much of a wrong value is shown
_ZEICHEN = 60

T = TypeVar("T")

_TYPNAMEN = {
    str: "ein Text",
    bool: "true oder false",
    int: "eine ganze Zahl",
    float: "eine Zahl",
    date: "ein Datum wie 2026-06-01",
    datetime: "ein Zeitpunkt mit Zeitzone wie 2026-06-01T09:00:00+02:00",
    list: "eine Liste",
    dict: "eine Tabelle",
}


@dataclass(frozen=True, slots=True)
class PaketBefund:
    """One finding in a process folder."""

    #: path inside the folder, e.g. ``prozess.toml`` or ``formulare/eingang.form``
    datei: str
    #: element id, key or place inside the file; empty for the whole file
    element: str
    #: what does not fit, one German sentence
    grund: str
    #: what helps, one German sentence
    abhilfe: str
    #: the office can make up for it after the upload: something is missing, nothing is wrong
    nachholbar: bool = False

    def __str__(self) -> str:
        ort = f"{self.datei}: {self.element}" if self.element else self.datei
        return f"{ort}: {self.grund} {self.abhilfe}"


class PaketFehler(errors.Invalid):
    """Das Prozesspaket ist nicht verwendbar. Die Befunde nennen Datei, Element, Grund und Abhilfe."""

    def __init__(self, kennung: str, befunde: tuple[PaketBefund, ...]) -> None:
        self.befunde = befunde
        zeilen = "\n".join(f"- {befund}" for befund in befunde)
        super().__init__(f"Laden nicht möglich: Das Prozesspaket „{kennung}“ passt nicht zusammen.\n{zeilen}")


@dataclass
class Bericht:
    """Collects findings; beyond the limit they are dropped."""

    befunde: list[PaketBefund] = field(default_factory=list)

    def add(self, datei: str, element: str, grund: str, abhilfe: str, *, nachholbar: bool = False) -> None:
        """Note a finding once."""
        befund = PaketBefund(datei, element, grund, abhilfe, nachholbar)
        if befund not in self.befunde and len(self.befunde) < MAX_BEFUNDE:
            self.befunde.append(befund)


@dataclass(frozen=True)
class Tabelle:
    """One TOML table: hands out values of the expected type and reports everything else."""

    daten: Mapping[str, Any]
    datei: str
    ort: str
    bericht: Bericht

    def report(self, name: str, grund: str, abhilfe: str) -> None:
        """Note a finding at one key of this table."""
        self.bericht.add(self.datei, f"{self.ort}.{name}" if self.ort and name else self.ort or name, grund, abhilfe)

    def check_namen(self, erlaubt: Collection[str]) -> None:
        """Report keys that mean nothing here; most are typing errors."""
        for name in self.daten:
            if name not in erlaubt:
                moeglich = ", ".join(sorted(erlaubt))
                self.report(name, "Diese Angabe ist unbekannt.", f"Möglich sind hier: {moeglich}.")

    def get(self, name: str, typ: type[T], *, pflicht: bool = False) -> T | None:
        """The value if it has the type; None when it is missing or wrong."""
        wert = self.daten.get(name)
        if wert is None:
            if pflicht:
                self.report(name, "Diese Angabe fehlt.", f"Erwartet wird {_TYPNAMEN[typ]}.")
            return None
        if typ is float and isinstance(wert, int) and not isinstance(wert, bool):
            wert = float(wert)
        if type(wert) is not typ:
            self.report(name, f"„{show(wert)}“ passt nicht.", f"Erwartet wird {_TYPNAMEN[typ]}.")
            return None
        if typ is str and not wert.strip():  # type: ignore[attr-defined] # a string here
            self.report(name, "Diese Angabe ist leer.", f"Erwartet wird {_TYPNAMEN[typ]}.")
            return None
        return wert

    def get_auswahl(self, name: str, erlaubt: Collection[str], *, pflicht: bool = False) -> str | None:
        """A text that is one of those allowed."""
        wert = self.get(name, str, pflicht=pflicht)
        if wert is not None and wert not in erlaubt:
            self.report(name, f"„{show(wert)}“ gibt es hier nicht.", f"Möglich sind: {', '.join(sorted(erlaubt))}.")
            return None
        return wert

    def get_texte(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty when it is missing."""
        liste = self.get(name, list) or []
        texte = tuple(wert for wert in liste if isinstance(wert, str) and wert.strip())
        if len(texte) < len(liste):
            self.report(name, "Die Liste enthält etwas anderes als Texte.", "Schreiben Sie jeden Eintrag als Text.")
        return texte

    def get_tabelle(self, name: str) -> Tabelle | None:
        """A table inside this one."""
        wert = self.get(name, dict)
        return None if wert is None else self.sub(name, wert)

    def get_tabellen(self, name: str) -> list[Tabelle]:
        """A list of tables, numbered from 1 in findings."""
        tabellen = []
        for nummer, wert in enumerate(self.get(name, list) or [], start=1):
            if isinstance(wert, dict):
                tabellen.append(self.sub(f"{name}[{nummer}]", wert))
            else:
                self.report(f"{name}[{nummer}]", "Dieser Eintrag ist keine Tabelle.", f"Schreiben Sie [[{name}]].")
        return tabellen

    def sub(self, name: str, daten: Mapping[str, Any]) -> Tabelle:
        """A table at a place inside this one."""
        return Tabelle(daten, self.datei, f"{self.ort}.{name}" if self.ort else name, self.bericht)


def show(wert: object) -> str:
    """A value in a finding, cut to a readable length."""
    text = str(wert)
    return text if len(text) <= _ZEICHEN else f"{text[:_ZEICHEN]}…"
