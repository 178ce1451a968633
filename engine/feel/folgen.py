"""What ``for``, ``some`` and ``every`` run through: lists, and ranges of whole numbers or of days."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from engine.feel.lauf import Lauf
from engine.feel.werte import Bereich, als_int
from engine.feel.zeit import Datum


def elements(quelle: object, bis: object, hat_bis: bool, lauf: Lauf) -> Iterable[object] | None:
    """The values to run through, or None if there is nothing to run through."""
    if hat_bis:
        return _steps(quelle, bis, lauf)
    if isinstance(quelle, Bereich):
        return _range_steps(quelle, lauf)
    if quelle is None:
        return None
    return quelle if isinstance(quelle, list) else [quelle]


def _range_steps(bereich: Bereich, lauf: Lauf) -> Iterable[object] | None:
    folge = _steps(bereich.von, bereich.bis, lauf)
    if folge is None:
        return None
    werte = list(folge)
    return werte[int(bereich.von_offen) : len(werte) - int(bereich.bis_offen)]


def _steps(von: object, bis: object, lauf: Lauf) -> Iterable[object] | None:
    if isinstance(von, Datum) and isinstance(bis, Datum):
        tage = _steps(Decimal(von.tage), Decimal(bis.tage), lauf)
        return None if tage is None else [Datum.of(int(tag)) for tag in tage if isinstance(tag, Decimal)]
    start, ende = als_int(von), als_int(bis)
    if start is None or ende is None:
        return None
    richtung = 1 if ende >= start else -1
    lauf.check_size(abs(ende - start) + 1)
    return [Decimal(zahl) for zahl in range(start, ende + richtung, richtung)]
