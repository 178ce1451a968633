"""Walk-throughs of a process: who does what with which data, and how it ends. They become tests by themselves.

Reads ``beispiele/*.toml``; plays nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from engine.katalog.bericht import Tabelle, show

MAX_SCHRITTE = 500
MAX_ARBEITSTAGE = 2_000

_KOPF = ("name", "beschreibung", "eingang", "schritte", "erwartet")
_SCHRITT = ("rolle", "erledigt", "bestaetigt", "gibt_zurueck", "an", "grund", "nach_at", "werte", "ausgang", "offen")
_ERWARTET = ("ende", "meilensteine", "dauer_at")
RUECKGABEGRUENDE = ("W05", "W06")


class Handlung(StrEnum):
    """What a person does in one step of a walk-through; the values are the keys in the file."""

    ERLEDIGT = "erledigt"  # completes an Aufgabe
    BESTAETIGT = "bestaetigt"  # confirms that something from outside has arrived
    GIBT_ZURUECK = "gibt_zurueck"  # sends back with a reason
    KEINE = "keine"  # only time passes


@dataclass(frozen=True, slots=True)
class BeispielSchritt:
    """One step: first time passes and due timers fire, then a person acts, then the open Aufgaben are compared."""

    handlung: Handlung
    element: str = ""
    #: key of the role that acts
    rolle: str = ""
    #: Arbeitstage that pass before
    nach_at: int = 0
    #: what a browser would send for the form: field key -> values
    werte: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    #: gateway id -> ids of the flows that the person picks
    ausgang: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    #: target and reason (W05, W06) of sending back
    an: str = ""
    grund: str = ""
    #: elements with an open Aufgabe afterwards; None: not compared
    offen: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Beispiel:
    """A walk-through from Eingang to an end event."""

    kennung: str
    name: str
    beschreibung: str
    #: first contact, aware
    eingang: datetime
    schritte: tuple[BeispielSchritt, ...]
    #: id of the end event that ends the Vorgang
    ende: str
    #: milestones reached, in any order; others must not be
    meilensteine: frozenset[str]
    #: Arbeitstage over the span of the target, None when the target is not reached or not compared
    dauer_at: int | None = None


def read_beispiel(kennung: str, tabelle: Tabelle) -> Beispiel | None:
    """The walk-through, or None when its head is not readable; everything wrong is reported."""
    tabelle.check_namen(_KOPF)
    name, beschreibung = tabelle.get("name", str, pflicht=True), tabelle.get("beschreibung", str) or ""
    eingang = tabelle.get("eingang", datetime, pflicht=True)
    if eingang is not None and eingang.tzinfo is None:
        tabelle.report("eingang", "Dem Zeitpunkt fehlt die Zeitzone.", "Schreiben Sie z. B. 2026-03-02T09:00:00+01:00.")
        eingang = None
    schritte = tabelle.get_tabellen("schritte")
    if not 0 < len(schritte) <= MAX_SCHRITTE:
        tabelle.report("schritte", "Es gibt keine oder zu viele Schritte.", f"Möglich sind 1 bis {MAX_SCHRITTE}.")
        return None
    gelesen = tuple(schritt for eintrag in schritte if (schritt := _read_schritt(eintrag)))
    erwartet = tabelle.get_tabelle("erwartet")
    if erwartet is None:
        tabelle.report("erwartet", "Das erwartete Ende fehlt.", "Schreiben Sie [erwartet] mit „ende“.")
        return None
    erwartet.check_namen(_ERWARTET)
    ende, dauer_at = erwartet.get("ende", str, pflicht=True), erwartet.get("dauer_at", int)
    meilensteine = frozenset(erwartet.get_texte("meilensteine"))
    if name is None or eingang is None or ende is None:
        return None
    return Beispiel(kennung, name, beschreibung, eingang, gelesen, ende, meilensteine, dauer_at)


def _read_schritt(tabelle: Tabelle) -> BeispielSchritt | None:
    tabelle.check_namen(_SCHRITT)
    handlungen = [h for h in Handlung if h.value in tabelle.daten]
    if len(handlungen) > 1:
        tabelle.report("", "Ein Schritt hat mehrere Handlungen.", "Teilen Sie ihn in mehrere Schritte.")
        return None
    handlung = handlungen[0] if handlungen else Handlung.KEINE
    element = tabelle.get(handlung.value, str, pflicht=True) if handlungen else ""
    rolle = tabelle.get("rolle", str, pflicht=bool(handlungen))
    zurueck = handlung is Handlung.GIBT_ZURUECK
    nach_at = tabelle.get("nach_at", int) or 0
    if not 0 <= nach_at <= MAX_ARBEITSTAGE or (not handlungen and nach_at == 0):
        tabelle.report(
            "nach_at", f"„{nach_at}“ passt hier nicht.", f"Möglich sind bis zu {MAX_ARBEITSTAGE} Arbeitstage."
        )
        return None
    return BeispielSchritt(
        handlung=handlung,
        element=element or "",
        rolle=rolle or "",
        nach_at=nach_at,
        werte=_read_eingaben(tabelle, "werte"),
        ausgang=_read_eingaben(tabelle, "ausgang"),
        an=tabelle.get("an", str, pflicht=zurueck) or "",
        grund=tabelle.get_auswahl("grund", RUECKGABEGRUENDE, pflicht=zurueck) or "",
        offen=frozenset(tabelle.get_texte("offen")) if "offen" in tabelle.daten else None,
    )


def _read_eingaben(tabelle: Tabelle, name: str) -> Mapping[str, tuple[str, ...]]:
    werte = tabelle.get_tabelle(name)
    eingaben: dict[str, tuple[str, ...]] = {}
    for key, wert in _flat(werte.daten if werte else {}):
        texte = [_as_eingabe(teil) for teil in (wert if isinstance(wert, list) else [wert])]
        if None in texte:
            tabelle.report(name, f"„{show(wert)}“ für „{key}“ passt nicht.", "Möglich sind Texte, Zahlen und Daten.")
        eingaben[key] = tuple(text for text in texte if text is not None)
    return MappingProxyType(eingaben)


def _flat(werte: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Rows of a list (an array of tables) as a form names their inputs."""
    for key, wert in werte.items():
        if isinstance(wert, list) and wert and all(isinstance(zeile, dict) for zeile in wert):
            yield from ((f"{key}.{n}.{name}", teil) for n, zeile in enumerate(wert) for name, teil in zeile.items())
        else:
            yield key, wert


def _as_eingabe(wert: Any) -> str | None:
    """A TOML value as a browser sends it; None for tables."""
    if isinstance(wert, bool):
        return "true" if wert else "false"
    if isinstance(wert, int | float):
        return str(wert).replace(".", ",")
    if isinstance(wert, datetime | date):
        return wert.isoformat()
    return wert if isinstance(wert, str) else None
