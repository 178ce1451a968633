"""What one version of a process changes against another: steps, settings, forms and tables, in words.

Pure but for reading the two rows; steps are laid upon each other by `engine.bpmn.abgleich`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Any

from sqlalchemy.orm import Session

from engine.bpmn.abgleich import Abgleich, Paar, match
from engine.bpmn.beiblatt import Lage, read_lagen
from engine.bpmn.ergebnis import Schritt
from engine.katalog.fristwahl import frist_words
from engine.model import Prozessversion
from engine.queries import prozesse
from engine.queries import vergleich_beilagen as beilagen
from engine.queries.vergleich_beilagen import LEER, Wechsel, words
from engine.rechte import Akteur

#: units of the drawing below which nobody sees that something moved
_BEWEGT = 15.0


class Art(StrEnum):
    """What happened to an element."""

    NEU = "neu"
    ENTFALLEN = "entfallen"
    GEAENDERT = "geaendert"
    VERSCHOBEN = "verschoben"


@dataclass(frozen=True, slots=True)
class Unterschied:
    """One step that is not as it was."""

    art: Art
    schritt: Schritt
    #: its id in the older drawing, if it was there
    vorher: str
    wechsel: tuple[Wechsel, ...] = ()


@dataclass(frozen=True, slots=True)
class Teil:
    """A form or a decision model that is not as it was."""

    art: Art
    name: str
    wechsel: tuple[Wechsel, ...] = ()


@dataclass(frozen=True, slots=True)
class Vergleich:
    """Everything that the newer version changes."""

    alt: int
    neu: int
    schritte: tuple[Unterschied, ...]
    formulare: tuple[Teil, ...]
    entscheidungen: tuple[Teil, ...]
    #: what concerns the process as a whole
    allgemein: tuple[Wechsel, ...]

    @property
    def gleich(self) -> bool:
        """Whether nothing changed."""
        return not (self.schritte or self.formulare or self.entscheidungen or self.allgemein)

    def anzahl(self, art: str) -> int:
        """Number of steps to which this happened."""
        return sum(u.art == art for u in self.schritte)


def vergleich(session: Session, akteur: Akteur, prozess_id: int, alt: int, neu: int) -> Vergleich:
    """What version `neu` changes against version `alt`; raises `errors.NotFound`."""
    return compare(
        prozesse.find_version(session, akteur, prozess_id, alt), prozesse.find_version(session, akteur, prozess_id, neu)
    )


def compare(alt: Prozessversion, neu: Prozessversion) -> Vergleich:
    """The differences of two versions, in reading order of the newer one; what is gone comes last."""
    abgleich = match(alt.schrittliste(), neu.schrittliste())
    return Vergleich(
        alt=alt.nummer,
        neu=neu.nummer,
        schritte=tuple(_steps(alt, neu, abgleich)),
        formulare=tuple(_parts(alt.formulare, neu.formulare, beilagen.fields)),
        entscheidungen=tuple(_parts(alt.entscheidungen, neu.entscheidungen, lambda _a, _b: ())),
        allgemein=tuple(beilagen.general(alt, neu)),
    )


def _steps(alt: Prozessversion, neu: Prozessversion, abgleich: Abgleich) -> Iterator[Unterschied]:
    partner = {paar.neu.element: paar for paar in abgleich.paare}
    bewegt = _moved(alt, neu, abgleich)
    for schritt in neu.schrittliste():
        paar = partner.get(schritt.element)
        if paar is None:
            yield Unterschied(Art.NEU, schritt, "")
        elif wechsel := tuple(_changes(alt, neu, paar, abgleich)):
            yield Unterschied(Art.GEAENDERT, schritt, paar.alt.element, wechsel)
        elif schritt.element in bewegt:
            yield Unterschied(Art.VERSCHOBEN, schritt, paar.alt.element)
    for schritt in abgleich.entfallen:
        yield Unterschied(Art.ENTFALLEN, schritt, schritt.element)


def _changes(alt: Prozessversion, neu: Prozessversion, paar: Paar, abgleich: Abgleich) -> Iterator[Wechsel]:
    a, b = paar.alt, paar.neu
    for was, vorher, nachher in (
        ("Name", a.name, b.name),
        ("Art", a.bpmn_typ, b.bpmn_typ),
        ("Bahn", a.lane or "", b.lane or ""),
        ("Erläuterung", a.dokumentation, b.dokumentation),
    ):
        if vorher != nachher:
            yield Wechsel(was, vorher or LEER, nachher or LEER)
    yield from _exits(alt, neu, paar, abgleich)
    if bool(a.entscheidet) != bool(b.entscheidet):
        yield Wechsel("Auswahl beim Erledigen", *("ja" if s.entscheidet else "nein" for s in (a, b)))
    yield from _settings(alt.aufgaben_einstellung(a.element), neu.aufgaben_einstellung(b.element))
    for tabelle, was in (
        ("meilensteine", "Meilenstein"),
        ("verzweigungen", "Entscheidung"),
        ("aufrufe", "Aufruf"),
        ("ereignisse", "Ereignis"),
    ):
        vorher, nachher = (words(v.einrichtung.get(tabelle, {}).get(s.element)) for v, s in ((alt, a), (neu, b)))
        if vorher != nachher:
            yield Wechsel(was, vorher, nachher)


def _exits(alt: Prozessversion, neu: Prozessversion, paar: Paar, abgleich: Abgleich) -> Iterator[Wechsel]:
    """Where it goes on: the same exits lead to the same steps, whatever their ids."""
    partner = {p.alt.element: p.neu.element for p in abgleich.paare}
    vorher = {(partner.get(e.ziel, f"-{e.ziel}"), e.name) for e in paar.alt.ausgaenge}
    nachher = {(e.ziel, e.name) for e in paar.neu.ausgaenge}
    if vorher != nachher:
        yield Wechsel("Weiter mit", _targets(alt, paar.alt), _targets(neu, paar.neu))


def _targets(version: Prozessversion, schritt: Schritt) -> str:
    namen = (
        f"{e.name + ': ' if e.name else ''}{(ziel.name if (ziel := version.schritt(e.ziel)) else '') or e.ziel}"
        for e in schritt.ausgaenge
    )
    return ", ".join(namen) or LEER


_FELDER = {
    "frist": "Frist",
    "frist_art": "Art der Frist",
    "prioritaet": "Priorität",
    "pt_min": "Standardzeit (Minuten)",
    "va": "Wertklasse",
    "formular": "Formular",
    "entscheidung": "Entscheidungstabelle",
    "gesetzlich": "Schutzschritt",
    "ueberwachung": "Überwachung",
    "datenklasse": "Daten bis",
    "vorschlag": "Vorschlag aus",
    "dienst": "Dienst",
    "thema": "Thema",
}


def _settings(vorher: Mapping[str, Any], nachher: Mapping[str, Any]) -> Iterator[Wechsel]:
    for feld, was in _FELDER.items():
        if vorher.get(feld) != nachher.get(feld):
            say = frist_words if feld == "frist" else words
            yield Wechsel(was, *(say(s[feld]) if s.get(feld) is not None else LEER for s in (vorher, nachher)))


def _moved(alt: Prozessversion, neu: Prozessversion, abgleich: Abgleich) -> set[str]:
    """Elements that lie elsewhere, once a shift of the whole drawing is taken off."""
    vorher, nachher = read_lagen(alt.original), read_lagen(neu.original)
    wege = {
        p.neu.element: _way(vorher[p.alt.element], nachher[p.neu.element])
        for p in abgleich.paare
        if p.alt.element in vorher and p.neu.element in nachher
    }
    if not wege:
        return set()
    dx, dy = (median(weg[achse] for weg in wege.values()) for achse in (0, 1))
    return {e for e, (x, y) in wege.items() if abs(x - dx) > _BEWEGT or abs(y - dy) > _BEWEGT}


def _way(von: Lage, nach: Lage) -> tuple[float, float]:
    return nach.x - von.x, nach.y - von.y


def _parts(
    alte: Mapping[str, Any], neue: Mapping[str, Any], details: Callable[[Any, Any], tuple[Wechsel, ...]]
) -> Iterator[Teil]:
    for name in sorted({*alte, *neue}):
        if name not in alte:
            yield Teil(Art.NEU, name)
        elif name not in neue:
            yield Teil(Art.ENTFALLEN, name)
        elif alte[name] != neue[name]:
            yield Teil(Art.GEAENDERT, name, details(alte[name], neue[name]))
