"""Whether a walk-through speaks of the process it belongs to: elements, roles, fields and exits that exist."""

from __future__ import annotations

from engine import errors, formulare
from engine.bpmn.ergebnis import Schritt, SchrittArt
from engine.katalog.beispiel import Beispiel, BeispielSchritt, Handlung
from engine.katalog.bericht import show
from engine.katalog.pruefung import Zusammenhang

_ART = {Handlung.ERLEDIGT: SchrittArt.AUFGABE, Handlung.BESTAETIGT: SchrittArt.EINGANG}


def check_beispiel(teile: Zusammenhang, beispiel: Beispiel) -> None:
    """Report everything in a walk-through that drawing, settings or forms contradict."""
    datei = f"beispiele/{beispiel.kennung}.toml"
    ende = teile.schritte.get(beispiel.ende)
    if ende is None or ende.art is not SchrittArt.ENDE:
        teile.bericht.add(
            datei, "erwartet.ende", f"„{show(beispiel.ende)}“ ist kein Ende.", "Nennen Sie die id eines Endereignisses."
        )
    for name in sorted(beispiel.meilensteine - set(teile.einrichtung["meilensteine"].values())):
        teile.bericht.add(
            datei,
            "erwartet.meilensteine",
            f"Kein Element erreicht „{show(name)}“.",
            "Prüfen Sie die Zuordnung unter [meilensteine] in prozess.toml.",
        )
    for nummer, schritt in enumerate(beispiel.schritte, start=1):
        _Schrittpruefung(teile, datei, f"schritte[{nummer}]", schritt).check()


class _Schrittpruefung:
    """One step of a walk-through against the drawing."""

    def __init__(self, teile: Zusammenhang, datei: str, ort: str, schritt: BeispielSchritt) -> None:
        self.teile, self.datei, self.ort, self.schritt = teile, datei, ort, schritt

    def _report(self, name: str, grund: str, abhilfe: str) -> None:
        self.teile.bericht.add(self.datei, f"{self.ort}.{name}", grund, abhilfe)

    def check(self) -> None:
        """All parts of the step."""
        for element in sorted(self.schritt.offen or ()):
            self._find("offen", element)
        if self.schritt.handlung is Handlung.KEINE:
            return
        gezeichnet = self._find(self.schritt.handlung.value, self.schritt.element)
        if gezeichnet is None:
            return
        self._check_handlung(gezeichnet)
        self._check_ausgang(gezeichnet)
        self._check_werte(gezeichnet)

    def _find(self, name: str, element: str) -> Schritt | None:
        gezeichnet = self.teile.schritte.get(element)
        if gezeichnet is None:
            self._report(name, f"Das Element „{show(element)}“ gibt es nicht.", "Prüfen Sie die id in der Zeichnung.")
        return gezeichnet

    def _check_handlung(self, gezeichnet: Schritt) -> None:
        schritt = self.schritt
        erwartet = _ART.get(schritt.handlung)
        if erwartet is not None and gezeichnet.art is not erwartet:
            richtig = next((h.value for h, art in _ART.items() if art is gezeichnet.art), None)
            self._report(
                schritt.handlung.value,
                "Diese Handlung passt nicht zum Element.",
                f"Schreiben Sie „{richtig}“." if richtig else "Nennen Sie eine Aufgabe oder einen Eingang.",
            )
        rolle = self.teile.einrichtung["lanes"].get(gezeichnet.lane or "")
        if rolle != schritt.rolle:
            self._report("rolle", f"Das Element liegt bei der Rolle „{rolle}“.", "Nennen Sie diese Rolle.")
        if schritt.handlung is Handlung.GIBT_ZURUECK and schritt.an not in gezeichnet.rueckgabe_ziele:
            moeglich = ", ".join(gezeichnet.rueckgabe_ziele) or "keine"
            self._report("an", f"An „{show(schritt.an)}“ geht es nicht zurück.", f"Mögliche Ziele: {moeglich}.")

    def _check_ausgang(self, gezeichnet: Schritt) -> None:
        for gateway, fluesse in self.schritt.ausgang.items():
            entscheidung = self.teile.schritte.get(gateway)
            if entscheidung is None or gateway not in gezeichnet.entscheidet:
                self._report("ausgang", f"Über „{show(gateway)}“ wird hier nicht entschieden.", "Prüfen Sie die id.")
                continue
            for fluss in sorted(set(fluesse) - {a.fluss for a in entscheidung.ausgaenge}):
                self._report("ausgang", f"Den Ausgang „{show(fluss)}“ gibt es nicht.", "Prüfen Sie die id des Flusses.")
        for gateway in sorted(set(gezeichnet.entscheidet) - set(self.schritt.ausgang)):
            if self.schritt.handlung is not Handlung.GIBT_ZURUECK:
                self._report("ausgang", f"Der Ausgang von „{gateway}“ fehlt.", "Nennen Sie die id des Flusses.")

    def _check_werte(self, gezeichnet: Schritt) -> None:
        if self.schritt.handlung is Handlung.GIBT_ZURUECK:
            return
        name = self.teile.einrichtung["aufgaben"].get(gezeichnet.element, {}).get("formular", "")
        formular = self.teile.formulare.get(name)
        for key in sorted(key for key in self.schritt.werte if formular is None or not formular.has_eingabe(key)):
            self._report(f"werte.{show(key)}", "Dieses Feld hat das Formular nicht.", "Prüfen Sie den Schlüssel.")
        if formular is None:
            return
        try:
            formulare.validate(formular, self.schritt.werte)
        except errors.Invalid as fehler:
            for key, grund in fehler.felder.items():
                self._report(f"werte.{key}", grund, "Ergänzen oder berichtigen Sie den Wert.")
