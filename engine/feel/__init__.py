"""FEEL, the expression language of BPMN and DMN: text in, closure out, no Python from a model ever runs.

Pure: knows no Vorgang, no database, no clock but the one it is given. Every evaluation has budgets; every refusal is a
`FeelError` with a position and a German sentence.
"""

from engine.feel.ausdruck import Ausdruck, UnaryTests, compile, compile_unary_tests, evaluate, listed_values, root
from engine.feel.fehler import BudgetError, FeelError
from engine.feel.umwandlung import to_json

__all__ = [
    "Ausdruck",
    "BudgetError",
    "FeelError",
    "UnaryTests",
    "compile",
    "compile_unary_tests",
    "evaluate",
    "listed_values",
    "root",
    "to_json",
]
