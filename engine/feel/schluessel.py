"""Reserved words of FEEL and what may follow them."""

from __future__ import annotations

#: words that are values
KONSTANTEN: dict[str, object] = {"true": True, "false": False, "null": None}

#: words that never start an operand
VERBOTEN = frozenset({"and", "or", "then", "else", "return", "satisfies", "in", "between"})

#: what can stand behind the ``[`` that closes a range such as ``]1..2[``; anything else makes it a filter
NACH_BEREICH = frozenset(
    {")", "]", "}", ",", "and", "or", "then", "else", "return", "satisfies", "in", "=", "!=", "<", "<=", ">", ">=", "."}
) | {"instance", "between"}
