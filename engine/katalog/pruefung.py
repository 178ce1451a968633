"""Whether the parts of a package fit each other: settings and drawing, tasks and forms, walk-throughs and both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine import feel, kalender
from engine.bpmn.ergebnis import GeprueftesModell, Schritt, SchrittArt
from engine.dienste import DIENSTE
from engine.formulare import Feld, FeldTyp, Formular
from engine.katalog.bericht import Bericht, show
from engine.katalog.einrichtung import GRUPPE, MEILENSTEINE, AufgabeEinrichtung, Einrichtung
from engine.katalog.verzweigungen import PERSON, Verzweigung
from engine.rechte import Rolle

TOML = "prozess.toml"
_STETS_GESETZT = frozenset({"eingang", "bereit"})
_FUNKTIONEN = frozenset(kalender.funktionen(kalender.Kalender()))
#: settings of an element where no person acts
_OHNE_PERSON = frozenset({"ueberwachung", "entscheidung", "dienst", "thema", "zwingend", "bezeichnungen"})
#: fields whose answers can be listed one by one
_AUFZAEHLBAR = frozenset({FeldTyp.ZAHL, FeldTyp.KONTROLLKASTEN})


@dataclass(frozen=True)
class Zusammenhang:
    """Everything that is compared."""

    modell: GeprueftesModell
    einrichtung: Einrichtung
    formulare: Mapping[str, Formular]
    bericht: Bericht
    #: decisions by id or name, with the variables they set
    entscheidungen: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def entschieden(self) -> frozenset[str]:
        """Variables that the decisions of the package set, or that come from outside."""
        return frozenset(self.einrichtung.get("variablen", ())).union(*self.entscheidungen.values())

    @property
    def schritte(self) -> dict[str, Schritt]:
        """Steps of the drawing by element id."""
        return {schritt.element: schritt for schritt in self.modell.schritte}

    def report(self, ort: str, grund: str, abhilfe: str, *, nachholbar: bool = False) -> None:
        """Note a finding in ``prozess.toml``."""
        self.bericht.add(TOML, ort, grund, abhilfe, nachholbar=nachholbar)


def steuerdaten(formulare: Iterable[Formular]) -> frozenset[str]:
    """Process variables that these forms can set: keys of their S0 fields."""
    return frozenset(f.key for formular in formulare for f in formular.felder if f.ist_steuerdatum)


def check_zusammenhang(teile: Zusammenhang) -> None:
    """Report everything in the settings that the drawing or the forms contradict."""
    _check_lanes(teile)
    _check_meilensteine(teile)
    _check_nachweise(teile)
    for element, aufgabe in teile.einrichtung["aufgaben"].items():
        check_aufgabe(teile, element, aufgabe)
    for gateway, verzweigung in teile.einrichtung.get("verzweigungen", {}).items():
        check_verzweigung(teile, gateway, verzweigung)
    for element in teile.einrichtung.get("aufrufe", {}):
        _check_element(teile, "aufrufe", element)
    for element in teile.einrichtung.get("ereignisse", {}):
        _check_element(teile, "ereignisse", element)
    _check_formulare(teile)


def check_verzweigung(teile: Zusammenhang, gateway: str, verzweigung: Verzweigung) -> None:
    """Report exits that are not drawn, several without condition, and variables that nothing sets."""
    ort = f"verzweigungen.{gateway}"
    schritt = _check_element(teile, "verzweigungen", gateway)
    if schritt is None or verzweigung["art"] == PERSON:
        return
    if (tabelle := verzweigung.get("entscheidung")) is not None and tabelle not in teile.entscheidungen:
        teile.report(
            f"{ort}.entscheidung",
            f"Die Entscheidung „{show(tabelle)}“ steht in keiner DMN-Datei.",
            "Laden Sie die Tabelle unter „Entscheidungen“ hoch, oder wählen Sie eine andere.",
        )
    bedingungen, sonst = verzweigung.get("bedingungen", {}), verzweigung.get("sonst", "")
    gezeichnet = {a.fluss for a in schritt.ausgaenge}
    for fluss in sorted({*bedingungen, *([sonst] if sonst else [])} - gezeichnet):
        teile.report(f"{ort}.{show(fluss)}", "Diesen Ausgang gibt es nicht.", "Prüfen Sie die id des Flusses.")
    if gezeichnet - bedingungen.keys() - {sonst}:
        teile.report(
            f"{ort}.sonst", "Nicht jeder Ausgang hat einen Ausdruck.", "Bestimmen Sie einen Ausgang, der sonst gilt."
        )
    bekannt = steuerdaten(teile.formulare.values()) | teile.entschieden | _STETS_GESETZT | _FUNKTIONEN
    for fluss, text in bedingungen.items():
        for name in sorted(feel.compile(text).namen - bekannt):
            teile.report(
                f"{ort}.bedingungen.{fluss}",
                f"Der Ausdruck liest „{show(name)}“, das kein Formular als Steuerdatum (S0) setzt.",
                "Verwenden Sie Felder der Klasse S0 oder Ergebnisse von Entscheidungstabellen.",
            )


def set_datenklassen(aufgaben: Mapping[str, AufgabeEinrichtung], formulare: Mapping[str, Formular]) -> None:
    """Note at each task the highest class of data its form holds."""
    for aufgabe in aufgaben.values():
        formular = formulare.get(aufgabe.get("formular", ""))
        if formular is not None and formular.felder:
            aufgabe["datenklasse"] = max(feld.datenklasse.value for feld in formular.felder)


def _check_lanes(teile: Zusammenhang) -> None:
    gezeichnet = {s.lane for s in teile.modell.schritte if s.hat_aufgaben and s.lane}
    lanes = teile.einrichtung["lanes"]
    for lane in sorted(gezeichnet - set(lanes)):
        teile.report(
            "lanes",
            f"Der Lane „{lane}“ ist keine Rolle zugeordnet.",
            "Ergänzen Sie die Rolle der Lane.",
            nachholbar=True,
        )
    for lane, rolle in lanes.items():
        if lane and lane not in teile.modell.lanes:
            teile.report(
                "lanes",
                f"Die Lane „{show(lane)}“ gibt es in der Zeichnung nicht.",
                f"Gezeichnet sind: {', '.join(teile.modell.lanes)}.",
            )
        if rolle not in {r.value for r in Rolle} and not rolle.startswith(GRUPPE):
            teile.report(
                "lanes",
                f"Die Rolle „{show(rolle)}“ gibt es nicht.",
                f"Möglich sind: {', '.join(sorted(r.value for r in Rolle))}, oder „{GRUPPE}“ und eine Kennung.",
            )


def _check_meilensteine(teile: Zusammenhang) -> None:
    meilensteine = teile.einrichtung["meilensteine"]
    for element, meilenstein in meilensteine.items():
        _check_element(teile, "meilensteine", element)
        if meilenstein not in MEILENSTEINE:
            teile.report(
                f"meilensteine.{element}",
                f"Den Meilenstein „{show(meilenstein)}“ gibt es nicht.",
                f"Möglich sind: {', '.join(MEILENSTEINE)}.",
            )
    ziel = teile.einrichtung["ziel"]
    for name in (ziel["von"], ziel["bis"]) if ziel else ():
        if name not in meilensteine.values():
            teile.report(
                "ziel",
                f"Kein Element erreicht „{name}“.",
                "Ordnen Sie den Meilenstein unter [meilensteine] zu.",
                nachholbar=True,
            )


def _check_nachweise(teile: Zusammenhang) -> None:
    for code, nachweis in teile.einrichtung.get("nachweise", {}).items():
        for element in (nachweis["anlass"], *nachweis["schritte"]):
            _check_element(teile, f"nachweise.{code}", element)


def _check_element(teile: Zusammenhang, tabelle: str, element: str) -> Schritt | None:
    schritt = teile.schritte.get(element)
    if schritt is None:
        teile.report(
            f"{tabelle}.{element}",
            "Dieses Element gibt es in der Zeichnung nicht.",
            "Prüfen Sie die id des Elements in der Zeichnung.",
        )
    return schritt


def check_aufgabe(teile: Zusammenhang, element: str, aufgabe: AufgabeEinrichtung) -> None:
    """Report what drawing, forms and tables contradict in the settings of one step."""
    ort = f"aufgaben.{element}"
    schritt = _check_element(teile, "aufgaben", element)
    _check_entscheidung(teile, ort, schritt, aufgabe.get("entscheidung"))
    _check_service(teile, ort, schritt, aufgabe)
    _check_vorschlag(teile, ort, aufgabe)
    if schritt is not None and not schritt.hat_aufgaben and set(aufgabe) - _OHNE_PERSON:
        teile.report(
            ort,
            "An diesem Element handelt keine Person.",
            "Möglich ist hier nur „ueberwachung“." if schritt.art is SchrittArt.TIMER else "Entfernen Sie den Eintrag.",
        )
    name = aufgabe.get("formular")
    if name is not None and name not in teile.formulare:
        teile.report(
            f"{ort}.formular",
            f"Das Formular „{show(name)}“ fehlt oder ist nicht lesbar.",
            f"Legen Sie formulare/{show(name)}.form an.",
        )
    for geprueft in aufgabe.get("vier_augen", ()):
        _check_element(teile, f"{ort}.vier_augen", geprueft)
    _check_frist(teile, ort, aufgabe.get("frist"))
    formular = teile.formulare.get(name or "")
    for key, anteile in aufgabe.get("beispiel", {}).get("antworten", {}).items():
        _check_antworten(teile, f"{ort}.beispiel.antworten.{key}", formular.feld(key) if formular else None, anteile)


def _check_entscheidung(teile: Zusammenhang, ort: str, schritt: Schritt | None, name: str | None) -> None:
    if name is None or schritt is None:
        return
    if schritt.bpmn_typ != "businessRuleTask":
        teile.report(
            f"{ort}.entscheidung", "Der Schritt ist keine Geschäftsregelaufgabe.", "Entfernen Sie den Eintrag."
        )
    elif name not in teile.entscheidungen:
        teile.report(
            f"{ort}.entscheidung",
            f"Die Entscheidung „{show(name)}“ steht in keiner DMN-Datei.",
            "Legen Sie die Datei unter entscheidungen/ ab oder prüfen Sie die id.",
        )


def _check_vorschlag(teile: Zusammenhang, ort: str, aufgabe: AufgabeEinrichtung) -> None:
    ziel = aufgabe.get("vorschlag")
    if ziel is not None and "entscheidung" not in teile.einrichtung["aufgaben"].get(ziel, {}):
        teile.report(
            f"{ort}.vorschlag",
            f"„{show(ziel)}“ hat keine Entscheidung.",
            "Nennen Sie die id einer Geschäftsregelaufgabe, die unter [aufgaben] eine „entscheidung“ hat.",
        )
    if "entscheidung" not in aufgabe and ("zwingend" in aufgabe or "bezeichnungen" in aufgabe):
        teile.report(
            ort, "„zwingend“ und „bezeichnungen“ gehören zu einer Entscheidung.", "Entfernen Sie die Einträge."
        )


def _check_service(teile: Zusammenhang, ort: str, schritt: Schritt | None, aufgabe: AufgabeEinrichtung) -> None:
    for name in ("dienst", "thema"):
        if name in aufgabe and schritt is not None and schritt.bpmn_typ not in ("serviceTask", "sendTask"):
            teile.report(f"{ort}.{name}", "Der Schritt ist keine Serviceaufgabe.", "Entfernen Sie den Eintrag.")
    dienst = aufgabe.get("dienst")
    if dienst is not None and dienst not in DIENSTE:
        teile.report(
            f"{ort}.dienst",
            f"Den Service „{show(dienst)}“ gibt es nicht.",
            f"Möglich sind: {', '.join(sorted(DIENSTE))}.",
        )


def _check_frist(teile: Zusammenhang, ort: str, frist: str | None) -> None:
    if frist is None:
        return
    bekannt = steuerdaten(teile.formulare.values()) | teile.entschieden | _STETS_GESETZT | _FUNKTIONEN
    for name in sorted(feel.compile(frist).namen - bekannt):
        teile.report(
            f"{ort}.frist",
            f"Die Frist liest „{show(name)}“, das kein Formular als Steuerdatum (S0) setzt.",
            "Verwenden Sie eingang, bereit oder ein Datumsfeld der Klasse S0.",
        )


def _check_antworten(teile: Zusammenhang, ort: str, feld: Feld | None, anteile: Mapping[str, float]) -> None:
    if feld is None:
        teile.report(ort, "Dieses Feld hat das Formular der Aufgabe nicht.", "Prüfen Sie den Schlüssel des Felds.")
        return
    if feld.optionen:
        falsch = set(anteile) - {option.eingabe for option in feld.optionen}
    else:
        falsch = set() if feld.typ in _AUFZAEHLBAR else set(anteile)
    for wert in sorted(falsch):
        teile.report(ort, f"Die Antwort „{show(wert)}“ ist nicht möglich.", "Prüfen Sie die Werte des Felds.")


def _check_formulare(teile: Zusammenhang) -> None:
    benutzt = {aufgabe.get("formular") for aufgabe in teile.einrichtung["aufgaben"].values()}
    for name in sorted(set(teile.formulare) - benutzt):
        teile.bericht.add(
            f"formulare/{name}.form",
            "",
            "Keine Aufgabe verwendet dieses Formular.",
            "Ordnen Sie es unter [aufgaben] zu oder löschen Sie es.",
            nachholbar=True,
        )
