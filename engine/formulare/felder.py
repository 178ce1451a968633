"""The parts of a form, frozen: fields and their options."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

#: a JSON value
Json = Any


class Datenklasse(StrEnum):
    """How a value may be used; only S0 becomes a process variable."""

    S0 = "S0"  # steering data without content: dates, enums, numbers, ids
    S1 = "S1"  # Sozialdaten
    S2 = "S2"  # anvertraut (§ 65 SGB VIII)
    S3 = "S3"  # health and other special categories (Art. 9 DSGVO)


class FeldTyp(StrEnum):
    """What a person enters, and which JSON value comes out."""

    TEXT = "text"  # str, one line
    TEXTBEREICH = "textbereich"  # str, lines separated by \n
    ZAHL = "zahl"  # int, or float when it has decimals
    KONTROLLKASTEN = "kontrollkasten"  # bool
    CHECKLISTE = "checkliste"  # list of option values
    RADIO = "radio"  # option value
    AUSWAHL = "auswahl"  # option value
    MEHRFACHAUSWAHL = "mehrfachauswahl"  # list of option values
    DATUM = "datum"  # "2026-06-01"
    UHRZEIT = "uhrzeit"  # "08:30"
    ZEITPUNKT = "zeitpunkt"  # "2026-06-01T08:30:00+02:00"
    AUSDRUCK = "ausdruck"  # computed by FEEL from the other fields, never entered
    DATEI = "datei"  # list of numbers of attached documents, never sent by the browser
    LISTE = "liste"  # list of rows, each an object of the fields in `Feld.felder`


#: why a Pflichtangabe stays empty (D13)
LEER_GRUENDE = {
    "offen": "steht noch nicht fest",
    "verweigert": "Auskunft verweigert",
    "unbekannt": "nicht zu ermitteln",
    "entfaellt": "trifft nicht zu",
}
#: end of the input name that carries such a reason
LEER = ".leer"

MIT_OPTIONEN = frozenset({FeldTyp.CHECKLISTE, FeldTyp.RADIO, FeldTyp.AUSWAHL, FeldTyp.MEHRFACHAUSWAHL})
MEHRERE = frozenset({FeldTyp.CHECKLISTE, FeldTyp.MEHRFACHAUSWAHL})


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: `wert` is stored, `text` is shown."""

    wert: str | int | float | bool
    text: str

    @property
    def eingabe(self) -> str:
        """The value as an HTML attribute."""
        return str(self.wert).lower() if isinstance(self.wert, bool) else str(self.wert)


@dataclass(frozen=True, slots=True)
class Hinweistext:
    """Static text between fields: plain text, never markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Trenner:
    """A line between fields."""


@dataclass(frozen=True, slots=True)
class Tabelle:
    """Rows that are only shown: what a FEEL expression gives, by column."""

    titel: str
    #: FEEL text of a list of objects
    quelle: str
    #: (key in a row, header)
    spalten: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Feld:
    """One field; limits that are None do not apply."""

    key: str
    label: str
    typ: FeldTyp
    pflicht: bool = False
    datenklasse: Datenklasse = Datenklasse.S1
    hilfe: str = ""
    optionen: tuple[Option, ...] = ()
    vorgabe: Json = None
    min: Decimal | None = None
    max: Decimal | None = None
    nachkommastellen: int | None = None
    min_laenge: int | None = None
    max_laenge: int | None = None
    #: JavaScript-style pattern that has to occur in the text
    muster: str | None = None
    #: "email", "phone" or None
    art: str | None = None
    #: shown behind the input, e.g. "€" or "Minuten"
    einheit: str = ""
    #: shown, but not changed by people
    nur_lesen: bool = False
    #: FEEL text of a computed field
    ausdruck: str | None = None
    #: FEEL text; the field is left out while it is true
    verborgen_wenn: str | None = None
    #: an empty Pflichtangabe is accepted with one of `LEER_GRUENDE` (D13)
    leer_mit_grund: bool = False
    #: word of the glossary that explains the label
    begriff: str = ""
    #: together with the others so marked it says who the Vorgang is about (name, day of birth)
    kennzeichnet_person: bool = False
    #: names somebody who takes part in the Vorgang: shown on its page to those who may read the class
    nennt_beteiligte: bool = False
    #: of a list: the fields of a row, and how many rows there may be
    felder: tuple[Feld, ...] = ()
    min_zeilen: int = 0
    max_zeilen: int = 0
    #: what one row is called, e.g. "Ziel"
    zeilenname: str = "Zeile"

    @property
    def ist_eingabe(self) -> bool:
        """Whether people fill it in."""
        return not self.nur_lesen and self.typ is not FeldTyp.AUSDRUCK

    @property
    def ist_steuerdatum(self) -> bool:
        """Whether it sets a process variable: its value, or of a list the part of the rows that is S0."""
        return Datenklasse.S0 in (self.datenklasse, *(feld.datenklasse for feld in self.felder))

    def option(self, wert: Json) -> Option | None:
        """The option with this stored value."""
        return next((o for o in self.optionen if o.wert == wert and type(o.wert) is type(wert)), None)
