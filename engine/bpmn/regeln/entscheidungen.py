"""Rules about decisions: which drawn conditions decide, and where a person picks the exit instead."""

from __future__ import annotations

import re

from engine.bpmn import ausdruecke
from engine.bpmn.ausdruecke import Urteil
from engine.bpmn.zeichnung import Bereich, Fluss, Knoten, Zeichnung


def variable_der_entscheidung(gateway_id: str) -> str:
    """Name of the process variable that holds the chosen exits of a gateway."""
    return ausdruecke.ENTSCHEIDUNG + re.sub(r"[^A-Za-z0-9_]", "_", gateway_id)


def lies_entscheidung(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Conditions decide if all of them can; otherwise a person picks among the drawn exits."""
    for gateway in bereich.vom_typ("exclusiveGateway", "inclusiveGateway"):
        ausgaenge = bereich.ausgehend(gateway)
        if len(ausgaenge) < 2:
            continue
        for fluss in ausgaenge if gateway.als == "inclusiveGateway" else ():
            if fluss.bedingung == "true" and fluss.id != gateway.standardfluss:
                fluss.bedingung, fluss.immer = "", True
        bedingt = [f for f in ausgaenge if f.bedingung and f.id != gateway.standardfluss]
        urteile = {f.id: ausdruecke.judge_bedingung(f.bedingung, f.sprache, zeichnung.variablen) for f in bedingt}
        ohne = [f for f in ausgaenge if not f.bedingung and not f.immer and f.id != gateway.standardfluss]
        if bedingt and all(u.brauchbar for u in urteile.values()) and len(ohne) <= (0 if gateway.standardfluss else 1):
            _uebernimm(zeichnung, gateway, bedingt, urteile, ohne)
        else:
            _melde_fremde(zeichnung, bedingt, urteile)
            _frage_person(zeichnung, bereich, gateway)


def _uebernimm(
    zeichnung: Zeichnung, gateway: Knoten, bedingt: list[Fluss], urteile: dict[str, Urteil], ohne: list[Fluss]
) -> None:
    for fluss in bedingt:
        urteil = urteile[fluss.id]
        if urteil.uebersetzt:
            zeichnung.hinweis(
                "bedingung_uebersetzt",
                fluss,
                f"Die Bedingung „{fluss.bedingung[:120]}“ wird als „{urteil.feel}“ ausgeführt.",
                "Prüfen Sie, ob dasselbe gemeint ist.",
            )
        fluss.bedingung = urteil.feel
    for fluss in ohne:
        gateway.standardfluss = fluss.id
        zeichnung.hinweis(
            "standardausgang_angenommen",
            fluss,
            "Der Pfeil hat als einziger keine Bedingung. Er gilt, wenn keine andere Bedingung zutrifft.",
            "Bestimmen Sie ihn im Zeichenwerkzeug als Standardausgang.",
        )


def _melde_fremde(zeichnung: Zeichnung, bedingt: list[Fluss], urteile: dict[str, Urteil]) -> None:
    for fluss in bedingt:
        urteil = urteile[fluss.id]
        if not urteil.brauchbar:
            zeichnung.warnung(
                "bedingung_nicht_ausfuehrbar",
                fluss,
                f"Die Bedingung „{fluss.bedingung[:200]}“ wird nicht ausgewertet: {urteil.grund}."
                " Eine Person wählt den Ausgang.",
                "Schreiben Sie die Bedingung in FEEL mit Feldern der Formulare, zum Beispiel: "
                f"{(urteil.vorschlag or 'betrag > 1000')[:300]}.",
            )


def _frage_person(zeichnung: Zeichnung, bereich: Bereich, gateway: Knoten) -> None:
    mehrere = gateway.als == "inclusiveGateway"
    variable = variable_der_entscheidung(gateway.id)
    for fluss in bereich.ausgehend(gateway):
        fluss.bedingung = f'"{fluss.id}" in {variable}' if mehrere else f'{variable} = "{fluss.id}"'
        fluss.immer = False
    gateway.standardfluss = ""
    vorher = _schritt_davor(bereich, gateway)
    if vorher is None:
        vorher = _setze_frage_davor(zeichnung, bereich, gateway)
        ort = "in einer eigenen Aufgabe"
    else:
        ort = f"beim Erledigen von „{vorher.name or vorher.id}“"
    vorher.entscheidet[gateway.id] = mehrere
    zeichnung.hinweis(
        "entscheidung_ohne_bedingung",
        gateway,
        f"Eine Person wählt {ort}, wie es weitergeht." + (" Sie kann mehrere Wege wählen." if mehrere else ""),
        "Beschriften Sie die Ausgänge so, dass die Auswahl eindeutig ist.",
    )


def _schritt_davor(bereich: Bereich, gateway: Knoten) -> Knoten | None:
    """The human step whose completion always leads to this gateway, so that its form can ask."""
    eingaenge = bereich.eingehend(gateway)
    if len(eingaenge) != 1:
        return None
    knoten = bereich.knoten[eingaenge[0].von]
    allein = len(bereich.ausgehend(knoten)) == 1 and knoten.wiederholung is None
    return knoten if knoten.ist_mensch and allein else None


def _setze_frage_davor(zeichnung: Zeichnung, bereich: Bereich, gateway: Knoten) -> Knoten:
    """An own step that asks; where branches join first, they join before it."""
    if gateway.als == "inclusiveGateway" and len(bereich.eingehend(gateway)) > 1:
        vereinigung = zeichnung.ergaenze(bereich, f"{gateway.id}__zusammenfuehrung", "inclusiveGateway", bei=gateway)
        zeichnung.setze_davor(bereich, gateway, vereinigung)
    return zeichnung.frage_davor(bereich, gateway, gateway.name or "Wie geht es weiter?")
