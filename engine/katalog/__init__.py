"""From a process folder to a checked package: drawing, settings, forms and walk-throughs that fit each other.

A package is data (`prozesse/<kennung>/`, format in docs/prozess-toml.md). Everything is checked at once; each finding
names file, element, reason and remedy. Writes nothing, knows no database and no clock.
"""

from engine.katalog.beispiel import Beispiel, BeispielSchritt, Handlung
from engine.katalog.bericht import PaketBefund, PaketFehler
from engine.katalog.einrichtung import AufgabeEinrichtung, BeispielVerteilung, Einrichtung, Ziel
from engine.katalog.lesen import lade_ordner, lade_paket, list_pakete, pruefe_ordner
from engine.katalog.paket import Prozesspaket
from engine.katalog.steckbrief import Rechtsgrundlage, Steckbrief

__all__ = [
    "AufgabeEinrichtung",
    "Beispiel",
    "BeispielSchritt",
    "BeispielVerteilung",
    "Einrichtung",
    "Handlung",
    "PaketBefund",
    "PaketFehler",
    "Prozesspaket",
    "Rechtsgrundlage",
    "Steckbrief",
    "Ziel",
    "lade_ordner",
    "lade_paket",
    "list_pakete",
    "pruefe_ordner",
]
