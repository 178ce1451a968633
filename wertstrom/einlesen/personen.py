"""Refuses columns that look like people: names, dates of birth, addresses, numbers that name one person.

Owns the signs: words in headings, patterns of values, the share of first names. A sign is no proof; whoever knows
better says so for that column, and whoever does not leaves the column out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from engine.errors import Invalid
from wertstrom.einlesen.spalten import MERKMALE, normal_name

#: parts of a heading that name people or what belongs to one person
_WORTE = re.compile(
    r"(^|_)(vorname|nachname|familienname|zuname|rufname|geburtsname|name|namen|person|klient|klientin|kind|mutter|"
    r"vater|eltern|antragsteller|antragstellerin|sachbearbeiter|sachbearbeiterin|sachbearbeitung|bearbeiter|"
    r"bearbeiterin|benutzer|benutzerin|mitarbeiter|mitarbeiterin|user|username|resource|org_resource|login|"
    r"strasse|straße|anschrift|adresse|address|telefon|telefonnummer|handy|mobil|phone|email|e_mail|mail|iban|"
    r"steuer_id|sozialversicherungsnummer|versicherungsnummer|svnr|vorname_name|name_vorname|first_name|last_name)(_|$)"
)
_GEBURT = re.compile(
    r"(^|_)(geb|geburt|geburtsdatum|geburtstag|geboren|geboren_am|gebdat|birth|birthday|birthdate|dob)(_|$)"
)
#: headings whose last part is „name“ but not of a person
_KEIN_MENSCH = re.compile(
    r"(concept|activity|task|event|case|process|prozess|schritt|aufgaben?|aktivitaets|gruppen|org|role|rollen)_?name"
)
_WERTE = {
    "eine Mailadresse": re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}"),
    "eine IBAN": re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?"),
    "eine Telefonnummer": re.compile(r"(?:\+49|0049|0)[ /-]?\d{2,5}[ /-]?\d{4,9}"),
    "ein Datum": re.compile(r"\d{1,2}\.\d{1,2}\.\d{2,4}|\d{4}-\d\d-\d\d.*"),
    "einen Namen": re.compile(r"(?:[A-ZÄÖÜ][\wäöüß-]+, ?[A-ZÄÖÜ][\wäöüß-]+|(?:Herr|Frau) [A-ZÄÖÜ][\wäöüß-]+)"),
}
#: share of different values with the sign, from which the column is refused
_ANTEIL = 0.3
#: as many groups are always fine; of more, the share of the Faelle from which a value names single ones
_GRUPPEN_IMMER, _KENNZEICHEN = 20, 0.5
#: so many different values are looked at
_WERTE_HOECHSTENS = 20_000
#: meanings whose values stay in the store and are shown
_GEZEIGT = ("aktivitaet", "rolle", *MERKMALE)


def is_geburt(spalte: str) -> bool:
    """Whether a heading means a date of birth."""
    return _GEBURT.search(normal_name(spalte)) is not None


def find_zeichen(spalte: str, werte: Iterable[str] = ()) -> str:
    """Why a column looks like people, in words; empty when it does not."""
    name = normal_name(spalte)
    if _GEBURT.search(name):
        return "die Überschrift nennt ein Geburtsdatum"
    if _WORTE.search(name) and not _KEIN_MENSCH.search(name):
        return "die Überschrift nennt Personen"
    return _sign_of(werte)


def _sign_of(werte: Iterable[str]) -> str:
    verschiedene = {wert.strip() for wert in werte if wert and wert.strip()}
    if not verschiedene:
        return ""
    probe = sorted(verschiedene)[:_WERTE_HOECHSTENS]
    for was, muster in _WERTE.items():
        if sum(muster.fullmatch(wert) is not None for wert in probe) >= _ANTEIL * len(probe):
            return f"viele Werte sehen aus wie {was}"
    if sum(_starts_with_vorname(wert) for wert in probe) >= _ANTEIL * len(probe):
        return "viele Werte beginnen oder enden mit einem Vornamen"
    return ""


def check_spalten(zuordnung: Mapping[str, str], geprueft: Iterable[str]) -> None:
    """Raises `Invalid` for every mapped column whose heading names people, all at once."""
    check_zeichen({spalte: find_zeichen(spalte) for spalte in zuordnung.values() if spalte not in set(geprueft)})


def check_werte(werte: Mapping[str, tuple[str, Iterable[str]]], geprueft: Iterable[str]) -> None:
    """The same for values: meaning → heading and its different values; only what would be kept is looked at."""
    frei = set(geprueft)
    check_zeichen(
        {
            spalte: _sign_of(inhalt)
            for bedeutung, (spalte, inhalt) in werte.items()
            if (bedeutung in _GEZEIGT or bedeutung.startswith("merkmal:")) and spalte not in frei
        }
    )


def find_kennzeichen(verschiedene: int, faelle: int) -> str:
    """Why a Merkmal names single Faelle and no groups, in words; empty when it does not."""
    if verschiedene > _GRUPPEN_IMMER and verschiedene > _KENNZEICHEN * faelle:
        return "fast jeder Fall hat einen eigenen Wert"
    return ""


def check_zeichen(zeichen: Mapping[str, str]) -> None:
    """Raises `Invalid` when there is any sign; `felder` maps the column to the reason."""
    felder = {spalte: grund for spalte, grund in zeichen.items() if grund}
    if felder:
        teile = "; ".join(f"„{spalte[:60]}“ ({grund})" for spalte, grund in felder.items())
        raise Invalid(
            f"Einlesen nicht möglich: Diese Spalten sehen nach Personen aus: {teile}. Bitte lassen Sie sie weg oder "
            "ordnen Sie eine andere zu; wenn sie sicher keine Personen nennen, bestätigen Sie das für die Spalte.",
            felder=felder,
        )


def _starts_with_vorname(wert: str) -> bool:
    worte = re.findall(r"[a-zäöüß]+", wert.lower())
    return 0 < len(worte) <= 4 and bool({worte[0], worte[-1]} & _vornamen())


@cache
def _vornamen() -> frozenset[str]:
    text = (resources.files(__package__) / "vornamen.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
