"""Forms: a form-js schema becomes a frozen `Formular`, what people typed becomes checked JSON values.

Pure. Nothing is trusted, neither the schema (uploaded) nor the input (from a browser). Every refusal is an
`errors.Invalid` that names all problems at once, one German sentence per field. Free text is never steering data (S0).
"""

from engine.formulare.anzeige import format_wert
from engine.formulare.eingabe import read_entwurf, split_by_datenklasse, validate
from engine.formulare.felder import Datenklasse, Feld, FeldTyp, Hinweistext, Option
from engine.formulare.formular import Abschnitt, Formular
from engine.formulare.schema import read_schema

__all__ = [
    "Abschnitt",
    "Datenklasse",
    "Feld",
    "FeldTyp",
    "Formular",
    "Hinweistext",
    "Option",
    "format_wert",
    "read_entwurf",
    "read_schema",
    "split_by_datenklasse",
    "validate",
]
