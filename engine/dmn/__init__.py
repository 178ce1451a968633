"""Decision models (DMN 1.1 to 1.5): hostile XML in, checked and compiled decisions out, with a record of every outcome.

Pure: knows no Vorgang and no database. Speaks FEEL through `engine.feel` and shares its budgets; never runs code that a
model names, whatever language it claims.
"""

from engine.dmn.auskunft import Auskunft, Zeile
from engine.dmn.befund import Befund, Ort, Stufe
from engine.dmn.entscheidungsmodell import Entscheidungsmodell, Ergebnis
from engine.dmn.fehler import DmnError
from engine.dmn.modell import Trefferregel
from engine.dmn.neu import Spalte, is_name, write_neu
from engine.dmn.pruefung import pruefe
from engine.dmn.sammlung import Entscheid, Sammlung, pruefe_alle, pruefsummen, storable

__all__ = [
    "Auskunft",
    "Befund",
    "DmnError",
    "Entscheid",
    "Entscheidungsmodell",
    "Ergebnis",
    "Ort",
    "Sammlung",
    "Spalte",
    "Stufe",
    "Trefferregel",
    "Zeile",
    "is_name",
    "pruefe",
    "pruefe_alle",
    "pruefsummen",
    "storable",
    "write_neu",
]
