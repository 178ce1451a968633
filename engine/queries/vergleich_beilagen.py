"""What changed beside the drawing, in words: the fields of forms, who does what, the target, the Steckbrief. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine import formulare
from engine.katalog.fristwahl import frist_words
from engine.model import Prozessversion

LEER = "–"


@dataclass(frozen=True, slots=True)
class Wechsel:
    """One property before and after, in words."""

    was: str
    vorher: str
    nachher: str


def words(wert: Any) -> str:
    """A setting for reading."""
    match wert:
        case None | "":
            return LEER
        case bool():
            return "ja" if wert else "nein"
        case float():
            return f"{wert:g}".replace(".", ",")
        case {"art": "person"}:
            return "eine Person wählt"
        case {"art": "ausdruck" | "tabelle", "bedingungen": dict(texte)}:
            tabelle = f"Tabelle „{wert['entscheidung']}“: " if wert.get("entscheidung") else ""
            return tabelle + "; ".join(str(text) for text in texte.values())
        case {"zeit": str(text)}:
            return frist_words(text)
        case {"nachricht": str(name)}:
            return f"„{name}“" + (f", Schlüssel {wert['schluessel']}" if wert.get("schluessel") else "")
        case {"schluessel": str(text)}:
            return f"Schlüssel {text}"
        case _:
            return str(wert)


def fields(alt: dict[str, Any], neu: dict[str, Any]) -> tuple[Wechsel, ...]:
    """One line for each field that came, went or changed, with what changed about it."""
    vorher, nachher = ({f.key: f for f in formulare.read_schema(schema).felder} for schema in (alt, neu))
    zeilen = []
    for key in (*vorher, *(k for k in nachher if k not in vorher)):
        a, b = vorher.get(key), nachher.get(key)
        if a == b:
            continue
        titel = f"Feld „{next(f.label for f in (b, a) if f is not None) or key}“"
        if a is None or b is None:
            zeilen.append(Wechsel(titel, *("vorhanden" if feld else LEER for feld in (a, b))))
        else:
            zeilen += [Wechsel(f"{titel}, {was}", *worte) for was, worte in _traits(a, b)]
    if [k for k in vorher if k in nachher] != [k for k in nachher if k in vorher]:
        zeilen.append(Wechsel("Reihenfolge der Felder", "wie bisher", "geändert"))
    return tuple(zeilen)


_FELDARTEN = {
    "text": "Text",
    "textbereich": "Textbereich",
    "zahl": "Zahl",
    "kontrollkasten": "Kontrollkästchen",
    "checkliste": "Mehrfachauswahl",
    "radio": "Einfachauswahl",
    "auswahl": "Auswahlliste",
    "mehrfachauswahl": "Schlagwörter",
    "datum": "Datum",
    "uhrzeit": "Uhrzeit",
    "zeitpunkt": "Datum und Uhrzeit",
    "ausdruck": "Ausdruck",
    "datei": "Datei",
    "liste": "Liste mit Zeilen",
}


def _traits(a: formulare.Feld, b: formulare.Feld) -> Iterator[tuple[str, tuple[str, str]]]:
    """What people see of a field, before and after; the rest as „Prüfregeln“."""
    merkmale: tuple[tuple[str, Callable[[formulare.Feld], str]], ...] = (
        ("Beschriftung", lambda f: f.label),
        ("Art", lambda f: _FELDARTEN.get(f.typ.value, f.typ.value)),
        ("Pflicht", lambda f: "ja" if f.pflicht else "nein"),
        ("Datenklasse", lambda f: f.datenklasse.value),
        ("Möglichkeiten", lambda f: ", ".join(o.text for o in f.optionen)),
        ("Hilfetext", lambda f: f.hilfe),
    )
    gefunden = [(was, (lesen(a), lesen(b))) for was, lesen in merkmale if lesen(a) != lesen(b)]
    yield from ((was, (vorher or LEER, nachher or LEER)) for was, (vorher, nachher) in gefunden)
    if not gefunden:
        yield "Prüfregeln", ("wie bisher", "geändert")


def general(alt: Prozessversion, neu: Prozessversion) -> Iterator[Wechsel]:
    """What concerns the process as a whole."""
    if (alt.name or "") != (neu.name or ""):
        yield Wechsel("Name des Prozesses", alt.name or LEER, neu.name or LEER)
    vorher, nachher = alt.einrichtung.get("lanes", {}), neu.einrichtung.get("lanes", {})
    for lane in sorted({*vorher, *nachher}):
        if vorher.get(lane) != nachher.get(lane):
            titel = f"Zuständig für „{lane}“" if lane else "Zuständig außerhalb von Bahnen"
            yield Wechsel(titel, vorher.get(lane) or LEER, nachher.get(lane) or LEER)
    if alt.einrichtung.get("ziel") != neu.einrichtung.get("ziel"):
        yield Wechsel("Ziel", *(_ziel(v.einrichtung.get("ziel")) for v in (alt, neu)))
    yield from _brief(*(v.einrichtung.get("steckbrief") or {} for v in (alt, neu)))


def _brief(alt: Mapping[str, Any], neu: Mapping[str, Any]) -> Iterator[Wechsel]:
    """What the Steckbrief says differently; legal bases by their name and the day of their review."""
    for feld, was in (("kurzbeschreibung", "Wozu"), ("verantwortlich", "Verantwortlich")):
        if (alt.get(feld) or "") != (neu.get(feld) or ""):
            yield Wechsel(was, alt.get(feld) or LEER, neu.get(feld) or LEER)
    vorher, nachher = ({n["norm"]: n for n in s.get("rechtsgrundlagen", ())} for s in (alt, neu))
    for norm in (*vorher, *(n for n in nachher if n not in vorher)):
        if vorher.get(norm) != nachher.get(norm):
            worte = (_review(normen.get(norm)) for normen in (vorher, nachher))
            yield Wechsel(f"Rechtsgrundlage {norm}", *worte)


def _review(norm: Mapping[str, Any] | None) -> str:
    return f"{norm.get('kurztext', '')}, geprüft {norm.get('geprueft_am') or 'nie'}" if norm else LEER


def _ziel(ziel: Mapping[str, Any] | None) -> str:
    return f"{ziel['wert']} {ziel['einheit']}" if ziel else LEER
