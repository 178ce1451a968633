"""Regular expressions (XPath/XQuery 3.1 syntax, as FEEL demands) that cannot run away.

A matcher of our own, because Python's `re` backtracks without limit and an uploaded model may hold any pattern.
Without back-references the time is linear in pattern × text; with them a budget of steps ends the search.
"""

from engine.feel.muster.lauf import Muster, MusterBudget, Treffer, compile_muster
from engine.feel.muster.syntax import MusterFehler

__all__ = ["Muster", "MusterBudget", "MusterFehler", "Treffer", "compile_muster"]
