"""Properties of temporal values: ``date.year``, ``duration.hours``, ``time offset``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from engine.feel.zeit import tage
from engine.feel.zeit.klassen import NANOS, Datum, MonatsDauer, TageDauer, Uhrzeit, Zeitpunkt

_Lesen = Callable[..., object]


def get(wert: object, name: str) -> object:
    """The property, null if the value has none of this name."""
    lesen = _EIGENSCHAFTEN.get(type(wert), {}).get(name)
    return lesen(wert) if lesen else None


def _offset(sekunden: int | None) -> TageDauer | None:
    return None if sekunden is None else TageDauer(sekunden * NANOS)


def _zone_name(wert: Uhrzeit) -> str | None:
    return wert.zone.name if wert.zone else None


def _teil(lesen: Callable[[int], int]) -> _Lesen:
    def read(wert: TageDauer) -> Decimal:
        teil = lesen(abs(wert.nanos) // NANOS)
        return Decimal(-teil if wert.nanos < 0 else teil)

    return read


_DATUM: Mapping[str, _Lesen] = {
    "year": lambda w: Decimal(w.jahr),
    "month": lambda w: Decimal(w.monat),
    "day": lambda w: Decimal(w.tag),
    "weekday": lambda w: Decimal(tage.wochentag(w.tage)),
}
_UHRZEIT: Mapping[str, _Lesen] = {
    "hour": lambda w: Decimal(w.sekunde // 3600),
    "minute": lambda w: Decimal(w.sekunde % 3600 // 60),
    "second": lambda w: Decimal(w.sekunde % 60),
    "time offset": lambda w: _offset(w.offset),
    "timezone": _zone_name,
}
_EIGENSCHAFTEN: Mapping[type, Mapping[str, _Lesen]] = {
    Datum: _DATUM,
    Uhrzeit: _UHRZEIT,
    Zeitpunkt: {
        **{name: (lambda w, lesen=lesen: lesen(w.datum)) for name, lesen in _DATUM.items()},
        **{name: (lambda w, lesen=lesen: lesen(w.zeit)) for name, lesen in _UHRZEIT.items()},
        "time offset": lambda w: _offset(w.offset),
    },
    TageDauer: {
        "days": _teil(lambda s: s // 86_400),
        "hours": _teil(lambda s: s // 3600 % 24),
        "minutes": _teil(lambda s: s // 60 % 60),
        "seconds": _teil(lambda s: s % 60),
    },
    MonatsDauer: {
        "years": lambda w: Decimal(int(w.monate / 12) if abs(w.monate) < 2**50 else w.monate // 12),
        "months": lambda w: Decimal(abs(w.monate) % 12 * (-1 if w.monate < 0 else 1)),
    },
}
