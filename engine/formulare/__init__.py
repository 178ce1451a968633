"""Forms: a form-js schema becomes a frozen `Formular`, what people typed becomes checked JSON values.

Pure. Nothing is trusted, neither the schema (uploaded) nor the input (from a browser). Every refusal is an
`errors.Invalid` that names all problems at once, one German sentence per field. Free text is never steering data (S0).
"""

from engine.formulare.anzeige import format_wert
from engine.formulare.eingabe import Gelesen, Zaehlung, read, read_entwurf, split_by_datenklasse, validate
from engine.formulare.felder import (
    LEER,
    LEER_GRUENDE,
    Datenklasse,
    Feld,
    FeldTyp,
    Hinweistext,
    Option,
    Tabelle,
    Trenner,
)
from engine.formulare.formular import Abschnitt, Formular
from engine.formulare.glossar import BEGRIFFE
from engine.formulare.lage import Lage, lage_of
from engine.formulare.lesung import row_numbers
from engine.formulare.schema import read_schema
from engine.formulare.tage import fix_heute

__all__ = [
    "BEGRIFFE",
    "LEER",
    "LEER_GRUENDE",
    "Abschnitt",
    "Datenklasse",
    "Feld",
    "FeldTyp",
    "Formular",
    "Gelesen",
    "Hinweistext",
    "Lage",
    "Option",
    "Tabelle",
    "Trenner",
    "Zaehlung",
    "fix_heute",
    "format_wert",
    "lage_of",
    "read",
    "read_entwurf",
    "read_schema",
    "row_numbers",
    "split_by_datenklasse",
    "validate",
]
