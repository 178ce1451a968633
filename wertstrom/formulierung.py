"""Numbers and durations in German words, as findings, tables and charts say them.

Owns the format: 1.234,5 · „7,1 AT“ · under one day „3 h 20 min“ · „18 %“. Computes nothing.
"""

from __future__ import annotations

from wertstrom.kennzahlen import Uhr, Ziel

#: what stands where a value is missing
OHNE = "–"


def format_zahl(wert: float | None, stellen: int = 0) -> str:
    """1234.5 → „1.234,5“; None → „–“."""
    if wert is None:
        return OHNE
    text = f"{wert:,.{stellen}f}"
    return text.translate(str.maketrans(",.-", ".,–"))


def format_tage(tage: float | None, uhr: Uhr | str, stunden_je_at: float = 8.0) -> str:
    """7.12 → „7,1 AT“; under one day hours and minutes of the clock: 0.4 AT → „3 h 12 min“."""
    if tage is None:
        return OHNE
    uhr = Uhr(uhr)
    if abs(tage) >= 1:
        return f"{format_zahl(tage, 1)} {uhr.value}"
    minuten = round(tage * (stunden_je_at if uhr is Uhr.AT else 24.0) * 60)
    stunden, rest = divmod(abs(minuten), 60)
    teile = [f"{stunden} h"] * bool(stunden) + [f"{rest} min"] * bool(rest or not stunden)
    return ("–" if minuten < 0 else "") + " ".join(teile)


def format_anteil(anteil: float | None, stellen: int = 0) -> str:
    """0.18 → „18 %“, with a space that does not break."""
    return OHNE if anteil is None else f"{format_zahl(anteil * 100, stellen)}\u00a0%"


def format_ziel(ziel: Ziel) -> str:
    """„10 AT“, „7,5 KT“."""
    return f"{format_zahl(ziel.tage, 0 if ziel.tage == int(ziel.tage) else 1)} {ziel.uhr.value}"
