"""A step whose person sees beforehand what a decision table will say, and may deviate from it with a reason.

The settings of the step name the business rule task (``vorschlag``). What the person chose waits as a process variable
until the decision is made; then the record keeps both, and the choice is used up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from engine import dmn
from engine.model.prozess import Prozessversion

#: inputs beside those of the form; a dot cannot occur in a key of a form
FELD_ZEILE, FELD_GRUND, FELD_TEXT = "abweichung.zeile", "abweichung.grund", "abweichung.text"
FELDER = frozenset({FELD_ZEILE, FELD_GRUND, FELD_TEXT})
MAX_TEXT = 2_000
#: key of the explanation among the protected contents (S1) of the Aufgabe
INHALT = "abweichung_grund"


class Abweichungsgrund(StrEnum):
    """Why a person deviates from a table (S0); what it means for this family is said in words (S1)."""

    EINZELFALL = "A01"
    ERKENNTNISSE = "A02"
    WUNSCH = "A03"
    LEITUNG = "A04"
    TABELLE = "A05"
    SONSTIGES = "A09"


@dataclass(frozen=True, slots=True)
class Vorschlag:
    """The decision that a step sees beforehand."""

    #: id of the business rule task and its label
    element: str
    name: str
    #: id or name of the decision
    entscheidung: str
    sammlung: dmn.Sammlung
    auskunft: dmn.Auskunft
    #: nobody may deviate
    zwingend: bool
    #: output -> value -> words
    bezeichnungen: Mapping[str, Mapping[str, str]]

    def words(self, ergebnis: object) -> tuple[tuple[str, str], ...]:
        """An outcome for reading: label and value of each output."""
        werte = self.auskunft.by_output(ergebnis)
        return tuple((label, self._word(name, werte.get(name))) for name, label in self.auskunft.ausgaben.items())

    def _word(self, ausgabe: str, wert: object) -> str:
        if wert is None:
            return "–"
        text = ("ja" if wert else "nein") if isinstance(wert, bool) else str(wert)
        return self.bezeichnungen.get(ausgabe, {}).get(text, text)


def vorschlag_of(version: Prozessversion, element: str) -> Vorschlag | None:
    """The decision that this step sees beforehand, if its settings name one that a table makes."""
    ziel = version.aufgaben_einstellung(element).get("vorschlag", "")
    schritt = version.schritt(ziel) if ziel else None
    einstellung = version.aufgaben_einstellung(ziel)
    name = einstellung.get("entscheidung", "")
    if schritt is None or schritt.bpmn_typ != "businessRuleTask" or not name:
        return None
    sammlung = _sammlung(tuple(sorted(version.entscheidungsdateien().items())))
    auskunft = sammlung.auskunft(name) if sammlung else None
    if sammlung is None or auskunft is None:
        return None
    return Vorschlag(
        element=ziel,
        name=schritt.name,
        entscheidung=name,
        sammlung=sammlung,
        auskunft=auskunft,
        zwingend=bool(einstellung.get("zwingend")),
        bezeichnungen=einstellung.get("bezeichnungen", {}),
    )


@lru_cache(maxsize=64)
def _sammlung(dateien: tuple[tuple[str, bytes], ...]) -> dmn.Sammlung | None:
    try:
        return dmn.Sammlung(dict(dateien))
    except dmn.DmnError:
        return None


def read_abweichung(
    vorschlag: Vorschlag, eingaben: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Any] | None, str, dict[str, str]]:
    """What the person chose instead (row and reason, S0), her explanation (S1), and one message per wrong input."""
    zeile, grund, text = (_first(eingaben, feld) for feld in (FELD_ZEILE, FELD_GRUND, FELD_TEXT))
    if not zeile:
        # „wie vorgeschlagen“ was left or chosen again; a reason cannot be unticked.
        return None, "", {}
    fehler: dict[str, str] = {}
    offered = {str(z.nummer) for z in vorschlag.auskunft.auswahl} if not vorschlag.zwingend else set()
    if vorschlag.zwingend:
        fehler[FELD_ZEILE] = "Von dieser Entscheidung kann nicht abgewichen werden. Bitte leeren Sie die Angaben dazu."
    elif zeile not in offered:
        fehler[FELD_ZEILE] = "Bitte wählen Sie, was statt des Vorschlags gilt."
    if grund not in set(Abweichungsgrund):
        fehler[FELD_GRUND] = "Bitte wählen Sie den Grund der Abweichung."
    elif grund == Abweichungsgrund.SONSTIGES and not text:
        fehler[FELD_TEXT] = "Bitte schreiben Sie den Grund in Worten."
    if len(text) > MAX_TEXT:
        fehler[FELD_TEXT] = f"Der Text ist zu lang: Möglich sind {MAX_TEXT} Zeichen."
    return ({"zeile": int(zeile), "grund": grund} if not fehler else None), text, fehler


def _first(eingaben: Mapping[str, Sequence[str]], feld: str) -> str:
    texte = eingaben.get(feld) or ("",)
    return texte[0].strip() if isinstance(texte[0], str) else ""


def variable(entscheidung: str) -> str:
    """The process variable in which a deviation waits for its decision."""
    return "abweichung_" + re.sub(r"[^A-Za-z0-9_]", "_", entscheidung)


def decide(
    sammlung: dmn.Sammlung, entscheidung: str, entscheid: dmn.Entscheid, variablen: Mapping[str, Any], *, ergebnis: str
) -> dmn.Entscheid:
    """What holds: the table's result, or what a person chose instead; a choice holds once."""
    name = variable(entscheidung)
    wahl = variablen.get(name)
    if wahl is None:
        return entscheid
    # Only a person's choice counts, as `read_abweichung` and the Aufgabe leave it.
    ist_gewaehlt = isinstance(wahl, dict) and {"zeile", "grund", "aufgabe"} <= wahl.keys()
    zeile = wahl["zeile"] if ist_gewaehlt else None
    gilt = (
        sammlung.weiche_ab(entscheidung, entscheid, zeile, ergebnis=ergebnis) if isinstance(zeile, int) else entscheid
    )
    protokoll = dict(gilt.protokoll)
    if "abweichung" in protokoll:
        protokoll["abweichung"] = {**protokoll["abweichung"], "grund": wahl["grund"], "aufgabe": wahl["aufgabe"]}
    return dmn.Entscheid({**gilt.variablen, name: None}, protokoll)
