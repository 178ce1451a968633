"""Rules about steps that need no person: decision tables that are known, scripts that only assign in FEEL."""

from __future__ import annotations

import re

from engine.bpmn import ausdruecke, fremdsprache
from engine.bpmn.zeichnung import MENSCH, Bereich, Knoten, Zeichnung

MAX_ZEILEN = 100
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FEEL = re.compile(r"|.*feel.*", re.IGNORECASE)


def lies_entscheidungstabelle(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A decision that is known decides; otherwise a person does."""
    for knoten in bereich.vom_typ("businessRuleTask"):
        bekannt = next((name for name in knoten.entscheidungen if name in zeichnung.entscheidungen), "")
        gesetzt = (
            frozenset({knoten.ergebnis}) if knoten.ergebnis else zeichnung.entscheidungen.get(bekannt, frozenset())
        )
        grund = _einwand(knoten, bekannt, gesetzt)
        if grund:
            zeichnung.warnung(
                "entscheidungstabelle_von_hand",
                knoten,
                f"{grund} Eine Person entscheidet.",
                "Laden Sie die Tabelle als DMN-Datei zum Prozess hoch und ordnen Sie sie diesem Schritt zu.",
            )
            knoten.als = MENSCH
            continue
        knoten.entscheidungen = (bekannt,)
        setzt(zeichnung, gesetzt)


def _einwand(knoten: Knoten, bekannt: str, gesetzt: frozenset[str]) -> str:
    """Why this decision cannot be executed; empty if it can."""
    if not knoten.entscheidungen:
        return "Dem Schritt ist keine Entscheidungstabelle zugeordnet."
    if not bekannt:
        return f"Die Entscheidungstabelle „{knoten.entscheidungen[0][:80]}“ ist nicht bekannt."
    gesperrt = sorted(name for name in gesetzt if not is_setzbar(name))
    return f"Die Entscheidungstabelle „{bekannt[:80]}“ darf „{gesperrt[0][:80]}“ nicht setzen." if gesperrt else ""


def lies_skript(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Assignments in FEEL are executed; any other script is left to a person."""
    for knoten in bereich.vom_typ("scriptTask"):
        zuweisungen, grund = _read_zuweisungen(knoten, zeichnung.variablen)
        if grund:
            zeichnung.warnung(
                "skript_von_hand",
                knoten,
                f"Das Skript wird nicht ausgeführt: {grund}. Eine Person erledigt den Schritt.",
                _abhilfe(knoten.skript),
            )
            knoten.als = MENSCH
            continue
        knoten.skript = "\n".join(f"{name} = {feel}" for name, feel in zuweisungen)
        setzt(zeichnung, frozenset(name for name, _ in zuweisungen))


def is_setzbar(name: str) -> bool:
    """Whether a model may set this variable: not the first contact, not what people chose, deviations included."""
    reserviert = name in ausdruecke.STETS_GESETZT or name.startswith((ausdruecke.ENTSCHEIDUNG, "abweichung_"))
    return _VARIABLE.fullmatch(name) is not None and len(name) <= 200 and not reserviert


def setzt(zeichnung: Zeichnung, namen: frozenset[str]) -> None:
    """Conditions and times may read these variables from now on."""
    if zeichnung.variablen is not None:
        zeichnung.variablen |= namen


def _read_zuweisungen(knoten: Knoten, variablen: frozenset[str] | None) -> tuple[list[tuple[str, str]], str]:
    """Variable and expression of each line, or the reason why the script is not executed."""
    if not knoten.skript:
        return [], "es ist leer"
    if not _FEEL.fullmatch(knoten.skriptsprache):
        return [], f"die Sprache „{knoten.skriptsprache[:40]}“ wird aus Sicherheitsgründen nie ausgeführt"
    zeilen = _zeilen(knoten)
    if len(zeilen) > MAX_ZEILEN:
        return [], f"es hat mehr als {MAX_ZEILEN} Zeilen"
    zuweisungen: list[tuple[str, str]] = []
    for zeile in zeilen:
        name, gleich, text = (teil.strip() for teil in zeile.partition("="))
        if not gleich or not is_setzbar(name):
            return [], f"„{zeile[:80]}“ ist keine Zuweisung an eine Variable"
        bekannt = None if variablen is None else variablen | {n for n, _ in zuweisungen}
        if grund := ausdruecke.judge_wert(text, bekannt):
            return [], f"„{zeile[:80]}“ wird nicht ausgeführt ({grund})"
        zuweisungen.append((name, text))
    return zuweisungen, "" if zuweisungen else "es ist leer"


def _zeilen(knoten: Knoten) -> list[str]:
    if knoten.ergebnis:
        ausdruck = " ".join(knoten.skript.removeprefix("=").split("\n"))
        return [f"{knoten.ergebnis} = {ausdruck.strip()}"]
    zeilen = (zeile.strip() for zeile in knoten.skript.splitlines())
    return [zeile for zeile in zeilen if zeile and not zeile.startswith("//")]


def _abhilfe(skript: str) -> str:
    """What to write: the lines that are assignments, translated where that is possible."""
    zeilen = []
    for zeile in skript.splitlines()[:MAX_ZEILEN]:
        name, gleich, text = (teil.strip() for teil in zeile.strip().rstrip(";").partition("="))
        feel = fremdsprache.translate(text) if gleich and is_setzbar(name) and not text.startswith("=") else ""
        if feel:
            zeilen.append(f"{name} = {feel}")
    beispiel = "; ".join(zeilen[:3]) or "summe = betrag * 12"
    return f"Schreiben Sie je Zeile „Variable = FEEL-Ausdruck“ mit scriptFormat „FEEL“, zum Beispiel: {beispiel[:300]}"
