"""The one refusal of this package, with the place in the text."""

from __future__ import annotations

from engine.errors import Invalid


class FeelError(Invalid):
    """The text is not FEEL, or its evaluation took more than its budget.

    `position` is the 0-based offset in the text, or None when no place is to blame.
    """

    def __init__(self, text: str, position: int | None = None) -> None:
        super().__init__(text)
        self.position = position


class BudgetError(FeelError):
    """An evaluation ran too long or built something too large."""
