"""What an event of the drawing waits for or throws when it is set up beside it: a message, or a time.

Reads the table ``ereignisse`` of ``prozess.toml`` and hands it to the check of the drawing. Evaluates nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from engine.bpmn import ausdruecke
from engine.katalog.bericht import Tabelle, show
from engine.katalog.verzweigungen import check_ausdruck

#: kind of time -> where BPMN keeps it
ZEITARTEN = {"dauer": "timeDuration", "zeitpunkt": "timeDate", "wiederholung": "timeCycle"}
MAX_NAME = 200


class Ereignis(TypedDict):
    """Settings of one event; a missing key means "as drawn"."""

    #: name of the message or signal
    nachricht: NotRequired[str]
    #: FEEL: by what a message finds its Vorgang; missing = by the Aktenzeichen
    schluessel: NotRequired[str]
    zeit_art: NotRequired[str]
    #: ISO 8601 (``P3D``, ``R3/P7D``, ``2026-06-01``) or FEEL (``frist_at(eingang, 3)``)
    zeit: NotRequired[str]


def read_ereignisse(tabelle: Tabelle) -> dict[str, Ereignis]:
    """Settings of all events; wrong parts are reported and left out."""
    alle = tabelle.get_tabelle("ereignisse")
    if alle is None:
        return {}
    eintraege = {element: alle.get_tabelle(element) for element in alle.daten}
    gelesen = {element: read_ereignis(eintrag) for element, eintrag in eintraege.items() if eintrag is not None}
    return {element: ereignis for element, ereignis in gelesen.items() if ereignis}


def read_ereignis(tabelle: Tabelle) -> Ereignis:
    """Settings of one event."""
    tabelle.check_namen(("nachricht", "schluessel", "zeit_art", "zeit"))
    ereignis = Ereignis()
    if nachricht := tabelle.get("nachricht", str):
        ereignis["nachricht"] = nachricht.strip()[:MAX_NAME]
    if schluessel := tabelle.get("schluessel", str):
        if grund := check_ausdruck(schluessel):
            tabelle.report("schluessel", f"Der Schlüssel ist nicht lesbar: {grund}", "Schreiben Sie z. B. antrag_nr.")
        else:
            ereignis["schluessel"] = schluessel
    zeit = tabelle.get("zeit", str)
    art = tabelle.get_auswahl("zeit_art", ZEITARTEN, pflicht=zeit is not None)
    if zeit and art and _is_zeit(tabelle, art, zeit):
        ereignis |= {"zeit_art": art, "zeit": zeit.strip()}
    elif art and zeit is None:
        tabelle.report("zeit", "Es gibt eine Art der Zeit, aber keine Zeit.", "Geben Sie „zeit“ an.")
    return ereignis


def _is_zeit(tabelle: Tabelle, art: str, zeit: str) -> bool:
    angabe = ausdruecke.judge_zeitangabe(ZEITARTEN[art], zeit, None)
    if angabe is None:
        tabelle.report(
            "zeit",
            f"„{show(zeit)}“ ist keine Zeit, auf die gewartet werden kann.",
            "Schreiben Sie z. B. P3D, R3/P7D, 2026-06-01 oder frist_at(eingang, 3).",
        )
    elif angabe.feld != ZEITARTEN[art]:
        passend = next(name for name, feld in ZEITARTEN.items() if feld == angabe.feld)
        tabelle.report("zeit_art", f"„{show(zeit)}“ ist keine {art}.", f"Wählen Sie „{passend}“.")
    return angabe is not None and angabe.feld == ZEITARTEN[art]


def ereignisse_of(einrichtung: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """As `bpmn.pruefe` takes it: element -> ``name``, ``schluessel``, and the field of a time with its text."""
    return {
        element: _vorgabe(ereignis)
        for element, ereignis in einrichtung.get("ereignisse", {}).items()
        if _vorgabe(ereignis)
    }


def _vorgabe(ereignis: Mapping[str, str]) -> dict[str, str]:
    vorgabe = {
        ziel: ereignis[name]
        for name, ziel in (("nachricht", "name"), ("schluessel", "schluessel"))
        if ereignis.get(name)
    }
    if ereignis.get("zeit"):
        vorgabe[ZEITARTEN[ereignis["zeit_art"]]] = ereignis["zeit"]
    return vorgabe
