"""What was set up for one drawing moves to the next one: step by step, with a finding wherever that is not certain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.abgleich import Abgleich, Paar, Wie, match
from engine.bpmn.ergebnis import Befund, GeprueftesModell, Stufe
from engine.commands.modellpruefung import befund_to_json
from engine.katalog.mitgebracht import Mitgebracht, overlay
from engine.model import Prozessversion

#: codes of the findings that are made here, not by the check
BEFUNDE = frozenset(
    {
        "einrichtung_uebernommen",
        "einrichtung_entfallen",
        "einrichtung_mitgebracht",
        "einrichtung_unlesbar",
        "formular_uebernommen",
    }
)
#: settings that belong to one element of the drawing
TABELLEN = ("aufgaben", "meilensteine", "verzweigungen", "aufrufe", "ereignisse")
_GRUND = {
    Wie.NAME: "gleicher Name",
    Wie.NACHBARN: "gleiche Schritte davor und danach",
}


@dataclass(frozen=True, slots=True)
class Uebernahme:
    """Settings for the new drawing, and what has to be said about them."""

    einrichtung: dict[str, Any]
    befunde: list[dict[str, Any]]
    #: the new drawing has to be checked again, since a setting moved that decides what runs
    wirksam: bool = False


def carry_over(last: Prozessversion | None, modell: GeprueftesModell, neu: Mitgebracht) -> Uebernahme:
    """The settings of the last version, for the steps of a new drawing; what the drawing brings itself wins."""
    alte = _carry(last, modell) if last is not None else Uebernahme({}, [])
    eigene = neu.einrichtungen.get(modell.prozess_id, {})
    befunde = [befund_to_json(b) for b in neu.befunde.get(modell.prozess_id, ())]
    return Uebernahme(overlay(alte.einrichtung, eigene), [*alte.befunde, *befunde], wirksam=alte.wirksam)


def _carry(last: Prozessversion, modell: GeprueftesModell) -> Uebernahme:
    alt = last.einrichtung
    abgleich = match(last.schrittliste(), modell.schritte)
    ziel = {paar.alt.element: paar.neu.element for paar in abgleich.paare}
    neu = {
        **alt,
        "aufgaben": {ziel[e]: _task(task, ziel) for e, task in alt.get("aufgaben", {}).items() if e in ziel},
        "meilensteine": {ziel[e]: m for e, m in alt.get("meilensteine", {}).items() if e in ziel},
        "verzweigungen": {
            ziel[e]: _decision(v, abgleich.fluesse) for e, v in alt.get("verzweigungen", {}).items() if e in ziel
        },
        "aufrufe": {ziel[e]: name for e, name in alt.get("aufrufe", {}).items() if e in ziel},
        "ereignisse": {ziel[e]: wert for e, wert in alt.get("ereignisse", {}).items() if e in ziel},
    }
    gesetzt = _configured(alt)
    moved = [p for p in abgleich.paare if p.wie is not Wie.KENNUNG and p.alt.element in gesetzt]
    return Uebernahme(
        einrichtung=neu,
        befunde=[*_moved(moved, last.nummer), *_lost(abgleich, gesetzt, last.nummer)],
        wirksam=any(_decides(alt, paar.alt.element) for paar in moved),
    )


def _task(task: Mapping[str, Any], ziel: Mapping[str, str]) -> dict[str, Any]:
    vorschlag = task.get("vorschlag")
    rest = {k: v for k, v in task.items() if k != "vorschlag"}
    return rest | ({"vorschlag": ziel[vorschlag]} if vorschlag is not None and vorschlag in ziel else {})


def _decision(verzweigung: Mapping[str, Any], fluesse: Mapping[str, str]) -> dict[str, Any]:
    texte = verzweigung.get("bedingungen", {})
    bedingungen = {fluesse[f]: text for f, text in texte.items() if f in fluesse}
    if len(bedingungen) < len(texte):
        return {"art": "person"}  # an exit is gone: nobody can say whether the others still fit
    sonst = fluesse.get(verzweigung.get("sonst", ""))
    return (
        {k: verzweigung[k] for k in ("art", "entscheidung") if k in verzweigung}
        | ({"bedingungen": bedingungen} if bedingungen else {})
        | ({"sonst": sonst} if sonst else {})
    )


def _configured(einrichtung: Mapping[str, Any]) -> set[str]:
    """Elements for which something was set."""
    tables = (einrichtung.get(name, {}) for name in TABELLEN)
    return {element for table in tables for element, setting in table.items() if setting}


def _decides(einrichtung: Mapping[str, Any], element: str) -> bool:
    task = einrichtung.get("aufgaben", {}).get(element, {})
    return bool(
        any(element in einrichtung.get(name, {}) for name in ("verzweigungen", "aufrufe", "ereignisse"))
        or {"entscheidung", "dienst", "thema"} & task.keys()
    )


def _moved(paare: list[Paar], nummer: int) -> list[dict[str, Any]]:
    return [
        befund_to_json(
            Befund(
                Stufe.HINWEIS,
                "einrichtung_uebernommen",
                f"Die Einrichtung stammt von „{paar.alt.name or paar.alt.element}“ aus Version {nummer}:"
                f" {_GRUND[paar.wie]}, aber eine andere Kennung.",
                "Prüfen Sie unter „Einrichten“, ob derselbe Schritt gemeint ist.",
                element=paar.neu.element,
                name=paar.neu.name or None,
            )
        )
        for paar in paare
    ]


def _lost(abgleich: Abgleich, gesetzt: set[str], nummer: int) -> list[dict[str, Any]]:
    return [
        befund_to_json(
            Befund(
                Stufe.WARNUNG,
                "einrichtung_entfallen",
                f"Zu „{schritt.name or schritt.element}“ aus Version {nummer} gibt es keinen Schritt mehr."
                " Seine Einrichtung ist entfallen.",
                "Wenn der Schritt nur anders heißt: richten Sie ihn neu ein.",
            )
        )
        for schritt in abgleich.entfallen
        if schritt.element in gesetzt
    ]
