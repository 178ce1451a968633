"""Built-in functions on the position of points and ranges in time or number (Allen's relations).

Source: DMN 1.5, section 10.3.4.9, table 78. A comparison that is not possible makes the whole result null.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from engine.feel import vergleich
from engine.feel.funktionen.register import Code, eingebaut
from engine.feel.lauf import Lauf
from engine.feel.werte import Bereich

_Relation = Callable[..., bool]


class _UnvergleichbarError(Exception):
    pass


def _lt(a: object, b: object) -> bool:
    ergebnis = vergleich.kleiner(a, b)
    if ergebnis is None:
        raise _UnvergleichbarError
    return ergebnis


def _eq(a: object, b: object) -> bool:
    ergebnis = vergleich.gleich(a, b, None)
    if ergebnis is None or a is None:
        raise _UnvergleichbarError
    return ergebnis


def _relation(name: str, *signaturen: str) -> Callable[[_Relation], _Relation]:
    def register(relation: _Relation) -> _Relation:
        for signatur in signaturen:
            eingebaut(name, signatur)(_as_code(relation))
        return relation

    return register


def _as_code(relation: _Relation) -> Code:
    @wraps(relation)
    def code(_lauf: Lauf, *positionell: object, **benannt: object) -> bool | None:
        argumente = positionell or tuple(benannt[name] for name in sorted(benannt, key=_RANG.__getitem__))
        try:
            return relation(*argumente)
        except _UnvergleichbarError:
            return None

    return code


#: order of the named arguments of one signature
_RANG = {"point1": 1, "range1": 1, "point2": 2, "range2": 2, "point": 1, "range_": 2}

_R_R = "range1: bereich, range2: bereich"
_P_R = "point: punkt, range: bereich"
_P_P = "point1: punkt, point2: punkt"


def _starts_before(a: Bereich, b: Bereich, *, offen_zaehlt: bool) -> bool:
    """a begins before b; at the same value a must include it and b not, or, without `offen_zaehlt`, not be later."""
    if _lt(a.von, b.von):
        return True
    if not _eq(a.von, b.von):
        return False
    return (not a.von_offen and b.von_offen) if offen_zaehlt else (not a.von_offen or b.von_offen)


def _ends_after(a: Bereich, b: Bereich) -> bool:
    """a ends after b, or at the same value without excluding what b includes."""
    return _lt(b.bis, a.bis) or (_eq(a.bis, b.bis) and (not a.bis_offen or b.bis_offen))


def _reaches(a: Bereich, b: Bereich) -> bool:
    """The end of a lies in or behind the start of b."""
    return _lt(b.von, a.bis) or (_eq(a.bis, b.von) and not a.bis_offen and not b.von_offen)


@_relation("before", _P_P)
def before_points(a: object, b: object) -> bool:
    """Point before point."""
    return _lt(a, b)


@_relation("before", _P_R)
def before_point_range(punkt: object, bereich: Bereich) -> bool:
    """Point before range."""
    return _lt(punkt, bereich.von) or (_eq(punkt, bereich.von) and bereich.von_offen)


@_relation("before", "range: bereich, point: punkt")
def before_range_point(bereich: Bereich, punkt: object) -> bool:
    """Range before point."""
    punkt, bereich = _punkt_zuerst(bereich, punkt)
    return _lt(bereich.bis, punkt) or (_eq(bereich.bis, punkt) and bereich.bis_offen)


@_relation("before", _R_R)
def before_ranges(a: Bereich, b: Bereich) -> bool:
    """Range before range."""
    return _lt(a.bis, b.von) or (_eq(a.bis, b.von) and (a.bis_offen or b.von_offen))


@_relation("after", _P_P)
def after_points(a: object, b: object) -> bool:
    """Point after point."""
    return _lt(b, a)


@_relation("after", _P_R)
def after_point_range(punkt: object, bereich: Bereich) -> bool:
    """Point after range."""
    return before_range_point(bereich, punkt)


@_relation("after", "range: bereich, point: punkt")
def after_range_point(bereich: Bereich, punkt: object) -> bool:
    """Range after point."""
    punkt, bereich = _punkt_zuerst(bereich, punkt)
    return before_point_range(punkt, bereich)


@_relation("after", _R_R)
def after_ranges(a: Bereich, b: Bereich) -> bool:
    """Range after range."""
    return before_ranges(b, a)


@_relation("meets", _R_R)
def meets(a: Bereich, b: Bereich) -> bool:
    """The end of a is the start of b, and both include it."""
    return not a.bis_offen and not b.von_offen and _eq(a.bis, b.von)


@_relation("met by", _R_R)
def met_by(a: Bereich, b: Bereich) -> bool:
    """b meets a."""
    return meets(b, a)


@_relation("overlaps", _R_R)
def overlaps(a: Bereich, b: Bereich) -> bool:
    """They have something in common."""
    return _reaches(a, b) and _reaches(b, a)


@_relation("overlaps before", _R_R)
def overlaps_before(a: Bereich, b: Bereich) -> bool:
    """a begins before b and ends inside b."""
    return _starts_before(a, b, offen_zaehlt=True) and _reaches(a, b) and _ends_after(b, a)


@_relation("overlaps after", _R_R)
def overlaps_after(a: Bereich, b: Bereich) -> bool:
    """a begins inside b and ends behind it."""
    return _starts_before(b, a, offen_zaehlt=True) and _reaches(b, a) and _ends_after(a, b)


@_relation("finishes", _P_R)
def finishes_point(punkt: object, bereich: Bereich) -> bool:
    """The point is the end of the range."""
    return not bereich.bis_offen and _eq(bereich.bis, punkt)


@_relation("finishes", _R_R)
def finishes(a: Bereich, b: Bereich) -> bool:
    """a ends as b does and begins no earlier."""
    return a.bis_offen is b.bis_offen and _eq(a.bis, b.bis) and _starts_before(b, a, offen_zaehlt=False)


@_relation("finished by", "range: bereich, point: punkt")
def finished_by_point(bereich: Bereich, punkt: object) -> bool:
    """The point finishes the range."""
    return finishes_point(*_punkt_zuerst(bereich, punkt))


@_relation("finished by", _R_R)
def finished_by(a: Bereich, b: Bereich) -> bool:
    """b finishes a."""
    return finishes(b, a)


@_relation("includes", "range: bereich, point: punkt")
def includes_point(bereich: Bereich, punkt: object) -> bool:
    """The point lies in the range."""
    punkt, bereich = _punkt_zuerst(bereich, punkt)
    unten = _lt(bereich.von, punkt) or (_eq(bereich.von, punkt) and not bereich.von_offen)
    return unten and (_lt(punkt, bereich.bis) or (_eq(punkt, bereich.bis) and not bereich.bis_offen))


@_relation("includes", _R_R)
def includes(a: Bereich, b: Bereich) -> bool:
    """b lies in a."""
    return _starts_before(a, b, offen_zaehlt=False) and _ends_after(a, b)


@_relation("during", _P_R)
def during_point(punkt: object, bereich: Bereich) -> bool:
    """The point lies in the range."""
    return includes_point(bereich, punkt)


@_relation("during", _R_R)
def during(a: Bereich, b: Bereich) -> bool:
    """a lies in b."""
    return includes(b, a)


@_relation("starts", _P_R)
def starts_point(punkt: object, bereich: Bereich) -> bool:
    """The point is the start of the range."""
    return not bereich.von_offen and _eq(bereich.von, punkt)


@_relation("starts", _R_R)
def starts(a: Bereich, b: Bereich) -> bool:
    """a begins as b does and ends no later."""
    return a.von_offen is b.von_offen and _eq(a.von, b.von) and _ends_after(b, a)


@_relation("started by", "range: bereich, point: punkt")
def started_by_point(bereich: Bereich, punkt: object) -> bool:
    """The point starts the range."""
    return starts_point(*_punkt_zuerst(bereich, punkt))


@_relation("started by", _R_R)
def started_by(a: Bereich, b: Bereich) -> bool:
    """b starts a."""
    return starts(b, a)


@_relation("coincides", _P_P)
def coincides_points(a: object, b: object) -> bool:
    """The same point."""
    return _eq(a, b)


@_relation("coincides", _R_R)
def coincides(a: Bereich, b: Bereich) -> bool:
    """The same range."""
    gleich_offen = (a.von_offen, a.bis_offen) == (b.von_offen, b.bis_offen)
    return gleich_offen and _eq(a.von, b.von) and _eq(a.bis, b.bis)


def _punkt_zuerst(a: object, b: object) -> tuple[object, Bereich]:
    """Point and range, in whatever order they came: named arguments follow no order."""
    if isinstance(a, Bereich):
        return b, a
    return a, b  # type: ignore[return-value]
