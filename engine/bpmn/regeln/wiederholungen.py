"""Rules about activities that run several times: over a list, a number of times, as a loop."""

from __future__ import annotations

import re

from engine.bpmn import ausdruecke
from engine.bpmn.regeln import automatik
from engine.bpmn.zeichnung import Bereich, Knoten, Wiederholung, Zeichnung

#: more copies of one step than this are refused as a mistake
MAX_ANZAHL = 100
#: what the engine sets in each instance, and what a completion condition may ask
ZAEHLER = "loopCounter"
STAENDE = frozenset({"numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances"})
_CAMUNDA = re.compile(r"\bnrOf((?:Active|Completed)?Instances)\b")
_ZAHL = re.compile(r"[-+]?[\d.,]*", re.ASCII)


def lies_wiederholung(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A marker stays if it says how often; otherwise the activity runs once."""
    for knoten in bereich.knoten.values():
        marke = knoten.wiederholung
        if marke is None:
            continue
        if not marke.mehrfach:
            _pruefe_schleife(zeichnung, knoten, marke)
        elif grund := _lies_menge(zeichnung, marke):
            zeichnung.warnung(
                "mehrfach_ohne_anzahl",
                knoten,
                f"Die Mehrfachausführung {grund}. Der Schritt wird einmal ausgeführt.",
                f"Tragen Sie eine Zahl von 1 bis {MAX_ANZAHL} oder eine Liste aus einem Formular oder Skript ein.",
            )
            knoten.wiederholung = None
        else:
            _lies_posten(zeichnung, knoten, marke)
            _lies_sammlung(zeichnung, knoten, marke)
            _lies_ende(zeichnung, knoten, marke)


def _lies_menge(zeichnung: Zeichnung, marke: Wiederholung) -> str:
    """Why nobody knows how often; empty if the marker says it."""
    text = marke.liste or marke.anzahl
    if not text:
        return "nennt keine Anzahl"
    if marke.liste == "" and (_anzahl(text) or _ZAHL.fullmatch(text)):
        return "" if _anzahl(text) else f"nennt „{text[:60]}“ als Anzahl"
    urteil = ausdruecke.judge_ausdruck(text, zeichnung.variablen)
    if not urteil.brauchbar:
        was = "Liste" if marke.liste else "Anzahl"
        return f"nennt „{text[:60]}“ als {was} ({urteil.grund})"
    if not marke.liste and ausdruecke.is_konstant(urteil.feel):
        return f"nennt „{text[:60]}“ als Anzahl"
    marke.liste, marke.anzahl = (urteil.feel, "") if marke.liste else ("", urteil.feel)
    return ""


def _lies_posten(zeichnung: Zeichnung, knoten: Knoten, marke: Wiederholung) -> None:
    automatik.setzt(zeichnung, frozenset({ZAEHLER}))
    if marke.posten and marke.liste and automatik.is_setzbar(marke.posten):
        automatik.setzt(zeichnung, frozenset({marke.posten}))
    elif marke.posten:
        zeichnung.warnung(
            "mehrfach_ohne_posten",
            knoten,
            f"Der Name „{marke.posten[:60]}“ für einen Posten der Liste ist nicht verwendbar. Er entfällt.",
            "Vergeben Sie einen Namen aus Buchstaben, Ziffern und Unterstrichen.",
        )
        marke.posten = ""


def _lies_sammlung(zeichnung: Zeichnung, knoten: Knoten, marke: Wiederholung) -> None:
    """What the instances yield is collected if both names are variables."""
    marke.ergebnis = marke.ergebnis.removeprefix("=").strip()
    if not marke.sammlung and not marke.ergebnis:
        return
    if automatik.is_setzbar(marke.sammlung) and automatik.is_setzbar(marke.ergebnis):
        automatik.setzt(zeichnung, frozenset({marke.sammlung}))
        return
    zeichnung.warnung(
        "mehrfach_ohne_sammlung",
        knoten,
        "Die Ergebnisse der Mehrfachausführung werden nicht gesammelt: Nötig sind die Namen zweier Variablen.",
        "Nennen Sie die Variable mit dem Ergebnis einer Ausführung und die Variable für die Liste.",
    )
    marke.sammlung = marke.ergebnis = ""


def _lies_ende(zeichnung: Zeichnung, knoten: Knoten, marke: Wiederholung) -> None:
    if not marke.bedingung:
        return
    bekannt = zeichnung.variablen
    if bekannt is not None:
        bekannt |= STAENDE
    urteil = ausdruecke.judge_bedingung(_CAMUNDA.sub(r"numberOf\1", marke.bedingung), "", bekannt)
    if not urteil.brauchbar:
        zeichnung.warnung(
            "mehrfach_ohne_vorzeitiges_ende",
            knoten,
            f"Die Abschlussbedingung „{marke.bedingung[:120]}“ wird nicht geprüft, alle laufen zu Ende.",
            "Prüfen Sie, ob immer alle fertig werden sollen.",
        )
    elif urteil.feel != marke.bedingung.removeprefix("=").strip():
        zeichnung.hinweis(
            "bedingung_uebersetzt",
            knoten,
            f"Die Abschlussbedingung „{marke.bedingung[:120]}“ wird als „{urteil.feel}“ ausgeführt.",
            "Prüfen Sie, ob dasselbe gemeint ist.",
        )
    marke.bedingung = urteil.feel


def _pruefe_schleife(zeichnung: Zeichnung, knoten: Knoten, marke: Wiederholung) -> None:
    bekannt = zeichnung.variablen
    if bekannt is not None:
        bekannt |= {ZAEHLER}
    urteil = ausdruecke.judge_bedingung(marke.bedingung, "", bekannt) if marke.bedingung else None
    anzahl_passt = not marke.anzahl or _anzahl(marke.anzahl)
    if anzahl_passt and (urteil.brauchbar if urteil else marke.anzahl):
        marke.bedingung = urteil.feel if urteil else ""
        return
    grund = (
        f"hat eine Bedingung, die nicht ausführbar ist („{marke.bedingung[:120]}“)"
        if marke.bedingung
        else "hat keine Bedingung"
    )
    zeichnung.warnung(
        "schleife_ohne_bedingung",
        knoten,
        f"Die Wiederholung {grund}. Der Schritt wird einmal ausgeführt.",
        "Zeichnen Sie die Wiederholung als Gateway mit einem Pfeil zurück.",
    )
    knoten.wiederholung = None


def _anzahl(text: str) -> int:
    """The number a marker names, 0 if it is none or out of range."""
    zahl = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return zahl if zahl <= MAX_ANZAHL else 0
