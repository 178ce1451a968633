"""Values of FEEL as JSON, for what is stored beside the process variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any


def as_json(wert: object) -> Any:
    """Numbers become int or float, instants and durations their text, the rest stays."""
    if wert is None or isinstance(wert, bool | float | str):
        return wert
    if isinstance(wert, int | Decimal):
        zahl = Decimal(wert)  # beyond 2**53 JSON readers round anyway
        return int(zahl) if abs(zahl) < 2**53 and zahl == int(zahl) else float(zahl)
    if isinstance(wert, Mapping):
        return {str(k): as_json(v) for k, v in wert.items()}
    if isinstance(wert, Sequence):
        return [as_json(v) for v in wert]
    return wert.isoformat() if hasattr(wert, "isoformat") else str(wert)
