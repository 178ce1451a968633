"""How a decision of the drawing is made when it is set up beside it: by a person, by expressions, by a table.

Reads the tables ``verzweigungen`` and ``aufrufe`` of ``prozess.toml``, and hands them to the check of the drawing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from engine import feel
from engine.katalog.bericht import Tabelle, show

PERSON, AUSDRUCK, TABELLE = "person", "ausdruck", "tabelle"
ARTEN = (PERSON, AUSDRUCK, TABELLE)


class Verzweigung(TypedDict):
    """Settings of one gateway."""

    art: str
    #: decision table that is asked right before the exits are compared with what it says
    entscheidung: NotRequired[str]
    #: sequence flow -> FEEL
    bedingungen: NotRequired[dict[str, str]]
    #: the exit that holds when no condition does
    sonst: NotRequired[str]


def read_verzweigungen(tabelle: Tabelle) -> dict[str, Verzweigung]:
    """Settings of all gateways; wrong parts are reported and left out."""
    alle = tabelle.get_tabelle("verzweigungen")
    if alle is None:
        return {}
    eintraege = {gateway: alle.get_tabelle(gateway) for gateway in alle.daten}
    gelesen = {gateway: read_verzweigung(eintrag) for gateway, eintrag in eintraege.items() if eintrag is not None}
    return {gateway: verzweigung for gateway, verzweigung in gelesen.items() if verzweigung is not None}


def read_verzweigung(tabelle: Tabelle) -> Verzweigung | None:
    """Settings of one gateway; None when they are wrong (and reported)."""
    tabelle.check_namen(("art", "entscheidung", "bedingungen", "sonst"))
    art = tabelle.get_auswahl("art", ARTEN, pflicht=True)
    if art is None:
        return None
    if art == PERSON:
        return Verzweigung(art=PERSON)
    entscheidung = tabelle.get("entscheidung", str, pflicht=art == TABELLE)
    texte = tabelle.get_tabelle("bedingungen")
    bedingungen = {f: wert for f in (texte.daten if texte else ()) if texte and (wert := texte.get(f, str)) is not None}
    sonst = tabelle.get("sonst", str)
    fehler = False
    for fluss, text in bedingungen.items():
        grund = check_ausdruck(text)
        if grund and texte is not None:
            texte.report(fluss, f"„{show(text)}“ ist nicht lesbar: {grund}", "Schreiben Sie z. B. betrag > 1000.")
            fehler = True
    if not bedingungen:
        tabelle.report(
            "bedingungen", "Es gibt keinen Ausdruck.", "Geben Sie einen an oder lassen Sie eine Person wählen."
        )
        return None
    if fehler or (art == TABELLE and not entscheidung):
        return None
    verzweigung = Verzweigung(art=art, bedingungen=bedingungen)
    if art == TABELLE and entscheidung:
        verzweigung["entscheidung"] = entscheidung
    if sonst and sonst not in bedingungen:
        verzweigung["sonst"] = sonst
    return verzweigung


def check_ausdruck(text: str) -> str:
    """Why a text is no FEEL expression; empty if it is one."""
    try:
        feel.compile(text)
    except feel.FeelError as fehler:
        return str(fehler)
    return ""


def bedingungen_of(einrichtung: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """As `bpmn.pruefe` takes it: gateway -> exit -> FEEL, no text for the exit that holds otherwise."""
    return {
        gateway: {**v.get("bedingungen", {}), **({v["sonst"]: ""} if v.get("sonst") else {})}
        if v["art"] != PERSON
        else {}
        for gateway, v in einrichtung.get("verzweigungen", {}).items()
    }


def tabellen_of(einrichtung: Mapping[str, Any]) -> dict[str, str]:
    """Gateway -> decision that is asked before it."""
    return {
        gateway: v["entscheidung"]
        for gateway, v in einrichtung.get("verzweigungen", {}).items()
        if v.get("entscheidung")
    }
