"""What a file is before anything of it is read in: kind, form, columns with their meanings, and what looks like people.

Owns the proposal that a person looks at. Everything in it can be overruled by `Vorgaben`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import Invalid
from wertstrom.einlesen import mappe, ocel, tabelle
from wertstrom.einlesen.breit import find_datumsspalten
from wertstrom.einlesen.datei import Dateiart, find_dateiart
from wertstrom.einlesen.personen import find_zeichen
from wertstrom.einlesen.spalten import find_spalten, guess_spalten, missing
from wertstrom.einlesen.vorgaben import Vorgaben
from wertstrom.einlesen.zeichen import Schreibweise

LANG, BREIT = "lang", "breit"


@dataclass(frozen=True, slots=True)
class Spalte:
    """One column of a table as it was found."""

    name: str
    #: meaning; empty: it is not read
    bedeutung: str
    #: why it looks like people, in words; empty when it does not
    bedenken: str
    ist_datum: bool


@dataclass(frozen=True, slots=True)
class Erkannt:
    """The proposal for one file."""

    art: Dateiart
    #: None: not a table
    schreibweise: Schreibweise | None = None
    form: str = LANG
    spalten: tuple[Spalte, ...] = ()
    #: types of objects of an OCEL with their number
    objekttypen: tuple[tuple[str, int], ...] = ()

    @property
    def ist_tabelle(self) -> bool:
        """Whether there are columns to be mapped."""
        return self.schreibweise is not None

    @property
    def vorschau(self) -> Sequence[Sequence[str]]:
        """The first rows as they stand in the file."""
        return self.schreibweise.probe[:20] if self.schreibweise else ()


def recognise(datei: Path, vorgaben: Vorgaben) -> Erkannt:
    """The proposal. Raises `NotFound` or `Invalid` when the file is missing or nothing that can be read."""
    art = find_dateiart(datei)
    if art in (Dateiart.CSV, Dateiart.MAPPE):
        wie = _schreibweise(datei, art, vorgaben)
        datumsspalten = find_datumsspalten(wie.kopf, wie.probe)
        form = vorgaben.form or _find_form(wie.kopf, datumsspalten, vorgaben)
        return Erkannt(art, wie, form, _spalten(wie, form, datumsspalten, vorgaben))
    if art == Dateiart.XML:
        art = Dateiart.OCEL_XML if ocel.is_ocel(datei, vorgaben.hoechstens_bytes) else Dateiart.XES
    typen = ocel.count_objekttypen(datei, art, vorgaben.hoechstens_bytes)
    return Erkannt(art, objekttypen=tuple(sorted(typen.items(), key=lambda typ: (-typ[1], typ[0]))))


def _schreibweise(datei: Path, art: Dateiart, v: Vorgaben) -> Schreibweise:
    if art == Dateiart.MAPPE:
        return mappe.find_schreibweise(datei, v.blatt, v.kopfzeile, v.hoechstens_bytes)
    return tabelle.find_schreibweise(datei, v.hoechstens_bytes, v.zeichensatz, v.trenner, v.kopfzeile)


def _find_form(kopf: Sequence[str], datumsspalten: Sequence[str], vorgaben: Vorgaben) -> str:
    hat_schritt = "aktivitaet" in {**guess_spalten(kopf), **vorgaben.spalten}
    return (
        BREIT
        if not hat_schritt and len(datumsspalten) > 1 and "fall" in {**guess_spalten(kopf), **vorgaben.spalten}
        else LANG
    )


def _spalten(wie: Schreibweise, form: str, datumsspalten: Sequence[str], vorgaben: Vorgaben) -> tuple[Spalte, ...]:
    frei = [spalte for spalte in wie.kopf if spalte not in vorgaben.verworfen]
    zuordnung = {**guess_spalten(frei), **vorgaben.spalten}
    if form == BREIT:
        zuordnung = {b: s for b, s in zuordnung.items() if s not in datumsspalten and b not in ("aktivitaet", "ende")}
    bedeutung = {spalte: name for name, spalte in zuordnung.items()}
    if form == BREIT:
        bedeutung |= dict.fromkeys(steps_of(datumsspalten, vorgaben), "schritt")
    return tuple(
        Spalte(
            name,
            bedeutung.get(name, ""),
            find_zeichen(
                name, (satz[n] for satz in wie.probe if n < len(satz)) if _is_text(name, datumsspalten) else ()
            ),
            name in datumsspalten,
        )
        for n, name in enumerate(wie.kopf)
    )


def _is_text(name: str, datumsspalten: Sequence[str]) -> bool:
    return name not in datumsspalten


def steps_of(datumsspalten: Sequence[str], vorgaben: Vorgaben) -> tuple[str, ...]:
    """Columns of a wide table that are steps."""
    vergeben = {*vorgaben.spalten.values(), *vorgaben.verworfen}
    return tuple(vorgaben.schritte or (spalte for spalte in datumsspalten if spalte not in vergeben))


def mapping_of(erkannt: Erkannt, vorgaben: Vorgaben) -> dict[str, str]:
    """Meaning → column with which a table is read; raises `Invalid` for what is missing."""
    assert erkannt.schreibweise is not None, "only tables have columns"
    kopf = erkannt.schreibweise.kopf
    if erkannt.form == LANG:
        return find_spalten(kopf, vorgaben.spalten, vorgaben.verworfen)
    zuordnung = {s.bedeutung: s.name for s in erkannt.spalten if s.bedeutung not in ("", "schritt")}
    schritte = steps_of([s.name for s in erkannt.spalten if s.ist_datum], vorgaben)
    felder = {
        name: f"Die Spalte „{name[:60]}“ gibt es nicht."
        for name in (*zuordnung.values(), *schritte)
        if name not in kopf
    }
    if "fall" not in zuordnung:
        felder["fall"] = "Es fehlt eine Spalte für fall."
    if not schritte:
        felder["schritte"] = "Es fehlen Spalten mit Daten, die Schritte sind."
    if felder:
        raise missing(felder, kopf)
    return zuordnung


def check_form(form: str | None) -> str | None:
    """„lang“ or „breit“; raises `Invalid` for anything else."""
    if form not in (None, LANG, BREIT):
        raise Invalid(f"Die Form „{form[:40]}“ gibt es nicht. Erwartet wird lang oder breit.")
    return form
