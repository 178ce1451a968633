"""Arithmetic of temporal values; None where the standard gives null."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

from engine.feel.werte import RECHNEN, endlich
from engine.feel.zeit import tage, zone
from engine.feel.zeit.klassen import NANOS, TAG_SEKUNDEN, Datum, MonatsDauer, TageDauer, Uhrzeit, Zeitpunkt
from engine.feel.zeit.lesen import monats_dauer, tage_dauer
from engine.feel.zeit.zone import Zone

_TAG = TAG_SEKUNDEN * NANOS
Operation = Callable[[object, object], object]


def rechne(op: str, a: object, b: object) -> object:
    """``a op b``, null unless the pair of kinds has this operation."""
    operation = _OPERATIONEN.get((op, type(a), type(b)))
    return operation(a, b) if operation else None


def negiere(wert: object) -> object:
    """``-a`` of a duration."""
    if isinstance(wert, TageDauer):
        return TageDauer(-wert.nanos)
    return MonatsDauer(-wert.monate) if isinstance(wert, MonatsDauer) else None


def midnight(wert: Datum) -> Zeitpunkt:
    """A date used as an instant is its midnight in UTC."""
    return Zeitpunkt(wert, Uhrzeit(0, 0, zone.UTC_ZONE))


# --- shifting ---------------------------------------------------------------------------------------------------------


def _datum_plus_monate(a: Datum, b: MonatsDauer) -> Datum | None:
    jahr, monat0 = divmod(a.jahr * 12 + a.monat - 1 + b.monate, 12)
    if abs(jahr) > tage.JAHR_MAX:
        return None
    return Datum(jahr, monat0 + 1, min(a.tag, tage.monatslaenge(jahr, monat0 + 1)))


def _zeitpunkt_plus_monate(a: Zeitpunkt, b: MonatsDauer) -> Zeitpunkt | None:
    datum = _datum_plus_monate(a.datum, b)
    return Zeitpunkt(datum, a.zeit) if datum else None


def _datum_plus_tage(a: Datum, b: TageDauer) -> Datum | None:
    return Datum.of((a.tage * _TAG + b.nanos) // _TAG)


def _zeitpunkt_plus_tage(a: Zeitpunkt, b: TageDauer) -> Zeitpunkt | None:
    return from_instant(a.instant() + b.nanos, a.zeit.zone)


def _uhrzeit_plus_tage(a: Uhrzeit, b: TageDauer) -> Uhrzeit:
    sekunde, nanos = divmod((a.sekunde * NANOS + a.nanos + b.nanos) % _TAG, NANOS)
    return Uhrzeit(sekunde, nanos, a.zone)


def from_instant(instant: int, zone_: Zone | None) -> Zeitpunkt | None:
    """The instant (nanoseconds since 1970 UTC, or local without a zone) as seen in a zone."""
    versatz = 0
    if zone_ is not None:
        versatz = zone_.versatz if zone_.versatz is not None else _named_versatz(zone_, instant)
    tag, rest = divmod(instant + versatz * NANOS, _TAG)
    datum = Datum.of(tag)
    return Zeitpunkt(datum, Uhrzeit(rest // NANOS, rest % NANOS, zone_)) if datum else None


def _named_versatz(zone_: Zone, instant: int) -> int:
    genau = zone.local_parts(zone_.name or "UTC", instant // NANOS)
    if genau is not None:
        return genau
    datum = Datum.of(instant // _TAG)
    return zone_.offset(datum.jahr, datum.monat, datum.tag, 0) if datum else 0


# --- differences ------------------------------------------------------------------------------------------------------


def _zeitpunkt_minus(a: Zeitpunkt, b: Zeitpunkt) -> TageDauer | None:
    return tage_dauer(a.instant() - b.instant()) if a.comparable(b) else None


def _uhrzeit_minus(a: Uhrzeit, b: Uhrzeit) -> TageDauer | None:
    return tage_dauer(a.instant() - b.instant()) if a.comparable(b) else None


def _datum_minus(a: Datum, b: Datum) -> TageDauer | None:
    return tage_dauer((a.tage - b.tage) * _TAG)


def months_between(von: Datum, bis: Datum, *, zeit_fehlt: bool = False) -> MonatsDauer:
    """Whole months from one day to another; `zeit_fehlt` says that the last day is not complete."""
    monate = (bis.jahr - von.jahr) * 12 + bis.monat - von.monat
    rest = bis.tag - von.tag
    if monate > 0 and (rest < 0 or (rest == 0 and zeit_fehlt)):
        monate -= 1
    elif monate < 0 and (rest > 0 or (rest == 0 and zeit_fehlt)):
        monate += 1
    return MonatsDauer(monate)


# --- scaling ----------------------------------------------------------------------------------------------------------


def _tage_mal(a: TageDauer, b: Decimal) -> TageDauer | None:
    nanos = endlich(RECHNEN.multiply(Decimal(a.nanos), b))
    return None if nanos is None or nanos.adjusted() > 30 else tage_dauer(int(nanos.to_integral_value(ROUND_HALF_EVEN)))


def _monate_mal(a: MonatsDauer, b: Decimal) -> MonatsDauer | None:
    monate = endlich(RECHNEN.multiply(Decimal(a.monate), b))
    return None if monate is None or monate.adjusted() > 20 else monats_dauer(int(monate.to_integral_value(ROUND_DOWN)))


def _tage_durch(a: TageDauer, b: Decimal) -> TageDauer | None:
    nanos = endlich(RECHNEN.divide(Decimal(a.nanos), b))
    return None if nanos is None or nanos.adjusted() > 30 else tage_dauer(int(nanos.to_integral_value(ROUND_HALF_EVEN)))


def _monate_durch(a: MonatsDauer, b: Decimal) -> MonatsDauer | None:
    monate = endlich(RECHNEN.divide(Decimal(a.monate), b))
    return None if monate is None or monate.adjusted() > 20 else monats_dauer(int(monate.to_integral_value(ROUND_DOWN)))


def _verhaeltnis(a: int, b: int) -> Decimal | None:
    return endlich(RECHNEN.divide(Decimal(a), Decimal(b)))


def _with_negative(plus: Operation) -> Operation:
    return lambda a, b: plus(a, negiere(b))


_SCHIEBEN: dict[tuple[type, type], Operation] = {
    (Datum, MonatsDauer): _datum_plus_monate,  # type: ignore[dict-item]
    (Datum, TageDauer): _datum_plus_tage,  # type: ignore[dict-item]
    (Zeitpunkt, MonatsDauer): _zeitpunkt_plus_monate,  # type: ignore[dict-item]
    (Zeitpunkt, TageDauer): _zeitpunkt_plus_tage,  # type: ignore[dict-item]
    (Uhrzeit, TageDauer): _uhrzeit_plus_tage,  # type: ignore[dict-item]
    (TageDauer, TageDauer): lambda a, b: tage_dauer(a.nanos + b.nanos),  # type: ignore[attr-defined]
    (MonatsDauer, MonatsDauer): lambda a, b: monats_dauer(a.monate + b.monate),  # type: ignore[attr-defined]
}
_OPERATIONEN: dict[tuple[str, type, type], Operation] = {
    ("-", Zeitpunkt, Zeitpunkt): _zeitpunkt_minus,  # type: ignore[dict-item]
    ("-", Uhrzeit, Uhrzeit): _uhrzeit_minus,  # type: ignore[dict-item]
    ("-", Datum, Datum): _datum_minus,  # type: ignore[dict-item]
    ("-", Zeitpunkt, Datum): lambda a, b: _zeitpunkt_minus(a, midnight(b)),  # type: ignore[arg-type]
    ("-", Datum, Zeitpunkt): lambda a, b: _zeitpunkt_minus(midnight(a), b),  # type: ignore[arg-type]
    ("*", TageDauer, Decimal): _tage_mal,  # type: ignore[dict-item]
    ("*", Decimal, TageDauer): lambda a, b: _tage_mal(b, a),  # type: ignore[arg-type]
    ("*", MonatsDauer, Decimal): _monate_mal,  # type: ignore[dict-item]
    ("*", Decimal, MonatsDauer): lambda a, b: _monate_mal(b, a),  # type: ignore[arg-type]
    ("/", TageDauer, Decimal): _tage_durch,  # type: ignore[dict-item]
    ("/", MonatsDauer, Decimal): _monate_durch,  # type: ignore[dict-item]
    ("/", TageDauer, TageDauer): lambda a, b: _verhaeltnis(a.nanos, b.nanos),  # type: ignore[attr-defined]
    ("/", MonatsDauer, MonatsDauer): lambda a, b: _verhaeltnis(a.monate, b.monate),  # type: ignore[attr-defined]
}
for (_a, _b), _plus in _SCHIEBEN.items():
    _OPERATIONEN["+", _a, _b] = _plus
    _OPERATIONEN["-", _a, _b] = _with_negative(_plus)
    if _a is not _b:
        _OPERATIONEN["+", _b, _a] = lambda a, b, plus=_plus: plus(b, a)  # type: ignore[misc]
