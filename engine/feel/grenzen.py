"""Budgets: what one expression may cost. Every limit ends in a `FeelError`, never in a slow or large process."""

from __future__ import annotations

#: characters of one expression
MAX_LAENGE = 20_000
#: nesting of brackets, ifs, functions in the text
MAX_TIEFE = 80
#: members of one chain such as ``a.b.c`` or ``f(1)(2)``
MAX_KETTE = 60
#: entries of one list or context
MAX_LISTE = 20_000
#: characters of one string
MAX_TEXT = 100_000
#: steps of one evaluation: one per part of the expression in every round of a loop; about 20 ms on a quiet machine
MAX_SCHRITTE = 70_000
#: steps that one round of a loop or filter costs beyond its body, and one call beyond its arguments
KOSTEN_RUNDE, KOSTEN_AUFRUF = 5, 6
#: steps of one hard operation on a number: logarithm, power with a fraction, exponential
KOSTEN_FUNKTION = 400
#: nested calls of functions that a model defines
MAX_AUFRUFE = 50
#: nesting of values that come in as JSON
MAX_WERTTIEFE = 40
