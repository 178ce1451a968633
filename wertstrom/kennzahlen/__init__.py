"""Key figures, one function each; computed here and nowhere else.

Each function says in its docstring which Faelle count, in which clock, and what happens with parallel branches, loops
and nothing at all; `KENNZAHLEN` lists them for glossary, help and command line. All read `wertstrom.speicher` only.
"""

from wertstrom.kennzahlen.faelle import (
    Bestand,
    Wirkungsgrad,
    anteil_bis_ziel,
    bestand,
    durchlaufzeit,
    prozesswirkungsgrad,
    verteilung,
)
from wertstrom.kennzahlen.masse import Anteil, Auswahl, Lagemass, Uhr, Zeit, Ziel, parse_ziel
from wertstrom.kennzahlen.schritte import (
    Beitrag,
    Schritt,
    bearbeitungsdauer,
    leiter,
    liegezeit,
    schritte,
    wartezeit_extern,
    zeiten_je_fall,
)
from wertstrom.kennzahlen.verzeichnis import KENNZAHLEN, Kennzahl

__all__ = [
    "KENNZAHLEN",
    "Anteil",
    "Auswahl",
    "Beitrag",
    "Bestand",
    "Kennzahl",
    "Lagemass",
    "Schritt",
    "Uhr",
    "Wirkungsgrad",
    "Zeit",
    "Ziel",
    "anteil_bis_ziel",
    "bearbeitungsdauer",
    "bestand",
    "durchlaufzeit",
    "leiter",
    "liegezeit",
    "parse_ziel",
    "prozesswirkungsgrad",
    "schritte",
    "verteilung",
    "wartezeit_extern",
    "zeiten_je_fall",
]
