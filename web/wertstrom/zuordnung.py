"""The form in which columns get their meanings: from a proposal to fields, and from fields to `Vorgaben`.

Pure functions; knows no request and no file.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from web.sprache import _, _l
from wertstrom.einlesen import Erkannt, Vorgaben, read_zone
from wertstrom.einlesen.spalten import MERKMALE, is_bedeutung, normal_name

#: meanings that people choose among
BEDEUTUNGEN: Final = {
    "": _l("nicht lesen"),
    "fall": _l("Fall"),
    "aktivitaet": _l("Schritt"),
    "bereit": _l("Bereit am"),
    "beginn": _l("Begonnen am"),
    "ende": _l("Fertig am"),
    "zeit": _l("Zeitpunkt des Ereignisses"),
    "lebenszyklus": _l("Art des Ereignisses"),
    "rolle": _l("Rolle oder Stelle"),
    "schritt": _l("Datum eines Schritts"),
    "merkmal": _l("Merkmal"),
    "hilfeart": _l("Merkmal Hilfeart"),
    "track": _l("Merkmal Track"),
    "bezirk": _l("Merkmal Bezirk"),
    "pilot": _l("Merkmal Pilot"),
}
#: meanings that several columns may have
_MEHRFACH = frozenset({"", "schritt", "merkmal"})
FORMEN: Final = {"lang": _l("je Schritt oder Ereignis"), "breit": _l("je Fall, mit einem Datum je Schritt")}
ZEICHENSAETZE: Final = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "cp850": "DOS (850)", "utf-16": "UTF-16"}
TRENNER: Final = {";": _l("Semikolon"), ",": _l("Komma"), "\t": _l("Tabulator"), "|": _l("Senkrechter Strich")}
ZONEN: Final = {"": _l("Uhr der Datei, ohne Sommerzeit"), "Europe/Berlin": _l("Ortszeit in Deutschland")}
#: columns that are shown; of more, only those with a meaning
SPALTEN_GEZEIGT: Final = 100


@dataclass(frozen=True, slots=True)
class Zeile:
    """One column in the form."""

    nummer: int
    name: str
    beispiele: tuple[str, ...]
    bedeutung: str
    bedenken: str
    geprueft: bool


def zeilen_of(erkannt: Erkannt, vorgaben: Vorgaben) -> list[Zeile]:
    """The table of columns."""
    probe = erkannt.vorschau
    zeilen = []
    for nummer, spalte in enumerate(erkannt.spalten):
        werte = dict.fromkeys(
            satz[nummer].strip()[:60] for satz in probe if nummer < len(satz) and satz[nummer].strip()
        )
        bedeutung = "merkmal" if spalte.bedeutung.startswith("merkmal:") else spalte.bedeutung
        gezeigt = bedeutung if bedeutung in BEDEUTUNGEN else ""
        # What looks like people is proposed for nothing.
        gezeigt = "" if spalte.bedenken and spalte.name not in vorgaben.geprueft else gezeigt
        if nummer < SPALTEN_GEZEIGT or gezeigt:
            geprueft = spalte.name in vorgaben.geprueft
            zeilen.append(Zeile(nummer, spalte.name, tuple(werte)[:3], gezeigt, spalte.bedenken, geprueft))
    return zeilen


def read_form(felder: Mapping[str, str], erkannt: Erkannt, vorgaben: Vorgaben) -> tuple[Vorgaben, dict[str, str]]:
    """What the fields say, and a message per field that cannot be."""
    fehler: dict[str, str] = {}
    neu: dict[str, object] = {
        "enden": tuple(z.strip() for z in felder.get("enden", "").splitlines() if z.strip())[:200],
        "zone": read_zone(felder["zeitzone"]) if felder.get("zeitzone") in set(ZONEN) - {""} else None,
    }
    if erkannt.objekttypen:
        neu["objekttyp"] = felder.get("objekttyp") or None
    if erkannt.schreibweise is not None:
        neu |= _read_spalten(felder, erkannt, fehler)
    return dataclasses.replace(vorgaben, **neu), fehler  # type: ignore[arg-type]


def read_erkennung(felder: Mapping[str, str], vorgaben: Vorgaben) -> Vorgaben:
    """How the file is to be recognised anew; the mapping starts afresh."""
    kopfzeile = felder.get("kopfzeile", "").strip()
    return Vorgaben(
        form=felder["form"] if felder.get("form") in FORMEN else None,
        zeichensatz=felder["zeichensatz"] if felder.get("zeichensatz") in ZEICHENSAETZE else None,
        trenner=felder["trenner"] if felder.get("trenner") in TRENNER else None,
        kopfzeile=int(kopfzeile) if re.fullmatch(r"[1-9]\d{0,4}", kopfzeile) else None,
        blatt=felder.get("blatt", "").strip() or None,
        zone=vorgaben.zone,
        enden=vorgaben.enden,
    )


def _read_spalten(felder: Mapping[str, str], erkannt: Erkannt, fehler: dict[str, str]) -> dict[str, object]:
    gewaehlt: dict[int, str] = {
        nummer: wert
        for nummer in range(len(erkannt.spalten))
        if (wert := felder.get(f"spalte-{nummer}", "")) in BEDEUTUNGEN and wert
    }
    form = felder["form"] if felder.get("form") in FORMEN else erkannt.form
    spalten: dict[str, str] = {}
    for nummer, bedeutung in gewaehlt.items():
        name = erkannt.spalten[nummer].name
        if bedeutung == "merkmal":
            bedeutung = _merkmal(name)
        if bedeutung in spalten and bedeutung not in _MEHRFACH:
            fehler[f"spalte-{nummer}"] = _(
                "„%(bedeutung)s“ ist schon „%(andere)s“. Bitte wählen Sie nur eine Spalte.",
                bedeutung=BEDEUTUNGEN.get(bedeutung, bedeutung),
                andere=spalten[bedeutung],
            )
        elif bedeutung != "schritt":
            spalten[bedeutung] = name
    benutzt = {erkannt.spalten[nummer].name for nummer in gewaehlt}
    return {
        "form": form,
        "spalten": spalten,
        "schritte": tuple(erkannt.spalten[n].name for n, b in gewaehlt.items() if b == "schritt"),
        "verworfen": tuple(spalte.name for spalte in erkannt.spalten if spalte.name not in benutzt),
        "geprueft": tuple(s.name for n, s in enumerate(erkannt.spalten) if felder.get(f"geprueft-{n}")),
    }


def _merkmal(spalte: str) -> str:
    """Name of a Merkmal that a column becomes."""
    umlaute = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
    name = normal_name(spalte).translate(umlaute)[:40]
    if name in MERKMALE:
        return name
    return f"merkmal:{name}" if is_bedeutung(f"merkmal:{name}") else "merkmal:spalte"
