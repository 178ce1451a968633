"""Numbers as people in German offices type them."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.formulare.zeiten import Ungueltig

#: a float gives back every number of so many digits unchanged
MAX_ZIFFERN = 15

_GRUPPEN = re.compile(r"[+-]?\d{1,3}(?:[. ]\d{3})+(?:,\d+)?", re.ASCII)
_KOMMA = re.compile(r"[+-]?(?:\d+(?:,\d+)?|,\d+)", re.ASCII)
_PUNKT = re.compile(r"[+-]?\d+\.\d+", re.ASCII)


def parse(text: str) -> Decimal:
    """``1.234,5``, ``1 234,5``, ``1234,5`` and ``1234.5``; ``1.234`` is one thousand two hundred and thirty-four."""
    text = text.replace("−", "-").replace("–", "-")
    if _GRUPPEN.fullmatch(text):
        text = text.replace(".", "").replace(" ", "").replace(",", ".")
    elif _KOMMA.fullmatch(text):
        text = text.replace(",", ".")
    elif not _PUNKT.fullmatch(text):
        raise Ungueltig("Das ist keine Zahl. Erwartet wird z. B. 1.234,50.")
    if sum(c.isdigit() for c in text) > MAX_ZIFFERN:
        raise Ungueltig(f"Die Zahl ist zu lang: Möglich sind {MAX_ZIFFERN} Ziffern.")
    return Decimal(text)


def to_json(zahl: Decimal) -> int | float:
    """An int when there are no decimals, else a float."""
    return int(zahl) if zahl == int(zahl) else float(zahl)


def format_de(zahl: Decimal) -> str:
    """``1234.50`` as „1.234,5“."""
    ganz, _, rest = f"{abs(zahl):f}".partition(".")
    rest = rest.rstrip("0")
    return f"{'-' if zahl < 0 else ''}{int(ganz):,}".replace(",", ".") + (f",{rest}" if rest else "")
