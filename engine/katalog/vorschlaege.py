"""Proposals for the settings of a step, read from its label, its annotations and its documentation.

Never applied by themselves: a person accepts them. Pure; every proposal quotes the words it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.beiblatt import read_anmerkungen
from engine.bpmn.ergebnis import Schritt
from engine.katalog.fristwahl import Fristwahl
from engine.rechte import rolle_name

_ZAHLWORT = {
    wort: zahl
    for zahl, worte in enumerate(
        ("", "ein eine einem einer eines", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn")
    )
    for wort in worte.split()
} | {"vierzehn": 14}
_ZAHL = rf"(?P<zahl>\d{{1,3}}|{'|'.join(sorted(_ZAHLWORT, key=len, reverse=True))})"
_EINHEIT = (
    r"(?P<einheit>arbeitstag(?:e[ns]?|s)?|werktag(?:e[ns]?|s)?|kalendertag(?:e[ns]?|s)?|tag(?:e[ns]?|s)?|wochen?"
    r"|monat(?:e[ns]?|s)?|stunden?|std\.?|at|kt)(?![a-zäöüß])"
)
_FRIST = re.compile(rf"(?<![a-zäöüß\d]){_ZAHL}\s*(?:[-–]\s*)?{_EINHEIT}", re.IGNORECASE)
_MINUTEN = re.compile(r"(?<![a-zäöüß\d])(?P<zahl>\d{1,4})\s*(?:minuten?|min\.?)(?![a-zäöüß])", re.IGNORECASE)
_SOFORT = re.compile(r"\b(?:sofort|unverzüglich|umgehend)\b", re.IGNORECASE)
_DRINGEND = re.compile(r"\b(?:dringend|eilig|vorrangig)\b", re.IGNORECASE)
_AB_EINGANG = re.compile(r"\b(?:nach|ab|seit)\s+(?:\w+\s+)?(?:eingang|antrag\w*|meldung|erstkontakt)", re.IGNORECASE)
_GESETZ = re.compile(r"§|\bgesetzlich|\bSGB\b", re.IGNORECASE)
_NICHT_WERTSCHOEPFEND = re.compile(
    r"\b(?:weiterleiten|weitergeben|abheften|ablegen|kopieren|ausdrucken|scannen|umbuchen|erinnern)\b", re.IGNORECASE
)
_KURZ = {"a": "AT", "w": "AT", "k": "KT", "t": "KT", "s": "h", "m": "M"}
MAX_QUELLE = 120


@dataclass(frozen=True, slots=True)
class Vorschlag:
    """One setting that the words at a step suggest."""

    element: str
    #: key of the setting, e.g. ``frist``
    feld: str
    #: what would be set: keys of `AufgabeEinrichtung`
    werte: Mapping[str, Any]
    #: the setting in words
    text: str
    #: the words it comes from
    quelle: str

    @property
    def schluessel(self) -> str:
        """Names the proposal in a form."""
        return f"{self.feld}:{self.element}"


def propose(schritt: Schritt, anmerkungen: Iterable[str], gesetzt: Mapping[str, Any]) -> tuple[Vorschlag, ...]:
    """Proposals for one step, for settings that it does not have yet; the nearest words win."""
    gefunden: dict[str, Vorschlag] = {}
    for text in (*anmerkungen, schritt.name, schritt.dokumentation):
        for feld, werte, worte in _read(text):
            if feld not in gesetzt and feld not in gefunden:
                gefunden[feld] = Vorschlag(schritt.element, feld, werte, worte, _quote(text))
    return tuple(gefunden.values())


def propose_all(
    schritte: Iterable[Schritt], aufgaben: Mapping[str, Mapping[str, Any]], original: bytes
) -> tuple[Vorschlag, ...]:
    """All proposals for the steps of a drawing at which people act, in reading order."""
    anmerkungen = read_anmerkungen(original)
    return tuple(
        vorschlag
        for s in schritte
        if s.hat_aufgaben
        for vorschlag in propose(s, anmerkungen.get(s.element, ()), aufgaben.get(s.element, {}))
    )


@dataclass(frozen=True, slots=True)
class Gruppenname:
    """A Gruppe as lanes may mean it."""

    kennung: str
    name: str
    rolle: str


def propose_lane(lane: str, gruppen: Iterable[Gruppenname]) -> str:
    """Who a lane seems to mean: the only Gruppe with its words, else the role of all such Gruppen or of its name.

    „ASD“ means „ASD Nord“ where that is the only one, and the role of both where there is „ASD Süd“ as well. Empty
    when nothing is beyond doubt.
    """
    alle = tuple(gruppen)
    gemeint = [g for g in alle if _means(lane, g.name)]
    if len(gemeint) == 1:
        return gemeint[0].kennung
    rollen = {g.rolle for g in gemeint} or {g.rolle for g in alle if _means(lane, rolle_name(g.rolle))}
    return rollen.pop() if len(rollen) == 1 else ""


def _means(lane: str, name: str) -> bool:
    """Whether the words of one name are among those of the other."""
    hier, dort = (
        {wort for wort in re.split(r"[^0-9a-zäöüß]+", text.casefold()) if len(wort) > 1} for text in (lane, name)
    )
    return bool(hier and dort) and (hier <= dort or dort <= hier)


def _read(text: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    if treffer := _FRIST.search(text):
        wahl = Fristwahl(_number(treffer["zahl"]), _unit(treffer["einheit"]), _begin(text))
        art = "gesetzlich" if _GESETZ.search(text) else "standard"
        yield "frist", {"frist": wahl.to_feel(), "frist_art": art}, f"Frist {wahl.words()} ({art})"
    if treffer := _MINUTEN.search(text):
        minuten = float(treffer["zahl"])
        yield "pt_min", {"pt_min": minuten}, f"Standardzeit {treffer['zahl']} Minuten"
    if _SOFORT.search(text):
        yield "prioritaet", {"prioritaet": "sofort"}, "Priorität sofort"
    elif _DRINGEND.search(text):
        yield "prioritaet", {"prioritaet": "hoch"}, "Priorität hoch"
    if _NICHT_WERTSCHOEPFEND.search(text):
        yield "va", {"va": "N"}, "nicht wertschöpfend (N)"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else _ZAHLWORT[text.casefold()]


def _unit(text: str) -> str:
    return "W" if text.casefold().startswith("woche") else _KURZ[text.casefold()[0]]


def _begin(text: str) -> str:
    return "eingang" if _AB_EINGANG.search(text) else "bereit"


def _quote(text: str) -> str:
    zeile = " ".join(text.split())
    return zeile if len(zeile) <= MAX_QUELLE else f"{zeile[:MAX_QUELLE]}…"
